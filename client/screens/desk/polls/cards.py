"""The two cards in the middle: the poll that runs or was counted, and the one to come."""

from typing import Any

from kivy.properties import (
    BooleanProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.boxlayout import BoxLayout

from client.screens.desk.lists import fill, only
from client.screens.desk.polls.ways import BoardPart, CallPart, HandsPart
from client.screens.result.parts import ResultLine, bars
from client.selectors.desk_next import NextPoll
from client.selectors.desk_polls import RunningPoll
from client.selectors.result import ResultView
from client.widgets.button import StyledButton
from client.widgets.card import Card
from client.widgets.rows import CheckRow

__all__ = ["CheckRow", "CountPart", "FixedCheck", "IdleCard", "NextCard", "OutcomePart"]
__all__ += ["RunningCard"]


class CountPart(BoxLayout):
    """The locked rule, and how many ballots have come; none are shown of an annulled poll."""

    card = ObjectProperty(None, allownone=True)
    stage = StringProperty("open")
    subject = StringProperty("")
    rule = StringProperty("")
    received = NumericProperty(0)
    expected = NumericProperty(0)
    elapsed = StringProperty("")
    note = StringProperty("")
    note_icon = StringProperty("eye")
    note_tone = StringProperty("ink2")
    counting = BooleanProperty(False)
    remind = NumericProperty(0)
    warning = StringProperty("")


class OutcomePart(BoxLayout):
    """The result of a counted poll."""

    card = ObjectProperty(None, allownone=True)
    stage = StringProperty("closed")
    subject = StringProperty("")
    passed = BooleanProperty(True)
    verdict = StringProperty("")
    percent = StringProperty("")
    told = StringProperty("")
    parts = ListProperty()
    base = NumericProperty(1)
    line = NumericProperty(0.0)
    line_label = StringProperty("")
    second = StringProperty("")
    quorum = StringProperty("")
    tone = StringProperty("grn")
    icon = StringProperty("check")
    listed = BooleanProperty(False)
    waits = BooleanProperty(False)
    waiting = StringProperty("")

    def show(self, view: ResultView, told: str) -> None:
        """Set the result."""
        self.passed, self.verdict = view.passed, view.verdict
        self.percent, self.told = f"{view.percent}%" if view.percent else "", told
        self.base, self.line_label = view.base_count, view.line_label
        self.line = view.line_share * view.base_count
        self.parts = bars(view.parts)
        self.second, self.quorum = view.second, view.quorum
        self.tone, self.icon, self.listed = view.tone, view.icon, bool(view.lines)
        if view.lines:
            self.told, self.percent, self.parts = f"{view.of}. {view.need}", "", []
        fill(self.ids.lines, view.lines, lambda _line: ResultLine())


class RunningCard(Card):
    """Shows a `RunningPoll`; fires on_stop, on_pause, on_publish."""

    stage = StringProperty("open")
    steps = ListProperty()
    step = NumericProperty(1)

    act = StringProperty("")
    """What closing, or publishing, is called."""

    __events__ = (
        "on_stop",
        "on_pause",
        "on_publish",
        "on_extend",
        "on_again",
        "on_print",
        "on_remind",
        "on_next",
        "on_each",
    )

    def __init__(self, app: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.call, self.hands, self.board = CallPart(app), HandsPart(app), BoardPart(app)
        self.again = StyledButton(icon="refresh")
        self.more = StyledButton(kind="secondary", icon="clock-play", text=app.tr("vd.extend"))
        self.press = StyledButton(kind="secondary", icon="printer", text=app.tr("vd.print"))
        self.following = StyledButton(icon="checklist")
        self.each = StyledButton(kind="secondary", icon="list-details", text=app.tr("sitting.each"))
        extras = ((self.again, "again"), (self.more, "extend"), (self.press, "print"),
                  (self.following, "next"), (self.each, "each"))  # fmt: skip
        for button, event in extras:
            button.bind(on_release=lambda _button, event=event: self.dispatch(f"on_{event}"))
        self.count = CountPart(card=self)
        self.outcome = OutcomePart(card=self)

    def show(self, view: RunningPoll) -> None:
        """Set the card."""
        self.stage = self.count.stage = self.outcome.stage = view.stage
        self.step, self.act = view.step, view.act
        self.count.subject = self.outcome.subject = view.subject
        self.count.rule, self.count.note = view.rule, view.note
        self.count.received, self.count.expected = view.received, view.expected
        looks = {"paused": ("player-pause", "amb"), "annulled": ("trash", "lac")}
        self.count.note_icon, self.count.note_tone = looks.get(view.stage, ("eye", "ink2"))
        self.count.warning = view.warning
        self.count.remind, self.outcome.waits = view.remind, view.waits
        if view.result is not None:
            self.outcome.show(view.result, view.base_line)
            if view.waits:
                self.outcome.quorum = self.outcome.waiting
        self.count.counting = view.counting
        self._extras(view)
        only(self.ids.place, self.outcome if view.result is not None else self.count)
        self._way(view)

    def _extras(self, view: RunningPoll) -> None:
        """What may be done besides: ask again, give more time, print ballots."""
        self.again.text = view.again
        sitting = view.panel.sitting
        self.following.text = view.panel.act
        prints = view.on_paper and view.result is None and view.stage != "annulled"
        only(
            self.ids.extras,
            self.again if view.again else None,
            self.more if view.can_extend else None,
            self.press if prints else None,
            self.following if sitting is not None and view.panel.does == "next" else None,
            self.each if sitting is not None else None,
        )

    def _way(self, view: RunningPoll) -> None:
        """Below the count stands what its way of voting needs."""
        shown: list[Any] = []
        if view.call is not None:
            self.call.show(view.call)
            shown.append(self.call)
        if view.hands is not None:
            self.hands.show(view.hands)
            shown.append(self.hands)
        if view.board is not None:
            self.board.show(view.board)
            shown.append(self.board)
        only(self.ids.way, *shown)

    def on_stop(self) -> None:
        """Close the poll."""

    def on_pause(self) -> None:
        """Hold it, or go on."""

    def on_publish(self) -> None:
        """Show the result to everyone."""

    def on_extend(self) -> None:
        """Give more time."""

    def on_again(self) -> None:
        """Ask again."""

    def on_remind(self) -> None:
        """Remind those who have not sent."""

    def on_print(self) -> None:
        """Print ballots."""

    def on_next(self) -> None:
        """Open the next question of the sitting."""

    def on_each(self) -> None:
        """Show every question of the sitting."""


class IdleCard(Card):
    """Nothing was asked yet."""

    title = StringProperty("")
    body = StringProperty("")
    icon = StringProperty("checklist")


class FixedCheck(BoxLayout):
    """An option that cannot be otherwise."""

    text = StringProperty("")


class NextCard(Card):
    """Shows a `NextPoll`; fires on_preset(name), on_change, on_block, on_ask."""

    title = StringProperty("")
    question = StringProperty("")
    preset = StringProperty("")
    words = StringProperty("")
    quorum = StringProperty("")
    may_change = BooleanProperty(True)
    blocks = BooleanProperty(True)
    can_open = BooleanProperty(False)
    why_not = StringProperty("")
    details = StringProperty("")
    warning = StringProperty("")
    people_text = StringProperty("")
    excused = StringProperty("")
    open_text = StringProperty("")
    sent_in = BooleanProperty(False)
    sealed = BooleanProperty(False)
    can_practise = BooleanProperty(False)

    __events__ = ("on_preset_chosen", "on_change", "on_block", "on_ask", "on_absent", "on_people",
                  "on_template", "on_options", "on_excuse", "on_practise")  # fmt: skip

    def show(self, view: NextPoll) -> None:
        """Set the card."""
        self.title, self.question, self.preset = view.title, view.question, view.preset
        self.words, self.quorum = view.words, view.quorum
        self.may_change, self.blocks = view.may_change, view.blocks
        self.can_open, self.why_not = view.can_open, view.why_not
        self.details, self.warning, self.people_text = view.details, view.warning, view.people
        self.excused, self.open_text = view.excused, view.open_text
        self.sent_in, self.sealed = view.sent_in, view.rule.secrecy == "sealed"
        self.can_practise = view.can_practise

    def on_preset_chosen(self, preset: str) -> None:
        """Count by another rule."""

    def on_change(self) -> None:
        """Let ballots be changed until the close, or not."""

    def on_block(self) -> None:
        """Let a missing quorum keep the poll from opening, or not."""

    def on_ask(self) -> None:
        """Open it."""

    def on_absent(self) -> None:
        """Count what absent members sent in before, or not."""

    def on_people(self) -> None:
        """Say who is voted on."""

    def on_template(self) -> None:
        """Use another template."""

    def on_options(self) -> None:
        """Say how answers come in and are counted."""

    def on_excuse(self) -> None:
        """Say who takes no part."""

    def on_practise(self) -> None:
        """Let the whole room try."""
