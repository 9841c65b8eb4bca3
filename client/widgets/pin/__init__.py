"""Typing a PIN: the dots and the keys."""

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout

from client.widgets.icon import BareIcon
from client.widgets.kv import load_kv
from client.widgets.label import BareText
from client.widgets.plate import Plate
from client.widgets.touch import Pressable

__all__ = ["BareIcon", "BareText", "PinDot", "PinDots", "PinKey", "PinPad"]


class PinDot(Plate):
    """One digit, typed or awaited."""

    filled = BooleanProperty(False)


class PinDots(Plate, AnchorLayout):
    """The box that shows how many digits are typed; ``wrong`` turns its edge lacquer."""

    filled = NumericProperty(0)
    length = NumericProperty(6)
    wrong = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("filled", "length"):
            self.fbind(name, self._lay_out)

    def on_kv_post(self, _base: Any) -> None:
        """Show the dots: only now is the row there, within another widget's rule too."""
        self._lay_out()

    def _lay_out(self, *_args: object) -> None:
        row = self.ids.get("row")
        if row is None:
            return
        while len(row.children) > self.length:
            row.remove_widget(row.children[0])
        while len(row.children) < self.length:
            row.add_widget(PinDot())
        for place, dot in enumerate(reversed(row.children)):
            dot.filled = place < self.filled


class PinKey(Pressable, Plate, AnchorLayout):
    """A digit; or, with an icon, a bare key such as Xóa."""

    text = StringProperty("")
    icon = StringProperty("")


class PinPad(GridLayout):
    """The digits 1–9, 0 and delete. Every touch-down counts at once: fires ``on_pin(pin)``."""

    pin = StringProperty("")
    length = NumericProperty(6)
    delete_text = StringProperty("")

    __events__ = ("on_pin",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for digit in "123456789":
            self._add_key(digit)
        self.add_widget(BoxLayout())
        self._add_key("0")
        self._delete = PinKey(icon="backspace", text=self.delete_text)
        self._delete.bind(on_press=self._take_back)
        self.fbind("delete_text", self._delete.setter("text"))
        self.add_widget(self._delete)

    def _add_key(self, digit: str) -> None:
        key = PinKey(text=digit)
        key.bind(on_press=self._type)
        self.add_widget(key)

    def _type(self, key: PinKey) -> None:
        self.type_digit(key.text)

    def _take_back(self, _key: PinKey) -> None:
        self.take_back()

    def type_digit(self, digit: str) -> None:
        """Add a digit, from a key or a real keyboard; more than ``length`` are ignored."""
        if len(self.pin) < self.length and not self.disabled:
            self.pin += digit
            self.dispatch("on_pin", self.pin)

    def take_back(self) -> None:
        """Remove the last digit."""
        if self.pin and not self.disabled:
            self.pin = self.pin[:-1]
            self.dispatch("on_pin", self.pin)

    def clear(self) -> None:
        """Forget what was typed, without an event."""
        self.pin = ""

    def on_pin(self, pin: str, *_args: object) -> None:
        """The digits changed."""


load_kv(__file__)
