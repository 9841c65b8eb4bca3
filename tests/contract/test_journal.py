"""What every journal promises; the fake in memory and the one on the disk pass the same cases."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlite_utils

from server.database import Database, NotRecorded
from server.journal import Answered, Batch, Damaged, Dropped, Exists, Journal, Sealed, Signed, seal
from server.journal.memory import MemoryJournal
from server.journal.migrations import journal_migrations
from server.journal.port import chain
from server.journal.sqlite import SqliteJournal, renew_epochs
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.ledger import START
from server.protocol.state import File, Organization
from server.protocol.upcast import upcast

ROOM = "m1"
CREATED = e.MeetingCreated(ROOM, Organization("o1", "Hội đồng nhân dân"), "Kỳ họp")
FILE = File("a" * 64, "b" * 64, pages=3, size=100, name="tờ trình.pdf")


def sealed(seq: int, event: e.Event | None = None) -> Sealed:
    return seal(
        e.Record(seq, 1000 + seq, event or e.NoticeSent(f"số {seq}")), bytes([seq % 256]) * 16
    )


def draft(name: str, title: str = "Mục") -> c.Draft:
    return c.Draft(name, c.AddItem(f"i-{name}", 0, title, title))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "phienhop.db", [journal_migrations])
    yield opened
    await opened.close()


@pytest.fixture(params=["memory", "sqlite"])
async def journal(request: pytest.FixtureRequest, database: Database) -> Journal:
    return MemoryJournal() if request.param == "memory" else SqliteJournal(database)


@pytest.fixture
async def room(journal: Journal) -> str:
    first = Batch([sealed(1, CREATED)], [Answered("d1", "r1", b"yes")], summary=b"{}")
    await journal.create(ROOM, "epoch-1", first)
    return ROOM


async def test_a_room_is_found_as_it_was_created(journal: Journal, room: str) -> None:
    opened = await journal.open(room)
    assert opened is not None
    assert opened.epoch == "epoch-1"
    assert opened.records == (sealed(1, CREATED),)
    assert opened.head == chain(START, [sealed(1, CREATED)])
    assert opened.answers == {("d1", "r1"): b"yes"}
    assert opened.drafts == ()
    assert await journal.summaries() == {room: b"{}"}


async def test_an_unknown_room_is_none_and_empty(journal: Journal) -> None:
    assert await journal.open("nowhere") is None
    assert await journal.read("nowhere") == ()
    with pytest.raises(KeyError):
        await journal.append("nowhere", Batch([sealed(1)]))


async def test_a_room_is_created_once(journal: Journal, room: str) -> None:
    with pytest.raises(Exists):
        await journal.create(room, "epoch-2", Batch([sealed(1, CREATED)]))
    opened = await journal.open(room)
    assert opened is not None
    assert opened.epoch == "epoch-1"


async def test_a_room_that_cannot_be_created_is_not_there(journal: Journal) -> None:
    with pytest.raises(ValueError, match="continue after 0"):
        await journal.create("m2", "epoch", Batch([sealed(2)]))
    assert await journal.open("m2") is None


async def test_bytes_are_kept_verbatim_and_chained(journal: Journal, room: str) -> None:
    records = [sealed(number) for number in range(2, 303)]  # more than sqlite-utils takes at once
    head = await journal.append(room, Batch(records))
    assert await journal.read(room) == (sealed(1, CREATED), *records)
    assert head == chain(START, [sealed(1, CREATED), *records])
    assert upcast(records[-1].form, records[-1].raw).event == e.NoticeSent("số 302")


@pytest.mark.parametrize("after", [0, 1, 2, 3, 9])
async def test_reading_begins_after_a_position(journal: Journal, room: str, after: int) -> None:
    await journal.append(room, Batch([sealed(2), sealed(3)]))
    every = (sealed(1, CREATED), sealed(2), sealed(3))
    assert await journal.read(room, after) == every[after:]


@pytest.mark.parametrize("numbers", [[1], [3], [2, 4], [3, 2]])
async def test_a_gap_or_repeat_writes_nothing(
    journal: Journal, room: str, numbers: list[int]
) -> None:
    batch = Batch([sealed(number) for number in numbers], [Answered("d1", "r2", b"no")])
    with pytest.raises(ValueError, match="continue after 1"):
        await journal.append(room, batch)
    opened = await journal.open(room)
    assert opened is not None
    assert opened.records == (sealed(1, CREATED),)
    assert opened.answers == {("d1", "r1"): b"yes"}


async def test_answers_and_summary_go_with_the_records(journal: Journal, room: str) -> None:
    answers = [Answered("d1", "r2", b"2"), Answered("d2", "r2", b"other device")]
    await journal.append(room, Batch([sealed(2)], answers, summary=b"new"))
    await journal.append(room, Batch(answers=[Answered("d1", "r3", b"refused")]))
    opened = await journal.open(room)
    assert opened is not None
    assert opened.answers == {
        ("d1", "r1"): b"yes",
        ("d1", "r2"): b"2",
        ("d2", "r2"): b"other device",
        ("d1", "r3"): b"refused",
    }
    assert await journal.summaries() == {room: b"new"}


async def test_drafts_keep_their_place_until_dropped_or_published(
    journal: Journal, room: str
) -> None:
    for name in ("a", "b", "c", "d"):
        await journal.put_draft(room, draft(name))
    await journal.put_draft(room, draft("b", "Mục sửa"))
    await journal.drop_draft(room, "a")
    await journal.drop_draft(room, "unknown")
    await journal.append(room, Batch([sealed(2)], published=["c", "unknown"]))
    opened = await journal.open(room)
    assert opened is not None
    assert opened.drafts == (draft("b", "Mục sửa"), draft("d"))


async def test_a_new_epoch_keeps_the_record(journal: Journal, room: str) -> None:
    await journal.probe(room)
    await journal.renew(room, "epoch-2")
    opened = await journal.open(room)
    assert opened is not None
    assert (opened.epoch, len(opened.records)) == ("epoch-2", 1)


async def test_files_are_remembered_for_each_organization(journal: Journal) -> None:
    assert await journal.files() == ()
    for organization in ("o1", "o2", "o1"):
        await journal.put_file(organization, FILE)
    assert set(await journal.files()) == {("o1", FILE), ("o2", FILE)}


# ---- the disk only -------------------------------------------------------------------------------


@pytest.fixture
async def kept(database: Database) -> SqliteJournal:
    journal = SqliteJournal(database)
    await journal.create(ROOM, "epoch-1", Batch([sealed(1, CREATED)]))
    await journal.append(ROOM, Batch([sealed(2), sealed(3)]))
    return journal


async def test_everything_is_there_after_opening_again(
    kept: SqliteJournal, database: Database, tmp_path: Path
) -> None:
    before = await kept.open(ROOM)
    await database.close()
    again = await Database.open(tmp_path / "phienhop.db", [journal_migrations])
    assert await SqliteJournal(again).open(ROOM) == before
    await again.close()


@pytest.mark.parametrize(
    ("damage", "where"),
    [
        ("update records set bytes = x'00' where seq = 2", "entry 2 does not fit"),
        ("update records set salt = zeroblob(16) where seq = 3", "entry 3 does not fit"),
        ("update records set head = zeroblob(32) where seq = 1", "entry 1 does not fit"),
        ("delete from records where seq = 2", "entry 2 is missing"),
        ("delete from records where seq = 3", "3 entries were written, 2 are left"),
        ("update rooms set head = zeroblob(32)", "3 entries were written"),
    ],
)
async def test_a_changed_record_is_noticed(
    kept: SqliteJournal, database: Database, damage: str, where: str
) -> None:
    await database.run(lambda db: db.execute(damage))
    with pytest.raises(Damaged, match=where):
        await kept.open(ROOM)


async def test_a_full_disk_leaves_nothing_of_the_batch(
    kept: SqliteJournal, database: Database
) -> None:
    def fill(db: sqlite_utils.Database) -> None:
        pages = db.conn.execute("pragma page_count").fetchone()[0]
        db.conn.execute(f"pragma max_page_count = {pages}")

    def free(db: sqlite_utils.Database) -> None:
        db.conn.execute("pragma max_page_count = 1000000")

    await database.run(fill)
    large = e.NoticeSent("x" * 300)
    batch = Batch([sealed(number, large) for number in range(4, 104)], [Answered("d", "r", b"a")])
    with pytest.raises(NotRecorded):
        await kept.append(ROOM, batch)
    await kept.probe(ROOM)
    opened = await kept.open(ROOM)
    assert opened is not None
    assert (len(opened.records), opened.answers) == (3, {})
    await database.run(free)
    await kept.append(ROOM, batch)
    assert len(await kept.read(ROOM)) == 103


async def test_a_restored_backup_has_a_new_epoch(
    kept: SqliteJournal, database: Database, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    assert await database.backup(copy) == copy.stat().st_size
    await kept.append(ROOM, Batch([sealed(4)]))
    restored = await Database.open(copy, [journal_migrations])
    await restored.run(lambda db: renew_epochs(db, "epoch-2"))
    opened = await SqliteJournal(restored).open(ROOM)
    await restored.close()
    assert opened is not None
    assert (opened.epoch, len(opened.records)) == ("epoch-2", 3)


async def test_the_file_is_written_ahead_and_fully_synchronous(
    kept: SqliteJournal, database: Database
) -> None:
    def modes(db: sqlite_utils.Database) -> tuple[str, int]:
        connection: sqlite3.Connection = db.conn
        journal_mode = connection.execute("pragma journal_mode").fetchone()[0]
        return journal_mode, connection.execute("pragma synchronous").fetchone()[0]

    assert await database.run(modes) == ("wal", 2)


async def test_checkpoints_are_kept_with_what_they_cover(journal: Journal, room: str) -> None:
    opened = await journal.open(room)
    assert opened is not None
    assert opened.checkpoints == ()
    await journal.append(room, Batch([sealed(2), sealed(3)], checkpoint=Signed(3, "drei")))
    await journal.append(room, Batch(checkpoint=Signed(2, "zwei")))
    await journal.append(room, Batch(checkpoint=Signed(3, "drei")))
    opened = await journal.open(room)
    assert opened is not None
    assert opened.checkpoints == (Signed(2, "zwei"), Signed(3, "drei"))


async def test_one_record_is_found_by_its_number(journal: Journal, room: str) -> None:
    await journal.append(room, Batch([sealed(2), sealed(3)]))
    assert await journal.record(room, 2) == sealed(2)
    assert await journal.record(room, 4) is None
    assert await journal.record("nowhere", 1) is None


async def test_an_urn_holds_the_last_envelope_of_each_ballot_in_no_order_of_casting(
    journal: Journal, room: str
) -> None:
    assert await journal.urn(room, "q1") == ()
    await journal.append(room, Batch(urn=[Dropped("q1", f"b{n}", f"e{n}") for n in range(5)]))
    await journal.append(room, Batch(urn=[Dropped("q1", "b9", "e9", replaces="b2")]))
    await journal.append(room, Batch(urn=[Dropped("q2", "b0", "other")]))
    found = await journal.urn(room, "q1")
    assert sorted(found) == ["e0", "e1", "e3", "e4", "e9"]
    assert list(found) != sorted(found)
    await journal.empty_urn(room, "q1")
    await journal.empty_urn(room, "q1")
    assert await journal.urn(room, "q1") == ()
    assert await journal.urn(room, "q2") == ("other",)
