"""What is worked out from papers, once, and kept beside them: words, word maps, patches.

Each is made in a killable process the first time that somebody asks, and written whole or not at
all. What could not be made is not tried again until the next start. All of it can be made again, so
none of it is backed up or promised.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

from server.papers import cage
from server.papers.limits import Limits
from server.papers.store import PaperStore, full_disk
from server.protocol.ids import Sha256

FOLDER = "derived"
_SECONDS = 60
_log = logging.getLogger(__name__)


class Derived:
    """Gives the paths of derived files. One process at a time."""

    def __init__(self, store: PaperStore, limits: Limits) -> None:
        self._store = store
        self._limits = replace(limits, cpu_seconds=_SECONDS)
        self._folder = self.folder = store.root / FOLDER
        self._turn = asyncio.Semaphore(1)
        self._making: dict[str, asyncio.Task[Path | None]] = {}
        self._failed: set[str] = set()

    async def words(self, sha256: Sha256) -> Path | None:
        """Return the packed words of a paper, or None when they cannot be read."""
        paths = {"source": self._store.path(sha256)}
        return await self._get(f"{sha256}.words", "words", paths)

    async def word_map(self, old: Sha256, new: Sha256) -> Path | None:
        """Return the map from the words of one paper to those of another, or None."""
        before, after = await self.words(old), await self.words(new)
        if before is None or after is None:
            return None
        return await self._get(f"{old}-{new}.map", "map", {"old": before, "new": after})

    async def patch(self, old: Sha256, new: Sha256) -> Path | None:
        """Return the patch that makes one paper of another, or None when there is none worth it."""
        paths = {"old": self._store.path(old), "new": self._store.path(new)}
        path = await self._get(f"{old}-{new}.zst", "patch", paths)
        if path is None or not (await asyncio.to_thread(path.stat)).st_size:
            return None
        return path

    async def _get(self, name: str, task: str, paths: dict[str, Path]) -> Path | None:
        """Make it once, however many ask at the same time."""
        target = self._folder / name[:2] / name
        if name in self._failed:
            return None
        if await asyncio.to_thread(target.is_file):
            return target
        known = self._making.get(name)
        if known is None:
            known = self._making[name] = asyncio.create_task(self._make(target, task, paths))
            known.add_done_callback(lambda _task: self._making.pop(name, None))
        made = await asyncio.shield(known)
        if made is None:
            self._failed.add(name)
        return made

    async def _make(self, target: Path, task: str, paths: dict[str, Path]) -> Path | None:
        async with self._turn:
            if not all([await asyncio.to_thread(path.is_file) for path in paths.values()]):
                return None
            with self._store.workplace() as scratch:
                made = scratch / "made"
                job: dict[str, Any] = {name: str(path) for name, path in paths.items()}
                job |= {"task": task, "target": str(made), "limits": self._limits.as_dict()}
                ended = await cage.run(job, wall_seconds=2 * _SECONDS)
                if ended.answer is None or "failed" in ended.answer:
                    _log.warning("no %s of %s: %s", task, target.name, ended)
                    return None
                return await asyncio.to_thread(_settle, made, target)


def _settle(made: Path, target: Path) -> Path | None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        made.replace(target)
    except OSError as error:
        full_disk(error)
        return None
    return target
