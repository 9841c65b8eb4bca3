"""The papers' line over real sockets: up through intake, down in chunks, with resume."""

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pymupdf
import pytest

from bench._peer import Peer, RefusedError
from server.gateway import Limits
from server.protocol import commands as c
from server.protocol import frames as f
from server.protocol import office as o
from server.protocol.refusals import Code
from server.protocol.state import File, RollEntry
from tests.house import BODY, House, open_house

GARBAGE = b"no paper at all, but long enough to look like something"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened
        assert opened.failures == []


def paper(pages: int = 5) -> bytes:
    """A real PDF of some size: every page has noise that does not compress."""
    document = pymupdf.open()
    for number in range(pages):
        page = document.new_page()
        page.insert_text((72, 72), f"Trang {number + 1}")
        noise = sha256(str(number).encode()).digest() * 20
        pixels = b"".join(
            sha256(noise + bytes([row % 256, row // 256])).digest() for row in range(4800)
        )
        image = pymupdf.Pixmap(pymupdf.csRGB, 256, 200, pixels[: 256 * 200 * 3], False)
        page.insert_image(page.rect, pixmap=image)
    made: bytes = document.tobytes()
    document.close()
    return made


async def line(house: House, peer: Peer) -> Peer:
    """A papers' line beside a meeting line."""
    return await house.back(peer, "/papers")


async def upload(
    papers: Peer, data: bytes, name: str = "up1", body: str = BODY.id
) -> f.ServerFrame:
    """Send a whole paper; return Stored or Refused."""
    digest = sha256(data).hexdigest()
    await papers.send(f.Upload("u1", name, body, "tờ trình.pdf", len(data), digest))
    answer = await papers.until(lambda one: getattr(one, "id", "") == "u1")
    if not isinstance(answer, f.Continue):
        return answer
    await send(papers, data, answer.offset)
    return await papers.until(lambda one: getattr(one, "id", "") == "u1")


async def send(papers: Peer, data: bytes, offset: int, until: int | None = None) -> None:
    for start in range(offset, until or len(data), f.CHUNK_BYTES):
        piece = data[start : min(start + f.CHUNK_BYTES, until or len(data))]
        await papers.connection.send(start.to_bytes(8) + piece)


async def stored(papers: Peer, data: bytes) -> File:
    answer = await upload(papers, data)
    assert isinstance(answer, f.Stored), answer
    return answer.file


async def fetch(papers: Peer, digest: str, offset: int = 0) -> bytes:
    await papers.send(f.Fetch("f1", digest, offset))
    sending = await papers.hear(f.Sending)
    assert (sending.sha256, sending.offset) == (digest, offset)
    await papers.settle(lambda: papers.arrived(offset) >= sending.size)
    return b"".join(papers.pieces(offset))


async def file_it(desk: Peer, room: str, file: File, audience: str = "item") -> f.ServerFrame:
    add = c.AddItem("i1", 0, "Nội dung", "ND")
    filed = c.FilePaper("i1", "pp1", "Tờ trình", audience=audience, file=file)  # type: ignore[arg-type]
    return await desk.do(room, c.PublishChanges((c.Draft("c1", add), c.Draft("c2", filed))))


async def test_a_paper_goes_up_and_comes_down_unharmed(house: House) -> None:
    desk = await house.desk()
    people = await house.people(2)
    room = await house.meeting(desk, people)
    await desk.hello(room)
    data = paper()
    file = await stored(await line(house, desk), data)
    assert (file.pages, file.name) == (5, "tờ trình.pdf")
    assert file.original_sha256 == sha256(data).hexdigest()
    assert file.size > 2 * f.CHUNK_BYTES
    member = await house.tablet(people[1])
    papers = await line(house, member)
    with pytest.raises(RefusedError, match="paper_unknown"):
        await fetch_refused(papers, file.view_sha256)
    assert isinstance(await file_it(desk, room, file), f.Accepted)
    bytes_of_it = await fetch(papers, file.view_sha256)
    assert sha256(bytes_of_it).hexdigest() == file.view_sha256
    rest = await fetch(papers, file.view_sha256, 300_000)
    assert rest == bytes_of_it[300_000:]
    assert await fetch(papers, file.view_sha256, len(bytes_of_it)) == b""
    with pytest.raises(RefusedError, match="offset_wrong"):
        await fetch_refused(papers, file.view_sha256, len(bytes_of_it) + 1)
    with pytest.raises(RefusedError, match="paper_unknown"):
        await fetch_refused(papers, file.original_sha256)


async def fetch_refused(papers: Peer, digest: str, offset: int = 0) -> None:
    await papers.send(f.Fetch("f1", digest, offset))
    answer = await papers.until(lambda one: getattr(one, "id", "") == "f1")
    raise RefusedError(answer)


async def test_an_upload_goes_on_where_it_stopped(house: House) -> None:
    desk = await house.desk()
    data = paper()
    digest = sha256(data).hexdigest()
    first = await line(house, desk)
    announce = f.Upload("u1", "up1", "", "tờ trình.pdf", len(data), digest)
    await first.send(announce)
    assert (await first.hear(f.Continue)).offset == 0
    await send(first, data, 0, 2 * f.CHUNK_BYTES)
    await asyncio.to_thread(lambda: None)
    await first.close()
    second = await line(house, desk)
    async with asyncio.timeout(10):
        while True:
            await second.send(announce)
            held = (await second.hear(f.Continue)).offset
            if held == 2 * f.CHUNK_BYTES:
                break
            await second.close()
            second = await line(house, desk)
    await send(second, data, held)
    assert (await second.hear(f.Stored)).file.original_sha256 == digest


async def test_what_the_server_holds_is_not_sent_again(house: House) -> None:
    desk = await house.desk()
    papers = await line(house, desk)
    data = paper(1)
    file = await stored(papers, data)
    digest = sha256(data).hexdigest()
    await papers.send(f.Upload("u2", "up2", BODY.id, "khác.pdf", len(data), digest))
    again = await papers.hear(f.Stored)
    assert (again.file.view_sha256, again.file.name) == (file.view_sha256, "khác.pdf")


async def test_another_device_does_not_go_on_with_somebodys_upload(house: House) -> None:
    desk = await house.desk()
    data = paper()
    digest = sha256(data).hexdigest()
    papers = await line(house, desk)
    await papers.send(f.Upload("u1", "up1", BODY.id, "a.pdf", len(data), digest))
    await papers.hear(f.Continue)
    await papers.connection.send((0).to_bytes(8) + data[:1000])
    people = await house.people(1)
    member = await line(house, await house.tablet(people[0]))
    await member.send(f.Upload("u1", "up1", BODY.id, "a.pdf", len(data), digest))
    assert (await member.hear_refused()).refusal.code is Code.NOT_ALLOWED


@pytest.mark.parametrize("body", [BODY.id, ""])
async def test_garbage_is_refused_and_the_line_lives_on(house: House, body: str) -> None:
    papers = await line(house, await house.desk())
    answer = await upload(papers, GARBAGE, body=body)
    assert isinstance(answer, f.Refused)
    assert answer.refusal.code is Code.PAPER_NOT_PDF
    assert isinstance(await upload(papers, paper(1), "up2"), f.Stored)


async def test_bytes_that_are_not_those_announced(house: House) -> None:
    papers = await line(house, await house.desk())
    await papers.send(f.Upload("u1", "up1", BODY.id, "a.pdf", 10, "a" * 64))
    await papers.hear(f.Continue)
    await papers.connection.send((0).to_bytes(8) + b"0123456789")
    assert (await papers.hear_refused()).refusal.code is Code.HASH_MISMATCH


@pytest.mark.parametrize(("offset", "size"), [(5, 5), (0, 11)])
async def test_a_gap_or_too_much_is_refused_and_can_be_resumed(
    house: House, offset: int, size: int
) -> None:
    papers = await line(house, await house.desk())
    announce = f.Upload("u1", "up1", BODY.id, "a.pdf", 10, "a" * 64)
    await papers.send(announce)
    await papers.hear(f.Continue)
    await papers.connection.send(offset.to_bytes(8) + b"x" * size)
    refused = await papers.hear_refused()
    assert (refused.refusal.code, refused.refusal.params) == (Code.OFFSET_WRONG, {"offset": 0})
    await papers.send(announce)
    assert (await papers.hear(f.Continue)).offset == 0


async def test_a_paper_that_is_too_large_is_refused_before_it_is_sent(house: House) -> None:
    papers = await line(house, await house.desk())
    await papers.send(f.Upload("u1", "up1", BODY.id, "a.pdf", 2**35, "a" * 64))
    assert (await papers.hear_refused()).refusal.code is Code.PAPER_TOO_LARGE


@pytest.mark.parametrize("message", ["text", b"short"])
async def test_what_is_no_chunk_ends_the_line(house: House, message: str | bytes) -> None:
    papers = await line(house, await house.desk())
    await papers.send(f.Upload("u1", "up1", BODY.id, "a.pdf", 10, "a" * 64))
    await papers.hear(f.Continue)
    await papers.connection.send(message)
    assert (await papers.hear_refused()).refusal.code is Code.BAD_FRAME
    await papers.closed.wait()


async def test_an_upload_that_stands_still_ends_the_line(tmp_path: Path) -> None:
    async with open_house(tmp_path, limits=Limits(upload_idle_seconds=0.1)) as house:
        papers = await line(house, await house.desk())
        await papers.send(f.Upload("u1", "up1", BODY.id, "a.pdf", 10, "a" * 64))
        await asyncio.wait_for(papers.closed.wait(), 10)
        assert papers.connection.close_code == 1013


async def test_a_chunk_that_is_not_taken_ends_the_line(tmp_path: Path) -> None:
    async with open_house(tmp_path, limits=Limits(chunk_seconds=0.2)) as house:
        desk = await house.desk()
        papers = await line(house, desk)
        file = await stored(papers, paper(150))
        papers.connection.transport.pause_reading()
        await papers.send(f.Fetch("f1", file.view_sha256))
        async with asyncio.timeout(20):
            while house.gateway.gauges()["connections"] > 1:
                await asyncio.sleep(0.02)
        papers.connection.transport.abort()
        assert isinstance(await desk.ask(o.ListOrganizations()), o.Organizations)


async def test_a_file_of_another_body_cannot_be_filed(house: House) -> None:
    desk = await house.desk()
    room = await house.meeting(desk, await house.people(1))
    await desk.hello(room)
    foreign = File("a" * 64, "b" * 64, 1, 1, "lạ.pdf")
    answer = await file_it(desk, room, foreign)
    assert isinstance(answer, f.Refused)
    assert answer.refusal.code is Code.FILE_UNKNOWN
    change = c.FilePaper("i1", "pp1", "Tờ trình", file=foreign)
    draft = await desk.ask(o.PutDraft(room, "c2", change))
    assert getattr(draft, "code", None) is Code.FILE_UNKNOWN


async def test_guests_get_no_papers_for_members_only(house: House) -> None:
    desk = await house.desk()
    people = await house.people(2)
    room = await house.meeting(desk, people[:1])
    await desk.hello(room)
    file = await stored(await line(house, desk), paper(1))
    state = desk.places[room].state
    guest = RollEntry(people[1], "Khách mời", "guest")
    await desk.do(room, c.SetRoll((*state.roll.values(), guest)))
    add = c.AddItem("i1", 0, "Nội dung", "ND", guests=(people[1],))
    filed = c.FilePaper("i1", "pp1", "Tờ trình", audience="members", file=file)
    drafts = (c.Draft("c1", add), c.Draft("c2", filed))
    assert isinstance(await desk.do(room, c.PublishChanges(drafts)), f.Accepted)
    peer = await house.tablet(people[1])
    papers = await line(house, peer)
    with pytest.raises(RefusedError, match="paper_unknown"):
        await fetch_refused(papers, file.view_sha256)
    await peer.hello(room)
    assert peer.places[room].state.items[0].papers == ()


async def test_what_was_made_for_a_device_only_that_device_may_have(house: House) -> None:
    desk = await house.desk()
    people = await house.people(1)
    other = await line(house, await house.tablet(people[0]))
    added = await desk.ask(o.PutPerson(BODY.id, o.Person("p9", "Lê Văn Bình")))
    assert isinstance(added, o.FirstPins)
    made = await desk.ask(o.PrintSheet(BODY.id))
    assert isinstance(made, o.Made), made
    assert len(await fetch(await line(house, desk), made.sha256)) == made.size
    with pytest.raises(RefusedError, match="paper_unknown"):
        await fetch_refused(other, made.sha256)


async def test_signing_out_ends_the_papers_line_too(house: House) -> None:
    desk = await house.desk()
    papers = await line(house, desk)
    await desk.send(f.SignOut())
    assert (await papers.hear_refused()).refusal.code is Code.NOT_SIGNED_IN
    await papers.closed.wait()
    assert not desk.closed.is_set()


async def test_the_papers_line_takes_nothing_else(house: House) -> None:
    papers = await line(house, await house.desk())
    await papers.send(f.Request("r1", "m1", c.AskFloor()))
    refused = await papers.hear_refused()
    assert (refused.id, refused.refusal.code) == ("r1", Code.OUT_OF_TURN)
    await papers.send(f.SignOut())
    await papers.closed.wait()
