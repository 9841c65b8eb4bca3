"""The render process: the only place of the client where the PDF engine runs.

One thread, one pipe. A hostile file may hang or crash this process; the app then kills it and
starts another. Kivy must never be imported here.
"""

import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.shared_memory import SharedMemory
from typing import Any

import pymupdf
from msgspec.structs import replace

from client.documents import messages
from client.documents.renderer import TILE_PIXELS, Clip, FailureCode
from client.documents.ring import buffer_of
from client.documents.shape import PageShape
from client.documents.toned import toned
from client.documents.worker_desk import Desk
from client.documents.worker_measure import BYTES_A_PIXEL, bounds, printed

ENGINE: Any = pymupdf  # it ships no types
FIRST_BAND = 64
BAND_SECONDS = 0.25
"""How long a band of a slow page may take: the longest wait for a cancelled job."""
MEMORY_LIMIT = 3 << 30
ORPHAN_SECONDS = 60
IDLE_SECONDS = 0.5
"""Without an order; then there is time to tidy up."""
PREVIEW_ASPECT = 4
"""Previews of pages longer than this times their width are made narrower."""
MEASURE_WIDTH = 120
"""Pixels of width of what a light page is measured by where its bounds do not tell."""


class _HungUpError(Exception):
    """The app is gone, or needs this process no more."""


class _GivenUpError(Exception):
    """The job was cancelled while it was drawn."""


def _band(pages: Any, scale: float, clip: Clip) -> Any:
    """Draw exactly `clip`, on white, as RGB."""
    pixels = ENGINE.Pixmap(ENGINE.csRGB, tuple(clip), 0)
    pixels.clear_with(255)
    device = ENGINE.mupdf.fz_new_draw_device(ENGINE.mupdf.FzMatrix(), pixels.this)
    matrix = ENGINE.mupdf.FzMatrix(scale, 0.0, 0.0, scale, 0.0, 0.0)
    area = ENGINE.mupdf.FzRect(*(float(edge) for edge in clip))
    ENGINE.mupdf.fz_run_display_list(pages.this, device, matrix, area, ENGINE.mupdf.FzCookie())
    ENGINE.mupdf.fz_close_device(device)
    return pixels


def draw(
    pages: Any,
    scale: float,
    clip: Clip,
    target: memoryview,
    between: Callable[[], None],
    *,
    first: int = FIRST_BAND,
) -> None:
    """Draw `clip` to `target` as RGBX, in bands if it is slow; `between` runs after each band.

    `first`: the rows of the first band, which tells how fast it goes.
    """
    top, rows = clip.y0, first
    while top < clip.y1:
        bottom = min(clip.y1, top + rows)
        started = time.monotonic()
        part = _band(pages, scale, Clip(clip.x0, top, clip.x1, bottom))
        spent = time.monotonic() - started
        start = (top - clip.y0) * clip.width * BYTES_A_PIXEL
        size = (bottom - top) * clip.width * BYTES_A_PIXEL
        opaque = ENGINE.Pixmap(part, 1)
        target[start : start + size] = opaque.samples_mv
        rows = max(16, int((bottom - top) * BAND_SECONDS / max(spent, 1e-6)))
        top = bottom
        between()


def whole(shape: PageShape, width: int) -> tuple[Clip, float]:
    """All of a page `width` pixels wide, less for very long pages; and its scale."""
    scale = width / max(shape.width, shape.height / PREVIEW_ASPECT)
    return Clip(
        0, 0, max(1, round(shape.width * scale)), max(1, round(shape.height * scale))
    ), scale


