"""Typing: fields, the PIN, and the keyboard on the screen."""

from typing import Any

import pytest

pytestmark = pytest.mark.ui


def test_a_pin_is_typed_at_touch_down_and_taken_back(stage: Any) -> None:
    from client.widgets.pin import PinDots, PinPad

    pad, dots = PinPad(length=3), PinDots(length=3)
    pad.bind(pin=lambda _pad, pin: setattr(dots, "filled", len(pin)))
    stage.show(stage.column(dots, pad))
    told = stage.heard(pad, "on_pin")
    keys = {key.text: key for key in pad.children if hasattr(key, "icon")}
    for digit in "1200":
        stage.press(keys[digit])
    assert pad.pin == "120"
    assert [dot.filled for dot in dots.ids.row.children] == [True, True, True]
    stage.tap(pad._delete)
    assert told[-1] == ("on_pin", "12")
    dots.length = 2
    assert len(dots.ids.row.children) == 2
    pad.clear()
    pad.take_back()
    assert pad.pin == ""


def test_a_field_gives_composed_text_and_shows_its_error(stage: Any) -> None:
    import unicodedata

    from client.widgets.field import TextField

    field = TextField(label="Tên", text=unicodedata.normalize("NFD", "Hạnh"))
    stage.show(stage.column(field))
    typing = field.ids.typing
    assert typing.text == "Hạnh"
    field.focus_in()
    typing.do_cursor_movement("cursor_end")
    typing.insert_text("o")
    typing.insert_text("\u0302")
    typing.insert_text("\u0301")
    assert field.text == "Hạnhố"
    told = stage.heard(field, "on_text_validate")
    typing.dispatch("on_text_validate")
    assert told == [("on_text_validate",)]
    low = field.height
    field.error = "Không được để trống"
    stage.step()
    assert field.height > low
    typing.focus = False


def keys_of(keyboard: Any) -> dict[str, Any]:
    return {
        (key.text if key.role == "sign" else key.role): key
        for row in keyboard.children
        for key in row.children
    }


def typed(stage: Any, keyboard: Any, signs: str) -> None:
    for sign in signs:
        stage.tap(keys_of(keyboard)["space" if sign == " " else sign])


def test_the_keyboard_comes_with_a_field_and_writes_vietnamese(stage: Any) -> None:
    from client.widgets.field import TextField
    from client.widgets.keyboard import KeyboardDock

    field, other = TextField(label="Tên"), TextField(label="Khác")
    stage.show(stage.column(field, other))
    stage.app.soft_keyboard = True
    field.focus_in()
    stage.step()
    dock = KeyboardDock.current
    assert dock is not None
    keyboard = dock.ids.keyboard
    assert stage.app.keyboard_height == dock.height > 0
    stage.tap(keys_of(keyboard)["shift"])
    typed(stage, keyboard, "D")
    assert not keyboard.capital
    typed(stage, keyboard, "doongf chis")
    assert field.text == "Đồng chí"
    stage.tap(keys_of(keyboard)["delete"])
    typed(stage, keyboard, "a")
    assert field.text == "Đồng cha"
    assert field.ids.typing.focus
    stage.app.k = 1.3
    stage.step()
    assert stage.app.keyboard_height == dock.height
    assert keys_of(keyboard)["space"].text == "Dấu cách"
    stage.app.language = "en"
    assert keys_of(keyboard)["space"].text == "Space"
    stage.app.language = "vi"
    other.focus_in()
    stage.step()
    now = KeyboardDock.current
    assert now is not None
    typed(stage, now.ids.keyboard, "o")
    assert (other.text, field.text) == ("o", "Đồng cha")
    stage.tap(keys_of(now.ids.keyboard)["done"])
    assert now.parent is None
    assert stage.app.keyboard_height == 0
    stage.app.soft_keyboard = False


def test_figures_and_secrets_are_typed_as_they_are(stage: Any) -> None:
    from kivy.uix.textinput import TextInput

    from client.widgets.keyboard import Keyboard

    plain, secret = TextInput(multiline=False), TextInput(multiline=False, password=True)
    keyboard = Keyboard()
    stage.show(stage.column(plain, secret, keyboard))
    typed(stage, keyboard, "q")
    keyboard.target = plain
    typed(stage, keyboard, "as2")
    stage.tap(keys_of(keyboard)["signs"])
    typed(stage, keyboard, "@")
    stage.tap(keys_of(keyboard)["signs"])
    assert plain.text == "á2@"
    plain.select_all()
    stage.tap(keys_of(keyboard)["delete"])
    stage.tap(keys_of(keyboard)["delete"])
    assert plain.text == ""
    typed(stage, keyboard, "12")
    plain.select_all()
    typed(stage, keyboard, "a")
    assert plain.text == "a"
    keyboard.target = secret
    typed(stage, keyboard, "as")
    assert secret.text == "as"
    told = stage.heard(keyboard, "on_done")
    stage.tap(keys_of(keyboard)["done"])
    assert told == [("on_done",)]


def test_a_touch_beside_the_keyboard_ends_the_typing(stage: Any) -> None:
    from client.widgets.field import TextField
    from client.widgets.keyboard import KeyboardDock

    field = TextField(label="Tên")
    stage.show(stage.column(field))
    stage.app.soft_keyboard = True
    field.focus_in()
    stage.step()
    dock = KeyboardDock.current
    assert dock is not None
    keyboard = dock.ids.keyboard
    stage.finger(keyboard.x + 3, keyboard.y + 3).down().up()
    assert field.ids.typing.focus
    stage.finger(stage.window.width - 5, stage.window.height - 5).down().up()
    stage.until(lambda: dock.parent is None)
    assert stage.app.keyboard_height == 0
    stage.app.soft_keyboard = False
