"""Icons, tinted, and the one that turns."""

from typing import Any

from kivy.clock import Clock, ClockEvent
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.widget import Widget

from client.resources import icon_texture
from client.widgets.kv import load_kv


class BareIcon(Widget):
    """A Tabler icon; ``extent`` in dp at text size Thường; coloured by its owner's ``color``.

    No name, no room: it is then 0 wide. ``spin`` turns it once a second, unless the app is calm.
    """

    name = StringProperty("")
    extent = NumericProperty(24)
    color = ColorProperty((1, 1, 1, 1))
    spin = BooleanProperty(False)
    angle = NumericProperty(0)
    pixels = NumericProperty(24)
    grows = BooleanProperty(True)
    texture = ObjectProperty(None, allownone=True)

    def __init__(self, **kwargs: Any) -> None:
        self._turning: ClockEvent | None = None
        super().__init__(**kwargs)
        for name in ("name", "pixels"):
            self.fbind(name, self._load)
        for name in ("spin", "parent"):
            self.fbind(name, self._turn)
        self._load()
        self._turn()

    def _load(self, *_args: object) -> None:
        self.texture = icon_texture(self.name, round(self.pixels)) if self.name else None

    def _turn(self, *_args: object) -> None:
        wanted = self.spin and self.parent is not None
        if wanted and self._turning is None:
            # The clock holds it weakly: an animation would keep it, and the screen it stood on.
            self._turning = Clock.schedule_interval(self._step, 0)
        elif not wanted and self._turning is not None:
            self._turning.cancel()
            self._turning, self.angle = None, 0

    def _step(self, seconds: float) -> None:
        if self.get_parent_window() is not None:
            self.angle = (self.angle - 360 * seconds) % -360


class Icon(BareIcon):
    """An icon in a colour token of the theme."""

    tone = StringProperty("ink")


class Loader(Icon):
    """Waiting: the turning loader. Show it only after one second, and words beside it."""


load_kv(__file__)
