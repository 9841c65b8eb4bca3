"""Toasts: one at a time, long enough to be read."""

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout

from client.widgets.icon import BareIcon
from client.widgets.kv import load_kv
from client.widgets.label import BareText
from client.widgets.plate import Plate
from client.widgets.touch import Pressable

__all__ = ["BareIcon", "BareText", "Toast", "ToastAction", "Toasts"]

SECONDS, SECONDS_WITH_ACTION = 6, 10


class ToastAction(Pressable, Plate, BoxLayout):
    """The word on a toast that takes back what it reports."""

    text = StringProperty("")


class Toast(Plate, BoxLayout):
    """What was done, in one line; with an ``action`` it can be undone: fires on_action."""

    text = StringProperty("")
    icon = StringProperty("check")
    action = StringProperty("")

    __events__ = ("on_action",)

    def on_action(self, *_args: object) -> None:
        """Its action was tapped."""


class Toasts(FloatLayout):
    """The layer over a screen that shows the newest toast, ``low`` pixels above the bottom edge."""

    low = NumericProperty(116)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.current: Toast | None = None
        for name in ("size", "pos", "low"):
            self.fbind(name, self._place)
        self._ending = Clock.create_trigger(self.hide, SECONDS)
        self._ending_later = Clock.create_trigger(self.hide, SECONDS_WITH_ACTION)

    def show(
        self,
        text: str,
        icon: str = "check",
        action: str = "",
        on_action: Callable[[], object] | None = None,
    ) -> Toast:
        """Show a toast in place of the one before; it goes after 6 s, 10 s with an action."""
        self.hide()
        toast = Toast(text=text, icon=icon, action=action)
        toast.bind(on_action=lambda *_: self._act(on_action))
        self.current = toast
        self.add_widget(toast)
        self._place()
        toast.fbind("size", self._place)
        (self._ending_later if action else self._ending)()
        return toast

    def _place(self, *_args: object) -> None:
        if self.current is not None:
            self.current.center_x = self.center_x
            self.current.y = self.y + self.low

    def _act(self, on_action: Callable[[], object] | None) -> None:
        self.hide()
        if on_action is not None:
            on_action()

    def hide(self, *_args: object) -> None:
        """Take the toast away at once."""
        self._ending.cancel()
        self._ending_later.cancel()
        if self.current is not None:
            self.remove_widget(self.current)
            self.current = None


load_kv(__file__)
