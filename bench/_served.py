"""A real server process, and a data folder in which many people are already at home."""

import asyncio
import datetime as dt
import json
import os
import secrets
import ssl
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bench._peer import Device, Peer, trust
from server.accounts import Accounts, Cost, Devices, Hasher, Login, People, migrations, pairing
from server.certificates import Certificates
from server.database import Database
from server.journal.migrations import journal_migrations
from server.protocol import commands as c
from server.protocol import frames as f
from server.protocol import office as o
from server.protocol.ids import DeviceId
from server.protocol.refusals import Refusal
from server.protocol.state import Organization, RollEntry, Rule

T = TypeVar("T")
BODY = Organization("o1", "Hội đồng nhân dân tỉnh X")
ROOM, POLL, ITEM = "m1", "q1", "i1"
CHEAP = Cost(passes=1, memory_kib=64, lanes=1)
START_SECONDS = 30.0


@dataclass(frozen=True)
class Person:
    """Somebody with a paired device and a login on it."""

    person: str
    device: Device
    token: str


@dataclass(frozen=True)
class Stock:
    """What was put into a folder: the desk first, then everybody else."""

    folder: Path
    tls: ssl.SSLContext
    desk: Person
    people: Sequence[Person]


def _now() -> int:
    return time.time_ns() // 1_000_000


async def stock(folder: Path, people: int) -> Stock:
    """Make a body with a secretary at a desk and so many members at tablets, all signed in."""
    certificates = Certificates.open(folder / "tls", dt.datetime.now(dt.UTC))
    database = await Database.open(folder / "phienhop.db", [migrations, journal_migrations])
    hasher = Hasher(CHEAP, CHEAP)
    accounts = await Accounts.open(database, certificates.ca_sha256, clock=_now, hasher=hasher)
    home = _Home(accounts, certificates.ca_sha256)
    desk = await home.desk()
    members = [o.Person(f"p{number}", f"Đại biểu {number}") for number in range(people)]
    pins = done(await People(accounts.registry).put(BODY.id, members))
    found = [await home.member(pin.person, pin.pin) for pin in pins]
    await accounts.close()
    await database.close()
    return Stock(folder, trust(certificates.ca_pem), desk, found)


def done(outcome: T | Refusal) -> T:
    """Return what was not refused."""
    if isinstance(outcome, Refusal):
        raise TypeError(outcome)
    return outcome


class _Home:
    """Pairs and signs in without sockets: the way in has tests of its own."""

    def __init__(self, accounts: Accounts, ca: bytes) -> None:
        self.accounts = accounts
        self.ca = ca

    def _proof(self, device: Device, code: str) -> tuple[str, str, str]:
        nonce = os.urandom(32)
        key = pairing.code_key(code) or b""
        proof = pairing.proof(key, pairing.ASKING, self.ca, device.public, nonce)
        encode64 = pairing.encode64
        return encode64(device.public), encode64(nonce), encode64(proof)

    async def desk(self) -> Person:
        device, word = Device(), secrets.token_urlsafe(12)
        proof = self._proof(device, self.accounts.desk_code or "")
        asked = f.FirstRun("Bàn thư ký", *proof, BODY, "Trần Thị Mai", word)
        device.id = done(await self.accounts.first_run(asked)).device
        seats = done(await self.accounts.seats(device.id))
        login = await self._sign_in(device.id, seats.seats[0].person, word)
        return Person(login.person, device, login.token)

    async def member(self, person: str, pin: str) -> Person:
        device, devices = Device(), Devices(self.accounts.registry)
        bodies = frozenset({BODY.id})
        issued = await devices.issue(bodies, person=person)
        asked = f.Pair("Máy", "tablet", *self._proof(device, issued.code))
        device.id = done(await self.accounts.pair(asked, "127.0.0.1")).device
        await devices.approve(bodies, device.id)
        login = await self._sign_in(device.id, person, pin)
        changed = await self.accounts.change_pin(login, f.ChangePin(pin, _other(pin)))
        return Person(person, device, done(changed).token)

    async def _sign_in(self, device: DeviceId, person: str, word: str) -> Login:
        return done(await self.accounts.sign_in(device, f.SignIn(person, word)))


def _other(pin: str) -> str:
    """Return a PIN that nobody guesses and that is not this one."""
    return "802461" if pin != "802461" else "802463"


class Served:
    """The server as a process of its own; `kill` is SIGKILL."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        self.port = port
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until it listens; the port stays the same from then on."""
        log = (self.folder / "server.err").open("ab")
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "server", "serve", "--json", "--no-discovery",
            "--data", str(self.folder), "--host", "127.0.0.1", "--port", str(self.port),
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )  # fmt: skip
        log.close()
        if self._process.stdout is None:
            raise RuntimeError("no pipe")
        async with asyncio.timeout(START_SECONDS):
            line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError((self.folder / "server.err").read_text())
        self.port = int(json.loads(line)["port"])

    @property
    def pid(self) -> int:
        """The process's number."""
        if self._process is None:
            raise RuntimeError("not started")
        return self._process.pid

    async def kill(self) -> None:
        """End it as a power cut would: no goodbye."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def stop(self) -> int:
        """Ask it to stop; returns its exit status."""
        if self._process is None:
            raise RuntimeError("not started")
        if self._process.returncode is None:
            self._process.terminate()
        return await self._process.wait()


async def come(stock: Stock, served: Served, who: Person, before: Peer | None = None) -> Peer:
    """Bring one person's device back onto a line, signed in."""
    places = before.places if before is not None else None
    peer = await Peer.open(served.port, stock.tls, who.device, places=places)
    await peer.authenticate()
    await peer.resume(who.token)
    return peer


async def open_poll(desk: Peer, people: Sequence[Person]) -> None:
    """A meeting of everybody, in the middle of a poll."""
    roll = [RollEntry(desk.person, "Trần Thị Mai", "secretary")]
    for number, one in enumerate(people):
        role = "member" if number else "chair"
        roll.append(RollEntry(one.person, f"Đại biểu {number}", role, ballots=True))  # type: ignore[arg-type]
    made = await desk.ask(o.MakeMeeting(BODY.id, ROOM, "Kỳ họp", roll=tuple(roll)))
    if isinstance(made, Refusal):
        raise TypeError(made)
    await desk.hello(ROOM)
    item = c.AddItem(ITEM, 0, "Nội dung", "ND", form="open")
    here = {one.person: "present" for one in people}
    for command in (
        c.PublishChanges((c.Draft("c1", item),)),
        c.MarkAttendance(here),  # type: ignore[arg-type]
        c.StartMeeting(),
        c.TakeUpItem(ITEM),
        c.PreparePoll(POLL, ITEM, "Đồng ý?", Rule()),
        c.OpenPoll(POLL),
    ):
        answer = await desk.do(ROOM, command)
        if not isinstance(answer, f.Accepted):
            raise TypeError(answer)
