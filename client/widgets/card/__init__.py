"""Grounds for groups of things: cards, lines, tinted notes."""

from kivy.properties import BooleanProperty, OptionProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from client.widgets.icon import Icon
from client.widgets.kv import load_kv
from client.widgets.label import Text
from client.widgets.plate import Plate

__all__ = ["Card", "Fact", "Hairline", "Icon", "Text"]

KINDS = ("surface", "paper", "amb", "blu", "grn", "lac")


class Card(Plate, BoxLayout):
    """A vertical group on its own ground.

    ``accent`` colours a 6 dp band along its top, or an 8 dp one along its left (``accent_left``).
    """

    kind = OptionProperty("surface", options=KINDS)


class Hairline(Widget):
    """A line of 1 dp that separates; decoration only."""

    vertical = BooleanProperty(False)


class Fact(Plate, BoxLayout):
    """A tinted box with an icon and words that wrap: ``text`` may carry markup."""

    text = StringProperty("")
    icon = StringProperty("info-circle")
    kind = OptionProperty("blu", options=("amb", "blu", "grn", "lac", "paper"))


load_kv(__file__)
