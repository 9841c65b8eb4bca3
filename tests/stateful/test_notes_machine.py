"""Three tablets of one person: random histories off line, kills and wrong clocks, one real server.

Whatever happens, in the end all three and a fourth, new one hold the same marks, and nothing that
was said to be saved is missing.
"""

import asyncio
import random
from pathlib import Path

import pytest

from client.device.credentials import DeviceKey, Identity
from client.device.pinlock import Cost
from client.device.vault import Vault
from client.ink import tools
from client.ink.clock import HybridClock
from client.ink.marks import Spot, on_page
from client.ink.merge import MarkLog
from client.ink.notebook import Change, Notebook
from client.ink.operations import Id, Operation
from client.ink.packing import Point
from client.line import Address
from client.notes.line import NotesWay
from client.notes.notes import Notes, Place
from tests.house import House, open_house

CHEAP = Cost(passes=1, lanes=1, kibibytes=64)
DOCUMENT = "ab" * 32
ROOM, PAPER = "m1", "t1"
SKEWS = (0.0, 3600.0, -3600.0, 400 * 86400.0)
HISTORIES, STEPS = 6, 45


class Tablet:
    """One of the person's tablets. What it was told to be saved is remembered outside it."""

    def __init__(self, folder: Path, house: House, person: str, chance: random.Random) -> None:
        self.folder, self.house, self.person, self.chance = folder, house, person, chance
        self.skew, self.token, self.connected = chance.choice(SKEWS), "", True
        self.made: dict[Id, Operation] = {}
        self.waiting: set[Id] = set()
        self.saved: set[Id] = set()
        self.identity: Identity
        self.notes: Notes
        self.book: Notebook

    async def sign_in(self) -> None:
        peer = await self.house.tablet(self.person)
        key = DeviceKey(peer.device.key.private_bytes_raw())
        self.identity = Identity(peer.device.id, key, self.house.commons.ca_sha256)
        self.token = peer.token
        await self.start()
        await self.until(online=True)

    async def start(self) -> None:
        vault = Vault(b"v" * 32)
        place = Place(self.folder, vault, lambda: 1_758_157_200 + self.skew, CHEAP, CHEAP)
        self.notes = Notes(place, lambda _state: None, self._way)
        await self.notes.open(self.person, self.house.pins[self.person])
        self.book = await self.notes.notebook(ROOM, PAPER)
        self.book.listen(self._changed)

    def _changed(self, change: Change) -> None:
        self.made |= {one.id: one for one in change.operations}
        self.waiting |= {one.id for one in change.operations}

    async def _way(self) -> NotesWay | None:
        if not self.connected:
            return None
        address = Address(("localhost",), self.house.port)
        return NotesWay(address, self.house.trusted, self.identity, lambda: self.token)

    async def until(self, **wanted: object) -> None:
        async with asyncio.timeout(20):
            while any(getattr(self.notes.state, name) != value for name, value in wanted.items()):
                await asyncio.sleep(0.005)

    async def leave(self) -> None:
        """The network goes, in the middle of whatever was being said."""
        self.connected = False
        carrying, self.notes._carrying, self.notes._line = self.notes._carrying, None, None
        if carrying is not None:
            carrying.cancel()
            await asyncio.gather(carrying, return_exceptions=True)

    async def come_back(self) -> None:
        self.connected = True
        if self.notes._carrying is None:
            drawer = self.notes._open_drawer()
            self.notes._carrying = asyncio.create_task(self.notes._carry(drawer))

    async def save(self) -> None:
        await self.until(saving=False)
        self.saved |= self.waiting
        self.waiting.clear()

    async def kill(self) -> None:
        """The process ends without a word: what waits in memory is gone."""
        connected = self.connected
        await self.leave()
        drawer = self.notes._open_drawer()
        if drawer._writing is not None:
            drawer._writing.cancel()
        drawer.thread.shutdown(cancel_futures=True)
        drawer.shelf.close()
        self.waiting.clear()
        self.skew = self.chance.choice(SKEWS)
        self.connected = connected
        await self.start()

    def write(self) -> None:
        book, chance = self.book, self.chance
        known = [mark.id for mark in book.marks]
        x, y = chance.randrange(500), chance.randrange(700)
        what = chance.randrange(9) if known else 0
        if what <= 1:
            line = [Point(x + step, y, 0.5, step * 8) for step in range(20)]
            book.write(
                DOCUMENT, chance.randrange(1, 4), line, chance.choice([tools.BLUE, tools.RED])
            )
        elif what == 2:
            spot = {DOCUMENT: on_page(1, spot=Spot(x, y))}
            book.add(book.make("note", spot, body=f"note {x}"))
        elif what == 3:
            book.change(chance.choice(known), body=f"edit {x}")
        elif what == 4:
            book.delete(chance.choice(known))
        elif what == 5:
            book.undo()
        elif what == 6:
            book.redo()
        else:
            path = [(x, 0.0), (x, 800.0)]
            book.erase(DOCUMENT, chance.randrange(1, 4), path, 3.0, part=what == 7)


async def give(owner: Tablet, other: Tablet) -> None:
    await other.until(locked=True)
    assert await other.notes.ask_other_device() is None
    async with asyncio.timeout(20):
        while not owner.notes.state.requests:
            await asyncio.sleep(0.005)
    assert await owner.notes.give_key(other.identity.device) is None
    await other.until(locked=False)


async def live(tablets: list[Tablet], chance: random.Random) -> None:
    for _ in range(STEPS):
        tablet = chance.choice(tablets)
        what = chance.random()
        if what < 0.6:
            tablet.write()
        elif what < 0.75:
            await tablet.save()
        elif what < 0.83:
            await tablet.kill()
        elif what < 0.9:
            await tablet.leave()
        elif what < 0.97:
            await tablet.come_back()
        else:
            await asyncio.sleep(0.02)


async def agree(tablets: list[Tablet]) -> None:
    for tablet in tablets:
        await tablet.come_back()
        await tablet.save()
        await tablet.until(unsent=0, online=True)
    async with asyncio.timeout(20):
        while any(tablet.book.marks != tablets[0].book.marks for tablet in tablets):
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("seed", range(HISTORIES))
async def test_three_tablets_agree_and_lose_nothing_that_was_saved(
    seed: int, tmp_path: Path
) -> None:
    chance = random.Random(seed)  # noqa: S311 - histories, no secrets
    async with open_house(tmp_path / "server") as house:
        await house.desk()
        [person] = await house.people(1)
        tablets = [Tablet(tmp_path / str(name), house, person, chance) for name in range(3)]
        for number, tablet in enumerate(tablets):
            await tablet.sign_in()
            if number:
                await give(tablets[0], tablet)
        await live(tablets, chance)
        await agree(tablets)
        fourth = Tablet(tmp_path / "new", house, person, chance)
        await fourth.sign_in()
        await give(tablets[0], fourth)
        await agree([*tablets, fourth])
        everything = {name: one for tablet in tablets for name, one in tablet.made.items()}
        held = {name: one for name, one in everything.items() if fourth.book._log.knows(name)}
        missing = {name for tablet in tablets for name in tablet.saved} - held.keys()
        assert not missing
        log = MarkLog()
        log.add(held.values())
        assert tuple(log.marks.values()) == fourth.book.marks
        assert HybridClock(fourth.book._clock.latest).tell(0) > max(one.at for one in held.values())
        for tablet in (*tablets, fourth):
            await tablet.notes.close()
