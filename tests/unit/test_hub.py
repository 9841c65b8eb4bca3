"""The hub: who is told what, in which order, and how often."""

import pytest

from server.core import redact
from server.hub import text_frame
from server.hub.presence import Pace
from server.hub.view import steps_of
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol import frames as f
from server.protocol.ids import PersonId
from server.protocol.refusals import Code, Refusal
from server.protocol.state import Online, Role, RollEntry, Rule, ShownPage, Threshold
from server.room import Room
from tests.listening import ROOM, Asker, Ear, Ground, Later, payload

ROLL: dict[PersonId, Role] = {
    "p-chair": "chair",
    "p-secretary": "secretary",
    "p-one": "member",
    "p-two": "member",
    "p-guest": "guest",
}
ENTRIES = tuple(RollEntry(p, p, r, ballots=r in {"chair", "member"}) for p, r in ROLL.items())
EASY = Rule(quorum=Threshold(0, 1, strict=False))


@pytest.fixture
def ground() -> Ground:
    return Ground()


@pytest.fixture
async def room(ground: Ground) -> Room:
    return await ground.room(ENTRIES)


def ear(room: Room, person: str, *, secretary: bool = False) -> Ear:
    made = Ear(person, f"d-{person}", secretary)
    assert made.join(room)
    return made


async def published(room: Room) -> Asker:
    """Two items, the meeting open, the first item taken up."""
    ask = Asker(room)
    drafts = tuple(
        c.Draft(f"c{n}", c.AddItem(f"i{n}", n, "Nội dung", "ND", form="open")) for n in range(2)
    )
    for command in (
        c.PublishChanges(drafts),
        c.MarkAttendance(dict.fromkeys(ROLL, "present")),
        c.StartMeeting(),
        c.TakeUpItem("i0"),
    ):
        assert isinstance(await ask("p-secretary", command), f.Accepted)
    return ask


async def poll(room: Room) -> Asker:
    ask = await published(room)
    for command in (c.PreparePoll("q1", "i0", "Đồng ý?", EASY), c.OpenPoll("q1")):
        assert isinstance(await ask("p-secretary", command), f.Accepted)
    return ask


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536, 70_000])
def test_a_frame_is_one_websocket_message(size: int) -> None:
    assert payload(text_frame(b"x" * size)) == b"x" * size


# ---- joining -------------------------------------------------------------------------------------


async def test_joining_hands_over_everything_in_order(room: Room) -> None:
    member = ear(room, "p-one")
    assert member.kinds() == ["Snapshot", "OnlyYours", "Joined", "Present"]
    secretary = ear(room, "p-secretary")
    assert secretary.kinds()[:4] == ["Snapshot", "OnlyYours", "Drafts", "Joined"]


async def test_a_stranger_does_not_join(room: Room) -> None:
    stranger = Ear("p-nobody", "d1")
    assert not stranger.join(room)
    assert stranger.heard == []
    assert room.hub.listeners == set()


async def test_an_office_secretary_joins_off_the_roll(room: Room) -> None:
    second = ear(room, "p-office", secretary=True)
    assert second.drafts == ()
    assert second.state is not None
    assert set(second.state.roll) == set(ROLL)


async def test_coming_back_continues_or_starts_anew(room: Room) -> None:
    member = ear(room, "p-one")
    member.drop(room)
    await published(room)
    member.heard.clear()
    assert member.join(room)
    assert member.kinds()[0] == "Events"
    member.drop(room)
    member.heard.clear()
    member.epoch = "another"
    assert member.join(room)
    assert member.kinds()[0] == "Snapshot"
    member.drop(room)
    member.heard.clear()
    member.position += 1  # ahead of the server: the record was restored without a new epoch
    assert member.join(room)
    assert member.kinds()[0] == "Snapshot"


async def test_too_far_behind_is_a_snapshot(room: Room) -> None:
    member = ear(room, "p-one")
    member.drop(room)
    ask = Asker(room)
    held = member.position
    for number in range(501):
        await ask("p-secretary", c.SendNotice(f"số {number}"))
    member.heard.clear()
    assert member.join(room)
    assert member.kinds()[0] == "Snapshot"
    member.drop(room)
    member.position = held + 1
    member.heard.clear()
    assert member.state is not None
    assert member.join(room)
    assert member.kinds()[0] == "Events"
    assert len(member.frames(f.Events)[0].entries) == 500


async def test_more_than_the_tail_at_once_is_a_snapshot(room: Room) -> None:
    member = ear(room, "p-one")
    member.heard.clear()
    ask = Asker(room)
    waiting = [ask.send("p-secretary", c.SendNotice(f"số {n}")) for n in range(501)]
    for one in waiting:
        await one
    assert member.kinds() == ["Snapshot", "OnlyYours"]
    assert member.state is not None
    assert len(member.state.notices) == 501


