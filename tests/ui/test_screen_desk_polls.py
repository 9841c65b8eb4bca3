"""The desk's page of polls on its window: by real touches and keys, into commands."""

from dataclasses import replace
from typing import Any

import pytest

from client.screens.desk import DeskScreen
from client.screens.desk.polls import PollsPage
from client.state import AppState, Language, RoomView
from server.protocol import commands as c
from server.protocol.state import Online, Rule, Threshold
from tests.desk_app import DeskApp
from tests.story import MEMBERS, PRESENT, ROOM, SECRETARY, Story, app_state, counts

pytestmark = pytest.mark.ui


@pytest.fixture
def check_screen(check_grown: Any) -> Any:
    """Every word grows with the text size, and nothing lies over anything."""
    return check_grown


def desk(story: Story, *, away: tuple[str, ...] = ()) -> AppState:
    """What the secretary's desk holds; the tablets of some are away."""
    state = app_state(story, SECRETARY, kind="desk")
    view: RoomView = state.rooms[ROOM]
    online = tuple(Online(one, f"may-{one}") for one in PRESENT if one not in away)
    return replace(state, rooms={ROOM: replace(view, online=online)})


def seen(stage: Any, state: AppState) -> tuple[PollsPage, DeskApp]:
    stage.resize(1920, 1080)
    app = DeskApp(stage, state)
    page = PollsPage(app, size_hint=(None, None))
    page.size = 1920, 1008
    stage.show(page)
    return page, app


def button(root: Any, text: str) -> Any:
    return next(
        one
        for one in root.walk()
        if hasattr(one, "touch_state")
        and getattr(one, "text", getattr(one, "title", "")).startswith(text)
        and one.opacity
    )


def on_top(stage: Any) -> Any:
    return stage.window.children[0]


def voting() -> Story:
    """The moment of the picture: 11 of 13 ballots, one tablet away."""
    story = Story().open()
    story.do(c.PreparePoll("q0", "i0", "Thông qua chương trình, bản 2", Rule()))
    story.do(c.OpenPoll("q0"))
    story.cast("q0", counts(13, 0, 0))
    story.do(c.ClosePoll("q0"))
    story.do(c.PublishPoll("q0"))
    story.ask()
    sending = [one for one in PRESENT if one not in {"p05", "p09"}]
    story.cast("q2", dict.fromkeys(sending, "for"))
    story.now += 155_000
    return story


def test_the_page_of_the_picture(stage: Any, check_screen: Any) -> None:
    page, _ = seen(stage, desk(voting(), away=("p09",)))
    stage.shot("desk-vote-page")
    check_screen(page)
    assert page.note.startswith("Máy 09 mất kết nối")


def test_the_picture_within_the_desk(stage: Any, check_screen: Any) -> None:
    story = voting()
    stage.resize(1920, 1080)
    state = desk(story, away=("p09",))
    app = DeskApp(stage, replace(state, place=replace(state.place, screen="desk")))
    screen = DeskScreen(app)
    stage.show(screen)
    screen.go("polls")
    stage.settle()
    stage.shot("desk-vote")
    page = next(one for one in screen.walk() if "middle" in one.ids and "senders" in one.ids)
    middle = page.ids.middle
    assert middle.children[0].height <= middle.height, "nothing to scroll on the desk's screen"
    check_screen(screen)
    assert screen.current().view.poll == "q2"


def test_closing_names_the_silent_and_pausing_needs_no_question(stage: Any) -> None:
    page, app = seen(stage, desk(voting()))
    stage.tap(button(page, "Đóng biểu quyết"))
    dialog = on_top(stage)
    assert "Hoàng Thị Lan Phương, Ngô Xuân Trường" in dialog.body
    stage.shot("desk-vote-close")
    stage.key(13)  # Enter: the safe answer has the focus
    stage.step(12)
    assert app.sent == []
    stage.tap(button(page, "Đóng biểu quyết"))
    stage.tap(button(on_top(stage), "Đóng biểu quyết"))
    stage.tap(button(page, "Tạm dừng"))
    assert app.sent == [c.ClosePoll("q2"), c.PausePoll("q2")]
    stage.tap(button(page, "Công bố kết quả"))
    assert on_top(stage) is page


