"""A page that this tablet cannot draw, from a real server: shown as a picture, said and kept."""

import asyncio
from pathlib import Path

from client.documents.page_pictures import PagePictures
from client.documents.pictured import Pictured
from client.documents.renderer import Clip, Preview, Rendered, RenderFailure, RenderJob, Tile
from client.headless import Headless
from server.protocol import commands as c
from server.protocol.ids import Sha256
from server.protocol.state import File
from tests.dying import Dying
from tests.hall import Hall
from tests.house import BODY

PAGE = 9
"""Of the national standard: a page with a large scan."""


async def read_on(hall: Hall, tablet: Headless, path: Path) -> Sha256:
    """File a paper; it is on the tablet when this returns."""
    file = await hall.desk.station.upload(path, BODY.id)
    assert isinstance(file, File), file
    await hall.publish(c.FilePaper("i1", "pp1", "Tờ trình", file=file))
    await tablet.until(
        lambda state: (known := state.downloads.get(file.view_sha256)) and known.stored
    )
    return file.view_sha256


class Wanting:
    """A view: collects what comes."""

    def __init__(self) -> None:
        self.came: asyncio.Queue[Rendered | RenderFailure] = asyncio.Queue()

    async def one(self, renderer: Pictured, job: RenderJob) -> Rendered | RenderFailure:
        renderer.want(self, [job], self.came.put_nowait)
        async with asyncio.timeout(60):
            result = await self.came.get()
        if isinstance(result, Rendered):
            result.release()
        return result


async def test_corpus_page_that_fails_here_is_shown_as_the_server_draws_it(
    hall: Hall, corpus: Path
) -> None:
    async with hall.tablet("p1") as tablet:
        await hall.enrol(tablet, "p1")
        sha256 = await read_on(hall, tablet, corpus / "vn_qcvn32_2026.pdf")
        library, view = tablet.station.library, Wanting()
        engine = Dying()
        engine.dies_at = (sha256, PAGE)
        renderer = Pictured(engine, PagePictures(library, tablet.station.picture).get)
        try:
            await renderer.open(sha256, library.read(sha256))
            native = await view.one(renderer, Preview(sha256, PAGE - 1))
            assert isinstance(native, Rendered)
            assert not native.pictured
            small = await view.one(renderer, Preview(sha256, PAGE))
            assert len(engine.died) == 2
            assert isinstance(small, Rendered), small
            assert small.pictured
            assert small.job == Preview(sha256, PAGE)
            assert small.shape is not None
            assert native.shape is not None
            assert small.shape.box == native.shape.box
            for scale in (2.5, 5.0):
                tile = Tile(sha256, PAGE, scale, Clip(0, 0, 900, 700))
                sharp = await view.one(renderer, tile)
                assert isinstance(sharp, Rendered), sharp
                assert (sharp.job, sharp.pictured) == (tile, True)
            again = await view.one(renderer, Preview(sha256, PAGE - 1))
            assert isinstance(again, Rendered)
            assert not again.pictured
        finally:
            await renderer.close()
        await offline(hall, tablet, sha256)


async def offline(hall: Hall, tablet: Headless, sha256: Sha256) -> None:
    """What was fetched once is on the tablet, sealed; what was not is not asked for twice."""
    asked = []

    async def nobody(*key: object) -> None:
        asked.append(key)

    library = tablet.station.library
    kept = PagePictures(library, nobody)
    assert await kept.get(sha256, PAGE, 200) is not None
    assert await kept.get(sha256, PAGE, 400) is not None
    assert asked == []
    assert await kept.get(sha256, 1, 200) is None
    beside = list((hall.folder / "p1").rglob("*.picture-*"))
    assert len(beside) == 2
    assert all(b"%PDF" not in path.read_bytes() for path in beside)
    library.forget([sha256])
    assert list((hall.folder / "p1").rglob("*.picture-*")) == []


async def test_corpus_page_without_a_picture_says_why_and_is_tried_again_when_asked(
    corpus: Path,
) -> None:
    there: list[bytes] = []
    asked: list[tuple[str, int, int]] = []

    async def server(*key: object) -> bytes | None:
        asked.append(key)  # type: ignore[arg-type]
        return there[0] if there else None

    engine, view = Dying(), Wanting()
    engine.dies_at = ("paper", PAGE)
    renderer = Pictured(engine, server)
    try:
        await renderer.open("paper", corpus / "vn_qcvn32_2026.pdf")
        job = Preview("paper", PAGE)
        failed = await view.one(renderer, job)
        assert isinstance(failed, RenderFailure)
        assert (failed.code, failed.job) == ("worker_crashed", job)
        assert await view.one(renderer, job) == failed
        assert asked == [("paper", PAGE, 200)]
        there.append(b"%PDF-1.7 this is none")
        renderer.retry("paper")
        failed = await view.one(renderer, job)
        assert isinstance(failed, RenderFailure)
        assert asked == [("paper", PAGE, 200)] * 2
        assert len(engine.died) == 4
        engine.dies_at = None
        renderer.retry("paper")
        shown = await view.one(renderer, job)
        assert isinstance(shown, Rendered)
        assert not shown.pictured
    finally:
        await renderer.close()
