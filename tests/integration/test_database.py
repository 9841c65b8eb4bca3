"""The one database file: durable on return, all or nothing, clear about what it will not open."""

import asyncio
import sqlite3
import stat
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import sqlite_utils
from sqlite_utils.migrations import Migrations

from server.database import (
    Database,
    DatabaseDamaged,
    DatabaseNewer,
    NotRecorded,
    OutcomeUnknown,
    _verdict,
)

people = Migrations("people")


@people()
def first(db: sqlite_utils.Database) -> None:
    db.execute("create table people (name text primary key) strict")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "phienhop.db"


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(path, [people])
    yield opened
    await opened.close()


def add(name: str) -> Callable[[sqlite_utils.Database], str]:
    def work(db: sqlite_utils.Database) -> str:
        db.table("people").insert({"name": name})
        return name

    return work


def names(db: sqlite_utils.Database) -> list[str]:
    return [row["name"] for row in db.query("select name from people order by name")]


async def test_what_has_returned_is_there_for_others(database: Database, path: Path) -> None:
    assert await database.run(add("An")) == "An"
    other = sqlite3.connect(path)
    assert other.execute("select name from people").fetchall() == [("An",)]
    other.close()


async def test_nobody_else_may_read_the_file(database: Database, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_failure_rolls_everything_back_and_is_raised(database: Database) -> None:
    def work(db: sqlite_utils.Database) -> None:
        db.table("people").insert_all({"name": f"{number}"} for number in range(250))
        raise KeyError("nobody")

    with pytest.raises(KeyError, match="nobody"):
        await database.run(work)
    with pytest.raises(sqlite3.IntegrityError):
        await database.run(lambda db: [db.execute("insert into people values ('B')") for _ in "ab"])
    assert await database.run(names) == []


async def test_work_is_done_in_the_order_in_which_it_was_asked_for(database: Database) -> None:
    order: list[int] = []
    await asyncio.gather(
        *(database.run(lambda _db, n=number: order.append(n)) for number in range(20))  # type: ignore[misc]
    )
    assert order == list(range(20))


async def test_somebody_who_no_longer_waits_harms_nobody(database: Database) -> None:
    asked = asyncio.ensure_future(database.run(add("An")))
    await asyncio.sleep(0)
    asked.cancel()
    assert await database.run(names) == ["An"]


async def test_a_full_disk_is_not_recorded(database: Database) -> None:
    pages = await database.run(lambda db: db.conn.execute("pragma page_count").fetchone()[0])
    limit = f"pragma max_page_count = {pages}"
    await database.run(lambda db: db.conn.execute(limit).fetchone())
    with pytest.raises(NotRecorded):
        await database.run(add("x" * 100_000))
    assert await database.run(names) == []
    await database.run(lambda db: db.conn.execute("pragma max_page_count = 100000").fetchone())
    await database.run(add("An"))


@pytest.mark.parametrize(
    ("number", "committing", "verdict"),
    [
        (sqlite3.SQLITE_FULL, False, NotRecorded),
        (sqlite3.SQLITE_FULL, True, NotRecorded),
        (sqlite3.SQLITE_IOERR_WRITE, False, NotRecorded),
        (sqlite3.SQLITE_IOERR_FSYNC, True, OutcomeUnknown),
        (sqlite3.SQLITE_BUSY, True, NotRecorded),
        (sqlite3.SQLITE_CORRUPT, False, OutcomeUnknown),
        (sqlite3.SQLITE_CONSTRAINT, False, sqlite3.OperationalError),
    ],
)
def test_what_a_failed_transaction_means(
    number: int, committing: bool, verdict: type[Exception]
) -> None:
    fault = sqlite3.OperationalError("as the disk says")
    fault.sqlite_errorcode = number
    assert type(_verdict(fault, committing=committing)) is verdict


async def test_closing_finishes_and_then_refuses(path: Path) -> None:
    database = await Database.open(path, [people])
    asked = asyncio.ensure_future(database.run(add("An")))
    await asyncio.sleep(0)
    await database.close()
    await database.close()
    assert await asked == "An"
    with pytest.raises(NotRecorded):
        await database.run(names)


async def test_a_backup_is_whole_while_others_write(database: Database, tmp_path: Path) -> None:
    await database.run(add("An"))
    target = tmp_path / "backup.db"
    size = await database.backup(target)
    assert size == target.stat().st_size
    copy = await Database.open(target, [people])
    assert await copy.run(names) == ["An"]
    await copy.close()
    with pytest.raises(FileExistsError):
        await database.backup(target)
    with pytest.raises(NotRecorded):
        await database.backup(tmp_path / "nowhere" / "backup.db")


async def test_a_newer_release_wrote_this(path: Path) -> None:
    newer = Migrations("people")
    newer(name="first")(first)
    newer(name="second")(lambda db: db.execute("create table more (a) "))
    await (await Database.open(path, [newer])).close()
    with pytest.raises(DatabaseNewer, match=r"newer release of Phiên họp .*people/second"):
        await Database.open(path, [people])
    with pytest.raises(DatabaseNewer, match="people/first"):
        await Database.open(path, [])
    await (await Database.open(path, [newer])).close()


async def test_what_is_no_database_is_not_touched(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"a shopping list, and quite a long one" * 100)
    with pytest.raises(DatabaseDamaged, match="Restore it from a backup"):
        await Database.open(path, [people])
    assert path.read_bytes().startswith(b"a shopping list")


async def test_a_damaged_file_is_said_to_be_so(path: Path) -> None:
    database = await Database.open(path, [people])
    await database.run(
        lambda db: db.table("people").insert_all({"name": f"{n:05}" * 50} for n in range(2000))
    )
    await database.run(lambda db: None)
    await database.close()
    raw = bytearray(path.read_bytes())
    raw[4096:] = bytes(len(raw) - 4096)
    path.write_bytes(raw)
    with pytest.raises(DatabaseDamaged, match="cannot be used"):
        await Database.open(path, [people])


async def test_a_folder_that_cannot_be_made_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OSError, match="file"):
        await Database.open(tmp_path / "file" / "phienhop.db", [people])


async def test_a_migration_that_fails_leaves_the_file_as_it_was(path: Path) -> None:
    broken = Migrations("people")
    broken(name="first")(first)
    broken(name="second")(lambda db: db.execute("create table people (again)"))
    with pytest.raises(sqlite3.OperationalError):
        await Database.open(path, [broken])
    opened = await Database.open(path, [people])
    assert await opened.run(names) == []
    await opened.close()
