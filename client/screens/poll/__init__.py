"""The ballot: choose, confirm, sent. It opens over anything; a single tap can never send."""

from typing import Any

from kivy.metrics import dp
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.relativelayout import RelativeLayout

from client.actions import (
    BallotPutAside,
    ChoiceMade,
    MarksMade,
    OpinionWritten,
    Practised,
    UnsentSeen,
    Went,
)
from client.screens.bar import LINE_KINDS
from client.screens.help import open_help
from client.screens.poll.choose import ChooseStep
from client.screens.poll.confirm import ConfirmStep
from client.screens.poll.names import NamesStep, SecretLabel
from client.screens.poll.review import MarkedLine, ReviewStep
from client.screens.poll.sent import SentStep
from client.screens.poll.sheets import open_opinion, open_secrecy, open_write_in
from client.screens.sitting import QuestionList, SittingStrip
from client.screens.toasting import Toasting
from client.selectors.ballot_names import TICKED, WRITTEN
from client.selectors.poll import (
    AGAIN,
    PRACTICE,
    REVIEW,
    BallotView,
    ballot,
    marks_of,
    slip_of,
    time_left,
)
from client.selectors.sitting import SittingView, sitting
from client.selectors.waiting import owed
from client.widgets.ballot import ChoiceBlock, ChoiceCard
from client.widgets.button import StyledButton
from client.widgets.card import Card
from client.widgets.icon import BareIcon
from client.widgets.kv import load_kv
from client.widgets.label import BareText, Text
from client.widgets.marks import MarkRow, Pager, TickRow
from client.widgets.plate import Plate
from client.widgets.topbar import ConnectionStatus, TopBar
from server.protocol.commands import CastBallot

__all__ = ["BareIcon", "BareText", "Card", "ChoiceBlock", "ChoiceCard", "ConnectionStatus"]
__all__ += ["MarkRow", "MarkedLine", "Pager", "Plate", "PollBar", "PollScreen", "SecretLabel"]
__all__ += ["StyledButton", "Text", "TickRow"]

STEPS = {
    "choose": "choose",
    "confirm": "confirm",
    "sending": "confirm",
    "queued": "sent",
    "sent": "sent",
    "over": "sent",
    "unsent": "sent",
    "watch": "sent",
}
"""Which of the three pictures shows a step."""
NAMED = {"choose": "names", "confirm": "review"}
"""The pictures of a ballot with names."""


class PollBar(TopBar):
    """Says that a poll is open, on which item, and how the line is."""

    live = StringProperty("")
    left = StringProperty("")
    reminder = StringProperty("")
    secrecy = StringProperty("")
    item = StringProperty("")
    line_kind = StringProperty("ok")
    line_text = StringProperty("")
    solid = BooleanProperty(True)
    among = BooleanProperty(False)
    """One of several questions."""

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        super().__init__(**kwargs)

    def told(self, crowded: bool, live: str, left: str, reminder: str) -> str:
        """Return what goes on, and the time that is left: that alone in a crowded bar."""
        if crowded:
            return left or live
        return " · ".join(part for part in (reminder or live, left) if part)

    def lead_with(self, strip: SittingStrip | None) -> None:
        """Let the way to the other questions of a sitting stand before the item, or not."""
        lead = self.ids.lead
        self.among = strip is not None
        if strip is None:
            lead.clear_widgets()
        elif not lead.children:
            lead.add_widget(strip)

    def explain(self) -> None:
        """Say what a sealed poll keeps and what nobody can promise."""
        open_secrecy(self.app)

    def ask_help(self) -> None:
        """Open the sheet of what can be asked for."""
        open_help(self.app)


