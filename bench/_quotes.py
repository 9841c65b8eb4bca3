"""The peer of `bench.anchoring`: the search for a quote with its context, as annotation clients do.

Exact matches first, else the best fuzzy alignment; candidates are ranked by the weights of the
Hypothesis client: quote 50, prefix 20, suffix 20, position 2.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from rapidfuzz.fuzz import partial_ratio_alignment, ratio

from server.protocol.paper_words import PaperWords

CONTEXT = 32
"""Letters on each side, as that client keeps them."""
LEAST = 0.6
QUOTE, PREFIX, SUFFIX, POSITION = 50, 20, 20, 2


class Quotes:
    """Looks for words of one revision in the text of the other."""

    def __init__(self, old: PaperWords, new: PaperWords) -> None:
        self._before, self._after = old.tokens(), new.tokens()
        self._old, self._new = " ".join(self._before), " ".join(self._after)
        self._old_starts, self._new_starts = _starts(self._before), _starts(self._after)

    def find(self, places: Sequence[int], hit: Callable[[Iterable[int]], bool]) -> tuple[str, bool]:
        """Return `ok` and whether it is right, or `orphan`."""
        start = self._old_starts[places[0]]
        end = self._old_starts[places[-1]] + len(self._before[places[-1]])
        quote = self._old[start:end]
        best = max(
            self._candidates(quote),
            key=lambda one: self._score(quote, start, end, one),
            default=None,
        )
        if best is None or self._score(quote, start, end, best) < LEAST:
            return "orphan", False
        words = (
            place
            for place, at in enumerate(self._new_starts)
            if at < best[1] and at + len(self._after[place]) > best[0]
        )
        return "ok", hit(words)

    def _candidates(self, quote: str) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        at = self._new.find(quote)
        while at >= 0 and len(found) < 200:
            found.append((at, at + len(quote)))
            at = self._new.find(quote, at + 1)
        if not found:
            aligned = partial_ratio_alignment(quote, self._new, score_cutoff=50)
            if aligned is not None:
                found.append((aligned.dest_start, aligned.dest_end))
        return found

    def _score(self, quote: str, start: int, end: int, one: tuple[int, int]) -> float:
        low, high = one
        text = self._new
        alike = (
            QUOTE * ratio(quote, text[low:high])
            + PREFIX
            * ratio(self._old[max(0, start - CONTEXT) : start], text[max(0, low - CONTEXT) : low])
            + SUFFIX * ratio(self._old[end : end + CONTEXT], text[high : high + CONTEXT])
            + POSITION * 100 * (1 - abs(low - start) / max(1, len(text)))
        )
        return alike / 100 / (QUOTE + PREFIX + SUFFIX + POSITION)


def _starts(tokens: Sequence[str]) -> list[int]:
    return [0, *accumulate(len(token) + 1 for token in tokens)][:-1]
