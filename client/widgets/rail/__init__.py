"""The agenda rail, the tabs of an item's papers, and the page buttons beside a page."""

from kivy.properties import BooleanProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout

from client.widgets.chip import STATUS, StatusText, Tag
from client.widgets.icon import BareIcon
from client.widgets.kv import load_kv
from client.widgets.label import BareText
from client.widgets.person import Disc
from client.widgets.plate import Plate
from client.widgets.touch import Pressable

__all__ = [
    "BareIcon",
    "BareText",
    "Disc",
    "DocumentTab",
    "PageButton",
    "RailRow",
    "SlimRailRow",
    "StatusText",
    "Tag",
]


class RailRow(Pressable, Plate, BoxLayout):
    """An item of the agenda: number, short title, status; lacquer edge while it is live."""

    number = StringProperty("")
    title = StringProperty("")
    status = OptionProperty("plain", options=tuple(STATUS))
    status_text = StringProperty("")
    selected = BooleanProperty(False)
    live = BooleanProperty(False)


class SlimRailRow(RailRow):
    """The same in 112 dp: number over a short status."""

    looks = STATUS


class DocumentTab(Pressable, Plate, AnchorLayout):
    """A paper of the item, or a part of the desk; ``version`` shows beside the open one."""

    text = StringProperty("")
    icon = StringProperty("")
    version = StringProperty("")
    on = BooleanProperty(False)


class PageButton(Pressable, Plate, AnchorLayout):
    """One page on or back, as high as the page itself; `needed` is the height of what it says."""

    text = StringProperty("")
    icon = StringProperty("chevron-right")
    glyph = NumericProperty(44)
    needed = NumericProperty(0)


load_kv(__file__)
