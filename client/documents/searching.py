"""Keeps the papers of this device searchable: reads what is new, quietly, and remembers its words.

A paper's words are read by a render process of its own, so that a hostile paper holds up neither
the reader nor the search of others; they are kept sealed beside the paper, for the next start.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Protocol

from client.device.vault import Damaged
from client.documents.index import Hit, TextIndex
from client.documents.library import Library, NotHere
from client.documents.renderer import RenderFailure, Source
from client.documents.scanned import page_words
from client.documents.shape import DocumentShape
from client.documents.text import PageText
from server.protocol.ids import Sha256
from server.protocol.paper_words import BadWords, PaperWords, unpack

_LOG = logging.getLogger(__name__)
AskScan = Callable[[Sha256], Awaitable[bytes | None]]
"""Fetches what the server found in a paper's scans; None when that is nothing, or not yet."""
AGAIN = 180.0
"""Seconds until the server is asked again for scans that it had not read."""
QUIET = 4.0
"""Seconds after a change before reading begins: opening the meeting comes first."""


class Reader(Protocol):
    """What reading words takes of a `client.documents.renderer.Renderer`."""

    async def open(self, document: str, source: Source) -> DocumentShape | RenderFailure:
        """See there."""

    async def read(self, document: str, page: int) -> PageText | RenderFailure:
        """See there."""

    def shut(self, document: str) -> None:
        """See there."""

    async def close(self) -> None:
        """See there."""


class Searching:
    """The search of one device. `make_reader` starts a render process for reading."""

    def __init__(
        self,
        library: Library,
        make_reader: Callable[[], Reader],
        ask_scan: AskScan | None = None,
        *,
        quiet: float = QUIET,
    ) -> None:
        self._library = library
        self._make_reader = make_reader
        self._ask_scan = ask_scan
        self._scans: dict[Sha256, PaperWords] = {}
        self._quiet = quiet
        self._index = TextIndex()
        self._wanted: tuple[Sha256, ...] = ()
        self._failed: set[Sha256] = set()
        self._changed = asyncio.Event()
        self._done = asyncio.Event()

    def want(self, files: Iterable[Sha256]) -> None:
        """Make exactly these papers searchable, in this order; they are in the library."""
        wanted = tuple(dict.fromkeys(files))
        if wanted != self._wanted:
            self._wanted = wanted
            self._done.clear()
            self._changed.set()

    def clear(self) -> None:
        """Somebody else may sign in: forget every word."""
        self._wanted = ()
        self._scans.clear()
        self._index.clear()

    def blank(self, sha256: Sha256) -> tuple[int, ...]:
        """Return the pages of a paper, from 1, without words: scans that nobody has read."""
        return self._index.blank(sha256)

    def ready(self, sha256: Sha256) -> bool:
        """Say whether a paper can be searched already."""
        return sha256 in self._index.held()

    async def settled(self) -> None:
        """Wait until everything wanted can be searched."""
        await self._done.wait()

    async def find(self, typed: str, files: Iterable[Sha256]) -> tuple[Hit, ...]:
        """Return where those words stand in these papers; see `TextIndex.find`."""
        return await asyncio.to_thread(self._index.find, typed, tuple(files))

    async def run(self) -> None:
        """Read what is wanted, until cancelled; ask again and again for scans not yet read."""
        while True:
            unread = [sha256 for sha256 in self._wanted if self._index.blank(sha256)]
            again = AGAIN if unread and self._ask_scan is not None else None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(again):
                    await self._changed.wait()
            await asyncio.sleep(self._quiet)
            self._changed.clear()
            await self._round()
            if not self._changed.is_set():
                self._done.set()

    async def _round(self) -> None:
        reader: Reader | None = None
        try:
            for sha256 in self._index.held() - set(self._wanted):
                await asyncio.to_thread(self._index.forget, sha256)
            for sha256 in self._wanted:
                if self._changed.is_set():
                    return
                if sha256 not in self._index.held() and not await self._recall(sha256):
                    reader = reader or self._make_reader()
                    await self._read(reader, sha256)
                if self._index.blank(sha256):
                    await self._ask_for_scan(sha256)
        finally:
            if reader is not None:
                await reader.close()

    async def scanned(self, sha256: Sha256) -> PaperWords | None:
        """Return what was found in the scans of a paper, if that is here."""
        if sha256 not in self._scans:
            try:
                raw = await asyncio.to_thread(self._library.scan, sha256)
                self._scans[sha256] = await asyncio.to_thread(unpack, raw)
            except (NotHere, Damaged, OSError, BadWords):
                return None
        return self._scans[sha256]

    async def _ask_for_scan(self, sha256: Sha256) -> None:
        """Have the scanned pages of a paper from the server, once it has read them."""
        if self._ask_scan is None or sha256 in self._scans:
            return
        raw = await self._ask_scan(sha256)
        if raw is None:
            return
        try:
            paper = await asyncio.to_thread(unpack, raw)
            pages = list(await asyncio.to_thread(self._library.text, sha256))
            await asyncio.to_thread(self._library.keep_scan, sha256, raw)
        except (NotHere, Damaged, OSError, BadWords) as fault:
            _LOG.warning("what was found in a scan cannot be used: %s", fault)
            return
        self._scans[sha256] = paper
        found = (text or page_words(paper, page) for page, text in enumerate(pages, 1))
        await self._keep(sha256, tuple(found))

    async def _recall(self, sha256: Sha256) -> bool:
        """Take the words that were kept; False where there are none that can be used."""
        if sha256 in self._failed:
            return True
        try:
            pages = await asyncio.to_thread(self._library.text, sha256)
        except (NotHere, Damaged, OSError):
            return False
        await asyncio.to_thread(self._index.add, sha256, pages)
        return True

    async def _read(self, reader: Reader, sha256: Sha256) -> None:
        """Read every page; one that cannot be read has no words."""
        opened = await reader.open(sha256, partial(self._library.pieces, sha256))
        if isinstance(opened, RenderFailure):
            self._failed.add(sha256)
            return
        pages: list[str] = []
        for number in range(1, opened.pages + 1):
            text = await reader.read(sha256, number)
            words = () if isinstance(text, RenderFailure) else text.words
            pages.append(" ".join(word.text for word in words))
            if sha256 not in self._wanted:
                break
        reader.shut(sha256)
        if len(pages) == opened.pages:
            await self._keep(sha256, tuple(pages))

    async def _keep(self, sha256: Sha256, pages: tuple[str, ...]) -> None:
        await asyncio.to_thread(self._index.add, sha256, pages)
        try:
            await asyncio.to_thread(self._library.keep_text, sha256, pages)
        except (NotHere, OSError) as fault:  # the next start reads it anew
            _LOG.warning("the words of a paper cannot be kept: %s", fault)
