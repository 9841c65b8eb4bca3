"""The pop-up above a tool: how thick a pen is, which colour a highlighter has, what is rubbed."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from kivy.app import App
from kivy.metrics import dp
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout

from client.screens.meeting.writing.tools import Choice
from client.widgets.card import Hairline
from client.widgets.dialog import Raised
from client.widgets.plate import Plate
from client.widgets.tool import Tool
from client.widgets.touch import Pressable

__all__ = ["Hairline", "NibChoice", "NibPopup", "Tool"]


class NibChoice(Pressable, Plate, AnchorLayout):
    """One choice: a sample line or an icon over a word."""

    text = StringProperty("")
    icon = StringProperty("")
    tone = StringProperty("ink")
    line = NumericProperty(0)
    on = BooleanProperty(False)


class NibPopup(Raised):
    """Fires ``on_choose(value)`` and ``on_close``. It lets touches beside it through."""

    __events__ = ("on_choose", "on_close")

    def __init__(self, tool: Any, **kwargs: Any) -> None:
        self._tool = tool
        super().__init__(**kwargs)

    def show(self, choices: Sequence[Choice]) -> None:
        """Set the choices."""
        row, tr = self.ids.choices, App.get_running_app().tr
        if len(row.children) != len(choices):
            row.clear_widgets()
            for choice in choices:
                cell = NibChoice()
                cell.bind(on_release=partial(self._chosen, choice.value))
                row.add_widget(cell)
        for cell, choice in zip(reversed(row.children), choices, strict=True):
            cell.text, cell.on, cell.icon = tr(choice.key), choice.on, choice.icon
            cell.tone, cell.line = choice.tone, choice.line

    def _chosen(self, value: str, _cell: Any) -> None:
        self.dispatch("on_choose", value)

    def place(self, *_args: object) -> None:
        """Stand above the tool, within the window."""
        left, _low = self._tool.to_window(self._tool.x, self._tool.y)
        top = self._tool.to_window(0, self._tool.parent.parent.top)[1]
        window = self.get_parent_window()
        most = (window.width if window else 1e6) - self.width - dp(12)
        self.pos = min(max(dp(12), left - dp(32)), most), max(top, _low) + dp(18)

    def on_touch_down(self, touch: Any) -> bool:
        """Keep what falls on the card from the page below."""
        return bool(super().on_touch_down(touch)) or self.collide_point(*touch.pos)

    def on_choose(self, value: str) -> None:
        """A choice was tapped."""

    def on_close(self) -> None:
        """Đóng was tapped."""
