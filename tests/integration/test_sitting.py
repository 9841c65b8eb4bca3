"""Several questions in one sitting on a real server: tablets, the desk, a window, the dossier."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from bench._peer import Peer
from client.headless import Headless
from server.accounts import Devices
from server.protocol import commands as c
from server.protocol import frames as f
from server.protocol import office as o
from server.protocol.refusals import Code
from server.protocol.rules import Candidate, Rule
from server.protocol.state import Poll
from server.record.verify import verify
from tests.house import BODY, House, open_house
from tests.integration.test_client_window import PIN, Window

ADDED = c.AddItem("i1", 0, "Nghị quyết", "Nghị quyết", form="open")
ITEM = c.PublishChanges((c.Draft("d1", ADDED),))
PEOPLE = (Candidate("a", "Nguyễn Văn Ánh"), Candidate("b", "Trần Thị Bình"))
NAMES = Rule(form="nomination", candidates=PEOPLE, places=1, base="summoned")


async def done(peer: Peer, *commands: c.Command) -> None:
    for command in commands:
        answer = await peer.do("m1", command)
        assert isinstance(answer, f.Accepted), (command, answer)


async def refused(peer: Peer, command: c.Command) -> Code:
    answer = await peer.do("m1", command)
    assert isinstance(answer, f.Refused), command
    return answer.refusal.code


async def begun(house: House, count: int) -> tuple[Peer, list[str]]:
    """A meeting that is open, with everybody here; the desk is in it."""
    desk = await house.desk()
    people = await house.people(count)
    await house.meeting(desk, people)
    await desk.hello("m1")
    here = dict.fromkeys(people, "present")
    await done(desk, ITEM, c.StartMeeting(), c.MarkAttendance(here), c.TakeUpItem("i1"))  # type: ignore[arg-type]
    return desk, people


async def test_a_sitting_is_asked_at_once_counted_and_proved(tmp_path: Path) -> None:
    async with open_house(tmp_path / "server") as house:
        desk, people = await begun(house, 3)
        tablets = [await house.tablet(person) for person in people[:2]]
        for tablet in tablets:
            await tablet.hello("m1")
        rules = {"q1": Rule(), "q2": NAMES, "q3": Rule(base="present")}
        await done(desk, *(c.PreparePoll(name, "i1", f"{name}?", rules[name]) for name in rules))
        await done(desk, c.ArrangeSeries("s1", tuple(rules)), c.OpenSeries("s1"))
        assert await refused(desk, c.PublishSeries("s1")) == Code.SERIES_STILL_OPEN
        for tablet in tablets:
            said = [(poll.place, poll.of) for poll in await three(tablet)]
            assert said == [(1, 3), (2, 3), (3, 3)]
            mine = tablet.person
            await done(
                tablet,
                c.CastBallot("q1", f"1{mine}", "for"),
                c.CastBallot("q2", f"2{mine}", "", names=("a",)),
                c.CastBallot("q3", f"3{mine}", "against"),
            )
        await done(tablets[0], c.CastBallot("q3", "again", "for", replaces=f"3{people[0]}"))
        late = c.RecordBallot("q2", "paper", people[2], "", names=("a",), on_paper=True)
        await done(desk, late, c.CloseSeries("s1"))
        assert await refused(tablets[0], c.CastBallot("q1", "x", "for")) == Code.POLL_CLOSED
        await done(desk, c.PublishSeries("s1"))
        held = tablets[1].places["m1"]
        await tablets[1].settle(lambda: held.state.polls["q3"].tally is not None)
        tallies = [held.state.polls[name].tally for name in rules]
        favour = [one.elected or one.counts["for"] for one in tallies if one is not None]
        assert favour == [2, 1, 1]
        assert held.state.polls["q2"].ballots[people[2]].on_paper
        await done(desk, c.CloseMeeting())
        made = await desk.ask(o.MakeDossier("m1"))
        assert isinstance(made, o.Made)
        path = house.office.made(desk.device.id, made.sha256)
        assert path is not None
        shutil.copy(path, tmp_path / "ho-so.zip")
    verdict = verify(tmp_path / "ho-so.zip")
    assert verdict.findings == []


async def three(tablet: Peer) -> tuple[Poll, ...]:
    """The open questions, once all three are on this tablet."""
    held = tablet.places["m1"]

    def opened() -> tuple[Poll, ...]:
        return held.state.open_polls()

    await tablet.settle(lambda: len(opened()) == 3)
    return opened()


@pytest.mark.ui
async def test_a_member_goes_through_a_sitting_by_touch(tmp_path: Path) -> None:
    async with open_house(tmp_path / "server") as house:
        desk, _ = await begun(house, 8)
        issued = await Devices(house.accounts.registry).issue(
            frozenset({BODY.id}), label="Máy 07", person="p1", approved=True
        )
        async with Headless(tmp_path / "tablet") as tablet:
            await tablet.pair(f"localhost:{house.port}", issued.code)
            await tablet.sign_in("p1", house.pins["p1"])
            tablet.station.change_pin(house.pins["p1"], PIN)
            await tablet.until(lambda state: not state.busy)
        window = await Window(tmp_path / "tablet", tmp_path / "drive").open()
        await window.sees("Đại biểu 1")
        for digit in PIN:
            await window.tap(digit)
        await window.tap("Vào họp")
        await window.tap("Vào phòng họp")
        await done(
            desk,
            c.PreparePoll("q1", "i1", "Thông qua chương trình?"),
            c.PreparePoll("q2", "i1", "Giới thiệu nhân sự?", NAMES),
            c.ArrangeSeries("s1", ("q1", "q2")),
            c.OpenSeries("s1"),
        )
        await window.sees("Câu 1/2")
        await window.tap("Tán thành")
        await sent(window)
        await window.sees("Câu 2/2")
        await window.tap("Trần Thị Bình")
        await window.tap("Xem phiếu")
        await sent(window)
        await window.sees("Đã gửi đủ 2 câu")
        await done(desk, c.CloseSeries("s1"), c.PublishSeries("s1"))
        await window.sees("KHÔNG THÔNG QUA")
        await window.tap("Câu 1/2")
        await window.sees("Kết quả 2 câu hỏi")
        await window.close()
        assert house.failures == []


async def sent(window: Any) -> None:
    """Touch [Gửi] once it is armed: it is deaf for a moment."""
    await window.do(pause=0.9)
    await window.tap("Gửi")
