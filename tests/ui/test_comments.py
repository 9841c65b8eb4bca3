"""Góp ý on the tablet and the desk: touches on a real window, commands in a real outbox."""

from dataclasses import replace
from typing import Any

import pytest

from client import actions as a
from client.changes.commenting import CommentDrafted
from client.state import AppState, Place, Preferences
from server.protocol import commands as c
from server.protocol import frames as f
from server.protocol.comments import Comment
from server.protocol.refusals import Code, Refusal
from server.protocol.state import Personal
from tests.desk_app import DeskApp
from tests.story import ROOM as DESK_ROOM
from tests.story import SECRETARY, Story, app_state
from tests.ui.story import CHAIR, HANH, LOOKS, ROOM, Tablet, at

pytestmark = pytest.mark.ui
LONG = "Đề nghị làm rõ cơ sở bố trí kinh phí và trách nhiệm của từng cơ quan. " * 12
MINE = Comment("g1", HANH, "i2", LONG, at(9, 20), "p2b", 3, 4)
TAKEN = Comment("g2", HANH, "i1", "Nhất trí.", at(8, 40), instead=True, taken_at=at(8, 50))
OTHER = Comment("g3", "p05", "i2", "Nên bỏ điểm c.", at(9, 25), readers="members")
ALL = {one.id: one for one in (MINE, TAKEN, OTHER)}


def screen_of(stage: Any, tablet: Tablet) -> Any:
    from client.screens.meeting import MeetingScreen

    tablet.dispatch(a.BannerDismissed("agenda:2"))
    tablet.dispatch(a.Went("meeting", "", "i2", "p2b", 3))
    screen = stage.show(MeetingScreen(tablet))
    tablet.turn()
    stage.step(5)
    return screen


def top(stage: Any) -> Any:
    stage.settle()
    return stage.window.children[0]


def bare(stage: Any, tablet: Tablet) -> Any:
    """The sheet over nothing: what is below it costs time."""
    from client.screens.comments import open_comments

    stage.clear()
    tablet.dispatch(a.Went("meeting", "", "i2", "p2b", 3))
    sheet = open_comments(tablet)
    stage.settle()
    return sheet


def listed(stage: Any, sheet: Any) -> list[Any]:
    stage.settle()
    views = sheet.list.ids.rows.children[0].children
    return sorted(views, key=lambda row: -row.y)


def test_a_phrase_and_own_words_go_to_the_secretary(
    stage: Any, tablet: Tablet, check_screen: Any
) -> None:
    screen = screen_of(stage, tablet.in_meeting())
    stage.tap(screen.ids.tray.tools.tool("opinion"))
    sheet = top(stage)
    stage.shot("comment-empty")
    check_screen(sheet)
    stage.tap(sheet.send_key)
    assert sheet.pane.field.error == "Hãy viết lời góp ý trước khi gửi."
    phrases = list(reversed(sheet.pane.ids.phrases.children))
    stage.tap(phrases[3])
    sheet.pane.field.text += " giao Văn phòng"
    stage.tap(phrases[0])
    assert tablet.state.comment_drafts == {
        "i2": "Đề nghị sửa lại như sau: giao Văn phòng\nNhất trí với dự thảo."
    }
    stage.shot("comment-written")
    check_screen(sheet)
    stage.tap(sheet.send_key)
    assert tablet.commands == [
        c.SendComment(
            "n1",
            "i2",
            "Đề nghị sửa lại như sau: giao Văn phòng\nNhất trí với dự thảo.",
            "p2b",
            3,
            1,
        )
    ]
    assert tablet.state.comment_drafts == {}
    assert sheet.parent is None


def test_what_is_begun_waits_and_readers_and_place_are_chosen(stage: Any, tablet: Tablet) -> None:
    sheet = bare(stage, tablet.in_meeting())
    sheet.pane.field.text = "Mới viết"
    stage.tap(sheet.ids.card.children[-1].children[0])
    assert sheet.parent is None
    sheet = bare(stage, tablet)
    assert sheet.pane.field.text == "Mới viết"
    readers, about = sheet.pane.ids.choices.children
    stage.tap(about.children[0])
    stage.tap(readers.children[0])
    stage.tap(sheet.send_key)
    assert tablet.commands == [c.SendComment("n1", "i2", "Mới viết", readers="members")]


