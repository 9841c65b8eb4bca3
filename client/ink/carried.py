"""How carried ink is said to be drawn: by strokes as they were drawn, not by their pieces. Pure.

What the part eraser has left of a stroke when its mark is carried may be undone later, or another
device may have left something else of it meanwhile. So a target names the stroke itself, and what
had been rubbed out of it goes with the piece beside it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from client.ink.marks import Move, Stroke
from client.ink.packing import MAX_POINTS
from client.ink.pieces import StrokeId

_END = MAX_POINTS


@dataclass(frozen=True, slots=True)
class _Span:
    """Points of a stroke that one way of drawing takes; `open` at an end that the eraser made."""

    first: int
    last: int
    open_first: bool
    open_last: bool


def as_drawn(strokes: Mapping[StrokeId, Stroke], moves: Iterable[Move]) -> tuple[Move, ...]:
    """Return moves of strokes that are there as moves of the strokes that these are pieces of."""
    found: list[tuple[Move, StrokeId, _Span]] = []
    for move in moves:
        part = strokes[move.stroke].part
        if part is None:
            last = _END if move.last < 0 else move.last
            found.append((move, move.stroke, _Span(move.first, last, False, False)))
            continue
        end = part.count - 1 if move.last < 0 else move.last
        begins, ends = move.first == 0, end == part.count - 1
        first = part.first - 1 if begins and part.lead else part.first + move.first - part.lead
        last = part.last + 1 if ends and part.tail else part.first + end - part.lead
        found.append((move, part.of, _Span(first, last, begins, ends)))
    of_stroke: dict[StrokeId, dict[_Span, None]] = {}
    for _, stroke, span in found:
        of_stroke.setdefault(stroke, {})[span] = None
    filled = {stroke: _filled(list(spans)) for stroke, spans in of_stroke.items()}
    ways = (
        Move(stroke, move.page, move.matrix, wide.first, -1 if wide.last == _END else wide.last)
        for move, stroke, span in found
        for wide in (filled[stroke][span],)
    )
    return tuple(dict.fromkeys(ways))


def _filled(spans: list[_Span]) -> dict[_Span, _Span]:
    """Return each span with what was rubbed out beside it, up to the next."""
    wide = {}
    for span in spans:
        first, last = span.first, span.last
        if span.open_first and all(one.first >= first for one in spans):
            first = 0
        if span.open_last and not any(one.first <= last < one.last for one in spans):
            last = min((one.first for one in spans if one.first > last), default=_END)
        wide[span] = replace(span, first=first, last=last)
    return wide
