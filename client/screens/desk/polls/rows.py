"""The rows beside a poll: the list of polls, and the members with what is known of their ballot."""

from typing import Any

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from client.selectors.desk_polls import PollRow
from client.selectors.desk_senders import Sender
from client.widgets.plate import Plate
from client.widgets.touch import Pressable


class PollLine(Pressable, Plate, BoxLayout):
    """One poll of the list."""

    title = StringProperty("")
    line = StringProperty("")
    chip = StringProperty("")
    chip_icon = StringProperty("")
    chip_kind = StringProperty("neutral")
    live = BooleanProperty(False)
    selected = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        self.view: PollRow | None = None
        super().__init__(**kwargs)

    def show(self, view: PollRow) -> None:
        """Set the row."""
        self.view = view
        self.title, self.line, self.live = view.title, view.line, view.live
        self.chip, self.chip_icon, self.chip_kind = view.chip, view.chip_icon, view.chip_kind


class _Row:
    """What both kinds of member's row show."""

    person = ""
    seat: str
    name: str
    icon: str
    tone: str
    status: str

    def show(self, view: Sender) -> None:
        """Set the row."""
        self.person = view.person
        self.seat, self.name = view.seat, view.name
        self.icon, self.tone, self.status = view.icon, view.tone, view.text


class SenderLine(_Row, BoxLayout):
    """A member: that a ballot came, never which."""

    seat = StringProperty("")
    name = StringProperty("")
    icon = StringProperty("")
    tone = StringProperty("ink2")
    status = StringProperty("")

    def fits(self, view: Sender) -> bool:
        """Say whether this kind of row is the right one."""
        return not view.by_hand


class HandLine(_Row, Pressable, Plate, BoxLayout):
    """A member whose tablet is away: a touch leads to the ballot by hand."""

    seat = StringProperty("")
    name = StringProperty("")
    icon = StringProperty("")
    tone = StringProperty("ink2")
    status = StringProperty("")

    def fits(self, view: Sender) -> bool:
        """Say whether this kind of row is the right one."""
        return view.by_hand
