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
import sqlite_utils
from msgspec.structs import replace

from client.device.credentials import DeviceKey, Identity
from client.device.pinlock import Cost
from client.device.vault import Vault
from client.ink import tools
from client.ink.operations import Operation, Put
from client.ink.packing import Point
from client.line import Address
from client.notes.keys import EntryName, PersonKey
from client.notes.line import NotesWay
from client.notes.notes import Notes, Place
from client.notes.pages import write_leaf
from client.notes.shelf import Row, Shelf
from server import backup
from server.database import Database
from server.folder import Folder
from server.notes import box
from server.notes.migrations import migrations as notes_migrations
from server.notes.migrations import renew_epoch
from server.protocol.frames import ClientFrame, Refused, Resume, ServerFrame, SignedIn, SignOut
from server.protocol.notes import (
    AllowNotes,
    NoteCopy,
    NoteEntry,
    NotesAllowed,
    NotesOpened,
    OpenNotes,
    PutNoteKey,
    PutNotes,
    ResetNotes,
    ShareNotes,
    WrappedKey,
)
from server.protocol.refusals import Code, Refusal
from server.serving import MIGRATIONS
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
from client.device.pinlock import Cost
from client.device.vault import Vault

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


async def test_what_needs_the_server_says_so_without_it(tmp_path: Path) -> None:
    notes = nowhere(tmp_path)
    await notes.close()
    assert notes.shared_with_me(*PAPER) == ()
    await notes.open("p1", "123456")
    unreachable = Refusal(Code.SERVER_UNREACHABLE)
    assert await notes.unlock("x") == unreachable
    assert await notes.make_code() == unreachable
    assert await notes.set_passphrase("một câu đủ dài") == unreachable
    assert await notes.ask_other_device() == unreachable
    assert await notes.give_key("d1") == unreachable
    assert await notes.begin_anew() == unreachable
    assert await notes.share(*PAPER, (), ("p2",)) == unreachable
    assert await notes.unshare(*PAPER, ()) == unreachable
    assert notes.shared_with_me(*PAPER) == ()
    await notes.close()


async def test_a_locked_tablet_makes_no_code_and_gives_no_key(house: House, tmp_path: Path) -> None:
    [person] = await house.people(1)
    first = await tablet(house, tmp_path / "a", person)
    assert await first.give_key("nobody") == Refusal(Code.DEVICE_UNKNOWN)
    second = await tablet(house, tmp_path / "b", person)
    assert second.state.locked
    assert await second.make_code() == Refusal(Code.NOTES_KEY_OTHER)
    assert isinstance(await second.unlock("không phải mã"), Refusal)
    assert await first.unshare(*PAPER, ("0" * 32,)) is None
    for one in (first, second):
        await one.close()


async def test_the_line_refuses_what_is_not_its_business(house: House) -> None:
    one, _ = await house.people(2)
    peer = await house.tablet(one)
    line = await house.connect(peer.device, "/notes")
    await line.authenticate()
    await line.send(Resume("d3Jvbmc"))
    assert (await line.hear(Refused)).refusal.code is Code.TOKEN_WRONG
    await line.send(AllowNotes("a"))
    assert await line.hear(Refused) == Refused(Refusal(Code.NOT_SIGNED_IN), "a")
    await line.send(Resume(peer.token))
    await line.hear(SignedIn)
    await line.send(AllowNotes("b"))
    allowed = await line.hear(NotesAllowed)
    await line.send(OpenNotes(allowed.token, "0" * 32, "A" * 43))
    await line.hear(NotesOpened)
    wrong: dict[ClientFrame, Code] = {
        SignOut(): Code.OUT_OF_TURN,
        ShareNotes("c", "0" * 32, (NoteCopy("stranger", "AAAA"),)): Code.READER_UNKNOWN,
        PutNoteKey("d", WrappedKey("code", "f" * 32, "AAAA")): Code.NOTES_KEY_OTHER,
        PutNoteKey("e", WrappedKey("request", "0" * 32, "AAAA", device="x")): Code.NOT_ALLOWED,
    }
    for frame, code in wrong.items():
        await line.send(frame)
        assert (await line.hear(Refused)).refusal.code is code
    answers = [
        await house.commons.notes.wrap(one, WrappedKey("request", "0" * 32, "AAAA", device=name))
        for name in (f"d{number}" for number in range(box.REQUESTS + 1))
    ]
    assert answers == [None] * box.REQUESTS + [Refusal(Code.TOO_MANY_REQUESTS)]


async def test_shares_have_a_limit_and_a_disk_that_refuses_is_said(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = await house.people(2)
    relay = house.commons.notes
    monkeypatch.setattr(box, "SHARES", 1)
    copies = (NoteCopy(other, "AAAA"),)
    assert await relay.share(one, "1" * 32, copies, 1) is None
    full = await relay.share(one, "2" * 32, copies, 1)
    assert full is not None
    assert full.code is Code.NOTES_FULL
    assert [shared.share for shared in await relay.shared_with(other)] == ["1" * 32]
    await relay._database.close()
    refused = Refusal(Code.NOT_RECORDED)
    entries = (NoteEntry("0" * 32, "0" * 16, 1, "AAAA"),)
    assert await relay.put(one, entries, Silent()) == refused
    assert await relay.share(one, "1" * 32, copies, 1) == refused
    assert await relay.unshare(one, "1" * 32) == refused
    assert await relay.wrap(one, WrappedKey("code", "0" * 32, "AAAA")) == refused
    assert await relay.reset(one, ResetNotes("r", "0" * 32, "A" * 43), Silent()) == refused


class Silent:
    """A line that listens to nothing."""

    live = behind = False

    def tell(self, frame: ServerFrame) -> None:
        raise AssertionError(frame)


async def test_a_backup_holds_the_notes_and_a_restore_begins_another_epoch(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "server")
    async with open_house(folder.root) as opened:
        await opened.desk()
        [person] = await opened.people(1)
        notes = await tablet(opened, tmp_path / "a", person)
        (await notes.notebook(*PAPER)).write(DOCUMENT, 1, LINE, tools.BLUE)
        await online(notes)
        await notes.close()
        before = await opened.commons.notes._database.run(epoch)
        made = await asyncio.to_thread(backup.make, folder, tmp_path / "b.tar", "now")
        assert not isinstance(made, Refusal)
    assert await backup.restore(folder, tmp_path / "b.tar", MIGRATIONS, "e2", "x") is not None
    restored = await Database.open(folder.notes, (notes_migrations,))
    assert await restored.run(lambda db: db.table("entries").count) == 1
    assert await restored.run(epoch) != before
    await restored.close()


def epoch(db: sqlite_utils.Database) -> str:
    return str(next(iter(db.query("select epoch from epoch")))["epoch"])
