"""The members without a window: real devices and real people, many in one process."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path

from client.device.pinlock import Cost
from client.headless import Headless
from client.state import AppState
from server.protocol.ids import MeetingId, PersonId
from server.protocol.state import Choice

AT_ONCE = 4
"""Sign-ins in flight: each costs the server an Argon2 hash."""
QUICK = Cost(1, 1, 64)
"""These tablets never sign anyone in offline: what guards that may be cheap."""


class Company:
    """Named people at their own tablets, through the same sockets as the windows."""

    def __init__(self, folder: Path, room: MeetingId, stack: AsyncExitStack) -> None:
        self._folder = folder
        self._room = room
        self._stack = stack
        self.members: dict[PersonId, Headless] = {}

    async def arrive(
        self, address: str, people: Mapping[PersonId, tuple[str, str, str]], pin: str
    ) -> None:
        """Pair and sign in `people`: seat, code and first PIN of each; `pin` becomes their own."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def come(person: PersonId, seat: str, code: str, first: str) -> None:
            async with gate:
                folder = self._folder / person
                member = Headless(folder, device_name=seat, pin_cost=QUICK)
                await self._stack.enter_async_context(member)
                await member.pair(address, code)
                await member.sign_in(person, first, pin)
                await member.joined(self._room)
                member.enter(self._room)
                self.members[person] = member

        async with asyncio.TaskGroup() as group:
            for person, (seat, code, first) in people.items():
                group.create_task(come(person, seat, code, first))

    async def papers(self) -> None:
        """Wait until every tablet holds all of its papers."""
        async with asyncio.TaskGroup() as group:
            for member in self.members.values():
                group.create_task(member.papers())

    async def agenda(self, version: int) -> None:
        """Wait until every tablet holds that version of the agenda."""

        def has(state: AppState) -> bool:
            view = state.rooms.get(self._room)
            return view is not None and view.state.agenda_version >= version

        for member in self.members.values():
            await member.until(has)

    async def cast(self, poll: str, choices: Mapping[PersonId, Choice], pause: float) -> None:
        """Cast these ballots one after another, as hands go up in a room."""
        for person, choice in choices.items():
            member = self.members[person]
            await member.until(lambda state: self._open(state, poll))
            opinion = "Đề nghị bổ sung phương án vốn" if choice == "other" else ""
            await member.cast(self._room, poll, choice, opinion)
            await asyncio.sleep(pause)

    def _open(self, state: AppState, poll: str) -> bool:
        view = state.rooms.get(self._room)
        known = view.state.polls.get(poll) if view is not None else None
        return known is not None and known.state == "open"

    def open_poll(self) -> str:
        """Return the poll that is open now, as the members' tablets know it; empty when none."""
        for member in self.members.values():
            view = member.state.rooms.get(self._room)
            poll = view.state.open_poll() if view is not None else None
            if poll is not None:
                return poll.id
        return ""

    async def polled(self) -> str:
        """Wait until a poll is open on a tablet, and return it."""
        first = next(iter(self.members.values()))

        def asked(state: AppState) -> bool:
            view = state.rooms.get(self._room)
            return view is not None and view.state.open_poll() is not None

        await first.until(asked)
        return self.open_poll()
