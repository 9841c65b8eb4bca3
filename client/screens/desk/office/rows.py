"""The rows of the office: a person, a device, a device that waits, a body."""

from typing import Any

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from client.selectors.desk_office import BodyRow, DeviceRow, PersonRow
from client.widgets.card import Card
from client.widgets.plate import Plate
from client.widgets.touch import Pressable


class SectionLine(Pressable, Plate, BoxLayout):
    """A section of the office in the left column."""

    name = StringProperty("")
    icon = StringProperty("")
    text = StringProperty("")
    count = StringProperty("")
    waiting = StringProperty("")
    on = BooleanProperty(False)


class PersonLine(BoxLayout):
    """Shows a `PersonRow`; made only for the rows in sight."""

    view = ObjectProperty(None, allownone=True)
    page = ObjectProperty(None, allownone=True)
    seat = StringProperty("")
    name = StringProperty("")
    post = StringProperty("")
    role = StringProperty("")
    mark = StringProperty("")

    def on_view(self, _line: Any, view: PersonRow | None) -> None:
        """Set the row."""
        if view is not None:
            self.seat, self.name, self.post = view.seat, view.name, view.post
            self.role, self.mark = view.role, view.mark


class _DeviceParts:
    """What both kinds of a device's row show."""

    name: str
    line: str
    icon: str
    state: str

    def show(self, view: DeviceRow) -> None:
        """Set the row."""
        self.view = view
        self.name, self.line, self.icon, self.state = view.name, view.line, view.icon, view.state


class DeviceLine(_DeviceParts, BoxLayout):
    """A device in use, or no longer."""

    page = ObjectProperty(None, allownone=True)
    name = StringProperty("")
    line = StringProperty("")
    icon = StringProperty("")
    state = StringProperty("")
    revoked = BooleanProperty(False)

    def show(self, view: DeviceRow) -> None:
        """Set the row."""
        super().show(view)
        self.revoked = view.revoked

    def fits(self, view: DeviceRow) -> bool:
        """Say whether this kind of row is the right one."""
        return not view.waiting


class WaitingDevice(_DeviceParts, Card):
    """A device that waits, with the digits to compare."""

    page = ObjectProperty(None, allownone=True)
    name = StringProperty("")
    line = StringProperty("")
    icon = StringProperty("")
    state = StringProperty("")
    digits = StringProperty("")

    def show(self, view: DeviceRow) -> None:
        """Set the row."""
        super().show(view)
        self.digits = view.digits

    def fits(self, view: DeviceRow) -> bool:
        """Say whether this kind of row is the right one."""
        return view.waiting


class BodyLine(BoxLayout):
    """A body that the person serves."""

    page = ObjectProperty(None, allownone=True)
    body = StringProperty("")
    name = StringProperty("")
    line = StringProperty("")
    on = BooleanProperty(False)

    def show(self, view: BodyRow) -> None:
        """Set the row."""
        self.body, self.name, self.line, self.on = view.id, view.name, view.line, view.on
