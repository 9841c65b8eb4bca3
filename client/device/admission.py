"""How a device comes to have a server, and a person to be at the device, with a line or without."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from client import actions as a
from client.device import enrolment as enrolling
from client.device.credentials import comparison, to_bytes
from client.device.enrolment import Enrolled, Enrolment, FirstDesk, read_invitation
from client.device.memory import KeptRoom
from client.device.pinlock import CacheKeys
from client.parts import Beside, Parts, new_id
from client.session import Session
from client.store import Store
from server.protocol import frames as f
from server.protocol.ids import PersonId, Sha256
from server.protocol.refusals import Code, Refusal

_log = logging.getLogger(__name__)

DISK_SECONDS = 2.0
"""Until a disk that did not take a key is tried again: a full one is made room on."""


class Admission:
    """Pairing, signing in and out. `flush` sends what the session has to say."""

    def __init__(
        self, parts: Parts, store: Store, beside: Beside, flush: Callable[[], None]
    ) -> None:
        self.enrolment: Enrolment | None = enrolling.load(self._file(parts.folder))
        self.session: Session | None = None
        self.changed = asyncio.Event()
        """Set when this device belongs to another server, or to none any more."""
        self.unlocked: Callable[[frozenset[Sha256]], None] = lambda _gone: None
        """Told when papers can be read and fetched, and which are gone."""
        self.proved: Callable[[PersonId, str], None] = lambda _person, _secret: None
        """Called when a person's PIN or passphrase has proved right, with it."""
        self._parts = parts
        self._store = store
        self._beside = beside
        self._flush = flush
        self._typed: tuple[PersonId, str] | None = None
        self._recalled: dict[PersonId, a.Remembered] = {}

    @staticmethod
    def _file(folder: Path) -> Path:
        return folder / "server.json"

    def begin(self) -> None:
        """Take up the enrolment, if there is one, or wait for one."""
        kept, known = self._parts.memory.device(), self.enrolment
        if known is None:
            self.session = None
            self._store.dispatch(a.DeviceKnown(self._parts.kind, self._parts.device_name))
            return
        self.session = Session(known.identity(self._parts.key), self._parts.keeper, new_id)
        name = kept.name or known.name
        self._store.dispatch(
            a.DeviceKnown(known.kind, name, known.server, kept.seats, kept.own, kept.card)
        )

    # ---- the server ------------------------------------------------------------------------------

    def pair(self, address: str, code: str, first: FirstDesk | None) -> None:
        """See `Station.pair`."""
        self._store.dispatch(a.Asking())
        self._beside.start(self._pair(address, code, first))

    async def _pair(self, address: str, code: str, first: FirstDesk | None) -> None:
        try:
            invitation = read_invitation(address, code)
        except ValueError:
            self._refuse(Refusal(Code.CODE_WRONG))
            return
        kind = self._parts.kind
        name = self._parts.device_name or kind
        result = await enrolling.enrol(invitation, self._parts.key, name, kind, first)
        if isinstance(result, Refusal):
            self._refuse(result)
        else:
            await self._enrolled(result)

    async def _enrolled(self, result: Enrolled) -> None:
        path = self._file(self._parts.folder)
        await asyncio.to_thread(enrolling.keep, path, result.enrolment)
        self.enrolment = result.enrolment
        self.begin()
        if not result.approved:
            waits = a.EnrolmentWaits(result.enrolment.server, result.comparison)
            self._store.dispatch(waits)
        self.changed.set()

    def unpair(self) -> None:
        """See `Station.unpair`."""
        self._file(self._parts.folder).unlink(missing_ok=True)
        self.enrolment = None
        self._store.dispatch(a.SignedOut())
        self.begin()
        self.changed.set()

    def waiting(self) -> None:
        """The server has not approved the device yet: show the digits."""
        known = self.enrolment
        if known is not None:
            ca_sha256 = known.identity(self._parts.key).ca_sha256
            digits = comparison(ca_sha256, self._parts.key.public)
            self._store.dispatch(a.EnrolmentWaits(known.server, digits))

    def _refuse(self, refusal: Refusal) -> None:
        self._store.dispatch(a.EnrolmentRefused(refusal))

    # ---- the person ------------------------------------------------------------------------------

    def sign_in(self, person: PersonId, secret: str) -> None:
        """See `Station.sign_in`."""
        self._store.dispatch(a.Asking())
        self._typed = (person, secret)
        self._beside.start(self._sign_in(person, secret))

    async def _sign_in(self, person: PersonId, secret: str) -> None:
        session = self.session
        if session is None:
            return
        remembered, rooms = await self._parts.keeper.recall(person)
        _hold(session, rooms)
        self._recalled = {person: remembered}
        if session.sign_in(person, secret):
            self._flush()
            return
        unlock = self._parts.pinlock.unlock
        opened = await asyncio.to_thread(unlock, person, secret, self._parts.clock())
        if isinstance(opened, Refusal):
            self._refuse(opened)
            return
        if opened.cache:
            await self.open_papers(opened.cache)
        session.enter(person, opened.token)
        _hold(session, rooms)
        names = {seat.person: seat.name for seat in self._store.state.seats}
        self._store.dispatch(a.SignedInOffline(person, names.get(person, "")))
        self.proved(person, secret)
        self._flush()

    def sign_out(self) -> None:
        """See `Station.sign_out`."""
        if self.session is not None:
            self.session.sign_out()
            self._flush()
        self._parts.library.lock()
        self._store.dispatch(a.SignedOut())

    async def open_papers(self, key: bytes) -> bool:
        """Unlock the papers of this device; what another key sealed is gone.

        False: the disk did not let it be done.
        """
        try:
            gone = await asyncio.to_thread(self._parts.library.unlock, key)
        except OSError as fault:
            _log.warning("the papers cannot be unlocked: %s", fault)
            return False
        self.unlocked(gone)
        return True

    async def _released(self, person: PersonId, key: bytes) -> None:
        """The server gave the key; who has signed out meanwhile leaves the papers locked."""
        while True:
            opened = await self.open_papers(key)
            if not self._is_here(person):
                self._parts.library.lock()
                return
            if opened:
                return
            await asyncio.sleep(DISK_SECONDS)

    def _is_here(self, person: PersonId) -> bool:
        login = self._store.state.login
        return login is not None and login.person == person

    def wipe(self) -> None:
        """The server has taken this device out of use: papers, keys and what is remembered go."""
        self._beside.keep(self._wipe())

    async def _wipe(self) -> None:
        await asyncio.to_thread(self._parts.library.wipe)
        await asyncio.to_thread(self._parts.pinlock.wipe)
        self._parts.keeper.flush()
        await self._parts.keeper.run(self._parts.memory.wipe)

    def change_pin(self, old: str, new: str) -> None:
        """See `Station.change_pin`."""
        login = self._store.state.login
        if login is None or self.session is None:
            return
        self._store.dispatch(a.Asking())
        self._typed = (login.person, new)
        if self.session.change_pin(old, new):
            self._flush()
        else:
            self._refuse(Refusal(Code.SERVER_UNREACHABLE))

    def signed_in(self, frame: f.SignedIn, *, before: PersonId) -> None:
        """The server knows the person; remember the PIN for when it is out of reach."""
        typed, parts, keys = self._typed, self._parts, _keys(frame)
        if typed is not None and typed[0] == frame.person and not frame.must_change:
            self._typed = None
            if parts.kind == "tablet":
                keep = parts.pinlock.keep
                now = parts.clock()
                self._beside.keep(
                    asyncio.to_thread(keep, frame.person, typed[1], frame.token, keys, now)
                )
            self.proved(frame.person, typed[1])
        elif keys is not None:
            renew = asyncio.to_thread(parts.pinlock.renew, frame.person, parts.clock())
            self._beside.keep(renew)
        if keys is not None:
            self._beside.start(self._released(frame.person, keys.cache))
        if before != frame.person:
            self.remember(frame.person)

    def remember(self, person: PersonId) -> None:
        """Show what the disk holds of the person who has just signed in."""
        known = self._recalled.pop(person, None)
        if known is None:
            self._beside.start(self._recall(person))
            return
        if self.session is not None:
            self.session.restore(known.pending)
            self._flush()
        self._store.dispatch(known)

    async def _recall(self, person: PersonId) -> None:
        remembered, _ = await self._parts.keeper.recall(person)
        if self._is_here(person):
            self._recalled = {person: remembered}
            self.remember(person)


def _keys(frame: f.SignedIn) -> CacheKeys | None:
    """Return what the server released; None from one that holds no keys."""
    if not frame.cache or not frame.share:
        return None
    return CacheKeys(to_bytes(frame.cache), to_bytes(frame.share))


def _hold(session: Session, rooms: tuple[KeptRoom, ...]) -> None:
    for room in rooms:
        session.hold(room.state.id, room.epoch, room.position)
