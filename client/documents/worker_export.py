"""Writes a marked copy of a paper, in a process of its own (`export`). No Kivy here.

Annotations have appearances of their own, so that every reader shows the same.

Objects are written as PDF syntax rather than through the engine's annotation calls, which place
marks on rotated and cropped pages up to 100 pt off and draw ink with one width.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import pymupdf

from client.documents.annotations import TEXT_BOX, Annotation, Polygon, Sheet
from client.documents.export_order import ExportFailed, ExportOrder
from client.documents.xfdf import TAG, rectangle, sides

ENGINE: Any = pymupdf  # it ships no types
FONT = "phienhop"
TEXT_SIZE = 12.0
SHEET_PAGE = (595.0, 842.0)
SHEET_MARGIN = 48.0
_SUBTYPES = {
    "highlight": "Highlight",
    "underline": "Underline",
    "strikeout": "StrikeOut",
    "ink": "Ink",
    "note": "Text",
    "text": "FreeText",
}
_PRINT = 4


def export(order: ExportOrder) -> bytes:
    """Return the marked copy as PDF. Raises ExportFailed."""
    try:
        document = ENGINE.open(stream=order.paper, filetype="pdf")
    except Exception as fault:
        raise ExportFailed("paper_unreadable") from fault
    if document.needs_pass:
        raise ExportFailed("paper_locked")
    if order.annotations and not document.permissions & ENGINE.PDF_PERM_ANNOTATE:
        raise ExportFailed("export_forbidden")
    copy = _Copy(document, order.font)
    pages = document.page_count
    for one in order.annotations:
        if 1 <= one.page <= pages:
            copy.annotate(one)
    copy.clear()
    if order.sheets:
        copy.add_sheets(order.sheets, order.sheet_title)
    return bytes(document.tobytes(garbage=1, deflate=True))


class _Copy:
    """A document that is being written into."""

    def __init__(self, document: Any, font: str) -> None:
        self._document, self._font = document, font
        self._scratch = 0

    def annotate(self, one: Annotation) -> None:
        """Add an annotation to its page."""
        loaded = self._document.load_page(one.page - 1)
        page, rotation = loaded.xref, loaded.rotation
        box = rectangle(one, rotation)
        form = self._form(one, box, rotation)
        xref = self._document.get_new_xref()
        self._document.update_object(xref, self._dictionary(one, box, form, page))
        self._attach(page, xref)

    def _attach(self, page: int, annotation: int) -> None:
        kind, value = self._document.xref_get_key(page, "Annots")
        if kind == "xref":
            held = self._document.xref_object(int(value.split()[0]), compressed=True)
        else:
            held = value if kind == "array" else "[]"
        self._document.xref_set_key(page, "Annots", f"{held.rstrip()[:-1]} {annotation} 0 R]")

    def _dictionary(self, one: Annotation, box: Sequence[float], form: int, page: int) -> str:
        made = dt.datetime.fromtimestamp(one.created / 1000, dt.UTC).strftime("D:%Y%m%d%H%M%SZ")
        parts = [
            f"/Type/Annot/Subtype/{_SUBTYPES[one.kind]}/F {_PRINT}/Rect[{_numbers(box)}]",
            f"/P {page} 0 R/C[{_numbers(one.colour)}]/NM{_text(one.id)}/T{_text(one.author)}",
            f"/CreationDate({made})/M({made})/AP<</N {form} 0 R>>",
        ]
        if one.contents:
            parts.append(f"/Contents{_text(one.contents)}")
        if one.quads:
            parts.append(f"/QuadPoints[{_numbers(edge for quad in one.quads for edge in quad)}]")
        if one.kind == "ink":
            lines = "".join(f"[{_numbers(c for at in line for c in at)}]" for line in one.lines)
            parts.append(f"/InkList[{lines}]/BS<</W {one.width:.2f}>>")
        if one.kind == "note":
            parts.append("/Name/Comment")
        if one.kind == "text":
            parts.append(f"/DA(/Helv {TEXT_SIZE:g} Tf {_numbers(one.colour)} rg)/IT/FreeText")
        return f"<<{''.join(parts)}>>"

    # ---- appearances -----------------------------------------------------------------------------

    def _form(self, one: Annotation, box: Sequence[float], rotation: int) -> int:
        if one.kind == "text":
            return self._text_form(one, rotation)
        if one.kind == "note":
            size = f"0 0 {TAG:g} {TAG:g}"
            return self._new_form(_tag(one.colour), size, "", _turned(rotation))
        mode = "/Multiply" if one.multiply else "/Normal"
        resources = f"/ExtGState<</G<</BM{mode}/ca 1/CA 1>>>>"
        return self._new_form(f"/G gs {_drawing(one)}", _numbers(box), resources)

    def _new_form(self, stream: str, box: str, resources: str, more: str = "") -> int:
        xref = int(self._document.get_new_xref())
        head = f"/Type/XObject/Subtype/Form/BBox[{box}]/Resources<<{resources}>>{more}"
        self._document.update_object(xref, f"<<{head}>>")
        self._document.update_stream(xref, stream.encode("ascii"), new=1)
        return xref

    def _text_form(self, one: Annotation, rotation: int) -> int:
        """Let the engine set the words on a page of their own, and take that page as the form."""
        width, height = TEXT_BOX
        page = self._document.new_page(width=width, height=height)
        self._write(page, (0, 0, width, height), one.contents, one.colour)
        page.clean_contents()
        stream = page.read_contents()
        kind, value = self._document.xref_get_key(page.xref, "Resources")
        held = self._document.xref_object(int(value.split()[0])) if kind == "xref" else value
        xref = int(self._document.get_new_xref())
        head = f"/Type/XObject/Subtype/Form/BBox[0 0 {width:g} {height:g}]{_turned(rotation)}"
        self._document.update_object(xref, f"<<{head}/Resources {held}>>")
        self._document.update_stream(xref, stream, new=1)
        self._scratch += 1
        return xref

    def clear(self) -> None:
        """Take away the pages on which words were set."""
        count = self._document.page_count
        if self._scratch:
            self._document.delete_pages(count - self._scratch, count - 1)

    def _write(
        self,
        page: Any,
        box: Sequence[float],
        text: str,
        colour: Sequence[float],
        size: float = TEXT_SIZE,
    ) -> None:
        """Set words in a box, smaller when they are many; never silently lose any."""
        while True:
            left = page.insert_textbox(
                ENGINE.Rect(*box),
                text,
                fontsize=size,
                fontname=FONT,
                fontfile=self._font,
                color=tuple(colour),
            )
            if left >= 0 or size < 4:  # noqa: PLR2004 - points; below it nobody reads anything
                return
            size -= 1

    # ---- the sheets of notes ---------------------------------------------------------------------

    def add_sheets(self, sheets: Iterable[Sheet], title: str) -> None:
        """Add the notes' sheets behind the paper, as many to a page as fit."""
        page, top = None, 0.0
        for sheet in sheets:
            width, height = sheet.size
            if page is None or top + height + 40 > SHEET_PAGE[1] - SHEET_MARGIN:
                page = self._document.new_page(width=SHEET_PAGE[0], height=SHEET_PAGE[1])
                top = SHEET_MARGIN
            head = title.replace("{page}", str(sheet.page))
            left = SHEET_MARGIN
            self._write(page, (left, top, left + width, top + 24), head, (0, 0, 0), 13)
            box = (left, top + 24, left + width, top + 24 + height)
            page.draw_rect(ENGINE.Rect(*box), color=(0.6, 0.55, 0.4), width=0.7)
            if sheet.contents:
                inside = (box[0] + 8, box[1] + 4, box[2] - 8, box[3] - 4)
                self._write(page, inside, sheet.contents, (0, 0, 0))
            self._ink(page, sheet, left, SHEET_PAGE[1] - box[3])
            top += height + 48

    def _ink(self, page: Any, sheet: Sheet, x: float, y: float) -> None:
        if not sheet.areas:
            return
        moved = [tuple((px + x, py + y) for px, py in area) for area in sheet.areas]
        stream = f"q {_numbers(sheet.colour)} rg {_filled(moved)} Q"
        xref = self._document.get_new_xref()
        self._document.update_object(xref, "<<>>")
        self._document.update_stream(xref, stream.encode("ascii"), new=1)
        kind, value = self._document.xref_get_key(page.xref, "Contents")
        held = value if kind == "xref" else value.strip("[]")
        self._document.xref_set_key(page.xref, "Contents", f"[{held} {xref} 0 R]")


