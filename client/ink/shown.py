"""Marks that other people show to this person on one paper: to be looked at, never to be changed.

They are copies as their writers sent them (`notes.sharing`); when one is taken back it is not here
any more. What is carried to a newer version of the paper is this reader's own reckoning. No I/O.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from msgspec.structs import replace

from client.ink.marks import Mark, MarkId, Target
from client.ink.notebook import Change
from server.protocol.ids import PersonId, Sha256

__all__ = ["Marked", "ShownMarks"]


class Marked(Protocol):
    """What a layer of ink draws from: a notebook, or what others show."""

    def on_page(self, document: Sha256, page: int) -> tuple[Mark, ...]:
        """Return the marks to be shown on a page of a revision, first made first."""

    def get(self, mark: MarkId) -> Mark | None:
        """Return a mark, if it is there."""

    def listen(self, tell: Callable[[Change], None]) -> Callable[[], None]:
        """Be told of every change; the result ends that."""


class ShownMarks:
    """What others show on one paper. A mark's name here is its writer's and its own together.

    Two people's marks never meet under one name, whatever names their writers gave them.
    """

    def __init__(self) -> None:
        self._shared: dict[MarkId, Mark] = {}
        self._carried: dict[MarkId, dict[Sha256, Target]] = {}
        self._marks: dict[MarkId, Mark] = {}
        self._listeners: list[Callable[[Change], None]] = []

    def __len__(self) -> int:
        return len(self._marks)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """All of them, first made first; `Mark.by` is who shows it."""
        return tuple(self._marks.values())

    def get(self, mark: MarkId) -> Mark | None:
        """See `Marked`."""
        return self._marks.get(mark)

    def on_page(self, document: Sha256, page: int) -> tuple[Mark, ...]:
        """See `Marked`."""
        return tuple(mark for mark in self._marks.values() if mark.on(document, page) is not None)

    def listen(self, tell: Callable[[Change], None]) -> Callable[[], None]:
        """See `Marked`."""
        self._listeners.append(tell)
        return lambda: self._listeners.remove(tell)

    def show(self, shared: Iterable[tuple[PersonId, Mark]]) -> bool:
        """Set what others show now; return whether that is something else than before."""
        named = (
            replace(mark, id=f"{sender}/{mark.id}", by=sender)
            for sender, mark in shared
            if mark.kind != "bookmark"
        )
        now = {mark.id: mark for mark in sorted(named, key=lambda one: (one.created, one.id))}
        before, self._shared = self._shared, now
        self._carried = {
            name: places
            for name, places in self._carried.items()
            if name in now and now[name] == before.get(name)
        }
        return self._tell()

    def carry(self, document: Sha256, targets: Mapping[MarkId, Target]) -> bool:
        """Show these marks in that revision as well, until their writers change them."""
        for name, target in targets.items():
            if name in self._shared:
                self._carried.setdefault(name, {})[document] = target
        return self._tell()

    def _tell(self) -> bool:
        """Find what is shown now, and tell what of it is something else than before."""
        carried = self._carried
        marks = {
            name: replace(mark, targets={**carried.get(name, {}), **mark.targets})
            for name, mark in self._shared.items()
        }
        before, self._marks = self._marks, marks
        names = {name for name in {*before, *marks} if before.get(name) != marks.get(name)}
        if not names:
            return False
        touched = [mark for held in (before, marks) for mark in held.values() if mark.id in names]
        pages = frozenset(
            (document, page)
            for mark in touched
            for document, target in mark.targets.items()
            for page in target.pages
        )
        gone = tuple(mark for name, mark in before.items() if name not in marks)
        change = Change(frozenset(names), pages, (), gone)
        for tell in tuple(self._listeners):
            tell(change)
        return True
