"""Which meetings there are, and which of them are open on this server."""

import asyncio
import os
from collections.abc import Callable, Sequence

from server.accounts.login import Login
from server.core import redact
from server.core.decide import create
from server.core.roles import Actor
from server.database import NotRecorded
from server.files import Files
from server.hub.presence import Later
from server.journal import Answered, Batch, Exists, Journal, Opened, seal
from server.protocol.codec import encode
from server.protocol.commands import CreateMeeting, Draft
from server.protocol.events import Event, Record
from server.protocol.fold import fold
from server.protocol.frames import Accepted
from server.protocol.ids import (
    ChangeId,
    MeetingId,
    OrganizationId,
    PersonId,
    RequestId,
    Sha256,
    Time,
)
from server.protocol.ledger import SALT_BYTES
from server.protocol.office import MeetingCard
from server.protocol.refusals import Code, Refusal
from server.protocol.state import MeetingState, Organization
from server.room import Room
from server.signing import LogKey
from server.summary import Summary, decode_summary, encode_summary, summarize
from server.turn import Ports

EPOCH_BYTES = 8


def serves(login: Login, organization: OrganizationId) -> bool:
    """Say whether the person is a secretary of the organization on this device."""
    return login.organizations.get(organization) == "secretary"


def actor(login: Login, organization: OrganizationId) -> Actor:
    """Return who gives a command in a meeting of the organization."""
    return Actor(login.person, login.device, serves(login, organization))


