"""Lists of places in a paper, with keys to move them: a tap is all that anything needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.recycleview import RecycleView
from kivy.uix.recycleview.views import RecycleDataViewBehavior

from client.widgets.button import StyledButton
from client.widgets.icon import Icon
from client.widgets.kv import load_kv
from client.widgets.label import BareText, Text
from client.widgets.plate import Plate
from client.widgets.touch import Pressable

__all__ = ["BareText", "Goal", "GoalList", "GoalRow", "Icon", "RecycleView", "StyledButton", "Text"]


@dataclass(frozen=True, slots=True)
class Goal:
    """A place to go to: page from 1 and `y`, a share of its height."""

    page: int
    title: str
    line: str = ""
    y: float = 0.0
    depth: int = 0
    icon: str = ""
    name: str = ""


class GoalRow(RecycleDataViewBehavior, Pressable, Plate, BoxLayout):
    """One place to go to."""

    icon = StringProperty("")
    title = StringProperty("")
    line = StringProperty("")
    page = NumericProperty(0)
    depth = NumericProperty(0)
    place = NumericProperty(0.0)
    name = StringProperty("")
    owner = ObjectProperty(None, allownone=True)

    def on_release(self) -> None:
        """Go there."""
        if self.owner is not None:
            self.owner.chosen(self.name, int(self.page), self.place)


class GoalList(BoxLayout):
    """Places to go to, or the sentence that there are none.

    A list of other rows has their class as `viewclass`, and each row's `size` in its data.
    """

    viewclass = StringProperty("GoalRow")
    empty = StringProperty("")
    count = NumericProperty(0)
    long = BooleanProperty(False)
    """Not all places are seen at once."""

    def on_kv_post(self, _base: Any) -> None:
        """Watch whether all fit."""
        rows = self.ids.rows
        rows.bind(height=self._measure)
        rows.children[0].bind(height=self._measure)

    def _measure(self, *_args: object) -> None:
        rows = self.ids.rows
        self.long = rows.children[0].height > rows.height + 1

    def show(self, goals: Sequence[Goal], owner: Any) -> None:
        """Set the places."""
        self.count = len(goals)
        self.ids.rows.data = [
            {
                "icon": goal.icon,
                "title": goal.title,
                "line": goal.line,
                "page": goal.page,
                "depth": goal.depth,
                "place": goal.y,
                "name": goal.name,
                "owner": owner,
            }
            for goal in goals
        ]

    def move(self, way: int) -> None:
        """Scroll by most of what is seen."""
        rows = self.ids.rows
        hidden = rows.children[0].height - rows.height
        if hidden > 0:
            rows.scroll_y = min(1.0, max(0.0, rows.scroll_y - way * 0.85 * rows.height / hidden))


load_kv(__file__)
