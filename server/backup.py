"""A backup is one tar file: databases as of one moment, every paper, the authority, the log's key.

The keys of secret ballots are not in it: a copy of them would outlive the poll.

Made while the server runs. The papers are read after the database, so that each one it names is
there: papers are written before they are named, and never changed.
"""

import asyncio
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlite_utils import Migrations

from server.database import Database, DatabaseDamaged, DatabaseNewer, NotRecorded
from server.folder import Folder, unusable
from server.journal.sqlite import renew_epochs
from server.notes.migrations import migrations as notes_migrations
from server.notes.migrations import renew_epoch
from server.protocol.refusals import Code, Refusal

FORMAT = 1
_MANIFEST = "manifest.json"
_DATABASES = ("phienhop.db", "notes.db")
_KEPT = (*_DATABASES, "papers", "tls", "log.key", "phienhop.toml")
_LEFT_OUT = ("partial", "scratch")
_BLOCK = 1024 * 1024


def make(folder: Folder, target: Path, stamp: str) -> int | Refusal:
    """Write a backup to `target` and return its size in bytes. Blocking.

    Refuses `file_not_found` where there is no database, `name_taken` when `target` exists, and
    `disk_full` or `settings_invalid` when it cannot be written; then there is no target.
    `stamp`: the time of the backup, for the manifest.
    """
    if not folder.database.is_file():
        return Refusal(Code.FILE_NOT_FOUND, {"name": str(folder.database)})
    if target.exists():
        return Refusal(Code.NAME_TAKEN, {"name": str(target)})
    unfinished = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as place:
            _copy_database(folder.database, Path(place) / "phienhop.db")
            if folder.notes.is_file():
                _copy_database(folder.notes, Path(place) / "notes.db")
            _write(folder, Path(place), unfinished, stamp)
        unfinished.replace(target)
    except (OSError, sqlite3.Error) as fault:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        return unusable(fault, str(target))
    return target.stat().st_size


def _copy_database(source: Path, target: Path) -> None:
    connection = sqlite3.connect(source, timeout=30)
    try:
        connection.execute("VACUUM INTO ?", (str(target),))
    finally:
        connection.close()


def _write(folder: Folder, databases: Path, target: Path, stamp: str) -> None:
    sums: dict[str, str] = {}
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as archive:
            for name, path in _files(folder, databases):
                with path.open("rb") as source:
                    sums[name] = hashlib.file_digest(source, "sha256").hexdigest()
                archive.add(path, name, recursive=False)
            manifest = json.dumps({"format": FORMAT, "made_at": stamp, "files": sums}).encode()
            entry = tarfile.TarInfo(_MANIFEST)
            entry.size = len(manifest)
            archive.addfile(entry, io.BytesIO(manifest))
        file.flush()
        os.fsync(file.fileno())


