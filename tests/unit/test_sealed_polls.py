"""What looks after sealed polls: driven by the state, patient, and silent when it is over."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from msgspec.structs import replace as change

from bench.secrecy import BALLOTS, LIMIT, chi_square, orders, same_for_any_order
from client.sealing import seal
from server.journal import Batch, Dropped
from server.journal.memory import MemoryJournal
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.codec import encode
from server.protocol.counts import Cast, Slip
from server.protocol.frames import Accepted, Refused
from server.protocol.refusals import Code, Refusal
from server.protocol.rules import Rule
from server.protocol.state import MeetingState, Organization, Poll, PollState
from server.sealed import polls
from server.sealed.openers import Openers
from server.sealed.polls import SealedPolls

ROOM = "m1"
SECRET = Rule(form="secret", secrecy="sealed")
BODY = Organization("o1", "Hội đồng", sealed=True)


@dataclass
class Room:
    """A room as the sealed polls see it; it does nothing with what it is asked."""

    state: MeetingState = field(default_factory=lambda: MeetingState(ROOM, BODY, "Kỳ họp"))
    id: str = ROOM
    asked: list[c.Command] = field(default_factory=list)
    refuse: int = 0
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    def ask(self, actor: object, request: str, command: c.Command) -> "asyncio.Future[bytes]":
        self.asked.append(command)
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.refuse -= 1
        refused = Refused(Refusal(Code.NOT_RECORDED), request)
        answer.set_result(encode(refused if self.refuse >= 0 else Accepted(request, 1)))
        self.heard.set()
        return answer

    def put(self, state: PollState, keys: tuple[str, ...] = (), cast: int = 0) -> Poll:
        who = {f"p{n}": Cast(f"b{n}", n) for n in range(cast)}
        poll = Poll("q1", "i1", "Đồng ý?", SECRET, state=state, keys=keys, cast=who)
        self.state = MeetingState(ROOM, BODY, "Kỳ họp", polls={"q1": poll})
        return poll

    async def hear(self) -> c.Command:
        async with asyncio.timeout(30):
            await self.heard.wait()
        self.heard.clear()
        return self.asked[-1]


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polls, "_AGAIN_SECONDS", 0.01)


@pytest.fixture
async def openers(tmp_path: Path) -> AsyncIterator[Openers]:
    made = Openers(tmp_path / "openers")
    yield made
    await made.close()


@pytest.fixture
async def journal() -> MemoryJournal:
    made = MemoryJournal()
    await made.create(ROOM, "epoch", Batch())
    return made


@pytest.fixture
async def sealed(openers: Openers, journal: MemoryJournal) -> AsyncIterator[SealedPolls]:
    made = SealedPolls(openers, journal)
    yield made
    await made.close()


async def drop(journal: MemoryJournal, poll: Poll, slips: list[Slip]) -> None:
    envelopes = [seal(slip, poll, ROOM) for slip in slips]
    dropped = [Dropped("q1", f"b{n}", one) for n, one in enumerate(envelopes)]
    await journal.append(ROOM, Batch(urn=dropped))


async def until(done: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not done():
            await asyncio.sleep(0.01)


async def test_from_the_keys_to_nothing(
    sealed: SealedPolls, openers: Openers, journal: MemoryJournal
) -> None:
    room = Room(refuse=1)
    room.put("prepared")
    sealed.look(room)
    sealed.look(room)
    offered = await room.hear()
    assert isinstance(offered, c.OfferKeys)
    assert len(set(offered.keys)) == 2
    await until(lambda: len(room.asked) == 2)
    assert room.asked[0] == room.asked[1], "what was refused for now is asked again, the same"
    assert await sealed.unfinished() == frozenset({ROOM})
    room.heard.clear()
    poll = room.put("closed", offered.keys, cast=8)
    slips = [Slip("for"), Slip("against"), Slip("for"), Slip("against"), Slip("for"), Slip()]
    await drop(journal, poll, [*slips, Slip("nonsense")])
    sealed.look(room)
    batch = await room.hear()
    assert isinstance(batch, c.OpenSealedBatch)
    assert [one.choice for one in batch.slips] == ["against", "against", "for", "for", "for", ""]
    assert batch.unreadable == 2, "one says nothing that may be said, one is not in the urn"
    room.put("published", offered.keys, cast=8)
    sealed.look(room)
    while await openers.held():
        await asyncio.sleep(0.01)
    assert await journal.urn(ROOM, "q1") == ()
    asked = len(room.asked)
    sealed.look(room)
    assert len(room.asked) == asked


async def test_an_opener_that_dies_is_started_again(
    sealed: SealedPolls, openers: Openers, journal: MemoryJournal
) -> None:
    keys = await openers.keys(ROOM, "q1")
    first = openers.pids()
    assert len(first) == 2
    room = Room()
    poll = room.put("closed", keys, cast=7)
    await drop(journal, poll, [Slip("for")] * 7)
    for pid in first:
        os.kill(pid, signal.SIGKILL)
    sealed.look(room)
    assert await room.hear() == c.OpenSealedBatch("q1", (Slip("for"),) * 7, 0)
    assert set(openers.pids()).isdisjoint(first)


async def test_without_its_keys_a_poll_cannot_be_opened_and_nobody_pretends(
    sealed: SealedPolls,
    openers: Openers,
    journal: MemoryJournal,
    caplog: pytest.LogCaptureFixture,
) -> None:
    keys = await openers.keys(ROOM, "q1")
    room = Room()
    poll = room.put("closed", keys, cast=7)
    await drop(journal, poll, [Slip("for")] * 7)
    await openers.destroy(ROOM, "q1")
    sealed.look(room)
    assert await room.hear() == c.ReportLostKeys("q1"), "officers are told"
    assert "keys are gone" in caplog.text
    assert room.asked == [c.ReportLostKeys("q1")]
    assert "for" not in [getattr(one, "choice", "") for one in caplog.records]


async def test_lost_keys_are_told_while_people_still_cast(
    sealed: SealedPolls, openers: Openers
) -> None:
    keys = await openers.keys(ROOM, "q1")
    room = Room(refuse=1)
    room.put("open", keys)
    sealed.look(room)
    await asyncio.gather(*sealed._tasks)
    assert room.asked == [], "all is well, and nobody hears of it"
    await openers.destroy(ROOM, "q1")
    fresh = SealedPolls(openers, MemoryJournal())
    fresh.look(room)
    await until(lambda: len(room.asked) == 2)
    await asyncio.gather(*fresh._tasks)
    fresh.look(room)
    await asyncio.gather(*fresh._tasks)
    assert room.asked == [c.ReportLostKeys("q1")] * 2, "until it is in the record, and not again"
    await fresh.close()


async def test_keys_that_are_gone_before_the_opening_are_made_anew(
    sealed: SealedPolls, openers: Openers
) -> None:
    keys = await openers.keys(ROOM, "q1")
    await openers.destroy(ROOM, "q1")
    room = Room()
    room.put("prepared", keys)
    sealed.look(room)
    offered = await room.hear()
    assert isinstance(offered, c.OfferKeys)
    assert set(offered.keys).isdisjoint(keys)
    room.put("prepared", offered.keys)
    sealed.look(room)
    assert room.asked == [offered]


async def test_a_poll_that_was_never_opened_loses_its_keys_with_the_meeting(
    sealed: SealedPolls, openers: Openers
) -> None:
    room = Room()
    room.put("prepared", await openers.keys(ROOM, "q1"))
    sealed.look(room)
    offered = await room.hear()
    assert await openers.held() == frozenset({(ROOM, "q1")})
    room.state = change(room.state, phase="closed")
    sealed.look(room)
    while await openers.held():
        await asyncio.sleep(0.01)
    sealed.look(room)
    assert room.asked == [offered]


async def test_open_polls_are_none_of_its_business(sealed: SealedPolls) -> None:
    room = Room()
    poll = Poll("q1", "i1", "Đồng ý?", Rule(), state="closed")
    room.state = MeetingState(ROOM, BODY, "Kỳ họp", polls={"q1": poll})
    sealed.look(room)
    room.put("open")
    sealed.look(room)
    await asyncio.sleep(0)
    assert room.asked == []


def test_the_order_of_opening_says_nothing_of_the_order_of_casting(tmp_path: Path) -> None:
    """A small version of `python -m bench secrecy`."""
    opened = [orders(tmp_path) for _ in range(60)]
    assert chi_square([one for one, _ in opened]) < LIMIT * 1.5
    assert chi_square([two for _, two in opened]) < LIMIT * 1.5
    assert chi_square([range(BALLOTS)] * 60) > LIMIT * 1.5
    assert same_for_any_order(tmp_path, lambda envelopes: envelopes.reverse())


def test_no_event_of_a_sealed_poll_has_a_choice_and_a_person() -> None:
    assert set(e.BallotSealed.__struct_fields__) == {"poll", "person", "ballot", "replaces"}
    assert "person" not in e.SealedBatchOpened.__struct_fields__
