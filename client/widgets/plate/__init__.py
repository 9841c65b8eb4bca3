"""The ground under a control: fill, edge, rounded corners, focus ring."""

from typing import Any

from kivy.clock import Clock
from kivy.graphics import BorderImage, Color, SmoothLine
from kivy.metrics import dp
from kivy.properties import BooleanProperty, ColorProperty, ListProperty, NumericProperty
from kivy.uix.widget import Widget

from client.widgets.kv import load_kv
from client.widgets.plate.corners import rounded

RING_WIDTH, RING_GAP = 4, 3


class Plate(Widget):
    """A widget drawn on a filled, edged, rounded ground.

    ``fill``, ``edge`` rgba · ``edge_width``, ``radius`` in pixels · ``corners`` four radii where
    they differ (top left, top right, bottom right, bottom left) · ``ring`` draws the focus ring ·
    ``accent`` colours a band of ``accent_width`` along the top, or the left (``accent_left``).
    """

    fill = ColorProperty((0, 0, 0, 0))
    edge = ColorProperty((0, 0, 0, 0))
    edge_width = NumericProperty(0)
    radius = NumericProperty(0)
    corners = ListProperty()
    ring = BooleanProperty(False)
    ring_colour = ColorProperty((0, 0, 0, 0))
    accent = ColorProperty((0, 0, 0, 0))
    accent_left = BooleanProperty(False)
    accent_width = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        self._redraw = Clock.create_trigger(self._draw, -1)
        self._ring: SmoothLine | None = None
        super().__init__(**kwargs)
        with self.canvas.before:
            self._accent_colour = Color(0, 0, 0, 0)
            self._accent = BorderImage(size=(0, 0))
            self._edge_colour = Color(0, 0, 0, 0)
            self._edge = BorderImage(size=(0, 0))
            self._fill_colour = Color(0, 0, 0, 0)
            self._fill = BorderImage(size=(0, 0))
        for name in ("pos", "size", "fill", "edge", "edge_width", "radius", "corners", "ring",
                     "ring_colour", "accent", "accent_left", "accent_width"):  # fmt: skip
            self.fbind(name, self._redraw)
        self._redraw()

    def _draw(self, *_args: object) -> None:
        inset = self.edge_width if self.edge[3] and self.edge != self.fill else 0
        band = self.accent_width if self.accent[3] else 0
        left, top = (band, 0) if self.accent_left else (0, band)
        self._accent_colour.rgba = self.accent if band else (0, 0, 0, 0)
        self._edge_colour.rgba = self.edge if inset else (0, 0, 0, 0)
        self._fill_colour.rgba = self.fill
        for ground, colour, place in (
            (self._accent, self._accent_colour, (0, 0, 0)),
            (self._edge, self._edge_colour, (0, left, top)),
            (self._fill, self._fill_colour, (inset, left, top)),
        ):
            if colour.a:
                self._place(ground, *place)
            else:  # what cannot be seen is filled all the same, pixel by pixel
                ground.size = (0, 0)
        if self.ring or self._ring is not None:
            self._draw_ring()

    def _place(self, ground: BorderImage, inset: float, left: float, top: float) -> None:
        """Put a ground within the widget: inset all round, and further from the left or the top."""
        x, y = round(self.x + inset + left), round(self.y + inset)
        width = max(0, round(self.right - inset) - x)
        height = max(0, round(self.top - inset - top) - y)
        most = min(width, height) // 2
        cuts = (inset + max(left, top), inset + top, inset, inset + left)
        given = self.corners or [self.radius] * 4
        radii = [min(most, max(0, round(r - cut))) for r, cut in zip(given, cuts, strict=True)]
        ground.texture, border = rounded((radii[0], radii[1], radii[2], radii[3]))
        ground.border = (border,) * 4
        ground.pos, ground.size = (x, y), (width, height)

    def _draw_ring(self) -> None:
        if self._ring is None:
            with self.canvas.after:
                self._ring_colour = Color(0, 0, 0, 0)
                self._ring = SmoothLine(width=dp(RING_WIDTH / 2))
        self._ring_colour.rgba = self.ring_colour if self.ring else (0, 0, 0, 0)
        out = dp(RING_GAP + RING_WIDTH / 2)
        radius = max([self.radius, *self.corners]) + out
        self._ring.rounded_rectangle = (
            self.x - out, self.y - out, self.width + 2 * out, self.height + 2 * out, radius,
        )  # fmt: skip


load_kv(__file__)
