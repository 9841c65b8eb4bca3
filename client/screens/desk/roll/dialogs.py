"""What the roll asks: the reason of an absence, and whether somebody else shall preside."""

from collections.abc import Callable
from typing import Any

from kivy.metrics import dp
from kivy.properties import StringProperty
from kivy.uix.gridlayout import GridLayout

from client.screens.desk.form import FormDialog
from client.selectors.desk_roll import Presider, RollRow
from client.widgets.button import StyledButton
from client.widgets.dialog import Dialog
from client.widgets.field import TextField
from server.protocol import commands as c

PHRASES = ("roll.reason.1", "roll.reason.2", "roll.reason.3", "roll.reason.4")


class AbsenceDialog(FormDialog):
    """A ready reason by one touch, or the person's own words."""

    missing = StringProperty("")

    def __init__(self, app: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.missing = app.tr("roll.reason.missing")
        self.field = TextField(label=app.tr("roll.reason"), desk=True)
        self.field.bind(on_text_validate=lambda *_: self.answer("on_act"))
        grid = GridLayout(cols=2, spacing=dp(12), size_hint_y=None)
        grid.bind(minimum_height=grid.setter("height"))
        for key in PHRASES:
            phrase = StyledButton(text=app.tr(key), kind="secondary", grade="small", size_hint_x=1)
            phrase.bind(on_release=self._take)
            grid.add_widget(phrase)
        self.add_widget(grid)
        self.add_widget(self.field)

    def _take(self, phrase: Any) -> None:
        self.field.text, self.field.error = phrase.text, ""

    def complete(self) -> bool:
        """A reason is needed."""
        self.field.error = "" if self.field.text.strip() else self.missing
        return not self.field.error


def ask_reason(app: Any, row: RollRow, then: Callable[[str], None]) -> Dialog:
    """Ask why somebody is absent with leave; `then` gets the reason."""
    dialog = AbsenceDialog(
        app,
        title=app.tr("roll.reason.title", name=row.name),
        icon="file-text",
        safe_text=app.tr("act.cancel"),
        act_text=app.tr("roll.reason.save"),
    )
    dialog.bind(on_act=lambda *_: then(" ".join(dialog.field.text.split())))
    return dialog.open()


def ask_to_preside(app: Any, one: Presider) -> Dialog:
    """Ask, then let that member preside."""
    dialog = Dialog(
        title=app.tr("roll.chair.title", name=one.name),
        body=app.tr("roll.chair.body"),
        icon="gavel",
        tone="blu",
        safe_text=app.tr("act.cancel"),
        act_text=app.tr("roll.chair.go"),
    )
    dialog.bind(on_act=lambda *_: app.send(c.NameActingChair(one.person)))
    return dialog.open()
