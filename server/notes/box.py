"""Sealed notes as rows. Each function works inside one transaction of the notes' database."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict
from sqlite_utils import Database

from server.protocol.ids import DeviceId, PersonId, Time
from server.protocol.notes import (
    KeyId,
    NoteCopy,
    NoteEntry,
    Public,
    SharedNote,
    ShareId,
    WrappedKey,
)
from server.protocol.refusals import Code, Refusal

MIB = 1024 * 1024
PERSON_BYTES = 256 * MIB
"""Sealed entries of one person; about 1.5 million handwritten strokes."""
SHARES = 500
"""Live shares of one person."""
SHARED_BYTES = 64 * MIB
REQUESTS = 8
"""Devices of one person that may ask for the key at the same time."""


class Opened(Struct, frozen=True):
    """What a device is told when it opens its person's notes."""

    key: KeyId
    epoch: str
    position: int
    wrapped: tuple[WrappedKey, ...]


def new_token(db: Database, token: str, person: PersonId, device: DeviceId, now: Time) -> None:
    """Keep a token of a person on a device; the one before it ends."""
    db.execute("delete from tokens where person = ? and device = ?", [person, device])
    row = {"id": _hash(token), "person": person, "device": device, "created_at": now}
    db.table("tokens").insert(row)


def owner(db: Database, token: str, device: DeviceId) -> PersonId | None:
    """Return whose notes the token opens on that device, or None."""
    rows = db.table("tokens").rows_where("id = ? and device = ?", [_hash(token), device])
    return next((str(row["person"]) for row in rows), None)


def open_for(db: Database, person: PersonId, key: KeyId, public: Public) -> Opened:
    """Return the person's state; the first device to come makes its key the person's."""
    first = {"person": person, "key": key, "public": public, "position": 0, "bytes": 0}
    db.table("owners").insert(first, ignore=True)
    row = next(iter(db.table("owners").rows_where("person = ?", [person])))
    epoch = next(iter(db.query("select epoch from epoch")))["epoch"]
    return Opened(row["key"], epoch, row["position"], wrapped(db, person))


class Full(Exception):  # noqa: N818 - it names the state of the box
    """The person's notes, or shares, have no room for this; nothing was kept."""


def put(
    db: Database, person: PersonId, entries: Iterable[NoteEntry]
) -> tuple[int, tuple[NoteEntry, ...]]:
    """Keep entries; return the last position and those that are new. Raises Full.

    An entry that is there already stays as it was, unless what came is shorter: its writer's
    devices have found that the rest of it counts no more (SPEC 15.12).
    """
    row = next(iter(db.table("owners").rows_where("person = ?", [person])))
    position, size = int(row["position"]), int(row["bytes"])
    fresh = []
    table = db.table("entries")
    for entry in entries:
        names = [person, entry.log, entry.writer, entry.number]
        known = "person = ? and log = ? and writer = ? and number = ?"
        raw = _bytes(entry.sealed)
        held = next(table.rows_where(known, names, select="rowid, length(sealed) size"), None)
        if held is not None:
            if len(raw) < held["size"]:
                db.execute("update entries set sealed = ? where rowid = ?", [raw, held["rowid"]])
                size -= held["size"] - len(raw)
            continue
        position, size = position + 1, size + len(raw)
        table.insert({**asdict(entry), "person": person, "position": position, "sealed": raw})
        fresh.append(entry)
    if size > PERSON_BYTES:
        raise Full
    db.table("owners").update(person, {"position": position, "bytes": size})
    return position, tuple(fresh)


def after(
    db: Database, person: PersonId, position: int, limit: int, room: int
) -> tuple[int, tuple[NoteEntry, ...]]:
    """Return at most `limit` entries after a position, about `room` bytes of them, and the last."""
    found: list[NoteEntry] = []
    wanted = "person = ? and position > ?"
    rows = db.table("entries").rows_where(
        wanted, [person, position], order_by="position", limit=limit
    )
    for row in rows:
        room -= len(row["sealed"])
        if found and room < 0:
            break
        sealed = _text(row["sealed"])
        found.append(NoteEntry(row["log"], row["writer"], row["number"], sealed))
        position = row["position"]
    return position, tuple(found)


