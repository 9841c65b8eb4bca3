"""The rules that a body votes by, and whether it holds secret ballots on tablets."""

from collections.abc import Callable
from typing import Any

from client.screens.desk.asking import SureDialog, sentence
from client.screens.desk.scrolling import scrolling
from client.selectors.desk_rules import PresetRow, preset_rows
from client.selectors.words import Words
from client.widgets.button import StyledButton
from client.widgets.dialog import Sheet
from client.widgets.label import Text
from client.widgets.rows import CheckRow, ListRow
from server.protocol import office as o
from server.protocol.refusals import Refusal

Say = Callable[[str], object]


def open_rules(app: Any, body: str, members: int, say: Say) -> None:
    """Ask for the body's rules and show them; `say` is told what went wrong."""

    def answered(reply: o.Reply | Refusal) -> None:
        if isinstance(reply, o.Rules):
            RulesSheet(app, body, members, reply).open()
        elif isinstance(reply, Refusal):
            say(sentence(app, reply))

    app.ask(o.ListRules(body), answered)


class RulesSheet(Sheet):
    """Each rule in words, with [Bỏ]; above them, whether ballots may be sealed."""

    def __init__(self, app: Any, body: str, members: int, rules: o.Rules) -> None:
        self.app, self._body, self._members = app, body, members
        super().__init__(title=app.tr("org.rules"), close_text=app.tr("act.close"), card_width=1000)
        self.sealed = CheckRow(text=app.tr("org.sealed"))
        self.sealed.bind(on_release=lambda check: self._allow(not check.on))
        self.trouble = Text(role="caption", weight="semibold", tone="lac", fit="height")
        self.rows: list[ListRow] = []
        self._list: Any = None
        for part in (
            self.sealed,
            Text(text=app.tr("org.sealed.body"), role="caption", tone="ink2", fit="height"),
            self.trouble,
        ):
            self.add_widget(part)
        self._show(rules)

    def _show(self, rules: o.Rules) -> None:
        self.sealed.on = rules.sealed
        self.trouble.text = ""
        words = Words.of(self.app.store.state)
        views = preset_rows(rules.presets, self._members, words, sealed=True)
        self.rows = [self._row(view, last=view is views[-1]) for view in views]
        if self._list is not None:
            self.ids.extra.remove_widget(self._list)
        self._list = scrolling(self.rows, left_over=520)
        self.add_widget(self._list)

    def _row(self, view: PresetRow, *, last: bool) -> ListRow:
        row = ListRow(icon="checklist", title=view.title, subtitle=view.line, last=last)
        row.row_height = 104
        leave = StyledButton(text=self.app.tr("org.rule.drop"), kind="secondary", grade="small")
        leave.pos_hint = {"center_y": 0.5}
        leave.bind(on_release=lambda _leave: self._drop(view))
        row.add_widget(leave)
        return row

    def _allow(self, sealed: bool) -> None:
        self.app.ask(o.AllowSealed(self._body, sealed), self._told)

    def _drop(self, view: PresetRow) -> None:
        SureDialog(
            self.app,
            o.DropRule(self._body, view.id),
            self._told,
            title=self.app.tr("org.rule.drop.title", name=view.title),
            body=self.app.tr("org.rule.drop.body"),
            tone="lac",
            act_text=self.app.tr("org.rule.drop"),
            act_kind="danger",
        ).open()

    def _told(self, reply: o.Reply | Refusal) -> None:
        if isinstance(reply, o.Rules):
            self._show(reply)
        elif isinstance(reply, Refusal):
            self.trouble.text = sentence(self.app, reply)
