"""One summoned person in the roll, with the four marks; made only for the rows in sight."""

from typing import Any

from kivy.app import App
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout

from client.selectors.desk_roll import MARK_KEYS, MARKS, RollRow
from client.widgets.plate import Plate
from client.widgets.touch import Pressable

LOOKS = {
    "present": ("check", "grn"),
    "leave": ("file-text", "amb"),
    "no_leave": ("x", "lac"),
    "left": ("logout", "blu"),
}
WIDTHS = {"present": 150, "leave": 196, "no_leave": 218, "left": 138}
"""Of the marks in dp, at text size Thường."""


class PresenceButton(Pressable, Plate, AnchorLayout):
    """One mark; ``on`` is the one that holds."""

    mark = StringProperty("present")
    text = StringProperty("")
    on = BooleanProperty(False)
    looks = LOOKS
    widths = WIDTHS


class RollLine(Plate, BoxLayout):
    """Shows a `RollRow`. ``page`` hears of the marks."""

    view = ObjectProperty(None, allownone=True)
    page = ObjectProperty(None, allownone=True)
    chosen = BooleanProperty(False)
    locked = BooleanProperty(False)
    seat = StringProperty("")
    name = StringProperty("")
    post = StringProperty("")
    line = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        self._buttons: dict[str, PresenceButton] = {}
        super().__init__(**kwargs)
        for mark in MARKS:
            button = PresenceButton(mark=mark)
            button.bind(on_release=self._press)
            self._buttons[mark] = button
            self.ids.marks.add_widget(button)
        self.fbind("view", self._show)
        self.fbind("locked", self._show)
        self._show()

    def _show(self, *_args: object) -> None:
        view: RollRow | None = self.view
        if view is None:
            return
        self.seat, self.name, self.post = view.seat, view.name, view.post
        self.line = view.line
        tr = App.get_running_app().tr
        for mark, button in self._buttons.items():
            button.on = mark == view.presence
            button.text = tr(MARK_KEYS[mark])  # type: ignore[index]
            button.disabled = self.locked
            button.opacity = 1 if button.on or not self.locked else 0

    def _press(self, button: PresenceButton) -> None:
        if self.page is not None and self.view is not None:
            self.page.mark(self.view, button.mark)

    def on_touch_down(self, touch: Any) -> bool:
        """A touch anywhere on the row also chooses it for the keyboard."""
        if self.page is not None and self.view is not None and self.collide_point(*touch.pos):
            self.page.choose(self.view.person)
        return bool(super().on_touch_down(touch))


class RollCountLine(BoxLayout):
    """How many members are in one state."""

    label = StringProperty("")
    icon = StringProperty("")
    tone = StringProperty("ink2")
    count = StringProperty("")

    def show(self, view: Any) -> None:
        """Set the line."""
        self.label, self.icon, self.tone = view.label, view.icon, view.tone
        self.count = str(view.count)
