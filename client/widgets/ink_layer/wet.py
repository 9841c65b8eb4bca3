"""The stroke under the pen: on a layer of its own, so that nothing else is drawn again for it."""

from collections.abc import Sequence
from typing import Any

from kivy.graphics import (
    Color,
    Fbo,
    InstructionGroup,
    Mesh,
    Rectangle,
    ScissorPop,
    ScissorPush,
)

from client.documents.shape import Box
from client.theme import Rgba
from client.widgets.ink_layer.bake import FORMAT, cover_texture, mesh, multiplied, normal
from client.widgets.ink_layer.ribbon import Dot, Ribbon

FREEZE = 300
"""After so many points a piece is left as it is, so that a long stroke costs no more a frame."""


class Wet:
    """Draws in window pixels within a box. `group` shows it."""

    def __init__(self) -> None:
        self.group = InstructionGroup()
        self._lines = InstructionGroup()
        self._live: Any = None
        self._layer: Any = None
        self._box = Box(0, 0, 1, 1)
        self._from = 0
        self._width = 1.0
        self._highlighter = False

    @property
    def drawing(self) -> bool:
        """A stroke is under the pen."""
        return self._live is not None

    def begin(self, colour: Rgba, width: float, box: Box, *, highlighter: bool, dark: bool) -> None:
        """A stroke of that width in pixels begins."""
        self.clear()
        self._box, self._width, self._from = box, width, 0
        self._highlighter = highlighter
        self._live = Mesh(mode="triangles", fmt=FORMAT, texture=cover_texture())
        self._lines.add(Color(*colour))
        self._lines.add(self._live)
        if highlighter:
            self._screened(dark=dark)
            return
        self.group.add(
            ScissorPush(
                x=round(box.x0), y=round(box.y0), width=round(box.width), height=round(box.height)
            )
        )
        self.group.add(self._lines)
        self.group.add(ScissorPop())

    def _screened(self, *, dark: bool) -> None:
        """A highlighter is drawn apart and laid over the page as a whole: it never doubles."""
        box = self._box
        ground = (0.0, 0.0, 0.0, 1.0) if dark else (1.0, 1.0, 1.0, 1.0)
        self._layer = Fbo(size=(round(box.width), round(box.height)), clear_color=ground)
        self._layer.bind()
        self._layer.clear_buffer()
        self._layer.release()
        self._layer.add(self._lines)
        self.group.add(Color(1, 1, 1, 1))
        self.group.add(multiplied(dark=dark))
        self.group.add(
            Rectangle(
                texture=self._layer.texture,
                pos=(round(box.x0), round(box.y0)),
                size=(round(box.width), round(box.height)),
            )
        )
        self.group.add(normal())

    def line(self, dots: Sequence[Dot]) -> None:
        """The stroke goes through these points, all of them each time, in window pixels."""
        if self._live is None:
            return
        if len(dots) - self._from > FREEZE:
            self._lines.insert(1, mesh(self._ribbon(dots[self._from :])))
            self._from = len(dots) - 2
        ribbon = self._ribbon(dots[self._from :])
        self._live.vertices, self._live.indices = ribbon.vertices, ribbon.indices
        if self._layer is not None:
            self._layer.draw()

    def _ribbon(self, dots: Sequence[Dot]) -> Ribbon:
        ribbon = Ribbon()
        if self._highlighter:
            x, y = round(self._box.x0), round(self._box.y0)
            dots = [(dot[0] - x, dot[1] - y, dot[2]) for dot in dots]
        ribbon.stroke(dots, self._width, even=self._highlighter)
        return ribbon

    def clear(self) -> None:
        """Nothing is under the pen."""
        self.group.clear()
        self._lines.clear()
        self._live = self._layer = None
