"""A page of a paper on the glass: sharp as soon as it can be, and never white meanwhile."""

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock
from kivy.metrics import dp
from kivy.properties import (
    BooleanProperty,
    NumericProperty,
    ObjectProperty,
    OptionProperty,
    StringProperty,
)

from client.documents.pages import Pages, sheet_box
from client.documents.renderer import Measure, Preview, Rendered, RenderFailure, Tile
from client.documents.shape import Box, DocumentShape
from client.documents.viewport import DOUBLE_TAP, Fit, Viewport
from client.widgets.icon import Icon
from client.widgets.ink_layer import InkLayer, Seen
from client.widgets.kv import load_kv
from client.widgets.label import Text
from client.widgets.page_view.boxes import clip_box, moved, sheet_part
from client.widgets.page_view.hands import Hands
from client.widgets.page_view.paint import PagePaint, Placed
from client.widgets.page_view.partly import PartlyNote
from client.widgets.page_view.rest import Rest
from client.widgets.page_view.supply import Supply

__all__ = ["Icon", "PageView", "PartlyNote", "Text"]

PATIENCE = 1.0
"""Seconds before the words "Đang mở tài liệu…" (ui.md 2)."""

UNBROKEN = 0.1
"""Seconds that what was on the glass may stay, so that the new page comes at once and sharp: less
than is felt as waiting, and no flicker of an empty sheet and a blurred one."""

STILL = 0.15
"""Seconds without a move after which a page with ink is drawn as one picture."""

MESSAGES = {
    "page_failed": "page.failed",
    "page_timeout": "page.timeout",
    "worker_crashed": "page.failed",
    "paper_locked": "paper.locked",
    "paper_unreadable": "paper.unreadable",
}


