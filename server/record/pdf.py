"""Set pages as a PDF file, with a Times-like face that has every Vietnamese letter.

The only module of the record that knows the PDF engine. What it writes it reads back: a page whose
text does not come out as it went in is an error here, not a surprise in the archive.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pymupdf

from server.record import form
from server.record.minutes import Minutes
from server.record.pages import Setter
from server.record.typeset import Block, Figure, Page, Sheet, Style, mapped

LETTERS = (
    "ăâđêôơưĂÂĐÊÔƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
    "ỲỶỸỴẰẲẴẶỂỄỆỐỒỔỖỘỚỜỞỠỢỨỪỬỮỰ\u2013\u2014\u201c\u201d\u2026"
)
BOX = "\u25a1"
SOFT_HYPHEN = 0xAD
STYLES: tuple[Style, ...] = ("regular", "bold", "italic", "bolditalic")
_DEBIAN = Path("/usr/share/fonts/truetype")
_LIBERATION = ("Regular", "Bold", "Italic", "BoldItalic")
_FACES: tuple[tuple[Path, str, tuple[str, str, str, str]], ...] = (
    (_DEBIAN / "liberation2", "LiberationSerif-", _LIBERATION),
    (_DEBIAN / "liberation", "LiberationSerif-", _LIBERATION),
    (Path("/usr/share/fonts/liberation-serif-fonts"), "LiberationSerif-", _LIBERATION),
    (Path("/usr/share/fonts/liberation-serif"), "LiberationSerif-", _LIBERATION),
    (Path("/usr/share/fonts/liberation"), "LiberationSerif-", _LIBERATION),
    (Path("C:/Windows/Fonts"), "times", ("", "bd", "i", "bi")),
    (
        Path("/System/Library/Fonts/Supplemental"),
        "Times New Roman",
        ("", " Bold", " Italic", " Bold Italic"),
    ),
    (_DEBIAN / "dejavu", "DejaVuSerif", ("", "-Bold", "-Italic", "-BoldItalic")),
)


class TextLostError(Exception):
    """A page's text did not come out as it went in."""


class Face:
    """Four cuts of a serif. The first installed one that has every Vietnamese letter is taken.

    Where the system has none, the engine's own Noto Serif stands in for all four cuts: plainer,
    but nothing is lost.
    """

    def __init__(self, faces: Iterable[tuple[Path, str, Sequence[str]]] = _FACES) -> None:
        self._cuts: dict[Style, Any] = {}
        self.spare = False
        """The engine's own stands in."""
        for folder, name, endings in faces:
            paths = [folder / f"{name}{ending}.ttf" for ending in endings]
            if all(path.is_file() for path in paths):
                cuts = [pymupdf.Font(fontfile=str(path)) for path in paths]
                if all(_reads_back(cut) for cut in cuts):
                    self._cuts = dict(zip(STYLES, cuts, strict=True))
                    break
        else:
            self._cuts = dict.fromkeys(STYLES, _built_in())
            self.spare = True
        self._known: dict[tuple[str, Style], float] = {}

    @property
    def name(self) -> str:
        """The name of the face, as the file will carry it."""
        return str(self._cuts["regular"].name)

    def cut(self, style: Style) -> Any:
        """The engine's font of a style."""
        return self._cuts[style]

    def printable(self, text: str) -> str:
        """Return the text in NFC with a box for every character that the face cannot print.

        Control characters go; writing from right to left and lone marks are boxes too, since a
        reader of the file would find them in another order.
        """
        return "".join(map(self._printable, unicodedata.normalize("NFC", text)))

    def _printable(self, letter: str) -> str:
        if letter.isspace():
            return " "
        kind = unicodedata.category(letter)
        if kind in {"Cc", "Cf", "Cs"}:
            return ""
        plain = kind[0] != "M" and unicodedata.bidirectional(letter) not in {"R", "AL", "AN"}
        known = all(cut.has_glyph(ord(letter)) for cut in self._cuts.values())
        return letter if plain and known else BOX

    def width(self, text: str, style: Style, size: float) -> float:
        """Width of a text in points."""
        key = (text, style)
        if key not in self._known:
            self._known[key] = self._cuts[style].text_length(text, fontsize=1000)
        return self._known[key] * size / 1000


