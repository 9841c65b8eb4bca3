"""Papers and their revisions as real PDFs, with the identity of every word known.

The text is invented Vietnamese administrative prose that repeats itself as such prose does: the
same formulas, names and numbers come back on every page. A revision keeps the identity of every
word that it keeps, moves or renumbers around; a reworded word is another word.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pymupdf

from bench._phrases import DOES, HEADS, HOW, NAMES, NAMES_TOO, WHAT, WHO
from server.papers.words import extract
from server.protocol.paper_words import PaperWords, pack, unpack

_FONT = "fontpkg_be_vietnam_pro"


class Token(NamedTuple):
    """A word with its identity."""

    id: int
    text: str


Paragraph = list[Token]


@dataclass(frozen=True)
class Sheet:
    """How a paper is set."""

    width: float = 595
    height: float = 842
    left: float = 85
    right: float = 57
    top: float = 72
    bottom: float = 72
    size: float = 13
    leading: float = 1.45
    head: str = "HĐND TỈNH * DỰ THẢO"


@dataclass(frozen=True)
class Printed:
    """A paper as it came out of its PDF. `ids[n]` is the identity of the n-th word of the body."""

    pdf: bytes
    words: PaperWords
    ids: Sequence[int]


@dataclass
class Writer:
    """Invents text. Every call goes on; the same seed gives the same text."""

    chance: random.Random
    _ids: Iterator[int] = field(default_factory=count)

    def tokens(self, text: str) -> Paragraph:
        """Give every word of a text an identity."""
        return [Token(next(self._ids), word) for word in text.split()]

    def sentence(self) -> str:
        """Invent one sentence."""
        pick, number = self.chance.choice, self.chance.randrange
        parts = " ".join(pick(choices) for choices in (WHO, DOES, WHAT, HOW))
        for _ in range(parts.count("{l}")):
            parts = parts.replace("{l}", f"{pick(NAMES)} {pick(NAMES_TOO)}", 1)
        return parts.format(
            d=number(1, 29), m=number(1, 13), y=number(2024, 2028), z=number(2028, 2031),
            p=number(5, 20) * 5, n=number(3, 160), t=number(100, 90_000),
        )  # fmt: skip

    def paragraph(self) -> Paragraph:
        """Invent a paragraph of one to four sentences."""
        sentences = [self.sentence() for _ in range(self.chance.randrange(1, 5))]
        mark = self.chance.choice(("a)", "b)", "c)", "-", "1.", "2.", "3.", ""))
        joined = "; ".join(sentences[:-1])
        text = f"{joined}; {sentences[-1]}" if joined else sentences[-1]
        return self.tokens(f"{mark} {text}.")

    def heading(self, number: int) -> Paragraph:
        """Invent a heading."""
        return self.tokens(self.chance.choice(HEADS).format(n=number))

    def paper(self, paragraphs: int) -> list[Paragraph]:
        """Invent a paper."""
        made = []
        for number in range(paragraphs):
            if number % 9 == 0:
                made.append(self.heading(number // 9 + 1))
            made.append(self.paragraph())
        return made


# ---- revisions -----------------------------------------------------------------------------------

Change = Callable[[Writer, list[Paragraph]], list[Paragraph]]


def inserted(writer: Writer, paper: list[Paragraph], share: float = 0.08) -> list[Paragraph]:
    """Put in paragraphs."""
    made = []
    for paragraph in paper:
        if writer.chance.random() < share:
            made.append(writer.paragraph())
        made.append(paragraph)
    return made


def deleted(writer: Writer, paper: list[Paragraph], share: float = 0.05) -> list[Paragraph]:
    """Take out paragraphs."""
    return [one for one in paper if writer.chance.random() >= share]


def reworded(
    writer: Writer, paper: list[Paragraph], share: float = 0.12, words: float = 0.3
) -> list[Paragraph]:
    """Say parts of paragraphs in other words, or leave words out."""
    return [
        _reworded(writer, one, words) if writer.chance.random() < share else one for one in paper
    ]


def _reworded(writer: Writer, paragraph: Paragraph, words: float) -> Paragraph:
    made: Paragraph = []
    fresh = iter(writer.tokens(writer.sentence() + " " + writer.sentence()))
    for token in paragraph:
        dice = writer.chance.random()
        if dice < words * 0.6:
            made.append(next(fresh, token))
        elif dice >= words * 0.8:
            made.append(token)
        if words * 0.8 <= dice < words:
            made += [extra for extra in [next(fresh, None)] if extra is not None]
    return made or paragraph[:1]


def renumbered(writer: Writer, paper: list[Paragraph], share: float = 0.4) -> list[Paragraph]:
    """Change figures: dates, sums, numbers of articles."""

    def another(token: Token) -> Token:
        if token.text[:1].isdigit() and writer.chance.random() < share:
            digits = "".join(
                str(writer.chance.randrange(10)) if sign.isdigit() else sign for sign in token.text
            )
            return writer.tokens(digits)[0]
        return token

    return [[another(token) for token in paragraph] for paragraph in paper]


def moved(writer: Writer, paper: list[Paragraph], times: int = 6) -> list[Paragraph]:
    """Move sections to other places."""
    made = list(paper)
    for _ in range(times):
        start = writer.chance.randrange(len(made) - 8)
        length = writer.chance.randrange(1, 8)
        section, made[start : start + length] = made[start : start + length], []
        place = writer.chance.randrange(len(made))
        made[place:place] = section
    return made


def regrouped(writer: Writer, paper: list[Paragraph], share: float = 0.2) -> list[Paragraph]:
    """Split paragraphs in two and join others."""
    made: list[Paragraph] = []
    for paragraph in paper:
        dice = writer.chance.random()
        if dice < share and len(paragraph) > 12:
            half = len(paragraph) // 2
            made += [paragraph[:half], writer.tokens("đ)") + paragraph[half:]]
        elif dice > 1 - share / 2 and made:
            made[-1] = made[-1] + paragraph
        else:
            made.append(paragraph)
    return made


def reordered(writer: Writer, paper: list[Paragraph], share: float = 0.15) -> list[Paragraph]:
    """Change the order of the sentences within paragraphs."""
    return [_reordered(writer, one) if writer.chance.random() < share else one for one in paper]


def _reordered(writer: Writer, paragraph: Paragraph) -> Paragraph:
    ends = [n + 1 for n, token in enumerate(paragraph) if token.text.endswith(";")]
    parts = [paragraph[a:b] for a, b in zip([0, *ends], [*ends, len(paragraph)], strict=True)]
    writer.chance.shuffle(parts)
    return [token for part in parts for token in part]


def _in_turn(*changes: Change) -> Change:
    def all_of(writer: Writer, paper: list[Paragraph]) -> list[Paragraph]:
        for change in changes:
            paper = change(writer, paper)
        return paper

    return all_of


def _heavy(writer: Writer, paper: list[Paragraph]) -> list[Paragraph]:
    paper = deleted(writer, inserted(writer, paper, 0.25), 0.18)
    return renumbered(writer, reworded(writer, paper, 0.4, 0.4), 0.7)


RESET = Sheet(width=612, height=792, left=60, right=60, size=11.5, leading=1.3, head="BẢN TRÌNH KÝ")
PLAIN = Sheet()
KINDS: dict[str, tuple[Change, Sheet]] = {
    "insert": (inserted, PLAIN),
    "edit": (_in_turn(inserted, deleted, reworded, renumbered), PLAIN),
    "heavy": (_heavy, PLAIN),
    "typeset": (lambda _writer, paper: paper, RESET),
    "move": (_in_turn(moved, lambda w, p: inserted(w, p, 0.03)), PLAIN),
    "numbers": (lambda writer, paper: renumbered(writer, paper, 0.9), PLAIN),
    "regroup": (_in_turn(regrouped, reordered), PLAIN),
    "all": (_in_turn(_heavy, lambda w, p: moved(w, p, 4), regrouped), replace(RESET, size=12.5)),
}


# ---- print ---------------------------------------------------------------------------------------


def printed(paper: Sequence[Paragraph], sheet: Sheet) -> Printed:
    """Set a paper, and read it again. Raises ValueError unless text in is text out."""
    pdf = set_pdf(paper, sheet)
    words = read(pdf)
    tokens = [token for paragraph in paper for token in paragraph]
    if [words.texts[word] for word in words.body] != [token.text for token in tokens]:
        raise ValueError("the words of the PDF are not those of the text")
    return Printed(pdf, words, [token.id for token in tokens])


def read(pdf: bytes) -> PaperWords:
    """Return the words of a PDF as a tablet gets them."""
    scratch = Path(_scratch()) / "paper.pdf"
    scratch.write_bytes(pdf)
    try:
        return unpack(pack(extract(scratch)))
    finally:
        scratch.unlink()


def _scratch() -> str:
    import tempfile  # noqa: PLC0415

    return tempfile.gettempdir()


def set_pdf(paper: Sequence[Paragraph], sheet: Sheet) -> bytes:
    """Set a paper in lines and pages, with a running head and page numbers."""
    font = pymupdf.Font(fontfile=str(files(_FONT) / "files" / "BeVietnamPro-Regular.ttf"))
    document = pymupdf.open()
    step = sheet.size * sheet.leading
    rows = int((sheet.height - sheet.top - sheet.bottom) / step)
    lines = list(_lines(paper, sheet, font))
    pages = -(-len(lines) // rows)
    for number in range(pages):
        page = document.new_page(width=sheet.width, height=sheet.height)
        writer = pymupdf.TextWriter(page.rect)
        for row, (indent, text) in enumerate(lines[number * rows : (number + 1) * rows]):
            spot = (sheet.left + indent, sheet.top + (row + 1) * step - 0.3 * sheet.size)
            writer.append(spot, text, font=font, fontsize=sheet.size)
        writer.append((sheet.left, 40), f"{sheet.head} Trang {number + 1}/{pages}", font, 9)
        writer.write_text(page)
    document.subset_fonts()
    raw: Any = document.tobytes(garbage=3, deflate=True)
    return bytes(raw)


def _lines(paper: Sequence[Paragraph], sheet: Sheet, font: Any) -> Iterator[tuple[float, str]]:
    """Break paragraphs into lines: how far each is indented, and what it says."""
    room = sheet.width - sheet.left - sheet.right
    space = font.text_length(" ", sheet.size)
    known: dict[str, float] = {}
    for paragraph in paper:
        indent, wide = 28.0, 28.0
        line: list[str] = []
        for token in paragraph:
            length = known.get(token.text)
            if length is None:
                length = known[token.text] = font.text_length(token.text, sheet.size)
            if line and wide + length > room:
                yield indent, " ".join(line)
                indent, line, wide = 0.0, [], 0.0
            line.append(token.text)
            wide += length + space
        if line:
            yield indent, " ".join(line)
