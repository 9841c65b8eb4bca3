"""What the desk's page of polls says at each moment of the story."""

from dataclasses import replace

from client.selectors import desk_next as coming
from client.selectors import desk_polls as polls
from client.selectors import desk_senders as rows
from client.state import AppState, Pending, Progress
from server.protocol import commands as c
from server.protocol.state import Online, Rule, Threshold
from tests.story import MEMBERS, PRESENT, ROOM, SECRETARY, Story, app_state, counts

NOBODY = AppState()


def desk(story: Story, online: tuple[str, ...] = PRESENT) -> AppState:
    state = app_state(story, SECRETARY, kind="desk")
    view = replace(state.rooms[ROOM], online=tuple(Online(one, f"may-{one}") for one in online))
    return replace(state, rooms={ROOM: view})


def asked(*left_out: str) -> Story:
    """A poll on item 2 that these have not answered."""
    return Story().open().ask().cast("q2", {p: "for" for p in PRESENT if p not in left_out})


def test_outside_a_meeting_there_is_nothing() -> None:
    assert polls.poll_rows(NOBODY) == ()
    assert polls.running(NOBODY) is None
    assert polls.elapsed(NOBODY) == ""
    assert rows.senders(NOBODY) == ()
    assert rows.offline_note(NOBODY) == ""
    assert coming.next_poll(NOBODY) is None
    assert coming.items_to_ask(NOBODY) == ()


def test_the_list_names_what_is_still_to_be_asked() -> None:
    rows = polls.poll_rows(desk(Story().open()))
    assert [(row.title, row.line, row.chip) for row in rows] == [
        ("Chuyển đổi số", "Nội dung 2", "Chuẩn bị"),
        ("Chủ trương đầu tư khu Y", "Nội dung 3", "Chuẩn bị"),
        ("Công tác cán bộ", "Nội dung 4 · phiếu giấy, bỏ phiếu kín", "Phiếu giấy"),
    ]


def test_each_state_of_a_poll_has_its_chip_and_line() -> None:
    story = asked("p05")
    found = polls.poll_rows(desk(story))[0]
    assert (found.chip, found.live, found.place) == ("Đang mở", True, "top")
    story.do(c.PausePoll("q2"))
    assert polls.poll_rows(desk(story))[0].chip == "Đang tạm dừng"
    story.do(c.ClosePoll("q2"))
    closed = polls.poll_rows(desk(story))[0]
    assert (closed.chip, closed.line) == ("Đã đóng", "Nội dung 2 · 12/15 · 80,00%")
    story.do(c.PublishPoll("q2"))
    assert polls.poll_rows(desk(story))[0].chip == "Thông qua"
    story.do(c.AnnulPoll("q2", "Nhầm câu hỏi"))
    rows = polls.poll_rows(desk(story))
    assert (rows[0].chip, rows[0].line) == ("Đã hủy", "Nội dung 2 · Nhầm câu hỏi")
    assert (rows[1].chip, rows[1].poll) == ("Chuẩn bị", ""), "an annulled poll is asked again"


def test_a_poll_that_failed_says_so() -> None:
    story = Story().open().ask().cast("q2", counts(7, 3, 3))
    story.do(c.ClosePoll("q2"))
    story.do(c.PublishPoll("q2"))
    row = polls.poll_rows(desk(story))[0]
    assert (row.chip, row.line) == ("Không thông qua", "Nội dung 2 · 7/15 · 46,67%")


def test_a_poll_of_a_dropped_item_stays_in_the_list() -> None:
    state = desk(asked())
    room = state.rooms[ROOM]
    items = tuple(item for item in room.state.items if item.id != "i2")
    from msgspec.structs import replace as change

    gone = replace(state, rooms={ROOM: replace(room, state=change(room.state, items=items))})
    assert polls.poll_rows(gone)[-1].poll == "q2"
    assert polls.poll_rows(gone)[-1].title.startswith("Thông qua dự thảo Nghị quyết")


