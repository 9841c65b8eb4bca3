"""What approving a device means. A display needs nobody's PIN: it gets an account of its own."""

from sqlite_utils import Database

from server.accounts import directory, entrances
from server.accounts.login import DeviceRow
from server.protocol.ids import DeviceId
from server.protocol.office import Person
from server.protocol.refusals import Code, Refusal


def refuse(known: entrances.Key | None) -> Refusal | None:
    """Return why this device may not act, or None when it is approved."""
    if known is None:
        return Refusal(Code.DEVICE_UNKNOWN)
    if known.device.state == "revoked":
        return Refusal(Code.DEVICE_REVOKED)
    if known.device.state == "waiting":
        return Refusal(Code.DEVICE_WAITING)
    return None


def approve(db: Database, device: DeviceId) -> DeviceRow:
    """Let a device sign people in; raises LookupError for an unknown one."""
    known = entrances.device(db, device)
    if known is None:
        raise LookupError(device)
    entrances.set_state(db, device, "approved")
    if known.device.kind == "display" and not known.device.person:
        _make_display_account(db, known)
    approved = entrances.device(db, device) or known
    return approved.device


def _make_display_account(db: Database, known: entrances.Key) -> None:
    """A person of role display, in every body that the device serves, with the device's name."""
    row = known.device
    person = Person(row.id, row.name, "display")
    for body in directory.organizations(db):
        if entrances.serves(known.organizations, body.id):
            directory.put_person(db, body.id, person)
    entrances.set_person(db, row.id, person.id)
