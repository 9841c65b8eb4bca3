"""SIGKILL of the server, again and again, in the middle of a poll (scoreboard R1).

Every person casts ballots without pause, each in place of the one before, sends an unanswered one
again under the same id after each lost line, and writes down what was accepted. After each kill the
database as the disk has it is opened: every accepted ballot must be in it, none twice.
"""

import asyncio
import contextlib
import random
import secrets
import shutil
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from websockets.exceptions import WebSocketException

from bench import Report
from bench._peer import Peer
from bench._served import POLL, ROOM, Person, Served, Stock, come, open_poll, stock
from server.accounts import migrations
from server.database import Database
from server.journal.migrations import journal_migrations
from server.journal.sqlite import SqliteJournal
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol import frames as f
from server.protocol.refusals import Code
from server.protocol.upcast import upcast

KILLS, PEOPLE = 10, 200
BACK_SECONDS = 10.0
PAUSE_SECONDS = (0.05, 0.6)
"""Between two ballots of one person: this machine also runs everybody's tablet."""
LOST = (OSError, WebSocketException, TimeoutError)
AGAIN = frozenset({Code.TOO_MANY_REQUESTS, Code.NOT_JOINED, Code.SERVER_CLOSING})


@dataclass
class Voter:
    """One person: what was accepted, what waits, and since when they are back."""

    who: Person
    accepted: list[str] = field(default_factory=list)
    refused: list[Code] = field(default_factory=list)
    back: asyncio.Event = field(default_factory=asyncio.Event)
    peer: Peer | None = None

    async def live(self, stock: Stock, served: Served) -> None:
        """Cast ballots until cancelled, over as many lines as it takes."""
        waiting: tuple[str, c.CastBallot] | None = None
        failures = 0
        while True:
            try:
                self.peer = await come(stock, served, self.who, self.peer)
                await self.peer.hello(ROOM)
                self.back.set()
                failures = 0
                while True:
                    waiting = waiting or self._next()
                    if await self._cast(*waiting):
                        waiting = None
                    await asyncio.sleep(random.uniform(*PAUSE_SECONDS))  # noqa: S311 - no secret
            except LOST:
                failures += 1
                await self._wait(failures)

    async def _wait(self, failures: int) -> None:
        if self.peer is not None:
            await self.peer.close()
        longest = min(5.0, 0.2 * 2**failures)
        await asyncio.sleep(random.uniform(0.2, longest))  # noqa: S311 - spreads reconnects

    def _next(self) -> tuple[str, c.CastBallot]:
        before = self.accepted[-1] if self.accepted else ""
        ballot = secrets.token_urlsafe(9)
        return f"r-{ballot}", c.CastBallot(POLL, ballot, "for", replaces=before)

    async def _cast(self, request: str, command: c.CastBallot) -> bool:
        if self.peer is None:
            return False
        answer = await self.peer.do(ROOM, command, request)
        if isinstance(answer, f.Accepted):
            self.accepted.append(command.ballot)
            return True
        if answer.refusal.code in AGAIN:
            return False
        self.refused.append(answer.refusal.code)
        return True


@dataclass
class Found:
    """What the runs have shown."""

    lost: int = 0
    double: int = 0
    missed: int = 0
    worst_back: float = 0.0
    backs: list[float] = field(default_factory=list)


async def measure(kills: int = KILLS, people: int = PEOPLE) -> Report:
    """Kill the server so many times during a poll of so many people."""
    with tempfile.TemporaryDirectory() as folder:
        return await _measure(Path(folder), kills, people)


async def _measure(folder: Path, kills: int, people: int) -> Report:
    made = await stock(folder, people)
    served, found = Served(folder), Found()
    await served.start()
    desk = await come(made, served, made.desk)
    await open_poll(desk, made.people)
    await desk.close()
    voters = [Voter(one) for one in made.people]
    lives = [asyncio.create_task(voter.live(made, served)) for voter in voters]
    try:
        await _all_back(voters, lives)
        for number in range(kills):
            await asyncio.sleep(random.uniform(0.3, 1.2))  # noqa: S311 - no secret
            await _kill(folder, served, voters, lives, found)
            print(f"kill {number + 1}: everybody back after {found.backs[-1]:.2f} s", flush=True)
    finally:
        for life in lives:
            life.cancel()
        await asyncio.gather(*lives, return_exceptions=True)
        for voter in voters:
            if voter.peer is not None:
                await voter.peer.close()
        await served.stop()
    await _check(folder, voters, found)
    return _report(voters, found, kills, people)


async def _kill(
    folder: Path,
    served: Served,
    voters: list[Voter],
    lives: "list[asyncio.Task[None]]",
    found: Found,
) -> None:
    await served.kill()
    for voter in voters:
        voter.back.clear()
    await asyncio.sleep(0)
    await _check(folder, voters, found)
    began = time.perf_counter()
    await served.start()
    await _all_back(voters, lives)
    seconds = time.perf_counter() - began
    found.backs.append(seconds)
    found.worst_back = max(found.worst_back, seconds)


async def _all_back(voters: list[Voter], lives: "list[asyncio.Task[None]]") -> None:
    async def everybody() -> None:
        for voter in voters:
            await voter.back.wait()

    waiting = asyncio.create_task(everybody())
    async with asyncio.timeout(60):
        done, _ = await asyncio.wait({waiting, *lives}, return_when=asyncio.FIRST_COMPLETED)
    for one in done:
        await one  # a voter who failed says why


async def _check(folder: Path, voters: list[Voter], found: Found) -> None:
    """Open a copy of what the disk has, as a restarted server would find it."""
    accepted = [(voter.who.person, list(voter.accepted)) for voter in voters]
    with tempfile.TemporaryDirectory() as place:
        for name in ("phienhop.db", "phienhop.db-wal"):
            with contextlib.suppress(FileNotFoundError):
                shutil.copy(folder / name, place)
        database = await Database.open(
            Path(place) / "phienhop.db", [migrations, journal_migrations]
        )
        kept = await SqliteJournal(database).open(ROOM)
        await database.close()
    if kept is None:
        raise RuntimeError("the room is gone")
    events = (upcast(one.form, one.raw).event for one in kept.records)
    cast = Counter((one.person, one.ballot) for one in events if isinstance(one, e.BallotCast))
    found.double += sum(times - 1 for times in cast.values())
    found.lost += sum(
        (person, ballot) not in cast for person, all_of in accepted for ballot in all_of
    )
    last = dict(cast.keys())
    # What counts is the last that was accepted, or the one whose answer was lost on the way.
    found.missed += sum(
        bool(all_of) and last.get(person) not in all_of[-1:] and last.get(person) in all_of
        for person, all_of in accepted
    )


def _report(voters: list[Voter], found: Found, kills: int, people: int) -> Report:
    accepted = sum(len(voter.accepted) for voter in voters)
    refused = sum(len(voter.refused) for voter in voters)
    figures = {
        "kills": kills,
        "people": people,
        "accepted": accepted,
        "refused": refused,
        "lost": found.lost,
        "double": found.double,
        "not_the_last": found.missed,
        "worst_back_s": round(found.worst_back, 2),
    }
    clean = not (found.lost or found.double or found.missed or refused)
    return Report(
        figures=figures,
        peer={"name": "the design's bound on being back", "seconds": BACK_SECONDS},
        ratio=round(found.worst_back / BACK_SECONDS, 3),
        target={"lost": 0, "double": 0, "refused": 0, "worst_back_s": BACK_SECONDS},
        holds=clean and accepted > kills * people and found.worst_back <= BACK_SECONDS,
    )


def run() -> Report:
    return asyncio.run(measure())
