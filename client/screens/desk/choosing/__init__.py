"""Choosing one of several by mouse or keyboard: a field that opens a menu under itself."""

from collections.abc import Callable, Sequence
from typing import Any

from kivy.core.window import Window
from kivy.metrics import dp
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from client.screens.desk.one_line import OneLine
from client.widgets.dialog import Layer, Raised
from client.widgets.icon import Icon
from client.widgets.kv import load_kv
from client.widgets.label import BareText, Text
from client.widgets.plate import Plate
from client.widgets.touch import Pressable

__all__ = [
    "BareText",
    "Icon",
    "Menu",
    "MenuRow",
    "OneLine",
    "Raised",
    "Select",
    "SelectBox",
    "Text",
]

Option = tuple[str, str, str]
"""A value, its words, and an icon or an empty text."""
EDGE_GAP = 8


class SelectBox(Pressable, Plate, BoxLayout):
    """The part of a `Select` that is pressed."""

    text = StringProperty("")


class Select(BoxLayout):
    """A labelled field that shows what is chosen; fires ``on_release``.

    ``tall``: at least as high as the fields beside it, in pixels, with the label at the top.
    """

    label = StringProperty("")
    text = StringProperty("")
    tall = NumericProperty(0)

    __events__ = ("on_release",)

    def on_release(self) -> None:
        """It was pressed."""

    def choose_from(
        self, options: Sequence[Option], value: str, choose: Callable[[str], None]
    ) -> "Menu":
        """Open a menu under the field; ``choose`` gets what was taken."""
        return Menu(options, value, choose).under(self.ids.box)


class MenuRow(Pressable, Plate, BoxLayout):
    """One thing to take."""

    value = StringProperty("")
    text = StringProperty("")
    icon = StringProperty("")
    on = BooleanProperty(False)

    def keyboard_on_key_down(
        self, window: Any, keycode: tuple[int, str], text: str, modifiers: list[str]
    ) -> bool:
        """Arrows go to the row above or below."""
        if keycode[1] in {"up", "down"}:
            rows = self.parent.children
            place = rows.index(self) + (1 if keycode[1] == "up" else -1)
            if 0 <= place < len(rows):
                rows[place].focus = True
            return True
        return bool(super().keyboard_on_key_down(window, keycode, text, modifiers))


class Menu(Layer):
    """A list over the page, headed by ``title`` and ``line``; Esc or a touch beside closes it."""

    easy = BooleanProperty(True)
    title = StringProperty("")
    line = StringProperty("")

    def __init__(
        self, options: Sequence[Option], value: str, choose: Callable[[str], None], **kwargs: Any
    ) -> None:
        self._choose = choose
        self._anchor: Any = None
        super().__init__(**kwargs)
        for known, text, icon in options:
            on = bool(value) and known == value
            row = MenuRow(value=known, text=text, on=on, icon="check" if on else icon)
            row.bind(on_release=self._taken)
            self.ids.rows.add_widget(row)

    @property
    def rows(self) -> list[MenuRow]:
        """The rows from the top."""
        return list(reversed(self.ids.rows.children))

    def under(self, anchor: Any) -> "Menu":
        """Open below that widget, or above it where there is more room."""
        self._anchor = anchor
        self.open()
        self.ids.rows.bind(minimum_height=self._place)
        for row in self.rows:
            row.ids.words.bind(width=self._place)
        self._place()
        chosen = next((row for row in self.rows if row.on), None)
        if getattr(anchor, "focus", False) and self.rows:
            (chosen or self.rows[0]).focus = True
        return self

    def _place(self, *_args: object) -> None:
        anchor, card = self._anchor, self.ids.card
        x, y = anchor.to_window(anchor.x, anchor.y)
        widest = max((row.ids.words.width for row in self.rows), default=0) + dp(84)
        head = self.ids.head
        if self.title:
            widest = max(widest, self.ids.title.natural + dp(36), self.ids.line.natural + dp(36))
        wanted = self.ids.rows.minimum_height + dp(12) + head.height
        below, above = y - 2 * dp(EDGE_GAP), Window.height - (y + anchor.height) - 2 * dp(EDGE_GAP)
        down = below >= wanted or below >= above
        card.width = max(anchor.width, widest)
        card.height = min(wanted, below if down else above)
        card.x = max(dp(EDGE_GAP), min(x, Window.width - card.width - dp(EDGE_GAP)))
        if down:
            card.top = y - dp(EDGE_GAP)
        else:
            card.y = y + anchor.height + dp(EDGE_GAP)

    def _taken(self, row: MenuRow) -> None:
        back = row.focus
        row.focus = False
        self.close()
        if back and hasattr(self._anchor, "focus"):
            self._anchor.focus = True
        self._choose(row.value)


load_kv(__file__)
