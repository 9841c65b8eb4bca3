"""The room's screen, in the window, from what a display's device holds."""

from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import replace as change

from client.actions import Ticked
from client.screens.display import DisplayScreen
from client.state import AppState, Place
from client.store import Store
from server.protocol import commands as c
from server.protocol.state import Rule, ShownPage
from tests.polls_story import QUESTIONS, RULES
from tests.story import CHAIR, DISPLAY, PRESENT, ROOM, Story, app_state, counts


class Holder:
    """What the screen needs of its app, with a real store behind it."""

    def __init__(self, stage: Any, state: AppState) -> None:
        self.look = stage.app
        self.store = Store(state, lambda show: show())

    def tr(self, key: str, language: str | None = None, **params: object) -> str:
        return str(self.look.tr(key, language, **params))


def seen(stage: Any, state: AppState) -> DisplayScreen:
    stage.resize(1920, 1080)
    screen = DisplayScreen(Holder(stage, state))
    stage.show(screen)
    return screen


def on_display(story: Story, shown: ShownPage | None = None) -> AppState:
    place = Place("display", ROOM)
    return app_state(story, DISPLAY, kind="display", place=place, shown=shown)


def talking() -> Story:
    story = Story().open()
    for person in ("p02", "p03", "p12"):
        story.do(c.AskFloor(), person)
    story.do(c.GiveFloor("p02"), CHAIR)
    story.now += 192_000
    return story


@pytest.mark.ui
def test_the_item_its_speaker_and_who_is_next(stage: Any) -> None:
    shown = ShownPage(CHAIR, "i2", "i2-2", 3, 2)
    screen = seen(stage, on_display(talking(), shown))
    stage.shot("display-item")
    assert screen.mode == "item"
    assert screen.time_left == "01:48"
    assert screen.waiting == ["1. Đ/c Lê Quốc Hưng", "2. Đ/c Tạ Quang Dũng"]
    assert screen.paper == "Tài liệu: Dự thảo Nghị quyết, bản 3 · trang 3/11"
    assert len(screen.ids.strip.children) == 7


@pytest.mark.ui
def test_an_open_poll_shows_how_many_and_never_what(stage: Any) -> None:
    story = Story().open().ask().cast("q2", counts(9, 0, 2))
    screen = seen(stage, on_display(story))
    stage.shot("display-open")
    assert (screen.mode, screen.received, screen.expected) == ("open", 11, 13)
    assert screen.percent == ""
    assert screen.parts == []


@pytest.mark.ui
def test_the_published_result_stands_on_all_members(stage: Any) -> None:
    story = Story().open().ask().cast("q2", counts(11, 0, 2))
    story.do(c.ClosePoll("q2"))
    story.do(c.PublishPoll("q2"))
    screen = seen(stage, on_display(story))
    stage.shot("display-vote")
    assert screen.mode == "result"
    assert screen.verdict == "THÔNG QUA"
    assert screen.percent == "73,33%"
    assert screen.second == "Để tham khảo: 84,62% số có mặt (11/13)"
    assert [count for _, count in screen.parts] == [11, 0, 2, 2]


@pytest.mark.ui
def test_a_poll_that_fails_says_so_and_a_break_is_a_break(stage: Any) -> None:
    story = Story().open().ask().cast("q2", counts(7, 3, 3))
    story.do(c.ClosePoll("q2"))
    story.do(c.PublishPoll("q2"))
    screen = seen(stage, on_display(story))
    stage.shot("display-vote-failed")
    assert screen.verdict == "KHÔNG THÔNG QUA"
    assert not screen.passed
    story.do(c.TakeUpItem("i3"))
    story.do(c.PauseMeeting())
    screen = seen(stage, on_display(story))
    assert screen.title == "Tạm nghỉ"


def published(name: str, ballots: list[c.CastBallot]) -> AppState:
    story = Story().open()
    story.do(c.PreparePoll("q9", "i2", QUESTIONS[name], RULES[name]))
    story.do(c.OpenPoll("q9"))
    for person, cast in zip(PRESENT, ballots, strict=False):
        story.do(change(cast, ballot=f"b{person}"), person)
    story.do(c.ClosePoll("q9"))
    story.do(c.PublishPoll("q9"))
    return on_display(story)


@pytest.mark.ui
def test_an_election_fills_the_room_and_turns_by_itself(stage: Any) -> None:
    ids = tuple(one.id for one in RULES["surplus17"].candidates)
    cast = [c.CastBallot("q9", "b", "", names=ids[:15])] * 8
    cast += [c.CastBallot("q9", "b", "", names=ids[3:12])] * 5
    state = published("surplus17", cast)
    screen = seen(stage, replace(state, now=0))
    stage.settle()
    stage.shot("display-election")
    rows = list(reversed(screen.ids.lines.children))
    assert screen.verdict == "TRÚNG CỬ 15/15"
    assert (len(rows), screen.page) == (12, "1/2")
    assert rows[0].status == "Trúng cử"
    screen.app.store.dispatch(Ticked(12_000))
    assert (len(screen.ids.lines.children), screen.page) == (5, "2/2")


@pytest.mark.ui
def test_measures_and_levels_fill_the_room(stage: Any) -> None:
    choices = ["expel"] * 6 + ["dismiss"] * 3 + ["warn"] * 4
    state = published("discipline", [c.CastBallot("q9", "b", one) for one in choices])
    screen = seen(stage, state)
    stage.settle()
    stage.shot("display-discipline")
    assert (screen.verdict, len(screen.ids.lines.children)) == ("CÁCH CHỨC", 5)
    levels = {one.id: "high" for one in RULES["survey"].candidates}
    state = published("survey", [c.CastBallot("q9", "b", "", answers=levels)] * 13)
    screen = seen(stage, state)
    stage.settle()
    stage.shot("display-survey")
    assert screen.listed


@pytest.mark.ui
def test_who_is_called_stands_on_the_screen(stage: Any) -> None:
    story = Story().open()
    story.do(c.PreparePoll("q9", "i2", QUESTIONS["open"], Rule(way="roll_call")))
    story.do(c.OpenPoll("q9"))
    story.do(c.CallPerson("q9", PRESENT[2]))
    screen = seen(stage, on_display(story))
    assert screen.heading == "Đang gọi: Lê Quốc Hưng"
