"""The room's screen: readable at eight metres, nothing private, no pointer.

Drawn for 1920x1080; `u` is the size of one of those pixels in the window that there is.
"""

from typing import Any

from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    ListProperty,
    NumericProperty,
    StringProperty,
)
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.label import Label

from client.resources import image
from client.screens.result.parts import LOOKS, bars
from client.screens.watching import Watching
from client.selectors.display import DisplayView, StripItem, display
from client.selectors.floor import SpeakerView, Waiting
from client.selectors.result import Line, ResultView
from client.widgets.ballot import ResultBar
from client.widgets.icon import BareIcon
from client.widgets.kv import load_kv
from client.widgets.plate import Plate

__all__ = ["BareIcon", "DisplayScreen", "Plate", "ResultBar", "RoomLine", "RoomText"]
__all__ += ["StripCell"]

DESIGN = (1920, 1080)
TITLE_LINES = 3


class RoomText(Label):
    """Words of `px` design pixels in a colour token; `fit` as in `BareText`."""

    px = NumericProperty(30)
    u = NumericProperty(1.0)
    weight = StringProperty("regular")
    tone = StringProperty("ink")
    wrap = BooleanProperty(False)


class StripCell(BoxLayout):
    """One item of the agenda in the strip."""

    u = NumericProperty(1.0)
    number = StringProperty("")
    title = StringProperty("")
    state = StringProperty("wait")
    status = StringProperty("")
    colour = ColorProperty((0, 0, 0, 1))


class CountCell(BoxLayout):
    """One of the four counts under a result."""

    u = NumericProperty(1.0)
    kind = StringProperty("for")
    label = StringProperty("")
    count = NumericProperty(0)
    looks = LOOKS


class RoomLine(BoxLayout):
    """One candidate, measure or answer of a result."""

    u = NumericProperty(1.0)
    name = StringProperty("")
    figures = StringProperty("")
    status = StringProperty("")
    icon = StringProperty("")
    tone = StringProperty("ink2")
    parts = ListProperty()
    base = NumericProperty(1)
    need = NumericProperty(0)


class DisplayScreen(Watching):
    """Shows a `DisplayView`; the parts of the other modes are transparent and empty."""

    u = NumericProperty(1.0)
    logo = image("logo")
    mode = StringProperty("empty")
    body = StringProperty("")
    session = StringProperty("")
    clock = StringProperty("")
    item_line = StringProperty("")
    title = StringProperty("")
    paper = StringProperty("")
    speaker = StringProperty("")
    time_left = StringProperty("")
    share = NumericProperty(0.0)
    waiting = ListProperty()
    strip = ListProperty()
    question = StringProperty("")
    rule = StringProperty("")
    received = NumericProperty(0)
    expected = NumericProperty(0)
    paused = StringProperty("")
    heading = StringProperty("")
    listed = BooleanProperty(False)
    tone = StringProperty("grn")
    icon = StringProperty("check")
    page = StringProperty("")
    result_line = StringProperty("")
    verdict = StringProperty("")
    passed = BooleanProperty(True)
    percent = StringProperty("")
    of = StringProperty("")
    parts = ListProperty()
    counts = ListProperty()
    base = NumericProperty(1)
    share_line = NumericProperty(0.0)
    threshold = StringProperty("")
    second = StringProperty("")
    quorum = StringProperty("")

    def watches(self) -> None:
        """Follow everything that the room may see."""
        self.watch(display, self.show)

    def show(self, view: DisplayView) -> None:
        """Set what the room sees."""
        self.mode, self.clock = view.mode, view.clock
        self.body, self.session = view.body, view.session
        self.item_line, self.paper = view.item_line, view.paper
        self.title = self._words_of_mode(view)
        self.question, self.rule, self.paused = view.question, view.rule, view.paused
        self.heading, self.page = view.heading, view.page
        self.received, self.expected = view.received, view.expected
        self._show_floor(view.floor.speaker, view.floor.queue)
        self._fill(self.ids.strip, StripCell, view.strip, self._show_cell)
        self._show_result(view, view.result)

    def _words_of_mode(self, view: DisplayView) -> str:
        if view.mode == "break":
            return str(self.app.tr("live.break"))
        if view.mode == "closed":
            return str(self.app.tr("disp.closed"))
        return view.title if view.mode == "item" else ""

    def _show_floor(self, speaker: SpeakerView | None, queue: tuple[Waiting, ...]) -> None:
        shown = self.mode == "item"
        self.speaker = self._called(speaker.name) if speaker and shown else ""
        self.time_left = speaker.left if speaker and shown else ""
        self.share = 1 - speaker.share if speaker else 0.0
        self.waiting = [f"{one.place}. {self._called(one.name)}" for one in queue[:2] if shown]

    def _called(self, name: str) -> str:
        return str(self.app.tr("disp.called", name=name))

    def _show_result(self, view: DisplayView, result: ResultView | None) -> None:
        self.result_line = view.result_line
        self.second, self.quorum, self.threshold = view.second, view.quorum, view.threshold
        if result is None:
            self.verdict = self.percent = self.of = ""
            self.parts, self.counts, self.listed = [], [], False
            self._fill(self.ids.lines, RoomLine, (), self._show_line)
            return
        self.tone, self.icon, self.listed = result.tone, result.icon, bool(view.lines)
        self.verdict, self.passed = result.verdict, result.passed
        self.percent = "" if result.lines or not result.percent else f"{result.percent}%"
        self.of = result.of
        self.base = result.base_count
        self.share_line = result.line_share * result.base_count
        self.parts = bars(result.parts)
        self._fill(self.ids.lines, RoomLine, view.lines, self._show_line)
        self.counts = list(result.parts)
        self._fill(self.ids.counts, CountCell, result.parts, self._show_count)

    def _show_cell(self, cell: StripCell, item: StripItem) -> None:
        cell.number, cell.title = f"{item.number}.", item.title
        cell.state, cell.status = item.state, item.status

    def _show_line(self, cell: RoomLine, line: Line) -> None:
        cell.name, cell.figures = line.name, f"{line.count} · {line.percent}"
        cell.status, cell.icon = line.status, line.icon if line.status else ""
        cell.tone = "ink2" if line.tone == "neutral" else line.tone
        cell.parts, cell.base, cell.need = list(line.parts), line.base, line.need

    def _show_count(self, cell: CountCell, part: Any) -> None:
        cell.kind, cell.label, cell.count = part.kind, part.label, part.count

    def _fill(self, box: Any, make: Any, values: Any, put: Any) -> None:
        """Keep one child per value; children that stay are only changed."""
        while len(box.children) > len(values):
            box.remove_widget(box.children[0])
        while len(box.children) < len(values):
            cell = make(u=self.u)
            self.fbind("u", cell.setter("u"))
            box.add_widget(cell)
        for cell, value in zip(reversed(box.children), values, strict=True):
            put(cell, value)


Screen = DisplayScreen
load_kv(__file__)
