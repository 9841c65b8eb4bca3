"""A person at a device without a window: the same station, played by a program.

For the demo, tests and benches: it pairs, signs in, downloads, acknowledges and casts by the public
protocol. Many fit into one process.
"""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from client import actions as a
from client.device.pinlock import Cost
from client.line.downloads import wanted
from client.parts import new_id
from client.state import AppState, Kind
from client.station import Station
from server.protocol.commands import CastBallot, Command
from server.protocol.ids import MeetingId, PersonId, PollId, Sha256
from server.protocol.office import Question, Reply
from server.protocol.refusals import Refusal
from server.protocol.state import Choice

PATIENCE = 20.0
"""Seconds that anything awaited here may take unless said otherwise."""


class Declined(Exception):  # noqa: N818 - it names the answer
    """The server said no; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"{refusal.code} {dict(refusal.params)}")
        self.refusal = refusal


class Headless:
    """One device and its person. Use with `async with`; everything raises TimeoutError."""

    def __init__(
        self,
        folder: Path,
        *,
        kind: Kind = "tablet",
        device_name: str = "",
        pin_cost: Cost | None = None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self.station = Station(
            kind, folder, self._loop.call_soon, device_name=device_name, pin_cost=pin_cost
        )
        self._changed = asyncio.Event()
        self.station.store.listen(lambda _before, _action, _after: self._changed.set())
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin to run."""
        self._task = self._loop.create_task(self.station.run())
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _fault: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Switch the device off; what it holds stays on its disk."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @property
    def state(self) -> AppState:
        """What the device knows now."""
        return self.station.store.state

    async def until(
        self, condition: Callable[[AppState], object], seconds: float = PATIENCE
    ) -> AppState:
        """Wait until the state fulfils a condition, and return it."""
        async with asyncio.timeout(seconds):
            while not condition(self.state):
                self._changed.clear()
                await self._changed.wait()
        return self.state

    # ---- coming in -------------------------------------------------------------------------------

    async def pair(self, address: str, code: str) -> None:
        """Pair, and wait until the server takes the device. Raises Declined."""
        self.station.pair(address, code)
        await self.until(lambda state: not state.busy)
        self._raise()
        await self.until(lambda state: state.line == "connected")

    async def sign_in(self, person: PersonId, pin: str, new_pin: str = "") -> None:
        """Sign in; a first PIN becomes `new_pin`. Raises Declined."""
        await self.until(lambda state: state.line == "connected")
        self.station.sign_in(person, pin)
        await self.until(lambda state: not state.busy)
        self._raise()
        if self.state.login is not None and self.state.login.must_change and new_pin:
            self.station.change_pin(pin, new_pin)
            await self.until(lambda state: not state.busy)
            self._raise()

    def _raise(self) -> None:
        refusal = self.state.sign_in_refusal
        if refusal is not None:
            raise Declined(refusal)

    async def joined(self, room: MeetingId) -> None:
        """Wait until nothing of that meeting is missing."""
        await self.until(lambda state: room in state.rooms and state.rooms[room].joined)

    # ---- taking part -----------------------------------------------------------------------------

    def enter(self, room: MeetingId) -> None:
        """Go into a meeting, as the lobby's button does."""
        self.station.store.dispatch(a.Went("meeting", room))

    async def do(self, command: Command, room: MeetingId, seconds: float = PATIENCE) -> None:
        """Give a command and wait until it is on the server's disk. Raises Declined."""
        answer: asyncio.Future[Refusal | None] = self._loop.create_future()
        self.station.send(command, room, answer.set_result)
        async with asyncio.timeout(seconds):
            refusal = await answer
        if refusal is not None:
            raise Declined(refusal)

    async def cast(self, room: MeetingId, poll: PollId, choice: Choice, opinion: str = "") -> None:
        """Cast a ballot, in place of the one before, and wait for it. Raises Declined."""
        own = self.state.rooms[room].personal
        before, sealed = own.ballots.get(poll), own.cast.get(poll)
        replaces = before.id if before is not None else sealed.ballot if sealed else ""
        await self.do(CastBallot(poll, new_id(), choice, opinion, replaces), room)

    async def ask(self, question: Question, seconds: float = PATIENCE) -> Reply:
        """Ask the office. Raises Declined."""
        answer: asyncio.Future[Reply | Refusal] = self._loop.create_future()
        self.station.ask(question, answer.set_result)
        async with asyncio.timeout(seconds):
            reply = await answer
        if isinstance(reply, Refusal):
            raise Declined(reply)
        return reply

    async def papers(self, seconds: float = PATIENCE) -> None:
        """Wait until every paper that belongs on this device is stored and verified."""

        def all_here(state: AppState) -> bool:
            known = (state.downloads.get(file.sha256) for file in wanted(state))
            return all(one is not None and one.stored for one in known)

        await self.until(all_here, seconds)

    async def verified(self) -> Mapping[Sha256, bool]:
        """Say of every stored paper whether its bytes, read again from the disk, hash right."""
        library = self.station.library
        stored = await asyncio.to_thread(library.stored)
        return {sha256: await asyncio.to_thread(library.verified, sha256) for sha256 in stored}