def test_what_was_sent_is_listed_with_its_state(
    stage: Any, tablet: Tablet, check_screen: Any
) -> None:
    tablet.in_meeting(comments={"g3": OTHER})
    own = Personal(comments={"g1": MINE, "g2": TAKEN})
    tablet.dispatch(f.OnlyYours(ROOM, own))
    tablet.send(c.SendComment("g9", "i2", "Chưa đến máy chủ"))
    sheet = bare(stage, tablet)
    assert sheet.listed == "Đã gửi (4)"
    stage.tap(sheet.ids.tabs.children[0])
    rows = listed(stage, sheet)
    stage.shot("comment-list")
    check_screen(sheet)
    assert [(row.kind, row.title, row.tone) for row in rows] == [
        ("group", "Nội dung 1. Tình hình kinh tế – xã hội tháng 9", "ink2"),
        ("comment", "Góp ý của tôi", "grn"),
        ("group", "Nội dung 2. Dự thảo Nghị quyết về chuyển đổi số trong các cơ quan đảng", "ink2"),
        ("comment", "Góp ý của tôi", "ink2"),
        ("comment", tablet.state.rooms[ROOM].state.roll["p05"].name, "ink2"),
        ("comment", "Góp ý của tôi", "amb"),
    ]
    assert rows[1].line == "Vào biên bản 08:50 · thay cho phát biểu"
    assert rows[3].line == "Gửi 09:20 · Dự thảo Nghị quyết, bản 3, trang 4"
    assert rows[5].line == "Chờ gửi"
    assert {row.act for row in rows} == {""}
    stage.tap(rows[3])
    whole = top(stage)
    stage.shot("comment-whole")
    check_screen(whole)
    assert whole.text == LONG


def test_without_a_line_it_is_kept_and_said(stage: Any, tablet: Tablet) -> None:
    tablet.in_meeting()
    said: list[Any] = []
    tablet.store.listen(lambda old, _did, new: said.extend([new.message] * _newer(old, new)))
    tablet.dispatch(a.LineChanged("reconnecting"))
    sheet = bare(stage, tablet)
    sheet.pane.field.text = "Gửi khi có mạng"
    stage.tap(sheet.send_key)
    tablet.dispatch(a.CommandAccepted(tablet.state.pending[0], at(9, 32)))
    assert [one.key for one in said] == ["comment.queued", "comment.sent"]


def test_a_refused_comment_is_a_draft_again(stage: Any, tablet: Tablet) -> None:
    tablet.in_meeting()
    tablet.send(c.SendComment("g9", "i2", "Lời của tôi"))
    refusal = Refusal(Code.NOT_ALLOWED)
    tablet.dispatch(a.CommandRefused(tablet.state.pending[0], refusal))
    assert bare(stage, tablet).pane.field.text == "Lời của tôi"


def test_too_long_a_comment_says_so_and_stays(stage: Any, tablet: Tablet) -> None:
    sheet = bare(stage, tablet.in_meeting())
    sheet.pane.field.text = "a" * 8_001
    stage.tap(sheet.send_key)
    assert "8000" in sheet.pane.field.error
    assert tablet.commands == []


def test_whoever_was_not_called_sends_the_words_in_writing(
    stage: Any, tablet: Tablet, check_screen: Any
) -> None:
    tablet.in_meeting()
    tablet.dispatch(f.OnlyYours(ROOM, Personal(unheard=("i1",))))
    screen = screen_of(stage, tablet)
    band = screen.banners.children[0]
    stage.shot("comment-unheard")
    check_screen(screen)
    assert band.title == "Nội dung 1 đã qua khi chưa đến lượt phát biểu"
    stage.tap(next(one for one in _buttons(band) if one.text == "Gửi bằng văn bản"))
    sheet = top(stage)
    assert sheet.pane.instead
    sheet.pane.field.text = "Điều tôi định nói"
    stage.shot("comment-instead")
    check_screen(sheet)
    stage.tap(sheet.send_key)
    assert tablet.commands == [c.SendComment("n1", "i1", "Điều tôi định nói", instead=True)]
    tablet.dispatch(f.OnlyYours(ROOM, Personal(unheard=("i1", "i2"))))
    tablet.dispatch(CommentDrafted("i2", " Đã viết sẵn "))
    stage.settle()
    stage.tap(next(one for one in _buttons(screen.banners) if one.text == "Gửi ý kiến đã viết"))
    assert tablet.commands[1:] == [c.SendComment("n3", "i2", "Đã viết sẵn", instead=True)]
    stage.settle()
    assert not [one for one in _buttons(screen.banners) if one.text.startswith("Gửi")]


