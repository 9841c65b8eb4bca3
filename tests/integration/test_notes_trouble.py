"""Notes in trouble: killed processes, full disks, damaged files, forged and replayed entries."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from client.credentials import DeviceKey, Identity
from client.ink import tools
from client.ink.operations import Operation, Put
from client.ink.packing import Point
from client.line import Address
from client.notes.keys import EntryName, PersonKey
from client.notes.line import NotesWay
from client.notes.notes import Notes, Place
from client.notes.pages import write_leaf
from client.notes.shelf import Row, Shelf
from client.pinlock import Cost
from client.vault import Vault
from server.notes import box
from server.notes.migrations import renew_epoch
from server.protocol.frames import Refused
from server.protocol.notes import NoteEntry, NotesOpened, OpenNotes, PutNotes
from server.protocol.refusals import Code
from tests.house import House, open_house

CHEAP = Cost(passes=1, lanes=1, kibibytes=64)
DOCUMENT = "ab" * 32
LINE = tuple(Point(100 + step, 700, 0.4, step * 8) for step in range(40))
PAPER = ("m1", "t1")


def nowhere(folder: Path) -> Notes:
    """A tablet that never has a network."""

    async def way() -> NotesWay | None:
        return None

    place = Place(folder, Vault(b"v" * 32), lambda: 1_758_157_200.0, CHEAP, CHEAP)
    return Notes(place, lambda _state: None, way)


async def saved(notes: Notes) -> None:
    async with asyncio.timeout(20):
        while notes.state.saving:
            await asyncio.sleep(0.002)


# ---- the tablet's own disk -----------------------------------------------------------------------

WRITER = """
import asyncio, sys
from pathlib import Path
from client.ink import tools
from client.ink.packing import Point
from client.notes.notes import Notes, Place
from client.pinlock import Cost
from client.vault import Vault

async def way():
    return None

async def main():
    cost = Cost(1, 1, 64)
    place = Place(Path(sys.argv[1]), Vault(b"v" * 32), lambda: 1_758_157_200.0, cost, cost)
    notes = Notes(place, lambda state: None, way)
    await notes.open("p1", "123456")
    book = await notes.notebook("m1", "t1")
    print("ready", len(book.marks), flush=True)
    page = 0
    while True:
        page += 1
        book.write("ab" * 32, page, [Point(page, 5, 0.5, 0)], tools.BLUE)
        while notes.state.saving:
            await asyncio.sleep(0.001)
        print(page, flush=True)

