"""A QR code, drawn as a texture of one pixel for each module."""

from typing import Any

import segno
from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture
from kivy.properties import StringProperty
from kivy.uix.widget import Widget

QUIET = 4
"""Modules of white around a code, as ISO/IEC 18004 asks."""


def modules(text: str) -> list[bytes]:
    """Return the rows of a code from the top, a byte a module: 0 dark, 255 light."""
    code = segno.make(text, error="m", micro=False, boost_error=False)
    return [bytes(0 if module else 255 for module in row) for row in code.matrix_iter(border=QUIET)]


class QrCode(Widget):
    """Shows ``text``; always black on white, since cameras read nothing else well."""

    text = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        self._texture: Texture | None = None
        super().__init__(**kwargs)
        self.fbind("text", self._make)
        for name in ("pos", "size"):
            self.fbind(name, self._draw)
        self._make()

    def _make(self, *_args: object) -> None:
        """Work out the code, once for each text."""
        self._texture = None
        if self.text:
            rows = modules(self.text)
            texture = Texture.create(size=(len(rows), len(rows)), colorfmt="luminance")
            texture.mag_filter = texture.min_filter = "nearest"
            texture.blit_buffer(b"".join(reversed(rows)), colorfmt="luminance", bufferfmt="ubyte")
            self._texture = texture
        self._draw()

    def _draw(self, *_args: object) -> None:
        self.canvas.clear()
        if self._texture is None:
            return
        count = self._texture.width
        extent = int(min(self.width, self.height)) // count * count
        with self.canvas:
            Color(1, 1, 1, 1)
            Rectangle(
                texture=self._texture,
                pos=(round(self.center_x - extent / 2), round(self.center_y - extent / 2)),
                size=(extent, extent),
            )
