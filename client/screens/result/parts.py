"""The two pictures in the middle of a result: one share, or a line for each candidate."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from kivy.clock import Clock
from kivy.metrics import dp
from kivy.properties import (
    ListProperty,
    NumericProperty,
    StringProperty,
)
from kivy.uix.boxlayout import BoxLayout

from client.selectors.result_view import Line, Part, ResultView
from client.widgets.label import words_high, words_wide
from client.widgets.metrics import high

LOOKS = {
    "for": ("check", "grn"),
    "against": ("x", "lac"),
    "other": ("dots", "amb"),
    "abstain": ("circle", "ink"),
    "high": ("arrow-up", "grn"),
    "medium": ("circle", "ink"),
    "low": ("arrow-down", "lac"),
    "plain": ("checklist", "ink"),
    "blank": ("square", "ink2"),
    "missing": ("minus", "ink2"),
}
HEAD_DP, GAP_DP, LINE_DP = 38.0, 4.0, 12.0
"""The least height of a candidate's words, the gap between two candidates, and the gap between two
words on a line; in dp."""
THICK, THICKER, SLIM, AROUND, SLIM_AROUND = 60, 36, 32, 26.0, 10.0
"""A bar where there is room for it, at the larger text sizes, and at Thường; what the threshold
adds to the first and to the others; in dp."""
SHORT = 8
"""Letters of a count that stands beside the percentage in any case."""
LARGE = 1.1
"""Beyond this text scale a candidate's words are of one size and the status has no icon."""


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
    quorum = StringProperty("")
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
    thick = NumericProperty(SLIM)

    def show(self, line: Line) -> None:
        """Set the line."""
        self.name, self.percent = line.name, line.percent
        self.parts, self.base, self.need = list(line.parts), line.base, line.need
        self.status, self.tone, self.icon = line.status, line.tone, line.icon
        self.count, self.note = line.count, line.note


class ListPart(BoxLayout):
    """The lines of a result, a page at a time."""

    told = StringProperty("")
    quorum = StringProperty("")
    page = NumericProperty(0)
    pages = NumericProperty(1)

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        self._view: tuple[Line, ...] = ()
        self._told: list[str] = []
        super().__init__(**kwargs)
        self._again = Clock.create_trigger(self._lay_out, -1)
        self.ids.lines.fbind("size", self._again)

    def show(self, view: ResultView) -> None:
        """Set the lines."""
        self._told = [one for one in (view.of, view.need) if one]
        self._view = view.lines
        self._say()
        self._lay_out()

    def on_quorum(self, *_args: object) -> None:
        """Say it with what the count rests on."""
        self._say()

    def _say(self) -> None:
        self.told = ". ".join([*self._told, *([self.quorum] if self.quorum else [])])

    def turn(self, step: int) -> None:
        """Show another page."""
        self.page = max(0, min(self.pages - 1, self.page + step))
        self._lay_out()

    def _lay_out(self, *_args: object) -> None:
        box = self.ids.lines
        if box.height < 1:
            return
        slim = SLIM if self.app.k < LARGE else THICKER
        thick, cut = THICK, self._cut(box, dp(THICK + AROUND))
        if len(cut) > 1:
            thick, cut = slim, self._cut(box, dp(slim + SLIM_AROUND))
        self.pages = len(cut)
        self.page = min(self.page, self.pages - 1)
        fill_lines(box, cut[int(self.page)], ResultLine, ResultLine.show)
        for line in box.children:
            line.thick = thick

    def _cut(self, box: Any, bar: float) -> list[list[Line]]:
        """The lines page by page, with bars of that height in pixels."""
        cut: list[list[Line]] = [[]]
        left = box.height
        for line in map(self._arranged, self._view):
            each = self._words_of(line, box.width) + bar + dp(GAP_DP)
            if cut[-1] and each > left:
                cut.append([])
                left = box.height
            cut[-1].append(line)
            left -= each + dp(GAP_DP)
        return cut

    def _arranged(self, line: Line) -> Line:
        """A long count goes below the bar where its place is wanted for a status or large type."""
        if len(line.count) > SHORT and (line.status or self.app.k > LARGE):
            return replace(line, count="", note=line.note or line.count)
        return line

    def _words_of(self, line: Line, width: float) -> float:
        """Pixels that the words above and below a bar take."""
        k = self.app.k
        role = "strong" if k < LARGE else "body"
        aside = words_wide(line.count, "body", k=k) + words_wide(line.percent, role, "bold", k)
        aside += dp(2 * LINE_DP)
        if line.status:
            icon = dp(22 + 8) if line.icon and k < LARGE else 0
            aside += words_wide(line.status, "caption", "semibold", k) + icon + dp(26 + LINE_DP)
        name = words_high(line.name, max(dp(100), width - aside), role, "bold", k)
        note = words_high(line.note, width, "caption", k=k) if line.note else 0
        return float(max(dp(HEAD_DP), high(HEAD_DP - 2, k), name) + note)
