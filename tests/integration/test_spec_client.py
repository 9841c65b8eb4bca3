"""A client written from server/protocol/SPEC.md alone, against a real server process.

The test tells one meeting in the order of that text's sections; the numbers are its rules. Where
the client and the server disagree, one of the three is wrong.
"""

import asyncio
import csv
import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pymupdf
import pytest
from websockets.exceptions import InvalidStatus

from tests.integration.spec_client import ROOM, SECONDS, Device, Line, base64url, fetch, lean

ROOT = Path(__file__).resolve().parents[2]
CHEAP = {"PHIENHOP_PIN_PASSES": "1", "PHIENHOP_PIN_MEMORY_KIB": "64", "PHIENHOP_PIN_LANES": "1"}
ENVIRONMENT = {**os.environ, **CHEAP}
PEOPLE = """name,role,post,seat
Nguyễn Văn Chủ,member,Bí thư,01
Trần Thị An,member,Ủy viên,02
Lê Văn Bình,member,Ủy viên,03
Phạm Khách,guest,,
Vũ Thư Ký,secretary,,
"""
MEETING = """id = "m1"
title = "Hội nghị lần thứ 12"
starts = 2025-09-18T08:00:00+07:00
chair = "Nguyễn Văn Chủ"
people = "people.csv"
[organization]
id = "o1"
name = "Ban Thường vụ Tỉnh ủy X"
[[items]]
title = "Kinh tế"
short_title = "Kinh tế"
form = "open"
guests = ["Phạm Khách"]
[[items.papers]]
title = "Báo cáo"
file = "long.pdf"
audience = "members"
[[items.papers]]
title = "Phụ lục"
file = "short.pdf"
"""


# ---- a server, and the people of the meeting -----------------------------------------------------


@dataclass
class Hall:
    """A running server with one imported meeting."""

    data: Path
    pins: dict[str, tuple[str, str]]
    codes: list[str]

    async def device(self, name: str, secret: str, kind: str = "tablet") -> tuple[Device, Line]:
        device = Device.scan(self.codes.pop() if kind == "tablet" else await self.code(kind))
        await asyncio.to_thread(device.fetch_ca)
        line = await device.pair(name, kind)
        return device, await device.sign_in(line, self.pins[name], secret)

    async def code(self, kind: str) -> str:
        return (await codes(self.data, kind, 1))[0]


def command(*arguments: str | Path) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "server", *map(str, arguments)],
        cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=SECONDS, check=True,
    )  # fmt: skip
    return ended.stdout


async def codes(data: Path, kind: str, count: int) -> list[str]:
    asked = ("code", "--data", data, "--kind", kind, "--count", str(count))
    told = await asyncio.to_thread(command, *asked)
    return [json.loads(line)["qr"] for line in told.splitlines()]


def meeting_folder(folder: Path) -> Path:
    folder.mkdir()
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (folder / "meeting.toml").write_text(MEETING, encoding="utf-8")
    for name, side in (("short.pdf", 8), ("long.pdf", 480)):  # noise: three chunks that stay three
        noise = pymupdf.Pixmap(pymupdf.csRGB, side, side, os.urandom(side * side * 3), False)
        with pymupdf.open() as document:
            page = document.new_page()
            page.insert_image(page.rect, pixmap=noise)
            document.save(folder / name)
    return folder


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the meeting, and the first PINs beside it: made once, copied by each."""
    base = tmp_path_factory.mktemp("spec")
    folder = meeting_folder(base / "folder")
    command("meeting", "import", folder, "--data", base / "data", "--pins", base / "pins.csv")
    return base


@pytest.fixture
async def hall(imported: Path, tmp_path: Path) -> AsyncIterator[Hall]:
    data = shutil.copytree(imported / "data", tmp_path / "data")
    with (imported / "pins.csv").open(encoding="utf-8") as file:
        known = {row["name"]: (row["person"], row["pin"]) for row in csv.DictReader(file)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server", "serve", "--data", data, "--host", "127.0.0.1",
        "--port", "0", "--json", cwd=ROOT, env=ENVIRONMENT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        await asyncio.wait_for(process.stdout.readline(), SECONDS)
        yield Hall(data, known, await codes(data, "tablet", 3))
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), SECONDS)


# ---- the meeting ---------------------------------------------------------------------------------

CHAIR, AN, BINH = "Nguyễn Văn Chủ", "Trần Thị An", "Lê Văn Bình"
GUEST, SECRETARY = "Phạm Khách", "Vũ Thư Ký"


async def paper_of(an: Device, line: Line) -> None:
    """Section 9: one file, broken off and gone on with; then the receipt."""
    file = an.state["items"][0]["papers"][0]["files"][0]
    papers = await an.resume("/papers")
    part = await fetch(papers, file["view_sha256"], stop=1)
    papers.socket.transport.abort()
    papers = await an.resume("/papers")
    whole = await fetch(papers, file["view_sha256"], part)
    assert 0 < len(part) < len(whole) == file["size"]
    assert hashlib.sha256(whole).hexdigest() == file["view_sha256"]  # 9.4
    assert await fetch(papers, file["view_sha256"], whole) == whole  # 9.3: none follows
    await papers.send("Fetch", id="f1", sha256=file["view_sha256"], offset=len(whole) + 1)
    assert await papers.refused() == "offset_wrong"
    await papers.send("Fetch", id="f2", sha256="0" * 64)
    assert await papers.refused() == "paper_unknown"  # 9.2
    await papers.send("Leave", room=ROOM)
    assert await papers.refused() == "out_of_turn"  # 2.1
    await line.do("AcknowledgePaper", sha256=file["view_sha256"])


async def open_poll(chair: Line, item: str) -> None:
    """6.6: the chair's part. A share of those present, one half and more."""
    await chair.do("TakeUpItem", item=item)
    half = {"numerator": 1, "denominator": 2, "strict": False}
    rule = {"base": "present", "threshold": half}
    await chair.do("PreparePoll", poll="q1", item=item, question="Đồng ý?", rule=rule)
    await chair.do("OpenPoll", poll="q1")


