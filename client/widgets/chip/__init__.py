"""Small marks of state: chips, status words, version tags."""

from kivy.properties import BooleanProperty, ObjectProperty, OptionProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from client.theme import chip_paint, load_theme
from client.widgets.icon import BareIcon
from client.widgets.kv import load_kv
from client.widgets.label import BareText
from client.widgets.plate import Plate

__all__ = ["BareIcon", "BareText", "Chip", "StatusText", "Tag"]

STATUS = {
    "done": ("check", "grn", "regular"),
    "now": ("circle-dot", "lac", "semibold"),
    "wait": ("clock", "ink2", "regular"),
    "changed": ("refresh", "amb", "semibold"),
    "new": ("plus", "amb", "semibold"),
    "paper": ("file-off", "ink2", "regular"),
    "hold": ("player-pause", "ink2", "regular"),
    "recalled": ("archive", "lac", "semibold"),
    "pending": ("edit", "amb", "semibold"),
    "saved": ("check", "grn", "semibold"),
    "absent": ("minus", "ink2", "regular"),
    "offline": ("wifi-off", "amb", "semibold"),
    "plain": ("", "ink2", "regular"),
}
"""Status of an item, paper or person: icon, colour token, weight. Never colour alone."""


class Chip(Plate, BoxLayout):
    """A mark that cannot be tapped; ``kind``: neutral grn amb lac blu solid outline."""

    text = StringProperty("")
    icon = StringProperty("")
    kind = OptionProperty(
        "neutral", options=("neutral", "grn", "amb", "lac", "blu", "solid", "outline")
    )
    paint = ObjectProperty(chip_paint(load_theme("light"), "neutral"), rebind=True)


class StatusText(BoxLayout):
    """Icon and words of a status: ``kind`` is a key of STATUS, ``text`` the words."""

    kind = OptionProperty("plain", options=tuple(STATUS))
    text = StringProperty("")
    strong = BooleanProperty(False)
    looks = STATUS


class Tag(Plate, BoxLayout):
    """The version of a paper beside its title."""

    text = StringProperty("")


load_kv(__file__)
