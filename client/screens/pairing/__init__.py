"""Pairing: the server's address and a code, then a number to compare; a new server's first desk."""

from dataclasses import replace
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.properties import BooleanProperty, ListProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.scrollview import ScrollView
from msgspec.structs import replace as changed

from client.actions import PreferencesChanged
from client.device.enrolment import FirstDesk
from client.screens.appearance import open_appearance
from client.screens.help import open_help
from client.screens.panel import NavyPanel
from client.screens.watching import Watching
from client.selectors.pairing import Pairing, missing_letters, pairing
from client.selectors.sign_in import panel
from client.state import AppState
from client.widgets.button import StyledButton
from client.widgets.card import Card
from client.widgets.chip import Chip
from client.widgets.field import TextField
from client.widgets.icon import Icon
from client.widgets.kv import load_kv
from client.widgets.label import Text
from client.widgets.rows import ListRow
from client.widgets.tool import Segmented
from server.protocol.state import Organization

__all__ = ["Card", "Chip", "Comparison", "ErrorCard", "FirstForm", "Icon", "JoinForm", "ListRow"]
__all__ += ["NavyPanel", "PairingScreen", "ScrollView", "Segmented", "StyledButton"]
__all__ += ["Text", "TextField"]

PASSPHRASE = 10
_FIRST_FIELDS = ("address", "code", "body", "secretary", "secret", "again")


class ErrorCard(Card):
    """What went wrong, and steps that help."""

    title = StringProperty("")
    steps = StringProperty("")


class JoinForm(BoxLayout):
    """Address and code; fires ``on_pair(address, code)``."""

    servers = ListProperty()
    busy = BooleanProperty(False)
    address_error = StringProperty("")
    code_error = StringProperty("")

    __events__ = ("on_pair",)

    def on_servers(self, _form: Any, servers: list[str]) -> None:
        """Offer what was found; a single server fills an empty field."""
        rows = self.ids.found
        rows.clear_widgets()
        for place, server in enumerate(servers):
            row = ListRow(icon="devices", title=server, last=place == len(servers) - 1)
            row.bind(on_release=lambda _, address=server: self._take(address))
            rows.add_widget(row)
        if len(servers) == 1 and not self.ids.address.text:
            self._take(servers[0])

    def _take(self, address: str) -> None:
        self.ids.address.text = address

    def go(self) -> None:
        """Pair, if what was typed can be an address and a code."""
        address, code = self.ids.address.text.strip(), self.ids.code.text.strip()
        missing = missing_letters(code)
        self.address_error = (
            "" if address or code.startswith("PHIENHOP") else _say("pair.err.address")
        )
        self.code_error = _say("pair.err.code", n=missing) if missing else ""
        if not self.address_error and not self.code_error and not self.busy:
            self.dispatch("on_pair", address, code)

    def on_pair(self, address: str, code: str) -> None:
        """The person wants to pair."""


class FirstForm(BoxLayout):
    """The first desk of an empty server; fires ``on_first(address, code, body, name, secret)``.

    `body` is an `Organization`; each field says itself what is wrong with it.
    """

    servers = ListProperty()
    busy = BooleanProperty(False)

    __events__ = ("on_first",)

    def on_servers(self, _form: Any, servers: list[str]) -> None:
        """A single server fills an empty field."""
        if len(servers) == 1 and not self.ids.address.text:
            self.ids.address.text = servers[0]

    def go(self) -> None:
        """Set up, once everything is there and the passphrase was typed alike twice."""
        ids = self.ids
        wrong = self._wrong()
        for name in _FIRST_FIELDS:
            ids[name].error = wrong.get(name, "")
        if not wrong and not self.busy:
            name = ids.body.text.strip()
            body = Organization("", name, name, ids.term.text.strip())
            texts = (ids[one].text.strip() for one in ("address", "code", "secretary"))
            address, code, secretary = texts
            self.dispatch("on_first", address, code, body, secretary, ids.secret.text)

    def _wrong(self) -> dict[str, str]:
        """Return what is wrong, field by field."""
        texts = {name: self.ids[name].text.strip() for name in _FIRST_FIELDS}
        secret, missing = self.ids.secret.text, missing_letters(texts["code"])
        said = {
            "address": "" if texts["address"] else _say("pair.err.address"),
            "code": _say("pair.err.code", n=missing) if missing else "",
            "body": "" if texts["body"] else _say("org.missing"),
            "secretary": "" if texts["secretary"] else _say("off.f.missing"),
            "secret": "" if len(secret) >= PASSPHRASE else _say("pair.first.short", n=PASSPHRASE),
            "again": "" if secret == self.ids.again.text else _say("pair.first.differ"),
        }
        return {name: words for name, words in said.items() if words}

    def on_first(
        self, address: str, code: str, body: Organization, secretary: str, secret: str
    ) -> None:
        """The person wants to set the server up."""


