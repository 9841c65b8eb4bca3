"""The room now, beside the agenda: who is here, what they hold, who speaks, what comes next."""

from typing import Any

from kivy.properties import BooleanProperty, ListProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from client.screens.comments import open_received
from client.screens.desk.filling import fill
from client.screens.desk.live.asking import ask_break, ask_notice, mark_seat, open_unopened
from client.screens.meeting.chair_panel.asking import ask_next, ask_open, ask_phase, ask_to_close
from client.screens.watching import Watching
from client.selectors.comments import CommentLines, comment_lines
from client.selectors.desk_live import (
    Actions,
    HelpLine,
    Presences,
    ReceiptLine,
    Receipts,
    SeatView,
    actions,
    help_calls,
    presences,
    sent_papers,
)
from client.selectors.floor import FloorView, Waiting, floor
from client.widgets.button import StyledButton
from client.widgets.card import Hairline
from client.widgets.chip import Chip
from client.widgets.icon import Icon
from client.widgets.kv import load_kv
from client.widgets.label import Figures, Text
from client.widgets.person import Disc, SeatTile
from client.widgets.plate import Plate
from client.widgets.progress import Bar
from server.protocol import commands as c

__all__ = ["Bar", "Chip", "CommentsCount", "Disc", "Figures", "Hairline", "HelpCallLine", "Icon"]
__all__ += ["LiveColumn", "Plate", "QueueLine", "ReceiptRow", "StyledButton", "Text"]

TURN_SECONDS = 300
PHASE_KEYS = {"start": "chair.start", "resume": "chair.resume", "finish": "chair.finish"}
TURN_ICONS = {"start": "gavel", "resume": "player-play", "finish": "flag", "next": "arrow-right"}


class ReceiptRow(BoxLayout):
    """One paper: received and opened."""

    title = StringProperty("")
    got = StringProperty("")
    opened = StringProperty("")
    all_got = BooleanProperty(False)
    all_opened = BooleanProperty(False)


class QueueLine(BoxLayout):
    """One place in the queue; fires ``on_invite``."""

    place = StringProperty("")
    name = StringProperty("")
    person = StringProperty("")

    __events__ = ("on_invite",)

    def on_invite(self) -> None:
        """Give this person the floor."""


class HelpCallLine(BoxLayout):
    """A call for help; fires ``on_seen``."""

    icon = StringProperty("lifebuoy")
    title = StringProperty("")
    line = StringProperty("")
    person = StringProperty("")

    __events__ = ("on_seen",)

    def on_seen(self) -> None:
        """Somebody is on the way."""


class CommentsCount(BoxLayout):
    """How many comments came, and how many are not in the minutes; fires ``on_open``."""

    count = StringProperty("")
    open_ = StringProperty("")

    __events__ = ("on_open",)

    def on_open(self) -> None:
        """Read them."""


