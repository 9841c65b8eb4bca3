"""What opens over a screen: the layer with its scrim, dialogs that ask, sheets that offer."""

from typing import Any

from kivy.animation import Animation
from kivy.app import App
from kivy.core.image import Image as CoreImage
from kivy.core.window import Window
from kivy.graphics import BorderImage, Color, InstructionGroup
from kivy.metrics import dp
from kivy.properties import (
    BooleanProperty,
    NumericProperty,
    OptionProperty,
    StringProperty,
)
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout

from client.resources import image
from client.widgets.button import StyledButton
from client.widgets.icon import Icon
from client.widgets.kv import load_kv
from client.widgets.label import Text
from client.widgets.person import Disc
from client.widgets.plate import Plate

__all__ = ["Dialog", "Disc", "Icon", "Layer", "Raised", "Sheet", "StyledButton", "Text"]

APPEAR_SECONDS = 0.18
SHADOW_REACH = {"shadow1": 24, "shadow2": 56}
"""How far, in dp, a shadow's picture reaches beyond what casts it."""
SHADOW_DEPTHS = (1.0, 0.6)
"""Drawn twice: the picture was blurred round a small box and is too pale for a large one."""


class Layer(FloatLayout):
    """A scrim over the whole window that lets no touch through; fires ``on_closed`` once closed.

    ``easy`` closes on a touch beside its content, and Esc closes it always. Keep no reference:
    a layer is opened once.
    """

    easy = BooleanProperty(False)
    shade = NumericProperty(0)

    __events__: tuple[str, ...] = ("on_closed",)

    def open(self) -> "Layer":
        """Show above everything in the window."""
        Window.add_widget(self)
        Window.bind(on_keyboard=self._key)
        calm = getattr(App.get_running_app(), "calm", False)
        if calm:
            self.shade = 1
        else:
            Animation(shade=1, duration=APPEAR_SECONDS, t="out_quad").start(self)
        return self

    def close(self, *_args: object) -> None:
        """Take away; further calls do nothing."""
        if self.parent is None:
            return
        Animation.cancel_all(self)
        Window.unbind(on_keyboard=self._key)
        Window.remove_widget(self)
        self.dispatch("on_closed")

    def cancel(self) -> None:
        """What Esc and a touch beside the content do."""
        self.close()

    def _key(self, _window: Any, key: int, *_args: object) -> bool:
        if key != 27 or Window.children[0] is not self:  # noqa: PLR2004
            return False
        self.cancel()
        return True

    def on_touch_down(self, touch: Any) -> bool:
        """Give the touch to the content; nothing below the layer ever sees it."""
        inside = any(child.collide_point(*touch.pos) for child in self.children)
        super().on_touch_down(touch)
        if self.easy and not inside:
            self.cancel()
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """As on_touch_down."""
        super().on_touch_move(touch)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """As on_touch_down."""
        super().on_touch_up(touch)
        return True

    def on_closed(self) -> None:
        """The layer has gone."""


class Raised(Plate, BoxLayout):
    """A card with a shadow, for what lies above a screen: shadow2, or shadow1 for pop-ups."""

    shadow = StringProperty("shadow2")
    casts = BooleanProperty(True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        below = InstructionGroup()  # under the ground that the plate has drawn already
        self._casts = [(Color(1, 1, 1, depth), BorderImage()) for depth in SHADOW_DEPTHS]
        for colour, cast in self._casts:
            below.add(colour)
            below.add(cast)
        self.canvas.before.insert(0, below)
        for name in ("pos", "size", "shadow", "casts"):
            self.fbind(name, self._cast_shadow)
        self._cast_shadow()

    def _cast_shadow(self, *_args: object) -> None:
        reach = SHADOW_REACH[self.shadow]
        for depth, (colour, cast) in zip(SHADOW_DEPTHS, self._casts, strict=True):
            colour.a = depth if self.casts else 0
            cast.texture = CoreImage(image(self.shadow)).texture
            cast.border = [reach] * 4
            cast.display_border = [dp(reach)] * 4
            cast.pos = self.x - dp(reach), self.y - dp(reach)
            cast.size = self.width + 2 * dp(reach), self.height + 2 * dp(reach)


class _Filled(Layer):
    """A layer whose card takes the children that are added to it."""

    def add_widget(self, widget: Any, *args: Any, **kwargs: Any) -> None:
        """Children after the layer's own go into the card's body."""
        if "extra" in self.ids and widget is not self.ids.card:
            self.ids.extra.add_widget(widget, *args, **kwargs)
        else:
            super().add_widget(widget, *args, **kwargs)


class Dialog(_Filled):
    """A question with two answers: the safe one left and in focus; fires on_safe or on_act.

    Esc is the safe answer. Without ``safe_text`` there is one answer only.
    """

    title = StringProperty("")
    body = StringProperty("")
    icon = StringProperty("alert-triangle")
    tone = OptionProperty("amb", options=("amb", "blu", "lac", "grn"))
    safe_text = StringProperty("")
    act_text = StringProperty("")
    act_kind = OptionProperty("primary", options=("primary", "danger", "critical"))
    card_width = NumericProperty(0)
    """Of the card, in dp; 0 is that of every dialog."""

    __events__: tuple[str, ...] = ("on_safe", "on_act")

    def open(self) -> "Dialog":
        """Show, with the keyboard on the safe answer."""
        super().open()
        (self.ids.safe if self.safe_text else self.ids.act).focus = True
        return self

    def cancel(self) -> None:
        """The safe answer."""
        self.answer("on_safe")

    def answer(self, event: str) -> None:
        """Close, then tell which answer was given."""
        if self.parent is not None:
            self.ids.safe.focus = self.ids.act.focus = False
            self.close()
            self.dispatch(event)

    def on_safe(self) -> None:
        """The safe answer was given."""

    def on_act(self) -> None:
        """The other answer was given."""


class Sheet(_Filled):
    """A titled card of things to choose from; children added go below the title."""

    title = StringProperty("")
    close_text = StringProperty("")
    easy = BooleanProperty(True)
    card_width = NumericProperty(720)


load_kv(__file__)
