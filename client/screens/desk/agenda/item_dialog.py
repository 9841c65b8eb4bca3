"""A new item, or other titles for one that is there."""

from collections.abc import Sequence
from typing import Any

from client.screens.desk.choosing import Select
from client.screens.desk.form import FormDialog, side_by_side, whole
from client.selectors.desk_agenda import FORMS, ItemView
from client.widgets.button import StyledButton
from client.widgets.field import TextField
from server.protocol.commands import AddItem

SHORT = 20
MOST_MINUTES = 999
LAST = "last"


class ItemDialog(FormDialog):
    """Fires ``on_ready(AddItem)`` for a new item, ``on_changed(values)`` for another title.

    With a ``view`` it also offers to take the item off the agenda: ``on_leave``.
    """

    __events__ = ("on_ready", "on_changed", "on_leave")

    def __init__(
        self,
        app: Any,
        view: ItemView | None = None,
        places: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        self.app, self.view, self.places = app, view, tuple(places)
        self.form, self.place = "none", LAST
        tr = app.tr
        super().__init__(
            title=tr("item.edit" if view else "item.new"),
            icon="edit" if view else "plus",
            tone="blu",
            safe_text=tr("act.dismiss"),
            act_text=tr("item.save"),
            **kwargs,
        )
        self.name_field = TextField(
            label=tr("item.title"), text=view.title if view else "", desk=True
        )
        self.short_field = TextField(text=view.short_title if view else "", desk=True)
        self.short_field.bind(text=self._count)
        self._count()
        self.add_widget(self.name_field)
        self.add_widget(self.short_field)
        if view is None:
            self._new_fields()
        elif view.droppable:
            leave = StyledButton(text=tr("item.drop"), kind="danger", grade="small", icon="trash")
            leave.bind(on_release=lambda *_: self._leave())
            self.add_widget(leave)

    def _new_fields(self) -> None:
        tr = self.app.tr
        self.minutes_field = TextField(label=tr("item.minutes"), text="15", desk=True)
        self.form_field = Select(label=tr("f.form"), text=tr("form.none"))
        self.form_field.bind(on_release=lambda *_: self._choose_form())
        self.place_field = Select(label=tr("item.position"), text=tr("item.position.last"))
        self.place_field.bind(on_release=lambda *_: self._choose_place())
        self.add_widget(side_by_side(self.minutes_field, self.form_field))
        self.add_widget(self.place_field)

    def _count(self, *_args: object) -> None:
        typed = len(self.short_field.text.strip())
        self.short_field.label = self.app.tr("item.short", n=typed)
        long = typed > SHORT
        self.short_field.error = self.app.tr("item.short.long") if long else ""

    def _choose_form(self) -> None:
        forms = [(form, self.app.tr(f"form.{form}"), "") for form in FORMS]
        self.form_field.choose_from(forms, self.form, self._take_form)

    def _take_form(self, form: str) -> None:
        self.form = form
        self.form_field.text = self.app.tr(f"form.{form}")

    def _place_text(self, place: str) -> str:
        if place == LAST:
            return str(self.app.tr("item.position.last"))
        return str(self.app.tr("item.position.before", n=dict(self.places)[place]))

    def _choose_place(self) -> None:
        known = [item for item, _ in self.places]
        options = [(one, self._place_text(one), "") for one in (*known, LAST)]
        self.place_field.choose_from(options, self.place, self._take_place)

    def _take_place(self, place: str) -> None:
        self.place = place
        self.place_field.text = self._place_text(place)

    def complete(self) -> bool:
        """See `FormDialog.complete`."""
        tr, title = self.app.tr, self.name_field.text.strip()
        self.name_field.error = "" if title else tr("item.title.missing")
        fine = bool(title) and not self.short_field.error
        if self.view is None:
            minutes = whole(self.minutes_field.text or "0", 0, MOST_MINUTES)
            self.minutes_field.error = "" if minutes is not None else tr("item.minutes.wrong")
            fine = fine and minutes is not None
        return fine

    def on_act(self) -> None:
        """Tell what was written."""
        title, short = self.name_field.text.strip(), self.short_field.text.strip()
        if self.view is not None:
            self.dispatch("on_changed", {"title": title, "short_title": short})
            return
        order = [item for item, _ in self.places]
        position = order.index(self.place) if self.place in order else len(order)
        minutes = whole(self.minutes_field.text or "0", 0, MOST_MINUTES) or 0
        item = AddItem(self.app.new_id(), position, title, short, minutes, form=self.form)  # type: ignore[arg-type]
        self.dispatch("on_ready", item)

    def _leave(self) -> None:
        self.close()
        self.dispatch("on_leave")

    def on_ready(self, item: AddItem) -> None:
        """A new item was written."""

    def on_changed(self, values: dict[str, Any]) -> None:
        """Other titles were written."""

    def on_leave(self) -> None:
        """The item is to leave the agenda."""
