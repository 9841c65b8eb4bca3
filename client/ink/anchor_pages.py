"""Which page of a revision is which of the next, by small pictures, where there are no words."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

SIDE = 24
"""Pictures are `SIDE` times `SIDE` bytes of grey, row by row."""
SAME, ALIKE = 0.985, 0.80
"""Correlation from which a page is the same, and from which it may be."""
WINDOW = 12
"""How far pages are thought to have moved when every page is a picture."""


@dataclass(frozen=True, slots=True)
class PageMatch:
    """A page of the new revision, from 0, and how alike the two pictures are, -1 to 1."""

    page: int
    score: float


def match_pages(old: Sequence[bytes], new: Sequence[bytes]) -> dict[int, PageMatch]:
    """Return for the pages of the old revision what they most likely became.

    No page is given to two; an empty picture (of a page that is not asked for) matches none.
    """
    before, after = [_centred(one) for one in old], [_centred(one) for one in new]
    drift = len(new) - len(old)
    found: list[tuple[float, int, int, int]] = []
    for number, one in enumerate(before):
        low = max(0, number - WINDOW + min(0, drift))
        for other in range(low, min(len(after), number + WINDOW + 1 + max(0, drift))):
            score = _correlation(one, after[other])
            if score >= ALIKE:
                found.append((-score, abs(number - other), number, other))
    matches: dict[int, PageMatch] = {}
    taken: set[int] = set()
    for score, _, number, other in sorted(found):
        if number not in matches and other not in taken:
            matches[number] = PageMatch(other, -score)
            taken.add(other)
    return matches


def _centred(picture: bytes) -> tuple[list[float], float]:
    mean = sum(picture) / len(picture) if picture else 0.0
    values = [grey - mean for grey in picture]
    return values, sqrt(sum(value * value for value in values))


def _correlation(one: tuple[list[float], float], other: tuple[list[float], float]) -> float:
    """Return Pearson's coefficient; two blank pages are the same page."""
    (a, long_a), (b, long_b) = one, other
    if not a or len(a) != len(b):
        return -1.0
    if not long_a or not long_b:
        return 1.0 if long_a == long_b else 0.0
    return sum(x * y for x, y in zip(a, b, strict=True)) / (long_a * long_b)
