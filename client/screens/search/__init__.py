"""Search: what was typed, where it stands in the papers, and the page beside the list."""

from collections.abc import Sequence
from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, StringProperty
from kivy.uix.recycleboxlayout import RecycleBoxLayout
from kivy.uix.recycleview import RecycleView

from client import actions as a
from client.documents.index import Hit
from client.documents.renderer import RenderFailure
from client.documents.shape import DocumentShape
from client.documents.text import PageText, Quad
from client.notes.notes import NotOpen
from client.screens.bar import MeetingBar
from client.screens.search.rows import SearchLine, line_of
from client.screens.toasting import Toasting
from client.selectors.search import (
    Found,
    Row,
    Scope,
    Searched,
    found,
    preview_title,
    searched,
)
from client.selectors.search_notes import note_hits
from client.selectors.shell import top_bar
from client.selectors.words import Words
from client.state import AppState, Finds, FoundPlace, ReadingPlace
from client.widgets.button import StyledButton
from client.widgets.card import Card, Hairline
from client.widgets.field import Typing
from client.widgets.icon import Icon
from client.widgets.kv import load_kv
from client.widgets.label import Text
from client.widgets.page_view import PageView
from client.widgets.plate import Plate
from client.widgets.quads import QuadLayer
from client.widgets.tool import Segmented

__all__ = ["Card", "Hairline", "Icon", "PageView", "Plate", "QuadLayer", "RecycleBoxLayout"]
__all__ += ["RecycleView", "SearchLine", "SearchScreen", "Segmented", "StyledButton", "Text"]
__all__ += ["Typing"]

SOON = 0.15
"""Seconds after the last letter until the search begins."""
AGAIN = 2.0
"""Seconds between looks while papers are still being read."""
ABOVE = 0.12
"""A hit stands so far below the upper edge, as a share of its page."""


