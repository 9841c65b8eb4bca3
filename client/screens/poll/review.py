"""Second step of a ballot with names: the whole ballot, before it is sent.

Deaf like `ConfirmStep` until nothing has touched it for 0.7 s. A ballot that would be invalid says
so here and asks once more.
"""

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.relativelayout import RelativeLayout
from kivy.uix.widget import Widget

from client.screens.poll.confirm import ConfirmStep
from client.selectors.ballot_names import Marked
from client.selectors.poll import BallotView
from client.widgets.ballot import CHOICES
from client.widgets.dialog import Dialog
from client.widgets.metrics import high

LINE, LARGE = 44, 60
"""How high a line is in dp at text size Thường, and one of a short ballot, in large type."""


class MarkedLine(BoxLayout):
    """A name on the ballot, or the heading of those that have one mark."""

    look = StringProperty("plain")
    text = StringProperty("")
    head = BooleanProperty(False)
    large = BooleanProperty(False)
    looks = CHOICES


def _cell(line: tuple[str, str, bool], *, large: bool) -> MarkedLine:
    look, text, head = line
    return MarkedLine(look=look, text=text, head=head, large=large)


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

    def _lines(self) -> list[tuple[str, str, bool]]:
        lines: list[tuple[str, str, bool]] = []
        for group in self.marked:
            lines.append((group.look, f"{group.label} · {group.count}", True))
            lines += [(group.look, name, False) for name in group.names]
        return lines

    def _lay_out(self, *_args: object) -> None:
        box = self.ids.marked
        if box.height < 1:
            return
        lines = self._lines()
        large = len(lines) * high(LARGE, self.app.k) <= box.height
        deep = max(1, int(box.height // high(LARGE if large else LINE, self.app.k)))
        size = deep * box.cols
        self.pages = max(1, -(-len(lines) // size))
        self.page = min(self.page, self.pages - 1)
        shown = lines[int(self.page) * size : (int(self.page) + 1) * size]
        box.clear_widgets()
        for line in range(min(deep, len(shown))):
            for column in range(box.cols):
                at = column * deep + line
                box.add_widget(
                    _cell(shown[at], large=large)
                    if at < len(shown)
                    else Widget(size_hint_y=None, height=0)
                )

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
