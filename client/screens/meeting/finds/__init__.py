"""What was searched for, marked on the page that is read, with the way to the next of it."""

from typing import Any

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout

from client import actions as a
from client.documents.text import PageText
from client.screens.meeting.going import Going
from client.selectors.words import Words
from client.state import AppState, Finds, FoundPlace, ReadingPlace
from client.widgets.button import StyledButton
from client.widgets.kv import load_kv
from client.widgets.label import Text
from client.widgets.plate import Plate
from client.widgets.quads import QuadLayer

__all__ = ["FindsBar", "FindsPlace", "QuadLayer", "StyledButton", "Text"]

ABOVE = 0.12
"""A hit is brought so far below the upper edge, as a share of its page."""
KEPT = 8
"""Pages whose words are kept."""


class FindsBar(Plate, BoxLayout):
    """Which hit one is at, the next and the one before, and an end to it."""

    text = StringProperty("")
    first = BooleanProperty(True)
    last = BooleanProperty(True)

    __events__ = ("on_step", "on_end")

    def on_step(self, way: int) -> None:
        """The button of the next hit (+1) or the one before (-1) was tapped."""

    def on_end(self) -> None:
        """Thôi tìm was tapped."""


class FindsPlace(FloatLayout):
    """Over the page area: colour on every hit of the page, a frame round the one, and the bar."""

    def __init__(self, app: Any, going: Going, **kwargs: Any) -> None:
        self.app = app
        self._going = going
        self._finds: Finds | None = None
        self._texts: dict[tuple[str, int], PageText] = {}
        self._bring: FoundPlace | None = None
        super().__init__(**kwargs)
        self.page = going.area.page_view
        self.marks = self.ids.marks
        self.marks.page_view = self.page
        self.bar = FindsBar(pos_hint={"center_x": 0.5})
        self.bar.bind(on_step=lambda _bar, way: self.step(way), on_end=lambda *_: self.end())
        self.page.bind(seen=lambda *_: self._look())

    def show(self, finds: Finds | None) -> None:
        """Mark these hits from now on."""
        self._finds = finds
        if finds is None:
            self.remove_widget(self.bar)
        else:
            words, count = Words.of(self.app.store.state), len(finds.places)
            self.bar.text = words("search.nth", n=finds.at + 1, m=count, t=finds.typed)
            self.bar.first, self.bar.last = finds.at == 0, finds.at == count - 1
            if self.bar.parent is None:
                self.add_widget(self.bar)
        self._look()

    def step(self, way: int) -> None:
        """To the next hit (+1) or the one before (-1), in whatever paper it is."""
        finds = self._finds
        if finds is None or not 0 <= finds.at + way < len(finds.places):
            return
        place = self._bring = finds.places[finds.at + way]
        self.app.dispatch(a.FindsChanged(Finds(finds.typed, finds.places, finds.at + way)))
        spot = ReadingPlace(place.page - 1, self._share(place))
        if place.room == self.app.store.state.place.room:
            self._going.to_paper(place.item, place.paper, place.version, spot)
        else:
            self.app.dispatch(a.PageTurned(place.paper, spot))
            self.app.dispatch(a.Went("meeting", place.room, place.item, place.paper, place.version))
        self._look()

    def end(self) -> None:
        """Marks no longer."""
        self.app.dispatch(a.FindsChanged(None))

    def _look(self) -> None:
        seen, finds = self.page.seen, self._finds
        here = seen[:2] if seen is not None else None
        found = [one for one in finds.places if (one.sha256, one.page) == here] if finds else []
        if here is None or not found:
            self.marks.quads = []
        elif here in self._texts:
            self._mark(here, found, self._texts[here])
        else:
            self.app.start(self._read(here))

    async def _read(self, here: tuple[str, int]) -> None:
        text = await self.app.read_page(*here)
        if isinstance(text, PageText) and here not in self._texts:
            self._texts = dict(list(self._texts.items())[1 - KEPT :])
            self._texts[here] = text
            self._look()

    def _mark(self, here: tuple[str, int], found: list[FoundPlace], text: PageText) -> None:
        finds = self._finds
        at = finds.places[finds.at] if finds else None
        found.sort(key=lambda one: one != at)
        quads = [text.quads(one.first, one.last) for one in found]
        self.marks.place = here
        self.marks.framed = len(quads[0]) if found[0] == at else 0
        self.marks.quads = [quad for one in quads for quad in one]
        if self._bring is not None and self._bring in found:
            place, self._bring = self._bring, None
            self.page.go(place.page, self._share(place))

    def _share(self, place: FoundPlace) -> float:
        """Where on its page a hit is to be shown; the top while its words are unknown."""
        text = self._texts.get((place.sha256, place.page))
        boxes = text.boxes(place.first, place.last) if text is not None else ()
        if text is None or not boxes:
            return 0.0
        return max(0.0, boxes[0].y0 / text.shape.height - ABOVE)

    def on_touch_down(self, touch: Any) -> bool:
        """Only the bar is in the way of the page."""
        return self.bar.parent is not None and bool(self.bar.dispatch("on_touch_down", touch))


def finds_of(state: AppState) -> Finds | None:
    """Select what is marked while reading."""
    return state.finds


load_kv(__file__)
