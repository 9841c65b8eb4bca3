"""What widgets do when they are touched, typed into and told that the look has changed."""

import importlib
from typing import Any

import pytest

pytestmark = pytest.mark.ui

TAB, ENTER, SPACE, ESC = 9, 13, 32, 27


def boxed(*widgets: Any) -> Any:
    from kivy.uix.boxlayout import BoxLayout

    box = BoxLayout(orientation="vertical", padding=40, spacing=40)
    for widget in widgets:
        box.add_widget(widget)
    box.add_widget(BoxLayout())
    return box


def heard(widget: Any, *events: str) -> list[Any]:
    """Every event from now on, with its arguments."""
    calls: list[Any] = []
    for event in events:
        widget.bind(**{event: lambda _w, *args, event=event: calls.append((event, *args))})
    return calls


def test_a_button_shows_its_press_at_touch_down_and_tells_at_release(stage: Any) -> None:
    from client.widgets.button import StyledButton

    button = StyledButton(text="Gửi", icon="send")
    stage.show(boxed(button))
    told = heard(button, "on_release")
    finger = stage.press(button)
    assert button.touch_state == "press"
    assert tuple(button.fill) == stage.app.theme.navy_press
    assert not told
    finger.up()
    assert told == [("on_release",)]
    stage.until(lambda: button.touch_state == "rest")


def test_a_button_that_is_busy_or_off_takes_no_second_tap(stage: Any) -> None:
    from client.widgets.button import StyledButton

    button = StyledButton(text="Gửi", busy_text="Đang gửi…")
    stage.show(boxed(button))
    told = heard(button, "on_release", "on_press")
    button.busy = True
    stage.tap(button)
    assert button.ids.words.text == "Đang gửi…"
    button.busy, button.disabled = False, True
    stage.tap(button)
    assert told == []
    assert button.touch_state == "off"


def test_a_ghost_that_is_off_has_no_ground(stage: Any) -> None:
    from client.widgets.button import StyledButton

    button = StyledButton(text="Xem", kind="ghost", disabled=True)
    stage.show(boxed(button))
    assert button.fill[3] == 0


def test_tab_reaches_a_control_and_enter_presses_it_unless_it_is_lacquer(stage: Any) -> None:
    from client.widgets.button import StyledButton

    safe, critical = StyledButton(text="A"), StyledButton(text="B", kind="critical")
    stage.show(boxed(safe, critical))
    safe_told, critical_told = heard(safe, "on_release"), heard(critical, "on_release")
    safe.focus = True
    stage.step()
    assert safe.ring
    stage.key(ENTER)
    stage.until(lambda: safe_told == [("on_release",)])
    stage.key(TAB)
    assert critical.focus
    stage.key(ENTER)
    assert critical.touch_state == "rest"
    stage.key(SPACE, " ")
    stage.until(lambda: critical_told == [("on_release",)])


def test_every_widget_follows_a_change_of_theme_text_size_and_language(stage: Any) -> None:
    from kivy.lang import Builder

    for name in ("button", "label"):  # the rule below names their classes
        importlib.import_module(f"client.widgets.{name}")
    root = Builder.load_string(
        "BoxLayout:\n    StyledButton:\n        text: app.tr('vote.send', app.language)\n"
        "    Text:\n        text: app.tr('act.close', app.language)\n        role: 'title1'\n"
    )
    stage.show(root)
    text, button = root.children
    before = text.font_size
    stage.wear("dark", "xlarge", "en")
    assert tuple(button.fill) == stage.app.theme.navy
    assert stage.app.theme.dark
    assert text.font_size == pytest.approx(before * 1.3)
    assert (text.text, button.text) == ("Close", "Send")
    assert tuple(text.color) == stage.app.theme.ink


def test_figures_keep_their_width_while_they_count(stage: Any) -> None:
    from client.widgets.label import Figures

    figures = Figures(text="11:11")
    stage.show(boxed(figures))
    width = figures.width
    figures.text = "04:40"
    assert figures.width == width
    figures.text = "4"
    assert len(figures.children) == 1
    assert figures.width < width


