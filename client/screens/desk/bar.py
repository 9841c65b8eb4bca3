"""The bar along the top of the desk."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout

from client.actions import PreferencesChanged
from client.resources import image
from client.screens.appearance import open_appearance
from client.screens.desk.choosing import Menu
from client.screens.desk.display_code import open_display
from client.screens.desk.one_line import OneLine
from client.selectors.desk import DeskBar
from client.state import Language
from client.widgets.button import StyledButton
from client.widgets.chip import Chip
from client.widgets.icon import BareIcon
from client.widgets.label import BareText, Text
from client.widgets.person import Disc
from client.widgets.plate import Plate
from client.widgets.topbar import ConnectionStatus
from client.widgets.touch import Pressable

TIGHT = 1760
"""Windows narrower than this, and larger text, have the tabs without icons."""
TAB_LOOKS = {
    "agenda": ("list-details", "desk.agenda"),
    "roll": ("user-check", "desk.roll"),
    "polls": ("checklist", "desk.vote"),
    "minutes": ("file-text", "desk.minutes"),
}


class BarTab(Pressable, Plate, AnchorLayout):
    """One page of the desk; ``key`` names its words."""

    name = StringProperty("")
    key = StringProperty("")
    icon = StringProperty("")
    on = BooleanProperty(False)


class AvatarButton(Pressable, Plate, AnchorLayout):
    """The person at the desk; opens the menu."""

    text = StringProperty("")


class DeskTop(Plate, BoxLayout):
    """Shows a `DeskBar`; fires ``on_page(name)``."""

    logo = StringProperty(image("logo"))
    title = StringProperty("")
    subtitle = StringProperty("")
    phase = StringProperty("")
    phase_icon = StringProperty("")
    phase_kind = StringProperty("neutral")
    online = StringProperty("")
    line = OptionProperty("ok", options=("ok", "lost", "again"))
    clock = StringProperty("")
    initials = StringProperty("")
    tab = StringProperty("")
    tight = BooleanProperty(False)
    room = NumericProperty(320)
    """How wide the title may be."""

    __events__ = ("on_page",)

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        self._name = ""
        super().__init__(**kwargs)
        for name in TAB_LOOKS:
            tab = BarTab(name=name, key=TAB_LOOKS[name][1])
            tab.bind(on_release=lambda tab: self.dispatch("on_page", tab.name))
            self.ids.tabs.add_widget(tab)
        self.bind(tab=self._dress, tight=self._dress)

    @property
    def tabs(self) -> list[BarTab]:
        """The tabs from the left."""
        return list(reversed(self.ids.tabs.children))

    def show(self, view: DeskBar) -> None:
        """Set the bar."""
        self.title, self.subtitle = view.title, view.subtitle
        self.phase, self.phase_icon, self.phase_kind = view.phase, view.phase_icon, view.phase_kind
        self.online, self.line, self.clock = view.online, view.line, view.clock
        self.initials, self._name = view.initials, view.name
        self._dress()

    def _dress(self, *_args: object) -> None:
        meeting = bool(self.phase)
        for tab in self.tabs:
            tab.on = tab.name == self.tab
            tab.icon = "" if self.tight else TAB_LOOKS[tab.name][0]
            tab.disabled = not meeting
        self.ids.tabs.opacity = 1 if meeting else 0

    def open_display(self) -> None:
        """Say how the room's screen is opened."""
        open_display(self.app)

    def open_menu(self) -> Menu:
        """What the person may do beside the meeting."""
        tr = self.app.tr
        options = (
            ("meetings", tr("desk.meetings"), "calendar"),
            ("office", tr("desk.office"), "users"),
            ("look", tr("desk.look"), "text-size"),
            ("language", tr("lang.en" if self.app.language == "vi" else "lang.vi"), "message-2"),
            ("out", tr("act.signout"), "logout"),
        )
        ways: dict[str, Callable[[], object]] = {
            "meetings": lambda: self.dispatch("on_page", "meetings"),
            "office": lambda: self.dispatch("on_page", "office"),
            "look": lambda: open_appearance(self.app),
            "language": self._other_language,
            "out": self.app.sign_out,
        }

        def take(value: str) -> None:
            ways[value]()

        return Menu(options, "", take).under(self.ids.avatar)

    def _other_language(self) -> None:
        preferences = self.app.store.state.preferences
        other: Language = "en" if preferences.language == "vi" else "vi"
        self.app.dispatch(PreferencesChanged(replace(preferences, language=other)))

    def on_page(self, name: str) -> None:
        """A page was asked for."""


__all__ = ["AvatarButton", "BarTab", "BareIcon", "BareText", "Chip", "ConnectionStatus", "DeskTop"]
__all__ += ["Disc", "OneLine", "StyledButton", "Text"]
