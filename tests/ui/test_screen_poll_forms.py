"""Ballots of every form on the window, by real touches."""

from typing import Any

import pytest
from msgspec.structs import replace as change

from client.state import Place
from server.protocol import commands as c
from server.protocol.rules import Option, Rule
from server.protocol.state import Ballot
from tests.polls_story import RULES, holding, poll_of
from tests.story import ME, ROOM, Story, app_state
from tests.ui.gallery.poll_states import sent
from tests.ui.test_screen_poll import Holder, body, choice, giant, seen, wait_armed

pytestmark = pytest.mark.ui


@pytest.fixture
def check_screen(check_grown: Any) -> Any:
    """Every word of a ballot and its result grows with the text size."""
    return check_grown


def asked(stage: Any, name: str, mine: Ballot | None = None) -> tuple[Any, Holder]:
    return seen(stage, holding(poll_of(name), mine=mine))


def rows(screen: Any) -> list[Any]:
    return list(reversed(body(screen).ids.names.children))


def row(screen: Any, text: str) -> Any:
    return next(one for one in rows(screen) if one.text == text)


def button(screen: Any, text: str) -> Any:
    return next(one for one in screen.walk() if hasattr(one, "touch_state") and one.text == text)


def mark(stage: Any, line: Any, place: int) -> None:
    stage.tap(list(reversed(line.ids.answers.children))[place])


def test_sixty_names_in_vietnamese_order_ticked_over_pages(stage: Any, check_screen: Any) -> None:
    screen, app = asked(stage, "surplus60")
    stage.shot("poll-surplus60-open")
    check_screen(screen)
    given = [one.text.split()[-1] for one in rows(screen)]
    assert body(screen).pages == 4
    assert given[0] == "Ánh"
    for _ in range(2):
        for one in rows(screen)[:6]:
            stage.tap(one)
        stage.tap(button(screen, "Tiếp"))
    assert (body(screen).counted, body(screen).over) == ("12/15", False)
    assert body(screen).told.startswith("Phiếu hợp lệ. Còn chọn thêm được 3")
    stage.shot("poll-surplus60-marked")
    stage.tap(button(screen, "Xem phiếu"))
    wait_armed(stage, screen)
    stage.shot("poll-surplus60-confirm")
    check_screen(screen)
    stage.tap(giant(screen, "Gửi"))
    (cast,) = app.sent
    assert isinstance(cast, c.CastBallot)
    assert (len(set(cast.names)), cast.invalid, cast.choice) == (12, False, "")


def test_a_ballot_with_too_many_names_says_why_and_is_sent_only_knowingly(
    stage: Any, check_screen: Any
) -> None:
    screen, app = asked(stage, "surplus17")
    for _ in range(2):
        for one in rows(screen):
            stage.tap(one)
        stage.tap(button(screen, "Tiếp"))
    assert (body(screen).counted, body(screen).over) == ("17/15", True)
    assert "chỉ được chọn không quá 15" in body(screen).told
    stage.shot("poll-surplus17-over")
    check_screen(screen)
    stage.tap(button(screen, "Xem phiếu"))
    wait_armed(stage, screen)
    stage.shot("poll-surplus17-invalid")
    check_screen(screen)
    stage.tap(giant(screen, "Vẫn gửi"))
    assert app.sent == []
    dialog = stage.window.children[0]
    assert "Bỏ bớt 2 người" in dialog.body
    stage.tap(dialog.ids.safe)
    assert body(screen).counted == "17/15"
    stage.tap(button(screen, "Xem phiếu"))
    wait_armed(stage, screen)
    stage.tap(giant(screen, "Vẫn gửi"))
    stage.tap(stage.window.children[0].ids.act)
    (cast,) = app.sent
    assert isinstance(cast, c.CastBallot)
    assert (len(cast.names), cast.invalid) == (17, True)


def test_an_answer_beside_each_name_and_none_is_told(stage: Any, check_screen: Any) -> None:
    screen, app = asked(stage, "election")
    assert body(screen).told.startswith("Còn 2 người chưa ghi ý kiến")
    first, second = rows(screen)
    mark(stage, first, 0)
    mark(stage, second, 1)
    mark(stage, second, 1)
    assert body(screen).told.startswith("Còn 1 người"), "the same touch takes the answer away"
    mark(stage, second, 1)
    stage.shot("poll-election-marked")
    check_screen(screen)
    stage.tap(button(screen, "Xem phiếu"))
    wait_armed(stage, screen)
    stage.shot("poll-election-confirm")
    check_screen(screen)
    stage.tap(giant(screen, "Gửi"))
    (cast,) = app.sent
    assert isinstance(cast, c.CastBallot)
    assert dict(cast.answers) == {first.name_id: "for", second.name_id: "against"}


def test_one_name_without_an_answer_is_invalid(stage: Any) -> None:
    screen, app = asked(stage, "election1")
    stage.tap(button(screen, "Xem phiếu"))
    wait_armed(stage, screen)
    assert body(screen).invalid
    stage.tap(giant(screen, "Vẫn gửi"))
    stage.tap(stage.window.children[0].ids.act)
    (cast,) = app.sent
    assert isinstance(cast, c.CastBallot)
    assert (dict(cast.answers), cast.invalid) == ({}, True)


