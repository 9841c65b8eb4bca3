"""The desk's side of people: bodies, memberships, first PINs.

A first PIN is shown once; only its hash is kept, so printing a sheet makes new ones for everybody
who has not chosen their own yet.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlite_utils import Database

from server.accounts import directory, entrances, logins
from server.accounts.login import Revoked
from server.accounts.pins import SecretKind, first_secret, kind_for
from server.accounts.registry import Registry
from server.protocol.ids import OrganizationId, PersonId
from server.protocol.office import FirstPin, OfficeRole, Person
from server.protocol.refusals import Code, Refusal
from server.protocol.state import Organization

Kept = Mapping[PersonId, tuple[SecretKind, str]]
"""Hashes of new first secrets."""
Roles = Mapping[OrganizationId, OfficeRole]
"""What the asking person is; empty for the server's console, which may do everything."""


class People:
    """Bodies and people of one server. Who may ask is the caller's to decide (`Office`)."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    # ---- bodies ----------------------------------------------------------------------------------

    async def organizations(self) -> tuple[Organization, ...]:
        """Return every body."""
        return await self._registry.database.run(directory.organizations)

    async def add_organization(
        self, new: Organization, secretary: PersonId | None, served: frozenset[OrganizationId]
    ) -> Refusal | None:
        """Make a body; `secretary` becomes its secretary, devices of the `served` serve it too."""

        def add(db: Database) -> Refusal | None:
            refusal = _refuse_body(directory.organizations(db), new)
            if refusal is not None:
                return refusal
            directory.add_organization(db, new)
            if secretary is not None:
                name = directory.person_name(db, secretary) or ""
                directory.put_person(db, new.id, Person(secretary, name, "secretary"))
            _extend_devices(db, new.id, served)
            return None

        refusal = await self._registry.database.run(add)
        await self._registry.refresh()
        return refusal

    # ---- people ----------------------------------------------------------------------------------

    async def of(self, organization: OrganizationId) -> tuple[Person, ...]:
        """Return everybody of a body but its displays, by given name."""
        people = await self._registry.database.run(lambda db: directory.people(db, organization))
        return tuple(one for one in people if one.role != "display")

    async def displays(self, organization: OrganizationId) -> tuple[Person, ...]:
        """Return the accounts of the displays that serve a body."""
        people = await self._registry.database.run(lambda db: directory.people(db, organization))
        return tuple(one for one in people if one.role == "display")

    async def put(
        self,
        organization: OrganizationId,
        people: Sequence[Person],
        served: frozenset[OrganizationId] | None = None,
    ) -> tuple[FirstPin, ...] | Refusal:
        """Add or change people of a body, all or none; return first PINs of those who need one.

        `served`: the bodies of the asking secretary; None at the server's console. Somebody of
        other bodies only cannot be changed. Refuses `name_empty`, `name_taken`, `seat_taken`.
        """
        clean = tuple(_clean(person) for person in people)
        missing = await self._registry.database.run(lambda db: _without_secret(db, clean))
        pins, kept = await self._make_first(missing)
        now = self._registry.clock()

        def put(db: Database) -> tuple[Revoked, ...] | Refusal:
            refusal = _refuse_people(db, organization, clean, served)
            if refusal is not None:
                return refusal
            before = {one.id: one.role for one in directory.people(db, organization)}
            ended: list[Revoked] = []
            for person in clean:
                directory.put_person(db, organization, person)
                if before.get(person.id, person.role) != person.role:
                    ended += logins.end(
                        db, logins.of_person(db, person.id), Code.NOT_SIGNED_IN, now
                    )
            _keep_first(db, kept)
            return tuple(ended)

        done = await self._registry.database.run(put)
        if isinstance(done, Refusal):
            return done
        await self._registry.refresh()
        self._registry.tell(done)
        return pins

    async def remove(self, organization: OrganizationId, person: PersonId) -> Refusal | None:
        """End a membership; the person's logins end. Refuses `person_unknown`."""
        now = self._registry.clock()

        def remove(db: Database) -> tuple[Revoked, ...] | Refusal:
            if person not in {one.id for one in directory.people(db, organization)}:
                return Refusal(Code.PERSON_UNKNOWN)
            directory.remove_membership(db, organization, person)
            return logins.end(db, logins.of_person(db, person), Code.NOT_SIGNED_IN, now)

        ended = await self._registry.database.run(remove)
        if isinstance(ended, Refusal):
            return ended
        await self._registry.refresh()
        self._registry.tell(ended)
        return None

    # ---- first PINs ------------------------------------------------------------------------------

    async def reset(
        self,
        organization: OrganizationId,
        person: PersonId,
        served: frozenset[OrganizationId] | None = None,
    ) -> tuple[FirstPin, ...] | Refusal:
        """Make a new first PIN for one person; locks and logins of that person end.

        Only for somebody all of whose bodies the asking secretary serves: who can reset a PIN can
        sign in with it, and must not come into another body that way. Refuses `not_allowed`.
        """
        people = await self._registry.database.run(lambda db: directory.people(db, organization))
        wanted = next((one for one in people if one.id == person), None)
        kind = kind_for(wanted.role) if wanted else None
        if wanted is None or kind is None:
            return Refusal(Code.PERSON_UNKNOWN)
        if served is not None and await self._registry.database.run(
            lambda db: _elsewhere(db, person, served)
        ):
            return Refusal(Code.NOT_ALLOWED)
        pins, kept = await self._make_first(((wanted, kind),))
        await self._settle_first(kept, end_logins=True)
        return pins

    async def renew_first(self, organization: OrganizationId) -> tuple[FirstPin, ...]:
        """Make new first PINs for everybody of a body who has not chosen their own yet."""
        people = await self._registry.database.run(lambda db: directory.people(db, organization))
        waiting = ((one, kind_for(one.role)) for one in people if one.must_change)
        pins, kept = await self._make_first((one, kind) for one, kind in waiting if kind)
        await self._settle_first(kept, end_logins=False)
        return pins

    async def _make_first(
        self, people: Iterable[tuple[Person, SecretKind]]
    ) -> tuple[tuple[FirstPin, ...], Kept]:
        pins: list[FirstPin] = []
        kept: dict[PersonId, tuple[SecretKind, str]] = {}
        for person, kind in people:
            pin = first_secret(kind)
            kept[person.id] = (kind, await self._registry.hasher.hash(pin, first=True))
            pins.append(FirstPin(person.id, person.name, pin))
        return tuple(pins), kept

    async def _settle_first(self, kept: Kept, *, end_logins: bool) -> None:
        now = self._registry.clock()

        def settle(db: Database) -> tuple[Revoked, ...]:
            _keep_first(db, kept)
            ended: list[Revoked] = []
            for person in kept if end_logins else ():
                logins.clear_wrong_pins(db, person)
                ended += logins.end(db, logins.of_person(db, person), Code.NOT_SIGNED_IN, now)
            return tuple(ended)

        self._registry.tell(await self._registry.database.run(settle))


