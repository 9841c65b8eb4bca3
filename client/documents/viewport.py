"""Where a page lies on the glass: pure geometry.

One `Viewport` is one page in one view at one place. It is frozen; every move gives another one,
already inside its limits. Screen positions are pixels from the view's lower left corner, y up, as
Kivy has them; page positions are user space (see `shape`).
"""

from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property

from client.documents.renderer import Clip
from client.documents.shape import Box, PageShape

MARGIN = 28 / 856
"""Room on each side of the text block, as a share of the view's width (ui.md 4.3)."""
NARROWEST = 0.74
"""A text block narrower than this share of its page is treated as if it were as wide (A4 with the
margins of Vietnamese official letters), so that a page with three short lines is not blown up."""
STEP = 0.85
"""How much of the visible height one step moves (ui.md 4.3)."""
ZOOMS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0)
DOUBLE_TAP = 2.0


class Fit(Enum):
    """What the page is fitted by at zoom 1."""

    CROPPED = "cropped"
    """The text block fills the width."""
    WIDTH = "width"
    """The page fills the width."""
    WHOLE = "whole"
    """All of the page is seen."""


def text_column(boxes: list[Box]) -> tuple[float, float] | None:
    """The x-range that the text blocks of several pages share, so that type keeps its size."""
    if not boxes:
        return None
    return min(box.x0 for box in boxes), max(box.x1 for box in boxes)


