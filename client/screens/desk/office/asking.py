"""What is asked of the office: people, bodies, slips to print."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kivy.properties import StringProperty

from client.actions import SecretsSeen
from client.screens.desk.asking import AskingDialog, Then
from client.screens.desk.choosing import Option, Select
from client.screens.desk.form import side_by_side
from client.screens.desk.scrolling import scrolling
from client.selectors.desk_office import PERSON_ROLES
from client.widgets.dialog import Dialog
from client.widgets.field import TextField
from client.widgets.label import Text
from client.widgets.rows import ListRow
from server.protocol import office as o
from server.protocol.refusals import Code, Refusal
from server.protocol.state import Organization

ADDRESSES = ("dong_chi", "dai_bieu")


class Choice(Select):
    """A field that is chosen from a menu."""

    value = StringProperty("")

    def __init__(self, label: str, options: list[Option], value: str, **kwargs: Any) -> None:
        super().__init__(label=label, **kwargs)
        self.options = options
        self.take(value)
        self.bind(on_release=lambda *_: self.choose_from(self.options, self.value, self.take))

    def take(self, value: str) -> None:
        """Choose."""
        self.value = value
        self.text = next((text for one, text, _ in self.options if one == value), "")


class PersonDialog(AskingDialog):
    """Adds or changes a person."""

    def __init__(self, app: Any, body: str, person: o.Person | None, then: Then) -> None:
        title = app.tr("off.edit.title", name=person.name) if person else app.tr("off.add.title")
        super().__init__(
            app, then, title=title, icon="user", tone="blu", act_text=app.tr("off.save")
        )
        self._body, self._person = body, person
        self.name = TextField(label=app.tr("off.f.name"), desk=True)
        self.post = TextField(label=app.tr("off.f.post"), desk=True)
        self.seat = TextField(label=app.tr("off.f.seat"), desk=True)
        roles: list[Option] = [(one, app.tr(f"role.{one}"), "") for one in PERSON_ROLES]
        self.role = Choice(app.tr("off.f.role"), roles, person.role if person else "member")
        if person is not None:
            self.name.text, self.post.text, self.seat.text = person.name, person.post, person.seat
        self.add_widget(self.name)
        self.add_widget(self.post)
        self.add_widget(side_by_side(self.role, self.seat))
        self.say_trouble()

    def complete(self) -> bool:
        """A name is needed."""
        missing = not self.name.text.strip()
        self.name.error = self.app.tr("off.f.missing") if missing else ""
        return not missing

    def question(self) -> o.Question:
        """Return the person as typed; a new one gets an identifier."""
        known = self._person
        person = o.Person(
            known.id if known else self.app.new_id(),
            " ".join(self.name.text.split()),
            self.role.value,
            " ".join(self.post.text.split()),
            self.seat.text.strip(),
            known.must_change if known else False,
        )
        return o.PutPerson(self._body, person)


class BodyDialog(AskingDialog):
    """Adds a body."""

    def __init__(self, app: Any, then: Then) -> None:
        super().__init__(
            app, then, title=app.tr("org.add"), icon="flag", tone="blu",
            act_text=app.tr("off.save"),
        )  # fmt: skip
        self.name = TextField(label=app.tr("org.name"), desk=True)
        self.short = TextField(label=app.tr("org.short"), desk=True)
        self.term = TextField(label=app.tr("org.term"), desk=True)
        forms: list[Option] = [(one, app.tr(f"org.{one}"), "") for one in ADDRESSES]
        self.form = Choice(app.tr("org.address"), forms, "dong_chi")
        self.add_widget(self.name)
        self.add_widget(side_by_side(self.short, self.term))
        self.add_widget(self.form)
        self.say_trouble()

    def complete(self) -> bool:
        """A name is needed."""
        missing = not self.name.text.strip()
        self.name.error = self.app.tr("org.missing") if missing else ""
        return not missing

    def question(self) -> o.Question:
        """Return the body as typed."""
        address: Any = self.form.value
        body = Organization(
            self.app.new_id(),
            " ".join(self.name.text.split()),
            " ".join(self.short.text.split()),
            " ".join(self.term.text.split()),
            address,
        )
        return o.AddOrganization(body)


class SheetDialog(AskingDialog):
    """Asks where to put the slips, then has them made; `saved` is told the path."""

    def __init__(self, app: Any, body: str, saved: Callable[[Path], None]) -> None:
        super().__init__(
            app,
            self._made,
            title=app.tr("off.print.title"),
            body=app.tr("off.print.body"),
            icon="printer",
            tone="amb",
            act_text=app.tr("off.print.go"),
        )
        self._body, self._saved = body, saved
        self.path = TextField(label=app.tr("off.print.path"), desk=True)
        self.path.text = str(Path.home() / "phieu-dang-nhap.pdf")
        self.add_widget(self.path)
        self.say_trouble()

    def complete(self) -> bool:
        """A path in a folder that is there is needed."""
        typed = self.path.text.strip()
        key = "" if typed else "off.path.missing"
        if typed and not Path(typed).expanduser().parent.is_dir():
            key = "off.path.folder"
        self.path.error = self.app.tr(key) if key else ""
        return not key

    def question(self) -> o.Question:
        """Return what makes the slips."""
        return o.PrintSheet(self._body)

    def _told(self, reply: o.Reply | Refusal) -> None:
        if isinstance(reply, Refusal) and reply.code == Code.PERSON_UNKNOWN:
            self.ids.act.busy = False
            self.trouble.text = self.app.tr("off.print.nobody")
            return
        if not isinstance(reply, o.Made):
            super()._told(reply)
            return
        path = Path(self.path.text.strip()).expanduser()
        self.app.save(reply.sha256, path, lambda refusal: self._kept(reply, path, refusal))

    def _kept(self, reply: o.Made, path: Path, refusal: Refusal | None) -> None:
        super()._told(refusal or reply)
        if refusal is None:
            self._saved(path)

    def _made(self, _reply: o.Reply) -> None:
        """Closed: the page is told by `saved`."""


def show_pins(app: Any, pins: tuple[o.FirstPin, ...]) -> Dialog | None:
    """Show first PINs once; they leave the memory with the dialog."""
    if not pins:
        return None
    dialog = Dialog(
        title=app.tr("off.pins.title"),
        body=app.tr("off.pins.body"),
        icon="shield-lock",
        tone="amb",
        act_text=app.tr("off.pins.seen"),
    )
    rows = []
    for one in pins:
        row = ListRow(icon="user", title=one.name, row_height=64)
        pin = Text(text=one.pin, role="title3", weight="bold")
        pin.pos_hint = {"center_y": 0.5}
        row.add_widget(pin)
        rows.append(row)
    dialog.add_widget(scrolling(rows))
    dialog.bind(on_closed=lambda *_: app.dispatch(SecretsSeen()))
    return dialog.open()
