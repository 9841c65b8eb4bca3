"""Setting text into lines and pages. Pure: the widths of words come from outside.

Written because the engine's own story layout loses text at page breaks without a word. Here every
word is placed by name, so that what went in can be compared with what came out.
Lengths are points; y grows downwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

Style = Literal["regular", "bold", "italic", "bolditalic"]
Align = Literal["justify", "left", "center", "right"]
Measure = Callable[[str, Style, float], float]
"""Width in points of a text in a style at a size."""

ASCENT = 0.90
"""Share of the size from the top of a line to its baseline, before half the leading."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style."""

    text: str
    style: Style = "regular"


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph. ``keep``: on one page with what follows. ``underline``: a rule of its width."""

    runs: tuple[Run, ...]
    align: Align = "justify"
    size: float = 14.0
    indent: float = 0.0
    left: float = 0.0
    before: float = 0.0
    after: float = 6.0
    leading: float = 1.3
    keep: bool = False
    underline: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """Blocks side by side, never broken: heads and signatures."""

    columns: tuple[tuple[Para, ...], ...]
    shares: tuple[float, ...]
    before: float = 0.0
    after: float = 12.0


@dataclass(frozen=True, slots=True)
class Table:
    """Ruled rows; the first ``head`` rows come again on every page. A row is never broken."""

    shares: tuple[float, ...]
    rows: tuple[tuple[Para, ...], ...]
    head: int = 1
    pad: float = 3.0
    after: float = 8.0


@dataclass(frozen=True, slots=True)
class Break:
    """The next block begins a page."""


Block = Para | Columns | Table | Break


@dataclass(frozen=True, slots=True)
class Sheet:
    """Size and margins of a page."""

    width: float = 595.0
    height: float = 842.0
    left: float = 85.0
    right: float = 48.0
    top: float = 57.0
    bottom: float = 62.0

    @property
    def measure(self) -> float:
        """Width of the text."""
        return self.width - self.left - self.right


@dataclass(frozen=True, slots=True)
class Piece:
    """Text at a place; ``y`` is its baseline. ``glue``: no space follows."""

    text: str
    x: float
    y: float
    size: float
    style: Style
    glue: bool = True


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line."""

    x0: float
    y0: float
    x1: float
    y1: float
    width: float = 0.6


@dataclass(slots=True)
class Page:
    """One set page, in reading order."""

    sheet: Sheet
    pieces: list[Piece] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)

    def words(self) -> list[str]:
        """The words of the page as a reader of the file must find them again."""
        text = "".join(piece.text + ("" if piece.glue else " ") for piece in self.pieces)
        return text.split()


Word = tuple[Run, ...]


def runs(marked: str) -> tuple[Run, ...]:
    """Read ``**bold**`` and ``__italic__`` marks; both together give bold italic."""
    made: list[Run] = []
    bold = italic = False
    for part in _marks(marked):
        if part == "**":
            bold = not bold
        elif part == "__":
            italic = not italic
        else:
            made.append(Run(part, _style(bold=bold, italic=italic)))
    return tuple(made)


def _marks(marked: str) -> Iterable[str]:
    for piece in marked.replace("**", "\0**\0").replace("__", "\0__\0").split("\0"):
        if piece:
            yield piece


def _style(*, bold: bool, italic: bool) -> Style:
    if bold:
        return "bolditalic" if italic else "bold"
    return "italic" if italic else "regular"


def words_of(marked: Sequence[Run]) -> list[Word]:
    """Cut runs at spaces; a word may change its style inside. No-break spaces hold it together."""
    words: list[Word] = []
    word: list[Run] = []
    for run in marked:
        for index, part in enumerate(run.text.replace("\n", " ").split(" ")):
            if index and word:
                words.append(tuple(word))
                word = []
            if part:
                word.append(Run(part, run.style))
    if word:
        words.append(tuple(word))
    return words


