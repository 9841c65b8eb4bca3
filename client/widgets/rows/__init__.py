"""Rows of lists and forms."""

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from client.widgets.icon import BareIcon
from client.widgets.kv import load_kv
from client.widgets.label import BareText
from client.widgets.plate import Plate
from client.widgets.touch import Pressable

__all__ = ["BareIcon", "BareText", "CheckRow", "ListRow", "RadioCard"]


class ListRow(Pressable, Plate, BoxLayout):
    """Icon, title and a second line; children added go to the right (a status, a bar, a button).

    ``first`` and ``last`` round its corners to those of the card that holds the list.
    """

    icon = StringProperty("")
    title = StringProperty("")
    subtitle = StringProperty("")
    selected = BooleanProperty(False)
    live = BooleanProperty(False)
    first = BooleanProperty(False)
    last = BooleanProperty(False)
    divider = BooleanProperty(True)
    row_height = NumericProperty(80)

    def add_widget(self, widget: Any, *args: Any, **kwargs: Any) -> None:
        """Children after the row's own go to its right part."""
        if "right" in self.ids and widget is not self.ids.right:
            self.ids.right.add_widget(widget, *args, **kwargs)
        else:
            super().add_widget(widget, *args, **kwargs)


class RadioCard(Pressable, Plate, BoxLayout):
    """One of a few alternatives, with a second line that explains it."""

    title = StringProperty("")
    subtitle = StringProperty("")
    on = BooleanProperty(False)


class CheckRow(Pressable, Plate, BoxLayout):
    """A choice of its own: ``on`` is what its owner says; a tap fires ``on_release``."""

    text = StringProperty("")
    on = BooleanProperty(False)


load_kv(__file__)
