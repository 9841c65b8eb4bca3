"""The office at the desk: people, devices, pairing codes and bodies, as rows and sentences."""

import unicodedata
from dataclasses import dataclass

from client.i18n import countdown, name_key
from client.selectors.words import Words, same_day
from client.state import AppState, OfficeView
from server.protocol.ids import DeviceId, Time
from server.protocol.office import Device, OfficeRole, PairingCode, Person
from server.protocol.state import Organization

PERSON_ROLES: tuple[OfficeRole, ...] = ("member", "guest", "secretary", "site", "technician")
DEVICE_ICONS = {"tablet": "device-tablet", "desk": "devices", "display": "presentation"}
GROUP = 4
_ORDER = {"waiting": 0, "approved": 1, "revoked": 2}
_QR_PARTS = 5


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody with an account."""

    person: Person
    seat: str
    name: str
    post: str
    role: str
    mark: str
    """That they have not signed in yet, or nothing."""


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device; one that waits shows the digits to compare."""

    id: DeviceId
    name: str
    icon: str
    line: str
    state: str
    waiting: bool
    revoked: bool
    digits: str


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A body that the person serves."""

    id: str
    name: str
    line: str
    on: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """What stands beside the sections' names."""

    people: str
    devices: str
    waiting: str
    bodies: str
    body: str


@dataclass(frozen=True, slots=True)
class CodeView:
    """A pairing code as it is read out, and how long it holds."""

    qr: str
    code: str
    address: str
    left: str
    expired: bool


def folded(text: str) -> str:
    """Return text for finding: small letters without marks, đ as d."""
    plain = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def people_rows(state: AppState, typed: str = "") -> tuple[PersonRow, ...]:
    """Return the people whose name, post or seat holds what was typed, by seat and name."""
    words, wanted = Words.of(state), folded(typed).split()
    found = []
    for one in state.office.people:
        hay = folded(f"{one.name} {one.post} {one.seat}")
        if all(part in hay for part in wanted):
            mark = words("off.new") if one.must_change else ""
            role = words(f"role.{one.role}")
            found.append(PersonRow(one, one.seat, one.name, one.post, role, mark))
    found.sort(key=lambda row: (not row.seat, row.seat.zfill(6), name_key(row.name)))
    return tuple(found)


def device_rows(state: AppState) -> tuple[DeviceRow, ...]:
    """Return the devices: those that wait first, those that are out of use last."""
    words = Words.of(state)
    names = {one.id: one.name for one in state.office.people}
    devices = sorted(state.office.devices, key=lambda one: _ORDER[one.state])
    return tuple(_device(one, names, state.now, words) for one in devices)


def _device(one: Device, names: dict[str, str], now: Time, words: Words) -> DeviceRow:
    kind = words(f"dev.kind.{one.kind}")
    owner = names.get(one.person, "")
    whose = words("dev.whose", name=owner) if owner else ""
    line = " · ".join(part for part in (kind, whose) if part)
    state = words(f"dev.{one.state}") if one.state != "approved" else _seen(one.seen_at, now, words)
    digits = f"{one.comparison[:3]} {one.comparison[3:]}".strip()
    waiting = one.state == "waiting"
    return DeviceRow(
        one.id,
        one.name or kind,
        DEVICE_ICONS[one.kind],
        line,
        state,
        waiting,
        one.state == "revoked",
        digits if waiting else "",
    )


def _seen(at: Time, now: Time, words: Words) -> str:
    if not at:
        return words("dev.never")
    if now and same_day(at, now):
        return words("dev.now", t=words.time(at))
    return words("dev.seen", t=words.time(at), d=words.date(at))


def body_rows(state: AppState) -> tuple[BodyRow, ...]:
    """Return the bodies that the person serves."""
    office = state.office
    return tuple(
        BodyRow(
            one.id,
            one.name,
            " · ".join(part for part in (one.short_name, one.term) if part),
            one.id == office.organization,
        )
        for one in office.organizations
    )


def body_of(office: OfficeView) -> Organization | None:
    """Return the body that the desk works on."""
    return next((one for one in office.organizations if one.id == office.organization), None)


def office_counts(state: AppState) -> Counts:
    """Return the counts beside the sections."""
    words, office = Words.of(state), state.office
    waiting = sum(1 for one in office.devices if one.state == "waiting")
    used = sum(1 for one in office.devices if one.state == "approved")
    body = body_of(office)
    return Counts(
        words("off.count", n=len(office.people)),
        words("off.count.devices", n=used),
        words("off.waiting", n=waiting) if waiting else "",
        str(len(office.organizations)),
        body.name if body else "",
    )


def code_view(code: PairingCode | None, now: Time, words: Words) -> CodeView | None:
    """Return a code in groups of four, where it is typed in, and how long it still holds."""
    if code is None:
        return None
    groups = [code.code[n : n + GROUP] for n in range(0, len(code.code), GROUP)]
    seconds = -((now - code.expires_at) // 1000)
    expired = seconds <= 0
    left = words("dev.expired") if expired else words("dev.left", t=countdown(seconds))
    return CodeView(code.qr, " ".join(groups), _address(code.qr), left, expired)


def _address(qr: str) -> str:
    """Return host:port from the text of a pairing QR."""
    parts = qr.split()
    return f"{parts[1].split(',')[0]}:{parts[2]}" if len(parts) == _QR_PARTS else ""