class LiveColumn(Watching):
    """Shows the room; its buttons are the commands of the meeting."""

    count = StringProperty("")
    line = StringProperty("")
    quorum = StringProperty("")
    met = BooleanProperty(True)
    unopened = StringProperty("")
    waiting = StringProperty("")
    speaker = StringProperty("")
    used = StringProperty("")
    total = StringProperty("")
    share = NumericProperty(0)
    turn = StringProperty("")
    turn_label = StringProperty("")
    turn_icon = StringProperty("arrow-right")
    poll_label = StringProperty("")
    poll_on = BooleanProperty(False)
    can_break = BooleanProperty(False)
    notice = BooleanProperty(True)
    helping = StringProperty("")
    seats = ListProperty()
    no_papers = BooleanProperty(False)
    nobody = BooleanProperty(False)

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self._actions: Actions | None = None
        self._receipts = Receipts((), "", ())
        self.comments = CommentsCount()
        self.comments.bind(on_open=lambda *_: open_received(app))
        super().__init__(app, **kwargs)

    def watches(self) -> None:
        """Follow the room; the timer changes each second, the rest seldom."""
        self.watch(presences, self._show_presences)
        self.watch(sent_papers, self._show_receipts)
        self.watch(floor, self._show_floor)
        self.watch(help_calls, self._show_help)
        self.watch(comment_lines, self._show_comments)
        self.watch(actions, self._show_actions)

    # what is shown

    def _show_presences(self, view: Presences | None) -> None:
        if view is None:
            return
        self.count, self.line, self.quorum, self.met = view.count, view.line, view.quorum, view.met
        fill(self.ids.seats, view.seats, self._seat, _put_seat)

    def _seat(self) -> SeatTile:
        tile = SeatTile()
        tile.bind(on_release=lambda tile: mark_seat(self.app, tile))
        return tile

    def _show_receipts(self, view: Receipts) -> None:
        self._receipts = view
        self.unopened, self.no_papers = view.label, not view.lines
        fill(self.ids.receipts, view.lines, ReceiptRow, _put_receipt)

    def _show_floor(self, view: FloorView) -> None:
        speaker = view.speaker
        self.waiting = view.waiting if view.queue else ""
        self.nobody = not view.queue and speaker is None
        self.speaker = speaker.name if speaker else ""
        if speaker is not None:
            self.used, self.total, self.share = speaker.used, speaker.total, speaker.share
        fill(self.ids.queue, view.queue, self._queue_line, _put_waiting)

    def _queue_line(self) -> QueueLine:
        line = QueueLine()
        line.bind(on_invite=lambda line: self.app.send(c.GiveFloor(line.person, TURN_SECONDS)))
        return line

    def _show_help(self, calls: tuple[HelpLine, ...]) -> None:
        self.helping = self.app.tr("live.help", n=len(calls)) if calls else ""
        fill(self.ids.help, calls, self._help_line, _put_help)

    def _show_comments(self, view: CommentLines) -> None:
        tr, row = self.app.tr, self.comments
        row.count = tr("comment.count", n=view.count)
        row.open_ = tr("comment.open", n=view.open_) if view.open_ else ""
        if view.count and row.parent is None:
            self.ids.first.add_widget(row, index=1)
        elif not view.count and row.parent is not None:
            self.ids.first.remove_widget(row)

    def _help_line(self) -> HelpCallLine:
        line = HelpCallLine()
        line.bind(on_seen=lambda line: self.app.send(c.AnswerHelp(line.person)))
        return line

    def _show_actions(self, view: Actions) -> None:
        self._actions = view
        self.turn, self.turn_label = view.turn, view.turn_label
        self.turn_icon = TURN_ICONS.get(view.turn, "arrow-right")
        self.poll_label, self.poll_on = view.poll_label, view.poll_on
        self.can_break, self.notice = view.can_break, view.notice

    # what is done

    def take_turn(self) -> None:
        """Open the meeting, go on, go to the next item, or close: each but going on asks first."""
        view = self._actions
        if view is None:
            return
        if view.turn == "next":
            ask_next(self.app, view.item, view.turn_label)
        elif view.turn:
            ask_phase(self.app, PHASE_KEYS[view.turn])

    def poll(self) -> None:
        """Open or close the poll; a dialog asks first."""
        view = self._actions
        if view is None or view.poll is None or not view.poll_on:
            return
        if view.poll.stage in {"open", "paused"}:
            ask_to_close(self.app, view.poll)
        else:
            ask_open(self.app, view.poll)

    def send_notice(self) -> None:
        """A sentence to everyone."""
        ask_notice(self.app)

    def take_break(self) -> None:
        """Pause the meeting; a dialog asks first."""
        ask_break(self.app)

    def end_turn(self) -> None:
        """The speaker is done."""
        self.app.send(c.EndFloor())

    def show_unopened(self) -> None:
        """Who has not opened what was sent."""
        open_unopened(self.app, self._receipts)


def _put_seat(tile: SeatTile, view: SeatView) -> None:
    tile.text, tile.present = view.text, view.present
    tile.view = view


def _put_receipt(row: ReceiptRow, view: ReceiptLine) -> None:
    row.title, row.got, row.opened = view.title, view.got, view.opened
    row.all_got, row.all_opened = view.all_got, view.all_opened


def _put_waiting(line: QueueLine, view: Waiting) -> None:
    line.place, line.name, line.person = str(view.place), view.name, view.person


def _put_help(line: HelpCallLine, view: HelpLine) -> None:
    line.icon, line.title, line.line, line.person = view.icon, view.title, view.line, view.person


load_kv(__file__)
