"""Where a carried mark lies in the new revision: quads along the words, ink moved with them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from client.ink.anchor_grip import Grip, around, bounds
from client.ink.marks import (
    Anchor,
    Area,
    Bounds,
    How,
    Mark,
    Matrix,
    Move,
    Quad,
    Quote,
    Spot,
    Target,
    TargetState,
    Words,
)
from server.protocol.paper_words import PaperWords

CONTEXT = 64
"""Letters on each side of a quote (W3C TextQuoteSelector, as reader.md has it)."""
THIN = 0.25
"""Margin ink that is narrower than this share of its height is a bar along lines: it grows."""
LEAST, MOST = 0.4, 2.5
"""How much ink may be shrunk or stretched."""


@dataclass(frozen=True, slots=True)
class Landing:
    """Which words of the new revision a grip's words became, and how that was found."""

    grip: Grip
    old: PaperWords
    new: PaperWords
    held: Sequence[int]
    """The new words, in reading order."""
    pairs: Mapping[int, int]
    """Which old word became which of them, as far as that is known."""
    how: How
    score: float
    state: TargetState


def place(mark: Mark, target: Target, at: Landing) -> Target:
    """Return the mark's target in the new revision; its moves are of the strokes that are there."""
    new, held = at.new, at.held
    areas = areas_of(new, held)
    quote = Quote(new.quote(held), *_context(new, held))
    words = Words(held[0], held[-1])
    if mark.of_text or target.areas[0].quads:
        return Target(areas, None, quote, words, how=at.how, score=at.score, state=at.state)
    spot = None
    if target.spot is not None:
        page, matrix = _rigid(at)
        spot = Spot(*matrix.of(target.spot.x, target.spot.y))
        areas = (Area(page),)
    moves = tuple(_moves(mark, target, at))
    pages = dict.fromkeys(move.page for move in moves) or {area.page: None for area in areas}
    box = around(new.boxes[word] for word in held if new.page_of(word) == new.page_of(held[0]))
    anchor = Anchor(tuple(held), box, _offset(mark, moves, box), at.grip.mode)
    areas = tuple(Area(page) for page in pages)
    return Target(areas, spot, quote, words, anchor, moves, at.how, at.score, at.state)


def areas_of(words: PaperWords, held: Sequence[int]) -> tuple[Area, ...]:
    """Return the quads along words, one a line, page by page."""
    found = []
    for page, numbers in groupby(held, key=words.page_of):
        on_page = list(numbers)
        turn = _turn(words, page)
        rows = groupby(on_page, key=lambda word: words.lines[word])
        quads = tuple(_quad(around(words.boxes[word] for word in row), turn) for _, row in rows)
        found.append(Area(page + 1, quads))
    return tuple(found)


def _quad(box: Bounds, turn: int) -> Quad:
    """Return the corners of a box as the reader of text that runs that way sees them."""
    corners = [(box.x0, box.y1), (box.x1, box.y1), (box.x1, box.y0), (box.x0, box.y0)]
    corners = corners[turn:] + corners[:turn]
    (x1, y1), (x2, y2), (x4, y4), (x3, y3) = corners
    return Quad(x1, y1, x2, y2, x3, y3, x4, y4)


def _turn(words: PaperWords, page: int) -> int:
    """Return by how many quarters clockwise most of a page's text runs, in user space."""
    ways: Counter[int] = Counter()
    for word in words.on_page(page)[1:]:
        if words.lines[word] == words.lines[word - 1]:
            one, two = words.boxes[word - 1], words.boxes[word]
            right = (two.x0 + two.x1 - one.x0 - one.x1) / 2
            up = (two.y0 + two.y1 - one.y0 - one.y1) / 2
            ways[(0 if right > 0 else 2) if abs(right) >= abs(up) else (3 if up > 0 else 1)] += 1
    return ways.most_common(1)[0][0] if ways else 0


