"""Third step: the server has it; how many have arrived, never how anyone chose."""

import re
from typing import Any

from kivy.clock import Clock
from kivy.metrics import dp
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.relativelayout import RelativeLayout

from client.selectors.desk_counting import Sheet
from client.selectors.poll import PRACTICE, BallotView
from client.widgets.button import StyledButton
from client.widgets.label import words_high

HEADS = {
    "sending": ("loader-2", "ink2"),
    "sent": ("circle-check", "grn"),
    "queued": ("wifi-off", "amb"),
    "unsent": ("alert-triangle", "lac"),
    "over": ("clock", "ink2"),
    "watch": ("eye", "ink2"),
}
QUESTIONS = ("title3", "strong", "body", "caption")
"""The sizes of the question, from the one that is wanted to the one that leaves most room."""
GAP, LOWER = 16, 20
"""Between two parts, and how much lower the question stands where there is room; in dp."""


class ChangeButton(StyledButton):
    """Stands beside reading on for as long as the answer may be changed."""


class CountButton(StyledButton):
    """Opens the sheet of a teller."""


class Arrival(AnchorLayout):
    """One square: a ballot that has arrived, or one that is awaited."""

    arrived = BooleanProperty(False)
    extent = NumericProperty(44)


class SentStep(RelativeLayout):
    """Fires ``on_change``, ``on_draft`` and ``on_known``."""

    head_icon = StringProperty("circle-check")
    head_tone = StringProperty("grn")
    heading = StringProperty("")
    choice = StringProperty("for")
    mark = StringProperty("")
    words = StringProperty("")
    caps = StringProperty("")
    has_choice = BooleanProperty(True)
    question = StringProperty("")
    rule = StringProperty("")
    note = StringProperty("")
    can_change = BooleanProperty(False)
    can_read = BooleanProperty(True)
    read_text = StringProperty("vote.read")
    unsent = BooleanProperty(False)
    received = NumericProperty(0)
    expected = NumericProperty(0)
    counts = BooleanProperty(True)
    k = NumericProperty(1)
    role = StringProperty("title3")
    with_rule = BooleanProperty(True)
    lower = NumericProperty(0)

    __events__ = ("on_change", "on_draft", "on_known", "on_count")

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        self._sheet: Sheet | None = None
        super().__init__(**kwargs)
        self._again = Clock.create_trigger(self._lay_out, -1)
        for widget, name in ((self, "size"), (self.ids.answer, "y"), (self.ids.foot, "top")):
            widget.fbind(name, self._again)

    def show(self, view: BallotView) -> None:
        """Set the answer that counts, and the count."""
        self.head_icon, self.head_tone = HEADS.get(view.step, HEADS["sent"])
        self._answer(view)
        self.heading = view.heading or view.note
        self.question, self.rule = view.question, view.rule
        self.note = view.note if view.heading else ""
        self.can_change = view.step in {"sent", "queued"} and view.may_change and not view.paused
        self.unsent = view.step == "unsent"
        self.can_read = not self.unsent
        self.read_text = "practice.back" if view.poll == PRACTICE else "vote.read"
        self.received, self.expected = view.received, view.expected
        self.counts = view.expected > 0
        self._sheet = view.sheet
        self._keep(ChangeButton, "on_change", wanted=self.can_change)
        self._keep(CountButton, "on_count", wanted=view.sheet is not None)
        self._squares()
        self._again()

    def _lay_out(self, *_args: object) -> None:
        """Show question and rule in the largest type that leaves the buttons free."""
        wide = self.ids.asked.width
        room = self.ids.answer.y - self.ids.foot.top - dp(GAP) * 2
        high, role, with_rule = 0.0, QUESTIONS[-1], False
        rule = re.sub(r"\[.*?\]", "", self.rule)
        for with_rule, role in [(seen, role) for seen in (True, False) for role in QUESTIONS]:
            high = words_high(self.question, wide, role, k=self.k)
            if with_rule and rule:
                aside = wide - dp(14 + 24 * self.k)
                high += dp(GAP) + words_high(rule, aside, "body", "bold", self.k)
            if high <= room:
                break
        self.role, self.with_rule = role, with_rule
        self.lower = max(0, min(dp(LOWER), room - high))

    def _answer(self, view: BallotView) -> None:
        """Set what was sent; of a sealed ballot only that it was."""
        row = next((one for one in view.choices if one.choice == view.choice), None)
        seen = view.step != "watch" and view.poll != PRACTICE
        sent = view.step in {"sent", "queued", "sending"}
        self.has_choice = seen and (row is not None or sent or bool(view.marked))
        self.words = view.opinion
        if row is not None:
            self.choice, self.mark, self.caps = row.look, row.mark, row.caps
        elif view.sealed:
            self.choice, self.mark = "sealed", ""
            self.caps = self.app.tr("vote.sealed.in")
        else:
            self.choice, self.mark, self.caps = "plain", view.counted, view.caps

    def _keep(self, kind: type[StyledButton], event: str, *, wanted: bool) -> None:
        """Let a button of that kind stand before the others for as long as it is wanted."""
        box = self.ids.buttons
        there = [one for one in box.children if isinstance(one, kind)]
        if wanted and not there:
            button = kind()
            button.bind(on_release=lambda _button: self.dispatch(event))
            box.add_widget(button, index=len(box.children))
        elif not wanted and there:
            box.remove_widget(there[0])

    def _squares(self) -> None:
        box = self.ids.squares
        total = int(self.expected)
        box.cols = 5 if total <= 25 else 8 if total <= 64 else 14  # noqa: PLR2004
        extent = {5: 44, 8: 30, 14: 14}[box.cols]
        shown = min(total, box.cols * box.cols * 2)
        while len(box.children) > shown:
            box.remove_widget(box.children[0])
        while len(box.children) < shown:
            box.add_widget(Arrival())
        for place, square in enumerate(reversed(box.children)):
            square.extent = extent
            square.arrived = place < self.received

    def on_change(self) -> None:
        """Someone wants to change the answer."""

    def on_count(self) -> None:
        """A teller wants to enter a count."""
        from client.screens.desk.polls.counting import ask_count  # noqa: PLC0415 - tellers only

        if self._sheet is not None:
            ask_count(self.app, self._sheet)

    def on_draft(self) -> None:
        """Someone wants to read while waiting."""

    def on_known(self) -> None:
        """Someone has seen that the ballot did not arrive."""
