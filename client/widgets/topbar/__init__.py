"""The top bar and its parts."""

from kivy.properties import BooleanProperty, ListProperty, OptionProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout

from client.resources import image
from client.theme import Rgba
from client.widgets.chip import StatusText
from client.widgets.icon import BareIcon
from client.widgets.kv import load_kv
from client.widgets.label import BareText, Text
from client.widgets.plate import Plate
from client.widgets.touch import Pressable

__all__ = ["BareIcon", "BareText", "Brand", "ConnectionStatus", "NowBar", "StatusText", "Text"]


class TopBar(Plate, BoxLayout):
    """A bar along the top; add its parts from left to right."""


class Brand(BoxLayout):
    """The mark, the body's name and the session; with an empty title the mark stands alone."""

    title = StringProperty("")
    subtitle = StringProperty("")
    logo = StringProperty(image("logo"))


class ConnectionStatus(BoxLayout):
    """Two lines: the connection, and whether everything is saved. Words are passed in.

    Without ``saved_text`` there is one line.
    """

    kind = OptionProperty("ok", options=("ok", "lost", "again"))
    text = StringProperty("")
    saved = BooleanProperty(True)
    saved_text = StringProperty("")
    looks = {  # noqa: RUF012
        "ok": ("wifi", "grn"),
        "lost": ("wifi-off", "amb"),
        "again": ("loader-2", "amb"),
    }


class NowBar(Pressable, Plate, AnchorLayout):
    """What the meeting is at, in the middle of the top bar: one tap goes there.

    ``away`` is the solid form, for a reader who is elsewhere; ``rest`` is the part in regular
    weight ("còn 18 phút").
    """

    text = StringProperty("")
    rest = StringProperty("")
    icon = StringProperty("circle-dot")
    away = BooleanProperty(False)
    words_colour = ListProperty((0, 0, 0, 1))

    def ground(self, solid: Rgba, solid_press: Rgba, tint: Rgba, tint_press: Rgba) -> Rgba:
        """Its fill in the present state."""
        pressed = self.touch_state == "press"
        if self.away:
            return solid_press if pressed else solid
        return tint_press if pressed else tint


load_kv(__file__)
