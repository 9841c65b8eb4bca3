"""The minutes say what the record says, in the words of Vietnamese practice."""

import datetime as dt

import pytest
from msgspec.structs import replace

from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.fold import fold
from server.protocol.state import Base, Organization, Rule, Tally, Threshold
from server.record import form, poll_wording, wording
from server.record.minutes import Somebody, build
from server.record.typeset import Columns, Para, Table
from tests.sitting import CONCLUSION, entries, played
from tests.story import BODY, SECRETARY, START, Story, counts

HANOI = dt.timezone(dt.timedelta(hours=7))


@pytest.fixture(scope="module")
def story() -> Story:
    return played()


def text_of(story: Story, head: str = "AB12 CD34 EF56 7890") -> str:
    minutes = build(entries(story), head)
    lines: list[str] = []
    for block in form.blocks(minutes, HANOI):
        match block:
            case Para():
                stacks = [[block]]
            case Columns():
                stacks = [list(stack) for stack in block.columns]
            case Table():
                stacks = [list(row) for row in block.rows]
            case _:
                stacks = []
        lines += [" ".join("".join(r.text for r in p.runs) for p in stack) for stack in stacks]
    return "\n".join(lines)


def test_attendance_names_who_came_who_did_not_and_why(story: Story) -> None:
    minutes = build(entries(story))
    assert minutes.members == 15
    assert len(minutes.present) == 14, "member 15 came late"
    assert [(one.name, one.presence, one.reason) for one in minutes.absent] == [
        ("Hồ Sỹ Kiên", "leave", "Đi học")
    ]
    assert [one.name for one in minutes.late] == ["Mai Đình Phúc"]
    assert [one.name for one in minutes.left] == ["Lý Văn Sơn"]
    assert minutes.quorum_need == 10
    assert minutes.quorate
    assert not minutes.draft


def test_late_is_who_came_after_the_roll_call_or_was_called_absent() -> None:
    story = Story()
    story.do(c.MarkAttendance({"p01": "present", "p02": "no_leave"}))
    story.do(c.StartMeeting())
    story.do(c.TakeUpItem("i0"))
    story.do(c.MarkAttendance({"p02": "present", "p03": "present"}))
    story.do(c.TakeUpItem("i1"))
    story.do(c.MarkAttendance({"p04": "present", "p03": "left"}))
    story.do(c.MarkAttendance({"p03": "present"}))
    minutes = build(entries(story))
    assert [one.name for one in minutes.late] == ["Trần Thị Minh Nguyệt", "Phạm Đức Toàn"]
    assert minutes.left == (), "who returned did not leave"
    assert "đến lúc" in text_of(story)


def test_who_was_marked_present_by_mistake_was_not_there() -> None:
    story = Story()
    story.do(c.MarkAttendance({"p01": "present", "p02": "present", "p03": "present"}))
    story.do(c.MarkAttendance({"p02": "leave"}, "Đi học"))
    story.do(c.StartMeeting())
    story.do(c.MarkAttendance({"p03": "left"}))
    minutes = build(entries(story))
    assert len(minutes.present) == 2, "who left was there"
    assert ("Trần Thị Minh Nguyệt", "leave") in [(o.name, o.presence) for o in minutes.absent]


def test_every_poll_that_was_opened_is_in_the_minutes(story: Story) -> None:
    items = {item.number: item for item in build(entries(story)).items}
    annulled, passed = items[2].polls
    assert (annulled.state, annulled.reason) == ("annulled", "Nêu nhầm dự thảo")
    assert (annulled.absent, annulled.unsent) == (0, 0)
    assert passed.tally is not None
    assert passed.tally.passed
    assert (passed.tally.percent, passed.tally.second_percent) == (7333, 8462)
    assert (passed.absent, passed.unsent) == (2, 0)
    assert len(passed.votes) == 13
    assert [vote.name for vote in passed.votes if vote.by_hand] == ["Nông Thị Bích"]
    (failed,) = items[3].polls
    assert failed.tally is not None
    assert not failed.tally.passed
    assert failed.tally.percent == 4667