async def test_one_batch_is_one_frame_for_each_audience(room: Room) -> None:
    member, guest = ear(room, "p-one"), ear(room, "p-guest")
    member.heard.clear()
    guest.heard.clear()
    ask = Asker(room)
    waiting = [ask.send("p-secretary", c.SendNotice(f"số {n}")) for n in range(3)]
    waiting.append(ask.send("p-one", c.CallHelp("tea")))
    for one in waiting:
        await one
    assert len(member.heard) == len(guest.heard) == 1


async def test_hidden_events_cause_no_frame(room: Room) -> None:
    await poll(room)
    guest = ear(room, "p-guest")
    guest.heard.clear()
    ask = Asker(room)
    await ask("p-one", c.CastBallot("q1", "b1", "for"), request="x1")
    await ask("p-one", c.AcknowledgeAgenda(1), request="x2")
    room_later = room._ports.later
    assert isinstance(room_later, Later)
    room_later.go(5)
    assert guest.heard == []


# ---- moving between audiences --------------------------------------------------------------------


async def test_another_audience_is_another_snapshot(room: Room) -> None:
    member = ear(room, "p-one")
    epoch = member.epoch
    member.heard.clear()
    await Asker(room)("p-secretary", c.NameActingChair("p-one"))
    assert member.kinds() == ["Snapshot", "OnlyYours"]
    assert member.epoch != epoch


async def test_another_audience_keeps_its_own_ballot(room: Room) -> None:
    """SPEC 5.5: a snapshot replaces the personal part too, so that must follow it."""
    await poll(room)
    member = ear(room, "p-one")
    await Asker(room)("p-one", c.CastBallot("q1", "b1", "for"), request="x1")
    member.heard.clear()
    await Asker(room)("p-secretary", c.NameActingChair("p-one"), request="x2")
    assert member.kinds()[:2] == ["Snapshot", "OnlyYours"]
    assert member.frames(f.OnlyYours)[0].personal.ballots["q1"].id == "b1"


async def test_who_serves_the_organization_no_longer_sees_less(room: Room) -> None:
    second = Ear("p-one", "d1", secretary=True)
    assert second.join(room)
    await Asker(room)("p-one", c.CallHelp("tea"))
    assert second.state is not None
    assert second.state.help
    second.secretary = False
    await Asker(room)("p-secretary", c.SendNotice("Xin chào"), request="n1")
    assert second.state is not None
    assert second.state.help == ()
    assert second.state.notices


async def test_leaving_the_roll_ends_listening(room: Room) -> None:
    member = ear(room, "p-one")
    left = tuple(one for one in ENTRIES if one.person != "p-one")
    await Asker(room)("p-secretary", c.SetRoll(left))
    assert member.state is None
    refused = f.Refused(Refusal(Code.ROOM_UNKNOWN, {"room": ROOM}))
    assert member.frames(f.Refused) == [refused]
    assert room.hub.listeners == set()


async def test_a_new_secretary_sees_the_drafts(room: Room) -> None:
    draft = c.Draft("c1", c.AddItem("i1", 0, "Nội dung", "ND"))
    assert await room.put_draft(draft) is None
    member = ear(room, "p-one")
    assert member.drafts is None
    roll = tuple(
        RollEntry(one.person, one.name, "secretary") if one.person == "p-one" else one
        for one in ENTRIES
    )
    await Asker(room)("p-secretary", c.SetRoll(roll))
    assert member.drafts == (draft,)


async def test_streams_that_nobody_hears_are_forgotten(room: Room) -> None:
    member = ear(room, "p-one")
    for number in range(70):
        room.hub.view(redact.Audience("guest", (f"i{number}",)))
    await Asker(room)("p-secretary", c.SendNotice("Xin chào"))
    assert len(room.hub._views) == 1
    assert member.state is not None
    assert member.state.notices


def test_a_room_begins_with_its_creation() -> None:
    with pytest.raises(ValueError, match="MeetingCreated"):
        steps_of([e.Entry(1, e.MeetingStarted())])


# ---- presence ------------------------------------------------------------------------------------


def test_pace_acts_at_once_then_rarely_and_never_misses_the_last() -> None:
    later, told = Later(), []
    pace = Pace(later, 1.0, lambda: told.append(later.now))
    pace.ask()
    pace.ask()
    pace.ask()
    assert told == [0.0]
    later.go(0.9)
    assert told == [0.0]
    later.go(3.0)
    assert told == [0.0, 1.0]
    pace.ask()
    pace.now()
    assert len(told) == 4


