"""The desk's page of polls: the list, the poll that runs, the next one, and who has sent."""

from typing import Any

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.scrollview import ScrollView

from client.screens.desk.columns import jump
from client.screens.desk.lists import fill, only
from client.screens.desk.polls.by_hand import ask_by_hand
from client.screens.desk.polls.cards import (
    CheckRow,
    CountPart,
    FixedCheck,
    IdleCard,
    NextCard,
    OutcomePart,
    RunningCard,
)
from client.screens.desk.polls.dialogs import (
    PollSheet,
    ask_consensus,
    ask_to_annul,
    ask_to_publish,
    open_edit,
    open_new,
)
from client.screens.desk.polls.preparing import (
    ask_options,
    ask_people,
    ask_template,
    open_excused,
    practise,
)
from client.screens.desk.polls.printing import ask_ballots
from client.screens.desk.polls.rows import HandLine, PollLine, SenderLine
from client.screens.meeting.chair_panel.asking import (
    LONGER,
    ask_open,
    ask_to_close,
    open_more,
    pause,
)
from client.screens.sitting.arranging import open_arranging
from client.screens.watching import Watching
from client.selectors.chair import quorum
from client.selectors.desk_counting import practised
from client.selectors.desk_next import (
    NextPoll,
    Preset,
    changed,
    items_to_ask,
    next_poll,
    with_preset,
)
from client.selectors.desk_polls import (
    PollRow,
    RunningPoll,
    elapsed,
    poll_rows,
    running,
)
from client.selectors.desk_rules import applied, excuse_rows
from client.selectors.desk_senders import Sender, offline_note, senders
from client.selectors.words import Words
from client.widgets.ballot import ResultBar
from client.widgets.button import StyledButton
from client.widgets.card import Fact, Hairline
from client.widgets.chip import Chip, StatusText
from client.widgets.icon import BareIcon, Icon
from client.widgets.kv import load_kv
from client.widgets.label import BareText, Figures, Text
from client.widgets.marks import MarkButton
from client.widgets.person import Disc
from client.widgets.progress import Bar
from client.widgets.rows import RadioCard
from client.widgets.stepper import Stepper
from server.protocol import commands as c
from server.protocol.state import Rule

__all__ = ["Bar", "BareIcon", "BareText", "CheckRow", "Chip", "CountPart", "Disc", "Fact"]
__all__ += ["Figures", "FixedCheck", "Hairline", "Icon", "MarkButton"]
__all__ += ["OutcomePart", "PollSheet"]
__all__ += [
    "PollsPage",
    "RadioCard",
    "ResultBar",
    "ScrollView",
    "StatusText",
    "Stepper",
    "StyledButton",
    "Text",
]