def test_those_who_have_not_sent_are_reminded_at_once(stage: Any) -> None:
    page, app = seen(stage, desk(voting()))
    stage.tap(button(page, "Nhắc 2 người"))
    assert app.sent == [c.RemindPoll("q2")]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_open_poll_fits_at_the_largest_size(
    stage: Any, check_screen: Any, language: Language
) -> None:
    stage.wear("dark", "xlarge", language)
    story = voting()
    story.do(c.RemindPoll("q2"))
    page, _ = seen(stage, desk(story))
    stage.shot(f"desk-vote-reminded-xlarge-{language}")
    check_screen(page)


def test_a_paused_poll_goes_on(stage: Any, check_screen: Any) -> None:
    story = voting()
    story.do(c.PausePoll("q2"))
    page, app = seen(stage, desk(story))
    stage.shot("desk-vote-paused")
    check_screen(page)
    stage.tap(button(page, "Tiếp tục"))
    assert app.sent == [c.ResumePoll("q2")]


def test_a_closed_poll_is_published_by_its_dialog(stage: Any, check_screen: Any) -> None:
    story = voting()
    story.do(c.ClosePoll("q2"))
    page, app = seen(stage, desk(story))
    stage.shot("desk-vote-closed")
    check_screen(page)
    assert page.running_card.outcome.percent == "73,33%"
    assert page.running_card.outcome.verdict == "THÔNG QUA"
    stage.tap(button(page, "Công bố kết quả"))
    assert app.sent == []
    stage.tap(button(on_top(stage), "Công bố kết quả"))
    assert app.sent == [c.PublishPoll("q2")]
    story.do(c.PublishPoll("q2"))
    app.become(desk(story))
    stage.settle()
    stage.shot("desk-vote-published")
    check_screen(page)
    assert page.running_card.step == 4


def test_annulling_needs_a_reason(stage: Any, check_screen: Any) -> None:
    page, app = seen(stage, desk(voting()))
    stage.tap(button(page, "Hủy biểu quyết"))
    dialog = on_top(stage)
    stage.tap(button(dialog, "Hủy biểu quyết"))
    assert dialog.field.error
    assert dialog.parent is not None
    stage.shot("desk-vote-annul")
    check_screen(dialog)
    dialog.field.text = " Sai câu hỏi "
    stage.tap(button(dialog, "Hủy biểu quyết"))
    assert app.sent == [c.AnnulPoll("q2", "Sai câu hỏi")]
    story = voting()
    story.do(c.AnnulPoll("q2", "Sai câu hỏi"))
    app.become(desk(story))
    page.select(next(row for row in page.rows if row.poll == "q2"))
    stage.settle()
    stage.shot("desk-vote-annulled")
    check_screen(page)
    assert page.running_card.count.note == "Biểu quyết đã hủy: Sai câu hỏi"
    assert not page.can_annul


def test_a_ballot_by_hand_needs_the_choice_and_the_chair(stage: Any, check_screen: Any) -> None:
    page, app = seen(stage, desk(voting(), away=("p09",)))
    row = next(one for one in page.ids.senders.children if hasattr(one, "touch_state"))
    stage.tap(row)
    dialog = on_top(stage)
    assert dialog.title == "Ghi phiếu của Ngô Xuân Trường"
    stage.tap(button(dialog, "Ý kiến khác"))
    stage.tap(dialog.ids.act)
    assert dialog.parent is not None
    stage.shot("desk-vote-hand")
    check_screen(dialog)
    stage.tap(dialog.check)
    stage.tap(dialog.ids.act)
    assert app.sent == [c.RecordBallot("q2", "new1", "p09", "other")]


def test_the_next_poll_by_preset_options_and_dialog(stage: Any, check_screen: Any) -> None:
    page, app = seen(stage, desk(Story().open()))
    stage.shot("desk-vote-none")
    check_screen(page)
    question = page.next_card.question
    stage.tap(button(page, "Thủ tục"))
    first = c.PreparePoll("new1", "i2", question, Rule(form="procedural", base="present"))
    assert app.sent == [first]
    story = Story().open()
    story.do(first)
    app.become(desk(story))
    stage.settle()
    assert page.next_card.preset == "proc"
    assert "quá 1/2 số có mặt (13), tức từ 7 phiếu" in page.next_card.words
    stage.tap(button(page, "Từ 2/3"))
    two = Rule(threshold=Threshold(2, 3, strict=False))
    assert app.sent[-1] == c.PreparePoll("new1", "i2", question, two)
    stage.tap(button(page, "Được đổi lựa chọn"))
    stage.tap(button(page, "Chặn mở khi chưa đủ"))
    kept = Rule(form="procedural", base="present")
    expected = [
        c.PreparePoll("new1", "i2", question, replace_rule(kept, may_change=False)),
        c.PreparePoll("new1", "i2", question, replace_rule(kept, quorum_blocks=False)),
    ]
    assert app.sent[-2:] == expected
    stage.tap(button(page, "Mở biểu quyết"))
    stage.shot("desk-vote-open")
    stage.tap(button(on_top(stage), "Mở biểu quyết"))
    assert app.sent[-1:] == [c.OpenPoll("new1")]