def test_three_levels_of_confidence_over_pages(stage: Any, check_screen: Any) -> None:
    screen, app = asked(stage, "survey")
    answers = 0
    while True:
        for place, one in enumerate(rows(screen)):
            mark(stage, one, place % 3)
            answers += 1
        if body(screen).page + 1 == body(screen).pages:
            break
        stage.tap(button(screen, "Tiếp"))
    check_screen(screen)
    assert answers == 11
    stage.shot("poll-survey-marked")
    stage.tap(button(screen, "Xem phiếu"))
    wait_armed(stage, screen)
    stage.shot("poll-survey-confirm")
    check_screen(screen)
    stage.tap(giant(screen, "Gửi"))
    (cast,) = app.sent
    assert isinstance(cast, c.CastBallot)
    assert set(cast.answers.values()) == {"high", "medium", "low"}
    assert len(cast.answers) == 11


def test_a_name_is_written_and_taken_away(stage: Any, check_screen: Any) -> None:
    screen, app = asked(stage, "nomination")
    stage.tap(button(screen, "Viết tên khác"))
    sheet = stage.window.children[0]
    stage.tap(sheet.keep)
    assert sheet.field.error == "Chưa viết tên"
    sheet.field.text = "Lò Thị  Mây"
    stage.shot("poll-nomination-write")
    stage.tap(sheet.keep)
    assert body(screen).counted == "1/3"
    stage.shot("poll-nomination-open")
    check_screen(screen)
    stage.tap(row(screen, "Lò Thị Mây"))
    assert body(screen).counted == "0/3"
    stage.tap(button(screen, "Viết tên khác"))
    sheet = stage.window.children[0]
    sheet.field.text = "Lò Thị Mây"
    stage.tap(sheet.keep)
    stage.tap(rows(screen)[0])
    stage.tap(button(screen, "Xem phiếu"))
    wait_armed(stage, screen)
    stage.tap(giant(screen, "Gửi"))
    (cast,) = app.sent
    assert isinstance(cast, c.CastBallot)
    assert (len(cast.names), cast.write_ins) == (1, ("Lò Thị Mây",))


def test_five_measures_side_by_side(stage: Any, check_screen: Any) -> None:
    screen, app = asked(stage, "discipline")
    stage.shot("poll-discipline-open")
    check_screen(screen)
    texts = [one.text for one in reversed(body(screen).ids.choices.children)]
    assert texts == ["Khai trừ", "Cách chức", "Cảnh cáo", "Khiển trách", "Không kỷ luật"]
    stage.tap(choice(screen, 1))
    wait_armed(stage, screen)
    stage.shot("poll-discipline-confirm")
    check_screen(screen)
    stage.tap(giant(screen, "Gửi"))
    assert app.sent == [c.CastBallot("q9", "b0", "dismiss")]


def test_long_answers_of_a_rules_own_fit_side_by_side(stage: Any, check_screen: Any) -> None:
    texts = ("Họp vào thứ Bảy, ngày 20 tháng 9", "Họp vào Chủ nhật", "Hoãn sang tuần sau", "Ý khác")
    own = tuple(Option(f"o{n}", text) for n, text in enumerate(texts))
    poll = change(poll_of("written"), rule=Rule(form="quick", decides="none", options=own))
    stage.wear("light", "xlarge")
    screen, app = seen(stage, holding(poll))
    stage.shot("poll-quick-own-xlarge")
    check_screen(screen)
    stage.tap(choice(screen, 0))
    wait_armed(stage, screen)
    check_screen(screen)
    stage.tap(giant(screen, "Gửi"))
    assert app.sent == [c.CastBallot("q9", "b0", "o0")]


def test_own_words_go_with_another_opinion(stage: Any, check_screen: Any) -> None:
    screen, app = asked(stage, "written")
    stage.tap(choice(screen, 2))
    wait_armed(stage, screen)
    stage.tap(button(screen, "Viết ý kiến"))
    sheet = stage.window.children[0]
    sheet.field.text = "Đề nghị nêu rõ nguồn vốn"
    stage.tap(sheet.keep)
    stage.tap(button(screen, "Đề nghị bổ sung"))
    stage.shot("poll-written-confirm")
    check_screen(screen)
    stage.tap(giant(screen, "Gửi"))
    words = "Đề nghị nêu rõ nguồn vốn; Đề nghị bổ sung"
    assert app.sent == [c.CastBallot("q9", "b0", "other", words)]


def test_a_secret_ballot_says_what_it_is_and_what_nobody_promises(
    stage: Any, check_screen: Any
) -> None:
    screen, _ = asked(stage, "secret")
    stage.shot("poll-secret-open")
    check_screen(screen)
    stage.tap(button(screen, "Phiếu kín – tin cậy máy chủ"))
    sheet = stage.window.children[0]
    stage.shot("poll-secret-sheet")
    check_screen(sheet)
    told = " ".join(str(getattr(one, "text", "")) for one in sheet.walk())
    assert "thông đồng" in told
    assert "rất ít phiếu" in told


