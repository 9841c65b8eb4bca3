"""A page and the finished ink on it as one picture, for as long as nothing of it moves.

Drawn by software, every layer over the view costs a frame as much as the page itself; what is being
written above it, and whatever else moves in the window, should not pay for ink that rests.
"""

import math
from collections.abc import Sequence
from typing import Any

from kivy.graphics import Color, Fbo, InstructionGroup, PopMatrix, PushMatrix, Rectangle, Translate

from client.documents.shape import Box
from client.widgets.ink_layer.bake import normal, opaque


class Rest:
    """Draws `layers`, the lowest first; `group` shows them, themselves or as they lay down.

    Together they fill the whole view and nothing outside of it, opaquely. A layer that changes
    while they rest is drawn anew, with all the others, in the next frame.
    """

    def __init__(self, layers: Sequence[Any]) -> None:
        self.group = InstructionGroup()
        self._layers = layers
        self._picture: Any = None
        self._size = (0, 0)
        self.rests = False
        """They are one picture now."""
        self._up()

    def wake(self) -> None:
        """Draw them themselves again: they are going to move."""
        if self.rests:
            self.group.clear()
            self._picture.clear()
            self.rests = False
            self._up()

    def lie(self, view: Box) -> None:
        """Draw them once into a picture of the view, and then only that."""
        if self.rests:
            return
        x, y = math.floor(view.x0), math.floor(view.y0)
        size = max(1, math.ceil(view.x1) - x), max(1, math.ceil(view.y1) - y)
        if self._picture is None or self._size != size:
            self._picture, self._size = Fbo(size=size), size
            self._picture.texture.mag_filter = self._picture.texture.min_filter = "nearest"
        self.group.clear()
        for instruction in (PushMatrix(), Translate(-x, -y), *self._layers, PopMatrix()):
            self._picture.add(instruction)
        shown = Rectangle(texture=self._picture.texture, pos=(x, y), size=size)
        for instruction in (self._picture, opaque(), Color(1, 1, 1, 1), shown, normal()):
            self.group.add(instruction)
        self.rests = True

    def close(self) -> None:
        """Give the picture's memory back."""
        self.wake()
        self._picture = None

    def _up(self) -> None:
        for layer in self._layers:
            self.group.add(layer)
