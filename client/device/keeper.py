"""Keeps on the disk what must outlive the process, without ever holding up the loop.

All disk work runs in one thread, in order. What changes often is written at most twice a second;
requests are written at once.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from client.actions import Remembered
from client.device.memory import KeptDevice, KeptPerson, KeptRoom, Memory
from client.state import AppState, Pending, RoomView
from server.protocol.ids import MeetingId, PersonId, RequestId
from server.protocol.office import MeetingCard

T = TypeVar("T")
DELAY = 0.5
_log = logging.getLogger(__name__)


class Keeper:
    """Writes `Memory` behind the loop's back. Make it inside a running loop; `close` it."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="keeper")
        self._due: dict[object, Callable[[], None]] = {}
        self._timer: asyncio.TimerHandle | None = None

    # ---- requests: the session's outbox ----------------------------------------------------------

    def keep(self, person: PersonId, pending: Pending) -> None:
        """See `session.Outbox`."""
        self._submit(partial(self._memory.keep_letter, person, pending))

    def drop(self, request: RequestId) -> None:
        """See `session.Outbox`."""
        self._submit(partial(self._memory.drop_letter, request))

    # ---- everything else -------------------------------------------------------------------------

    async def recall(self, person: PersonId) -> tuple[Remembered, tuple[KeptRoom, ...]]:
        """Return what is remembered of a person, and where their meetings' streams stood."""
        return await self.run(self._recall, person)

    def _recall(self, person: PersonId) -> tuple[Remembered, tuple[KeptRoom, ...]]:
        kept = self._memory.person(person)
        rooms = self._memory.rooms(person)
        known = kept or KeptPerson()
        remembered = Remembered(
            meetings=tuple(sorted((room.card for room in rooms), key=lambda card: card.starts_at)),
            rooms={
                room.state.id: RoomView(
                    room.state, room.epoch, room.position, personal=room.personal
                )
                for room in rooms
            },
            preferences=known.preferences if kept is not None else None,
            places=known.places,
            seen_versions=known.seen_versions,
            read_before=known.read_before,
            pending=self._memory.letters(person),
            comment_drafts=known.comment_drafts,
        )
        return remembered, rooms

    def note(self, before: AppState, after: AppState) -> None:
        """Take note of what one action changed."""
        if after.login is None:
            self._note_device(before, after)
            return
        person = after.login.person
        cards = {card.room: card for card in after.meetings}
        for room, view in after.rooms.items():
            old = before.rooms.get(room)
            if old is None or old.state is not view.state or old.personal is not view.personal:
                self._note_room(person, cards.get(room), room, view)
        same = before.login is not None and before.login.person == person
        if same and before.rooms is not after.rooms:
            for room in before.rooms.keys() - after.rooms.keys():
                self._soon((person, room), partial(self._memory.forget_room, person, room))
        if same:
            self._note_person(person, before, after)
        self._note_device(before, after)

    def _note_room(
        self, person: PersonId, card: MeetingCard | None, room: MeetingId, view: RoomView
    ) -> None:
        if card is not None:
            kept = KeptRoom(card, view.state, view.epoch, view.position, view.personal)
            self._soon((person, room), partial(self._memory.keep_room, person, kept))

    def _note_person(self, person: PersonId, before: AppState, after: AppState) -> None:
        kept = _person(after)
        if kept != _person(before):
            self._soon(person, partial(self._memory.keep_person, person, kept))

    def _note_device(self, before: AppState, after: AppState) -> None:
        old, new = _device(before), _device(after)
        if old != new and after.server:
            self._soon("device", partial(self._memory.keep_device, new))

    def _soon(self, what: object, write: Callable[[], None]) -> None:
        self._due[what] = write
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(DELAY, self.flush)

    def flush(self) -> None:
        """Hand everything noted to the thread now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due, self._due = self._due, {}
        for write in due.values():
            self._submit(write)

    def _submit(self, write: Callable[[], None]) -> None:
        self._thread.submit(write).add_done_callback(_report)

    async def run(self, work: Callable[..., T], *args: object) -> T:
        """Return what the work gives, done after everything handed over before."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *args)

    async def close(self) -> None:
        """Write what is noted and end the thread."""
        self.flush()
        await asyncio.to_thread(self._thread.shutdown)


def _report(done: "Future[None]") -> None:
    fault = done.exception()
    if fault is not None:
        _log.error("something could not be kept on the disk: %r", fault)


def _person(state: AppState) -> KeptPerson:
    return KeptPerson(
        state.login.name if state.login else "",
        state.preferences,
        state.places,
        state.seen_versions,
        state.read_before,
        state.comment_drafts,
    )


def _device(state: AppState) -> KeptDevice:
    return KeptDevice(state.device_name, state.seats, state.own, state.card, state.preferences)
