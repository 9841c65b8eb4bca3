"""Story B without its touches: its people and papers, its access point, what it reports."""

import asyncio
import datetime as dt
import tomllib
from pathlib import Path

import pytest

from client.demo import people_b as who
from client.demo.__main__ import CONFERENCE, main
from client.demo.access_point import AccessPoint
from client.demo.election import counted
from client.demo.folder import prepare
from client.demo.marking import PAGE, STROKES
from client.demo.story_b import CALLED
from client.demo.summary import summarise
from server import meeting_folder
from server.papers.intake import take_in
from server.papers.outcome import Accepted
from server.protocol import commands as c
from server.protocol.counts import PaperCount
from server.protocol.rules import Candidate, Rule
from tests.story import Story

ELECTED, OTHER = who.CANDIDATES

PAGES = {
    "chuong-trinh.pdf": 2,
    "bao-cao-nam-2025.pdf": 82,
    "du-thao-nghi-quyet-v1.pdf": 4,
    "du-thao-nghi-quyet-v2.pdf": 4,
    "to-trinh-bau-bo-sung.pdf": 2,
}


@pytest.mark.parametrize(("name", "pages"), PAGES.items())
async def test_a_paper_of_the_conference_passes_intake(
    name: str, pages: int, tmp_path: Path
) -> None:
    outcome = await take_in(CONFERENCE / name, tmp_path / "view.pdf")
    assert isinstance(outcome, Accepted)
    assert outcome.pages == pages


def test_the_conference_has_53_members_12_sites_and_75_tablets() -> None:
    people = who.people(CONFERENCE)
    roles = [role for role, _ in people.values()]
    assert (roles.count("member"), roles.count("site"), roles.count("guest")) == (53, 12, 3)
    named = {who.CHAIR, who.MEMBER, who.SECRETARY, who.SECOND, who.ABSENT, *who.AT_HOME}
    named |= {who.AGAINST, who.OTHER, *who.TELLERS, *who.CANDIDATES, *who.SPEAKERS}
    assert named <= set(people)
    assert not set(who.TELLERS) & set(who.CANDIDATES)
    tablets = len(roles) - roles.count("secretary") + len(who.TABLE) + len(who.RESERVE)
    assert tablets == 75
    assert len(who.SPEAKERS) == 14
    assert tuple(who.WRITTEN) == who.SPEAKERS[CALLED:], "who is not called writes"


def test_what_a_member_draws_lies_on_the_pages_of_the_draft() -> None:
    width, height = PAGE
    strokes = [one for page in STROKES for one in page]
    assert len(STROKES) < PAGES["du-thao-nghi-quyet-v1.pdf"]
    assert all(0 < one.left < one.right < width and 0 < one.y < height for one in strokes)


def test_the_conference_is_a_meeting_of_today(tmp_path: Path) -> None:
    folder = prepare(CONFERENCE, tmp_path / "meeting")
    plan = meeting_folder.read(folder)
    assert isinstance(plan, meeting_folder.MeetingPlan)
    assert [item.short_title for item in plan.items][4:6] == ["Nghị quyết 2026", "Bầu bổ sung"]
    assert [item.sites for item in plan.items].count(True) == 5, "never the election"
    starts = tomllib.loads((folder / "meeting.toml").read_text(encoding="utf-8"))["starts"]
    assert abs(starts - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=20)


async def test_an_access_point_carries_bytes_drops_every_line_and_comes_back() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while block := await reader.read(1 << 16):
            writer.write(block)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    point = AccessPoint(server.sockets[0].getsockname()[1])
    await point.start()
    port = point.port
    tablets = [await asyncio.open_connection("127.0.0.1", port) for _ in range(5)]
    sent = b"bo phieu" * 20_000
    for reader, writer in tablets:
        writer.write(sent)
        assert await reader.readexactly(len(sent)) == sent
    assert point.lines == 5
    assert await point.restart(0.01) == 5
    assert point.port == port
    for reader, writer in tablets:
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        writer.close()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"lai")
    assert await reader.readexactly(3) == b"lai"
    writer.close()
    await point.stop()
    server.close()
    await server.wait_closed()


async def test_an_access_point_without_a_server_behind_it_drops_the_line() -> None:
    closed = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    port = closed.sockets[0].getsockname()[1]
    closed.close()
    await closed.wait_closed()
    point = AccessPoint(port)
    await point.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", point.port)
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await reader.readexactly(1)
    writer.close()
    await point.stop()


def test_an_elections_poll_tells_of_everybody_on_the_list() -> None:
    people = tuple(Candidate(f"c{n}", name) for n, name in enumerate(who.CANDIDATES, 1))
    rule = Rule(form="election", way="paper", base="summoned_adjusted", candidates=people,
                places=2)  # fmt: skip
    story = Story().open()
    story.do(c.PreparePoll("q", "i4", "Bầu bổ sung", rule))
    for command in (
        c.OpenPoll("q"),
        c.ClosePoll("q"),
        c.OpenPaperCount("q", 14, 13, tellers=("p04",)),
    ):
        story.do(command)
    rows = {"c1": {"for": 11, "against": 1, "not_counted": 0},
            "c2": {"for": 7, "against": 4, "not_counted": 1}}  # fmt: skip
    count = c.EnterPaperCount("q", counted_of(rows))
    story.do(count, "p04")
    story.do(count)
    story.do(c.ReleasePaperCount("q"))
    story.do(c.PublishPoll("q"))
    (told,) = summarise(story.state, [], windows=4, seconds=1)["polls"]
    assert told["candidates"] == [
        {"name": ELECTED, "for": 11, "against": 1, "not_counted": 0,
         "percent": "73,33", "elected": True},
        {"name": OTHER, "for": 7, "against": 4, "not_counted": 1,
         "percent": "46,67", "elected": False},
    ]  # fmt: skip


def counted_of(rows: dict[str, dict[str, int]]) -> PaperCount:
    return PaperCount(returned=13, valid=12, invalid=1, reasons={"x": 1}, rows=rows)


def test_what_the_tellers_found_adds_up() -> None:
    for second in (26, 27):
        count = counted(second)
        assert count.returned == count.valid + count.invalid
        assert all(sum(row.values()) == count.valid for row in count.rows.values())


def test_a_story_is_chosen_by_its_letter() -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--story", "C"])
    assert stopped.value.code == 2
