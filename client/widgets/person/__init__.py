"""People: avatars, numbered discs, rows to choose a name from, seats."""

from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout

from client.i18n import initials
from client.widgets.chip import StatusText
from client.widgets.icon import BareIcon
from client.widgets.kv import load_kv
from client.widgets.label import BareText, Text
from client.widgets.plate import Plate
from client.widgets.touch import Pressable

__all__ = ["Avatar", "BareIcon", "BareText", "Disc", "NameRow", "SeatTile", "StatusText", "Text"]


class Disc(Plate, AnchorLayout):
    """A round ground with a number or an icon; ``on`` fills it navy, ``tone`` tints it."""

    text = StringProperty("")
    icon = StringProperty("")
    on = BooleanProperty(False)
    tone = StringProperty("")
    solid = BooleanProperty(False)
    extent = NumericProperty(40)
    role = StringProperty("body")
    paint = ColorProperty((0, 0, 0, 1))


class Avatar(Disc):
    """A person's initials in a disc of 56 dp."""


class NameRow(Pressable, Plate, BoxLayout):
    """A person to choose: name, post, and on the right a mark such as the seat."""

    name = StringProperty("")
    post = StringProperty("")
    mark = StringProperty("")
    chosen = BooleanProperty(False)

    def initials(self, name: str) -> str:
        """What the row's avatar shows for that name."""
        return initials(name)


class SeatTile(Pressable, Plate, AnchorLayout):
    """A seat on the desk's plan: filled when its person is here, dashed when not."""

    text = StringProperty("")
    present = BooleanProperty(False)


load_kv(__file__)
