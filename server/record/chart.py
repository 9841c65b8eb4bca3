"""Bars for the counts of a poll: greys and words, so that a photocopy says the same. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from server.record.typeset import (
    ASCENT,
    Align,
    Figure,
    Measure,
    Para,
    Piece,
    Run,
    Stroke,
    Style,
    set_lines,
)

SIZE = 11.5
LEADING = 1.2
GREYS = (0.55, 0.75, 0.9, 0.98)
"""The shade of the first, second … part of a bar: still apart on a photocopy."""
LABELS, NOTES = 0.33, 0.25
"""Shares of the width for what stands left and right of the bars."""
THICK, GAP, BETWEEN = 13.0, 8.0, 6.0
"""Height of a bar, distance to the words beside it, distance between rows; points."""
DASH = (3.0, 2.0)


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: who or what, its counts from left to right, and the figures in words."""

    label: str
    parts: tuple[int, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars on one scale. ``full``: the count of the whole width; ``mark``: 0 for no threshold."""

    bars: tuple[Bar, ...]
    full: int
    mark: int = 0
    caption: str = ""
    legend: tuple[str, ...] = ()


def figure(chart: Chart, width: float, measure: Measure) -> Figure:
    """Return the drawing, `width` points wide. The scale grows with a count beyond ``full``."""
    full = max(1, chart.full, *(sum(bar.parts) for bar in chart.bars))
    left, right = width * LABELS + GAP, width * (1 - NOTES) - GAP
    pieces: list[Piece] = []
    strokes: list[Stroke] = []
    y = BETWEEN
    for bar in chart.bars:
        label = _set(bar.label, width * LABELS, "right", measure)
        note = _set(bar.note, width * NOTES, "left", measure)
        height = max(len(label), len(note)) * SIZE * LEADING
        pieces += _placed(label, 0.0, y, height)
        pieces += _placed(note, right + GAP, y, height)
        strokes += _bar(bar, left, (right - left) / full, y + height / 2)
        y += height + BETWEEN
    strokes.append(Stroke(left, 0.0, left, y))
    if chart.mark:
        x = left + chart.mark * (right - left) / full
        strokes.append(Stroke(x, 0.0, x, y, 0.9, dash=DASH))
    for text, grey in [(chart.caption, -1.0), *zip(chart.legend, GREYS, strict=False)]:
        if text:
            line = _set(text, width - left - 2 * GAP, "left", measure)
            pieces += _placed(line, left + 2 * GAP, y + 3, len(line) * SIZE * LEADING)
            strokes.append(_sample(left, y + 3 + SIZE * LEADING / 2, grey))
            y += len(line) * SIZE * LEADING + 3
    return Figure(y + 4, tuple(pieces), tuple(strokes))


def _set(text: str, width: float, align: Align, measure: Measure) -> list[tuple[Piece, ...]]:
    style: Style = "regular"
    para = Para((Run(text, style),), align, SIZE)
    return [line.pieces for line in set_lines(para, width, measure)]


def _placed(lines: Sequence[Sequence[Piece]], x: float, y: float, height: float) -> Iterator[Piece]:
    pitch = SIZE * LEADING
    top = y + (height - len(lines) * pitch) / 2
    for number, line in enumerate(lines):
        base = top + number * pitch + (pitch - SIZE) / 2 + SIZE * ASCENT
        yield from (replace(piece, x=piece.x + x, y=base) for piece in line)


def _bar(bar: Bar, left: float, unit: float, y: float) -> Iterator[Stroke]:
    """Draw each part as one thick stroke in a frame of its own."""
    ends = [0, *accumulate(bar.parts)]
    for number, (begin, end) in enumerate(pairwise(ends)):
        if end > begin:
            grey = GREYS[number % len(GREYS)]
            yield Stroke(left + begin * unit, y, left + end * unit, y, THICK, grey)
            x = left + end * unit
            yield Stroke(x, y - THICK / 2, x, y + THICK / 2)
    right, top, low = left + ends[-1] * unit, y - THICK / 2, y + THICK / 2
    if ends[-1]:
        yield Stroke(left, top, right, top)
        yield Stroke(right, low, left, low)


def _sample(x: float, y: float, grey: float) -> Stroke:
    """What a line of the legend explains: a patch of its grey, or the dashes of the threshold."""
    if grey < 0:
        return Stroke(x, y, x + GAP + 4, y, 0.9, dash=DASH)
    return Stroke(x, y, x + GAP + 4, y, 8.0, grey)
