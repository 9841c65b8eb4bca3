"""A poll with a time limit on real lines: reminded, closed by the server itself, also restarted."""

import asyncio
from pathlib import Path

from bench._peer import Peer
from server.protocol import commands as c
from server.protocol import frames as f
from server.protocol.refusals import Code
from server.protocol.rules import Rule
from server.protocol.state import Poll
from tests.house import House, open_house

ITEM = c.PublishChanges((c.Draft("d", c.AddItem("i1", 0, "Nghị quyết", "Nghị quyết")),))
SHORT = Rule(seconds=1)


async def do(peer: Peer, room: str, *commands: c.Command) -> None:
    for command in commands:
        answer = await peer.do(room, command)
        assert isinstance(answer, f.Accepted), answer


async def seated(house: House) -> tuple[Peer, Peer, str]:
    """A desk and a member's tablet in a meeting that has begun."""
    desk = await house.desk()
    people = await house.people(3)
    room = await house.meeting(desk, people)
    tablet = await house.tablet(people[1])
    for peer in (desk, tablet):
        await peer.hello(room)
    present = c.MarkAttendance(dict.fromkeys(people, "present"))
    await do(desk, room, ITEM, c.StartMeeting(), c.TakeUpItem("i1"), present)
    return desk, tablet, room


def held(peer: Peer, room: str, poll: str) -> Poll:
    state = peer.places[room].state
    assert state is not None
    return state.polls[poll]


async def test_who_has_not_sent_hears_of_it_and_the_server_closes_by_itself(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path) as house:
        desk, tablet, room = await seated(house)
        prepare = c.PreparePoll("q1", "i1", "Thông qua?", SHORT)
        await do(desk, room, prepare, c.OpenPoll("q1"), c.RemindPoll("q1"))
        await tablet.settle(lambda: held(tablet, room, "q1").reminded_at > 0)
        again = await desk.do(room, c.RemindPoll("q1"))
        assert isinstance(again, f.Refused)
        assert again.refusal.code is Code.POLL_REMINDED
        await do(tablet, room, c.CastBallot("q1", "b1", "for"))
        await tablet.settle(lambda: held(tablet, room, "q1").state == "closed")
        poll = held(tablet, room, "q1")
        assert poll.timed
        assert poll.ends_at < poll.closed_at < poll.ends_at + 2_000
        await desk.settle(lambda: held(desk, room, "q1").tally is not None)
        tally = held(desk, room, "q1").tally
        assert tally is not None
        assert tally.counts["for"] == 1


async def test_a_server_that_comes_back_closes_what_is_over_before_anybody_asks(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path) as house:
        desk, _, room = await seated(house)
        await do(desk, room, c.PreparePoll("q1", "i1", "?", SHORT), c.OpenPoll("q1"))
    async with open_house(tmp_path) as house, asyncio.timeout(20):
        (found,) = house.rooms.opened
        while found.state.polls["q1"].state == "open":
            await asyncio.sleep(0.02)
        assert found.state.polls["q1"].timed
