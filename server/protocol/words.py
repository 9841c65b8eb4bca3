"""The words of a page, the same on the server and on every tablet: numbered, placed, comparable.

A word's number on its page, counted from 0 in the engine's reading order, is what word maps and
marks speak of; so both sides make words by `words_of`, from the same extraction (`FLAGS`) of the
same view copy. Boxes are sheet points: as the page is seen, from its upper left corner, y down.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from server.protocol.legacy import lettering, to_unicode

FLAGS = 2 | 64
"""MuPDF's TEXT_PRESERVE_WHITESPACE and TEXT_MEDIABOX_CLIP: ligatures are taken apart, and what lies
outside the page is not read. Extract from the display list, which turns the page as it is seen."""

BOLD = 16
"""The bit of a span's flags that says so (MuPDF's TEXT_FONT_BOLD)."""

SOFT_HYPHEN = "\u00ad"
"""Printed, so seen: many PDFs write an ordinary hyphen with it."""

Area = tuple[float, float, float, float]
"""Left, top, right, bottom."""


class Word(msgspec.Struct, frozen=True, array_like=True):
    """One word as it stands on the page, in NFC, with the signs that touch it."""

    text: str
    box: Area
    block: int
    """Which paragraph of the page it belongs to, from 0."""
    line: int
    """Which line of that paragraph, from 0."""
    size: float = 0.0
    """The type's size in points."""
    bold: bool = False


def fold(text: str) -> str:
    """Return text as it is compared: NFKC, no case, no marks, đ as d.

    Both sides of every comparison go through here, so that "nghi quyet" finds "NGHỊ QUYẾT" in
    whatever form the file holds it.
    """
    bare = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    marked = (sign for sign in bare if not unicodedata.combining(sign))
    return "".join(marked).replace("đ", "d")


def letters(text: str) -> str:
    """Return text with its marks as it is compared by somebody who typed them: NFKC, no case."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


_PIECES = re.compile(r"[^\W_]+")


def pieces(text: str) -> tuple[str, ...]:
    """Return the runs of letters and figures of folded text: what a search compares."""
    return tuple(_PIECES.findall(text))


def words_of(page: Mapping[str, Any]) -> tuple[Word, ...]:
    """Return the words of a page, from the engine's extraction ("rawdict") with `FLAGS`."""
    made: list[Word] = []
    blocks = (block for block in page.get("blocks", ()) if "lines" in block)
    for number, block in enumerate(blocks):
        for row, line in enumerate(block["lines"]):
            made.extend(_line(line["spans"], number, row))
    return tuple(made)


def _line(spans: Sequence[Mapping[str, Any]], block: int, line: int) -> Iterator[Word]:
    """Yield the words of a line; a word may change its font in the middle."""
    runs: list[tuple[Mapping[str, Any], list[Mapping[str, Any]]]] = []
    for span in spans:
        runs.append((span, []))
        for char in span["chars"]:
            if char["c"].isspace():
                if word := _word(runs, block, line):
                    yield word
                runs = [(span, [])]
            else:
                runs[-1][1].append(char)
    if word := _word(runs, block, line):
        yield word


def _word(
    runs: Sequence[tuple[Mapping[str, Any], list[Mapping[str, Any]]]], block: int, line: int
) -> Word | None:
    held = [run for run in runs if run[1]]
    if not held:
        return None
    text = "".join(
        to_unicode("".join(char["c"] for char in chars), lettering(span["font"]))
        for span, chars in held
    )
    boxes = [char["bbox"] for _, chars in held for char in chars]
    box = (
        round(min(box[0] for box in boxes), 2),
        round(min(box[1] for box in boxes), 2),
        round(max(box[2] for box in boxes), 2),
        round(max(box[3] for box in boxes), 2),
    )
    span = held[0][0]
    composed = unicodedata.normalize("NFC", text).replace(SOFT_HYPHEN, "-")
    return Word(composed, box, block, line, round(span["size"], 1), bool(span["flags"] & BOLD))