# ---- keys ----------------------------------------------------------------------------------------


def wrapped(db: Database, person: PersonId) -> tuple[WrappedKey, ...]:
    """Return every wrapping of the person's key, and every request for it."""
    rows = db.table("wrapped").rows_where("person = ?", [person], order_by="kind, device")
    return tuple(
        WrappedKey(row["kind"], row["key"], row["sealed"], row["salt"], row["device"])
        for row in rows
    )


def wrap(db: Database, person: PersonId, one: WrappedKey) -> Refusal | None:
    """Keep a wrapping; one of the same kind (and device) before it goes."""
    row = next(iter(db.table("owners").rows_where("person = ?", [person])))
    if one.key != row["key"]:
        return Refusal(Code.NOTES_KEY_OTHER)
    asking = "person = ? and kind = 'request' and device != ?"
    if one.kind == "request":
        if db.table("wrapped").count_where(asking, [person, one.device]) >= REQUESTS:
            return Refusal(Code.TOO_MANY_REQUESTS)
    elif one.kind == "device":
        db.table("wrapped").delete_where(
            "person = ? and kind = 'request' and device = ?", [person, one.device]
        )
    db.table("wrapped").insert({**asdict(one), "person": person}, replace=True)
    return None


def reset(db: Database, person: PersonId, key: KeyId, public: Public) -> None:
    """Begin anew under another key: nobody has the one of before any more."""
    for table in ("entries", "wrapped"):
        db.table(table).delete_where("person = ?", [person])
    db.table("shares").delete_where("sender = ? or reader = ?", [person, person])
    db.table("owners").update(person, {"key": key, "public": public, "bytes": 0})


def publics(db: Database, people: Iterable[PersonId]) -> dict[PersonId, Public]:
    """Return the public keys of those who have opened their notes once."""
    found: dict[PersonId, Public] = {}
    for person in people:
        for row in db.table("owners").rows_where("person = ?", [person]):
            found[person] = row["public"]
    return found


# ---- shares --------------------------------------------------------------------------------------


def share(
    db: Database, sender: PersonId, name: ShareId, copies: Iterable[NoteCopy], now: Time
) -> tuple[PersonId, ...]:
    """Keep a share in the place of what it was before; return who no longer reads it.

    Raises Full.
    """
    before = _readers(db, sender, name)
    db.table("shares").delete_where("sender = ? and share = ?", [sender, name])
    kept = set()
    for copy in copies:
        row = {"share": name, "sender": sender, "reader": copy.person, "at": now}
        db.table("shares").insert({**row, "sealed": _bytes(copy.sealed)}, replace=True)
        kept.add(copy.person)
    counted = "select count(distinct share) n, sum(length(sealed)) size from shares where sender=?"
    total: dict[str, Any] = next(iter(db.query(counted, [sender])))
    if total["n"] > SHARES or total["size"] > SHARED_BYTES:
        raise Full
    return tuple(sorted(before - kept))


def unshare(db: Database, sender: PersonId, name: ShareId) -> tuple[PersonId, ...]:
    """Forget a share; return who read it."""
    before = _readers(db, sender, name)
    db.table("shares").delete_where("sender = ? and share = ?", [sender, name])
    return tuple(sorted(before))


def shared_with(db: Database, reader: PersonId) -> tuple[SharedNote, ...]:
    """Return what others share with somebody, oldest first."""
    rows = db.table("shares").rows_where("reader = ?", [reader], order_by="at, share")
    return tuple(
        SharedNote(row["share"], row["sender"], row["at"], _text(row["sealed"])) for row in rows
    )


def readers(db: Database, sender: PersonId) -> tuple[tuple[ShareId, PersonId], ...]:
    """Return every share of a person, and who reads it."""
    rows = db.table("shares").rows_where("sender = ?", [sender])
    return tuple((row["share"], row["reader"]) for row in rows)


def _readers(db: Database, sender: PersonId, name: ShareId) -> set[PersonId]:
    rows = db.table("shares").rows_where("sender = ? and share = ?", [sender, name])
    return {str(row["reader"]) for row in rows}


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _bytes(text: str) -> bytes:
    bare = text.rstrip("=")
    return urlsafe_b64decode(bare + "=" * (-len(bare) % 4))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