class PollScreen(Toasting):
    """Puts the picture of the present step under the bar."""

    top_height = NumericProperty(76)

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.step = ""
        self.view: BallotView | None = None
        self.sitting: SittingView | None = None
        super().__init__(app, **kwargs)
        self.bar = PollBar(app)
        self.body = RelativeLayout()
        self.strip = SittingStrip(app)
        column = BoxLayout(orientation="vertical")
        column.add_widget(self.bar)
        column.add_widget(self.body)
        self.add_widget(column)
        self.toasts.low = dp(8)  # below the choices: a message covers none of them
        self.remove_widget(self.toasts)
        self.add_widget(self.toasts)  # above the column

    def watches(self) -> None:
        """Follow the ballot of the poll that the person is asked, and the time that is left."""
        self.watch(sitting, self.show_sitting)
        self.watch(ballot, self.show)
        self.watch(time_left, self.show_left)
        self.watch(owed, self.show_reminder)
        self.watch_toasts()

    def left(self) -> None:
        """Begin anew the next time, so that Gửi is armed afresh."""
        self.step = ""
        self.body.clear_widgets()

    def show_left(self, text: str) -> None:
        """Say how long the poll still takes ballots."""
        self.bar.left = text

    def show_sitting(self, view: SittingView | None) -> None:
        """Show which question of several this is; or the list of them, in place of a ballot."""
        before, self.sitting = self.sitting, view
        if view is not None:
            self.strip.show(view)
        self.bar.lead_with(self.strip if view is not None and not view.overview else None)
        if view is not None and view.overview:
            self.bar.live, self.bar.item = view.live, view.item_line
            self._turn_to("questions")
            self.body.children[0].show(view)
        elif before is not None and before.overview:
            self.show(self.view)

    def show_reminder(self, text: str) -> None:
        """Say that this ballot is awaited."""
        self.bar.reminder = text

    def show(self, view: BallotView | None) -> None:
        """Show the step; a picture that stays is only changed, and gone when another is asked."""
        if view is not None and self.view is not None and view.poll != self.view.poll:
            self.step = ""
        self.view = view
        if view is None or (self.sitting is not None and self.sitting.overview):
            return
        over = view.step in {"over", "unsent"}
        self.bar.live = self.app.tr(
            "disp.closing" if over else "vote.paused" if view.paused else "vote.open"
        )
        self.bar.item, self.bar.secrecy = view.item_line, view.secret
        self.strip.brief = bool(view.secret)
        self.bar.line_kind, self.bar.line_text = LINE_KINDS[view.line.icon], view.line.text
        self._turn_to(self._picture_of(view))
        self.body.children[0].show(view)

    def _turn_to(self, picture: str) -> None:
        if picture != self.step:
            self.step = picture
            self.body.clear_widgets()
            self.body.add_widget(self._picture(picture))

    def _picture_of(self, view: BallotView) -> str:
        """Which picture shows the step: names have their own; a sealed ballot is not kept here."""
        picture = STEPS[view.step]
        if view.shape != "choice" and picture in NAMED:
            picture = NAMED[picture]
        busy = view.step == "sending"
        return "sent" if busy and view.sealed and picture != self.step else picture

    def _picture(self, picture: str) -> Any:
        if picture == "choose":
            step = ChooseStep()
            step.bind(on_choice=self._choose, on_draft=self._look_at_draft)
            return step
        if picture == "confirm":
            step = ConfirmStep(self.app)
            step.bind(on_again=self._again, on_send=self._send, on_words=self._words)
            step.bind(on_write=lambda *_: open_opinion(self.app))
            return step
        if picture == "names":
            return self._names()
        if picture == "questions":
            listed = QuestionList(self.app)
            listed.bind(on_draft=self._look_at_draft)
            return listed
        if picture == "review":
            step = ReviewStep(self.app)
            step.bind(on_again=self._again, on_send=self._send)
            return step
        step = SentStep(self.app)
        step.bind(on_change=self._change, on_draft=self._look_at_draft, on_known=self._known)
        return step

    def _names(self) -> NamesStep:
        step = NamesStep(self.app)
        step.bind(on_tick=self._tick, on_mark=self._mark, on_draft=self._look_at_draft)
        step.bind(on_write=lambda *_: open_write_in(self.app))
        step.bind(on_review=lambda *_: self._choose(None, REVIEW))
        return step

    # ---- what the person does --------------------------------------------------------------------

    def _choose(self, _step: Any, choice: Any) -> None:
        if self.view is not None and not self.view.paused:
            self.app.dispatch(ChoiceMade(choice))

    def _tick(self, _step: Any, name: str) -> None:
        """Tick a name, or take the tick away; a written name goes."""
        view, place = self.view, self.app.store.state.place
        if view is None or view.paused:
            return
        marks, written = dict(place.marks), list(place.written)
        if name.startswith(WRITTEN):
            del written[int(name.removeprefix(WRITTEN))]
        elif not marks.pop(name, ""):
            marks[name] = TICKED
        self.app.dispatch(MarksMade(marks, tuple(written)))

    def _mark(self, _step: Any, name: str, key: str) -> None:
        """Answer beside a name; the answer that stands there is taken away."""
        view, place = self.view, self.app.store.state.place
        if view is None or view.paused:
            return
        marks = dict(place.marks)
        if marks.pop(name, "") != key:
            marks[name] = key
        self.app.dispatch(MarksMade(marks, place.written))

    def _words(self, _step: Any, text: str) -> None:
        self.app.dispatch(OpinionWritten(text))

    def _again(self, *_args: object) -> None:
        """From looking it over back to the ballot, as it is filled in."""
        mine = self.view is not None and bool(self.view.replaces)
        self.app.dispatch(ChoiceMade(AGAIN if mine else None))

    def _change(self, *_args: object) -> None:
        """From a ballot that was sent to a new one, filled in like it."""
        if self.view is not None and self.view.own is not None:
            self.app.dispatch(MarksMade(*marks_of(self.view.own)))
            self.app.dispatch(OpinionWritten(self.view.own.opinion))
        self._again()

    def _send(self, _step: Any, opinion: str) -> None:
        view = self.view
        if view is None or view.paused or (view.shape == "choice" and not view.choice):
            return
        if view.poll == PRACTICE:
            self.app.dispatch(Practised())
            return
        slip = slip_of(view, opinion)
        self.app.send(
            CastBallot(
                view.poll,
                self.app.new_id(),
                slip.choice,
                slip.opinion,
                view.replaces,
                slip.answers,
                slip.names,
                slip.write_ins,
                slip.invalid,
            )
        )

    def _look_at_draft(self, *_args: object) -> None:
        if self.view is not None and self.view.poll == PRACTICE:
            self.app.dispatch(Went("lobby"))
        elif self.view is None:  # all that is left of a sitting is its results
            self.app.dispatch(Went("meeting"))
        else:
            self.app.dispatch(BallotPutAside(aside=True))

    def _known(self, *_args: object) -> None:
        if self.view is not None:
            self.app.dispatch(UnsentSeen(self.view.poll))
            self.app.dispatch(Went("meeting"))


Screen = PollScreen
load_kv(__file__, "names")
