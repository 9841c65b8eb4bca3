"""Signing in, by touches on a real window."""

from typing import Any

import pytest

from client import actions as a
from server.protocol.refusals import Code, Refusal
from tests.ui.story import HANH, LOOKS, Look, Tablet, at

pytestmark = pytest.mark.ui


def keys(screen: Any) -> dict[str, Any]:
    pad = screen.secret.ids.pad
    return {key.text: key for key in pad.children if hasattr(key, "text")}


def screen_of(stage: Any, tablet: Tablet) -> Any:
    from client.screens.sign_in import Screen

    return stage.show(Screen(tablet))


def type_pin(stage: Any, screen: Any, pin: str) -> None:
    for digit in pin:
        stage.tap(keys(screen)[digit])


def test_own_name_is_first_and_chosen(stage: Any, check_screen: Any) -> None:
    screen = screen_of(stage, Tablet(stage).paired())
    rows = list(reversed(screen.ids.rows.children))
    assert rows[0].name == "Vũ Thị Hồng Hạnh"
    assert rows[0].chosen
    assert len(rows) == 4
    type_pin(stage, screen, "1234")
    check_screen(screen)
    stage.shot("sign-in")


def test_six_digits_then_the_button(stage: Any) -> None:
    tablet = Tablet(stage).paired()
    screen = screen_of(stage, tablet)
    type_pin(stage, screen, "135792")
    assert tablet.asked == []
    go = screen.secret.children[1]
    stage.tap(go)
    assert tablet.asked == [("sign_in", HANH, "135792")]
    stage.step()
    assert go.busy


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_size_language_and_theme_fits(stage: Any, check_screen: Any, look: Look) -> None:
    tablet = Tablet(stage).paired()
    tablet.dispatch(a.PreferencesChanged(look.preferences))
    screen = screen_of(stage, tablet)
    stage.shot(f"sign-in-{look}")
    check_screen(screen)


def test_wrong_pin_says_how_many_tries_are_left(stage: Any, check_screen: Any) -> None:
    tablet = Tablet(stage).paired()
    screen = screen_of(stage, tablet)
    type_pin(stage, screen, "111111")
    tablet.dispatch(a.EnrolmentRefused(Refusal(Code.PIN_WRONG, {"left": 4, "seconds": 0})))
    stage.step()
    assert "4" in screen.secret.error
    assert screen.secret.ids.pad.pin == ""
    check_screen(screen)
    stage.shot("sign-in-wrong")


def test_a_lock_counts_down_and_ends(stage: Any) -> None:
    tablet = Tablet(stage).paired()
    screen = screen_of(stage, tablet)
    tablet.dispatch(a.EnrolmentRefused(Refusal(Code.PIN_LOCKED, {"seconds": 60})))
    assert "01:00" in screen.secret.error
    type_pin(stage, screen, "1")
    assert screen.secret.ids.pad.pin == ""
    tablet.dispatch(a.Ticked(at(7, 48) + 30_000))
    assert "00:30" in screen.secret.error
    stage.shot("sign-in-locked")
    tablet.dispatch(a.Ticked(at(7, 50)))
    assert screen.secret.error == ""
    type_pin(stage, screen, "1")
    assert screen.secret.ids.pad.pin == "1"


def test_the_whole_list_by_letters(stage: Any, check_screen: Any) -> None:
    from kivy.core.window import Window

    tablet = Tablet(stage).paired()
    screen = screen_of(stage, tablet)
    stage.tap(next(one for one in screen.walk() if getattr(one, "icon", "") == "users"))
    sheet = Window.children[0]
    stage.step(20)
    stage.shot("sign-in-list")
    letters = {one.text: one for one in sheet._letters.children}
    assert list(letters)[::-1][:3] == ["A", "Â", "C"]
    stage.tap(letters["D"])
    stage.step(3)
    names = [row.name for row in sheet._rows.children]
    assert names == ["Tạ Quang Dũng"]
    stage.tap(sheet._rows.children[0])
    stage.step(3)
    assert sheet.parent is None
    assert screen.person == "p08"
    assert any(row.chosen and row.person == "p08" for row in screen.ids.rows.children)


def test_language_and_look(stage: Any) -> None:
    from kivy.core.window import Window

    tablet = Tablet(stage).paired()
    screen = screen_of(stage, tablet)
    stage.tap(screen.ids.languages.children[0])
    assert tablet.state.preferences.language == "en"
    screen.appearance()
    stage.step(20)
    stage.shot("appearance")
    sheet = Window.children[0]
    cards = [one for one in sheet.ids.extra.children if hasattr(one, "value")]
    stage.tap(cards[0])
    assert tablet.state.preferences.text_size == "xlarge"
    sheet.close()


def test_a_real_keyboard_types_digits(stage: Any) -> None:
    tablet = Tablet(stage).paired()
    screen = screen_of(stage, tablet)
    for digit in "246810"[:6]:
        stage.key(ord(digit), digit, digit)
    assert screen.secret.ids.pad.pin == "246810"
    stage.key(8, "backspace")
    assert screen.secret.ids.pad.pin == "24681"
    stage.key(ord("0"), "0", "0")
    stage.key(13, "enter")
    assert tablet.asked == [("sign_in", HANH, "246810")]


def test_the_desk_asks_for_a_passphrase(stage: Any, check_screen: Any) -> None:
    stage.resize(1920, 1080)
    tablet = Tablet(stage, "desk").paired()
    screen = screen_of(stage, tablet)
    stage.shot("sign-in-desk")
    check_screen(screen)
    screen.secret.ids.field.text = "mật khẩu dài"
    screen.secret.go()
    assert tablet.asked == [("sign_in", HANH, "mật khẩu dài")]


def test_help_without_anybody_says_what_to_do(stage: Any) -> None:
    from kivy.core.window import Window

    screen = screen_of(stage, Tablet(stage).paired())
    screen.help()
    stage.step(20)
    stage.shot("help-nobody")
    Window.children[0].close()


def test_a_device_that_is_no_longer_taken_can_be_paired_again(
    stage: Any, check_screen: Any
) -> None:
    tablet = Tablet(stage).paired()
    screen = screen_of(stage, tablet)
    tablet.dispatch(a.LineChanged("refused", Refusal(Code.DEVICE_REVOKED)))
    stage.step(3)
    assert screen.pair_again
    stage.shot("sign-in-revoked")
    check_screen(screen)
    again = [one for one in screen.walk() if getattr(one, "icon", "") == "refresh"]
    stage.tap(next(one for one in again if hasattr(one, "grade")))
    assert tablet.asked == [("unpair",)]
