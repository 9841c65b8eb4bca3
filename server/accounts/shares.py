"""The server's part of what a tablet's cache is locked with. Functions work in one transaction.

Each device has one key for its cache, and each person on it a share that goes into the key under
which the device keeps a copy for the time without a line. Both are random, are told only to a login
that has proved its PIN (or its token), and are gone for good when they are forgotten here: what the
device holds can then not be opened any more, by anybody.
"""

from secrets import token_bytes

from msgspec import Struct
from sqlite_utils import Database

from server.protocol.ids import DeviceId, PersonId

KEY_BYTES = 32
_DEVICE = ""
"""Stands for the device itself where a person would be named."""


class Keys(Struct, frozen=True):
    """What a login is told: the device's key, and the person's share."""

    cache: bytes
    share: bytes


def of(db: Database, device: DeviceId, person: PersonId, now: int) -> Keys:
    """Return the keys of a person on a device; made when they are first asked for."""
    return Keys(_key(db, device, _DEVICE, now), _key(db, device, person, now))


def forget(db: Database, device: DeviceId) -> None:
    """Forget the keys of a device and of everybody on it: what it holds is lost to it."""
    db.execute("delete from shares where device = ?", [device])


def _key(db: Database, device: DeviceId, person: str, now: int) -> bytes:
    rows = list(db.table("shares").rows_where("device = ? and person = ?", [device, person]))
    if rows:
        return bytes(rows[0]["key"])
    key = token_bytes(KEY_BYTES)
    row = {"device": device, "person": person, "key": key, "created_at": now}
    db.table("shares").insert(row)
    return key
