"""From the coordinates of marks to pixels of a page drawn at some scale. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from client.documents.renderer import Clip
from client.documents.shape import PageShape
from client.documents.viewport import Viewport
from client.ink.packing import Point
from client.widgets.ink_layer.ribbon import Dot

LARGEST = 3_000_000
"""Pixels of one picture of ink; of a page larger than this, the part round what is seen."""


@dataclass(frozen=True, slots=True)
class Placing:
    """User space to pixels: x right and y up from the lower left corner of `region`."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float
    scale: float

    @classmethod
    def of(cls, shape: PageShape, scale: float, region: Clip) -> "Placing":
        """Return the placing of a page at a scale."""
        x, y = shape.to_sheet(0.0, 0.0)
        right, up = shape.to_sheet(1.0, 0.0), shape.to_sheet(0.0, 1.0)
        return cls(
            (right[0] - x) * scale,
            -(right[1] - y) * scale,
            (up[0] - x) * scale,
            -(up[1] - y) * scale,
            x * scale - region.x0,
            region.y1 - y * scale,
            shape.unit * scale,
        )

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where a point lies."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def dots(self, points: Iterable[Point]) -> list[Dot]:
        """Where points lie, with their pressure."""
        a, b, c, d, e, f = self.a, self.b, self.c, self.d, self.e, self.f
        return [(a * x + c * y + e, b * x + d * y + f, p) for x, y, p, _ms in points]


def region_of(viewport: Viewport) -> Clip:
    """Return the pixels of the page that a picture of its ink covers.

    All that can be seen of the page in this mode, down to the end of the view; of a page drawn very
    large, one and a half views round what is seen.
    """
    page, high = viewport.page_clip, round(viewport.height)
    whole = Clip(page.x0, page.y0, page.x1, max(page.y1, page.y0 + high))
    if whole.pixels <= LARGEST:
        return whole
    seen, wide = viewport.seen_clip, round(viewport.width)
    return Clip(
        max(whole.x0, _stepped(seen.x0 - wide // 2, wide // 2)),
        max(whole.y0, _stepped(seen.y0 - high // 2, high // 2)),
        min(whole.x1, _stepped(seen.x0 - wide // 2, wide // 2) + 5 * wide // 2),
        min(whole.y1, _stepped(seen.y0 - high // 2, high // 2) + 5 * high // 2),
    )


def _stepped(value: int, step: int) -> int:
    """Down to a whole step, so that small moves need no other picture."""
    return value // max(1, step) * max(1, step)
