"""Sizes in pixels, from the one scale: what a ``.kv`` file asks instead of writing a number.

In a rule: ``#:import m client.widgets.metrics`` and then ``m.rise("button", app.k)``.
"""

from kivy.metrics import dp, sp

from client.resources import FACES
from client.theme import bar, line_height, load_scale

_SCALE = load_scale()

GRADES = {
    "small": ("button_small", 18.0, "body"),
    "normal": ("button", 24.0, "body"),
    "xl": ("button_xl", 24.0, "title3"),
    "giant": ("button_giant", 24.0, "pin"),
}
"""Grade of a button: its height's name in the scale, its side padding in dp, its type."""

EDGE = 2
"""The edge of a button in dp; its padding begins inside it."""


def type_size(role: str, k: float) -> float:
    """Pixels of a type role (caption, body, title2 …) at text scale k."""
    return float(sp(_SCALE.type[role] * k))


def leading(role: str) -> float:
    """The Label.line_height of a role."""
    return line_height(_SCALE.type[role])


def face(weight: str) -> str:
    """The registered font of a weight: regular, medium, semibold, bold."""
    return FACES[weight]


def rise(name: str, k: float) -> float:
    """Pixels of a bar, row, button or key that grows by half with the text."""
    return float(dp(bar(_SCALE.bar[name], k)))


def high(height: float, k: float) -> float:
    """As rise, for a height in dp that only one widget has."""
    return float(dp(bar(height, k)))


def wide(name: str) -> float:
    """Pixels of a width of the scale; widths do not grow with the text."""
    return float(dp(_SCALE.width[name]))


def round_(name: str) -> float:
    """Pixels of a corner radius: tag, seat, button, track, card."""
    return float(dp(_SCALE.radius[name]))


def grade_height(grade: str, k: float) -> float:
    """Pixels of a button's height."""
    return rise(GRADES[grade][0], k)


def grade_pad(grade: str) -> float:
    """Pixels of a button's side padding and edge."""
    return float(dp(GRADES[grade][1] + EDGE))


def grade_role(grade: str) -> str:
    """The type role of a button's words."""
    return GRADES[grade][2]


def natural(own: float, hint: float | None, given: float) -> float:
    """A widget's own extent where nobody stretches it, else the one it was given."""
    return own if hint is None else given
