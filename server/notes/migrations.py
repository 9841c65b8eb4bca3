"""The tables of private notes. A released migration is never changed; a later one is added."""

from sqlite_utils import Database, Migrations

migrations = Migrations("notes")


@migrations()
def m001_notes(db: Database) -> None:
    """Tokens, owners of keys, wrapped keys, sealed entries, shares."""
    db.table("tokens").create(
        {"id": str, "person": str, "device": str, "created_at": int},
        pk="id",
        not_null={"person", "device", "created_at"},
        strict=True,
    )
    db.table("owners").create(
        {"person": str, "key": str, "public": str, "position": int, "bytes": int},
        pk="person",
        not_null={"key", "public", "position", "bytes"},
        strict=True,
    )
    db.table("wrapped").create(
        {"person": str, "kind": str, "device": str, "key": str, "sealed": str, "salt": str},
        pk=("person", "kind", "device"),
        not_null={"key", "sealed", "salt"},
        strict=True,
    )
    db.table("entries").create(
        {"person": str, "log": str, "writer": str, "number": int, "position": int, "sealed": bytes},
        pk=("person", "log", "writer", "number"),
        not_null={"position", "sealed"},
        strict=True,
    )
    db.table("entries").create_index(["person", "position"], unique=True)
    db.table("shares").create(
        {"share": str, "sender": str, "reader": str, "at": int, "sealed": bytes},
        pk=("sender", "share", "reader"),
        not_null={"at", "sealed"},
        strict=True,
    )
    db.table("shares").create_index(["reader"])
    db.table("epoch").create({"id": int, "epoch": str}, pk="id", not_null={"epoch"}, strict=True)
    db.execute("insert into epoch values (1, lower(hex(randomblob(8))))")


def renew_epoch(db: Database) -> None:
    """After a restore: devices send again whatever the backup may lack."""
    db.execute("update epoch set epoch = lower(hex(randomblob(8)))")
