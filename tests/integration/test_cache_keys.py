"""What lies on a tablet's disk is sealed with a key that only its server and its person release."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

from client.device import pinlock
from client.device.vault import Damaged
from client.documents.library import Library
from client.headless import Headless
from server.protocol import commands as c
from server.protocol import office as o
from server.protocol.state import File
from tests.hall import Hall


async def read_once(hall: Hall, tablet: Headless) -> File:
    await hall.enrol(tablet, "p1")
    file = await hall.paper("to-trinh")
    await hall.publish(c.FilePaper("i1", "pp1", "Tờ trình", file=file))
    await tablet.until(lambda state: state.downloads.get(file.view_sha256))
    await tablet.papers()
    return file


def keys(hall: Hall) -> list[bytes]:
    with closing(sqlite3.connect(hall.house.folder / "phienhop.db")) as database:
        return [row[0] for row in database.execute("select key from shares")]


async def test_neither_key_nor_paper_lies_on_the_disk_in_clear(hall: Hall) -> None:
    async with hall.tablet("p1") as tablet:
        file = await read_once(hall, tablet)
    at_rest = [path.read_bytes() for path in (hall.folder / "p1").rglob("*") if path.is_file()]
    assert len(keys(hall)) >= 4
    for secret in (*keys(hall), b"%PDF"):
        assert not any(secret in raw for raw in at_rest)
    library = Library(hall.folder / "p1" / "papers")
    assert library.stored() == {file.view_sha256}
    assert library.locked
    assert not library.verified(file.view_sha256)


async def test_the_words_of_papers_open_with_the_key_of_papers_only(hall: Hall) -> None:
    async with hall.tablet("p1") as tablet:
        file = await read_once(hall, tablet)
        revisions = tablet.station.revisions
        assert await revisions.words(file.view_sha256) is not None
        [path] = (hall.folder / "p1" / "revisions").iterdir()
        of_device = tablet.station._parts.vault
        with pytest.raises(Damaged):
            of_device.open(path.read_bytes(), path.name.encode())
        clear = tablet.station.library.vault().open(path.read_bytes(), path.name.encode())
        assert clear
        tablet.station.library.lock()
        await hall.house.gateway.close()
        assert await revisions.words(file.view_sha256) is None


async def test_after_the_window_the_pin_lets_in_but_papers_wait_for_the_server(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pinlock, "WINDOW", -1)
    async with hall.tablet("p1") as tablet:
        await read_once(hall, tablet)
        tablet.station.sign_out()
        assert tablet.station.library.locked
    await hall.house.gateway.close()
    async with hall.tablet("p1") as tablet:
        await tablet.until(lambda state: state.line == "reconnecting")
        tablet.station.sign_in("p1", hall.house.pins["p1"])
        await tablet.until(lambda state: state.login is not None)
        assert tablet.station.library.locked


async def test_a_device_that_is_taken_out_of_use_wipes_itself_and_its_keys_are_gone(
    hall: Hall,
) -> None:
    async with hall.tablet("p1") as tablet:
        await read_once(hall, tablet)
        listed = await hall.desk.ask(o.ListDevices())
        assert isinstance(listed, o.Devices)
        device = next(one.id for one in listed.devices if one.name == "Máy p1")
        before = len(keys(hall))
        await hall.desk.ask(o.RevokeDevice(device))
        papers = hall.folder / "p1" / "papers"
        async with asyncio.timeout(20):
            while any(papers.iterdir()) or (hall.folder / "p1" / "memory" / "people").exists():
                await asyncio.sleep(0.01)
        assert len(keys(hall)) == before - 2
        assert tablet.station.library.locked