class PageView(Hands):
    """One page of one document, with the places to go from it.

    Set `renderer` first; then `show`. `page` counts from 1; `at_start` and `at_end` speak of the
    document, for the page buttons. Events: `on_place(page, y)` after every move, at most once a
    frame; `on_hand()` when a finger or the wheel on the page moved it; `on_tap(x, y)` in user space
    when a finger tapped the page while nobody writes.
    """

    renderer = ObjectProperty(None, allownone=True)
    theme = ObjectProperty(None, allownone=True)
    keep_light = BooleanProperty(False)
    """Do not darken pages in the dark theme ("Giữ giấy sáng")."""
    page = NumericProperty(0)
    pages = NumericProperty(0)
    at_start = BooleanProperty(True)
    at_end = BooleanProperty(True)
    can_zoom_in = BooleanProperty(False)
    can_zoom_out = BooleanProperty(False)
    whole = BooleanProperty(False)
    """All of the page is seen, unzoomed (the state of the tool "Cả trang")."""
    fitted = StringProperty(Fit.CROPPED.value)
    """What pages are fitted by: a value of `Fit`."""
    sharp = BooleanProperty(False)
    """What is seen is drawn at its full resolution."""
    state = OptionProperty("empty", options=("empty", "waiting", "opening", "shown", "failed"))
    """"waiting" turns into "opening" after a second."""
    failure = StringProperty("")
    """The stable code of what went wrong, in state "failed"."""
    message = StringProperty("")
    """The key of the sentence shown in place of the page."""
    partly = StringProperty("")
    """The stable code of why only the small picture of this page is shown; empty if it is not."""
    pictured = BooleanProperty(False)
    """The page is a picture that the server drew."""
    foot = NumericProperty(0)
    """Pixels at the foot that are taken by something else; messages stand above them."""
    low = BooleanProperty(False)  # little room is left for messages
    seen = ObjectProperty(None, allownone=True)
    """What is drawn now, for whatever lies over it: (document, page, viewport), or None."""

    __events__ = ("on_place", "on_hand", "on_tap")

    def __init__(self, **kwargs: Any) -> None:
        self._pages = Pages()
        self.supply = Supply(self._pages, self._came, self._ready)
        self._drawn: list[Tile] = []
        self._told: tuple[int, float] | None = None
        self._paint = PagePaint()
        self.shared, self.ink = InkLayer(outlined=True), InkLayer()  # others' marks below one's own
        super().__init__(**kwargs)
        self._rest = Rest((self._paint.group, self.shared.finished, self.ink.finished))
        self.canvas.before.add(self._rest.group)
        self.canvas.before.add(self.ink.wet.group)
        self._patience = Clock.create_trigger(self._impatient, PATIENCE)
        self._redraw = Clock.create_trigger(self._draw, -1)
        self._at_last = Clock.create_trigger(self._draw, UNBROKEN)
        self._prepare = Clock.create_trigger(lambda _dt: self.supply.want(self.renderer), 0)
        self._lie_down = Clock.create_trigger(self._lie, STILL)
        for name in ("theme", "keep_light", "pos"):
            self.fbind(name, self._redraw)
        self.fbind("size", self._resized)
        self._resized()

    # What screens call

    def opening(self) -> None:
        """A document is on its way: show nothing yet, and after a second say so."""
        self._forget()
        self._set_state("waiting")

    def show(self, document: DocumentShape, page: int = 1, position: float = 0.0) -> None:
        """Show a place in a document: page from 1, position as a share of its height, 0 top."""
        self._pages.show(document, page, position)
        self._moved()

    def fail(self, code: str) -> None:
        """The document cannot be shown; `code` as in `FailureCode`."""
        self._forget()
        self._set_state("failed", code)

    def close(self) -> None:
        """Show nothing, want nothing; give all textures back."""
        self._forget()
        self.supply.kept.clear()
        self._rest.close()
        self._set_state("empty")

    def step(self, way: int) -> bool:
        """One step on (+1) or back (-1): 85 % of what is seen, then the top of the next page."""
        return self._did(self._pages.step(way))

    def turn(self, way: int) -> bool:
        """The top of the next page (+1) or the one before (-1); False where there is none."""
        return self._did(self._pages.turn(way))

    def go(self, page: int, y: float = 0.0) -> None:
        """Go to a place of this document, as told by another reader's `on_place`."""
        self._pages.go(page, y)
        self._moved()

    def zoom(self, way: int) -> None:
        """One step nearer (+1) or farther (-1)."""
        self._view(lambda viewport: viewport.zoom_step(way))

    def whole_page(self, whole: bool | None = None) -> None:
        """Show all of the page, or fit the text to the width again; None toggles."""
        whole = not self.whole if whole is None else whole
        self.fit(Fit.WHOLE if whole else Fit.CROPPED)

    def fit(self, fit: Fit) -> None:
        """Fit pages by their text block, their width or whole; unzoomed."""
        self._pages.fit_by(fit)
        self._moved()

    @property
    def document(self) -> DocumentShape | None:
        """What is shown; None while nothing is."""
        return self._pages.document

    @property
    def viewport(self) -> Viewport | None:
        """Where the page lies now, relative to this widget's `pos`; None while it is unknown."""
        return self._pages.viewport

    def on_place(self, page: int, y: float) -> None:
        """The reader is at another place."""

    def on_hand(self) -> None:
        """A finger on the page moved it."""

    def on_tap(self, x: float, y: float) -> None:
        """A finger tapped the page there, in user space."""

    # What fingers do

    def tap(self, at: tuple[float, float]) -> None:
        """See `Hands`."""
        viewport = self._pages.viewport
        if viewport is not None:
            self.dispatch("on_tap", *viewport.to_page(at[0] - self.x, at[1] - self.y))

    def drag(self, dx: float, dy: float) -> None:
        """See `Hands`."""
        self._view(lambda viewport: viewport.panned(dx, dy), hand=True)

    def pinch(self, factor: float, about: tuple[float, float]) -> None:
        """See `Hands`."""
        fixed = about[0] - self.x, about[1] - self.y
        self._view(lambda viewport: viewport.zoomed(viewport.zoom * factor, fixed), hand=True)

    def double_tap(self, about: tuple[float, float]) -> None:
        """See `Hands`."""
        fixed = about[0] - self.x, about[1] - self.y
        self._view(
            lambda viewport: viewport.zoomed(DOUBLE_TAP if viewport.zoom <= 1 else 1.0, fixed),
            hand=True,
        )

    def swipe(self, way: int) -> None:
        """See `Hands`."""
        if self.turn(way):
            self.dispatch("on_hand")

    def may_slide(self) -> bool:
        """See `Hands`."""
        viewport = self._pages.viewport
        return viewport is not None and viewport.zoom > 1

    def pen_box(self) -> Box:
        """See `pen.Paper`."""
        return Box(self.x, self.y, self.right, self.top)

    # Moving

    def _view(self, move: Callable[[Viewport], Viewport], *, hand: bool = False) -> None:
        viewport = self._pages.viewport
        if viewport is None:
            return
        moved = move(viewport)
        if moved != viewport:
            self._pages.viewport = moved
            self._moved()
            if hand:
                self.dispatch("on_hand")

    def _did(self, moved: bool) -> bool:
        if moved:
            self._moved()
        return moved

    def _resized(self, *_args: object) -> None:
        self._pages.resize(self.width, self.height)
        self._moved()

    def _moved(self) -> None:
        """The place has changed: tell, want and draw."""
        pages, viewport = self._pages, self._pages.viewport
        document = pages.document
        self.pages = document.pages if document else 0
        self.page = pages.page if document else 0
        self.at_start, self.at_end = pages.at_start(), pages.at_end()
        self.can_zoom_in, self.can_zoom_out = pages.can_zoom(1), pages.can_zoom(-1)
        unzoomed = viewport is None or viewport.zoom <= 1
        self.whole = pages.fit is Fit.WHOLE and unzoomed
        self.fitted = pages.fit.value
        if document is not None:
            if viewport is not None:
                self._set_state("shown")
            elif pages.failure is not None:
                self._set_state("failed", pages.failure)
            else:
                self._set_state("waiting")
            if self.supply.sharp() is None:
                self.supply.want(self.renderer)
            else:  # its frame first: both would be drawn at the same time
                self._prepare()
        self.sharp, self.partly = False, ""
        self._draw_soon()

    def _draw_soon(self) -> None:
        """With the next frame; while the new page is just being drawn, not before it is there."""
        pages = self._pages
        coming = pages.document is not None and pages.failure is None
        if coming and (pages.viewport is None or self._at_last.is_triggered):
            self._at_last()
        else:
            self._redraw()

    def _set_state(self, state: str, code: str = "") -> None:
        if state == "waiting" and self.state == "opening":
            return
        self.failure = code
        self.message = MESSAGES.get(code, "page.failed") if code else ""
        self.state = state
        if state == "waiting":
            self._patience()
        else:
            self._patience.cancel()

    def _impatient(self, _dt: float) -> None:
        self.message, self.state = "wait.open", "opening"

    def _forget(self) -> None:
        self.supply.forget(self.renderer)
        self._drawn.clear()
        self._pages.failures.clear()
        self._pages.document, self._pages.viewport = None, None
        self._moved()

    # Pixels

    def _came(self, result: Rendered | RenderFailure) -> None:
        if isinstance(result, RenderFailure):
            if result.job is not None:
                self._pages.failures[result.job] = result.code
                self._moved()
            return
        job = result.job
        self._pages.drawn(job, pictured=result.pictured)
        if isinstance(job, Preview | Measure):
            if self._pages.measured(job, result.shape):
                self._moved()
            else:  # at once: it is drawn while this picture is uploaded
                self.supply.want(self.renderer)

    def _ready(self, page: int) -> None:
        """Draw with the next frame, unless what was there stays until the new page is sharp."""
        if page != self._pages.page:
            return
        if self.supply.sharp() is not None:
            self._at_last.cancel()
        if not self._at_last.is_triggered:
            self._redraw()

    def _draw(self, *_args: object) -> None:
        if self.theme is None:
            return
        self._rest.wake()
        paint = self._paint
        paint.wear(self.theme, keep_light=self.keep_light)
        for layer in (self.shared, self.ink):
            layer.wear(self.theme, keep_light=self.keep_light)
        ground = Box(self.x, self.y, self.right, self.top)
        document, viewport = self._pages.document, self._pages.viewport
        if document is None or viewport is None:
            paint.ground(ground, None, self.theme.pagebg)
            self.sharp, self.partly, self.pictured, self.seen = False, "", False, None
            self._place_ink(None)
            return
        sheet = moved(sheet_box(viewport), self.x, self.y)
        layers = self._layers(document.document, viewport)
        paint.ground(ground, sheet, self.theme.pagebg)
        covered = clip_box(self, viewport.page_clip, 1.0, viewport) if self.sharp else None
        paint.sheet(ground, sheet, layers, covered)
        photographs = [sheet_part(self, box, viewport) for box in viewport.shape.photographs]
        paint.photographs(ground, layers, photographs)
        paint.frame(ground, sheet, dp(1), self.theme.line)
        self.seen = (document.document, self._pages.page, viewport)
        self._place_ink(Seen(document.document, self._pages.page, viewport, ground))
        self._lie_down.cancel()
        self._lie_down()
        self._tell(viewport)

    def _lie(self, _dt: float) -> None:
        """Nothing has moved for a while: where there may be ink, draw it with its page."""
        seen = self.ink.seen
        if seen is not None and (self.ink.notebook or self.shared.notebook) is not None:
            self._rest.lie(seen.box)

    def _place_ink(self, seen: Seen | None) -> None:
        self.shared.place(seen)
        self.ink.place(seen)

    def _layers(self, document: str, viewport: Viewport) -> list[Placed]:
        """What is sharp now; while some is missing, what was before and the small picture too."""
        page, supply = self._pages.page, self.supply
        self.pictured = (document, page) in self._pages.pictured
        sharp = supply.sharp()
        self.sharp, self.partly = sharp is not None, ""
        if sharp is not None:
            self._drawn = sharp
            return supply.placed(self, sharp, viewport)
        tiles = self._pages.sharpest(supply.kept)
        failed = (self._pages.failures.get(tile) for tile in tiles if tile not in supply.kept)
        self.partly = next((str(code) for code in failed if code), "")
        self._drawn = [tile for tile in self._drawn if (tile[0], tile[1]) == (document, page)]
        small = supply.small(self, Preview(document, page), viewport)
        return small + supply.placed(self, [*self._drawn, *tiles], viewport)

    def _tell(self, viewport: Viewport) -> None:
        told = self._pages.page, round(viewport.y, 5)
        if told != self._told:
            self._told = told
            self.dispatch("on_place", *told)


load_kv(__file__)
