"""A person's own marks as lists show them: what each is, and where. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from client.ink.marks import Mark

NAMES = {
    "highlight": ("mark.highlight", "highlight"),
    "underline": ("mark.underline", "highlight"),
    "strikeout": ("mark.strikeout", "highlight"),
    "ink": ("mark.ink", "pencil"),
    "note": ("mark.note", "note"),
    "text": ("mark.note", "note"),
    "bookmark": ("reader.bookmark", "bookmark"),
}
LONGEST = 90
Tr = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Line:
    """One mark in a list."""

    mark: str
    kind: str
    kind_name: str
    icon: str
    title: str
    page: int
    shared: bool


def is_note(mark: Mark) -> bool:
    """True for what the count and the list of notes are about."""
    return mark.kind in {"note", "text"}


def note_count(marks: Iterable[Mark]) -> int:
    """Return how many notes there are, in any revision."""
    return sum(is_note(mark) for mark in marks)


def line_of(mark: Mark, document: str, tr: Tr) -> Line | None:
    """Return a mark as a line of a list; None when it is not in this revision."""
    target = mark.targets.get(document)
    if target is None or target.state == "orphan":
        return None
    key, icon = NAMES[mark.kind]
    return Line(
        mark.id, mark.kind, tr(key), icon, title_of(mark, document, tr), target.page,
        bool(mark.shared),
    )  # fmt: skip


def title_of(mark: Mark, document: str, tr: Tr) -> str:
    """Return what a mark says: its words, the words under it, or what it is."""
    target = mark.targets.get(document)
    words = mark.body or (target.quote.exact if target and target.quote else "")
    words = " ".join(words.split())
    if len(words) > LONGEST:
        words = words[:LONGEST].rsplit(" ", 1)[0] + "…"
    if words:
        return words
    if mark.kind == "bookmark" and target is not None:
        return tr("search.page", n=target.page)
    if is_note(mark):
        return tr("mark.handwritten" if mark.strokes else "mark.empty")
    return tr(NAMES[mark.kind][0])


def goals_of(marks: Iterable[Mark], document: str, tr: Tr) -> list[Line]:
    """Return the marks of a revision in the order of its pages."""
    lines = (line_of(mark, document, tr) for mark in marks)
    return sorted((line for line in lines if line is not None), key=lambda line: line.page)
