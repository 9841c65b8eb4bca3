"""Pages that the engine here fails at, shown as pictures that the server has drawn.

A renderer over another one. The picture of a page is a paper of one page with the same box and
rotation, so the engine draws its tiles as it draws any others; who asked gets them as tiles of the
page that was wanted, marked as `pictured`.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from client.documents.renderer import (
    Deliver,
    FailureCode,
    Measure,
    Preview,
    Rendered,
    Renderer,
    RenderFailure,
    RenderJob,
    Source,
    Tile,
)
from client.documents.shape import DocumentShape
from client.documents.text import Entry, PageText

_LOG = logging.getLogger(__name__)

COARSE, FINE = 200, 400
"""Dots an inch that pictures come in: for a page as wide as the screen, and for a zoomed one."""
KEPT_OPEN = 12
"""Pictures that the engine has open at a time, beside those that are being drawn from."""
_OF_THE_PAGE = frozenset(
    {FailureCode.PAGE_FAILED, FailureCode.PAGE_TIMEOUT, FailureCode.WORKER_CRASHED}
)


class Key(NamedTuple):
    """Names a picture: of which page, from 1, and how fine."""

    document: str
    page: int
    dots: int


Ask = Callable[[str, int, int], Awaitable[bytes | None]]
"""Fetches the picture of a document's page, from 1, at so many dots; None when there is none."""


@dataclass(slots=True, eq=False)
class _Look:
    """What one view still waits for, and under which name the engine has it."""

    view: object
    deliver: Deliver
    jobs: dict[RenderJob, None] = field(default_factory=dict)
    given: dict[RenderJob, RenderJob] = field(default_factory=dict)


