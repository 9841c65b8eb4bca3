"""Every way of voting at the desk: prepared, run, counted; by touches and keys, on real rules."""

from dataclasses import replace as copy
from typing import Any

import pytest
from msgspec.structs import replace as change

from server.core.rulecheck import check_rule
from server.protocol import commands as c
from server.protocol import office as o
from server.protocol.counts import PaperCount
from server.protocol.rules import Candidate, Rule, Threshold
from tests.desk_app import DeskApp
from tests.polls_story import RULES
from tests.story import CHAIR, PRESENT, ROOM, SECRETARY, Story
from tests.ui.test_screen_desk_polls import button, desk, on_top, seen

pytestmark = pytest.mark.ui


@pytest.fixture
def check_screen(check_grown: Any) -> Any:
    """Every word grows with the text size, and nothing lies over anything."""
    return check_grown


def prepared(rule: Rule, question: str = "Bầu bổ sung") -> Story:
    story = Story().open()
    story.do(c.PreparePoll("q9", "i2", question, rule))
    return story


def opened(rule: Rule) -> Story:
    story = prepared(rule)
    story.do(c.OpenPoll("q9"))
    return story


def after(
    app: DeskApp, stage: Any, story: Story, *commands: c.Command, by: str = SECRETARY
) -> None:
    """Give the newest commands of the desk to the real rules, and show what follows."""
    for command in commands:
        story.do(command, by)
    app.become(desk(story))
    stage.settle()


def test_a_template_of_the_body_is_chosen_from_its_list(stage: Any, check_screen: Any) -> None:
    page, app = seen(stage, desk(Story().open()))
    stage.tap(button(page, "Mẫu khác"))
    presets = (
        o.RulePreset("reso", "Nghị quyết, chủ trương", rule=Rule()),
        o.RulePreset("elect", "Bầu không có số dư, phiếu giấy",
                     rule=Rule(form="election", way="paper", base="summoned_adjusted")),
        o.RulePreset("sealed", "Bỏ phiếu kín trên máy", rule=RULES["secret"]),
    )  # fmt: skip
    app.answer(o.ListRules, o.Rules(presets))
    sheet = on_top(stage)
    stage.shot("desk-polls-templates")
    check_screen(sheet)
    titles = [one.title for one in sheet.walk() if hasattr(one, "subtitle")]
    assert titles == ["Nghị quyết, chủ trương", "Bầu không có số dư, phiếu giấy"]
    stage.tap(button(sheet, "Bầu không có số dư"))
    (made,) = app.sent
    assert isinstance(made, c.PreparePoll)
    assert (made.rule.form, made.rule.way) == ("election", "paper")


def test_names_are_pasted_and_what_is_wrong_with_them_is_said(
    stage: Any, check_screen: Any
) -> None:
    page, app = seen(stage, desk(prepared(Rule(form="nomination", write_ins=True, places=2))))
    stage.tap(button(page, "Danh sách (0)"))
    dialog = on_top(stage)
    dialog.names.text = "1. Nguyễn Văn An, Phó Chủ tịch\n2. Trần Thị Bình\n\n3) Lê Văn Cường"
    dialog.places.text = ""
    stage.tap(dialog.ids.act)
    assert dialog.places.error == "Chưa có số người cần bầu"
    dialog.places.text = "2"
    stage.shot("desk-polls-people")
    check_screen(dialog)
    stage.tap(dialog.ids.act)
    made = app.sent[-1]
    assert isinstance(made, c.PreparePoll)
    assert [(one.name, one.post) for one in made.rule.candidates] == [
        ("Nguyễn Văn An", "Phó Chủ tịch"), ("Trần Thị Bình", ""), ("Lê Văn Cường", ""),
    ]  # fmt: skip
    assert (made.rule.form, made.rule.places) == ("nomination", 2)


def test_options_and_who_takes_no_part(stage: Any, check_screen: Any) -> None:
    story = prepared(Rule())
    page, app = seen(stage, desk(story))
    stage.tap(button(page, "Tùy chọn"))
    dialog = on_top(stage)
    stage.tap(button(dialog, "Gọi tên"))
    stage.tap(button(dialog, "5 phút"))
    stage.shot("desk-polls-options")
    check_screen(dialog)
    stage.tap(dialog.ids.act)
    made = app.sent[-1]
    assert isinstance(made, c.PreparePoll)
    assert (made.rule.way, made.rule.seconds) == ("roll_call", 300)
    stage.tap(button(page, "Không tham gia (0)"))
    stage.tap(button(on_top(stage), "Lê Quốc Hưng"))
    dialog = on_top(stage)
    dialog.field.text = "người thân là đối tượng xem xét"
    stage.shot("desk-polls-excuse")
    check_screen(dialog)
    stage.tap(dialog.ids.act)
    excuse = c.ExcusePerson("q9", "p03", "interest", "người thân là đối tượng xem xét")
    assert app.sent[-1] == excuse
    after(app, stage, story, excuse)
    assert page.next_card.excused == "Không tham gia (1)"


