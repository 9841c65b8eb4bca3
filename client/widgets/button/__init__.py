"""Buttons."""

from typing import Any

from kivy.properties import (
    BooleanProperty,
    NumericProperty,
    ObjectProperty,
    OptionProperty,
    StringProperty,
)
from kivy.uix.anchorlayout import AnchorLayout

from client.theme import Paint, button_paint, load_theme
from client.widgets.icon import BareIcon
from client.widgets.kv import load_kv
from client.widgets.label import BareText
from client.widgets.plate import Plate
from client.widgets.touch import Pressable

__all__ = ["BareIcon", "BareText", "SpeakButton", "StyledButton"]

KINDS = ("primary", "secondary", "danger", "critical", "ghost", "follow")


class StyledButton(Pressable, Plate, AnchorLayout):
    """The button. Its natural width holds its words; give ``size_hint_x`` to stretch it.

    ``text`` · ``icon`` · ``kind`` primary secondary danger critical ghost follow · ``grade`` small
    normal xl giant · ``disabled`` · ``busy`` with ``busy_text`` · ``stacked`` icon above words ·
    ``role`` another type size than the grade's. Fires ``on_release``.
    """

    text = StringProperty("")
    icon = StringProperty("")
    kind = OptionProperty("primary", options=KINDS)
    grade = OptionProperty("normal", options=("small", "normal", "xl", "giant"))
    busy_text = StringProperty("")
    role = StringProperty("")
    stacked = BooleanProperty(False)
    pad = NumericProperty(0)
    paint = ObjectProperty(button_paint(load_theme("light"), "primary", "rest"), rebind=True)

    def on_kind(self, _widget: Any, kind: str) -> None:
        """Enter never presses a button with a lacquer fill."""
        self.risky = kind == "critical"

    def repaint(self, theme: Any, kind: str, state: str) -> Paint:
        """The colours for a state; a ghost that is off has no ground either."""
        paint = button_paint(theme, kind, state)
        if kind == "ghost" and state == "off":
            return Paint(theme.clear, theme.clear, theme.ink2)
        return paint


class SpeakButton(StyledButton):
    """Asking for the floor, in three states: ``stage`` idle, waiting, invited; words are passed in.

    Tapping in any stage fires ``on_release``; what it means is the screen's business.
    """

    stage = OptionProperty("idle", options=("idle", "waiting", "invited"))


load_kv(__file__)
