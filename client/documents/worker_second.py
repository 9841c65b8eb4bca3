"""The second engine, PDFium: for what the first one cannot draw or does not finish.

It opened 34 of 142 public files that MuPDF could not, and the one that hangs it. It runs in the
render process only, and is loaded when it is first needed. Kivy must never be imported here.
"""

import ctypes
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from client.documents.renderer import Clip
from client.documents.shape import Box, PageShape
from client.documents.text import PageText
from server.protocol.words import words_of


class SecondDocument:
    """A document as the second engine sees it. Raises whatever the engine raises."""

    def __init__(self, source: str | memoryview) -> None:
        held = source if isinstance(source, str) else _in_place(source)
        self._document: Any = pypdfium2.PdfDocument(held)

    @property
    def pages(self) -> int:
        """How many pages it has."""
        return len(self._document)

    def close(self) -> None:
        """Let go of it."""
        self._document.close()

    def shape(self, number: int) -> PageShape:
        """The geometry of page `number`, from 1. This engine knows no /UserUnit."""
        page = self._document[number - 1]
        try:
            media, crop = page.get_mediabox(), page.get_cropbox()
            box = Box(
                max(media[0], crop[0]),
                max(media[1], crop[1]),
                min(media[2], crop[2]),
                min(media[3], crop[3]),
            )
            if box.width <= 0 or box.height <= 0:
                box = Box(*media)
            return PageShape(box, page.get_rotation() % 360)
        finally:
            page.close()

    def draw(self, number: int, shape: PageShape, scale: float, clip: Clip, to: memoryview) -> None:
        """Draw exactly `clip` of the page at `scale`, on white, as RGBX."""
        page = self._document[number - 1]
        bitmap = pypdfium2.PdfBitmap.new_native(
            clip.width, clip.height, pdfium.FPDFBitmap_BGRA, rev_byteorder=True
        )
        try:
            bitmap.fill_rect((255, 255, 255, 255), 0, 0, clip.width, clip.height)
            pdfium.FPDF_RenderPageBitmap(
                bitmap,
                page,
                -clip.x0,
                -clip.y0,
                round(shape.width * scale),
                round(shape.height * scale),
                0,
                pdfium.FPDF_ANNOT | pdfium.FPDF_REVERSE_BYTE_ORDER,
            )
            row = clip.width * 4
            raw = memoryview(bitmap.buffer).cast("B")
            for y in range(clip.height):
                to[y * row : (y + 1) * row] = raw[y * bitmap.stride : y * bitmap.stride + row]
        finally:
            bitmap.close()
            page.close()

    def read(self, number: int, shape: PageShape) -> PageText:
        """The words of a page; a line of text is a paragraph here, and links are not told."""
        page = self._document[number - 1]
        text = page.get_textpage()
        try:
            whole = text.get_text_range()
            lines: list[dict[str, Any]] = [_line(text)]
            for place, sign in enumerate(whole[: text.count_chars()]):
                if sign in "\r\n":
                    lines.append(_line(text))
                    continue
                box = _seen(shape, text.get_charbox(place))
                lines[-1]["spans"][0]["chars"].append({"c": sign, "bbox": box})
            blocks = [{"lines": [line]} for line in lines if line["spans"][0]["chars"]]
            return PageText(shape, words_of({"blocks": blocks}))
        finally:
            text.close()
            page.close()


def _in_place(source: memoryview) -> Any:
    """Return bytes as this engine takes them, where they are: the desk keeps them until `close`."""
    start = ctypes.addressof(ctypes.c_char.from_buffer(source))
    return (ctypes.c_char * len(source)).from_address(start)


def _line(_text: Any) -> dict[str, Any]:
    return {"spans": [{"font": "", "size": 0.0, "flags": 0, "chars": []}]}


def _seen(shape: PageShape, user: tuple[float, ...]) -> tuple[float, float, float, float]:
    one, other = shape.to_sheet(user[0], user[1]), shape.to_sheet(user[2], user[3])
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[0], other[0]),
        max(one[1], other[1]),
    )