def _drawing(one: Annotation) -> str:
    colour = _numbers(one.colour)
    if one.kind == "ink":
        return f"{colour} rg {_filled(one.areas)}"
    if one.kind == "highlight":
        rings = [((q.x1, q.y1), (q.x2, q.y2), (q.x4, q.y4), (q.x3, q.y3)) for q in one.quads]
        return f"{colour} rg {_filled(rings)}"
    share = 0.5 if one.kind == "strikeout" else 0.06
    lines = []
    for q in one.quads:
        start = q.x3 + (q.x1 - q.x3) * share, q.y3 + (q.y1 - q.y3) * share
        end = q.x4 + (q.x2 - q.x4) * share, q.y4 + (q.y2 - q.y4) * share
        lines.append(f"{_numbers(start)} m {_numbers(end)} l S")
    return f"{colour} RG {max(one.width, 0.5):.2f} w {' '.join(lines)}"


def _filled(areas: Iterable[Polygon]) -> str:
    """Each area by itself, so that crossing strokes do not cut holes into each other."""
    paths = []
    for area in areas:
        first, *rest = area
        drawn = " ".join(f"{_numbers(place)} l" for place in rest)
        paths.append(f"{_numbers(first)} m {drawn} h f")
    return " ".join(paths)


def _tag(colour: Sequence[float]) -> str:
    """A small sheet with three lines on it."""
    lines = " ".join(f"4 {y} m 16 {y} l S" for y in (14, 10, 6))
    fill = "1 0.965 0.839 rg 0.851 0.761 0.478 RG 1 w 1 1 18 18 re B"
    dark = _numbers(part * 0.5 for part in colour)
    return f"{fill} {dark} RG 1.4 w {lines}"


def _turned(rotation: int) -> str:
    """The form's /Matrix by which it stands upright on a page turned like that."""
    right, down = sides(rotation)
    return f"/Matrix[{right[0]} {right[1]} {-down[0]} {-down[1]} 0 0]"


def _numbers(values: Iterable[float]) -> str:
    return " ".join(f"{value:.3f}".rstrip("0").rstrip(".") for value in values)


def _text(text: str) -> str:
    """A PDF text string in UTF-16, as hexadecimal: no character needs escaping."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"
