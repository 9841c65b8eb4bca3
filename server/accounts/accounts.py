"""What the gateway asks of identity. Every refusal is a value; who must hear of it is called."""

from collections.abc import Callable
from contextlib import suppress

from server.accounts import entrances
from server.accounts.entry import Entry
from server.accounts.login import DeviceRow, Login, Revoked
from server.accounts.pins import Hasher
from server.accounts.recording import or_not_recorded
from server.accounts.registry import Clock, Registry
from server.accounts.sessions import Sessions
from server.database import Database, NotRecorded
from server.protocol.frames import (
    Authenticated,
    ChangePin,
    FirstRun,
    Pair,
    Paired,
    SignIn,
)
from server.protocol.ids import DeviceId, PersonId
from server.protocol.refusals import Refusal


class Accounts:
    """Identity of one server. Make it with `open`.

    Every call returns a refusal instead of raising; `not_recorded` when the disk refuses.
    """

    def __init__(self, registry: Registry) -> None:
        """Use `open`, which also reads who is who."""
        self.registry = registry
        self._entry = Entry(registry)
        self._sessions = Sessions(registry)

    @classmethod
    async def open(
        cls, database: Database, ca_sha256: bytes, *, clock: Clock, hasher: Hasher | None = None
    ) -> "Accounts":
        """Read who is who; make a code for the first desk when no desk is paired."""
        registry = Registry(database, ca_sha256, clock=clock, hasher=hasher or Hasher())
        await registry.refresh()
        if not await database.run(entrances.has_desk):
            registry.new_desk_code()
        return cls(registry)

    async def close(self) -> None:
        """Write what was kept in memory only: when devices were last here. No harm without it."""
        with suppress(NotRecorded):
            await self._entry.close()

    @property
    def empty(self) -> bool:
        """True while no body has a secretary: the first desk makes one with `FirstRun`."""
        return self.registry.empty

    @property
    def desk_code(self) -> str | None:
        """The code that the server prints while no desk is paired; None afterwards."""
        return self.registry.desk_code

    def colleagues(self, person: PersonId) -> frozenset[PersonId]:
        """Return who belongs to a body that the person belongs to, without the person."""
        return self.registry.colleagues(person)

    def listen(
        self, on_revoked: Callable[[Revoked], None], on_approved: Callable[[DeviceId], None]
    ) -> None:
        """Say who hears of ended logins and approved devices. Called in the event loop."""
        self.registry.on_revoked = on_revoked
        self.registry.on_approved = on_approved

    # The gateway's calls, in the order in which a connection makes them.

    @or_not_recorded
    async def pair(self, frame: Pair, address: str) -> Paired | Refusal:
        """Take a new device: `code_wrong`, `code_expired`, `too_many_requests`, `bad_frame`."""
        return await self._entry.pair(frame, address)

    @or_not_recorded
    async def first_run(self, frame: FirstRun) -> Paired | Refusal:
        """Set up: `already_set_up`, `code_wrong`, `name_empty`, `pin_weak`, `bad_frame`."""
        return await self._entry.first_run(frame)

    @or_not_recorded
    async def authenticate(
        self, device: DeviceId, signature: str, nonce: str
    ) -> DeviceRow | Refusal:
        """Know a device: `device_unknown`, `signature_wrong`, `device_waiting`, `device_revoked`.

        `nonce` is the one that the server sent in its challenge.
        """
        return await self._entry.authenticate(device, signature, nonce)

    @or_not_recorded
    async def seats(self, device: DeviceId) -> Authenticated | Refusal:
        """Return who may sign in on an approved device; a display gets a token to resume with."""
        return await self._sessions.seats(device)

    @or_not_recorded
    async def sign_in(self, device: DeviceId, frame: SignIn) -> Login | Refusal:
        """Sign in: `person_unknown`, `pin_wrong`, `pin_locked`, or why the device may not."""
        return await self._sessions.sign_in(device, frame)

    @or_not_recorded
    async def resume(self, device: DeviceId, token: str) -> Login | Refusal:
        """Come back: `token_wrong`, or why the login ended (`place_moved`, `not_signed_in`)."""
        return await self._sessions.resume(device, token)

    @or_not_recorded
    async def sign_out(self, login: Login) -> None:
        """End the login for good."""
        await self._sessions.sign_out(login)

    @or_not_recorded
    async def change_pin(self, login: Login, frame: ChangePin) -> Login | Refusal:
        """Change the own PIN: `pin_weak`, `pin_same`, `pin_wrong`, `pin_locked`."""
        return await self._sessions.change_pin(login, frame)
