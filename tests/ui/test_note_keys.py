"""The key of the notes, by touches on a real window."""

from collections.abc import Iterator
from typing import Any

import pytest

from client import actions as a
from client.state import KeyRequest, NotesState
from server.protocol.refusals import Code, Refusal
from tests.ui.story import HANH, LOOKS, ROOM, Look, Tablet

pytestmark = pytest.mark.ui
STATES: dict[str, dict[str, Any]] = {
    "locked": {"locked": True, "digits": "482913", "passphrase": True},
    "asking": {"requests": (KeyRequest("d9", "482913"),)},
    "none": {},
    "code": {"code": True, "passphrase": True},
    "phrase": {"code": True, "passphrase": True},
}
PHRASE = "cà phê buổi sáng"
CODE = "ABCD-EFGH-IJKL-MNOP-QRST-UVWX-YZ23-4567"


class Keys:
    """What the sheet asks of the notes, answered as the notes answer."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: str | Refusal | None = None

    async def ask_other_device(self) -> str | Refusal | None:
        self.asked.append("ask")
        return self.answer

    async def unlock(self, secret: str) -> str | Refusal | None:
        self.asked.append(secret)
        return self.answer

    async def give_key(self, device: str) -> str | Refusal | None:
        self.asked.append(device)
        return self.answer

    async def begin_anew(self) -> str | Refusal | None:
        self.asked.append("anew")
        return self.answer

    async def set_passphrase(self, passphrase: str) -> Refusal | None:
        self.asked.append(passphrase)
        return self.answer if isinstance(self.answer, Refusal) else None

    async def make_code(self) -> str | Refusal | None:
        return self.answer


@pytest.fixture
def tablet(stage: Any) -> Iterator[Tablet]:
    device = Tablet(stage)
    device.signed_in()
    device.notes = Keys()  # type: ignore[assignment]
    yield device
    device.close()


def told(tablet: Tablet, **notes: Any) -> None:
    tablet.dispatch(a.NotesChanged(NotesState(HANH, online=True, **notes)))


def sheet_of(stage: Any, tablet: Tablet) -> Any:
    from client.screens.note_keys import open_note_keys

    sheet = open_note_keys(tablet)
    stage.step(5)
    return sheet


def press(stage: Any, tablet: Tablet, sheet: Any, key: str) -> None:
    from client.widgets.button import StyledButton

    name = tablet.tr(key)
    [button] = [one for one in sheet.walk() if isinstance(one, StyledButton) and one.text == name]
    stage.tap(button)
    tablet.flush()
    stage.step(3)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_size_and_language_fits(
    stage: Any, tablet: Tablet, check_screen: Any, look: Look
) -> None:
    tablet.dispatch(a.PreferencesChanged(look.preferences))
    for state, notes in STATES.items():
        told(tablet, **notes)
        sheet = sheet_of(stage, tablet)
        sheet.code = CODE if state == "code" else ""
        sheet.asked = state == "locked"
        sheet.setting = state == "phrase"
        if state == "phrase":
            sheet.set_passphrase("ngắn", "ngắn")
        stage.step(3)
        stage.shot(f"note-keys-{state}-{look}")
        check_screen(sheet)
        sheet.close()


def test_another_tablet_is_asked_and_the_sheet_goes_when_the_notes_are_open(
    stage: Any, tablet: Tablet
) -> None:
    told(tablet, locked=True, digits="482913")
    sheet = sheet_of(stage, tablet)
    press(stage, tablet, sheet, "notekey.ask")
    assert keys(tablet).asked == ["ask"]
    assert sheet.asked
    told(tablet)
    stage.step(3)
    assert sheet.parent is None
    assert tablet.state.message is not None
    assert tablet.state.message.key == "notekey.opened"


def test_a_wrong_code_is_said_and_can_be_corrected(stage: Any, tablet: Tablet) -> None:
    told(tablet, locked=True)
    sheet = sheet_of(stage, tablet)
    press(stage, tablet, sheet, "notekey.open")
    assert keys(tablet).asked == []
    sheet.page.ids.typed.text = "abcd"
    keys(tablet).answer = Refusal(Code.PIN_WRONG, {"left": 5, "seconds": 0})
    press(stage, tablet, sheet, "notekey.open")
    assert keys(tablet).asked == ["abcd"]
    assert sheet.error == tablet.tr("notekey.wrong")
    keys(tablet).answer = Refusal(Code.SERVER_UNREACHABLE, {"address": "x"})
    press(stage, tablet, sheet, "notekey.open")
    assert sheet.error == tablet.tr("refusal.server_unreachable", address="x")
    assert not sheet.busy
    sheet.close()


def test_beginning_anew_is_asked_twice(stage: Any, tablet: Tablet) -> None:
    from kivy.core.window import Window

    from client.widgets.dialog import Dialog

    told(tablet, locked=True)
    sheet = sheet_of(stage, tablet)
    press(stage, tablet, sheet, "notekey.anew")
    assert keys(tablet).asked == []
    [sure] = [one for one in Window.children if isinstance(one, Dialog)]
    press(stage, tablet, sure, "notekey.anew")
    assert keys(tablet).asked == ["anew"]
    told(tablet)
    stage.step(3)
    assert sheet.parent is None


def test_a_passphrase_is_set_and_changed(stage: Any, tablet: Tablet) -> None:
    told(tablet)
    sheet = sheet_of(stage, tablet)
    press(stage, tablet, sheet, "notekey.phrase.make")
    fields = sheet.page.ids
    fields.one.text = fields.two.text = "ngắn"
    press(stage, tablet, sheet, "notekey.phrase.save")
    assert sheet.error == tablet.tr("notekey.phrase.short", n=10)
    fields.one.text = PHRASE
    press(stage, tablet, sheet, "notekey.phrase.save")
    assert sheet.error == tablet.tr("notekey.phrase.differ")
    fields.two.text = PHRASE
    keys(tablet).answer = Refusal(Code.SERVER_UNREACHABLE)
    press(stage, tablet, sheet, "notekey.phrase.save")
    assert sheet.error == tablet.tr("refusal.server_unreachable")
    assert (fields.one.text, keys(tablet).asked) == (PHRASE, [PHRASE])
    keys(tablet).answer = None
    press(stage, tablet, sheet, "notekey.phrase.save")
    assert sheet.parent is None
    assert tablet.state.message is not None
    assert tablet.state.message.key == "notekey.phrase.set"
    told(tablet, passphrase=True)
    sheet = sheet_of(stage, tablet)
    press(stage, tablet, sheet, "notekey.phrase.change")
    press(stage, tablet, sheet, "act.return")
    press(stage, tablet, sheet, "notekey.phrase.change")
    sheet.close()


def test_a_new_tablet_is_opened_by_the_passphrase(stage: Any, tablet: Tablet) -> None:
    told(tablet, locked=True, passphrase=True, code=True)
    sheet = sheet_of(stage, tablet)
    assert sheet.way == "passphrase"
    field = sheet.page.ids.typed
    assert field.password
    stage.tap(sheet.page.ids.seen)
    assert not field.password
    assert field.ids.typing.secret
    field.text = "mật khẩu sai"
    keys(tablet).answer = Refusal(Code.PIN_WRONG, {"left": 5, "seconds": 0})
    press(stage, tablet, sheet, "notekey.open")
    assert sheet.error == tablet.tr("notekey.wrong.phrase")
    sheet.choose("code")
    assert sheet.error == ""
    sheet.choose("passphrase")
    keys(tablet).answer = None
    field.text = PHRASE
    press(stage, tablet, sheet, "notekey.open")
    assert keys(tablet).asked == ["mật khẩu sai", PHRASE]
    told(tablet, passphrase=True, code=True)
    assert sheet.parent is None


def test_a_passphrase_being_typed_stays_when_another_tablet_asks(
    stage: Any, tablet: Tablet
) -> None:
    told(tablet)
    sheet = sheet_of(stage, tablet)
    press(stage, tablet, sheet, "notekey.phrase.make")
    sheet.page.ids.one.text = PHRASE
    told(tablet, requests=(KeyRequest("d9", "482913"),))
    assert sheet.page.ids.one.text == PHRASE
    press(stage, tablet, sheet, "act.return")
    press(stage, tablet, sheet, "notekey.give")
    assert keys(tablet).asked == ["d9"]


def test_the_key_is_given_after_the_digits_were_compared(stage: Any, tablet: Tablet) -> None:
    told(tablet, requests=(KeyRequest("d9", "482913"),))
    sheet = sheet_of(stage, tablet)
    assert sheet.digits == "482913"
    press(stage, tablet, sheet, "notekey.give")
    assert keys(tablet).asked == ["d9"]
    assert sheet.parent is None


def test_a_recovery_code_is_made_and_shown_once(stage: Any, tablet: Tablet) -> None:
    told(tablet)
    sheet = sheet_of(stage, tablet)
    keys(tablet).answer = CODE
    press(stage, tablet, sheet, "notekey.make")
    assert sheet.code == CODE
    sheet.close()
    again = sheet_of(stage, tablet)
    assert again.code == ""
    tablet.dispatch(a.NotesChanged(NotesState()))
    assert again.parent is None


def test_the_sheet_comes_by_itself_once_and_never_over_a_ballot(stage: Any, tablet: Tablet) -> None:
    from kivy.core.window import Window

    from client.screens.note_keys import NoteKeysSheet, call_for_keys

    def open_ones() -> list[Any]:
        stage.step(2)
        return [one for one in Window.children if isinstance(one, NoteKeysSheet)]

    call_for_keys(tablet)
    tablet.dispatch(a.Went("poll", ROOM, poll="practice"))
    assert tablet.state.place.screen == "poll"
    told(tablet, requests=(KeyRequest("d9", "482913"),))
    assert open_ones() == []
    tablet.dispatch(a.Went("lobby"))
    [sheet] = open_ones()
    sheet.close()
    told(tablet, unsent=1, requests=(KeyRequest("d9", "482913"),))
    assert open_ones() == []
    told(tablet, locked=True)
    [sheet] = open_ones()
    sheet.close()


def keys(tablet: Tablet) -> Keys:
    held: Any = tablet.notes
    assert isinstance(held, Keys)
    return held
