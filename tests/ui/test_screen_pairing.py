"""Pairing a device and choosing the first PIN, by touches on a real window."""

from typing import Any

import pytest

from client import actions as a
from server.protocol import frames as f
from server.protocol.refusals import Code, Refusal
from tests.ui.story import HANH, LOOKS, Look, Tablet

pytestmark = pytest.mark.ui


def screen_of(stage: Any, tablet: Tablet) -> Any:
    from client.screens.pairing import PairingScreen

    tablet.dispatch(a.DeviceKnown(tablet.state.kind))
    screen = stage.show(PairingScreen(tablet))
    stage.step(5)
    return screen


def buttons(screen: Any) -> dict[str, Any]:
    from client.widgets.button import StyledButton

    return {one.icon or one.text: one for one in screen.walk() if isinstance(one, StyledButton)}


def test_a_found_server_and_a_code_pair(stage: Any, tablet: Tablet, check_screen: Any) -> None:
    screen = screen_of(stage, tablet)
    form = screen._part
    assert form.ids.address.text == "192.168.10.5:7443"
    check_screen(screen)
    stage.shot("pairing")
    form.ids.code.text = "abcd efgh ijkl"
    stage.tap(buttons(screen)["login-2"])
    assert form.code_error == "Mã ghép có 16 chữ và số, còn thiếu 4"
    stage.step(3)
    stage.shot("pairing-short")
    check_screen(screen)
    form.ids.code.text = "abcd efgh ijkl mnop"
    stage.step(2)
    stage.tap(buttons(screen)["login-2"])
    assert tablet.asked == [("pair", "192.168.10.5:7443", "abcd efgh ijkl mnop")]
    stage.step(2)
    assert form.busy


def test_the_keys_leave_room_for_both_fields(stage: Any, tablet: Tablet, check_screen: Any) -> None:
    from kivy.core.window import Window

    stage.app.soft_keyboard = True
    try:
        screen = screen_of(stage, tablet)
        screen._part.ids.code.focus_in()
        stage.step(20)
        stage.shot("pairing-keys")
        dock = Window.children[0]
        for name in ("address", "code"):
            field = screen._part.ids[name]
            assert field.to_window(*field.pos)[1] >= dock.top
            assert field.to_window(field.x, field.top)[1] <= stage.window.height - 88
        check_screen(screen)
    finally:
        screen._part.ids.code.ids.typing.focus = False
        stage.app.soft_keyboard = False


@pytest.mark.parametrize("code", [Code.SERVER_UNREACHABLE, Code.SERVER_IMPOSTOR, Code.CODE_EXPIRED])
def test_errors_say_what_to_do(stage: Any, tablet: Tablet, check_screen: Any, code: Code) -> None:
    screen = screen_of(stage, tablet)
    tablet.dispatch(a.EnrolmentRefused(Refusal(code)))
    stage.step(3)
    assert screen.error
    assert not screen.error.startswith("refusal.")
    stage.shot(f"pairing-{code}")
    check_screen(screen)


def test_the_number_to_compare(stage: Any, tablet: Tablet, check_screen: Any) -> None:
    screen = screen_of(stage, tablet)
    tablet.dispatch(a.EnrolmentWaits("phonghop-a", "481027"))
    stage.step(3)
    assert screen._part.number == "481027"
    stage.shot("pairing-number")
    check_screen(screen)
    stage.tap(buttons(screen)["arrow-back-up"])
    assert tablet.asked == [("unpair",)]


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_size_and_language_fits(
    stage: Any, tablet: Tablet, check_screen: Any, look: Look
) -> None:
    tablet.dispatch(a.PreferencesChanged(look.preferences))
    screen = screen_of(stage, tablet)
    check_screen(screen)
    tablet.dispatch(a.EnrolmentWaits("phonghop-a", "481027"))
    stage.step(3)
    stage.shot(f"pairing-number-{look}")
    check_screen(screen)


def test_the_first_desk_of_a_new_server(stage: Any, check_screen: Any) -> None:
    stage.resize(1920, 1080)
    desk = Tablet(stage, "desk")
    screen = screen_of(stage, desk)
    screen.choose("first")
    stage.step(3)
    form = screen._part
    assert form.ids.address.text == "192.168.10.5:7443"
    for name, text in (
        ("address", "127.0.0.1:7443"),
        ("code", "ABCDEFGHIJKLMNOP"),
        ("body", "Ban Thường vụ Tỉnh ủy"),
        ("secretary", "Đặng Thu Thảo"),
        ("term", "khóa XVIII"),
        ("secret", "ngắn"),
    ):
        form.ids[name].text = text
    stage.step(3)
    stage.tap(buttons(screen)["login-2"])
    stage.step(3)
    assert form.ids.secret.error == "Mật khẩu cần từ 10 ký tự"
    assert form.ids.again.error == "Hai lần nhập chưa giống nhau"
    stage.shot("first-run")
    check_screen(screen)
    form.ids.secret.text = form.ids.again.text = "câu dài dễ nhớ"
    stage.step(3)
    stage.tap(buttons(screen)["login-2"])
    assert not any(form.ids[one].error for one in ("address", "code", "body", "secret", "again"))
    asked, address, code, first = desk.asked[-1]
    assert (asked, address, code) == ("first_run", "127.0.0.1:7443", "ABCDEFGHIJKLMNOP")
    assert first.organization.name == "Ban Thường vụ Tỉnh ủy"
    assert (first.organization.term, first.organization.id) == ("khóa XVIII", "n1")
    assert first.passphrase == "câu dài dễ nhớ"  # noqa: S105
    desk.close()


