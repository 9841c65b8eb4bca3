"""The tablets of a large conference that have no window: members, guests, sites, spare ones."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from client.demo.company import AT_ONCE, QUICK, Company
from client.demo.processes import StoryStopped
from client.headless import Headless
from client.parts import new_id
from client.state import AppState
from server.protocol.commands import AskFloor, SendComment
from server.protocol.ids import MeetingId, PersonId
from server.protocol.state import MeetingState, Poll

BACK_SECONDS = 30.0


class Crowd(Company):
    """A company, and devices on which nobody has signed in."""

    def __init__(self, folder: Path, room: MeetingId, stack: AsyncExitStack) -> None:
        super().__init__(folder, room, stack)
        self.spare: list[Headless] = []
        self._laid: list[str] = []

    async def lay_out(self, address: str, named: Mapping[str, str]) -> None:
        """Pair tablets that lie ready for somebody: names and codes."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def lay(name: str, code: str) -> None:
            async with gate:
                device = Headless(self._folder / name, device_name=name, pin_cost=QUICK)
                await self._stack.enter_async_context(device)
                await device.pair(address, code)
                self.spare.append(device)
                self._laid.append(name)

        async with asyncio.TaskGroup() as group:
            for name, code in named.items():
                group.create_task(lay(name, code))

    @property
    def devices(self) -> tuple[Headless, ...]:
        """All tablets without a window."""
        return (*self.members.values(), *self.spare)

    @property
    def folders(self) -> list[Path]:
        """Where they keep what they hold."""
        return [self._folder / name for name in (*self.members, *self._laid)]

    def connected(self) -> int:
        """How many of them have their line."""
        return sum(one.state.line == "connected" for one in self.devices)

    def meeting(self, person: PersonId) -> MeetingState:
        """What that person's tablet knows of the meeting."""
        return self.members[person].state.rooms[self._room].state

    def poll(self, poll: str) -> Poll:
        """A poll as the first tablet that sees it knows it. Raises LookupError."""
        for member in self.members.values():
            known = member.state.rooms[self._room].state.polls.get(poll)
            if known is not None:
                return known
        raise LookupError(poll)

    async def ask_floor(self, people: Iterable[PersonId]) -> None:
        """Ask for the floor, one after another."""
        for person in people:
            await self.members[person].do(AskFloor(), self._room)

    async def write_instead(self, words: Mapping[PersonId, str]) -> None:
        """Those who were not called send what they would have said, as their tablets offer it."""
        for person, text in words.items():
            member = self.members[person]
            await member.until(lambda state: state.rooms[self._room].personal.unheard)
            item = member.state.rooms[self._room].personal.unheard[0]
            await member.do(SendComment(new_id(), item, text, instead=True), self._room)

    async def shown(self, page: int, people: Sequence[PersonId]) -> None:
        """Wait until the presenter's page (from 1) is on the tablets of these people."""

        def there(state: AppState) -> bool:
            shown = state.rooms[self._room].shown
            return shown is not None and shown.page == page - 1

        await self._each({one: self.members[one] for one in people}, there, f"page {page}")

    async def replaced(self, title: str, version: int) -> None:
        """Wait until every tablet that sees this paper knows its version."""

        def known(state: AppState) -> bool:
            items = state.rooms[self._room].state.items
            papers = (paper for item in items for paper in item.papers if paper.title == title)
            return all(paper.version >= version for paper in papers)

        await self._each(self.members, known, f"{title}, version {version}")

    async def lost(self) -> None:
        """Wait until every tablet has noticed that its line is gone."""
        await self._each(self._all(), lambda state: state.line != "connected", "line lost")

    async def back(self) -> float:
        """Wait until every tablet has its line again and misses nothing; return the seconds."""
        begun = time.monotonic()
        await self._each(self._all(), lambda state: state.line == "connected", "line back")
        await self._each(self.members, self._joined, "nothing missing")
        return time.monotonic() - begun

    def _all(self) -> dict[str, Headless]:
        return self.members | dict(zip(self._laid, self.spare, strict=True))

    async def _each(
        self, devices: Mapping[str, Headless], holds: Callable[[AppState], object], what: str
    ) -> None:
        """Wait until it holds on each. Raises StoryStopped with where it does not."""
        for name, device in devices.items():
            try:
                await device.until(holds, BACK_SECONDS)
            except TimeoutError as fault:
                raise StoryStopped(f"{what}: not on {name}") from fault

    def _joined(self, state: AppState) -> bool:
        view = state.rooms.get(self._room)
        return view is not None and view.joined
