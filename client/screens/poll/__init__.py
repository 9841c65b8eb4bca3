"""The ballot: choose, confirm, sent. It opens over anything; a single tap can never send."""

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.relativelayout import RelativeLayout

from client.actions import BallotPutAside, ChoiceMade, Practised, UnsentSeen, Went
from client.screens.bar import LINE_KINDS
from client.screens.help import open_help
from client.screens.poll.choose import ChooseStep
from client.screens.poll.confirm import ConfirmStep
from client.screens.poll.sent import SentStep
from client.screens.watching import Watching
from client.selectors.poll import PRACTICE, BallotView, ballot
from client.widgets.ballot import ChoiceBlock, ChoiceCard
from client.widgets.button import StyledButton
from client.widgets.card import Card
from client.widgets.icon import BareIcon
from client.widgets.kv import load_kv
from client.widgets.label import BareText, Text
from client.widgets.plate import Plate
from client.widgets.topbar import ConnectionStatus, TopBar
from server.protocol.commands import CastBallot

__all__ = ["BareIcon", "BareText", "Card", "ChoiceBlock", "ChoiceCard", "ConnectionStatus"]
__all__ += ["Plate", "PollBar", "PollScreen", "StyledButton", "Text"]

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


class PollBar(TopBar):
    """Says that a poll is open, on which item, and how the line is."""

    live = StringProperty("")
    item = StringProperty("")
    line_kind = StringProperty("ok")
    line_text = StringProperty("")
    solid = BooleanProperty(True)

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        super().__init__(**kwargs)

    def ask_help(self) -> None:
        """Open the sheet of what can be asked for."""
        open_help(self.app)


class PollScreen(Watching):
    """Puts the picture of the present step under the bar."""

    top_height = NumericProperty(76)

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.step = ""
        self.view: BallotView | None = None
        super().__init__(app, **kwargs)
        self.bar = PollBar(app)
        self.body = RelativeLayout()
        column = BoxLayout(orientation="vertical")
        column.add_widget(self.bar)
        column.add_widget(self.body)
        self.add_widget(column)

    def watches(self) -> None:
        """Follow the ballot of the poll that the person is asked."""
        self.watch(ballot, self.show)

    def left(self) -> None:
        """Begin anew the next time, so that Gửi is armed afresh."""
        self.step = ""
        self.body.clear_widgets()

    def show(self, view: BallotView | None) -> None:
        """Show the step; a picture that stays is only changed."""
        self.view = view
        if view is None:
            return
        self.bar.live = self.app.tr("vote.paused" if view.paused else "vote.open")
        self.bar.item = view.item_line
        self.bar.line_kind, self.bar.line_text = LINE_KINDS[view.line.icon], view.line.text
        picture = STEPS[view.step]
        if picture != self.step:
            self.step = picture
            self.body.clear_widgets()
            self.body.add_widget(self._picture(picture))
        self.body.children[0].show(view)

    def _picture(self, picture: str) -> Any:
        if picture == "choose":
            step = ChooseStep()
            step.bind(on_choice=self._choose, on_draft=self._look_at_draft)
            return step
        if picture == "confirm":
            step = ConfirmStep(self.app)
            step.bind(on_again=self._again, on_send=self._send)
            return step
        step = SentStep()
        step.bind(on_change=self._again, on_draft=self._look_at_draft, on_known=self._known)
        return step

    def _choose(self, _step: Any, choice: Any) -> None:
        if self.view is not None and not self.view.paused:
            self.app.dispatch(ChoiceMade(choice))

    def _again(self, *_args: object) -> None:
        mine = self.view is not None and bool(self.view.replaces)
        self.app.dispatch(ChoiceMade("again" if mine else None))

    def _send(self, _step: Any, opinion: str) -> None:
        view = self.view
        if view is None or view.choice is None or view.paused:
            return
        if view.poll == PRACTICE:
            self.app.dispatch(Practised())
            return
        cast = CastBallot(view.poll, self.app.new_id(), view.choice, opinion, view.replaces)
        self.app.send(cast)

    def _look_at_draft(self, *_args: object) -> None:
        if self.view is not None and self.view.poll == PRACTICE:
            self.app.dispatch(Went("lobby"))
        else:
            self.app.dispatch(BallotPutAside(aside=True))

    def _known(self, *_args: object) -> None:
        if self.view is not None:
            self.app.dispatch(UnsentSeen(self.view.poll))
            self.app.dispatch(Went("meeting"))


Screen = PollScreen
load_kv(__file__)
