"""Names on a ballot: rows to tick, rows with an answer each, and the buttons that turn the page."""

from typing import Any

from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    ListProperty,
    NumericProperty,
    OptionProperty,
    StringProperty,
)
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout

from client.widgets.ballot import CHOICES
from client.widgets.button import StyledButton
from client.widgets.icon import BareIcon
from client.widgets.kv import load_kv
from client.widgets.label import BareText, Text
from client.widgets.plate import Plate
from client.widgets.touch import Pressable

__all__ = ["BareIcon", "BareText", "MarkButton", "MarkRow", "Pager", "StyledButton", "Text"]
__all__ += ["RowNumber", "TickRow"]


class RowNumber(AnchorLayout):
    """The number of a row, in a column of its own."""

    text = StringProperty("")


class TickRow(Pressable, Plate, BoxLayout):
    """A name with its box: ``on`` when it is ticked."""

    name_id = StringProperty("")
    number = StringProperty("")
    text = StringProperty("")
    note = StringProperty("")
    on = BooleanProperty(False)


class MarkButton(Pressable, Plate, AnchorLayout):
    """One answer beside a name; filled with its colour once chosen; ``stacked``: icon on top."""

    key = StringProperty("")
    choice = OptionProperty("for", options=tuple(CHOICES))
    text = StringProperty("")
    on = BooleanProperty(False)
    stacked = BooleanProperty(False)
    words_colour = ColorProperty((0, 0, 0, 1))
    looks = CHOICES


class MarkRow(Plate, BoxLayout):
    """A name with a few answers; fires ``on_mark(name_id, key)``, for the chosen one too.

    ``options`` are (key, look, text); ``value`` is the key that is chosen, empty for none.
    """

    name_id = StringProperty("")
    number = StringProperty("")
    text = StringProperty("")
    note = StringProperty("")
    value = StringProperty("")
    options = ListProperty()
    stacked = BooleanProperty(False)

    __events__ = ("on_mark",)

    def on_kv_post(self, _base: Any) -> None:
        """Its buttons' place exists now."""
        self.fbind("options", self._lay_out)
        self.fbind("stacked", self._lay_out)
        self.fbind("value", self._mark)
        self._lay_out()

    def _lay_out(self, *_args: object) -> None:
        box = self.ids.answers
        box.clear_widgets()
        for key, look, text in self.options:
            button = MarkButton(key=key, choice=look, text=text, stacked=self.stacked)
            button.bind(on_release=lambda one: self.dispatch("on_mark", self.name_id, one.key))
            box.add_widget(button)
        self._mark()

    def _mark(self, *_args: object) -> None:
        for button in self.ids.answers.children:
            button.on = button.key == self.value

    def on_mark(self, name_id: str, key: str) -> None:
        """An answer was touched."""


class Pager(BoxLayout):
    """Turns pages by buttons: ``page`` from 0 of ``pages``; fires ``on_turn(step)``.

    ``slim``: signs in place of words.
    """

    page = NumericProperty(0)
    pages = NumericProperty(1)
    slim = BooleanProperty(False)

    __events__ = ("on_turn",)

    def on_turn(self, step: int) -> None:
        """A page further, or back."""


load_kv(__file__)