class Comparison(BoxLayout):
    """The six digits that both screens show; fires ``on_again``."""

    number = StringProperty("")
    desk = BooleanProperty(False)

    __events__ = ("on_again",)

    def spaced(self, number: str) -> str:
        """Two groups of three, as people read them aloud."""
        return f"{number[:3]} {number[3:]}"

    def on_again(self) -> None:
        """Start over."""


def _say(key: str, **params: object) -> str:
    return str(App.get_running_app().tr(key, **params))


class FormKinds(Segmented):
    """At a desk: join a server, or set up a new one."""


class PairingScreen(Watching):
    """The screen."""

    language = StringProperty("vi")
    desk = BooleanProperty(False)
    first = BooleanProperty(False)
    form = StringProperty("")
    error = StringProperty("")
    steps = StringProperty("")

    def __init__(self, app: Any, **kwargs: Any) -> None:
        super().__init__(app, **kwargs)
        self._view: Pairing | None = None
        self._part: Any = None
        self._stop_looking: Any = None
        self._servers: tuple[str, ...] = ()

    def watches(self) -> None:
        """Follow how pairing goes, and look for servers meanwhile."""
        self.watch(panel, self.ids.panel.show)
        self.watch(pairing, self._show)
        self.watch(_language, self._speaks)
        self._stop_looking = self.app.found_servers(self._found)

    def left(self) -> None:
        """Forget what was typed."""
        if self._stop_looking is not None:
            self._stop_looking()
            self._stop_looking = None
        self._put("", None)

    def _speaks(self, language: str) -> None:
        self.language = language

    def _show(self, view: Pairing) -> None:
        self._view, self.desk = view, view.desk
        self.error, self.steps = ("", "") if view.busy else (view.error, view.steps)
        self._arrange()
        if view.waiting:
            self._part.number, self._part.desk = view.number, view.desk
        else:
            self._part.busy = view.busy

    def _arrange(self) -> None:
        view = self._view
        if view is None:
            return
        self._offer_kinds(view.desk and not view.waiting)
        wanted = "waiting" if view.waiting else "first" if self.first else "join"
        if wanted == self.form:
            return
        if wanted == "waiting":
            part: Any = Comparison()
            part.bind(on_again=lambda *_: self.app.unpair())
        elif wanted == "first":
            part = FirstForm()
            part.bind(on_first=self._set_up)
        else:
            part = JoinForm()
            part.bind(on_pair=lambda _form, address, code: self.app.pair(address, code))
        self._put(wanted, part)
        if wanted != "waiting":
            part.ids.address.text = self.app.named_server
            self._offer(self._servers)

    def _offer_kinds(self, offered: bool) -> None:
        place = self.ids.kinds
        if offered and not place.children:
            kinds = FormKinds(value="join")
            kinds.bind(on_choose=lambda _kinds, form: self.choose(form))
            place.add_widget(kinds)
        elif not offered:
            place.clear_widgets()
        for kinds in place.children:
            kinds.value = "first" if self.first else "join"

    def _put(self, form: str, part: Any) -> None:
        self.form, self._part = form, part
        place = self.ids.place
        place.clear_widgets()
        if part is not None:
            place.add_widget(part)

    def _found(self, servers: tuple[str, ...]) -> None:
        Clock.schedule_once(lambda _dt: self._offer(servers), 0)

    def _offer(self, servers: tuple[str, ...]) -> None:
        self._servers = servers
        if self.form in {"join", "first"}:
            self._part.servers = list(servers)

    def choose(self, form: str) -> None:
        """Join a server, or set up a new one."""
        self.first = form == "first"
        self._arrange()

    def _set_up(
        self, _form: Any, address: str, code: str, body: Organization, secretary: str, secret: str
    ) -> None:
        organization = changed(body, id=self.app.new_id())
        self.app.first_run(address, code, FirstDesk(organization, secretary, secret))

    def say(self, language: str) -> None:
        """Speak this language from now on."""
        preferences = replace(self.app.store.state.preferences, language=language)
        self.app.dispatch(PreferencesChanged(preferences))

    def help(self) -> None:
        """Gọi hỗ trợ."""
        open_help(self.app)

    def appearance(self) -> None:
        """Open text sizes and colours."""
        open_appearance(self.app)


def _language(state: AppState) -> str:
    return state.preferences.language


Screen = PairingScreen
load_kv(__file__)