class PollsPage(Watching):
    """The page; what is selected in the list is shown in the card where it belongs."""

    note = StringProperty("")
    can_edit = BooleanProperty(False)
    can_annul = BooleanProperty(False)
    empty = BooleanProperty(False)
    tried = StringProperty("")

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.top_key = self.next_key = self.selected = ""
        self.view: RunningPoll | None = None
        self.coming: NextPoll | None = None
        self.rows: tuple[PollRow, ...] = ()
        super().__init__(app, **kwargs)
        self.running_card = RunningCard(app)
        self.running_card.bind(
            on_stop=lambda *_: self.view and ask_to_close(app, self.view.panel),
            on_pause=lambda *_: self.pause(),
            on_publish=lambda *_: self.view and ask_to_publish(app, self.view.panel),
            on_next=lambda *_: self.next_question(),
            on_each=lambda *_: self.each_question(),
            on_extend=lambda *_: self.view and app.send(c.ExtendPoll(self.view.poll, LONGER)),
            on_again=lambda *_: self.ask_again(),
            on_remind=lambda *_: self.view and app.send(c.RemindPoll(self.view.poll)),
            on_print=lambda *_: self.view and ask_ballots(app, self.view),
        )
        self.idle_card = IdleCard()
        self.next_card = NextCard()
        self.next_card.bind(
            on_preset_chosen=lambda _card, preset: self.count_by(preset),
            on_change=lambda *_: self._option(may_change=not self._coming().may_change),
            on_block=lambda *_: self._option(quorum_blocks=not self._coming().blocks),
            on_ask=lambda *_: self.ask(),
            on_absent=lambda *_: self._option(sent_in=not self._coming().sent_in),
            on_people=lambda *_: ask_people(app, self._coming().rule, self._prepare),
            on_template=lambda *_: self.template(),
            on_options=lambda *_: ask_options(app, self._coming().rule, self._prepare),
            on_excuse=lambda *_: self.excuse(),
            on_practise=lambda *_: practise(app),
        )
        self.nothing_card = NothingCard()

    def watches(self) -> None:
        """Follow the polls of the meeting on screen."""
        self.watch(poll_rows, self.show_rows)
        self.watch(lambda state: running(state, self.top_key), self.show_running)
        self.watch(lambda state: elapsed(state, self.top_key), self.show_elapsed)
        self.watch(lambda state: next_poll(state, self.next_key), self.show_next)
        self.watch(lambda state: senders(state, self.top_key), self.show_senders)
        self.watch(practised, self.show_practised)
        self.watch(lambda state: offline_note(state, self.top_key), self.show_note)

    # ---- what is shown ---------------------------------------------------------------------------

    def show_rows(self, rows: tuple[PollRow, ...]) -> None:
        """Set the list; what was new there and is a poll now stays selected."""
        self.rows, self.empty = rows, not rows
        fill(self.ids.rows, rows, lambda _row: self._line())
        self._mark()

    def _line(self) -> PollLine:
        line = PollLine()
        line.bind(on_release=lambda one: self.select(one.view))
        return line

    def show_running(self, view: RunningPoll | None) -> None:
        """Set the upper card."""
        self.view = view
        if view is not None:
            self.running_card.steps = list(view.steps)
            self.running_card.show(view)
        only(self.ids.top, self.running_card if view is not None else self.idle_card)
        self._mark()

    def show_elapsed(self, text: str) -> None:
        """Set the time that a poll has been open, each second."""
        self.running_card.count.elapsed = text

    def show_next(self, view: NextPoll | None) -> None:
        """Set the lower card."""
        self.coming = view
        if view is not None:
            self.next_card.show(view)
        only(self.ids.coming, self.next_card if view is not None else self.nothing_card)
        self._mark()

    def show_senders(self, views: tuple[Sender, ...]) -> None:
        """Set the members' rows."""
        fill(self.ids.senders, views, self._sender)

    def _sender(self, view: Sender) -> Any:
        if not view.by_hand:
            return SenderLine()
        line = HandLine()
        line.bind(on_release=lambda one: self.by_hand(one.person))
        return line

    def show_note(self, note: str) -> None:
        """Say what to do about tablets that are away."""
        self.note = note

    def show_practised(self, text: str) -> None:
        """Say how many have tried a ballot."""
        self.tried = text

    # ---- the list --------------------------------------------------------------------------------

    def select(self, row: PollRow) -> None:
        """Show a poll of the list in its card."""
        self.selected = row.key
        if row.place == "top":
            self.top_key = row.key
            state = self.app.store.state
            self.show_running(running(state, row.key))
            self.show_elapsed(elapsed(state, row.key))
            self.show_senders(senders(state, row.key))
            self.show_note(offline_note(state, row.key))
        elif row.place == "next":
            self.next_key = row.key
            self.show_next(next_poll(self.app.store.state, row.key))
        self._mark()

    def _mark(self) -> None:
        """Mark the selected row; by itself it is the one in the upper card, else the next."""
        keys = [row.key for row in self.rows]
        key = self.selected
        if key not in keys:
            mine = [self.view.poll if self.view else "", self.coming.poll if self.coming else ""]
            mine.append(f"item:{self.coming.item}" if self.coming else "")
            key = next((one for one in mine if one in keys), "")
        for line in self.ids.rows.children:
            line.selected = line.view is not None and line.view.key == key
        row = next((one for one in self.rows if one.key == key), None)
        self.can_edit = row is not None and row.place == "next"
        known = self.view is not None and row is not None and row.key == self.view.poll
        self.can_annul = known and self.view is not None and self.view.stage != "annulled"

    def add(self) -> None:
        """Open the sheet for a new poll."""
        items, room = items_to_ask(self.app.store.state), self.app.store.state.room()
        if items and room is not None:
            open_new(self.app, items, room.state.current or items[0].item)

    def edit(self) -> None:
        """Open the sheet for the next poll."""
        if self.coming is not None:
            open_edit(self.app, items_to_ask(self.app.store.state), self.coming)

    def annul(self) -> None:
        """Ask for the reason and annul."""
        if self.view is not None:
            ask_to_annul(self.app, self.view.poll)

    # ---- the keyboard ----------------------------------------------------------------------------

    def key(self, key: str, held: frozenset[str], typing: bool) -> bool:
        """F6 goes from column to column, arrows from poll to poll."""
        if key == "f6":
            jump(list(reversed(self.children[0].children)), -1 if "shift" in held else 1)
            return True
        if self._called(key, held, typing=typing):
            return True
        if key not in {"up", "down"} or held or typing or not self.rows:
            return False
        marked = [line.selected for line in reversed(self.ids.rows.children)]
        here = marked.index(True) if True in marked else -1
        step = here + (1 if key == "down" else -1)
        self.select(self.rows[max(0, min(len(self.rows) - 1, step))])
        return True

    def _called(self, key: str, held: frozenset[str], *, typing: bool) -> bool:
        """In a roll call, figures and Enter belong to the person called."""
        calling = self.view is not None and self.view.call is not None
        return calling and not held and not typing and self.running_card.call.key(key)

    # ---- the cards -------------------------------------------------------------------------------

    def pause(self) -> None:
        """Hold the open poll, or go on with it."""
        if self.view is not None:
            pause(self.app, self.view.panel)

    def next_question(self) -> None:
        """Open the next question of the sitting."""
        if self.view is not None and self.view.panel.sitting is not None:
            self.app.send(c.OpenNext(self.view.panel.sitting.series))

    def each_question(self) -> None:
        """Show what every question of the sitting has."""
        if self.view is not None:
            open_more(self.app, self.view.panel)

    def arrange(self) -> None:
        """Put several questions together; those of the next poll's sitting, where it has one."""
        open_arranging(self.app, self.coming.series if self.coming is not None else "")

    def ask_again(self) -> None:
        """Prepare an annulled poll again, or one among those who tied."""
        if self.view is not None:
            name = self.app.new_id()
            self.next_key = name
            self.app.send(c.RepeatPoll(self.view.poll, name))

    def by_hand(self, person: str) -> None:
        """Record a ballot for somebody whose tablet is away."""
        if self.view is None:
            return
        everybody = senders(self.app.store.state, self.top_key)
        sender = next((one for one in everybody if one.person == person and one.by_hand), None)
        if sender is not None:
            ask_by_hand(self.app, self.view.poll, sender)

    def count_by(self, preset: Preset) -> None:
        """Count the next poll by another rule."""
        if preset != self._coming().preset:
            self._prepare(with_preset(self._coming().rule, preset))

    def template(self) -> None:
        """Offer the body's templates; people who were named stay."""
        members = self._members()
        ask_template(
            self.app, members, lambda rule: self._prepare(applied(rule, self._coming().rule))
        )

    def _members(self) -> int:
        room = self.app.store.state.room()
        return quorum(room)[1] if room is not None else 0

    def excuse(self) -> None:
        """Say who takes no part in the next poll."""
        name, room = self._named(), self.app.store.state.room()
        if room is not None:
            rows = excuse_rows(
                room.state, room.state.polls.get(name), Words.of(self.app.store.state)
            )
            open_excused(self.app, name, rows)

    def ask(self) -> None:
        """Open the next poll after a question; agreement without a count is recorded."""
        view = self._coming()
        if view.rule.form == "consensus":
            ask_consensus(self.app, self._named(), view)
        else:
            ask_open(self.app, view.panel)

    def _named(self) -> str:
        """Return the name of the next poll, which is in the record from now on."""
        view = self._coming()
        return view.poll or self._prepare(view.rule)

    def _option(self, **fields: bool) -> None:
        self._prepare(changed(self._coming(), **fields))

    def _coming(self) -> NextPoll:
        assert self.coming is not None  # noqa: S101 - its card is there only after show_next()
        return self.coming

    def _prepare(self, rule: Rule) -> str:
        """Keep a change at once: from the first one on, the poll is in the record by this name."""
        view = self._coming()
        name = view.poll or str(self.app.new_id())
        if self.selected in {"", f"item:{view.item}"} and self.next_key:
            self.next_key = self.selected = name
        self.app.send(c.PreparePoll(name, view.item, view.question, rule))
        return name


class NothingCard(IdleCard):
    """Nothing is left to prepare."""


class DeskColumn(BoxLayout):
    """A column of the desk on the ground of a card, with an edge to its neighbour."""

    right_edge = BooleanProperty(True)


load_kv(__file__, "ways")
