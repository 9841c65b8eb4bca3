"""What lies over a screen: banners, toasts, dialogs, sheets."""

from typing import Any

import pytest

pytestmark = pytest.mark.ui

ESC = 27


def test_a_touch_on_a_banner_does_not_reach_the_page(stage: Any) -> None:
    from kivy.uix.floatlayout import FloatLayout

    from client.widgets.banner import Banner
    from client.widgets.button import StyledButton

    banner = Banner(title="Mất kết nối", pos_hint={"top": 1})
    button = StyledButton(text="Thử lại", grade="small")
    page = StyledButton(text="Trang", size_hint=(1, 1))
    root = FloatLayout()
    root.add_widget(page)
    root.add_widget(banner)
    stage.show(root)
    banner.add_widget(button)
    stage.step()
    told = stage.heard(button, "on_release")
    stage.tap(button)
    assert told == [("on_release",)]
    below = stage.heard(page, "on_press")
    stage.finger(banner.x + 20, banner.center_y).down().up()
    assert below == []
    stage.finger(banner.x + 20, 100).down().up()
    assert below == [("on_press",)]


def test_a_toast_replaces_the_one_before_and_can_be_taken_back(stage: Any) -> None:
    from client.widgets.toast import Toasts

    toasts = Toasts()
    stage.show(toasts)
    toasts.show("Một")
    undone: list[str] = []
    second = toasts.show("Hai", action="Hoàn tác", on_action=lambda: undone.append("hai"))
    stage.step()
    assert [toast.text for toast in toasts.children] == ["Hai"]
    assert second.center_x == pytest.approx(toasts.center_x)
    action = next(w for w in second.walk() if type(w).__name__ == "ToastAction")
    stage.tap(action)
    assert undone == ["hai"]
    assert toasts.children == []
    toasts.show("Ba", action="Hoàn tác").dispatch("on_action")
    assert toasts.current is None


def test_a_toast_stays_six_seconds_or_ten_with_an_action() -> None:
    from client.widgets import toast

    assert (toast.SECONDS, toast.SECONDS_WITH_ACTION) == (6, 10)


def dialog(**more: Any) -> Any:
    from client.widgets.dialog import Dialog

    return Dialog(title="Đóng?", body="Còn 2", safe_text="Chờ thêm", act_text="Đóng", **more)


def test_a_dialog_opens_on_the_safe_answer_and_stops_every_touch_below(stage: Any) -> None:
    from client.widgets.button import StyledButton

    below = StyledButton(text="Dưới", size_hint=(1, 1))
    stage.show(below)
    asked = dialog()
    told, pressed = (
        stage.heard(asked, "on_safe", "on_act", "on_closed"),
        stage.heard(below, "on_press"),
    )
    asked.open()
    stage.until(lambda: asked.shade == 1)
    assert asked.ids.safe.focus
    stage.finger(5, 5).down().move(8, 8).up()
    assert pressed == []
    stage.tap(asked.ids.act)
    assert told == [("on_closed",), ("on_act",)]
    assert asked.parent is None
    asked.close()
    asked.answer("on_act")
    assert len(told) == 2


def test_esc_gives_the_safe_answer(stage: Any) -> None:
    stage.app.calm = True
    asked = dialog(act_kind="critical")
    told = stage.heard(asked, "on_safe", "on_act")
    asked.open()
    stage.step()
    assert asked.shade == 1
    stage.window.dispatch("on_keyboard", ESC, 0, None, [])
    assert told == [("on_safe",)]
    stage.app.calm = False


def test_a_dialog_with_one_answer_has_one_button(stage: Any, check_screen: Any) -> None:
    from client.widgets.dialog import Dialog
    from client.widgets.label import Text

    told_off = Dialog(title="Mất kết nối", act_text="Đã rõ")
    told_off.add_widget(Text(text="Thêm"))
    told_off.open()
    stage.until(lambda: told_off.shade == 1)
    stage.step()
    assert told_off.ids.act.focus
    assert told_off.ids.safe.opacity == 0
    check_screen(told_off)
    told_off.close()


def test_a_sheet_closes_beside_itself_and_only_the_top_layer_hears_esc(stage: Any) -> None:
    from client.widgets.button import StyledButton
    from client.widgets.dialog import Sheet

    first, second = Sheet(title="A", close_text="Đóng"), Sheet(title="B", close_text="Đóng")
    second.add_widget(StyledButton(text="Kỹ thuật", size_hint_x=1))
    first.open()
    second.open()
    stage.until(lambda: second.shade == 1)
    stage.finger(*second.center).down().up()
    assert second.parent is not None
    stage.finger(5, 5).down().up()
    assert second.parent is None
    assert first.parent is not None
    stage.window.dispatch("on_keyboard", 97, 0, "a", [])
    assert first.parent is not None
    first.close()
