"""Viết: pens, erasers, notes and bookmarks on the paper that is read, saved as they are made."""

from collections.abc import Callable
from typing import Any

from kivy.app import App

from client.documents.shape import DocumentShape
from client.ink.marks import Mark, on_page
from client.ink.notebook import Change, Notebook
from client.ink.packing import Point
from client.ink.tools import Pen
from client.notes.notes import NotOpen
from client.screens.meeting.page_sheet import Goal, PageSheet
from client.screens.meeting.reader import ReadingArea
from client.screens.meeting.tray import ToolTray
from client.screens.meeting.writing.nib import NibChoice, NibPopup
from client.screens.meeting.writing.notes import Notes
from client.screens.meeting.writing.others import Others
from client.screens.meeting.writing.tools import Toolbox
from client.selectors.marks import Line, goals_of, note_count
from client.selectors.reading import Reading
from client.widgets.ink_layer.colours import ink_colour
from client.widgets.kv import load_kv
from client.widgets.page_view.pen import Grip, PenHands

__all__ = ["NibChoice", "NibPopup", "Writing"]


class Writing:
    """The notebook of the paper on screen, and the hand that writes in it."""

    def __init__(self, app: Any, area: ReadingArea, tray: ToolTray, layer: Any) -> None:
        """`layer` holds what is shown above the screen: the pop-up and the list of notes."""
        self.app, self.area, self.tray, self._layer = app, area, tray, layer
        self.page = area.page_view
        self.box = Toolbox()
        self.notebook: Notebook | None = None
        self._unlisten: Callable[[], None] = lambda: None
        self._wanted: tuple[str, str] = ("", "")
        self._writing = False
        self._popup: NibPopup | None = None
        self.hands = PenHands(self.page, self.page.ink.wet)
        self.hands.begun = self.close_popup
        self.hands.wrote = self._wrote
        self.hands.rubbed = self._rubbed
        self.hands.placed = self._placed
        self.notes = Notes(self, layer)
        self.others = Others(app, area, layer)
        self.page.bind(seen=self._seen, theme=self._regrip, keep_light=self._regrip)
        App.get_running_app().bind(language=self._translated)
        self._dress()

    def _translated(self, *_args: object) -> None:
        self._dress()

    # ---- the paper -------------------------------------------------------------------------------

    def show(self, view: Reading) -> None:
        """Another paper, or version of it, is on screen."""
        room = self.app.store.state.place.room
        wanted = (room, view.paper) if view.kind == "page" else ("", "")
        if wanted == self._wanted:
            return
        self._wanted = wanted
        self._take(None)
        self.others.use(*wanted)
        if wanted[1]:
            self.app.start(self._open(*wanted))

    async def _open(self, room: str, paper: str) -> None:
        try:
            notebook = await self.app.notes.notebook(room, paper)
        except NotOpen:
            self._wanted = ("", "")
            return
        if self._wanted == (room, paper):
            self._take(notebook)

    def opened(self) -> None:
        """Notes have been opened for the person: try again where there was no notebook."""
        self.shared_changed()
        if self.notebook is None:
            self._wanted = ("", "")
            self.show(self.area.view)

    def shared_changed(self) -> None:
        """What others share, or whether it is to be seen, may be something else now."""
        self.others.refresh()
        self.notes.changed()

    def _take(self, notebook: Notebook | None) -> None:
        self._unlisten()
        self.notebook = notebook
        self._unlisten = notebook.listen(self._changed) if notebook else lambda: None
        self.page.ink.use(notebook)
        self.tray.can_write = notebook is not None
        self.notes.use(notebook)
        self._changed(Change())
        self._grip()

    def close(self) -> None:
        """The screen goes."""
        self.close_popup()
        self.notes.close()
        self.others.close()
        self._wanted = ("", "")
        self._take(None)

    @property
    def document(self) -> str:
        """The revision on screen."""
        return self.area.view.sha256

    def _changed(self, _change: Change) -> None:
        self._dress()
        self.notes.changed()
        self._seen()

    def _seen(self, *_args: object) -> None:
        self.tray.bookmarked = bool(self._bookmarks(self.page.page))
        self.notes.place()

    # ---- the mode and its tools ------------------------------------------------------------------

    def mode(self, writing: bool) -> None:
        """Viết or Đọc; neither moves the page."""
        self._writing = writing
        self.tray.writing = writing
        if not writing:
            self.close_popup()
        self._grip()
        self.notes.changed()

    @property
    def writing(self) -> bool:
        """Whether the pen is out."""
        return self._writing and self.notebook is not None

    def tool(self, name: str) -> None:
        """A tool of Viết was tapped."""
        book = self.notebook
        if book is None:
            return
        if name in {"undo", "redo"}:
            (book.undo if name == "undo" else book.redo)()
        elif self.box.take(name) or self._popup is not None:
            self.close_popup()
        else:
            self._open_popup(name)
        self._dress()
        self._grip()

    def choose(self, value: str) -> None:
        """Something in the pop-up was chosen."""
        self.box.choose(value)
        self._dress()
        self._grip()
        if self._popup is not None:
            self._popup.show(self.box.choices())

    def _open_popup(self, name: str) -> None:
        choices = self.box.choices()
        if not choices:
            return
        popup = NibPopup(self.tray.tools.seen(name))
        popup.show(choices)
        popup.bind(on_choose=lambda _popup, value: self.choose(value))
        popup.bind(on_close=lambda *_: self.close_popup())
        self._popup = popup
        self._layer.add_widget(popup)
        popup.place()

    def close_popup(self) -> None:
        """Take the pop-up away, if there is one."""
        if self._popup is not None:
            self._layer.remove_widget(self._popup)
            self._popup = None

    def _dress(self) -> None:
        book = self.notebook
        can = (book is not None and book.can_undo, book is not None and book.can_redo)
        self.tray.pens(self.box.specs(self.app.tr, *can))
        count = note_count(book.marks if book else ())
        self.tray.notes_label = self.app.tr("reader.notes", n=count) if count else ""

    def _regrip(self, *_args: object) -> None:
        self._grip()

    def _grip(self) -> None:
        """Put into the hand what is chosen."""
        if self.writing:
            self.page.pen = self.hands
        elif self.page.pen is self.hands:
            self.page.pen = None
        theme = self.page.theme
        if theme is None:
            return
        dark = theme.dark and not self.page.keep_light
        pen = self.box.pen()
        wet = pen.tool == "highlighter"
        colour = ink_colour(theme, pen.colour, dark=dark, highlighter=wet)
        self.hands.grip = Grip(self.box.act, pen, colour, dark)

    # ---- on the page -----------------------------------------------------------------------------

    def _wrote(self, points: tuple[Point, ...], pen: Pen) -> None:
        if self.notebook is not None and self.document:
            self.notebook.write(self.document, self.page.page, points, pen)

    def _rubbed(self, path: tuple[tuple[float, float], ...], radius: float, part: bool) -> None:
        if self.notebook is not None:
            self.notebook.erase(self.document, self.page.page, path, radius, part=part)

    def _placed(self, x: float, y: float) -> None:
        self.notes.add(x, y)
        self.box.put_back()
        self._dress()
        self._grip()

    # ---- bookmarks and the sheet of pages --------------------------------------------------------

    def _bookmarks(self, page: int) -> list[Mark]:
        if self.notebook is None or not self.document:
            return []
        marks = self.notebook.on_page(self.document, page)
        return [mark for mark in marks if mark.kind == "bookmark"]

    def toggle_bookmark(self) -> None:
        """Keep this page, or no longer."""
        if self.notebook is None or not self.document:
            return
        kept = self._bookmarks(self.page.page)
        if kept:
            self.notebook.delete(*(mark.id for mark in kept))
        else:
            target = {self.document: on_page(self.page.page)}
            self.notebook.add(self.notebook.make("bookmark", target))

    def fill(self, sheet: PageSheet, document: DocumentShape) -> None:
        """Give the sheet of pages its bookmarks and marks."""
        if self.notebook is None:
            return
        lines = goals_of(self.notebook.marks, document.document, self.app.tr)
        bookmarks = [line for line in lines if line.kind == "bookmark"]
        marks = [line for line in lines if line.kind != "bookmark"]
        sheet.goals("bookmarks", [_goal(line) for line in bookmarks])
        sheet.goals("marks", [_goal(line) for line in marks])
        sheet.bookmarks = sorted({line.page for line in bookmarks})
        sheet.marked = sorted({line.page for line in marks})


def _goal(line: Line) -> Goal:
    kind = line.kind_name if line.kind_name != line.title else ""
    return Goal(line.page, line.title, kind, icon=line.icon)


load_kv(__file__)
