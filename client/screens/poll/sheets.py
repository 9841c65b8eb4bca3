"""Sheets of the ballot: own words, a name that is not on it, and what a secret ballot promises."""

from typing import Any

from client.actions import MarksMade, OpinionWritten
from client.widgets.button import StyledButton
from client.widgets.dialog import Sheet
from client.widgets.field import TextField
from client.widgets.label import Text

PROMISED = ("secret.1", "secret.2", "secret.3")
NOT_PROMISED = ("secret.not.1", "secret.not.2", "secret.not.3", "secret.not.4", "secret.not.5")
"""What a sealed poll keeps, and what no system of this kind can promise (security.md)."""


class WordsSheet(Sheet):
    """One field and the button that keeps what is typed; stands above the keyboard."""

    def __init__(self, app: Any, label: str, text: str, **kwargs: Any) -> None:
        super().__init__(title=label, close_text=app.tr("act.close"), easy=False, **kwargs)
        self.field = TextField(text=text, multiline=False)
        self.add_widget(self.field)
        self.keep = StyledButton(
            text=app.tr("opinion.keep"), icon="check", grade="xl", size_hint_x=1
        )
        self.add_widget(self.keep)


def open_opinion(app: Any) -> Sheet:
    """Ask for the words that go with Ý kiến khác."""
    place = app.store.state.place
    sheet = WordsSheet(app, app.tr("opinion.title"), place.opinion)

    def keep(*_args: object) -> None:
        sheet.close()
        app.dispatch(OpinionWritten(" ".join(sheet.field.text.split())))

    sheet.keep.bind(on_release=keep)
    sheet.field.bind(on_text_validate=keep)
    sheet.open()
    sheet.field.focus_in()
    return sheet


def open_write_in(app: Any) -> Sheet:
    """Ask for a name that is not on the ballot."""
    sheet = WordsSheet(app, app.tr("form.write.title"), "")

    def begun(*_args: object) -> None:
        sheet.field.error = ""

    def keep(*_args: object) -> None:
        name = " ".join(sheet.field.text.split())
        place = app.store.state.place
        if not name:
            sheet.field.error = app.tr("form.write.missing")
            return
        if name in place.written:
            sheet.field.error = app.tr("form.write.twice")
            return
        sheet.close()
        app.dispatch(MarksMade(place.marks, (*place.written, name)))

    sheet.keep.bind(on_release=keep)
    sheet.field.bind(on_text_validate=keep, text=begun)
    sheet.open()
    sheet.field.focus_in()
    return sheet


def open_secrecy(app: Any) -> Sheet:
    """Say what a sealed poll keeps, and what is never promised."""
    sheet = Sheet(title=app.tr("vote.sealed"), close_text=app.tr("act.close"), card_width=960)
    for head, keys in (("secret.keeps", PROMISED), ("secret.not", NOT_PROMISED)):
        sheet.add_widget(Text(text=app.tr(head), weight="bold", fit="height"))
        for key in keys:
            sheet.add_widget(Text(text="· " + app.tr(key), role="caption", fit="height"))
    return sheet.open()
