"""Scans are read by OCRmyPDF with Tesseract's Vietnamese, where the system has both.

A background job, one at a time and niced: 2 to 3 seconds of processor a page. What it finds are
words like any others (`server.papers.words`), kept beside the paper; the paper itself never
changes. Where the programs are missing nothing is promised, and the reason can be told.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from server.papers import cage
from server.papers.derived import Derived
from server.papers.limits import Limits
from server.papers.store import PaperStore
from server.protocol.ids import Sha256
from server.protocol.paper_words import BadWords, unpack

LANGUAGE = "vie"
PAGE_SECONDS, LONGEST = 60, 3600
"""Wall clock for a page, and for a paper."""
_PASSED_ON = ("TESSDATA_PREFIX", "LD_LIBRARY_PATH", "LANG", "LC_ALL")
_PAGE = re.compile(rb"^\s*(\d+)\s")
State = Literal["waiting", "reading", "done", "failed", "unavailable"]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a paper's scanned pages have been read."""

    state: State
    pages: int = 0
    done: int = 0


@cache
def program() -> str | None:
    """Path of OCRmyPDF if it and Tesseract with Vietnamese are installed, else None."""
    found, tesseract = shutil.which("ocrmypdf"), shutil.which("tesseract")
    if found is None or tesseract is None:
        return None
    try:
        listed = subprocess.run(  # noqa: S603 - a fixed question to an installed program
            [tesseract, "--list-langs"], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return found if LANGUAGE in listed.stdout.split() + listed.stderr.split() else None


class Scans:
    """Reads scans in the background. Use it in one event loop."""

    def __init__(
        self,
        store: PaperStore,
        derived: Derived,
        limits: Limits,
        find: Callable[[], str | None] = program,
    ) -> None:
        self._store = store
        self._derived = derived
        self._limits = replace(limits, cpu_seconds=LONGEST)
        self._find = find
        self._turn = asyncio.Semaphore(1)
        self._tasks: dict[Sha256, asyncio.Task[None]] = {}
        self._progress: dict[Sha256, Progress] = {}
        self._whole: set[Sha256] = set()
        """Papers with words on every page."""

    def progress(self, sha256: Sha256) -> Progress | None:
        """Return how far a paper is; None when nobody has asked for it, or it needs no reading."""
        return self._progress.get(sha256)

    async def words(self, sha256: Sha256) -> Path | None:
        """Return the words found in a paper with scans; None while there are none (yet)."""
        path = self._path(sha256)
        if await asyncio.to_thread(path.is_file):
            return path
        self.want(sha256)
        return None

    def want(self, sha256: Sha256) -> None:
        """Read a paper's scans some time soon, if there are any and it can be done."""
        if sha256 in self._progress or sha256 in self._tasks or sha256 in self._whole:
            return
        if self._path(sha256).is_file():
            return
        task = asyncio.get_running_loop().create_task(self._read(sha256))
        self._tasks[sha256] = task
        task.add_done_callback(lambda _task: self._tasks.pop(sha256, None))

    async def close(self) -> None:
        """Stop; what was not finished begins anew when it is asked for."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _path(self, sha256: Sha256) -> Path:
        return self._derived.folder / sha256[:2] / f"{sha256}.scan"

    async def _read(self, sha256: Sha256) -> None:
        blank = await self._blank(sha256)
        if not blank:
            self._whole.add(sha256)
            return
        found = await asyncio.to_thread(self._find)
        if found is None:
            self._progress[sha256] = Progress("unavailable", len(blank))
            return
        self._progress[sha256] = Progress("waiting", len(blank))
        async with self._turn:
            done = False
            try:
                with self._store.workplace() as scratch:
                    done = await self._recognise(found, sha256, blank, scratch)
            finally:
                state: State = "done" if done else "failed"
                self._progress[sha256] = Progress(state, len(blank), len(blank) if done else 0)

    async def _blank(self, sha256: Sha256) -> tuple[int, ...]:
        """The pages without words, from 1."""
        path = await self._derived.words(sha256)
        if path is None:
            return ()
        try:
            paper = await asyncio.to_thread(lambda: unpack(path.read_bytes()))
        except (OSError, BadWords):
            return ()
        return tuple(page + 1 for page in range(paper.pages) if not paper.on_page(page))

    async def _recognise(
        self, found: str, sha256: Sha256, blank: tuple[int, ...], scratch: Path
    ) -> bool:
        """Run the program and keep the words that it found."""
        made, words = scratch / "read.pdf", scratch / "words"
        command = [found, "-l", LANGUAGE, "--skip-text", "--output-type", "pdf"]
        command += ["--optimize", "0", "--jobs", "1", "--verbose", "1", "--no-progress-bar"]
        command += [str(self._store.path(sha256)), str(made)]
        wall = min(LONGEST, PAGE_SECONDS * len(blank))
        if not await self._run(command, scratch, wall, sha256, blank) or not made.is_file():
            _log.warning("a scan could not be read", extra={"paper": sha256})
            return False
        job: dict[str, Any] = {"task": "words", "source": str(made), "target": str(words)}
        job["limits"] = self._limits.as_dict()
        ended = await cage.run(job, wall_seconds=PAGE_SECONDS)
        if ended.answer is None or not words.is_file():
            return False
        target = self._path(sha256)
        await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
        await asyncio.to_thread(words.replace, target)
        return True

    async def _run(
        self,
        command: list[str],
        scratch: Path,
        wall: float,
        sha256: Sha256,
        blank: tuple[int, ...],
    ) -> bool:
        nice = shutil.which("nice")
        child = await asyncio.create_subprocess_exec(
            *([nice, "-n", "19"] if nice else []),
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env=_environment(scratch),
            start_new_session=sys.platform != "win32",
        )
        try:
            async with asyncio.timeout(wall):
                await self._listen(child, sha256, blank)
                return await child.wait() == 0
        except TimeoutError:
            return False
        finally:
            await cage.kill(child)

    async def _listen(
        self, child: asyncio.subprocess.Process, sha256: Sha256, blank: tuple[int, ...]
    ) -> None:
        """Follow the pages that the program names; the one it is at is not done."""
        if child.stderr is None:  # pragma: no cover - always piped
            return
        with contextlib.suppress(ValueError):  # a line that is too long: read no more
            while line := await child.stderr.readline():
                named = _PAGE.match(line)
                if named is not None:
                    done = sum(page < int(named[1]) for page in blank)
                    known = self._progress[sha256]
                    most = max(done, known.done)
                    self._progress[sha256] = Progress("reading", len(blank), most)


def _environment(scratch: Path) -> dict[str, str]:
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    own = {"HOME": str(scratch), "TMPDIR": str(scratch), "OMP_THREAD_LIMIT": "1"}
    return cage.environment() | passed | own
