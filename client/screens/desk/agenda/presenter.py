"""A presenter who is not on the roll: the name is typed."""

from collections.abc import Callable
from typing import Any

from client.widgets.dialog import Dialog
from client.widgets.field import TextField


def ask_name(app: Any, name: str, use: Callable[[str], None]) -> Dialog:
    """Ask for a name."""
    field = TextField(label=app.tr("person.name"), text=name, desk=True)
    dialog = Dialog(
        title=app.tr("person.other"),
        icon="user",
        tone="blu",
        safe_text=app.tr("act.dismiss"),
        act_text=app.tr("person.use"),
    )
    dialog.add_widget(field)
    dialog.bind(on_act=lambda *_: use(field.text.strip()))
    field.bind(on_text_validate=lambda *_: dialog.answer("on_act"))
    dialog.open()
    field.focus_in()
    return dialog
