"""Pairing a device: for whom, then a large QR code, the typed code, and how long it holds."""

from typing import Any

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from client.actions import SecretsSeen
from client.screens.desk.asking import sentence
from client.screens.desk.choosing import Option
from client.screens.desk.office.asking import Choice
from client.screens.desk.office.qr import QrCode
from client.selectors.desk_office import CodeView, code_view, people_rows
from client.selectors.words import Words
from client.state import AppState
from client.widgets.dialog import Sheet
from client.widgets.field import TextField
from server.protocol import office as o
from server.protocol.refusals import Refusal

__all__ = ["PairSheet", "QrCode", "open_pairing"]

KINDS = ("tablet", "desk", "display")


class PairSheet(Sheet):
    """Left the QR, right what it is for; the code leaves the memory with the sheet."""

    kind = StringProperty("tablet")
    view: CodeView | None = ObjectProperty(None, allownone=True)
    qr = StringProperty("")
    code = StringProperty("")
    address = StringProperty("")
    left = StringProperty("")
    expired = BooleanProperty(False)
    busy = BooleanProperty(False)
    trouble = StringProperty("")

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        super().__init__(**kwargs)
        tr = app.tr
        people: list[Option] = [("", tr("dev.nobody"), "")]
        people += [
            (row.person.id, " · ".join(part for part in (row.name, row.seat) if part), "")
            for row in people_rows(app.store.state)
        ]
        self.person = Choice(tr("dev.for"), people, "")
        self.label = TextField(label=tr("dev.label"), desk=True)
        self.ids.fields.add_widget(self.person)
        self.ids.fields.add_widget(self.label)
        self.ids.kinds.options = [(one, tr(f"dev.kind.{one}"), "") for one in KINDS]
        self.ids.kinds.bind(on_choose=lambda _bar, kind: self.choose(kind))
        app.dispatch(SecretsSeen())
        self._end = app.store.watch(self._select, self.show)
        self.bind(on_closed=self._gone)

    def choose(self, kind: str) -> None:
        """Pair another kind of device; a display belongs to nobody."""
        self.kind = kind
        self.person.disabled = kind == "display"
        if kind == "display":
            self.person.take("")

    def make(self) -> None:
        """Ask for a code."""
        if self.busy:
            return
        self.busy, self.trouble = True, ""
        kind: Any = self.kind
        label = " ".join(self.label.text.split())
        self.app.ask(o.IssueCode(label, kind, self.person.value), self._told)

    def _told(self, reply: o.Reply | Refusal) -> None:
        self.busy = False
        if isinstance(reply, Refusal):
            self.trouble = sentence(self.app, reply)

    def _select(self, state: AppState) -> CodeView | None:
        return code_view(state.office.code, state.now, Words(self.app.language))

    def show(self, view: CodeView | None) -> None:
        """Show the code and its time."""
        self.view = view
        self.qr = view.qr if view is not None and not view.expired else ""
        self.code = view.code if view is not None and not view.expired else ""
        self.address = view.address if view is not None else ""
        self.left = view.left if view is not None else ""
        self.expired = view is not None and view.expired

    def _gone(self, *_args: object) -> None:
        self._end()
        self.app.dispatch(SecretsSeen())


def open_pairing(app: Any) -> Sheet:
    """Open the sheet."""
    sheet = PairSheet(app, title=app.tr("dev.pair"), close_text=app.tr("act.close"))
    return sheet.open()
