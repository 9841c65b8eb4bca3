"""The typesetter's blocks as a Word file, which an office corrects, prints and signs.

As with the PDF, what is written is read back: a word that does not come out as it went in is an
error here. A figure goes in as a picture, with its words as the alternative text.
"""

from __future__ import annotations

import datetime as dt
import io
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

import docx
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from server.record import pdf
from server.record.typeset import (
    Align,
    Block,
    Break,
    Columns,
    Figure,
    Para,
    Sheet,
    Table,
    mapped,
)

FONT = "Times New Roman"
MADE = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
"""Stands for the time of making, so that equal records give equal files."""
_ALIGN: dict[Align, WD_ALIGN_PARAGRAPH] = {
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
_RULE = ("top", "left", "bottom", "right", "insideH", "insideV")


def write(blocks: Sequence[Block], *, title: str = "", sheet: Sheet | None = None) -> bytes:
    """Return the blocks as a DOCX file. Raises :class:`pdf.TextLostError`."""
    sheet = sheet or Sheet()
    printable = mapped(blocks, pdf.face().printable)
    document = docx.Document()
    _prepare(document, sheet, title)
    writer = _Writer(document, sheet)
    for block in printable:
        writer.block(block)
    out = io.BytesIO()
    document.save(out)
    data = out.getvalue()
    check(data, printable)
    return data


def check(data: bytes, blocks: Sequence[Block]) -> None:
    """Read a file back and compare its words. Raises :class:`pdf.TextLostError`."""
    wanted = [word for block in blocks for text in _texts(block) for word in _words(text)]
    body = docx.Document(io.BytesIO(data)).element.body
    found = [word for para in body.iter(qn("w:p")) for word in _words(_read(para))]
    if wanted != found:
        pairs = enumerate(zip(wanted, found, strict=False))
        place = next((n for n, (one, other) in pairs if one != other), len(found))
        raise pdf.TextLostError(f"word {place + 1}: {wanted[place : place + 1]}")


def words_of_figure(figure: Figure) -> str:
    """The words of a drawing in reading order."""
    text = "".join(piece.text + ("" if piece.glue else " ") for piece in figure.pieces)
    return " ".join(text.split())


def _read(para: Any) -> str:
    return "".join(node.text or "" for node in para.iter(qn("w:t")))


def _words(text: str) -> list[str]:
    return unicodedata.normalize("NFC", text).split()


def _texts(block: Block) -> Iterator[str]:
    match block:
        case Para():
            yield "".join(run.text for run in block.runs)
        case Columns():
            yield from (text for stack in block.columns for one in stack for text in _texts(one))
        case Table():
            yield from (text for row in block.rows for cell in row for text in _texts(cell))
        case Figure() | Break():
            pass


def _prepare(document: Any, sheet: Sheet, title: str) -> None:
    """Set page, face and page numbers; the first page carries none."""
    section = document.sections[0]
    section.page_width, section.page_height = Pt(sheet.width), Pt(sheet.height)
    section.left_margin, section.right_margin = Pt(sheet.left), Pt(sheet.right)
    section.top_margin, section.bottom_margin = Pt(sheet.top), Pt(sheet.bottom)
    section.footer_distance = Pt(sheet.bottom / 2 - 10)
    section.different_first_page_header_footer = True
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(14)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(kind), FONT)
    number = section.footer.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        _field(number.add_run(), kind, text)
    facts = document.core_properties
    facts.title, facts.author, facts.comments = title, "", ""
    facts.created = facts.modified = MADE


def _field(run: Any, kind: str, text: str) -> None:
    node = OxmlElement("w:fldChar" if kind else "w:instrText")
    if kind:
        node.set(qn("w:fldCharType"), kind)
    else:
        node.text = text
    run._r.append(node)  # noqa: SLF001 - python-docx has no words for fields