def test_the_running_poll_counts_who_has_sent_and_names_who_has_not() -> None:
    view = polls.running(desk(asked("p05", "p09")))
    assert view is not None
    assert (view.stage, view.step, view.received, view.expected) == ("open", 1, 11, 13)
    assert view.missing == ("Hoàng Thị Lan Phương", "Ngô Xuân Trường")
    assert view.subject.startswith("Thông qua dự thảo Nghị quyết về chuyển đổi số")
    assert "[b]quá 1/2 tổng số 15 ủy viên, tức từ 8 phiếu[/b]" in view.rule
    assert view.result is None
    assert polls.elapsed(desk(asked())) == "Đã mở 00:13"


def test_an_open_poll_comes_first_then_a_closed_one_then_the_last() -> None:
    story = asked()
    story.do(c.ClosePoll("q2"))
    closed = polls.running(desk(story))
    assert closed is not None
    assert closed.result is not None
    assert closed.result.percent == "86,67"
    story.do(c.PublishPoll("q2"))
    published = polls.running(desk(story))
    assert published is not None
    assert published.step == 4
    story.ask("q3", "i3", "Lấy ý kiến")
    other = polls.running(desk(story))
    assert other is not None
    assert other.poll == "q3"
    assert other.subject == "Lấy ý kiến"
    chosen = polls.running(desk(story), "q2")
    assert chosen is not None
    assert chosen.poll == "q2"


def test_a_paused_and_an_annulled_poll_say_so() -> None:
    story = asked()
    story.do(c.PausePoll("q2"))
    paused = polls.running(desk(story))
    assert paused is not None
    assert paused.note == "Biểu quyết đang tạm dừng"
    story.do(c.AnnulPoll("q2", "Nhầm"))
    assert polls.running(desk(story)) is None
    annulled = polls.running(desk(story), "q2")
    assert annulled is not None
    assert (annulled.note, annulled.steps[-1]) == ("Biểu quyết đã hủy: Nhầm", "Đã hủy")


def test_members_show_that_they_sent_and_never_what() -> None:
    state = desk(asked("p05", "p09"), tuple(one for one in PRESENT if one != "p09"))
    by = {one.person: one for one in rows.senders(state)}
    assert by["p01"].text == "Đã gửi"
    assert (by["p05"].text, by["p05"].by_hand) == ("Chưa gửi", True), "who has no tablet"
    assert (by["p09"].text, by["p09"].by_hand) == ("Mất kết nối", True)
    assert by["p14"].text == "Vắng mặt"
    assert rows.offline_note(state).startswith("Máy 09 mất kết nối")


def test_who_came_after_the_opening_has_no_ballot() -> None:
    story = asked()
    story.do(c.MarkAttendance({"p14": "present"}))
    by = {one.person: one for one in rows.senders(desk(story))}
    assert by["p14"].text == "Đến sau khi mở"


def test_no_ballot_by_hand_while_a_poll_is_paused() -> None:
    story = asked("p09")
    story.do(c.PausePoll("q2"))
    state = desk(story, ())
    assert not any(one.by_hand for one in rows.senders(state))


def test_after_the_close_rows_keep_who_had_sent_or_show_tablets() -> None:
    story = asked("p05")
    story.do(c.ClosePoll("q2"))
    state = desk(story, ("p01",))
    by = {one.person: one.state for one in rows.senders(state)}
    assert (by["p01"], by["p02"], by["p14"]) == ("here", "offline", "absent")
    sent = tuple(one for one in PRESENT if one != "p05")
    view = replace(state.rooms[ROOM], progress={"q2": Progress(12, sent)})
    known = replace(state, rooms={ROOM: view})
    by = {one.person: one.state for one in rows.senders(known)}
    assert (by["p02"], by["p05"]) == ("sent", "unsent")


