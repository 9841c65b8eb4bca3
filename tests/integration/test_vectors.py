"""The test vectors of voting.md on real lines: a server over TLS, tablets that cast, a desk."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace

from bench._peer import Peer
from server.core.tally import percent
from server.protocol import commands as c
from server.protocol import frames as f
from server.protocol import office as o
from server.protocol.counts import PaperCount, Tally
from server.protocol.refusals import Code
from server.protocol.rules import Candidate, Rule, Threshold
from server.protocol.state import RollEntry
from tests.house import BODY, House, open_house

A, B = Candidate("a", "Nguyễn Văn Ánh"), Candidate("b", "Trần Thị Bình")
ITEM = c.PublishChanges((c.Draft("d", c.AddItem("i1", 0, "Nghị quyết", "Nghị quyết")),))


@dataclass
class Hall:
    """A meeting with a desk and some tablets, of which only some people have one."""

    desk: Peer
    tablets: Mapping[str, Peer]
    room: str

    async def do(self, command: c.Command, peer: Peer | None = None) -> None:
        answer = await (peer or self.desk).do(self.room, command)
        assert isinstance(answer, f.Accepted), answer

    async def refused(self, command: c.Command, peer: Peer | None = None) -> Code:
        answer = await (peer or self.desk).do(self.room, command)
        assert isinstance(answer, f.Refused), answer
        return answer.refusal.code

    async def ask(self, poll: str, rule: Rule) -> None:
        await self.do(c.PreparePoll(poll, "i1", "Thông qua?", rule))
        await self.do(c.OpenPoll(poll))

    async def cast(self, poll: str, choices: str) -> None:
        """Tablets 0, 1, … answer at once: f for, a against, o other, e expel, w warn, - nothing."""
        words = {"f": "for", "a": "against", "o": "other", "e": "expel", "w": "warn"}
        pairs = zip(self.tablets.values(), choices, strict=False)
        await asyncio.gather(
            *(
                self.do(c.CastBallot(poll, f"{poll}-{n}", words[one]), peer)
                for n, (peer, one) in enumerate(pairs)
                if one != "-"
            )
        )

    async def result(self, poll: str) -> Tally:
        """Close, publish, and what a member's tablet and the desk then both hold."""
        await self.do(c.ClosePoll(poll))
        return await self.published(poll)

    async def published(self, poll: str) -> Tally:
        await self.do(c.PublishPoll(poll))
        tablet = self.tablets["p1"]
        state = tablet.places[self.room].state
        await tablet.settle(lambda: tablet.places[self.room].state.polls[poll].tally is not None)
        assert state is not None
        told = tablet.places[self.room].state.polls[poll].tally
        assert told is not None
        assert told == self.desk.places[self.room].state.polls[poll].tally
        return told

    async def paper(self, poll: str, counted: PaperCount, issued: int) -> Tally:
        """Two entries, at the desk and on the chair's tablet."""
        await self.do(c.ClosePoll(poll))
        await self.do(c.OpenPaperCount(poll, issued, issued))
        await self.do(c.EnterPaperCount(poll, counted))
        assert await self.refused(c.ReleasePaperCount(poll)) == Code.COUNT_MISSING
        await self.do(c.EnterPaperCount(poll, counted), self.tablets["p0"])
        await self.do(c.ReleasePaperCount(poll))
        return await self.published(poll)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened
        assert opened.failures == []


async def hall(house: House, members: int, present: int, tablets: int) -> Hall:
    """A body of so many, of whom so many are here and the first few have a tablet."""
    desk = await house.desk()
    people = await house.people(tablets)
    roll = [RollEntry(desk.person, "Trần Thị Mai", "secretary")]
    for n in range(members):
        role = "member" if n else "chair"
        roll.append(RollEntry(f"p{n}", f"Ủy viên {n}", role, ballots=True))  # type: ignore[arg-type]
    made = await desk.ask(o.MakeMeeting(BODY.id, "m1", "Hội nghị", roll=tuple(roll)))
    assert made == o.MeetingMade("m1")
    await desk.hello("m1")
    found = Hall(desk, {one: await house.tablet(one) for one in people}, "m1")
    for peer in found.tablets.values():
        await peer.hello("m1")
    await found.do(ITEM)
    await found.do(c.StartMeeting())
    await found.do(c.MarkAttendance({f"p{n}": "present" for n in range(present)}))
    return found


async def test_fifteen_members_thirteen_present(house: House) -> None:
    at = await hall(house, 15, 13, 13)
    await at.ask("t1", Rule())
    await at.cast("t1", "f" * 11 + "oo")
    t1 = await at.result("t1")
    assert (t1.passed, t1.percent, t1.second_percent) == (True, 7333, 8462)
    for poll, rule, passed, need in (
        ("t2", Rule(), False, 8),
        ("t3", Rule(base="present"), True, 7),
    ):
        await at.ask(poll, rule)
        await at.cast(poll, "fffffffaaaooo")
        tally = await at.result(poll)
        assert (tally.passed, tally.need, {tally.percent, tally.second_percent}) == (
            passed,
            need,
            {4667, 5385},
        )
    # T13: a member leaves after the opening; the base stays and the leaving is recorded
    await at.ask("t13", Rule(base="present"))
    await at.do(c.MarkAttendance({"p12": "left"}))
    await at.cast("t13", "fffffff")
    t13 = await at.result("t13")
    assert (t13.base_count, t13.present, t13.passed) == (13, 13, True)
    assert at.desk.places["m1"].state.attendance["p12"].presence == "left"
    await at.do(c.MarkAttendance({"p12": "present"}))
    # T14: one person on a second tablet; the last ballot before the close counts
    await at.ask("t14", Rule())
    await at.cast("t14", "f")
    second = await house.tablet("p0")
    await second.hello("m1")
    await at.do(c.CastBallot("t14", "t14-again", "against", replaces="t14-0"), second)
    t14 = await at.result("t14")
    assert (t14.counts["for"], t14.counts["against"], t14.returned) == (0, 1, 1)


