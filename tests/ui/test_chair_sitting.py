"""Several questions in one sitting, from the chair's tablet: by real touches, answered by rules."""

from typing import Any

import pytest

from client.screens.meeting.chair_panel import ChairPanel
from client.state import Preferences
from server.protocol import commands as c
from tests.sitting_story import SERIES, Live, arranged
from tests.story import CHAIR, ME, PRESENT, Story, app_state

pytestmark = pytest.mark.ui


def seen(stage: Any, story: Story, size: str = "normal") -> tuple[ChairPanel, Live]:
    app = Live(stage, story, CHAIR, app_state(story, CHAIR))
    app.prefer(Preferences(text_size=size))  # type: ignore[arg-type]
    panel = ChairPanel(app, size_hint=(None, None), size=(408, 624), pos=(872, 100))
    stage.show(panel)
    return panel, app


def button(root: Any, text: str) -> Any:
    return next(one for one in root.walk() if hasattr(one, "grade") and one.text.startswith(text))


def on_top(stage: Any) -> Any:
    return stage.window.children[0]


def tap(stage: Any, root: Any, text: str) -> None:
    stage.tap(button(root, text))
    stage.settle()


def voted(story: Story, *polls: str, people: tuple[str, ...] = PRESENT[1:]) -> None:
    for poll in polls:
        story.cast(poll, dict.fromkeys(people, "for"))


@pytest.mark.parametrize(("theme", "size"), [("light", "normal"), ("dark", "xlarge")])
def test_the_chair_puts_questions_together_and_asks_them_at_once(
    stage: Any, check_screen: Any, theme: str, size: str
) -> None:
    stage.wear(theme, size)
    panel, app = seen(stage, Story().open(), size)
    tap(stage, panel, "Mở biểu quyết")
    tap(stage, on_top(stage), "Nhiều câu hỏi")
    for question, rule in (("Thông qua chương trình", "Thủ tục"), ("Chủ trương đầu tư khu Y", "")):
        tap(stage, on_top(stage), "Thêm câu hỏi")
        sheet = on_top(stage)
        sheet.field.text = question
        if rule:
            card = next(card for _, card in sheet.cards if rule in card.title)
            stage.tap(card)
        stage.shot(f"chair-sitting-question-{size}")
        check_screen(sheet)
        sheet.keep()
        stage.settle()
    stage.shot(f"chair-sitting-arrange-{size}")
    check_screen(on_top(stage))
    tap(stage, on_top(stage), "Xếp 2 câu")
    assert isinstance(app.sent[-1], c.ArrangeSeries)
    tap(stage, panel, "Mở 2 câu hỏi")
    stage.shot(f"chair-sitting-open-{size}")
    check_screen(on_top(stage))
    tap(stage, on_top(stage), "Mở cùng lúc")
    running = app.story.state.open_polls()
    assert [(poll.question, poll.rule.base) for poll in running] == [
        ("Thông qua chương trình", "present"),
        ("Chủ trương đầu tư khu Y", "members_total"),
    ]
    voted(app.story, running[0].id)
    voted(app.story, running[1].id, people=PRESENT[3:])
    app.hear()
    stage.settle()
    assert (panel.poll_card.caption, panel.poll_card.count) == ("2 câu hỏi", "22 / 26")
    stage.shot(f"chair-sitting-running-{size}")
    check_screen(panel)
    tap(stage, panel, "Thêm")
    stage.shot(f"chair-sitting-each-{size}")
    check_screen(on_top(stage))
    on_top(stage).close()
    tap(stage, panel, "Tạm dừng")
    assert {poll.state for poll in app.story.state.open_polls()} == {"paused"}
    tap(stage, panel, "Tiếp tục")
    tap(stage, panel, "Đóng cả 2 câu")
    assert "Nguyễn Văn Thành" in on_top(stage).body
    stage.shot(f"chair-sitting-close-{size}")
    check_screen(on_top(stage))
    tap(stage, on_top(stage), "Đóng cả 2 câu")
    stage.shot(f"chair-sitting-closed-{size}")
    check_screen(panel)
    tap(stage, panel, "Công bố 2 kết quả")
    assert {app.story.state.polls[poll.id].state for poll in running} == {"published"}


def test_one_question_after_another_with_one_tap(stage: Any) -> None:
    story = arranged(asked=3)
    panel, app = seen(stage, story)
    tap(stage, panel, "Mở 3 câu hỏi")
    tap(stage, on_top(stage), "Từng câu một")
    assert [poll.id for poll in story.state.open_polls()] == ["c1"]
    voted(story, "c1", people=(ME,))
    app.hear()
    stage.settle()
    tap(stage, panel, "Đóng, mở câu 2/3")
    tap(stage, on_top(stage), "Đóng, mở câu 2/3")
    assert [poll.id for poll in story.state.open_polls()] == ["c2"]
    assert panel.poll_card.caption.startswith("Câu 2/3")
    tap(stage, panel, "Đóng, mở câu 3/3")
    tap(stage, on_top(stage), "Chỉ đóng câu này")
    assert story.state.open_poll() is None
    tap(stage, panel, "Thêm")
    tap(stage, on_top(stage), "Công bố 2 kết quả")
    assert story.state.polls["c1"].state == "published"
    tap(stage, panel, "Mở câu 3/3")
    tap(stage, on_top(stage), "Mở câu 3/3")
    assert [poll.id for poll in story.state.open_polls()] == ["c3"]
    tap(stage, panel, "Đóng biểu quyết")
    tap(stage, on_top(stage), "Đóng biểu quyết")
    tap(stage, panel, "Công bố kết quả")
    assert story.state.polls["c3"].state == "published"


def test_one_question_of_several_is_annulled_and_asked_again_beside_the_others(stage: Any) -> None:
    story = arranged()
    story.do(c.OpenSeries(SERIES), CHAIR)
    panel, app = seen(stage, story)
    tap(stage, panel, "Thêm")
    rows = [one for one in on_top(stage).walk() if getattr(one, "text", "") == "Thêm"]
    stage.tap(next(one for one in rows if hasattr(one, "grade")))
    tap(stage, on_top(stage), "Hủy")
    on_top(stage).field.text = "Nhầm câu hỏi"
    tap(stage, on_top(stage), "Hủy biểu quyết")
    assert story.state.polls["c1"].state == "annulled"
    story.do(c.RepeatPoll("c1", "c9"))
    app.hear()
    stage.settle()
    tap(stage, panel, "Thêm")
    tap(stage, on_top(stage), "Mở biểu quyết")
    assert [poll.id for poll in story.state.open_polls()] == ["c9", "c2", "c3", "c4"]


def test_a_refusal_is_told_and_nothing_is_arranged(stage: Any) -> None:
    story = arranged(asked=2)
    panel, app = seen(stage, story)
    app.send(c.ArrangeSeries("khac", ("c1", "c2")))
    message = app.store.state.message
    assert message is not None
    assert message.key == "refusal.series_another"
    tap(stage, panel, "Mở 2 câu hỏi")
    assert on_top(stage).body.startswith("1. Thông qua chương trình hội nghị")
