"""Several questions in one sitting on a member's tablet: by real touches, answered by the rules."""

from typing import Any

import pytest

from client.screens.poll import PollScreen
from client.screens.result import ResultScreen
from client.state import Place
from server.protocol import commands as c
from tests.sitting_story import SERIES, Live, arranged, sealed_too
from tests.story import CHAIR, ME, ROOM, SECRETARY, Story, app_state, counts

pytestmark = pytest.mark.ui


def opened() -> Story:
    story = arranged()
    story.do(c.OpenSeries(SERIES), CHAIR)
    return story


def seen(stage: Any, story: Story) -> tuple[PollScreen, Live]:
    state = app_state(story, ME, place=Place("poll", ROOM, "i2", poll="c1"))
    app = Live(stage, story, ME, state)
    screen = PollScreen(app)
    stage.show(screen)
    return screen, app


def button(root: Any, text: str) -> Any:
    return next(one for one in root.walk() if hasattr(one, "grade") and one.text == text)


def choose(stage: Any, screen: PollScreen, place: int = 0) -> None:
    """Choose an answer and send it."""
    body = screen.body.children[0]
    stage.tap(list(reversed(body.ids.choices.children))[place])
    body = screen.body.children[0]
    stage.until(lambda: body.armed)
    stage.tap(button(body, "Gửi"))


def test_questions_come_one_after_another_and_can_be_changed(stage: Any, check_screen: Any) -> None:
    screen, app = seen(stage, opened())
    assert (screen.strip.label, screen.strip.told) == ("Câu 1/4", "Đã gửi 0/4")
    stage.shot("sitting-choose")
    check_screen(screen)
    choose(stage, screen)
    assert (screen.strip.label, screen.strip.told) == ("Câu 2/4", "Đã gửi 1/4")
    choose(stage, screen)
    names = screen.body.children[0]
    assert names.question == "Giới thiệu nhân sự quy hoạch Phó Chủ tịch"
    stage.tap(names.ids.names.children[-1])
    stage.shot("sitting-names")
    check_screen(screen)
    stage.tap(screen.strip.children[1])
    assert screen.strip.label == "Câu 4/4"
    choose(stage, screen, 1)
    # back to the one that is left, with what was ticked there
    assert screen.strip.label == "Câu 3/4"
    assert screen.body.children[0].counted == "1/3"
    stage.tap(button(screen, "Xem phiếu"))
    body = screen.body.children[0]
    stage.until(lambda: body.armed)
    stage.tap(button(body, "Gửi"))
    listed = screen.body.children[0]
    assert listed.heading == "Đã gửi đủ 4 câu"
    stage.shot("sitting-list")
    check_screen(screen)
    lines = list(reversed(listed.ids.lines.children))
    assert [(one.status[:11], one.detail) for one in lines] == [
        ("Đã gửi lúc ", "Tán thành"),
        ("Đã gửi lúc ", "Tán thành"),
        ("Đã gửi lúc ", "Đã chọn 1/3 người"),
        ("Đã gửi lúc ", "Không tán thành"),
    ]
    stage.tap(lines[3])
    stage.shot("sitting-sent")
    check_screen(screen)
    stage.tap(button(screen, "Đổi lựa chọn"))
    choose(stage, screen, 0)
    assert screen.body.children[0].heading == "Đã gửi đủ 4 câu"
    ballots = app.story.state.polls["c4"].ballots
    assert (ballots[ME].choice, len(app.sent)) == ("for", 5)


@pytest.mark.parametrize(
    ("size", "theme", "language"), [("xlarge", "light", "vi"), ("normal", "dark", "en")]
)
def test_every_picture_of_a_sitting_fits(
    stage: Any, check_screen: Any, size: str, theme: str, language: str
) -> None:
    stage.wear(theme, size, language)
    story = opened()
    story.cast("c1", counts(11, 2, 0))
    story.do(c.CastBallot("c4", "b4", "other", "Thống nhất"), ME)
    screen, app = seen(stage, story)
    name = f"{size}-{theme}"
    stage.shot(f"sitting-sent-{name}")
    check_screen(screen)
    stage.tap(screen.strip.children[1])
    assert app.store.state.place.poll == "c2"
    stage.shot(f"sitting-choose-{name}")
    check_screen(screen)
    stage.tap(screen.strip.children[1])
    stage.shot(f"sitting-names-{name}")
    check_screen(screen)
    stage.tap(screen.strip.children[2])
    stage.shot(f"sitting-list-{name}")
    check_screen(screen)
    story.do(c.CloseSeries(SERIES), CHAIR)
    app.hear()
    stage.settle()
    stage.shot(f"sitting-over-{name}")
    check_screen(screen)
    story.do(c.PublishSeries(SERIES), CHAIR)
    app.hear()
    assert (app.store.state.place.screen, app.store.state.place.poll) == ("result", "c1")
    result = ResultScreen(app)
    stage.show(result)
    stage.shot(f"sitting-result-{name}")
    check_screen(result)
    stage.tap(result.strip.children[1])
    stage.tap(result.strip.children[1])
    assert app.store.state.place.poll == "c3"
    stage.shot(f"sitting-result-names-{name}")
    check_screen(result)
    stage.tap(result.strip.children[2])
    assert app.store.state.place.screen == "poll"
    stage.show(screen)
    stage.shot(f"sitting-results-{name}")
    check_screen(screen)


@pytest.mark.parametrize("size", ["normal", "xlarge"])
def test_a_sealed_question_of_a_sitting_says_all_that_it_must(
    stage: Any, check_screen: Any, size: str
) -> None:
    stage.wear("light", size)
    screen, _ = seen(stage, sealed_too())
    stage.shot(f"sitting-sealed-{size}")
    check_screen(screen)
    shown = [one.text for one in screen.bar.walk() if getattr(one, "text", "")]
    for word in ("còn 02:0", "Phiếu kín", "Câu 1/2"):
        assert any(text.startswith(word) for text in shown), word


def test_one_after_another_the_next_question_comes_by_itself(stage: Any) -> None:
    story = arranged()
    story.do(c.OpenNext(SERIES), CHAIR)
    screen, app = seen(stage, story)
    assert screen.strip.label == "Câu 1/4"
    choose(stage, screen)
    assert screen.body.children[0].heading == "Đã gửi đủ 1 câu"
    story.do(c.OpenNext(SERIES), CHAIR)
    app.hear()
    assert screen.strip.label == "Câu 2/4"
    story.do(c.AnnulPoll("c2", "Nhầm"), SECRETARY)
    app.hear()
    assert app.store.state.place.screen == "meeting"


def test_a_question_that_is_annulled_makes_room_for_the_next(stage: Any) -> None:
    story = opened()
    screen, app = seen(stage, story)
    story.do(c.AnnulPoll("c1", "Nhầm"), SECRETARY)
    app.hear()
    assert screen.strip.label == "Câu 2/4"
    story.do(c.RepeatPoll("c1", "c9"))
    story.do(c.OpenSeries(SERIES), CHAIR)
    app.hear()
    assert screen.strip.label == "Câu 2/4"
    story.do(c.PausePoll("c2"))
    app.hear()
    assert screen.strip.label == "Câu 2/4"
    story.do(c.ClosePoll("c2"))
    app.hear()
    assert screen.strip.label == "Câu 3/4"


def test_reading_on_and_back_keeps_the_sitting(stage: Any) -> None:
    screen, app = seen(stage, opened())
    stage.tap(screen.strip.children[2])
    stage.tap(button(screen, "Đọc tài liệu trong lúc chờ"))
    assert app.store.state.place.minimised
