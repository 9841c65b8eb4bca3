"""One meeting: the single place where its state changes. Decide, record, then tell.

The inbox is drained, each command is decided against the state its predecessors left, the batch is
written in one transaction, applied, told and only then answered.
"""

import asyncio
import logging
from collections.abc import Collection, Sequence

from server.core import redact
from server.core.roles import Actor, is_officer, is_secretary
from server.database import NotRecorded
from server.hub import Hub, Listener, Sight
from server.journal import Opened
from server.protocol.commands import Command, Draft
from server.protocol.events import BallotCast, BallotSealed
from server.protocol.fold import fold
from server.protocol.ids import ChangeId, MeetingId, PersonId, RequestId, Time
from server.protocol.office import BallotsProved
from server.protocol.refusals import Code, Refusal
from server.protocol.state import MeetingState
from server.protocol.upcast import upcast
from server.proving import Proofs, prove
from server.summary import same_card
from server.timekeeping import PollClock
from server.turn import Asked, Ports, Turn, files_of_draft, refused

log = logging.getLogger("phienhop.room")

MAX_BATCH = 2000
"""Commands in one transaction; more wait for the next."""
MAX_DRAFTS = 500

_BALLOTS = (BallotCast, BallotSealed)

SIGHT = Sight(
    audience=lambda state, person, secretary: redact.audience(state, person, secretary=secretary),
    tag=redact.tag,
    redact=redact.redact,
    personal=redact.personal,
    officer=is_officer,
    secretary=is_secretary,
    whole=lambda audience: not audience.partial,
)


