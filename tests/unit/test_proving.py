"""A room's checkpoints: when there is one, that they survive, and what they prove to a member."""

import stat
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.database import NotRecorded
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol import frames as f
from server.protocol.checkpoint import Checkpoint, read_checkpoint, read_verifier
from server.protocol.codec import decode_record
from server.protocol.ledger import included, leaf
from server.protocol.merkle import consistent
from server.protocol.office import BallotsProved, ProvedBallot
from server.protocol.state import Role, RollEntry
from server.proving import EVERY_ENTRIES, EVERY_MS
from server.room import Room
from server.signing import KeyDamaged, LogKey, keep_secret
from tests.listening import ROOM, Asker, Ear, Ground
from tests.unit.test_room import Disk

ROLL: dict[str, Role] = {
    "p-chair": "chair",
    "p-secretary": "secretary",
    "p-one": "member",
    "p-two": "member",
    "p-guest": "guest",
}
ENTRIES = tuple(RollEntry(p, p, r, ballots=r in {"chair", "member"}) for p, r in ROLL.items())
KEY = LogKey(bytes(range(32)))
NAME = KEY.origin(ROOM)


@pytest.fixture
def ground() -> Ground:
    return Ground(journal=Disk(), key=KEY)


@pytest.fixture
async def room(ground: Ground) -> AsyncIterator[Room]:
    made = await ground.room(ENTRIES)
    yield made
    await made.close()


@pytest.fixture
def ask(room: Room) -> Asker:
    return Asker(room)


async def points(ground: Ground) -> list[Checkpoint]:
    kept = await ground.journal.open(ROOM)
    assert kept is not None
    return [read_checkpoint(one.note, NAME, KEY.public) for one in kept.checkpoints]


async def polled(ask: Asker) -> None:
    """A poll with two ballots, one of them changed, up to its close."""
    everybody = dict.fromkeys(("p-chair", "p-one", "p-two"), "present")
    for command in (
        c.StartMeeting(),
        c.MarkAttendance(everybody),  # type: ignore[arg-type]
        c.PublishChanges((c.Draft("c1", c.AddItem("i1", 0, "Mục", "Mục", form="open")),)),
        c.PreparePoll("q1", "i1", "Đồng ý?"),
        c.OpenPoll("q1"),
    ):
        assert isinstance(await ask("p-secretary", command), f.Accepted)
    await ask("p-one", c.CastBallot("q1", "b1", "for"))
    await ask("p-two", c.CastBallot("q1", "b2", "against"))
    await ask("p-one", c.CastBallot("q1", "b3", "other", replaces="b1"))
    assert isinstance(await ask("p-secretary", c.ClosePoll("q1")), f.Accepted)


async def test_the_first_commit_and_then_only_some_carry_a_checkpoint(
    ground: Ground, ask: Asker
) -> None:
    await ask("p-secretary", c.SendNotice("một"))
    assert [one.size for one in await points(ground)] == [3]
    await ask("p-secretary", c.SendNotice("hai"))
    assert [one.size for one in await points(ground)] == [3]
    ground.clock += EVERY_MS
    await ask("p-secretary", c.SendNotice("ba"))
    assert [one.size for one in await points(ground)] == [3, 5]


async def test_many_entries_carry_one(ground: Ground, ask: Asker) -> None:
    await ask("p-secretary", c.SendNotice("một"))
    ground.clock -= EVERY_ENTRIES * 1000  # so that only their number counts
    for number in range(EVERY_ENTRIES):
        await ask("p-secretary", c.SendNotice(f"số {number}"))
    assert [one.size for one in await points(ground)][-1] == 3 + EVERY_ENTRIES


async def test_a_poll_that_closes_carries_one(ground: Ground, ask: Asker, room: Room) -> None:
    await polled(ask)
    kept = await ground.journal.open(ROOM)
    assert kept is not None
    newest = (await points(ground))[-1]
    assert newest.size == len(kept.records)
    assert room.proofs.newest == newest
    assert room.proofs.note == kept.checkpoints[-1].note


async def test_whoever_sees_the_whole_meeting_hears_of_it(ask: Asker, room: Room) -> None:
    member, guest = Ear("p-one", "d1"), Ear("p-guest", "d2")
    member.join(room)
    guest.join(room)
    await ask("p-secretary", c.SendNotice("một"))
    newest = room.proofs.newest
    assert newest is not None
    told = member.frames(f.Checkpointed)
    assert [(one.room, one.code) for one in told] == [(ROOM, newest.short)]
    late = Ear("p-two", "d3")
    late.join(room)
    assert late.frames(f.Checkpointed) == told
    assert guest.frames(f.Checkpointed) == []


