"""Where a page's own coordinates lie on the page as it is seen.

Two systems. **User space** is the PDF's own: points, y up, unrotated, CropBox ignored; every mark
is stored in it. The **sheet** is the page as a reader sees it: points, from its upper left corner,
y down, cropped to the CropBox and turned by /Rotate.
"""

from typing import NamedTuple

import msgspec


class Box(NamedTuple):
    """A rectangle: left, first edge in y, right, second edge in y; x0 <= x1 and y0 <= y1."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Its extent in x."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Its extent in y."""
        return self.y1 - self.y0


class PageShape(msgspec.Struct, frozen=True):
    """The geometry of one page."""

    box: Box
    """The visible box (CropBox within MediaBox), in user space."""
    rotation: int = 0
    """Clockwise turn in degrees: 0, 90, 180 or 270."""
    unit: float = 1.0
    """/UserUnit: sheet points for one unit of user space."""
    text_box: Box | None = None
    """What is printed on the sheet (text, pictures, lines), in sheet points; None on a blank page
    and where the print reaches the edges, as on a scan."""

    photographs: tuple[Box, ...] = ()
    """Where photographs lie on the sheet, in sheet points: dark pages leave them as they are."""

    @property
    def width(self) -> float:
        """Width of the sheet in points."""
        turned = self.rotation in {90, 270}
        return self.unit * (self.box.height if turned else self.box.width)

    @property
    def height(self) -> float:
        """Height of the sheet in points."""
        turned = self.rotation in {90, 270}
        return self.unit * (self.box.width if turned else self.box.height)

    def to_sheet(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of user space lies on the sheet."""
        right = (x - self.box.x0) * self.unit
        down = (self.box.y1 - y) * self.unit
        if self.rotation == 90:  # noqa: PLR2004
            return self.width - down, right
        if self.rotation == 180:  # noqa: PLR2004
            return self.width - right, self.height - down
        if self.rotation == 270:  # noqa: PLR2004
            return down, self.height - right
        return right, down

    def to_user(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the sheet lies in user space; the inverse of `to_sheet`."""
        right, down = x, y
        if self.rotation == 90:  # noqa: PLR2004
            right, down = y, self.width - x
        elif self.rotation == 180:  # noqa: PLR2004
            right, down = self.width - x, self.height - y
        elif self.rotation == 270:  # noqa: PLR2004
            right, down = self.height - y, x
        return self.box.x0 + right / self.unit, self.box.y1 - down / self.unit


class DocumentShape(msgspec.Struct, frozen=True):
    """A document that has been opened. Its pages are measured one by one, when first wanted."""

    document: str
    """Its name: the hash of the view copy."""
    pages: int
    may_copy: bool = True
    """Its author permits text to be copied."""
