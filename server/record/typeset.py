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
    """Ruled rows; the first ``head`` rows come again on every page. A row is never broken.

    ``whole``: all rows on one page.
    """

    shares: tuple[float, ...]
    rows: tuple[tuple[Para, ...], ...]
    head: int = 1
    pad: float = 3.0
    after: float = 8.0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Break:
    """The next block begins a page."""


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
    """A straight line. ``grey``: 0 is black, 1 the paper. ``dash``: lengths of ink and gap."""

    x0: float
    y0: float
    x1: float
    y1: float
    width: float = 0.6
    grey: float = 0.0
    dash: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing of its own height, never broken; its points count from its upper left corner."""

    height: float
    pieces: tuple[Piece, ...]
    strokes: tuple[Stroke, ...]
    before: float = 4.0
    after: float = 10.0


Block = Para | Columns | Table | Break | Figure


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
    for word in _fitting(words_of(para.runs), room - para.indent, para.size, measure):
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


def _fitting(words: Iterable[Word], room: float, size: float, measure: Measure) -> Iterable[Word]:
    """Cut words that are wider than a line, so that nothing runs off the page."""
    for word in words:
        part: list[Run] = []
        used = 0.0
        for run in word if _width(word, size, measure) > room else ():
            for letter in run.text:
                wide = measure(letter, run.style, size)
                if part and used + wide > room:
                    yield tuple(part)
                    part, used = [], 0.0
                part.append(Run(letter, run.style))
                used += wide
        yield tuple(part) if part else word


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


def mapped(blocks: Sequence[Block], change: Callable[[str], str]) -> list[Block]:
    """Return the blocks with every text changed."""

    def para(one: Para) -> Para:
        return replace(one, runs=tuple(Run(change(run.text), run.style) for run in one.runs))

    made: list[Block] = []
    for block in blocks:
        match block:
            case Para():
                made.append(para(block))
            case Columns():
                columns = tuple(tuple(para(one) for one in stack) for stack in block.columns)
                made.append(replace(block, columns=columns))
            case Table():
                rows = tuple(tuple(para(cell) for cell in row) for row in block.rows)
                made.append(replace(block, rows=rows))
            case Figure():
                pieces = tuple(replace(one, text=change(one.text)) for one in block.pieces)
                made.append(replace(block, pieces=pieces))
            case Break():
                made.append(block)
    return made
