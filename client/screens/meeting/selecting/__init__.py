"""Choosing words by a tap: two handles, one tap to highlight, and copying where it is permitted."""

from collections.abc import Callable
from typing import Any

from kivy.core.clipboard import Clipboard
from kivy.metrics import dp
from kivy.properties import BooleanProperty, ObjectProperty, OptionProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from client import actions as a
from client.documents.selection import End, Selection
from client.documents.text import PageText, Spot
from client.ink import marks
from client.ink.notebook import Notebook
from client.screens.meeting.reader import ReadingArea
from client.screens.meeting.writing import Writing
from client.widgets.button import StyledButton
from client.widgets.kv import load_kv
from client.widgets.label import Text
from client.widgets.plate import Plate
from client.widgets.quads import QuadLayer, boxes_of

__all__ = ["QuadLayer", "SelectionHandle", "SelectionPlace", "StyledButton", "Text"]

LIFT = 24
"""A finger on a handle means what lies so many dp above it: the line, not the handle."""


class SelectionHandle(Widget):
    """One end of what is chosen; a finger takes it elsewhere."""

    end = OptionProperty("last", options=("first", "last"))
    place = ObjectProperty(None, allownone=True)

    def on_touch_down(self, touch: Any) -> bool:
        """Take the finger."""
        if not self.opacity or not self.collide_point(*touch.pos):
            return False
        touch.grab(self)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Take the end along."""
        if touch.grab_current is not self:
            return False
        self.place.drag(self, touch.x, touch.y + dp(LIFT))
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Leave the end there."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        return True


class SelectionBar(Plate, BoxLayout):
    """What can be done with the words."""

    can_mark = BooleanProperty(False)
    above = BooleanProperty(False)
    """The bar of what was searched for is there too."""
    may_copy = BooleanProperty(True)

    __events__ = ("on_mark", "on_copy", "on_end")

    def on_mark(self) -> None:
        """Tô sáng was tapped."""

    def on_copy(self) -> None:
        """Sao chép was tapped."""

    def on_end(self) -> None:
        """Bỏ chọn was tapped."""


class SelectionPlace(FloatLayout):
    """Over the page area: the chosen words in colour, their handles, and the bar."""

    def __init__(self, app: Any, area: ReadingArea, writing: Writing, **kwargs: Any) -> None:
        self.app = app
        self.selection: Selection | None = None
        self._document = ""
        self._writing = writing
        self.told: Callable[[], None] = lambda: None
        """Told of every change."""
        self.handled = True
        """The page itself is seen: its words have their colour and handles."""
        super().__init__(**kwargs)
        self.page = area.page_view
        self.layer = self.ids.layer
        self.layer.page_view = self.page
        self.handles: dict[End, SelectionHandle] = {
            "first": SelectionHandle(end="first", place=self),
            "last": SelectionHandle(end="last", place=self),
        }
        self.bar = SelectionBar(pos_hint={"center_x": 0.5})
        self.bar.bind(
            on_mark=lambda *_: self.highlight(),
            on_copy=lambda *_: self.copy(),
            on_end=lambda *_: self.end(),
        )
        self.page.bind(on_tap=self._tapped, seen=lambda *_: self._look())

    # ---- choosing --------------------------------------------------------------------------------

    def _tapped(self, page: Any, x: float, y: float) -> None:
        if page.document is not None:
            self.app.start(self._tap(page.document.document, page.page, x, y))

    async def _tap(self, document: str, page: int, x: float, y: float) -> None:
        text = await self._text(document, page)
        if text is None or text.link_at(x, y) is not None:
            return
        word = text.word_at(x, y)
        chosen = self.selection if self._document == document else None
        if word is None:
            self.end()
        elif chosen is not None and page not in chosen.pages:
            self._document = document
            self.show(chosen.reaching(Spot(page, word), text))
            await self._fill(document)
        else:
            self._document = document
            self.show(Selection.of_word(page, word, text))

    async def _text(self, document: str, page: int) -> PageText | None:
        if self.selection is not None and self._document == document:
            known = self.selection.texts.get(page)
            if known is not None:
                return known
        found = await self.app.read_page(document, page)
        return found if isinstance(found, PageText) else None

    async def _fill(self, document: str) -> None:
        """Read the pages between the ends."""
        chosen = self.selection
        for page in chosen.missing if chosen else ():
            text = await self._text(document, page)
            if self.selection is None or self._document != document:
                return
            now = self.selection
            texts = {**now.texts, page: text or PageText(now.texts[now.first.page].shape)}
            self.show(Selection(texts, now.first, now.last))

    def drag(self, handle: SelectionHandle, x: float, y: float) -> None:
        """Take one end to the word nearest to a place in the window."""
        seen, chosen = self.page.seen, self.selection
        if seen is None or chosen is None or seen[0] != self._document:
            return
        text = chosen.texts.get(seen[1])
        if text is None:
            return
        word = text.nearest(*seen[2].to_page(x - self.page.x, y - self.page.y))
        if word is None:
            return
        end: End = "first" if handle.end == "first" else "last"
        moved, now = chosen.moved(end, Spot(seen[1], word), text)
        if now != end:
            other = self.handles[now]
            self.handles = {now: handle, end: other}
            handle.end, other.end = now, end
        self.show(moved)

    # ---- showing ---------------------------------------------------------------------------------

    def show(self, chosen: Selection | None) -> None:
        """Show what is chosen, or nothing."""
        self.selection = chosen
        over: list[Any] = [*self.handles.values(), self.bar]
        for widget in over:
            if chosen is None and widget.parent is not None:
                self.remove_widget(widget)
            elif chosen is not None and widget.parent is None:
                self.add_widget(widget)
        if chosen is not None:
            document = self.page.document
            self.bar.may_copy = bool(document is None or document.may_copy)
            self.bar.can_mark = self._writing.notebook is not None
            self.bar.above = self.app.store.state.finds is not None
        self._look()

    def choose(self, document: str, chosen: Selection) -> None:
        """Choose words of the page that is shown in another way."""
        self._document = document
        self.show(chosen)

    def _look(self) -> None:
        self.told()
        seen, chosen = self.page.seen, self.selection
        if seen is not None and chosen is not None and seen[0] != self._document:
            self.show(None)
            return
        quads = chosen.quads_on(seen[1]) if seen is not None and chosen is not None else ()
        self.layer.place = seen[:2] if seen is not None else None
        self.layer.quads = list(quads) if self.handled else []
        for end, handle in self.handles.items():
            self._set(handle, end, seen, chosen)

    def _set(self, handle: SelectionHandle, end: End, seen: Any, chosen: Selection | None) -> None:
        """Put a handle under its end, where that is on this page."""
        spot = None if chosen is None else chosen.first if end == "first" else chosen.last
        here = seen is not None and spot is not None and spot.page == seen[1] and self.handled
        handle.opacity = 1 if here else 0
        if chosen is None or spot is None or not here:
            return
        quads = chosen.texts[spot.page].quads(spot.word, spot.word)
        ((left, low, width, _high),) = boxes_of(quads, seen[2], self.page.pos)
        handle.center_x = left if end == "first" else left + width
        handle.top = low + dp(4)

    def end(self) -> None:
        """Choose nothing."""
        self.show(None)

    # ---- doing -----------------------------------------------------------------------------------

    def highlight(self) -> None:
        """Mark the words: one tap, and they are on the disk like everything that is written."""
        chosen, book = self.selection, self._writing.notebook
        if chosen is None or book is None:
            return
        book.add(mark_of(chosen, self._document, book))
        self.end()

    def copy(self) -> None:
        """Put the words on the clipboard, where the paper permits it."""
        if self.selection is not None and self.bar.may_copy:
            Clipboard.copy(self.selection.text())
            self.app.dispatch(a.MessageShown("select.copied"))
            self.end()

    def on_touch_down(self, touch: Any) -> bool:
        """Only the handles and the bar are in the way of the page."""
        own: list[Any] = [self.bar, *self.handles.values()]
        return any(one.parent is self and one.dispatch("on_touch_down", touch) for one in own)


def mark_of(chosen: Selection, document: str, book: Notebook) -> marks.Mark:
    """Return the highlight of what is chosen, with the quotation that finds it again."""
    pages = [(page, chosen.quads_on(page)) for page in chosen.pages]
    areas = tuple(
        marks.Area(page, tuple(marks.Quad(*quad) for quad in quads))
        for page, quads in pages
        if quads
    )
    quoted = chosen.quotation()
    target = marks.Target(areas, quote=marks.Quote(quoted.exact, quoted.before, quoted.after))
    return book.make("highlight", {document: target}, colour="highlight1")


load_kv(__file__)
