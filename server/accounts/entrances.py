"""Devices and the codes that pair them, as rows. Each function works inside one transaction."""

from collections.abc import Iterator
from typing import Any, cast

import msgspec
from msgspec import Struct
from sqlite_utils import Database

from server.accounts.login import DeviceKind, DeviceRow, DeviceState
from server.protocol.ids import DeviceId, MaybeId, OrganizationId
from server.protocol.office import Device

KEEP_USED_MS = 24 * 3600 * 1000
"""How long a used or expired code is remembered, to answer a repeated message or say why not."""
EVERYWHERE = frozenset[OrganizationId]()
"""The bodies of a device that serves all of them, later ones too."""


class Code(Struct, frozen=True):
    """A pairing code as kept: its 10 bytes, for what, whose, until when."""

    key: bytes
    kind: DeviceKind
    label: str
    person: MaybeId
    organizations: frozenset[OrganizationId]
    approved: bool
    expires_at: int
    used_by: MaybeId = ""


class Key(Struct, frozen=True):
    """A device with what it proves itself by and the bodies it serves."""

    device: DeviceRow
    public_key: bytes
    comparison: str
    organizations: frozenset[OrganizationId]


def add_code(db: Database, code: Code, now: int) -> None:
    """Keep a new code and forget those that nobody can still be asking about."""
    db.execute("delete from codes where expires_at < ?", [now - KEEP_USED_MS])
    if code.person:  # a person's newest sheet is the one that counts
        unused = "delete from codes where person = ? and kind = ? and used_by = ''"
        db.execute(unused, [code.person, code.kind])
    row = msgspec.structs.asdict(code)
    row["organizations"] = msgspec.json.encode(sorted(code.organizations)).decode()
    row["approved"] = int(code.approved)
    db.table("codes").insert(row)


def codes(db: Database) -> Iterator[Code]:
    """Yield every remembered code."""
    for row in db.table("codes").rows:
        bodies = frozenset(msgspec.json.decode(row.pop("organizations"), type=list[str]))
        yield Code(**{**row, "organizations": bodies, "approved": bool(row["approved"])})


def use_code(db: Database, key: bytes, device: DeviceId) -> None:
    """A code works once."""
    db.execute("update codes set used_by = ? where key = ?", [device, key])


def add_device(db: Database, new: Key, now: int) -> None:
    """Keep a device that proved it has a code."""
    row = {
        "id": new.device.id,
        "name": new.device.name,
        "kind": new.device.kind,
        "public_key": new.public_key,
        "state": new.device.state,
        "comparison": new.comparison,
        "person": new.device.person,
        "created_at": now,
        "seen_at": now,
    }
    db.table("devices").insert(row)
    for body in sorted(new.organizations):
        add_to_organization(db, new.device.id, body)


def add_to_organization(db: Database, device: DeviceId, body: OrganizationId) -> None:
    """The device serves that body too."""
    row = {"device": device, "organization": body}
    db.table("device_organizations").insert(row, replace=True)


def device(db: Database, wanted: DeviceId) -> Key | None:
    """Return the device of that identifier, or None."""
    rows = list(db.table("devices").rows_where("id = ?", [wanted]))
    return _key(db, rows[0]) if rows else None


def devices(db: Database) -> tuple[tuple[Key, Device], ...]:
    """Return every device, newest first, also as the desk shows it."""
    rows = db.table("devices").rows_where(order_by="rowid desc")
    return tuple((_key(db, row), _shown(row)) for row in rows)


def _key(db: Database, row: dict[str, Any]) -> Key:
    known = DeviceRow(row["id"], row["name"], row["kind"], row["person"], row["state"])
    found = db.query("select organization from device_organizations where device = ?", [known.id])
    bodies = frozenset(cast("str", one["organization"]) for one in found)
    return Key(known, row["public_key"], row["comparison"], bodies)


def _shown(row: dict[str, Any]) -> Device:
    waiting = row["state"] == "waiting"
    return Device(
        id=row["id"],
        name=row["name"],
        state=row["state"],
        comparison=row["comparison"] if waiting else "",
        person=row["person"],
        seen_at=row["seen_at"],
        kind=row["kind"],
    )


def set_state(db: Database, wanted: DeviceId, state: DeviceState) -> None:
    """Approve or revoke a device."""
    db.execute("update devices set state = ? where id = ?", [state, wanted])


def set_person(db: Database, wanted: DeviceId, person: MaybeId) -> None:
    """The device stands on that person's seat."""
    db.execute("update devices set person = ? where id = ?", [person, wanted])


def seen(db: Database, when: dict[DeviceId, int]) -> None:
    """Keep when devices were last here."""
    for wanted, at in when.items():
        db.execute("update devices set seen_at = ? where id = ?", [at, wanted])


def has_desk(db: Database) -> bool:
    """Whether some approved desk can approve further devices."""
    desks = "select 1 from devices where kind = 'desk' and state = 'approved' limit 1"
    return bool(list(db.query(desks)))


def serves(bodies: frozenset[OrganizationId], body: OrganizationId) -> bool:
    """Whether a device of these bodies serves that one."""
    return bodies == EVERYWHERE or body in bodies
