"""Jumps: to a page by its picture, number, contents or mark, along a link, and the way back."""

from collections.abc import Callable
from typing import Any

from kivy.app import App

from client import actions as a
from client.documents.renderer import RenderFailure
from client.documents.shape import DocumentShape
from client.documents.text import PageText
from client.screens.meeting.following import Presenter
from client.screens.meeting.page_sheet import Goal, PageSheet
from client.screens.meeting.reader import ReadingArea
from client.screens.meeting.trail import Stop, Trail
from client.state import ReadingPlace

KEPT = 8
"""Pages whose links are kept."""
Fill = Callable[[PageSheet, DocumentShape], None]
"""Gives a sheet its bookmarks, marks and contents."""


class Going:
    """Takes the reader elsewhere in one tap, and back in one tap."""

    def __init__(self, app: Any, area: ReadingArea, presenter: Presenter) -> None:
        self.app = app
        self.area = area
        self.presenter = presenter
        self.trail = Trail()
        self.fills: list[Fill] = []
        self._texts: dict[tuple[str, int], PageText] = {}
        area.page_view.bind(on_tap=self._tapped)
        area.bind(on_back=lambda *_: self.back(), on_forget=lambda *_: self._forget())
        App.get_running_app().bind(language=self._translated)

    def _translated(self, *_args: object) -> None:
        self._show()

    # ---- within the paper ------------------------------------------------------------------------

    def open_pages(self) -> None:
        """The sheet with every way to another page of this paper."""
        document = self.area.page_view.document
        if document is None or self.app.renderer is None:
            return
        sheet = PageSheet(self.app.renderer, document, current=self.area.page_view.page)
        for fill in self.fills:
            fill(sheet, document)
        sheet.bind(on_page=lambda _sheet, page, y: self.to_page(page, y))
        sheet.open()
        self.app.start(self._contents(sheet, document))

    async def _contents(self, sheet: PageSheet, document: DocumentShape) -> None:
        """The paper's own table of contents; most have none."""
        found = await self.app.renderer.outline(document.document)
        if not isinstance(found, RenderFailure):
            goals = [Goal(one.page, one.title, depth=one.level - 1) for one in found]
            sheet.goals("outline", goals)

    def _tapped(self, page: Any, x: float, y: float) -> None:
        """A tap on a link of the paper goes where it leads."""
        if page.document is not None:
            self.app.start(self._along(page.document.document, page.page, x, y))

    async def _along(self, document: str, page: int, x: float, y: float) -> None:
        text = self._texts.get((document, page))
        if text is None:
            found = await self.app.renderer.read(document, page)
            if isinstance(found, RenderFailure):
                return
            self._texts = dict(list(self._texts.items())[1 - KEPT :])
            text = self._texts[document, page] = found
        link = text.link_at(x, y)
        here = self.area.page_view
        same = here.document is not None and here.document.document == document
        if link is not None and same and here.page == page:
            self.to_page(link.page, link.y)

    def to_page(self, page: int, y: float = 0.0) -> None:
        """Jump within this paper: page from 1, `y` a share of its height."""
        self._leave(self.area.view.paper, page - 1)
        self.area.go(page - 1, y)

    # ---- elsewhere -------------------------------------------------------------------------------

    def to_paper(self, item: str, paper: str, version: int, place: ReadingPlace) -> None:
        """Jump to a place in any paper of the meeting."""
        view = self.area.view
        if (view.kind, view.paper, view.version) == ("page", paper, version or view.version):
            self.to_page(place.page + 1, place.y)
            return
        self._leave(paper, place.page)
        self.app.dispatch(a.PageTurned(paper, place))
        self.app.dispatch(a.Went("meeting", "", item, paper, version))

    def _leave(self, paper: str, page: int) -> None:
        self.presenter.by_hand()
        here = self._here()
        if here is not None:
            self.trail.jumped(here, paper, page)
        self._show()

    def _here(self) -> Stop | None:
        view = self.area.view
        if view.kind != "page":
            return None
        place = self.app.store.state.places.get(view.paper, ReadingPlace())
        return Stop(view.item, view.paper, view.version, place)

    # ---- back ------------------------------------------------------------------------------------

    def back(self) -> None:
        """To where the last jump began."""
        stop = self.trail.back()
        if stop is None:
            return
        self.presenter.by_hand()
        view = self.area.view
        if view.kind == "page" and (view.paper, view.version) == (stop.paper, stop.version):
            self.area.go(stop.place.page, stop.place.y)
        else:
            self.app.dispatch(a.PageTurned(stop.paper, stop.place))
            self.app.dispatch(a.Went("meeting", "", stop.item, stop.paper, stop.version))
        self._show()

    def moved(self) -> None:
        """The reader is at another place."""
        view = self.area.view
        place = self.app.store.state.places.get(view.paper)
        if place is not None and self.trail.moved(view.paper, place.page):
            self._show()

    def _forget(self) -> None:
        self.trail.forget()
        self._show()

    def _show(self) -> None:
        stop, tr = self.trail.last, self.app.tr
        if stop is None:
            self.area.back_text = ""
        elif stop.paper == self.area.view.paper:
            self.area.back_text = tr("back.to", n=stop.place.page + 1)
        else:
            self.area.back_text = tr("back.to.paper")
