"""The words of a view copy with their boxes, in the form that travels. Runs in the cage only.

One extraction for everything that counts words: search, selection, marks and the map between two
revisions. Running heads and page numbers are told from the body by where they stand and by coming
back: the same line, its figures aside, at the same height of several pages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pymupdf

from server.protocol.paper_words import Box, LineOfWords, PageWords, pack, page_words
from server.protocol.words import FLAGS, Word, words_of

MARGIN = 0.14
"""Heads and page numbers stand within this share of the sheet's height from its edges."""
OUTERMOST = 3
"""How many lines from an edge inwards may be heads."""
OFTEN, NEIGHBOURS = 3, 4
"""A line that stands at one height on so many of a page and its neighbours each way is a head."""
HEIGHT_STEP = 6.0
"""Points within which two lines stand at one height."""
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"(?:trang|page|tr\.?|p\.?)?\s*[-–—]?\s*#\s*[-–—]?(?:\s*/\s*#)?")


@dataclass(frozen=True, slots=True)
class _Row:
    """A line as the engine reads it: its words, and where it stands on the sheet."""

    words: tuple[Word, ...]
    top: float
    bottom: float

    @property
    def key(self) -> str:
        """What the line says, whatever its figures are."""
        return _NUMBER.sub("#", " ".join(word.text for word in self.words).casefold())


@dataclass(frozen=True, slots=True)
class _Sheet:
    rows: tuple[_Row, ...]
    height: float
    to_user: Any

    def outer(self) -> Iterator[tuple[int, str, int]]:
        """Yield the rows near the edges: number, text, and height in steps (below: from -1)."""
        ranked = sorted(range(len(self.rows)), key=lambda number: self.rows[number].top)
        for number in ranked[:OUTERMOST]:
            if self.rows[number].bottom < MARGIN * self.height:
                yield number, self.rows[number].key, round(self.rows[number].top / HEIGHT_STEP)
        for number in ranked[-OUTERMOST:]:
            row = self.rows[number]
            if row.top > (1 - MARGIN) * self.height:
                yield number, row.key, -1 - round((self.height - row.bottom) / HEIGHT_STEP)


def extract(source: Path) -> list[PageWords]:
    """Return the words of every page of a PDF. Raises whatever the engine raises."""
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    with pymupdf.open(str(source), filetype="pdf") as document:
        sheets = [_sheet(page) for page in document]
    often = _often(sheets)
    return [_page(sheet, lines) for sheet, lines in zip(sheets, often, strict=True)]


def write(source: Path, target: Path) -> dict[str, Any]:
    """Write the packed words of `source` to `target`; returns how many pages have any."""
    pages = extract(source)
    target.write_bytes(pack(pages))
    return {"pages": len(pages), "with_words": sum(1 for page in pages if page.text)}


def _sheet(page: Any) -> _Sheet:
    text = pymupdf.TextPage(page.get_displaylist().get_textpage(FLAGS))
    words = words_of(text.extractRAWDICT())
    rows = groupby(words, key=lambda word: (word.block, word.line))
    box, matrix = pymupdf.mupdf.FzRect(), pymupdf.mupdf.FzMatrix()
    pymupdf.mupdf.pdf_page_transform(pymupdf.mupdf.pdf_page_from_fz_page(page.this), box, matrix)
    back = pymupdf.Matrix(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)
    back.invert()
    return _Sheet(tuple(_row(tuple(row)) for _, row in rows), float(page.rect.height), back)


def _row(words: tuple[Word, ...]) -> _Row:
    return _Row(words, min(word.box[1] for word in words), max(word.box[3] for word in words))


def _often(sheets: Sequence[_Sheet]) -> list[frozenset[tuple[str, int]]]:
    """Return for each page the lines that come back near it: what they say and at which height."""
    lines = [
        frozenset((key, place + near) for _, key, place in sheet.outer() for near in (-1, 0, 1))
        for sheet in sheets
    ]
    found = []
    for page in range(len(lines)):
        near: Counter[tuple[str, int]] = Counter()
        for other in lines[max(0, page - NEIGHBOURS) : page + NEIGHBOURS + 1]:
            near.update(other)
        found.append(frozenset(line for line, count in near.items() if count >= OFTEN))
    return found


def _page(sheet: _Sheet, often: frozenset[tuple[str, int]]) -> PageWords:
    heads = {
        number
        for number, key, place in sheet.outer()
        if (key, place) in often or _PAGE_NUMBER.fullmatch(key)
    }
    return page_words(
        [
            LineOfWords([(word.text, _box(word, sheet.to_user)) for word in row.words], n in heads)
            for n, row in enumerate(sheet.rows)
        ]
    )


def _box(word: Word, to_user: Any) -> Box:
    seen = pymupdf.Rect(word.box) * to_user
    return Box(seen.x0, seen.y0, seen.x1, seen.y1)
