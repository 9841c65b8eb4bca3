"""The server put together: what stands on what, what is started first and stopped last."""

import asyncio
import datetime as dt
import errno
import logging
import os
import socket
import sqlite3
import ssl
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from sqlite_utils import Migrations

from server import addresses
from server.accounts import Accounts, Cost, Hasher
from server.accounts import migrations as accounts_migrations
from server.addresses import Reach
from server.certificates import Certificates, CertificatesDamaged
from server.database import Database, DatabaseDamaged, DatabaseNewer, NotRecorded
from server.folder import Folder, invalid, unusable
from server.gateway import Commons, Gateway, Limits
from server.journal import Damaged
from server.journal.migrations import journal_migrations
from server.journal.sqlite import SqliteJournal
from server.notes.migrations import migrations as notes_migrations
from server.notes.relay import Relay
from server.office import Office
from server.papers.shelf import Shelf
from server.press import Press
from server.protocol.refusals import Code, Refusal
from server.rooms import Rooms
from server.sealed.openers import Openers
from server.sealed.polls import SealedPolls
from server.settings import Settings
from server.signing import KeyDamaged, LogKey

log = logging.getLogger("phienhop.server")

MIGRATIONS = (accounts_migrations, journal_migrations)
"""Everything that the one database holds."""
RENEW_SECONDS = 24 * 3600
"""How often a running server looks whether its certificate is about to expire."""
_NOT_OURS = (errno.EADDRNOTAVAIL, errno.EACCES, errno.EPERM, errno.EINVAL)


def now_ms() -> int:
    """Return the time in milliseconds since 1970, UTC: the server's clock."""
    return time.time_ns() // 1_000_000


async def open_database(folder: Folder) -> Database | Refusal:
    """Open the database; refuses `database_newer`, `database_damaged`, `disk_full`."""
    return await _open_file(folder, folder.database, MIGRATIONS)


async def _open_file(
    folder: Folder, path: Path, migrations: Sequence[Migrations]
) -> Database | Refusal:
    try:
        return await Database.open(path, migrations)
    except DatabaseNewer as fault:
        return Refusal(Code.DATABASE_NEWER, {"name": str(path), "reason": str(fault)})
    except DatabaseDamaged as fault:
        return Refusal(Code.DATABASE_DAMAGED, {"name": str(path), "reason": str(fault)})
    except (OSError, NotRecorded, sqlite3.Error) as fault:
        return unusable(fault, str(folder.root))


def hasher(settings: Settings) -> Hasher:
    """Return how secrets are kept on this server."""
    cost = Cost(settings.pin_passes, settings.pin_memory_kib, settings.pin_lanes)
    return Hasher(cost)