def _keep_first(db: Database, kept: Kept) -> None:
    for person, (kind, text) in kept.items():
        directory.keep_secret(db, person, kind, text, first=True)


def _clean(person: Person) -> Person:
    def squeezed(text: str) -> str:
        return " ".join(text.split())

    return Person(
        person.id, squeezed(person.name), person.role, squeezed(person.post), squeezed(person.seat)
    )


def _without_secret(
    db: Database, people: Iterable[Person]
) -> tuple[tuple[Person, SecretKind], ...]:
    asked = ((one, kind_for(one.role)) for one in people)
    return tuple(
        (one, kind) for one, kind in asked if kind and directory.secret(db, one.id, kind) is None
    )


def _refuse_body(known: Iterable[Organization], new: Organization) -> Refusal | None:
    if not new.name.strip():
        return Refusal(Code.NAME_EMPTY)
    if any(one.id == new.id or one.name == new.name for one in known):
        return Refusal(Code.NAME_TAKEN, {"name": new.name})
    return None


def _extend_devices(db: Database, new: OrganizationId, served: frozenset[OrganizationId]) -> None:
    """The same office prepares the new body, so its devices serve it too."""
    for key, _shown in entrances.devices(db):
        if key.organizations & served:
            entrances.add_to_organization(db, key.device.id, new)
        if (
            key.device.kind == "display"
            and key.device.person
            and (key.organizations == entrances.EVERYWHERE or key.organizations & served)
        ):
            display = Person(key.device.person, key.device.name, "display")
            directory.put_person(db, new, display)


def _refuse_people(
    db: Database,
    organization: OrganizationId,
    people: Sequence[Person],
    served: frozenset[OrganizationId] | None,
) -> Refusal | None:
    if directory.organization(db, organization) is None:
        return Refusal(Code.ORGANIZATION_UNKNOWN)
    after = {one.id: one for one in directory.people(db, organization)}
    for person in people:
        if not person.name:
            return Refusal(Code.NAME_EMPTY)
        if person.role == "display":  # pairing a display makes its account
            return Refusal(Code.NOT_ALLOWED)
        known = person.id in after
        if served is not None and not known and _stranger(db, person.id, served):
            return Refusal(Code.NOT_ALLOWED)
        after[person.id] = person
    return _refuse_doubles(after.values())


def _refuse_doubles(people: Iterable[Person]) -> Refusal | None:
    """Namesakes are told apart by their post; a seat has one person."""
    names: set[tuple[str, str]] = set()
    seats: set[str] = set()
    for one in people:
        if (one.name, one.post) in names:
            return Refusal(Code.NAME_TAKEN, {"name": one.name})
        if one.seat and one.seat in seats:
            return Refusal(Code.SEAT_TAKEN, {"seat": one.seat, "name": one.name})
        names.add((one.name, one.post))
        seats.add(one.seat)
    return None


def _bodies_of(db: Database, person: PersonId) -> frozenset[OrganizationId]:
    return frozenset(one.organization for one in directory.memberships(db) if one.person == person)


def _elsewhere(db: Database, person: PersonId, served: frozenset[OrganizationId]) -> bool:
    return not _bodies_of(db, person) <= served


def _stranger(db: Database, person: PersonId, served: frozenset[OrganizationId]) -> bool:
    """Somebody who is known, but to none of these bodies."""
    exists = directory.person_name(db, person) is not None
    return exists and not _bodies_of(db, person) & served
