"""Papers for the event loop: the store, the uploads and the intake behind awaitable calls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from server.papers import chunks
from server.papers.derived import Derived
from server.papers.intake import take_in
from server.papers.limits import Limits
from server.papers.ocr import Scans, program
from server.papers.outcome import Accepted
from server.papers.store import PaperStore
from server.protocol.refusals import Code, Refusal


class Shelf:
    """Everything the gateway and the importer do with files.

    At most ``at_once`` files are taken in at a time: each may use a processor for 20 seconds.
    """

    def __init__(self, root: Path, *, limits: Limits | None = None, at_once: int = 1) -> None:
        self.store = PaperStore(root)
        self.limits = limits or Limits()
        self.derived = Derived(self.store, self.limits)
        self.scans = Scans(self.store, self.derived, self.limits)
        self._turn = asyncio.Semaphore(at_once)

    async def file(self, path: Path) -> Accepted | Refusal:
        """Take in the file at ``path`` and store original and view copy. The file itself stays."""
        async with self._turn:
            with self.store.workplace() as scratch:
                view = scratch / "view.pdf"
                outcome = await take_in(path, view, limits=self.limits)
                if isinstance(outcome, Refusal):
                    return outcome
                pairs = ((path, outcome.original_sha256), (view, outcome.view_sha256))
                for source, sha256 in pairs:
                    stored = await asyncio.to_thread(self.store.put_file, source, sha256)
                    if isinstance(stored, Refusal):
                        return stored
        if await asyncio.to_thread(program) is not None:
            self.scans.want(outcome.view_sha256)
        return outcome

    async def resume(self, upload: str) -> int:
        """Offset from which to send an upload; 0 for a new one. ValueError for a bad id."""
        return await asyncio.to_thread(self.store.received, upload)

    async def receive(self, upload: str, offset: int, data: bytes) -> int | Refusal:
        """Keep one chunk of an upload; returns the next offset."""
        if offset + len(data) > self.limits.max_bytes:
            return Refusal(Code.PAPER_TOO_LARGE, params={"limit": self.limits.max_bytes})
        return await asyncio.to_thread(self.store.receive, upload, offset, data)

    async def finish(self, upload: str, sha256: str, size: int) -> Accepted | Refusal:
        """Verify a finished upload, take it in and store it.

        The upload is forgotten afterwards, unless it is incomplete or the disk is full: then it
        waits to be resumed or finished again.
        """
        path = await asyncio.to_thread(self.store.whole, upload, sha256, size)
        if isinstance(path, Refusal):
            return path
        outcome = await self.file(path)
        if not (isinstance(outcome, Refusal) and outcome.code is Code.DISK_FULL):
            await asyncio.to_thread(self.store.discard, upload)
        return outcome

    async def discard(self, upload: str) -> None:
        """Forget an upload that was given up."""
        await asyncio.to_thread(self.store.discard, upload)

    async def read(self, sha256: str, offset: int, size: int) -> bytes | Refusal:
        """One piece of a stored paper; for pages of a paper, not for whole downloads."""
        paper = await asyncio.to_thread(self.store.open, sha256)
        if isinstance(paper, Refusal):
            return paper
        with paper:
            return await asyncio.to_thread(lambda: bytes(paper.slice(offset, size)))

    async def send(self, sha256: str, offset: int = 0) -> AsyncIterator[memoryview]:
        """Yield a stored paper from ``offset`` in chunks, touching the disk off the loop.

        Raises LookupError for an unknown paper and ValueError for an offset outside it.
        """
        paper = await asyncio.to_thread(self.store.open, sha256)
        if isinstance(paper, Refusal):
            raise LookupError(sha256)  # noqa: TRY004 - nothing is wrong with the type
        with paper:
            for piece in chunks.cut(paper, offset):
                await asyncio.to_thread(_touch, piece)
                yield piece


def _touch(piece: memoryview) -> None:
    """Fault the pages in here, so that the loop never waits for the disk."""
    for position in range(0, len(piece), 4096):
        piece[position]