def test_speakers_are_those_who_had_the_floor_on_the_item(story: Story) -> None:
    items = {item.number: item for item in build(entries(story)).items}
    assert [one.name for one in items[2].speakers] == [
        "Trần Thị Minh Nguyệt",
        "Lê Quốc Hưng",
        "Tạ Quang Dũng",
        "Trần Thị Minh Nguyệt",
    ]
    assert items[3].speakers == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "BIÊN BẢN",
        "TỈNH ỦY X BAN THƯỜNG VỤ * Số 27-BB/TU",
        "X, ngày 18 tháng 9 năm 2025",
        "1. Thời gian: khai mạc lúc 08 giờ 00, bế mạc lúc 11 giờ 24, ngày 18 tháng 9 năm 2025.",
        "được triệu tập 15 ủy viên; có mặt 14; vắng mặt 1.",
        "- Đồng chí Hồ Sỹ Kiên, Ủy viên Ban Thường vụ: vắng có lý do (Đi học).",
        "có mặt 14/15 ủy viên, cần từ 10; hội nghị đủ điều kiện tiến hành.",
        "Nội dung 2. Dự thảo Nghị quyết về chuyển đổi số trong các cơ quan đảng",
        "Có 4 ý kiến phát biểu: đồng chí Trần Thị Minh Nguyệt, Lê Quốc Hưng, Tạ Quang Dũng.",
        "Biểu quyết bị hủy, lý do: Nêu nhầm dự thảo.",
        "Quy tắc: cần quá 1/2 tổng số 15 ủy viên, tức từ 8 phiếu. Kết quả: tán thành 11, ",
        "không tán thành 0, ý kiến khác 2, vắng mặt 2; đạt 73,33% tổng số 15 ủy viên ",
        "(84,62% số có mặt). Hội nghị thông qua.",
        "đạt 46,67% tổng số 15 ủy viên (53,85% số có mặt). Hội nghị không thông qua.",
        "Phiếu của Nông Thị Bích được ghi bằng tay, Nguyễn Văn Thành xác nhận.",
        f"Kết luận: {CONCLUSION}",
        "Kết luận: Giao hoàn thiện,\ntrình lại hội nghị sau.",
        "Nội dung được tạm gác.",
        "tài liệu giấy, 13 bản, độ mật: Mật",
        "Dự thảo Nghị quyết (NQ, bản 3, 11 trang)",
        "Hội nghị thống nhất.",
        "mã kiểm tra: AB12 CD34 EF56 7890.",
        "THƯ KÝ Trịnh Thị Thảo",
        "CHỦ TỌA Nguyễn Văn Thành",
        "13 Nông Thị Bích Ý kiến khác ghi bằng tay",
    ],
)
def test_the_document_says(story: Story, sentence: str) -> None:
    assert sentence in text_of(story)


def test_a_running_meeting_gives_a_draft() -> None:
    story = Story().open()
    text = text_of(story, head="")
    assert "BẢN NHÁP, hội nghị chưa bế mạc" in text
    assert "bế mạc lúc" not in text
    assert "mã kiểm tra" not in text
    assert "khai mạc lúc 08 giờ 00, ngày 18 tháng 9 năm 2025." in text


def test_a_meeting_that_never_began_has_minutes_too() -> None:
    story = Story()
    minutes = build(entries(story))
    assert minutes.draft
    assert not minutes.quorate
    assert {one.presence for one in minutes.absent} == {"unmarked"}
    text = text_of(story)
    assert "hội nghị chưa khai mạc." in text
    assert "Nội dung chưa được bàn." in text
    assert "hội nghị không đủ điều kiện tiến hành" in text


def test_an_open_poll_has_no_result_yet() -> None:
    story = Story().open().ask().cast("q2", counts(3, 0, 0))
    (item,) = [item for item in build(entries(story)).items if item.polls]
    assert item.polls[0].tally is None
    assert item.polls[0].votes == ()
    assert "Biểu quyết chưa kết thúc." in text_of(story)


def test_ballots_of_an_unpublished_poll_are_not_named() -> None:
    story = Story().open().ask().cast("q2", counts(8, 0, 0))
    story.do(c.ClosePoll("q2"))
    assert "không gửi phiếu 5, vắng mặt 2" in text_of(story)
    assert "PHỤ LỤC" not in text_of(story)


def test_an_opinion_stands_in_the_minutes() -> None:
    story = Story().open().ask()
    story.do(c.CastBallot("q2", "b1", "other", "Đề nghị nêu rõ nguồn"), "p02")
    story.do(c.ClosePoll("q2"))
    story.do(c.PublishPoll("q2"))
    assert "- Ý kiến của Trần Thị Minh Nguyệt: Đề nghị nêu rõ nguồn" in text_of(story)


def test_somebody_who_is_off_the_roll_is_named_by_identifier() -> None:
    story = Story().open()
    story.do(c.AskFloor(), "p02")
    story.do(c.GiveFloor("p02"))
    kept = tuple(entry for person, entry in story.state.roll.items() if person != "p02")
    story.happen((e.FloorGiven("nobody", 60), e.RollSet(kept)), SECRETARY)
    items = {item.number: item for item in build(entries(story)).items}
    assert items[2].speakers[-1] == Somebody("nobody", "", story.now)


@pytest.mark.parametrize("log", [[], [e.Entry(1, e.MeetingStarted())]])
def test_a_record_without_its_beginning_is_no_record(log: list[e.Entry]) -> None:
    with pytest.raises(ValueError, match="record"):
        build(log)


