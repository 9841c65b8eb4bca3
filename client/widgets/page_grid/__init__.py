"""The pages of a paper as small pictures: only those in sight are drawn, a few megabytes in all."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from kivy.clock import Clock
from kivy.metrics import dp
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, ObjectProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.recycleview import RecycleView
from kivy.uix.recycleview.views import RecycleDataViewBehavior

from client.documents.renderer import Preview, Rendered, Renderer, RenderFailure
from client.documents.shape import DocumentShape
from client.widgets.icon import Icon
from client.widgets.kv import load_kv
from client.widgets.label import Text
from client.widgets.page_view.textures import Picture, Pool
from client.widgets.plate import Plate
from client.widgets.touch import Pressable

__all__ = ["Icon", "PageCell", "PageGrid", "PagePictures", "RecycleView", "Text"]

PICTURES = 60
"""So many small pictures are kept; about a megabyte each."""


class PageCell(RecycleDataViewBehavior, Pressable, Plate, AnchorLayout):
    """One page: its picture, its number, and whether it is bookmarked or written on."""

    page = NumericProperty(1)
    here = BooleanProperty(False)
    bookmarked = BooleanProperty(False)
    marked = BooleanProperty(False)
    texture = ObjectProperty(None, allownone=True)
    owner = ObjectProperty(None, allownone=True)

    def refresh_view_attrs(self, _view: Any, _index: int, facts: dict[str, Any]) -> None:
        """Show another page, as the list asks it to."""
        owner: PageGrid = facts["owner"]
        owner.seen(self, facts["page"])
        for name, value in facts.items():
            setattr(self, name, value)
        self.texture = owner.texture_of(facts["page"])

    def on_release(self) -> None:
        """Go there."""
        if self.owner is not None:
            self.owner.dispatch("on_page", self.page)


class PagePictures:
    """Small pictures from a renderer, in the order in which they were asked for last."""

    def __init__(self, renderer: Renderer, document: str, tell: Any) -> None:
        self._renderer = renderer
        self._document = document
        self._tell = tell
        self._pool = Pool()
        self._kept: OrderedDict[int, Picture] = OrderedDict()
        self._arrived: list[Rendered] = []
        self._upload_next = Clock.create_trigger(self._upload, 0)

    def texture(self, page: int) -> Any:
        """The picture of a page, if it is here."""
        found = self._kept.get(page)
        return None if found is None else found.shown

    def want(self, pages: Iterable[int]) -> None:
        """Ask for exactly these pages' pictures."""
        coming = {rendered.job.page for rendered in self._arrived}
        jobs = [
            Preview(self._document, page)
            for page in pages
            if page not in self._kept and page not in coming
        ]
        self._renderer.want(self, jobs, self._deliver)

    def close(self) -> None:
        """Want nothing more; give everything back."""
        self._renderer.want(self, (), self._deliver)
        for rendered in self._arrived:
            rendered.release()
        self._arrived.clear()
        self._kept.clear()

    def _deliver(self, result: Rendered | RenderFailure) -> None:
        if isinstance(result, Rendered):
            self._arrived.append(result)
            self._upload_next()

    def _upload(self, _elapsed: float) -> None:
        if not self._arrived:
            return
        rendered = self._arrived.pop(0)
        picture = self._pool.picture(rendered)
        if picture is not None:
            self._keep(rendered.job.page, picture)
        if self._arrived:
            self._upload_next()

    def _keep(self, page: int, picture: Picture) -> None:
        picture.scaled(exact=False)
        self._kept[page] = picture
        while len(self._kept) > PICTURES:
            self._pool.take_back(self._kept.popitem(last=False)[1])
        self._tell(page)


class PageGrid(BoxLayout):
    """All pages as pictures, scrolled by two buttons or a finger; fires ``on_page(page)``."""

    current = NumericProperty(1)
    columns = NumericProperty(4)
    bookmarks = ListProperty()
    marked = ListProperty()

    __events__ = ("on_page",)

    def __init__(self, renderer: Renderer, document: DocumentShape, **kwargs: Any) -> None:
        self._document = document
        self._pictures = PagePictures(renderer, document.document, self._came)
        self._cells: dict[int, PageCell] = {}
        self._ask = Clock.create_trigger(self._want, -1)
        super().__init__(**kwargs)
        for name in ("current", "bookmarks", "marked"):
            self.fbind(name, self._fill)
        self._fill()
        Clock.schedule_once(lambda _elapsed: self.reveal(), 0)

    def close(self) -> None:
        """Draw nothing more."""
        self._ask.cancel()
        self._pictures.close()

    def _fill(self, *_args: object) -> None:
        bookmarks, marked = set(self.bookmarks), set(self.marked)
        self.ids.cells.data = [
            {
                "page": page,
                "here": page == self.current,
                "bookmarked": page in bookmarks,
                "marked": page in marked,
                "owner": self,
            }
            for page in range(1, self._document.pages + 1)
        ]

    def seen(self, cell: PageCell, page: int) -> None:
        """A cell shows this page from now on."""
        self._cells = {one: held for one, held in self._cells.items() if held is not cell}
        self._cells[page] = cell
        self._ask()

    def texture_of(self, page: int) -> Any:
        """The picture of a page, if it is here."""
        return self._pictures.texture(page)

    def _want(self, *_args: object) -> None:
        self._pictures.want(sorted(self._cells))

    def _came(self, page: int) -> None:
        cell = self._cells.get(page)
        if cell is not None:
            cell.texture = self._pictures.texture(page)

    def reveal(self) -> None:
        """Scroll to the page that is read."""
        row = (self.current - 1) // self.columns
        rows = -(-self._document.pages // self.columns)
        self._scroll_to_row(row - 1, rows)

    def move(self, way: int) -> None:
        """Scroll by most of what is seen, for hands that only tap."""
        cells = self.ids.cells
        hidden = cells.children[0].height - cells.height
        if hidden > 0:
            step = way * 0.85 * cells.height / hidden
            cells.scroll_y = min(1.0, max(0.0, cells.scroll_y - step))

    def _scroll_to_row(self, row: int, rows: int) -> None:
        cells = self.ids.cells
        high = cells.children[0].height
        hidden = high - cells.height
        if hidden > 0 and rows:
            cells.scroll_y = min(1.0, max(0.0, 1 - max(0, row) * high / rows / hidden))

    def on_page(self, page: int) -> None:
        """A page was tapped."""


def cell_height(k: float) -> float:
    """Pixels of a cell: an upright page and its number."""
    return float(dp(188) + dp(24) * k)


load_kv(__file__)
