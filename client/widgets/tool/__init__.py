"""The tool tray: tools, and the switch between modes."""

from typing import Any

from kivy.properties import BooleanProperty, ListProperty, ObjectProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout

from client.widgets.icon import BareIcon
from client.widgets.kv import load_kv
from client.widgets.label import BareText
from client.widgets.plate import Plate
from client.widgets.touch import Pressable

__all__ = ["BareIcon", "BareText", "Segment", "Segmented", "Tool"]


class Tool(Pressable, Plate, AnchorLayout):
    """An icon above its word; ``on`` marks the tool in use; ``write`` is the size of Viết.

    ``tone`` is the colour token of the icon.
    """

    text = StringProperty("")
    icon = StringProperty("")
    tone = StringProperty("ink")
    on = BooleanProperty(False)
    write = BooleanProperty(False)


class Segment(Pressable, Plate, AnchorLayout):
    """One choice of a Segmented."""

    value = ObjectProperty("")
    text = StringProperty("")
    icon = StringProperty("")
    on = BooleanProperty(False)
    bottom = BooleanProperty(False)


class Segmented(Plate, BoxLayout):
    """One of a few, all visible: ``options`` are (value, text, icon); fires on_choose(value).

    ``value`` is what its owner says is chosen: a tap fires the event and does not change it.
    """

    options = ListProperty()
    value = ObjectProperty("")
    bottom = BooleanProperty(False)

    __events__ = ("on_choose",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("options", self._rebuild)
        self.fbind("value", self._mark)
        self._rebuild()

    def _rebuild(self, *_args: object) -> None:
        if [(s.value, s.text, s.icon) for s in reversed(self.children)] == [
            tuple(option) for option in self.options
        ]:
            return
        self.clear_widgets()
        for value, text, icon in self.options:
            segment = Segment(value=value, text=text, icon=icon, bottom=self.bottom)
            segment.bind(on_release=self._choose)
            self.fbind("bottom", segment.setter("bottom"))
            self.add_widget(segment)
        self._mark()

    def _choose(self, segment: Segment) -> None:
        self.dispatch("on_choose", segment.value)

    def _mark(self, *_args: object) -> None:
        for segment in self.children:
            segment.on = segment.value == self.value

    def on_choose(self, value: Any) -> None:
        """Someone tapped that choice."""


load_kv(__file__)
