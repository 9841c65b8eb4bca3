"""Pens, the highlighter and the erasers, and what lies under a finger. Pure geometry in points."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import ceil, dist, hypot

from msgspec.structs import replace

from client.ink.marks import Colour, Mark, MarkId, Move, Quad, Stroke, Tool
from client.ink.packing import BadStroke, Point, pack, unpack
from client.ink.pieces import Part, StrokeId
from server.protocol.ids import Sha256

Place = tuple[float, float]
OnPage = tuple[Sha256, int]
"""A page of a revision."""
NewId = Callable[[], StrokeId]
WIDTHS = (1.1, 2.2, 3.85)
"""Fine, medium and bold: 2, 4 and 7 dp where the page is 856 dp wide (ui.md 4.4)."""
HIGHLIGHTER_WIDTH = 12.0
ERASER_RADIUS = 6.0
SENTENCE_SECONDS = 1.5
SENTENCE_GAP = 40.0
"""Strokes of one pen that follow each other sooner and nearer than these are one mark."""
SENTENCE_STROKES = 60
"""The most strokes of one mark: adding to it costs by what it holds already."""


@dataclass(frozen=True, slots=True)
class Pen:
    """What writes."""

    colour: Colour = "pen1"
    width: float = WIDTHS[1]
    tool: Tool = "pen"


BLUE, RED, BLACK = Pen("pen1"), Pen("pen2"), Pen("pen3")
HIGHLIGHTER = Pen("highlight1", HIGHLIGHTER_WIDTH, "highlighter")


@dataclass(frozen=True, slots=True)
class Frame:
    """The rectangle round a stroke."""

    x0: float
    y0: float
    x1: float
    y1: float

    @classmethod
    def round(cls, places: Iterable[Place | Point]) -> "Frame":
        """Return the rectangle round places; at least one."""
        listed = [(place[0], place[1]) for place in places]
        xs, ys = [x for x, _ in listed], [y for _, y in listed]
        return cls(min(xs), min(ys), max(xs), max(ys))

    def near(self, other: "Frame", gap: float) -> bool:
        """True where no more than `gap` lies between the two, across and down."""
        across = max(self.x0 - other.x1, other.x0 - self.x1)
        down = max(self.y0 - other.y1, other.y0 - self.y1)
        return across <= gap and down <= gap


@lru_cache(maxsize=1 << 16)
def frame_of(packed: bytes) -> Frame | None:
    """Return the rectangle round a stroke, remembered: erasers ask for it at every move."""
    try:
        return Frame.round(unpack(packed))
    except BadStroke:
        return None


class Sentence:
    """Which mark is being written: strokes of a word or sketch belong together."""

    def __init__(self) -> None:
        self._last: tuple[MarkId, OnPage, Pen, Frame, int] | None = None
        self._strokes = 0

    def goes_on(self, on: OnPage, stroke: Stroke, pen: Pen, now: int) -> MarkId:
        """Return the mark that the stroke belongs to, or nothing: it begins another."""
        if self._last is None or self._strokes >= SENTENCE_STROKES:
            return ""
        mark, page, last_pen, frame, ended = self._last
        points = stroke.points
        soon = now - points[-1].ms - ended <= SENTENCE_SECONDS * 1000
        near = frame.near(Frame.round(points), SENTENCE_GAP)
        return mark if (page, last_pen) == (on, pen) and soon and near else ""

    def wrote(self, mark: MarkId, on: OnPage, stroke: Stroke, pen: Pen, now: int) -> None:
        """Take note of a stroke that has just ended."""
        same = self._last is not None and self._last[0] == mark
        self._strokes = self._strokes + 1 if same else 1
        self._last = mark, on, pen, Frame.round(stroke.points), now

    def end(self) -> None:
        """The next stroke begins another mark."""
        self._last = None


# ---- distances -----------------------------------------------------------------------------------


def distance(place: Place, start: Place, end: Place) -> float:
    """Return how far a place lies from the line between two others."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    if length == 0:
        return dist(place, start)
    share = ((place[0] - start[0]) * dx + (place[1] - start[1]) * dy) / length
    share = min(1.0, max(0.0, share))
    return hypot(place[0] - start[0] - share * dx, place[1] - start[1] - share * dy)


def _crosses(a: Place, b: Place, c: Place, d: Place) -> bool:
    def side(p: Place, q: Place, r: Place) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


def between(a: Place, b: Place, c: Place, d: Place) -> float:
    """Return how far apart the lines a-b and c-d are."""
    if _crosses(a, b, c, d):
        return 0.0
    return min(distance(a, c, d), distance(b, c, d), distance(c, a, b), distance(d, a, b))


def touches(line: Sequence[Point], path: Sequence[Place], radius: float) -> bool:
    """True where a stroke comes nearer to the path than `radius`."""
    if not line or not path or not Frame.round(line).near(Frame.round(path), radius):
        return False
    strokes = [((p.x, p.y), (q.x, q.y)) for p, q in pairwise(line)]
    strokes = strokes or [((line[0].x, line[0].y),) * 2]
    ways = list(pairwise(path)) or [(path[0], path[0])]
    return any(between(*piece, *way) <= radius for way in ways for piece in strokes)


# ---- erasers -------------------------------------------------------------------------------------