def test_the_next_poll_says_its_rule_in_words() -> None:
    view = coming.next_poll(desk(Story().open()))
    assert view is not None
    assert (view.poll, view.item, view.preset) == ("", "i2", "reso")
    assert view.words == "Bằng lời: “Cần quá 1/2 tổng số 15 ủy viên, tức từ 8 phiếu tán thành.”"
    assert view.quorum == "Chặn mở khi chưa đủ điều kiện (từ 10)"
    assert view.can_open
    assert view.panel.ask.endswith("13 máy đang kết nối")


def test_the_chosen_item_is_next_and_one_on_paper_is_asked_on_paper() -> None:
    state = desk(Story().open())
    view = coming.next_poll(state, "item:i3")
    assert view is not None
    assert view.item == "i3"
    other = coming.next_poll(state, "item:i4")
    assert other is not None
    assert (other.item, other.rule.form, other.rule.way) == ("i4", "secret", "paper")


def test_why_a_poll_cannot_be_opened() -> None:
    def reason(story: Story) -> str:
        view = coming.next_poll(desk(story))
        assert view is not None
        return view.why_not

    assert reason(Story()) == "Mở được sau khi khai mạc"
    assert reason(asked()) == "Mở được sau khi đóng biểu quyết hiện tại"
    story = Story().open()
    story.do(c.PauseMeeting())
    assert reason(story) == "Mở được khi hết giờ nghỉ"
    story = Story().open()
    story.do(c.MarkAttendance(dict.fromkeys(MEMBERS[:4], "left")))
    assert reason(story) == "Chưa đủ điều kiện tiến hành: có mặt 9/15, cần từ 10"
    story.do(c.PreparePoll("q2", "i2", "Hỏi?", Rule(quorum_blocks=False)))
    warned = coming.next_poll(desk(story))
    assert warned is not None
    assert warned.can_open
    assert "Chưa đủ điều kiện tiến hành" in warned.panel.ask
    story.do(c.MarkAttendance(dict.fromkeys(MEMBERS, "left")))
    assert reason(story) == "Chưa có ủy viên nào có mặt"


def test_a_change_on_its_way_shows_at_once() -> None:
    state = desk(Story().open())
    rule = Rule(base="present", may_change=False)
    command = c.PreparePoll("new", "i3", "Hỏi gì?", rule)
    state = replace(state, pending=(Pending("r1", ROOM, command, 5),))
    assert [row.poll for row in polls.poll_rows(state)] == ["", "new", ""]
    view = coming.next_poll(state, "new")
    assert view is not None
    assert (view.question, view.preset, view.may_change) == ("Hỏi gì?", "proc", False)
    elsewhere = replace(state, pending=(Pending("r1", "other", command, 5),))
    assert [row.poll for row in polls.poll_rows(elsewhere)] == ["", "", ""]


def test_presets_keep_the_options_and_other_rules_are_no_preset() -> None:
    rule = Rule(may_change=False, citation="Điều 9")
    two = coming.with_preset(rule, "two")
    assert (two.threshold, two.may_change, two.citation) == (
        Threshold(2, 3, strict=False),
        False,
        "Điều 9",
    )
    assert coming.preset_of(two) == "two"
    assert coming.preset_of(Rule(threshold=Threshold(3, 4))) == ""
    story = Story().open()
    story.do(c.PreparePoll("q", "i2", "Hỏi?", Rule(quorum=Threshold(1, 2))))
    view = coming.next_poll(desk(story))
    assert view is not None
    assert view.quorum.endswith("(từ 8)")
    assert not coming.changed(view, quorum_blocks=False).quorum_blocks


def test_items_to_ask_bring_the_usual_question() -> None:
    found = coming.items_to_ask(desk(Story().open()))
    assert found[3].question == "Đồng chí có tán thành thông qua Chủ trương đầu tư khu Y không?"
    assert polls.subject(found[3].question) == "Thông qua Chủ trương đầu tư khu Y"
