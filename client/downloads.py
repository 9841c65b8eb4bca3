"""Which papers this device still needs, in which order, and fetching them one after another.

What the meeting is at comes first, then what comes next, then other meetings. A file that fails is
tried again later, a little later each time, and holds up no other.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from client.documents.library import Incoming, Library, WrongBytes
from client.exchange import PapersLine, Refused
from client.line import LineFailed
from client.state import AppState, Download, RoomView
from server.protocol.ids import RequestId, Sha256
from server.protocol.refusals import Code, Refusal
from server.protocol.state import File

FIRST_RETRY, LONGEST_RETRY = 2_000, 60_000
"""Milliseconds until a file that failed is tried again; doubled each time."""
_PHASES = ("open", "paused", "prepared", "closed")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file that a meeting names."""

    sha256: Sha256
    size: int


def wanted(state: AppState) -> tuple[Wanted, ...]:
    """Return the current version of every paper that belongs on this device, first things first."""
    views = sorted(state.rooms.values(), key=lambda view: _PHASES.index(view.state.phase))
    files = (file for view in views for file in _files(view))
    return tuple({file.view_sha256: Wanted(file.view_sha256, file.size) for file in files}.values())


def _files(view: RoomView) -> Iterator[File]:
    """Yield a meeting's files from the current item on, then those before it."""
    items = view.state.items
    ids = [item.id for item in items]
    start = ids.index(view.state.current) if view.state.current in ids else 0
    for item in (*items[start:], *items[:start]):
        yield from (paper.file for paper in item.papers if paper.file is not None)


class Downloads:
    """Fetches what is wanted for as long as `run` runs. `clock`: milliseconds."""

    def __init__(
        self,
        library: Library,
        open_line: Callable[[], Awaitable[PapersLine | None]],
        tell: Callable[[Sha256, Download], None],
        clock: Callable[[], int],
        new_id: Callable[[], RequestId],
    ) -> None:
        self._library = library
        self._open_line = open_line
        self._tell = tell
        self._clock = clock
        self._new_id = new_id
        self._wanted: tuple[Wanted, ...] = ()
        self._known: dict[Sha256, Download] = {}
        self._tries: dict[Sha256, int] = {}
        self._changed = asyncio.Event()

    def want(self, files: tuple[Wanted, ...], stored: frozenset[Sha256]) -> None:
        """Fetch exactly these, in this order; `stored` are here already."""
        self._wanted = files
        for file in files:
            known = self._known.get(file.sha256)
            if file.sha256 in stored and (known is None or not known.stored):
                self._set(file, Download(file.size, file.size, stored=True))
            elif file.sha256 not in stored and (known is None or known.stored):
                self._set(file, Download(file.size))
        self._changed.set()

    def hurry(self) -> None:
        """Try everything now: the line is back."""
        for sha256, known in self._known.items():
            if known.retry_at:
                self._known[sha256] = Download(known.size, known.received)
        self._changed.set()

    async def run(self) -> None:
        """Fetch until cancelled."""
        while True:
            self._changed.clear()
            if self._next() is None or not await self._round():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), self._pause())

    async def _round(self) -> bool:
        """Fetch over one line until nothing is due; False when there is no line to be had."""
        try:
            line = await self._open_line()
        except (LineFailed, Refused):
            line = None
        if line is None:
            return False
        async with line:
            while (file := self._next()) is not None:
                try:
                    await self._fetch(line, file)
                except LineFailed:
                    return False
        return True

    def _next(self) -> Wanted | None:
        now = self._clock()
        for file in self._wanted:
            known = self._known.get(file.sha256, Download())
            if not known.stored and known.retry_at <= now:
                return file
        return None

    def _pause(self) -> float | None:
        """Return the seconds until something is due again; None when only a change can tell."""
        open_files = [self._known.get(file.sha256, Download()) for file in self._wanted]
        times = [one.retry_at for one in open_files if not one.stored]
        return max(1.0, (min(times) - self._clock()) / 1000) if times else None

    async def _fetch(self, line: PapersLine, file: Wanted) -> None:
        incoming: Incoming | None = None
        try:
            receive = self._library.receive
            incoming = await asyncio.to_thread(receive, file.sha256, file.size)
            await self._receive(line, file, incoming)
            await asyncio.to_thread(incoming.finish)
        except Refused as fault:
            self._failed(file, fault.refusal)
        except WrongBytes:
            self._failed(file, Refusal(Code.HASH_MISMATCH))
        except OSError as fault:
            _log.warning("a paper cannot be written: %s", fault)
            self._failed(file, Refusal(Code.DISK_FULL))
        else:
            self._tries.pop(file.sha256, None)
            self._set(file, Download(file.size, file.size, stored=True))
        finally:
            if incoming is not None:
                incoming.close()

    async def _receive(self, line: PapersLine, file: Wanted, incoming: Incoming) -> None:
        async def take(size: int, part: bytes) -> None:
            if size != file.size:
                raise WrongBytes(file.sha256)
            await asyncio.to_thread(incoming.write, part)
            self._set(file, Download(file.size, incoming.offset))

        self._set(file, Download(file.size, incoming.offset))
        await line.fetch(self._new_id(), file.sha256, incoming.offset, take)

    def _failed(self, file: Wanted, refusal: Refusal) -> None:
        tries = self._tries[file.sha256] = self._tries.get(file.sha256, 0) + 1
        wait = min(LONGEST_RETRY, FIRST_RETRY * 2 ** (tries - 1))
        known = self._known.get(file.sha256, Download())
        retry_at = self._clock() + wait
        self._set(file, Download(file.size, known.received, retry_at=retry_at, refusal=refusal))

    def _set(self, file: Wanted, download: Download) -> None:
        self._known[file.sha256] = download
        self._tell(file.sha256, download)
