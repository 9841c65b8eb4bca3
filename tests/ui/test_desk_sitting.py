"""Several questions in one sitting at the desk and on the room's screen, answered by the rules."""

from typing import Any

import pytest

from client.actions import Ticked
from client.screens.desk.polls import PollsPage
from client.screens.display import DisplayScreen
from client.selectors.display import TURN_MS
from client.state import Place, Preferences
from server.protocol import commands as c
from server.protocol.rules import Rule
from tests.sitting_story import SERIES, Live, arranged
from tests.story import CHAIR, DISPLAY, PRESENT, ROOM, SECRETARY, Story, app_state, counts

pytestmark = pytest.mark.ui


def seen(stage: Any, story: Story, size: str = "normal") -> tuple[PollsPage, Live]:
    stage.resize(1920, 1080)
    app = Live(stage, story, SECRETARY, app_state(story, SECRETARY, kind="desk"))
    app.prefer(Preferences(text_size=size))  # type: ignore[arg-type]
    page = PollsPage(app, size_hint=(None, None))
    page.size = 1920, 1008
    stage.show(page)
    return page, app


def button(root: Any, text: str) -> Any:
    return next(
        one
        for one in root.walk()
        if hasattr(one, "grade") and one.text.startswith(text) and one.opacity
    )


def tap(stage: Any, root: Any, text: str) -> None:
    stage.tap(button(root, text))
    stage.settle()


def on_top(stage: Any) -> Any:
    return stage.window.children[0]


@pytest.mark.parametrize(("theme", "size"), [("light", "normal"), ("dark", "xlarge")])
def test_the_desk_puts_questions_together_and_runs_them(
    stage: Any, check_screen: Any, theme: str, size: str
) -> None:
    stage.wear(theme, size)
    story = Story().open()
    for name, question in (("c1", "Thông qua chương trình"), ("c2", "Chủ trương đầu tư khu Y")):
        story.do(c.PreparePoll(name, "i2", question, Rule()))
    page, app = seen(stage, story, size)
    tap(stage, page, "Nhiều câu hỏi")
    for line in list(reversed(on_top(stage).ids.lines.children))[::-1]:
        stage.tap(line)
    stage.shot(f"desk-sitting-arrange-{size}")
    check_screen(on_top(stage))
    tap(stage, on_top(stage), "Xếp 2 câu")
    assert [poll.id for poll in story.state.questions(app.sent[-1].series)] == ["c2", "c1"]  # type: ignore[union-attr]
    stage.shot(f"desk-sitting-ready-{size}")
    check_screen(page)
    page.ids.middle.scroll_y = 0
    stage.settle()
    tap(stage, page, "Mở 2 câu hỏi")
    tap(stage, on_top(stage), "Mở cùng lúc")
    page.ids.middle.scroll_y = 1
    story.cast("c1", counts(11, 2, 0)).cast("c2", dict.fromkeys(PRESENT[:9], "for"))
    app.hear()
    stage.settle()
    stage.shot(f"desk-sitting-running-{size}")
    check_screen(page)
    tap(stage, page, "Từng câu hỏi")
    stage.shot(f"desk-sitting-each-{size}")
    check_screen(on_top(stage))
    on_top(stage).close()
    tap(stage, page, "Đóng cả 2 câu")
    tap(stage, on_top(stage), "Đóng cả 2 câu")
    stage.shot(f"desk-sitting-closed-{size}")
    check_screen(page)
    tap(stage, page, "Công bố 2 kết quả")
    tap(stage, on_top(stage), "Công bố 2 kết quả")
    assert {story.state.polls[name].state for name in ("c1", "c2")} == {"published"}


def test_a_sitting_is_changed_and_parted_before_it_begins(stage: Any) -> None:
    story = arranged(asked=3)
    page, _ = seen(stage, story)
    tap(stage, page, "Nhiều câu hỏi")
    stage.tap(next(reversed(on_top(stage).ids.lines.children)))
    tap(stage, on_top(stage), "Xếp 2 câu")
    assert [poll.id for poll in story.state.questions(SERIES)] == ["c2", "c3"]
    page.select(next(row for row in page.rows if row.poll == "c2"))
    tap(stage, page, "Nhiều câu hỏi")
    stage.tap(list(reversed(on_top(stage).ids.lines.children))[1])
    tap(stage, on_top(stage), "Xếp 1 câu")
    assert on_top(stage).hint == "Chọn ít nhất hai câu hỏi."
    tap(stage, on_top(stage), "Bỏ đợt này")
    assert story.state.questions(SERIES) == ()


def test_one_question_after_another_from_the_desk(stage: Any) -> None:
    story = arranged(asked=2)
    page, app = seen(stage, story)
    tap(stage, page, "Mở 2 câu hỏi")
    tap(stage, on_top(stage), "Từng câu một")
    tap(stage, page, "Tạm dừng")
    assert story.state.polls["c1"].state == "paused"
    tap(stage, page, "Tiếp tục")
    tap(stage, page, "Đóng, mở câu 2/2")
    tap(stage, on_top(stage), "Chỉ đóng câu này")
    tap(stage, page, "Mở câu 2/2")
    assert [poll.id for poll in story.state.open_polls()] == ["c2"]
    assert isinstance(app.sent[-1], c.OpenNext)


def test_the_room_sees_the_questions_in_turn(stage: Any) -> None:
    story = arranged()
    story.do(c.OpenSeries(SERIES), CHAIR)
    story.cast("c1", counts(13, 0, 0)).cast("c2", counts(9, 2, 2)).cast("c4", counts(5, 8, 0))
    stage.resize(1920, 1080)
    place = Place("display", ROOM)
    app = Live(stage, story, DISPLAY, app_state(story, DISPLAY, kind="display", place=place))
    screen = DisplayScreen(app)
    stage.show(screen)

    def turn() -> None:
        app.dispatch(Ticked(app.store.state.now + TURN_MS))
        stage.settle()

    seen = set()
    for _ in range(4):
        seen.add((screen.heading, screen.question[:9], int(screen.received)))
        turn()
    assert seen == {
        ("Câu 1/4 · Đang biểu quyết", "Thông qua", 13),
        ("Câu 2/4 · Đang biểu quyết", "Thông qua", 13),
        ("Câu 3/4 · Đang biểu quyết", "Giới thiệ", 0),
        ("Câu 4/4 · Đang biểu quyết", "Chủ trươn", 13),
    }
    stage.shot("display-sitting-open")
    story.do(c.CloseSeries(SERIES), CHAIR)
    app.hear()
    assert screen.mode == "open"
    story.do(c.PublishSeries(SERIES), CHAIR)
    app.hear()
    results = set()
    for n in range(4):
        stage.settle()
        stage.shot(f"display-sitting-{n}")
        results.add((screen.result_line[:7], screen.verdict))
        turn()
    assert results == {
        ("Câu 1/4", "THÔNG QUA"),
        ("Câu 2/4", "THÔNG QUA"),
        ("Câu 3/4", "ĐƯỢC GIỚI THIỆU 0/3"),
        ("Câu 4/4", "KHÔNG THÔNG QUA"),
    }
