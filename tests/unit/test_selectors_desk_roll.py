"""What the desk's page of the roll says at each moment of the story."""

from dataclasses import replace

from client.selectors import desk_roll as roll
from client.selectors.words import Words
from client.state import AppState, Pending
from server.protocol import commands as c
from tests.story import MEMBERS, ROOM, SECRETARY, Story, app_state


def desk(story: Story) -> AppState:
    return app_state(story, SECRETARY, kind="desk")


def side(story: Story) -> roll.RollSide:
    view = roll.roll_side(desk(story))
    assert view is not None
    return view


def test_outside_a_meeting_there_is_nothing() -> None:
    assert roll.roll_rows(AppState()) == ()
    assert roll.roll_side(AppState()) is None
    assert roll.presiders(AppState()) == ()


def test_rows_are_members_then_others_and_never_a_display() -> None:
    rows = roll.roll_rows(desk(Story().open()))
    assert [row.person for row in rows] == [*MEMBERS, "gd"]
    assert rows[0].line.startswith("Có mặt từ ")
    assert rows[13].line.startswith("Đi học · Ghi lúc ")
    assert rows[15].line == ""


def test_a_leaving_has_its_time() -> None:
    story = Story().open()
    story.do(c.MarkAttendance({"p03": "left"}))
    row = roll.roll_rows(desk(story))[2]
    assert (row.presence, row.line[:7]) == ("left", "Về lúc ")


def test_a_mark_on_its_way_shows_at_once() -> None:
    state = desk(Story().open())
    command = c.MarkAttendance({"p14": "present"})
    sent = replace(state, pending=(Pending("r", ROOM, command, state.now),))
    assert roll.roll_rows(sent)[13].presence == "present"
    elsewhere = replace(state, pending=(Pending("r", "other", command, state.now),))
    assert roll.roll_rows(elsewhere)[13].presence == "leave"


def test_groups_and_their_counts() -> None:
    rows = roll.roll_rows(desk(Story().open()))
    assert [text for _, text in roll.group_labels(rows, Words("vi"))] == [
        "Tất cả (16)",
        "Có mặt (13)",
        "Vắng (2)",
        "Chưa điểm danh (1)",
    ]
    assert [row.person for row in roll.in_group(rows, "absent")] == ["p14", "p15"]


def test_the_quorum_at_every_moment_in_words() -> None:
    story = Story().open()
    assert side(story).met
    assert side(story).unmarked == ("gd",)
    story.do(c.MarkAttendance(dict.fromkeys(MEMBERS[:4], "left")))
    view = side(story)
    assert not view.met
    assert view.count == "9/15"
    assert view.words.endswith("cần từ 10 (2/3 tổng số), còn thiếu 1.")
    assert [one.count for one in view.counts] == [9, 2, 0, 4, 0, 0]


def test_guests_count_apart() -> None:
    story = Story().open()
    story.do(c.MarkAttendance({"gd": "present"}))
    view = side(story)
    assert (view.count, view.counts[-1].count) == ("13/15", 1)


def test_an_open_poll_keeps_its_number_present() -> None:
    story = Story().open().ask()
    assert "đã khóa là 13" in side(story).frozen
    story.do(c.ClosePoll("q2"))
    assert side(story).frozen == ""


def test_who_presides_and_that_they_are_away() -> None:
    story = Story().open()
    assert (side(story).chair, side(story).chair_away) == ("Nguyễn Văn Thành", "")
    story.do(c.MarkAttendance({"p01": "left"}))
    assert side(story).chair_away
    story.do(c.NameActingChair("p02"))
    assert (side(story).chair, side(story).chair_away) == ("Trần Thị Minh Nguyệt", "")
    people = roll.presiders(desk(story))
    assert [one.person for one in people if one.on] == ["p02"]
    assert people[0].here
    assert not people[-1].here
    assert "gd" not in {one.person for one in people}
    assert side(Story()).chair_away == "", "before the meeting nobody is missed yet"


def test_a_closed_meeting_is_locked() -> None:
    story = Story().open()
    assert side(story).locked == ""
    story.do(c.CloseMeeting())
    assert side(story).locked