class Server:
    """One running server. Make it with `start`."""

    def __init__(self) -> None:
        """Use `start`."""
        self.failed: asyncio.Future[BaseException] = asyncio.get_running_loop().create_future()
        """Done when disk and memory may have parted and the server must stop."""
        self.accounts: Accounts
        self.reach: Reach
        self._stack = AsyncExitStack()
        self._notes: Relay

    @classmethod
    async def start(cls, settings: Settings) -> "Server | Refusal":
        """Open everything and listen; the caller holds the folder.

        Refuses `port_in_use`, `settings_invalid`, `database_newer`, `database_damaged`,
        `disk_full`; then nothing stays open.
        """
        server = cls()
        refusal: Refusal | None
        try:
            refusal = await server._open(settings)
        except (OSError, NotRecorded) as fault:
            refusal = unusable(fault, str(settings.data))
        except BaseException:
            await server.close()
            raise
        if refusal is not None:
            await server.close()
        return refusal or server

    async def _open(self, settings: Settings) -> Refusal | None:
        folder, now = Folder(settings.data), dt.datetime.now(dt.UTC)
        database = await open_database(folder)
        if isinstance(database, Refusal):
            return database
        self._stack.push_async_callback(database.close)
        notes = await _open_file(folder, folder.notes, (notes_migrations,))
        if isinstance(notes, Refusal):
            return notes
        self._stack.push_async_callback(notes.close)
        self._notes = Relay(notes)
        try:
            certificates = Certificates.open(folder.tls, now)
        except CertificatesDamaged as fault:
            return invalid(str(folder.tls), str(fault))
        try:
            key = LogKey.at(folder.log_key)
        except KeyDamaged as fault:
            return invalid(str(folder.log_key), str(fault))
        ca_sha256 = certificates.ca_sha256
        self.accounts = await Accounts.open(
            database, ca_sha256, clock=now_ms, hasher=hasher(settings)
        )
        self._stack.push_async_callback(self.accounts.close)
        hosts = addresses.hosts(settings.host, settings.names)
        self.reach = Reach(hosts, settings.port, ca_sha256)
        gateway = await self._gateway(settings, folder, certificates, database, key)
        refusal = await self._listen(settings, gateway, certificates, now)
        if refusal is None:
            await self._announce(settings)
        return refusal

    async def _gateway(
        self,
        settings: Settings,
        folder: Folder,
        certificates: Certificates,
        database: Database,
        key: LogKey,
    ) -> Gateway:
        rooms = await self._rooms(folder, database, key)
        press = Press()
        self._stack.push_async_callback(press.close)
        shelf = Shelf(folder.papers)
        self._stack.push_async_callback(shelf.scans.close)
        office = Office(
            accounts=self.accounts,
            rooms=rooms,
            reach=self.reach,
            folder=folder,
            press=press,
            clock=now_ms,
            sheet_days=settings.sheet_days,
            scans=shelf.scans,
        )
        commons = Commons(
            accounts=self.accounts,
            office=office,
            rooms=rooms,
            shelf=shelf,
            notes=self._notes,
            ca_pem=certificates.ca_pem,
            ca_sha256=certificates.ca_sha256,
            name=settings.title,
            now=now_ms,
            random=os.urandom,
            limits=Limits(connections=settings.max_connections),
        )
        return Gateway(commons)

    async def _rooms(self, folder: Folder, database: Database, key: LogKey) -> Rooms:
        """Load the rooms, and take up the polls that a stop has left."""
        journal, openers = SqliteJournal(database), Openers(folder.openers)
        self._stack.push_async_callback(openers.close)
        sealed = SealedPolls(openers, journal)
        rooms = await Rooms.load(
            journal, now=now_ms, fatal=self._fatal, key=key, polls_changed=sealed.look
        )
        self._stack.push_async_callback(rooms.close)
        self._stack.push_async_callback(sealed.close)
        await resume(rooms, sealed)
        return rooms

    async def _listen(
        self,
        settings: Settings,
        gateway: Gateway,
        certificates: Certificates,
        now: dt.datetime,
    ) -> Refusal | None:
        names = addresses.certificate_names(self.reach.hosts)
        context = certificates.server_context(names, now)
        try:
            self.reach.port = await gateway.start(settings.host, settings.port, context)
        except socket.gaierror as fault:
            return invalid("host", f"{settings.host}: {fault.strerror}")
        except OSError as fault:
            if fault.errno in _NOT_OURS:
                return invalid("host, port", f"{settings.host}:{settings.port}: {fault.strerror}")
            return Refusal(Code.PORT_IN_USE, {"port": settings.port})
        self._stack.push_async_callback(gateway.close)
        renewing = asyncio.create_task(_keep_fresh(certificates, context, names))
        self._stack.callback(renewing.cancel)
        return None

    async def _announce(self, settings: Settings) -> None:
        """Discovery is a convenience: without it people type the address."""
        if not settings.discovery or addresses.is_loopback(settings.host):
            return
        try:
            announced = await addresses.announce(self.reach, settings.title)
        except Exception:
            log.exception("the server is not announced in the network")
            return
        self._stack.push_async_callback(announced.close)

    def _fatal(self, fault: BaseException) -> None:
        if not self.failed.done():
            self.failed.set_result(fault)

    async def close(self) -> None:
        """Say goodbye to everybody, finish what was asked, let go of everything."""
        await self._stack.aclose()


async def resume(rooms: Rooms, sealed: SealedPolls) -> None:
    """Open every meeting that has begun, and every room with a sealed poll that is not over.

    They go on by themselves from there: a poll may have a time limit, perhaps past by now.
    """
    begun = {one.room for one in rooms.summaries if one.phase in {"open", "paused"}}
    for room in sorted(begun | await sealed.unfinished()):
        try:
            await rooms.open(room)
        except Damaged:
            log.exception("a room cannot be opened", extra={"room": room})


async def _keep_fresh(
    certificates: Certificates, context: ssl.SSLContext, names: tuple[str, ...]
) -> None:
    while True:
        await asyncio.sleep(RENEW_SECONDS)
        await asyncio.to_thread(certificates.renew, context, names, dt.datetime.now(dt.UTC))
