"""What every renderer promises, on papers made here."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pymupdf
import pytest

from client.documents.pictured import Pictured
from client.documents.process_renderer import ProcessRenderer
from client.documents.renderer import (
    PREVIEW_WIDTH,
    TILE_PIXELS,
    Clip,
    FailureCode,
    Measure,
    Pieces,
    Preview,
    Rendered,
    Renderer,
    RenderFailure,
    RenderJob,
    Source,
    Tile,
)
from client.documents.shape import Box, DocumentShape


def paper(pages: int = 3, width: float = 300, height: float = 400) -> bytes:
    """Pages with a black square, 50 points wide, whose upper left corner is at 100, 80."""
    document = pymupdf.open()
    for _ in range(pages):
        page = document.new_page(width=width, height=height)
        page.draw_rect((100, 80, 150, 130), color=None, fill=(0, 0, 0))
    return bytes(document.tobytes())


class Listener:
    """Collects what is delivered, and lets a test wait for it."""

    def __init__(self) -> None:
        self.results: list[Rendered | RenderFailure] = []
        self._came = asyncio.Event()

    def __call__(self, result: Rendered | RenderFailure) -> None:
        self.results.append(result)
        self._came.set()

    async def until(self, count: int, seconds: float = 20) -> None:
        async with asyncio.timeout(seconds):
            while len(self.results) < count:
                self._came.clear()
                await self._came.wait()


async def no_picture(_document: str, _page: int, _dots: int) -> None:
    """As from a server that is away."""


def pictured() -> Pictured:
    return Pictured(ProcessRenderer(), no_picture)


@pytest.fixture(params=[ProcessRenderer, pictured])
async def renderer(request: pytest.FixtureRequest) -> AsyncIterator[Renderer]:
    made: Renderer = request.param()
    yield made
    await made.close()


async def one(renderer: Renderer, job: RenderJob) -> Rendered | RenderFailure:
    listener = Listener()
    renderer.want(listener, [job], listener)
    await listener.until(1)
    return listener.results[0]


async def picture(renderer: Renderer, job: RenderJob) -> Rendered:
    result = await one(renderer, job)
    assert isinstance(result, Rendered), result
    return result


def pixel(rendered: Rendered, x: int, y: int) -> tuple[int, ...]:
    start = (y * rendered.width + x) * 4
    return tuple(rendered.pixels[start : start + 4])


def black(rendered: Rendered, x: int, y: int) -> bool:
    return pixel(rendered, x, y) == (0, 0, 0, 255)


def in_pieces() -> Pieces:
    whole = paper()
    return Pieces(len(whole), iter((whole[:7], whole[7:500], whole[500:])))


SOURCES: list[Callable[[Path], Source]] = [
    lambda _path: paper(),
    lambda path: path,
    lambda _path: paper,
    lambda path: lambda: path,
    lambda _path: in_pieces,
]


@pytest.mark.parametrize(
    "source", SOURCES, ids=["bytes", "path", "bytes later", "path later", "pieces later"]
)
async def test_a_document_opens_from_bytes_or_a_file_now_or_later(
    renderer: Renderer,
    tmp_path: Path,
    source: Callable[[Path], Source],
) -> None:
    path = tmp_path / "d.pdf"
    path.write_bytes(paper())
    assert await renderer.open("d", source(path)) == DocumentShape("d", 3)
    assert await renderer.open("d", b"not looked at again") == DocumentShape("d", 3)


async def test_a_preview_shows_all_of_the_page_and_measures_it(renderer: Renderer) -> None:
    await renderer.open("d", paper())
    rendered = await picture(renderer, Preview("d", 1))
    assert (rendered.width, rendered.height) == (PREVIEW_WIDTH, round(PREVIEW_WIDTH * 4 / 3))
    shape = rendered.shape
    assert shape is not None
    assert (shape.box, shape.rotation, shape.unit) == (Box(0, 0, 300, 400), 0, 1.0)
    assert shape.text_box == pytest.approx((100, 80, 150, 130), abs=1.0)
    assert pixel(rendered, 0, 0) == (255, 255, 255, 255)
    assert black(rendered, 166, 140)
    rendered.release()


def on_white(heavy: bool) -> bytes:
    """A white ground as large as the page, the square on it; `heavy` with a great many strokes."""
    document = pymupdf.open()
    page = document.new_page(width=300, height=400)
    page.draw_rect(page.rect, color=None, fill=(1, 1, 1))
    page.draw_rect((100, 80, 150, 130), color=None, fill=(0, 0, 0))
    if heavy:
        shape = page.new_shape()
        chance = random.Random(1)  # noqa: S311  strokes, not a secret
        for _ in range(9000):
            x, y, right, down = (chance.uniform(1, 49) for _ in range(4))
            shape.draw_line((100 + x, 80 + y), (100 + right, 80 + down))
        shape.finish()
        shape.commit()
    return bytes(document.tobytes())


@pytest.mark.parametrize(
    ("source", "near"), [(paper(), 0.01), (on_white(heavy=False), 3.0)], ids=["bounds", "pixels"]
)
async def test_a_light_page_is_measured_without_a_picture_and_always_alike(
    renderer: Renderer, source: bytes, near: float
) -> None:
    await renderer.open("d", source)
    measured = await picture(renderer, Measure("d", 1))
    assert (measured.width, measured.height, len(measured.pixels)) == (0, 0, 0)
    measured.release()
    assert measured.shape is not None
    assert measured.shape.text_box == pytest.approx((100, 80, 150, 130), abs=near)
    small = await picture(renderer, Preview("d", 1))
    assert small.shape == measured.shape
    small.release()


async def test_a_heavy_page_is_measured_by_its_small_picture(renderer: Renderer) -> None:
    await renderer.open("d", on_white(heavy=True))
    measured = await picture(renderer, Measure("d", 1))
    measured.release()
    assert measured.shape is None
    small = await picture(renderer, Preview("d", 1))
    assert small.shape is not None
    assert small.shape.text_box == pytest.approx((100, 80, 150, 130), abs=2.0)
    small.release()


async def test_a_tile_is_exactly_its_clip(renderer: Renderer) -> None:
    await renderer.open("d", paper())
    rendered = await picture(renderer, Tile("d", 2, 2.0, Clip(199, 159, 302, 262)))
    assert (rendered.width, rendered.height, rendered.shape) == (103, 103, None)
    assert len(rendered.pixels) == 103 * 103 * 4
    assert pixel(rendered, 0, 50) == (255, 255, 255, 255)
    assert black(rendered, 1, 1)
    assert black(rendered, 100, 100)
    assert pixel(rendered, 101, 50) == (255, 255, 255, 255)
    rendered.release()


async def test_tiles_side_by_side_are_one_picture(renderer: Renderer) -> None:
    await renderer.open("d", paper())
    whole = await picture(renderer, Tile("d", 1, 1.7, Clip(0, 0, 400, 300)))
    halves = [
        await picture(renderer, Tile("d", 1, 1.7, Clip(0, top, 400, top + 150))) for top in (0, 150)
    ]
    assert bytes(whole.pixels) == b"".join(bytes(half.pixels) for half in halves)
    for rendered in (whole, *halves):
        rendered.release()


async def test_jobs_are_delivered_once_each_most_urgent_first(renderer: Renderer) -> None:
    await renderer.open("d", paper())
    listener = Listener()
    jobs = [Preview("d", 3), Preview("d", 1), Preview("d", 2)]
    renderer.want("reader", [*jobs, jobs[0]], listener)
    await listener.until(3)
    assert [result.job for result in listener.results] == jobs
    for result in listener.results:
        assert isinstance(result, Rendered)
        result.release()


async def test_the_newest_wish_wins(renderer: Renderer) -> None:
    await renderer.open("d", paper(60))
    listener = Listener()
    for page in range(1, 60):
        renderer.want("reader", [Preview("d", page), Preview("d", page + 1)], listener)
    await listener.until(2)
    assert [result.job for result in listener.results][-2:] == [Preview("d", 59), Preview("d", 60)]
    assert len(listener.results) <= 4


async def test_pixels_wait_until_they_are_released(renderer: Renderer) -> None:
    await renderer.open("d", paper(30))
    listener = Listener()
    renderer.want("reader", [Preview("d", page) for page in range(1, 31)], listener)
    done = 0
    while done < 30:
        await listener.until(done + 1)
        result = listener.results[done]
        assert isinstance(result, Rendered)
        assert pixel(result, 0, 0) == (255, 255, 255, 255)
        result.release()
        result.release()
        done += 1


@pytest.mark.parametrize("source", [b"", b"%PDF-1.7 nothing", b"GIF89a", b"\x00" * 5000])
async def test_what_is_no_pdf_is_unreadable(renderer: Renderer, source: bytes) -> None:
    assert await renderer.open("bad", source) == RenderFailure(FailureCode.PAPER_UNREADABLE, "bad")
    assert await renderer.open("good", paper()) == DocumentShape("good", 3)


async def test_another_kind_of_file_is_not_opened(renderer: Renderer, tmp_path: Path) -> None:
    svg = tmp_path / "picture.svg"
    svg.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    result = await renderer.open("svg", svg)
    assert isinstance(result, RenderFailure)


async def test_a_missing_file_is_unreadable(renderer: Renderer, tmp_path: Path) -> None:
    def gone() -> bytes:
        raise FileNotFoundError

    for name, source in (("path", tmp_path / "none.pdf"), ("call", gone)):
        result = await renderer.open(name, source)
        assert result == RenderFailure(FailureCode.PAPER_UNREADABLE, name)


async def test_a_locked_paper_is_unreadable(renderer: Renderer) -> None:
    document = pymupdf.open("pdf", paper())
    locked = document.tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="matkhau")
    assert isinstance(await renderer.open("locked", bytes(locked)), RenderFailure)


async def test_an_unreadable_paper_can_be_opened_again_with_better_bytes(
    renderer: Renderer,
) -> None:
    assert isinstance(await renderer.open("d", b"half"), RenderFailure)
    assert await renderer.open("d", paper()) == DocumentShape("d", 3)


@pytest.mark.parametrize(
    "job",
    [
        Preview("d", 0),
        Preview("d", 4),
        Tile("d", 1, 1.0, Clip(0, 0, 0, 0)),
        Tile("d", 1, 1.0, Clip(0, 0, TILE_PIXELS, 2)),
        Tile("d", 1, float("nan"), Clip(0, 0, 10, 10)),
    ],
)
async def test_an_impossible_job_fails_as_a_value(renderer: Renderer, job: RenderJob) -> None:
    await renderer.open("d", paper())
    result = await one(renderer, job)
    if isinstance(result, Rendered):  # an engine may draw nothing at a senseless scale
        result.release()
    else:
        assert result == RenderFailure(FailureCode.PAGE_FAILED, "d", job)


async def test_a_job_of_a_paper_that_is_not_open_fails(renderer: Renderer) -> None:
    result = await one(renderer, Preview("nowhere", 1))
    assert result == RenderFailure(FailureCode.PAPER_UNREADABLE, "nowhere", Preview("nowhere", 1))


async def test_a_failed_page_is_tried_again_only_when_asked(renderer: Renderer) -> None:
    await renderer.open("d", paper())
    for _ in range(2):
        result = await one(renderer, Preview("d", 9))
        assert isinstance(result, RenderFailure)
    renderer.retry("d")
    assert isinstance(await one(renderer, Preview("d", 9)), RenderFailure)
    (await picture(renderer, Preview("d", 1))).release()


async def test_a_paper_that_was_shut_can_be_opened_anew(renderer: Renderer) -> None:
    await renderer.open("d", paper())
    listener = Listener()
    renderer.want("reader", [Preview("d", 1)], listener)
    renderer.shut("d")
    renderer.shut("never")
    assert await renderer.open("d", paper(5)) == DocumentShape("d", 5)
    (await picture(renderer, Preview("d", 5))).release()
    assert listener.results == []


async def test_closing_twice_does_no_harm() -> None:
    renderer = ProcessRenderer()
    await renderer.open("d", paper())
    await renderer.close()
    await renderer.close()
