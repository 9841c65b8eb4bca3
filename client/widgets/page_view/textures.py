"""Textures that pages are drawn from: allocated in a few sizes, used again and again."""

from typing import Any

from kivy.graphics.texture import Texture

from client.documents.renderer import Rendered

GRAIN = 128
"""Textures are allocated in multiples of this many pixels, so that pages can share them."""
SPARE_BYTES = 16 << 20


class Picture:
    """A job's pixels on the graphics card; `shown` is what a Rectangle takes."""

    def __init__(self, base: Any, width: int, height: int) -> None:
        self.base = base
        self.shown = base.get_region(0, 0, width, height)
        self.shown.flip_vertical()

    def scaled(self, exact: bool) -> None:
        """Say whether a texel is one pixel of the screen now: then nothing is interpolated."""
        wanted = "nearest" if exact else "linear"
        if self.base.mag_filter != wanted:
            self.base.mag_filter = self.base.min_filter = wanted

    @property
    def size(self) -> int:
        """Bytes that it occupies."""
        return int(self.base.width * self.base.height * 4)


class Pool:
    """Turns pixels into pictures, and takes back the textures of those no longer needed."""

    def __init__(self) -> None:
        self._spare: list[Any] = []

    def picture(self, rendered: Rendered) -> Picture | None:
        """Upload the pixels and give back their slot; None once their renderer has closed."""
        if rendered.gone:
            return None
        base = self._texture(_grained(rendered.width), _grained(rendered.height))
        size = (rendered.width, rendered.height)
        base.blit_buffer(rendered.pixels, pos=(0, 0), size=size, colorfmt="rgba", bufferfmt="ubyte")
        rendered.release()
        return Picture(base, *size)

    def take_back(self, picture: Picture) -> None:
        """The picture is not drawn any more."""
        self._spare.append(picture.base)
        while sum(base.width * base.height * 4 for base in self._spare) > SPARE_BYTES:
            self._spare.pop(0)

    def _texture(self, width: int, height: int) -> Any:
        for base in self._spare:
            if (base.width, base.height) == (width, height):
                self._spare.remove(base)
                return base
        return Texture.create(size=(width, height), colorfmt="rgba")


def _grained(pixels: int) -> int:
    return -(-pixels // GRAIN) * GRAIN
