"""Notes through the whole client: opened by signing in, closed by signing out, there off line."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from client.device.pinlock import Cost
from client.headless import Headless
from client.ink import tools
from client.ink.notebook import Notebook
from client.ink.packing import Point
from client.selectors.shell import saved_status
from server.accounts import Devices
from tests.house import BODY, House, open_house

QUICK = Cost(passes=1, lanes=1, kibibytes=64)
DOCUMENT = "ab" * 32
LINE = tuple(Point(100 + step, 700, 0.4, step * 8) for step in range(40))


@asynccontextmanager
async def prepared(tmp_path: Path) -> AsyncIterator[tuple[House, list[str]]]:
    async with open_house(tmp_path / "server") as house:
        desk = await house.desk()
        people = await house.people(2)
        await house.meeting(desk, people)
        yield house, people


async def enrol(house: House, tablet: Headless, person: str) -> None:
    issued = await Devices(house.accounts.registry).issue(frozenset({BODY.id}), approved=True)
    await tablet.pair(f"localhost:{house.port}", issued.code)
    await tablet.sign_in(person, house.pins[person])


async def opened(tablet: Headless, person: str) -> Notebook:
    await tablet.until(lambda state: state.notes.person == person)
    return await tablet.station.notes.notebook("m1", "t1")


async def test_notes_open_with_the_person_and_close_with_them(tmp_path: Path) -> None:
    async with (
        prepared(tmp_path) as (house, (one, other)),
        Headless(tmp_path / "device", pin_cost=QUICK) as tablet,
    ):
        await enrol(house, tablet, one)
        book = await opened(tablet, one)
        book.write(DOCUMENT, 1, LINE, tools.BLUE)
        assert saved_status(tablet.state).icon == "loader-2"
        await tablet.until(lambda state: not state.notes.saving and state.notes.unsent == 0)
        assert tablet.state.notes.online
        assert saved_status(tablet.state).icon == "cloud-check"
        tablet.station.sign_out()
        await tablet.until(lambda state: state.notes.person == "")
        await tablet.sign_in(other, house.pins[other])
        assert (await opened(tablet, other)).marks == ()
        tablet.station.sign_out()
        await tablet.sign_in(one, house.pins[one])
        assert (await opened(tablet, one)).marks == book.marks


async def test_notes_open_and_are_written_without_any_network_and_arrive_later(
    tmp_path: Path,
) -> None:
    async with prepared(tmp_path) as (house, (one, _)):
        async with Headless(tmp_path / "device", pin_cost=QUICK) as tablet:
            await enrol(house, tablet, one)
            await opened(tablet, one)
            await tablet.until(lambda state: state.notes.online)
        port = house.port
    async with Headless(tmp_path / "device", pin_cost=QUICK) as tablet:
        tablet.station.sign_in(one, house.pins[one])
        book = await opened(tablet, one)
        book.write(DOCUMENT, 1, LINE, tools.BLUE)
        await tablet.until(lambda state: not state.notes.saving and state.notes.unsent == 1)
        async with open_house(tmp_path / "server", port=port) as again:
            tablet.station.reconnect()
            await tablet.until(lambda state: state.notes.unsent == 0)
            notes = again.commons.notes
            assert await notes._database.run(lambda db: db.table("entries").count) == 1


async def test_a_changed_pin_opens_the_same_notes(tmp_path: Path) -> None:
    async with (
        prepared(tmp_path) as (house, (one, _)),
        Headless(tmp_path / "device", pin_cost=QUICK) as tablet,
    ):
        await enrol(house, tablet, one)
        book = await opened(tablet, one)
        book.write(DOCUMENT, 1, LINE, tools.BLUE)
        await tablet.until(lambda state: not state.notes.saving)
        kept = tablet.station.notes._open_drawer().ring._salt
        tablet.station.change_pin(house.pins[one], "731946")
        await tablet.until(lambda state: not state.busy)
        async with asyncio.timeout(10):
            while tablet.station.notes._open_drawer().ring._salt == kept:
                await asyncio.sleep(0.01)
        tablet.station.sign_out()
        await tablet.until(lambda state: state.notes.person == "")
        await tablet.sign_in(one, "731946")
        assert (await opened(tablet, one)).marks == book.marks