def test_agreement_is_recorded_without_a_count(stage: Any) -> None:
    page, app = seen(stage, desk(prepared(Rule(form="consensus", decides="none"))))
    stage.tap(button(page, "Ghi nhận thống nhất"))
    stage.tap(on_top(stage).ids.act)
    assert app.sent == [c.RecordConsensus("q9")]


def test_the_room_practises(stage: Any) -> None:
    page, app = seen(stage, desk(Story().open()))
    stage.tap(button(page, "Biểu quyết thử cả phòng"))
    prepare, begin = app.sent
    assert isinstance(prepare, c.PreparePoll)
    assert (prepare.rule.practice, prepare.item) == (True, "")
    assert begin == c.OpenPoll(prepare.poll)


def test_names_are_called_one_by_one_by_keys(stage: Any, check_screen: Any) -> None:
    story = opened(Rule(way="roll_call"))
    page, app = seen(stage, desk(story))
    assert page.key("enter", frozenset(), typing=False)
    assert app.sent == [c.CallPerson("q9", PRESENT[0])]
    after(app, stage, story, app.sent[0])
    assert page.running_card.call.name == "Nguyễn Văn Thành"
    assert not page.key("9", frozenset(), typing=False)
    assert page.key("2", frozenset(), typing=False)
    stage.shot("desk-polls-rollcall")
    check_screen(page)
    assert page.key("enter", frozenset(), typing=False)
    written, called = app.sent[-2:]
    assert isinstance(written, c.RecordBallot)
    assert (written.person, written.choice) == (PRESENT[0], "against")
    assert called == c.CallPerson("q9", PRESENT[1])
    after(app, stage, story, written, called)
    assert page.running_card.call.place == "Người thứ 2/13"
    assert story.state.polls["q9"].ballots[PRESENT[0]].called


def test_hands_are_counted_and_wait_for_a_second_person(stage: Any, check_screen: Any) -> None:
    story = opened(Rule(way="hands"))
    page, app = seen(stage, desk(story))
    stage.tap(button(page, "Nhập số giơ tay"))
    dialog = on_top(stage)
    for key, number in (("for", "12"), ("against", "2"), ("other", "0")):
        dialog.fields[key].text = number
    stage.tap(dialog.ids.act)
    assert "14 tay, nhiều hơn 13" in dialog.trouble.text
    dialog.fields["against"].text = "1"
    stage.shot("desk-polls-hands")
    check_screen(dialog)
    stage.tap(dialog.ids.act)
    assert app.sent == [c.RecordHandCount("q9", {"for": 12, "against": 1, "other": 0})]
    after(app, stage, story, app.sent[0])
    assert page.running_card.hands.waits
    check_screen(page)


def count(a: tuple[int, int, int], b: tuple[int, int, int]) -> PaperCount:
    keys = ("for", "against", "not_counted")
    ids = [one.id for one in RULES["election"].candidates]
    rows = {who: dict(zip(keys, row, strict=True)) for who, row in zip(ids, (a, b), strict=True)}
    return PaperCount(13, 12, 1, {"too_many": 1}, {}, rows)