asyncio.run(main())
"""


def test_a_process_killed_at_any_moment_loses_nothing_that_was_saved(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    acknowledged = 0
    for most in (3, 17, 40):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)],
            stdout=subprocess.PIPE,
            cwd=root,
            text=True,
        )
        assert writer.stdout is not None
        with writer.stdout:
            ready, found = writer.stdout.readline().split()
            assert ready == "ready"
            assert int(found) >= acknowledged
            before = int(found)
            done = 0
            while done < most:
                done = int(writer.stdout.readline())
            writer.send_signal(signal.SIGKILL)
            rest = writer.stdout.read().split()
        writer.wait()
        acknowledged = before + max([done, *(int(line) for line in rest if line.isdecimal())])
    shelf = next(path for path in tmp_path.iterdir() if path.suffix == ".db")
    held = sqlite3.connect(shelf)
    assert held.execute("select count(*) from entries").fetchone()[0] >= acknowledged
    held.close()


async def test_saving_takes_less_than_half_a_second_and_never_holds_up_the_loop(
    tmp_path: Path,
) -> None:
    notes = nowhere(tmp_path)
    await notes.open("p1", "123456")
    book = await notes.notebook(*PAPER)
    async with asyncio.timeout(0.5):
        book.write(DOCUMENT, 1, LINE, tools.BLUE)
        assert notes.state.saving
        await saved(notes)
    assert notes.state.unsent == 1
    await notes.close()


async def test_a_full_disk_is_said_and_nothing_written_meanwhile_is_lost(tmp_path: Path) -> None:
    notes = nowhere(tmp_path)
    await notes.open("p1", "123456")
    book = await notes.notebook(*PAPER)
    drawer = notes._open_drawer()
    pages = drawer.shelf._db.execute("pragma page_count").fetchone()[0]
    await drawer.run(lambda: drawer.shelf._db.execute(f"pragma max_page_count = {pages}"))
    for page in range(1, 60):
        book.write(DOCUMENT, page, LINE, tools.BLUE)
    async with asyncio.timeout(10):
        while not notes.state.fault:
            await asyncio.sleep(0.005)
    assert notes.state.saving
    await drawer.run(lambda: drawer.shelf._db.execute("pragma max_page_count = 1000000"))
    await saved(notes)
    assert not notes.state.fault
    await notes.close()
    await notes.open("p1", "123456")
    assert len((await notes.notebook(*PAPER)).marks) == 59
    await notes.close()


async def test_a_damaged_file_is_put_aside_and_writing_goes_on(tmp_path: Path) -> None:
    notes = nowhere(tmp_path)
    await notes.open("p1", "123456")
    (await notes.notebook(*PAPER)).write(DOCUMENT, 1, LINE, tools.BLUE)
    await notes.close()
    path = next(one for one in tmp_path.iterdir() if one.suffix == ".db")
    path.write_bytes(b"no database at all" * 400)
    await notes.open("p1", "123456")
    book = await notes.notebook(*PAPER)
    assert book.marks == ()
    book.write(DOCUMENT, 1, LINE, tools.BLUE)
    await saved(notes)
    await notes.close()
    assert path.with_suffix(".damaged").exists()


def test_entries_are_kept_once_and_the_place_in_the_stream_never_goes_back(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "a.db")
    row = Row("0" * 32, "0" * 16, 1, "k", b"x")
    shelf.begin("e1")
    assert shelf.arrived([row], "e1", 7) == (row,)
    assert shelf.arrived([row], "e1", 3) == ()
    assert shelf.position() == ("e1", 7)
    shelf.arrived([], "another epoch", 99)
    assert shelf.position() == ("e1", 7)
    shelf.begin("e2")
    assert shelf.position() == ("e2", 0)
    assert shelf.unsent("k", 10, 100) == (row,)
    shelf.sent([row], "e2", 8)
    assert (shelf.unsent_count(), shelf.position()) == (0, ("e2", 8))
    shelf.close()


# ---- a server that lies, and what it may not do --------------------------------------------------


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path / "server") as opened:
        await opened.desk()
        yield opened


async def tablet(house: House, folder: Path, person: str) -> Notes:
    peer = await house.tablet(person)
    key = DeviceKey(peer.device.key.private_bytes_raw())
    identity = Identity(peer.device.id, key, house.commons.ca_sha256)

    async def way() -> NotesWay | None:
        address = Address(("localhost",), house.port)
        return NotesWay(address, house.trusted, identity, lambda: peer.token)

    place = Place(folder, Vault(b"v" * 32), lambda: 1_758_157_200.0, CHEAP, CHEAP)
    notes = Notes(place, lambda _state: None, way)
    await notes.open(person, house.pins[person])
    await online(notes)
    return notes


async def online(notes: Notes) -> None:
    async with asyncio.timeout(20):
        while not notes.state.online or notes.state.unsent or notes.state.saving:
            await asyncio.sleep(0.005)


def entry(row: Row, **changed: object) -> NoteEntry:
    sealed = urlsafe_b64encode(row.sealed).rstrip(b"=").decode()
    return replace(NoteEntry(row.log, row.writer, row.number, sealed), **changed)


async def test_entries_forged_moved_cut_or_taken_from_others_change_nothing(
    house: House, tmp_path: Path
) -> None:
    person, other = await house.people(2)
    notes, others = await tablet(house, tmp_path / "a", person), None
    book = await notes.notebook(*PAPER)
    for page in (1, 2, 3):
        book.write(DOCUMENT, page, LINE, tools.BLUE)
    book.delete(book.marks[0].id)
    await online(notes)
    others = await tablet(house, tmp_path / "b", other)
    (await others.notebook(*PAPER)).write(DOCUMENT, 1, LINE, tools.RED)
    await online(others)
    marks = book.marks
    drawer, theirs = notes._open_drawer(), others._open_drawer()
    key = drawer.ring.key
    log = key.log(*PAPER)
    rows = await drawer.run(lambda: drawer.shelf.of(log))
    foreign = await theirs.run(lambda: theirs.shelf.of(theirs.ring.key.log(*PAPER)))
    bad = [
        entry(rows[0], number=77),  # another number
        entry(rows[0], writer="f" * 16),  # another writer
        entry(rows[0], log="f" * 32),  # another paper's log
        entry(rows[0], sealed=entry(rows[0]).sealed[:-8], number=78),  # cut off
        entry(rows[0], sealed=entry(rows[1]).sealed, number=79),  # swapped
        entry(foreign[0]),  # another person's
        entry(foreign[0], log=log),
        entry(sealed(PersonKey.new(), person, log, Operation("e" * 16, 1, 1, Put("0" * 32)))),
        entry(sealed(key, person, log, Operation("d" * 16, 9, 1, Put("0" * 32)), number=1)),
        entry(sealed(key, person, log, Operation("c" * 16, 1, 1, Put("0" * 32)), clear=b"\xc1")),
        entry(rows[0]),  # replayed
    ]
    relay = house.commons.notes
    await relay._database.run(lambda db: box.put(db, person, bad))
    fresh = await tablet(house, tmp_path / "c", person)
    assert await fresh.ask_other_device() is None
    async with asyncio.timeout(20):
        while not notes.state.requests:
            await asyncio.sleep(0.005)
    assert await notes.give_key(notes.state.requests[0].device) is None
    read = await fresh.notebook(*PAPER)
    async with asyncio.timeout(20):
        while read.marks != marks:
            await asyncio.sleep(0.005)
    await notes.close()
    await notes.open(person, house.pins[person])
    assert (await notes.notebook(*PAPER)).marks == marks
    for one in (notes, others, fresh):
        await one.close()


def sealed(
    key: PersonKey,
    person: str,
    log: str,
    operation: Operation,
    *,
    number: int = 0,
    clear: bytes = b"",
) -> Row:
    name = EntryName(log, operation.device, number or operation.number)
    raw = clear or write_leaf(PAPER, operation)
    return Row(log, name.writer, name.number, key.name, key.seal(person, name, raw))


async def test_a_server_restored_from_an_old_backup_is_given_everything_again(
    house: House, tmp_path: Path
) -> None:
    [person] = await house.people(1)
    notes = await tablet(house, tmp_path / "a", person)
    book = await notes.notebook(*PAPER)
    for page in (1, 2, 3):
        book.write(DOCUMENT, page, LINE, tools.BLUE)
    await online(notes)
    await notes.close()
    relay = house.commons.notes
    await relay._database.run(lambda db: db.execute("delete from entries where position > 1"))
    await relay._database.run(lambda db: db.execute("update owners set position = 1"))
    await relay._database.run(renew_epoch)
    await notes.open(person, house.pins[person])
    async with asyncio.timeout(20):
        while await relay._database.run(lambda db: db.table("entries").count) < 3:
            await asyncio.sleep(0.01)
    await online(notes)
    await notes.close()


async def test_a_person_may_fill_their_own_room_and_no_more(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(box, "PERSON_BYTES", 50)
    [person] = await house.people(1)
    peer = await house.tablet(person)
    token = await house.commons.notes.allow(person, peer.device.id, 1)
    line = await house.connect(peer.device, "/notes")
    await line.authenticate()
    await line.send(OpenNotes(token, "0" * 32, "A" * 43))
    await line.hear(NotesOpened)
    small, large = (NoteEntry("0" * 32, "0" * 16, size, "A" * size) for size in (40, 80))
    await line.send(PutNotes("x", (small, large)))
    refused = await line.hear(Refused)
    assert refused.refusal.code is Code.NOTES_FULL
    count = await house.commons.notes._database.run(lambda db: db.table("entries").count)
    assert count == 0, "all or none"
