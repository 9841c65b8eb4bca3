"""Signing in, coming back, signing out, and changing one's PIN."""

import hmac
from secrets import token_bytes

from msgspec import Struct
from msgspec.structs import replace
from sqlite_utils import Database

from server.accounts import approval, directory, entrances, lockout, logins, pairing, shares
from server.accounts.login import DeviceRow, Login, Revoked
from server.accounts.pins import SecretKind, kind_on, refuse_weak
from server.accounts.registry import Registry
from server.protocol.frames import Authenticated, ChangePin, SignIn
from server.protocol.ids import DeviceId, PersonId
from server.protocol.office import Seat
from server.protocol.refusals import Code, Refusal


class _Try(Struct, frozen=True):
    """One look at a PIN, already counted as wrong until it proves right."""

    device: DeviceRow
    seat: Seat
    secret: SecretKind
    kept: str
    first: bool
    count: lockout.Count

    def wrong(self, now: int) -> Refusal:
        """Return what a person is told after a wrong PIN."""
        wait = lockout.waiting(self.count, now)
        return Refusal(Code.PIN_WRONG, {"left": lockout.left(self.count), "seconds": wait})


class Sessions:
    """Logins of one server."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._displays = token_bytes(logins.TOKEN_BYTES)

    async def seats(self, device: DeviceId) -> Authenticated | Refusal:
        """Return who may sign in on the device; a display gets its login's token right here."""
        seen = await self._registry.database.run(lambda db: _look(db, device))
        if isinstance(seen, Refusal):
            return seen
        known, seats = seen
        if known.device.kind != "display":
            return Authenticated(known.device.name, seats, known.device.person)
        token = self._display_token(device)
        before = await self._registry.database.run(lambda db: logins.find(db, token))
        if before is None or before.ended:
            begun = await self._begin(token, known.device, known.device.person)
            if begun is not None:
                return begun
        return Authenticated(known.device.name, (), known.device.person, token=token)

    def _display_token(self, device: DeviceId) -> str:
        """The same for every line of a display while the server runs: one must not end another."""
        return pairing.encode64(hmac.digest(self._displays, device.encode(), "sha256"))

    # ---- signing in ------------------------------------------------------------------------------

    async def sign_in(self, device: DeviceId, frame: SignIn) -> Login | Refusal:
        """Take the person's place with the right PIN; their login elsewhere ends."""
        tried = await self._try(device, frame.person, frame.pin)
        if isinstance(tried, Refusal):
            return tried
        token = logins.new_token()
        begun = await self._begin(token, tried.device, frame.person)
        if isinstance(begun, Refusal):
            return begun
        login = self._login(token, tried.device, frame.person, tried.seat.name, tried.first)
        return await self._with_keys(login)

    async def _with_keys(self, login: Login) -> Login:
        """Tell the login the keys of its device's cache; none to a device revoked meanwhile."""
        now = self._registry.clock()

        def keys(db: Database) -> shares.Keys | None:
            refused = approval.refuse(entrances.device(db, login.device))
            return None if refused else shares.of(db, login.device, login.person, now)

        return replace(login, keys=await self._registry.database.run(keys))

    async def _try(self, device: DeviceId, person: PersonId, pin: str) -> _Try | Refusal:
        """Count a try, look at the PIN, and forget the count when it was right."""
        database, now = self._registry.database, self._registry.clock()
        tried = await database.run(lambda db: _count(db, device, person, now))
        if isinstance(tried, Refusal):
            return tried
        if not await self._registry.hasher.matches(pin, tried.kept):
            return tried.wrong(self._registry.clock())
        await database.run(lambda db: logins.clear_wrong_pins(db, person, device))
        return tried

    async def _begin(self, token: str, device: DeviceRow, person: PersonId) -> Refusal | None:
        now = self._registry.clock()

        def begin(db: Database) -> tuple[Revoked, ...] | Refusal:
            refusal = approval.refuse(entrances.device(db, device.id))
            return refusal or logins.begin(db, token, person, device, now)

        ended = await self._registry.database.run(begin)
        if isinstance(ended, Refusal):
            return ended
        self._registry.tell(ended)
        return None

    def _login(
        self, token: str, device: DeviceRow, person: PersonId, name: str, must_change: bool
    ) -> Login:
        return Login(
            id=logins.token_id(token),
            token=token,
            person=person,
            name=name,
            device=device.id,
            kind=device.kind,
            must_change=must_change,
            organizations=self._registry.roles(person, device.kind),
        )

    # ---- coming back -----------------------------------------------------------------------------

    async def resume(self, device: DeviceId, token: str) -> Login | Refusal:
        """Return the login of before, or why it ended."""

        def look(db: Database) -> tuple[DeviceRow, PersonId, str, bool] | Refusal:
            known = entrances.device(db, device)
            refusal = approval.refuse(known)
            if known is None or refusal is not None:
                return refusal or Refusal(Code.DEVICE_UNKNOWN)
            kept = logins.find(db, token)
            if kept is None or kept.device != device:
                return Refusal(Code.TOKEN_WRONG)
            if kept.ended:
                return Refusal(Code(kept.ended))
            kind = kind_on(known.device.kind)
            secret = directory.secret(db, kept.person, kind) if kind else None
            name = directory.person_name(db, kept.person) or ""
            return known.device, kept.person, name, secret is not None and secret[1]

        found = await self._registry.database.run(look)
        if isinstance(found, Refusal):
            return found
        row, person, name, must_change = found
        return await self._with_keys(self._login(token, row, person, name, must_change))

    async def sign_out(self, login: Login) -> None:
        """End the login; its token is worth nothing from now on."""
        now = self._registry.clock()
        await self._registry.database.run(
            lambda db: logins.close(db, login.id, Code.NOT_SIGNED_IN, now)
        )

    async def change_pin(self, login: Login, frame: ChangePin) -> Login | Refusal:
        """Keep a new PIN in place of the old one, which must be right; wrong ones count."""
        kind = kind_on(login.kind)
        if kind is None:
            return Refusal(Code.NOT_ALLOWED)
        refusal = refuse_weak(kind, frame.new)
        if frame.new == frame.old:
            refusal = Refusal(Code.PIN_SAME)
        if refusal is not None:
            return refusal
        tried = await self._try(login.device, login.person, frame.old)
        if isinstance(tried, Refusal):
            return tried
        kept = await self._registry.hasher.hash(frame.new)
        await self._registry.database.run(
            lambda db: directory.keep_secret(db, login.person, kind, kept, first=False)
        )
        changed = self._login(login.token, tried.device, login.person, tried.seat.name, False)
        return replace(changed, keys=login.keys)


