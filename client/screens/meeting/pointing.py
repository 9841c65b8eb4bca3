"""Pointing at a page that everyone sees: the presenter's finger, and what the others see of it."""

from collections.abc import Callable
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.graphics import Color, InstructionGroup, Line, Rectangle, SmoothEllipse, SmoothLine
from kivy.metrics import dp
from kivy.properties import ObjectProperty
from kivy.uix.widget import Widget

from client.documents.viewport import Viewport
from client.selectors.reading import Pointed

Share = tuple[float, float]
PASSAGE_DP = 48
"""A finger that goes so far has drawn round a passage; one that goes less has only pointed."""
DISC_DP = 26
DIM = 0.45


class PointedLayer(Widget):
    """Over the page: a ring where the presenter points, and all but the passage dimmed."""

    page_view = ObjectProperty(None, allownone=True)
    view = ObjectProperty(None, allownone=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._group = InstructionGroup()
        self.canvas.add(self._group)
        self._redraw = Clock.create_trigger(self._draw, -1)
        self.fbind("view", self._redraw)
        if self.page_view is not None:
            self.page_view.bind(seen=self._redraw, size=self._redraw, pos=self._redraw)

    def show(self, view: Pointed | None) -> None:
        """Show what is pointed at, or nothing."""
        self.view = view

    @property
    def shown(self) -> bool:
        """Something is drawn now."""
        return bool(self._group.children)

    def _draw(self, *_args: object) -> None:
        self._group.clear()
        page, view = self.page_view, self.view
        if page is None or view is None or page.seen is None:
            return
        document, number, viewport = page.seen
        if (document, number) != (view.sha256, view.page + 1):
            return
        theme = App.get_running_app().theme
        if view.spot is not None:
            self._dim(viewport, view.spot, theme)
        if view.pointer is not None:
            self._ring(viewport, view.pointer, theme)

    def _ring(self, viewport: Viewport, at: Share, theme: Any) -> None:
        page = self.page_view
        x, y = on_screen(viewport, at)
        if not (0 <= x <= page.width and 0 <= y <= page.height):
            return
        x, y, half = page.x + x, page.y + y, dp(DISC_DP) / 2
        self._group.add(Color(*theme.lac[:3], 0.25))
        self._group.add(SmoothEllipse(pos=(x - half, y - half), size=(2 * half, 2 * half)))
        self._group.add(Color(*theme.lac))
        self._group.add(SmoothLine(circle=(x, y, half), width=dp(2)))

    def _dim(self, viewport: Viewport, spot: tuple[float, ...], theme: Any) -> None:
        page = self.page_view
        x0, y1 = on_screen(viewport, (spot[0], spot[1]))
        x1, y0 = on_screen(viewport, (spot[2], spot[3]))
        x0, x1 = (min(max(0.0, x), page.width) for x in (x0, x1))
        y0, y1 = (min(max(0.0, y), page.height) for y in (y0, y1))
        self._group.add(Color(*theme.scrim[:3], DIM))
        for left, low, right, high in (
            (0, y1, page.width, page.height),
            (0, 0, page.width, y0),
            (0, y0, x0, y1),
            (x1, y0, page.width, y1),
        ):
            if right > left and high > low:
                pos = (page.x + left, page.y + low)
                self._group.add(Rectangle(pos=pos, size=(right - left, high - low)))
        if x1 > x0 and y1 > y0:
            self._group.add(Color(*theme.lac))
            box = (page.x + x0, page.y + y0, x1 - x0, y1 - y0)
            self._group.add(Line(rectangle=box, width=dp(1.5)))


def on_screen(viewport: Viewport, at: Share) -> tuple[float, float]:
    """Return where a share of the page lies in its view."""
    shape = viewport.shape
    return viewport.to_screen(*shape.to_user(at[0] * shape.width, at[1] * shape.height))


def on_page(viewport: Viewport, x: float, y: float) -> Share:
    """Return the share of the page at a place in its view; within the page."""
    shape = viewport.shape
    right, down = shape.to_sheet(*viewport.to_page(x, y))
    return (
        min(max(0.0, right / shape.width), 1.0),
        min(max(0.0, down / shape.height), 1.0),
    )


class Pointing:
    """The presenter's finger while Chỉ trang is on: takes the page's touches as a pen would.

    `point(at)` while it lies there, None when it lifts; `spot(box)` for a passage that it went
    round, None for a tap, which ends the one before.
    """

    def __init__(
        self,
        page: Any,
        point: Callable[[Share | None], None],
        spot: Callable[[tuple[float, float, float, float] | None], None],
    ) -> None:
        self._page, self._point, self._spot = page, point, spot
        self._touch: Any = None
        self._path: list[Share] = []
        self._way = 0.0

    def down(self, touch: Any) -> None:
        """A finger has come; a second one moves the page."""
        if self._touch is not None:
            self._page.take_finger(touch)
            return
        self._touch, self._path, self._way = touch, [], 0.0
        self.move(touch)

    def move(self, touch: Any) -> None:
        """It goes on."""
        viewport = self._page.viewport
        if touch is not self._touch or viewport is None:
            return
        self._way += abs(touch.dx) + abs(touch.dy)
        at = on_page(viewport, touch.x - self._page.x, touch.y - self._page.y)
        self._path.append(at)
        self._point(at)

    def up(self, touch: Any) -> None:
        """It lifts."""
        if touch is not self._touch:
            return
        self._touch = None
        xs, ys = [x for x, _ in self._path], [y for _, y in self._path]
        self._point(None)
        far = self._way >= dp(PASSAGE_DP) and bool(xs)
        self._spot((min(xs), min(ys), max(xs), max(ys)) if far else None)
