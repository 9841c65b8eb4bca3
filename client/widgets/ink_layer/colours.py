"""Colours of ink by day and by night, and marks of text as shapes. Pure."""

from collections.abc import Sequence

from client.ink.marks import Mark, Quad
from client.theme import Rgba, Theme, load_theme
from client.widgets.ink_layer.bake import Drawing
from client.widgets.ink_layer.place import Placing

LINE_WIDTH = 1.4
"""Points; of an underline or a strike."""
UNDERLINE, STRIKE = 0.06, 0.45
"""How high in a line of text they run, as a share of its height."""


def ink_colour(theme: Theme, name: str, *, dark: bool, highlighter: bool) -> Rgba:
    """Return the colour to draw with. A highlighter's at night is what screening adds to a page."""
    worn = page_theme(theme, dark=dark)
    colour: Rgba = getattr(worn, name if name != "note" else "note_edge")
    if not (dark and highlighter):
        return colour
    red, green, blue = (
        max(0.0, (wanted - page) / (1 - page))
        for wanted, page in zip(colour[:3], worn.page[:3], strict=True)
    )
    return red, green, blue, 1.0


def page_theme(theme: Theme, *, dark: bool) -> Theme:
    """Return the theme that the page wears: a page that stays light has the colours of the day."""
    return theme if dark == theme.dark else load_theme("dark" if dark else "light")


def text_mark(
    drawing: Drawing,
    mark: Mark,
    quads: Sequence[Quad],
    placing: Placing,
    theme: Theme,
    *,
    dark: bool,
) -> None:
    """Add a highlight, underline or strike over lines of text."""
    highlighter = mark.kind == "highlight"
    colour = ink_colour(theme, mark.colour, dark=dark, highlighter=highlighter)
    for quad in quads:
        corners = [
            placing.place(quad.x3, quad.y3),
            placing.place(quad.x4, quad.y4),
            placing.place(quad.x2, quad.y2),
            placing.place(quad.x1, quad.y1),
        ]
        ribbon = drawing.ribbon(colour, highlighter=highlighter)
        if highlighter:
            ribbon.ring(corners)
            continue
        share = UNDERLINE if mark.kind == "underline" else STRIKE
        low_left, low_right, high_right, high_left = corners
        ends = [_between(low_left, high_left, share), _between(low_right, high_right, share)]
        ribbon.stroke([(*end, -1.0) for end in ends], LINE_WIDTH * placing.scale, even=True)


def _between(
    one: tuple[float, float], other: tuple[float, float], share: float
) -> tuple[float, float]:
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share
