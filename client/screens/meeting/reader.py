"""The page area: the page between its two buttons, or what stands in its place."""

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.gridlayout import GridLayout

from client.documents.renderer import RenderFailure
from client.documents.viewport import Fit
from client.selectors.reading import Reading
from client.state import ReadingPlace
from client.widgets.button import StyledButton
from client.widgets.chip import Chip
from client.widgets.icon import Icon
from client.widgets.label import Text
from client.widgets.page_view import PageView
from client.widgets.progress import LabelledBar
from client.widgets.rail import PageButton

__all__ = ["Chip", "Icon", "LabelledBar", "PageButton", "PageView", "Placeholder"]
__all__ += ["ReadingArea", "StyledButton", "Text", "ZoomKeys"]

PATIENCE = 10.0
"""Seconds of waiting after which help is offered (ui.md 2)."""
ICONS = {"paper": "file-off", "loading": "download", "failed": "alert-triangle", "none": "notes"}


class Placeholder(AnchorLayout):
    """In place of a page: handed out on paper, still on its way, or nothing there."""

    kind = StringProperty("none")
    icon = StringProperty("notes")
    title = StringProperty("")
    line = StringProperty("")
    chip = StringProperty("")
    percent = StringProperty("")
    progress = NumericProperty(0)
    shown = BooleanProperty(False)


class ZoomKeys(GridLayout):
    """Nearer, farther, and fitting the page's width; shown while the page is whole or zoomed."""

    room = NumericProperty(0)
    """How high the area is that they stand in."""

    page = ObjectProperty(None, allownone=True, rebind=True)
    shown = BooleanProperty(False)

    __events__ = ("on_text",)

    def on_text(self) -> None:
        """The page is wanted as running text."""

    def other_fit(self) -> None:
        """Fit the width of the page, or the text block again."""
        self.page.fit(Fit.CROPPED if self.page.fitted == Fit.WIDTH.value else Fit.WIDTH)


class ReadingArea(FloatLayout):
    """Shows a `Reading` at a place; page numbers here count from 0, as in the protocol.

    Events: ``on_place(page, y)`` after moves, ``on_hand`` when a hand moved the page, ``on_opened``
    when a paper's version is on the glass, ``on_retry(document)`` and ``on_help``; ``on_back`` and
    ``on_forget`` of the way back that `back_text` offers.
    """

    back_text = StringProperty("")
    returns = BooleanProperty(False)
    forgets = BooleanProperty(False)
    foot = NumericProperty(0)
    """Pixels at the foot that buttons take while something failed; messages stand above."""
    below = NumericProperty(0)
    """Pixels below the button Lùi, where the way back and the sign that ends it stand."""

    started = BooleanProperty(True)
    ended = BooleanProperty(True)
    broken = BooleanProperty(False)
    slow = BooleanProperty(False)
    kind = StringProperty("none")

    __events__ = (
        "on_place",
        "on_hand",
        "on_opened",
        "on_retry",
        "on_help",
        "on_back",
        "on_forget",
        "on_text",
    )

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        self._view = Reading("none")
        self.stepper: Callable[[int], bool] | None = None
        """What a page button does while something else than the page is read."""
        super().__init__(**kwargs)
        self._impatient = Clock.create_trigger(self._grow_impatient, PATIENCE)
        page = self.page_view
        page.renderer = app.renderer
        page.bind(on_place=self._moved, on_hand=lambda *_: self.dispatch("on_hand"))
        page.bind(state=self._state_changed)

    @property
    def page_view(self) -> Any:
        """The page itself."""
        return self.ids.page

    @property
    def view(self) -> Reading:
        """What is shown."""
        return self._view

    def show(self, view: Reading) -> None:
        """Show this where it was read last; what is on screen already keeps its place."""
        before, self._view = self._view, view
        self.kind = view.kind
        self._show_placeholder(view)
        if view.kind != "page":
            if before.kind == "page":
                self.page_view.close()
        elif view.sha256 != before.sha256 or before.kind != "page":
            self._open(view)
        self._state_changed()

    def _show_placeholder(self, view: Reading) -> None:
        placeholder = self.ids.placeholder
        placeholder.shown = view.kind != "page"
        placeholder.kind, placeholder.icon = view.kind, ICONS.get(view.kind, "")
        placeholder.title, placeholder.line, placeholder.chip = view.title, view.line, view.chip
        placeholder.progress, placeholder.percent = view.progress, view.percent

    def _open(self, view: Reading) -> None:
        self.page_view.renderer = self.app.renderer
        self.page_view.opening()

        self.app.start(self._load(view))

    async def _load(self, view: Reading) -> None:
        found = await self.app.open_paper(view.sha256)
        if self._view.sha256 != view.sha256:
            return
        if isinstance(found, RenderFailure):
            self.page_view.fail(str(found.code))
            return
        place = self.app.store.state.places.get(view.paper, ReadingPlace())
        self.page_view.show(found, place.page + 1, place.y)
        self.dispatch("on_opened")

    def again(self) -> None:
        """Try the same paper again after a failure."""
        view, self._view = self._view, Reading("none")
        if view.sha256 and self.app.renderer is not None:
            self.app.renderer.retry(view.sha256)
        self.show(view)

    def close(self) -> None:
        """Let go of the page; the next `show` opens it anew."""
        self._view = Reading("none")
        self.page_view.close()

    # moving

    def go(self, page: int, y: float = 0.0) -> None:
        """To a place of this paper, page from 0."""
        self.page_view.go(page + 1, y)

    def step(self, way: int) -> None:
        """A page button was tapped."""
        if self.stepper(way) if self.stepper is not None else self.page_view.step(way):
            self.dispatch("on_hand")

    def _moved(self, _page: Any, page: int, y: float) -> None:
        self.dispatch("on_place", page - 1, y)

    # waiting

    def _state_changed(self, *_args: object) -> None:
        page = self.page_view
        self.broken = self.kind == "page" and page.state == "failed"
        waiting = self.kind == "loading" or (
            self.kind == "page" and page.state in {"waiting", "opening"}
        )
        if waiting and not self.slow:
            self._impatient()
        elif not waiting:
            self._impatient.cancel()
            self.slow = False

    def _grow_impatient(self, _dt: float) -> None:
        self.slow = True

    def retry(self) -> None:
        """[Thử lại]."""
        self.dispatch("on_retry", self._view.sha256)

    def on_place(self, page: int, y: float) -> None:
        """The reader is at another place."""

    def on_hand(self) -> None:
        """A hand moved the page."""

    def on_opened(self) -> None:
        """The version is on the glass."""

    def on_retry(self, document: str) -> None:
        """The person wants it tried again."""

    def on_text(self) -> None:
        """The page is wanted as running text."""

    def on_help(self) -> None:
        """The person has waited long enough."""

    def on_back(self) -> None:
        """The way back was taken."""

    def on_forget(self) -> None:
        """The way back is not wanted."""