def _files(folder: Folder, databases: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(databases.iterdir()):
        yield path.name, path
    for path in sorted(folder.root.rglob("*")):
        name = path.relative_to(folder.root)
        of_ours = name.parts[0] in _KEPT and name.parts[0] not in _DATABASES
        passing = len(name.parts) > 1 and name.parts[1] in _LEFT_OUT
        if path.is_file() and of_ours and not passing:
            yield name.as_posix(), path


async def restore(
    folder: Folder, source: Path, migrations: Sequence[Migrations], epoch: str, stamp: str
) -> Path | Refusal | None:
    """Put a backup in the place of what is in the folder; the caller holds the folder.

    What was there before is moved aside, not deleted: its new place is returned, or None for an
    empty folder. Every room gets the new `epoch`, so that no tablet goes on from a position which
    the backup may not have reached. Refuses `backup_invalid`, `database_newer`,
    `database_damaged`, `disk_full`; then nothing has changed.
    """
    if not await asyncio.to_thread(source.is_file):
        return Refusal(Code.FILE_NOT_FOUND, {"name": str(source)})
    try:
        with tempfile.TemporaryDirectory(dir=folder.root, prefix="restore-") as place:
            staged = Folder(Path(place))
            wrong = _unpack(source, staged.root)
            if wrong:
                return Refusal(Code.BACKUP_INVALID, {"name": str(source), "reason": wrong})
            refusal = await _renew(staged, migrations, epoch)
            if refusal is not None:
                return refusal
            return _swap(folder, staged, stamp)
    except (OSError, NotRecorded) as fault:
        return unusable(fault, str(folder.root))


def _unpack(source: Path, target: Path) -> str:
    """Extract and verify; return what is wrong with the archive, or nothing."""
    try:
        with tarfile.open(source, "r:") as archive:
            for entry in archive:
                known = entry.name == _MANIFEST or entry.name.split("/")[0] in _KEPT
                if not entry.isreg() or not known:
                    return f"unexpected: {entry.name}"
                _take_out(archive, entry, target)
    except (tarfile.TarError, EOFError) as fault:
        return str(fault)
    return _verify(target)


def _take_out(archive: tarfile.TarFile, entry: tarfile.TarInfo, target: Path) -> None:
    """Write one regular file below `target`. Raises TarError for a name that leads out of it.

    By hand, since `extract(filter=...)` is missing from the Python 3.11 of Debian 12.
    """
    path = (target / entry.name).resolve()
    source = archive.extractfile(entry)
    if source is None or not path.is_relative_to(target.resolve()):
        raise tarfile.TarError(f"unexpected: {entry.name}")
    path.parent.mkdir(parents=True, exist_ok=True)
    with source, path.open("wb") as file:
        shutil.copyfileobj(source, file)


def _verify(target: Path) -> str:
    try:
        manifest: dict[str, Any] = json.loads((target / _MANIFEST).read_bytes())
        if manifest["format"] != FORMAT:
            return f"format {manifest['format']}"
        sums = {str(name): str(sha256) for name, sha256 in manifest["files"].items()}
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return "no manifest"
    if "phienhop.db" not in sums:
        return "no database"
    for name, expected in sums.items():
        path = target / name
        if not path.is_file():
            return f"missing: {name}"
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != expected:
                return f"damaged: {name}"
    return ""


async def _renew(staged: Folder, migrations: Sequence[Migrations], epoch: str) -> Refusal | None:
    try:
        database = await Database.open(staged.database, migrations)
    except DatabaseNewer as fault:
        return Refusal(Code.DATABASE_NEWER, {"reason": str(fault)})
    except DatabaseDamaged as fault:
        return Refusal(Code.DATABASE_DAMAGED, {"reason": str(fault)})
    try:
        await database.run(lambda db: renew_epochs(db, epoch))
    finally:
        await database.close()
    return await _renew_notes(staged)


async def _renew_notes(staged: Folder) -> Refusal | None:
    """Devices send again what the backup may lack of their notes."""
    try:
        database = await Database.open(staged.notes, (notes_migrations,))
    except (DatabaseNewer, DatabaseDamaged) as fault:
        newer = isinstance(fault, DatabaseNewer)
        code = Code.DATABASE_NEWER if newer else Code.DATABASE_DAMAGED
        return Refusal(code, {"reason": str(fault)})
    try:
        await database.run(renew_epoch)
    finally:
        await database.close()
    return None


def _swap(folder: Folder, staged: Folder, stamp: str) -> Path | None:
    aside = folder.root / f"before-restore-{stamp}"
    old = [
        folder.root / name
        for name in (*_KEPT, *(f"{one}-{log}" for one in _DATABASES for log in ("wal", "shm")))
    ]
    present = [path for path in old if path.exists()]
    if present:
        aside.mkdir()
    for path in present:
        path.replace(aside / path.name)
    for name in _KEPT:
        if (staged.root / name).exists():
            shutil.move(staged.root / name, folder.root / name)
    return aside if present else None
