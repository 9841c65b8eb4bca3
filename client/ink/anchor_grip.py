"""What a mark holds on to: the words under its quads, under, within or beside its ink."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from client.ink.marks import Bounds, Mark, Mode, Quad, Target
from client.ink.packing import Point
from server.protocol.paper_words import Box, PaperWords

COVERED = 0.5
"""A word belongs to a quad or an underline that covers this share of its width."""
FLAT = 0.7
"""Ink no higher than this share of a line is drawn under (or through) words."""
NEAR = 0.45
"""How far under or over a line, in line heights, ink still belongs to it."""
_TOP = 1e6
REACH = 60.0
"""Points within which free ink belongs to the nearest line."""


@dataclass(frozen=True, slots=True)
class Grip:
    """The numbers of the words, in reading order, and how the mark lies about them."""

    words: tuple[int, ...]
    mode: Mode
    page: int
    """From 0."""
    box: Bounds
    """Round the mark itself."""


def grip(mark: Mark, target: Target, words: PaperWords) -> Grip:
    """Return what the mark holds on to where `target` says that it lies."""
    if mark.of_text or target.areas[0].quads:
        return _of_text(target, words)
    lines = lines_of(mark, target)
    if lines:
        return of_ink(lines, target.page - 1, words)
    spot = target.spot
    box = Bounds(spot.x, spot.y, spot.x, spot.y) if spot else Bounds(0.0, _TOP, 0.0, _TOP)
    page = target.page - 1
    return Grip(_beside(box, page, words), "margin" if spot else "free", page, box)


def lines_of(mark: Mark, target: Target) -> list[tuple[Point, ...]]:
    """Return the lines of the mark's ink as they lie on the page that it begins on."""
    if mark.kind == "note" or not mark.strokes:
        return []
    if not target.moves:
        return [stroke.points for stroke in mark.strokes.values()]
    lines = []
    for move in mark.moves(target):
        if move.page == target.page:
            end = None if move.last < 0 else move.last + 1
            points = mark.strokes[move.stroke].points[move.first : end]
            moved = (Point(*move.matrix.of(point.x, point.y)) for point in points)
            lines.append(tuple(moved))
    return [line for line in lines if line]


def bounds(points: Iterable[tuple[float, float] | Point]) -> Bounds:
    """Return the rectangle round points. Raises ValueError for none."""
    xs, ys = zip(*((point[0], point[1]) for point in points), strict=True)
    return Bounds(min(xs), min(ys), max(xs), max(ys))


def around(boxes: Iterable[Box]) -> Bounds:
    """Return the rectangle round boxes. Raises ValueError for none."""
    return bounds(corner for box in boxes for corner in ((box.x0, box.y0), (box.x1, box.y1)))


# ---- text ----------------------------------------------------------------------------------------


def _of_text(target: Target, words: PaperWords) -> Grip:
    quads = [(area.page - 1, _box(quad)) for area in target.areas for quad in area.quads]
    held = tuple(
        sorted(
            {
                word
                for page, box in quads
                for word in words.on_page(page)
                if _under(words, word, box)
            }
        )
    )
    if not held and target.words is not None:
        first, last = target.words.first, min(target.words.last, len(words) - 1)
        held = tuple(range(first, last + 1))
    box = quads[0][1] if quads else Bounds(0.0, 0.0, 0.0, 0.0)
    return Grip(held, "under", target.page - 1, box)


def _box(quad: Quad) -> Bounds:
    return bounds(((quad.x1, quad.y1), (quad.x2, quad.y2), (quad.x3, quad.y3), (quad.x4, quad.y4)))


def _under(words: PaperWords, word: int, area: Bounds) -> bool:
    """Say whether most of a word lies within the area."""
    box = words.boxes[word]
    wide = min(box.x1, area.x1) - max(box.x0, area.x0)
    high = min(box.y1, area.y1) - max(box.y0, area.y0)
    return wide > COVERED * (box.x1 - box.x0) and high > COVERED * (box.y1 - box.y0)


# ---- ink -----------------------------------------------------------------------------------------


def of_ink(lines: Sequence[Sequence[Point]], page: int, words: PaperWords) -> Grip:
    """Return what lines of ink on a page (from 0) hold on to."""
    box = bounds(point for line in lines for point in line)
    under = {word for line in lines for word in _underlined(bounds(line), page, words)}
    if under and all(_underlined(bounds(line), page, words) for line in lines):
        return Grip(tuple(sorted(under)), "under", page, box)
    within = tuple(word for word in words.on_page(page) if _centre_in(words.boxes[word], box))
    if within:
        return Grip(within, "around", page, box)
    beside = _beside(box, page, words)
    return Grip(beside, "margin" if _level(box, beside, words) else "free", page, box)


def _underlined(line: Bounds, page: int, words: PaperWords) -> list[int]:
    """Return the words that a flat stroke lies under or through; none for one that is not flat."""
    held: dict[int, list[int]] = {}
    for word in words.on_page(page):
        box = words.boxes[word]
        high, middle = box.y1 - box.y0, (line.y0 + line.y1) / 2
        if line.y1 - line.y0 > FLAT * high or line.x1 - line.x0 < high / 2:
            continue
        wide = min(box.x1, line.x1) - max(box.x0, line.x0)
        if wide > COVERED * (box.x1 - box.x0) and -NEAR * high < middle - box.y0 < 0.8 * high:
            held.setdefault(words.lines[word], []).append(word)
    middle = (line.y0 + line.y1) / 2
    return min(held.values(), key=lambda row: abs(words.boxes[row[0]].y0 - middle), default=[])


def _centre_in(box: Box, area: Bounds) -> bool:
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return area.x0 <= x <= area.x1 and area.y0 <= y <= area.y1


def _beside(box: Bounds, page: int, words: PaperWords) -> tuple[int, ...]:
    """Return the body's words of the lines that stand level with a box, or of the nearest line."""
    rows: dict[int, list[int]] = {}
    for word in words.on_page(page):
        if words.place(word) >= 0:
            rows.setdefault(words.lines[word], []).append(word)
    if not rows:
        return ()
    levels = {row: around(words.boxes[word] for word in held) for row, held in rows.items()}
    beside = [row for row, level in levels.items() if _overlap(level, box) >= COVERED]
    if not beside:
        nearest = min(levels, key=lambda row: _distance(levels[row], box))
        near = box.y0 >= _TOP or _distance(levels[nearest], box) <= REACH
        beside = [nearest] if near else []
    return tuple(word for row in beside for word in rows[row])


def _overlap(level: Bounds, box: Bounds) -> float:
    """Return which share of the lower of two heights both have."""
    both = min(level.y1, box.y1) - max(level.y0, box.y0)
    least = min(level.y1 - level.y0, box.y1 - box.y0)
    if least <= 0:
        return 1.0 if level.y0 <= box.y0 <= level.y1 else 0.0
    return both / least


def _distance(level: Bounds, box: Bounds) -> float:
    return max(level.y0 - box.y1, box.y0 - level.y1, 0.0)


def _level(box: Bounds, beside: Sequence[int], words: PaperWords) -> bool:
    return any(words.boxes[word].y0 < box.y1 and box.y0 < words.boxes[word].y1 for word in beside)
