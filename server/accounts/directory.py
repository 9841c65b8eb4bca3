"""Bodies, people and memberships as rows. Each function works inside one transaction."""

from typing import cast

from msgspec import Struct
from sqlite_utils import Database

from server.accounts.pins import SecretKind, kind_for
from server.protocol.ids import OrganizationId, PersonId
from server.protocol.names import name_key
from server.protocol.office import OfficeRole, Person, Seat
from server.protocol.state import Organization


class Membership(Struct, frozen=True):
    """What a person is in one body."""

    organization: OrganizationId
    person: PersonId
    role: OfficeRole


def organizations(db: Database) -> tuple[Organization, ...]:
    """Return every body in the order of their making."""
    rows = db.table("organizations").rows_where(order_by="rowid")
    return tuple(Organization(**row) for row in rows)


def organization(db: Database, wanted: OrganizationId) -> Organization | None:
    """Return the body of that identifier, or None."""
    return next((one for one in organizations(db) if one.id == wanted), None)


def add_organization(db: Database, new: Organization) -> None:
    """Keep a new body; the caller has looked that the identifier is free."""
    db.table("organizations").insert(
        {
            "id": new.id,
            "name": new.name,
            "short_name": new.short_name,
            "term": new.term,
            "address": new.address,
        }
    )


def memberships(db: Database) -> tuple[Membership, ...]:
    """Return who is what in which body."""
    rows = db.query("select organization, person, role from memberships")
    return tuple(Membership(**row) for row in rows)


def people(db: Database, of: OrganizationId) -> tuple[Person, ...]:
    """Return everybody of a body, by given name."""
    rows = db.query(
        "select id, name, role, post, seat from memberships join people on id = person "
        "where organization = ?",
        [of],
    )
    unchanged = first_secrets(db)
    found = [
        Person(**row, must_change=(row["id"], kind_for(row["role"])) in unchanged) for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (name_key(one.name), one.id)))


def person_name(db: Database, person: PersonId) -> str | None:
    """Return the name of a person, or None for nobody."""
    rows = list(db.query("select name from people where id = ?", [person]))
    return cast("str", rows[0]["name"]) if rows else None


def put_person(db: Database, of: OrganizationId, person: Person) -> None:
    """Keep a person's name and what they are in that body, new or changed."""
    db.table("people").insert({"id": person.id, "name": person.name}, replace=True)
    membership = {
        "organization": of,
        "person": person.id,
        "role": person.role,
        "post": person.post,
        "seat": person.seat,
    }
    db.table("memberships").insert(membership, replace=True)


def remove_membership(db: Database, of: OrganizationId, person: PersonId) -> None:
    """End a membership. Who belongs to no body any more can sign in nowhere; the name stays."""
    db.execute("delete from memberships where organization = ? and person = ?", [of, person])
    db.execute(
        "delete from secrets where person = ? and person not in (select person from memberships)",
        [person],
    )


def seats(db: Database, bodies: frozenset[OrganizationId], kind: SecretKind) -> tuple[Seat, ...]:
    """Return who of these bodies signs in with that kind of secret, by given name, each once."""
    rows = db.query(
        "select organization, id, name, role, post, seat from memberships "
        "join people on id = person order by memberships.rowid"
    )
    found: dict[str, Seat] = {}
    for row in rows:
        if row["organization"] in bodies and kind_for(row["role"]) == kind:
            seat = Seat(row["id"], row["name"], row["post"], row["seat"], row["role"])
            found.setdefault(seat.person, seat)
    return tuple(sorted(found.values(), key=lambda one: (name_key(one.name), one.person)))


def first_secrets(db: Database) -> frozenset[tuple[PersonId, SecretKind]]:
    """Return whose secret of which kind is still the one that was printed."""
    rows = db.query("select person, kind from secrets where first = 1")
    return frozenset((row["person"], row["kind"]) for row in rows)


def secret(db: Database, person: PersonId, kind: SecretKind) -> tuple[str, bool] | None:
    """Return what is kept of a person's secret and whether it is a first one, or None."""
    where = "select kept, first from secrets where person = ? and kind = ?"
    rows = list(db.query(where, [person, kind]))
    return (rows[0]["kept"], bool(rows[0]["first"])) if rows else None


def keep_secret(
    db: Database, person: PersonId, kind: SecretKind, kept: str, *, first: bool
) -> None:
    """Keep a secret in place of the one before."""
    row = {"person": person, "kind": kind, "kept": kept, "first": int(first)}
    db.table("secrets").insert(row, replace=True)
