"""The office at the desk: who has an account, which devices there are, which bodies are served."""

from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.recycleboxlayout import RecycleBoxLayout
from kivy.uix.recycleview import RecycleView
from kivy.uix.scrollview import ScrollView

from client.actions import OrganizationChosen
from client.screens.desk.agenda.files import choose_file
from client.screens.desk.asking import SureDialog, sentence
from client.screens.desk.columns import jump
from client.screens.desk.finding import toasts_over
from client.screens.desk.lists import fill
from client.screens.desk.office.asking import (
    BodyDialog,
    PersonDialog,
    SheetDialog,
    show_pins,
)
from client.screens.desk.office.pairing import PairSheet, QrCode, open_pairing
from client.screens.desk.office.rows import (
    BodyLine,
    DeviceLine,
    PersonLine,
    SectionLine,
    WaitingDevice,
)
from client.screens.desk.office.rules import open_rules
from client.screens.desk.one_line import OneLine
from client.screens.desk.polls import DeskColumn
from client.screens.watching import Watching
from client.selectors.desk_office import (
    BodyRow,
    Counts,
    DeviceRow,
    PersonRow,
    body_rows,
    device_rows,
    office_counts,
    people_rows,
)
from client.widgets.button import StyledButton
from client.widgets.card import Card, Fact, Hairline
from client.widgets.chip import Chip
from client.widgets.field import TextField
from client.widgets.icon import BareIcon, Icon
from client.widgets.kv import load_kv
from client.widgets.label import BareText, Text
from client.widgets.tool import Segmented
from server.protocol import office as o
from server.protocol.refusals import Refusal

__all__ = ["BareIcon", "BareText", "Card", "Chip", "DeskColumn", "Fact", "Hairline", "Icon"]
__all__ += ["OfficePage", "OneLine", "PairSheet", "PersonLine", "QrCode", "RecycleBoxLayout"]
__all__ += ["RecycleView", "ScrollView", "Segmented", "StyledButton", "Text", "TextField"]

SECTIONS = (("people", "users"), ("devices", "devices"), ("orgs", "flag"))
LOOK_SECONDS = 3
"""How often the devices are asked for while the page is seen: somebody is waiting to be let in."""
CSV_BYTES = 200_000


