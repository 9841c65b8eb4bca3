"""The lobby: today's meeting, what comes after it, and whether this tablet is ready."""

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.scrollview import ScrollView

from client import actions as a
from client.screens.help import open_help
from client.screens.toasting import Toasting
from client.selectors.lobby import (
    ComingRow,
    Ready,
    ReadyRow,
    TodayCard,
    Who,
    coming,
    ready,
    today,
    who,
)
from client.selectors.reading import target
from client.state import AppState, ReadingPlace, current_item
from client.widgets.button import StyledButton
from client.widgets.card import Card, Hairline
from client.widgets.chip import Chip
from client.widgets.icon import Icon
from client.widgets.kv import load_kv
from client.widgets.label import Text
from client.widgets.person import Avatar, Disc
from client.widgets.progress import Bar
from client.widgets.topbar import Brand, ConnectionStatus, TopBar

__all__ = ["Avatar", "Bar", "Brand", "Card", "Chip", "ComingMeeting", "ConnectionStatus", "Disc"]
__all__ += ["Hairline", "Icon", "LobbyScreen", "ReadyLine", "ScrollView", "StyledButton", "Text"]
__all__ += ["TopBar"]

CHIPS = {"done": "grn", "none": "neutral", "loading": "blu"}
LINE_KINDS = {"wifi": "ok", "wifi-off": "lost", "loader-2": "again"}


class ReadyLine(BoxLayout):
    """One thing that should be in order."""

    done = BooleanProperty(False)
    title = StringProperty("")
    line = StringProperty("")
    last = BooleanProperty(False)


class ComingMeeting(BoxLayout):
    """One later meeting; ``on_open`` when its button is tapped."""

    room = StringProperty("")
    day = StringProperty("")
    month = StringProperty("")
    title = StringProperty("")
    line = StringProperty("")
    chip = StringProperty("")
    chip_icon = StringProperty("")
    chip_kind = StringProperty("neutral")

    __events__ = ("on_open",)

    def on_open(self) -> None:
        """Its button was tapped."""


class PractiseButton(StyledButton):
    """Biểu quyết thử; quiet once it was tried."""

    tried = BooleanProperty(False)


class LobbyScreen(Toasting):
    """The screen."""

    name = StringProperty("")
    initials = StringProperty("")
    line_kind = StringProperty("ok")
    line_text = StringProperty("")
    some = BooleanProperty(False)
    room = StringProperty("")
    live = BooleanProperty(False)
    chip = StringProperty("")
    hours = StringProperty("")
    title = StringProperty("")
    line = StringProperty("")
    can_enter = BooleanProperty(False)
    can_read = BooleanProperty(False)
    has_coming = BooleanProperty(False)
    count = StringProperty("")
    share = NumericProperty(0)
    tried = BooleanProperty(False)

    def watches(self) -> None:
        """Follow the person's meetings and how ready this tablet is."""
        self.watch(who, self._show_who)
        self.watch(today, self._show_today)
        self.watch(coming, self._show_coming)
        self.watch(ready, self._show_ready)
        self.watch_toasts()

    def _show_who(self, view: Who) -> None:
        self.name, self.initials = view.name, view.initials
        self.line_kind, self.line_text = LINE_KINDS[view.line.icon], view.line.text

    def _show_today(self, view: TodayCard | None) -> None:
        self.some = view is not None
        if view is None:
            return
        self.room, self.live, self.chip = view.room, view.live, view.chip
        self.hours, self.title, self.line = view.hours, view.title, view.line
        self.can_enter, self.can_read = view.can_enter, view.can_read

    def _show_coming(self, view: tuple[ComingRow, ...]) -> None:
        self.has_coming = bool(view)
        rows = self.ids.coming
        while len(rows.children) > len(view):
            rows.remove_widget(rows.children[0])
        while len(rows.children) < len(view):
            row = ComingMeeting()
            row.bind(on_open=self._open)
            rows.add_widget(row)
        for widget, one in zip(reversed(rows.children), view, strict=True):
            widget.room, widget.title, widget.line = one.room, one.title, one.line
            widget.day, widget.month = one.day, one.month
            widget.chip, widget.chip_icon = one.chip.text, one.chip.icon
            widget.chip_kind = CHIPS[one.chip_kind]

    def _show_ready(self, view: Ready) -> None:
        self.count, self.share, self.tried = view.count, view.share, view.tried
        lines = self.ids.ready
        while len(lines.children) > len(view.rows):
            lines.remove_widget(lines.children[0])
        while len(lines.children) < len(view.rows):
            lines.add_widget(ReadyLine())
        for place, (widget, row) in enumerate(
            zip(reversed(lines.children), view.rows, strict=True), 1
        ):
            _fill(widget, row, last=place == len(view.rows))

    # what the person does

    def enter(self) -> None:
        """Into the meeting: its current item, at the presenter's page."""
        state: AppState = self.app.store.state
        view = state.rooms.get(self.room)
        if view is None:
            return
        item = current_item(view)
        self.app.dispatch(a.Went("meeting", self.room, item))
        shown = target(self.app.store.state)
        if shown is not None and shown.item == item:
            self.app.dispatch(a.PageTurned(shown.paper, ReadingPlace(shown.page, shown.y)))
            self.app.dispatch(a.Went("meeting", self.room, item, shown.paper, shown.version))

    def read(self) -> None:
        """Read ahead: the first item that has a paper to read."""
        view = self.app.store.state.rooms.get(self.room)
        items = view.state.items if view is not None else ()
        readable = (item.id for item in items if any(paper.files for paper in item.papers))
        self.app.dispatch(a.Went("meeting", self.room, next(readable, "")))

    def _open(self, row: ComingMeeting) -> None:
        if row.room in self.app.store.state.rooms:
            self.app.dispatch(a.Went("meeting", row.room))

    def practise(self) -> None:
        """Try a ballot; nothing is sent."""
        self.app.dispatch(a.Went("poll", self.room, poll="practice"))

    def help(self) -> None:
        """Gọi hỗ trợ."""
        open_help(self.app)

    def sign_out(self) -> None:
        """Thoát."""
        self.app.sign_out()


def _fill(widget: ReadyLine, row: ReadyRow, *, last: bool) -> None:
    widget.done, widget.title, widget.line, widget.last = row.done, row.title, row.line, last


Screen = LobbyScreen
load_kv(__file__)
