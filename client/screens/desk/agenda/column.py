"""The list of items at the left, to be selected and put in order."""

from typing import Any

from kivy.metrics import dp
from kivy.properties import (
    BooleanProperty,
    ListProperty,
    NumericProperty,
    StringProperty,
)
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from client.screens.desk.filling import fill
from client.screens.desk.one_line import OneLine
from client.selectors.desk_agenda import AgendaList, ItemRow
from client.widgets.chip import StatusText
from client.widgets.icon import Icon
from client.widgets.person import Disc
from client.widgets.plate import Plate
from client.widgets.touch import Pressable

__all__ = ["AgendaColumn", "DeskItemRow", "Disc", "Grip", "Icon", "OneLine", "StatusText"]


class Grip(Widget):
    """Where a row is dragged; fires ``on_drag(y)`` while it moves and ``on_drop(y)`` at the end."""

    __events__ = ("on_drag", "on_drop")

    def on_touch_down(self, touch: Any) -> bool:
        """Take hold."""
        if not self.collide_point(*touch.pos) or touch.is_mouse_scrolling or self.disabled:
            return False
        touch.grab(self)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Follow."""
        if touch.grab_current is not self:
            return False
        self.dispatch("on_drag", touch.y)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Let go."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self.dispatch("on_drop", touch.y)
        return True

    def on_drag(self, y: float) -> None:
        """It is being dragged."""

    def on_drop(self, y: float) -> None:
        """It was let go."""


class DeskItemRow(Pressable, Plate, BoxLayout):
    """One item."""

    item = StringProperty("")
    number = StringProperty("")
    title = StringProperty("")
    minutes = StringProperty("")
    status = StringProperty("wait")
    status_text = StringProperty("")
    selected = BooleanProperty(False)
    live = BooleanProperty(False)


class AgendaColumn(Plate, BoxLayout):
    """Shows an `AgendaList`.

    Fires ``on_item(item)``, ``on_add``, ``on_move(way)``, ``on_place(item, place)``, ``on_hold``.
    """

    version = StringProperty("")
    can_up = BooleanProperty(False)
    can_down = BooleanProperty(False)
    can_hold = BooleanProperty(False)
    held = BooleanProperty(False)
    editable = BooleanProperty(True)
    line_y = NumericProperty(-1)
    """Where a dragged row would land, in pixels of the list; below 0 nothing is dragged."""
    dragged = StringProperty("")
    order = ListProperty()

    __events__ = ("on_item", "on_add", "on_move", "on_place", "on_hold")

    @property
    def rows(self) -> list[DeskItemRow]:
        """The rows from the top."""
        return list(reversed(self.ids.rows.children))

    def show(self, view: AgendaList) -> None:
        """Set the list; rows that stay are only changed."""
        self.version, self.editable = view.version, view.editable
        self.can_up, self.can_down, self.can_hold = view.can_up, view.can_down, view.can_hold
        self.held = view.held
        fill(self.ids.rows, view.rows, self._row, self._show_row)
        for row in self.rows:
            row.selected = row.item == view.selected
        self.order = [one.item for one in view.rows]

    def _row(self) -> DeskItemRow:
        row = DeskItemRow()
        row.bind(on_release=lambda row: self.dispatch("on_item", row.item))
        row.ids.grip.bind(
            on_drag=lambda _g, y, row=row: self._drag(row, y),
            on_drop=lambda _g, y, row=row: self._drop(row, y),
        )
        return row

    def _show_row(self, row: DeskItemRow, view: ItemRow) -> None:
        row.item, row.number, row.title = view.item, view.number, view.title
        row.minutes, row.status, row.status_text = view.minutes, view.status, view.status_text
        row.live = view.live

    def reveal(self, item: str) -> None:
        """Scroll to a row."""
        row = next((one for one in self.rows if one.item == item), None)
        if row is not None and self.ids.rows.height > self.ids.scroll.height:
            self.ids.scroll.scroll_to(row, padding=dp(8), animate=False)

    def _slot(self, y: float) -> int:
        """Return before which row a row let go at height y lands."""
        return sum(1 for row in self.rows if row.center_y > y)

    def _drag(self, row: DeskItemRow, y: float) -> None:
        self.dragged = row.item
        slot = self._slot(y)
        rows = self.rows
        self.line_y = rows[slot].top if slot < len(rows) else rows[-1].y

    def _drop(self, row: DeskItemRow, y: float) -> None:
        item, self.dragged, self.line_y = row.item, "", -1
        here, slot = self.rows.index(row), self._slot(y)
        self.dispatch("on_item", item)
        place = slot - 1 if slot > here else slot
        if self.editable and place != here:
            self.dispatch("on_place", item, place)

    def on_item(self, item: str) -> None:
        """An item was selected."""

    def on_add(self) -> None:
        """A new item is wanted."""

    def on_move(self, way: int) -> None:
        """The selected item goes up or down."""

    def on_place(self, item: str, place: int) -> None:
        """An item was dropped at a place."""

    def on_hold(self) -> None:
        """The selected item is set aside or taken back."""