def test_paper_is_counted_twice_compared_and_released(stage: Any, check_screen: Any) -> None:
    rule = change(RULES["election"], way="paper", secrecy="open")
    story = opened(rule)
    story.do(c.ClosePoll("q9"))
    page, app = seen(stage, desk(story))
    stage.tap(button(page, "Bắt đầu kiểm phiếu"))
    dialog = on_top(stage)
    dialog.fields["spoiled"].text = "1"
    stage.tap(dialog.ids.act)
    assert "13 phiếu đã in" in dialog.trouble.text
    dialog.fields["printed"].text = "20"
    check_screen(dialog)
    stage.shot("desk-polls-board")
    stage.tap(dialog.ids.act)
    assert app.sent == [c.OpenPaperCount("q9", 20, 13, 1)]
    after(app, stage, story, app.sent[0])
    stage.tap(button(page, "Nhập kết quả của tôi"))
    dialog = on_top(stage)
    mine = count((11, 1, 0), (7, 4, 1))
    typed = {"returned": 13, "invalid": 1, "reason.too_many": 1}
    for who, row in mine.rows.items():
        typed |= {f"{who}.{key}": number for key, number in row.items()}
    for key, number in typed.items():
        dialog.fields[key].text = str(number)
    first = RULES["election"].candidates[0]
    dialog.fields[f"{first.id}.for"].text = "12"
    stage.tap(dialog.ids.act)
    assert "cộng lại được 13, phải bằng 12" in dialog.trouble.text
    dialog.fields[f"{first.id}.for"].text = "11"
    stage.shot("desk-polls-count")
    check_screen(dialog)
    stage.tap(dialog.ids.act)
    assert app.sent[-1] == c.EnterPaperCount("q9", mine)
    after(app, stage, story, app.sent[-1])
    after(app, stage, story, c.EnterPaperCount("q9", count((11, 1, 0), (6, 5, 1))), by=CHAIR)
    board = page.running_card.board
    assert board.stage == "differ"
    told = [one.text for one in reversed(board.ids.lines.children)]
    assert any("Đồng ý: " in one and ": 7" in one and ": 6" in one for one in told)
    stage.shot("desk-polls-mismatch")
    check_screen(page)
    after(app, stage, story, c.EnterPaperCount("q9", mine), by=CHAIR)
    assert board.stage == "agree"
    stage.tap(button(page, "Chốt kết quả kiểm phiếu"))
    released = app.sent[-1:]
    assert released == [c.ReleasePaperCount("q9")]
    after(app, stage, story, *released)
    assert page.running_card.outcome.verdict == "TRÚNG CỬ 1/2"
    stage.shot("desk-polls-elected")
    check_screen(page)


def test_ballots_of_paper_are_printed(stage: Any) -> None:
    story = opened(change(RULES["election"], way="paper"))
    page, app = seen(stage, desk(story))
    stage.tap(button(page, "In phiếu"))
    dialog = on_top(stage)
    dialog.field.text = "20"
    stage.tap(dialog.ids.act)
    assert app.asked == [o.PrintBallots(ROOM, "q9", 20)]
    app.answer(o.PrintBallots, o.Made("a" * 64, 1000, "phieu.pdf"))
    assert app.saved[0][0] == "a" * 64
    app.end_save()
    assert on_top(stage).title == "Đã lưu tệp phiếu"


def test_an_annulled_poll_and_a_tie_are_asked_again(stage: Any, check_screen: Any) -> None:
    story = opened(Rule())
    story.do(c.AnnulPoll("q9", "Nhầm câu hỏi"))
    page, app = seen(stage, desk(story))
    page.select(page.rows[0])
    stage.settle()
    stage.tap(button(page, "Bỏ phiếu lại"))
    assert app.sent == [c.RepeatPoll("q9", "new1")]
    rule = change(RULES["surplus17"], candidates=RULES["surplus17"].candidates[:3], places=2)
    story = opened(rule)
    one, two, three = (someone.id for someone in rule.candidates)
    pairs = [(one, two)] * 5 + [(one, three)] * 5 + [(two, three)] * 3
    for person, names in zip(PRESENT, pairs, strict=True):
        story.do(c.CastBallot("q9", f"b{person}", "", names=names), person)
    story.do(c.ClosePoll("q9"))
    story.do(c.PublishPoll("q9"))
    app.become(desk(story))
    stage.settle()
    page.select(page.rows[0])
    stage.settle()
    stage.shot("desk-polls-tie")
    check_screen(page)
    stage.tap(button(page, "Bầu lại giữa 2 người bằng phiếu"))
    assert app.sent[-1] == c.RepeatPoll("q9", "new2")


def test_time_runs_out_and_is_given(stage: Any) -> None:
    page, app = seen(stage, desk(opened(Rule(seconds=120))))
    stage.tap(button(page, "Thêm 2 phút"))
    assert app.sent == [c.ExtendPoll("q9", 120)]


@pytest.mark.parametrize("name", ["survey", "surplus17", "discipline"])
def test_results_of_other_forms_stand_in_the_card(stage: Any, check_screen: Any, name: str) -> None:
    story = opened(RULES[name])
    ids = [one.id for one in RULES[name].candidates]
    for person in PRESENT:
        answers = dict.fromkeys(ids, "high") if name == "survey" else {}
        names = tuple(ids[:15]) if name == "surplus17" else ()
        choice = "warn" if name == "discipline" else ""
        cast = c.CastBallot("q9", f"b{person}", choice, answers=answers, names=names)
        story.do(cast, person)
    story.do(c.ClosePoll("q9"))
    page, _ = seen(stage, desk(story))
    stage.shot(f"desk-polls-{name}")
    check_screen(page)


