"""One page of a view copy as a picture, for tablets that cannot draw it. Runs in the cage only.

What travels is a paper of one page with the same boxes and rotation, all of it one JPEG: a tablet
shows it as it shows every paper, and marks lie where they lay.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymupdf
import pypdfium2

MOST_PIXELS = 16_000_000
QUALITY = 85


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page's box in user space, its rotation in degrees, and points of the sheet to its unit."""

    box: tuple[float, float, float, float]
    rotation: int
    unit: float = 1.0

    @property
    def seen(self) -> tuple[float, float]:
        """Width and height as it is read, in points of the sheet."""
        width = (self.box[2] - self.box[0]) * self.unit
        height = (self.box[3] - self.box[1]) * self.unit
        return (height, width) if self.rotation % 180 else (width, height)

    def scale(self, dots: int) -> float:
        """Pixels to a point of the sheet, at so many dots an inch and no more than there may be."""
        width, height = self.seen
        most: float = (MOST_PIXELS / (width * height)) ** 0.5
        return min(dots / 72, most)

    def spread(self) -> str:
        """The matrix that lays an upright picture over the box."""
        x0, y0, x1, y1 = self.box
        across, up = x1 - x0, y1 - y0
        matrix = {
            0: (across, 0, 0, up, x0, y0),
            90: (0, up, -across, 0, x1, y0),
            180: (-across, 0, 0, -up, x1, y1),
            270: (0, -up, across, 0, x0, y1),
        }[self.rotation]
        return " ".join(f"{value:.4f}" for value in matrix)


def write(source: Path, target: Path, page: int, dots: int, engine: str) -> dict[str, Any]:
    """Write the picture of `page`, from 1; `engine`: `first` or `second`.

    Raises whatever the engines raise, also for a page that is not there.
    """
    draw = _first if engine == "first" else _second
    sheet, pixels = draw(source, page - 1, dots)
    target.write_bytes(_paper(sheet, pixels.tobytes("jpeg", jpg_quality=QUALITY)))
    return {"width": pixels.width, "height": pixels.height}


def _first(source: Path, number: int, dots: int) -> tuple[_Sheet, Any]:
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    with pymupdf.open(str(source), filetype="pdf") as document:
        page = document.load_page(number)
        box, matrix = pymupdf.mupdf.FzRect(), pymupdf.mupdf.FzMatrix()
        inside = pymupdf.mupdf.pdf_page_from_fz_page(page.this)
        pymupdf.mupdf.pdf_page_transform(inside, box, matrix)
        unit = abs(matrix.a * matrix.d - matrix.b * matrix.c) ** 0.5 or 1.0
        sheet = _Sheet((box.x0, box.y0, box.x1, box.y1), page.rotation % 360, unit)
        scale = sheet.scale(dots)
        return sheet, page.get_pixmap(matrix=pymupdf.Matrix(scale, scale), alpha=False)


def _second(source: Path, number: int, dots: int) -> tuple[_Sheet, Any]:
    """By PDFium, which opens and draws what MuPDF does not; it knows no /UserUnit."""
    document: Any = pypdfium2.PdfDocument(str(source))
    page = document[number]
    media, crop = page.get_mediabox(), page.get_cropbox()
    box = (*map(max, media[:2], crop[:2]), *map(min, media[2:], crop[2:]))
    whole = media if box[2] <= box[0] or box[3] <= box[1] else box
    sheet = _Sheet(tuple(whole), page.get_rotation() % 360)
    drawn = page.render(scale=sheet.scale(dots), rev_byteorder=True, prefer_bgrx=True)
    row = drawn.width * 4
    raw = memoryview(drawn.buffer).cast("B")
    rows = (raw[y * drawn.stride : y * drawn.stride + row] for y in range(drawn.height))
    opaque = pymupdf.Pixmap(pymupdf.csRGB, drawn.width, drawn.height, b"".join(rows), 1)
    return sheet, pymupdf.Pixmap(opaque, 0)


def _paper(sheet: _Sheet, jpeg: bytes) -> bytes:
    with pymupdf.open() as paper:
        page = paper.new_page(width=sheet.seen[0], height=sheet.seen[1])
        page.insert_image(page.rect, stream=jpeg)
        name = page.get_images()[0][7]
        shown = f"q {sheet.spread()} cm /{name} Do Q".encode()
        paper.update_stream(page.get_contents()[0], shown)
        page.set_mediabox(pymupdf.Rect(sheet.box))
        page.set_rotation(sheet.rotation)
        if sheet.unit != 1.0:
            paper.xref_set_key(page.xref, "UserUnit", f"{sheet.unit:.6f}")
        return bytes(paper.tobytes())
