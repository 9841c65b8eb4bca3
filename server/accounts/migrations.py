"""The tables of identity. A released migration is never changed; a later one is added."""

from sqlite_utils import Database, Migrations

migrations = Migrations("accounts")


@migrations()
def m001_identity(db: Database) -> None:
    """Bodies, people, secrets, devices, codes, logins, wrong PINs."""
    _bodies_and_people(db)
    _devices(db)
    db.table("logins").create(
        {"id": str, "person": str, "device": str, "created_at": int, "ended": str, "ended_at": int},
        pk="id",
        not_null={"person", "device", "created_at", "ended", "ended_at"},
        strict=True,
    )
    db.table("logins").create_index(["device"])
    db.table("logins").create_index(["person"])
    db.table("wrong_pins").create(
        {"person": str, "device": str, "failures": int, "until": int, "last_at": int},
        pk=("person", "device"),
        not_null={"failures", "until", "last_at"},
        strict=True,
    )


@migrations()
def m002_shares(db: Database) -> None:
    """Keys of the caches of devices, and the shares of people in them."""
    db.table("shares").create(
        {"device": str, "person": str, "key": bytes, "created_at": int},
        pk=("device", "person"),
        not_null={"key", "created_at"},
        strict=True,
    )


def _bodies_and_people(db: Database) -> None:
    db.table("organizations").create(
        {"id": str, "name": str, "short_name": str, "term": str, "address": str},
        pk="id",
        not_null={"name", "short_name", "term", "address"},
        strict=True,
    )
    db.table("people").create({"id": str, "name": str}, pk="id", not_null={"name"}, strict=True)
    db.table("memberships").create(
        {"organization": str, "person": str, "role": str, "post": str, "seat": str},
        pk=("organization", "person"),
        not_null={"role", "post", "seat"},
        foreign_keys=[("organization", "organizations", "id"), ("person", "people", "id")],
        strict=True,
    )
    db.table("memberships").create_index(["person"])
    db.table("secrets").create(
        {"person": str, "kind": str, "kept": str, "first": int},
        pk=("person", "kind"),
        not_null={"kept", "first"},
        foreign_keys=[("person", "people", "id")],
        strict=True,
    )


def _devices(db: Database) -> None:
    db.table("devices").create(
        {
            "id": str,
            "name": str,
            "kind": str,
            "public_key": bytes,
            "state": str,
            "comparison": str,
            "person": str,
            "created_at": int,
            "seen_at": int,
        },
        pk="id",
        not_null={"name", "kind", "public_key", "state", "comparison", "person"},
        strict=True,
    )
    db.table("device_organizations").create(
        {"device": str, "organization": str},
        pk=("device", "organization"),
        foreign_keys=[("device", "devices", "id"), ("organization", "organizations", "id")],
        strict=True,
    )
    db.table("codes").create(
        {
            "key": bytes,
            "kind": str,
            "label": str,
            "person": str,
            "organizations": str,
            "approved": int,
            "expires_at": int,
            "used_by": str,
        },
        pk="key",
        not_null={"kind", "label", "person", "organizations", "approved", "expires_at", "used_by"},
        strict=True,
    )


@migrations()
def m002_rulebooks(db: Database) -> None:
    """What a body votes by, once it has rules of its own; JSON, since nobody searches in it."""
    db.table("rulebooks").create(
        {"organization": str, "book": str},
        pk="organization",
        not_null={"book"},
        foreign_keys=[("organization", "organizations", "id")],
        strict=True,
    )
