"""Logins and wrong PINs as rows. Each function works inside one transaction.

A token of 256 random bits is given to the device and kept here only as its SHA-256.
"""

import hashlib
import secrets
from collections.abc import Iterable
from typing import Any

from msgspec import Struct
from sqlite_utils import Database

from server.accounts import lockout
from server.accounts.login import DeviceRow, Revoked
from server.protocol.ids import DeviceId, PersonId
from server.protocol.refusals import Code

TOKEN_BYTES = 32
KEEP_ENDED_MS = 30 * 24 * 3600 * 1000
"""How long a device is told why its login ended."""


class Kept(Struct, frozen=True):
    """A login as kept. `ended` is empty, or the code that says why it ended."""

    id: str
    person: PersonId
    device: DeviceId
    ended: str


def new_token() -> str:
    """Return 256 random bits as base64url."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_id(token: str) -> str:
    """Return the name under which a token's login is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(
    db: Database, token: str, person: PersonId, device: DeviceRow, now: int
) -> tuple[Revoked, ...]:
    """Begin a login; those that it takes the place of end.

    They are the one that was on this device, and the person's on another device of this kind.
    """
    before = _live(db, "device = ?", [device.id])
    moved = _live(
        db,
        "person = ? and device != ? and device in (select id from devices where kind = ?)",
        [person, device.id, device.kind],
    )
    ended = end(db, before, Code.NOT_SIGNED_IN, now) + end(db, moved, Code.PLACE_MOVED, now)
    db.execute("delete from logins where ended != '' and ended_at < ?", [now - KEEP_ENDED_MS])
    row = {
        "id": token_id(token),
        "person": person,
        "device": device.id,
        "created_at": now,
        "ended": "",
        "ended_at": 0,
    }
    db.table("logins").insert(row, replace=True)
    return ended


def find(db: Database, token: str) -> Kept | None:
    """Return the login of a token, also one that has ended; None when there was never any."""
    rows = list(db.table("logins").rows_where("id = ?", [token_id(token)]))
    return _kept(rows[0]) if rows else None


def of_person(db: Database, person: PersonId) -> tuple[Kept, ...]:
    """Return the person's live logins."""
    return _live(db, "person = ?", [person])


def on_device(db: Database, device: DeviceId) -> tuple[Kept, ...]:
    """Return the live login of a device, if any."""
    return _live(db, "device = ?", [device])


def end(db: Database, ending: Iterable[Kept], why: Code, now: int) -> tuple[Revoked, ...]:
    """End these logins, and return what their devices are to be told."""
    told = tuple(Revoked(one.id, one.person, one.device, why) for one in ending)
    for one in told:
        close(db, one.login, why, now)
    return told


def close(db: Database, login: str, why: Code, now: int) -> None:
    """End one login."""
    db.execute(
        "update logins set ended = ?, ended_at = ? where id = ? and ended = ''",
        [why.value, now, login],
    )


def _live(db: Database, where: str, values: list[str]) -> tuple[Kept, ...]:
    rows = db.table("logins").rows_where(f"ended = '' and {where}", values)
    return tuple(_kept(row) for row in rows)


def _kept(row: dict[str, Any]) -> Kept:
    return Kept(row["id"], row["person"], row["device"], row["ended"])


# ---- wrong PINs ----------------------------------------------------------------------------------


def wrong_pins(db: Database, person: PersonId, device: DeviceId) -> lockout.Count:
    """Return the person's count on that device."""
    rows = list(db.table("wrong_pins").rows_where("person = ? and device = ?", [person, device]))
    if not rows:
        return lockout.Count()
    return lockout.Count(rows[0]["failures"], rows[0]["until"], rows[0]["last_at"])


def on_device_lately(db: Database, device: DeviceId, since: int) -> int:
    """Return the wrong PINs of all people together on one device."""
    counted = "select coalesce(sum(failures), 0) n from wrong_pins where device = ? and last_at > ?"
    return int(next(iter(db.query(counted, [device, since])))["n"])


def keep_wrong_pins(db: Database, person: PersonId, device: DeviceId, count: lockout.Count) -> None:
    """Keep a count."""
    row = {
        "person": person,
        "device": device,
        "failures": count.failures,
        "until": count.until,
        "last_at": count.last_at,
    }
    db.table("wrong_pins").insert(row, replace=True)


def clear_wrong_pins(db: Database, person: PersonId, device: DeviceId | None = None) -> None:
    """Forget a person's count on one device, or on all."""
    if device is None:
        db.execute("delete from wrong_pins where person = ?", [person])
    else:
        db.execute("delete from wrong_pins where person = ? and device = ?", [person, device])
