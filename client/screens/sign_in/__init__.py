"""Signing in: a name at the seat and a PIN; at the desk a passphrase."""

from dataclasses import replace
from typing import Any

from kivy.core.window import Window
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.widget import Widget

from client.actions import PreferencesChanged
from client.screens.appearance import open_appearance
from client.screens.help import open_help
from client.screens.panel import NavyPanel
from client.screens.secret import PassphraseEntry, PinEntry
from client.screens.sign_in.list_sheet import ListSheet
from client.screens.watching import Watching
from client.selectors.sign_in import Entry, NameRow, Names, entry, names, panel
from client.state import AppState
from client.widgets.button import StyledButton
from client.widgets.kv import load_kv
from client.widgets.label import Text
from client.widgets.person import NameRow as NameButton
from client.widgets.tool import Segmented

__all__ = ["NavyPanel", "Screen", "SeatRow", "Segmented", "SignInScreen", "StyledButton", "Text"]


class SeatRow(NameButton):
    """A name of the list."""

    person = StringProperty("")


class SignInScreen(Watching):
    """The screen."""

    person = StringProperty("")
    all_label = StringProperty("")
    language = StringProperty("vi")
    nobody = BooleanProperty(False)
    desk = BooleanProperty(False)
    pair_again = BooleanProperty(False)

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self._names = Names((), (), (), "", "")
        self._sheet: ListSheet | None = None
        super().__init__(app, **kwargs)
        desk = app.store.state.kind == "desk"
        self.secret = PassphraseEntry() if desk else PinEntry()
        self.desk = desk
        self.secret.bind(on_secret=self._go)
        self.ids.secret_place.add_widget(self.secret)
        self.ids.secret_place.add_widget(Widget())

    def watches(self) -> None:
        """Follow the names, the panel, the lock, the language."""
        Window.bind(on_key_down=self._key)
        self.watch(names, self._show_names)
        self.watch(panel, self.ids.panel.show)
        self.watch(entry, self._show_entry)
        self.watch(_language, self.setter_of_language)

    def left(self) -> None:
        """Forget what was typed."""
        Window.unbind(on_key_down=self._key)
        self.secret.clear()
        if self._sheet is not None:
            self._sheet.close()

    def setter_of_language(self, language: str) -> None:
        """Mark the language in the segment."""
        self.language = language

    def _show_names(self, view: Names) -> None:
        self._names = view
        self.all_label, self.nobody = view.all_label, not view.everyone
        known = {row.person for row in view.everyone}
        if self.person not in known:
            self.person = view.own if view.own in known else ""
        self._show_rows()

    def _show_rows(self) -> None:
        near = list(self._names.near)
        chosen = [row for row in self._names.everyone if row.person == self.person]
        if chosen and chosen[0] not in near:
            near = [*chosen, *near[:-1]]
        rows = self.ids.rows
        while len(rows.children) > len(near):
            rows.remove_widget(rows.children[0])
        while len(rows.children) < len(near):
            button = SeatRow()
            button.bind(on_release=self._chose)
            rows.add_widget(button)
        for button, row in zip(reversed(rows.children), near, strict=True):
            _fill(button, row, chosen=row.person == self.person)

    def _chose(self, button: SeatRow) -> None:
        self.choose(button.person)

    def choose(self, person: str) -> None:
        """Sign in as this person; what was typed for another is forgotten."""
        if person != self.person:
            self.secret.clear()
        self.person = person
        self._show_rows()

    def open_list(self) -> None:
        """Show everybody."""
        self._sheet = ListSheet(self._names, self.choose)
        self._sheet.open()

    def _show_entry(self, view: Entry) -> None:
        secret = self.secret
        secret.error, secret.busy, secret.locked = view.error, view.busy, view.locked
        self.pair_again = view.pair_again
        if view.error and not view.busy:
            secret.clear()

    def _go(self, _secret: object, text: str) -> None:
        if self.person:
            self.app.sign_in(self.person, text)

    def _key(self, _window: Any, key: int, _code: int, letter: str | None, _held: object) -> bool:
        if len(Window.children) > 1:
            return False
        return bool(self.secret.key(key, letter or ""))

    def say(self, language: str) -> None:
        """Speak this language from now on."""
        preferences = replace(self.app.store.state.preferences, language=language)
        self.app.dispatch(PreferencesChanged(preferences))

    def appearance(self) -> None:
        """Open text sizes and colours."""
        open_appearance(self.app)

    def help(self) -> None:
        """Gọi hỗ trợ."""
        open_help(self.app)


def _fill(button: SeatRow, row: NameRow, *, chosen: bool) -> None:
    button.person, button.name, button.post = row.person, row.name, row.post
    button.mark, button.chosen = row.seat, chosen


def _language(state: AppState) -> str:
    return state.preferences.language


Screen = SignInScreen
load_kv(__file__)
