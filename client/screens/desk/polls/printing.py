"""Ballots of paper: how many, made by the office as PDF, kept in the person's folder for files."""

from typing import Any

from client.screens.desk.asking import AskingDialog, sentence
from client.screens.desk.form import whole
from client.screens.desk.minutes.places import folder_for_files, free_name
from client.selectors.desk_polls import RunningPoll
from client.widgets.dialog import Dialog
from client.widgets.field import TextField
from server.protocol import office as o
from server.protocol.refusals import Refusal

MOST = 5_000


class BallotsDialog(AskingDialog):
    """How many ballots are printed: one for everybody, and some to exchange."""

    def __init__(self, app: Any, view: RunningPoll, **kwargs: Any) -> None:
        super().__init__(app, self._made, **kwargs)
        self.view = view
        self.field = TextField(label=app.tr("vd.print.count"), desk=True, text=str(view.expected))
        self.add_widget(self.field)
        self.say_trouble()

    def complete(self) -> bool:
        """At least one, at most 5,000."""
        fine = whole(self.field.text, 1, MOST) is not None
        self.field.error = "" if fine else self.app.tr("vd.count.number")
        return fine

    def question(self) -> o.Question:
        """Ask for the file."""
        room = self.app.store.state.place.room
        return o.PrintBallots(room, self.view.poll, whole(self.field.text, 1, MOST) or 1)

    def _made(self, reply: o.Reply) -> None:
        if isinstance(reply, o.Made):
            path = free_name(folder_for_files(), reply.name)
            self.app.save(reply.sha256, path, lambda wrong: self._saved(str(path), wrong))

    def _saved(self, path: str, wrong: Refusal | None) -> None:
        Dialog(
            title=self.app.tr("vd.print" if wrong else "vd.print.done"),
            body=sentence(self.app, wrong) if wrong else path,
            icon="alert-triangle" if wrong else "printer",
            tone="amb" if wrong else "grn",
            act_text=self.app.tr("bn.seen"),
        ).open()


def ask_ballots(app: Any, view: RunningPoll) -> Dialog:
    """Ask how many ballots, and make them."""
    return BallotsDialog(
        app,
        view,
        title=app.tr("vd.print"),
        body=app.tr("vd.print.body"),
        icon="printer",
        tone="blu",
        act_text=app.tr("vd.print.go"),
    ).open()
