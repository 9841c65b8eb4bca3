"""What this device keeps of one person's notes: sealed entries and shares, in one SQLite file.

Written through to the disk before anything is acknowledged: a process that is killed, or a tablet
whose battery is taken out, loses nothing that was said to be saved. Everything waits for the disk:
call it in one thread.
"""

import contextlib
import logging
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from server.protocol.ids import PersonId
from server.protocol.notes import KeyId, LogId, ShareId, WriterId

_log = logging.getLogger(__name__)
_TABLES = """
create table if not exists entries (
    log text not null, writer text not null, number integer not null,
    key text not null, sealed blob not null, sent integer not null,
    primary key (log, writer, number)
) strict, without rowid;
create index if not exists unsent on entries (sent) where sent = 0;
create table if not exists shares (
    sender text not null, share text not null, at integer not null, sealed blob not null,
    primary key (sender, share)
) strict;
create table if not exists taken_back (share text primary key) strict;
create table if not exists facts (name text primary key, value text not null) strict;
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One sealed entry. `key` names what it is sealed with; empty: not known here."""

    log: LogId
    writer: WriterId
    number: int
    key: KeyId
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Share:
    """Something that somebody shares with this person."""

    sender: PersonId
    share: ShareId
    at: int
    sealed: bytes


class Shelf:
    """One open file."""

    def __init__(self, path: Path) -> None:
        """Open or make the file. A damaged one is put aside: the server has what was sent."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self._db = _open(path)
        except sqlite3.DatabaseError:
            _log.exception("the notes file %s is damaged; it is put aside", path.name)
            path.replace(path.with_suffix(".damaged"))
            for one in ("-wal", "-shm"):
                path.with_name(path.name + one).unlink(missing_ok=True)
            self._db = _open(path)
        path.chmod(0o600)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    # ---- entries ---------------------------------------------------------------------------------

    def append(self, rows: Iterable[Row]) -> None:
        """Keep what was written here; on return it is on the disk. Raises sqlite3.Error."""
        with self._transaction() as db:
            db.executemany(
                "insert or ignore into entries values (?, ?, ?, ?, ?, 0)",
                [(row.log, row.writer, row.number, row.key, row.sealed) for row in rows],
            )

    def arrived(self, rows: Iterable[Row], epoch: str, position: int) -> tuple[Row, ...]:
        """Keep what came from the server, up to that position; return what is new here."""
        fresh = []
        with self._transaction() as db:
            for row in rows:
                done = db.execute(
                    "insert or ignore into entries values (?, ?, ?, ?, ?, 1)",
                    (row.log, row.writer, row.number, row.key, row.sealed),
                )
                if done.rowcount:
                    fresh.append(row)
            self._reach(db, epoch, position)
        return tuple(fresh)

    def of(self, log: LogId, *, sent: bool = False) -> tuple[Row, ...]:
        """Return a log's entries; with `sent` those that the server has confirmed."""
        rows = self._db.execute(
            "select log, writer, number, key, sealed from entries where log = ? and sent >= ?"
            " order by writer, number",
            (log, int(sent)),
        )
        return tuple(Row(*row) for row in rows)

    def unsent(self, key: KeyId, limit: int, room: int) -> tuple[Row, ...]:
        """Return entries under that key that the server has not confirmed.

        About `room` bytes of them at most: all but one that alone has more.
        """
        rows = self._db.execute(
            "select log, writer, number, key, sealed from entries"
            " where sent = 0 and key = ? limit ?",
            (key, limit),
        )
        found: list[Row] = []
        for row in rows:
            room -= len(row[4])
            if found and room < 0:
                break
            found.append(Row(*row))
        return tuple(found)

    def unsent_count(self) -> int:
        """Return how many entries the server has not confirmed."""
        return int(self._db.execute("select count(*) from entries where sent = 0").fetchone()[0])

    def sent(self, rows: Iterable[Row], epoch: str, position: int) -> None:
        """The server has these; `position` as in SPEC 15.5."""
        with self._transaction() as db:
            db.executemany(
                "update entries set sent = 1 where log = ? and writer = ? and number = ?",
                [(row.log, row.writer, row.number) for row in rows],
            )
            if position:
                self._reach(db, epoch, position)

    def under(self, key: KeyId) -> tuple[Row, ...]:
        """Return the entries sealed with a key."""
        rows = self._db.execute(
            "select log, writer, number, key, sealed from entries where key = ?", (key,)
        )
        return tuple(Row(*row) for row in rows)

    def replace(self, old: Iterable[Row], new: Iterable[Row]) -> None:
        """Put entries sealed anew in the place of old ones; they are to be sent."""
        with self._transaction() as db:
            db.executemany(
                "delete from entries where log = ? and writer = ? and number = ?",
                [(row.log, row.writer, row.number) for row in old],
            )
            db.executemany(
                "insert or replace into entries values (?, ?, ?, ?, ?, 0)",
                [(row.log, row.writer, row.number, row.key, row.sealed) for row in new],
            )

    # ---- where the stream stands -----------------------------------------------------------------

    def position(self) -> tuple[str, int]:
        """Return the server's epoch and the position up to which everything is here."""
        return self._fact("epoch"), int(self._fact("position") or 0)

    def begin_anew(self, key: KeyId) -> None:
        """The server has nothing any more, and what is under other keys nobody can read."""
        with self._transaction() as db:
            db.execute("delete from entries where key != ?", (key,))
            db.execute("update entries set sent = 0")

    def begin(self, epoch: str) -> None:
        """The server began another epoch: send everything again, and read from the start."""
        with self._transaction() as db:
            db.execute("update entries set sent = 0")
            self._put(db, "epoch", epoch)
            self._put(db, "position", "0")

    def _reach(self, db: sqlite3.Connection, epoch: str, position: int) -> None:
        known, held = self.position()
        if epoch == known and position > held:
            self._put(db, "position", str(position))

    def _fact(self, name: str) -> str:
        row = self._db.execute("select value from facts where name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def _put(self, db: sqlite3.Connection, name: str, value: str) -> None:
        db.execute("insert or replace into facts values (?, ?)", (name, value))

    # ---- shares ----------------------------------------------------------------------------------

    def shared(self, shares: Iterable[Share], *, first: bool) -> None:
        """Keep what others share; `first`: nothing else is shared any more."""
        with self._transaction() as db:
            if first:
                db.execute("delete from shares")
            db.executemany(
                "insert or replace into shares values (?, ?, ?, ?)",
                [(one.sender, one.share, one.at, one.sealed) for one in shares],
            )

    def unshared(self, sender: PersonId, share: ShareId) -> None:
        """A share was taken back: delete it."""
        with self._transaction() as db:
            db.execute("delete from shares where sender = ? and share = ?", (sender, share))

    def take_back(self, shares: Iterable[ShareId]) -> None:
        """Remember what the server is to take back from its readers."""
        with self._transaction() as db:
            rows = [(share,) for share in shares]
            db.executemany("insert or ignore into taken_back values (?)", rows)

    def to_take_back(self) -> tuple[ShareId, ...]:
        """Return what the server has not taken back yet."""
        return tuple(str(row[0]) for row in self._db.execute("select share from taken_back"))

    def taken_back(self, share: ShareId) -> None:
        """The server has taken it back, or it is shared again on purpose."""
        with self._transaction() as db:
            db.execute("delete from taken_back where share = ?", (share,))

    def shares(self) -> tuple[Share, ...]:
        """Return what others share with this person, oldest first."""
        rows = self._db.execute("select sender, share, at, sealed from shares order by at, share")
        return tuple(Share(*row) for row in rows)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._db.execute("begin immediate")
        try:
            yield self._db
            self._db.execute("commit")
        except BaseException:
            if self._db.in_transaction:  # a full disk has rolled it back already
                self._db.execute("rollback")
            raise


def _open(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        db.execute("pragma journal_mode = wal").fetchone()
        db.execute("pragma synchronous = full")
        db.execute("pragma secure_delete = on")
        db.executescript(_TABLES)
        _check(db)
    except BaseException:
        db.close()
        raise
    return db


def _check(db: sqlite3.Connection) -> None:
    if db.execute("pragma quick_check(1)").fetchone()[0] != "ok":
        raise sqlite3.DatabaseError("damaged")
