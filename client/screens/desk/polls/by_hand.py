"""A ballot that the secretary writes down for one person, of every form that is cast by name."""

from collections.abc import Callable
from typing import Any

from kivy.metrics import dp
from kivy.properties import BooleanProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.scrollview import ScrollView

from client.screens.desk.form import FormDialog
from client.screens.desk.missing_line import MissingLine
from client.selectors.ballot_names import TICKED, WRITTEN
from client.selectors.desk_senders import Sender
from client.selectors.hand_ballot import HandBallot, hand_ballot
from client.selectors.words import Words
from client.widgets.button import StyledButton
from client.widgets.dialog import Dialog
from client.widgets.field import TextField
from client.widgets.label import Text
from client.widgets.marks import MarkRow, TickRow
from client.widgets.metrics import high
from client.widgets.rows import CheckRow, RadioCard
from server.protocol import commands as c
from server.protocol.counts import Slip
from server.protocol.rules import Rule

CHOICE_WIDTH, NAMES_WIDTH = 0, 1240
"""Of the dialog, in dp; 0 is that of every dialog."""
ROW, LIST = 76, 420
"""The height of a name, and the most of all names that is seen at once, in dp."""
WIDE = 1.2
"""From this text scale on, names stand in two columns and not in three."""


class _Marks:
    """What the secretary has marked so far, under a rule."""

    def __init__(self, rule: Rule, words: Words) -> None:
        self.rule, self._words = rule, words
        self.choice = self.opinion = ""
        self._marks: dict[str, str] = {}
        self._written: list[str] = []

    def view(self) -> HandBallot:
        """Return the ballot as it is now."""
        said = Slip(self.choice, self.opinion)
        return hand_ballot(self.rule, self._words, said, self._marks, tuple(self._written))

    def tick(self, name: str) -> None:
        """Tick a name, or take the tick away; a written name goes."""
        if name.startswith(WRITTEN):
            del self._written[int(name.removeprefix(WRITTEN))]
        else:
            self.mark(name, TICKED)

    def mark(self, name: str, key: str) -> None:
        """Answer beside a name; the answer that stands there is taken away."""
        if self._marks.pop(name, "") != key:
            self._marks[name] = key

    def write(self, name: str) -> None:
        """Add a name that is not on the ballot; one that is there already changes nothing."""
        name = " ".join(name.split())
        if name and name not in self._written:
            self._written.append(name)


