"""Fields to type into."""

import unicodedata
from typing import Any

from kivy.app import App
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.textinput import TextInput

from client.widgets.icon import Icon
from client.widgets.kv import load_kv
from client.widgets.label import Text
from client.widgets.plate import Plate

__all__ = ["Icon", "Text", "TextField", "Typing"]


class Typing(TextInput):
    """The editable words of a field; whatever arrives is composed to NFC.

    ``secret``: every letter is taken as it is, though it is seen: no Telex.
    """

    secret = BooleanProperty(False)

    def insert_text(self, substring: str, from_undo: bool = False) -> None:
        """Insert composed text; a lone combining mark composes with the letter before it."""
        text = substring
        if text and unicodedata.combining(text[0]) and self.cursor_index() > 0:
            before = self.text[self.cursor_index() - 1]
            self.do_backspace(from_undo)
            text = before + text
        super().insert_text(unicodedata.normalize("NFC", text), from_undo)


class TextField(BoxLayout):
    """A labelled field: ``text`` is what is typed; ``error`` is a sentence, shown with an icon.

    ``password`` hides what is typed; ``secret`` shows it, and takes it letter by letter as well.
    Fires ``on_text_validate`` on Enter. On a device without a keyboard, focus brings up ours.
    """

    label = StringProperty("")
    text = StringProperty("")
    hint = StringProperty("")
    error = StringProperty("")
    icon = StringProperty("")
    password = BooleanProperty(False)
    secret = BooleanProperty(False)
    multiline = BooleanProperty(False)
    readonly = BooleanProperty(False)
    desk = BooleanProperty(False)
    tall = NumericProperty(160)
    """Height of several lines, in dp."""
    label_high = NumericProperty(0)
    """Pixels that its label has room for at the least, so that fields side by side are level."""

    __events__ = ("on_text_validate",)

    def on_kv_post(self, _base: Any) -> None:
        """Follow what is typed: only now is the field there, within another widget's rule too."""
        typing = self.ids.typing
        typing.bind(
            text=self.setter("text"),
            focus=self._focus,
            on_text_validate=lambda *_: self.dispatch("on_text_validate"),
        )
        self.fbind("text", self._show)
        self._show()

    def _show(self, *_args: object) -> None:
        if self.ids.typing.text != self.text:
            self.ids.typing.text = unicodedata.normalize("NFC", self.text)

    def _focus(self, typing: Typing, focus: bool) -> None:
        app = App.get_running_app()
        if focus and getattr(app, "soft_keyboard", False):
            from client.widgets.keyboard import KeyboardDock  # noqa: PLC0415 (needs this module)

            KeyboardDock.show_for(typing)

    def focus_in(self) -> None:
        """Start typing here."""
        self.ids.typing.focus = True

    def on_text_validate(self) -> None:
        """Enter was pressed."""


class FieldBox(Plate, BoxLayout):
    """The ground of a field."""


load_kv(__file__)
