"""Entering what was counted by hand: raised hands, and the sheet of a teller of paper ballots."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kivy.metrics import dp

from client.screens.desk.form import FormDialog, side_by_side, whole
from client.screens.desk.missing_line import MissingLine
from client.screens.desk.scrolling import scrolling
from client.selectors.desk_counting import REASONS, BoardView, HandsView, Sheet, count_of, sums
from client.selectors.words import Words
from client.widgets.dialog import Dialog
from client.widgets.field import TextField
from client.widgets.label import Text
from client.widgets.rows import CheckRow
from client.widgets.tool import Segmented
from server.protocol import commands as c
from server.protocol.counts import PaperCount

MOST = 100_000
MUCH = 680
"""What the dialog that opens a count needs of the window beside the tellers, in dp."""


class FiguresDialog(FormDialog):
    """Fields for whole numbers, one by one; `figures` holds what was typed, once complete."""

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        self.fields: dict[str, TextField] = {}
        self.figures: dict[str, int] = {}
        super().__init__(**kwargs)
        self.trouble = MissingLine()

    def field(self, key: str, label: str, value: int | None = None) -> TextField:
        """Return the field of one figure."""
        one = TextField(label=label, desk=True, text="" if value is None else str(value))
        self.fields[key] = one
        return one

    def read(self) -> bool:
        """Read all fields; an empty one is 0. Says which is no number."""
        self.figures = {}
        fine = True
        for key, one in self.fields.items():
            number = whole(one.text or "0", 0, MOST)
            one.error = "" if number is not None else self.app.tr("vd.count.number")
            fine = fine and number is not None
            self.figures[key] = number or 0
        return fine


class HandsDialog(FiguresDialog):
    """How many hands were raised for each answer; never more than were asked."""

    def __init__(self, app: Any, view: HandsView, **kwargs: Any) -> None:
        super().__init__(app, **kwargs)
        self.view = view
        self.add_widget(side_by_side(*(self.field(one.key, one.text) for one in view.answers)))
        self.add_widget(self.trouble)

    def complete(self) -> bool:
        """Numbers, and not more hands than people."""
        if not self.read():
            return False
        total = sum(self.figures.values())
        over = total > self.view.most
        words = self.app.tr("vd.hands.over", n=total, m=self.view.most) if over else ""
        self.trouble.text = words
        return not over


def ask_hands(app: Any, view: HandsView, *, confirm: bool) -> Dialog:
    """Ask for the count; a second person enters theirs without seeing the first."""
    key = "vd.hands.confirm" if confirm else "vd.hands"
    dialog = HandsDialog(
        app, view, title=app.tr(key), body=app.tr(f"{key}.body"), icon="hand-stop", tone="blu",
        safe_text=app.tr("act.cancel"), act_text=app.tr(f"{key}.act"),
    )  # fmt: skip
    command: Callable[[str, Mapping[str, int]], c.Command]
    command = c.ConfirmHandCount if confirm else c.RecordHandCount
    dialog.bind(on_act=lambda *_: app.send(command(view.poll, dict(dialog.figures))))
    return dialog.open()


class BoardDialog(FiguresDialog):
    """What was printed, given out and exchanged, how many count, and who."""

    def __init__(self, app: Any, view: BoardView, **kwargs: Any) -> None:
        super().__init__(app, **kwargs)
        self.wanted, self.view = 2, view
        self.tellers: list[str] = []
        self.add_widget(
            side_by_side(
                self.field("printed", app.tr("res.fact.printed"), view.most),
                self.field("issued", app.tr("res.fact.issued"), view.most),
                self.field("spoiled", app.tr("res.fact.spoiled"), 0),
            )
        )
        entries = [(n, app.tr("vd.board.wanted", n=n), "") for n in (2, 3)]
        segmented = Segmented(options=entries, value=2)
        segmented.bind(on_choose=self._want)
        self.add_widget(segmented)
        self.add_widget(Text(text=app.tr("vd.board.tellers"), role="caption", tone="ink2",
                             fit="height"))  # fmt: skip
        self.add_widget(scrolling([self._teller(*one) for one in view.tellers], left_over=MUCH))
        self.add_widget(self.trouble)

    def _want(self, segmented: Any, number: int) -> None:
        self.wanted = segmented.value = number

    def _teller(self, person: str, name: str) -> CheckRow:
        check = CheckRow(text=name)
        check.bind(on_release=lambda one: self._tick(one, person))
        return check

    def _tick(self, check: Any, person: str) -> None:
        check.on = not check.on
        if check.on:
            self.tellers.append(person)
        else:
            self.tellers.remove(person)

    def complete(self) -> bool:
        """Numbers; issued and exchanged come out of what was printed."""
        if not self.read():
            return False
        told = self.figures
        wrong = ""
        if told["issued"] > self.view.most:
            wrong = self.app.tr("vd.sum.issued", n=told["issued"], m=self.view.most)
        elif told["issued"] + told["spoiled"] > told["printed"]:
            wrong = self.app.tr("vd.sum.printed", n=told["printed"])
        self.trouble.text = wrong
        return not wrong


def ask_board(app: Any, view: BoardView) -> Dialog:
    """Ask what was given out, then begin to count."""
    dialog = BoardDialog(
        app, view, title=app.tr("vd.board"), body=app.tr("vd.board.body"), icon="table",
        tone="blu", safe_text=app.tr("act.cancel"), act_text=app.tr("vd.board.start"),
    )  # fmt: skip

    def start(*_args: object) -> None:
        told = dialog.figures
        app.send(
            c.OpenPaperCount(
                view.poll,
                told["printed"],
                told["issued"],
                told["spoiled"],
                dialog.wanted,
                tuple(dialog.tellers),
            )
        )

    dialog.bind(on_act=start)
    return dialog.open()


class CountDialog(FiguresDialog):
    """A teller's own count, line by line. Nobody's figures are shown but one's own."""

    def __init__(self, app: Any, sheet: Sheet, **kwargs: Any) -> None:
        super().__init__(app, **kwargs)
        self.sheet = sheet
        held = sheet.entered
        for one in sheet.differ:
            self.add_widget(Text(text=one, tone="lac", role="caption", fit="height"))
        totals = [
            self.field("returned", app.tr("res.fact.returned"), held.returned if held else None),
            self.field("invalid", app.tr("res.fact.invalid"), held.invalid if held else None),
        ]
        totals += [
            self.field(f"reason.{key}", app.tr(f"vd.reason.{key}"),
                       held.reasons.get(key, 0) if held else None) for key in REASONS
        ]  # fmt: skip
        lines: list[Any] = [side_by_side(*totals)]
        if sheet.single:
            singles = (
                self.field(key, text, held.counts.get(key, 0) if held else None)
                for key, text in sheet.single
            )
            lines.append(side_by_side(*singles))
        lines += [self._line(row.id, row.name, row.keys) for row in sheet.rows]
        self.written = TextField(label=app.tr("vd.count.written"), desk=True, multiline=True)
        if sheet.write_ins:
            if held is not None:
                self.written.text = "\n".join(f"{n}: {k}" for n, k in held.write_ins.items())
            lines.append(self.written)
        self.add_widget(scrolling(lines, dp(10), inset=dp(8)))
        self.add_widget(self.trouble)

    def _line(self, name_id: str, name: str, keys: Sequence[tuple[str, str]]) -> Any:
        held = self.sheet.entered
        row = held.rows.get(name_id, {}) if held is not None else {}
        title = Text(text=name, weight="semibold", fit="height", pos_hint={"top": 1})
        fields = (
            self.field(f"{name_id}.{key}", text, row.get(key) if held is not None else None)
            for key, text in keys
        )
        return side_by_side(title, *fields)

    def made(self) -> PaperCount:
        """Return the count as it is entered."""
        written: dict[str, int] = {}
        for line in self.written.text.splitlines():
            name, _, number = line.rpartition(":")
            if name.strip() and (many := whole(number, 0, MOST)):
                written[" ".join(name.split())] = many
        return count_of(self.sheet, self.figures, written)

    def complete(self) -> bool:
        """Numbers whose sums come out."""
        if not self.read():
            return False
        self.trouble.text = sums(self.sheet, self.made(), Words.of(self.app.store.state))
        return not self.trouble.text


def ask_count(app: Any, sheet: Sheet) -> Dialog:
    """Ask for a teller's own count."""
    dialog = CountDialog(
        app, sheet, title=app.tr("vd.count"), body=app.tr("vd.count.body"), icon="checklist",
        card_width=1100,
        tone="blu", safe_text=app.tr("act.cancel"), act_text=app.tr("vd.count.send"),
    )  # fmt: skip
    dialog.bind(on_act=lambda *_: app.send(c.EnterPaperCount(sheet.poll, dialog.made())))
    return dialog.open()
