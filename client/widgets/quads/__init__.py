"""Stretches of a page in colour: what was searched for, what is selected.

The colour multiplies with the page, so that the type under it stays as black as it was (ui.md 3);
on dark pages it is added instead, and the type stays as light.
"""

from collections.abc import Sequence
from typing import Any

from kivy.clock import Clock
from kivy.graphics import Callback, Color, InstructionGroup, Line, Rectangle
from kivy.graphics.opengl import (
    GL_DST_COLOR,
    GL_ONE,
    GL_ONE_MINUS_SRC_ALPHA,
    GL_SRC_ALPHA,
    GL_ZERO,
    glBlendFunc,
    glBlendFuncSeparate,
)
from kivy.graphics.scissor_instructions import ScissorPop, ScissorPush
from kivy.metrics import dp
from kivy.properties import ListProperty, NumericProperty, ObjectProperty
from kivy.uix.widget import Widget

from client.documents.text import Quad
from client.documents.viewport import Viewport
from client.theme import Rgba

FRAME_DP = 3
"""Width of the frame round the hit that one is at (ui.md 4.8)."""


class QuadLayer(Widget):
    """Lies over ``page_view``; shows ``quads`` (user space of its page) in the colour ``fill``.

    ``framed``: how many quads, from the first, get a frame. Touches pass through. Nothing is drawn
    while the view shows another page than ``place`` (document, page).
    """

    page_view = ObjectProperty(None, allownone=True)
    quads = ListProperty()
    place = ObjectProperty(None, allownone=True)
    fill = ObjectProperty((1.0, 0.9, 0.56, 1.0))
    framed = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        self._followed: Any = None
        super().__init__(**kwargs)
        self._group = InstructionGroup()
        self.canvas.add(self._group)
        self._redraw = Clock.create_trigger(self._draw, -1)
        for name in ("quads", "place", "fill", "framed"):
            self.fbind(name, self._redraw)
        self.fbind("page_view", self._follow)
        self._follow()

    def _follow(self, *_args: object) -> None:
        names = ("seen", "pos", "size", "theme", "keep_light")
        if self._followed is not None:
            for name in names:
                self._followed.funbind(name, self._redraw)
        self._followed = self.page_view
        if self.page_view is not None:
            for name in names:
                self.page_view.fbind(name, self._redraw)
        self._redraw()

    def _draw(self, *_args: object) -> None:
        self._group.clear()
        view = self.page_view
        seen = view.seen if view is not None else None
        if seen is None or not self.quads or self.place != seen[:2]:
            return
        boxes = boxes_of(self.quads, seen[2], view.pos)
        dark = bool(view.theme and view.theme.dark and not view.keep_light)
        self._group.add(_scissor(view))
        self._group.add(Callback(_add if dark else _multiply))
        self._group.add(Color(*_lifted(self.fill, view.theme.page) if dark else self.fill))
        for x, y, width, height in boxes:
            self._group.add(Rectangle(pos=(x, y), size=(width, height)))
        self._group.add(Callback(_usual))
        self._group.add(Color(*view.theme.hit_frame))
        for box in boxes[: int(self.framed)]:
            self._group.add(Line(rectangle=box, width=dp(FRAME_DP) / 2))
        self._group.add(ScissorPop())

    def on_touch_down(self, _touch: Any) -> bool:
        """What lies below is touched."""
        return False


def boxes_of(
    quads: Sequence[Quad], viewport: Viewport, pos: tuple[float, float]
) -> list[tuple[float, float, float, float]]:
    """Where quads of user space lie in the window: left, low, width, height in pixels."""
    made = []
    for one in quads:
        points = [viewport.to_screen(one[at], one[at + 1]) for at in range(0, 8, 2)]
        across, up = [point[0] for point in points], [point[1] for point in points]
        left, low = min(across), min(up)
        made.append((pos[0] + left, pos[1] + low, max(across) - left, max(up) - low))
    return made


def _scissor(view: Any) -> ScissorPush:
    x, y = view.to_window(*view.pos)
    return ScissorPush(x=int(x), y=int(y), width=int(view.width), height=int(view.height))


def _lifted(fill: Rgba, page: Rgba) -> Rgba:
    """What is to be added to a dark page so that its ground becomes `fill`."""
    red, green, blue = (max(0.0, fill[at] - page[at]) for at in range(3))
    return red, green, blue, 1.0


def _multiply(_instruction: object) -> None:
    glBlendFunc(GL_DST_COLOR, GL_ZERO)


def _add(_instruction: object) -> None:
    glBlendFunc(GL_ONE, GL_ONE)


def _usual(_instruction: object) -> None:
    glBlendFuncSeparate(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA, GL_ONE, GL_ONE)
