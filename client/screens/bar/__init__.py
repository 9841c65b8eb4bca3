"""The top bar of every tablet screen of a meeting: body, now bar, line, clock, Gọi hỗ trợ."""

from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.core.text import Label as CoreLabel
from kivy.metrics import dp
from kivy.properties import BooleanProperty, StringProperty

from client.actions import BallotPutAside, Went
from client.screens.help import open_help
from client.selectors.shell import TopBar as BarView
from client.widgets import metrics as m
from client.widgets.button import StyledButton
from client.widgets.card import Hairline
from client.widgets.kv import load_kv
from client.widgets.label import Text
from client.widgets.topbar import Brand, ConnectionStatus, NowBar, TopBar

__all__ = ["Brand", "ConnectionStatus", "Hairline", "MeetingBar", "NowBar"]
__all__ += ["StyledButton", "Text"]

NARROW, TIGHT = 1100, 900
"""Widths of the window in dp."""
AROUND = 53
"""dp in the now bar beside its icon and its words."""
LINE_KINDS = {"wifi": "ok", "wifi-off": "lost", "loader-2": "again"}


class BodyName(Brand):
    """The body and the session, as the bar says them."""

    def __init__(self, bar: Any, **kwargs: Any) -> None:
        super().__init__(title=bar.body, subtitle=bar.session, **kwargs)
        bar.fbind("body", self.setter("title"))
        bar.fbind("session", self.setter("subtitle"))


class AgendaButton(StyledButton):
    """Opens the drawer with the agenda; a sign alone where the largest letters find no room."""

    tight = BooleanProperty(False)

    def __init__(self, bar: Any, **kwargs: Any) -> None:
        super().__init__(tight=bar.tight, **kwargs)
        bar.fbind("tight", self.setter("tight"))
        self.bind(on_release=lambda _button: bar.dispatch("on_agenda"))


class MeetingBar(TopBar):
    """Shows a `selectors.shell.TopBar`; the clock goes at the largest text.

    ``drawer`` puts [Chương trình] in place of the body's name; it fires ``on_agenda``.
    """

    body = StringProperty("")
    session = StringProperty("")
    drawer = BooleanProperty(False)
    narrow = BooleanProperty(False)
    """No room for the clock."""
    brief = BooleanProperty(False)
    """No room for what is left of the time."""
    tight = BooleanProperty(False)
    """Nor for the words of the line: its icon stays."""
    now_kind = StringProperty("none")
    now_text = StringProperty("")
    now_rest = StringProperty("")
    line_kind = StringProperty("ok")
    line_text = StringProperty("")
    saved_text = StringProperty("")
    saved = BooleanProperty(True)
    clock = StringProperty("")

    __events__ = ("on_agenda",)

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        super().__init__(**kwargs)
        self.fbind("drawer", self._lead)
        self.fbind("width", self._squeeze)
        self._weigh = Clock.create_trigger(self._weigh_now, -1)
        self.ids.now_place.fbind("width", self._weigh)
        for name in ("now_text", "now_rest"):
            self.fbind(name, self._weigh)
        self._lead()

    def _squeeze(self, *_args: object) -> None:
        """Say less where the window is narrow."""
        self.narrow, self.tight = self.width < dp(NARROW), self.width < dp(TIGHT)

    def _weigh_now(self, *_args: object) -> None:
        """Leave out how much time is left where it would lie over the body's name."""
        k = App.get_running_app().k
        size = m.type_size("body", k)
        words = ((self.now_text, "bold"), (f"· {self.now_rest}", "regular"))
        wide = (
            CoreLabel(font_name=m.face(weight), font_size=size).get_extents(text)[0]
            for text, weight in words
        )
        needed = sum(wide) + dp(AROUND) + dp(25) * k
        self.brief = self.narrow or needed > self.ids.now_place.width

    def _lead(self, *_args: object) -> None:
        """Put the body's name, or the button that opens the agenda, at the left."""
        self.lead_with(AgendaButton(self) if self.drawer else BodyName(self))

    def lead_with(self, widget: Any = None) -> None:
        """Put this at the left; without it what stood there before."""
        if widget is None:
            self._lead()
        elif self.ids.lead.children != [widget]:
            self.ids.lead.clear_widgets()
            self.ids.lead.add_widget(widget)

    def show(self, view: BarView | None) -> None:
        """Set what the bar says; outside a meeting it keeps what it said."""
        if view is None:
            return
        self.body, self.session, self.clock = view.body, view.session, view.clock
        self.now_kind, self.now_text, self.now_rest = view.now.kind, view.now.strong, view.now.rest
        self.line_kind, self.line_text = LINE_KINDS[view.line.icon], view.line.text
        self.saved_text = view.saved.text
        self.saved = view.saved.icon != "loader-2"

    def go_now(self) -> None:
        """Go to the item in progress, or back to the ballot that was put aside."""
        if self.now_kind == "ballot":
            self.app.dispatch(BallotPutAside(aside=False))
            return
        room = self.app.store.state.room()
        if room is not None:
            self.app.dispatch(Went("meeting", item=room.state.current))

    def ask_help(self) -> None:
        """Open the sheet of what can be asked for."""
        open_help(self.app)

    def on_agenda(self) -> None:
        """Someone tapped [Chương trình]."""


load_kv(__file__)
