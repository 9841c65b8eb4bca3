"""The chair's panel beside the page: who speaks, what is asked and concluded, what is next."""

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from client.screens.meeting.chair_panel.asking import (
    ask_next,
    ask_open,
    ask_phase,
    ask_to_close,
    extend,
    open_more,
    pause,
    publish,
    remind,
)
from client.screens.meeting.chair_panel.sheets import open_conclusion, open_queue
from client.screens.meeting.chair_panel.ties import ask_tie
from client.screens.watching import Watching
from client.selectors.chair import ChairPoll, ChairView, chair
from client.widgets.button import StyledButton
from client.widgets.card import Card, Hairline
from client.widgets.chip import StatusText
from client.widgets.icon import BareIcon
from client.widgets.kv import load_kv
from client.widgets.label import BareText, Figures, Text
from client.widgets.progress import Bar
from server.protocol import commands as c

__all__ = ["Bar", "BareIcon", "BareText", "Card", "ChairPanel", "Figures", "Hairline"]
__all__ += ["SpeakerCard", "StatusText", "StyledButton", "Text"]

MORE_SECONDS, TURN_SECONDS = 120, 300
PHASES = {"prepared": "chair.start", "paused": "chair.resume"}


class SpeakerCard(Card):
    """Who has the floor, with the time that is left; fires ``on_more`` and ``on_end``."""

    speaker = StringProperty("")
    left = StringProperty("")
    share = NumericProperty(0.0)

    __events__ = ("on_more", "on_end")

    def on_more(self) -> None:
        """Give more time."""

    def on_end(self) -> None:
        """The speaker is done."""


class PollCard(Card):
    """The poll that is open or waits to be published."""

    stage = StringProperty("none")
    count = StringProperty("")
    share = NumericProperty(0.0)

    caption = StringProperty("")
    act = StringProperty("")
    does = StringProperty("close")
    """What the button does: close, open the next question, settle a tie, publish; or wait."""
    left = StringProperty("")
    """How long it still takes ballots."""
    soon = BooleanProperty(False)
    extends = BooleanProperty(False)
    silent = NumericProperty(0)
    """How many may be reminded."""
    trouble = StringProperty("")

    __events__ = ("on_do", "on_pause", "on_more", "on_extend", "on_remind")

    def on_do(self) -> None:
        """Do what is next."""

    def on_pause(self) -> None:
        """Hold it, or go on."""

    def on_more(self) -> None:
        """Do what is rarely done."""

    def on_extend(self) -> None:
        """Give more time."""

    def on_remind(self) -> None:
        """Remind those who have not sent a ballot."""


class ChairPanel(Watching):
    """Shows a `ChairView`."""

    present = StringProperty("")
    quorum_met = BooleanProperty(True)
    invite = StringProperty("")
    then = StringProperty("")
    all_label = StringProperty("")
    next_label = StringProperty("")
    can_conclude = BooleanProperty(False)

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.view: ChairView | None = None
        super().__init__(app, **kwargs)
        self.speaker_card = SpeakerCard()
        self.speaker_card.bind(
            on_more=lambda *_: app.send(c.ExtendFloor(MORE_SECONDS)),
            on_end=lambda *_: app.send(c.EndFloor()),
        )
        self.poll_card = PollCard()
        self.poll_card.bind(
            on_do=lambda *_: self._act(),
            on_pause=lambda *_: pause(app, self._poll()),
            on_more=lambda *_: open_more(app, self._poll()),
            on_extend=lambda *_: extend(app, self._poll()),
            on_remind=lambda *_: remind(app, self._poll()),
        )
        self.phase_button = PhaseButton()
        self.phase_button.bind(on_release=lambda *_: ask_phase(app, self.phase_button.key))
        self.open_button = OpenButton()
        self.open_button.bind(on_release=lambda *_: ask_open(app, self._poll()))

    def watches(self) -> None:
        """Follow the meeting as the chair sees it."""
        self.watch(chair, self.show)

    def _poll(self) -> ChairPoll:
        assert self.view is not None  # noqa: S101 - its buttons are there only after show()
        return self.view.poll

    def show(self, view: ChairView | None) -> None:
        """Set the panel; what is not possible now is absent."""
        self.view = view
        if view is None:
            return
        self.present, self.quorum_met = view.present, view.quorum_met
        self.invite, self.then = view.floor.next_label, view.floor.then
        self.all_label = view.floor.all_label
        self.next_label = view.next_label if view.phase == "open" else ""
        self.can_conclude = bool(view.conclude_item)
        last = view.phase == "open" and not view.next_item
        self.phase_button.key = PHASES.get(view.phase, "chair.finish" if last else "")
        self._speaker(view)
        self._poll_place(view.poll)

    def _speaker(self, view: ChairView) -> None:
        speaker, place, card = view.floor.speaker, self.ids.speaker_place, self.speaker_card
        if speaker is not None:
            card.speaker, card.left, card.share = speaker.name, speaker.left, 1 - speaker.share
        _only(place, card if speaker else None)

    def _poll_place(self, poll: ChairPoll) -> None:
        place = self.ids.poll_place
        wanted: Any = None
        if poll.stage == "ready":
            wanted = self.open_button
            wanted.text = poll.act
        elif poll.stage != "none":
            wanted = self.poll_card
            wanted.stage, wanted.does = poll.stage, poll.does
            wanted.caption, wanted.act = poll.caption, poll.act
            wanted.count = f"{poll.received} / {poll.expected}"
            wanted.share = poll.received / poll.expected if poll.expected else 0.0
            wanted.left, wanted.soon, wanted.extends = poll.left, poll.soon, poll.can_extend
            wanted.silent, wanted.trouble = poll.remind, poll.trouble
        _only(place, wanted, self.phase_button if self.phase_button.key else None)

    def _act(self) -> None:
        poll = self._poll()
        if poll.does == "close":
            ask_to_close(self.app, poll)
        elif poll.does == "tie" and poll.tie is not None:
            ask_tie(self.app, poll.tie)
        elif poll.does == "publish":
            publish(self.app, poll)
        elif poll.does == "next" and poll.sitting is not None:
            self.app.send(c.OpenNext(poll.sitting.series))

    def give_floor(self) -> None:
        """Give the floor to the first in the queue."""
        if self.view is not None and self.view.floor.queue:
            self.app.send(c.GiveFloor(self.view.floor.queue[0].person, TURN_SECONDS))

    def show_queue(self) -> None:
        """Open the whole queue."""
        if self.view is not None:
            open_queue(self.app, self.view.floor.queue, TURN_SECONDS)

    def conclude(self) -> None:
        """Open the sheet for the conclusion of the current item."""
        if self.view is not None:
            open_conclusion(self.app, self.view.conclude_item)

    def go_on(self) -> None:
        """Ask whether to take up the next item."""
        if self.view is not None:
            ask_next(self.app, self.view.next_item, self.view.next_label)


def _only(place: Any, *widgets: Any) -> None:
    """Make these the only children of a place, in this order; None stands for none."""
    wanted = [one for one in widgets if one is not None]
    if list(reversed(place.children)) != wanted:
        place.clear_widgets()
        for one in wanted:
            place.add_widget(one)


class OpenButton(StyledButton):
    """Opens the dialog that opens a poll."""


class PhaseButton(StyledButton):
    """Opens, resumes or closes the meeting."""

    key = StringProperty("")


load_kv(__file__)
