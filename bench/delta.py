"""What a revised paper costs on the wire: bytes of papers at the socket, patch against whole file.

A real gateway over TLS, and a tablet that holds the version before. Kinds: one page of a
100-page scan, one page saved on top of the file (an incremental save), one page of a text paper
exported anew, and, where the corpus is, its pair of revisions. Each patch is applied by the
tablet's own code and compared byte for byte. The peer is what every portal sends: the whole file.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pymupdf

from bench import Report
from bench._peer import Peer
from bench._revisions import PLAIN, Writer, set_pdf
from bench._socket import received
from bench.anchoring import corpus
from client.documents.patches import Patch
from server.protocol import frames as f
from server.protocol.ids import Sha256
from tests.house import House, open_house
from tests.revised import scan_of

TARGET = {"scan_share": 0.03, "incremental_share": 0.03, "export_share": 0.20}
PARAGRAPHS = 830
"""About a hundred pages."""


def run() -> Report:
    """Measure every kind."""
    return asyncio.run(_run())


async def _run() -> Report:
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        async with open_house(Path(folder) / "house") as house:
            papers = await house.back(await house.desk(), "/papers")
            for kind, before, after in _pairs(Path(folder)):
                figures |= await _measure(house, papers, kind, before, after)
            await papers.close()
    worst = max(figures[name] / most for name, most in TARGET.items())
    return Report(
        figures,
        {"name": "the whole file, over the same socket", "share": 1.0},
        worst,
        TARGET,
        worst <= 1.0,
    )


def _pairs(folder: Path) -> Iterator[tuple[str, bytes, bytes]]:
    yield "scan", scan_of(100), scan_of(100, changed=47)
    writer = Writer(random.Random(5))  # noqa: S311 - the same paper every time
    paper = writer.paper(PARAGRAPHS)
    before = set_pdf(paper, PLAIN)
    yield "incremental", before, _saved_on_top(before, folder / "paper.pdf")
    changed = list(paper)
    at = len(paper) // 2
    tokens = paper[at]
    changed[at] = [*tokens[:-1], *writer.tokens("90%.")] if len(tokens) > 1 else tokens
    yield "export", before, set_pdf(changed, PLAIN)
    here = corpus()
    if here is not None:
        names = ("vn_rev1_60pp.pdf", "vn_rev2_60pp.pdf")
        old, new = ((here / name).read_bytes() for name in names)
        yield "real", old, new


def _saved_on_top(before: bytes, path: Path) -> bytes:
    path.write_bytes(before)
    with pymupdf.open(path) as document:
        document[document.page_count // 2].insert_text((90, 300), "90%")
        document.saveIncr()
    return path.read_bytes()


async def _measure(
    house: House, papers: Peer, kind: str, before: bytes, after: bytes
) -> dict[str, float]:
    old, new = [await _stored(papers, raw) for raw in (before, after)]
    _, had, _ = await _fetch(papers, old)
    whole, raw, plain = await _fetch(papers, new)
    await house.commons.shelf.derived.patch(old, new)  # made once, whoever asks first
    began = time.perf_counter()
    sending, patch, wire = await _fetch(papers, new, old)
    opened = Patch(had, len(raw))
    made = b"".join(opened.feed(patch)) if sending.base else patch
    seconds = time.perf_counter() - began
    if sha256(made).hexdigest() != new or made != raw or whole.size != len(raw):
        raise ValueError("the patch does not give the file")
    print(f"{kind:12} {len(raw):>10,} bytes whole, {wire:>9,} on the wire: {wire / plain:.4f}")
    return {
        f"{kind}_share": wire / plain,
        f"{kind}_bytes": len(raw),
        f"{kind}_ms": 1000 * seconds,
    }


async def _stored(papers: Peer, raw: bytes) -> Sha256:
    digest = sha256(raw).hexdigest()
    await papers.send(f.Upload("u1", "up" + digest[:12], "", "paper.pdf", len(raw), digest))
    answer = await papers.until(lambda one: isinstance(one, f.Continue | f.Stored))
    if isinstance(answer, f.Stored):
        return answer.file.view_sha256
    for start in range(0, len(raw), f.CHUNK_BYTES):
        piece = raw[start : start + f.CHUNK_BYTES]
        await papers.connection.send(start.to_bytes(8) + piece)
    return (await papers.hear(f.Stored)).file.view_sha256


async def _fetch(papers: Peer, digest: Sha256, base: Sha256 = "") -> tuple[f.Sending, bytes, int]:
    """Return the answer, the bytes, and what the socket took for them, TLS included."""
    before = received(papers.connection)
    await papers.send(f.Fetch("f1", digest, base=base))
    sending = await papers.hear(f.Sending)
    await papers.settle(lambda: papers.arrived(0) >= sending.size)
    return sending, b"".join(papers.pieces(0)), received(papers.connection) - before