class Bench:
    """Takes orders from the pipe, newest cancellations first, and answers them in turn."""

    def __init__(self, pipe: Connection, ring: memoryview) -> None:
        self._pipe = pipe
        self._ring = ring
        self._desk = Desk()
        self._waiting: deque[messages.Order] = deque()
        self._cancelled: set[int] = set()

    def run(self) -> None:
        """Work until the app hangs up."""
        with suppress(_HungUpError):
            self._say(messages.Ready(tuple(sorted({"kivy"} & sys.modules.keys()))))
            while True:
                if self._desk.untidy and not self._pipe.poll(IDLE_SECONDS):
                    self._desk.tidy()
                self._listen(wait=not self._waiting)
                while self._waiting:
                    self._do(self._waiting.popleft())
                    self._listen(wait=False)
        self._desk.close()

    def _say(self, answer: messages.Answer) -> None:
        try:
            self._pipe.send_bytes(messages.encode(answer))
        except OSError as gone:
            raise _HungUpError from gone

    def _hear(self, *, wait: bool) -> messages.Order | None:
        try:
            if not wait and not self._pipe.poll():
                return None
            order: messages.Order = messages.decode_order(self._pipe.recv_bytes())
        except (EOFError, OSError) as gone:
            raise _HungUpError from gone
        return order

    def _listen(self, *, wait: bool) -> None:
        while (order := self._hear(wait=wait)) is not None:
            wait = False
            if isinstance(order, messages.Quit):
                raise _HungUpError
            if isinstance(order, messages.Cancel):
                self._cancelled.add(order.ticket)
            else:
                self._waiting.append(order)

    def _do(self, order: messages.Order) -> None:
        if isinstance(order, messages.Shut):
            self._desk.shut(order.document)
        elif not isinstance(order, messages.Cancel | messages.Quit):
            _alarm(ORPHAN_SECONDS)
            self._say(self._answer(order))
            _alarm(0)
            self._cancelled = {ticket for ticket in self._cancelled if ticket > order.ticket}

    def _answer(self, order: messages.Work) -> messages.Answer:
        unreadable = isinstance(order, messages.Open)
        try:
            if isinstance(order, messages.Open):
                return self._desk.open(order)
            if order.ticket in self._cancelled:
                return messages.Cancelled(order.ticket)
            return self._work(order)
        except _GivenUpError:
            return messages.Cancelled(order.ticket)
        except _HungUpError:
            raise
        except Exception:  # noqa: BLE001  the engine raises anything on a broken file
            code = FailureCode.PAPER_UNREADABLE if unreadable else FailureCode.PAGE_FAILED
            return messages.Failed(order.ticket, code)

    def _work(self, order: messages.Job) -> messages.Answer:
        """By the first engine, and where that fails by the second."""
        if isinstance(order, messages.ReadOutline):
            return messages.OutlineRead(order.ticket, self._desk.outline(order.document))
        if not order.second:
            try:
                return self._first(order)
            except (_GivenUpError, _HungUpError):
                raise
            except Exception:  # noqa: BLE001, S110  as above: the other engine may know better
                pass
        return self._second(order)

    def _first(self, order: messages.PageJob) -> messages.Answer:
        if isinstance(order, messages.Draw):
            return self._draw(order)
        if isinstance(order, messages.DrawPreview):
            return self._preview(order)
        if isinstance(order, messages.Measure):
            return messages.Drawn(order.ticket, 0, 0, self._measured(order))
        return messages.PageRead(order.ticket, self._desk.read(order.document, order.page))

    def _second(self, order: messages.PageJob) -> messages.Answer:
        document = self._desk.second(order.document)
        shape = self._desk.shape(order.document, order.page)
        if isinstance(order, messages.Read):
            return messages.PageRead(order.ticket, document.read(order.page, shape))
        if isinstance(order, messages.Measure):
            return messages.Drawn(order.ticket, 0, 0, second=True)
        if isinstance(order, messages.Draw):
            clip, scale = Clip(*order.clip), order.scale
        else:
            clip, scale = whole(shape, order.width)
        with self._target(clip, order.offset) as target:
            document.draw(order.page, shape, scale, clip, target)
            if isinstance(order, messages.Draw):
                return messages.Drawn(order.ticket, clip.width, clip.height, second=True)
            shape = replace(shape, text_box=printed(target, clip, scale))
        return messages.Drawn(order.ticket, clip.width, clip.height, shape, second=True)

    def _between(self, ticket: int) -> None:
        self._listen(wait=False)
        if ticket in self._cancelled:
            raise _GivenUpError
        self._say(messages.Progress(ticket))

    def _target(self, clip: Clip, offset: int) -> memoryview:
        if not 0 < clip.pixels <= TILE_PIXELS:
            raise ValueError(clip)
        return self._ring[offset : offset + clip.pixels * BYTES_A_PIXEL]

    def _draw(self, order: messages.Draw) -> messages.Drawn:
        pages, _ = self._desk.page(order.document, order.page)
        clip = Clip(*order.clip)
        rows = clip.height if self._desk.light(order.document, order.page) else FIRST_BAND
        with self._target(clip, order.offset) as target:
            draw(pages, order.scale, clip, target, lambda: self._between(order.ticket), first=rows)
        return messages.Drawn(order.ticket, clip.width, clip.height)

    def _measured(self, order: messages.Measure) -> PageShape | None:
        """The geometry of a page that is drawn in a moment; any other is better seen small soon."""
        pages, bare = self._desk.page(order.document, order.page)
        if not self._desk.light(order.document, order.page):
            return None
        shape = self._desk.measured(order.document, order.page)
        if shape is not None:
            return shape
        clip, scale = whole(bare, MEASURE_WIDTH)
        with self._target(clip, order.offset) as target:
            draw(pages, scale, clip, target, lambda: self._between(order.ticket))
            return self._settled(order, target, clip, scale)

    def _preview(self, order: messages.DrawPreview) -> messages.Drawn:
        pages, bare = self._desk.page(order.document, order.page)
        clip, scale = whole(bare, order.width)
        shape = self._desk.measured(order.document, order.page)
        with self._target(clip, order.offset) as target:
            draw(pages, scale, clip, target, lambda: self._between(order.ticket))
            shape = shape or self._settled(order, target, clip, scale)
        return messages.Drawn(order.ticket, clip.width, clip.height, shape)

    def _settled(
        self,
        order: messages.Measure | messages.DrawPreview,
        pixels: memoryview,
        clip: Clip,
        scale: float,
    ) -> PageShape:
        """The geometry as the pixels of a whole page tell it; it stays so."""
        name, number = order.document, order.page
        boxes = self._desk.pictures(name, number)
        photographs = tuple(box for box in boxes if toned(pixels, clip, box, scale))
        box = bounds(*self._desk.page(name, number)) or printed(pixels, clip, scale)
        return self._desk.settle(name, number, box, photographs)


def _alarm(seconds: int) -> None:
    """Have the system end this process in `seconds`, even inside the engine; 0 takes it back.

    Only an app that died cannot end a hanging job itself, so this is long.
    """
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


def _settle(niceness: int) -> None:
    """Stand back for the app, leave Ctrl+C to it, and fail rather than eat all memory."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ENGINE.TOOLS.mupdf_display_errors(False)
    ENGINE.TOOLS.mupdf_display_warnings(False)
    ENGINE.TOOLS.set_icc(0)  # a third of the time of a page of plain text goes into profiles
    if hasattr(os, "nice"):
        os.nice(niceness)
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415  not on Windows

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_LIMIT, MEMORY_LIMIT))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(pipe: Connection, ring: str, niceness: int) -> None:
    """Entry of the spawned process: take orders from `pipe`, draw to the shared memory `ring`."""
    _settle(niceness)
    memory = SharedMemory(ring)
    try:
        Bench(pipe, buffer_of(memory)).run()
    finally:
        memory.close()