class _Writer:
    """Adds blocks to a document."""

    def __init__(self, document: Any, sheet: Sheet) -> None:
        self._document = document
        self._sheet = sheet

    def block(self, block: Block) -> None:
        match block:
            case Para():
                self._para(self._document.add_paragraph(), block)
            case Columns():
                self._columns(block)
            case Table():
                self._table(block)
            case Figure():
                self._figure(block)
            case Break():
                self._document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        if isinstance(block, Table | Columns):
            self._gap(block.after)  # a table has no room after it, and Word joins two that touch

    def _gap(self, height: float, *, keep: bool = False) -> None:
        para = self._document.add_paragraph()
        para.paragraph_format.keep_with_next = keep
        para.paragraph_format.space_after = Pt(0)
        para.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        para.paragraph_format.line_spacing = Pt(max(height, 1))

    def _para(self, para: Any, block: Para) -> None:
        form = para.paragraph_format
        para.alignment = _ALIGN[block.align]
        form.space_before, form.space_after = Pt(block.before), Pt(block.after)
        form.line_spacing = block.leading / 1.15  # the face's own line is 1.15 of its size
        form.left_indent, form.first_line_indent = Pt(block.left), Pt(block.indent)
        form.keep_with_next = block.keep
        for run in block.runs:
            made = para.add_run(run.text)
            made.bold = run.style in {"bold", "bolditalic"}
            made.italic = run.style in {"italic", "bolditalic"}
            made.underline = block.underline
            made.font.size = Pt(block.size)

    def _grid(self, rows: int, shares: Sequence[float]) -> Any:
        grid = self._document.add_table(rows, len(shares))
        grid.alignment = WD_TABLE_ALIGNMENT.CENTER
        grid.autofit = False
        for column, share in zip(grid.columns, shares, strict=True):
            wide = Pt(self._sheet.measure * share / sum(shares))
            column.width = wide
            for cell in column.cells:
                cell.width = wide
        return grid

    def _columns(self, block: Columns) -> None:
        if block.before:
            self._gap(block.before, keep=True)  # signatures never stand on a page alone
        grid = self._grid(1, block.shares)
        _hold(grid.rows[0])
        for cell, stack in zip(grid.rows[0].cells, block.columns, strict=True):
            for number, one in enumerate(stack):
                self._para(cell.paragraphs[0] if number == 0 else cell.add_paragraph(), one)

    def _table(self, block: Table) -> None:
        grid = self._grid(len(block.rows), block.shares)
        _ruled(grid)
        _padded(grid, block.pad)
        for number, (row, texts) in enumerate(zip(grid.rows, block.rows, strict=True)):
            _hold(row)
            if number < block.head:
                row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001
            last = number == len(block.rows) - 1
            held = not last and (block.whole or number < block.head)
            for cell, text in zip(row.cells, texts, strict=True):
                self._para(cell.paragraphs[0], text)
                cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
                if held:
                    cell.paragraphs[0].paragraph_format.keep_with_next = True

    def _figure(self, block: Figure) -> None:
        para = self._document.add_paragraph()
        wide = self._sheet.measure
        png = io.BytesIO(pdf.picture(block, wide))
        shown = para.add_run().add_picture(png, Pt(wide), Pt(block.height))
        shown._inline.docPr.set("descr", words_of_figure(block))  # noqa: SLF001


def _hold(row: Any) -> None:
    """Let a row not break over two pages."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001


def _padded(grid: Any, pad: float) -> None:
    """Keep words away from the rules of a table, as on the printed page."""
    margins = OxmlElement("w:tblCellMar")
    for edge in ("top", "left", "bottom", "right"):
        room = OxmlElement(f"w:{edge}")
        room.set(qn("w:w"), str(round(pad * 20)))  # twentieths of a point
        room.set(qn("w:type"), "dxa")
        margins.append(room)
    grid._tbl.tblPr.append(margins)  # noqa: SLF001 - python-docx pads by named styles only


def _ruled(grid: Any) -> None:
    borders = OxmlElement("w:tblBorders")
    for edge in _RULE:
        line = OxmlElement(f"w:{edge}")
        for name, value in (("val", "single"), ("sz", "4"), ("color", "000000")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    grid._tbl.tblPr.append(borders)  # noqa: SLF001 - python-docx rules by named styles only
