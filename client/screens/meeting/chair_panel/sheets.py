"""Sheets of the chair: the whole queue, and the conclusion of an item."""

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from client.selectors.floor import Waiting
from client.widgets.button import StyledButton
from client.widgets.dialog import Sheet
from client.widgets.field import TextField
from client.widgets.rows import ListRow
from server.protocol import commands as c

PHRASES = ("chair.concl.1", "chair.concl.2", "chair.concl.3")


class ConclusionSheet(Sheet):
    """Ready sentences, own words, or thống nhất thông qua."""

    text = StringProperty("")

    def __init__(self, app: Any, item: str, **kwargs: Any) -> None:
        self.app, self.item = app, item
        super().__init__(**kwargs)
        self.field = TextField(label=app.tr("chair.concl.text"))
        self.ids.field_place.add_widget(self.field)
        for key in PHRASES:
            button = PhraseButton(text=app.tr(key))
            button.bind(on_release=self._phrase)
            self.ids.phrases.add_widget(button)

    def _phrase(self, button: Any) -> None:
        self.field.text = button.text

    def save(self, *, consensus: bool) -> None:
        """Record the conclusion and close."""
        self.close()
        self.app.send(c.ConcludeItem(self.item, self.field.text.strip(), consensus))


class PhraseButton(StyledButton):
    """A ready sentence."""

    on = BooleanProperty(False)


def open_conclusion(app: Any, item: str) -> Any:
    """Open the sheet for an item's conclusion."""
    return ConclusionSheet(app, item).open()


def open_queue(app: Any, queue: tuple[Waiting, ...], seconds: int) -> Any:
    """Open the queue; each row gives its person the floor."""
    sheet = Sheet(title=app.tr("chair.queue"), close_text=app.tr("act.close"))
    for one in queue:
        row = ListRow(icon="user", title=f"{one.place}. {one.name}")
        button = StyledButton(
            text=app.tr("live.invite"), kind="secondary", grade="small", icon="microphone"
        )
        button.pos_hint = {"center_y": 0.5}
        button.bind(on_release=lambda _b, person=one.person: _give(app, sheet, person, seconds))
        row.add_widget(button)
        sheet.add_widget(row)
    return sheet.open()


def _give(app: Any, sheet: Any, person: str, seconds: int) -> None:
    sheet.close()
    app.send(c.GiveFloor(person, seconds))
