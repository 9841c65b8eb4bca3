"""Typing a secret: six digits on a tablet, a passphrase at a desk."""

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from client.widgets.button import StyledButton
from client.widgets.field import TextField
from client.widgets.icon import Icon
from client.widgets.kv import load_kv
from client.widgets.label import Text
from client.widgets.pin import PinDots, PinPad

__all__ = ["Icon", "PassphraseEntry", "PinDots", "PinEntry", "PinPad", "SecretNote"]
__all__ += ["StyledButton", "Text", "TextField"]

PIN_DIGITS = 6
PASSPHRASE_LETTERS = 4
"""What the wire takes at the least; whether it is right is the server's to say."""


class SecretNote(BoxLayout):
    """The line under the button: a hint, or with an icon what went wrong."""

    text = StringProperty("")
    wrong = BooleanProperty(False)


class _Secret(BoxLayout):
    """What is typed and the button that goes on; `go` is called with it."""

    error = StringProperty("")
    busy = BooleanProperty(False)
    locked = BooleanProperty(False)
    ready = BooleanProperty(False)
    go_key = StringProperty("signin.go")
    note_key = StringProperty("pin.forgot")

    __events__ = ("on_secret",)

    def on_secret(self, secret: str) -> None:
        """The person has finished typing and tapped the button."""


class PinEntry(_Secret):
    """Six digits on the screen's own keys, or on a real keyboard."""

    full = PIN_DIGITS

    def go(self) -> None:
        """Offer what was typed; the digits are gone from the screen then."""
        pad = self.ids.pad
        if len(pad.pin) == PIN_DIGITS and not self.busy and not self.locked:
            secret = pad.pin
            pad.clear()
            self.dispatch("on_secret", secret)

    def clear(self) -> None:
        """Forget what was typed."""
        self.ids.pad.clear()

    def key(self, key: int, letter: str) -> bool:
        """Take a key of a real keyboard; True when it meant something."""
        if letter and letter in "0123456789" and not self.locked and not self.busy:
            self.ids.pad.type_digit(letter)
        elif key == 8:  # noqa: PLR2004 - backspace
            self.ids.pad.take_back()
        elif key in {13, 271}:
            self.go()
        else:
            return False
        return True


class PassphraseEntry(_Secret):
    """A passphrase, typed at the desk."""

    least = PASSPHRASE_LETTERS
    note_key = StringProperty("signin.passphrase.forgot")

    def go(self) -> None:
        """Offer what was typed."""
        field = self.ids.field
        if len(field.text) >= PASSPHRASE_LETTERS and not self.busy and not self.locked:
            secret, field.text = field.text, ""
            self.dispatch("on_secret", secret)

    def clear(self) -> None:
        """Forget what was typed."""
        self.ids.field.text = ""

    def key(self, _key: int, _letter: str) -> bool:
        """The field hears the keyboard itself."""
        return False


load_kv(__file__)
