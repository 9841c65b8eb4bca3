"""The paper on screen has another version: the band over it, and the notes that need a look."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from client.ink.marks import Mark, Target
from client.selectors.comparing import Change, Comparison
from client.selectors.reading import (
    held,
    item_on_screen,
    paper_on_screen,
    version_on_screen,
)
from client.selectors.words import Words
from client.state import AppState
from server.protocol.ids import Sha256

FEW = 6
"""So many words of a change are told in its row."""
SHORT = 3
"""Up to so many words on each side, both are told."""


@dataclass(frozen=True, slots=True)
class Revised:
    """Two versions of the paper on screen; `shas` names the files of all its versions."""

    item: str
    paper: str
    base: int
    version: int
    shas: tuple[Sha256, ...]
    reading: Literal["old", "new"]
    title: str
    ready: bool
    """The new version is on this device."""

    @property
    def key(self) -> str:
        """Its banner's name, for putting it away."""
        return f"rev:{self.paper}:{self.version}"

    @property
    def document(self) -> Sha256:
        """The new version's file."""
        return self.shas[-1]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change in the tray: its number, an icon and word, and where and what."""

    number: int
    icon: str
    tone: str
    word: str
    text: str


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A mark that needs a look. `suggested`: it has a place that one tap accepts."""

    mark: str
    where: str
    text: str
    suggested: bool
    page: int
    """Of the new version where it is suggested, from 1; else 0."""


def revised(state: AppState) -> Revised | None:
    """Return the versions to tell of: what is read against the newest, or what was read last."""
    room = state.room()
    if room is None or state.place.screen != "meeting":
        return None
    item = item_on_screen(state, room)
    paper = paper_on_screen(state, item)
    if item is None or paper is None or len(paper.files) < 2:  # noqa: PLR2004
        return None
    read = version_on_screen(state, paper)
    old = read < paper.version
    base = read if old else state.read_before.get(paper.id, 0)
    if not 0 < base < paper.version or f"rev:{paper.id}:{paper.version}" in state.dismissed:
        return None
    words = Words.of(state)
    when = words.time(paper.replaced_at)
    return Revised(
        item.id,
        paper.id,
        base,
        paper.version,
        tuple(file.view_sha256 for file in paper.files),
        "old" if old else "new",
        words("rev.title", n=paper.version, m=base, t=when),
        held(state, paper.files[-1]),
    )


def band_line(
    state: AppState, view: Revised, comparison: Comparison | None, moved: int, review: int
) -> str:
    """Return what the band says below its title, as far as it is known."""
    words = Words.of(state)
    if not view.ready:
        return words("rev.missing")
    if comparison is None:
        return words("rev.wait")
    bare = not comparison.paragraphs and not comparison.changes
    parts = [words("cmp.pictures") if bare else words("cmp.list", n=len(comparison.changes))]
    if moved:
        parts.append(words("rev.moved", m=moved))
    if review:
        parts.append(words("rev.tray", n=review))
    return " · ".join(parts)


_LOOK = {
    "added": ("plus", "grn", "cmp.added"),
    "removed": ("minus", "lac", "cmp.removed"),
    "modified": ("edit", "amb", "cmp.modified"),
    "moved": ("arrows-sort", "blu", "cmp.moved"),
}


def change_rows(state: AppState, comparison: Comparison, *, numbers: bool) -> list[ChangeRow]:
    """Return the rows of the tray."""
    words = Words.of(state)
    rows = []
    for number, change in comparison.shown(numbers=numbers):
        icon, tone, key = _LOOK[change.kind]
        text = words("cmp.where", p=change.page + 1, t=_told(words, change))
        rows.append(ChangeRow(number, icon, tone, words(key), text))
    return rows


def _told(words: Words, change: Change) -> str:
    old, new = change.old.split(), change.new.split()
    if change.kind == "modified" and max(len(old), len(new)) <= SHORT:
        return words("cmp.became", a=change.old, b=change.new)
    return " ".join((new or old)[:FEW])


def to_review(marks: Iterable[Mark], document: Sha256) -> tuple[Mark, ...]:
    """Return the marks whose place in a revision the person has to say."""
    found = (mark for mark in marks if document in mark.targets)
    return tuple(mark for mark in found if _open(mark.targets[document]))


def _open(target: Target) -> bool:
    return target.state == "suggested" or (target.state == "orphan" and target.how != "manual")


def carried_count(marks: Iterable[Mark], document: Sha256) -> int:
    """Return how many marks were carried to a revision without asking."""
    targets = (mark.targets.get(document) for mark in marks)
    return sum(1 for one in targets if one is not None and one.state == "ok" and one.how == "map")


def note_rows(state: AppState, marks: Iterable[Mark], view: Revised) -> list[NoteRow]:
    """Return the cards of the tray."""
    words = Words.of(state)
    rows = []
    for mark in to_review(marks, view.document):
        target = mark.targets[view.document]
        version, was = _was(mark, view)
        suggested = target.state == "suggested"
        page = target.page if suggested else was.page
        key = "rev.maybe" if suggested else "rev.lost"
        where = words(key, where=words("rev.page", p=page), n=version, p=page)
        quote = was.quote.exact if was.quote is not None else ""
        text = mark.body or quote or words(f"rev.kind.{mark.kind}")
        rows.append(NoteRow(mark.id, where, text[:160], suggested, target.page if suggested else 0))
    return rows


def _was(mark: Mark, view: Revised) -> tuple[int, Target]:
    """Return the latest earlier version that the mark has a place in, and the place."""
    earlier = enumerate(view.shas[:-1], 1)
    known = [(number, mark.targets[sha]) for number, sha in earlier if sha in mark.targets]
    sure = [one for one in known if one[1].state == "ok"]
    return (sure or known or [(view.base, next(iter(mark.targets.values())))])[-1]
