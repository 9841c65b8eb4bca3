"""How far something has come."""

from kivy.properties import NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from client.widgets.kv import load_kv
from client.widgets.label import Text
from client.widgets.plate import Plate

__all__ = ["Bar", "LabelledBar", "Text"]


class Bar(Plate):
    """A track filled to ``value`` (0..1) in the colour token ``tone``; ``thick`` in dp."""

    value = NumericProperty(0)
    tone = StringProperty("blu")
    thick = NumericProperty(10)

    def shown(self, value: float, width: float, height: float) -> float:
        """How wide the filled part is: never a sliver narrower than it is high."""
        return max(height, width * min(1.0, value)) if value > 0 else 0.0


class LabelledBar(BoxLayout):
    """Words, a figure on the right, and the bar under both."""

    text = StringProperty("")
    mark = StringProperty("")
    value = NumericProperty(0)
    tone = StringProperty("blu")


class Filled(Plate, Widget):
    """The filled part of a bar."""


load_kv(__file__)