class OfficePage(Watching):
    """The page: a section at a time."""

    section = StringProperty("people")
    title = StringProperty("")
    body_name = StringProperty("")
    typed = StringProperty("")
    trouble = StringProperty("")
    loading = BooleanProperty(True)
    empty = StringProperty("")
    empty_line = StringProperty("")

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self._looking: Any = None
        self._lines: dict[str, SectionLine] = {}
        super().__init__(app, **kwargs)
        for name, icon in SECTIONS:
            line = SectionLine(name=name, icon=icon)
            line.bind(on_release=lambda one: self.open(one.name))
            self._lines[name] = line
            self.ids.sections.add_widget(line)
        self.ids.find.bind(text=lambda _field, text: self._find(text))

    def watches(self) -> None:
        """Ask for everything, and show what comes."""
        self.watch(office_counts, self.show_counts)
        self.watch(lambda state: people_rows(state, self.typed), self.show_people)
        self.watch(device_rows, self.show_devices)
        self.watch(body_rows, self.show_bodies)
        self.watch(lambda state: state.office.organization, self._ask_people)
        self.app.ask(o.ListOrganizations(), self._told)
        self._look()
        self._looking = Clock.schedule_interval(self._look, LOOK_SECONDS)

    def left(self) -> None:
        """Ask for nothing while nobody looks."""
        if self._looking is not None:
            self._looking.cancel()

    def _look(self, *_args: object) -> None:
        state = self.app.store.state
        if state.line == "connected" and state.login is not None:
            self.app.ask(o.ListDevices())

    def _ask_people(self, body: str) -> None:
        if body:
            self.app.ask(o.ListPeople(body), self._told)

    def _told(self, reply: o.Reply | Refusal) -> None:
        """Say what went wrong in place; a list that has come is shown by its watch."""
        self.trouble = sentence(self.app, reply) if isinstance(reply, Refusal) else ""
        if isinstance(reply, o.People | Refusal):
            self.loading = False
            self._say_empty()

    # ---- what is shown ---------------------------------------------------------------------------

    def open(self, section: str) -> None:
        """Show another section."""
        self.section, self.trouble = section, ""
        self._mark()
        self._say_empty()

    def show_counts(self, counts: Counts) -> None:
        """Set the sections."""
        self.body_name = counts.body
        told = {"people": counts.people, "devices": counts.devices, "orgs": counts.bodies}
        for name, line in self._lines.items():
            line.text, line.count = self.app.tr(f"off.{name}"), told[name]
            line.waiting = counts.waiting if name == "devices" else ""
        self._mark()

    def _mark(self) -> None:
        for name, line in self._lines.items():
            line.on = name == self.section
            if line.on:
                self.title = line.text

    def _find(self, text: str) -> None:
        self.typed = text
        self.show_people(people_rows(self.app.store.state, text))

    def show_people(self, rows: tuple[PersonRow, ...]) -> None:
        """Set the table of people."""
        self.ids.people.data = [{"view": row, "page": self} for row in rows]
        self._say_empty()

    def show_devices(self, rows: tuple[DeviceRow, ...]) -> None:
        """Set the devices."""
        fill(self.ids.devices, rows, self._device)
        self._say_empty()

    def _device(self, row: DeviceRow) -> Any:
        return WaitingDevice(page=self) if row.waiting else DeviceLine(page=self)

    def show_bodies(self, rows: tuple[BodyRow, ...]) -> None:
        """Set the bodies."""
        fill(self.ids.bodies, rows, lambda _row: BodyLine(page=self))

    def _say_empty(self) -> None:
        key = ""
        if self.section == "people" and not self.ids.people.data and not self.loading:
            key = "off.nohit" if self.typed else "off.none"
        elif self.section == "devices" and not self.ids.devices.children:
            key = "dev.none"
        self.empty = self.app.tr(key, q=self.typed) if key else ""
        more = key in {"off.none", "dev.none"}
        self.empty_line = self.app.tr(f"{key}.s") if more else ""

    def key(self, key: str, held: frozenset[str], typing: bool) -> bool:
        """F6 goes from column to column, Ctrl+F to the field for finding people."""
        if key == "f6":
            jump(list(reversed(self.children[0].children)), -1 if "shift" in held else 1)
            return True
        if (key, held) == ("f", frozenset({"ctrl"})) and self.section == "people" and not typing:
            self.ids.find.focus_in()
            return True
        return False

    # ---- people ----------------------------------------------------------------------------------

    def _body(self) -> str:
        return str(self.app.store.state.office.organization)

    def _people_changed(self, reply: o.Reply) -> None:
        self._ask_people(self._body())
        if isinstance(reply, o.FirstPins):
            show_pins(self.app, reply.pins)

    def add_person(self) -> None:
        """Open the dialog for a new person."""
        PersonDialog(self.app, self._body(), None, self._people_changed).open()

    def edit_person(self, person: o.Person) -> None:
        """Open the dialog for a person."""
        PersonDialog(self.app, self._body(), person, self._people_changed).open()

    def remove_person(self, person: o.Person) -> None:
        """Ask, then end the membership."""
        SureDialog(
            self.app,
            o.RemovePerson(self._body(), person.id),
            self._people_changed,
            title=self.app.tr("off.remove.title", name=person.name),
            body=self.app.tr("off.remove.body"),
            tone="lac",
            act_text=self.app.tr("off.remove"),
            act_kind="danger",
        ).open()

    def reset_pin(self, person: o.Person) -> None:
        """Ask, then show the new first PIN once."""
        SureDialog(
            self.app,
            o.ResetPin(self._body(), person.id),
            self._people_changed,
            title=self.app.tr("off.reset.title", name=person.name),
            body=self.app.tr("off.reset.body"),
            act_text=self.app.tr("off.reset"),
        ).open()

    def choose_csv(self) -> None:
        """Let the person choose a file, then import it."""
        choose_file(self.app, lambda path: self.import_csv(Path(path)))

    def import_csv(self, path: Path) -> None:
        """Import people from a file; what is wrong with it is said in place."""
        try:
            raw = path.read_bytes() if path.stat().st_size <= CSV_BYTES else b"\xff"
            text = raw.decode("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            self.trouble = self.app.tr("off.import.unread", name=path.name)
            return
        self.app.ask(o.ImportPeople(self._body(), text), self._imported)

    def _imported(self, reply: o.Reply | Refusal) -> None:
        self._told(reply)
        if isinstance(reply, o.FirstPins):
            self._people_changed(reply)
            self._toast(self.app.tr("off.imported", n=len(reply.pins)))

    def print_sheet(self) -> None:
        """Ask where the slips go, make them and keep them there."""
        SheetDialog(
            self.app,
            self._body(),
            lambda path: self._toast(self.app.tr("off.print.done", path=path)),
        ).open()

    def _toast(self, text: str) -> None:
        toasts = toasts_over(self)
        if toasts is not None:
            toasts.show(text)

    # ---- devices and bodies ----------------------------------------------------------------------

    def pair(self) -> None:
        """Open the sheet with a pairing code."""
        open_pairing(self.app)

    def _devices_changed(self, reply: o.Reply | Refusal) -> None:
        self._told(reply)
        self.app.ask(o.ListDevices())

    def approve(self, device: str) -> None:
        """Let a waiting device in."""
        self.app.ask(o.ApproveDevice(device), self._devices_changed)

    def refuse(self, device: str) -> None:
        """Send a waiting device away."""
        self.app.ask(o.RevokeDevice(device), self._devices_changed)

    def revoke(self, row: DeviceRow) -> None:
        """Ask, then end a device's use."""
        SureDialog(
            self.app,
            o.RevokeDevice(row.id),
            self._devices_changed,
            title=self.app.tr("dev.revoke.title", name=row.name),
            body=self.app.tr("dev.revoke.body"),
            tone="lac",
            act_text=self.app.tr("dev.revoke"),
            act_kind="danger",
        ).open()

    def add_body(self) -> None:
        """Open the dialog for another body."""
        BodyDialog(self.app, lambda _reply: self.app.ask(o.ListOrganizations(), self._told)).open()

    def open_rules(self, body: str) -> None:
        """Show what the body votes by."""
        members = sum(1 for one in self.app.store.state.office.people if one.role == "member")
        open_rules(self.app, body, members, self._say)

    def _say(self, trouble: str) -> None:
        self.trouble = trouble

    def use_body(self, body: str) -> None:
        """Work on another body."""
        self.loading = True
        self.app.dispatch(OrganizationChosen(body))


load_kv(__file__)
