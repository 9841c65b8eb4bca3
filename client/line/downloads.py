"""Which papers this device still needs, in which order, and fetching them one after another.

What the meeting is at comes first, then what comes next, then other meetings. A file that fails is
tried again later, a little later each time, and holds up no other.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from client.device.vault import Damaged
from client.documents.library import Incoming, Library, NotHere, WrongBytes
from client.documents.patches import MAX_BASE, BadPatch, Patch
from client.line import LineFailed
from client.line.exchange import PapersLine, Refused
from client.state import AppState, Download, RoomView
from server.protocol.frames import Fetch, Sending
from server.protocol.ids import RequestId, Sha256
from server.protocol.refusals import Code, Refusal

FIRST_RETRY, LONGEST_RETRY = 2_000, 60_000
"""Milliseconds until a file that failed is tried again; doubled each time."""
_PHASES = ("open", "paused", "prepared", "closed")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file that a meeting names."""

    sha256: Sha256
    size: int
    bases: tuple[Sha256, ...] = ()
    """Earlier versions of the paper, the latest first: it may come as a patch against one."""


def wanted(state: AppState) -> tuple[Wanted, ...]:
    """Return the current version of every paper that belongs on this device, first things first."""
    views = sorted(state.rooms.values(), key=lambda view: _PHASES.index(view.state.phase))
    files = (file for view in views for file in _files(view))
    return tuple({file.sha256: file for file in files}.values())


def _write_all(incoming: Incoming, patch: Patch, part: bytes) -> None:
    for piece in patch.feed(part):
        incoming.write(piece)


def _files(view: RoomView) -> Iterator[Wanted]:
    """Yield a meeting's files from the current item on, then those before it."""
    items = view.state.items
    ids = [item.id for item in items]
    start = ids.index(view.state.current) if view.state.current in ids else 0
    for item in (*items[start:], *items[:start]):
        for paper in item.papers:
            if paper.files:
                *before, last = paper.files
                bases = tuple(file.view_sha256 for file in reversed(before))
                yield Wanted(last.view_sha256, last.size, bases)


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
        self._stored: frozenset[Sha256] = frozenset()
        self._whole: set[Sha256] = set()
        self._changed = asyncio.Event()

    def want(self, files: tuple[Wanted, ...], stored: frozenset[Sha256]) -> None:
        """Fetch exactly these, in this order; `stored` are here already."""
        self._wanted, self._stored = files, stored
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
                # Not wait_for: before Python 3.12 it forgets a cancellation that meets the event.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._pause()):
                        await self._changed.wait()

    async def _round(self) -> bool:
        """Fetch over one line until nothing is due; False when there is no line to be had."""
        try:
            line = None if self._library.locked else await self._open_line()
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
        except (WrongBytes, BadPatch):
            if incoming is not None:
                await asyncio.to_thread(incoming.discard)
            self._mismatch(file)
        except OSError as fault:
            _log.warning("a paper cannot be written: %s", fault)
            self._failed(file, Refusal(Code.DISK_FULL))
        else:
            self._tries.pop(file.sha256, None)
            self._set(file, Download(file.size, file.size, stored=True))
        finally:
            if incoming is not None:
                incoming.close()

    def _mismatch(self, file: Wanted) -> None:
        """Take what a patch did not give as a whole file; whole bytes that are wrong, later."""
        if self._base(file) and file.sha256 not in self._whole:
            _log.warning("a patch does not give %s: fetching it whole", file.sha256)
            self._whole.add(file.sha256)
            self._set(file, Download(file.size))
        else:
            self._failed(file, Refusal(Code.HASH_MISMATCH))

    def _base(self, file: Wanted) -> Sha256:
        """Return the version that is held and may be patched, or nothing."""
        held = (base for base in file.bases if base in self._stored)
        return next(held, "") if file.size <= MAX_BASE else ""

    async def _receive(self, line: PapersLine, file: Wanted, incoming: Incoming) -> None:
        base = "" if incoming.offset or file.sha256 in self._whole else self._base(file)
        patch: Patch | None = None

        async def begin(sending: Sending) -> None:
            nonlocal patch
            if sending.base:
                patch = await asyncio.to_thread(self._patch, sending.base, base, file.size)
            elif sending.size != file.size:
                raise WrongBytes(file.sha256)

        async def take(_size: int, part: bytes) -> None:
            if patch is None:
                await asyncio.to_thread(incoming.write, part)
            else:
                await asyncio.to_thread(_write_all, incoming, patch, part)
            self._set(file, Download(file.size, incoming.offset))

        self._set(file, Download(file.size, incoming.offset))
        asked = Fetch(self._new_id(), file.sha256, incoming.offset, base=base)
        await line.ask(asked, begin, take)
        if patch is not None:
            patch.finish()

    def _patch(self, named: Sha256, base: Sha256, size: int) -> Patch:
        """Open a patch against a file that is held. Raises BadPatch."""
        if named != base:
            raise BadPatch("against another file")
        try:
            return Patch(self._library.read(base), size)
        except (NotHere, Damaged) as fault:
            raise BadPatch(str(fault)) from fault

    def _failed(self, file: Wanted, refusal: Refusal) -> None:
        tries = self._tries[file.sha256] = self._tries.get(file.sha256, 0) + 1
        wait = min(LONGEST_RETRY, FIRST_RETRY * 2 ** (tries - 1))
        known = self._known.get(file.sha256, Download())
        retry_at = self._clock() + wait
        self._set(file, Download(file.size, known.received, retry_at=retry_at, refusal=refusal))

    def _set(self, file: Wanted, download: Download) -> None:
        self._known[file.sha256] = download
        self._tell(file.sha256, download)
