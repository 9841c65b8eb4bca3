"""Second step of a ballot with names: the whole ballot, before it is sent.

Deaf like `ConfirmStep` until nothing has touched it for 0.7 s. A ballot that would be invalid says
so here and asks once more.
"""

from collections.abc import Sequence
from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.relativelayout import RelativeLayout
from kivy.uix.widget import Widget

from client.screens.poll.confirm import ConfirmStep
from client.selectors.ballot_names import Marked
from client.selectors.poll import BallotView
from client.widgets.ballot import CHOICES
from client.widgets.dialog import Dialog
from client.widgets.metrics import high

Line = tuple[str, str, bool]
"""The look of a mark, a name or a heading, and whether it is a heading."""
LINES = {"title2": 60, "strong": 50, "body": 44}
"""The type of the lines, the wanted one first, and how high a line of it is in dp at Thường."""


class MarkedLine(BoxLayout):
    """A name on the ballot, or the heading of those that have one mark."""

    look = StringProperty("plain")
    text = StringProperty("")
    head = BooleanProperty(False)
    role = OptionProperty("body", options=tuple(LINES))
    tall = NumericProperty(LINES["body"])
    looks = CHOICES


def _cell(line: Line | None, role: str) -> Widget:
    """The line, or the room of one where a column ends early."""
    if line is None:
        return Widget(size_hint_y=None, height=0)
    look, text, head = line
    return MarkedLine(look=look, text=text, head=head, role=role, tall=LINES[role])


def _columns(lines: Sequence[Line], deep: int) -> list[Line | None]:
    """The lines in columns of so many; no heading stands last in one."""
    cells: list[Line | None] = []
    for line in lines:
        if line[2] and deep > 1 and len(cells) % deep == deep - 1:
            cells.append(None)
        cells.append(line)
    return cells


class ReviewStep(RelativeLayout):
    """Fires ``on_again`` and ``on_send(opinion)``; the opinion of a ballot with names is empty."""

    question = StringProperty("")
    caption = StringProperty("")
    caps = StringProperty("")
    told = StringProperty("")
    invalid = BooleanProperty(False)
    busy = BooleanProperty(False)
    armed = BooleanProperty(False)
    page = NumericProperty(0)
    pages = NumericProperty(1)

    __events__ = ("on_again", "on_send")

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        self.marked: tuple[Marked, ...] = ()
        self.problem = ""
        super().__init__(**kwargs)
        self._arm = Clock.create_trigger(self._armed, ConfirmStep.DELAY)
        self._again = Clock.create_trigger(self._lay_out, -1)
        self.ids.marked.fbind("size", self._again)
        self.ids.pager.bind(on_turn=lambda _pager, step: self.turn(step))
        self._arm()

    def _armed(self, *_args: object) -> None:
        self.armed = True

    def on_touch_down(self, touch: Any) -> bool:
        """Swallow touches until armed; each begins the wait anew."""
        if not self.armed:
            self._arm.cancel()
            self._arm()
            return True
        return bool(super().on_touch_down(touch))

    def show(self, view: BallotView) -> None:
        """Set what is about to be sent."""
        self.question, self.problem = view.question, view.problem
        self.caption = self.app.tr("vote.youchose")
        self.caps, self.invalid = view.caps, bool(view.problem)
        self.told = view.problem or view.caution or view.hint or self.app.tr("vote.counts")
        self.busy, self.marked = view.step == "sending", view.marked
        self._lay_out()

    def turn(self, step: int) -> None:
        """Show another page of the ballot."""
        self.page = max(0, min(self.pages - 1, self.page + step))
        self._lay_out()

    def _lines(self) -> list[Line]:
        lines: list[Line] = []
        for group in self.marked:
            lines.append((group.look, f"{group.label} · {group.count}", True))
            lines += [(group.look, name, False) for name in group.names]
        return lines

    def _lay_out(self, *_args: object) -> None:
        box = self.ids.marked
        if box.height < 1:
            return
        role, deep, cells = self._fitted(box)
        size = deep * box.cols
        self.pages = max(1, -(-len(cells) // size))
        self.page = min(self.page, self.pages - 1)
        shown = cells[int(self.page) * size : (int(self.page) + 1) * size]
        shown += [None] * (size - len(shown))
        box.clear_widgets()
        for row in range(deep):
            across = shown[row::deep]
            if any(across):
                for line in across:
                    box.add_widget(_cell(line, role))

    def _fitted(self, box: Any) -> tuple[str, int, list[Line | None]]:
        """The largest type that shows the whole ballot; how deep a column is, and its cells."""
        lines, cells = self._lines(), list[Line | None]()
        role, deep = "body", 1
        for role, tall in LINES.items():
            deep = max(1, int(box.height // high(tall, self.app.k)))
            cells = _columns(lines, deep)
            if len(cells) <= deep * (1 if role == "title2" else box.cols):
                break
        return role, deep, cells

    def send(self) -> None:
        """Send; a ballot that would be invalid only after one more question that says why."""
        if not self.invalid:
            self.dispatch("on_send", "")
            return
        dialog = Dialog(
            title=self.app.tr("form.invalid.title"),
            body=self.problem,
            tone="lac",
            safe_text=self.app.tr("form.invalid.mend"),
            act_text=self.app.tr("form.send.invalid"),
            act_kind="danger",
        )
        dialog.bind(
            on_act=lambda *_: self.dispatch("on_send", ""),
            on_safe=lambda *_: self.dispatch("on_again"),
        )
        dialog.open()

    def on_again(self) -> None:
        """Someone wants to change the ballot."""

    def on_send(self, opinion: str) -> None:
        """Someone sends the ballot."""
