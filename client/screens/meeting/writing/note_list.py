"""The list of notes on the paper, in a drawer at the right."""

from collections.abc import Sequence
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty

from client.screens.meeting.page_sheet import Goal, GoalList
from client.widgets.button import StyledButton
from client.widgets.dialog import Layer
from client.widgets.label import Text
from client.widgets.plate import Plate
from client.widgets.rows import CheckRow

__all__ = ["CheckRow", "GoalList", "NoteList", "Plate", "StyledButton", "Text"]


class NoteList(Layer):
    """Fires ``on_note(name, page)``, ``on_share``, ``on_copy`` and ``on_wish(wanted)``.

    A touch beside it closes it.
    """

    can_share = BooleanProperty(False)
    can_copy = BooleanProperty(False)
    others = NumericProperty(0)
    """How many marks of other people there are on the paper."""
    shown = BooleanProperty(True)
    """They are seen on the pages."""

    __events__ = ("on_note", "on_share", "on_copy", "on_wish")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(easy=True, **kwargs)

    def show(self, goals: Sequence[Goal], *, can_share: bool) -> None:
        """Set the notes."""
        self.can_share = can_share
        self.ids.notes.show(goals, self)

    def chosen(self, name: str, page: int, _y: float) -> None:
        """A note was tapped."""
        self.dispatch("on_note", name, page)

    def on_note(self, name: str, page: int) -> None:
        """A note was tapped; its page from 1, 0 in another version."""

    def on_share(self) -> None:
        """The page's marks are to be shared."""

    def on_copy(self) -> None:
        """A copy of the paper is wanted."""

    def on_wish(self, wanted: bool) -> None:
        """Marks of other people are wanted on the pages, or not."""
