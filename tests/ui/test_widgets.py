"""What controls do when they are touched and when the look changes."""

import gc
import importlib
import weakref
from typing import Any

import pytest

pytestmark = pytest.mark.ui

TAB, ENTER, SPACE = 9, 13, 32


def test_a_button_shows_its_press_at_touch_down_and_tells_at_release(stage: Any) -> None:
    from client.widgets.button import StyledButton

    button = StyledButton(text="Gửi", icon="send")
    stage.show(stage.column(button))
    told = stage.heard(button, "on_release")
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
    stage.show(stage.column(button))
    told = stage.heard(button, "on_release", "on_press")
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
    stage.show(stage.column(button))
    assert button.fill[3] == 0


def test_tab_reaches_a_control_and_enter_presses_it_unless_it_is_lacquer(stage: Any) -> None:
    from client.widgets.button import StyledButton

    safe, critical = StyledButton(text="A"), StyledButton(text="B", kind="critical")
    stage.show(stage.column(safe, critical))
    safe_told, critical_told = stage.heard(safe, "on_release"), stage.heard(critical, "on_release")
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
    stage.show(stage.column(figures))
    width = figures.width
    figures.text = "04:40"
    assert figures.width == width
    figures.text = "4"
    assert len(figures.children) == 1
    assert figures.width < width


def test_an_icon_without_a_name_takes_no_room_and_the_loader_turns(stage: Any) -> None:
    from client.widgets.icon import Icon, Loader

    empty, loader = Icon(), Loader()
    stage.show(stage.column(empty, loader))
    assert tuple(empty.size) == (0, 0)
    stage.until(lambda: loader.angle != 0)
    stage.app.calm = True
    assert loader.angle == 0
    stage.app.calm = False
    stage.until(lambda: loader.angle != 0)


def test_a_loader_that_is_no_longer_shown_rests_and_is_let_go(stage: Any) -> None:
    from client.widgets.icon import Loader

    column = stage.show(stage.column(Loader()))
    loader: Any = weakref.ref(column.children[-1])
    stage.clear()
    angle = loader().angle
    stage.step(3)
    assert loader().angle == angle
    del column
    gc.collect()
    assert loader() is None


def test_an_unknown_icon_is_a_mistake_found_at_once(stage: Any) -> None:
    from client.widgets.icon import Icon

    with pytest.raises(FileNotFoundError):
        Icon(name="no-such-icon")


def test_a_segment_asks_and_its_owner_decides(stage: Any) -> None:
    from client.widgets.tool import Segmented

    switch = Segmented(options=[("read", "Đọc", ""), ("write", "Viết", "pencil")], value="read")
    stage.show(stage.column(switch))
    asked = stage.heard(switch, "on_choose")
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


def test_a_ballot_fills_with_its_colour_while_pressed(stage: Any) -> None:
    from client.widgets.ballot import BallotButton

    ballot = BallotButton(choice="against", text="Không tán thành")
    stage.show(stage.column(ballot))
    told = stage.heard(ballot, "on_release")
    finger = stage.press(ballot)
    assert tuple(ballot.fill) == stage.app.theme.lac_fill
    finger.up()
    assert told == [("on_release",)]
    assert ballot.height >= 120


def test_a_result_bar_draws_its_parts_over_the_base(stage: Any) -> None:
    from client.widgets.ballot import ResultBar

    bar = ResultBar(parts=[("for", 7), ("against", 0), ("absent", 8)], base=15, threshold=7.5,
                    label="Mức quá 1/2")  # fmt: skip
    stage.show(stage.column(bar))
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
    stage.show(stage.column(card))
    more = Text(text="Viết tay")
    card.add_widget(more)
    assert more in card.ids.words.children


def test_a_button_in_a_row_is_pressed_without_its_row(stage: Any) -> None:
    from client.widgets.button import StyledButton
    from client.widgets.rows import ListRow

    row, button = ListRow(title="Tờ trình"), StyledButton(text="Mở", grade="small")
    stage.show(stage.column(row))
    row.add_widget(button)
    stage.step()
    rows, buttons = stage.heard(row, "on_release"), stage.heard(button, "on_release")
    stage.tap(button)
    assert (rows, buttons) == ([], [("on_release",)])
    finger = stage.finger(row.x + 30, row.center_y).down()
    finger.up()
    assert rows == [("on_release",)]


def test_a_stepper_marks_what_is_done_and_what_runs(stage: Any) -> None:
    from client.widgets.stepper import Stepper

    stepper = Stepper(steps=["Chuẩn bị", "Đang mở", "Đã đóng"], current=1)
    stage.show(stage.column(stepper))
    stages = [step.stage for step in reversed(stepper.children) if hasattr(step, "stage")]
    assert stages == ["done", "now", "later"]


def test_the_now_bar_is_solid_for_a_reader_who_is_elsewhere(stage: Any) -> None:
    from client.widgets.topbar import NowBar

    now = NowBar(text="Đang bàn: Nội dung 2", rest="còn 18 phút")
    stage.show(stage.column(now))
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
    stage.show(stage.column(row))
    avatar = next(w for w in row.walk() if isinstance(w, Avatar))
    assert avatar.text == "VH"


def test_an_accented_card_leaves_room_for_its_band(stage: Any) -> None:
    from client.widgets.card import Card

    top = Card(accent=stage.app.theme.lac_fill)
    left = Card(accent=stage.app.theme.lac_fill, accent_left=True)
    stage.show(stage.column(top, left))
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
    root = stage.show(stage.column(low, scroll, hidden))
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


def test_the_checker_finds_what_lies_over_something_else(stage: Any) -> None:
    from kivy.uix.floatlayout import FloatLayout

    from client.widgets.button import StyledButton
    from client.widgets.label import Text

    root = FloatLayout()
    for text, place in (("một", (100, 100)), ("hai", (140, 110)), ("ba", (500, 100))):
        root.add_widget(StyledButton(text=text, pos=place))
    root.add_widget(Text(text="bốn", pos=(1270, 300)))
    stage.show(root)
    import sys

    found = sys.modules[type(stage).__module__].crowded(root)
    assert "Text 'bốn' reaches out of the window" in found
    assert any("StyledButton 'hai hai' lies over StyledButton 'một một'" in one for one in found)
    assert not any("'ba" in one for one in found)
