"""The commands that keep a server: import, export, codes, backup, restore. Each ends by itself."""

import asyncio
import csv
import datetime as dt
import json
import os
import secrets
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import TextIO, TypeVar

from server import addresses, backup
from server.accounts import Accounts, Devices, People
from server.accounts.login import DeviceKind
from server.addresses import Reach
from server.certificates import Certificates, CertificatesDamaged
from server.database import NotRecorded
from server.folder import Folder, hold, invalid, unusable, word
from server.importing import Importer
from server.journal import Damaged
from server.journal import Opened as Kept
from server.journal.sqlite import SqliteJournal
from server.office.printing import stamp
from server.papers.shelf import Shelf
from server.protocol.ids import MeetingId, PersonId
from server.protocol.office import FirstPin
from server.protocol.refusals import Code, Refusal
from server.record import dossier, export
from server.record.stamp import checkpoint_short
from server.rooms import Rooms
from server.serving import MIGRATIONS, hasher, now_ms, open_database
from server.settings import Settings
from server.signing import KeyDamaged, LogKey
from server.summary import Summary

T = TypeVar("T")
EPOCH_BYTES = 8


class Opened:
    """The parts of a server's data, without a server."""

    def __init__(self, accounts: Accounts, rooms: Rooms, folder: Folder) -> None:
        """Made by `opened`."""
        self.accounts = accounts
        self.rooms = rooms
        self.folder = folder


async def opened(
    settings: Settings, work: Callable[[Opened], Awaitable[T | Refusal]], *, alone: bool
) -> T | Refusal:
    """Open the data folder, do `work`, close it. `alone`: refuse while a server has the folder."""
    folder = Folder(settings.data)
    try:
        async with AsyncExitStack() as stack:
            if alone:
                held = hold(folder)
                if isinstance(held, Refusal):
                    return held
                stack.callback(held.release)
            parts = await _open(settings, folder, stack)
            return parts if isinstance(parts, Refusal) else await work(parts)
    except CertificatesDamaged as fault:
        return invalid(str(folder.tls), str(fault))
    except KeyDamaged as fault:
        return invalid(str(folder.log_key), str(fault))
    except (OSError, NotRecorded) as fault:
        return unusable(fault, str(folder.root))


async def _open(settings: Settings, folder: Folder, stack: AsyncExitStack) -> Opened | Refusal:
    database = await open_database(folder)
    if isinstance(database, Refusal):
        return database
    stack.push_async_callback(database.close)
    certificates = Certificates.open(folder.tls, dt.datetime.now(dt.UTC))
    accounts = await Accounts.open(
        database, certificates.ca_sha256, clock=now_ms, hasher=hasher(settings)
    )
    faults: list[BaseException] = []
    key = LogKey.at(folder.log_key)
    rooms = await Rooms.load(SqliteJournal(database), now=now_ms, fatal=faults.append, key=key)
    stack.push_async_callback(rooms.close)
    return Opened(accounts, rooms, folder)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


# ---- imports -------------------------------------------------------------------------------------


def import_people(
    settings: Settings, file: Path, organization: str, pins: Path | None
) -> Refusal | None:
    """Import a table of people; first PINs go to the file `pins`, or to standard output."""

    async def work(parts: Opened) -> tuple[FirstPin, ...] | Refusal:
        shelf = Shelf(parts.folder.papers)
        return await Importer(parts.accounts, parts.rooms, shelf).people(file, organization)

    with _pins(pins) as out:
        if isinstance(out, Refusal):
            return out
        made = asyncio.run(opened(settings, work, alone=True))
        if isinstance(made, Refusal):
            return made
        out.write(made)
        return None


