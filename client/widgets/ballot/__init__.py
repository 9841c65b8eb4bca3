"""Ballots and results."""

from typing import Any

from kivy.metrics import dp
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    ListProperty,
    NumericProperty,
    OptionProperty,
    StringProperty,
)
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from client.widgets.icon import BareIcon
from client.widgets.kv import load_kv
from client.widgets.label import BareText
from client.widgets.plate import Plate
from client.widgets.touch import Pressable

__all__ = ["BallotButton", "BareIcon", "BareText", "ChoiceBlock", "ChoiceCard", "ResultBar"]

LINE_ABOVE, LINE_BELOW, SLIM_REACH, PART_GAP = 16, 10, 5, 3
"""How far, in dp, the threshold line reaches beyond the bar (a slim one: the same above and below);
the white gap between parts."""
SLIM, BARE = 48, 24
"""Under so many dp a bar's icons and figures are of the smallest size; under BARE there are none of
them."""

CHOICES = {
    "for": ("check", "grn", "grn_fill"),
    "against": ("x", "lac", "lac_fill"),
    "other": ("dots", "amb", "amb_fill"),
    "abstain": ("circle", "ink", "toast"),
    "high": ("arrow-up", "grn", "grn_fill"),
    "medium": ("circle", "ink", "toast"),
    "low": ("arrow-down", "lac", "lac_fill"),
    "plain": ("", "ink", "toast"),
    "sealed": ("shield-lock", "ink", "toast"),
}
"""How a choice looks: icon, token of its words, token of its fill. Icon and word tell it too."""


class ChoiceBlock(Plate, BoxLayout):
    """The coloured block with a choice's icon; ``mark`` stands there where it has none."""

    choice = OptionProperty("for", options=tuple(CHOICES))
    mark = StringProperty("")
    extent = NumericProperty(76)
    looks = CHOICES


class BallotButton(Pressable, Plate, BoxLayout):
    """One answer, as wide as the screen; the whole button fills with its colour while pressed.

    ``note`` stands on the right; ``chosen`` marks the answer given before with ``chosen_text``.
    """

    choice = OptionProperty("for", options=tuple(CHOICES))
    mark = StringProperty("")
    text = StringProperty("")
    note = StringProperty("")
    chosen = BooleanProperty(False)
    chosen_text = StringProperty("")
    pressed = BooleanProperty(False)
    solid = ColorProperty((0, 0, 0, 1))
    words_colour = ColorProperty((0, 0, 0, 1))
    looks = CHOICES


class ChoiceCard(Plate, BoxLayout):
    """The answer about to be sent: block, ``caption`` and the choice in the largest words.

    Children added go under the choice.
    """

    choice = OptionProperty("for", options=tuple(CHOICES))
    mark = StringProperty("")
    role = StringProperty("choice")
    caption = StringProperty("")
    text = StringProperty("")
    looks = CHOICES

    def add_widget(self, widget: Any, *args: Any, **kwargs: Any) -> None:
        """Children after the card's own go under the choice."""
        if "words" in self.ids and widget is not self.ids.words:
            self.ids.words.add_widget(widget, *args, **kwargs)
        else:
            super().add_widget(widget, *args, **kwargs)


PARTS = {
    "for": ("check", "grn_fill", "on_fill"),
    "against": ("x", "lac_fill", "on_fill"),
    "other": ("dots", "amb_bar", "amb_bar_text"),
    "abstain": ("circle", "toast", "on_toast"),
    "high": ("arrow-up", "grn_fill", "on_fill"),
    "medium": ("circle", "amb_bar", "amb_bar_text"),
    "low": ("arrow-down", "lac_fill", "on_fill"),
    "added": ("plus", "amb_bar", "amb_bar_text"),
    "plain": ("", "navy", "on_navy"),
    "blank": ("", "absent_bar", "absent_bar_text"),
    "absent": ("", "absent_bar", "absent_bar_text"),
    "unsent": ("", "absent_bar", "absent_bar_text"),
}
"""A part of a result bar: icon, fill and text tokens. No icon reads as a sign of its figure, but
the plus of ballots that were added."""


class ResultPart(Plate, AnchorLayout):
    """One part of a result bar; its icon and count go when they no longer fit."""

    choice = OptionProperty("for", options=tuple(PARTS))
    count = NumericProperty(0)
    tall = BooleanProperty(False)
    slim = BooleanProperty(False)
    bare = BooleanProperty(False)
    looks = PARTS


class ResultBar(Widget):
    """Counts over the deciding base, with the threshold line.

    ``parts`` are (choice, count) in the order for, against, other, absent, unsent; ``base`` is
    their whole; the line stands at ``threshold`` votes of the base (0: none) under ``label``.
    ``thick``: its height in dp. What the parts leave of the base is a sunken track.
    """

    parts = ListProperty()
    base = NumericProperty(1)
    threshold = NumericProperty(0)
    label = StringProperty("")
    tall = BooleanProperty(False)
    thick = NumericProperty(60)
    bar_height = NumericProperty(60)
    corner = NumericProperty(10)
    line_x = NumericProperty(0)
    rest_x = NumericProperty(0)
    below = NumericProperty(LINE_BELOW)
    above = NumericProperty(LINE_ABOVE)

    def on_kv_post(self, _base: Any) -> None:
        """Its parts' holder exists now: inside another rule that is after `__init__`."""
        for name in (
            "parts",
            "base",
            "size",
            "pos",
            "bar_height",
            "threshold",
            "tall",
            "corner",
            "below",
        ):
            self.fbind(name, self._lay_out)
        self._lay_out()

    def _lay_out(self, *_args: object) -> None:
        holder = self.ids.parts
        shown = [(choice, count) for choice, count in self.parts if count]
        while len(holder.children) > len(shown):
            holder.remove_widget(holder.children[0])
        while len(holder.children) < len(shown):
            holder.add_widget(ResultPart())
        unit = self.width / max(1, self.base)
        self.line_x = self.x + unit * self.threshold
        x, last = self.x, len(shown) - 1
        for place, (choice, count) in enumerate(shown):
            part = holder.children[last - place]
            part.choice, part.count, part.tall = choice, count, self.tall
            part.slim = self.thick < SLIM and not self.tall
            part.bare = self.thick < BARE and not self.tall
            part.pos = x, self.y + dp(self.below)
            part.size = unit * count - (dp(PART_GAP) if place < last else 0), self.bar_height
            whole = sum(count for _, count in shown) >= self.base
            left, right = self.corner * (place == 0), self.corner * (whole and place == last)
            part.corners = [left, right, right, left]
            x += unit * count
        self.rest_x = x + dp(PART_GAP) if shown else x


load_kv(__file__)
