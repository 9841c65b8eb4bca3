"""Making papers searchable with a real render process and a real library."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pymupdf
import pytest

from client.device.vault import Vault
from client.documents.library import Library
from client.documents.process_renderer import ProcessRenderer
from client.documents.scanned import page_text
from client.documents.searching import Searching
from client.documents.shape import Box as ShapeBox
from client.documents.shape import PageShape
from client.documents.text import PageText
from server.protocol.paper_words import Box, LineOfWords, pack, page_words


def paper(*pages: str) -> bytes:
    document = pymupdf.open()
    for text in pages:
        document.new_page().insert_text((72, 72), text) if text else document.new_page()
    return bytes(document.tobytes())


def put(library: Library, raw: bytes) -> str:
    sha256 = hashlib.sha256(raw).hexdigest()
    incoming = library.receive(sha256, len(raw))
    incoming.write(raw)
    incoming.finish()
    return sha256


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path, Vault(bytes(32)))


started: list[ProcessRenderer] = []
found: dict[str, bytes] = {}


async def ask(sha256: str) -> bytes | None:
    return found.get(sha256)


def reader() -> ProcessRenderer:
    started.append(ProcessRenderer(niceness=0))
    return started[-1]


@pytest.fixture
async def searching(library: Library) -> AsyncIterator[Searching]:
    started.clear()
    made = Searching(library, reader, ask, quiet=0)
    task = asyncio.create_task(made.run())
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_papers_become_searchable_once_and_stay_so(
    library: Library, searching: Searching
) -> None:
    good = put(library, paper("Nghi quyet ve chuyen doi so", "", "nghi quyet nay"))
    broken = put(library, b"%PDF-1.7 nothing")
    searching.want([broken, good])
    await asyncio.wait_for(searching.settled(), 30)
    found = await searching.find("nghi quyet", [good, broken])
    assert [(hit.page, hit.first, hit.last) for hit in found] == [(1, 0, 1), (3, 0, 1)]
    assert searching.ready(good)
    assert not searching.ready(broken)
    assert searching.blank(good) == (2,)
    assert len(started) == 1
    searching.want([])
    await asyncio.wait_for(searching.settled(), 30)
    assert await searching.find("nghi", [good]) == ()
    searching.want([good, broken])
    await asyncio.wait_for(searching.settled(), 30)
    assert len(await searching.find("nghi quyet", [good])) == 2
    assert len(started) == 1
    searching.clear()
    assert await searching.find("nghi", [good]) == ()


async def test_what_the_server_found_in_a_scan_is_searched_and_lies_on_the_page(
    library: Library, searching: Searching
) -> None:
    sha256 = put(library, paper("chu", ""))
    line = LineOfWords([("Nghị", Box(72, 700, 110, 712)), ("quyết", Box(114, 700, 150, 712))])
    found[sha256] = pack([page_words([]), page_words([line])])
    searching.want([sha256])
    await asyncio.wait_for(searching.settled(), 30)
    (hit,) = await searching.find("nghi quyet", [sha256])
    assert (hit.page, hit.first, hit.last) == (2, 0, 1)
    assert searching.blank(sha256) == ()
    scanned = await searching.scanned(sha256)
    assert scanned is not None
    shape = PageShape(ShapeBox(0, 0, 595, 842))
    text = page_text(PageText(shape), scanned, 2)
    assert text.quads(0, 1)[0][:2] == (72, 712)
    assert page_text(text, scanned, 2) is text
    again = Searching(library, reader, quiet=0)
    assert await again.scanned(sha256) is not None
    assert await again.scanned("0" * 64) is None
