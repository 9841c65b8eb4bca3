"""How the room's screen is opened: a code that pairs it, shown once."""

from typing import Any

from client.actions import SecretsSeen
from client.state import AppState
from client.widgets.card import Fact
from client.widgets.dialog import Dialog
from client.widgets.label import Text
from server.protocol.office import IssueCode

GROUP = 4


def grouped(code: str) -> str:
    """Return a code as it is read out: in groups of four."""
    return " ".join(code[n : n + GROUP] for n in range(0, len(code), GROUP))


def open_display(app: Any) -> Dialog:
    """Ask for a display's code and show it as long as the dialog is open."""
    tr = app.tr
    dialog = Dialog(
        title=tr("desk.display.title"),
        body=tr("desk.display.body"),
        icon="presentation",
        tone="blu",
        act_text=tr("act.close"),
    )
    code = Text(text=tr("desk.display.wait"), role="verdict", weight="bold", halign="center")
    code.fit = "height"
    dialog.add_widget(code)
    server = app.store.state.server
    if server:
        dialog.add_widget(Fact(text=f"{tr('desk.display.server')}: [b]{server}[/b]"))

    def show(found: str) -> None:
        code.text = grouped(found) if found else tr("desk.display.wait")

    def closed(*_args: object) -> None:
        end()
        app.dispatch(SecretsSeen())

    app.dispatch(SecretsSeen())
    end = app.store.watch(_code, show)
    dialog.bind(on_closed=closed)
    app.ask(IssueCode(label=tr("desk.display"), kind="display"))
    dialog.open()
    return dialog


def _code(state: AppState) -> str:
    return state.office.code.code if state.office.code else ""
