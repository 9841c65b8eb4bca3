"""The desk's questions for the records of polls and for ballots of paper, over real lines."""

import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pymupdf
import pytest

from bench._peer import Peer
from server.protocol import commands as c
from server.protocol import office as o
from server.protocol.frames import Accepted
from server.protocol.refusals import Code, Refusal
from server.protocol.rules import Candidate, Rule
from server.protocol.state import Presence
from tests.house import House, open_house

PAPER = Rule(form="election", way="paper", base="summoned", places=1,
             candidates=(Candidate("a", "Trần Quốc Đạt"),))  # fmt: skip


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened
        assert opened.failures == []


@pytest.fixture
async def desk(house: House) -> Peer:
    return await house.desk()


def refused(answer: object) -> Code:
    assert isinstance(answer, Refusal), answer
    return answer.code


async def test_the_records_of_polls_come_as_a_zip_and_the_ballots_as_pdf(
    house: House, desk: Peer
) -> None:
    people = await house.people(3)
    room = await house.meeting(desk, people)
    await desk.hello(room)
    assert refused(await desk.ask(o.MakePollRecords(room))) == Code.POLL_UNKNOWN
    assert refused(await desk.ask(o.PrintBallots(room, "q", 5))) == Code.POLL_UNKNOWN
    marks: dict[str, Presence] = dict.fromkeys(people, "present")
    commands: tuple[c.Command, ...] = (
        c.MarkAttendance(marks),
        c.StartMeeting(),
        c.PublishChanges((c.Draft("d", c.AddItem("i", 0, "Bầu cử", "Bầu cử", form="paper")),)),
        c.TakeUpItem("i"),
        c.PreparePoll("q", "i", "Bầu bổ sung", PAPER),
    )
    for command in commands:
        assert isinstance(await desk.do(room, command), Accepted), command
    printed = await desk.ask(o.PrintBallots(room, "q", 5))
    assert isinstance(printed, o.Made), printed
    path = house.office.made(desk.device.id, printed.sha256)
    assert path is not None
    with pymupdf.open(path) as document:
        assert document.page_count == 4
    for closing in (c.OpenPoll("q"), c.ClosePoll("q")):
        assert isinstance(await desk.do(room, closing), Accepted), closing
    made = await desk.ask(o.MakePollRecords(room))
    assert isinstance(made, o.Made), made
    path = house.office.made(desk.device.id, made.sha256)
    assert path is not None
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    assert [Path(name).suffix for name in names] == [".pdf", ".docx", ".csv", ".json"]
    assert refused(await desk.ask(o.MakePollRecords("nowhere"))) == Code.ROOM_UNKNOWN


async def test_a_tablet_is_given_neither_records_nor_ballots(house: House, desk: Peer) -> None:
    people = await house.people(1)
    room = await house.meeting(desk, people)
    tablet = await house.tablet(people[0])
    for question in (o.MakePollRecords(room), o.PrintBallots(room, "q", 5)):
        assert refused(await tablet.ask(question)) == Code.NOT_ALLOWED


async def test_of_a_damaged_journal_nothing_is_printed(house: House, desk: Peer) -> None:
    room = await house.meeting(desk, await house.people(1))
    await house.database.run(lambda db: db.execute("update records set salt = zeroblob(16)"))
    for question in (o.MakePollRecords(room), o.PrintBallots(room, "q", 5)):
        assert refused(await desk.ask(question)) == Code.DATABASE_DAMAGED
