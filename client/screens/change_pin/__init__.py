"""The first PIN must be changed before anything else: a new one, and once more."""

from typing import Any

from kivy.core.window import Window
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.widget import Widget

from client.screens.help import open_help
from client.screens.panel import NavyPanel
from client.screens.secret import PassphraseEntry, PinEntry
from client.screens.watching import Watching
from client.selectors.sign_in import Entry, NewPin, new_pin, panel
from client.widgets.button import StyledButton
from client.widgets.card import Fact
from client.widgets.kv import load_kv
from client.widgets.label import Text
from client.widgets.person import Avatar

__all__ = ["Avatar", "ChangePinScreen", "Fact", "NavyPanel", "Screen", "StyledButton", "Text"]


class ChangePinScreen(Watching):
    """Asks for the present secret only where nobody has just typed it."""

    name = StringProperty("")
    initials = StringProperty("")
    step = StringProperty("new")
    number = NumericProperty(1)
    steps = NumericProperty(2)
    desk = BooleanProperty(False)

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self._old = self._new = ""
        self._view: NewPin | None = None
        super().__init__(app, **kwargs)
        self.desk = app.store.state.kind == "desk"
        self.secret = PassphraseEntry() if self.desk else PinEntry()
        self.secret.bind(on_secret=self._typed)
        self.ids.secret_place.add_widget(self.secret)
        self.ids.secret_place.add_widget(Widget())

    def watches(self) -> None:
        """Begin with the new secret, or with the present one if it is not known here."""
        Window.bind(on_key_down=self._key)
        self._old = self.app.typed_secret
        self._go_to("new" if self._old else "old")
        self.watch(panel, self.ids.panel.show)
        self.watch(new_pin, self._show)

    def left(self) -> None:
        """Forget everything that was typed."""
        Window.unbind(on_key_down=self._key)
        self._old = self._new = ""
        self.secret.clear()

    def _go_to(self, step: str) -> None:
        self.step = step
        self.steps = 2 if self._old and step != "old" else 3
        self.number = {"old": 1, "new": self.steps - 1, "again": self.steps}[step]
        self.secret.go_key = "pinchange.save" if step == "again" else "pinchange.next"
        self.secret.note_key = "" if self.desk else "pinchange.digits"

    def _show(self, view: NewPin) -> None:
        self._view = view
        self.name, self.initials = view.name, view.initials
        self._tell(view.entry)

    def _tell(self, entry: Entry) -> None:
        secret = self.secret
        secret.error, secret.busy, secret.locked = entry.error, entry.busy, entry.locked
        if entry.error and not entry.busy:
            secret.clear()
            wrong = self._view is not None and self._view.old_wrong
            self._go_to("old" if wrong else "new")

    def _typed(self, _secret: object, text: str) -> None:
        if self.step == "old":
            self._old = text
            self._go_to("new")
        elif self.step == "new":
            self._new = text
            self.secret.error = ""
            self._go_to("again")
        elif text == self._new:
            self.app.change_pin(self._old, text)
        else:
            self.secret.error = self.app.tr("pinchange.differ")
            self._go_to("new")

    def _key(self, _window: Any, key: int, _code: int, letter: str | None, _held: object) -> bool:
        if len(Window.children) > 1:
            return False
        return bool(self.secret.key(key, letter or ""))

    def heading(self, step: str) -> str:
        """The key of what is asked for now."""
        return f"pinchange.{step}.desk" if self.desk else f"pinchange.{step}"

    def help(self) -> None:
        """Gọi hỗ trợ."""
        open_help(self.app)

    def sign_out(self) -> None:
        """Somebody else's turn."""
        self.app.sign_out()


Screen = ChangePinScreen
load_kv(__file__)
