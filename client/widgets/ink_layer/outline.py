"""The dashed line round a mark that somebody else shows, told apart without colour. Pure."""

from collections.abc import Iterator
from itertools import pairwise
from math import hypot

from client.ink.marks import Bounds, Mark
from client.theme import Rgba
from client.widgets.ink_layer.bake import Drawing
from client.widgets.ink_layer.place import Placing

DASH, GAP = 8.0, 6.0
"""In units of the line's `unit` (ui.md 3)."""
WIDTH = 1.6
AWAY = 3.0
"""Points between a mark and the line round it."""


def outline(
    drawing: Drawing, mark: Mark, where: tuple[str, int], placing: Placing, *, colour: Rgba,
    unit: float,
) -> None:  # fmt: skip
    """Add dashes round what a mark covers of a page; `unit` is a dp in pixels."""
    ribbon = drawing.ribbon(colour, highlighter=False)
    for x0, y0, x1, y1 in bounds_on(mark, *where):
        corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0))
        line = [placing.place(x, y) for x, y in corners]
        for one, other in dashes(line, DASH * unit, GAP * unit):
            ribbon.stroke([(*one, -1.0), (*other, -1.0)], WIDTH * unit, even=True)


def bounds_on(mark: Mark, document: str, page: int) -> tuple[Bounds, ...]:
    """Return the rectangles in user space round ink, or round each line of marked text."""
    target = mark.on(document, page)
    if target is None or mark.kind == "note":
        return ()
    if mark.kind == "ink":
        lines = mark.drawn_on(document, page)
        places = [(point.x, point.y) for line in lines for point in line]
        return (_round(places, AWAY + mark.width / 2),) if places else ()
    corners = (list(zip(quad[::2], quad[1::2], strict=True)) for quad in target.quads_on(page))
    return tuple(_round(places, AWAY / 2) for places in corners)


def _round(places: list[tuple[float, float]], away: float) -> Bounds:
    xs, ys = [x for x, _ in places], [y for _, y in places]
    return Bounds(min(xs) - away, min(ys) - away, max(xs) + away, max(ys) + away)


def dashes(
    line: list[tuple[float, float]], dash: float, gap: float
) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Cut each straight part of a line into dashes, the first and last at its corners."""
    for (x0, y0), (x1, y1) in pairwise(line):
        length = hypot(x1 - x0, y1 - y0)
        if length <= 0:
            continue
        count = max(1, round((length + gap) / (dash + gap)))
        step = (length + gap) / count
        for at in range(count):
            begin, end = at * step / length, min(1.0, (at * step + step - gap) / length)
            if end > begin:
                yield (
                    (x0 + (x1 - x0) * begin, y0 + (y1 - y0) * begin),
                    (x0 + (x1 - x0) * end, y0 + (y1 - y0) * end),
                )