def test_in_the_queue_one_may_write_instead(stage: Any, tablet: Tablet) -> None:
    tablet.in_meeting()
    tablet.dispatch(f.OnlyYours(ROOM, Personal(place=3)))
    sheet = bare(stage, tablet)
    check = sheet.ids.instead
    assert check.opacity == 1
    assert not check.on
    stage.tap(check)
    assert check.on
    sheet.pane.field.text = "Viết thay"
    stage.tap(sheet.send_key)
    assert tablet.commands == [
        c.SendComment("n1", "i2", "Viết thay", "p2b", 3, 1, instead=True),
    ]


def test_the_chair_takes_a_comment_into_the_minutes(stage: Any, tablet: Tablet) -> None:
    sheet = bare(stage, tablet.in_meeting(CHAIR, comments=ALL))
    assert sheet.listed == "Đã nhận (3)"
    stage.tap(sheet.ids.tabs.children[0])
    rows = [row for row in listed(stage, sheet) if row.kind == "comment"]
    assert [row.act for row in rows] == ["untake", "take", "take"]
    stage.tap(rows[2].children[0])
    stage.tap(rows[0])
    whole = top(stage)
    whole.take()
    assert tablet.commands == [c.TakeComment(OTHER.id), c.TakeComment("g2", taken=False)]


def test_every_size_language_and_theme_fits(stage: Any, tablet: Tablet, check_screen: Any) -> None:
    tablet.in_meeting(comments={"g3": OTHER})
    own = Personal(comments={"g1": MINE, "g2": TAKEN}, unheard=("i2",), place=2)
    tablet.dispatch(f.OnlyYours(ROOM, own))
    for look in (LOOKS[0], LOOKS[4], LOOKS[5]):
        tablet.dispatch(a.PreferencesChanged(look.preferences))
        sheet = bare(stage, tablet)
        stage.shot(f"comment-{look}")
        check_screen(sheet)
        sheet.tab = "list"
        stage.settle()
        stage.shot(f"comment-list-{look}")
        check_screen(sheet)
        sheet.close()


def test_a_small_window_scrolls_the_sheet(stage: Any, tablet: Tablet, check_screen: Any) -> None:
    stage.resize(800, 600)
    tablet.in_meeting()
    tablet.dispatch(a.PreferencesChanged(Preferences(text_size="xlarge")))
    sheet = bare(stage, tablet)
    stage.shot("comment-small")
    check_screen(sheet)
    assert sheet.ids.card.height <= stage.window.height


def test_the_desk_counts_them_as_they_come_and_takes_them(stage: Any, check_screen: Any) -> None:
    from client.screens.desk.live import LiveColumn

    story = Story().open()
    state = app_state(story, SECRETARY, kind="desk", place=Place("desk", DESK_ROOM))
    app = DeskApp(stage, state)
    stage.app.calm = True
    stage.resize(1920, 1080)
    column = stage.show(LiveColumn(app, size_hint=(None, 1), width=452))
    stage.settle()
    assert column.comments.parent is None
    story.do(c.SendComment("g1", "i2", LONG, instead=True), "p04")
    story.do(c.SendComment("g2", "i1", "Hai", readers="members"), "p05")
    view = replace(state.rooms[DESK_ROOM], state=story.state)
    app.become(replace(state, rooms={DESK_ROOM: view}))
    stage.settle()
    told = column.comments
    assert (told.count, told.open_) == ("Góp ý (2)", "2 chưa vào biên bản")
    stage.shot("desk-comments-count")
    check_screen(column)
    stage.tap(told.children[1])
    sheet = top(stage)
    rows = listed(stage, sheet)
    stage.shot("desk-comments")
    check_screen(sheet)
    assert [row.kind for row in rows] == ["group", "comment", "group", "comment"]
    stage.tap(rows[3].children[0])
    assert app.sent == [c.TakeComment("g1")]
    sheet.close()


def _newer(old: AppState, new: AppState) -> bool:
    return new.message_serial > old.message_serial


def _buttons(widget: Any) -> list[Any]:
    from client.widgets.button import StyledButton

    return [one for one in widget.walk() if isinstance(one, StyledButton)]
