"""A stroke as an area to be filled: outlines for the screen and for exported copies.

The outline is perfect-freehand's (Steve Ruiz), through BigBlueButton's Python port: pressure makes
the line thicker, and without a pressure speed makes it thinner. The highlighter keeps one width.
"""

from collections.abc import Iterable, Sequence
from math import cos, dist, pi, sin

from perfect_freehand import get_stroke

from client.ink.marks import Tool
from client.ink.packing import Point
from client.ink.smoothing import OneEuro, Strength

Outline = tuple[tuple[float, float], ...]
"""A closed polygon, to be filled by the non-zero winding rule."""
FREEZE_POINTS = 150
"""A live stroke is frozen in pieces of so many points, so that a long one costs no more a frame."""
_OVERLAP = 2
THINNING = 0.5
DOT_CORNERS = 16


def outline(points: Sequence[Point], width: float, tool: Tool = "pen") -> Outline:
    """Return the area of a stroke; empty without points. `width` as in `Mark`, same units."""
    return _outline(points, width, tool, whole=True)


def _outline(points: Sequence[Point], width: float, tool: Tool, *, whole: bool) -> Outline:
    if not points:
        return ()
    if max(dist(point[:2], points[0][:2]) for point in points) < width / 4:
        return _dot(points[0], width)
    pressed = all(point.pressure >= 0 for point in points)
    dots = [(point.x, point.y, point.pressure if pressed else 0.5) for point in points]
    area = get_stroke(
        dots,
        size=width,
        thinning=0.0 if tool == "highlighter" else THINNING,
        streamline=0.0,
        simulate_pressure=tool == "pen" and not pressed and len(dots) > 1,
        last=whole,
    )
    return tuple(area)


def _dot(at: Point, width: float) -> Outline:
    """The dot of an i: a tap, which has no direction to outline."""
    turns = (2 * pi * corner / DOT_CORNERS for corner in range(DOT_CORNERS))
    return tuple((at.x + cos(turn) * width / 2, at.y + sin(turn) * width / 2) for turn in turns)


class LiveStroke:
    """The wet stroke under the pen: smooths what comes in, and outlines it in pieces.

    `frozen` only grows, a piece every `FREEZE_POINTS`; `tail` is outlined anew each time it is
    asked for. `points` is what to hand to `Notebook.write` when the pen lifts.
    """

    def __init__(self, width: float, tool: Tool = "pen", smoothing: Strength = "light") -> None:
        self.points: list[Point] = []
        self.frozen: list[Outline] = []
        self._width, self._tool = width, tool
        self._filter = OneEuro(smoothing)
        self._raw: Point | None = None
        self._from = 0

    def add(self, x: float, y: float, ms: int, pressure: float = -1.0) -> bool:
        """Take where the pen is, `ms` after it came down. False: nothing new is to be drawn."""
        raw = Point(x, y, pressure, ms)
        if self._raw is not None and raw[:3] == self._raw[:3]:
            return False
        self._raw = raw
        self.points.append(self._filter.add(raw))
        if len(self.points) - self._from >= FREEZE_POINTS:
            piece = self.points[self._from :]
            self.frozen.append(_outline(piece, self._width, self._tool, whole=False))
            self._from = len(self.points) - _OVERLAP
        return True

    @property
    def tail(self) -> Outline:
        """The area of what is not frozen yet."""
        return _outline(self.points[self._from :], self._width, self._tool, whole=False)

    def finish(self) -> tuple[Point, ...]:
        """Return the points of the whole stroke, ending where the pen was lifted."""
        last = self._raw
        if last is not None and self.points and self.points[-1][:2] != last[:2]:
            self.points.append(last)
        return tuple(self.points)


def pieces(lines: Iterable[Sequence[Point]], width: float, tool: Tool = "pen") -> list[Outline]:
    """Return the areas of several strokes, those without points left out."""
    return [area for line in lines if (area := outline(line, width, tool))]
