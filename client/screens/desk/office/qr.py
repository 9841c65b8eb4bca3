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
        super().__init__(**kwargs)
        for name in ("text", "pos", "size"):
            self.fbind(name, self._draw)
        self._draw()

    def _draw(self, *_args: object) -> None:
        self.canvas.clear()
        if not self.text:
            return
        rows = modules(self.text)
        count = len(rows)
        texture = Texture.create(size=(count, count), colorfmt="luminance")
        texture.mag_filter = texture.min_filter = "nearest"
        texture.blit_buffer(b"".join(reversed(rows)), colorfmt="luminance", bufferfmt="ubyte")
        extent = int(min(self.width, self.height)) // count * count
        with self.canvas:
            Color(1, 1, 1, 1)
            Rectangle(
                texture=texture,
                pos=(round(self.center_x - extent / 2), round(self.center_y - extent / 2)),
                size=(extent, extent),
            )
