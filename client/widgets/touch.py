"""Being pressed: one behaviour under every control, by finger, mouse or keyboard."""

from typing import Any

from kivy.properties import BooleanProperty, OptionProperty
from kivy.uix.behaviors import ButtonBehavior, FocusBehavior


class Pressable(FocusBehavior, ButtonBehavior):
    """A control that shows its press at touch-down and fires ``on_release`` when the finger lifts.

    ``busy`` swallows presses without looking disabled. Tab reaches it and ``focus`` draws the
    ring; a touch never does. Enter and Space press it, Enter not when ``risky``.
    """

    busy = BooleanProperty(False)
    risky = BooleanProperty(False)
    touch_state = OptionProperty("rest", options=("rest", "press", "off", "busy"))

    def __init__(self, **kwargs: Any) -> None:
        self.min_state_time = 0.12  # a short tap must still be seen
        super().__init__(**kwargs)
        for name in ("state", "disabled", "busy"):
            self.fbind(name, self._tell_touch_state)
        self._tell_touch_state()

    def _tell_touch_state(self, *_args: object) -> None:
        if self.disabled:
            self.touch_state = "off"
        elif self.busy:
            self.touch_state = "busy"
        else:
            self.touch_state = "press" if self.state == "down" else "rest"

    def on_touch_down(self, touch: Any) -> bool:
        """Press; the keyboard focus stays where it is."""
        if self.busy and self.collide_point(*touch.pos):
            return True
        return bool(super(FocusBehavior, self).on_touch_down(touch))

    def keyboard_on_key_down(
        self, window: Any, keycode: tuple[int, str], text: str, modifiers: list[str]
    ) -> bool:
        """Press by Space, or by Enter unless the control is risky."""
        wanted = {"spacebar"} if self.risky else {"spacebar", "enter", "numpadenter"}
        if keycode[1] in wanted and not self.disabled and not self.busy:
            self.trigger_action(0.1)
            return True
        return bool(super().keyboard_on_key_down(window, keycode, text, modifiers))