@dataclass(frozen=True, slots=True)
class Line:
    """One set line, relative to its own left edge."""

    pieces: tuple[Piece, ...]
    width: float


def set_lines(para: Para, width: float, measure: Measure) -> list[Line]:
    """Break a paragraph greedily and align its lines; the last one is never stretched."""
    room = width - para.left
    rows: list[list[Word]] = [[]]
    used = para.indent
    for word in words_of(para.runs):
        wide = _width(word, para.size, measure)
        gap = _gap(rows[-1], para.size, measure)
        if rows[-1] and used + gap + wide > room:
            rows.append([])
            used = gap = 0.0
        rows[-1].append(word)
        used += gap + wide
    last = len(rows) - 1
    return [
        _align(row, para, room, measure, first=number == 0, last=number == last)
        for number, row in enumerate(rows)
    ]


def _width(word: Word, size: float, measure: Measure) -> float:
    return sum(measure(run.text, run.style, size) for run in word)


def _gap(row: list[Word], size: float, measure: Measure) -> float:
    return measure(" ", row[-1][-1].style, size) if row else 0.0


def _align(
    row: list[Word], para: Para, room: float, measure: Measure, *, first: bool, last: bool
) -> Line:
    widths = [_width(word, para.size, measure) for word in row]
    gaps = [measure(" ", word[-1].style, para.size) for word in row[:-1]]
    indent = para.indent if first else 0.0
    natural = sum(widths) + sum(gaps)
    spare = room - indent - natural
    x = para.left + indent
    if para.align == "center":
        x = para.left + (room - natural) / 2
    elif para.align == "right":
        x = para.left + room - natural
    elif para.align == "justify" and not last and gaps:
        gaps = [gap + spare / len(gaps) for gap in gaps]
    pieces: list[Piece] = []
    start = x
    for number, word in enumerate(row):
        for run in word:
            glue = run is not word[-1]
            pieces.append(Piece(run.text, x, 0.0, para.size, run.style, glue))
            x += measure(run.text, run.style, para.size)
        x += gaps[number] if number < len(gaps) else 0.0
    return Line(tuple(pieces), x - start)


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
            follower = blocks[number + 1] if number + 1 < len(blocks) else None
            match block:
                case Para():
                    self._para(block, follower)
                case Columns():
                    self._columns(block)
                case Table():
                    self._table(block)
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

    def _para(self, para: Para, follower: Block | None) -> None:
        lines = set_lines(para, self.sheet.measure, self.measure)
        pitch = para.size * para.leading
        if not self._at_top:
            self.y += para.before
        need = (len(lines) if para.keep else _together(len(lines))) * pitch
        if para.keep and follower is not None:
            need += para.after + self._least(follower)
        self._room(need)
        for number, line in enumerate(lines):
            left = len(lines) - number
            last_two = 2 if left == 2 and number > 0 else 1  # noqa: PLR2004 - no widow
            self._room(pitch * last_two)
            self._line(line, para, self.sheet.left)
        self.y += para.after

    def _least(self, block: Block) -> float:
        """Height of the smallest part of a block that may stand at the foot of a page."""
        match block:
            case Para():
                lines = len(set_lines(block, self.sheet.measure, self.measure))
                return _together(lines) * block.size * block.leading
            case Columns():
                return block.before + self._columns_height(block)
            case Table():
                widths = self._widths(block.shares)
                rows = block.rows[: block.head + 1]
                return sum(self._row_height(row, widths, block.pad) for row in rows)
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

    def _numbered(self) -> list[Page]:
        for number, page in enumerate(self.pages, 1):
            if self.numbers and number > 1:
                text, size = str(number), 13.0
                x = (self.sheet.width - self.measure(text, "regular", size)) / 2
                y = self.sheet.height - self.sheet.bottom / 2 + 4
                page.pieces.append(Piece(text, x, y, size, "regular", glue=False))
        return self.pages