def test_an_icon_without_a_name_takes_no_room_and_the_loader_turns(stage: Any) -> None:
    from client.widgets.icon import Icon, Loader

    empty, loader = Icon(), Loader()
    stage.show(boxed(empty, loader))
    assert tuple(empty.size) == (0, 0)
    stage.until(lambda: loader.angle != 0)
    stage.app.calm = True
    assert loader.angle == 0
    stage.app.calm = False
    loader._again()
    assert loader._turning is not None


def test_an_unknown_icon_is_a_mistake_found_at_once(stage: Any) -> None:
    from client.widgets.icon import Icon

    with pytest.raises(FileNotFoundError):
        Icon(name="no-such-icon")


def test_a_segment_asks_and_its_owner_decides(stage: Any) -> None:
    from client.widgets.tool import Segmented

    switch = Segmented(options=[("read", "Đọc", ""), ("write", "Viết", "pencil")], value="read")
    stage.show(boxed(switch))
    asked = heard(switch, "on_choose")
    write, read = switch.children
    stage.tap(write)
    assert asked == [("on_choose", "write")]
    assert (read.on, write.on) == (True, False)
    switch.value = "write"
    assert (read.on, write.on) == (False, True)
    switch.options = [("read", "Đọc", ""), ("write", "Viết", "pencil")]
    assert switch.children[0] is write
    switch.options = [("vi", "Tiếng Việt", "")]
    assert len(switch.children) == 1


def test_a_pin_is_typed_at_touch_down_and_taken_back(stage: Any) -> None:
    from client.widgets.pin import PinDots, PinPad

    pad, dots = PinPad(length=3), PinDots(length=3)
    pad.bind(pin=lambda _pad, pin: setattr(dots, "filled", len(pin)))
    stage.show(boxed(dots, pad))
    told = heard(pad, "on_pin")
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


def test_a_ballot_fills_with_its_colour_while_pressed(stage: Any) -> None:
    from client.widgets.ballot import BallotButton

    ballot = BallotButton(choice="against", text="Không tán thành")
    stage.show(boxed(ballot))
    told = heard(ballot, "on_release")
    finger = stage.press(ballot)
    assert tuple(ballot.fill) == stage.app.theme.lac_fill
    finger.up()
    assert told == [("on_release",)]
    assert ballot.height >= 120


def test_a_result_bar_draws_its_parts_over_the_base(stage: Any) -> None:
    from client.widgets.ballot import ResultBar

    bar = ResultBar(parts=[("for", 7), ("against", 0), ("absent", 8)], base=15, threshold=7.5,
                    label="Mức quá 1/2")  # fmt: skip
    stage.show(boxed(bar))
    absent, favour = bar.ids.parts.children
    assert favour.width == pytest.approx(bar.width * 7 / 15 - 3)
    assert absent.right == pytest.approx(bar.right)
    assert bar.line_x == pytest.approx(bar.center_x)
    bar.parts = [("for", 15)]
    assert len(bar.ids.parts.children) == 1


def test_a_choice_card_takes_what_belongs_under_the_choice(stage: Any) -> None:
    from client.widgets.ballot import ChoiceCard
    from client.widgets.label import Text

    card = ChoiceCard(choice="other", caption="Đồng chí chọn", text="Ý KIẾN KHÁC")
    stage.show(boxed(card))
    more = Text(text="Viết tay")
    card.add_widget(more)
    assert more in card.ids.words.children


def test_a_button_in_a_row_is_pressed_without_its_row(stage: Any) -> None:
    from client.widgets.button import StyledButton
    from client.widgets.rows import ListRow

    row, button = ListRow(title="Tờ trình"), StyledButton(text="Mở", grade="small")
    stage.show(boxed(row))
    row.add_widget(button)
    stage.step()
    rows, buttons = heard(row, "on_release"), heard(button, "on_release")
    stage.tap(button)
    assert (rows, buttons) == ([], [("on_release",)])
    finger = stage.finger(row.x + 30, row.center_y).down()
    finger.up()
    assert rows == [("on_release",)]


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
    told = heard(button, "on_release")
    stage.tap(button)
    assert told == [("on_release",)]
    below = heard(page, "on_press")
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
    told, pressed = heard(asked, "on_safe", "on_act", "on_closed"), heard(below, "on_press")
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
    told = heard(asked, "on_safe", "on_act")
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