class Room:
    """A meeting that is open on this server. Make it with `Rooms`."""

    def __init__(self, room: MeetingId, kept: Opened, ports: Ports) -> None:
        """Fold what was kept. Raises ValueError for records of a newer release."""
        self.id = room
        entries = [upcast(sealed.form, sealed.raw).entry() for sealed in kept.records]
        state = fold(entries)
        if state is None:
            raise ValueError(f"room {room} does not begin with MeetingCreated")
        self.state: MeetingState = state
        self.proofs = Proofs(room, kept, entries, ports.key)
        self.hub = Hub(room, kept.epoch, entries, SIGHT, ports.later)
        self.drafts: dict[ChangeId, Draft] = {draft.id: draft for draft in kept.drafts}
        self.hub.tell_drafts(tuple(self.drafts.values()), state)
        self._tell_checkpoint()
        self.read_only = False
        self.commits = 0
        self._ports = ports
        self._seq = len(entries)
        self._at = entries[-1].at
        self._answers = dict(kept.answers)
        self._inbox: asyncio.Queue[Asked | None] = asyncio.Queue()
        self._writing = asyncio.Lock()
        self._tasks = {asyncio.create_task(self._work(), name=f"room {room}")}
        self._closed = False
        self._stopped = False
        self._clock = PollClock(self, ports.later, self._now, ports.retry_seconds)
        self._polls_changed()

    # ---- asking ----------------------------------------------------------------------------------

    def ask(self, actor: Actor, request: RequestId, command: Command) -> "asyncio.Future[bytes]":
        """Take a command; the result is the encoded answer, once it is on the disk.

        The same request of the same device is answered as it was the first time, also after a
        crash. The future is cancelled when the server cannot say what became of the command.
        """
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        known = self._answers.get((actor.device, request))
        if known is not None:
            answer.set_result(known)
        elif self._closed:
            answer.set_result(refused(request, Refusal(Code.SERVER_CLOSING)))
        elif self.read_only:
            answer.set_result(refused(request, Refusal(Code.NOT_RECORDED)))
        else:
            self._inbox.put_nowait(Asked(actor, request, command, answer))
        return answer

    def join(self, listener: Listener, epoch: str, position: int) -> bool:
        """Let somebody listen; False for whom this meeting does not exist."""
        return self.hub.join(listener, self.state, epoch, position, self._now())

    async def prove(self, person: PersonId, held: int) -> BallotsProved:
        """Return where the person's own ballots lie in the record, for their device to check."""
        return await prove(self.id, self.proofs, self._ports.journal, person, held)

    async def put_draft(self, draft: Draft) -> Refusal | None:
        """Keep an unpublished change and show it to the secretaries."""
        for file in files_of_draft(draft):
            if not self._ports.files.holds(self.state.organization.id, file):
                return Refusal(Code.FILE_UNKNOWN, {"name": file.name})
        if len(self.drafts) >= MAX_DRAFTS and draft.id not in self.drafts:
            return Refusal(Code.TOO_MANY_REQUESTS)
        async with self._writing:
            try:
                await self._ports.journal.put_draft(self.id, draft)
            except NotRecorded:
                return Refusal(Code.NOT_RECORDED)
            self.drafts[draft.id] = draft
            self.hub.tell_drafts(tuple(self.drafts.values()), self.state)
        return None

    async def drop_draft(self, draft: ChangeId) -> Refusal | None:
        """Forget an unpublished change; nothing happens when there is none."""
        async with self._writing:
            try:
                await self._ports.journal.drop_draft(self.id, draft)
            except NotRecorded:
                return Refusal(Code.NOT_RECORDED)
            self._forget_drafts({draft})
        return None

    async def close(self) -> None:
        """Finish what was asked before, then stop."""
        if not self._closed:
            self._closed = True
            self._inbox.put_nowait(None)
        await asyncio.gather(*self._tasks)

    # ---- working ---------------------------------------------------------------------------------

    async def _work(self) -> None:
        last = False
        while not last:
            batch = [await self._inbox.get()]
            while len(batch) < MAX_BATCH and not self._inbox.empty():
                batch.append(self._inbox.get_nowait())
            asked = [one for one in batch if one is not None]
            last = len(asked) < len(batch)
            async with self._writing:
                await self._commit(asked)

    async def _commit(self, batch: Sequence[Asked]) -> None:
        if self._stopped:
            self._cancel(batch)
            return
        turn = Turn(self._ports, self.state, self._seq, self._now(), self._answers)
        sealed = False
        for asked in batch:
            turn.take(asked)
        try:
            if turn.fresh:
                events = [step.entry.event for step in turn.steps]
                written = self.proofs.seal(turn.batch(), events, turn.at)
                await self._ports.journal.append(self.id, written)
                self.commits += 1
                sealed = self.proofs.took(written, events, turn.at)
            answers = [turn.answer(asked) for asked in batch]
            self._take_effect(turn)
            if sealed:
                self._tell_checkpoint()
        except NotRecorded as fault:
            self._not_recorded(batch, fault)
        except Exception as fault:  # noqa: BLE001 - nobody can say what holds: disk, memory, tablets
            self._stop(batch, fault)
        else:
            for asked, answer in zip(batch, answers, strict=True):
                if not asked.answer.done():  # whoever asked may have gone
                    asked.answer.set_result(answer)

    def _take_effect(self, turn: Turn) -> None:
        self.state, self._seq, self._at = turn.state, turn.seq, turn.at
        self._answers.update(turn.fresh)
        if turn.steps:
            self.hub.publish(turn.steps)
            self._forget_drafts(turn.published)
        if any(not isinstance(step.entry.event, _BALLOTS) for step in turn.steps):
            self._polls_changed()
        if not same_card(turn.start, turn.state):
            self._ports.changed(turn.state)

    def _polls_changed(self) -> None:
        self._clock.look()
        self._ports.polls_changed(self)

    def _tell_checkpoint(self) -> None:
        """Let everyone who sees the whole meeting hold the newest checkpoint's short form."""
        if self.proofs.newest is not None:
            self.hub.tell_checkpoint(self.proofs.newest.short, self.proofs.at)

    def _not_recorded(self, batch: Sequence[Asked], fault: NotRecorded) -> None:
        """The disk refuses: nothing has happened, and nothing can until writing works again."""
        log.error("not recorded", extra={"room": self.id, "reason": str(fault)})
        self._refuse(batch, Code.NOT_RECORDED)
        if not self.read_only:
            self.read_only = True
            self._tasks.add(asyncio.create_task(self._recover(), name=f"room {self.id} recovers"))

    async def _recover(self) -> None:
        while not self._closed and not self._stopped:
            await asyncio.sleep(self._ports.retry_seconds)
            try:
                await self._ports.journal.probe(self.id)
            except NotRecorded:
                continue
            except Exception as fault:  # noqa: BLE001 - as in _commit
                self._stop((), fault)
                return
            self.read_only = False
            log.warning("writing works again", extra={"room": self.id})
            return

    def _stop(self, batch: Sequence[Asked], fault: Exception) -> None:
        """Disk and memory may have parted: answer nobody, let the server stop."""
        log.critical("the room stops", extra={"room": self.id}, exc_info=fault)
        self._stopped = True
        self._cancel(batch)
        self._ports.fatal(fault)

    def _cancel(self, batch: Sequence[Asked]) -> None:
        for asked in batch:
            asked.answer.cancel()

    def _refuse(self, batch: Sequence[Asked], code: Code) -> None:
        for asked in batch:
            if not asked.answer.done():
                asked.answer.set_result(refused(asked.request, Refusal(code)))

    def _forget_drafts(self, drafts: Collection[ChangeId]) -> None:
        if not self.drafts.keys().isdisjoint(drafts):
            for draft in drafts:
                self.drafts.pop(draft, None)
            self.hub.tell_drafts(tuple(self.drafts.values()), self.state)

    def _now(self) -> Time:
        """Return the time, which within a meeting never goes back."""
        return max(self._ports.now(), self._at)
