"""The way in, over real TLS sockets and SQLite: from the first desk to the ballot and back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bench._peer import Peer
from server.protocol import commands as c
from server.protocol import frames as f
from server.protocol import office as o
from server.protocol.refusals import Code
from server.protocol.state import Choice, Personal, PollState, Rule
from tests.house import House, open_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened
        assert opened.failures == []


def accepted(answer: f.ServerFrame) -> f.Accepted:
    assert isinstance(answer, f.Accepted), answer
    return answer


def refusal(answer: f.ServerFrame) -> Code:
    assert isinstance(answer, f.Refused), answer
    return answer.refusal.code


async def agenda(desk: Peer, room: str) -> None:
    drafts = tuple(
        c.Draft(f"c{n}", c.AddItem(f"i{n}", n, f"Nội dung {n}", f"ND {n}", form="open"))
        for n in range(2)
    )
    accepted(await desk.do(room, c.PublishChanges(drafts)))


async def begin(desk: Peer, room: str, people: list[str]) -> None:
    """Everyone present, the meeting open, item 0 taken up."""
    await agenda(desk, room)
    accepted(await desk.do(room, c.MarkAttendance(dict.fromkeys(people, "present"))))
    accepted(await desk.do(room, c.StartMeeting()))
    accepted(await desk.do(room, c.TakeUpItem("i0")))


async def open_poll(desk: Peer, room: str, poll: str = "q1") -> None:
    accepted(await desk.do(room, c.PreparePoll(poll, "i0", "Đồng ý?", Rule())))
    accepted(await desk.do(room, c.OpenPoll(poll)))


async def poll_is(peer: Peer, room: str, state: PollState, poll: str = "q1") -> None:
    """Wait until a peer has heard that the poll is in that state."""

    def ready() -> bool:
        known = peer.places[room].state.polls.get(poll)
        return known is not None and known.state == state

    await peer.settle(ready)


async def test_from_an_empty_server_to_a_published_ballot(house: House) -> None:
    desk = await house.desk()
    people = await house.people(3)
    room = await house.meeting(desk, people)
    await desk.hello(room)
    tablets = [await house.tablet(person) for person in people]
    for tablet in tablets:
        assert (await tablet.hear(f.Meetings)).meetings[0].room == room
        await tablet.hello(room)
    await begin(desk, room, people)
    await open_poll(desk, room)
    for number, tablet in enumerate(tablets):
        choice: Choice = "for" if number else "against"
        await poll_is(tablet, room, "open")
        accepted(await tablet.do(room, c.CastBallot("q1", f"b{number}", choice)))
        assert tablet.places[room].personal.ballots["q1"].choice == choice
    accepted(await desk.do(room, c.ClosePoll("q1")))
    accepted(await desk.do(room, c.PublishPoll("q1")))
    for tablet in tablets:
        await poll_is(tablet, room, "published")
        poll = tablet.places[room].state.polls["q1"]
        assert poll.tally is not None
        assert dict(poll.tally.counts) == {"for": 2, "against": 1, "other": 0}
        assert set(poll.ballots) == set(people)


async def test_a_tablet_that_comes_back_gets_exactly_what_it_missed(house: House) -> None:
    desk = await house.desk()
    people = await house.people(2)
    room = await house.meeting(desk, people)
    await desk.hello(room)
    tablet = await house.tablet(people[0])
    await tablet.hello(room)
    held = tablet.places[room].position
    await tablet.close()
    await begin(desk, room, people)
    again = await house.back(tablet)
    joined = await again.hello(room)
    assert not [one for one in again.heard if isinstance(one, f.Snapshot)]
    missed = await again.hear(f.Events)
    assert (missed.first, joined.position) == (held + 1, held + len(missed.entries))
    assert again.places[room].state.current == "i0"


async def test_nothing_missed_is_nothing_sent(house: House) -> None:
    desk = await house.desk()
    room = await house.meeting(desk, await house.people(1))
    await desk.hello(room)
    again = await house.back(desk)
    await again.hello(room)
    kinds = {type(one) for one in again.heard}
    assert f.Snapshot not in kinds
    assert f.Events not in kinds


async def test_a_request_sent_again_is_done_once(house: House) -> None:
    desk = await house.desk()
    room = await house.meeting(desk, await house.people(1))
    await desk.hello(room)
    first = await desk.do(room, c.SendNotice("Xin chào"), "r1")
    again = await house.back(desk)
    await again.hello(room)
    assert await again.do(room, c.SendNotice("Xin chào"), "r1") == first
    assert len(again.places[room].state.notices) == 1


async def test_requests_outlive_the_server(house: House, tmp_path: Path) -> None:
    desk = await house.desk()
    room = await house.meeting(desk, await house.people(1))
    await desk.hello(room)
    first = await desk.do(room, c.SendNotice("Xin chào"), "r1")
    held = desk.places
    for peer in house.peers:
        await peer.close()
    await house.gateway.close()
    await house.rooms.close()
    await house.database.close()
    async with open_house(tmp_path) as second:
        desk.places = held
        again = await second.back(desk)
        await again.hello(room)
        assert not [one for one in again.heard if isinstance(one, f.Snapshot | f.Events)]
        assert await again.do(room, c.SendNotice("Xin chào"), "r1") == first
        assert len(again.places[room].state.notices) == 1


async def test_members_never_hear_of_ballots_or_receipts(house: House) -> None:
    desk = await house.desk()
    people = await house.people(3)
    room = await house.meeting(desk, people)
    await desk.hello(room)
    chair, member = await house.tablet(people[0]), await house.tablet(people[1])
    await chair.hello(room)
    await member.hello(room)
    await begin(desk, room, people)
    await open_poll(desk, room)
    await member.settle(lambda: member.places[room].state.open_poll() is not None)
    position = member.places[room].position
    accepted(await chair.do(room, c.CastBallot("q1", "b1", "for")))
    accepted(await chair.do(room, c.AcknowledgeAgenda(1)))
    progress = await member.until(lambda one: isinstance(one, f.Progress) and one.received == 1)
    assert progress == f.Progress(room, "q1", 1)
    named = await desk.until(lambda one: isinstance(one, f.Progress) and one.received == 1)
    assert named == f.Progress(room, "q1", 1, (people[0],))
    accepted(await desk.do(room, c.SendNotice("tiếp")))
    await member.settle(lambda: bool(member.places[room].state.notices))
    assert member.places[room].position == position + 1
    assert member.places[room].personal == Personal()


async def test_drafts_are_shown_to_secretaries_until_published(house: House) -> None:
    desk = await house.desk()
    people = await house.people(2)
    room = await house.meeting(desk, people)
    await desk.hello(room)
    member = await house.tablet(people[1])
    await member.hello(room)
    change = c.AddItem("i9", 0, "Nội dung mới", "Mới")
    assert await desk.ask(o.PutDraft(room, "c9", change)) == o.Done()
    await desk.settle(lambda: bool(desk.places[room].drafts))
    assert desk.places[room].drafts == (c.Draft("c9", change),)
    accepted(await desk.do(room, c.PublishChanges(desk.places[room].drafts)))
    await desk.settle(lambda: not desk.places[room].drafts)
    await member.settle(lambda: bool(member.places[room].state.items))
    assert not [one for one in member.heard if isinstance(one, f.Drafts)]


async def test_who_is_present_and_what_is_shown(house: House) -> None:
    desk = await house.desk()
    people = await house.people(2)
    room = await house.meeting(desk, people)
    await desk.hello(room)
    member = await house.tablet(people[1])
    await member.hello(room)
    seen = await desk.until(lambda one: isinstance(one, f.Present) and one.count == 2)
    assert isinstance(seen, f.Present)
    assert {one.person for one in seen.people} == {desk.person, people[1]}
    plain = await member.until(lambda one: isinstance(one, f.Present) and one.count == 2)
    assert plain == f.Present(room, 2)
    await member.send(f.Ready(room, ready=True))
    await desk.until(lambda one: isinstance(one, f.Present) and any(p.ready for p in one.people))
    await member.send(f.Show(room, None))
    assert refusal(await member.hear_refused()) is Code.NOT_ALLOWED


async def test_a_moved_place_drops_the_old_tablet(house: House) -> None:
    await house.desk()
    people = await house.people(1)
    old = await house.tablet(people[0])
    new = await house.tablet(people[0])
    assert refusal(await old.hear_refused()) is Code.PLACE_MOVED
    await old.closed.wait()
    assert new.token
