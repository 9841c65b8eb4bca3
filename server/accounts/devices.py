"""The desk's side of devices: issue codes, approve, revoke, list."""

from msgspec import Struct
from sqlite_utils import Database

from server.accounts import approval, directory, entrances, logins, pairing, shares
from server.accounts.login import DeviceKind, Revoked
from server.accounts.registry import Registry
from server.protocol.ids import DeviceId, MaybeId, OrganizationId
from server.protocol.office import Device
from server.protocol.refusals import Code, Refusal

CODE_MS = 10 * 60 * 1000
"""A code on the desk's screen."""
SHEET_MS = 14 * 24 * 3600 * 1000
"""A code on a printed sheet: handed out days before. Its device still waits for approval."""


class Issued(Struct, frozen=True):
    """A new code: shown or printed once."""

    code: str
    expires_at: int


class Devices:
    """Devices of one server. `bodies`: those that the asking person serves."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def issue(
        self,
        bodies: frozenset[OrganizationId],
        *,
        kind: DeviceKind = "tablet",
        label: str = "",
        person: MaybeId = "",
        valid_ms: int = CODE_MS,
        approved: bool = False,
    ) -> Issued:
        """Return a new code for one device. `approved`: it need not wait (the server's console).

        A device serves every body when its issuer does, those made later too.
        """
        now, code = self._registry.clock(), pairing.new_code()

        def keep(db: Database) -> None:
            every = {one.id for one in directory.organizations(db)} <= bodies
            new = entrances.Code(
                key=pairing.code_key(code) or b"",
                kind=kind,
                label=label.strip(),
                person=person,
                organizations=entrances.EVERYWHERE if every else bodies,
                approved=approved,
                expires_at=now + valid_ms,
            )
            entrances.add_code(db, new, now)

        await self._registry.database.run(keep)
        return Issued(code, now + valid_ms)

    async def known(self, bodies: frozenset[OrganizationId]) -> tuple[Device, ...]:
        """Return the devices that serve one of these bodies, newest first."""
        rows = await self._registry.database.run(entrances.devices)
        return tuple(shown for key, shown in rows if _shared(key, bodies))

    async def approve(self, bodies: frozenset[OrganizationId], device: DeviceId) -> Refusal | None:
        """Let a waiting device sign people in; approving twice is no harm."""

        def allow(db: Database) -> Refusal | None:
            known = entrances.device(db, device)
            refusal = approval.refuse(known)
            if known is None or not _shared(known, bodies):
                return Refusal(Code.DEVICE_UNKNOWN)
            if refusal is not None and refusal.code is Code.DEVICE_WAITING:
                approval.approve(db, device)
                return None
            return refusal

        refusal = await self._registry.database.run(allow)
        if refusal is None:
            await self._registry.refresh()
            await self._registry.on_display()
            self._registry.on_approved(device)
        return refusal

    async def revoke(self, bodies: frozenset[OrganizationId], device: DeviceId) -> Refusal | None:
        """The device may not connect any more; its login ends at once, and so do its keys."""
        now = self._registry.clock()

        def end(db: Database) -> tuple[Revoked, ...] | Refusal:
            known = entrances.device(db, device)
            if known is None or not _shared(known, bodies):
                return Refusal(Code.DEVICE_UNKNOWN)
            entrances.set_state(db, device, "revoked")
            shares.forget(db, device)
            return logins.end(db, logins.on_device(db, device), Code.DEVICE_REVOKED, now)

        ended = await self._registry.database.run(end)
        if isinstance(ended, Refusal):
            return ended
        self._registry.tell(ended)
        return None


def _shared(known: entrances.Key, bodies: frozenset[OrganizationId]) -> bool:
    return any(entrances.serves(known.organizations, body) for body in bodies)
