"""A page's words as running text: paragraphs that can be set at any size. Pure.

The words keep their numbers, so that a mark on the page is a mark in the text and the other way
round.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from client.documents.text import PageText, Word

LARGER = 1.15
"""Type that much larger than most of the page is a heading."""
SHORT = 16
"""A bold paragraph of at most so many words is a heading too."""
FULL = 0.75
"""A line as long as this share of the longest goes on in the next block."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words `first` to `last` of the page, both included."""

    first: int
    last: int
    heading: bool = False


def paragraphs(text: PageText) -> tuple[Paragraph, ...]:
    """Return a page as paragraphs in reading order; together they hold every word once."""
    sizes = [word.size for word in text.words if word.size]
    usual = median(sizes) if sizes else 0.0
    made: list[Paragraph] = []
    for first, last in _blocks(text.words):
        made.append(Paragraph(first, last, _heading(text.words[first : last + 1], usual)))
    return tuple(made)


def _blocks(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of words that belong together."""
    widths = [_width(words, number) for number in range(len(words))]
    longest = max(widths, default=0.0)
    start = 0
    for number in range(1, len(words)):
        before, word = words[number - 1], words[number]
        if before.block == word.block:
            continue
        goes_on = (
            word.text[:1].islower()
            and abs(before.size - word.size) < 1
            and widths[number - 1] >= FULL * longest
        )
        if not goes_on:
            yield start, number - 1
            start = number
    if words:
        yield start, len(words) - 1


def _width(words: Sequence[Word], number: int) -> float:
    """How wide the line is that a word stands on, from its first word to this one."""
    first = number
    here = (words[number].block, words[number].line)
    while first and (words[first - 1].block, words[first - 1].line) == here:
        first -= 1
    return words[number].box[2] - words[first].box[0]


def _heading(words: Sequence[Word], usual: float) -> bool:
    larger = usual > 0 and min(word.size for word in words) > LARGER * usual
    bold = len(words) <= SHORT and all(word.bold for word in words)
    return larger or bold


def covered(text: PageText, quads: Sequence[Sequence[float]]) -> frozenset[int]:
    """Return the words whose middle lies in one of these stretches of user space."""
    areas = [_area(text, quad) for quad in quads]
    found = set()
    for number, word in enumerate(text.words):
        x, y = (word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2
        if any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in areas):
            found.add(number)
    return frozenset(found)


def _area(text: PageText, quad: Sequence[float]) -> tuple[float, float, float, float]:
    corners = [text.shape.to_sheet(quad[at], quad[at + 1]) for at in range(0, 8, 2)]
    across, down = [one[0] for one in corners], [one[1] for one in corners]
    return min(across), min(down), max(across), max(down)