def import_meeting(
    settings: Settings, folder: Path, pins: Path | None, *, leave_out: bool = False
) -> Refusal | None:
    """Import a folder with `meeting.toml`; first PINs of new people as in `import_people`.

    With `leave_out`, papers that intake refuses stay out; each is told in a line of JSON.
    """

    def told(file: str, refusal: Refusal) -> None:
        _say(json.dumps({"file": file, "code": refusal.code}, ensure_ascii=False))

    async def work(parts: Opened) -> tuple[MeetingId, tuple[FirstPin, ...]] | Refusal:
        importer = Importer(parts.accounts, parts.rooms, Shelf(parts.folder.papers))
        return await importer.meeting(folder, told if leave_out else None)

    with _pins(pins) as out:
        if isinstance(out, Refusal):
            return out
        made = asyncio.run(opened(settings, work, alone=True))
        if isinstance(made, Refusal):
            return made
        sys.stderr.write(f"Đã nhập cuộc họp / Meeting imported: {made[0]}\n")
        out.write(made[1])
        return None


class _PinList:
    """Where first PINs are written, once: only their hashes are kept."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.used = False

    def write(self, pins: Sequence[FirstPin]) -> None:
        """Write name and PIN of everybody as CSV."""
        self.used = True
        rows = csv.writer(self._file)
        rows.writerow(("person", "name", "pin"))
        rows.writerows((one.person, one.name, one.pin) for one in pins)


@contextmanager
def _pins(target: Path | None) -> Iterator[_PinList | Refusal]:
    """Open the list before anything is imported: PINs that cannot be written would be lost."""
    if target is None:
        yield _PinList(sys.stdout)
        return
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        yield Refusal(Code.NAME_TAKEN, {"name": str(target)})
        return
    except OSError as fault:
        yield unusable(fault, str(target))
        return
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        made = _PinList(file)
        yield made
    if not made.used:
        target.unlink()


# ---- the record ----------------------------------------------------------------------------------


def list_meetings(settings: Settings) -> Refusal | None:
    """Print every meeting on a line: its id, its local day, how far it is, body and title."""

    async def work(parts: Opened) -> Sequence[Summary]:
        return parts.rooms.summaries

    found = asyncio.run(opened(settings, work, alone=False))
    if isinstance(found, Refusal):
        return found
    for one in found:
        day = dt.datetime.fromtimestamp(one.starts_at / 1000, dt.UTC).astimezone().date()
        _say("\t".join((one.room, str(day), one.phase, one.organization.name, one.title)))
    return None


def export_meeting(settings: Settings, meeting: MeetingId, out: Path) -> Refusal | None:
    """Write the record of a meeting into a folder that is new or empty; also while it runs."""

    async def work(parts: Opened) -> int | Refusal:
        kept, key = await _kept(parts, meeting), parts.rooms.key
        if isinstance(kept, Refusal):
            return kept
        public = key.public if key else b""
        place = (out, parts.folder.papers, "", public)
        return await asyncio.to_thread(export.write_folder, kept.records, *place)

    size = asyncio.run(opened(settings, work, alone=False))
    if isinstance(size, Refusal):
        return size
    _say(f"Đã xuất hồ sơ / Record written: {out} ({size} bytes)")
    return None


async def _kept(parts: Opened, meeting: MeetingId) -> Kept | Refusal:
    try:
        kept = await parts.rooms.kept(meeting)
    except Damaged as fault:
        return Refusal(Code.DATABASE_DAMAGED, {"name": meeting, "reason": str(fault)})
    return kept or Refusal(Code.ROOM_UNKNOWN, {"room": meeting})


def write_dossier(
    settings: Settings, meeting: MeetingId, out: Path, *, with_papers: bool, members: bool = False
) -> Refusal | None:
    """Write the sealed dossier of a meeting to a new file; also while it runs.

    `members`: only what members may see.
    """

    async def work(parts: Opened) -> tuple[int, str] | Refusal:
        kept, key = await _kept(parts, meeting), parts.rooms.key
        if isinstance(kept, Refusal):
            return kept
        if key is None:
            return Refusal(Code.NOT_ALLOWED)
        papers = parts.folder.papers if with_papers else None
        source = dossier.Source(kept.records, kept.checkpoints, key.secret, papers, members=members)
        size = await asyncio.to_thread(dossier.write, source, out)
        if isinstance(size, Refusal):
            return size
        return size, checkpoint_short(kept.records, key.public)

    if out.exists():
        return Refusal(Code.NAME_TAKEN, {"name": str(out)})
    made = asyncio.run(opened(settings, work, alone=False))
    if isinstance(made, Refusal):
        return made
    _say(f"Đã lập hồ sơ / Dossier written: {out} ({made[0]} bytes)")
    _say(f"Mã kiểm tra / Code: {made[1]}")
    return None


# ---- codes ---------------------------------------------------------------------------------------


def issue_codes(
    settings: Settings, kind: DeviceKind, names: Sequence[str], count: int
) -> Refusal | None:
    """Print pairing codes for devices that need not wait for approval; also while it runs.

    With `names`, one code for each of these people's own tablets.
    """

    async def work(parts: Opened) -> list[dict[str, str | int]] | Refusal:
        owners = await _owners(parts, names)
        if isinstance(owners, Refusal):
            return owners
        devices = Devices(parts.accounts.registry)
        bodies = frozenset(one.id for one in await People(parts.accounts.registry).organizations())
        reach = _reach(settings, parts)
        made: list[dict[str, str | int]] = []
        for name, owner in owners or [("", "")] * count:
            issued = await devices.issue(bodies, kind=kind, person=owner, approved=True)
            line = {"code": issued.code, "qr": reach.qr(issued.code)}
            made.append({**line, "kind": kind, "name": name, "expires_at": issued.expires_at})
        return made

    made = asyncio.run(opened(settings, work, alone=False))
    if isinstance(made, Refusal):
        return made
    for one in made:
        _say(json.dumps(one, ensure_ascii=False))
    return None


def _reach(settings: Settings, parts: Opened) -> Reach:
    """Where the server listens now, or listened last; before its first start, as it is set."""
    ca_sha256 = parts.accounts.registry.ca_sha256
    try:
        told = json.loads(word(parts.folder))
        return Reach(tuple(told["hosts"]), int(told["port"]), ca_sha256)
    except (ValueError, KeyError, TypeError):
        return Reach(addresses.hosts(settings.host, settings.names), settings.port, ca_sha256)


async def _owners(parts: Opened, names: Sequence[str]) -> list[tuple[str, PersonId]] | Refusal:
    people = People(parts.accounts.registry)
    known: dict[str, PersonId] = {}
    for body in await people.organizations():
        known |= {one.name: one.id for one in await people.of(body.id)}
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        return Refusal(Code.PERSON_UNKNOWN, {"name": unknown})
    return [(name, known[name]) for name in names]


# ---- backup --------------------------------------------------------------------------------------


def back_up(settings: Settings, target: Path) -> Refusal | None:
    """Write a backup, also while the server runs."""
    size = backup.make(Folder(settings.data), target, stamp(now_ms()))
    if isinstance(size, Refusal):
        return size
    _say(f"Đã sao lưu / Backup made: {target} ({size} bytes)")
    return None


def restore(settings: Settings, source: Path) -> Refusal | None:
    """Put a backup in the place of the data; what was there is moved aside."""
    folder = Folder(settings.data)
    try:
        held = hold(folder)
        if isinstance(held, Refusal):
            return held
        with held:
            epoch = secrets.token_hex(EPOCH_BYTES)
            moved = asyncio.run(backup.restore(folder, source, MIGRATIONS, epoch, stamp(now_ms())))
    except OSError as fault:
        return unusable(fault, str(folder.root))
    if isinstance(moved, Refusal):
        return moved
    _say(f"Đã khôi phục / Restored: {folder.root}")
    if moved is not None:
        _say(f"Bản trước đó ở / What was there before: {moved}")
    return None
