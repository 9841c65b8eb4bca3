"""A sealed poll on a real server, with crashes in it; and a search of everything that it leaves.

Everybody writes in a name that nobody else writes, so that whoever finds it next to a person has
found whose ballot it is.
"""

import asyncio
import io
import os
import random
import secrets
import signal
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench._peer import Peer
from bench._served import BODY, ITEM, POLL, ROOM, Person, Served, Stock, come, stock
from client.sealing import seal
from server.protocol import commands as c
from server.protocol import frames as f
from server.protocol import office as o
from server.protocol.codec import decode_record
from server.protocol.commands import Command
from server.protocol.counts import Slip
from server.protocol.events import SealedBatchOpened
from server.protocol.refusals import Refusal
from server.protocol.rules import Candidate, Rule
from server.protocol.state import Poll, RollEntry

_LONG = 8
"""Shorter identifiers occur by chance: they are looked for in quotation marks."""
WINDOW = 100
"""Bytes around a written name in which nobody's name, device or ballot may stand."""
PEOPLE = (Candidate("c1", "Người giới thiệu"),)
RULE = Rule(
    form="nomination",
    secrecy="sealed",
    candidates=PEOPLE,
    places=2,
    write_ins=True,
    base="summoned",
)


class UnexpectedError(Exception):
    """The server did not do what it promises."""


@dataclass
class Voter:
    """One person's device, and what was cast on it."""

    who: Person
    peer: Peer
    written: str = field(default_factory=lambda: f"Tên {secrets.token_hex(9)}")
    dropped: str = field(default_factory=lambda: f"Tên {secrets.token_hex(9)}")
    """What the ballot said before it was changed."""
    ballots: list[str] = field(default_factory=list)
    request: str = ""
    last: c.SealBallot | None = None

    @property
    def poll(self) -> Poll:
        """The poll as the device holds it."""
        state = self.peer.places[ROOM].state
        return state.polls[POLL]

    async def cast(self, written: str) -> None:
        """Seal and cast a ballot, in place of the one before."""
        ballot, before = secrets.token_urlsafe(9), self.ballots[-1] if self.ballots else ""
        envelope = seal(Slip(write_ins=(written,)), self.poll, ROOM)
        self.request, self.last = (
            secrets.token_urlsafe(9),
            c.SealBallot(POLL, ballot, envelope, before),
        )
        await must(self.peer, self.last, self.request)
        self.ballots.append(ballot)

    async def again(self) -> None:
        """Send the last request once more: it was accepted, and is not done twice."""
        if self.last is not None:
            await must(self.peer, self.last, self.request)


async def must(peer: Peer, command: Command, request: str = "") -> None:
    """Give a command that has to be accepted."""
    answer = await peer.do(ROOM, command, request)
    if not isinstance(answer, f.Accepted):
        raise UnexpectedError(answer)


@dataclass
class Played:
    """What a sealed poll left behind."""

    folder: Path
    voters: Sequence[Voter]
    keys: Sequence[bytes]
    """The private keys of the openers, read while the poll ran."""
    slips: Sequence[str]
    """The written names in the order in which they were opened."""
    dossier: Path


async def play(folder: Path, people: int = 8) -> Played:
    """Play a sealed poll of so many people, with a crash of an opener and two of the server."""
    made, served = await stock(folder, people), Served(folder)
    await served.start()
    try:
        desk = await come(made, served, made.desk)
        await _meet(desk, made.people)
        voters = [Voter(one, await come(made, served, one)) for one in made.people]
        await _vote(voters)
        keys = [path.read_bytes() for path in (folder / "openers").rglob("*.key")]
        desk = await _crash(made, served, desk, voters)
        kill_openers(served.pid)
        await must(desk, c.ClosePoll(POLL))
        desk = await _crash(made, served, desk, voters)
        await desk.settle(lambda: desk.places[ROOM].state.polls[POLL].tally is not None)
        await must(desk, c.PublishPoll(POLL))
        await _gone(folder)
        await must(desk, c.CloseMeeting())
        for peer in (desk, *(voter.peer for voter in voters)):
            await peer.close()
    finally:
        await served.stop()
    dossier = await _dossier(folder)
    return Played(folder, voters, keys, _opened(dossier), dossier)


