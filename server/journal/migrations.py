"""The journal's tables, step by step. A released step never changes: a new need is a new step."""

import sqlite_utils
from sqlite_utils.migrations import Migrations

journal_migrations = Migrations("journal")
"""Pass this set to `Database.open`."""

_TABLES = (
    """
    create table rooms (
        room text primary key,
        epoch text not null,
        seq integer not null,
        head blob not null,
        summary blob not null
    ) strict
    """,
    """
    create table records (
        room text not null references rooms (room),
        seq integer not null,
        form integer not null,
        bytes blob not null,
        salt blob not null,
        leaf blob not null,
        head blob not null,
        primary key (room, seq)
    ) strict, without rowid
    """,
    """
    create table answers (
        room text not null references rooms (room),
        device text not null,
        request text not null,
        answer blob not null,
        primary key (room, device, request)
    ) strict, without rowid
    """,
    """
    create table drafts (
        place integer primary key,
        room text not null references rooms (room),
        id text not null,
        change blob not null,
        unique (room, id)
    ) strict
    """,
    """
    create table files (
        organization text not null,
        view_sha256 text not null,
        file blob not null,
        primary key (organization, view_sha256)
    ) strict, without rowid
    """,
)


@journal_migrations()
def first(db: sqlite_utils.Database) -> None:
    """Rooms, their records, the answers given, the drafts and the files taken in."""
    for table in _TABLES:
        db.execute(table)


@journal_migrations()
def checkpoints(db: sqlite_utils.Database) -> None:
    """Signed checkpoints of each room's record; rooms of before have none until they go on."""
    db.execute(
        """
        create table checkpoints (
            room text not null references rooms (room),
            size integer not null,
            note text not null,
            primary key (room, size)
        ) strict, without rowid
        """
    )


@journal_migrations()
def urn(db: sqlite_utils.Database) -> None:
    """Sealed ballots until they are opened: no person, no time, and no order but that of a hash."""
    db.execute(
        """
        create table urn (
            room text not null references rooms (room),
            poll text not null,
            slot text not null,
            envelope text not null,
            primary key (room, poll, slot)
        ) strict, without rowid
        """
    )
