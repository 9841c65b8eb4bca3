"""What is drawn of a page: the sheet, its textures, dark pages by a shader, its edges.

Every part is cut to the view before it is drawn, so that no stencil is needed and no pixel is
filled twice where it can be avoided: software drawing on a plain office machine feels each of them.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from kivy.graphics import Color, InstructionGroup, Rectangle, RenderContext

from client.documents.shape import Box
from client.theme import Rgba, Theme
from client.widgets.ink_layer.bake import normal, opaque

_SHADER = """
$HEADER$
uniform vec4 page;
uniform vec4 page_text;

void main(void) {
    float light = dot(texture2D(texture0, tex_coord0).rgb, vec3(0.2126, 0.7152, 0.0722));
    gl_FragColor = vec4(mix(page_text.rgb, page.rgb, light), 1.0);
}
"""
_WHITE = (1.0, 1.0, 1.0, 1.0)


class Placed(NamedTuple):
    """A texture and where all of it would be drawn, in window pixels."""

    texture: Any
    box: Box


def common(one: Box, other: Box) -> Box | None:
    """What two boxes share; None if nothing."""
    x0, y0 = max(one.x0, other.x0), max(one.y0, other.y0)
    x1, y1 = min(one.x1, other.x1), min(one.y1, other.y1)
    return Box(x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def without(whole: Box, hole: Box | None) -> Iterable[Box]:
    """Up to four boxes that cover `whole` but not `hole`, which lies inside it."""
    if hole is None:
        yield whole
        return
    for box in (
        Box(whole.x0, hole.y1, whole.x1, whole.y1),
        Box(whole.x0, whole.y0, whole.x1, hole.y0),
        Box(whole.x0, hole.y0, hole.x0, hole.y1),
        Box(hole.x1, hole.y0, whole.x1, hole.y1),
    ):
        if box.width > 0 and box.height > 0:
            yield box


class PagePaint:
    """The instructions of one page view, in `group`; `show` replaces what they draw."""

    def __init__(self) -> None:
        self.group = InstructionGroup()
        self._ground = InstructionGroup()
        self._light = InstructionGroup()
        self._dark = RenderContext(use_parent_projection=True, use_parent_modelview=True)
        self._dark.shader.fs = _SHADER
        self._photographs = InstructionGroup()
        self._edges = InstructionGroup()
        self._is_dark = False
        for part in self._parts():
            self.group.add(part)

    def _parts(self) -> Iterable[Any]:
        return (self._ground, self._light, self._dark, self._photographs, self._edges)

    def wear(self, theme: Theme, *, keep_light: bool) -> None:
        """The colours of a page; `keep_light` leaves it as it was printed."""
        self._is_dark = theme.dark and not keep_light
        self._dark["page"] = theme.page
        self._dark["page_text"] = theme.page_text

    def ground(self, view: Box, sheet: Box | None, fill: Rgba) -> None:
        """Clear everything, then fill what of the view the sheet leaves free."""
        for part in self._parts():
            part.clear()
        self._ground.add(Color(*fill))
        for box in without(view, common(view, sheet) if sheet else None):
            self._ground.add(_filled(box))

    def sheet(self, view: Box, sheet: Box, placed: Sequence[Placed], covered: Box | None) -> None:
        """Draw the sheet blank but where it is `covered` by sharp tiles, then the textures."""
        seen = common(view, sheet)
        if seen is None:
            return
        target = self._dark if self._is_dark else self._light
        target.add(opaque())
        target.add(Color(*_WHITE))
        for box in without(seen, common(seen, covered) if covered else None):
            target.add(_filled(box))
        for texture, box in placed:
            cut = common(box, seen)
            if cut is not None:
                target.add(_part(texture, box, cut))
        target.add(normal())

    def photographs(self, view: Box, placed: Sequence[Placed], boxes: Iterable[Box]) -> None:
        """On a dark page, draw these parts of it as they were printed."""
        if not self._is_dark:
            return
        self._photographs.add(Color(*_WHITE))
        for photograph in boxes:
            seen = common(view, photograph)
            for texture, box in placed:
                cut = common(box, seen) if seen is not None else None
                if cut is not None:
                    self._photographs.add(_part(texture, box, cut))

    def frame(self, view: Box, sheet: Box, thickness: float, colour: Rgba) -> None:
        """Hairlines along the inside of the sheet's edges, where they are in view."""
        self._edges.add(Color(*colour))
        for line in (
            Box(sheet.x0, sheet.y0, sheet.x0 + thickness, sheet.y1),
            Box(sheet.x1 - thickness, sheet.y0, sheet.x1, sheet.y1),
            Box(sheet.x0, sheet.y1 - thickness, sheet.x1, sheet.y1),
            Box(sheet.x0, sheet.y0, sheet.x1, sheet.y0 + thickness),
        ):
            cut = common(view, line)
            if cut is not None:
                self._edges.add(_filled(cut))


def _filled(box: Box) -> Rectangle:
    return Rectangle(pos=(box.x0, box.y0), size=(box.width, box.height))


def _part(texture: Any, box: Box, cut: Box) -> Rectangle:
    """The rectangle that draws `cut` out of a texture that would fill `box`."""
    corner = texture.tex_coords  # lower left, lower right, upper right, upper left
    left, low, right, high = corner[0], corner[1], corner[2], corner[7]

    def across(x: float) -> float:
        return float(left + (right - left) * (x - box.x0) / box.width)

    def up(y: float) -> float:
        return float(low + (high - low) * (y - box.y0) / box.height)

    u0, v0, u1, v1 = across(cut.x0), up(cut.y0), across(cut.x1), up(cut.y1)
    return Rectangle(
        texture=texture,
        tex_coords=(u0, v0, u1, v0, u1, v1, u0, v1),
        pos=(cut.x0, cut.y0),
        size=(cut.width, cut.height),
    )
