"""Results of every form, from the real rules, on the tablet's window."""

from typing import Any

import pytest

from client.state import AppState, Place
from server.protocol import commands as c
from server.protocol.counts import Slip
from server.protocol.rules import Rule
from tests.polls_story import QUESTIONS, RULES
from tests.story import ME, PRESENT, ROOM, Story, app_state
from tests.ui.test_screen_result import seen

pytestmark = pytest.mark.ui


@pytest.fixture
def check_screen(check_grown: Any) -> Any:
    """Every word of a ballot and its result grows with the text size."""
    return check_grown


def decided(name: str, slips: list[Slip], person: str = ME, rule: Rule | None = None) -> AppState:
    """What a tablet holds once the ballots of those present are counted and published."""
    story = Story().open()
    story.do(c.PreparePoll("q9", "i2", QUESTIONS[name], rule or RULES[name]))
    story.do(c.OpenPoll("q9"))
    for voter, slip in zip(PRESENT, slips, strict=False):
        story.do(
            c.CastBallot(
                "q9",
                f"b-{voter}",
                slip.choice,
                slip.opinion,
                "",
                slip.answers,
                slip.names,
                slip.write_ins,
                slip.invalid,
            ),
            voter,
        )
    story.do(c.ClosePoll("q9"))
    story.do(c.PublishPoll("q9"))
    return app_state(story, person, place=Place("result", ROOM, "i2", poll="q9"))


def by_names(name: str, *sizes: int) -> list[Slip]:
    """Ballots that name the first so many candidates."""
    ids = [one.id for one in RULES[name].candidates]
    return [Slip(names=tuple(ids[:size])) for size in sizes]


def by_answers(name: str, *answers: str) -> list[Slip]:
    """Ballots whose letters answer for the candidates: + for, - against, h m l levels."""
    keys = {"+": "for", "-": "against", "h": "high", "m": "medium", "l": "low"}
    ids = [one.id for one in RULES[name].candidates]
    return [
        Slip(answers={who: keys[sign] for who, sign in zip(ids, line, strict=True) if sign in keys})
        for line in answers
    ]


def lines(screen: Any) -> list[Any]:
    return list(reversed(screen.board.list.ids.lines.children))


def shown(stage: Any, check: Any, name: str, state: AppState) -> Any:
    screen = seen(stage, state)
    stage.settle()
    stage.shot(f"result-{name}")
    check(screen)
    return screen


def election() -> AppState:
    """13 of 15 present; the first has 11 in favour, the second 7 with 8 needed."""
    return decided("election", by_answers("election", *["++"] * 7, *["+-"] * 4, "-.", "-."))


def survey() -> AppState:
    return decided(
        "survey", by_answers("survey", *["hhhhmmlllll"] * 5, *["hmlhmlhmlhm"] * 4, "h.........l")
    )


def discipline() -> AppState:
    choices = ["expel"] * 6 + ["dismiss"] * 3 + ["warn"] * 4
    return decided("discipline", [Slip(one) for one in choices])


def surplus() -> AppState:
    return decided("surplus17", by_names("surplus17", *[15] * 8, 12, 12, 9, 9, 3))


def test_who_is_elected_and_who_is_not(stage: Any, check_screen: Any) -> None:
    screen = shown(stage, check_screen, "election", election())
    first, second = lines(screen)
    assert screen.board.verdict == "TRÚNG CỬ 1/2"
    assert (first.status, first.percent, first.count) == ("Trúng cử", "73,33%", "11/15")
    assert (second.status, second.percent) == ("Không trúng cử", "46,67%")
    assert second.note == "Đồng ý 7 · Không đồng ý 4 · Không tính 2"
    assert second.need == 8
    assert "tức từ 8 phiếu" in screen.board.list.told


def test_a_surplus_election_is_listed_by_votes_over_pages(stage: Any, check_screen: Any) -> None:
    screen = shown(stage, check_screen, "surplus17", surplus())
    board = screen.board.list
    assert board.pages > 1
    counts = []
    for page in range(int(board.pages)):
        counts += [int(one.count.split("/")[0]) for one in lines(screen)]
        if page + 1 < board.pages:
            stage.tap(screen.board.ids.pager.children[0])
            stage.settle()
    assert counts == sorted(counts, reverse=True)
    assert len(counts) == 17
    assert screen.board.verdict == "TRÚNG CỬ 15/15"


def test_levels_of_confidence_and_their_flags(stage: Any, check_screen: Any) -> None:
    screen = shown(stage, check_screen, "survey", survey())
    assert screen.board.verdict == "KẾT QUẢ LẤY PHIẾU TÍN NHIỆM"
    first = lines(screen)[0]
    assert sum(count for _, count in first.parts) == 10


def test_measures_add_up_from_the_heaviest(stage: Any, check_screen: Any) -> None:
    screen = shown(stage, check_screen, "discipline", discipline())
    told = {one.name: (one.count, one.status) for one in lines(screen)}
    assert told["Khai trừ"] == ("6/15", "Chưa đủ phiếu")
    assert told["Cách chức"] == ("9/15", "Được chọn")
    assert screen.board.verdict == "CÁCH CHỨC"


def test_a_quick_poll_only_counts(stage: Any, check_screen: Any) -> None:
    rule = Rule(form="quick", decides="none")
    state = decided("written", [Slip("for")] * 8 + [Slip("against")] * 3, rule=rule)
    screen = shown(stage, check_screen, "quick", state)
    assert [one.count.split("/")[0] for one in lines(screen)] == ["8", "3"]


def test_who_is_not_accounted_for_is_named(stage: Any, check_screen: Any) -> None:
    state = decided("council", [Slip("for")] * 9 + [Slip("abstain")] * 2)
    screen = shown(stage, check_screen, "council", state)
    groups = [(one.label, one.count) for one in screen.board._names]
    assert ("Không biểu quyết", 2) in groups
    assert ("Không gửi phiếu", 2) in groups
    assert ("Vắng mặt", 2) in groups


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("make", [election, survey, discipline, surplus])
def test_it_fits(stage: Any, check_screen: Any, make: Any, theme: str) -> None:
    stage.wear(theme, "xlarge", "en" if theme == "dark" else "vi")
    screen = seen(stage, make())
    stage.settle()
    stage.shot(f"result-{make.__name__}-xlarge-{theme}")
    check_screen(screen)
