"""Backups that cannot be trusted change nothing; a full disk leaves no half of one."""

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from server import backup
from server.database import Database
from server.folder import Folder, hold
from server.protocol.refusals import Code, Refusal
from server.serving import MIGRATIONS

Change = Callable[[dict[str, bytes]], None]


@pytest.fixture
async def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path / "data")
    database = await Database.open(made.database, MIGRATIONS)
    await database.run(lambda db: db.execute("insert into organizations values ('a','A','','','')"))
    await database.close()
    paper = made.papers / "ab" / "cd"
    paper.parent.mkdir(parents=True)
    paper.write_bytes(b"a paper")
    (made.papers / "partial").mkdir()
    (made.papers / "partial" / "upload").write_bytes(b"half a paper")
    made.backups.mkdir()
    (made.backups / "old.tar").write_bytes(b"an old backup")
    return made


async def restore(folder: Folder, source: Path) -> Path | Refusal | None:
    return await backup.restore(folder, source, MIGRATIONS, "new-epoch", "20250918-160000")


def changed(source: Path, change: Change) -> Path:
    """The archive with other contents, the manifest left as it was unless changed too."""
    with tarfile.open(source) as archive:
        files = {one.name: archive.extractfile(one).read() for one in archive}  # type: ignore[union-attr]
    change(files)
    target = source.with_name("changed.tar")
    with tarfile.open(target, "w") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return target


async def test_a_backup_holds_database_and_papers_and_no_passing_files(
    folder: Folder, tmp_path: Path
) -> None:
    target = tmp_path / "out" / "saved.tar"
    size = backup.make(folder, target, "20250918-160000")
    assert size == target.stat().st_size
    with tarfile.open(target) as archive:
        assert archive.getnames() == ["phienhop.db", "papers/ab/cd", "manifest.json"]
    fresh = Folder(tmp_path / "fresh")
    fresh.root.mkdir()
    assert await restore(fresh, target) is None
    assert (fresh.papers / "ab" / "cd").read_bytes() == b"a paper"
    assert sorted(path.name for path in fresh.root.iterdir()) == [
        "notes.db",
        "papers",
        "phienhop.db",
    ]


def drop_manifest(files: dict[str, bytes]) -> None:
    del files["manifest.json"]


def other_format(files: dict[str, bytes]) -> None:
    files["manifest.json"] = json.dumps({"format": 99, "files": {}}).encode()


def no_database(files: dict[str, bytes]) -> None:
    files["manifest.json"] = json.dumps({"format": 1, "files": {}}).encode()


def odd_manifest(files: dict[str, bytes]) -> None:
    files["manifest.json"] = json.dumps({"format": 1, "files": []}).encode()


def damaged_paper(files: dict[str, bytes]) -> None:
    files["papers/ab/cd"] = b"another paper"


def missing_paper(files: dict[str, bytes]) -> None:
    del files["papers/ab/cd"]


def way_out(files: dict[str, bytes]) -> None:
    files["papers/../../outside"] = b"x"


def stranger(files: dict[str, bytes]) -> None:
    files["etc/passwd"] = b"x"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (drop_manifest, "no manifest"),
        (other_format, "format 99"),
        (no_database, "no database"),
        (odd_manifest, "no manifest"),
        (damaged_paper, "damaged: papers/ab/cd"),
        (missing_paper, "missing: papers/ab/cd"),
        (way_out, ""),
        (stranger, "unexpected: etc/passwd"),
    ],
)
async def test_an_archive_that_is_not_as_it_was_made_is_refused(
    folder: Folder, tmp_path: Path, change: Change, reason: str
) -> None:
    target = tmp_path / "saved.tar"
    backup.make(folder, target, "20250918-160000")
    before = sorted(folder.root.rglob("*"))
    outcome = await restore(folder, changed(target, change))
    assert isinstance(outcome, Refusal)
    assert outcome.code == Code.BACKUP_INVALID
    assert reason in str(outcome.params["reason"])
    assert sorted(folder.root.rglob("*")) == before
    assert not (tmp_path / "outside").exists()


async def test_a_file_that_is_no_archive_is_refused(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(b"no archive at all" * 100)
    outcome = await restore(folder, tmp_path / "x.tar")
    assert isinstance(outcome, Refusal)
    assert outcome.code == Code.BACKUP_INVALID


async def test_a_backup_of_a_newer_release_is_refused(folder: Folder, tmp_path: Path) -> None:
    database = await Database.open(folder.database, MIGRATIONS)
    tomorrow = "insert into _sqlite_migrations (migration_set, name) values ('journal', 'x')"
    await database.run(lambda db: db.execute(tomorrow))
    await database.close()
    target = tmp_path / "saved.tar"
    backup.make(folder, target, "20250918-160000")
    fresh = Folder(tmp_path / "fresh")
    fresh.root.mkdir()
    outcome = await restore(fresh, target)
    assert isinstance(outcome, Refusal)
    assert outcome.code == Code.DATABASE_NEWER
    assert list(fresh.root.iterdir()) == []


def test_a_backup_that_cannot_be_written_leaves_nothing(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    outcome = backup.make(folder, tmp_path / "file" / "saved.tar", "x")
    assert isinstance(outcome, Refusal)
    assert outcome.code == Code.SETTINGS_INVALID
    folder.database.write_bytes(b"damaged" * 1000)
    outcome = backup.make(folder, tmp_path / "saved.tar", "x")
    assert isinstance(outcome, Refusal)
    assert not list(tmp_path.glob("saved*"))


def test_a_folder_is_held_by_one(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "data")
    first = hold(folder)
    assert not isinstance(first, Refusal)
    second = hold(folder)
    assert second == Refusal(Code.SERVER_RUNNING, {"folder": str(folder.root)})
    with first:
        pass
    first.release()
    third = hold(folder)
    assert not isinstance(third, Refusal)
    third.release()


async def test_a_backup_holds_the_key_of_the_record_and_no_key_of_a_secret_ballot(
    folder: Folder, tmp_path: Path
) -> None:
    folder.log_key.write_bytes(b"l" * 32)
    secret = folder.openers / "1" / "m1.q1.key"
    secret.parent.mkdir(parents=True)
    secret.write_bytes(b"s" * 32)
    target = tmp_path / "saved.tar"
    backup.make(folder, target, "20250918-160000")
    with tarfile.open(target) as archive:
        names = archive.getnames()
    assert "log.key" in names
    assert not [name for name in names if "openers" in name]
    assert b"s" * 32 not in target.read_bytes()