@dataclass(frozen=True)
class Viewport:
    """A page seen through a view of `width` x `height` pixels."""

    shape: PageShape
    width: float
    height: float
    fit: Fit = Fit.CROPPED
    zoom: float = 1.0
    column: tuple[float, float] | None = None
    """The x-range, in sheet points, that cropping keeps at the least."""
    left: float = 0.0
    """Sheet point at the view's left edge."""
    top: float = 0.0
    """Sheet point at the view's upper edge."""

    @cached_property  # asked for dozens of times while a page is turned
    def region(self) -> Box:
        """The part of the sheet that can be seen in this mode."""
        text = self.shape.text_box
        if self.fit is not Fit.CROPPED or text is None:
            return Box(0.0, 0.0, self.shape.width, self.shape.height)
        x0, x1 = text.x0, text.x1
        if self.column is not None:
            x0, x1 = min(x0, self.column[0]), max(x1, self.column[1])
        missing = max(0.0, self.shape.width * NARROWEST - (x1 - x0)) / 2
        x0, x1 = x0 - missing, x1 + missing
        margin = (x1 - x0) * MARGIN / (1 - 2 * MARGIN)
        return Box(
            max(0.0, x0 - margin),
            max(0.0, text.y0 - margin),
            min(self.shape.width, x1 + margin),
            min(self.shape.height, text.y1 + margin),
        )

    @cached_property
    def scale(self) -> float:
        """Pixels for one sheet point."""
        region = self.region
        across = max(1.0, self.width) / max(region.width, 1e-3)
        if self.fit is Fit.WHOLE:
            across = min(across, max(1.0, self.height) / max(region.height, 1e-3))
        return round(across * self.zoom, 5)

    @property
    def origin(self) -> tuple[int, int]:
        """The view's upper left corner in whole pixels of the page drawn at `scale`."""
        return round(self.left * self.scale), round(self.top * self.scale)

    @property
    def page_clip(self) -> Clip:
        """The region in whole pixels of the page drawn at `scale`: all that tiles may show."""
        region, scale = self.region, self.scale
        return Clip(
            round(region.x0 * scale),
            round(region.y0 * scale),
            max(round(region.x1 * scale), round(region.x0 * scale) + 1),
            max(round(region.y1 * scale), round(region.y0 * scale) + 1),
        )

    @property
    def seen_clip(self) -> Clip:
        """The pixels of the page, drawn at `scale`, that the view shows."""
        (x, y), page = self.origin, self.page_clip
        return Clip(
            max(page.x0, x),
            max(page.y0, y),
            min(page.x1, x + round(self.width)),
            min(page.y1, y + round(self.height)),
        )

    @property
    def y(self) -> float:
        """The place on the page as it is told to others: share of the page's height, 0 top."""
        return self.top / self.shape.height

    @property
    def at_start(self) -> bool:
        """Nothing above is hidden."""
        return self.top <= self.region.y0 + 1 / self.scale

    @property
    def at_end(self) -> bool:
        """Nothing below is hidden but the margin."""
        slack = MARGIN * self.width if self.fit is Fit.CROPPED else 1.0
        return (self.region.y1 - self.top) * self.scale <= self.height + slack

    def to_screen(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of user space lies in the view."""
        right, down = self.shape.to_sheet(x, y)
        across, above = self.origin
        return right * self.scale - across, self.height - (down * self.scale - above)

    def to_page(self, x: float, y: float) -> tuple[float, float]:
        """The point of user space at a position in the view; the inverse of `to_screen`."""
        across, above = self.origin
        right = (x + across) / self.scale
        down = (self.height - y + above) / self.scale
        return self.shape.to_user(right, down)

    def settled(self) -> "Viewport":
        """The same, moved inside its limits: never past the region, centred where it is smaller.

        A page lower than the view starts at the top; only a whole page is centred both ways.
        """
        region, scale = self.region, self.scale
        wide, high = self.width / scale, self.height / scale
        left = min(max(self.left, region.x0), region.x1 - wide)
        if region.width <= wide:
            left = region.x0 - (wide - region.width) / 2
        top = min(max(self.top, region.y0), region.y1 - high)
        if region.height <= high:
            spare = (high - region.height) / 2 if self.fit is Fit.WHOLE else 0.0
            top = region.y0 - spare
        return replace(self, left=left, top=top)

    def at(self, y: float) -> "Viewport":
        """With the place `y` (share of the page's height) at the upper edge, if it can be."""
        return replace(self, top=y * self.shape.height).settled()

    def resized(self, width: float, height: float) -> "Viewport":
        """In a view of another size; what was at the upper left stays there."""
        return replace(self, width=width, height=height).settled()

    def fitted(self, fit: Fit) -> "Viewport":
        """Fitted otherwise, at zoom 1; what was at the upper edge stays there."""
        return replace(self, fit=fit, zoom=1.0).settled()

    def zoomed(self, zoom: float, about: tuple[float, float] | None = None) -> "Viewport":
        """At another zoom (between the first and last of `ZOOMS`), the point `about` fixed.

        `about` is a position in the view; without it, the middle of the upper edge stays.
        """
        x, y = about or (self.width / 2, self.height)
        right, down = self.left + x / self.scale, self.top + (self.height - y) / self.scale
        moved = replace(self, zoom=min(max(zoom, ZOOMS[0]), ZOOMS[-1]))
        return replace(
            moved,
            left=right - x / moved.scale,
            top=down - (self.height - y) / moved.scale,
        ).settled()

    def zoom_step(self, way: int) -> "Viewport":
        """One step nearer (+1) or farther (-1)."""
        if way > 0:
            zoom = next((step for step in ZOOMS if step > self.zoom + 1e-3), ZOOMS[-1])
        else:
            zoom = next((step for step in reversed(ZOOMS) if step < self.zoom - 1e-3), ZOOMS[0])
        return self.zoomed(zoom)

    def panned(self, dx: float, dy: float) -> "Viewport":
        """Moved by a finger's way in pixels, x to the right and y up: the page goes with it."""
        return replace(
            self, left=self.left - dx / self.scale, top=self.top + dy / self.scale
        ).settled()

    def stepped(self, way: int) -> "Viewport | None":
        """One step on (+1) or back (-1) inside the page; None where the page ends."""
        if (way > 0 and self.at_end) or (way < 0 and self.at_start):
            return None
        move = STEP * self.height / self.scale
        return replace(self, top=self.top + move * way).settled()

    def turned(self, shape: PageShape, column: tuple[float, float] | None) -> "Viewport":
        """The top of another page, in the same mode, zoom and sideways place."""
        aside = (self.left - self.region.x0) * self.scale
        fresh = replace(self, shape=shape, column=column)
        left = fresh.region.x0 + aside / fresh.scale
        return replace(fresh, left=left, top=0.0).settled()
