"""Dialogs that ask the office: each stays open until it is answered, with the reason in it."""

from collections.abc import Callable
from typing import Any

from client.screens.desk.form import FormDialog
from client.screens.desk.missing_line import MissingLine
from client.selectors.words import Words
from server.protocol import office as o
from server.protocol.refusals import Code, Refusal

Then = Callable[[o.Reply], None]


def sentence(app: Any, refusal: Refusal) -> str:
    """Return why the office did not do something, and what to do."""
    if refusal.code == Code.CSV_INVALID:
        return str(app.tr("off.csv", **refusal.params))
    return Words(app.language).refusal(refusal)


class AskingDialog(FormDialog):
    """Asks ``question()`` when all is there; closes when it was done, else says why not."""

    def __init__(self, app: Any, then: Then, **kwargs: Any) -> None:
        self.app, self._then = app, then
        super().__init__(safe_text=app.tr("act.cancel"), **kwargs)
        self.trouble = MissingLine()

    def say_trouble(self) -> None:
        """Put the line for what goes wrong below everything else."""
        self.add_widget(self.trouble)

    def question(self) -> o.Question:
        """Return what is asked."""
        raise NotImplementedError

    def answer(self, event: str) -> None:
        """Ask instead of closing at once."""
        if event != "on_act":
            super().answer(event)
            return
        if not self.ids.act.busy and self.complete():
            self.trouble.text = ""
            self.ids.act.busy = True
            self.app.ask(self.question(), self._told)

    def _told(self, reply: o.Reply | Refusal) -> None:
        self.ids.act.busy = False
        if isinstance(reply, Refusal):
            self.trouble.text = sentence(self.app, reply)
            return
        if self.parent is not None:
            super().answer("on_act")
        self._then(reply)


class SureDialog(AskingDialog):
    """Asks whether to do what cannot be taken back."""

    def __init__(self, app: Any, question: o.Question, then: Then, **kwargs: Any) -> None:
        self._question = question
        super().__init__(app, then, **kwargs)
        self.say_trouble()

    def question(self) -> o.Question:
        """Return it."""
        return self._question