def test_the_server_named_at_the_start_stands_in_the_form(stage: Any) -> None:
    stage.resize(1920, 1080)
    desk = Tablet(stage, "desk")
    desk.named_server = "127.0.0.1:9000"
    screen = screen_of(stage, desk)
    assert screen._part.ids.address.text == "127.0.0.1:9000"
    screen.choose("first")
    stage.step(3)
    assert screen._part.ids.address.text == "127.0.0.1:9000"
    desk.close()


# ---- the first PIN -------------------------------------------------------------------------------


def pin_screen(stage: Any, tablet: Tablet, typed: str = "482913") -> Any:
    from client.screens.change_pin import ChangePinScreen

    tablet.paired()
    tablet.typed_secret = typed
    tablet.dispatch(f.SignedIn("dG9rZW4", HANH, "Vũ Thị Hồng Hạnh", must_change=True))
    return stage.show(ChangePinScreen(tablet))


def type_pin(stage: Any, screen: Any, pin: str) -> None:
    keys = {key.text: key for key in screen.secret.ids.pad.children if hasattr(key, "text")}
    for digit in pin:
        stage.tap(keys[digit])
    stage.tap(buttons(screen)["login-2"])
    stage.step(2)


def test_a_new_pin_is_typed_twice(stage: Any, tablet: Tablet, check_screen: Any) -> None:
    screen = pin_screen(stage, tablet)
    assert (screen.step, screen.number, screen.steps) == ("new", 1, 2)
    stage.shot("change-pin")
    check_screen(screen)
    type_pin(stage, screen, "730482")
    assert screen.step == "again"
    type_pin(stage, screen, "730481")
    assert screen.secret.error == "Hai lần nhập chưa giống nhau, mời nhập lại"
    assert screen.step == "new"
    check_screen(screen)
    type_pin(stage, screen, "730482")
    type_pin(stage, screen, "730482")
    assert tablet.asked == [("change_pin", "482913", "730482")]


def test_a_weak_pin_is_refused_and_asked_for_again(
    stage: Any, tablet: Tablet, check_screen: Any
) -> None:
    screen = pin_screen(stage, tablet)
    type_pin(stage, screen, "123456")
    type_pin(stage, screen, "123456")
    tablet.dispatch(a.EnrolmentRefused(Refusal(Code.PIN_WEAK)))
    stage.step(3)
    assert screen.step == "new"
    assert screen.secret.error
    stage.shot("change-pin-weak")
    check_screen(screen)
    type_pin(stage, screen, "730482")
    type_pin(stage, screen, "730482")
    assert tablet.asked[-1] == ("change_pin", "482913", "730482")


def test_after_a_restart_the_present_pin_is_asked_for(stage: Any, tablet: Tablet) -> None:
    screen = pin_screen(stage, tablet, "")
    assert (screen.step, screen.number, screen.steps) == ("old", 1, 3)
    type_pin(stage, screen, "111222")
    type_pin(stage, screen, "730482")
    type_pin(stage, screen, "730482")
    assert tablet.asked == [("change_pin", "111222", "730482")]
    tablet.dispatch(a.EnrolmentRefused(Refusal(Code.PIN_WRONG, {"left": 4, "seconds": 0})))
    stage.step(2)
    assert screen.step == "old"


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_choosing_fits_every_size(
    stage: Any, tablet: Tablet, check_screen: Any, look: Look
) -> None:
    tablet.dispatch(a.PreferencesChanged(look.preferences))
    screen = pin_screen(stage, tablet)
    stage.step(3)
    stage.shot(f"change-pin-{look}")
    check_screen(screen)


def test_the_desk_chooses_a_passphrase(stage: Any, check_screen: Any) -> None:
    stage.resize(1920, 1080)
    desk = Tablet(stage, "desk")
    screen = pin_screen(stage, desk, "first passphrase")
    stage.shot("change-passphrase")
    check_screen(screen)
    for _ in range(2):
        screen.secret.ids.field.text = "câu dài dễ nhớ"
        screen.secret.go()
    assert desk.asked == [("change_pin", "first passphrase", "câu dài dễ nhớ")]
    desk.close()
