"""What is written on a page, and where: what selection, search and the text view stand on.

Words are numbered from 0 on each page, alike on the server and here (`server.protocol.words`). All
that leaves this module for a mark is in user space; see `client.documents.shape`.
"""

from typing import NamedTuple

import msgspec

from client.documents.shape import Box, PageShape
from server.protocol.words import Word

__all__ = ["Entry", "Link", "PageText", "Quad", "Spot", "Word"]

NEAR = 0.6
"""How far beside a word, in heights of its line, a finger still means it."""


class Quad(NamedTuple):
    """The four corners of a stretch of a line as it is read, in user space.

    Upper left, upper right, lower left, lower right: the order of a PDF's QuadPoints.
    """

    x1: float
    y1: float
    x2: float
    y2: float
    x3: float
    y3: float
    x4: float
    y4: float


class Spot(NamedTuple):
    """A word's place in a document: page from 1, number on the page from 0."""

    page: int
    word: int


class Link(msgspec.Struct, frozen=True, array_like=True):
    """A place on the page (sheet points) that leads to another page of the same paper."""

    area: tuple[float, float, float, float]
    page: int
    """From 1."""
    y: float = 0.0
    """Share of that page's height, 0 top."""


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One line of the outline: `level` from 1, `page` from 1."""

    level: int
    title: str
    page: int


class PageText(msgspec.Struct, frozen=True):
    """The words of one page in reading order, and its links."""

    shape: PageShape
    words: tuple[Word, ...] = ()
    links: tuple[Link, ...] = ()

    def word_at(self, x: float, y: float) -> int | None:
        """Return the number of the word at a point of user space, or next to it; else None."""
        across, down = self.shape.to_sheet(x, y)
        best: tuple[float, int] | None = None
        for number, word in enumerate(self.words):
            reach = NEAR * (word.box[3] - word.box[1])
            away = _away(word.box, across, down)
            if away <= reach and (best is None or away < best[0]):
                best = away, number
        return best[1] if best else None

    def nearest(self, x: float, y: float) -> int | None:
        """Return the word nearest to a point of user space, lines first; None on an empty page."""
        across, down = self.shape.to_sheet(x, y)

        def far(number: int) -> tuple[float, float]:
            x0, y0, x1, y1 = self.words[number].box
            return max(y0 - down, down - y1, 0.0), max(x0 - across, across - x1, 0.0)

        return min(range(len(self.words)), key=far, default=None)

    def link_at(self, x: float, y: float) -> Link | None:
        """Return the link at a point of user space."""
        across, down = self.shape.to_sheet(x, y)
        found = (link for link in self.links if _away(link.area, across, down) <= 0)
        return next(found, None)

    def text(self, first: int, last: int) -> str:
        """Return words `first` to `last`, both included, as one would type them."""
        out: list[str] = []
        before: Word | None = None
        for word in self.words[max(0, first) : last + 1]:
            if before is not None:
                out.append("\n" if word.block != before.block else " ")
            out.append(word.text)
            before = word
        return "".join(out)

    def boxes(self, first: int, last: int) -> tuple[Box, ...]:
        """Return the stretches that words `first` to `last` cover, one a line, in sheet points."""
        made: list[Box] = []
        before: Word | None = None
        for word in self.words[max(0, first) : last + 1]:
            here = Box(*word.box)
            same = before is not None and (before.block, before.line) == (word.block, word.line)
            made.append(_union(made.pop(), here) if same else here)
            before = word
        return tuple(made)

    def quads(self, first: int, last: int) -> tuple[Quad, ...]:
        """Return the same stretches in user space, as marks keep them."""
        return tuple(quad(self.shape, box) for box in self.boxes(first, last))


def quad(shape: PageShape, box: Box) -> Quad:
    """Return a rectangle of the sheet in user space."""
    corners = ((box.x0, box.y0), (box.x1, box.y0), (box.x0, box.y1), (box.x1, box.y1))
    points = [shape.to_user(*corner) for corner in corners]
    return Quad(*(round(value, 3) for point in points for value in point))


def _union(one: Box, other: Box) -> Box:
    return Box(
        min(one.x0, other.x0),
        min(one.y0, other.y0),
        max(one.x1, other.x1),
        max(one.y1, other.y1),
    )


def _away(box: tuple[float, float, float, float], x: float, y: float) -> float:
    """How far a point is from a rectangle, as a square would measure it."""
    x0, y0, x1, y1 = box
    return max(x0 - x, x - x1, y0 - y, y - y1, 0.0)
