"""What the parts of identity share: the database, the clock, who is what, and whom to tell."""

import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping
from types import MappingProxyType

from server.accounts import directory, pairing
from server.accounts.login import DeviceKind, Revoked
from server.accounts.pins import Hasher, kind_for, kind_on
from server.database import Database
from server.protocol.ids import DeviceId, OrganizationId, PersonId
from server.protocol.office import OfficeRole

Clock = Callable[[], int]
"""The time in milliseconds since 1970, UTC."""


def new_id() -> str:
    """Return a fresh random identifier."""
    return secrets.token_urlsafe(12)


async def _nothing() -> None:
    """Nobody wants to know."""


class Registry:
    """One per server."""

    def __init__(
        self, database: Database, ca_sha256: bytes, *, clock: Clock, hasher: Hasher
    ) -> None:
        """Nothing is read before `refresh`."""
        self.database = database
        self.ca_sha256 = ca_sha256
        self.clock = clock
        self.hasher = hasher
        self.empty = True
        self.desk_code: str | None = None
        self.on_revoked: Callable[[Revoked], None] = lambda _revoked: None
        self.on_approved: Callable[[DeviceId], None] = lambda _device: None
        self.on_display: Callable[[], Awaitable[None]] = _nothing
        """Called when there is a new display, which no meeting knows yet."""
        self._roles: dict[tuple[PersonId, DeviceKind], dict[OrganizationId, OfficeRole]] = {}

    async def refresh(self) -> None:
        """Read again who is what in which body; views given out before show it."""
        held = await self.database.run(directory.memberships)
        self.empty = all(one.role != "secretary" for one in held)
        for view in self._roles.values():
            view.clear()
        kinds: tuple[DeviceKind, ...] = ("tablet", "desk", "display")
        for one in held:
            for kind in kinds:
                if kind_on(kind) == kind_for(one.role):
                    self._view(one.person, kind)[one.organization] = one.role

    def roles(self, person: PersonId, kind: DeviceKind) -> Mapping[OrganizationId, OfficeRole]:
        """Return what the person is where, as far as a device of that kind may act for it.

        A tablet opens with six digits, so nobody is a secretary on a tablet. A live view.
        """
        return MappingProxyType(self._view(person, kind))

    def colleagues(self, person: PersonId) -> frozenset[PersonId]:
        """Return who belongs to a body that the person belongs to, without the person."""
        held = [(one, set(bodies)) for (one, _), bodies in self._roles.items()]
        own = {body for one, bodies in held if one == person for body in bodies}
        return frozenset(one for one, bodies in held if bodies & own) - {person}

    def _view(self, person: PersonId, kind: DeviceKind) -> dict[OrganizationId, OfficeRole]:
        return self._roles.setdefault((person, kind), {})

    def tell(self, ended: Iterable[Revoked]) -> None:
        """Tell the gateway which logins ended."""
        for one in ended:
            self.on_revoked(one)

    def new_desk_code(self) -> str:
        """Make the code that the server prints for its first desk."""
        self.desk_code = pairing.new_code()
        return self.desk_code
