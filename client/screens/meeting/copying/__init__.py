"""A copy of the paper on screen for its reader: with their marks, or clean for printing."""

from pathlib import Path
from typing import Any

from kivy.properties import BooleanProperty

from client import actions as a
from client.notes.copies import Copy, Form
from client.screens.desk.minutes.places import folder_for_files, free_name
from client.widgets.button import StyledButton
from client.widgets.dialog import Sheet
from client.widgets.kv import load_kv
from client.widgets.label import Text
from server.protocol.refusals import Refusal
from server.protocol.state import Paper

__all__ = ["CopySheet", "StyledButton", "Text", "may_copy"]

OPEN = frozenset({"normal", "internal"})
"""Papers of these classifications may leave the tablet's encrypted store."""


def may_copy(paper: Paper | None) -> bool:
    """Return whether a reader may have a copy in clear."""
    return paper is not None and paper.classification in OPEN


class CopySheet(Sheet):
    """Writes a copy into the person's folder for documents; the toast says where."""

    busy = BooleanProperty(False)

    def __init__(self, app: Any, paper: Paper, document: str, **kwargs: Any) -> None:
        self.app, self._paper, self._document = app, paper, document
        super().__init__(**kwargs)

    def write(self, form: Form) -> None:
        """Make this form of copy."""
        state = self.app.store.state
        name = "".join(one for one in self._paper.title if one.isalnum() or one in " .-–")[:80]
        ending = "xfdf" if form == "xfdf" else "pdf"
        target = free_name(folder_for_files(), f"{name.strip() or 'phienhop'}.{ending}")
        author = state.login.name if state.login is not None else ""
        copy = Copy(
            state.place.room,
            self._paper.id,
            self._document,
            author,
            f"{name}.pdf",
            target,
            form,
        )
        self.busy = True
        self.app.copy_marked(copy, lambda refusal: self._done(refusal, target))

    def _done(self, refusal: Refusal | None, target: Path) -> None:
        self.busy = False
        if refusal is None:
            self.app.dispatch(a.MessageShown("copy.done", {"path": str(target)}))
        else:
            key = f"refusal.{refusal.code}"
            self.app.dispatch(a.MessageShown(key, dict(refusal.params)))
        self.close()


load_kv(__file__)
