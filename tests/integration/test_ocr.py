"""Reading scans on the server, where OCRmyPDF and Tesseract are installed; saying so where not."""

import asyncio
import hashlib
import shutil
import stat
import sys
from pathlib import Path

import pymupdf
import pytest

from server.papers.derived import Derived
from server.papers.limits import Limits
from server.papers.ocr import Progress, Scans, program
from server.papers.store import PaperStore
from server.protocol.paper_words import unpack
from server.protocol.words import fold


def scan(store: PaperStore, *, text: bool = False) -> str:
    """A page that is only a picture of words, and one with words."""
    drawn = pymupdf.open()
    drawn.new_page(width=400, height=200).insert_text((40, 100), "NGHI QUYET 27", fontsize=32)
    document = pymupdf.open()
    if not text:
        picture = drawn[0].get_pixmap(dpi=200)
        document.new_page(width=400, height=200).insert_image((0, 0, 400, 200), pixmap=picture)
    document.new_page(width=400, height=200).insert_text((40, 100), "chu that")
    stored = store.put(bytes(document.tobytes()))
    assert isinstance(stored, str)
    return stored


def scans(store: PaperStore, found: str | None) -> Scans:
    limits = Limits()
    return Scans(store, Derived(store, limits), limits, lambda: found)


async def until(reading: Scans, sha256: str, *states: str) -> Progress:
    async with asyncio.timeout(60):
        while (known := reading.progress(sha256)) is None or known.state not in states:
            await asyncio.sleep(0.01)
    return known


def fake(folder: Path, body: str) -> str:
    """A program in the place of OCRmyPDF, for what the real one does on bad days."""
    path = folder / "ocrmypdf"
    path.write_text(f"#!{sys.executable}\nimport sys, time, shutil\n{body}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


async def test_a_scan_is_read_and_its_words_lie_where_they_are_printed(tmp_path: Path) -> None:
    found = program()
    if found is None:
        pytest.skip("OCRmyPDF and Tesseract with Vietnamese (tesseract-ocr-vie) are not installed")
    store = PaperStore(tmp_path)
    sha256, reading = scan(store), scans(store, found)
    assert await reading.words(sha256) is None
    assert await until(reading, sha256, "done", "failed") == Progress("done", 1, 1)
    path = await reading.words(sha256)
    assert path is not None
    paper = unpack(path.read_bytes())
    assert fold(paper.texts[0]) == "nghi"
    assert paper.boxes[0].x0 == pytest.approx(40, abs=8)
    assert hashlib.sha256(store.path(sha256).read_bytes()).hexdigest() == sha256


async def test_without_the_programs_nothing_is_promised(tmp_path: Path) -> None:
    store = PaperStore(tmp_path)
    sha256, reading = scan(store), scans(store, None)
    assert await reading.words(sha256) is None
    assert await until(reading, sha256, "unavailable") == Progress("unavailable", 1)
    assert await reading.words(sha256) is None


async def test_a_paper_with_words_on_every_page_is_not_read(tmp_path: Path) -> None:
    store = PaperStore(tmp_path)
    sha256 = scan(store, text=True)
    reading = scans(store, fake(tmp_path, "raise SystemExit(1)"))
    reading.want(sha256)
    await asyncio.gather(*reading._tasks.values())
    assert reading.progress(sha256) is None


async def test_progress_is_told_and_a_failure_is_one(tmp_path: Path) -> None:
    store = PaperStore(tmp_path)
    sha256 = scan(store)
    body = "print('    1 page', file=sys.stderr, flush=True)\ntime.sleep(60)"
    slow = scans(store, fake(tmp_path, body))
    slow.want(sha256)
    assert await until(slow, sha256, "reading") == Progress("reading", 1, 0)
    await slow.close()
    assert slow.progress(sha256) == Progress("failed", 1, 0)
    broken = scans(store, fake(tmp_path, "raise SystemExit(3)"))
    broken.want(sha256)
    assert await until(broken, sha256, "done", "failed") == Progress("failed", 1, 0)
    copied = scans(store, fake(tmp_path, "shutil.copyfile(sys.argv[-2], sys.argv[-1])"))
    copied.want(sha256)
    assert (await until(copied, sha256, "done", "failed")).state == "done"
    assert shutil.which("nice") is None or (await copied.words(sha256)) is not None
