"""Asking for the floor, from the corner that never changes."""

from typing import Any

from client import actions as a
from client.widgets.dialog import Dialog
from server.protocol.commands import AskFloor, WithdrawFloor


class Floor:
    """What the button in the corner does in each of its states."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def tapped(self, state: str) -> None:
        """Ask, withdraw with a way back, or give the floor back after a question."""
        if state == "ask":
            self.ask()
        elif state == "wait":
            self.app.send(WithdrawFloor())
            self.app.dispatch(a.MessageShown("speak.withdrawn", undo="ask_floor"))
        elif state == "now":
            self._end()

    def ask(self) -> None:
        """Đăng ký phát biểu."""
        self.app.send(AskFloor())

    def _end(self) -> None:
        tr = self.app.tr
        dialog = Dialog(
            title=tr("speak.end.title"),
            icon="microphone",
            tone="lac",
            safe_text=tr("speak.end.go"),
            act_text=tr("chair.end"),
        )
        dialog.bind(on_act=lambda *_: self.app.send(WithdrawFloor()))
        dialog.open()
