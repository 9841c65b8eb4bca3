"""The result that everyone sees: the verdict, its denominator in words, and who chose what."""

from typing import Any

from kivy.properties import BooleanProperty, ListProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from client.screens.bar import MeetingBar
from client.screens.watching import Watching
from client.selectors.result import Names, Part, ResultView, result
from client.selectors.shell import top_bar
from client.widgets.ballot import ResultBar
from client.widgets.button import StyledButton
from client.widgets.card import Card, Fact
from client.widgets.chip import Chip
from client.widgets.icon import BareIcon
from client.widgets.kv import load_kv
from client.widgets.label import BareText, Text
from client.widgets.person import Disc
from server.protocol.commands import PublishPoll

__all__ = ["BareIcon", "BareText", "Card", "Chip", "CountLine", "Disc", "Fact", "NameGroup"]
__all__ += ["NameLine", "ResultBar", "ResultBoard", "ResultScreen", "StyledButton", "Text"]

LOOKS = {
    "for": ("check", "grn"),
    "against": ("x", "lac"),
    "other": ("dots", "amb"),
    "missing": ("minus", "ink2"),
}
LINES = 12
"""Lines of the list that fit beside the result at text size Thường, headings counted as one."""


class CountLine(BoxLayout):
    """One of the four counts."""

    kind = StringProperty("for")
    label = StringProperty("")
    count = NumericProperty(0)
    looks = LOOKS


class NameGroup(BoxLayout):
    """The heading of those who chose one thing."""

    kind = StringProperty("for")
    label = StringProperty("")
    count = NumericProperty(0)
    looks = LOOKS


class NameLine(BoxLayout):
    """One name."""

    text = StringProperty("")


class PublishButton(StyledButton):
    """Lets everyone see the result."""


class ResultBoard(BoxLayout):
    """Shows a `ResultView`: on the left what was decided, on the right by whom."""

    item_line = StringProperty("")
    closed = StringProperty("")
    passed = BooleanProperty(True)
    verdict = StringProperty("")
    percent = StringProperty("")
    of = StringProperty("")
    need = StringProperty("")
    base = NumericProperty(1)
    line = NumericProperty(0.0)
    line_label = StringProperty("")
    parts = ListProperty()
    second = StringProperty("")
    quorum = StringProperty("")
    more = StringProperty("")
    named = BooleanProperty(True)
    published = BooleanProperty(True)

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        self._poll = ""
        self._lines: list[tuple[str, Any]] = []
        self._from = 0
        self._names: tuple[Names, ...] = ()
        super().__init__(**kwargs)

    def show(self, view: ResultView) -> None:
        """Set the result."""
        self.item_line, self.closed = view.item_line, view.closed
        self.passed, self.verdict = view.passed, view.verdict
        self.percent, self.of, self.need = f"{view.percent}%", view.of, view.need
        self.base, self.line_label = view.base_count, view.line_label
        self.line = view.line_share * view.base_count
        self.parts = [
            ("absent" if part.kind == "missing" else part.kind, part.count) for part in view.parts
        ]
        self.second, self.quorum = view.second, view.quorum
        self.named, self.published = bool(view.names), view.published
        self._poll = view.poll
        self._publish_place()
        self._counts(view.parts)
        if view.names != self._names:
            self._names, self._from = view.names, 0
            self._lines = [line for group in view.names for line in self._group(group)]
        self._page()

    def _publish_place(self) -> None:
        """Offer to publish for as long as only officers see the result."""
        place = self.ids.publish_place
        if self.published:
            place.clear_widgets()
        elif not place.children:
            button = PublishButton()
            button.bind(on_release=lambda _button: self.app.send(PublishPoll(self._poll)))
            place.add_widget(button)

    def _group(self, group: Names) -> list[tuple[str, Any]]:
        return [("group", group), *(("name", name) for name in group.names)]

    def _counts(self, parts: tuple[Part, ...]) -> None:
        box = self.ids.counts
        while len(box.children) < len(parts):
            box.add_widget(CountLine())
        for line, part in zip(reversed(box.children), parts, strict=True):
            line.kind, line.label, line.count = part.kind, part.label, part.count

    def _page(self) -> None:
        """Put one page of the list; [Xem tiếp] turns it and comes back to the first."""
        box, fit = self.ids.names, max(5, int(LINES / (0.4 + 0.6 * self.app.k)))
        shown = self._lines[self._from : self._from + fit]
        rest = [line for line in self._lines[self._from + fit :] if line[0] == "name"]
        box.clear_widgets()
        for kind, value in shown:
            if kind == "group":
                box.add_widget(NameGroup(kind=value.kind, label=value.label, count=value.count))
            else:
                box.add_widget(NameLine(text=value))
        self.more = self.app.tr("res.morenames", n=len(rest)) if rest else ""
        if not rest and self._from:
            self.more = self.app.tr("res.fromtop")

    def turn(self) -> None:
        """Show the next names, or the first ones again."""
        fit = max(5, int(LINES / (0.4 + 0.6 * self.app.k)))
        self._from = self._from + fit if self._from + fit < len(self._lines) else 0
        self._page()


class ResultScreen(Watching):
    """The tablet's page of a result."""

    def __init__(self, app: Any, **kwargs: Any) -> None:
        super().__init__(app, **kwargs)
        self.bar = MeetingBar(app)
        self.board = ResultBoard(app)
        column = BoxLayout(orientation="vertical")
        column.add_widget(self.bar)
        column.add_widget(self.board)
        self.add_widget(column)

    def watches(self) -> None:
        """Follow the bar and the poll that was decided."""
        self.watch(top_bar, self.bar.show)
        self.watch(result, self.show)

    def show(self, view: ResultView | None) -> None:
        """Set the result; while there is none the board keeps what it says."""
        if view is not None:
            self.board.show(view)


Screen = ResultScreen
load_kv(__file__)
