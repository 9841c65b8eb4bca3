"""The result on the tablet's window."""

from typing import Any

import pytest

from client.screens.result import ResultScreen
from client.state import AppState, Place
from client.store import Store
from server.protocol import commands as c
from server.protocol.state import Choice
from tests.story import CHAIR, ME, ROOM, Story, app_state, counts


@pytest.fixture
def check_screen(check_grown: Any) -> Any:
    """Every word of a ballot and its result grows with the text size."""
    return check_grown


class Holder:
    """What the screen needs of its app: a real store."""

    def __init__(self, stage: Any, state: AppState) -> None:
        self.look = stage.app
        self.store = Store(state, lambda show: show())
        self.sent: list[c.Command] = []

    @property
    def k(self) -> float:
        return float(self.look.k)

    def tr(self, key: str, language: str | None = None, **params: object) -> str:
        return str(self.look.tr(key, language, **params))

    def send(self, command: c.Command) -> None:
        self.sent.append(command)

    def dispatch(self, action: Any) -> None:
        self.store.dispatch(action)


def decided(choices: dict[str, Choice], person: str = ME, *, publish: bool = True) -> AppState:
    story = Story().open()
    story.do(c.TakeUpItem("i3"))
    story.ask("q3", "i3", "Đồng chí có tán thành chủ trương đầu tư khu Y không?")
    story.cast("q3", choices)
    story.do(c.ClosePoll("q3"))
    if publish:
        story.do(c.PublishPoll("q3"))
    return app_state(story, person, place=Place("result", ROOM, "i3", poll="q3"))


def seen(stage: Any, state: AppState) -> ResultScreen:
    screen = ResultScreen(Holder(stage, state))
    stage.show(screen)
    return screen


@pytest.mark.ui
def test_seven_of_fifteen_is_not_adopted_and_says_why(stage: Any, check_screen: Any) -> None:
    screen = seen(stage, decided(counts(7, 3, 3)))
    stage.shot("vote-result")
    check_screen(screen)
    board = screen.board
    assert (board.verdict, board.share.percent) == ("KHÔNG THÔNG QUA", "46,67%")
    assert board.share.of == "7/15 tổng số ủy viên tán thành"
    assert board.share.need == "Cần quá 1/2, tức từ 8 phiếu; thiếu 1 phiếu"
    assert "53,85% số có mặt" in board.share.second


@pytest.mark.ui
def test_the_chair_publishes_what_only_officers_see(stage: Any, check_screen: Any) -> None:
    screen = seen(stage, decided(counts(7, 3, 3), CHAIR, publish=False))
    stage.shot("vote-result-unpublished")
    check_screen(screen)
    stage.tap(screen.board.ids.publish_place.children[0])
    assert screen.board.app.sent == [c.PublishPoll("q3")]


@pytest.mark.ui
def test_the_list_turns_by_taps_to_the_last_name_and_back(stage: Any) -> None:
    screen = seen(stage, decided(counts(7, 3, 3)))
    board = screen.board
    button = next(one for one in board.walk() if getattr(one, "icon", "") == "chevron-down")
    names: list[str] = []
    for _ in range(4):
        names += [one.text for one in reversed(board.ids.names.children) if hasattr(one, "text")]
        if "đầu" in board.more:
            break
        stage.tap(button)
    assert len(names) == 15
    stage.tap(button)
    assert "Xem tiếp" in board.more


@pytest.mark.ui
@pytest.mark.parametrize("size", ["normal", "large", "xlarge"])
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits(stage: Any, check_screen: Any, size: str, language: str, theme: str) -> None:
    stage.wear(theme, size, language)
    cast = counts(11, 0, 2) if theme == "light" else counts(7, 3, 3)  # adopted, and not
    screen = seen(stage, decided(cast))
    stage.shot(f"vote-result-{size}-{language}-{theme}")
    check_screen(screen)
    share = screen.board.share
    assert share.minimum_height <= screen.board.ids.picture.height + 1
