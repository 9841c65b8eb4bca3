"""The papers of the selected item: versions, receipts, files on their way, where to drop one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from msgspec.structs import replace

from client.actions import UploadEnded
from client.screens.desk.agenda.files import choose_file
from client.screens.desk.agenda.paper_dialog import PaperDialog
from client.screens.desk.choosing import Menu
from client.screens.desk.filling import fill
from client.selectors.desk_drafts import Drafting
from client.selectors.desk_papers import PaperCard, PaperRow, UploadRow
from client.widgets.button import StyledButton
from client.widgets.card import Card, Hairline
from client.widgets.chip import Chip
from client.widgets.icon import Icon
from client.widgets.label import Text
from client.widgets.plate import Plate
from client.widgets.progress import Bar
from client.widgets.touch import Pressable
from server.protocol.commands import FilePaper
from server.protocol.office import Question
from server.protocol.refusals import Refusal
from server.protocol.state import File

__all__ = ["Bar", "Card", "Chip", "DropZone", "Hairline", "Icon", "PaperLine", "PapersCard"]
__all__ += ["StyledButton", "Text", "UploadLine"]

Wish = Callable[[Drafting], tuple[Question, ...]]


class PaperLine(Pressable, Plate, BoxLayout):
    """One paper; fires ``on_replace``, and ``on_release`` for what else can be done with it."""

    paper = StringProperty("")
    icon = StringProperty("file-text")
    title = StringProperty("")
    version = StringProperty("")
    pending = BooleanProperty(False)
    line = StringProperty("")
    got = StringProperty("")
    share = NumericProperty(-1)
    placeholder = BooleanProperty(False)

    __events__ = ("on_replace",)

    def on_replace(self) -> None:
        """A new version is wanted."""


class UploadLine(BoxLayout):
    """A file on its way; fires ``on_close`` when its refusal has been read."""

    upload = StringProperty("")
    name = StringProperty("")
    line = StringProperty("")
    share = NumericProperty(0)
    refused = BooleanProperty(False)

    __events__ = ("on_close",)

    def on_close(self) -> None:
        """It may go."""


class DropZone(BoxLayout):
    """Where a file is dropped; fires ``on_choose``."""

    __events__ = ("on_choose",)

    def on_choose(self) -> None:
        """The window for files is wanted."""


class PapersCard(Card):
    """Shows a `PaperCard`; fires ``on_drafts(wish)`` with what is to become a draft."""

    app = ObjectProperty(None)
    item = StringProperty("")
    title = StringProperty("")
    empty = BooleanProperty(True)

    __events__ = ("on_drafts",)

    def __init__(self, **kwargs: Any) -> None:
        self._refused: FilePaper | None = None
        super().__init__(**kwargs)

    def show(self, view: PaperCard) -> None:
        """Set the rows; those that stay are only changed."""
        self.title, self.empty = view.title, not (view.rows or view.uploads)
        fill(self.ids.papers, view.rows, self._paper, _show_paper)
        fill(self.ids.uploads, view.uploads, self._upload, _show_upload)

    def _paper(self) -> PaperLine:
        row = PaperLine()
        row.bind(
            on_replace=lambda row: self.choose_version(row.paper),
            on_release=self.open_menu,
        )
        return row

    def _upload(self) -> UploadLine:
        line = UploadLine()
        line.bind(on_close=lambda line: self.app.dispatch(UploadEnded(line.upload)))
        return line

    def open_menu(self, row: PaperLine) -> Menu:
        """What can be done with a paper."""
        tr, paper = self.app.tr, row.paper
        options = [("withdraw", tr("paper.withdraw"), "trash")]
        if not row.placeholder:
            options.insert(0, ("renew", tr("desk.replace"), "replace"))

        def take(value: str) -> None:
            if value == "renew":
                self.choose_version(paper)
            else:
                self.dispatch("on_drafts", lambda drafts: drafts.withdraw(paper))

        return Menu(options, "", take).under(row.ids.told)

    # files

    def choose_new(self) -> None:
        """Open the window for files, for a new paper."""
        if self.item:
            choose_file(self.app, self.offer)

    def choose_version(self, paper: str) -> None:
        """Open the window for files, for a new version."""
        choose_file(self.app, lambda path: self._renew(paper, path))

    def take(self, name: str, x: float, y: float) -> None:
        """Take a file that was dropped at a point of the window, y from below."""
        rows = self.ids.papers.children
        on = (row for row in rows if row.collide_point(*row.parent.to_widget(x, y)))
        row = next((one for one in on if not one.placeholder), None)
        if row is None:
            self.offer(name)
        else:
            self._renew(row.paper, name)

    def offer(self, name: str) -> None:
        """Describe a chosen or dropped file as a new paper; it is sent meanwhile."""
        path, item = Path(name), self.item
        if not item:
            return
        dialog = PaperDialog(self.app, path, self._refused)
        self._refused = None
        carried = _Carried(lambda change: self.dispatch("on_drafts", _filing(change)))
        dialog.bind(on_ready=lambda _d, change: carried.described(change))
        dialog.bind(on_safe=lambda *_: carried.dropped())
        dialog.item = item
        dialog.open()
        self._send(path, carried.arrived, lambda: self._keep(carried.change))

    def _keep(self, change: FilePaper | None) -> None:
        """What was written about a file that was refused describes the next one."""
        self._refused = change

    def _renew(self, paper: str, name: str) -> None:
        def arrived(file: File) -> None:
            self.dispatch("on_drafts", lambda drafts: drafts.renew(paper, file))

        self._send(Path(name), arrived, lambda: None)

    def _send(self, path: Path, then: Callable[[File], None], refused: Callable[[], None]) -> None:
        room = self.app.store.state.room()
        organization = room.state.organization.id if room else ""

        def answered(file: File | Refusal) -> None:
            if isinstance(file, File):
                then(file)
            else:
                refused()

        self.app.upload(path, organization, answered)

    def add_placeholder(self) -> None:
        """A paper that exists only on paper."""
        if self.item:
            dialog = PaperDialog(self.app, None)
            dialog.item = self.item
            dialog.bind(on_ready=lambda _d, change: self.dispatch("on_drafts", _filing(change)))
            dialog.open()

    def on_drafts(self, wish: Wish) -> None:
        """Something is to become a draft."""


class _Carried:
    """A new paper is complete when it is described and its file has arrived, in either order."""

    def __init__(self, ready: Callable[[FilePaper], None]) -> None:
        self._ready = ready
        self.change: FilePaper | None = None
        self._file: File | None = None
        self._over = False

    def described(self, change: FilePaper) -> None:
        """The fields are filled in."""
        self.change = change
        self._meet()

    def arrived(self, file: File) -> None:
        """The server has the file."""
        self._file = file
        self._meet()

    def dropped(self) -> None:
        """The person does not want it."""
        self._over = True

    def _meet(self) -> None:
        if self._over or self.change is None or self._file is None:
            return
        self._over = True
        self._ready(replace(self.change, file=self._file))


def _filing(change: FilePaper) -> Wish:
    return lambda drafts: drafts.file(change)


def _show_paper(row: PaperLine, view: PaperRow) -> None:
    row.paper, row.icon, row.title = view.paper, view.icon, view.title
    row.version, row.pending, row.line = view.version, view.pending, view.line
    row.got, row.share, row.placeholder = view.got, view.share, view.placeholder


def _show_upload(line: UploadLine, view: UploadRow) -> None:
    line.upload = view.upload
    line.name, line.line = view.name, view.line
    line.share, line.refused = view.share, view.refused
