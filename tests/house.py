"""A whole server in the test's own process: real sockets, real TLS, real SQLite, real rules."""

import datetime as dt
import os
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench._peer import Device, Peer, trust
from server import accounts as identity
from server.accounts import Accounts, Cost, Devices, Hasher, Login, People
from server.addresses import Reach
from server.certificates import Certificates
from server.database import Database
from server.folder import Folder
from server.gateway import Commons, Gateway, Limits
from server.journal.migrations import journal_migrations
from server.journal.sqlite import SqliteJournal
from server.notes.migrations import migrations as notes_migrations
from server.notes.relay import Relay
from server.office import Office
from server.papers.shelf import Shelf
from server.press import Press
from server.protocol import office as o
from server.protocol.ids import DeviceId, Sha256
from server.protocol.office import Person, Question, Reply
from server.protocol.refusals import Refusal
from server.protocol.state import Organization, RollEntry
from server.rooms import Rooms
from server.sealed.openers import Openers
from server.sealed.polls import SealedPolls
from server.serving import resume
from server.signing import LogKey

BODY = Organization("o1", "Hội đồng nhân dân tỉnh X", address="dai_bieu")
WORD = "một câu đủ dài"
CHEAP = Cost(passes=1, memory_kib=64, lanes=1)


@dataclass
class CountedOffice:
    """The real office, which counts what it is asked and fails when it is told to."""

    office: Office
    asked: int = 0
    broken: bool = False

    async def answer(self, login: Login, question: Question) -> Reply | Refusal:
        self.asked += 1
        if self.broken:
            raise RuntimeError("the press is on fire")
        return await self.office.answer(login, question)

    def made(self, device: DeviceId, sha256: Sha256) -> Path | None:
        return self.office.made(device, sha256)


@dataclass
class House:
    """The server's parts, and ways in."""

    folder: Path
    database: Database
    accounts: Accounts
    rooms: Rooms
    shelf: Shelf
    office: CountedOffice
    commons: Commons
    gateway: Gateway
    port: int
    trusted: ssl.SSLContext
    failures: list[BaseException]
    openers: Openers
    peers: list[Peer] = field(default_factory=list)
    pins: dict[str, str] = field(default_factory=dict)

    async def connect(self, device: Device | None = None, path: str = "/meeting") -> Peer:
        peer = await Peer.open(self.port, self.trusted, device, path)
        self.peers.append(peer)
        return peer

    async def desk(self) -> Peer:
        """The first desk, signed in as the secretary."""
        peer = await self.connect()
        await peer.first_run(self.accounts.desk_code or "", BODY, "Trần Thị Mai", WORD)
        seats = await peer.authenticate()
        await peer.sign_in(seats.seats[0].person, WORD)
        return peer

    async def people(self, count: int, role: o.OfficeRole = "member") -> list[str]:
        """More people of the body, with PINs of their own already."""
        who = [Person(f"p{number}", f"Đại biểu {number}", role) for number in range(count)]
        registry = self.accounts.registry
        given = await People(registry).put(BODY.id, who)
        assert not isinstance(given, Refusal), given
        self.pins |= {pin.person: pin.pin for pin in given}
        await self.database.run(lambda db: db.execute("update secrets set first = 0"))
        return [one.id for one in who]

    async def device(self) -> Device:
        """A paired and approved tablet."""
        issued = await Devices(self.accounts.registry).issue(frozenset({BODY.id}))
        peer = await self.connect()
        paired = await peer.pair(issued.code)
        await Devices(self.accounts.registry).approve(frozenset({BODY.id}), paired.device)
        await peer.close()
        return peer.device

    async def tablet(self, person: str, device: Device | None = None) -> Peer:
        """A tablet with this person signed in."""
        peer = await self.connect(device or await self.device())
        await peer.authenticate()
        await peer.sign_in(person, self.pins[person])
        return peer

    async def back(self, peer: Peer, path: str = "/meeting") -> Peer:
        """The same device and login on a new line."""
        again = await self.connect(peer.device, path)
        again.places = peer.places
        await again.authenticate()
        await again.resume(peer.token)
        return again

    async def meeting(self, desk: Peer, people: list[str], room: str = "m1") -> str:
        """A meeting: the desk's person is the secretary, the first person the chair."""
        roll = [RollEntry(desk.person, "Trần Thị Mai", "secretary")]
        for number, person in enumerate(people):
            role = "member" if number else "chair"
            roll.append(RollEntry(person, f"Đại biểu {person}", role, ballots=True))  # type: ignore[arg-type]
        made = await desk.ask(o.MakeMeeting(BODY.id, room, "Kỳ họp thứ 9", roll=tuple(roll)))
        assert made == o.MeetingMade(room), made
        return room


@asynccontextmanager
async def open_house(
    folder: Path, *, limits: Limits | None = None, port: int = 0
) -> AsyncIterator[House]:
    """Start everything on a folder; on leaving, close it as the server does."""
    now = dt.datetime.now(dt.UTC)
    certificates = Certificates.open(folder / "tls", now)
    migrations = [identity.migrations, journal_migrations]
    database = await Database.open(folder / "phienhop.db", migrations)
    notes = await Database.open(folder / "notes.db", [notes_migrations])
    accounts = await Accounts.open(
        database, certificates.ca_sha256, clock=milliseconds, hasher=Hasher(CHEAP, CHEAP)
    )
    failures: list[BaseException] = []
    journal, openers = SqliteJournal(database), Openers(Folder(folder).openers)
    sealed = SealedPolls(openers, journal)
    rooms = await Rooms.load(
        journal,
        now=milliseconds,
        fatal=failures.append,
        retry_seconds=0.02,
        key=LogKey.at(folder / "log.key"),
        polls_changed=sealed.look,
    )
    await resume(rooms, sealed)
    shelf, press = Shelf(folder / "papers"), Press()
    reach = Reach(("localhost",), port, certificates.ca_sha256)
    real = Office(
        accounts=accounts,
        rooms=rooms,
        reach=reach,
        folder=Folder(folder),
        press=press,
        clock=milliseconds,
        scans=shelf.scans,
    )
    office = CountedOffice(real)
    commons = Commons(
        accounts,
        office,
        rooms,
        shelf,
        Relay(notes),
        certificates.ca_pem,
        certificates.ca_sha256,
        "Phòng họp số 1",
        milliseconds,
        os.urandom,
        limits or Limits(),
    )
    gateway = Gateway(commons)
    tls = certificates.server_context(["localhost", "127.0.0.1"], now)
    bound = await gateway.start("localhost", port, tls)
    trusted = trust(certificates.ca_pem)
    house = House(
        folder,
        database,
        accounts,
        rooms,
        shelf,
        office,
        commons,
        gateway,
        bound,
        trusted,
        failures,
        openers,
    )
    try:
        yield house
    finally:
        for peer in house.peers:
            await peer.close()
        await gateway.close()
        await press.close()
        await sealed.close()
        await rooms.close()
        await openers.close()
        await accounts.close()
        await notes.close()
        await database.close()


def milliseconds() -> int:
    return int(time.time() * 1000)
