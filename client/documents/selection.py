"""Words that somebody has chosen, over as many pages as they like. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from client.documents.text import PageText, Quad, Spot

AROUND = 64
"""Letters of the text on each side that a quotation keeps, so as to be found again."""
End = Literal["first", "last"]


@dataclass(frozen=True, slots=True)
class Quotation:
    """The words, and what stands right before and after them."""

    exact: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Selection:
    """Words `first` to `last`, both included; `first` never stands after `last`.

    `texts`: the pages that have been read, at least those of both ends.
    """

    texts: Mapping[int, PageText]
    first: Spot
    last: Spot

    @classmethod
    def of_word(cls, page: int, word: int, text: PageText) -> "Selection":
        """One word."""
        return cls({page: text}, Spot(page, word), Spot(page, word))

    def moved(self, end: End, to: Spot, text: PageText) -> tuple["Selection", End]:
        """Move one end to a word; returns which end that is now, for the ends may cross."""
        still = self.last if end == "first" else self.first
        first, last = min(still, to), max(still, to)
        now: End = "first" if to == first and still != first else "last"
        if first == last:
            now = end
        return replace(self, texts={**self.texts, to.page: text}, first=first, last=last), now

    def reaching(self, to: Spot, text: PageText) -> "Selection":
        """Stretch to a word: whichever end is nearer to it goes there."""
        return self.moved("first" if to < self.first else "last", to, text)[0]

    @property
    def pages(self) -> range:
        """Every page that something of it is on, from 1."""
        return range(self.first.page, self.last.page + 1)

    @property
    def missing(self) -> tuple[int, ...]:
        """Pages between the ends that have not been read yet."""
        return tuple(page for page in self.pages if page not in self.texts)

    def words_on(self, page: int) -> tuple[int, int] | None:
        """The first and last word of a page that belong to it; None if it has none there."""
        text = self.texts.get(page)
        if text is None or page not in self.pages or not text.words:
            return None
        first = self.first.word if page == self.first.page else 0
        last = self.last.word if page == self.last.page else len(text.words) - 1
        return (first, last) if first <= last else None

    def quads_on(self, page: int) -> tuple[Quad, ...]:
        """What it covers of a page, one stretch a line, in user space."""
        words = self.words_on(page)
        return self.texts[page].quads(*words) if words else ()

    def text(self) -> str:
        """The words as one would type them; pages not read yet are left out."""
        parts = ((self.texts[page], self.words_on(page)) for page in self.pages
                 if page in self.texts)  # fmt: skip
        return "\n".join(text.text(*words) for text, words in parts if words)

    def quotation(self) -> Quotation:
        """The words with their surroundings on the pages of both ends."""
        before = self.texts[self.first.page].text(0, self.first.word - 1)
        text = self.texts[self.last.page]
        after = text.text(self.last.word + 1, len(text.words) - 1)
        return Quotation(
            self.text(),
            before[-AROUND:] if self.first.word else "",
            after[:AROUND],
        )
