"""Who may see the same of a meeting: the value that streams, snapshots and epochs are keyed by."""

from hashlib import sha256
from typing import Literal

import msgspec

from server.core.roles import is_officer
from server.protocol.ids import ItemId, Part, PersonId
from server.protocol.state import MeetingState

RULES = 3
"""The version of the rules below; part of every epoch, since a change of them is a fresh start."""

Kind = Literal["officer", "member", "guest", "site", "display", "nobody"]


class Audience(Part, frozen=True):
    """Those who may see the same. Hashable; equal values see equal streams.

    `items` and `people`, sorted, limit guests and sites; they are empty for everyone else.
    """

    kind: Kind
    items: tuple[ItemId, ...] = ()
    people: tuple[PersonId, ...] = ()

    @property
    def partial(self) -> bool:
        """Whether this audience sees only some items."""
        return self.kind in {"guest", "site"}


def tag(audience: Audience) -> str:
    """Return 16 characters that name the audience and the rules, for an epoch."""
    return sha256(msgspec.json.encode((RULES, audience))).hexdigest()[:16]


def audience(state: MeetingState, person: PersonId, *, secretary: bool = False) -> Audience:
    """Return what a person is to the meeting now; `secretary`: an office secretary off the roll."""
    if secretary or is_officer(state, person):
        return Audience("officer")
    entry = state.roll.get(person)
    match entry.role if entry else "nobody":
        case "guest":
            return _guests(state, frozenset(state.roll[person].items))
        case "site":
            return _sites(state)
        case "display":
            return Audience("display")
        case "nobody":
            return Audience("nobody")
        case _:
            return Audience("member")


def _guests(state: MeetingState, items: frozenset[ItemId]) -> Audience:
    alike = (
        person
        for person, entry in state.roll.items()
        if entry.role == "guest" and frozenset(entry.items) == items
    )
    return Audience("guest", tuple(sorted(items)), tuple(sorted(alike)))


def _sites(state: MeetingState) -> Audience:
    items = sorted(item.id for item in state.items if item.sites)
    people = sorted(person for person, entry in state.roll.items() if entry.role == "site")
    return Audience("site", tuple(items), tuple(people))


def audiences_hold(before: MeetingState, after: MeetingState) -> bool:
    """Say whether nobody's audience can differ between two states; cheap, for after each event."""
    return before.roll is after.roll and before.items is after.items and before.chair == after.chair
