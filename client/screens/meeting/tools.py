"""The tools in the middle of the bottom bar: as many as fit, the others behind Thêm."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from kivy.app import App
from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from client.widgets.button import StyledButton
from client.widgets.dialog import Sheet
from client.widgets.tool import Tool

__all__ = ["MoreSheet", "StyledButton", "ToolGap", "ToolPlace", "ToolRow", "ToolSpec"]

MORE = "more"


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """One tool; an empty `icon` is a gap between two groups, or the place of a tool to come."""

    name: str
    icon: str = ""
    text: str = ""
    on: bool = False
    off: bool = False
    tone: str = "ink"
    place: bool = False


class ToolGap(Widget):
    """A hairline between two groups of tools."""


class ToolPlace(Widget):
    """Where a tool will be."""


class MoreSheet(Sheet):
    """The tools that found no room; fires ``on_tool(name)`` after it has closed."""

    __events__ = ("on_tool",)

    def __init__(self, tools: Sequence[ToolSpec], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for tool in tools:
            button = StyledButton(
                kind="secondary", grade="xl", size_hint_x=1, icon=tool.icon, text=tool.text
            )
            button.disabled = tool.off
            button.bind(on_release=partial(self._chosen, tool.name))
            self.ids.grid.add_widget(button)

    def _chosen(self, name: str, _button: Any) -> None:
        self.close()
        self.dispatch("on_tool", name)

    def on_tool(self, name: str) -> None:
        """A tool was chosen."""


class ToolRow(BoxLayout):
    """Shows tools in `room` pixels; fires ``on_tool(name)``.

    The last ones go behind Thêm first, but never the one in use.
    """

    room = NumericProperty(1e6)
    write = BooleanProperty(False)

    __events__ = ("on_tool",)

    def __init__(self, **kwargs: Any) -> None:
        self._specs: tuple[ToolSpec, ...] = ()
        self._shown: dict[str, Any] = {}
        self._more: Any = None
        self._fitted: tuple[str, ...] = ()
        super().__init__(**kwargs)
        self.fbind("room", self._fit)

    def show(self, specs: Sequence[ToolSpec], *, write: bool = False) -> None:
        """Set the tools; those that stay are only changed."""
        kinds = [(spec.name, bool(spec.icon)) for spec in specs]
        if kinds != [(spec.name, bool(spec.icon)) for spec in self._specs] or write != self.write:
            self.write = write
            self._make(specs)
        self._specs = tuple(specs)
        for spec in specs:
            if spec.icon:
                self._dress(self._shown[spec.name], spec)
        self._fit()

    def tool(self, name: str) -> Any:
        """The widget of a tool, in the bar or not."""
        return self._shown[name]

    def seen(self, name: str) -> Any:
        """The widget of a tool in the bar; of one without room there that of Thêm."""
        return self._shown[name] if name in self._fitted else self._more

    def _make(self, specs: Sequence[ToolSpec]) -> None:
        self.clear_widgets()
        self._fitted = ()
        self._shown = {spec.name: self._new(spec) for spec in specs}
        self._more = self._new(ToolSpec(MORE, "dots"))
        self._more.bind(on_release=lambda *_: self._open_more())

    def _new(self, spec: ToolSpec) -> Any:
        if not spec.icon:
            return ToolPlace() if spec.place else ToolGap()
        tool = Tool(icon=spec.icon, write=self.write, size_hint=(None, None))
        tool.bind(width=lambda *_: self._fit())
        if spec.name != MORE:
            tool.bind(on_release=lambda *_: self.dispatch("on_tool", spec.name))
        return tool

    def _dress(self, tool: Any, spec: ToolSpec) -> None:
        tool.icon, tool.text, tool.tone = spec.icon, spec.text, spec.tone
        tool.on, tool.disabled = spec.on, spec.off

    def _fit(self, *_args: object) -> None:
        """Put as many in as there is room for; a gap at the end is left out."""
        if not self._specs:
            return
        app = App.get_running_app()
        self._more.text = app.tr("act.more", app.language)
        names = self._that_fit()
        if names == self._fitted:
            return
        self._fitted = names
        self.clear_widgets()
        for name in names:
            self.add_widget(self._more if name == MORE else self._shown[name])

    def _that_fit(self) -> tuple[str, ...]:
        names = [spec.name for spec in self._specs]
        if self._width(names) <= self.room:
            return tuple(names)
        while len(names) > 1 and self._width([*names, MORE]) > self.room:
            names.pop()
        if not self._spec(names[-1]).icon:
            names.pop()
        used = next((spec.name for spec in self._specs if spec.on and spec.name not in names), "")
        if used and names:
            names[-1] = used
            while len(names) > 1 and self._width([*names, MORE]) > self.room:
                names.pop(-2)
        return (*names, MORE)

    def _width(self, names: Sequence[str]) -> float:
        widths = [(self._more if name == MORE else self._shown[name]).width for name in names]
        return float(sum(widths) + self.spacing * (len(widths) - 1))

    def _spec(self, name: str) -> ToolSpec:
        return next(spec for spec in self._specs if spec.name == name)

    def _open_more(self) -> None:
        hidden = [one for one in self._specs if one.icon and one.name not in self._fitted]
        sheet = MoreSheet(hidden)
        sheet.bind(on_tool=lambda _sheet, name: self.dispatch("on_tool", name))
        sheet.open()

    def on_tool(self, name: str) -> None:
        """A tool was tapped."""
