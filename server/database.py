"""The one database file: one thread owns it, every piece of work is one durable transaction.

WAL with `synchronous=FULL`: what `run` returned has survived a power cut (`server.md`).
"""

import asyncio
import contextlib
import os
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import sqlite_utils
from sqlite_utils.migrations import Migrations

T = TypeVar("T")

_NOT_WRITTEN = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY}
"""Primary codes after which SQLite promises that nothing of the transaction reached the disk."""
_DISK = _NOT_WRITTEN | {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM}
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_Job = tuple[Callable[[sqlite_utils.Database], Any], asyncio.AbstractEventLoop, asyncio.Future[Any]]


class NotRecorded(Exception):  # noqa: N818 - it names what became of the work
    """The transaction is not on the disk (a full disk, a failing one); memory may go on."""


class OutcomeUnknown(Exception):  # noqa: N818 - it names what became of the work
    """The disk failed in the middle of the commit: nobody can say whether it is recorded."""


class DatabaseNewer(Exception):  # noqa: N818 - it names the state of the file
    """The file was written by a newer release. The text is a whole sentence for a person."""


class DatabaseDamaged(Exception):  # noqa: N818 - it names the state of the file
    """The file is no database of ours or is damaged. The text is a sentence for a person."""


class Database:
    """One writer thread that owns one `sqlite_utils.Database`."""

    def __init__(self, path: Path) -> None:
        """Use `open`: a bare instance has no thread yet."""
        self.path = path
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    @classmethod
    async def open(cls, path: Path, migrations: Sequence[Migrations]) -> "Database":
        """Open or make the file and bring it up to date.

        Raises DatabaseNewer, DatabaseDamaged, or OSError when the folder cannot be used.
        """
        database = cls(path)
        loop = asyncio.get_running_loop()
        opened: asyncio.Future[None] = loop.create_future()
        database._thread = threading.Thread(
            target=database._own, args=(migrations, loop, opened), name="database", daemon=True
        )
        database._thread.start()
        await opened
        return database

    async def run(self, work: Callable[[sqlite_utils.Database], T]) -> T:
        """Do `work` as one transaction; on return it is on the disk.

        An exception of `work` rolls everything back and is raised here. Raises NotRecorded when
        the disk refuses, OutcomeUnknown when it failed while committing.
        """
        if self._thread is None:
            raise NotRecorded("the database is closed")
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self._jobs.put((work, loop, done))
        return await done

    async def backup(self, target: Path) -> int:
        """Write a copy as of now to `target`, while others write; returns its size in bytes.

        Raises FileExistsError when there is a file already, NotRecorded when it does not fit.
        """
        return await asyncio.to_thread(_copy, self.path, target)

    async def close(self) -> None:
        """Finish what was asked for, then let go of the file. Twice does no harm."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._jobs.put(None)
            await asyncio.to_thread(thread.join)

    def _own(
        self,
        migrations: Sequence[Migrations],
        loop: asyncio.AbstractEventLoop,
        opened: "asyncio.Future[None]",
    ) -> None:
        try:
            db = _prepare(self.path, migrations)
        except Exception as fault:  # noqa: BLE001 - whatever it is belongs to the caller
            _tell(loop, opened, fault=fault)
            return
        _tell(loop, opened, result=None)
        with contextlib.closing(db):
            while (job := self._jobs.get()) is not None:
                _do(db, *job)


def _tell(
    loop: asyncio.AbstractEventLoop,
    future: "asyncio.Future[Any]",
    *,
    result: object = None,
    fault: Exception | None = None,
) -> None:
    def settle() -> None:
        if future.done():  # the asker was cancelled; the work is done all the same
            return
        if fault is None:
            future.set_result(result)
        else:
            future.set_exception(fault)

    with contextlib.suppress(RuntimeError):  # the loop is gone, and with it whoever asked
        loop.call_soon_threadsafe(settle)


def _do(
    db: sqlite_utils.Database,
    work: Callable[[sqlite_utils.Database], Any],
    loop: asyncio.AbstractEventLoop,
    done: "asyncio.Future[Any]",
) -> None:
    try:
        _tell(loop, done, result=_transact(db, work))
    except Exception as fault:  # noqa: BLE001 - whatever it is belongs to the caller
        _tell(loop, done, fault=fault)


def _transact(db: sqlite_utils.Database, work: Callable[[sqlite_utils.Database], T]) -> T:
    committing = False
    try:
        with db.atomic():
            result = work(db)
            committing = True
    except sqlite3.Error as fault:
        raise _verdict(fault, committing=committing) from fault
    return result


def _primary(fault: sqlite3.Error) -> int:
    """Return SQLite's primary result code; 0 for an error that Python's module raised itself."""
    return (getattr(fault, "sqlite_errorcode", 0) or 0) & 0xFF


def _verdict(fault: sqlite3.Error, *, committing: bool) -> Exception:
    """Say what a failed transaction means for whoever asked."""
    primary = _primary(fault)
    if primary in _DAMAGE:
        return OutcomeUnknown(f"the database is damaged: {fault}")
    if committing and primary not in _NOT_WRITTEN:
        return OutcomeUnknown(f"the disk failed while committing: {fault}")
    return NotRecorded(str(fault)) if primary in _DISK else fault


def _prepare(path: Path, migrations: Sequence[Migrations]) -> sqlite_utils.Database:
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # nobody else reads it
    db = sqlite_utils.Database(path)
    try:
        db.conn.execute("PRAGMA busy_timeout = 5000")
        db.conn.execute("PRAGMA journal_mode = WAL").fetchone()
        db.conn.execute("PRAGMA synchronous = FULL")
        db.conn.execute("PRAGMA foreign_keys = ON")
        _check(path, db)
        _refuse_newer(path, db, migrations)
        for one in migrations:
            one.apply(db)
    except sqlite3.Error as fault:
        db.close()
        if _primary(fault) in _DAMAGE:
            raise DatabaseDamaged(_damaged(path, str(fault))) from fault
        raise
    except BaseException:
        db.close()
        raise
    return db


def _damaged(path: Path, reason: str) -> str:
    return f"The database {path} cannot be used ({reason}). Restore it from a backup."


def _check(path: Path, db: sqlite_utils.Database) -> None:
    verdict = db.conn.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise DatabaseDamaged(_damaged(path, str(verdict)))


def _refuse_newer(path: Path, db: sqlite_utils.Database, migrations: Sequence[Migrations]) -> None:
    """Migrations that this release has never heard of come from a newer one."""
    if not db[Migrations.migrations_table].exists():
        return
    empty = sqlite_utils.Database(memory=True)
    known = {(one.name, step.name) for one in migrations for step in one.pending(empty)}
    empty.close()
    rows = db.query(f"select migration_set, name from {Migrations.migrations_table}")  # noqa: S608 - a constant
    unknown = sorted({(row["migration_set"], row["name"]) for row in rows} - known)
    if unknown:
        raise DatabaseNewer(
            f"The database {path} was written by a newer release of Phiên họp "
            f"(it holds {unknown[0][0]}/{unknown[0][1]}). Start that release, or restore an "
            "older backup."
        )


def _copy(source: Path, target: Path) -> int:
    if target.exists():
        raise FileExistsError(target)
    db = sqlite3.connect(source)
    try:
        db.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as fault:
        target.unlink(missing_ok=True)
        raise NotRecorded(str(fault)) from fault
    finally:
        db.close()
    target.chmod(0o600)
    with target.open("rb") as file:
        os.fsync(file.fileno())
    return target.stat().st_size
