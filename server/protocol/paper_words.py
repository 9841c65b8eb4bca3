"""The words of one paper with their boxes: extracted once by the server, used by every tablet.

Selection, search, marks and the map between two revisions all count the same words, so that word
1,204 is the same word everywhere. Boxes are in PDF user space (points, y up, unrotated, CropBox
ignored). Running heads and page numbers are words too, but not of the body: they are left out when
revisions are compared.
"""

import unicodedata
import zlib
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from server.protocol.ids import Part

UNIT = 10
"""Boxes travel in whole tenths of a point."""
MAX_CLEAR_BYTES = 128 * 2**20
"""What packed words may grow to: 2,000 pages of dense text need less than half."""


class BadWords(ValueError):  # noqa: N818 - it names the state of the bytes
    """Bytes that are not the words of a paper."""


class Box(NamedTuple):
    """A rectangle in user space; x0 <= x1 and y0 <= y1."""

    x0: float
    y0: float
    x1: float
    y1: float


class PageWords(Part, frozen=True):
    """The words of one page in reading order, as they travel.

    `text`: the words, one space between two. `boxes`: four integers a word (x0 y0 x1 y1 in `UNIT`),
    each the difference from the same edge of the word before. `lines`: how many words each line
    has. `heads`: which lines of the page are running heads or page numbers.
    """

    text: str = ""
    boxes: tuple[int, ...] = ()
    lines: tuple[int, ...] = ()
    heads: tuple[int, ...] = ()


class _Packed(Part, frozen=True):
    pages: tuple[PageWords, ...]


class LineOfWords(NamedTuple):
    """A line to be packed: its words with their boxes, and whether it is a head."""

    words: Sequence[tuple[str, Box]]
    head: bool = False


def page_words(lines: Sequence[LineOfWords]) -> PageWords:
    """Put the lines of a page, in reading order, into the form that travels."""
    words = [word for line in lines for word in line.words]
    boxes: list[int] = []
    before = [0, 0, 0, 0]
    for _, box in words:
        edges = [round(edge * UNIT) for edge in box]
        boxes += [edge - old for edge, old in zip(edges, before, strict=True)]
        before = edges
    return PageWords(
        " ".join(text for text, _ in words),
        tuple(boxes),
        tuple(len(line.words) for line in lines),
        tuple(number for number, line in enumerate(lines) if line.head),
    )


def pack(pages: Sequence[PageWords]) -> bytes:
    """Write the words of a paper."""
    return zlib.compress(msgspec.json.encode(_Packed(tuple(pages))), 6)


def unpack(raw: bytes) -> "PaperWords":
    """Read what `pack` wrote. Raises BadWords; never grows beyond `MAX_CLEAR_BYTES`."""
    opened = zlib.decompressobj()
    try:
        clear = opened.decompress(raw, MAX_CLEAR_BYTES)
        if not opened.eof:
            raise BadWords("cut short or too large")
        return PaperWords(msgspec.json.decode(clear, type=_Packed).pages)
    except (zlib.error, msgspec.MsgspecError) as fault:
        raise BadWords(str(fault)) from fault


def normal(word: str) -> str:
    """Return what two words are compared by: NFKC, case folded."""
    return unicodedata.normalize("NFKC", word).casefold()


class PaperWords:
    """The words of one paper, numbered from 0 in reading order. Raises BadWords if they disagree.

    `body[n]` is the number of the n-th word that is not a running head or page number; the map
    between two revisions counts those.
    """

    def __init__(self, pages: Sequence[PageWords]) -> None:
        self.texts: list[str] = []
        self.boxes: list[Box] = []
        self.lines: list[int] = []
        self.body: list[int] = []
        self.starts: list[int] = []
        self._places: list[int] = []
        self._line = 0
        for page in pages:
            self.starts.append(len(self.texts))
            self._add(page)

    def _add(self, page: PageWords) -> None:
        texts = page.text.split(" ") if page.text else []
        if len(page.boxes) != 4 * len(texts) or sum(page.lines) != len(texts):
            raise BadWords("words, boxes and lines disagree")
        edges = [0, 0, 0, 0]
        for at in range(0, len(page.boxes), 4):
            edges = [edge + more for edge, more in zip(edges, page.boxes[at : at + 4], strict=True)]
            self.boxes.append(Box(*(edge / UNIT for edge in edges)))
        first, heads = len(self.texts), frozenset(page.heads)
        self.texts += texts
        for number, count in enumerate(page.lines):
            if count < 0:
                raise BadWords("a line of less than no words")
            self.lines += [self._line] * count
            for word in range(first, first + count):
                self._places.append(-1 if number in heads else len(self.body))
                if number not in heads:
                    self.body.append(word)
            first, self._line = first + count, self._line + 1

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def pages(self) -> int:
        """How many pages the paper has."""
        return len(self.starts)

    def page_of(self, word: int) -> int:
        """Return the page of a word, from 0."""
        return bisect_right(self.starts, word) - 1

    def on_page(self, page: int) -> range:
        """Return the numbers of a page's words; empty for a page that is not there."""
        if not 0 <= page < self.pages:
            return range(0)
        last = page + 1 == self.pages
        return range(self.starts[page], len(self) if last else self.starts[page + 1])

    def place(self, word: int) -> int:
        """Return a word's number within the body, or -1 for one of a running head."""
        return self._places[word]

    def quote(self, words: Sequence[int]) -> str:
        """Return the words as text."""
        return " ".join(self.texts[word] for word in words)

    def tokens(self) -> list[str]:
        """Return the body as it is compared: one normalised token a word."""
        return [normal(self.texts[word]) for word in self.body]
