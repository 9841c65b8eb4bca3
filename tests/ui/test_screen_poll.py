"""The ballot on the window: by real touches, into a real session's outbox."""

import random
import time
from typing import Any

import pytest

from client.actions import CommandSent, MessageShown
from client.screens.poll import PollScreen
from client.state import AppState, Pending, Place
from client.store import Store
from server.protocol import commands as c
from server.protocol.rules import Rule
from tests.story import ME, QUESTION, ROOM, Story, app_state, counts


@pytest.fixture
def check_screen(check_grown: Any) -> Any:
    """Every word of a ballot and its result grows with the text size."""
    return check_grown


class Holder:
    """What the screen needs of its app: a real store, and the commands that it takes."""

    def __init__(self, stage: Any, state: AppState) -> None:
        self.look = stage.app
        self.store = Store(state, lambda show: show())
        self.sent: list[c.Command] = []

    @property
    def k(self) -> float:
        return float(self.look.k)

    def tr(self, key: str, language: str | None = None, **params: object) -> str:
        return str(self.look.tr(key, language, **params))

    def dispatch(self, action: Any) -> None:
        self.store.dispatch(action)

    def new_id(self) -> str:
        return f"b{len(self.sent)}"

    def send(self, command: c.Command) -> None:
        self.sent.append(command)
        now = self.store.state.now
        self.dispatch(CommandSent(Pending(f"r{len(self.sent)}", ROOM, command, now)))


def asked(story: Story | None = None) -> AppState:
    story = story or Story().open().ask()
    return app_state(story, ME, place=Place("poll", ROOM, "i2", poll="q2"))


def seen(stage: Any, state: AppState) -> tuple[PollScreen, Holder]:
    app = Holder(stage, state)
    screen = PollScreen(app)
    stage.show(screen)
    return screen, app


def body(screen: PollScreen) -> Any:
    return screen.body.children[0]


def choice(screen: PollScreen, place: int) -> Any:
    return list(reversed(body(screen).ids.choices.children))[place]


def wait_armed(stage: Any, screen: PollScreen) -> None:
    stage.until(lambda: body(screen).armed)


def giant(screen: PollScreen, text: str) -> Any:
    return next(
        w for w in body(screen).walk() if getattr(w, "grade", "") == "giant" and w.text == text
    )


@pytest.mark.ui
def test_choose_confirm_and_send(stage: Any, check_screen: Any) -> None:
    screen, app = seen(stage, asked())
    stage.shot("vote-open")
    check_screen(screen)
    shown = [one.text for one in body(screen).walk() if hasattr(one, "texture_size")]
    assert any("tổng số 15 ủy viên, tức từ 8 phiếu" in text for text in shown)
    stage.tap(choice(screen, 0))
    assert app.sent == []
    wait_armed(stage, screen)
    stage.shot("vote-confirm")
    check_screen(screen)
    stage.tap(giant(screen, "Gửi"))
    assert app.sent == [c.CastBallot("q2", "b0", "for", "", "")]
    assert giant(screen, "Gửi").busy


@pytest.mark.ui
def test_what_was_sent_and_how_many_have_arrived(stage: Any, check_screen: Any) -> None:
    story = Story().open().ask().cast("q2", counts(9, 0, 2))
    screen, app = seen(stage, asked(story))
    stage.shot("vote-sent")
    check_screen(screen)
    squares = list(reversed(body(screen).ids.squares.children))
    assert [one.arrived for one in squares] == [True] * 11 + [False] * 2
    change = next(w for w in body(screen).walk() if getattr(w, "text", "") == "Đổi lựa chọn")
    stage.tap(change.parent if not hasattr(change, "grade") else change)
    assert choice(screen, 0).chosen
    stage.tap(choice(screen, 2))
    wait_armed(stage, screen)
    stage.shot("vote-confirm-other")
    check_screen(screen)
    phrase = body(screen).ids.strip.children[-1]
    stage.tap(phrase)
    stage.tap(giant(screen, "Gửi"))
    assert app.sent == [c.CastBallot("q2", "b0", "other", "Thống nhất", f"q2-{ME}")]


@pytest.mark.ui
def test_twenty_random_taps_in_two_seconds_never_send(stage: Any) -> None:
    chance = random.Random(7)  # noqa: S311 - where a finger lands
    _, app = seen(stage, asked())
    for _ in range(20):
        x, y = chance.uniform(0, 1280), chance.uniform(80, 640)
        if app.store.state.place.minimised:
            break
        stage.finger(x, y).down().up()
        next_tap = time.monotonic() + 0.1
        stage.until(lambda due=next_tap: time.monotonic() >= due)
    assert app.sent == []


@pytest.mark.ui
@pytest.mark.parametrize("size", ["normal", "large", "xlarge"])
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_step_fits(
    stage: Any, check_screen: Any, size: str, language: str, theme: str
) -> None:
    stage.wear(theme, size, language)
    screen, _ = seen(stage, asked())
    stage.shot(f"vote-open-{size}-{language}-{theme}")
    check_screen(screen)
    stage.tap(choice(screen, 1))
    wait_armed(stage, screen)
    stage.shot(f"vote-confirm-{size}-{language}-{theme}")
    check_screen(screen)
    story = Story().open().ask().cast("q2", counts(9, 0, 2))
    screen, _ = seen(stage, asked(story))
    stage.shot(f"vote-sent-{size}-{language}-{theme}")
    check_screen(screen)


@pytest.mark.ui
def test_a_practice_ballot_is_never_sent(stage: Any) -> None:
    state = app_state(Story(), ME, place=Place("poll", ROOM, poll="practice"))
    screen, app = seen(stage, state)
    stage.tap(choice(screen, 0))
    wait_armed(stage, screen)
    stage.tap(giant(screen, "Gửi"))
    stage.shot("vote-practice")
    assert app.sent == []
    assert app.store.state.practised


@pytest.mark.parametrize(("size", "language"), [("normal", "en"), ("xlarge", "vi")])
def test_a_reminder_stands_in_the_bar_until_the_ballot_is_sent(
    stage: Any, check_screen: Any, size: str, language: str
) -> None:
    stage.wear("light", size, language)
    story = Story().open()
    story.do(c.PreparePoll("q2", "i2", QUESTION, Rule(seconds=300)))
    story.do(c.OpenPoll("q2"))
    story.do(c.RemindPoll("q2"))
    screen, app = seen(stage, asked(story))
    app.dispatch(MessageShown("toast.reminded"))
    app.store.flush()
    stage.step(20)
    stage.shot(f"vote-reminded-{size}-{language}")
    toast = screen.toasts.current
    assert toast is not None
    assert toast.top < choice(screen, 2).y, "it covers no choice"
    screen.toasts.hide()
    check_screen(screen)
    assert screen.bar.reminder
    app.send(c.CastBallot("q2", "b1", "for"))
    app.store.flush()
    assert not screen.bar.reminder