class Rooms:
    """Every meeting of this server. Make it with `load`."""

    def __init__(self, ports: Ports, summaries: dict[MeetingId, Summary]) -> None:
        """Use `load`, which reads what there is."""
        self.files = ports.files
        self.on_changed: Callable[[Summary], None] = lambda _summary: None
        """Called when a meeting is new or its card is another one."""
        self._ports = ports
        self._summaries = summaries
        self._rooms: dict[MeetingId, Room] = {}
        self._opening = asyncio.Lock()

    @classmethod
    async def load(
        cls,
        journal: Journal,
        *,
        now: Callable[[], Time],
        fatal: Callable[[BaseException], None],
        later: Later | None = None,
        random: Callable[[int], bytes] = os.urandom,
        retry_seconds: float = 1.0,
        key: LogKey | None = None,
        polls_changed: Callable[[Room], None] = lambda _room: None,
    ) -> "Rooms":
        """Read which meetings there are; each is folded when somebody first needs it.

        `now` is the time in milliseconds; `fatal` is called when the server must stop because disk
        and memory may have parted; `key` signs the records' checkpoints;
        `polls_changed` is called with a room when it opens and when its polls change.
        """
        files = Files(journal)
        await files.load()
        rooms: Rooms

        def changed(state: MeetingState) -> None:
            rooms._changed(state)

        ports = Ports(
            journal,
            files,
            now,
            later or asyncio.get_running_loop().call_later,
            random,
            fatal,
            changed,
            retry_seconds,
            key,
            polls_changed,
        )
        kept = await journal.summaries()
        rooms = cls(ports, {room: decode_summary(raw) for room, raw in kept.items()})
        return rooms

    # ---- rooms -----------------------------------------------------------------------------------

    @property
    def key(self) -> LogKey | None:
        """What signs the checkpoints of all records, if anything does."""
        return self._ports.key

    @property
    def summaries(self) -> Sequence[Summary]:
        """Every meeting there is, soonest first."""
        return sorted(self._summaries.values(), key=lambda one: (one.starts_at, one.room))

    @property
    def opened(self) -> Sequence[Room]:
        """The rooms that are open now."""
        return tuple(self._rooms.values())

    async def open(self, meeting: MeetingId) -> Room | None:
        """Return the room of a meeting, folding it the first time; None when there is none.

        Raises `server.journal.Damaged` when its record does not fit the hash chain.
        """
        if meeting not in self._summaries:
            return None
        async with self._opening:
            known = self._rooms.get(meeting)
            if known is None:
                kept = await self._ports.journal.open(meeting)
                if kept is None:
                    return None
                known = self._rooms[meeting] = Room(meeting, kept, self._ports)
            return known

    async def kept(self, meeting: MeetingId) -> Opened | None:
        """Return all that the journal keeps of a meeting, verified; None when there is none.

        Raises `server.journal.Damaged` when the record does not fit its hash chain.
        """
        return await self._ports.journal.open(meeting) if meeting in self._summaries else None

    async def create(
        self,
        meeting: MeetingId,
        organization: Organization,
        command: CreateMeeting,
        by: Actor,
        request: RequestId = "create",
    ) -> Room | Refusal:
        """Begin a meeting; its first events are on the disk when this returns."""
        if meeting in self._summaries:
            return Refusal(Code.MEETING_EXISTS, {"meeting": meeting})
        decision = create(meeting, organization, command, by)
        if isinstance(decision, Refusal):
            return decision
        batch, state = self._first(decision, by, request)
        try:
            epoch = self._ports.random(EPOCH_BYTES).hex()
            await self._ports.journal.create(meeting, epoch, batch)
        except Exists:
            return Refusal(Code.MEETING_EXISTS, {"meeting": meeting})
        except NotRecorded:
            return Refusal(Code.NOT_RECORDED)
        self._changed(state)
        return await self.open(meeting) or Refusal(Code.ROOM_UNKNOWN, {"room": meeting})

    async def close(self) -> None:
        """Finish what was asked in every room, then stop."""
        await asyncio.gather(*(room.close() for room in self._rooms.values()))

    # ---- who sees what ---------------------------------------------------------------------------

    def cards(self, login: Login) -> tuple[MeetingCard, ...]:
        """Return the person's meetings, soonest first."""
        found = (self.card(login, summary) for summary in self._summaries.values())
        cards = [card for card in found if card is not None]
        return tuple(sorted(cards, key=lambda card: (card.starts_at, card.room)))

    def card(self, login: Login, summary: Summary) -> MeetingCard | None:
        """Return one meeting as the person sees it, or None when it is none of theirs."""
        secretary = serves(login, summary.organization.id)
        return summary.card(login.person, secretary=secretary)

    def next_card(self, person: PersonId) -> MeetingCard | None:
        """Return the meeting that the person's own tablet announces: open, or the next to begin."""
        found = (summary.card(person, secretary=False) for summary in self._summaries.values())
        cards = [card for card in found if card is not None and card.phase != "closed"]
        begun = [card for card in cards if card.phase != "prepared"]
        return min(begun or cards, key=lambda card: (card.starts_at, card.room), default=None)

    async def may_fetch(self, login: Login, view: Sha256) -> bool:
        """Say whether a view copy may be sent to this person: a hash is not a permission.

        Secretaries may have what was taken in for their organization; everyone else what the
        state of one of their meetings names, as they may see it.
        """
        for organization, role in login.organizations.items():
            if role == "secretary" and self.files.names(organization, view):
                return True
        for card in self.cards(login):
            room = await self.open(card.room)
            if room is not None:
                secretary = serves(login, card.organization.id)
                audience = redact.audience(room.state, login.person, secretary=secretary)
                if redact.names_file(room.state, audience, view):
                    return True
        return False

    # ---- drafts ----------------------------------------------------------------------------------

    async def put_draft(self, meeting: MeetingId, draft: Draft) -> Refusal | None:
        """Keep an unpublished change of a meeting; the caller has checked who asks."""
        room = await self.open(meeting)
        if room is None:
            return Refusal(Code.ROOM_UNKNOWN, {"room": meeting})
        return await room.put_draft(draft)

    async def drop_draft(self, meeting: MeetingId, draft: ChangeId) -> Refusal | None:
        """Forget an unpublished change of a meeting; the caller has checked who asks."""
        room = await self.open(meeting)
        if room is None:
            return Refusal(Code.ROOM_UNKNOWN, {"room": meeting})
        return await room.drop_draft(draft)

    async def drafts(self, meeting: MeetingId) -> tuple[Draft, ...]:
        """Return the unpublished changes of a meeting, in order."""
        room = await self.open(meeting)
        return tuple(room.drafts.values()) if room is not None else ()

    # ---- inside ----------------------------------------------------------------------------------

    def _first(
        self, events: Sequence[Event], by: Actor, request: RequestId
    ) -> tuple[Batch, MeetingState]:
        at = self._ports.now()
        records = [
            Record(seq, at, event, by.person, by.device, request)
            for seq, event in enumerate(events, start=1)
        ]
        state = fold(record.entry() for record in records)
        if state is None:
            raise ValueError("a meeting begins with MeetingCreated")
        sealed = [seal(record, self._ports.random(SALT_BYTES)) for record in records]
        answer = Answered(by.device, request, encode(Accepted(request, at)))
        return Batch(sealed, [answer], summary=encode_summary(summarize(state))), state

    def _changed(self, state: MeetingState) -> None:
        summary = self._summaries[state.id] = summarize(state)
        self.on_changed(summary)