def test_an_opinion_that_was_sent_in_is_written_down(stage: Any) -> None:
    story = opened(Rule(sent_in=True))
    page, app = seen(stage, desk(story))
    page.by_hand("p14")
    stage.settle()
    dialog = on_top(stage)
    stage.tap(button(dialog, "Tán thành"))
    stage.tap(button(dialog, dialog.check.text))
    stage.tap(dialog.ids.act)
    (written,) = app.sent
    assert isinstance(written, c.RecordBallot)
    assert (written.person, written.choice, written.on_paper) == ("p14", "for", True)
    story.do(written)
    assert "p14" in story.state.polls["q9"].ballots


@pytest.mark.parametrize("event", ["on_options", "on_people", "count"])
def test_dialogs_fit_at_the_largest_size(stage: Any, check_screen: Any, event: str) -> None:
    counted = event == "count"
    name = "election" if counted else "nomination"
    story = prepared(change(RULES[name], way="paper"))
    if counted:
        story.do(c.OpenPoll("q9"))
        story.do(c.ClosePoll("q9"))
    stage.wear("dark", "xlarge")
    page, app = seen(stage, desk(story))
    if counted:
        page.running_card.board.act()
    else:
        page.next_card.dispatch(event)
    stage.settle()
    dialog = on_top(stage)
    stage.shot(f"desk-polls-xlarge-{event}")
    check_screen(dialog)
    assert dialog.ids.card.height <= 1080
    assert app.sent == []


TIED = Rule(
    form="election_surplus",
    base="present",
    threshold=Threshold(1, 4, strict=False),
    candidates=(Candidate("a", "Nguyễn Thị Thanh Hương"), Candidate("b", "Đặng Quốc Khánh")),
    places=1,
)


def test_an_election_says_what_follows_a_tie(stage: Any, check_screen: Any) -> None:
    page, app = seen(stage, desk(prepared(TIED)))
    stage.tap(button(page, "Tùy chọn"))
    dialog = on_top(stage)
    row = next(one for one in dialog.walk() if getattr(one, "value", "") == "again")
    row.dispatch("on_choose", "lot")
    stage.shot("desk-polls-options-tie")
    check_screen(dialog)
    stage.tap(dialog.ids.act)
    made = app.sent[-1]
    assert isinstance(made, c.PreparePoll)
    assert made.rule.tie == "lot"
    assert check_rule(made.rule, sealed=False) is None


def test_a_tie_that_the_lot_decides_waits_for_the_chair(stage: Any, check_screen: Any) -> None:
    story = opened(change(TIED, tie="lot"))
    for n, person in enumerate(PRESENT[:12]):
        story.do(c.CastBallot("q9", f"b{n}", "", names=("ab"[n % 2],)), person)
    story.do(c.ClosePoll("q9"))
    page, app = seen(stage, desk(story))
    stage.shot("desk-polls-tie")
    check_screen(page)
    assert page.running_card.outcome.quorum.startswith("Bằng phiếu: chờ chủ trì")
    stage.tap(button(page, "Công bố kết quả"))
    assert on_top(stage) is page, "not before the chair has entered who was drawn"
    story.do(c.SettleTie("q9", ("b",), "Hai người tự bốc"), CHAIR)
    app.become(desk(story))
    stage.settle()
    stage.shot("desk-polls-tie-settled")
    stage.tap(button(page, "Công bố kết quả"))
    stage.tap(on_top(stage).ids.act)
    assert app.sent == [c.PublishPoll("q9")]


@pytest.mark.parametrize("size", ["normal", "xlarge"])
def test_lost_keys_are_said_with_their_code(stage: Any, check_screen: Any, size: str) -> None:
    stage.wear("light", size, "vi")
    state = desk(opened(Rule(form="quick", decides="none")))
    view = state.rooms[ROOM]
    sealed = Rule(form="secret", secrecy="sealed")
    lost = change(view.state.polls["q9"], rule=sealed, keys_lost=True)
    held = copy(view, state=change(view.state, polls={"q9": lost}))
    page, _ = seen(stage, copy(state, rooms={ROOM: held}))
    stage.shot(f"desk-polls-keys-lost-{size}")
    check_screen(page)
    assert "sealed_keys_lost" in page.running_card.count.warning
