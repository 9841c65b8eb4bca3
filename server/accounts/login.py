"""What the rest of the server knows of a device and of a person signed in on it."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from server.accounts.shares import Keys
from server.protocol.ids import DeviceId, MaybeId, OrganizationId, PersonId
from server.protocol.office import OfficeRole
from server.protocol.refusals import Code

DeviceKind = Literal["tablet", "desk", "display"]
DeviceState = Literal["waiting", "approved", "revoked"]


class DeviceRow(Struct, frozen=True):
    """A paired device. `person`: whose seat it stands on, or empty."""

    id: DeviceId
    name: str
    kind: DeviceKind
    person: MaybeId
    state: DeviceState = "approved"


class Login(Struct, frozen=True):
    """One person signed in on one device.

    `id` names the login without giving it away (the hash of the token); `organizations` is a live
    view: it changes when a membership begins or ends, so nobody has to sign in again for that.
    """

    id: str
    token: str
    person: PersonId
    name: str
    device: DeviceId
    kind: DeviceKind
    must_change: bool
    organizations: Mapping[OrganizationId, OfficeRole]
    keys: Keys | None = None
    """Of the device's cache; see `server.accounts.shares`."""


class Revoked(Struct, frozen=True):
    """A login that ended without its person's doing, and what to tell them."""

    login: str
    person: PersonId
    device: DeviceId
    code: Code
