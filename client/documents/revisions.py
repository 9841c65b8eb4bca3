"""Words of papers and maps between their revisions on this device: fetched once, sealed, offline.

The words count for everybody (`server.protocol.paper_words`); the map is applied here alone, so
that the server never learns of a mark. Files wait in a thread for the disk.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from client.device.vault import Damaged, Vault, write_durably
from server.protocol.frames import Fetch
from server.protocol.ids import RequestId, Sha256
from server.protocol.paper_words import BadWords, PaperWords, unpack
from server.protocol.word_map import BadMap, WordMap, decode

MAX_WORDS, MAX_MAP = 64 * 2**20, 4 * 2**20
"""Bytes that are taken from a server."""
_log = logging.getLogger(__name__)

Ask = Callable[[Fetch, int], Awaitable[bytes | None]]
"""Fetches a part of at most so many bytes; None when it cannot be had now."""


@dataclass(frozen=True, slots=True)
class Revision:
    """Two revisions of a paper and which word became which."""

    base: Sha256
    document: Sha256
    old: PaperWords
    new: PaperWords
    word_map: WordMap


class Revisions:
    """The words and maps in one folder. They say what papers say: `vault` is that of the papers.

    It is called for each file and raises Locked while nobody who may read papers is here.
    """

    def __init__(
        self,
        folder: Path,
        vault: Callable[[], Vault],
        ask: Ask,
        new_id: Callable[[], RequestId],
    ) -> None:
        self._folder = folder
        self._vault = vault
        self._ask = ask
        self._new_id = new_id
        self._turn = asyncio.Lock()

    async def words(self, sha256: Sha256) -> PaperWords | None:
        """Return the words of a paper; None when they are not here and cannot be had."""
        asked = Fetch(self._new_id(), sha256, part="words")
        raw = await self._part(f"{sha256}.words", asked, MAX_WORDS)
        if raw is None:
            return None
        try:
            return await asyncio.to_thread(unpack, raw)
        except BadWords as fault:
            _log.warning("words that cannot be used: %s", fault)
            return None

    async def word_map(self, base: Sha256, document: Sha256) -> WordMap | None:
        """Return the map between two revisions; None when it is not here and cannot be had."""
        asked = Fetch(self._new_id(), document, part="map", base=base)
        raw = await self._part(f"{base}-{document}.map", asked, MAX_MAP)
        if raw is None:
            return None
        try:
            return await asyncio.to_thread(decode, raw)
        except BadMap as fault:
            _log.warning("a map that cannot be used: %s", fault)
            return None

    async def between(self, *versions: Sha256) -> Revision | None:
        """Return what became of the first of these versions in the last.

        Where no map between the two can be had, the maps from each version to the next will do.
        """
        base, document = versions[0], versions[-1]
        old, new = await self.words(base), await self.words(document)
        if old is None or new is None:
            return None
        word_map = await self.word_map(base, document) or await self._through(versions)
        if word_map is None:
            return None
        if (word_map.old_words, word_map.new_words) != (len(old.body), len(new.body)):
            _log.warning("a map of other words")
            return None
        return Revision(base, document, old, new, word_map)

    async def _through(self, versions: tuple[Sha256, ...]) -> WordMap | None:
        """Compose the maps over versions that were passed."""
        whole: WordMap | None = None
        for before, after in pairwise(versions):
            step = await self.word_map(before, after)
            if step is None or (whole is not None and whole.new_words != step.old_words):
                return None
            whole = step if whole is None else whole.then(step)
        return whole if len(versions) > 2 else None  # noqa: PLR2004

    async def fetch(self, versions: Iterable[Sha256], document: Sha256) -> None:
        """Have here what carries marks from these versions, for when there is no line."""
        for base in versions:
            await self.between(base, document)

    def forget_all_but(self, named: frozenset[Sha256]) -> None:
        """Delete what belongs to papers that nobody names. Waits for the disk."""
        if self._folder.is_dir():
            for path in self._folder.iterdir():
                if not set(path.stem.split("-")) <= named:
                    path.unlink(missing_ok=True)

    async def _part(self, name: str, asked: Fetch, most: int) -> bytes | None:
        path = self._folder / name
        async with self._turn:
            held = await asyncio.to_thread(self._read, path)
            if held is not None:
                return held
            raw = await self._ask(asked, most)
            if raw is not None:
                await asyncio.to_thread(self._write, path, raw)
            return raw

    def _read(self, path: Path) -> bytes | None:
        try:
            return self._vault().open(path.read_bytes(), path.name.encode())
        except (OSError, Damaged):
            return None

    def _write(self, path: Path, raw: bytes) -> None:
        try:
            write_durably(path, self._vault().seal(raw, path.name.encode()))
        except (OSError, Damaged) as fault:
            _log.warning("a part of a paper cannot be written: %s", fault)