class SearchScreen(Toasting):
    """The screen. What was typed stays when one comes back to it."""

    scope = StringProperty("meeting")
    typed = StringProperty("")
    summary = StringProperty("")
    note = StringProperty("")
    title = StringProperty("")
    chosen = NumericProperty(-1)
    can_open = BooleanProperty(False)
    lines = ListProperty()
    dense = BooleanProperty(False)
    """The keyboard is up: the list keeps at least three rows (ui.md 4.8)."""
    bare = BooleanProperty(False)
    """Without the top bar, while somebody types in large letters."""
    answered = NumericProperty(0)
    """How many searches have been asked for, up to the one that is shown."""

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self._papers: tuple[Searched, ...] = ()
        self._rows: tuple[Row, ...] = ()
        self._shown: tuple[str, int] | None = None
        self._text: PageText | None = None
        self._asked = 0
        super().__init__(app, **kwargs)
        self.bar = MeetingBar(app)
        self.ids.bar_place.add_widget(self.bar)
        self._soon = Clock.create_trigger(self._search, SOON)
        self._again = Clock.create_trigger(self._search, AGAIN)
        self.ids.typing.bind(text=self._type)
        self.fbind("scope", lambda *_: self._soon())
        self.fbind("dense", lambda *_: self._list())
        self._relist = Clock.create_trigger(lambda _elapsed: self._list(), 0)

    def watches(self) -> None:
        """Follow the papers that are here; the field is ready to be typed into."""
        self.watch(top_bar, self.bar.show)
        self.watch(_all, self._papers_changed)
        self.watch(lambda state: state.preferences, self._prefer)
        self.watch_toasts()
        self.ids.page.renderer = self.app.renderer
        if not self.typed:
            Clock.schedule_once(lambda _elapsed: self._focus(), 0)

    def left(self) -> None:
        """Close the page, and stop looking."""
        self._soon.cancel()
        self._again.cancel()
        self.ids.typing.focus = False
        self._close_preview()
        self.chosen = -1

    # typing

    def _focus(self) -> None:
        self.ids.typing.focus = self.parent is not None
        if self.ids.typing.focus and self.app.soft_keyboard:
            from client.widgets.keyboard import KeyboardDock  # noqa: PLC0415 - only on tablets

            KeyboardDock.show_for(self.ids.typing)

    def touched_field(self) -> None:
        """The field was touched: type there."""
        self._focus()

    def _type(self, _typing: Any, text: str) -> None:
        self.typed = text
        self._soon()

    def wipe(self) -> None:
        """[Xóa chữ]."""
        self.ids.typing.text = ""
        self._focus()

    def choose_scope(self, scope: Scope) -> None:
        """Search there instead."""
        self.scope = scope

    # searching

    def _prefer(self, _preferences: object) -> None:
        self.ids.page.keep_light = self.app.store.state.preferences.keep_pages_light
        self._relist()
        self._soon()

    def _papers_changed(self, _papers: Sequence[Searched]) -> None:
        self._soon()

    def _search(self, _elapsed: float) -> None:
        if self.parent is None:
            return
        state: AppState = self.app.store.state
        self._papers = searched(state, self.scope)
        self._asked += 1
        self.app.start(self._find(self._asked, self.typed))

    async def _find(self, asked: int, typed: str) -> None:
        papers, searching = self._papers, self.app.searching
        notes = self.scope == "notes"
        if notes:
            hits = await self._find_notes(typed, papers)
        else:
            hits = await searching.find(typed, [paper.sha256 for paper in papers])
        if asked != self._asked or self.parent is None:
            return
        unread = sum(not searching.ready(paper.sha256) for paper in papers if not notes)
        self._show(papers, hits, unread)
        self.answered = asked
        if unread:
            self._again()

    async def _find_notes(self, typed: str, papers: Sequence[Searched]) -> tuple[Hit, ...]:
        found: list[Hit] = []
        for paper in papers:
            try:
                book = await self.app.notes.notebook(paper.room, paper.paper)
            except NotOpen:
                return ()
            found.extend(note_hits(typed, paper, book.marks))
        return tuple(found)

    def _show(self, papers: Sequence[Searched], hits: Sequence[Hit], unread: int) -> None:
        state: AppState = self.app.store.state
        words = Words.of(state)
        typed = self.typed.strip()
        blank = _none if self.scope == "notes" else self.app.searching.blank
        view = found(state, papers, hits, blank) if typed else Found("", ())
        self.summary = view.summary if typed else words("search.start")
        self.note = words("search.reading", n=unread) if unread else words("search.accents")
        if view.rows == self._rows:
            return
        self._rows = view.rows
        self._list()
        first = next((n for n, row in enumerate(view.rows) if row.hit is not None), -1)
        self.pick(first)
        self.ids.list.scroll_y = 1

    def _list(self) -> None:
        self.lines = [line_of(self, place, row) for place, row in enumerate(self._rows)]

    # the page beside the list

    def pick(self, place: int) -> None:
        """Show the hit of that row beside the list."""
        self.chosen = place
        row = self._rows[place] if 0 <= place < len(self._rows) else None
        self.can_open = row is not None and row.hit is not None
        if row is None or row.hit is None:
            self._close_preview()
            return
        self.title = preview_title(self.app.store.state, row)
        self.app.start(self._preview(row.hit))

    def _close_preview(self) -> None:
        self.title = ""
        self._shown = self._text = None
        self.ids.marks.quads = []
        self.ids.page.close()

    async def _preview(self, hit: Hit) -> None:
        page = self.ids.page
        place = hit.sha256, hit.page
        if self._shown != place:
            self._shown, self._text = place, None
            self.ids.marks.quads = []
            page.renderer = self.app.renderer
            opened = await self.app.open_paper(hit.sha256)
            if self._shown != place:
                return
            if isinstance(opened, RenderFailure):
                page.fail(str(opened.code))
                return
            await self._read(opened, hit)
        if self._text is not None and self._shown == place:
            self._mark(hit, self._text)

    async def _read(self, opened: DocumentShape, hit: Hit) -> None:
        page = self.ids.page
        page.show(opened, hit.page)
        text = await self.app.read_page(hit.sha256, hit.page)
        if self._shown == (hit.sha256, hit.page) and isinstance(text, PageText):
            self._text = text

    def _mark(self, hit: Hit, text: PageText) -> None:
        """All hits of the page in colour, this one first and framed."""
        others = [
            row.hit
            for row in self._rows
            if row.hit is not None and (row.hit.sha256, row.hit.page) == self._shown
        ]
        here = quads_of(text, hit)
        marks = self.ids.marks
        marks.place, marks.framed = self._shown, len(here)
        marks.quads = [
            *here,
            *(quad for one in others if one != hit for quad in quads_of(text, one)),
        ]
        self.ids.page.go(hit.page, _share(text, hit))

    # going there

    def open(self) -> None:
        """[Mở trang này]: read on there, with everything that was found marked."""
        row = self._rows[self.chosen] if 0 <= self.chosen < len(self._rows) else None
        if row is None or row.hit is None or row.paper is None:
            return
        places = [(one.hit, one.paper) for one in self._rows if one.hit and one.paper]
        at = next(n for n, (hit, _) in enumerate(places) if hit is row.hit)
        finds = Finds(self.typed.strip(), tuple(_place(*one) for one in places), at)
        self.app.dispatch(a.FindsChanged(None if row.hit.quads else finds))
        y = _share(self._text, row.hit) if self._text is not None else 0.0
        self.app.dispatch(a.PageTurned(row.paper.paper, ReadingPlace(row.hit.page - 1, y)))
        paper = row.paper
        self.app.dispatch(a.Went("meeting", paper.room, paper.item, paper.paper, paper.version))

    def back(self) -> None:
        """To the page that was being read."""
        self.app.dispatch(a.Went("meeting"))


def _all(state: AppState) -> tuple[Searched, ...]:
    return searched(state, "everywhere")


def _share(text: PageText, hit: Hit) -> float:
    """Where on its page a hit is to be shown: a little below the upper edge."""
    quads = quads_of(text, hit)
    if not quads:
        return 0.0
    tops = [text.shape.to_sheet(quads[0][at], quads[0][at + 1])[1] for at in range(0, 8, 2)]
    return max(0.0, min(tops) / text.shape.height - ABOVE)


def quads_of(text: PageText, hit: Hit) -> tuple[Quad, ...]:
    """Return where a hit lies on its page, in user space."""
    return hit.quads or text.quads(hit.first, hit.last)


def _none(_sha256: str) -> tuple[int, ...]:
    return ()


def _place(hit: Hit, paper: Searched) -> FoundPlace:
    return FoundPlace(
        paper.room,
        paper.item,
        paper.paper,
        paper.version,
        hit.sha256,
        hit.page,
        hit.first,
        hit.last,
    )


Screen = SearchScreen
load_kv(__file__)
