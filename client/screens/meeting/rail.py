"""The agenda beside the page: open, slim, or as a drawer over it."""

from typing import Any

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.scrollview import ScrollView

from client.selectors.meeting import Rail
from client.selectors.meeting import RailRow as Row
from client.widgets.button import StyledButton
from client.widgets.dialog import Layer
from client.widgets.icon import Icon
from client.widgets.label import Text
from client.widgets.plate import Plate
from client.widgets.rail import RailRow, SlimRailRow
from client.widgets.touch import Pressable

__all__ = [
    "AgendaDrawer",
    "FoldButton",
    "Icon",
    "MemberAgenda",
    "Plate",
    "RailHead",
    "ScrollView",
    "StyledButton",
    "Text",
]


class FoldButton(Pressable, Plate, AnchorLayout):
    """Collapse, expand or close: an icon and a word."""

    text = StringProperty("")
    icon = StringProperty("")
    stacked = BooleanProperty(False)


class RailHead(FloatLayout):
    """Over the items: what they are, and the button; fires ``on_fold``."""

    slim = BooleanProperty(False)
    drawer = BooleanProperty(False)

    __events__ = ("on_fold",)

    def on_fold(self) -> None:
        """The button was tapped."""


class MemberAgenda(Plate, BoxLayout):
    """The list of items; fires ``on_item(item)``, ``on_mode`` and ``on_lobby``.

    ``slim`` shows numbers only. ``drawer`` has a close button in place of the collapse button.
    """

    slim = BooleanProperty(False)
    drawer = BooleanProperty(False)
    fits = BooleanProperty(True)

    __events__ = ("on_item", "on_mode", "on_lobby")

    def __init__(self, **kwargs: Any) -> None:
        self._shown: tuple[Row, ...] = ()
        self._items: dict[Any, str] = {}
        super().__init__(**kwargs)
        self.fbind("slim", self._rebuild)

    def on_kv_post(self, _base: Any) -> None:
        """Watch whether all rows fit."""
        scroll, rows = self.ids.scroll, self.ids.rows
        self.bind(height=self._measure)
        scroll.bind(height=self._measure)
        rows.bind(height=self._measure)

    def show(self, view: Rail) -> None:
        """Set the rows; rows that stay are only changed."""
        self._shown = view.rows
        rows = self.ids.rows
        if len(rows.children) != len(view.rows):
            self._rebuild()
            return
        for widget, row in zip(reversed(rows.children), view.rows, strict=True):
            self._dress_row(widget, row)

    def _rebuild(self, *_args: object) -> None:
        rows = self.ids.rows
        rows.clear_widgets()
        self._items.clear()
        for row in self._shown:
            widget = SlimRailRow() if self.slim else RailRow()
            widget.bind(on_release=self._tapped)
            self._dress_row(widget, row)
            rows.add_widget(widget)

    def _dress_row(self, widget: RailRow, row: Row) -> None:
        self._items[widget] = row.item
        widget.number, widget.title, widget.status = row.number, row.title, row.status
        widget.status_text = row.short_status if self.slim else row.status_text
        widget.selected, widget.live = row.selected, row.live

    def _tapped(self, widget: RailRow) -> None:
        self.dispatch("on_item", self._items[widget])

    def _measure(self, *_args: object) -> None:
        whole = self.height - self.ids.head.height - self.ids.foot.height
        self.fits = self.ids.rows.height <= whole + 1

    def move(self, way: int) -> None:
        """Scroll by most of a screenful, for hands that only tap."""
        scroll, rows = self.ids.scroll, self.ids.rows
        hidden = rows.height - scroll.height
        if hidden > 0:
            step = way * 0.8 * scroll.height / hidden
            scroll.scroll_y = min(1.0, max(0.0, scroll.scroll_y - step))

    def on_item(self, item: str) -> None:
        """An item was tapped."""

    def on_mode(self) -> None:
        """The agenda is to be collapsed, expanded or closed."""

    def on_lobby(self) -> None:
        """The person wants to leave the meeting's screen."""


class AgendaDrawer(Layer):
    """The agenda over the page, at the left; a touch beside it closes it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(easy=True, **kwargs)

    @property
    def agenda(self) -> MemberAgenda:
        """The agenda in it."""
        found: MemberAgenda = self.ids.agenda
        return found
