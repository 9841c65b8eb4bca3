"""What changed between two revisions: the places, and the new text with the old one within it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from server.protocol.paper_words import PaperWords
from server.protocol.word_map import Run, WordMap

Kind = Literal["added", "removed", "modified", "moved"]
PieceKind = Literal["same", "ins", "del", "moved"]
BRIDGE = 2
"""Changes with no more equal words between them are one place."""
INDENT, BREAK, SHORT = 8.0, 1.7, 0.82
"""A line begins a paragraph when it is indented by so many points, when it stands so many line
heights below the one before, or when that one fills no more than this share of the width."""


@dataclass(frozen=True, slots=True)
class Change:
    """One place. Pages from 0; `place` is where in the new body it is."""

    kind: Kind
    page: int
    old_page: int
    place: int
    old: str
    new: str
    numbers_only: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that are the same, put in, taken out or moved here; `change` is the place's number."""

    kind: PieceKind
    text: str
    change: int = -1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the new revision with what was taken out of it; `page` from 0."""

    page: int
    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        """Something of it is not as it was."""
        return any(piece.kind != "same" for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The places that changed, in the order of the new revision, and its text."""

    changes: tuple[Change, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()

    def on_page(self, page: int) -> tuple[Paragraph, ...]:
        """Return the paragraphs that begin on a page, from 0."""
        return tuple(one for one in self.paragraphs if one.page == page)

    def shown(self, *, numbers: bool) -> tuple[tuple[int, Change], ...]:
        """Return the places with their numbers; without `numbers` those where words changed."""
        places = enumerate(self.changes)
        return tuple((at, one) for at, one in places if numbers or not one.numbers_only)


@dataclass(frozen=True, slots=True)
class _Gap:
    """Words of both revisions that no run in order holds."""

    old: range
    new: range


def compare(old: PaperWords, new: PaperWords, word_map: WordMap) -> Comparison:
    """Return what changed. `word_map` is the map between these."""
    moved = word_map.moved()
    starts = [frozenset(part.start for part in paragraphs(words)) for words in (old, new)]
    parts = (part for gap in _gaps(word_map, moved) for part in _parted(gap, *starts))
    gone = {place for run in moved for place in range(run.old, run.old + run.length)}
    come = {place for run in moved for place in range(run.new, run.new + run.length)}
    own = (piece for part in parts for piece in _own(_trimmed(old, new, part), come))
    gaps = list(own)
    changes = [_change(old, new, gap, gone) for gap in gaps]
    found = [(gap, one) for gap, one in zip(gaps, changes, strict=True) if one is not None]
    found += [
        (_Gap(range(run.old, run.old), range(run.new, run.new + run.length)), _move(old, new, run))
        for run in moved
    ]
    found.sort(key=lambda pair: (pair[0].new.start, pair[1].place))
    return Comparison(tuple(one for _, one in found), tuple(_paragraphs(old, new, found, gone)))


def _gaps(word_map: WordMap, moved: frozenset[Run]) -> Iterator[_Gap]:
    old = new = 0
    held: _Gap | None = None
    ends = Run(word_map.old_words, word_map.new_words, 0)
    for run in [*(run for run in word_map.runs if run not in moved), ends]:
        if run.old > old or run.new > new:
            here = _Gap(range(old, run.old), range(new, run.new))
            if held is not None and _bridged(held, here):
                here = _Gap(range(held.old.start, run.old), range(held.new.start, run.new))
            elif held is not None:
                yield held
            held = here
        old, new = run.old + run.length, run.new + run.length
    if held is not None:
        yield held


def _parted(gap: _Gap, old_starts: frozenset[int], new_starts: frozenset[int]) -> Iterator[_Gap]:
    """Part what was done to the end of a paragraph from the whole paragraphs that follow it."""
    old = next((at for at in gap.old if at in old_starts), gap.old.stop)
    new = next((at for at in gap.new if at in new_starts), gap.new.stop)
    head = _Gap(range(gap.old.start, old), range(gap.new.start, new))
    tail = _Gap(range(old, gap.old.stop), range(new, gap.new.stop))
    both = (head.old or head.new) and (tail.old or tail.new)
    yield from (head, tail) if both else (gap,)


def _trimmed(old: PaperWords, new: PaperWords, gap: _Gap) -> _Gap:
    """Leave out words at the ends of a place that differ in the sign after them alone."""
    was, now = _texts(old, gap.old), _texts(new, gap.new)
    head = 0
    while head < min(len(was), len(now)) and _stem(was[head]) == _stem(now[head]):
        head += 1
    tail = 0
    while tail < min(len(was), len(now)) - head and _stem(was[-1 - tail]) == _stem(now[-1 - tail]):
        tail += 1
    return _Gap(
        range(gap.old.start + head, gap.old.stop - tail),
        range(gap.new.start + head, gap.new.stop - tail),
    )


def _stem(word: str) -> str:
    return word.rstrip(".,;:").casefold()


def _bridged(one: _Gap, other: _Gap) -> bool:
    between = other.new.start - one.new.stop
    large = min(len(one.old) + len(one.new), len(other.old) + len(other.new)) > BRIDGE
    return between <= BRIDGE and large


def _own(gap: _Gap, come: set[int]) -> Iterator[_Gap]:
    """Part a place round the words that were moved into it; the old words stay with the first."""
    old, start = gap.old, gap.new.start
    for place in gap.new:
        if place in come:
            if place > start:
                yield _Gap(old, range(start, place))
                old = range(gap.old.stop, gap.old.stop)
            start = place + 1
    if start < gap.new.stop or old:
        yield _Gap(old, range(start, gap.new.stop))


def _change(old: PaperWords, new: PaperWords, gap: _Gap, gone: set[int]) -> Change | None:
    was = [place for place in gap.old if place not in gone]
    now = list(gap.new)
    if not was and not now:
        return None
    kind: Kind = "modified" if was and now else "added" if now else "removed"
    place = gap.new.start
    before, after = _texts(old, was), _texts(new, now)
    return Change(
        kind,
        _page(new, place),
        _page(old, gap.old.start),
        place,
        " ".join(before),
        " ".join(after),
        _only_numbers(before, after),
    )


def _move(old: PaperWords, new: PaperWords, run: Run) -> Change:
    text = " ".join(_texts(new, range(run.new, run.new + run.length)))
    return Change("moved", _page(new, run.new), _page(old, run.old), run.new, text, text)


def _texts(words: PaperWords, places: Sequence[int]) -> list[str]:
    return [words.texts[words.body[place]] for place in places]


def _page(words: PaperWords, place: int) -> int:
    """Return the page of a place; of the last word for the end."""
    if not words.body:
        return 0
    return words.page_of(words.body[min(place, len(words.body) - 1)])


def _only_numbers(before: Sequence[str], after: Sequence[str]) -> bool:
    """Say whether two texts differ in their figures alone."""
    if not before or len(before) != len(after):
        return False
    return all(
        _bare(one) == _bare(other) for one, other in zip(before, after, strict=True)
    ) and any(sign.isdigit() for word in (*before, *after) for sign in word)


def _bare(word: str) -> str:
    return "".join("#" if sign.isdigit() else sign for sign in word).replace("##", "#")


# ---- paragraphs ----------------------------------------------------------------------------------


def paragraphs(words: PaperWords) -> list[range]:
    """Return the paragraphs of a body, as stretches of its places."""
    if not words.body:
        return []
    starts = [0]
    lines = _lines(words)
    edges = [words.boxes[words.body[line.start]].x0 for line in lines]
    left = min(edges, default=0.0)
    right = max((words.boxes[words.body[line[-1]]].x1 for line in lines), default=0.0)
    for before, line in pairwise(lines):
        if _begins(words, before, line, left, right):
            starts.append(line.start)
    ends = [*starts[1:], len(words.body)]
    return [range(start, end) for start, end in zip(starts, ends, strict=True)]


def _lines(words: PaperWords) -> list[range]:
    """Return the body's lines; words that stand level are one line, whatever the file says."""
    lines: list[range] = []
    for place, word in enumerate(words.body):
        if lines and _level(words, words.body[place - 1], word):
            lines[-1] = range(lines[-1].start, place + 1)
        else:
            lines.append(range(place, place + 1))
    return lines


def _level(words: PaperWords, one: int, other: int) -> bool:
    if words.page_of(one) != words.page_of(other):
        return False
    a, b = words.boxes[one], words.boxes[other]
    return abs(a.y0 - b.y0) < 0.5 * (a.y1 - a.y0) and b.x0 >= a.x0


def _begins(words: PaperWords, before: range, line: range, left: float, right: float) -> bool:
    first, last = words.boxes[words.body[line.start]], words.boxes[words.body[before[-1]]]
    if first.x0 - left > INDENT:
        return True
    same_page = words.page_of(words.body[before[-1]]) == words.page_of(words.body[line.start])
    if same_page and last.y0 - first.y0 > BREAK * (first.y1 - first.y0):
        return True
    return last.x1 - left < SHORT * (right - left)


def _paragraphs(
    old: PaperWords, new: PaperWords, found: Sequence[tuple[_Gap, Change]], gone: set[int]
) -> Iterator[Paragraph]:
    waiting = list(enumerate(found))
    for stretch in paragraphs(new):
        pieces: list[Piece] = []
        place = stretch.start
        while waiting and waiting[0][1][0].new.start < stretch.stop:
            number, (gap, change) = waiting[0]
            start = max(gap.new.start, stretch.start)
            if place < start:
                pieces.append(Piece("same", " ".join(_texts(new, range(place, start)))))
            end = min(gap.new.stop, stretch.stop)
            first = gap.new.start >= stretch.start
            pieces += _pieces(
                old, new, (gap, change), (number, max(place, start), end, first), gone
            )
            place = max(place, end)
            if gap.new.stop > stretch.stop:
                break
            waiting.pop(0)
        if place < stretch.stop:
            pieces.append(Piece("same", " ".join(_texts(new, range(place, stretch.stop)))))
        yield Paragraph(_page(new, stretch.start), tuple(pieces))
    left = [
        piece
        for number, (gap, change) in waiting
        if gap.new.start >= len(new.body)
        for piece in _pieces(old, new, (gap, change), (number, 0, 0, True), gone)
    ]
    if left:
        yield Paragraph(_page(new, len(new.body)), tuple(left))


def _pieces(
    old: PaperWords,
    new: PaperWords,
    place: tuple[_Gap, Change],
    where: tuple[int, int, int, bool],
    gone: set[int],
) -> Iterator[Piece]:
    """Yield what was taken out at a place, the first time, and what stands there now."""
    (gap, change), (number, start, end, first) = place, where
    if change.kind == "moved":
        if start < end:
            yield Piece("moved", " ".join(_texts(new, range(start, end))), number)
        return
    was = [place for place in gap.old if place not in gone] if first else []
    if was:
        yield Piece("del", " ".join(_texts(old, was)), number)
    if start < end and change.new:
        yield Piece("ins", " ".join(_texts(new, range(start, end))), number)
    elif start < end:
        yield Piece("same", " ".join(_texts(new, range(start, end))))
