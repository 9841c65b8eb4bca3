"""What every renderer tells of the words of a page, on papers made here."""

from collections.abc import AsyncIterator

import pymupdf
import pytest

from client.documents.process_renderer import ProcessRenderer
from client.documents.renderer import FailureCode, Renderer, RenderFailure
from client.documents.shape import Box
from client.documents.text import Entry, PageText, Quad

LINES = ("Nghi quyet so 12", "ve chuyen doi so")


def paper(rotation: int = 0) -> bytes:
    """Two pages: two lines at 100, 80 and a link to the second; cropped and turned."""
    document = pymupdf.open()
    for _ in range(2):
        page = document.new_page(width=400, height=500)
        for number, line in enumerate(LINES):
            page.insert_text((100, 80 + 20 * number), line, fontsize=12)
    goto = {"kind": pymupdf.LINK_GOTO, "from": pymupdf.Rect(100, 300, 200, 320), "page": 1}
    document[0].insert_link({**goto, "to": pymupdf.Point(0, 250)})
    document.set_toc([[1, "Phần  một", 1], [2, "Mục 1", 2]])
    for page in document:
        page.set_cropbox(pymupdf.Rect(20, 30, 400, 500))
        page.set_rotation(rotation)
    return bytes(document.tobytes())


@pytest.fixture(params=[ProcessRenderer])
async def renderer(request: pytest.FixtureRequest) -> AsyncIterator[Renderer]:
    made: Renderer = request.param()
    yield made
    await made.close()


async def text_of(renderer: Renderer, rotation: int) -> PageText:
    await renderer.open(f"d{rotation}", paper(rotation))
    text = await renderer.read(f"d{rotation}", 1)
    assert isinstance(text, PageText), text
    return text


async def test_words_and_links_lie_in_user_space_whatever_the_turn_and_crop(
    renderer: Renderer,
) -> None:
    plain = await text_of(renderer, 0)
    assert [word.text for word in plain.words] == " ".join(LINES).split()
    assert plain.words[0].box[:2] == pytest.approx((80, 50 - 12.8), abs=1.5)
    upright = plain.quads(0, 0)[0]
    assert plain.links[0].y == pytest.approx(220 / 470, abs=0.01)
    assert upright[:2] == pytest.approx((100, 500 - 80 + 12.8), abs=1.5)
    for rotation in (90, 180, 270):
        turned = await text_of(renderer, rotation)
        assert {word.text for word in turned.words} == {word.text for word in plain.words}
        number = [word.text for word in turned.words].index("Nghi")
        assert _extent(turned.quads(number, number)[0]) == pytest.approx(_extent(upright), abs=0.1)
        assert turned.word_at(105, 500 - 76) == number
        link = turned.link_at(150, 500 - 310)
        assert link is not None
        assert link.page == 2
        assert turned.link_at(150, 20) is None


def _extent(quad: Quad) -> tuple[float, ...]:
    across, up = quad[0::2], quad[1::2]
    return min(across), min(up), max(across), max(up)


async def test_a_selection_is_one_stretch_a_line_and_reads_as_typed(renderer: Renderer) -> None:
    text = await text_of(renderer, 0)
    assert text.text(1, 5).split() == ["quyet", "so", "12", "ve", "chuyen"]
    boxes = text.boxes(1, 5)
    assert len(boxes) == 2
    assert boxes[0] == Box(text.words[1].box[0], *boxes[0][1:])
    assert text.nearest(390, 500 - 98) == len(text.words) - 1
    assert text.word_at(390, 10) is None


async def test_the_outline_names_pages_from_one(renderer: Renderer) -> None:
    await renderer.open("d", paper())
    assert await renderer.outline("d") == (Entry(1, "Phần một", 1), Entry(2, "Mục 1", 2))


async def test_what_is_not_open_cannot_be_read(renderer: Renderer) -> None:
    assert await renderer.read("d", 1) == RenderFailure(FailureCode.PAPER_UNREADABLE, "d")
    await renderer.open("d", paper())
    assert await renderer.read("d", 9) == RenderFailure(FailureCode.PAGE_FAILED, "d")
    assert await renderer.outline("e") == RenderFailure(FailureCode.PAPER_UNREADABLE, "e")


async def test_who_forbids_copying_is_heard(renderer: Renderer) -> None:
    document = pymupdf.open(stream=paper())
    document.set_metadata({"keywords": "phienhop:no-copy"})
    opened = await renderer.open("d", bytes(document.tobytes()))
    assert not isinstance(opened, RenderFailure)
    assert not opened.may_copy
