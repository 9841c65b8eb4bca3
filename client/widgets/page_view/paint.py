"""What is drawn of a page: the sheet, its textures through the dark-page shader, its edges."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from kivy.graphics import Color, InstructionGroup, Rectangle, RenderContext

from client.documents.shape import Box
from client.theme import Rgba, Theme

_SHADER = """
$HEADER$
uniform float dark;
uniform vec4 page;
uniform vec4 page_text;

void main(void) {
    vec4 texel = texture2D(texture0, tex_coord0);
    float light = dot(texel.rgb, vec3(0.2126, 0.7152, 0.0722));
    gl_FragColor = mix(texel, vec4(mix(page_text.rgb, page.rgb, light), 1.0), dark);
}
"""


class Placed(NamedTuple):
    """A texture and where it is drawn, in window pixels."""

    texture: Any
    x: float
    y: float
    width: float
    height: float


class PagePaint:
    """The instructions of one page view, in `group`; `show` replaces what they draw."""

    def __init__(self) -> None:
        self.group = InstructionGroup()
        self._ground = InstructionGroup()
        self._page = RenderContext(use_parent_projection=True, use_parent_modelview=True)
        self._page.shader.fs = _SHADER
        self._edges = InstructionGroup()
        for part in (self._ground, self._page, self._edges):
            self.group.add(part)

    def wear(self, theme: Theme, *, keep_light: bool) -> None:
        """The colours of a page; `keep_light` leaves it as it was printed."""
        self._page["dark"] = 1.0 if theme.dark and not keep_light else 0.0
        self._page["page"] = theme.page
        self._page["page_text"] = theme.page_text

    def show(
        self, ground: Box, fill: Rgba, sheet: Box | None, placed: Sequence[Placed], edge: Rgba
    ) -> None:
        """Fill `ground`, then the sheet and its textures, from the undermost up.

        Boxes are in window pixels, y up. Without a sheet only the ground is drawn.
        """
        for part in (self._ground, self._page, self._edges):
            part.clear()
        self._ground.add(Color(*fill))
        self._ground.add(_filled(ground))
        if sheet is None:
            return
        self._page.add(_filled(sheet))
        for texture, x, y, width, height in placed:
            self._page.add(Rectangle(texture=texture, pos=(x, y), size=(width, height)))
        self._edges.add(Color(*edge))

    def frame(self, sheet: Box, thickness: float) -> None:
        """Hairlines along the inside of the sheet's edges."""
        for line in (
            Box(sheet.x0, sheet.y0, sheet.x0 + thickness, sheet.y1),
            Box(sheet.x1 - thickness, sheet.y0, sheet.x1, sheet.y1),
            Box(sheet.x0, sheet.y1 - thickness, sheet.x1, sheet.y1),
            Box(sheet.x0, sheet.y0, sheet.x1, sheet.y0 + thickness),
        ):
            self._edges.add(_filled(line))


def _filled(box: Box) -> Rectangle:
    return Rectangle(pos=(box.x0, box.y0), size=(box.width, box.height))
