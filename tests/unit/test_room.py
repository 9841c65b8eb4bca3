"""A room: decide, record, then tell; once, in order, and never what the disk does not have."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from server.database import NotRecorded, OutcomeUnknown
from server.journal import Batch
from server.journal.memory import MemoryJournal
from server.protocol import commands as c
from server.protocol import frames as f
from server.protocol.codec import decode_server
from server.protocol.commands import Draft
from server.protocol.ids import ChangeId, MeetingId
from server.protocol.refusals import Code, Refusal
from server.protocol.state import File, Role, RollEntry
from server.room import MAX_DRAFTS, Room
from server.summary import decode_summary
from tests.listening import ROOM, Asker, Ear, Ground

ROLL: dict[str, Role] = {"p-chair": "chair", "p-secretary": "secretary", "p-one": "member"}
ENTRIES = tuple(RollEntry(p, p, r, ballots=r == "member") for p, r in ROLL.items())
HELLO = c.SendNotice("Xin chào")
FILE = File("a" * 64, "b" * 64, pages=3, size=2_000_000, name="tờ trình.pdf")
OTHER = File("c" * 64, "d" * 64, pages=1, size=10)


class Disk(MemoryJournal):
    """A journal whose disk can fail, or take its time."""

    def __init__(self) -> None:
        super().__init__()
        self.fails: Exception | None = None
        self.batches: list[Batch] = []
        self.open_gate = asyncio.Event()
        self.open_gate.set()

    def check(self) -> None:
        if self.fails is not None:
            raise self.fails

    async def append(self, room: MeetingId, batch: Batch) -> bytes:
        await self.open_gate.wait()
        self.check()
        self.batches.append(batch)
        return await super().append(room, batch)

    async def probe(self, room: MeetingId) -> None:
        self.check()

    async def put_draft(self, room: MeetingId, draft: Draft) -> None:
        self.check()
        await super().put_draft(room, draft)

    async def drop_draft(self, room: MeetingId, draft: ChangeId) -> None:
        self.check()
        await super().drop_draft(room, draft)


@pytest.fixture
async def disk() -> Disk:
    return Disk()


@pytest.fixture
def ground(disk: Disk) -> Ground:
    return Ground(journal=disk)


@pytest.fixture
async def room(ground: Ground, disk: Disk) -> AsyncIterator[Room]:
    made = await ground.room(ENTRIES)
    disk.batches.clear()
    yield made
    disk.fails = None
    await asyncio.wait_for(made.close(), 10)


@pytest.fixture
def ask(room: Room) -> Asker:
    return Asker(room)


def code(answer: f.ServerFrame) -> Code:
    assert isinstance(answer, f.Refused), answer
    return answer.refusal.code


async def test_what_is_accepted_has_been_recorded_and_told(
    room: Room, ask: Asker, ground: Ground
) -> None:
    listener = Ear("p-one", "d1")
    listener.join(room)
    answer = await ask("p-secretary", HELLO, request="r1")
    assert isinstance(answer, f.Accepted)
    assert answer.id == "r1"
    assert len(await ground.journal.read(ROOM)) == 3
    assert listener.state is not None
    assert listener.state.notices[0].at == answer.at
    assert room.state.notices == listener.state.notices


async def test_nobody_hears_of_it_before_it_is_on_the_disk(
    room: Room, ask: Asker, disk: Disk
) -> None:
    listener = Ear("p-one", "d1")
    listener.join(room)
    disk.open_gate.clear()
    waiting = ask.send("p-secretary", HELLO)
    for _ in range(5):
        await asyncio.sleep(0)
    assert not waiting.done()
    assert room.state.notices == ()
    assert listener.frames(f.Events) == []
    disk.open_gate.set()
    await waiting
    assert len(listener.frames(f.Events)) == 1


async def test_what_waits_is_one_batch_and_each_sees_its_predecessors(
    room: Room, ask: Asker, disk: Disk
) -> None:
    draft = c.Draft("c1", c.AddItem("i1", 0, "Nội dung", "ND"))
    waiting = [
        ask.send("p-secretary", command)
        for command in (c.PublishChanges((draft,)), c.StartMeeting(), c.TakeUpItem("i1"))
    ]
    answers = [decode_server(await one) for one in waiting]
    assert {type(one) for one in answers} == {f.Accepted}
    assert len(disk.batches) == 1
    assert room.state.current == "i1"
    assert room.commits == 1


async def test_the_same_request_is_done_once_even_within_a_batch(
    room: Room, ask: Asker, ground: Ground
) -> None:
    first, second = ask.send("p-secretary", HELLO, request="r1"), None
    second = ask.send("p-secretary", HELLO, request="r1")
    assert await first == await second
    assert await ask("p-secretary", HELLO, request="r1") == decode_server(await first)
    assert len(room.state.notices) == 1
    again = Asker(await ground.reopen())
    assert await again("p-secretary", HELLO, request="r1") == decode_server(await first)
    assert len(again.room.state.notices) == 1
    await again.room.close()


async def test_a_refusal_is_an_answer_that_stays(room: Room, ask: Asker) -> None:
    assert code(await ask("p-one", HELLO, request="r1")) is Code.NOT_ALLOWED
    await ask("p-secretary", c.NameActingChair("p-one"))
    assert code(await ask("p-one", HELLO, request="r1")) is Code.NOT_ALLOWED
    assert isinstance(await ask("p-one", HELLO, request="r2"), f.Accepted)


async def test_time_never_goes_back(room: Room, ask: Asker, ground: Ground) -> None:
    first = await ask("p-secretary", HELLO)
    ground.clock = 1
    second = await ask("p-secretary", HELLO)
    assert isinstance(first, f.Accepted)
    assert isinstance(second, f.Accepted)
    assert second.at == first.at


async def test_somebody_who_no_longer_waits_harms_nobody(room: Room, ask: Asker) -> None:
    gone, stays = ask.send("p-secretary", HELLO), ask.send("p-secretary", HELLO)
    gone.cancel()
    assert isinstance(decode_server(await stays), f.Accepted)
    assert len(room.state.notices) == 2


async def test_a_command_that_breaks_our_code_is_refused_alone(
    room: Room, ask: Asker, caplog: pytest.LogCaptureFixture
) -> None:
    broken = ask.send("p-secretary", "no command")  # type: ignore[arg-type]
    fine = ask.send("p-secretary", HELLO)
    assert code(decode_server(await broken)) is Code.INTERNAL
    assert isinstance(decode_server(await fine), f.Accepted)
    assert "a command failed" in caplog.text
    alone = await ask("p-secretary", "no command")  # type: ignore[arg-type]
    assert code(alone) is Code.INTERNAL


async def test_the_card_in_lobbies_follows(room: Room, ask: Asker, ground: Ground) -> None:
    await ask("p-secretary", c.StartMeeting())
    assert [state.phase for state in ground.changed] == ["open"]
    kept = decode_summary((await ground.journal.summaries())[ROOM])
    assert kept.phase == "open"
    assert kept.roles["p-chair"] == "chair"
    await ask("p-secretary", HELLO)
    assert len(ground.changed) == 1


# ---- files and drafts ----------------------------------------------------------------------------


async def test_only_files_that_were_taken_in_can_be_filed(
    room: Room, ask: Asker, ground: Ground
) -> None:
    await ground.files.add("o1", FILE)
    await ground.files.add("o2", OTHER)
    item = c.Draft("c1", c.AddItem("i1", 0, "Nội dung", "ND"))
    for file, expected in ((OTHER, False), (File("e" * 64, "f" * 64, 1, 1), False), (FILE, True)):
        filed = c.Draft("c2", c.FilePaper("i1", "pp1", "Tờ trình", file=file))
        answer = await ask("p-secretary", c.PublishChanges((item, filed)))
        assert isinstance(answer, f.Accepted) is expected
    lie = c.Draft("c3", c.ReplacePaper("pp1", File("a" * 64, "b" * 64, pages=9, size=2_000_000)))
    assert code(await ask("p-secretary", c.PublishChanges((lie,)))) is Code.FILE_UNKNOWN
    refusal = await room.put_draft(lie)
    assert refusal is not None
    assert refusal.code is Code.FILE_UNKNOWN


async def test_published_drafts_are_drafts_no_longer(
    room: Room, ask: Asker, ground: Ground
) -> None:
    drafts = [c.Draft(f"c{n}", c.AddItem(f"i{n}", 0, "Nội dung", "ND")) for n in range(3)]
    for draft in drafts:
        assert await room.put_draft(draft) is None
    await ask("p-secretary", c.PublishChanges((drafts[0], drafts[1])))
    assert list(room.drafts.values()) == [drafts[2]]
    kept = await ground.journal.open(ROOM)
    assert kept is not None
    assert kept.drafts == (drafts[2],)
    assert await room.drop_draft("c2") is None
    assert await room.drop_draft("c2") is None
    assert room.drafts == {}


async def test_there_is_an_end_to_drafts(room: Room) -> None:
    draft = c.DropItem("i1")
    for number in range(MAX_DRAFTS):
        assert await room.put_draft(c.Draft(f"c{number}", draft)) is None
    assert await room.put_draft(c.Draft("one-more", draft)) == Refusal(Code.TOO_MANY_REQUESTS)
    assert await room.put_draft(c.Draft("c0", c.DropItem("i2"))) is None


# ---- the disk fails ------------------------------------------------------------------------------


async def test_a_full_disk_changes_nothing_and_heals_by_itself(
    room: Room, ask: Asker, disk: Disk
) -> None:
    listener = Ear("p-one", "d1")
    listener.join(room)
    disk.fails = NotRecorded("full")
    before = room.state
    assert code(await ask("p-secretary", HELLO, request="r1")) is Code.NOT_RECORDED
    assert room.read_only
    assert room.state == before
    assert listener.frames(f.Events) == []
    assert code(await ask("p-secretary", HELLO, request="r2")) is Code.NOT_RECORDED
    assert await room.put_draft(c.Draft("c1", c.DropItem("i1"))) == Refusal(Code.NOT_RECORDED)
    assert await room.drop_draft("c1") == Refusal(Code.NOT_RECORDED)
    await asyncio.sleep(0.01)  # several probes fail first
    disk.fails = None
    async with asyncio.timeout(10):
        while room.read_only:
            await asyncio.sleep(0.001)
    assert isinstance(await ask("p-secretary", HELLO, request="r1"), f.Accepted)


async def test_all_that_waits_is_refused_when_the_disk_is_full(
    room: Room, ask: Asker, disk: Disk
) -> None:
    disk.fails = NotRecorded("full")
    disk.open_gate.clear()
    first = ask.send("p-secretary", HELLO)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    later, gone = ask.send("p-secretary", HELLO), ask.send("p-secretary", HELLO)
    gone.cancel()
    disk.open_gate.set()
    assert code(decode_server(await first)) is Code.NOT_RECORDED
    assert code(decode_server(await later)) is Code.NOT_RECORDED


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """A room that stops says so loudly; here it is meant to."""
    caplog.set_level(logging.CRITICAL + 1)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("fault", [OutcomeUnknown("who knows"), RuntimeError("a fault of ours")])
async def test_when_nobody_knows_what_is_recorded_the_server_stops(
    ask: Asker, disk: Disk, ground: Ground, fault: Exception
) -> None:
    disk.fails = fault
    first = ask.send("p-secretary", HELLO)
    with pytest.raises(asyncio.CancelledError):
        await first
    assert ground.failures == [fault]
    after = ask.send("p-secretary", HELLO)
    with pytest.raises(asyncio.CancelledError):
        await after


@pytest.mark.usefixtures("quiet")
async def test_an_unknown_outcome_while_probing_stops_too(
    ask: Asker, disk: Disk, ground: Ground
) -> None:
    disk.fails = NotRecorded("full")
    await ask("p-secretary", HELLO)
    disk.fails = OutcomeUnknown("worse")
    async with asyncio.timeout(10):
        while not ground.failures:
            await asyncio.sleep(0.001)
    assert ground.failures == [disk.fails]


# ---- opening and closing -------------------------------------------------------------------------


async def test_closing_finishes_what_was_asked(room: Room, ask: Asker) -> None:
    waiting = [ask.send("p-secretary", HELLO) for _ in range(3)]
    await room.close()
    assert all(isinstance(decode_server(one.result()), f.Accepted) for one in waiting)
    assert code(await ask("p-secretary", HELLO)) is Code.SERVER_CLOSING
    await room.close()


async def test_a_room_without_a_beginning_is_none(ground: Ground) -> None:
    await ground.journal.create(ROOM, "epoch", Batch())
    with pytest.raises(ValueError, match="MeetingCreated"):
        await ground.reopen()
