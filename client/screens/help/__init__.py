"""Gọi hỗ trợ: four things that one tap asks for; below them, text size and the way out."""

from typing import Any

from client.actions import Went
from client.screens.appearance import open_appearance
from client.screens.note_keys import open_note_keys
from client.widgets.button import StyledButton
from client.widgets.card import Hairline
from client.widgets.dialog import Dialog, Sheet
from client.widgets.kv import load_kv
from server.protocol.commands import CallHelp
from server.protocol.state import HelpKind

__all__ = ["Hairline", "HelpSheet", "StyledButton", "open_help"]


class HelpSheet(Sheet):
    """Sends the chosen call to the meeting on screen and closes."""

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        super().__init__(**kwargs)

    def appearance(self) -> None:
        """Text size, theme and language: what people ask for most when they cannot read."""
        self.close()
        open_appearance(self.app)

    def note_keys(self) -> None:
        """The recovery code of one's notes, and another tablet's wish to open them."""
        self.close()
        open_note_keys(self.app)

    def leave(self) -> None:
        """Back to the lobby, where one signs out."""
        self.close()
        self.app.dispatch(Went("lobby"))

    def call(self, kind: HelpKind) -> None:
        """Ask for this; the toast comes when the server has it."""
        self.close()
        state = self.app.store.state
        room = state.place.room or state.meetings[0].room
        self.app.send(CallHelp(kind), room)


def open_help(app: Any) -> Sheet | Dialog:
    """Open the sheet; where nobody is signed in, say what to do instead."""
    if app.store.state.login is not None and app.store.state.meetings:
        return HelpSheet(app).open()
    return Dialog(
        title=app.tr("help.call"),
        body=app.tr("help.nobody"),
        icon="lifebuoy",
        tone="blu",
        act_text=app.tr("bn.seen"),
    ).open()


load_kv(__file__)