def test_a_sent_ballot_of_names_is_changed_from_what_it_says(stage: Any, check_screen: Any) -> None:
    names = tuple(one.id for one in RULES["surplus17"].candidates[:12])
    mine = Ballot("b-old", "", 1_758_158_100_000, names=names)
    screen, app = asked(stage, "surplus17", mine)
    stage.shot("poll-surplus17-sent")
    check_screen(screen)
    assert body(screen).caps == "ĐÃ CHỌN 12/15 NGƯỜI"
    stage.tap(button(screen, "Đổi lựa chọn"))
    assert body(screen).counted == "12/15"
    spare = next(one for one in rows(screen) if not one.on)
    stage.tap(spare)
    stage.tap(button(screen, "Xem phiếu"))
    wait_armed(stage, screen)
    stage.tap(giant(screen, "Gửi"))
    (cast,) = app.sent
    assert isinstance(cast, c.CastBallot)
    assert (len(cast.names), cast.replaces) == (13, "b-old")


def test_a_teller_enters_the_count_on_the_own_tablet(stage: Any, check_screen: Any) -> None:
    story = Story().open()
    rule = change(RULES["election"], way="paper")
    story.do(c.PreparePoll("q9", "i2", "Bầu bổ sung", rule))
    story.do(c.OpenPoll("q9"))
    place = Place("poll", ROOM, "i2", poll="q9")
    screen, _ = seen(stage, app_state(story, ME, place=place))
    stage.shot("poll-paper-open")
    check_screen(screen)
    assert body(screen).heading == "Bỏ phiếu bằng phiếu giấy"
    story.do(c.ClosePoll("q9"))
    story.do(c.OpenPaperCount("q9", 20, 13, 0, 2, (ME,)))
    screen, app = seen(stage, app_state(story, ME, place=place))
    stage.tap(button(screen, "Nhập kết quả của tôi"))
    dialog = stage.window.children[0]
    stage.shot("poll-paper-teller")
    check_screen(dialog)
    first, second = (one.id for one in rule.candidates)
    typed = {"returned": 13, "invalid": 0, f"{first}.for": 13, f"{second}.for": 6}
    typed |= {f"{second}.against": 7}
    for key, number in typed.items():
        dialog.fields[key].text = str(number)
    stage.tap(dialog.ids.act)
    (entered,) = app.sent
    assert isinstance(entered, c.EnterPaperCount)
    story.do(entered, ME)
    board = story.state.polls["q9"].board
    assert board is not None
    assert list(board.entries) == [ME]


@pytest.mark.parametrize("size", ["normal", "xlarge"])
@pytest.mark.parametrize("name", ["surplus60", "survey", "discipline", "nomination", "election"])
def test_it_fits(stage: Any, check_screen: Any, name: str, size: str) -> None:
    stage.wear("dark" if name in {"survey", "discipline"} else "light", size)
    screen, _ = asked(stage, name)
    stage.shot(f"poll-{name}-fits-{size}")
    check_screen(screen)


def test_a_sealed_ballot_that_was_sent_has_a_sign_and_no_answer(
    stage: Any, check_screen: Any
) -> None:
    screen, _ = seen(stage, sent("secret"))
    check_screen(screen)
    block = body(screen).ids.block
    assert block.looks[block.choice][0] == "shield-lock"
    assert body(screen).caps == "PHIẾU KÍN ĐÃ GỬI"


def test_the_last_page_of_names_keeps_the_width_of_the_first(stage: Any) -> None:
    screen, _ = asked(stage, "surplus17")
    wide = rows(screen)[0].width
    stage.tap(button(screen, "Tiếp"))
    assert len(rows(screen)) == 2
    assert rows(screen)[0].width == pytest.approx(wide)


LONG = (
    "Đồng chí có tán thành thông qua dự thảo Nghị quyết của Ban Thường vụ Tỉnh ủy về lãnh đạo, chỉ "
    "đạo chuyển đổi số trong các cơ quan đảng giai đoạn 2025 – 2030 (dự thảo 3) không? Nội dung cụ "
    "thể nêu tại Tờ trình số 45-TTr/VPTU ngày 12/9/2025 kèm theo."
)


@pytest.mark.parametrize("size", ["normal", "large", "xlarge"])
@pytest.mark.parametrize("name", ["open", "discipline", "surplus17"])
def test_a_long_question_leaves_room_for_the_choices(
    stage: Any, check_screen: Any, name: str, size: str
) -> None:
    stage.wear("light", size)
    poll = change(poll_of(name), question=LONG)
    answer = {"open": "for", "discipline": "expel"}.get(name, "")
    screen, _ = seen(stage, holding(poll))
    stage.shot(f"poll-{name}-long-{size}")
    check_screen(screen)
    screen._choose(None, answer or "review")
    stage.settle()
    stage.shot(f"poll-{name}-long-{size}-confirm")
    check_screen(screen)
    mine = Ballot("b1", answer, poll.opened_at + 60_000)
    screen, _ = seen(stage, holding(poll, mine=mine))
    stage.shot(f"poll-{name}-long-{size}-sent")
    check_screen(screen)
