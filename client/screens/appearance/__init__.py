"""The sheet of text sizes and of light and dark: applied at once, kept per person."""

from dataclasses import replace
from typing import Any

from kivy.properties import NumericProperty, StringProperty

from client.actions import PreferencesChanged
from client.state import AppState, Preferences
from client.widgets.dialog import Sheet
from client.widgets.icon import Icon
from client.widgets.kv import load_kv
from client.widgets.label import Text
from client.widgets.rows import CheckRow, RadioCard
from client.widgets.tool import Segmented

__all__ = [
    "AppearanceSheet",
    "CheckRow",
    "Icon",
    "RadioCard",
    "SampleCard",
    "Segmented",
    "Text",
    "open_appearance",
]


class SampleCard(RadioCard):
    """A text size, shown by a line set in it."""

    scale = NumericProperty(1.0)
    value = StringProperty("normal")


class AppearanceSheet(Sheet):
    """Follows the person's preferences while it is open."""

    text_size = StringProperty("normal")
    look = StringProperty("light")
    pages = StringProperty("follow")

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        super().__init__(**kwargs)
        self._end = app.store.watch(_preferences, self._show)
        self.bind(on_closed=lambda *_: self._end())

    def _show(self, preferences: Preferences) -> None:
        self.text_size, self.look = preferences.text_size, preferences.theme
        self.pages = "light" if preferences.keep_pages_light else "follow"

    def choose(self, **changes: Any) -> None:
        """Change these preferences."""
        preferences = replace(self.app.store.state.preferences, **changes)
        self.app.dispatch(PreferencesChanged(preferences))


def _preferences(state: AppState) -> Preferences:
    return state.preferences


def open_appearance(app: Any) -> AppearanceSheet:
    """Open the sheet."""
    sheet = AppearanceSheet(app)
    sheet.open()
    return sheet


load_kv(__file__)
