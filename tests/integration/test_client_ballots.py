"""Our own client casts and checks: open ballots proved to be in the record, secret ones sealed."""

import asyncio
from contextlib import AsyncExitStack

from client.selectors.proof import proof
from server.protocol import commands as c
from server.protocol import office as o
from server.protocol.state import Role, RollEntry, Rule
from server.record.verify import verify
from tests.hall import ROOM, Hall
from tests.house import BODY


async def test_each_tablet_finds_its_own_ballot_in_the_record(hall: Hall) -> None:
    async with hall.tablet("p0") as chair, hall.tablet("p1") as member:
        await hall.enrol(chair, "p0")
        await hall.enrol(member, "p1")
        await hall.poll("q1", "p0", "p1")
        await chair.until(lambda state: "q1" in state.rooms[ROOM].state.polls)
        await chair.cast(ROOM, "q1", "for")
        await member.cast(ROOM, "q1", "against")
        await member.cast(ROOM, "q1", "other", "Đề nghị bổ sung")
        await hall.desk.do(c.ClosePoll("q1"), ROOM)
        await hall.desk.do(c.PublishPoll("q1"), ROOM)
        for tablet in (chair, member):
            state = await tablet.until(lambda state: state.rooms[ROOM].proof.ballots)
            assert state.rooms[ROOM].proof.ballots == {"q1": "in"}
            assert state.rooms[ROOM].proof.fault == ""
            tablet.enter(ROOM)
            shown = proof(tablet.state, "q1")
            assert shown is not None
            assert shown.outcome == "in"
        codes = {one.state.rooms[ROOM].code for one in (chair, member, hall.desk)}
        assert len(codes) == 1, "every screen shows the same code"


async def test_secret_ballots_leave_the_tablet_sealed_and_are_counted(hall: Hall) -> None:
    room, rule = "kin", Rule(form="secret", secrecy="sealed")
    people = [f"p{n}" for n in range(7)]
    await hall.house.people(7)
    await hall.desk.ask(o.AllowSealed(BODY.id, sealed=True))
    roll = [RollEntry(one, f"Đại biểu {one}", _role(one), ballots=True) for one in people]
    await hall.desk.ask(o.MakeMeeting(BODY.id, room, "Kỳ họp kín", roll=tuple(roll)))
    await hall.desk.joined(room)
    item = c.AddItem("i1", 0, "Nhân sự", "Nhân sự", form="open")
    here = c.MarkAttendance(dict.fromkeys(people, "present"))
    prepared = c.PreparePoll("q1", "i1", "Đồng ý?", rule)
    for command in (c.PublishChanges((c.Draft("c1", item),)), c.StartMeeting(), here, prepared):
        await hall.desk.do(command, room)
    await hall.desk.until(lambda state: len(state.rooms[room].state.polls["q1"].keys) > 1)
    await hall.desk.do(c.OpenPoll("q1"), room)
    async with AsyncExitStack() as stack:
        tablets = []
        for one in people:
            tablet = await stack.enter_async_context(hall.tablet(one))
            await tablet.pair(hall.address, await hall.code())
            await tablet.sign_in(one, hall.house.pins[one])
            await tablet.joined(room)
            await tablet.cast(room, "q1", "against")
            tablets.append(tablet)
        for tablet in tablets[:4]:
            await tablet.cast(room, "q1", "for")
        await hall.desk.do(c.ClosePoll("q1"), room)
        await hall.desk.until(lambda state: state.rooms[room].state.polls["q1"].tally)
        await hall.desk.do(c.PublishPoll("q1"), room)
        for tablet in tablets:
            state = await tablet.until(lambda state: state.rooms[room].proof.ballots)
            assert state.rooms[room].proof.ballots == {"q1": "in"}
            assert state.rooms[room].personal.ballots == {}
            published = state.rooms[room].state.polls["q1"]
            assert published.tally is not None
            assert dict(published.tally.counts) == {"for": 4, "against": 3}
            assert published.ballots == {}
    while await hall.house.openers.held():
        await asyncio.sleep(0.02)
    made = await hall.desk.ask(o.MakeDossier(room))
    assert isinstance(made, o.Made)
    target = hall.folder / "kin.zip"
    assert await hall.desk.station.save(made.sha256, target) is None
    verdict = verify(target, hall.desk.state.rooms[room].code)
    assert verdict.findings == []
    assert verdict.ballots == 11


def _role(person: str) -> Role:
    return "chair" if person == "p0" else "member"
