"""The two pictures in the middle of a result: one share, or a line for each candidate."""

from collections.abc import Callable, Sequence
from typing import Any

from kivy.clock import Clock
from kivy.properties import (
    ListProperty,
    NumericProperty,
    StringProperty,
)
from kivy.uix.boxlayout import BoxLayout

from client.selectors.result_view import Line, Part, ResultView
from client.widgets.metrics import high

LOOKS = {
    "for": ("check", "grn"),
    "against": ("x", "lac"),
    "other": ("dots", "amb"),
    "abstain": ("minus", "ink"),
    "high": ("arrow-up", "grn"),
    "medium": ("minus", "ink"),
    "low": ("arrow-down", "lac"),
    "plain": ("checklist", "ink"),
    "blank": ("square", "ink2"),
    "missing": ("minus", "ink2"),
}
BAR_DP, HEAD_DP, NOTE_DP, GAP_DP = 46.0, 38.0, 26.0, 4.0


def bars(parts: Sequence[Part]) -> list[tuple[str, int]]:
    """Return the parts as a result bar takes them."""
    return [("absent" if part.kind == "missing" else part.kind, part.count) for part in parts]


def only(place: Any, widget: Any) -> None:
    """Make this the only child of a place."""
    if place.children != [widget]:
        place.clear_widgets()
        place.add_widget(widget)


def fill_lines(
    box: Any, values: Sequence[Any], make: Callable[[], Any], put: Callable[[Any, Any], None]
) -> None:
    """Keep one child per value; children that stay are only changed."""
    while len(box.children) > len(values):
        box.remove_widget(box.children[0])
    while len(box.children) < len(values):
        box.add_widget(make())
    for child, value in zip(reversed(box.children), values, strict=True):
        put(child, value)


class CountLine(BoxLayout):
    """One of the counts."""

    kind = StringProperty("for")
    label = StringProperty("")
    count = NumericProperty(0)
    looks = LOOKS


class SharePart(BoxLayout):
    """One question: its percentage, its bar and its counts."""

    percent = StringProperty("")
    of = StringProperty("")
    need = StringProperty("")
    base = NumericProperty(1)
    line = NumericProperty(0.0)
    line_label = StringProperty("")
    parts = ListProperty()
    second = StringProperty("")

    def show(self, view: ResultView) -> None:
        """Set the picture; agreement without a count has no figures."""
        self.percent = f"{view.percent}%" if view.percent else ""
        self.of, self.need = view.of, view.need
        self.base, self.line_label = view.base_count, view.line_label
        self.line = view.line_share * view.base_count
        self.parts, self.second = bars(view.parts), view.second
        fill_lines(self.ids.counts, view.parts, CountLine, _put_count)


def _put_count(line: Any, part: Part) -> None:
    line.kind, line.label, line.count = part.kind, part.label, part.count


class ResultLine(BoxLayout):
    """A candidate, a measure or an answer with its bar."""

    name = StringProperty("")
    count = StringProperty("")
    percent = StringProperty("")
    parts = ListProperty()
    base = NumericProperty(1)
    need = NumericProperty(0)
    status = StringProperty("")
    tone = StringProperty("neutral")
    icon = StringProperty("")
    note = StringProperty("")

    def show(self, line: Line) -> None:
        """Set the line."""
        self.name, self.count, self.percent = line.name, line.count, line.percent
        self.parts, self.base, self.need = list(line.parts), line.base, line.need
        self.status, self.tone, self.icon = line.status, line.tone, line.icon
        self.note = line.note


class ListPart(BoxLayout):
    """The lines of a result, a page at a time."""

    told = StringProperty("")
    page = NumericProperty(0)
    pages = NumericProperty(1)

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        self._view: tuple[Line, ...] = ()
        super().__init__(**kwargs)
        self._again = Clock.create_trigger(self._lay_out, -1)
        self.ids.lines.fbind("size", self._again)

    def show(self, view: ResultView) -> None:
        """Set the lines."""
        self.told = ". ".join(one for one in (view.of, view.need) if one)
        self._view = view.lines
        self._lay_out()

    def turn(self, step: int) -> None:
        """Show another page."""
        self.page = max(0, min(self.pages - 1, self.page + step))
        self._lay_out()

    def _lay_out(self, *_args: object) -> None:
        box = self.ids.lines
        if box.height < 1:
            return
        noted = any(line.note for line in self._view)
        head = max(high(HEAD_DP, 1), high(HEAD_DP - 2, self.app.k))
        each = head + high(BAR_DP + GAP_DP + (NOTE_DP if noted else 0), 1)
        fit = max(1, int((box.height + high(GAP_DP, 1)) // each))
        self.pages = max(1, -(-len(self._view) // fit))
        self.page = min(self.page, self.pages - 1)
        shown = self._view[int(self.page) * fit : (int(self.page) + 1) * fit]
        fill_lines(box, shown, ResultLine, ResultLine.show)
