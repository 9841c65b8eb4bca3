"""What waits to be published: one row for each change, and the question before publication."""

from collections.abc import Callable
from typing import Any

from kivy.properties import NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from client.screens.desk.filling import fill
from client.selectors.desk_pending import Pending, PendingRow
from client.widgets.card import Card, Hairline
from client.widgets.dialog import Dialog
from client.widgets.label import Text

__all__ = ["Hairline", "PendingCard", "PendingLine", "ask_publish"]

LISTED = 8
"""How many changes the question lists; the rest is counted."""


class PendingLine(BoxLayout):
    """One change; fires ``on_undo``."""

    draft = StringProperty("")
    icon = StringProperty("edit")
    title = StringProperty("")
    line = StringProperty("")

    __events__ = ("on_undo",)

    def on_undo(self) -> None:
        """It is not wanted."""


class PendingCard(Card):
    """Shows a `Pending`; fires ``on_undo(draft)``."""

    title = StringProperty("")
    count = NumericProperty(0)

    __events__ = ("on_undo",)

    def show(self, view: Pending) -> None:
        """Set the rows; those that stay are only changed."""
        self.title, self.count = view.title, view.count
        fill(self.ids.lines, view.rows, self._line, _put)

    def _line(self) -> PendingLine:
        line = PendingLine()
        line.bind(on_undo=lambda line: self.dispatch("on_undo", line.draft))
        return line

    def on_undo(self, draft: str) -> None:
        """A change is not wanted."""


def _put(line: PendingLine, view: PendingRow) -> None:
    line.draft, line.icon, line.title, line.line = view.draft, view.icon, view.title, view.line


def ask_publish(app: Any, view: Pending, publish: Callable[[], None]) -> Dialog:
    """Ask, listing the changes; publish at the one answer."""
    dialog = Dialog(
        title=view.ask_title,
        body=view.ask,
        icon="send",
        tone="blu",
        safe_text=app.tr("act.cancel"),
        act_text=app.tr("pub.act"),
    )
    for row in view.rows[:LISTED]:
        dialog.add_widget(Text(text=f"• {row.title}", fit="height"))
    rest = len(view.rows) - LISTED
    if rest > 0:
        dialog.add_widget(Text(text=app.tr("pub.more", n=rest), tone="ink2", fit="height"))
    dialog.bind(on_act=lambda *_: publish())
    dialog.open()
    return dialog
