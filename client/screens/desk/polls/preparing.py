"""What is set of a poll before it opens: its template, its people, its options, who is excused."""

from collections.abc import Callable, Sequence
from typing import Any

from kivy.app import App
from kivy.metrics import dp
from kivy.uix.boxlayout import BoxLayout
from msgspec.structs import replace

from client.screens.desk.form import FormDialog, whole
from client.screens.desk.scrolling import scrolling
from client.selectors.desk_rules import (
    BASES,
    LIMITS,
    THRESHOLDS,
    TIES,
    WAYS,
    WITH_PLACES,
    ExcuseRow,
    PresetRow,
    candidates_from,
    candidates_text,
    preset_rows,
    with_people,
)
from client.selectors.words import Words
from client.widgets.dialog import Dialog, Sheet
from client.widgets.field import TextField
from client.widgets.label import Text
from client.widgets.rows import CheckRow, RadioCard
from client.widgets.tool import Segmented
from server.protocol import commands as c
from server.protocol import office as o
from server.protocol.counts import ExcuseKind
from server.protocol.refusals import Refusal
from server.protocol.rules import Rule, Secrecy

Prepare = Callable[[Rule], object]
MOST_PLACES, MOST_TALL = 200, 320
LEFT_OVER, WIDE = 330, 1.2
"""What the options need of the window beside their rows, in dp; the scale from which rows grow."""
EXCUSES: tuple[ExcuseKind, ...] = ("interest", "absence", "rule")


def ask_template(app: Any, members: int, use: Prepare) -> None:
    """Ask the office for the body's rules, then offer them; `use` takes the chosen one."""
    room = app.store.state.room()
    if room is None:
        return
    body = room.state.organization

    def answered(reply: o.Reply | Refusal) -> None:
        if isinstance(reply, o.Rules):
            rows = preset_rows(reply.presets, members, _words(app), sealed=body.sealed)
            open_templates(app, rows, use)

    app.ask(o.ListRules(body.id), answered)


def _words(app: Any) -> Words:
    return Words.of(app.store.state)


def open_templates(app: Any, rows: Sequence[PresetRow], use: Prepare) -> Sheet:
    """Open the sheet of templates, each with its rule in words."""
    sheet = Sheet(title=app.tr("vd.templates"), close_text=app.tr("act.close"), card_width=1000)

    def choose(rule: Rule) -> None:
        sheet.close()
        use(rule)

    cards = []
    for row in rows:
        card = RadioCard(title=row.title, subtitle=row.line, height=dp(104))
        card.bind(on_release=lambda _card, rule=row.rule: choose(rule))
        cards.append(card)
    sheet.add_widget(scrolling(cards, dp(8)))
    return sheet.open()


class PeopleDialog(FormDialog):
    """Who is voted on, typed or pasted one a line, and for how many places."""

    def __init__(self, app: Any, rule: Rule, **kwargs: Any) -> None:
        self.app, self.rule = app, rule
        super().__init__(**kwargs)
        self.names = TextField(
            label=app.tr("vd.people.label"), desk=True, multiline=True,
            text=candidates_text(rule.candidates),
        )  # fmt: skip
        self.names.ids.box.height = dp(MOST_TALL)
        self.names.ids.box.size_hint_y = None
        self.add_widget(self.names)
        self.places = TextField(
            label=app.tr("vd.people.places"), desk=True, text=str(rule.places or "")
        )
        if rule.form in WITH_PLACES:
            self.add_widget(self.places)
        self.writing = rule.write_ins
        if rule.form == "nomination":
            check = CheckRow(text=app.tr("vd.people.write"), on=rule.write_ins)
            check.bind(on_release=self._write)
            self.add_widget(check)

    def _write(self, check: Any) -> None:
        self.writing = check.on = not self.writing

    def made(self) -> Rule:
        """Return the rule with the people that stand in the field."""
        people = candidates_from(self.names.text, self.rule.candidates)
        places = whole(self.places.text, 0, MOST_PLACES) or 0
        return with_people(replace(self.rule, write_ins=self.writing), people, places)

    def complete(self) -> bool:
        """Names are needed, none twice, and places that they can fill."""
        tr, rule = self.app.tr, self.made()
        names = [f"{one.name} {one.post}".casefold() for one in rule.candidates]
        twice = next((one for one in rule.candidates if names.count(
            f"{one.name} {one.post}".casefold()) > 1), None)  # fmt: skip
        self.names.error = ""
        if not names and not rule.write_ins:
            self.names.error = tr("vd.needs.people")
        elif twice is not None:
            self.names.error = tr("vd.people.twice", name=twice.name)
        self.places.error = ""
        if rule.form in WITH_PLACES:
            short = rule.places > len(names) and not rule.write_ins
            if not rule.places:
                self.places.error = tr("vd.needs.places")
            elif short:
                self.places.error = tr("vd.needs.more", n=rule.places, m=len(names))
        return not self.names.error and not self.places.error


def ask_people(app: Any, rule: Rule, use: Prepare) -> Dialog:
    """Ask who is voted on."""
    dialog = PeopleDialog(
        app, rule, title=app.tr("vd.people.title"), body=app.tr("vd.people.body"), icon="users",
        tone="blu", safe_text=app.tr("act.cancel"), act_text=app.tr("vd.save"),
    )  # fmt: skip
    dialog.bind(on_act=lambda *_: use(dialog.made()))
    return dialog.open()


