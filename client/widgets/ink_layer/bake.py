"""Finished ink of one page as pictures: drawn once, then only shown.

Two pictures, made when first needed: pens, premultiplied, and highlighters, which are multiplied
with the page (by day) or screened with it (by night), so that its text stays what it is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from kivy.graphics import Callback, Color, Fbo, InstructionGroup, Mesh
from kivy.graphics.opengl import (
    GL_DST_COLOR,
    GL_ONE,
    GL_ONE_MINUS_SRC_ALPHA,
    GL_ONE_MINUS_SRC_COLOR,
    GL_SRC_ALPHA,
    GL_ZERO,
    glBlendFunc,
    glBlendFuncSeparate,
)
from kivy.graphics.texture import Texture

from client.documents.renderer import Clip
from client.theme import Rgba
from client.widgets.ink_layer.ribbon import Ribbon

__all__ = ["Bake", "Drawing", "mesh", "multiplied", "normal", "opaque", "premultiplied"]

MOST_VERTICES = 60_000
FORMAT = [(b"vPosition", 2, "float"), (b"vTexCoords0", 2, "float")]
_cover: list[Any] = []


def cover_texture() -> Any:
    """Two pixels, one without and one with cover: what soft edges fade through."""
    if not _cover:
        texture = Texture.create(size=(2, 1), colorfmt="rgba")
        texture.blit_buffer(
            bytes((255, 255, 255, 0, 255, 255, 255, 255)), colorfmt="rgba", bufferfmt="ubyte"
        )
        texture.mag_filter = texture.min_filter = "linear"
        _cover.append(texture)
    return _cover[0]


def mesh(ribbon: Ribbon) -> Any:
    """The triangles as an instruction."""
    return Mesh(
        vertices=ribbon.vertices,
        indices=ribbon.indices,
        mode="triangles",
        fmt=FORMAT,
        texture=cover_texture(),
    )


def _blend(*how: int) -> Any:
    def set_blending(_instruction: Any) -> None:
        if len(how) == 4:  # noqa: PLR2004
            glBlendFuncSeparate(*how)
        else:
            glBlendFunc(*how)

    return Callback(set_blending)


def normal() -> Any:
    """Blending as Kivy leaves it."""
    return _blend(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA)


def opaque() -> Any:
    """For what covers whatever is below, and whose alpha means nothing."""
    return _blend(GL_ONE, GL_ZERO)


def premultiplied() -> Any:
    """For a texture whose colours carry their alpha already."""
    return _blend(GL_ONE, GL_ONE_MINUS_SRC_ALPHA)


def multiplied(*, dark: bool) -> Any:
    """For highlighters: by day what is below is multiplied, by night screened."""
    return _blend(GL_ONE, GL_ONE_MINUS_SRC_COLOR) if dark else _blend(GL_DST_COLOR, GL_ZERO)


@dataclass(slots=True)
class Drawing:
    """Triangles by colour, of pens and of highlighters."""

    pens: dict[Rgba, list[Ribbon]] = field(default_factory=dict)
    highlighters: dict[Rgba, list[Ribbon]] = field(default_factory=dict)

    def ribbon(self, colour: Rgba, *, highlighter: bool) -> Ribbon:
        """Where to add triangles of that colour."""
        layer = self.highlighters if highlighter else self.pens
        ribbons = layer.setdefault(colour, [])
        if not ribbons or ribbons[-1].count > MOST_VERTICES:
            ribbons.append(Ribbon())
        return ribbons[-1]


class Bake:
    """The pictures of one page's ink at one scale. `region`: pixels of the page that they show."""

    def __init__(self, region: Clip, *, dark: bool) -> None:
        self.region = region
        self.dark = dark
        self._pens: Any = None
        self._highlighters: Any = None

    @property
    def pens(self) -> Any:
        """The texture of the pens, if there is anything on it."""
        return self._pens.texture if self._pens is not None else None

    @property
    def highlighters(self) -> Any:
        """The texture of the highlighters, if there is anything on it."""
        return self._highlighters.texture if self._highlighters is not None else None

    @property
    def size(self) -> int:
        """Bytes that it occupies."""
        layers = (self._pens, self._highlighters)
        return sum(self.region.pixels * 4 for layer in layers if layer is not None)

    def add(self, drawing: Drawing) -> None:
        """Draw more onto the pictures."""
        if drawing.pens:
            if self._pens is None:
                self._pens = self._layer((0.0, 0.0, 0.0, 0.0))
            separate = _blend(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA, GL_ONE, GL_ONE_MINUS_SRC_ALPHA)
            _draw(self._pens, separate, drawing.pens)
        if drawing.highlighters:
            if self._highlighters is None:
                ground = (0.0, 0.0, 0.0, 1.0) if self.dark else (1.0, 1.0, 1.0, 1.0)
                self._highlighters = self._layer(ground)
            _draw(self._highlighters, normal(), drawing.highlighters)

    def _layer(self, ground: Rgba) -> Any:
        layer = Fbo(size=(self.region.width, self.region.height), clear_color=ground)
        layer.bind()
        layer.clear_buffer()
        layer.release()
        return layer


def _draw(layer: Any, blending: Any, colours: dict[Rgba, list[Ribbon]]) -> None:
    group = InstructionGroup()
    group.add(blending)
    for instruction in _painted(colours.items()):
        group.add(instruction)
    group.add(normal())
    layer.add(group)
    layer.draw()
    layer.remove(group)


def _painted(colours: Iterable[tuple[Rgba, list[Ribbon]]]) -> Iterator[Any]:
    for colour, ribbons in colours:
        yield Color(*colour)
        for ribbon in ribbons:
            if ribbon.indices:
                yield mesh(ribbon)
