"""Every form of poll in its four states, at Thường and Rất lớn, light and dark, to be looked at.

Not part of `make test`: the screens' own tests hold the same rules on fewer pictures. To draw all:

    PHIENHOP_SHOTS=DIR python -m pytest tests/ui/gallery/poll_states.py
"""

from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import replace as change

from client.screens.result import ResultScreen
from client.state import AppState, Language, Place, Progress
from server.protocol import commands as c
from server.protocol.counts import Cast, Slip
from server.protocol.rules import Rule, answers_each, names_people, options_of
from server.protocol.state import Ballot, Personal
from tests.polls_story import QUESTIONS, RULES, holding, poll_of
from tests.story import ME, PRESENT, ROOM, Story, app_state
from tests.ui.test_screen_poll import Holder, body, seen, wait_armed

pytestmark = pytest.mark.ui


@pytest.fixture
def check_screen(check_grown: Any) -> Any:
    """Every word of a ballot and its result grows with the text size."""
    return check_grown


def slip_of(rule: Rule, turn: int) -> Slip:
    """A ballot of one of those present; they do not all agree."""
    ids = [one.id for one in rule.candidates]
    keys = [one.id for one in options_of(rule)]
    if names_people(rule):
        return Slip(names=tuple(ids[turn % 3 :][: rule.places - turn % 2]))
    if answers_each(rule):
        marks = {who: keys[(place + turn // 3) % len(keys)] for place, who in enumerate(ids)}
        return Slip(answers=marks)
    return Slip(keys[0 if turn < 8 else turn % len(keys)])


def decided(name: str) -> AppState:
    """What a tablet holds once the result is published; of sealed ballots it has only the sums."""
    asked = RULES[name]
    rule = change(asked, secrecy="open")
    story = Story().open()
    story.do(c.PreparePoll("q9", "i2", QUESTIONS[name], rule))
    story.do(c.OpenPoll("q9"))
    for turn, person in enumerate(PRESENT):
        slip = slip_of(rule, turn)
        cast = c.CastBallot(
            "q9", f"b{turn}", slip.choice, "", "", slip.answers, slip.names, slip.write_ins
        )
        story.do(cast, person)
    story.do(c.ClosePoll("q9"))
    story.do(c.PublishPoll("q9"))
    state = app_state(story, ME, place=Place("result", ROOM, "i2", poll="q9"))
    return sealed(state) if asked.secrecy == "sealed" else state


def sealed(state: AppState) -> AppState:
    """The same poll as one whose ballots were opened without their names."""
    room = state.rooms[ROOM]
    poll = room.state.polls["q9"]
    poll = change(poll, rule=change(poll.rule, secrecy="sealed"), ballots={})
    meeting = change(room.state, polls={**room.state.polls, "q9": poll})
    return replace(state, rooms={ROOM: replace(room, state=meeting)})


def sent(name: str) -> AppState:
    """What the tablet of somebody who has sent holds; of a sealed ballot only that it is in."""
    poll = poll_of(name)
    slip, at = slip_of(poll.rule, 1), poll.opened_at + 60_000
    if poll.rule.secrecy != "sealed":
        mine = Ballot("b1", slip.choice, at, answers=slip.answers, names=slip.names)
        return holding(poll, mine=mine)
    state = holding(poll)
    room = state.rooms[ROOM]
    personal = Personal(cast={poll.id: Cast("b1", at)})
    counted = {poll.id: Progress(11, ())}
    return replace(state, rooms={ROOM: replace(room, personal=personal, progress=counted)})


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["normal", "xlarge"])
@pytest.mark.parametrize("name", list(RULES))
def test_four_states(stage: Any, check_screen: Any, name: str, size: str, theme: str) -> None:
    stage.wear(theme, size)
    draw(stage, check_screen, name, f"{name}-{{}}-{size}-{theme}")


@pytest.mark.parametrize("name", list(RULES))
def test_four_states_in_english(stage: Any, check_screen: Any, name: str) -> None:
    stage.wear("light", "xlarge", "en")
    draw(stage, check_screen, name, f"{name}-{{}}-xlarge-en", "en")


def speaking(state: AppState, language: Language) -> AppState:
    """The same, for somebody who reads that language."""
    return replace(state, preferences=replace(state.preferences, language=language))


def draw(stage: Any, check_screen: Any, name: str, shot: str, language: Language = "vi") -> None:
    """Choose, confirm, have sent, and the result, each held to the rules of every screen."""
    poll = poll_of(name)
    slip = slip_of(poll.rule, 1)
    screen, app = seen(stage, speaking(holding(poll), language))
    if names_people(poll.rule) or answers_each(poll.rule):
        for who in slip.names:
            body(screen).dispatch("on_tick", who)
        for who, key in slip.answers.items():
            body(screen).dispatch("on_mark", who, key)
    stage.settle()
    stage.shot(shot.format("1-open"))
    check_screen(screen)
    screen._choose(None, slip.choice or "review")
    wait_armed(stage, screen)
    stage.shot(shot.format("2-confirm"))
    check_screen(screen)
    screen, app = seen(stage, speaking(sent(name), language))
    stage.shot(shot.format("3-sent"))
    check_screen(screen)
    board = ResultScreen(Holder(stage, speaking(decided(name), language)))
    stage.show(board)
    stage.settle()
    stage.shot(shot.format("4-result"))
    check_screen(board)
    assert app.sent == []