def _look(db: Database, device: DeviceId) -> tuple[entrances.Key, tuple[Seat, ...]] | Refusal:
    known = entrances.device(db, device)
    refusal = approval.refuse(known)
    if known is None or refusal is not None:
        return refusal or Refusal(Code.DEVICE_UNKNOWN)
    kind = kind_on(known.device.kind)
    if kind is None:
        return known, ()
    bodies = known.organizations or frozenset(one.id for one in directory.organizations(db))
    return known, directory.seats(db, bodies, kind)


def _count(db: Database, device: DeviceId, person: PersonId, now: int) -> _Try | Refusal:
    """Count a try before the slow look at it, so that many at once are no way around the count."""
    seen = _look(db, device)
    if isinstance(seen, Refusal):
        return seen
    known, seats = seen
    seat = next((one for one in seats if one.person == person), None)
    secret = kind_on(known.device.kind)
    kept = directory.secret(db, person, secret) if secret and seat else None
    if seat is None or secret is None or kept is None:
        return Refusal(Code.PERSON_UNKNOWN)
    count = logins.wrong_pins(db, person, device)
    wait = lockout.waiting(count, now)
    lately = logins.on_device_lately(db, device, now - lockout.DEVICE_WINDOW_MS)
    if wait == 0 and lately >= lockout.DEVICE_LIMIT:
        wait = lockout.DELAYS[-1]
    if wait:
        return Refusal(Code.PIN_LOCKED, {"seconds": wait})
    counted = lockout.failed(count, now)
    logins.keep_wrong_pins(db, person, device, counted)
    return _Try(known.device, seat, secret, *kept, counted)
