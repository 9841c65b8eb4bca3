"""A ballot that the secretary writes down for one person, with names: by touches, by the rules."""

from typing import Any

import pytest

from client.screens.desk.polls.by_hand import ask_by_hand
from client.selectors.desk_senders import senders
from client.state import Preferences
from server.protocol import commands as c
from tests.polls_story import QUESTIONS, RULES
from tests.sitting_story import Live
from tests.story import CHAIR, SECRETARY, Story, app_state

pytestmark = pytest.mark.ui


def opened(name: str) -> Story:
    story = Story().open()
    story.do(c.NameActingChair(CHAIR))
    story.do(c.PreparePoll("q9", "i2", QUESTIONS[name], RULES[name]))
    story.do(c.OpenPoll("q9"))
    return story


def asked(stage: Any, name: str, size: str = "normal") -> tuple[Any, Live]:
    stage.resize(1920, 1080)
    story = opened(name)
    app = Live(stage, story, SECRETARY, app_state(story, SECRETARY, kind="desk"))
    app.prefer(Preferences(text_size=size))  # type: ignore[arg-type]
    sender = next(one for one in senders(app.store.state, "q9") if one.person == "p05")
    assert sender.by_hand
    stage.clear()
    ask_by_hand(app, "q9", sender)
    stage.settle()
    return stage.window.children[0], app


def rows(dialog: Any) -> list[Any]:
    return list(reversed(dialog.rows.children))


def mark(stage: Any, row: Any, key: str) -> None:
    stage.tap(next(one for one in row.ids.answers.children if one.key == key))


@pytest.mark.parametrize(
    ("name", "theme", "size"),
    [
        ("nomination", "light", "normal"),
        ("surplus60", "dark", "xlarge"),
        ("survey", "light", "xlarge"),
    ],
)
def test_the_ballots_of_names_fit(
    stage: Any, check_screen: Any, name: str, theme: str, size: str
) -> None:
    stage.wear(theme, size)
    dialog, _ = asked(stage, name, size)
    stage.shot(f"desk-hand-{name}-{size}")
    check_screen(dialog)
    assert dialog.on_paper


def test_names_are_ticked_and_written(stage: Any) -> None:
    dialog, app = asked(stage, "nomination")
    for row in rows(dialog)[:2]:
        stage.tap(row)
    dialog.write_in.text = "Lê  Văn Mới"
    stage.tap(dialog.check)
    stage.tap(dialog.ids.act)
    assert len(rows(dialog)) == 9, "what is being typed becomes a name first"
    stage.tap(dialog.ids.act)
    ballot = app.story.state.polls["q9"].ballots["p05"]
    assert (ballot.on_paper, ballot.by_hand, ballot.confirmed_by) == (True, True, CHAIR)
    assert (len(ballot.names), ballot.write_ins, ballot.invalid) == (2, ("Lê Văn Mới",), False)


def test_an_invalid_paper_ballot_is_written_down_only_knowingly(stage: Any) -> None:
    dialog, app = asked(stage, "nomination")
    for row in rows(dialog)[:4]:
        stage.tap(row)
    stage.tap(dialog.check)
    stage.tap(dialog.ids.act)
    assert dialog.field.text.startswith("Phiếu này không hợp lệ")
    assert app.sent == []
    stage.tap(rows(dialog)[0])
    assert dialog.spoilt.disabled
    stage.tap(rows(dialog)[0])
    stage.tap(dialog.spoilt)
    stage.tap(dialog.ids.act)
    assert app.story.state.polls["q9"].ballots["p05"].invalid


def test_answers_beside_names_are_marked(stage: Any) -> None:
    dialog, app = asked(stage, "survey")
    for row, key in zip(rows(dialog)[:3], ("high", "medium", "low"), strict=True):
        mark(stage, row, key)
    mark(stage, rows(dialog)[2], "low")
    stage.tap(dialog.ids.act)
    assert dialog.field.text, "the chair has not confirmed it"
    stage.tap(dialog.check)
    stage.tap(dialog.ids.act)
    ballot = app.story.state.polls["q9"].ballots["p05"]
    assert sorted(ballot.answers.values()) == ["high", "medium"]