async def ballots(an: Device, line: Line) -> Line:
    """6.2, 6.3 and 6.5: cast, ask again for the answer, change; an old one never wins."""
    await line.until(lambda state: state.get("polls", {}).get("q1", {}).get("state") == "open")
    assert an.person in an.state["polls"]["q1"]["electorate"]
    first = {"t": "CastBallot", "poll": "q1", "ballot": "b1", "choice": "for"}
    answer = await line.answer("r1", **first)
    assert an.own["q1"]["id"] == "b1"  # 6.2: before the answer
    assert await line.answer("r1", **first) == answer
    line.socket.transport.abort()
    line = await an.resume()
    assert "Snapshot" not in await line.hello()
    assert await line.answer("r1", **first) == answer
    assert an.own["q1"]["id"] == "b1"  # 5.10
    change = {"poll": "q1", "choice": "against"}
    await line.do("CastBallot", ballot="b2", replaces="b1", **change)
    assert an.own["q1"]["choice"] == "against"
    late = await line.refusal("CastBallot", ballot="b3", replaces="b1", **change)
    assert (late["code"], late["params"]["ballot"]) == ("ballot_superseded", "b2")
    return line


def count(state: dict[str, object], members: int) -> tuple[int, int, bool]:
    """14.3, for the rule of `open_poll`: percent, need, passed."""
    poll = state["polls"]["q1"]  # type: ignore[index]
    base, favour = poll["present"], poll["tally"]["counts"]["for"]
    need = next(number for number in range(members + 1) if number * 2 >= base)
    return (favour * 20_000 + base) // (2 * base), need, favour >= need


async def test_a_meeting_from_the_text_alone(hall: Hall) -> None:
    chair, chairs = await hall.device(CHAIR, "307164")
    an, ans = await hall.device(AN, "482915")
    binh, binhs = await hall.device(BINH, "950273")
    assert await chairs.hello() == ["Snapshot", "OnlyYours", "Joined"]  # 5.4
    assert await ans.hello() == await binhs.hello() == ["Snapshot", "OnlyYours", "Joined"]
    assert an.epoch == binh.epoch != chair.epoch  # 5.2, 5.3
    await ans.do("AcknowledgeAgenda", version=an.state["agenda_version"])
    assert (await ans.refusal("AcknowledgeAgenda", version=9))["code"] == "version_wrong"
    await paper_of(an, ans)
    assert (await ans.refusal("StartMeeting"))["code"] == "not_allowed"
    await chairs.do("StartMeeting")
    for line in (chairs, ans, binhs):
        await line.do("MarkAttendance", marks={line.device.person: "present"})
    await open_poll(chairs, an.state["items"][0]["id"])
    ans = await ballots(an, ans)
    await chairs.do("CastBallot", poll="q1", ballot="b8", choice="for")
    await binhs.do("CastBallot", poll="q1", ballot="b9", choice="for")

    # 5.4 to 5.6: what was missed, all of it and nothing twice
    ans.socket.transport.abort()
    position, known = an.position, len(an.entries)
    await chairs.do("ClosePoll", poll="q1")
    await binhs.do("AskFloor")
    await chairs.do("PublishPoll", poll="q1")
    await binhs.until(lambda state: state["polls"]["q1"]["state"] == "published")
    ans = await an.resume()
    assert await ans.hello() == ["Events", "OnlyYours", "Joined"]
    missed = ["PollClosed", "FloorAsked", "PollPublished"]
    assert [entry["event"]["t"] for entry in an.entries[known:]] == missed
    assert an.entries[known:] == binh.entries[-3:]
    assert an.position == position + 3
    assert await ans.hello() == ["OnlyYours", "Joined"]

    poll = an.state["polls"]["q1"]
    assert count(an.state, poll["members"]) == (6667, 2, True)
    told = poll["tally"]
    assert (told["percent"], told["need"], told["passed"]) == (6667, 2, True)
    assert {one["choice"] for one in poll["ballots"].values()} == {"for", "against"}
    late = await ans.refusal("CastBallot", poll="q1", ballot="b4", choice="for", replaces="b2")
    assert late["code"] == "poll_closed"

    # 5.7: what was folded is what a newcomer gets
    for line in (ans, chairs):
        folded, line.device.epoch = line.device.state, ""
        assert await line.hello() == ["Snapshot", "OnlyYours", "Joined"]
        assert lean(line.device.state) == lean(folded)

    # 5.5, 5.8: another audience, and the own ballot with it
    officers = chair.epoch
    await chairs.do("NameActingChair", person=an.person)
    await ans.hear("Snapshot")
    assert (await ans.hear("OnlyYours"))["personal"]["ballots"]["q1"]["id"] == "b2"
    assert an.epoch == officers != chair.epoch


