"""The secretary's desk: one bar, its pages, the office, and the meetings to choose from."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from kivy.properties import StringProperty

from client import actions as a
from client.screens.desk.bar import BarTab, DeskTop
from client.screens.desk.keys import Keys, number_key
from client.screens.toasting import Toasting
from client.selectors.desk import desk_bar
from client.state import AppState
from client.widgets.kv import load_kv

__all__ = ["BarTab", "DeskScreen", "DeskTop", "Screen"]


def _later(module: str, name: str) -> Callable[[Any], Any]:
    def make(app: Any) -> Any:
        return getattr(import_module(f"client.screens.desk.{module}"), name)(app)

    return make


PAGES: dict[str, Callable[[Any], Any]] = {
    "agenda": _later("agenda", "AgendaPage"),
    "roll": _later("roll", "RollPage"),
    "polls": _later("polls", "PollsPage"),
    "minutes": _later("minutes", "MinutesPage"),
    "office": _later("office", "OfficePage"),
    "meetings": _later("meetings", "MeetingsPage"),
}
"""Every page by its name; its module is loaded when it is first shown."""
TABS = ("agenda", "roll", "polls", "minutes")
ANYWHERE = ("office", "meetings")
"""Pages that need no meeting."""


class DeskScreen(Toasting):
    """Shows one page at a time; `go` changes it."""

    page = StringProperty("")

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self._made: dict[str, Any] = {}
        self._wanted = "agenda"
        super().__init__(app, **kwargs)
        self.toasts.low = 24
        self.top_bar = DeskTop(app)
        self.top_bar.bind(on_page=lambda _bar, tab: self.go(tab))
        self.ids.bar_place.add_widget(self.top_bar)
        self.keys = Keys(self._key)

    def watches(self) -> None:
        """Follow the line, the meeting and the messages."""
        self.keys.listen()
        self.watch(desk_bar, self.top_bar.show)
        self.watch(_room, self._room_changed)
        self.watch_toasts()

    def left(self) -> None:
        """Let go of the keyboard."""
        self.keys.end()
        self.ids.page_place.clear_widgets()
        self.page = ""

    def go(self, page: str) -> None:
        """Show a page; one that needs a meeting waits until there is one."""
        self._wanted = page
        if page not in ANYWHERE and not self.app.store.state.room():
            page = "meetings"
        if page == self.page:
            return
        self.page = page
        if page not in self._made:
            self._made[page] = PAGES[page](self.app)
        self.ids.page_place.clear_widgets()
        self.ids.page_place.add_widget(self._made[page])
        self.top_bar.tab = page

    def current(self) -> Any:
        """Return the page that is shown."""
        return self._made.get(self.page)

    def _room_changed(self, room: str) -> None:
        if room and self._wanted == "meetings":
            self._wanted = "agenda"
        self.go(self._wanted)

    def _key(self, key: str, held: frozenset[str], typing: bool) -> bool:
        number = number_key(key)
        if held == {"alt"} and number and number <= len(TABS):
            self.go(TABS[number - 1])
            return True
        page = self.current()
        handle = getattr(page, "key", None)
        return bool(handle(key, held, typing)) if handle else False

    def open_meeting(self, room: str) -> None:
        """Work on that meeting."""
        self._wanted = "agenda"
        self.app.dispatch(a.Went("desk", room=room))
        self.go("agenda")


def _room(state: AppState) -> str:
    return state.place.room if state.room() is not None else ""


Screen = DeskScreen
load_kv(__file__)
