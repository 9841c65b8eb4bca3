"""The tool tray at the bottom: Đọc and Viết at the left, tools, the floor at the right."""

from collections.abc import Sequence
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.metrics import dp
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from client.screens.meeting.tools import ToolRow, ToolSpec
from client.selectors.meeting import Corner, Speak
from client.widgets.button import SpeakButton, StyledButton
from client.widgets.plate import Plate
from client.widgets.tool import Segmented

__all__ = ["Plate", "Segmented", "ShareButton", "SpeakButton", "ToolRow", "ToolTray"]

STAGES = {"ask": "idle", "wait": "waiting", "now": "invited"}
NARROW, LOW = 1000, 760
"""Bars narrower than this (dp) have their tools in a row of their own (ui.md 2), unless the window
is so low that the page needs the room more: then the last tools go behind Thêm."""


class ShareButton(StyledButton):
    """The chair shows the present page to everyone."""


class ToolTray(Plate, BoxLayout):
    """Fires ``on_mode(mode)``, ``on_tool(name)``, ``on_floor(state)`` and ``on_share``.

    Reading tools: pages, find, bookmark, whole, notes, opinion. Those of Viết come by `pens`.
    """

    page_label = StringProperty("")
    notes_label = StringProperty("")
    whole = BooleanProperty(False)
    bookmarked = BooleanProperty(False)
    reading = BooleanProperty(False)
    """A page is shown."""
    writing = BooleanProperty(False)
    can_write = BooleanProperty(False)
    can_find = BooleanProperty(True)
    chair = BooleanProperty(False)
    sharing = BooleanProperty(False)
    pointing = BooleanProperty(False)
    two_rows = BooleanProperty(False)
    slim = BooleanProperty(False)
    """Narrow and low: one row, with the floor's button as in Viết."""
    row_height = NumericProperty(100)

    __events__ = ("on_mode", "on_tool", "on_floor", "on_share")

    def __init__(self, **kwargs: Any) -> None:
        self._button: StyledButton | None = None
        self._speak = Speak("absent")
        self._pens: Sequence[ToolSpec] = ()
        self.tools = ToolRow()
        self._settle = Clock.create_trigger(self._arrange, -1)
        self._retool = Clock.create_trigger(self._show_tools, -1)
        super().__init__(**kwargs)
        self.tools.bind(on_tool=lambda _row, name: self.dispatch("on_tool", name))
        for name in ("width", "two_rows"):
            self.fbind(name, self._settle)
        for name in (
            "page_label",
            "notes_label",
            "whole",
            "bookmarked",
            "reading",
            "writing",
            "pointing",
            "sharing",
            "chair",
            "can_write",
            "can_find",
            "slim",
        ):
            self.fbind(name, self._retool)
        Window.bind(height=self._grown)
        App.get_running_app().bind(k=self._changed, language=self._changed)
        self._retool()
        self._settle()

    # Window and app outlive this: they hold a method of ours weakly, a trigger for ever.

    def _grown(self, *_args: object) -> None:
        self._settle()

    def _changed(self, *_args: object) -> None:
        self._retool()

    def on_kv_post(self, _base: Any) -> None:
        """The tools have the room that the corners leave."""
        for part in (self.ids.modes, self.ids.corner):
            part.bind(width=self._settle)

    def show(self, view: Corner) -> None:
        """Set the corner."""
        self.chair, self.sharing, self._speak = view.chair, view.sharing, view.speak
        self._corner()

    def pens(self, specs: Sequence[ToolSpec]) -> None:
        """Set the tools of Viết."""
        self._pens = tuple(specs)
        self._retool()

    # ---- the middle ------------------------------------------------------------------------------

    def _show_tools(self, *_args: object) -> None:
        specs = self._pens if self.writing else self._reading_tools()
        if specs:
            self.tools.show(specs, write=self.writing)
        self._corner()

    def _reading_tools(self) -> Sequence[ToolSpec]:
        tr, off = App.get_running_app().tr, not self.reading
        label = self.page_label or tr("reader.page0")
        notes = self.notes_label or tr("reader.notes0")
        tools = [
            ToolSpec("pages", "file-description", label, off=off),
            ToolSpec("find", "search", tr("reader.find")),
            ToolSpec("bookmark", "bookmark", tr("reader.bookmark"), on=self.bookmarked, off=off),
            ToolSpec(
                "whole", "arrows-maximize", tr("reader.whole"), on=self.whole and not off, off=off
            ),
            ToolSpec("notes", "notes", notes, off=off),
            ToolSpec("opinion", "message-2", tr("reader.opinion")),
        ]
        if self.chair and self.sharing:
            tools[-1] = ToolSpec("point", "pointer", tr("chair.point"), on=self.pointing, off=off)
        absent = set() if self.can_write else {"bookmark", "notes"}
        absent |= set() if self.can_find else {"find"}
        return [ToolSpec(tool.name, place=True) if tool.name in absent else tool for tool in tools]

    def _arrange(self, *_args: object) -> None:
        """Everything in one row, or the tools below where the window is narrow."""
        narrow, low = self.width < dp(NARROW), Window.height < dp(LOW)
        self.two_rows, self.slim = narrow and not low, narrow and low
        holder = self.ids.low if self.two_rows else self.ids.middle
        if self.tools.parent is not holder:
            if self.tools.parent is not None:
                self.tools.parent.remove_widget(self.tools)
            holder.add_widget(self.tools)
        corners = 0 if self.two_rows else self.ids.modes.width + self.ids.corner.width
        self.tools.room = max(1, self.width - corners - dp(28) - dp(24))

    # ---- the corner ------------------------------------------------------------------------------

    def _corner(self, *_args: object) -> None:
        """Put the button there that this person has."""
        wanted: type[StyledButton] | None = SpeakButton if self._speak.state != "absent" else None
        if self.chair:
            wanted = ShareButton
        if type(self._button) is not wanted:
            corner = self.ids.corner
            corner.clear_widgets()
            corner.width = dp(4)
            self._button = wanted(size_hint_x=None) if wanted else None
            if self._button is not None:
                self._button.bind(on_release=self._tapped, width=corner.setter("width"))
                corner.width = self._button.width
                corner.add_widget(self._button)
        self._dress()

    def _dress(self) -> None:
        button, speak = self._button, self._speak
        if button is None:
            return
        button.stacked = brief = self.writing or self.slim
        if isinstance(button, SpeakButton):
            button.stage = STAGES.get(speak.state, "idle")
            button.text = speak.short if brief else speak.text
            button.busy = speak.busy
        else:
            button.kind = "follow" if self.sharing else "secondary"

    def _tapped(self, _button: StyledButton) -> None:
        if self.chair:
            self.dispatch("on_share")
        else:
            self.dispatch("on_floor", self._speak.state)

    def on_mode(self, mode: str) -> None:
        """Đọc ("read") or Viết ("write") was tapped."""

    def on_tool(self, name: str) -> None:
        """A tool was tapped."""

    def on_floor(self, state: str) -> None:
        """The floor's button was tapped in that state."""

    def on_share(self) -> None:
        """The chair's button was tapped."""