class OptionsDialog(FormDialog):
    """How answers come in and are counted: way, secrecy, base, threshold, time, citation."""

    def __init__(self, app: Any, rule: Rule, *, sealed: bool, **kwargs: Any) -> None:
        self.app, self.rule = app, rule
        self._rows: list[Any] = []
        super().__init__(**kwargs)
        words = _words(app)
        ways = [(one, words(f"form.how.{one}"), "") for one in WAYS]
        secrecies: list[tuple[Secrecy, str, str]] = [("open", words("res.openvote"), "")]
        if sealed or rule.secrecy == "sealed":
            secrecies.append(("sealed", words("res.sealed"), ""))
        lines = [(one, words.fraction(one), "") for one in THRESHOLDS]
        limits = [(one, words("vd.limit.s", n=one // 60) if one else words("vd.nolimit"), "")
                  for one in LIMITS]  # fmt: skip
        self._row("vd.way", ways, "way")
        self._row("vd.secrecy", secrecies, "secrecy")
        self._row("vd.threshold", lines, "threshold")
        self._row("vd.time", limits, "seconds")
        if rule.form in WITH_PLACES:
            ties = [(one, words(key), "") for one, key in TIES.items()]
            self._row("vd.tie", ties, "tie")
        self._rows.append(Text(text=app.tr("vd.base"), role="caption", tone="ink2", fit="height"))
        self.bases: dict[str, RadioCard] = {}
        for at in range(0, len(BASES), 2):
            pair = BoxLayout(size_hint_y=None, height=self._tall(), spacing=dp(12))
            for base in BASES[at : at + 2]:
                card = RadioCard(title=words.base(base), size_hint_y=1, on=rule.base == base)
                card.bind(on_release=lambda _card, base=base: self._base(base))
                self.bases[base] = card
                pair.add_widget(card)
            self._rows.append(pair)
        self.citation = TextField(label=app.tr("vd.citation"), desk=True, text=rule.citation)
        self._rows.append(self.citation)
        self.add_widget(scrolling(self._rows, dp(12), left_over=LEFT_OVER))

    def _tall(self) -> float:
        """The height of a base, whose words stand on two lines where they are large."""
        return float(dp(64 if App.get_running_app().k < WIDE else 100))

    def _row(self, key: str, options: list[tuple[Any, str, str]], field: str) -> None:
        self._rows.append(Text(text=self.app.tr(key), role="caption", tone="ink2", fit="height"))
        segmented = Segmented(options=options, value=getattr(self.rule, field))
        segmented.bind(on_choose=lambda one, value: self._set(one, field, value))
        self._rows.append(segmented)

    def _set(self, segmented: Any, field: str, value: Any) -> None:
        segmented.value = value
        self.rule = replace(self.rule, **{field: value})

    def _base(self, base: str) -> None:
        self.rule = replace(self.rule, base=base)
        for name, card in self.bases.items():
            card.on = name == base

    def made(self) -> Rule:
        """Return the rule as it is set."""
        return replace(self.rule, citation=" ".join(self.citation.text.split()))


def ask_options(app: Any, rule: Rule, use: Prepare) -> Dialog:
    """Ask how answers come in and are counted."""
    room = app.store.state.room()
    sealed = room is not None and room.state.organization.sealed
    dialog = OptionsDialog(
        app, rule, sealed=sealed, title=app.tr("vd.options"), card_width=980,
        icon="list-details", tone="blu",
        safe_text=app.tr("act.cancel"), act_text=app.tr("vd.save"),
    )  # fmt: skip
    dialog.bind(on_act=lambda *_: use(dialog.made()))
    return dialog.open()


class ExcuseDialog(FormDialog):
    """Why a person takes no part: one of three kinds, and a reason in words."""

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        super().__init__(**kwargs)
        self.kind: ExcuseKind = "interest"
        options = [(one, app.tr(f"vd.excuse.{one}"), "") for one in EXCUSES]
        segmented = Segmented(options=options, value=self.kind)
        segmented.bind(on_choose=self._choose)
        self.add_widget(segmented)
        self.field = TextField(label=app.tr("vd.excuse.reason"), desk=True)
        self.add_widget(self.field)

    def _choose(self, segmented: Any, kind: ExcuseKind) -> None:
        self.kind = segmented.value = kind


def open_excused(app: Any, poll: str, rows: Sequence[ExcuseRow]) -> Sheet:
    """Open the list of members; a touch takes one out of the poll, or lets them take part again."""
    sheet = Sheet(title=app.tr("vd.excuse.title"), close_text=app.tr("act.close"), card_width=880)

    def touched(row: ExcuseRow) -> None:
        sheet.close()
        if row.excused:
            app.send(c.ExcusePerson(poll, row.person, excused=False))
            return
        dialog = ExcuseDialog(
            app, title=app.tr("vd.excuse.ask", name=row.name), body=app.tr("vd.excuse.body"),
            icon="user-check", tone="blu", safe_text=app.tr("act.cancel"),
            act_text=app.tr("vd.excuse"),
        )  # fmt: skip
        dialog.bind(
            on_act=lambda *_: app.send(
                c.ExcusePerson(poll, row.person, dialog.kind, dialog.field.text.strip())
            )
        )
        dialog.open()

    checks = []
    for row in rows:
        words = f"{row.name} · {row.line}" if row.line else row.name
        check = CheckRow(text=words, on=row.excused)
        check.bind(on_release=lambda _check, row=row: touched(row))
        checks.append(check)
    sheet.add_widget(scrolling(checks))
    return sheet.open()


def practise(app: Any) -> None:
    """Ask the whole room a question that counts for nothing."""
    name = app.new_id()
    rule = Rule(form="quick", decides="none", practice=True, quorum_blocks=False)
    app.send(c.PreparePoll(name, "", app.tr("practice.q"), rule))
    app.send(c.OpenPoll(name))
