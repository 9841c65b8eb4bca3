"""Ten thousand ballots race the close of their polls: none after it, none lost before it.

A real room on a real SQLite journal. In each poll everybody casts, some change their ballot and
some send the same request again, while the chair closes at a random moment. Afterwards the journal
says who was in time: an accepted ballot lies before `PollClosed` and is counted, a refused one is
not in the record at all, and everybody was told which.
"""

import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench import Report
from server.core.roles import Actor
from server.database import Database
from server.journal.migrations import journal_migrations
from server.journal.sqlite import SqliteJournal
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.codec import decode_server
from server.protocol.frames import Accepted, Refused
from server.protocol.refusals import Code
from server.protocol.state import Organization, RollEntry
from server.protocol.upcast import upcast
from server.room import Room
from server.rooms import Rooms

PEOPLE, POLLS, SEED = 500, 20, 20_250_918
ROOM, ITEM = "m1", "i1"
OFFICER = Actor("s", "desk", secretary=True)
CHOICES = ("for", "against", "other")


@dataclass
class Outcome:
    """What people were told, and what was found wrong; each wrong must stay 0."""

    accepted: int = 0
    refused: int = 0
    repeated: int = 0
    after_the_close: int = 0
    lost: int = 0
    told_wrong: int = 0
    miscounted: int = 0
    answers: dict[str, bool] = field(default_factory=dict)
    """By ballot: whether its sender was told that it counts."""

    @property
    def wrong(self) -> int:
        """How much is not as it must be."""
        return self.after_the_close + self.lost + self.told_wrong + self.miscounted


def run() -> Report:
    """Race 500 people in 20 polls."""
    return asyncio.run(measure())


async def measure(people: int = PEOPLE, polls: int = POLLS) -> Report:
    """Race so many people in so many polls."""
    with tempfile.TemporaryDirectory() as folder:
        database = await Database.open(Path(folder) / "race.db", [journal_migrations])
        journal = SqliteJournal(database)
        rooms = await Rooms.load(journal, now=_now, fatal=_fatal, retry_seconds=0.02)
        room = await _meeting(rooms, people)
        found, times = Outcome(), []
        chance = random.Random(SEED)  # noqa: S311 - a race that can be run again
        for number in range(polls):
            begun = time.monotonic()
            await _race(room, people, f"q{number}", chance, found)
            times.append((time.monotonic() - begun) * 1000)
        kept = await journal.read(ROOM)
        _judge([upcast(one.form, one.raw).event for one in kept], found)
        await rooms.close()
        await database.close()
    return Report(
        figures={
            "ballots": found.accepted + found.refused,
            "accepted": found.accepted,
            "refused": found.refused,
            "repeated": found.repeated,
            "after_the_close": found.after_the_close,
            "lost": found.lost,
            "told_wrong": found.told_wrong,
            "miscounted": found.miscounted,
            "slowest_poll_ms": round(max(times), 1),
        },
        peer={"name": "the rule itself: the place in the record decides", "wrong": 0},
        ratio=0.0 if not found.wrong else 1.0,
        target={"after_the_close": 0, "lost": 0, "told_wrong": 0, "miscounted": 0},
        holds=found.wrong == 0 and found.accepted > 0 and found.refused > 0,
    )


def _now() -> int:
    return time.time_ns() // 1_000_000


def _fatal(fault: BaseException) -> None:
    raise SystemExit(f"the room stopped: {fault}")


async def _meeting(rooms: Rooms, people: int) -> Room:
    roll = (
        RollEntry("s", "Thư ký", "secretary"),
        *(
            RollEntry(f"p{n}", f"Đại biểu {n}", "member" if n else "chair", ballots=True)
            for n in range(people)
        ),
    )
    made = await rooms.create(
        ROOM, Organization("o1", "Hội đồng"), c.CreateMeeting("Kỳ họp", roll=roll), OFFICER
    )
    if not isinstance(made, Room):
        raise TypeError(made)
    item = c.AddItem(ITEM, 0, "Nội dung", "Nội dung", form="open")
    beginning: tuple[c.Command, ...] = (
        c.PublishChanges((c.Draft("d", item),)),
        c.StartMeeting(),
        c.MarkAttendance({f"p{n}": "present" for n in range(people)}),
    )
    for number, command in enumerate(beginning):
        await made.ask(OFFICER, f"begin{number}", command)
    return made


async def _race(room: Room, people: int, poll: str, chance: random.Random, found: Outcome) -> None:
    """Everybody casts, the chair closes somewhere among them, and late ones go on casting."""
    await room.ask(OFFICER, f"{poll}-p", c.PreparePoll(poll, ITEM, "Tán thành?"))
    await room.ask(OFFICER, f"{poll}-o", c.OpenPoll(poll))
    order = list(range(people))
    chance.shuffle(order)
    close_at = chance.randrange(people // 4, people)
    waiting: list[tuple[str, asyncio.Future[bytes]]] = []
    closing: asyncio.Future[bytes] | None = None
    for place, number in enumerate(order):
        if place == close_at:
            closing = room.ask(OFFICER, f"{poll}-c", c.ClosePoll(poll))
        ballot = f"{poll}-{number}"
        who = Actor(f"p{number}", f"t{number}")
        command = c.CastBallot(poll, ballot, chance.choice(CHOICES))
        waiting.append((ballot, room.ask(who, ballot, command)))
        if chance.random() < 0.1:
            waiting.append((ballot, room.ask(who, ballot, command)))
            found.repeated += 1
        if chance.random() < 0.1:
            changed = c.CastBallot(poll, f"{ballot}x", "for", replaces=ballot)
            waiting.append((f"{ballot}x", room.ask(who, f"{ballot}x", changed)))
        if chance.random() < 0.05:
            await asyncio.sleep(0)  # let the room take what has come: batches of every size
    if closing is not None:
        await closing
    for ballot, answer in waiting:
        _hear(found, ballot, decode_server(await answer))


def _hear(found: Outcome, ballot: str, answer: object) -> None:
    """Note what a sender was told; the same request hears the same again."""
    told = isinstance(answer, Accepted)
    late = isinstance(answer, Refused) and answer.refusal.code is Code.POLL_CLOSED
    if not (told or late) or found.answers.get(ballot, told) != told:
        found.told_wrong += 1
    if ballot not in found.answers:
        found.accepted += told
        found.refused += not told
    found.answers[ballot] = told


def _judge(events: Sequence[e.Event], found: Outcome) -> None:
    """Hold what people were told against the record."""
    closed: set[str] = set()
    recorded: set[str] = set()
    counted: dict[str, dict[str, str]] = {}
    for event in events:
        match event:
            case e.BallotCast():
                found.after_the_close += event.poll in closed
                recorded.add(event.ballot)
                counted.setdefault(event.poll, {})[event.person] = event.choice
            case e.PollClosed(poll=poll, tally=tally):
                closed.add(poll)
                by_hand = Counter(counted.get(poll, {}).values())
                told = dict(tally.counts) if tally else {}
                found.miscounted += any(told.get(one) != by_hand[one] for one in CHOICES)
            case _:
                pass
    accepted = {ballot for ballot, told in found.answers.items() if told}
    found.lost += len(accepted - recorded)
    found.told_wrong += len(recorded - accepted)
