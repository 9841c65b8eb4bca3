"""How a device becomes known: with a code, as the first desk, and by its key from then on."""

import hmac
from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace
from sqlite_utils import Database

from server.accounts import approval, directory, entrances, pairing
from server.accounts.knocking import Knocking
from server.accounts.login import DeviceRow
from server.accounts.pins import refuse_weak
from server.accounts.registry import Registry, new_id
from server.protocol.frames import FirstRun, Pair, Paired
from server.protocol.ids import DeviceId, OrganizationId
from server.protocol.office import Person
from server.protocol.refusals import Code, Refusal
from server.protocol.state import Organization

Make = Callable[[Database], None]


class Asked(Struct, frozen=True):
    """The bytes of a device's message about a code."""

    public_key: bytes
    nonce: bytes
    given: bytes

    @classmethod
    def read(cls, frame: Pair | FirstRun) -> "Asked | Refusal":
        """Return the bytes, or a refusal when they are no key, nonce and proof."""
        key = pairing.decode64(frame.public_key)
        nonce, given = pairing.decode64(frame.nonce), pairing.decode64(frame.proof)
        if key is None or nonce is None or given is None or len(key) != pairing.KEY_BYTES:
            return Refusal(Code.BAD_FRAME, {"reason": "key, nonce or proof"})
        return cls(key, nonce, given)

    def proves(self, code: bytes, ca_sha256: bytes) -> bool:
        """Whether the device knows that code."""
        right = pairing.proof(code, pairing.ASKING, ca_sha256, self.public_key, self.nonce)
        return hmac.compare_digest(self.given, right)