def test_guests_count_as_present_when_marked_or_when_nobody_marks_guests() -> None:
    story = Story().open()
    assert [one.name for one in build(entries(story)).guests] == ["Cao Văn Quý"]
    story.do(c.MarkAttendance({"gd": "present"}))
    assert [one.name for one in build(entries(story)).guests] == ["Cao Văn Quý"]


# --- words


def tally(base: Base, base_count: int, least: int, percent: int, second: int) -> Tally:
    counts = {"for": 7, "against": 3, "other": 3}
    return Tally(counts, base, base_count, 13, 15, least, False, percent, second, 2, 10)


@pytest.mark.parametrize(
    ("base", "threshold", "base_count", "least", "words"),
    [
        ("members_total", Threshold(), 15, 8, "quá 1/2 tổng số 15 ủy viên, tức từ 8 phiếu"),
        ("present", Threshold(), 13, 7, "quá 1/2 số có mặt (13), tức từ 7 phiếu"),
        ("members_total", Threshold(2, 3, strict=False), 15, 10,
         "từ 2/3 tổng số 15 ủy viên, tức từ 10 phiếu"),
        ("valid", Threshold(70, 100), 49, 35, "quá 70% số phiếu hợp lệ (49), tức từ 35 phiếu"),
    ],
)  # fmt: skip
def test_a_rule_in_words(
    base: Base, threshold: Threshold, base_count: int, least: int, words: str
) -> None:
    counted = tally(base, base_count, least, 0, 0)
    assert poll_wording.rule(Rule(base=base, threshold=threshold), counted) == words


def test_the_other_percentage_follows_in_brackets() -> None:
    counted = tally("present", 13, 7, 5385, 4667)
    assert poll_wording.reached(counted) == "53,85% số có mặt (13) (46,67% tổng số ủy viên)"


@pytest.mark.parametrize(
    ("name", "ordinal", "lines", "number", "seat"),
    [
        ("Ban Thường vụ Tỉnh ủy X", "lần thứ 27", ("TỈNH ỦY X", "BAN THƯỜNG VỤ"), "27-BB/TU", "X"),
        ("Ban Chấp hành Đảng bộ xã Y", "3", ("ĐẢNG BỘ XÃ Y", "BAN CHẤP HÀNH"), "3-BB", ""),
        ("Hội đồng Y", "", ("HỘI ĐỒNG Y",), "…-BB", ""),
    ],
)
def test_the_head_of_a_body(
    name: str, ordinal: str, lines: tuple[str, ...], number: str, seat: str
) -> None:
    body = Organization("o", name)
    assert wording.letterhead(body) == lines
    assert wording.number(body, ordinal) == f"Số {number}"
    assert wording.seat_of(body) == seat


def test_dates_have_two_digits_where_the_form_asks() -> None:
    at = int(dt.datetime(2026, 2, 5, 7, 4, tzinfo=HANOI).timestamp() * 1000)
    assert wording.date(at, HANOI) == "ngày 05 tháng 02 năm 2026"
    assert wording.clock(at, HANOI) == "07 giờ 04"
    assert wording.date(START, HANOI) == "ngày 18 tháng 9 năm 2025"


def test_a_body_may_say_delegate() -> None:
    body = replace(BODY, address="dai_bieu")
    assert wording.called(body, Somebody("A", "B")) == "đại biểu A, B"
    assert wording.capital("") == ""


def test_the_story_folds_to_what_it_holds(story: Story) -> None:
    assert fold(entries(story)) == story.state


def test_written_comments_are_counted_and_those_taken_are_read_out(story: Story) -> None:
    text = text_of(story)
    assert "Thư ký nhận được 2 ý kiến góp ý bằng văn bản; đưa vào biên bản 1 ý kiến:" in text
    assert (
        "(đã đăng ký, chưa được mời phát biểu; về Tờ trình, trang 2): Nên chờ\nthẩm định." in text
    )
    assert "Không đưa vào" not in text


def test_comments_on_an_item_not_taken_up_or_dropped_are_not_lost() -> None:
    story = Story()
    story.do(c.SendComment("g1", "i2", "Một."), "p04")
    story.do(c.SendComment("g2", "i6", "Hai.", "gone", 1), "p05")
    story.do(c.TakeComment("g2"))
    story.publish(c.DropItem("i6"))
    text = text_of(story)
    assert "Nội dung chưa được bàn.\nThư ký nhận được 1 ý kiến góp ý bằng văn bản.\n" in text
    assert "Nội dung đã rút khỏi chương trình\nThư ký nhận được 1 ý kiến" in text
    assert "Hai." in text
    assert "Một." not in text


def test_a_comment_names_the_version_that_it_is_about() -> None:
    story = Story().open()
    story.do(c.SendComment("g1", "i2", "Bỏ điểm c.", "i2-2", 2, 4), "p04")
    story.do(c.TakeComment("g1"))
    assert "(về Dự thảo Nghị quyết, bản 2, trang 4): Bỏ điểm c." in text_of(story)
