"""Which word of a paper became which word of a later revision; maps one after another compose.

Words are those of the body (`paper_words.PaperWords.body`). A map is a list of runs of words that
follow each other in both revisions; a run that lies out of order was moved.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

VERSION = 1
MAX_WORDS = 4_000_000
_MORE = 0x80
_LONGEST = 5
"""Bytes of the longest number."""


class BadMap(ValueError):  # noqa: N818 - it names the state of the bytes
    """Bytes that are no map."""


class Run(NamedTuple):
    """`length` words from `old` on became those from `new` on."""

    old: int
    new: int
    length: int


class WordMap:
    """A map between `old_words` and `new_words` words. `runs` are in the order of the new revision.

    Raises BadMap unless every word is mapped at most once and lies within its revision.
    """

    def __init__(self, old_words: int, new_words: int, runs: Iterable[Run]) -> None:
        self.old_words = old_words
        self.new_words = new_words
        self.runs = tuple(sorted(runs, key=lambda run: run.new))
        _check(((run.new, run.length) for run in self.runs), new_words)
        _check(sorted((run.old, run.length) for run in self.runs), old_words)
        self._forward: list[int] | None = None

    def forward(self) -> Sequence[int]:
        """Return for every old word the number of the new one, or -1."""
        if self._forward is None:
            self._forward = [-1] * self.old_words
            for run in self.runs:
                self._forward[run.old : run.old + run.length] = range(run.new, run.new + run.length)
        return self._forward

    def moved(self) -> frozenset[Run]:
        """Return the runs that lie out of order: the fewest words that say so."""
        return frozenset(self.runs) - frozenset(_in_order(self.runs))

    def then(self, later: "WordMap") -> "WordMap":
        """Return the map from this one's old revision to the later map's new one.

        Raises BadMap when the later map does not begin where this one ends.
        """
        if later.old_words != self.new_words:
            raise BadMap("these maps do not follow each other")
        ahead = later.forward()
        pairs = (
            (run.old + step, ahead[run.new + step])
            for run in self.runs
            for step in range(run.length)
        )
        return WordMap(self.old_words, later.new_words, _joined(p for p in pairs if p[1] >= 0))

    def encode(self) -> bytes:
        """Write the map: about 2 kB for 60 pages with many changes."""
        numbers = [VERSION, self.old_words, self.new_words, len(self.runs)]
        old = new = 0
        for run in self.runs:
            numbers += [_fold(run.old - old), run.new - new, run.length]
            old, new = run.old + run.length, run.new + run.length
        return b"".join(map(_number, numbers))


def decode(raw: bytes) -> WordMap:
    """Read what `encode` wrote. Raises BadMap for anything else."""
    numbers = _numbers(raw)
    try:
        version, old_words, new_words, count = (next(numbers) for _ in range(4))
        if version != VERSION or max(old_words, new_words, count) > MAX_WORDS:
            raise BadMap("not a map of this version, or too large")
        runs, old, new = [], 0, 0
        for _ in range(count):
            run = Run(old + _unfold(next(numbers)), new + next(numbers), next(numbers))
            runs.append(run)
            old, new = run.old + run.length, run.new + run.length
    except (StopIteration, RuntimeError):
        raise BadMap("cut short") from None
    if next(numbers, None) is not None:
        raise BadMap("something follows")
    return WordMap(old_words, new_words, runs)


def _check(spans: Iterable[tuple[int, int]], words: int) -> None:
    end = 0
    for start, length in spans:
        if start < end or length < 1:
            raise BadMap("runs overlap or are empty")
        end = start + length
    if end > words:
        raise BadMap("a run beyond the end")


def _in_order(runs: Sequence[Run]) -> Iterator[Run]:
    """Yield the heaviest chain of runs that keep their order (a Fenwick tree of maxima)."""
    ranks = {old: rank + 1 for rank, old in enumerate(sorted(run.old for run in runs))}
    best: list[tuple[int, int]] = [(0, -1)] * (len(runs) + 1)
    before: list[int] = []
    for number, run in enumerate(runs):
        at, found = ranks[run.old] - 1, (0, -1)
        while at > 0:
            found = max(found, best[at])
            at -= at & -at
        before.append(found[1])
        mine, at = (found[0] + run.length, number), ranks[run.old]
        while at < len(best):
            best[at] = max(best[at], mine)
            at += at & -at
    at = max(best)[1]
    while at >= 0:
        yield runs[at]
        at = before[at]


def _joined(pairs: Iterable[tuple[int, int]]) -> Iterator[Run]:
    """Join neighbours into runs."""
    run: Run | None = None
    for old, new in pairs:
        if run is not None and (old, new) == (run.old + run.length, run.new + run.length):
            run = run._replace(length=run.length + 1)
            continue
        if run is not None:
            yield run
        run = Run(old, new, 1)
    if run is not None:
        yield run


def _fold(number: int) -> int:
    return 2 * number if number >= 0 else -2 * number - 1


def _unfold(number: int) -> int:
    return -(number + 1) // 2 if number % 2 else number // 2


def _number(value: int) -> bytes:
    parts = bytearray()
    while value >= _MORE:
        parts.append(value % _MORE | _MORE)
        value //= _MORE
    parts.append(value)
    return bytes(parts)


def _numbers(raw: bytes) -> Iterator[int]:
    value, place = 0, 0
    for byte in raw:
        value |= (byte & ~_MORE) << (7 * place)
        place += 1
        if place > _LONGEST:
            raise BadMap("a number too large")
        if not byte & _MORE:
            yield value
            value, place = 0, 0
    if place:
        raise BadMap("a number cut short")
