"""Putting set blocks on pages: what stays together, what may break, page numbers. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from server.record.typeset import (
    ASCENT,
    Block,
    Break,
    Columns,
    Figure,
    Line,
    Measure,
    Page,
    Para,
    Piece,
    Sheet,
    Stroke,
    Table,
    set_lines,
)


def _together(lines: int) -> int:
    """How many first lines stay together: no line alone at the foot or the head of a page."""
    return lines if lines <= 3 else 2  # noqa: PLR2004 - two and two, or all


class Setter:
    """Puts blocks on pages. ``numbers``: page numbers from the second page, bottom centre."""

    def __init__(self, sheet: Sheet, measure: Measure, *, numbers: bool = True) -> None:
        self.sheet = sheet
        self.measure = measure
        self.numbers = numbers
        self.pages = [Page(sheet)]
        self.y = sheet.top

    def set(self, blocks: Sequence[Block]) -> list[Page]:
        """Set all blocks; returns the pages. Raises ValueError for a row higher than a page."""
        for number, block in enumerate(blocks):
            match block:
                case Para():
                    self._para(block, blocks, number + 1)
                case Columns():
                    self._columns(block)
                case Table():
                    self._table(block)
                case Figure():
                    self._figure(block)
                case Break():
                    self._turn()
        return self._numbered()

    @property
    def _floor(self) -> float:
        return self.sheet.height - self.sheet.bottom

    @property
    def _at_top(self) -> bool:
        return self.y <= self.sheet.top

    def _turn(self) -> None:
        self.pages.append(Page(self.sheet))
        self.y = self.sheet.top

    def _room(self, height: float) -> None:
        """Turn the page unless this much fits on it."""
        if self.y + height > self._floor and not self._at_top:
            self._turn()

    def _para(self, para: Para, blocks: Sequence[Block], after: int) -> None:
        lines = set_lines(para, self.sheet.measure, self.measure)
        pitch = para.size * para.leading
        if not self._at_top:
            self.y += para.before
        need = (len(lines) if para.keep else _together(len(lines))) * pitch
        if para.keep:
            need += para.after + self._least(blocks, after)
        self._room(need)
        for number, line in enumerate(lines):
            left = len(lines) - number
            last_two = 2 if left == 2 and number > 0 else 1  # noqa: PLR2004 - no widow
            self._room(pitch * last_two)
            self._line(line, para, self.sheet.left)
        self.y += para.after

    def _least(self, blocks: Sequence[Block], at: int) -> float:
        """Height of the smallest part of a block that may stand at the foot of a page.

        What is kept with the block after it stands there with that one only.
        """
        block = blocks[at] if at < len(blocks) else Break()
        match block:
            case Para():
                lines = len(set_lines(block, self.sheet.measure, self.measure))
                if not block.keep:
                    return _together(lines) * block.size * block.leading
                own = block.before + lines * block.size * block.leading + block.after
                return own + self._least(blocks, at + 1)
            case Columns():
                return block.before + self._columns_height(block)
            case Table():
                widths = self._widths(block.shares)
                rows = block.rows if block.whole else block.rows[: block.head + 1]
                return sum(self._row_height(row, widths, block.pad) for row in rows)
            case Figure():
                return block.before + block.height
            case Break():
                return 0.0

    def _line(self, line: Line, para: Para, x: float) -> None:
        pitch = para.size * para.leading
        base = self.y + (pitch - para.size) / 2 + para.size * ASCENT
        page = self.pages[-1]
        placed = [replace(piece, x=piece.x + x, y=base) for piece in line.pieces]
        page.pieces.extend(placed)
        if para.underline and placed:
            under = base + para.size * 0.2
            page.strokes.append(Stroke(placed[0].x, under, placed[0].x + line.width, under))
        self.y += pitch

    def _widths(self, shares: Sequence[float]) -> list[float]:
        return [self.sheet.measure * share / sum(shares) for share in shares]

    def _stack(self, paras: Sequence[Para], x: float, width: float) -> None:
        for para in paras:
            self.y += para.before
            for line in set_lines(para, width, self.measure):
                self._line(line, para, x)
            self.y += para.after

    def _stack_height(self, paras: Sequence[Para], width: float) -> float:
        return sum(
            para.before
            + len(set_lines(para, width, self.measure)) * para.size * para.leading
            + para.after
            for para in paras
        )

    def _columns_height(self, block: Columns) -> float:
        widths = self._widths(block.shares)
        pairs = zip(block.columns, widths, strict=True)
        return max(self._stack_height(paras, width) for paras, width in pairs)

    def _columns(self, block: Columns) -> None:
        if not self._at_top:
            self.y += block.before
        height = self._columns_height(block)
        self._room(height)
        top, x = self.y, self.sheet.left
        for paras, width in zip(block.columns, self._widths(block.shares), strict=True):
            self.y = top
            self._stack(paras, x, width)
            x += width
        self.y = top + height + block.after

    def _row_height(self, row: Sequence[Para], widths: Sequence[float], pad: float) -> float:
        cells = zip(row, widths, strict=True)
        return max(self._stack_height([cell], width - 2 * pad) for cell, width in cells) + 2 * pad

    def _table(self, table: Table) -> None:
        widths = self._widths(table.shares)
        head = table.rows[: table.head]
        if table.whole:
            self._room(sum(self._row_height(row, widths, table.pad) for row in table.rows))
        for number, row in enumerate(table.rows):
            height = self._row_height(row, widths, table.pad)
            heads = sum(self._row_height(one, widths, table.pad) for one in head)
            if height + heads > self._floor - self.sheet.top:
                raise ValueError("a table row is higher than a page")
            need = height
            if number == len(table.rows) - 2 >= table.head:  # the last row never comes alone
                need += self._row_height(table.rows[-1], widths, table.pad)
            if self.y + need > self._floor:
                self._turn()
                for one in head if number >= table.head else ():
                    self._row(one, widths, table.pad)
            self._row(row, widths, table.pad)
        self.y += table.after

    def _row(self, row: Sequence[Para], widths: Sequence[float], pad: float) -> None:
        height = self._row_height(row, widths, pad)
        top, x = self.y, self.sheet.left
        strokes = self.pages[-1].strokes
        right, bottom = x + sum(widths), top + height
        strokes.extend(
            (
                Stroke(x, top, right, top),
                Stroke(x, bottom, right, bottom),
                Stroke(x, top, x, bottom),
            )
        )
        for cell, width in zip(row, widths, strict=True):
            spare = height - 2 * pad - self._stack_height([cell], width - 2 * pad)
            self.y = top + pad + spare / 2
            self._stack([cell], x + pad, width - 2 * pad)
            x += width
            strokes.append(Stroke(x, top, x, bottom))
        self.y = bottom

    def _figure(self, figure: Figure) -> None:
        if not self._at_top:
            self.y += figure.before
        self._room(figure.height)
        x, y, page = self.sheet.left, self.y, self.pages[-1]
        page.pieces.extend(replace(one, x=one.x + x, y=one.y + y) for one in figure.pieces)
        page.strokes.extend(
            replace(one, x0=one.x0 + x, x1=one.x1 + x, y0=one.y0 + y, y1=one.y1 + y)
            for one in figure.strokes
        )
        self.y += figure.height + figure.after

    def _numbered(self) -> list[Page]:
        for number, page in enumerate(self.pages, 1):
            if self.numbers and number > 1:
                text, size = str(number), 13.0
                x = (self.sheet.width - self.measure(text, "regular", size)) / 2
                y = self.sheet.height - self.sheet.bottom / 2 + 4
                page.pieces.append(Piece(text, x, y, size, "regular", glue=False))
        return self.pages