async def test_who_is_here_is_told_at_most_twice_a_second(room: Room, ground: Ground) -> None:
    secretary, one = ear(room, "p-secretary"), ear(room, "p-one")
    two = ear(room, "p-two")
    ground.later.go(1)
    assert secretary.frames(f.Present)[-1] == f.Present(
        ROOM,
        3,
        (
            Online("p-one", "d-p-one"),
            Online("p-secretary", "d-p-secretary"),
            Online("p-two", "d-p-two"),
        ),
    )
    assert one.frames(f.Present)[-1] == f.Present(ROOM, 3)
    secretary.heard.clear()
    assert two.listener is not None
    room.hub.presence.ready(two.listener, True)
    room.hub.presence.ready(two.listener, True)
    ground.later.go(1)
    two.drop(room)
    two.drop(room)
    ground.later.go(1)
    told = secretary.frames(f.Present)
    counts = [(one.count, sum(person.ready for person in one.people)) for one in told]
    assert counts == [(3, 1), (2, 0)]


async def test_only_officers_and_the_speaker_show_pages(room: Room, ground: Ground) -> None:
    ask = await published(room)
    filed = c.FilePaper("i0", "pp1", "Tờ trình", audience="members", copies=1)
    await ask("p-secretary", c.PublishChanges((c.Draft("c9", filed),)))
    await ask(
        "p-secretary", c.PublishChanges((c.Draft("c8", c.EditItem("i0", guests=("p-guest",))),))
    )
    chair, one, guest = ear(room, "p-chair"), ear(room, "p-one"), ear(room, "p-guest")
    assert chair.listener is not None
    assert one.listener is not None
    page = ShownPage("p-chair", "i0", "pp1", 1, 3, 0.5)
    presence = room.hub.presence
    assert not presence.show(one.listener, page)
    assert presence.show(chair.listener, page)
    ground.later.go(1)
    assert one.frames(f.Shown)[-1] == f.Shown(ROOM, page)
    assert guest.frames(f.Shown)[-1] == f.Shown(ROOM, None)
    late = ear(room, "p-two")
    assert late.frames(f.Shown) == [f.Shown(ROOM, page)]
    chair.drop(room)
    ground.later.go(1)
    assert one.frames(f.Shown)[-1] == f.Shown(ROOM, None)


async def test_a_speaker_who_is_done_shows_no_longer(room: Room, ground: Ground) -> None:
    ask = await published(room)
    one, two = ear(room, "p-one"), ear(room, "p-two")
    assert one.listener is not None
    await ask("p-secretary", c.GiveFloor("p-one"))
    page = ShownPage("p-one", "i0", "pp1", 1, 1)
    assert room.hub.presence.show(one.listener, page)
    await ask("p-secretary", c.EndFloor())
    ground.later.go(1)
    assert two.frames(f.Shown)[-1] == f.Shown(ROOM, None)
    assert room.hub.presence.show(one.listener, None) is False


async def test_progress_is_told_four_times_a_second_and_the_last_at_once(
    room: Room, ground: Ground
) -> None:
    ask = await poll(room)
    member, secretary, guest = ear(room, "p-two"), ear(room, "p-secretary"), ear(room, "p-guest")
    assert member.frames(f.Progress) == [f.Progress(ROOM, "q1", 0)]
    ground.later.go(1)
    for person in ("p-chair", "p-one"):
        await ask(person, c.CastBallot("q1", f"b-{person}", "for"))
    assert [one.received for one in member.frames(f.Progress)] == [0, 1]
    await ask("p-two", c.CastBallot("q1", "b-p-two", "against"))
    assert [one.received for one in member.frames(f.Progress)] == [0, 1, 3]
    last = secretary.frames(f.Progress)[-1]
    assert last == f.Progress(ROOM, "q1", 3, ("p-chair", "p-one", "p-two"))
    assert guest.frames(f.Progress) == []
    await ask("p-secretary", c.ClosePoll("q1"))
    ground.later.go(1)
    assert secretary.frames(f.Progress)[-1] == last


async def test_progress_of_a_sitting_is_told_question_by_question(
    room: Room, ground: Ground
) -> None:
    ask = await poll(room)
    await ask("p-secretary", c.AnnulPoll("q1", "Nhầm"))
    for name in ("a1", "a2"):
        await ask("p-secretary", c.PreparePoll(name, "i0", f"{name}?"))
    await ask("p-secretary", c.ArrangeSeries("s1", ("a1", "a2")))
    await ask("p-secretary", c.OpenSeries("s1"))
    member = ear(room, "p-two")
    assert member.frames(f.Progress) == [f.Progress(ROOM, "a1", 0), f.Progress(ROOM, "a2", 0)]
    ground.later.go(1)
    await ask("p-one", c.CastBallot("a2", "b1", "for"))
    ground.later.go(1)
    assert member.frames(f.Progress)[2:] == [f.Progress(ROOM, "a2", 1)]
