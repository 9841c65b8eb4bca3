"""A meeting as a lobby shows it: kept beside the journal, so that nothing is folded for a list."""

from collections.abc import Mapping

import msgspec

from server.protocol.ids import Line, MeetingId, Part, PersonId, Time
from server.protocol.office import MeetingCard
from server.protocol.state import MeetingState, Organization, Phase, Role


class Summary(Part, frozen=True):
    """What a card holds, and who sees it as what."""

    room: MeetingId
    organization: Organization
    title: Line
    ordinal: Line
    place: Line
    starts_at: Time
    ends_at: Time
    phase: Phase
    roles: Mapping[PersonId, Role]

    def card(self, person: PersonId, *, secretary: bool) -> MeetingCard | None:
        """Return the card as this person sees it, or None when it is none of theirs."""
        role = self.roles.get(person, "secretary" if secretary else None)
        if role is None:
            return None
        return MeetingCard(
            room=self.room,
            organization=self.organization,
            title=self.title,
            ordinal=self.ordinal,
            place=self.place,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            phase=self.phase,
            role=role,
        )


_summary = msgspec.json.Decoder(Summary)


def summarize(state: MeetingState) -> Summary:
    """Return the summary of a meeting; whoever presides has the role of the chair."""
    roles: dict[PersonId, Role] = {person: entry.role for person, entry in state.roll.items()}
    if state.chair in roles:
        roles[state.chair] = "chair"
    return Summary(
        room=state.id,
        organization=state.organization,
        title=state.title,
        ordinal=state.ordinal,
        place=state.place,
        starts_at=state.starts_at,
        ends_at=state.ends_at,
        phase=state.phase,
        roles=roles,
    )


def same_card(before: MeetingState, after: MeetingState) -> bool:
    """Say, cheaply, that two states of one meeting have the same summary."""
    return (
        before.phase == after.phase
        and before.chair == after.chair
        and before.roll is after.roll
        and before.title == after.title
    )


def encode_summary(summary: Summary) -> bytes:
    """Return the bytes that the journal keeps."""
    return msgspec.json.encode(summary)


def decode_summary(raw: bytes) -> Summary:
    """Return the summary of kept bytes. Raises msgspec.MsgspecError for anything else."""
    return _summary.decode(raw)
