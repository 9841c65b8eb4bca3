"""What every widget asks of the running app: how things look and in which language they speak."""

import gc

from kivy.core.window import Window
from kivy.event import EventDispatcher
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from client.i18n import Translator
from client.theme import TEXT_SCALES, ThemeName, load_theme
from client.widgets import scroll

__all__ = ["Look", "scroll"]


class Look(EventDispatcher):
    """Mixed into the App before ``App``: ``class Tablet(Look, App)``.

    ``theme``, ``k`` (text scale), ``language`` and ``calm`` (no motion) may change at any time and
    every widget follows at once. ``soft_keyboard`` says that this device has no keyboard of its
    own, so that a field brings up ours; ``keyboard_height`` is what it then covers, in pixels.
    """

    theme = ObjectProperty(load_theme("light"), rebind=True)
    k = NumericProperty(1.0)
    language = StringProperty("vi")
    calm = BooleanProperty(False)
    soft_keyboard = BooleanProperty(False)
    keyboard_height = NumericProperty(0)

    def tr(self, key: str, language: str | None = None, **params: object) -> str:
        """The string of that key, in the app's language when none is named."""
        return Translator.load().tr(key, language or self.language, **params)

    def wear(self, theme: ThemeName = "light", text_size: str = "normal") -> None:
        """Put on a theme and one of the text sizes normal, large, xlarge."""
        collects = gc.isenabled()
        gc.disable()  # a widget freed while Kivy tells all of them would be told all the same
        try:
            self.theme = load_theme(theme)
            self.k = TEXT_SCALES[text_size]
        finally:
            if collects:
                gc.enable()
        Window.clearcolor = self.theme.paper
