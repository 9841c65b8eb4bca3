"""Going to a page: its picture, its number, the table of contents, bookmarks and own marks."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from kivy.clock import Clock
from kivy.properties import (
    BooleanProperty,
    ListProperty,
    NumericProperty,
    StringProperty,
)
from kivy.uix.anchorlayout import AnchorLayout

from client.documents.renderer import Renderer
from client.documents.shape import DocumentShape
from client.widgets.button import StyledButton
from client.widgets.dialog import Sheet
from client.widgets.goals import Goal, GoalList
from client.widgets.icon import Icon
from client.widgets.label import Text
from client.widgets.page_grid import PageGrid
from client.widgets.pin import PinPad
from client.widgets.plate import Plate
from client.widgets.tool import Segmented

__all__ = ["Goal", "GoalList", "Icon", "PageNumber", "PageSheet", "PinPad", "Plate"]
__all__ += ["Segmented", "StyledButton", "Text"]


class PageNumber(Plate, AnchorLayout):
    """The box with what is typed."""


class PageSheet(Sheet):
    """Fires ``on_page(page, y)``, page from 1 and the share of its height.

    ``goals`` are the places of each tab but the first: outline, bookmarks, marks.
    """

    pages = NumericProperty(1)
    current = NumericProperty(1)
    typed = StringProperty("")
    tab = StringProperty("pages")
    body_height = NumericProperty(400)
    boxed = BooleanProperty(True)
    """What is typed stands in a box of its own; where it is low, on the button alone."""
    bookmarks = ListProperty()
    marked = ListProperty()

    __events__ = ("on_page",)

    def __init__(self, renderer: Renderer, document: DocumentShape, **kwargs: Any) -> None:
        self._goals: dict[str, Sequence[Goal]] = {}
        self._renderer, self._document = renderer, document
        self._grid: PageGrid | None = None
        self._list = GoalList()
        super().__init__(card_width=1120, pages=document.pages, **kwargs)
        for name in ("bookmarks", "marked"):
            self.fbind(name, self._dress_grid)
        self.bind(tab=self._show_tab)
        self._show_tab()

    def open(self) -> Any:
        """Open, as high as the window allows."""
        return super().open()

    def goals(self, tab: str, goals: Sequence[Goal]) -> None:
        """Set the places of "outline", "bookmarks" or "marks"."""
        self._goals[tab] = goals
        if tab == self.tab:
            self._list.show(goals, self)

    def _show_tab(self, *_args: object) -> None:
        place = self.ids.place
        place.clear_widgets()
        if self.tab != "pages":
            self._list.empty = f"pages.none.{self.tab}"
            self._list.show(self._goals.get(self.tab, ()), self)
            place.add_widget(self._list)
            return
        if self._grid is None:
            self._grid = PageGrid(self._renderer, self._document, current=self.current)
            self._grid.bind(on_page=lambda _grid, page: self.go(page))
            self._dress_grid()
        place.add_widget(self._grid)
        Clock.schedule_once(partial(self._revealed, self._grid), 0)

    def _revealed(self, grid: PageGrid, _elapsed: float) -> None:
        grid.reveal()

    def _dress_grid(self, *_args: object) -> None:
        if self._grid is not None:
            self._grid.bookmarks, self._grid.marked = list(self.bookmarks), list(self.marked)

    @property
    def typed_page(self) -> int:
        """The page that was typed, 0 while it is none of this paper."""
        page = int(self.typed or 0)
        return page if page <= self.pages else 0

    def type_page(self, typed: str) -> None:
        """Take what is typed; a number beyond the last page starts anew with its last digit."""
        bare = typed.lstrip("0")
        if bare and int(bare) > self.pages:
            bare = bare[-1].replace("0", "") if int(bare[-1]) <= self.pages else ""
        self.ids.pad.pin = bare
        self.typed = bare

    def chosen(self, _name: str, page: int, y: float) -> None:
        """A place in a list was tapped."""
        self.go(page, y)

    def go(self, page: int, y: float = 0.0) -> None:
        """Go there and close."""
        if page:
            self.close()
            self.dispatch("on_page", page, y)

    def on_page(self, page: int, y: float) -> None:
        """A page was chosen."""

    def on_closed(self) -> None:
        """Draw no more pictures."""
        if self._grid is not None:
            self._grid.close()