async def test_a_restarted_room_goes_on_from_its_newest_checkpoint(
    ground: Ground, ask: Asker, room: Room
) -> None:
    await polled(ask)
    again = await ground.reopen()
    assert again.proofs.newest == room.proofs.newest
    assert again.proofs.note == room.proofs.note
    assert await again.prove("p-one", 0) == await room.prove("p-one", 0)
    await again.close()


async def test_a_checkpoint_of_another_key_or_record_is_none(ground: Ground, ask: Asker) -> None:
    await polled(ask)
    ground.key = LogKey(bytes(32))
    other = await ground.reopen()
    assert other.proofs.newest is None
    assert await other.prove("p-one", 5) == BallotsProved("", ground.key.verifier(ROOM))
    await other.close()


async def test_without_a_key_nothing_is_proved(ground: Ground, ask: Asker) -> None:
    await polled(ask)
    ground.key = None
    room = await ground.reopen()
    assert await room.prove("p-one", 0) == BallotsProved()
    await Asker(room)("p-secretary", c.SendNotice("một"), request="later")
    assert room.proofs.newest is None
    await room.close()


async def test_a_batch_that_the_disk_refuses_leaves_no_trace(
    ground: Ground, ask: Asker, room: Room
) -> None:
    await ask("p-secretary", c.SendNotice("một"))
    before = (room.proofs.newest, room.proofs.note, room.proofs.at)
    assert isinstance(ground.journal, Disk)
    ground.journal.fails = NotRecorded("no space")
    refused = await ask("p-secretary", c.CloseMeeting())
    assert isinstance(refused, f.Refused)
    await ask("p-secretary", c.StartMeeting())
    ground.journal.fails = None
    assert (room.proofs.newest, room.proofs.note, room.proofs.at) == before


def seen(ballot: ProvedBallot, point: Checkpoint) -> e.BallotCast:
    """What an entry says, when it is in the checkpoint's tree."""
    raw, salt = (urlsafe_b64decode(f"{one}==") for one in (ballot.record, ballot.salt))
    path = [bytes.fromhex(one) for one in ballot.path]
    assert included(leaf(salt, raw), ballot.seq - 1, point.size, path, point.root)
    record = decode_record(raw)
    assert record.seq == ballot.seq
    assert isinstance(record.event, e.BallotCast)
    return record.event


async def test_each_person_gets_the_own_last_ballot_proved_and_no_other(
    ask: Asker, room: Room
) -> None:
    await polled(ask)
    for person, ballot in (("p-one", "b3"), ("p-two", "b2")):
        reply = await room.prove(person, 0)
        name, key = read_verifier(reply.key)
        point = read_checkpoint(reply.checkpoint, name, key)
        events = [seen(one, point) for one in reply.ballots]
        assert [(one.person, one.poll, one.ballot) for one in events] == [(person, "q1", ballot)]
    assert (await room.prove("p-chair", 0)).ballots == ()


async def test_a_later_checkpoint_is_shown_to_go_on_from_an_earlier_one(
    ask: Asker, room: Room
) -> None:
    await ask("p-secretary", c.SendNotice("một"))
    old = room.proofs.newest
    await polled(ask)
    new = room.proofs.newest
    assert old is not None
    assert new is not None
    since = [bytes.fromhex(one) for one in (await room.prove("p-one", old.size)).since]
    assert consistent(old.size, new.size, old.root, new.root, since)
    assert (await room.prove("p-one", new.size + 1)).since == ()


def test_of_two_who_make_the_key_the_first_one_wins(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    assert keep_secret(path, b"1" * 32) == b"1" * 32
    assert keep_secret(path, b"2" * 32) == b"1" * 32
    assert [one.name for one in tmp_path.iterdir()] == ["log.key"]


def test_the_key_is_made_once_and_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    made = LogKey.at(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert LogKey.at(path).public == made.public
    path.write_bytes(b"short")
    with pytest.raises(KeyDamaged, match=r"log\.key"):
        LogKey.at(path)
    assert path.read_bytes() == b"short"