def remains(
    stroke: Stroke, ways: Iterable[Move], path: Sequence[Place], radius: float, new: NewId
) -> list[Stroke]:
    """Return what the part eraser leaves of a stroke that is drawn in these ways: pieces of it.

    A point goes where any way of drawing it brings it within `radius` of the path.
    """
    line, moves = stroke.points, tuple(ways)
    largest = max((hypot(*move.matrix[at : at + 2]) for move in moves for at in (0, 2)), default=1)
    pieces: list[list[tuple[float, Point]]] = [[]]
    for at, point in _dense(line, radius / 2 / max(largest, 1e-6)):
        if any(_rubbed(move, at, point, path, radius) for move in moves):
            pieces.append([])
        else:
            pieces[-1].append((at, point))
    return [_piece(stroke, piece, new) for piece in pieces if len(piece) > 1]


def _rubbed(move: Move, at: float, point: Point, path: Sequence[Place], radius: float) -> bool:
    if at < move.first or (at > move.last >= 0):
        return False
    place = move.matrix.of(point.x, point.y)
    ways = pairwise(path) if len(path) > 1 else [(path[0], path[0])]
    return any(distance(place, *way) <= radius for way in ways)


def _piece(stroke: Stroke, dense: Sequence[tuple[float, Point]], new: NewId) -> Stroke:
    """Return the stroke's own points of a piece, and where it ends between two of them."""
    (first, _), (last, _) = dense[0], dense[-1]
    kept = [point for at, point in dense if at in {first, last} or at == int(at)]
    part = Part(stroke.id, ceil(first), int(last), first != ceil(first), last != int(last))
    return Stroke(new(), pack(kept), part.through(stroke.part) if stroke.part else part)


def _dense(line: Sequence[Point], step: float) -> Iterator[tuple[float, Point]]:
    """Yield the stroke with no two points further apart than `step`, each with its place."""
    for at, (before, after) in enumerate(pairwise(line)):
        yield at, before
        parts = int(dist(before[:2], after[:2]) / step)
        for part in range(1, parts + 1):
            t = part / (parts + 1)
            yield (
                at + t,
                Point(
                    before.x + (after.x - before.x) * t,
                    before.y + (after.y - before.y) * t,
                    before.pressure + (after.pressure - before.pressure) * t,
                    round(before.ms + (after.ms - before.ms) * t),
                ),
            )
    yield len(line) - 1, line[-1]


def rub_out(
    marks: Iterable[Mark],
    on: OnPage | None,
    path: Sequence[Place],
    radius: float,
    new_id: NewId,
    *,
    part: bool,
) -> tuple[tuple[Mark, Mark], ...]:
    """Return marks whose strokes the eraser touches on a page, before and after.

    Without `on` the path lies on the sheet of a note. What is rubbed out is so in every revision:
    of ink that was carried here by moving it, too, the pieces lie wherever their stroke lay.
    """
    found = []
    way = Frame.round(path)
    for mark in marks:
        reach = radius + mark.width / 2
        touched = {
            stroke for stroke, drawn in _lines(mark, on, way, reach) if touches(drawn, path, reach)
        }
        if touched:
            left = {name: one for name, one in mark.strokes.items() if name not in touched}
            if part:
                ways = _ways(mark, on)
                for name in sorted(touched):
                    for piece in remains(mark.strokes[name], ways(name), path, reach, new_id):
                        left[piece.id] = piece
            found.append((mark, replace(mark, strokes=left)))
    return tuple(found)


def _ways(mark: Mark, on: OnPage | None) -> Callable[[StrokeId], Iterable[Move]]:
    """Return how each stroke is drawn on a page, or on the sheet of a note."""
    target = mark.on(*on) if on is not None else None
    if on is None or target is None or not target.moves:
        return lambda stroke: (Move(stroke, 1),)
    moves = [move for move in mark.moves(target) if move.page == on[1]]
    return lambda stroke: (move for move in moves if move.stroke == stroke)


def _lines(
    mark: Mark, on: OnPage | None, way: Frame, reach: float
) -> list[tuple[StrokeId, Sequence[Point]]]:
    """Return the lines of a mark that something moving within `way` may touch."""
    target = mark.on(*on) if on is not None else None
    if on is None or target is None or not target.moves:
        near: list[tuple[StrokeId, Sequence[Point]]] = []
        for name, stroke in mark.strokes.items():
            frame = frame_of(stroke.packed)
            if frame is not None and frame.near(way, reach):
                near.append((name, stroke.points))
        return near
    return [
        (move.stroke, line)
        for move in mark.moves(target)
        if move.page == on[1]
        for line in replace(mark, targets={on[0]: replace(target, moves=(move,))}).drawn_on(*on)
    ]


# ---- under a finger ------------------------------------------------------------------------------


def inside(quad: Quad, x: float, y: float) -> bool:
    """True within a line of text, whichever way it runs."""
    ring = ((quad.x1, quad.y1), (quad.x2, quad.y2), (quad.x4, quad.y4), (quad.x3, quad.y3))
    sides = [
        (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0])
        for a, b in zip(ring, (*ring[1:], ring[0]), strict=True)
    ]
    return all(side >= 0 for side in sides) or all(side <= 0 for side in sides)


def hit(marks: Sequence[Mark], on: OnPage, place: Place, radius: float) -> Mark | None:
    """Return the mark under a finger, newest first: its ink, its text, or its tag within radius."""
    for mark in reversed(marks):
        target = mark.on(*on)
        if target is None:
            continue
        if any(inside(quad, *place) for quad in target.quads_on(on[1])):
            return mark
        spot = target.spot
        if spot is not None and on[1] == target.page and dist(place, spot) <= radius:
            return mark
        reach = radius + mark.width / 2
        if mark.kind == "ink" and (target.moves or on[1] == target.page):
            lines = _lines(mark, on, Frame.round((place,)), reach)
            if any(touches(line, (place,), reach) for _, line in lines):
                return mark
    return None