class Pictured:
    """`Renderer` by `engine`, and by `ask` for what it cannot draw. Closes the engine with it."""

    def __init__(self, engine: Renderer, ask: Ask) -> None:
        self._engine = engine
        self._ask = ask
        self._looks: OrderedDict[int, _Look] = OrderedDict()
        self._broken: dict[tuple[str, int], FailureCode] = {}
        self._open: OrderedDict[Key, str] = OrderedDict()
        self._hopeless: set[Key] = set()
        self._bringing: asyncio.Task[None] | None = None

    async def open(self, document: str, source: Source) -> DocumentShape | RenderFailure:
        """See `Renderer.open`."""
        return await self._engine.open(document, source)

    async def read(self, document: str, page: int) -> PageText | RenderFailure:
        """See `Renderer.read`."""
        return await self._engine.read(document, page)

    async def outline(self, document: str) -> tuple[Entry, ...] | RenderFailure:
        """See `Renderer.outline`."""
        return await self._engine.outline(document)

    def want(self, view: object, jobs: Sequence[RenderJob], deliver: Deliver) -> None:
        """See `Renderer.want`."""
        look = self._looks.pop(id(view), None) or _Look(view, deliver)
        look.deliver, look.jobs = deliver, dict.fromkeys(jobs)
        self._looks[id(view)] = look
        self._order(look)
        self._bring()

    def retry(self, document: str) -> None:
        """See `Renderer.retry`."""
        self._hopeless = {key for key in self._hopeless if key.document != document}
        shown = {(key.document, key.page) for key in self._open}
        for place in [place for place in self._broken if place[0] == document]:
            if place not in shown:
                del self._broken[place]
        self._engine.retry(document)

    def shut(self, document: str) -> None:
        """See `Renderer.shut`."""
        for key in [key for key in self._open if key.document == document]:
            self._engine.shut(self._open.pop(key))
        self._hopeless = {key for key in self._hopeless if key.document != document}
        self._broken = {at: code for at, code in self._broken.items() if at[0] != document}
        for look in self._looks.values():
            look.jobs = {job: None for job in look.jobs if job.document != document}
        self._engine.shut(document)

    async def close(self) -> None:
        """See `Renderer.close`."""
        if self._bringing is not None:
            self._bringing.cancel()
            with suppress(asyncio.CancelledError):
                await self._bringing
        self._looks.clear()
        await self._engine.close()

    # ---- what the engine is asked for ------------------------------------------------------------

    def _order(self, look: _Look) -> None:
        """Have the engine draw what it can; the rest waits for a picture, or fails."""
        look.given.clear()
        for job in tuple(look.jobs):
            code = self._broken.get((job.document, job.page))
            key = self._key(job)
            if code is None:
                look.given[job] = job
            elif key is None:
                del look.jobs[job]
                failure = RenderFailure(code, job.document, job)
                asyncio.get_running_loop().call_soon(look.deliver, failure)
            elif key in self._open:
                self._open.move_to_end(key)
                look.given[_of(self._open[key], job)] = job

        def deliver(result: Rendered | RenderFailure) -> None:
            self._deliver(look, result)

        self._engine.want(look.view, tuple(look.given), deliver)
        if not look.jobs:
            self._looks.pop(id(look.view), None)

    def _key(self, job: RenderJob) -> Key | None:
        """Return the picture that a job needs, a coarser one where that cannot be had, or none."""
        fine = isinstance(job, Tile) and job.scale > COARSE / 72 * 1.05
        for dots in (FINE, COARSE) if fine else (COARSE,):
            key = Key(job.document, job.page, dots)
            if key not in self._hopeless:
                return key
        return None

    def _deliver(self, look: _Look, result: Rendered | RenderFailure) -> None:
        drawn = result.job
        job = look.given.get(drawn, drawn) if drawn is not None else None
        if isinstance(result, Rendered):
            if job is not None and job != drawn:
                result = replace(result, job=job, pictured=True)
            look.jobs.pop(result.job, None)
            look.deliver(result)
        elif job is None or result.code not in _OF_THE_PAGE:
            look.jobs = {other: None for other in look.jobs if other != job}
            look.deliver(result)
        else:
            self._failed(job, drawn, result.code)
        if not look.jobs and self._looks.get(id(look.view)) is look:
            del self._looks[id(look.view)]

    def _failed(self, job: RenderJob, drawn: RenderJob | None, code: FailureCode) -> None:
        """The engine has failed at a page, or at its picture: whoever waits for it, ask anew."""
        key = self._key(job)
        if drawn != job and key is not None:
            self._hopeless.add(key)
            self._engine.shut(self._open.pop(key, ""))
        self._broken.setdefault((job.document, job.page), code)
        self._order_all()
        self._bring()

    def _order_all(self) -> None:
        for look in tuple(self._looks.values()):
            if any((job.document, job.page) in self._broken for job in look.jobs):
                self._order(look)

    # ---- pictures --------------------------------------------------------------------------------

    def _bring(self) -> None:
        """Have the pictures that are waited for fetched, one after another."""
        if self._bringing is None and next(self._wanted(), None) is not None:
            self._bringing = asyncio.get_running_loop().create_task(self._bring_all())

    def _wanted(self) -> Iterator[Key]:
        """Yield the pictures that are missing, the most urgent of who spoke last first."""
        for look in reversed(self._looks.values()):
            for job in look.jobs:
                key = self._key(job) if (job.document, job.page) in self._broken else None
                if key is not None and key not in self._open:
                    yield key

    async def _bring_all(self) -> None:
        try:
            while (key := next(self._wanted(), None)) is not None:
                await self._bring_one(key)
                self._order_all()
        finally:
            self._bringing = None

    async def _bring_one(self, key: Key) -> None:
        try:
            raw = await self._ask(*key)
        except Exception:  # noqa: BLE001  the source is another's code
            _LOG.exception("a picture of a page cannot be had")
            raw = None
        name = f"{key.document}#{key.page}@{key.dots}"
        if raw and not isinstance(await self._engine.open(name, raw), RenderFailure):
            self._open[key] = name
            self._shut_old()
        else:
            self._hopeless.add(key)

    def _shut_old(self) -> None:
        """Close the pictures used longest ago; not those that somebody waits for."""
        waiting = {self._key(job) for look in self._looks.values() for job in look.jobs}
        for key in list(self._open)[:-KEPT_OPEN]:
            if key not in waiting:
                self._engine.shut(self._open.pop(key))


def _of(picture: str, job: RenderJob) -> RenderJob:
    """Return the same job of the paper that is the picture of its page."""
    if isinstance(job, Preview | Measure):
        return type(job)(picture, 1)
    return Tile(picture, 1, job.scale, job.clip)
