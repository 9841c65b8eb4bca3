"""Notes on a page: their tags, the card that a tag opens, and the list of all of them."""

from collections.abc import Callable
from typing import Any

from client import actions as a
from client.ink.marks import Mark, Spot, on_page
from client.ink.notebook import Notebook
from client.screens.meeting.copying import CopySheet, may_copy
from client.screens.meeting.page_sheet import Goal
from client.screens.meeting.writing.card import NoteCard, NoteTag, stand_beside
from client.screens.meeting.writing.note_list import NoteList
from client.screens.meeting.writing.sharing import ShareSheet
from client.selectors.marks import is_note, line_of, title_of
from server.protocol.state import Paper


class Notes:
    """Shows the notes of the page on the glass; one card is open at a time."""

    def __init__(self, writing: Any, layer: Any) -> None:
        self._writing, self._layer = writing, layer
        self.app, self.page = writing.app, writing.page
        self._tags: dict[str, NoteTag] = {}
        self._card: NoteCard | None = None
        self._list: NoteList | None = None
        self.go: Callable[[int, float], None] = lambda _page, _y: None

    @property
    def _book(self) -> Notebook | None:
        book: Notebook | None = self._writing.notebook
        return book

    def use(self, _notebook: Notebook | None) -> None:
        """Another notebook is on screen."""
        self.close()

    def close(self) -> None:
        """Take everything away."""
        self.close_card()
        if self._list is not None:
            self._list.close()
        for tag in self._tags.values():
            self.page.remove_widget(tag)
        self._tags.clear()

    # ---- tags ------------------------------------------------------------------------------------

    def place(self) -> None:
        """Put the tags where the page lies now."""
        here = self._here()
        for name in [name for name in self._tags if name not in here]:
            self.page.remove_widget(self._tags.pop(name))
        for name, mark in here.items():
            if name not in self._tags:
                tag = NoteTag()
                tag.bind(on_release=lambda _tag, name=name: self.open(name))
                self._tags[name] = tag
                self.page.add_widget(tag)
            tag = self._tags[name]
            tag.shared = bool(mark.shared)
            tag.on = self._card is not None and self._card.mark == name
            self._place(tag, mark)
        if self._card is not None and self._card.mark not in here:
            self.close_card()

    def _here(self) -> dict[str, Mark]:
        book, seen = self._book, self.page.seen
        if book is None or seen is None:
            return {}
        document, page, _viewport = seen
        marks = [mark for mark in book.on_page(document, page) if is_note(mark)]
        return {mark.id: mark for mark in marks if _spot(mark, document)}

    def _place(self, tag: NoteTag, mark: Mark) -> None:
        document, _page, viewport = self.page.seen
        spot = _spot(mark, document)
        if spot is None:
            return
        x, y = viewport.to_screen(spot.x, spot.y)
        x = min(max(0.0, x), self.page.width - tag.width)
        tag.pos = self.page.x + x, self.page.y + y - tag.height
        inside = self.page.y <= tag.y and tag.top <= self.page.top
        tag.opacity, tag.disabled = (1, False) if inside else (0, True)
        if not inside:
            tag.y = self.page.y - 10_000

    # ---- cards -----------------------------------------------------------------------------------

    def add(self, x: float, y: float) -> None:
        """Put a new note there, in user space, and open it to be written."""
        book, document = self._book, self._writing.document
        if book is None or not document:
            return
        target = on_page(self.page.page, spot=Spot(x, y))
        note = book.make("note", {document: target}, colour="note")
        book.add(note)
        self.place()
        self.open(note.id, editing=True)

    def open(self, name: str, *, editing: bool = False) -> None:
        """Open the card of a note."""
        book = self._book
        mark = book.get(name) if book is not None else None
        if mark is None or book is None:
            return
        self.close_card()
        card = NoteCard(mark, book, editing=editing or self._writing.writing)
        card.bind(
            on_close=lambda *_: self.close_card(),
            on_delete=lambda *_: self.delete(name),
            on_share=lambda *_: self.share((name,)),
        )
        self._card = card
        self._layer.add_widget(card)
        tag = self._tags.get(name)
        stand_beside(card, tag or self.page, self.page)
        self.place()

    def close_card(self) -> None:
        """Close the open card; a note with nothing in it is none."""
        card, self._card = self._card, None
        if card is None:
            return
        card.keep()
        self._layer.remove_widget(card)
        book = self._book
        mark = book.get(card.mark) if book is not None else None
        if book is not None and mark is not None and not mark.body and not mark.strokes:
            book.delete(mark.id)
        self.place()

    def delete(self, name: str) -> None:
        """Remove a note; a toast can bring it back."""
        card, self._card = self._card, None
        if card is not None:
            self._layer.remove_widget(card)
        if self._book is not None:
            self._book.delete(name)
            self.app.dispatch(a.MessageShown("note.deleted", undo="note"))

    def undo_delete(self) -> None:
        """The toast's word."""
        if self._book is not None:
            self._book.undo()

    def changed(self) -> None:
        """Something in the notebook, or the mode, is different."""
        self.place()
        book = self._book
        if self._card is not None and book is not None:
            mark = book.get(self._card.mark)
            if mark is not None:
                self._card.show(mark)
        if self._list is not None:
            self._fill()

    # ---- sharing ---------------------------------------------------------------------------------

    def share(self, marks: tuple[str, ...]) -> None:
        """Choose who may see these marks, or take them back."""
        book = self._book
        if book is None or not marks:
            return
        shared = {person for name in marks for person in getattr(book.get(name), "shared", ())}
        view = self._writing.area.view
        sheet = ShareSheet(self.app, view.paper, marks, frozenset(shared))
        sheet.open()

    def share_page(self) -> None:
        """Share every mark of the page on the glass."""
        book, document = self._book, self._writing.document
        if book is not None:
            marks = book.on_page(document, self.page.page)
            self.share(tuple(mark.id for mark in marks if mark.kind != "bookmark"))

    # ---- the list --------------------------------------------------------------------------------

    def open_list(self) -> None:
        """All notes of the paper, at the right."""
        self.close_card()
        self._list = NoteList()
        self._list.bind(
            on_note=lambda _list, name, page: self._chosen(name, page),
            on_share=lambda *_: self.share_page(),
            on_copy=lambda *_: self.copy(),
            on_wish=lambda _list, wanted: self._writing.others.wish(wanted=wanted),
            on_closed=lambda *_: self._list_closed(),
        )
        self._fill()
        self._list.open()

    def _paper(self) -> Paper | None:
        view, room = self._writing.area.view, self.app.store.state.room()
        papers = (one for item in room.state.items for one in item.papers) if room else ()
        return next((one for one in papers if one.id == view.paper), None)

    def copy(self) -> None:
        """A copy of the paper, with the marks or without."""
        paper, document = self._paper(), self._writing.document
        if paper is not None and document:
            CopySheet(self.app, paper, document).open()

    def _fill(self) -> None:
        book, notes, tr = self._book, self._list, self.app.tr
        if notes is None:
            return
        document = self._writing.document
        marks = [mark for mark in (book.marks if book else ()) if is_note(mark)]
        goals = []
        for mark in marks:
            line = line_of(mark, document, tr)
            if line is None:
                title = title_of(mark, document, tr)
                goals.append(Goal(0, title, tr("note.elsewhere"), icon="history", name=mark.id))
            else:
                below = tr("note.shared") if line.shared else tr("note.private")
                icon = "users" if line.shared else "lock"
                goals.append(Goal(line.page, line.title, below, icon=icon, name=mark.id))
        others = self._writing.others
        for mark in others.marks.marks:
            line = line_of(mark, document, tr)
            name = tr("note.from", name=others.name_of(mark.by))
            page, title = line.page if line else 0, title_of(mark, document, tr)
            goals.append(Goal(page, title, name, icon="user", name=mark.id))
        notes.others, notes.shown = len(others.marks), others.visible
        here = book.on_page(document, self.page.page) if book else ()
        notes.can_copy = may_copy(self._paper()) and bool(document)
        notes.show(sorted(goals, key=lambda goal: goal.page or 10**6), can_share=bool(here))

    def _chosen(self, name: str, page: int) -> None:
        if self._list is not None:
            self._list.close()
        if page and page != self.page.page:
            self.go(page, 0.0)
        if name and page:
            self.place()
            self.open(name)
            self._writing.others.open(name)

    def _list_closed(self) -> None:
        self._list = None


def _spot(mark: Mark, document: str) -> Spot | None:
    target = mark.targets.get(document)
    return target.spot if target is not None else None