def replace_rule(rule: Rule, **fields: Any) -> Rule:
    from msgspec.structs import replace as change

    return change(rule, **fields)


def test_another_poll_is_added_and_its_question_edited(stage: Any, check_screen: Any) -> None:
    page, app = seen(stage, desk(voting()))
    stage.tap(button(page, "Thêm"))
    sheet = on_top(stage)
    stage.shot("desk-vote-add")
    check_screen(sheet)
    sheet.ids.question.text = ""
    stage.tap(button(sheet, "Lưu"))
    assert sheet.ids.question.error
    stage.tap(button(sheet, "Nội dung 3"))
    stage.tap(button(sheet, "Lưu"))
    made = app.sent[-1]
    assert isinstance(made, c.PreparePoll)
    assert (made.poll, made.item) == ("new1", "i3")
    story = voting()
    story.do(made)
    app.become(desk(story))
    stage.settle()
    line = next(one for one in page.ids.rows.children if one.view.poll == "new1")
    stage.tap(line)
    stage.tap(button(page, "Sửa"))
    on_top(stage).ids.question.text = "Lấy ý kiến lần hai?"
    stage.tap(button(on_top(stage), "Lưu"))
    assert app.sent[-1] == c.PreparePoll("new1", "i3", "Lấy ý kiến lần hai?")


def test_without_a_quorum_the_reason_stands_beside_the_button(stage: Any) -> None:
    story = Story().open()
    story.do(c.MarkAttendance(dict.fromkeys(MEMBERS[:4], "left")))
    page, app = seen(stage, desk(story))
    assert page.next_card.why_not == "Chưa đủ điều kiện tiến hành: có mặt 9/15, cần từ 10"
    stage.tap(page.next_card)
    opening = [one for one in page.next_card.walk() if getattr(one, "text", "") == "Mở biểu quyết"]
    assert opening[0].disabled
    assert app.sent == []


def test_by_keys_from_poll_to_poll_and_from_column_to_column(stage: Any) -> None:
    page, _ = seen(stage, desk(voting(), away=("p09",)))
    none: frozenset[str] = frozenset()
    assert page.key("down", none, typing=False)
    assert page.coming is not None
    assert (page.selected, page.coming.item) == ("item:i3", "i3")
    assert page.key("up", none, typing=False)
    assert page.selected == "q2"
    assert page.key("up", none, typing=False)
    assert page.view is not None
    assert page.view.poll == "q0"
    assert page.running_card.outcome.percent == "86,67%"
    assert not page.key("down", none, typing=True)
    page.select(next(row for row in page.rows if row.poll == "q2"))
    assert page.key("f6", none, typing=False)
    assert button(page, "Thêm").focus
    assert page.key("f6", frozenset({"shift"}), typing=False)
    assert any(getattr(one, "focus", False) for one in page.ids.senders.children)


def test_a_tick_changes_the_time_and_no_row(stage: Any) -> None:
    story = voting()
    page, app = seen(stage, desk(story))
    rows = list(page.ids.senders.children), list(page.ids.rows.children)
    story.now += 1_000
    app.become(desk(story))
    assert page.running_card.count.elapsed == "Đã mở 02:47"
    assert rows == (list(page.ids.senders.children), list(page.ids.rows.children))


@pytest.mark.parametrize(
    ("size", "language", "moment"),
    [
        ("normal", "en", "open"),
        ("large", "vi", "open"),
        ("xlarge", "en", "open"),
        ("xlarge", "vi", "closed"),
        ("xlarge", "vi", "none"),
    ],
)
def test_it_fits(stage: Any, check_screen: Any, size: str, language: Language, moment: str) -> None:
    stage.wear("dark", size, language)
    story = Story().open() if moment == "none" else voting()
    if moment == "closed":
        story.do(c.ClosePoll("q2"))
    state = desk(story, away=("p09",))
    state = replace(state, preferences=replace(state.preferences, language=language))
    page, _ = seen(stage, state)
    stage.shot(f"desk-vote-{moment}-{size}-{language}")
    check_screen(page)
