"""The key of one's private notes: opening them on another tablet, the passphrase, the code.

The sheet follows what is known of the notes while it is open; its pages are in `pages`.
"""

from functools import partial
from typing import Any

from kivy.properties import BooleanProperty, OptionProperty, StringProperty

from client import actions as a
from client.screens.note_keys.pages import PAGES
from client.state import AppState, NotesState
from client.widgets.dialog import Dialog, Sheet
from client.widgets.kv import load_kv
from server.protocol.refusals import Refusal

__all__ = ["NoteKeysSheet", "call_for_keys", "open_note_keys"]

LEAST = 10
"""Characters of a passphrase (`Notes.set_passphrase`)."""
NOT_RIGHT = {
    "passphrase": "notekey.wrong.phrase",
    "code": "notekey.wrong",
    "pin": "notekey.wrong.pin",
}


class NoteKeysSheet(Sheet):
    """Asks for the key here, gives it to another tablet, sets the passphrase, makes the code."""

    locked = BooleanProperty(False)
    digits = StringProperty("")
    """What both tablets show, once this one has asked; or the one that asks has."""
    asking = StringProperty("")
    """The tablet that asks for the key."""
    has_code = BooleanProperty(False)
    has_passphrase = BooleanProperty(False)
    code = StringProperty("")
    way = OptionProperty("code", options=("passphrase", "code", "pin"))
    """What is typed to open the notes here."""
    setting = BooleanProperty(False)
    """A passphrase is being chosen."""
    error = StringProperty("")
    busy = BooleanProperty(False)
    asked = BooleanProperty(False)

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        self._page = ""
        super().__init__(**kwargs)
        self.fbind("setting", self._turn)
        self._end = app.store.watch(_notes, self._show)
        self.bind(on_closed=lambda *_: self._end())

    def _show(self, notes: NotesState) -> None:
        if self.locked and not notes.locked:
            self.app.dispatch(a.MessageShown("notekey.opened"))
            self.close()
        if not notes.person:
            self.close()
        if notes.passphrase and not self.has_passphrase:
            self.way = "passphrase"
        self.locked, self.has_code = notes.locked, notes.code
        self.has_passphrase = notes.passphrase
        request = notes.requests[0] if notes.requests else None
        self.asking = request.device if request is not None else ""
        self.digits = request.digits if request is not None else notes.digits
        self._turn()

    def _turn(self, *_args: object) -> None:
        """Show what is to be decided now; a passphrase being typed is not taken away."""
        page = "locked" if self.locked else "phrase" if self.setting else ""
        page = page or ("asking" if self.asking else "own")
        if page != self._page:
            self._page, self.error = page, ""
            self.ids.extra.clear_widgets()
            self.ids.extra.add_widget(PAGES[page](sheet=self))

    @property
    def page(self) -> Any:
        """What is on the sheet now."""
        return self.ids.extra.children[0]

    # ---- on a tablet without the key -------------------------------------------------------------

    def ask(self) -> None:
        """Ask the person's other tablet for the key."""
        self._start(self.app.notes.ask_other_device(), self._has_asked)

    def _has_asked(self, _done: object) -> None:
        self.asked = True

    def begin_anew(self) -> None:
        """Every key is lost: after one more question, begin without the notes of before."""
        tr = self.app.tr
        sure = Dialog(
            title=tr("notekey.anew"),
            body=tr("notekey.anew.sure"),
            icon="alert-triangle",
            tone="lac",
            safe_text=tr("act.cancel"),
            act_text=tr("notekey.anew"),
            act_kind="danger",
        )
        sure.bind(on_act=lambda *_: self._start(self.app.notes.begin_anew(), lambda _done: None))
        sure.open()

    def choose(self, way: str) -> None:
        """Open the notes in this way."""
        self.way, self.error = way, ""

    def unlock(self, typed: str) -> None:
        """Open the notes by what was typed."""
        if typed.strip():
            self._start(self.app.notes.unlock(typed.strip()), lambda _done: None)

    # ---- on a tablet with the key ----------------------------------------------------------------

    def give(self) -> None:
        """Let the other tablet have the key: its digits are the same."""
        self._start(self.app.notes.give_key(self.asking), self._given)

    def _given(self, _done: object) -> None:
        self.app.dispatch(a.MessageShown("notekey.given"))
        self.close()

    def make_code(self) -> None:
        """Make a recovery code and show it, this once."""
        self._start(self.app.notes.make_code(), self._has_code)

    def _has_code(self, code: object) -> None:
        self.code = str(code)

    def set_passphrase(self, typed: str, again: str) -> None:
        """Let this passphrase open the notes on another tablet; the one before it is void."""
        typed, again = typed.strip(), again.strip()
        if len(typed) < LEAST:
            self.error = self.app.tr("notekey.phrase.short", n=LEAST)
        elif typed != again:
            self.error = self.app.tr("notekey.phrase.differ")
        else:
            self._start(self.app.notes.set_passphrase(typed), self._has_set)

    def _has_set(self, _done: object) -> None:
        self.app.dispatch(a.MessageShown("notekey.phrase.set"))
        self.close()

    # ---- what the notes answer -------------------------------------------------------------------

    def _start(self, work: Any, then: Any) -> None:
        self.busy, self.error = True, ""
        self.app.start(self._carry(work, then))

    async def _carry(self, work: Any, then: Any) -> None:
        done = await work
        self.busy = False
        if isinstance(done, Refusal):
            key = NOT_RIGHT[self.way] if done.code == "pin_wrong" else f"refusal.{done.code}"
            self.error = self.app.tr(key, **done.params)
        else:
            then(done)


def _notes(state: AppState) -> NotesState:
    return state.notes


def open_note_keys(app: Any) -> NoteKeysSheet:
    """Open the sheet."""
    sheet = NoteKeysSheet(app)
    sheet.open()
    return sheet


def call_for_keys(app: Any) -> None:
    """Open the sheet by itself when the person must decide: once, and never over a ballot."""
    open_now: list[NoteKeysSheet] = []
    seen: set[tuple[str, ...]] = set()

    def show(why: tuple[str, ...]) -> None:
        if why and why not in seen and not open_now:
            seen.add(why)
            open_now.append(open_note_keys(app))
            open_now[0].bind(on_closed=partial(_forget, open_now))

    app.store.watch(_why, show)


def _forget(open_now: list[NoteKeysSheet], *_args: object) -> None:
    open_now.clear()


def _why(state: AppState) -> tuple[str, ...]:
    """What the person must decide on this screen; empty: nothing."""
    notes = state.notes
    if notes.locked and state.place.screen == "lobby":
        return ("locked", notes.person)
    if notes.requests and state.place.screen in {"lobby", "meeting"}:
        return ("asked", notes.person, notes.requests[0].device, notes.requests[0].digits)
    return ()


load_kv(__file__)
