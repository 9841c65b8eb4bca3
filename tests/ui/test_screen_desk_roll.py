"""The desk's page of the roll on its window: by real touches and keys, into commands."""

from dataclasses import replace
from typing import Any

import pytest

from client.screens.desk.roll import RollPage
from client.state import AppState, Language
from server.protocol import commands as c
from tests.desk_app import DeskApp
from tests.story import MEMBERS, SECRETARY, Story, app_state

pytestmark = pytest.mark.ui


def desk(story: Story) -> AppState:
    return app_state(story, SECRETARY, kind="desk")


def seen(stage: Any, state: AppState) -> tuple[RollPage, DeskApp]:
    from kivy.uix.floatlayout import FloatLayout

    from client.widgets.toast import Toasts

    stage.resize(1920, 1080)
    app = DeskApp(stage, state)
    page = RollPage(app)
    screen = FloatLayout(size_hint=(None, None))
    screen.toasts = Toasts()
    screen.add_widget(page)
    screen.add_widget(screen.toasts)
    screen.size = 1920, 1008
    stage.show(screen)
    return page, app


def button(root: Any, text: str) -> Any:
    return next(
        one
        for one in root.walk()
        if hasattr(one, "touch_state") and getattr(one, "text", "").startswith(text) and one.opacity
    )


def line(page: RollPage, person: str) -> Any:
    lines = page.ids.table.children[0].children
    return next(one for one in lines if one.view.person == person)


def on_top(stage: Any) -> Any:
    return stage.window.children[0]


def test_the_roll_in_the_middle_of_a_meeting(stage: Any, check_screen: Any) -> None:
    page, _ = seen(stage, desk(Story().open()))
    stage.shot("desk-roll")
    check_screen(page)
    assert page.count == "13/15"
    assert page.words.startswith("Đủ điều kiện tiến hành: có mặt 13 trong tổng số 15 ủy viên")
    assert page.rows[13].line.startswith("Đi học · Ghi lúc")


def test_marks_by_touch(stage: Any) -> None:
    page, app = seen(stage, desk(Story().open()))
    page.key("end", frozenset(), typing=False)
    stage.settle()
    stage.tap(button(line(page, "p14"), "Có mặt"))
    page.key("home", frozenset(), typing=False)
    stage.settle()
    stage.tap(button(line(page, "p03"), "Đã về"))
    stage.tap(button(line(page, "p03"), "Có mặt"))
    assert app.sent == [c.MarkAttendance({"p14": "present"}), c.MarkAttendance({"p03": "left"})]


def test_an_absence_with_leave_needs_its_reason(stage: Any, check_screen: Any) -> None:
    page, app = seen(stage, desk(Story().open()))
    stage.tap(button(line(page, "p05"), "Vắng có lý do"))
    dialog = on_top(stage)
    stage.tap(button(dialog, "Ghi vắng có lý do"))
    assert dialog.field.error
    stage.shot("desk-roll-reason")
    check_screen(dialog)
    stage.tap(button(dialog, "Ốm"))
    stage.tap(button(dialog, "Ghi vắng có lý do"))
    assert app.sent == [c.MarkAttendance({"p05": "leave"}, "Ốm")]


def test_by_keys_down_the_list(stage: Any) -> None:
    page, app = seen(stage, desk(Story()))
    for key in ("down", "1", "4", "numpad3", "up", "2"):
        assert page.key(key, frozenset(), typing=False)
    assert app.sent == [
        c.MarkAttendance({"p01": "present"}),
        c.MarkAttendance({"p02": "left"}),
        c.MarkAttendance({"p03": "no_leave"}),
    ]
    stage.step(5)
    assert on_top(stage).title == "Lý do vắng: Lê Quốc Hưng"
    on_top(stage).cancel()
    assert page.key("end", frozenset(), typing=False)
    assert page.chosen == "gd"
    stage.settle()
    assert page.ids.table.scroll_y == pytest.approx(0, abs=0.01)
    assert page.key("home", frozenset(), typing=False)
    assert page.chosen == "p01"
    assert not page.key("1", frozenset({"alt"}), typing=False)
    assert not page.key("1", frozenset(), typing=True)
    assert not page.key("x", frozenset(), typing=False)
    assert page.key("f6", frozenset(), typing=False)
    assert button(page, "Tất cả").focus


def test_all_present_leaves_marks_alone_and_can_be_taken_back(stage: Any) -> None:
    story = Story()
    story.do(c.StartMeeting())
    story.do(c.MarkAttendance({"p15": "leave"}, "Ốm"))
    page, app = seen(stage, desk(story))
    stage.tap(button(page, "Có mặt tất cả (15)"))
    command = app.sent[0]
    assert isinstance(command, c.MarkAttendance)
    assert len(command.marks) == 15
    assert "p15" not in command.marks
    toast = page.parent.toasts.current
    assert toast.text == "Đã ghi 15 đồng chí có mặt"
    stage.shot("desk-roll-toast")
    toast.dispatch("on_action")
    assert app.sent[1] == c.MarkAttendance(dict.fromkeys(command.marks, "unmarked"))


def test_groups_filter_and_an_empty_one_says_so(stage: Any, check_screen: Any) -> None:
    page, _ = seen(stage, desk(Story().open()))
    stage.tap(button(page, "Vắng (2)"))
    assert [row.person for row in page.shown()] == ["p14", "p15"]
    story = Story()
    page, _ = seen(stage, desk(story))
    stage.tap(button(page, "Vắng (0)"))
    assert page.nobody
    stage.shot("desk-roll-empty")
    check_screen(page)


def test_somebody_else_presides_after_a_question(stage: Any, check_screen: Any) -> None:
    story = Story().open()
    story.do(c.MarkAttendance({"p01": "left"}))
    page, app = seen(stage, desk(story))
    assert page.chair_away
    stage.shot("desk-roll-chair")
    check_screen(page)
    stage.tap(button(page, "Đổi người chủ trì"))
    menu = on_top(stage)
    check_screen(menu)
    stage.tap(next(one for one in menu.rows if one.value == "p02"))
    assert app.sent == []
    stage.tap(button(on_top(stage), "Giao chủ trì"))
    assert app.sent == [c.NameActingChair("p02")]


def test_a_poll_that_is_open_keeps_its_number(stage: Any) -> None:
    story = Story().open().ask()
    story.do(c.MarkAttendance({MEMBERS[4]: "left"}))
    page, _ = seen(stage, desk(story))
    assert "đã khóa là 13" in page.frozen
    assert page.count == "12/15"


def test_a_closed_meeting_cannot_be_marked(stage: Any, check_screen: Any) -> None:
    story = Story().open()
    story.do(c.CloseMeeting())
    page, app = seen(stage, desk(story))
    stage.shot("desk-roll-closed")
    check_screen(page)
    page.mark(page.rows[0], "left")
    stage.tap(line(page, "p02"))
    assert app.sent == []
    assert page.locked


@pytest.mark.parametrize(("size", "language"), [("large", "en"), ("xlarge", "vi")])
def test_it_fits(stage: Any, check_screen: Any, size: str, language: Language) -> None:
    stage.wear("dark", size, language)
    state = desk(Story().open())
    page, _ = seen(stage, replace(state, preferences=replace(state.preferences, language=language)))
    stage.shot(f"desk-roll-{size}-{language}")
    check_screen(page)
