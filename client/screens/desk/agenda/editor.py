"""The selected item: its title, four fields that save at once, and publication."""

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from client.screens.desk.agenda.audience import open_audience
from client.screens.desk.agenda.presenter import ask_name
from client.screens.desk.choosing import Select
from client.selectors.desk_agenda import FORMS, ItemView
from client.widgets.button import StyledButton
from client.widgets.field import TextField

__all__ = ["ItemEditor", "Select", "StyledButton", "TextField"]

OTHER = "+"
MOST_MINUTES = 999


class ItemEditor(BoxLayout):
    """Shows an `ItemView`; fires ``on_edit(values)``, ``on_publish`` and ``on_rename``."""

    app = ObjectProperty(None)
    item = StringProperty("")
    number = StringProperty("")
    title = StringProperty("")
    presenter = StringProperty("")
    minutes = NumericProperty(0)
    minutes_text = StringProperty("")
    form_text = StringProperty("")
    audience = StringProperty("")
    publish_text = StringProperty("")
    publish_on = BooleanProperty(False)

    __events__ = ("on_edit", "on_publish", "on_rename")

    def __init__(self, **kwargs: Any) -> None:
        self._view: ItemView | None = None
        super().__init__(**kwargs)

    def on_kv_post(self, _base: Any) -> None:
        """Only now are the fields there."""
        self.ids.minutes.ids.typing.bind(focus=self._minutes_focus)

    def show(self, view: ItemView | None) -> None:
        """Set the fields; one that is being typed into is left alone."""
        self._view = view
        self.ids.fields.opacity = 0 if view is None else 1
        self.ids.fields.disabled = view is None
        self.item = view.item if view else ""
        self.number, self.title = (view.number, view.title) if view else ("", "")
        if view is None:
            return
        self.presenter, self.form_text, self.audience = (
            view.presenter,
            view.form_text,
            view.audience,
        )
        self.minutes, self.minutes_text = view.minutes, view.minutes_text
        if not self.ids.minutes.ids.typing.focus:
            self.ids.minutes.text = view.minutes_text
            self.ids.minutes.error = ""

    def choose_presenter(self, select: Select) -> None:
        """One of the people on the roll, or another name."""
        view = self._view
        if view is None:
            return
        names = [(name, name, "") for name in view.presenters]
        other = (OTHER, self.app.tr("person.other"), "edit")
        select.choose_from([other, *names], view.presenter, self._presenter)

    def _presenter(self, name: str) -> None:
        if name == OTHER:
            ask_name(self.app, self.presenter, lambda typed: self._edit(presenter=typed))
        else:
            self._edit(presenter=name)

    def choose_form(self, select: Select) -> None:
        """How the item ends."""
        view = self._view
        if view is not None:
            forms = [(form, self.app.tr(f"form.{form}"), "") for form in FORMS]
            select.choose_from(forms, view.form, lambda form: self._edit(form=form))

    def choose_audience(self) -> None:
        """Which guests are invited to the item."""
        if self._view is not None:
            open_audience(self.app, self._view, lambda guests: self._edit(guests=guests))

    def _edit(self, **values: Any) -> None:
        view = self._view
        if view is not None and any(getattr(view, k, None) != v for k, v in values.items()):
            self.dispatch("on_edit", values)

    def _minutes_focus(self, typing: Any, focus: bool) -> None:
        if focus:
            typing.text = str(int(self.minutes)) if self.minutes else ""
            typing.select_all()
        else:
            self.save_minutes()

    def save_minutes(self) -> None:
        """Take what was typed; what is no number of minutes is said and not kept."""
        field = self.ids.minutes
        typed = field.text.split(" ")[0].strip()
        if typed and (not typed.isdecimal() or int(typed) > MOST_MINUTES):
            field.error = self.app.tr("item.minutes.wrong")
            return
        field.error = ""
        minutes = int(typed or 0)
        field.text = self.app.tr("desk.min", n=minutes)
        self._edit(minutes=minutes)

    def on_edit(self, values: dict[str, Any]) -> None:
        """The item has new values."""

    def on_publish(self) -> None:
        """Publication is wanted."""

    def on_rename(self) -> None:
        """Other titles are wanted."""
