"""Finding words that were reworded: alignment of letters, among the words that nobody has yet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from rapidfuzz.fuzz import partial_ratio_alignment

NEAR_SCORE, FAR_SCORE = 60.0, 80.0
"""Of 100: between the mark's neighbours, and in the whole paper."""
LONGEST_WINDOW = 2_000
"""Words; neighbours that far apart say nothing."""
LONGEST_PAPER = 600_000
"""Letters; beyond that the whole paper is not searched."""
SHORTEST_QUOTE = 16
"""Letters that a quote needs to be looked for in the whole paper."""
LONGEST_QUOTE = 2_000


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of the new body, and how alike it is, 0 to 1."""

    words: range
    score: float


def find(
    quote: str, tokens: Sequence[str], free: Sequence[bool], window: range | None
) -> Found | None:
    """Return the free words most like the quote: in the window, else in the whole paper.

    `tokens` are the new body's words, `free` says which of them no word of the old one became.
    """
    if window is not None and len(window) <= LONGEST_WINDOW:
        near = _best(quote, tokens, _stretches(free, window), NEAR_SCORE)
        if near is not None:
            return near
    if not SHORTEST_QUOTE <= len(quote) <= LONGEST_QUOTE:
        return None
    stretches = list(_stretches(free, range(len(tokens))))
    if sum(len(tokens[word]) for stretch in stretches for word in stretch) > LONGEST_PAPER:
        return None
    return _best(quote, tokens, stretches, FAR_SCORE)


def _stretches(free: Sequence[bool], window: range) -> Iterator[range]:
    """Yield the runs of free words within a window."""
    start: int | None = None
    for word in window:
        if free[word] and start is None:
            start = word
        elif not free[word] and start is not None:
            yield range(start, word)
            start = None
    if start is not None:
        yield range(start, window.stop)


def _best(
    quote: str, tokens: Sequence[str], stretches: Iterator[range] | Sequence[range], least: float
) -> Found | None:
    best: Found | None = None
    for stretch in stretches:
        found = _align(quote, tokens, stretch, max(least, best.score * 100 if best else 0.0))
        if found is not None and (best is None or found.score > best.score):
            best = found
    return best


def _align(quote: str, tokens: Sequence[str], stretch: range, least: float) -> Found | None:
    words = [tokens[word] for word in stretch]
    text = " ".join(words)
    if 2 * len(text) < len(quote):
        return None
    aligned = partial_ratio_alignment(quote, text, score_cutoff=least)
    if aligned is None:
        return None
    start, end = (
        (aligned.dest_start, aligned.dest_end) if len(text) >= len(quote) else (0, len(text))
    )
    ends = list(accumulate(len(word) + 1 for word in words))
    held = [
        number
        for number, stop in enumerate(ends)
        if min(stop - 1, end) - max(stop - 1 - len(words[number]), start) > len(words[number]) / 2
    ]
    if not held:
        return None
    return Found(range(stretch.start + held[0], stretch.start + held[-1] + 1), aligned.score / 100)
