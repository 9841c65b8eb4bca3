"""Time limits of polls in a room: the server's clock closes what is over, also after a restart."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from server.database import NotRecorded
from server.journal import Batch
from server.journal.memory import MemoryJournal
from server.protocol import commands as c
from server.protocol import frames as f
from server.protocol.ids import MeetingId
from server.protocol.refusals import Code
from server.protocol.rules import Rule
from server.protocol.state import Poll, RollEntry
from server.room import Room
from server.timekeeping import LONGEST
from tests.listening import Asker, Ear, Ground

VOTERS = tuple(RollEntry(f"p{n}", f"p{n}", "member", ballots=True) for n in range(1, 4))
ENTRIES = (RollEntry("chair", "chair", "chair", ballots=True), *VOTERS,
           RollEntry("secretary", "secretary", "secretary"))  # fmt: skip
NO_QUORUM = Rule(seconds=300, quorum_blocks=False)


class Disk(MemoryJournal):
    """A journal whose disk may refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.full = False

    async def append(self, room: MeetingId, batch: Batch) -> bytes:
        if self.full:
            raise NotRecorded("full")
        return await super().append(room, batch)

    async def probe(self, room: MeetingId) -> None:
        if self.full:
            raise NotRecorded("full")


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def ground(disk: Disk) -> Ground:
    return Ground(journal=disk)


@pytest.fixture
async def room(ground: Ground) -> AsyncIterator[Room]:
    made = await ground.room(ENTRIES)
    yield made
    await asyncio.wait_for(made.close(), 10)


async def ask(room: Room, *commands: c.Command, by: str = "secretary") -> f.ServerFrame:
    """Give the commands one after the other; the answer to the last."""
    asker = Asker(room)
    answer: f.ServerFrame | None = None
    for n, command in enumerate(commands):
        answer = await asker(by, command, request=f"{room.commits}-{n}-{type(command).__name__}")
    assert answer is not None
    return answer


async def opened(room: Room, rule: Rule = NO_QUORUM) -> Poll:
    """A poll is open under the rule, everyone present."""
    marks = dict.fromkeys((one.person for one in ENTRIES if one.ballots), "present")
    await ask(
        room,
        c.MarkAttendance(marks),  # type: ignore[arg-type]
        c.StartMeeting(),
        c.PublishChanges((c.Draft("c1", c.AddItem("i1", 0, "Nội dung", "ND")),)),
        c.TakeUpItem("i1"),
        c.PreparePoll("q1", "i1", "Thông qua?", rule),
        c.OpenPoll("q1"),
    )
    return room.state.polls["q1"]


async def pass_to(ground: Ground, room: Room, at: int) -> Poll:
    """Let the clock go to a moment and everything be done that is due then."""
    ground.clock = max(ground.clock, at)
    ground.later.go(LONGEST)
    return await settled(room)


async def settled(room: Room) -> Poll:
    """What is in the inbox has been done: a command after it has been answered."""
    await Asker(room)("secretary", c.SendNotice("Xin chờ"), request=f"settled-{room.commits}")
    return room.state.polls["q1"]


async def test_the_poll_closes_by_itself_at_its_limit(room: Room, ground: Ground) -> None:
    poll = await opened(room)
    await ask(room, c.CastBallot("q1", "b1", "for"), by="p1")
    ear = Ear("p2", "d2")
    ear.join(room)
    still = await pass_to(ground, room, poll.ends_at - 30_000)
    assert still.state == "open"
    closed = await pass_to(ground, room, poll.ends_at)
    assert (closed.state, closed.timed, closed.tally is not None) == ("closed", True, True)
    assert closed.closed_at > poll.ends_at
    assert ear.state is not None
    assert ear.state.polls["q1"].timed, "everyone is told"
    entry = [one for one in await ground.journal.read(room.id) if b"PollClosed" in one.raw]
    assert b'"timed":true' in entry[0].raw, "and the record says so"


async def test_an_extension_moves_the_end(room: Room, ground: Ground) -> None:
    poll = await opened(room)
    ground.clock = poll.ends_at - 10_000
    await ask(room, c.ExtendPoll("q1", 600), by="chair")
    assert (await pass_to(ground, room, poll.ends_at + 5_000)).state == "open"
    assert (await pass_to(ground, room, poll.ends_at + 600_000)).state == "closed"


async def test_on_hold_nothing_ends(room: Room, ground: Ground) -> None:
    poll = await opened(room)
    await ask(room, c.PausePoll("q1"), by="chair")
    assert (await pass_to(ground, room, poll.ends_at + 3_600_000)).state == "paused"
    await ask(room, c.ResumePoll("q1"), by="chair")
    resumed = room.state.polls["q1"]
    assert resumed.ends_at > poll.ends_at + 3_600_000, "the time it stood still is given back"
    assert (await pass_to(ground, room, resumed.ends_at)).state == "closed"


async def test_a_limit_that_passed_while_the_server_was_down(room: Room, ground: Ground) -> None:
    poll = await opened(room)
    await room.close()
    ground.clock = poll.ends_at + 86_400_000
    again = await ground.reopen()
    closed = await settled(again)
    assert (closed.state, closed.timed) == ("closed", True)
    answer = await ask(again, c.CastBallot("q1", "b1", "for"), by="p1")
    assert isinstance(answer, f.Refused)
    assert answer.refusal.code is Code.POLL_CLOSED
    await again.close()


async def test_a_limit_that_has_not_passed_goes_on_after_a_restart(
    room: Room, ground: Ground
) -> None:
    poll = await opened(room)
    await room.close()
    again = await ground.reopen()
    assert (await settled(again)).state == "open"
    assert (await pass_to(ground, again, poll.ends_at)).state == "closed"
    await again.close()


async def test_a_disk_that_refuses_delays_the_close(room: Room, ground: Ground, disk: Disk) -> None:
    poll = await opened(room)
    disk.full = True
    ground.clock = poll.ends_at
    ground.later.go(LONGEST)
    async with asyncio.timeout(10):
        while not room.read_only:
            await asyncio.sleep(0)
    assert room.state.polls["q1"].state == "open"
    disk.full = False
    async with asyncio.timeout(10):
        while room.read_only:
            await asyncio.sleep(0.001)
    assert (await pass_to(ground, room, poll.ends_at)).state == "closed"


async def test_what_cannot_be_closed_waits_for_the_officers(room: Room, ground: Ground) -> None:
    poll = await opened(room, Rule(way="hands", seconds=300, quorum_blocks=False))
    assert (await pass_to(ground, room, poll.ends_at)).state == "open"
    answers = ground.later.waiting
    assert not [one for one in answers if one[0] <= ground.later.now], "and is not asked for ever"
    await ask(room, c.ExtendPoll("q1", 60), c.RecordHandCount("q1", {"for": 3}))
    await ask(room, c.ConfirmHandCount("q1", {"for": 3}), by="chair")
    extended = room.state.polls["q1"]
    assert (await pass_to(ground, room, extended.ends_at)).state == "closed"