async def test_a_hash_is_no_permission_and_a_code_alone_no_approval(hall: Hall) -> None:
    desk, office = await hall.device(SECRETARY, "một câu đủ dài", "desk")
    assert await office.hello() == ["Snapshot", "OnlyYours", "Drafts", "Joined"]  # 5.4
    papers = desk.state["items"][0]["papers"]
    await office.send("Ask", id="k1", question={"t": "IssueCode", "label": "Máy 9"})  # 11.1
    guest = Device.scan((await office.hear("Answer"))["reply"]["qr"])
    await asyncio.to_thread(guest.fetch_ca)
    waiting = await guest.pair("Máy 9", "tablet")
    await guest.prove(waiting)
    assert await waiting.refused() == "device_waiting"  # 3.6
    await office.send("Ask", id="k2", question={"t": "ApproveDevice", "device": guest.id})
    await office.hear("Answer")
    await waiting.hear("Approved")
    line = await guest.sign_in(waiting, hall.pins[GUEST], "618204")
    await line.hello()
    assert guest.state["items"][0]["papers"] == papers[1:]  # 7.3
    mine, hidden = (paper["files"][0]["view_sha256"] for paper in reversed(papers))
    down = await guest.resume("/papers")
    assert hashlib.sha256(await fetch(down, mine)).hexdigest() == mine
    await down.send("Fetch", id="f1", sha256=hidden)
    assert await down.refused() == "paper_unknown"  # 9.2
    assert (await line.refusal("AcknowledgePaper", sha256=hidden))["code"] == "file_unknown"
    await line.send("Hello", room="elsewhere")
    assert await line.refused() == "room_unknown"  # 5.4


MALFORMED = (  # 0.2, 1.8
    '{"t":"Hello"', "[1]", '{"t":"Nothing"}', '{"t":"Hello","room":"m1","more":1}', '{"t":"Hello"}',
    '{"t":"Hello","room":"m1","position":1.0}', '{"t":"Hello","room":"m1","position":true}',
    '{"t":"Hello","room":"m 1"}', b"\0",
)  # fmt: skip


async def test_what_breaks_a_rule_is_refused_and_ends(hall: Hall) -> None:
    an, line = await hall.device(AN, "482915")
    await line.send("SignIn", person=an.person, pin="482915")
    assert await line.refused() == "out_of_turn"  # 2.1
    for bad in MALFORMED:
        peer = await an.resume()
        await peer.socket.send(bad)
        assert (await peer.refused(), await peer.closed()) == ("bad_frame", 1008)
    stranger = await an.connect()
    await stranger.socket.send(" " * 4097)
    assert await stranger.closed() == 1009  # 1.6
    stranger = await an.connect()
    await stranger.send("Authenticate", device=an.id, signature=base64url(secrets.token_bytes(64)))
    assert (await stranger.refused(), await stranger.closed()) == ("signature_wrong", 1008)
    stranger = await an.connect()
    await stranger.send("Authenticate", device=an.id, signature="AA", protocol=2)
    assert (await stranger.refused(), await stranger.closed()) == ("protocol_version", 1008)  # 2.4
    with pytest.raises(InvalidStatus, match="403"):  # 1.3
        await an.connect(origin="https://example.org")

    # 4.2, 4.6 and 4.7: tokens, and wrong PINs
    await line.send("SignOut")
    await line.hear("Authenticated")
    await line.send("Resume", token=an.token)
    assert await line.refused() == "not_signed_in"
    await line.send("Resume", token=base64url(secrets.token_bytes(32)))
    assert await line.refused() == "token_wrong"
    await line.send("SignIn", person=an.person, pin="000000")
    await line.send("SignIn", person=an.person, pin="482915")
    wrong = {"code": "pin_wrong", "params": {"left": 4, "seconds": 1}}
    assert (await line.hear("Refused"))["refusal"] == wrong
    assert await line.refused() == "pin_locked"
