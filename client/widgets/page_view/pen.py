"""The pen on a page: touches become strokes, rubbing or a place for a note, by the palm's rules."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from kivy.metrics import dp

from client.documents.shape import Box
from client.documents.viewport import Viewport
from client.ink.hands import Hands as Judge
from client.ink.hands import Kind, Verdict
from client.ink.packing import Point
from client.ink.stroke import LiveStroke
from client.ink.tools import BLUE, ERASER_RADIUS, Pen
from client.theme import Rgba
from client.widgets.ink_layer.wet import Wet

Act = Literal["pen", "erase", "erase_part", "place"]


@dataclass(frozen=True, slots=True)
class Grip:
    """What is held: a pen and its colour on the glass, an eraser, or a note to be put down."""

    act: Act
    pen: Pen = BLUE
    colour: Rgba = (0.0, 0.0, 0.0, 1.0)
    dark: bool = False


class Paper(Protocol):
    """What the pen needs of the view that it writes on."""

    x: float
    y: float
    viewport: Viewport | None

    def pen_box(self) -> Box:
        """Return where ink may be seen, in window pixels."""

    def take_finger(self, touch: Any) -> None:
        """Let a touch move the page."""


class PenHands:
    """One view's pen.

    `wrote(points, pen)`, `rubbed(path, radius, part)` and `placed(x, y)` speak in user space;
    `begun()` comes when something is put to the page.
    """

    def __init__(self, view: Any, wet: Wet) -> None:
        self._view = view
        self._wet = wet
        self._judge = Judge()
        self._touches: dict[int, Any] = {}
        self._writing: int | None = None
        self._live: LiveStroke | None = None
        self._began = 0
        self._rubbed: tuple[float, float] | None = None
        self.grip = Grip("pen")
        self.begun: Callable[[], None] = lambda: None
        self.wrote: Callable[[tuple[Point, ...], Pen], object] = lambda _points, _pen: None
        self.rubbed: Callable[[tuple[tuple[float, float], ...], float, bool], object] = (
            lambda _path, _radius, _part: None
        )
        self.placed: Callable[[float, float], object] = lambda _x, _y: None

    @property
    def busy(self) -> bool:
        """A stroke is under the pen."""
        return self._writing is not None

    # ---- touches ---------------------------------------------------------------------------------

    def down(self, touch: Any) -> None:
        """A contact has come; the view has taken it."""
        self._touches[touch.uid] = touch
        kind = kind_of(touch)
        verdict = self._judge.down(touch.uid, kind, touch.x / dp(1), touch.y / dp(1), _ms())
        self._obey(verdict)
        if verdict.role == "write" and self._writing is None:
            self._writing = touch.uid
            self._begin(touch)

    def move(self, touch: Any) -> None:
        """A contact has moved."""
        self._obey(self._judge.move(touch.uid, touch.x / dp(1), touch.y / dp(1), _ms()))
        if touch.uid == self._writing:
            self._go_on(touch)

    def up(self, touch: Any) -> None:
        """A contact has lifted."""
        verdict = self._judge.up(touch.uid, _ms())
        self._touches.pop(touch.uid, None)
        self._obey(verdict)
        if touch.uid == self._writing:
            self._end(touch)

    def _obey(self, verdict: Verdict) -> None:
        if self._writing in verdict.abandon:
            self._forget()
        for uid in verdict.panning:
            if uid in self._touches:
                self._view.take_finger(self._touches[uid])

    # ---- what they do ----------------------------------------------------------------------------

    def _user(self, touch: Any) -> tuple[float, float] | None:
        viewport = self._view.viewport
        if viewport is None:
            return None
        x, y = viewport.to_page(touch.x - self._view.x, touch.y - self._view.y)
        return x, y

    def _begin(self, touch: Any) -> None:
        self.begun()
        self._began = _ms()
        grip, viewport = self.grip, self._view.viewport
        if viewport is None:
            return
        if grip.act == "pen":
            pen = grip.pen
            self._live = LiveStroke(pen.width, pen.tool)
            self._wet.begin(
                grip.colour,
                pen.width * viewport.scale * viewport.shape.unit,
                self._view.pen_box(),
                highlighter=pen.tool == "highlighter",
                dark=grip.dark,
            )
        self._go_on(touch)

    def _go_on(self, touch: Any) -> None:
        at = self._user(touch)
        if at is None:
            return
        if self.grip.act in {"erase", "erase_part"}:
            path = (self._rubbed or at, at)
            self._rubbed = at
            radius = ERASER_RADIUS / self._view.viewport.zoom
            self.rubbed(path, radius, self.grip.act == "erase_part")
        elif self._live is not None and self._live.add(*at, _ms() - self._began, pressure(touch)):
            self._draw()

    def _draw(self) -> None:
        viewport, live = self._view.viewport, self._live
        if live is None or viewport is None:
            return
        left, low = self._view.x, self._view.y
        dots = []
        for point in live.points:
            x, y = viewport.to_screen(point.x, point.y)
            dots.append((x + left, y + low, point.pressure))
        self._wet.line(dots)

    def _end(self, touch: Any) -> None:
        live, at = self._live, self._user(touch)
        self._forget()
        if self.grip.act == "place" and at is not None:
            self.placed(*at)
        elif live is not None and live.points:
            self.wrote(live.finish(), self.grip.pen)

    def _forget(self) -> None:
        self._writing, self._live, self._rubbed = None, None, None
        self._wet.clear()


def kind_of(touch: Any) -> Kind:
    """Say what touches: a pen, its other end, or a finger (a mouse counts as one)."""
    told = str(touch.ud.get("tool", "")) or str(getattr(touch, "tool", ""))
    if "eraser" in told:
        return "eraser"
    device = f"{touch.device} {type(touch).__name__}".lower()
    return "pen" if "pen" in told or "pen" in device or "stylus" in device else "finger"


def pressure(touch: Any) -> float:
    """How hard the pen presses, 0 to 1; -1 where it does not say."""
    if "pressure" not in (touch.profile or ()):
        return -1.0
    return min(1.0, max(0.0, float(touch.pressure)))


def _ms() -> int:
    return time.monotonic_ns() // 1_000_000
