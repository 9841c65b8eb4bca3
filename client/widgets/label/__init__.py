"""Words and figures."""

from typing import Any

from kivy.core.text import Label as Measure
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    OptionProperty,
    StringProperty,
)
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.label import Label

from client.widgets.kv import load_kv
from client.widgets.metrics import face, leading, type_size

CELL_EM = 0.74
"""Width of one digit's cell: Be Vietnam Pro's figures are not tabular (1 = 0.39 em, 4 = 0.71)."""


def words_high(text: str, width: float, role: str, weight: str = "regular", k: float = 1) -> float:
    """Pixels that words without markup take from top to bottom, wrapped at that many pixels."""
    return float(_measured(text, role, weight, k, width)[1])


def words_wide(text: str, role: str, weight: str = "regular", k: float = 1) -> float:
    """Pixels that words without markup take from left to right, on one line."""
    return float(_measured(text, role, weight, k, None)[0])


def _measured(
    text: str, role: str, weight: str, k: float, width: float | None
) -> tuple[float, float]:
    measure = Measure(
        text=text,
        font_name=face(weight),
        font_size=type_size(role, k),
        line_height=leading(role),
        text_size=(width, None),
    )
    measure.resolve_font_name()
    wide, high = measure.render()
    return wide, high


class BareText(Label):
    """Words in a type role and weight; its colour is whatever ``color`` its owner binds.

    ``fit``: "text" is as large as its words, "height" wraps to the given width and grows down,
    "box" fills what it is given. ``grows`` False keeps the size at every text scale.
    """

    role = StringProperty("body")
    weight = StringProperty("regular")
    fit = OptionProperty("text", options=("text", "height", "box"))
    grows = BooleanProperty(True)


class Text(BareText):
    """Words in a colour token of the theme: ``tone`` "ink", "ink2", "lac" …."""

    tone = StringProperty("ink")


class Figures(BoxLayout):
    """A timer or count that does not tremble: one cell of 0.74 em for each digit."""

    text = StringProperty("")
    role = StringProperty("title3")
    weight = StringProperty("bold")
    color = ColorProperty((0, 0, 0, 1))
    font_size = NumericProperty(24)
    face = StringProperty("Roboto")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("text", "font_size", "face", "color", "role"):
            self.fbind(name, self._lay_out)
        self._lay_out()

    def _lay_out(self, *_args: object) -> None:
        while len(self.children) > len(self.text):
            self.remove_widget(self.children[0])
        while len(self.children) < len(self.text):
            self.add_widget(Label(size_hint=(None, 1)))
        for label, sign in zip(reversed(self.children), self.text, strict=True):
            label.font_name, label.font_size, label.color = self.face, self.font_size, self.color
            label.text = sign
            label.width = self._cell(sign)
        self.width = sum(label.width for label in self.children)

    def _cell(self, sign: str) -> float:
        if sign.isdigit():
            return float(CELL_EM * self.font_size)
        measure = Measure(font_name=self.face, font_size=self.font_size)
        return float(measure.get_extents(sign)[0] + self.font_size * 0.06)


load_kv(__file__)
