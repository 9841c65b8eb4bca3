"""The desk's keyboard: strokes that no field and no open dialog has a use for."""

from collections.abc import Callable
from typing import Any

from kivy.core.window import Keyboard, Window
from kivy.uix.textinput import TextInput

from client.widgets.dialog import Layer

Stroke = Callable[[str, frozenset[str], bool], bool]
"""Told the key's name, the keys held with it, and whether a field is being typed into."""
_NAMES = {code: name for name, code in Keyboard.keycodes.items()}
_HELD = {"ctrl": "ctrl", "meta": "ctrl", "alt": "alt", "shift": "shift"}


class Keys:
    """Listens while a screen is seen; what `stroke` does not take goes on to whatever has focus."""

    def __init__(self, stroke: Stroke) -> None:
        self._stroke = stroke

    def listen(self) -> None:
        """Begin."""
        Window.bind(on_key_down=self._down)

    def end(self) -> None:
        """Stop."""
        Window.unbind(on_key_down=self._down)

    def _down(
        self, window: Any, key: int, _code: int, _text: str | None, modifiers: list[str]
    ) -> bool:
        if any(isinstance(child, Layer) for child in window.children):
            return False
        held = frozenset(_HELD[one] for one in modifiers if one in _HELD)
        return self._stroke(_NAMES.get(key, ""), held, isinstance(focused(), TextInput))


def focused() -> Any:
    """Return the widget that the keyboard speaks to, or None."""
    for keyboard in Window._keyboards.values():  # noqa: SLF001 - Kivy has no other way to ask
        if keyboard.target is not None:
            return keyboard.target
    return None


def number_key(key: str) -> int:
    """Return the number of a digit key, 0 for any other key."""
    digit = key.removeprefix("numpad")
    return int(digit) if digit.isdigit() and len(digit) == 1 else 0