class Entry:
    """Pairing and authentication."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._knocking = Knocking()
        self._seen: dict[DeviceId, int] = {}
        self._first: tuple[Asked, Paired] | None = None

    async def close(self) -> None:
        """Keep when devices were last here; written once, not at every reconnect."""
        when, self._seen = self._seen, {}
        await self._registry.database.run(lambda db: entrances.seen(db, when))

    async def authenticate(
        self, device: DeviceId, signature: str, nonce: str
    ) -> DeviceRow | Refusal:
        """Return the approved device that signed the challenge."""
        known = await self._registry.database.run(lambda db: entrances.device(db, device))
        if known is None:
            return Refusal(Code.DEVICE_UNKNOWN)
        given, asked = pairing.decode64(signature), pairing.decode64(nonce)
        ca = self._registry.ca_sha256
        if given is None or asked is None or not pairing.signed(known.public_key, given, ca, asked):
            return Refusal(Code.SIGNATURE_WRONG)
        refusal = approval.refuse(known)
        if refusal is not None:
            return refusal
        self._seen[device] = self._registry.clock()
        return known.device

    # ---- with a code -----------------------------------------------------------------------------

    async def pair(self, frame: Pair, address: str) -> Paired | Refusal:
        """Take a new device that proves a code. The same message again gets the same answer."""
        now = self._registry.clock()
        asked = Asked.read(frame)
        if isinstance(asked, Refusal):
            return asked
        if frame.kind == "desk" and not self._registry.empty:
            first = await self._first_desk(frame, asked, None)
            if first is not None:
                return first
        outcome = await self._registry.database.run(lambda db: self._take(db, frame, asked, now))
        if isinstance(outcome, Refusal):
            return self._knocking.wrong(address, now) or outcome
        if frame.kind == "display" and outcome[0].state == "approved":
            await self._registry.refresh()
            await self._registry.on_display()
        return self._paired(asked, *outcome)

    def _take(
        self, db: Database, frame: Pair, asked: Asked, now: int
    ) -> tuple[DeviceRow, bytes] | Refusal:
        ca = self._registry.ca_sha256
        code = next((one for one in entrances.codes(db) if asked.proves(one.key, ca)), None)
        if code is None or code.kind != frame.kind:
            return Refusal(Code.CODE_WRONG)
        if code.used_by:
            used = entrances.device(db, code.used_by)
            again = used is not None and used.public_key == asked.public_key
            return (used.device, code.key) if used and again else Refusal(Code.CODE_WRONG)
        if code.expires_at <= now:
            return Refusal(Code.CODE_EXPIRED)
        return self._enter(db, frame, asked, code, now), code.key

    def _enter(
        self, db: Database, frame: Pair, asked: Asked, code: entrances.Code, now: int
    ) -> DeviceRow:
        name = code.label or frame.name.strip() or code.kind
        row = DeviceRow(new_id(), name, code.kind, code.person, "waiting")
        digits = pairing.comparison(self._registry.ca_sha256, asked.public_key)
        entrances.add_device(
            db, entrances.Key(row, asked.public_key, digits, code.organizations), now
        )
        entrances.use_code(db, code.key, row.id)
        return approval.approve(db, row.id) if code.approved else row

    def _paired(self, asked: Asked, row: DeviceRow, code: bytes) -> Paired:
        ca = self._registry.ca_sha256
        answer = pairing.proof(code, pairing.ANSWERING, ca, asked.public_key, asked.nonce)
        return Paired(
            device=row.id,
            proof=pairing.encode64(answer),
            comparison=pairing.comparison(ca, asked.public_key),
            approved=row.state == "approved",
        )

    # ---- the first desk --------------------------------------------------------------------------

    async def first_run(self, frame: FirstRun) -> Paired | Refusal:
        """Make the first body, its secretary and this desk: all of it or none."""
        asked = Asked.read(frame)
        if isinstance(asked, Refusal):
            return asked
        if self._first is not None and self._first[0] == asked:
            return self._first[1]
        refusal = self._refuse_first_run(frame, asked)
        if refusal is not None:
            return refusal
        kept = await self._registry.hasher.hash(frame.passphrase)
        person = Person(new_id(), frame.secretary.strip(), "secretary")

        def make(db: Database) -> None:
            body = _body(db, frame.organization)
            directory.put_person(db, body, person)
            directory.keep_secret(db, person.id, "passphrase", kept, first=False)

        if not self._registry.empty:  # somebody was quicker while the passphrase was hashed
            return Refusal(Code.ALREADY_SET_UP)
        self._registry.empty = False
        try:
            paired = await self._first_desk(frame, asked, make)
        finally:
            await self._registry.refresh()
        return paired or Refusal(Code.CODE_WRONG)

    def _refuse_first_run(self, frame: FirstRun, asked: Asked) -> Refusal | None:
        if not self._registry.empty:
            return Refusal(Code.ALREADY_SET_UP)
        if self._desk_code(asked) is None:
            return Refusal(Code.CODE_WRONG)
        if not frame.organization.name.strip() or not frame.secretary.strip():
            return Refusal(Code.NAME_EMPTY)
        return refuse_weak("passphrase", frame.passphrase)

    def _desk_code(self, asked: Asked) -> bytes | None:
        key = pairing.code_key(self._registry.desk_code or "")
        return key if key and asked.proves(key, self._registry.ca_sha256) else None

    async def _first_desk(
        self, frame: Pair | FirstRun, asked: Asked, make: Make | None
    ) -> Paired | None:
        """Take the desk that proves the printed code; nobody else could approve it."""
        if self._first is not None and self._first[0] == asked:
            return self._first[1]
        code = self._desk_code(asked)
        if code is None:
            return None
        row = DeviceRow(new_id(), frame.name.strip() or "desk", "desk", "")
        digits = pairing.comparison(self._registry.ca_sha256, asked.public_key)
        key = entrances.Key(row, asked.public_key, digits, entrances.EVERYWHERE)
        printed, self._registry.desk_code = self._registry.desk_code, None

        def enter(db: Database) -> None:
            if make is not None:
                make(db)
            entrances.add_device(db, key, self._registry.clock())

        try:
            await self._registry.database.run(enter)
        except BaseException:
            self._registry.desk_code = printed
            raise
        paired = self._paired(asked, row, code)
        self._first = (asked, paired)
        return paired


def _body(db: Database, named: Organization) -> OrganizationId:
    """Return the body of that name, or make it; its people may have been imported before."""
    for known in directory.organizations(db):
        if named.name == known.name:
            return known.id
    if directory.organization(db, named.id) is not None:
        named = replace(named, id=new_id())
    directory.add_organization(db, named)
    return named.id
