"""The questions and lists that the room's column opens."""

from typing import Any

from client.actions import MessageShown
from client.screens.desk.choosing import Menu
from client.screens.desk.form import FormDialog
from client.screens.desk.scrolling import scrolling
from client.selectors.desk_live import Receipts, SeatView
from client.widgets.dialog import Dialog, Sheet
from client.widgets.field import TextField
from client.widgets.rows import ListRow
from server.protocol import commands as c
from server.protocol.refusals import Refusal

MARKS = (
    ("present", "roll.present", "check"),
    ("leave", "roll.leave", "minus"),
    ("no_leave", "roll.noleave", "x"),
    ("left", "roll.left", "logout"),
)
LONGEST_NOTICE = 300


def mark_seat(app: Any, tile: Any) -> Menu:
    """Open the roll-call menu of a seat."""
    view: SeatView = tile.view
    options = [(value, app.tr(key), icon) for value, key, icon in MARKS]

    def mark(presence: str) -> None:
        if presence in {"leave", "no_leave"}:
            ask_reason(app, view, presence)
        elif presence != view.presence:
            app.send(c.MarkAttendance({view.person: presence}))  # type: ignore[dict-item]

    menu = Menu(options, view.presence, mark)
    menu.title, menu.line = view.name, view.line
    return menu.under(tile)


def ask_reason(app: Any, view: SeatView, presence: str) -> Dialog:
    """Ask why somebody is absent; it may stay empty."""
    key = "roll.leave" if presence == "leave" else "roll.noleave"
    dialog = Dialog(
        title=f"{view.name}: {app.tr(key)}",
        icon="user",
        tone="blu",
        safe_text=app.tr("act.dismiss"),
        act_text=app.tr("roll.mark"),
    )
    field = TextField(label=app.tr("roll.reason"), desk=True)
    dialog.add_widget(field)
    field.bind(on_text_validate=lambda *_: dialog.answer("on_act"))
    marks = {view.person: presence}
    dialog.bind(
        on_act=lambda *_: app.send(c.MarkAttendance(marks, field.text.strip()))  # type: ignore[arg-type]
    )
    dialog.open()
    field.focus_in()
    return dialog


class NoticeDialog(FormDialog):
    """A sentence to everyone."""

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        super().__init__(
            title=app.tr("live.notice"),
            body=app.tr("live.notice.body"),
            icon="speakerphone",
            tone="blu",
            safe_text=app.tr("act.dismiss"),
            act_text=app.tr("vote.send"),
            **kwargs,
        )
        self.field = TextField(label=app.tr("live.notice.text"), desk=True)
        self.field.bind(on_text_validate=lambda *_: self.answer("on_act"))
        self.add_widget(self.field)

    def complete(self) -> bool:
        """See `FormDialog.complete`."""
        text = self.field.text.strip()
        self.field.error = "" if text else self.app.tr("refusal.text_missing")
        return bool(text)

    def on_act(self) -> None:
        """Send it."""
        self.app.send(c.SendNotice(self.field.text.strip()[:LONGEST_NOTICE]), then=self._sent)

    def _sent(self, refusal: Refusal | None) -> None:
        if refusal is None:
            self.app.dispatch(MessageShown("live.notice.sent"))


def ask_notice(app: Any) -> NoticeDialog:
    """Ask for the sentence."""
    dialog = NoticeDialog(app)
    dialog.open()
    return dialog


def ask_break(app: Any) -> Dialog:
    """Ask, then pause the meeting."""
    dialog = Dialog(
        title=app.tr("live.break.title"),
        body=app.tr("live.break.body"),
        icon="coffee",
        tone="blu",
        safe_text=app.tr("act.cancel"),
        act_text=app.tr("live.break"),
    )
    dialog.bind(on_act=lambda *_: app.send(c.PauseMeeting()))
    dialog.open()
    return dialog


def open_unopened(app: Any, receipts: Receipts) -> Sheet:
    """Show who has not opened what was sent."""
    sheet = Sheet(title=app.tr("live.unopened.title"), close_text=app.tr("act.close"))
    rows = [
        ListRow(icon="user" if one.got else "download", title=one.name, subtitle=one.line)
        for one in receipts.people
    ]
    sheet.add_widget(scrolling(rows))
    sheet.open()
    return sheet
