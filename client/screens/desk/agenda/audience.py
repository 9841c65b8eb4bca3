"""Who sees an item: every member, and the guests that are ticked."""

from collections.abc import Callable
from typing import Any

from client.selectors.desk_agenda import ItemView
from client.widgets.dialog import Dialog
from client.widgets.rows import CheckRow


def open_audience(app: Any, view: ItemView, use: Callable[[tuple[str, ...]], None]) -> Dialog:
    """Ask which guests see the item."""
    chosen = {one.person for one in view.guests if one.on}
    dialog = Dialog(
        title=app.tr("aud.title"),
        body=app.tr("aud.body" if view.guests else "aud.none"),
        icon="users",
        tone="blu",
        safe_text=app.tr("act.dismiss") if view.guests else "",
        act_text=app.tr("item.save" if view.guests else "act.close"),
    )

    def toggle(row: CheckRow, person: str) -> None:
        row.on = not row.on
        (chosen.add if row.on else chosen.discard)(person)

    for one in view.guests:
        row = CheckRow(text=one.text, on=one.on)
        row.bind(on_release=lambda row, person=one.person: toggle(row, person))
        dialog.add_widget(row)
    if view.guests:
        order = [one.person for one in view.guests]
        dialog.bind(on_act=lambda *_: use(tuple(one for one in order if one in chosen)))
    dialog.open()
    return dialog
