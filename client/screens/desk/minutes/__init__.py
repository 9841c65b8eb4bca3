"""What comes out of a meeting: its minutes, its record, and a backup; each says where it went."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from client.i18n import file_size
from client.screens.desk.minutes.audience import Audience, ask_audience
from client.screens.desk.minutes.places import folder_for_files, free_name
from client.screens.watching import Watching
from client.selectors.proof import code_line
from client.selectors.words import Words
from client.widgets.button import StyledButton
from client.widgets.card import Card
from client.widgets.icon import Icon
from client.widgets.kv import load_kv
from client.widgets.label import Text
from server.protocol import office as o
from server.protocol.refusals import Refusal

__all__ = ["Card", "Icon", "MakingRow", "MinutesPage", "StyledButton", "Text"]


class MakingRow(BoxLayout):
    """One thing to be made; fires ``on_make``. ``told`` says where it went, or why it did not."""

    icon = StringProperty("file-text")
    title = StringProperty("")
    line = StringProperty("")
    told = StringProperty("")
    failed = BooleanProperty(False)
    busy = BooleanProperty(False)
    divided = BooleanProperty(False)

    __events__ = ("on_make",)

    def on_make(self) -> None:
        """Make it."""


class MinutesPage(Watching):
    """Five buttons; the files go to the person's own folder for files."""

    code = StringProperty("")

    def __init__(self, app: Any, folder: Path | None = None, **kwargs: Any) -> None:
        self._folder = folder
        super().__init__(app, **kwargs)
        self.ids.minutes.bind(on_make=lambda row: self._make(row, o.MakeMinutes))
        self.ids.record.bind(on_make=lambda row: self._make(row, o.ExportRecord))
        self.ids.polls.bind(on_make=lambda row: self._make(row, o.MakePollRecords))
        self.ids.dossier.bind(on_make=lambda row: row.busy or ask_audience(app, self._dossier))
        self.ids.backup.bind(on_make=self._back_up)

    def watches(self) -> None:
        """Follow the record's code, which stands beside the dossier."""
        self.watch(code_line, self._show_code)

    def _show_code(self, code: str) -> None:
        self.code = code

    @property
    def rows(self) -> tuple[MakingRow, MakingRow, MakingRow, MakingRow, MakingRow]:
        """Minutes, records of polls, record, dossier, backup."""
        ids = self.ids
        return ids.minutes, ids.polls, ids.record, ids.dossier, ids.backup

    def _make(self, row: MakingRow, question: Callable[[str], o.Question]) -> None:
        room = self.app.store.state.place.room
        if row.busy or not room:
            return
        self._begin(row)
        self.app.ask(question(room), lambda reply: self._made(row, reply))

    def _dossier(self, audience: Audience) -> None:
        self._make(self.ids.dossier, lambda room: o.MakeDossier(room, audience))

    def _back_up(self, row: MakingRow) -> None:
        if not row.busy:
            self._begin(row)
            self.app.ask(o.MakeBackup(), lambda reply: self._made(row, reply))

    def _begin(self, row: MakingRow) -> None:
        row.busy, row.failed, row.told = True, False, ""

    def _made(self, row: MakingRow, reply: o.Reply | Refusal) -> None:
        match reply:
            case Refusal():
                self._failed(row, reply)
            case o.Made(sha256=sha256, size=size, name=name):
                path = free_name(self._folder or folder_for_files(), name)
                self.app.save(sha256, path, lambda wrong: self._saved(row, path, size, wrong))
            case o.BackupMade(path=where, size=size):
                self._done(row, "mn.backedup", where, size)
            case _:
                row.busy = False

    def _saved(self, row: MakingRow, path: Path, size: int, wrong: Refusal | None) -> None:
        if wrong is not None:
            self._failed(row, wrong)
        else:
            self._done(row, "mn.saved", str(path), size)

    def _done(self, row: MakingRow, key: str, path: str, size: int) -> None:
        row.busy = False
        row.told = self.app.tr(key, path=path, size=file_size(size, self.app.language))

    def _failed(self, row: MakingRow, refusal: Refusal) -> None:
        row.busy, row.failed = False, True
        why = Words.of(self.app.store.state).refusal(refusal)
        row.told = self.app.tr("mn.failed", why=why)


load_kv(__file__)
