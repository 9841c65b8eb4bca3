"""A revised paper over real sockets: its words, the map from the old ones, and the patch."""

from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pymupdf
import pytest

from bench._peer import Peer
from bench._socket import received
from client.documents.patches import BadPatch, Patch
from server.protocol import frames as f
from server.protocol import paper_words, word_map
from server.protocol.refusals import Code
from server.protocol.state import File
from tests.house import House, open_house
from tests.revised import TEXT, pdf_of, revised, scan_of

UNKNOWN = "ab" * 32


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened
        assert opened.failures == []


async def stored(papers: Peer, data: bytes) -> File:
    digest = sha256(data).hexdigest()
    await papers.send(f.Upload("u1", "up" + digest[:8], "", "paper.pdf", len(data), digest))
    await papers.hear(f.Continue)
    for start in range(0, len(data), f.CHUNK_BYTES):
        piece = data[start : start + f.CHUNK_BYTES]
        await papers.connection.send(start.to_bytes(8) + piece)
    return (await papers.hear(f.Stored)).file


async def fetch(papers: Peer, digest: str, **more: object) -> tuple[f.Sending, bytes]:
    await papers.send(f.Fetch("f1", digest, **more))  # type: ignore[arg-type]
    sending = await papers.hear(f.Sending)
    await papers.settle(lambda: papers.arrived(sending.offset) >= sending.size)
    return sending, b"".join(papers.pieces(sending.offset))


async def test_the_words_and_the_map_of_a_revision_can_be_fetched(house: House) -> None:
    papers = await house.back(await house.desk(), "/papers")
    old, new = [await stored(papers, pdf_of(text)) for text in (TEXT, revised(TEXT))]
    _, packed = await fetch(papers, old.view_sha256, part="words")
    before = paper_words.unpack(packed)
    _, packed = await fetch(papers, new.view_sha256, part="words")
    after = paper_words.unpack(packed)
    _, packed = await fetch(papers, new.view_sha256, part="map", base=old.view_sha256)
    mapped = word_map.decode(packed)
    assert before.tokens()[:4] == TEXT.casefold().split()[:4]
    assert (mapped.old_words, mapped.new_words) == (len(before.body), len(after.body))
    kept = [(old, new) for old, new in enumerate(mapped.forward()) if new >= 0]
    assert all(before.tokens()[old] == after.tokens()[new] for old, new in kept)
    assert len(kept) > 0.9 * mapped.old_words
    await papers.close()


async def test_parts_of_papers_that_are_not_there_are_refused(house: House) -> None:
    papers = await house.back(await house.desk(), "/papers")
    file = await stored(papers, pdf_of(TEXT))
    asked = [
        (f.Fetch("f1", UNKNOWN, part="words"), Code.PAPER_UNKNOWN),
        (f.Fetch("f2", file.view_sha256, part="map"), Code.PAPER_UNKNOWN),
        (f.Fetch("f3", file.view_sha256, part="map", base=UNKNOWN), Code.PAPER_UNKNOWN),
        (f.Fetch("f4", file.view_sha256, 10**6, "words"), Code.OFFSET_WRONG),
    ]
    for frame, code in asked:
        await papers.send(frame)
        assert (await papers.hear_refused()).refusal.code is code
    await papers.close()


@pytest.mark.parametrize(("kind", "most"), [("scan", 0.03), ("incremental", 0.03), ("export", 0.2)])
async def test_one_changed_page_travels_as_a_patch(
    house: House, tmp_path: Path, kind: str, most: float
) -> None:
    papers = await house.back(await house.desk(), "/papers")
    before, after = changed_page(kind, tmp_path)
    old, new = await stored(papers, before), await stored(papers, after)
    _, had = await fetch(papers, old.view_sha256)
    _, whole = await fetch(papers, new.view_sha256)
    at_the_socket = received(papers.connection)
    sending, patch = await fetch(papers, new.view_sha256, base=old.view_sha256)
    assert sending.base == old.view_sha256
    assert len(patch) < received(papers.connection) - at_the_socket <= most * len(whole)
    opened = Patch(had, len(whole))
    assert b"".join(opened.feed(patch)) == whole
    opened.finish()
    assert sha256(whole).hexdigest() == new.view_sha256
    await papers.close()


async def test_no_patch_is_sent_from_the_middle_or_against_a_stranger(house: House) -> None:
    papers = await house.back(await house.desk(), "/papers")
    old, new = [await stored(papers, pdf_of(text)) for text in (TEXT, revised(TEXT))]
    for more in ({"base": UNKNOWN}, {"base": old.view_sha256, "offset": 100}):
        sending, data = await fetch(papers, new.view_sha256, **more)
        assert sending.base == ""
        assert len(data) == new.size - sending.offset
    await papers.close()


def changed_page(kind: str, folder: Path) -> tuple[bytes, bytes]:
    """A paper and the same with one page changed: a scan, saved on top, or exported anew."""
    if kind == "scan":
        return scan_of(100), scan_of(100, changed=11)
    if kind == "export":
        return pdf_of(TEXT * 20), pdf_of(TEXT * 20, changed=47)
    before = pdf_of(TEXT * 20)
    return before, saved_on_top(before, folder)


def saved_on_top(before: bytes, folder: Path) -> bytes:
    path = folder / "paper.pdf"
    path.write_bytes(before)
    with pymupdf.open(path) as document:
        document[47].insert_text((90, 300), "90%")
        document.saveIncr()
    return path.read_bytes()


def test_a_patch_cannot_grow_beyond_the_file_or_be_something_else() -> None:
    from server.papers.delta import make

    old, new = b"old" * 1000, b"new paper" * 5000
    patch = make(old, new)
    with pytest.raises(BadPatch):
        list(Patch(old, len(new) - 1).feed(patch))
    with pytest.raises(BadPatch):
        list(Patch(old, len(new)).feed(b"no patch at all"))
    opened = Patch(old, len(new))
    list(opened.feed(patch[:-4]))
    with pytest.raises(BadPatch):
        opened.finish()
    opened = Patch(old, len(new))
    with pytest.raises(BadPatch):
        list(opened.feed(patch + b"more"))