def test_a_field_gives_composed_text_and_shows_its_error(stage: Any) -> None:
    import unicodedata

    from client.widgets.field import TextField

    field = TextField(label="Tên", text=unicodedata.normalize("NFD", "Hạnh"))
    stage.show(boxed(field))
    typing = field.ids.typing
    assert typing.text == "Hạnh"
    field.focus_in()
    typing.do_cursor_movement("cursor_end")
    typing.insert_text("o")
    typing.insert_text("\u0302")
    typing.insert_text("\u0301")
    assert field.text == "Hạnhố"
    told = heard(field, "on_text_validate")
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
    stage.show(boxed(field, other))
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
    stage.show(boxed(plain, secret, keyboard))
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
    told = heard(keyboard, "on_done")
    stage.tap(keys_of(keyboard)["done"])
    assert told == [("on_done",)]


def test_a_stepper_marks_what_is_done_and_what_runs(stage: Any) -> None:
    from client.widgets.stepper import Stepper

    stepper = Stepper(steps=["Chuẩn bị", "Đang mở", "Đã đóng"], current=1)
    stage.show(boxed(stepper))
    stages = [step.stage for step in reversed(stepper.children) if hasattr(step, "stage")]
    assert stages == ["done", "now", "later"]


def test_the_now_bar_is_solid_for_a_reader_who_is_elsewhere(stage: Any) -> None:
    from client.widgets.topbar import NowBar

    now = NowBar(text="Đang bàn: Nội dung 2", rest="còn 18 phút")
    stage.show(boxed(now))
    assert tuple(now.fill) == stage.app.theme.lac_tint
    finger = stage.press(now)
    assert tuple(now.fill) == stage.app.theme.sel
    finger.up()
    now.away = True
    stage.until(lambda: tuple(now.fill) == stage.app.theme.lac_fill)
    finger = stage.press(now)
    assert tuple(now.fill) == stage.app.theme.lac_press
    finger.up()


def test_a_row_of_a_name_shows_initials(stage: Any) -> None:
    from client.widgets.person import Avatar, NameRow

    row = NameRow(name="Vũ Thị Hồng Hạnh", post="Chủ tịch", mark="Ghế 07", chosen=True)
    stage.show(boxed(row))
    avatar = next(w for w in row.walk() if isinstance(w, Avatar))
    assert avatar.text == "VH"


def test_an_accented_card_leaves_room_for_its_band(stage: Any) -> None:
    from client.widgets.card import Card

    top = Card(accent=stage.app.theme.lac_fill)
    left = Card(accent=stage.app.theme.lac_fill, accent_left=True)
    stage.show(boxed(top, left))
    assert top._fill.size[1] == pytest.approx(top.height - 2 - 6, abs=1)
    assert left._fill.size[0] == pytest.approx(left.width - 2 - 8, abs=1)


def test_the_checker_finds_what_is_wrong(stage: Any) -> None:
    from kivy.uix.boxlayout import BoxLayout
    from kivy.uix.label import Label
    from kivy.uix.scrollview import ScrollView

    from client.widgets.button import StyledButton
    from client.widgets.label import Text

    low = BoxLayout(size_hint_y=None, height=40)
    low.add_widget(StyledButton(text="Một nút quá hẹp cho lời", size_hint=(None, 1), width=80))
    low.add_widget(Label(text="nhỏ", font_size=12))
    low.add_widget(Label(text="tràn", font_size=30, size_hint=(None, None), size=(10, 10)))
    narrow = BoxLayout(size_hint=(None, None), size=(60, 40))
    narrow.add_widget(Text(text="bị cắt vì lời dài hơn hộp", fit="box"))
    low.add_widget(narrow)
    scroll = ScrollView()
    scroll.add_widget(Text(text="trong"))
    hidden = Label(text="ẩn", opacity=0, font_size=5)
    root = stage.show(boxed(low, scroll, hidden))
    low.children[-1].size_hint_x, low.children[-1].width = 0.05, 80
    stage.step()
    import sys

    check = sys.modules[type(stage).__module__].violations
    found = "\n".join(check(root))
    assert "x40, less than 56" in found
    assert "words stick out of StyledButton" in found
    assert "under 18 sp: nhỏ" in found
    assert "in a box of 10x10: tràn" in found
    assert "do not fit: bị cắt" in found
    assert "ẩn" not in found
