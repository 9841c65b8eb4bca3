"""The chair says who was drawn of those who tied, and how it was done: into the record."""

from typing import Any

from kivy.uix.gridlayout import GridLayout

from client.selectors.waiting import TieView
from client.widgets.dialog import Dialog
from client.widgets.field import TextField
from client.widgets.label import Text
from client.widgets.rows import CheckRow
from server.protocol import commands as c

MANY = 4
"""More names than this stand in two columns."""


class TieDialog(Dialog):
    """The names of those who tied, to be ticked, and the words for the record."""

    def __init__(self, app: Any, view: TieView, **kwargs: Any) -> None:
        self.app, self.view = app, view
        super().__init__(**kwargs)
        self.rows: dict[str, CheckRow] = {}
        names = GridLayout(cols=2 if len(view.among) > MANY else 1, size_hint_y=None)
        names.bind(minimum_height=names.setter("height"))
        for key, name in view.among:
            row = CheckRow(text=name)
            row.bind(on_release=self._tick)
            self.rows[key] = row
            names.add_widget(row)
        self.field = TextField(label=app.tr("vd.tie.words"), text=view.words)
        self.missing = Text(role="caption", weight="semibold", tone="lac", fit="height")
        for part in (names, self.field, self.missing):
            self.add_widget(part)

    def _tick(self, row: CheckRow) -> None:
        """Tick a name; where there is one place, it takes the place of the other."""
        on = not row.on
        if on and self.view.places == 1:
            for other in self.rows.values():
                other.on = False
        row.on = on
        self.missing.text = ""

    def chosen(self) -> tuple[str, ...]:
        """Return who is ticked."""
        return tuple(key for key, row in self.rows.items() if row.on)

    def answer(self, event: str) -> None:
        """Stay open until there are as many names as places, and words."""
        ready = len(self.chosen()) == self.view.places and self.field.text.strip()
        if event == "on_act" and not ready:
            self.missing.text = self.app.tr("vd.tie.missing", n=self.view.places)
            return
        super().answer(event)


def ask_tie(app: Any, view: TieView) -> Dialog:
    """Ask who was drawn, then enter it in the record."""
    dialog = TieDialog(
        app,
        view,
        title=view.act,
        body=view.body,
        icon="gavel",
        tone="blu",
        safe_text=app.tr("act.cancel"),
        act_text=app.tr("vd.tie.save"),
    )

    def settle(*_args: object) -> None:
        app.send(c.SettleTie(view.poll, dialog.chosen(), dialog.field.text.strip()))

    dialog.bind(on_act=settle)
    return dialog.open()
