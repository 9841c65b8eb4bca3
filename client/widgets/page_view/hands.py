"""Fingers on a page: drag, swipe, pinch, double tap, wheel. Extras; every one has a button."""

import math
from typing import Any

from kivy.metrics import dp
from kivy.properties import BooleanProperty
from kivy.uix.widget import Widget

SWIPE_DP = 80
"""A finger that goes this far to the side, and twice as far as up or down, turns the page."""
WHEEL_DP = 60
TAP_DP = 12
"""A finger that lifts within so far of where it came down has tapped."""


class Hands(Widget):
    """What fingers mean: calls `drag`, `pinch`, `swipe` and `double_tap` of the view below it.

    `one_finger` False leaves single fingers to whoever writes on the page; two always pan and zoom.
    """

    one_finger = BooleanProperty(True)

    def __init__(self, **kwargs: Any) -> None:
        self._fingers: list[Any] = []
        self.pen: Any = None
        """Takes every touch while somebody writes (see `PenHands`); None while they read."""
        super().__init__(**kwargs)

    def take_finger(self, touch: Any) -> None:
        """Let a touch that the pen does not want move the page."""
        if touch not in self._fingers:
            self._fingers.append(touch)

    def drag(self, dx: float, dy: float) -> None:
        """Move the page by so many pixels."""
        raise NotImplementedError

    def pinch(self, factor: float, about: tuple[float, float]) -> None:
        """Zoom by a factor about a window position."""
        raise NotImplementedError

    def swipe(self, way: int) -> None:
        """The next page (+1) or the one before (-1)."""
        raise NotImplementedError

    def double_tap(self, about: tuple[float, float]) -> None:
        """Zoom in on a window position, or back."""
        raise NotImplementedError

    def tap(self, at: tuple[float, float]) -> None:
        """A finger tapped a window position."""
        raise NotImplementedError

    def may_slide(self) -> bool:
        """Whether the page is wider than the view, so that going sideways pans."""
        raise NotImplementedError

    def on_touch_down(self, touch: Any) -> bool:
        """Take the finger, unless something on the page takes it first."""
        if not self.collide_point(*touch.pos):
            return False
        if super().on_touch_down(touch):
            return True
        if touch.is_mouse_scrolling:
            ways = {"scrolldown": -1, "scrollup": 1}
            self.drag(0, dp(WHEEL_DP) * ways.get(touch.button, 0))
            return True
        if self.pen is None and touch.is_double_tap and not self._fingers:
            self.double_tap(touch.pos)
            return True
        touch.grab(self)
        if self.pen is not None:
            touch.ud["pen"] = self.pen
            self.pen.down(touch)
        else:
            self._fingers.append(touch)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """One finger drags, two pan and zoom."""
        if touch.grab_current is not self:
            return bool(super().on_touch_move(touch))
        if "pen" in touch.ud:
            touch.ud["pen"].move(touch)
        if touch not in self._fingers:
            return True
        if len(self._fingers) >= 2:  # noqa: PLR2004
            self._two(touch)
        elif self.one_finger or "pen" in touch.ud:
            self.drag(touch.dx if self.may_slide() else 0, touch.dy)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """A single finger that went sideways turns the page."""
        if touch.grab_current is not self:
            return bool(super().on_touch_up(touch))
        touch.ungrab(self)
        if "pen" in touch.ud:
            touch.ud["pen"].up(touch)
        if touch not in self._fingers:
            return True
        alone = len(self._fingers) == 1 and not touch.ud.get("pinched")
        self._fingers.remove(touch)
        across, up = touch.x - touch.ox, touch.y - touch.oy
        swiped = abs(across) > dp(SWIPE_DP) and abs(across) > 2 * abs(up)
        if alone and swiped and self._may_swipe(touch):
            self.swipe(-1 if across > 0 else 1)
        elif alone and "pen" not in touch.ud and max(abs(across), abs(up)) < dp(TAP_DP):
            self.tap(touch.pos)
        return True

    def _may_swipe(self, touch: Any) -> bool:
        return self.one_finger and "pen" not in touch.ud and not self.may_slide()

    def _two(self, touch: Any) -> None:
        one, other = self._fingers[:2]
        for finger in (one, other):
            finger.ud["pinched"] = True
        if touch not in (one, other):
            return
        still = other if touch is one else one
        before = math.dist(touch.ppos, still.pos)
        after = math.dist(touch.pos, still.pos)
        self.drag(touch.dx / 2, touch.dy / 2)
        if before > dp(10) and after > dp(10):
            middle = (touch.x + still.x) / 2, (touch.y + still.y) / 2
            self.pinch(after / before, middle)