def _context(words: PaperWords, held: Sequence[int]) -> tuple[str, str]:
    before = words.quote(range(max(0, held[0] - CONTEXT // 2), held[0]))
    after = words.quote(range(held[-1] + 1, min(len(words), held[-1] + 1 + CONTEXT // 2)))
    return before[-CONTEXT:], after[:CONTEXT]


def _offset(mark: Mark, moves: Sequence[Move], box: Bounds) -> Spot:
    points = [
        move.matrix.of(point.x, point.y)
        for move in moves
        if move.page == moves[0].page
        for point in mark.strokes[move.stroke].points[
            move.first : None if move.last < 0 else move.last + 1
        ]
    ]
    if not points:
        return Spot(0.0, 0.0)
    ink = bounds(points)
    return Spot(ink.x0 - box.x0, ink.y1 - box.y1)


# ---- ink -----------------------------------------------------------------------------------------


def _moves(mark: Mark, target: Target, at: Landing) -> Iterator[Move]:
    """Yield how each stroke is drawn; ink carried before goes on from where it was."""
    if mark.kind == "note":
        return
    here = (Move(stroke, target.page) for stroke in mark.strokes)
    for move in mark.moves(target) if target.moves else here:
        if move.page != target.page:
            continue
        stroke = mark.strokes[move.stroke]
        last = len(stroke.points) - 1 if move.last < 0 else move.last
        points = [move.matrix.of(p.x, p.y) for p in stroke.points[move.first : last + 1]]
        for page, matrix, first, end in _pieces(points, at):
            whole = _after(move.matrix, matrix)
            yield Move(move.stroke, page, whole, move.first + first, move.first + end)


def _pieces(
    points: Sequence[tuple[float, float]], at: Landing
) -> Iterator[tuple[int, Matrix, int, int]]:
    """Yield page, matrix, first and last point of each piece of a line of ink."""
    last, grip, new = len(points) - 1, at.grip, at.new
    if grip.mode == "under" and at.pairs:
        yield from _underline(points, at)
    elif grip.mode in {"under", "around"}:
        source = around(at.old.boxes[word] for word in grip.words)
        for row in _rows(
            new, at.held, one_line=len({at.old.lines[word] for word in grip.words}) == 1
        ):
            yield new.page_of(row[0]) + 1, _fit(source, _box(new, row)), 0, last
    elif grip.mode == "margin":
        page, matrix = _along(at)
        yield page, matrix, 0, last
    else:
        page, matrix = _rigid(at)
        yield page, matrix, 0, last


def _underline(
    points: Sequence[tuple[float, float]], at: Landing
) -> Iterator[tuple[int, Matrix, int, int]]:
    """Cut an underline where the new lines break, each piece under its own words."""
    old, new, pairs = at.old, at.new, at.pairs
    box = bounds(points)
    mine = _nearest_row(at.grip, old, box)
    kept = [word for word in mine if word in pairs]
    rows = groupby(kept, key=lambda word: (new.page_of(pairs[word]), new.lines[pairs[word]]))
    groups = [list(row) for _, row in rows]
    if not groups:  # this line's words are gone, others of the mark are not
        page, matrix = _rigid(at)
        yield page, matrix, 0, len(points) - 1
        return
    for number, row in enumerate(groups):
        source, goal = _box(old, row), _box(new, [pairs[word] for word in row])
        left = box.x0 if number == 0 else source.x0
        right = box.x1 if number == len(groups) - 1 else source.x1
        if row[0] != mine[0] and number == 0:
            left = source.x0
        if row[-1] != mine[-1] and number == len(groups) - 1:
            right = source.x1
        for first, last in _within(points, left, right):
            yield new.page_of(pairs[row[0]]) + 1, _fit(source, goal), first, last


def _nearest_row(grip: Grip, old: PaperWords, box: Bounds) -> list[int]:
    """Return those of the grip's words that one stroke lies under."""
    rows = [list(row) for _, row in groupby(grip.words, key=lambda word: old.lines[word])]
    middle = (box.y0 + box.y1) / 2
    return min(rows, key=lambda row: abs(old.boxes[row[0]].y0 - middle))


def _within(
    points: Sequence[tuple[float, float]], left: float, right: float
) -> Iterator[tuple[int, int]]:
    """Yield the runs of points between two edges."""
    inside = [left - 0.01 <= x <= right + 0.01 for x, _ in points]
    start = 0
    for is_inside, run in groupby(inside):
        length = sum(1 for _ in run)
        if is_inside and length > 1:
            yield start, start + length - 1
        start += length


def _along(at: Landing) -> tuple[int, Matrix]:
    """Return where ink in the margin goes: level with its lines, as far from the text as it was."""
    grip, old, new = at.grip, at.old, at.new
    page, rows = _main_page(new, at.held)
    box = grip.box
    thin = box.x1 - box.x0 < THIN * (box.y1 - box.y0)
    if not thin:
        return _rigid(at)
    source, goal = _box(old, grip.words), _box(new, rows)
    scale = min(MOST, max(LEAST, (goal.y1 - goal.y0) / max(source.y1 - source.y0, 1e-6)))
    shift = _aside(at, page)
    return page + 1, Matrix(1.0, 0.0, 0.0, scale, shift, goal.y1 - scale * source.y1)


def _rigid(at: Landing) -> tuple[int, Matrix]:
    """Return the move that keeps a mark as far from its nearest line as it was."""
    grip, old, new = at.grip, at.old, at.new
    middle = (grip.box.y0 + grip.box.y1) / 2
    known = [word for word in grip.words if word in at.pairs]
    if known:
        nearest = min(known, key=lambda word: abs(_middle(old, word) - middle))
        row = [word for word in known if old.lines[word] == old.lines[nearest]]
        line = Counter(new.lines[at.pairs[word]] for word in row).most_common(1)[0][0]
        word = next(word for word in row if new.lines[at.pairs[word]] == line)
        goal_word = at.pairs[word]
    else:
        word, goal_word = grip.words[0], at.held[0]
    page = new.page_of(goal_word)
    source, goal = old.boxes[word], new.boxes[goal_word]
    aside = grip.mode in {"margin", "free"}
    right = _aside(at, page) if aside else goal.x0 - source.x0
    return page + 1, Matrix(1.0, 0.0, 0.0, 1.0, right, goal.y1 - source.y1)


def _aside(at: Landing, page: int) -> float:
    """Return how far the margin has moved that the ink stands in."""
    old_left, old_right = _edges(at.old, at.grip.page)
    new_left, new_right = _edges(at.new, page)
    if at.grip.box.x0 >= (old_left + old_right) / 2:
        return new_right - old_right
    return new_left - old_left


def _middle(words: PaperWords, word: int) -> float:
    return (words.boxes[word].y0 + words.boxes[word].y1) / 2


def _main_page(new: PaperWords, held: Sequence[int]) -> tuple[int, list[int]]:
    """Return the page that most of the words are on, and those on it."""
    page = Counter(new.page_of(word) for word in held).most_common(1)[0][0]
    return page, [word for word in held if new.page_of(word) == page]


def _edges(words: PaperWords, page: int) -> tuple[float, float]:
    """Return the left and right edges of a page's body."""
    boxes = [words.boxes[word] for word in words.on_page(page) if words.place(word) >= 0]
    return min((box.x0 for box in boxes), default=0.0), max((box.x1 for box in boxes), default=0.0)


def _rows(words: PaperWords, held: Sequence[int], *, one_line: bool) -> Iterator[list[int]]:
    """Yield what ink goes round: each line apart when it was one, else what is on each page."""
    for _, row in groupby(
        held, key=lambda word: words.lines[word] if one_line else words.page_of(word)
    ):
        yield list(row)


def _box(words: PaperWords, held: Sequence[int]) -> Bounds:
    return around(words.boxes[word] for word in held)


def _fit(source: Bounds, goal: Bounds) -> Matrix:
    """Return the matrix that takes one rectangle to another, as far as ink may be stretched."""
    wide = (goal.x1 - goal.x0) / max(source.x1 - source.x0, 1e-6)
    high = (goal.y1 - goal.y0) / max(source.y1 - source.y0, 1e-6)
    high = min(MOST, max(LEAST, high))
    return Matrix(wide, 0.0, 0.0, high, goal.x0 - wide * source.x0, goal.y0 - high * source.y0)


def _after(first: Matrix, then: Matrix) -> Matrix:
    """Return the matrix of one move after another."""
    return Matrix(
        then.a * first.a + then.c * first.b,
        then.b * first.a + then.d * first.b,
        then.a * first.c + then.c * first.d,
        then.b * first.c + then.d * first.d,
        *then.of(first.e, first.f),
    )