async def _meet(desk: Peer, people: Sequence[Person]) -> None:
    allowed = await desk.ask(o.AllowSealed(BODY.id, sealed=True))
    roll = [RollEntry(desk.person, "Trần Thị Mai", "secretary")]
    for number, one in enumerate(people):
        role = "member" if number else "chair"
        roll.append(RollEntry(one.person, f"Đại biểu {number}", role, ballots=True))  # type: ignore[arg-type]
    made = await desk.ask(o.MakeMeeting(BODY.id, ROOM, "Kỳ họp", roll=tuple(roll)))
    if isinstance(allowed, Refusal) or isinstance(made, Refusal):
        raise UnexpectedError(made)
    await desk.hello(ROOM)
    here = {one.person: "present" for one in people}
    for command in (
        c.PublishChanges((c.Draft("c1", c.AddItem(ITEM, 0, "Nhân sự", "NS", form="open")),)),
        c.MarkAttendance(here),  # type: ignore[arg-type]
        c.StartMeeting(),
        c.TakeUpItem(ITEM),
        c.PreparePoll(POLL, ITEM, "Giới thiệu ai?", RULE),
    ):
        await must(desk, command)
    await desk.settle(lambda: len(desk.places[ROOM].state.polls[POLL].keys) > 1)
    await must(desk, c.OpenPoll(POLL))


async def _vote(voters: Sequence[Voter]) -> None:
    """Everybody casts in an order by chance; some change their mind; one sends twice."""
    for voter in voters:
        await voter.peer.hello(ROOM)
    order = list(voters)
    random.shuffle(order)
    for voter in order:
        await voter.cast(voter.dropped if voter in voters[:3] else voter.written)
    for voter in voters[:3]:
        await voter.cast(voter.written)
    await voters[0].again()


async def _crash(made: Stock, served: Served, desk: Peer, voters: Sequence[Voter]) -> Peer:
    """SIGKILL; everybody comes back, and who asks again hears the same."""
    await served.kill()
    await served.start()
    back = await come(made, served, made.desk, desk)
    await back.hello(ROOM)
    for voter in voters:
        voter.peer = await come(made, served, voter.who, voter.peer)
        await voter.peer.hello(ROOM)
        await voter.again()
    return back


def kill_openers(server: int) -> int:
    """SIGKILL the openers of a server, by their numbers; returns how many there were."""
    killed = 0
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            spawned = b"spawn_main" in (entry / "cmdline").read_bytes()
        except (OSError, IndexError, ValueError):
            continue
        if parent == server and spawned:
            os.kill(int(entry.name), signal.SIGKILL)
            killed += 1
    return killed


async def _gone(folder: Path) -> None:
    """Wait until no key is left."""
    async with asyncio.timeout(20):
        while any((folder / "openers").rglob("*.key")):  # noqa: ASYNC110 - another process's files
            await asyncio.sleep(0.05)


def _opened(dossier: Path) -> list[str]:
    """Return the written names in the order in which the record has them."""
    with zipfile.ZipFile(dossier) as archive:
        records = [decode_record(raw) for raw in archive.read("record.jsonl").splitlines()]
    batch = next(one.event for one in records if isinstance(one.event, SealedBatchOpened))
    return [name for slip in batch.slips for name in slip.write_ins]


async def _dossier(folder: Path) -> Path:
    target = folder.parent / "ho-so.zip"
    command = ("-m", "server", "dossier", ROOM, "--data", str(folder), "--out", str(target))
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, stdout=asyncio.subprocess.DEVNULL
    )
    if await process.wait():
        raise UnexpectedError("no dossier")
    return target


# ---- the search ----------------------------------------------------------------------------------


def everything(played: Played) -> Iterator[tuple[str, bytes]]:
    """Yield every file, and every member of the dossier, by name."""
    for path in sorted(played.folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(played.folder)), path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(played.dossier.read_bytes())) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            yield f"dossier/{name}", data
            if zipfile.is_zipfile(io.BytesIO(data)):
                with zipfile.ZipFile(io.BytesIO(data)) as inner:
                    for part in inner.namelist():
                        yield f"dossier/{name}/{part}", inner.read(part)


def pairs(played: Played) -> list[str]:
    """Name every place in which what somebody chose stands next to who somebody is.

    Also: any trace of a ballot that was replaced, of an opener's key, and of what an envelope held
    before the poll was closed.
    """
    ids = {
        mark.encode()
        for voter in played.voters
        for mark in (voter.who.person, voter.who.device.id, *voter.ballots)
    }
    short = {one for one in ids if len(one) < _LONG}
    marks = (ids - short) | {b'"' + one + b'"' for one in short}
    found: list[str] = []
    for name, data in everything(played):
        for voter in played.voters:
            places = around(data, voter.written.encode())
            if any(mark in near for near in places for mark in marks):
                found.append(f"{name}: somebody near what was chosen")
            if voter.dropped.encode() in data:
                found.append(f"{name}: a ballot that was replaced")
        if any(key in data for key in played.keys):
            found.append(f"{name}: a key")
    return found


def around(data: bytes, mark: bytes) -> Iterator[bytes]:
    """Yield the surroundings of every occurrence."""
    place = data.find(mark)
    while place >= 0:
        yield data[max(0, place - WINDOW) : place + len(mark) + WINDOW]
        place = data.find(mark, place + 1)