async def test_fourteen_and_fifteen_members_all_present(house: House) -> None:
    at = await hall(house, 15, 15, 15)
    # T4: of fourteen, seven are not more than half
    await at.do(c.PreparePoll("t4", "i1", "?", Rule(base="members_counted")))
    await at.do(c.ExcusePerson("t4", "p14", reason="Người nhà"))
    await at.do(c.OpenPoll("t4"))
    assert await at.refused(c.CastBallot("t4", "x", "for"), at.tablets["p14"]) == (
        Code.PERSON_EXCUSED
    )
    await at.cast("t4", "f" * 7 + "a" * 7)
    t4 = await at.result("t4")
    assert (t4.passed, t4.need, t4.base_count, t4.percent) == (False, 8, 14, 5000)
    await at.ask("t9", Rule(form="discipline"))
    await at.cast("t9", "e" * 9 + "w" * 6)
    t9 = await at.result("t9")
    assert (t9.outcome, t9.steps[0].need, t9.steps[0].reached) == ("dismiss", 10, False)
    await at.ask("t11", Rule(form="written"))
    await at.cast("t11", "f" * 13 + "o-")
    t11 = await at.result("t11")
    assert (t11.passed, t11.percent, t11.silent) == (True, 8667, ("p14",))


async def test_fifty_three_members(house: House) -> None:
    at = await hall(house, 53, 35, 2)
    # T5: 35 block, 36 open
    await at.do(c.PreparePoll("t6", "i1", "?", Rule(way="hands")))
    assert await at.refused(c.OpenPoll("t6")) == Code.NO_QUORUM
    await at.do(c.MarkAttendance({f"p{n}": "present" for n in range(50)}))
    await at.do(c.OpenPoll("t6"))
    counted = {"for": 48, "against": 1, "other": 1}
    await at.do(c.RecordHandCount("t6", counted))
    await at.do(c.ConfirmHandCount("t6", counted), at.tablets["p0"])
    t6 = await at.result("t6")
    assert (t6.passed, t6.percent, t6.second_percent, t6.quorum_need) == (True, 9057, 9600, 36)
    election = Rule(form="election", base="summoned", way="paper", candidates=(A, B), places=2)
    await at.ask("t7", election)
    rows = {
        "a": {"for": 47, "against": 1, "not_counted": 1},
        "b": {"for": 26, "against": 21, "not_counted": 2},
    }
    t7 = await at.paper("t7", PaperCount(50, 49, 1, rows=rows), 50)
    assert [(row.elected, row.percent) for row in t7.rows] == [(True, 8868), (False, 4906)]
    assert (percent(26, t7.bases["present"]), percent(26, t7.bases["valid"])) == (5200, 5306)
    people = tuple(Candidate(f"c{n}", f"Ứng viên {n:02}") for n in range(1, 18))
    surplus = replace(election, form="election_surplus", candidates=people, places=15)
    await at.ask("t8", surplus)
    votes = {f"c{n}": {"for": 46 - n} for n in range(1, 15)}
    votes |= {"c15": {"for": 30}, "c16": {"for": 30}, "c17": {"for": 28}}
    t8 = await at.paper("t8", PaperCount(50, 50, rows=votes), 50)
    assert ([row.candidate for row in t8.tied], t8.elected) == (["c15", "c16"], 14)
    await at.do(c.RepeatPoll("t8", "t8b"))
    await at.do(c.OpenPoll("t8b"))
    again = PaperCount(50, 50, rows={"c15": {"for": 20}, "c16": {"for": 24}})
    t8b = await at.paper("t8b", again, 50)
    assert [(row.candidate, row.elected) for row in t8b.rows] == [("c16", True), ("c15", False)]
    survey = Rule(
        form="confidence_survey", decides="none", base="valid", way="paper", candidates=(A,)
    )
    await at.ask("t10", survey)
    row = {"high": 38, "medium": 9, "low": 2, "blank": 1}
    t10 = await at.paper("t10", PaperCount(50, 50, rows={"a": row}), 50)
    assert (t10.rows[0].percent, t10.rows[0].second_percent) == (7600, 7170)


async def test_a_published_figure_of_four_hundred_and_eighty_five(house: House) -> None:
    at = await hall(house, 485, 447, 2)
    await at.ask("t12", Rule(form="council", way="hands", quorum=Threshold(1, 2)))
    await at.do(c.RecordHandCount("t12", {"for": 444, "abstain": 3}))
    await at.do(c.ConfirmHandCount("t12", {"for": 444, "abstain": 3}), at.tablets["p0"])
    t12 = await at.result("t12")
    assert (t12.percent, t12.passed, t12.present, len(t12.absent)) == (9155, True, 447, 38)