def _reads_back(cut: Any) -> bool:
    """Say whether a cut has every letter, and a hyphen of its own.

    Some (Tinos) draw hyphen and soft hyphen with one glyph, and copied text then has the soft one.
    """
    return cut.has_glyph(ord("-")) != cut.has_glyph(SOFT_HYPHEN) and all(
        cut.has_glyph(ord(letter)) for letter in LETTERS
    )


def _built_in() -> Any:
    """Return the engine's own Noto Serif, as a font of its own."""
    engine = pymupdf.mupdf
    lent = engine.fz_load_fallback_font(engine.UCDN_SCRIPT_LATIN, engine.FZ_LANG_UNSET, 1, 0, 0)
    # The engine lends it and its wrapper gives back what was never taken: take it once.
    engine.ll_fz_keep_font(lent.m_internal)
    held = engine.FzBuffer(engine.ll_fz_keep_buffer(lent.m_internal.buffer))
    return pymupdf.Font(fontbuffer=engine.fz_buffer_extract_copy(held))


@cache
def face() -> Face:
    """The face of this machine."""
    return Face()


def set_pages(
    blocks: Sequence[Block], sheet: Sheet | None = None, *, numbers: bool = True
) -> list[Page]:
    """Set blocks into pages with this machine's face; what it cannot print becomes a box."""
    setter = Setter(sheet or Sheet(), face().width, numbers=numbers)
    return setter.set(mapped(blocks, face().printable))


def write(pages: Sequence[Page], *, title: str = "", subset: bool = True) -> bytes:
    """Return the pages as a PDF file, fonts embedded. Raises :class:`TextLostError`."""
    with pymupdf.open() as document:
        for page in pages:
            draw(document.new_page(width=page.sheet.width, height=page.sheet.height), page)
        document.set_metadata({"title": unicodedata.normalize("NFC", title)})
        if subset:
            document.subset_fonts()
        data: bytes = document.tobytes(garbage=4, deflate=True, use_objstms=1)
    check(data, pages)
    return data


def draw(canvas: Any, page: Page) -> None:
    """Put a set page on an engine's page."""
    writer = pymupdf.TextWriter(canvas.rect)
    for piece in page.pieces:
        text = piece.text if piece.glue else piece.text + " "
        writer.append((piece.x, piece.y), text, font=face().cut(piece.style), fontsize=piece.size)
    if page.pieces:
        writer.write_text(canvas)
    shape = canvas.new_shape()
    for stroke in page.strokes:
        shape.draw_line((stroke.x0, stroke.y0), (stroke.x1, stroke.y1))
        dashes = "[{:g} {:g}] 0".format(*stroke.dash) if any(stroke.dash) else None
        shape.finish(width=stroke.width, color=(stroke.grey,) * 3, dashes=dashes)
    shape.commit()


def picture(figure: Figure, width: float, dpi: int = 200) -> bytes:
    """Return a figure as PNG, for files that hold no drawings. `width`: that of the text."""
    page = Page(Sheet(width, figure.height), list(figure.pieces), list(figure.strokes))
    with pymupdf.open() as document:
        canvas = document.new_page(width=width, height=figure.height)
        draw(canvas, page)
        data: bytes = canvas.get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY).tobytes("png")
    return data


def check(data: bytes, pages: Sequence[Page]) -> None:
    """Read a file back and compare every page's words. Raises :class:`TextLostError`."""
    with pymupdf.open(stream=data) as document:
        if document.page_count != len(pages):
            raise TextLostError(f"{len(pages)} pages in, {document.page_count} out")
        for number, (page, written) in enumerate(zip(pages, document, strict=True), 1):
            wanted = [unicodedata.normalize("NFC", word) for word in page.words()]
            found = [unicodedata.normalize("NFC", word) for word in written.get_text().split()]
            if wanted != found:
                raise TextLostError(f"page {number}: {_difference(wanted, found)}")


def _difference(wanted: list[str], found: list[str]) -> str:
    for index, word in enumerate(wanted):
        if index >= len(found) or found[index] != word:
            return f"word {index + 1} is {found[index : index + 1]}, not {word!r}"
    return f"{len(found) - len(wanted)} words too many"


def minutes_pdf(minutes: Minutes, zone: dt.tzinfo | None = None) -> bytes:
    """Return the minutes as a PDF file. Times in `zone`, or in this machine's."""
    return write(set_pages(form.blocks(minutes, zone)), title=f"Biên bản. {minutes.title}")
