"""A second paper of the same item beside the first, where the window is wide enough for two."""

from typing import Any

from kivy.uix.boxlayout import BoxLayout

from client import actions as a
from client.ink.notebook import Notebook
from client.notes.notes import NotOpen
from client.screens.meeting.reader import ReadingArea
from client.screens.meeting.writing.others import Others
from client.selectors.meeting import Follow, Tabs
from client.selectors.reading import Reading, beside
from client.state import AppState, ReadingPlace

__all__ = ["Beside", "BesidePane"]

WIDE = 1500
"""Windows narrower than this (dp) show one paper at a time."""


class BesidePane(BoxLayout):
    """The tabs and the page of the second paper."""


class Beside:
    """Opens and closes the second paper in `place`; its page is read and kept as the first one's.

    The presenter moves only the first; nothing is written here, but one's marks are seen and what
    others share.
    """

    def __init__(self, app: Any, place: Any, arranged: Any, layer: Any) -> None:
        """`layer` holds the cards that are shown above the screen."""
        self.app, self._layer = app, layer
        self.paper = ""
        self._place, self._arranged = place, arranged
        self._item = ""
        self._view = Tabs((), Follow("none", ""))
        self._pane: BesidePane | None = None
        self.area: ReadingArea | None = None
        self._marked = ""
        self._others: Others | None = None

    @property
    def is_open(self) -> bool:
        """A second paper is shown."""
        return bool(self.paper)

    def toggle(self) -> None:
        """Open the next paper of the item, or close it."""
        if self.is_open:
            self.close()
            return
        tabs = self._view.tabs
        at = next((n for n, tab in enumerate(tabs) if tab.selected), 0)
        if len(tabs) > 1:
            self.open(tabs[(at + 1) % len(tabs)].paper)

    def open(self, paper: str) -> None:
        """Show this paper of the item beside the first."""
        if self._pane is None:
            self._pane = BesidePane()
            self.area = ReadingArea(self.app, pos_hint={"x": 0, "y": 0})
            self.area.bind(on_place=self._moved)
            self._others = Others(self.app, self.area, self._layer)
            self._pane.ids.tabs.bind(on_paper=lambda _tabs, one: self.open(one))
            self._pane.ids.holder.add_widget(self.area)
        self._item = self.app.store.state.place.item
        self.paper = paper
        if self._pane.parent is None:
            self._place.add_widget(self._pane)
        self._show_tabs()
        self.show(beside(self.app.store.state, paper))
        self._arranged()

    def close(self) -> None:
        """One paper again."""
        self.paper = self._marked = ""
        if self._pane is not None and self._pane.parent is not None and self.area is not None:
            self.area.page_view.ink.use(None)
            if self._others is not None:
                self._others.close()
            self.area.close()
            self._place.remove_widget(self._pane)
        self._arranged()

    def tabs(self, view: Tabs) -> None:
        """The papers of the item on screen; another item ends it."""
        self._view = view
        if self.is_open and self.app.store.state.place.item != self._item:
            self.close()
        elif self.is_open:
            self._show_tabs()

    def _show_tabs(self) -> None:
        if self._pane is not None:
            self._pane.ids.tabs.show_second(self._view, self.paper)

    def select(self, state: AppState) -> Reading:
        """What the second pane shows."""
        return beside(state, self.paper) if self.paper else Reading("none")

    def show(self, view: Reading) -> None:
        """Set the page area, and one's marks on it."""
        if not self.is_open or self.area is None:
            return
        self.area.show(view)
        if view.kind == "page" and self._marked != view.paper:
            self._marked = view.paper
            if self._others is not None:
                self._others.use(self.app.store.state.place.room, view.paper)
            self.app.start(self._marks(view.paper))

    async def _marks(self, paper: str) -> None:
        try:
            book: Notebook = await self.app.notes.notebook(self.app.store.state.place.room, paper)
        except NotOpen:
            return
        if self.paper == paper and self.area is not None:
            self.area.page_view.ink.use(book)

    def shared_changed(self) -> None:
        """What others share, or whether it is to be seen, may be something else now."""
        if self._others is not None:
            self._others.refresh()

    def _moved(self, _area: Any, page: int, y: float) -> None:
        held = self.app.store.state.places.get(self.paper, ReadingPlace(-1))
        if self.paper and held.page != page and self.app.store.state.place.paper != self.paper:
            self.app.dispatch(a.PageTurned(self.paper, ReadingPlace(page, y)))
