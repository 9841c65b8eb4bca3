"""The desk's page of the roll: where everybody is, the quorum at this moment, and who presides."""

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.recycleboxlayout import RecycleBoxLayout
from kivy.uix.recycleview import RecycleView
from kivy.uix.scrollview import ScrollView

from client.screens.desk.choosing import Menu
from client.screens.desk.columns import jump
from client.screens.desk.finding import toasts_over
from client.screens.desk.lists import fill
from client.screens.desk.one_line import OneLine
from client.screens.desk.polls import DeskColumn
from client.screens.desk.roll.dialogs import ask_reason, ask_to_preside
from client.screens.desk.roll.rows import PresenceButton, RollCountLine, RollLine
from client.screens.watching import Watching
from client.selectors.desk_roll import (
    MARKS,
    Group,
    RollRow,
    RollSide,
    group_labels,
    in_group,
    presiders,
    roll_rows,
    roll_side,
)
from client.selectors.words import Words
from client.widgets.button import StyledButton
from client.widgets.card import Card, Fact, Hairline
from client.widgets.chip import Chip
from client.widgets.icon import BareIcon, Icon
from client.widgets.kv import load_kv
from client.widgets.label import BareText, Text
from client.widgets.tool import Segmented
from server.protocol import commands as c
from server.protocol.ids import PersonId
from server.protocol.state import Presence

__all__ = ["BareIcon", "BareText", "Card", "Chip", "DeskColumn", "Fact", "Hairline"]
__all__ += ["Icon", "OneLine", "RecycleView", "ScrollView"]
__all__ += ["PresenceButton", "RecycleBoxLayout", "RollCountLine", "RollLine", "RollPage"]
__all__ += ["Segmented", "StyledButton", "Text"]

KEYS: dict[str, Presence] = {str(n): mark for n, mark in enumerate(MARKS, 1)}


class RollPage(Watching):
    """The page. `key` is given what the desk's keyboard has no other use for."""

    count = StringProperty("")
    words = StringProperty("")
    met = BooleanProperty(True)
    frozen = StringProperty("")
    chair = StringProperty("")
    chair_line = StringProperty("")
    chair_away = StringProperty("")
    locked = StringProperty("")
    unmarked = NumericProperty(0)
    nobody = BooleanProperty(False)
    group = StringProperty("all")

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.rows: tuple[RollRow, ...] = ()
        self.chosen: PersonId = ""
        self.side: RollSide | None = None
        super().__init__(app, **kwargs)
        self.ids.groups.bind(on_choose=lambda _bar, group: self.show_group(group))

    def watches(self) -> None:
        """Follow the roll of the meeting on screen."""
        self.watch(roll_side, self.show_side)
        self.watch(roll_rows, self.show_rows)

    # ---- what is shown ---------------------------------------------------------------------------

    def show_rows(self, rows: tuple[RollRow, ...]) -> None:
        """Set the table."""
        self.rows = rows
        words = Words(self.app.language)
        self.ids.groups.options = [(one, text, "") for one, text in group_labels(rows, words)]
        self._table()

    def show_group(self, group: Group) -> None:
        """Show only one group."""
        self.group = group
        self._table()

    def _table(self) -> None:
        shown = self.shown()
        self.nobody = not shown
        self.ids.table.data = [
            {
                "view": row,
                "page": self,
                "chosen": row.person == self.chosen,
                "locked": bool(self.locked),
            }
            for row in shown
        ]

    def shown(self) -> tuple[RollRow, ...]:
        """Return the rows of the chosen group."""
        return in_group(self.rows, self.group)

    def show_side(self, view: RollSide | None) -> None:
        """Set the quorum and who presides."""
        self.side = view
        if view is None:
            return
        self.count, self.words, self.met = view.count, view.words, view.met
        self.frozen, self.chair, self.chair_line = view.frozen, view.chair, view.chair_line
        self.chair_away, self.unmarked = view.chair_away, len(view.unmarked)
        fill(self.ids.counts, view.counts, lambda _view: RollCountLine())
        if self.locked != view.locked:
            self.locked = view.locked
            self._table()

    # ---- marks -----------------------------------------------------------------------------------

    def mark(self, row: RollRow, presence: Presence) -> None:
        """Mark somebody; an absence with leave asks for its reason first."""
        if self.locked:
            return
        if presence == "leave":
            ask_reason(self.app, row, lambda reason: self._mark(row.person, "leave", reason))
        elif presence != row.presence:
            self._mark(row.person, presence)

    def _mark(self, person: PersonId, presence: Presence, reason: str = "") -> None:
        self.app.send(c.MarkAttendance({person: presence}, reason))

    def all_present(self) -> None:
        """Mark everybody who was not called yet; the toast takes it back."""
        if self.side is None or not self.side.unmarked:
            return
        people = self.side.unmarked
        self.app.send(c.MarkAttendance(dict.fromkeys(people, "present")))
        toasts = toasts_over(self)
        if toasts is not None:
            back = c.MarkAttendance(dict.fromkeys(people, "unmarked"))
            text = self.app.tr("roll.all.done", n=len(people))
            undo = self.app.tr("pen.undo")
            toasts.show(text, "user-check", undo, lambda: self.app.send(back))

    # ---- who presides ----------------------------------------------------------------------------

    def change_chair(self) -> Menu:
        """Offer the members, those who are here first."""
        people = {one.person: one for one in presiders(self.app.store.state)}
        options = [
            (one.person, f"{one.name} · {one.line}", "user-check" if one.here else "user")
            for one in people.values()
        ]
        here = next((one.person for one in people.values() if one.on), "")

        def take(person: str) -> None:
            if person != here:
                ask_to_preside(self.app, people[person])

        return Menu(options, here, take).under(self.ids.change)

    # ---- the keyboard ----------------------------------------------------------------------------

    def choose(self, person: PersonId) -> None:
        """Let the keyboard's marks go to this person."""
        if person != self.chosen:
            self.chosen = person
            for entry in self.ids.table.data:
                entry["chosen"] = entry["view"].person == person
            self.ids.table.refresh_from_data()

    def key(self, key: str, held: frozenset[str], typing: bool) -> bool:
        """F6 goes from column to column; arrows choose a row; 1 to 4 mark it."""
        if key == "f6":
            jump(list(reversed(self.children[0].children)), -1 if "shift" in held else 1)
            return True
        if held or typing:
            return False
        if key in {"up", "down", "home", "end"}:
            self._step(key)
            return True
        row = next((one for one in self.shown() if one.person == self.chosen), None)
        presence = KEYS.get(key.removeprefix("numpad"))
        if row is None or presence is None:
            return False
        self.mark(row, presence)
        if presence != "leave":
            self._step("down")
        return True

    def _step(self, key: str) -> None:
        people = [one.person for one in self.shown()]
        if not people:
            return
        here = people.index(self.chosen) if self.chosen in people else -1
        ends = {"home": 0, "end": len(people) - 1, "up": max(0, here - 1)}
        place = ends.get(key, min(len(people) - 1, here + 1))
        self.choose(people[place])
        self._reveal(place, len(people))

    def _reveal(self, place: int, total: int) -> None:
        """Scroll until the chosen row is in sight."""
        table = self.ids.table
        whole, seen = table.children[0].height, table.height
        if whole <= seen or not total:
            return
        each = whole / total
        first = (1 - table.scroll_y) * (whole - seen)
        low, high = place * each, (place + 1) * each
        if low < first:
            table.scroll_y = 1 - low / (whole - seen)
        elif high > first + seen:
            table.scroll_y = 1 - (high - seen) / (whole - seen)


load_kv(__file__)
