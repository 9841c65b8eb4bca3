"""Putting several questions together for one sitting, on the chair's tablet and at the desk."""

from collections.abc import Callable
from typing import Any

from kivy.metrics import dp
from kivy.properties import ListProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.scrollview import ScrollView

from client.selectors.arranging import ArrangeRow, Arranging, arranging
from client.selectors.chair_templates import USUAL
from client.widgets.button import StyledButton
from client.widgets.dialog import Sheet
from client.widgets.field import TextField
from client.widgets.kv import load_kv
from client.widgets.label import BareText, Text
from client.widgets.plate import Plate
from client.widgets.rows import RadioCard
from client.widgets.touch import Pressable
from server.protocol import commands as c
from server.protocol.rules import Rule

__all__ = ["ArrangeLine", "ArrangeSheet", "BareText", "Plate", "ScrollView", "StyledButton"]
__all__ += ["QuestionSheet", "Text", "open_arranging"]

LEAST = 2
COLUMNS = 2


class ArrangeLine(Pressable, Plate, BoxLayout):
    """A poll that waits; `place` is its number in the sitting, 0 when it stands alone."""

    poll = StringProperty("")
    question = StringProperty("")
    line = StringProperty("")
    place = NumericProperty(0)

    def show(self, view: ArrangeRow, place: int) -> None:
        """Set the line."""
        self.poll, self.question, self.line = view.poll, view.question, view.line
        self.place = place


class ArrangeSheet(Sheet):
    """Questions are touched in the order in which they are asked; nothing is sent before [Xếp]."""

    chosen = ListProperty()
    hint = StringProperty("")
    kept = StringProperty("")
    """The sitting that is changed; empty for a new one."""

    def __init__(self, app: Any, series: str, **kwargs: Any) -> None:
        self.app, self.kept = app, series
        self.view = Arranging((), (), "")
        super().__init__(**kwargs)
        end = app.store.watch(lambda state: arranging(state, series), self.show)
        self.bind(on_closed=lambda *_: end())
        self.chosen = list(self.view.asked)
        self.fbind("chosen", self._mark)
        self._mark()

    def show(self, view: Arranging) -> None:
        """Set what may be put together."""
        self.view = view
        self.hint = self.app.tr("sitting.make.hint" if view.rows else "sitting.make.none")
        self._mark()

    def _mark(self, *_args: object) -> None:
        box, known = self.ids.lines, {one.poll for one in self.view.rows}
        chosen = [one for one in self.chosen if one in known]
        while len(box.children) > len(self.view.rows):
            box.remove_widget(box.children[0])
        while len(box.children) < len(self.view.rows):
            line = ArrangeLine()
            line.bind(on_release=lambda one: self.touch_line(one.poll))
            box.add_widget(line)
        for line, row in zip(reversed(box.children), self.view.rows, strict=True):
            line.show(row, chosen.index(row.poll) + 1 if row.poll in chosen else 0)

    def touch_line(self, poll: str) -> None:
        """Put a question last, or take it out."""
        others = [one for one in self.chosen if one != poll]
        self.chosen = others if poll in self.chosen else [*others, poll]

    def add(self) -> None:
        """Write one more question; it is put last."""
        open_question(self.app, self.view.item, self.chosen.append)

    def arrange(self) -> None:
        """Send the questions as one sitting and close, or say what is missing."""
        known = {one.poll for one in self.view.rows}
        asked = tuple(one for one in self.chosen if one in known)
        if len(asked) < LEAST:
            self.hint = self.app.tr("sitting.make.few")
            return
        self.close()
        self.app.send(c.ArrangeSeries(self.kept or self.app.new_id(), asked))

    def part(self) -> None:
        """Let each question stand alone again."""
        self.close()
        self.app.send(c.ArrangeSeries(self.kept))


class QuestionSheet(Sheet):
    """A new question, and how it is voted on."""

    def __init__(self, app: Any, item: str, then: Callable[[str], object], **kwargs: Any) -> None:
        self.app, self._item, self._then = app, item, then
        self.rule = Rule()
        super().__init__(title=app.tr("sitting.make.add"), close_text=app.tr("act.close"), **kwargs)
        self.field = TextField(label=app.tr("vd.add.question"))
        self.add_widget(self.field)
        self.add_widget(
            Text(text=app.tr("sitting.make.rule"), role="caption", tone="ink2", fit="height")
        )
        self.cards: list[tuple[Rule, RadioCard]] = []
        for at in range(0, len(USUAL), COLUMNS):
            pair = BoxLayout(size_hint_y=None, height=dp(72), spacing=dp(12))
            for key, rule in USUAL[at : at + COLUMNS]:
                card = RadioCard(title=app.tr(key), size_hint_y=1, on=rule == self.rule)
                card.bind(on_release=lambda _card, rule=rule: self.count_by(rule))
                self.cards.append((rule, card))
                pair.add_widget(card)
            self.add_widget(pair)
        keep = StyledButton(
            text=app.tr("sitting.make.add"),
            icon="check",
            grade="xl",
            role="body",
            size_hint=(1, None),
        )
        keep.bind(on_release=lambda *_: self.keep())
        self.field.bind(on_text_validate=lambda *_: self.keep())
        self.add_widget(keep)

    def count_by(self, rule: Rule) -> None:
        """Vote on it by this rule."""
        self.rule = rule
        for one, card in self.cards:
            card.on = one == rule

    def keep(self) -> None:
        """Prepare it and close, or say what is missing."""
        question = " ".join(self.field.text.split())
        if not question:
            self.field.error = self.app.tr("vd.add.missing")
            return
        self.close()
        name = str(self.app.new_id())
        self.app.send(c.PreparePoll(name, self._item, question, self.rule))
        self._then(name)


def open_question(app: Any, item: str, then: Callable[[str], object]) -> Sheet:
    """Ask for one more question."""
    sheet = QuestionSheet(app, item, then, card_width=880)
    sheet.open()
    sheet.field.focus_in()
    return sheet


def open_arranging(app: Any, series: str = "") -> Sheet:
    """Open the sheet for a new sitting, or for one that is changed before it begins."""
    return ArrangeSheet(
        app,
        series,
        title=app.tr("sitting.make.title"),
        close_text=app.tr("act.close"),
        card_width=960,
    ).open()


load_kv(__file__, "arranging")
