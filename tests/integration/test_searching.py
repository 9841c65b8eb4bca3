"""Making papers searchable with a real render process and a real library."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pymupdf
import pytest

from client.documents.library import Library
from client.documents.process_renderer import ProcessRenderer
from client.documents.searching import Searching
from client.vault import Vault


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


def reader() -> ProcessRenderer:
    started.append(ProcessRenderer(niceness=0))
    return started[-1]


@pytest.fixture
async def searching(library: Library) -> AsyncIterator[Searching]:
    started.clear()
    made = Searching(library, reader, quiet=0)
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
