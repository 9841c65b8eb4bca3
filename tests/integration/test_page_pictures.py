"""Pages that a tablet cannot draw come as pictures from the server, over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pymupdf
import pytest

from bench._peer import Peer
from client.documents.process_renderer import ProcessRenderer
from client.documents.renderer import Preview, Rendered
from client.documents.shape import PageShape
from server.papers.derived import Derived
from server.papers.limits import Limits
from server.papers.store import PaperStore
from server.protocol import frames as f
from server.protocol.refusals import Code
from server.protocol.state import File
from tests.house import House, open_house

UNKNOWN = "ab" * 32


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened
        assert opened.failures == []


def crooked() -> bytes:
    """Four pages with a black corner, turned four ways, cropped, on a sheet of double units."""
    with pymupdf.open() as document:
        for turn in (0, 90, 180, 270):
            page = document.new_page(width=300, height=400)
            page.draw_rect((40, 60, 120, 140), color=None, fill=(0, 0, 0))
            page.set_cropbox(pymupdf.Rect(30, 50, 260, 330))
            page.set_rotation(turn)
        document.xref_set_key(document[1].xref, "UserUnit", "2")
        return bytes(document.tobytes())


async def stored(papers: Peer, data: bytes) -> File:
    digest = sha256(data).hexdigest()
    await papers.send(f.Upload("u1", "up" + digest[:8], "", "paper.pdf", len(data), digest))
    await papers.hear(f.Continue)
    await papers.connection.send((0).to_bytes(8) + data)
    return (await papers.hear(f.Stored)).file


async def fetch(papers: Peer, digest: str, page: int = 0, dots: int = 0) -> bytes:
    part = "picture" if page else "file"
    await papers.send(f.Fetch("f1", digest, part=part, page=page, dots=dots))  # type: ignore[arg-type]
    sending = await papers.hear(f.Sending)
    await papers.settle(lambda: papers.arrived(0) >= sending.size)
    return b"".join(papers.pieces(0))


async def drawn(renderer: ProcessRenderer, document: str, page: int) -> tuple[PageShape, bytes]:
    came: asyncio.Future[Rendered] = asyncio.get_running_loop().create_future()
    renderer.want(came, [Preview(document, page)], came.set_result)  # type: ignore[arg-type]
    result = await came
    assert result.shape is not None
    pixels = bytes(result.pixels)
    result.release()
    return result.shape, pixels


async def test_a_picture_lies_where_its_page_lay(house: House) -> None:
    papers = await house.back(await house.desk(), "/papers")
    file = await stored(papers, crooked())
    renderer = ProcessRenderer(niceness=0)
    try:
        await renderer.open("paper", await fetch(papers, file.view_sha256))
        for page in range(1, 5):
            await renderer.open(f"{page}", await fetch(papers, file.view_sha256, page, 200))
            shape, pixels = await drawn(renderer, "paper", page)
            pictured, same = await drawn(renderer, f"{page}", 1)
            assert (pictured.box, pictured.rotation) == (shape.box, shape.rotation)
            assert pictured.unit == pytest.approx(shape.unit)
            apart = sum(abs(one - other) > 64 for one, other in zip(pixels, same, strict=True))
            assert apart < len(pixels) / 100
    finally:
        await renderer.close()
        await papers.close()


async def test_only_who_may_read_the_paper_gets_its_pictures(house: House) -> None:
    desk = await house.desk()
    papers = await house.back(desk, "/papers")
    file = await stored(papers, crooked())
    await papers.close()
    papers = await house.back(desk, "/papers")
    asked = [
        (f.Fetch("f1", UNKNOWN, part="picture", page=1, dots=200), Code.PAPER_UNKNOWN),
        (f.Fetch("f2", file.view_sha256, part="picture", page=5, dots=200), Code.FILE_UNKNOWN),
        (f.Fetch("f3", file.view_sha256, part="picture", page=1, dots=7), Code.FILE_UNKNOWN),
        (f.Fetch("f4", file.view_sha256, part="picture"), Code.FILE_UNKNOWN),
    ]
    for frame, code in asked:
        await papers.send(frame)
        assert (await papers.hear_refused()).refusal.code is code
    await papers.close()


async def test_pictures_are_kept_and_bounded(house: House) -> None:
    papers = await house.back(await house.desk(), "/papers")
    file = await stored(papers, crooked())
    derived = house.commons.shelf.derived
    first = await derived.picture(file.view_sha256, 1, 200)
    assert first is not None
    made = first.stat().st_ino
    assert await derived.picture(file.view_sha256, 1, 200) == first
    assert first.stat().st_ino == made, "it was made again"
    derived.pictures_bytes = first.stat().st_size
    second = await derived.picture(file.view_sha256, 1, 400)
    assert second is not None
    assert second.is_file()
    assert not first.exists()
    await papers.close()


async def test_corpus_page_that_the_first_engine_cannot_open_is_drawn_by_the_second(
    tmp_path: Path, corpus: Path
) -> None:
    path = corpus / "bad_poppler-67295-0.pdf"
    digest = sha256(path.read_bytes()).hexdigest()
    store = PaperStore(tmp_path)
    assert store.put_file(path, digest) == digest
    drawn = await Derived(store, Limits()).picture(digest, 1, 200)
    assert drawn is not None
    with pymupdf.open(drawn, filetype="pdf") as paper:
        assert paper.page_count == 1
        assert len(paper[0].get_images()) == 1
