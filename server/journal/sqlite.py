"""The journal in SQLite: all rooms in the one `Database`."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import sqlite_utils

from server.database import Database
from server.journal.port import (
    EMPTY_HEAD,
    Batch,
    Damaged,
    Exists,
    Opened,
    Sealed,
    Signed,
    chain,
    check_order,
    slot,
)
from server.protocol.commands import Draft
from server.protocol.ids import ChangeId, Envelope, MeetingId, OrganizationId, PollId
from server.protocol.ledger import extend, leaf
from server.protocol.state import File

_draft = msgspec.json.Decoder(Draft)
_file = msgspec.json.Decoder(File)


class SqliteJournal:
    """Rooms on the disk. The database must have been opened with `journal_migrations`."""

    def __init__(self, database: Database) -> None:
        """Keep the database; nothing is read before it is asked for."""
        self._database = database

    async def create(self, room: MeetingId, epoch: str, batch: Batch) -> None:
        """See `Journal.create`."""

        def work(db: sqlite_utils.Database) -> None:
            if _room(db, room) is not None:
                raise Exists(room)
            db.execute("insert into rooms values (?, ?, 0, ?, x'')", (room, epoch, EMPTY_HEAD))
            _append(db, room, batch)

        await self._database.run(work)

    async def append(self, room: MeetingId, batch: Batch) -> bytes:
        """See `Journal.append`."""
        return await self._database.run(lambda db: _append(db, room, batch))

    async def read(self, room: MeetingId, after: int = 0) -> tuple[Sealed, ...]:
        """See `Journal.read`."""
        return await self._database.run(lambda db: _read(db, room, after))

    async def record(self, room: MeetingId, seq: int) -> Sealed | None:
        """See `Journal.record`."""
        return await self._database.run(lambda db: _record(db, room, seq))

    async def open(self, room: MeetingId) -> Opened | None:
        """See `Journal.open`."""
        return await self._database.run(lambda db: _open(db, room))

    async def summaries(self) -> Mapping[MeetingId, bytes]:
        """See `Journal.summaries`."""
        return await self._database.run(
            lambda db: {row["room"]: row["summary"] for row in db.query("select * from rooms")}
        )

    async def urn(self, room: MeetingId, poll: PollId) -> tuple[Envelope, ...]:
        """See `Journal.urn`."""

        def work(db: sqlite_utils.Database) -> tuple[Envelope, ...]:
            asked = "select envelope from urn where room = ? and poll = ? order by slot"
            return tuple(row["envelope"] for row in db.query(asked, [room, poll]))

        return await self._database.run(work)

    async def empty_urn(self, room: MeetingId, poll: PollId) -> None:
        """See `Journal.empty_urn`: the pages are overwritten too."""

        def work(db: sqlite_utils.Database) -> None:
            db.execute("pragma secure_delete = on").fetchall()
            db.execute("delete from urn where room = ? and poll = ?", (room, poll))

        await self._database.run(work)

    async def probe(self, room: MeetingId) -> None:
        """See `Journal.probe`."""
        await self._database.run(lambda db: _touch(db, room))

    async def renew(self, room: MeetingId, epoch: str) -> None:
        """See `Journal.renew`."""

        def work(db: sqlite_utils.Database) -> None:
            db.execute("update rooms set epoch = ? where room = ?", (epoch, room))

        await self._database.run(work)

    async def put_draft(self, room: MeetingId, draft: Draft) -> None:
        """See `Journal.put_draft`."""

        def work(db: sqlite_utils.Database) -> None:
            db.execute(
                "insert into drafts (room, id, change) values (?, ?, ?) "
                "on conflict (room, id) do update set change = excluded.change",
                (room, draft.id, msgspec.json.encode(draft)),
            )

        await self._database.run(work)

    async def drop_draft(self, room: MeetingId, draft: ChangeId) -> None:
        """See `Journal.drop_draft`."""
        await self._database.run(lambda db: _drop_drafts(db, room, (draft,)))

    async def put_file(self, organization: OrganizationId, file: File) -> None:
        """See `Journal.put_file`."""

        def work(db: sqlite_utils.Database) -> None:
            row = (organization, file.view_sha256, msgspec.json.encode(file))
            db.execute("insert or replace into files values (?, ?, ?)", row)

        await self._database.run(work)

    async def files(self) -> Sequence[tuple[OrganizationId, File]]:
        """See `Journal.files`."""

        def work(db: sqlite_utils.Database) -> tuple[tuple[OrganizationId, File], ...]:
            rows = db.query("select organization, file from files")
            return tuple((row["organization"], _file.decode(row["file"])) for row in rows)

        return await self._database.run(work)


def renew_epochs(db: sqlite_utils.Database, epoch: str) -> None:
    """Give every room a new epoch: part of restoring a backup (rule 3 of the architecture)."""
    db.execute("update rooms set epoch = ?", (epoch,))


def _room(db: sqlite_utils.Database, room: MeetingId) -> dict[str, Any] | None:
    return next(iter(db.query("select * from rooms where room = ?", [room])), None)


def _touch(db: sqlite_utils.Database, room: MeetingId) -> None:
    db.execute("update rooms set seq = seq where room = ?", (room,))


def _append(db: sqlite_utils.Database, room: MeetingId, batch: Batch) -> bytes:
    kept = _room(db, room)
    if kept is None:
        raise KeyError(room)
    check_order(kept["seq"], batch.records)
    head: bytes = kept["head"]
    rows = []
    for one in batch.records:
        fresh = one.leaf
        head = extend(head, fresh)
        rows.append((room, one.seq, one.form, one.raw, one.salt, fresh, head))
    if rows:
        columns = ("room", "seq", "form", "bytes", "salt", "leaf", "head")
        db.table("records").insert_all([columns, *rows])
    if batch.answers:
        answers = [(room, one.device, one.request, one.answer) for one in batch.answers]
        db.table("answers").insert_all([("room", "device", "request", "answer"), *answers])
    _drop_drafts(db, room, batch.published)
    if batch.checkpoint is not None:
        point = (room, batch.checkpoint.size, batch.checkpoint.note)
        db.execute("insert or replace into checkpoints values (?, ?, ?)", point)
    for dropped in batch.urn:
        place = (room, dropped.poll, slot(dropped.replaces))
        db.execute("delete from urn where room = ? and poll = ? and slot = ?", place)
        ballot = (room, dropped.poll, slot(dropped.ballot), dropped.envelope)
        db.execute("insert into urn values (?, ?, ?, ?)", ballot)
    summary = kept["summary"] if batch.summary is None else batch.summary
    db.execute(
        "update rooms set seq = ?, head = ?, summary = ? where room = ?",
        (kept["seq"] + len(rows), head, summary, room),
    )
    return head


def _drop_drafts(db: sqlite_utils.Database, room: MeetingId, drafts: Sequence[ChangeId]) -> None:
    for draft in drafts:
        db.execute("delete from drafts where room = ? and id = ?", (room, draft))


def _read(db: sqlite_utils.Database, room: MeetingId, after: int) -> tuple[Sealed, ...]:
    rows = db.query("select * from records where room = ? and seq >= ? order by seq", [room, after])
    head, expected, found = EMPTY_HEAD, max(after, 1), []
    for row in rows:
        if row["seq"] != expected:
            raise Damaged(f"room {room}: entry {expected} is missing")
        expected += 1
        if row["seq"] == after:
            head = row["head"]
            continue
        fresh = leaf(row["salt"], row["bytes"])
        head = extend(head, fresh)
        if (fresh, head) != (row["leaf"], row["head"]):
            raise Damaged(f"room {room}: entry {row['seq']} does not fit the chain")
        found.append(Sealed(row["seq"], row["form"], row["bytes"], row["salt"]))
    return tuple(found)


def _record(db: sqlite_utils.Database, room: MeetingId, seq: int) -> Sealed | None:
    rows = db.query("select * from records where room = ? and seq = ?", [room, seq])
    found = ((row["seq"], row["form"], row["bytes"], row["salt"]) for row in rows)
    return next((Sealed(*one) for one in found), None)


def _open(db: sqlite_utils.Database, room: MeetingId) -> Opened | None:
    kept = _room(db, room)
    if kept is None:
        return None
    records = _read(db, room, 0)
    if len(records) != kept["seq"] or chain(EMPTY_HEAD, records) != kept["head"]:
        raise Damaged(f"room {room}: {kept['seq']} entries were written, {len(records)} are left")
    answers = db.query("select * from answers where room = ?", [room])
    drafts = db.query("select change from drafts where room = ? order by place", [room])
    points = db.query("select * from checkpoints where room = ? order by size", [room])
    return Opened(
        kept["epoch"],
        records,
        kept["head"],
        {(row["device"], row["request"]): row["answer"] for row in answers},
        tuple(_draft.decode(row["change"]) for row in drafts),
        tuple(Signed(row["size"], row["note"]) for row in points),
    )
