"""The tool tray at the bottom: tools in the middle, the floor in the right corner."""

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from client.selectors.meeting import Corner
from client.widgets.button import SpeakButton, StyledButton
from client.widgets.plate import Plate
from client.widgets.tool import Tool

__all__ = ["Plate", "ShareButton", "SpeakButton", "Tool", "ToolTray"]

STAGES = {"ask": "idle", "wait": "waiting", "now": "invited"}


class ShareButton(StyledButton):
    """The chair shows the present page to everyone."""


class ToolTray(Plate, BoxLayout):
    """Fires ``on_pages``, ``on_whole_page``, ``on_zoom(way)``, ``on_floor(state)``, on_share."""

    page_label = StringProperty("")
    whole = BooleanProperty(False)
    nearer = BooleanProperty(False)
    farther = BooleanProperty(False)
    reading = BooleanProperty(False)
    chair = BooleanProperty(False)
    sharing = BooleanProperty(False)
    speak = StringProperty("absent")
    speak_text = StringProperty("")
    speak_busy = BooleanProperty(False)

    __events__ = ("on_pages", "on_whole_page", "on_zoom", "on_floor", "on_share")

    def __init__(self, **kwargs: Any) -> None:
        self._button: StyledButton | None = None
        super().__init__(**kwargs)
        self._settle = Clock.create_trigger(self._corner, -1)
        for name in ("chair", "speak"):
            self.fbind(name, self._settle)

    def show(self, view: Corner) -> None:
        """Set the corner."""
        self.chair, self.sharing = view.chair, view.sharing
        self.speak, self.speak_text, self.speak_busy = (
            view.speak.state,
            view.speak.text,
            view.speak.busy,
        )

    def _corner(self, *_args: object) -> None:
        """Put the button there that this person has."""
        wanted: type[StyledButton] | None = SpeakButton if self.speak != "absent" else None
        if self.chair:
            wanted = ShareButton
        if type(self._button) is not wanted:
            self.ids.corner.clear_widgets()
            self._button = wanted(size_hint_x=None) if wanted else None
            if self._button is not None:
                self._button.bind(on_release=self._tapped)
                self.ids.corner.add_widget(self._button)
        self._dress()
        for name in ("speak_text", "speak_busy", "sharing"):
            self.funbind(name, self._dress)
            self.fbind(name, self._dress)

    def _dress(self, *_args: object) -> None:
        button = self._button
        if isinstance(button, SpeakButton):
            button.stage = STAGES.get(self.speak, "idle")
            button.text, button.busy = self.speak_text, self.speak_busy
        elif button is not None:
            button.kind = "follow" if self.sharing else "secondary"

    def _tapped(self, _button: StyledButton) -> None:
        if self.chair:
            self.dispatch("on_share")
        else:
            self.dispatch("on_floor", self.speak)

    def on_pages(self) -> None:
        """The page tool was tapped."""

    def on_whole_page(self) -> None:
        """Cả trang was tapped."""

    def on_zoom(self, way: int) -> None:
        """Phóng to (+1) or Thu nhỏ (-1)."""

    def on_floor(self, state: str) -> None:
        """The floor's button was tapped in that state."""

    def on_share(self) -> None:
        """The chair's button was tapped."""
