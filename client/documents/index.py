"""Full-text search over the papers of this device: own normalised text in FTS5, in memory only.

The text on the disk is sealed with the papers (`Library.keep_text`); the index is made from it
after signing in, so that nothing readable ever lies on the disk. Measured: 8 to 9 ms for 5,000
pages. All calls wait for SQLite: make them in a thread; they may come from any, one at a time.
"""

import sqlite3
import threading
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

from client.documents.text import Quad
from server.protocol.ids import Sha256
from server.protocol.words import fold, letters, pieces

MAX_HITS = 500
MAX_QUERY = 200
BEFORE, AFTER = 8, 14
"""Words of the page that stand round a hit in the list."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Where something was found: words `first` to `last` of a page, from 0; page from 1."""

    sha256: Sha256
    page: int
    first: int
    last: int
    whole: bool
    """Whole words: nothing follows in the last one."""
    before: str
    text: str
    after: str
    quads: tuple[Quad, ...] = ()
    """Where it lies, for what is not words of the page: a note."""


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, as it is compared."""

    folded: tuple[str, ...]
    marked: tuple[str, ...]
    """With its marks; compared only where there are any."""

    @classmethod
    def of(cls, typed: str) -> "Query":
        """Read what was typed."""
        typed = typed[:MAX_QUERY]
        return cls(pieces(fold(typed)), pieces(letters(typed)))

    @property
    def has_marks(self) -> bool:
        """Somebody who types marks means them."""
        return self.folded != self.marked

    def match(self) -> str:
        """In the language of FTS5: the pieces in their order, the last one perhaps unfinished."""
        return '"' + " ".join(self.folded) + '"*'


class TextIndex:
    """The words of every paper that can be searched."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._database.execute(
            "create virtual table pages using fts5("
            "folded, text unindexed, sha256 unindexed, page unindexed, tokenize='unicode61')"
        )
        self._held: dict[Sha256, tuple[int, ...]] = {}

    def held(self) -> frozenset[Sha256]:
        """Return the papers that can be searched."""
        with self._lock:
            return frozenset(self._held)

    def blank(self, sha256: Sha256) -> tuple[int, ...]:
        """Return the pages of a paper, from 1, on which no word was found: scans."""
        with self._lock:
            return self._held.get(sha256, ())

    def add(self, sha256: Sha256, pages: Sequence[str]) -> None:
        """Take a paper's pages in place of what was there: their words, a space between two."""
        rows = [
            (" ".join(pieces(fold(text))), text, sha256, number)
            for number, text in enumerate(pages, 1)
            if text
        ]
        blank = tuple(number for number, text in enumerate(pages, 1) if not text)
        with self._lock, self._database:
            self._forget(sha256)
            self._database.executemany("insert into pages values (?, ?, ?, ?)", rows)
            self._held[sha256] = blank

    def forget(self, sha256: Sha256) -> None:
        """The paper has left this device."""
        with self._lock, self._database:
            self._forget(sha256)

    def _forget(self, sha256: Sha256) -> None:
        if self._held.pop(sha256, None) is not None:
            self._database.execute("delete from pages where sha256 = ?", [sha256])

    def clear(self) -> None:
        """Forget everything: somebody else signs in."""
        with self._lock, self._database:
            self._database.execute("delete from pages")
            self._held.clear()

    def find(self, typed: str, files: Iterable[Sha256]) -> tuple[Hit, ...]:
        """Return where those words stand in these papers, in the order of the papers.

        The words must follow each other; the last may be the beginning of one. Marks need not be
        typed; where they are, only words with those marks are found, if there are any. Within a
        paper whole words come first. At most `MAX_HITS`.
        """
        query, wanted = Query.of(typed), list(dict.fromkeys(files))
        if not query.folded or not wanted:
            return ()
        order = {sha256: place for place, sha256 in enumerate(wanted)}
        rows = sorted(self._rows(query, order), key=lambda row: (order[row[0]], row[2]))
        hits = (hit for row in rows for hit in hits_in(query, *row))
        found = list(islice(hits, 4 * MAX_HITS))
        if query.has_marks:
            meant = [hit for hit in found if _marked(query, hit)]
            found = meant or found
        found.sort(key=lambda hit: (order[hit.sha256], not hit.whole, hit.page, hit.first))
        return tuple(found[:MAX_HITS])

    def _rows(self, query: Query, wanted: dict[Sha256, int]) -> list[tuple[str, str, int]]:
        with self._lock:
            rows = self._database.execute(
                "select sha256, text, page from pages where pages match ?", [query.match()]
            )
            return [row for row in rows if row[0] in wanted]


def hits_in(query: Query, sha256: Sha256, text: str, page: int) -> Iterator[Hit]:
    """Yield the places in the words of one page (a space between two), in whole words."""
    words = text.split(" ")
    folded = fold(text).split(" ")
    if len(folded) != len(words):  # a sign that is folded to several
        folded = [fold(word) for word in words]
    parts = [pieces(word) for word in folded]
    ends = list(accumulate(len(part) for part in parts))
    flat = [piece for part in parts for piece in part]
    *body, last = query.folded
    count = len(query.folded)
    for start in range(len(flat) - count + 1):
        if flat[start : start + count - 1] == body and flat[start + count - 1].startswith(last):
            first, end = bisect_right(ends, start), bisect_right(ends, start + count - 1)
            yield Hit(
                sha256,
                page,
                first,
                end,
                flat[start + count - 1] == last,
                " ".join(words[max(0, first - BEFORE) : first]),
                " ".join(words[first : end + 1]),
                " ".join(words[end + 1 : end + 1 + AFTER]),
            )


def _marked(query: Query, hit: Hit) -> bool:
    """Say whether the marks that were typed stand there; words typed without any match all."""
    there = pieces(letters(hit.text))
    for start in range(len(there) - len(query.marked) + 1):
        pairs = zip(query.marked, query.folded, there[start:], strict=False)
        if all(bare == typed or held.startswith(typed) for typed, bare, held in pairs):
            return True
    return False
