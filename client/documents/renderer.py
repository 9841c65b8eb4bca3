"""The port to the engine that turns pages into pixels. Knows neither an engine nor a screen.

Pages are numbered from 1, as they are spoken of; only `ShownPage` counts from 0. Failures are
values: nothing here raises because of what is in a file.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, Protocol

from client.documents.shape import DocumentShape, PageShape
from client.documents.text import Entry, PageText

PREVIEW_WIDTH = 400
"""Pixels of width of the small picture of a page that is shown before the sharp one."""
BUDGET = 5.0
"""Seconds that a page may take without getting any further."""
TILE_PIXELS = 4_000_000
"""The most pixels in one tile."""


class Pieces(NamedTuple):
    """A document of so many bytes, in pieces: never whole in this process."""

    size: int
    pieces: Iterator[bytes]


Source = bytes | Path | Callable[[], bytes | Path | Pieces]
"""A document's bytes, a file, or a function giving them; asked again if the engine crashed."""


class Clip(NamedTuple):
    """A rectangle of whole pixels of a page drawn at some scale, from its upper left corner."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        """Pixels across."""
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        """Pixels down."""
        return self.y1 - self.y0

    @property
    def pixels(self) -> int:
        """How many pixels it holds."""
        return max(0, self.width) * max(0, self.height)

    def holds(self, other: "Clip") -> bool:
        """Whether all of the other lies in this one."""
        return (
            self.x0 <= other.x0
            and self.y0 <= other.y0
            and other.x1 <= self.x1
            and other.y1 <= self.y1
        )


class Tile(NamedTuple):
    """A part of a page at one scale; names all that changes a pixel of it.

    The document's name is the hash of its bytes, so a page's own rotation needs no naming; dark
    pages are made by a shader from the same pixels.
    """

    document: str
    page: int
    scale: float
    """Pixels for one point of the sheet."""
    clip: Clip


class Preview(NamedTuple):
    """The small picture of a whole page; drawing it also measures the page."""

    document: str
    page: int


@dataclass(frozen=True, slots=True)
class Measure:
    """Only where something is printed on a page, if that is found in a moment.

    Its result has no pixels, and no shape where the page is better drawn small first.
    """

    document: str
    page: int


RenderJob = Tile | Preview | Measure


class FailureCode(StrEnum):
    """Why there is no picture. Stable: shown to people beside the sentence."""

    PAGE_FAILED = "page_failed"
    PAGE_TIMEOUT = "page_timeout"
    PAPER_LOCKED = "paper_locked"
    """Not by the engine: the server has not released the key for too long."""
    PAPER_UNREADABLE = "paper_unreadable"
    WORKER_CRASHED = "worker_crashed"


@dataclass(frozen=True, slots=True)
class RenderFailure:
    """A job, or opening a document, that gave no result."""

    code: FailureCode
    document: str
    job: RenderJob | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """A job's pixels: RGBX bytes, rows from the top, valid until `release` or until all closes."""

    job: RenderJob
    width: int
    height: int
    pixels: memoryview
    release: Callable[[], None]
    shape: PageShape | None
    """The page's geometry; with previews and, where it was found, with `Measure`."""
    second: bool = False
    """Drawn by the second engine, since the first could not."""
    pictured: bool = False
    """Drawn from a picture of the server's, since no engine here could."""

    @property
    def gone(self) -> bool:
        """The pixels are not valid any more."""
        try:
            return self.pixels.nbytes < 0
        except ValueError:  # its only way to tell
            return True


Deliver = Callable[[Rendered | RenderFailure], None]


class Renderer(Protocol):
    """Draws pages without ever holding up its caller. Used from one asyncio loop only."""

    async def open(self, document: str, source: Source) -> DocumentShape | RenderFailure:
        """Open a document under its name; opening one that is open is cheap."""

    def want(self, view: object, jobs: Sequence[RenderJob], deliver: Deliver) -> None:
        """Ask for exactly these jobs, most urgent first.

        What `view` wanted before and is not in `jobs` is dropped: the newest wish wins. Each job
        is delivered once, in the loop, as pixels or as a failure. A failed job is not tried again
        until `retry`. Jobs of documents that are not open fail as `paper_unreadable`.
        """

    async def read(self, document: str, page: int) -> PageText | RenderFailure:
        """Return the words and links of a page, from 1, of an open document."""

    async def outline(self, document: str) -> tuple[Entry, ...] | RenderFailure:
        """Return the table of contents of an open document; empty where there is none."""

    def retry(self, document: str) -> None:
        """Forget what failed in this document, so that it can be wanted again."""

    def shut(self, document: str) -> None:
        """Forget a document; its waiting jobs are dropped."""

    async def close(self) -> None:
        """Stop the engine. Pixels not yet released become invalid."""
