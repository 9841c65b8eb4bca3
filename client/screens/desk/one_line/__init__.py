"""One line of words that is cut with dots where there is no room: for the desk only."""

from typing import Any

from kivy.core.text import Label as Measure
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from client.widgets.kv import load_kv
from client.widgets.label import Text

__all__ = ["OneLine", "Text"]


class OneLine(BoxLayout):
    """As `Text`; ``natural`` is how wide the whole line would be, in pixels."""

    text = StringProperty("")
    role = StringProperty("body")
    weight = StringProperty("regular")
    tone = StringProperty("ink")
    natural = NumericProperty(0)

    def on_kv_post(self, _base: Any) -> None:
        """Only now is the label there."""
        label = self.ids.words
        for name in ("text", "font_size", "font_name"):
            label.fbind(name, self._measure)
        self._measure()

    def _measure(self, *_args: object) -> None:
        label = self.ids.words
        measure = Measure(font_name=label.font_name, font_size=label.font_size)
        self.natural = measure.get_extents(self.text)[0] + 2 if self.text else 0


load_kv(__file__)
