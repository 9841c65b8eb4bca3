"""What screens say of polls of every form: order, pages, validity, rules in words, counts."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as change

from client.actions import BallotPutAside
from client.changes.steering import steer
from client.selectors import ballot_names as names
from client.selectors import desk_rules as rules
from client.selectors.ballot_view import marked, slip_of
from client.selectors.chair import chair_poll
from client.selectors.chair_templates import usual
from client.selectors.desk_counting import (
    count_of,
    count_sheet,
    difference,
    practised,
    row_keys,
    sums,
)
from client.selectors.desk_next import next_poll
from client.selectors.desk_polls import running
from client.selectors.display import display
from client.selectors.forms import answers, rule_line, shape_of
from client.selectors.poll import ballot, time_left
from client.selectors.result import result
from client.selectors.shell import top_bar
from client.selectors.words import Words
from client.state import AppState, Place
from client.store import reduce
from server.protocol import commands as c
from server.protocol.counts import Excuse, Mismatch, PaperCount
from server.protocol.office import RulePreset
from server.protocol.rules import Option, Rule, Threshold
from server.protocol.state import Poll
from tests.polls_story import RULES, holding, people, poll_of
from tests.story import CHAIR, DISPLAY, ME, PRESENT, ROOM, SECRETARY, Story, app_state

VI, EN = Words("vi"), Words("en")


def test_names_stand_in_vietnamese_order_of_the_given_name() -> None:
    given = ["Lê Yến", "Trần Ân", "Đỗ Đạt", "Vũ Ánh", "Ngô Dũng", "Bùi An", "Hồ Ă", "An Ánh"]
    found = names.in_order([names.Name(one, one) for one in given])
    assert [one.name for one in found] == [
        "Bùi An", "An Ánh", "Vũ Ánh", "Hồ Ă", "Trần Ân", "Ngô Dũng", "Đỗ Đạt", "Lê Yến",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("count", "lines", "columns"), [(0, 5, 3), (7, 5, 3), (60, 5, 3), (1, 1, 1)]
)
def test_pages_hold_everybody_once_and_read_by_columns(
    count: int, lines: int, columns: int
) -> None:
    cut = names.pages(range(count), lines, columns)
    assert sorted(one for page in cut for one in page) == list(range(count))
    assert all(len(page) <= lines * columns for page in cut)
    if count > columns:
        first = cut[0]
        deep = -(-len(first) // columns)
        assert [first[row * columns] for row in range(deep)] == list(range(deep))


def judged(
    shape: names.Shape, done: int, total: int, places: int, **lenient: bool
) -> names.Judgement:
    rows = [names.NameMark(str(n), "", "", "", "for" if n < done else "") for n in range(total)]
    return names.judge(shape, rows, places, VI, **lenient)


def test_what_makes_a_ballot_invalid_is_told() -> None:
    assert judged("pick", 16, 17, 15).problem.startswith("Phiếu không hợp lệ: đã chọn 16")
    assert judged("pick", 15, 17, 15) == names.Judgement()
    assert "3 người" in judged("pick", 12, 17, 15).hint
    assert judged("pick", 0, 17, 15, blank_valid=False).problem
    assert judged("pick", 0, 17, 15).caution
    assert judged("each", 0, 1, 1).problem
    assert judged("each", 1, 2, 2).caution.startswith("Còn 1 người")
    assert judged("each", 0, 1, 0, blank_counts=True).caution
    assert judged("each", 2, 2, 2) == judged("choice", 0, 0, 0) == names.Judgement()


def test_every_form_says_its_rule_and_its_answers() -> None:
    said = {name: rule_line(poll_of(name), VI) for name in RULES}
    assert "Trúng cử khi được" in said["election"]
    assert "không quá [b]3 người[/b]" in said["nomination"]
    assert "cộng dồn" in said["discipline"]
    assert "Từng người cần" in said["confidence"]
    assert "không có đạt" in said["survey"]
    assert said["secret"].endswith("Bỏ phiếu kín, không ghi tên.")
    assert [one.text for one in answers(RULES["secret"], VI)] == ["Đồng ý", "Không đồng ý"]
    assert [one.text for one in answers(RULES["council"], EN)][-1] == "Abstain"
    own = Rule(form="quick", options=(Option("a", "Thứ Bảy"), Option("b")))
    assert [one.text for one in answers(own, VI)] == ["Thứ Bảy", "b"]
    assert (shape_of(RULES["open"]), shape_of(RULES["survey"])) == ("choice", "each")
    paper = Poll("q", "i", "?", Rule(way="paper", decides="plurality"), members=15)
    assert rule_line(paper, VI) == (
        "Chọn 1 phương án có nhiều phiếu nhất. Phiếu giấy, tổ kiểm phiếu đếm."
    )


def test_a_ballot_is_what_is_marked() -> None:
    state = holding(poll_of("survey"))
    ids = [one.id for one in RULES["survey"].candidates]
    place = replace(state.place, marks={ids[0]: "high", ids[1]: "low"}, choice="review")
    view = ballot(replace(state, place=place))
    assert view is not None
    assert (view.step, view.caps) == ("confirm", "ĐÃ GHI Ý KIẾN 2/11")
    assert dict(slip_of(view).answers) == {ids[0]: "high", ids[1]: "low"}
    assert [(one.look, one.count) for one in view.marked] == [("high", 1), ("low", 1), ("plain", 9)]
    assert marked("choice", (), (), VI) == ()


def test_who_only_looks_on_hears_why() -> None:
    def note(poll: Poll, person: str = ME) -> str:
        view = ballot(holding(poll, person))
        assert view is not None
        assert view.step == "watch"
        return view.note

    others = tuple(one for one in PRESENT if one != ME)
    excused = change(
        poll_of("open"), electorate=others, excused={ME: Excuse(reason="có liên quan")}
    )
    assert note(excused) == "Đồng chí không tham gia biểu quyết này: có liên quan"
    assert note(change(poll_of("open"), electorate=others)).startswith("Biểu quyết đã mở trước")
    hands = change(poll_of("open"), rule=Rule(way="hands"))
    assert note(hands).startswith("Thư ký đếm")


def test_time_that_is_left() -> None:
    poll = poll_of("open")
    state = holding(change(poll, ends_at=poll.opened_at + 600_000))
    state = replace(state, now=poll.opened_at + 510_000)
    assert time_left(state) == "còn 01:30"
    paused = change(poll, ends_at=poll.opened_at + 600_000, state="paused")
    held = holding(change(paused, paused_at=poll.opened_at + 540_000))
    assert time_left(held) == "còn 01:00"
    assert time_left(holding(poll)) == time_left(AppState()) == ""


def test_a_list_is_typed_or_pasted() -> None:
    before = rules.candidates_from("Nguyễn Văn An, Bí thư\nTrần Bình")
    text = "1) Trần  Bình\tPhó Bí thư\n\n 2. Lê Cường – Chánh Văn phòng\nNguyễn Văn An; Bí thư"
    found = rules.candidates_from(text, before)
    assert [(one.id, one.name, one.post) for one in found] == [
        ("u2", "Trần Bình", "Phó Bí thư"),
        ("u3", "Lê Cường", "Chánh Văn phòng"),
        ("u1", "Nguyễn Văn An", "Bí thư"),
    ]
    assert rules.candidates_from(rules.candidates_text(found), found) == found


def test_the_form_of_an_election_follows_from_its_surplus() -> None:
    asked = Rule(form="election")
    assert rules.with_people(asked, people(3), 2).form == "election_surplus"
    assert rules.with_people(asked, people(2), 2).form == "election"
    assert rules.with_people(Rule(form="nomination"), people(3), 2).form == "nomination"
    assert rules.with_people(Rule(form="confidence"), people(1), 4).places == 0
    kept = rules.applied(Rule(form="election_surplus"), RULES["election"])
    assert (kept.form, len(kept.candidates)) == ("election", 2)
    assert rules.applied(Rule(form="secret"), RULES["election"]) == Rule(form="secret")


def test_what_a_rule_still_needs() -> None:
    assert rules.lacking(Rule(form="election"), VI) == "Chưa có danh sách người"
    assert rules.lacking(Rule(form="election", candidates=people(2)), VI).startswith("Chưa có số")
    short = Rule(form="election", candidates=people(12), places=15)
    assert rules.lacking(short, VI) == "Cần bầu 15 người mà danh sách chỉ có 12"
    assert rules.lacking(Rule(), VI) == rules.lacking(RULES["nomination"], VI) == ""
    assert rules.surplus(RULES["surplus60"], VI) == "Số dư 45 người, quá 30% số cần bầu"
    assert rules.surplus(RULES["surplus17"], VI) == ""


def test_templates_in_words_and_sealed_ones_only_where_allowed() -> None:
    presets = (
        RulePreset("a", "Thống nhất", "By consensus", Rule(form="consensus", decides="none")),
        RulePreset("b", "Kín", rule=RULES["secret"]),
    )
    (row,) = rules.preset_rows(presets, 15, EN, sealed=False)
    assert (row.title, row.line) == ("By consensus", "Agreed without a vote")
    assert len(rules.preset_rows(presets, 15, VI, sealed=True)) == 2
    told = rules.details(change(RULES["surplus17"], seconds=120, citation="QĐ 190"), VI)
    assert told == ("Bầu cử có số dư · Trên máy · 17 người, chọn 15 · trong 2 phút · QĐ 190")


def counting() -> tuple[Story, PaperCount]:
    story = Story().open()
    story.do(c.PreparePoll("q9", "i2", "Bầu bổ sung", change(RULES["election"], way="paper")))
    story.do(c.OpenPoll("q9"))
    story.do(c.ClosePoll("q9"))
    story.do(c.OpenPaperCount("q9", 20, 13, 0, 2, (ME,)))
    ids = [one.id for one in RULES["election"].candidates]
    rows = {who: {"for": 12, "against": 1, "not_counted": 0} for who in ids}
    return story, PaperCount(13, 13, 0, {}, {}, rows)


def test_a_tellers_sums_are_held_before_they_are_sent() -> None:
    story, mine = counting()
    state = app_state(story, ME)
    poll = state.rooms[ROOM].state.polls["q9"]
    sheet = count_sheet(state.rooms[ROOM], poll, VI)
    first = sheet.rows[0]
    figures = {"returned": 13, "invalid": 0}
    figures |= {f"{who}.{key}": n for who, row in mine.rows.items() for key, n in row.items()}
    assert count_of(sheet, figures, {}) == mine
    assert sums(sheet, mine, VI) == ""
    wrong = count_of(sheet, {**figures, f"{first.id}.for": 11}, {})
    assert sums(sheet, wrong, VI) == f"{first.name}: cộng lại được 12, phải bằng 13 phiếu hợp lệ"
    assert sums(sheet, count_of(sheet, {**figures, "invalid": 14}, {}), VI)
    over = count_of(sheet, {**figures, "invalid": 2, "reason.blank": 1}, {})
    assert sums(sheet, over, VI) == "Cộng các lý do được 1, số phiếu không hợp lệ là 2"
    single = replace(sheet, rows=(), single=(("for", "Đồng ý"),))
    assert sums(single, count_of(single, {"returned": 13, "for": 12}, {}), VI)
    row = replace(first, keys=row_keys(RULES["surplus17"], VI))
    picked = replace(sheet, rows=(row,))
    assert sums(picked, count_of(picked, {"returned": 13, f"{row.id}.for": 14}, {}), VI)
    assert row_keys(RULES["survey"], VI)[-1] == ("blank", "Để trống")


def test_a_line_that_differs_says_whose_figure_is_which() -> None:
    story, _ = counting()
    meeting = story.state
    one = Mismatch("row", RULES["election"].candidates[1].id, "for", {CHAIR: 6, SECRETARY: 7})
    name = RULES["election"].candidates[1].name
    assert difference(meeting, meeting.polls["q9"], one, VI) == (
        f"{name} · Đồng ý: Nguyễn Văn Thành: 6, Trịnh Thị Thảo: 7"
    )
    other = Mismatch("returned", "", "", {"who": 3})
    assert difference(meeting, meeting.polls["q9"], other, VI) == "Phiếu thu về: who: 3"


def test_consensus_has_no_numbers() -> None:
    story = Story().open()
    story.do(c.PreparePoll("q9", "i2", "Thông qua", Rule(form="consensus", decides="none")))
    story.do(c.RecordConsensus("q9"))
    state = app_state(story, ME, place=Place("result", ROOM, "i2", poll="q9"))
    view = result(state)
    assert view is not None
    assert (view.verdict, view.percent, view.parts) == ("THỐNG NHẤT THÔNG QUA", "", ())


def test_the_chair_offers_templates_only_for_what_nobody_prepared() -> None:
    story = Story().open()
    offered = usual(app_state(story, CHAIR))
    assert [one.name for one in offered][:2] == ["Nghị quyết, chủ trương", "Thủ tục"]
    assert usual(AppState()) == ()
    story.do(c.PreparePoll("q9", "i2", "Bầu", RULES["election"]))
    assert usual(app_state(story, CHAIR)) == ()
    counted, _ = counting()
    state = app_state(counted, CHAIR)
    panel = chair_poll(state, state.rooms[ROOM])
    assert (panel.stage, panel.counting, panel.sheet is not None) == ("closed", True, True)
    shown = display(app_state(counted, DISPLAY, kind="display", place=Place("display", ROOM)))
    assert shown.heading == "Đang kiểm phiếu"


def test_the_next_poll_waits_for_its_names() -> None:
    story = Story().open()
    story.do(c.PreparePoll("q9", "i2", "Giới thiệu", change(RULES["nomination"], candidates=())))
    view = next_poll(app_state(story, SECRETARY, kind="desk"), "q9")
    assert view is not None
    assert (view.people, view.can_open) == ("Danh sách (0)", True)
    assert view.preset == ""
    assert view.rule.threshold == Threshold()


def test_a_practice_of_the_room_ends_where_one_was_before() -> None:
    asked = change(poll_of("open"), rule=Rule(form="quick", decides="none", practice=True), item="")
    before = holding(asked)
    room = before.rooms[ROOM]
    over = change(room.state, polls={asked.id: change(asked, state="closed")})
    after = replace(before, rooms={ROOM: replace(room, state=over)})
    ended = steer(before, after)
    assert ended.place.screen == "meeting"
    assert ended.message is not None
    early = replace(after, rooms={ROOM: replace(room, state=change(over, phase="prepared"))})
    assert steer(before, early).place.screen == "lobby"
    elsewhere = replace(after, place=replace(after.place, screen="meeting"))
    assert steer(before, elsewhere).message is None
    desk = replace(after, kind="desk")
    assert practised(desk) == "Đã thử 4/13"
    assert running(desk) is None
    assert practised(AppState()) == ""


def test_who_is_made_a_teller_comes_to_where_a_count_is_entered() -> None:
    story, _ = counting()
    after = app_state(story, ME)
    poll = after.rooms[ROOM].state.polls["q9"]
    room = after.rooms[ROOM]
    earlier = change(room.state, polls={"q9": change(poll, board=None)})
    before = replace(after, rooms={ROOM: replace(room, state=earlier)})
    place = steer(before, after).place
    assert (place.screen, place.poll) == ("poll", "q9")
    away = replace(after, place=replace(after.place, screen="meeting"), now=after.now + 1)
    assert steer(after, away).place.screen == "meeting", "but may go on reading"
    at_count = replace(after, place=place)
    reading = reduce(at_count, BallotPutAside(aside=True))
    bar = top_bar(reading)
    assert bar is not None
    assert (reading.place.screen, bar.now.kind) == ("meeting", "ballot"), "and come back"