class HandDialog(FormDialog):
    """What is on the ballot, and that whoever presides has confirmed it."""

    confirmed = BooleanProperty(False)
    on_paper = BooleanProperty(False)
    invalid = BooleanProperty(False)
    """The secretary knows that the ballot does not count, and writes it down all the same."""

    def __init__(self, app: Any, rule: Rule, **kwargs: Any) -> None:
        self.app = app
        self.marks = _Marks(rule, Words.of(app.store.state))
        super().__init__(**kwargs)
        view = self.marks.view()
        self._cards: dict[str, RadioCard] = {}
        if view.shape == "choice":
            self._offer(view)
        else:
            self.card_width = NAMES_WIDTH
            self._list(view)
        self.paper = self._check("vd.hand.paper", lambda: self._toggle("on_paper", self.paper))
        self.check = self._check("vd.hand.check", lambda: self._toggle("confirmed", self.check))
        self.field = MissingLine()
        self.add_widget(self.field)
        self._show()

    # ---- one answer ------------------------------------------------------------------------------

    def _offer(self, view: HandBallot) -> None:
        for at in range(0, len(view.offered), 3):
            row = BoxLayout(size_hint_y=None, height=dp(80), spacing=dp(12))
            for one in view.offered[at : at + 3]:
                card = RadioCard(title=one.text, size_hint_y=1)
                card.bind(on_release=lambda _card, choice=one.key: self._choose(choice))
                self._cards[one.key] = card
                row.add_widget(card)
            self.add_widget(row)
        if any(one.opinion for one in view.offered):
            opinion = TextField(label=self.app.tr("vd.hand.opinion"), desk=True)
            opinion.bind(text=lambda _field, text: setattr(self.marks, "opinion", text.strip()))
            self.add_widget(opinion)

    def _choose(self, choice: str) -> None:
        self.marks.choice, self.field.text = choice, ""
        for name, card in self._cards.items():
            card.on = name == choice

    # ---- names -----------------------------------------------------------------------------------

    def _list(self, view: HandBallot) -> None:
        columns = 1 if view.shape == "each" else 2 if self.app.k > WIDE else 3
        self.rows = GridLayout(cols=columns, size_hint_y=None, spacing=dp(8))
        self.rows.bind(minimum_height=self.rows.setter("height"))
        scroll = ScrollView(size_hint_y=None, do_scroll_x=False, scroll_type=["bars", "content"])
        most = high(LIST, 1)
        self.rows.fbind("height", lambda _r, height: setattr(scroll, "height", min(height, most)))
        scroll.add_widget(self.rows)
        self.add_widget(scroll)
        self.told = Text(role="caption", tone="ink2", fit="height")
        if view.can_write:
            self._write_in()
        self.add_widget(self.told)
        self.spoilt = self._check("vd.hand.invalid", lambda: self._toggle("invalid", self.spoilt))

    def _write_in(self) -> None:
        line = BoxLayout(size_hint_y=None, spacing=dp(12))
        self.write_in = TextField(label=self.app.tr("form.write.title"), desk=True)
        line.bind(minimum_height=line.setter("height"))
        line.add_widget(self.write_in)
        add = StyledButton(kind="secondary", icon="plus", text=self.app.tr("form.write"))
        add.bind(on_release=lambda *_: self._written())
        line.add_widget(add)
        self.add_widget(line)

    def _written(self) -> None:
        self.marks.write(self.write_in.text)
        self.write_in.text = ""
        self._show()

    def _row(self, view: HandBallot) -> Any:
        height = high(ROW, self.app.k)
        if view.shape == "each":
            row = MarkRow(
                options=[(one.key, one.look, one.text) for one in view.offered],
                size_hint_y=None,
                height=height,
            )
            row.bind(on_mark=lambda _row, name, key: self._touched(self.marks.mark, name, key))
            return row
        tick = TickRow(size_hint_y=None, height=height)
        tick.bind(on_release=lambda one: self._touched(self.marks.tick, one.name_id))
        return tick

    def _touched(self, change: Callable[..., None], *what: str) -> None:
        change(*what)
        self._show()

    def _show(self) -> None:
        """Set the rows, and what is wrong with the ballot as it is marked."""
        view = self.marks.view()
        if view.shape == "choice":
            return
        while len(self.rows.children) > len(view.names):
            self.rows.remove_widget(self.rows.children[0])
        while len(self.rows.children) < len(view.names):
            self.rows.add_widget(self._row(view))
        for row, name in zip(reversed(self.rows.children), view.names, strict=True):
            row.name_id, row.number = name.id, name.number
            row.text, row.note = name.name, name.note
            if view.shape == "each":
                row.value = name.value
            else:
                row.on = bool(name.value)
        more = view.problem or view.told
        self.told.text = f"{view.counted}. {more}" if more else view.counted
        self.told.tone = "lac" if view.problem else "ink2"
        self.spoilt.opacity = 1 if view.problem else 0
        self.spoilt.disabled = not view.problem
        if not view.problem:
            self.invalid = self.spoilt.on = False

    # ---- what it takes ---------------------------------------------------------------------------

    def _check(self, key: str, act: Callable[[], None]) -> CheckRow:
        row = CheckRow(text=self.app.tr(key))
        row.bind(on_release=lambda *_: act())
        self.add_widget(row)
        return row

    def _toggle(self, name: str, row: CheckRow) -> None:
        row.on = not getattr(self, name)
        setattr(self, name, row.on)
        self.field.text = ""

    def complete(self) -> bool:
        """The ballot and the confirmation are needed; an invalid one only from who knows that.

        A name that is still being typed is put on the ballot first.
        """
        view = self.marks.view()
        if view.can_write and self.write_in.text.strip():
            self._written()
            return False
        missing = ""
        if not (view.complete and self.confirmed):
            missing = "vd.hand.missing"
        elif view.problem and not self.invalid:
            missing = "vd.hand.spoilt"
        self.field.text = self.app.tr(missing) if missing else ""
        return not missing

    def slip(self) -> Slip:
        """Return what is on the ballot."""
        return self.marks.view().slip


def ask_by_hand(app: Any, poll: str, sender: Sender) -> Dialog | None:
    """Ask what is on the ballot and for the confirmation, then record it; None without the poll."""
    room = app.store.state.room()
    known = room.state.polls.get(poll) if room is not None else None
    if known is None:
        return None
    dialog = HandDialog(
        app,
        known.rule,
        title=app.tr("vd.hand.title", name=sender.name),
        icon="hand-stop",
        tone="blu",
        safe_text=app.tr("act.cancel"),
        act_text=app.tr("vd.hand"),
    )
    choice = dialog.marks.view().shape == "choice"
    dialog.on_paper = dialog.paper.on = sender.state == "absent" or not choice
    dialog.bind(on_act=lambda *_: app.send(_recorded(app, poll, sender.person, dialog)))
    return dialog.open()


def _recorded(app: Any, poll: str, person: str, dialog: HandDialog) -> c.RecordBallot:
    slip = dialog.slip()
    return c.RecordBallot(
        poll,
        app.new_id(),
        person,
        slip.choice,
        slip.opinion,
        answers=slip.answers,
        names=slip.names,
        write_ins=slip.write_ins,
        invalid=slip.invalid,
        on_paper=dialog.on_paper,
    )
