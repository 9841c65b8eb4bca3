"""What is worked out from papers, once, and kept beside them: words, word maps, patches, pictures.

Each is made in a killable process the first time that somebody asks, and written whole or not at
all. What could not be made is not tried again until the next start. All of it can be made again, so
none of it is backed up or promised.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from server.papers import cage
from server.papers.limits import MIB, Limits
from server.papers.store import PaperStore, full_disk
from server.protocol.ids import Sha256

FOLDER = "derived"
DOTS = (200, 400)
"""How fine pictures of pages are made, in dots an inch: a screen's width, and zoomed."""
PICTURES_BYTES = 256 * MIB
_SECONDS = 60
_PICTURE_CPU, _PICTURE_WALL = 10, 14
"""Seconds that an engine has for a picture: both together are done before a tablet gives up."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Recipe:
    """How to make something: the cage's jobs, the next one tried where one has failed."""

    jobs: tuple[dict[str, Any], ...]
    limits: Limits
    wall_seconds: float
    turn: asyncio.Semaphore


class Derived:
    """Gives the paths of derived files. One process at a time, and another one for pictures."""

    def __init__(self, store: PaperStore, limits: Limits) -> None:
        self._store = store
        self._limits = replace(limits, cpu_seconds=_SECONDS)
        self.pictures_bytes = PICTURES_BYTES
        """Pictures of pages kept in all; those asked for longest ago go first."""
        self._folder = self.folder = store.root / FOLDER
        self._turn = asyncio.Semaphore(1)
        self._drawing = asyncio.Semaphore(1)
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

    async def picture(self, sha256: Sha256, page: int, dots: int) -> Path | None:
        """Return a page, from 1, as a picture by whichever engine can; None when neither can."""
        if dots not in DOTS or not 1 <= page <= self._limits.max_pages:
            return None
        asked = {"task": "picture", "page": page, "dots": dots}
        recipe = _Recipe(
            tuple({**asked, "engine": engine} for engine in ("first", "second")),
            replace(self._limits, cpu_seconds=_PICTURE_CPU),
            _PICTURE_WALL,
            self._drawing,
        )
        name, paths = f"{sha256}-{page}-{dots}.picture", {"source": self._store.path(sha256)}
        path = await self._made(name, recipe, paths)
        if path is not None:
            await asyncio.to_thread(self._keep_newest, path)
        return path

    def _keep_newest(self, used: Path) -> None:
        """Delete the pictures that were asked for longest ago, beyond what may be kept."""
        with contextlib.suppress(OSError):
            os.utime(used)
        found = [(path.stat(), path) for path in self._folder.glob("*/*.picture")]
        room = self.pictures_bytes
        for status, path in sorted(found, key=lambda one: one[0].st_mtime_ns, reverse=True):
            room -= status.st_size
            if room < 0 and path != used:
                path.unlink(missing_ok=True)

    async def _get(self, name: str, task: str, paths: dict[str, Path]) -> Path | None:
        recipe = _Recipe(({"task": task},), self._limits, 2 * _SECONDS, self._turn)
        return await self._made(name, recipe, paths)

    async def _made(self, name: str, recipe: _Recipe, paths: dict[str, Path]) -> Path | None:
        """Make it once, however many ask at the same time."""
        target = self._folder / name[:2] / name
        if name in self._failed:
            return None
        if await asyncio.to_thread(target.is_file):
            return target
        known = self._making.get(name)
        if known is None:
            known = self._making[name] = asyncio.create_task(self._make(target, recipe, paths))
            known.add_done_callback(lambda _task: self._making.pop(name, None))
        made = await asyncio.shield(known)
        if made is None:
            self._failed.add(name)
        return made

    async def _make(self, target: Path, recipe: _Recipe, paths: dict[str, Path]) -> Path | None:
        async with recipe.turn:
            if not all([await asyncio.to_thread(path.is_file) for path in paths.values()]):
                return None
            with self._store.workplace() as scratch:
                made = scratch / "made"
                limits = recipe.limits.as_dict()
                sources: dict[str, Any] = {name: str(path) for name, path in paths.items()}
                for one in recipe.jobs:
                    job = {**sources, **one, "target": str(made), "limits": limits}
                    ended = await cage.run(job, wall_seconds=recipe.wall_seconds)
                    if ended.answer is not None and "failed" not in ended.answer:
                        return await asyncio.to_thread(_settle, made, target)
                    _log.warning("no %s of %s: %s", one["task"], target.name, ended)
        return None


def _settle(made: Path, target: Path) -> Path | None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        made.replace(target)
    except OSError as error:
        full_disk(error)
        return None
    return target
