"""What screens say of a poll that waits: reminders, time limits, ties to settle, lost keys."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as change

from client.changes.rooms import events
from client.selectors.chair import chair
from client.selectors.desk_polls import elapsed, running
from client.selectors.poll import time_left
from client.selectors.result import result
from client.selectors.shell import banner
from client.selectors.waiting import owed
from client.selectors.words import Words
from client.state import AppState, Pending, Place
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol import frames as f
from server.protocol.rules import Candidate, Rule, Threshold
from server.protocol.state import Poll
from tests.story import CHAIR, ME, PRESENT, ROOM, SECRETARY, Story, app_state, counts

BALLOT = Place("poll", ROOM, "i2", poll="q2")
LIMITED = Rule(seconds=120)
TIED = Rule(
    form="election_surplus",
    base="present",
    threshold=Threshold(1, 4, strict=False),
    candidates=(Candidate("a", "Lê Văn An"), Candidate("b", "Vũ Thị Bé")),
    places=1,
    tie="lot",
)


def asked(rule: Rule | None = None) -> Story:
    story = Story().open()
    story.do(c.PreparePoll("q2", "i2", "Thông qua?", rule or Rule()))
    story.do(c.OpenPoll("q2"))
    return story


def reminded() -> Story:
    story = asked().cast("q2", counts(5, 0, 0))
    story.do(c.RemindPoll("q2"))
    return story


def at_time(story: Story) -> str:
    """When the reminder was sent, by the clock of this place."""
    return Words("vi").time(story.state.polls["q2"].reminded_at)


def drawn(*, settled: bool) -> Story:
    story = asked(TIED)
    for n, person in enumerate(PRESENT[:12]):
        story.do(c.CastBallot("q2", f"b{n}", "", names=("ab"[n % 2],)), person)
    story.do(c.ClosePoll("q2"))
    if settled:
        story.do(c.SettleTie("q2", ("b",), "Bốc thăm công khai"), CHAIR)
    return story


# ---- reminders -----------------------------------------------------------------------------------


def test_whoever_has_not_sent_reads_it_on_the_ballot() -> None:
    story = reminded()
    told = owed(app_state(story, ME, place=BALLOT))
    assert told == f"Chưa gửi phiếu, nhắc lúc {at_time(story)}"


def test_whoever_has_sent_reads_nothing() -> None:
    story = reminded()
    assert owed(app_state(story, PRESENT[0], place=BALLOT)) == ""
    story.do(c.CastBallot("q2", "mine", "for"), ME)
    assert owed(app_state(story, ME, place=BALLOT)) == ""


def test_a_ballot_on_its_way_is_not_asked_for() -> None:
    state = app_state(reminded(), ME, place=BALLOT)
    waiting = Pending("r1", ROOM, c.CastBallot("q2", "mine", "for"), state.now)
    assert owed(replace(state, pending=(waiting,))) == ""


def test_nobody_else_is_told() -> None:
    story = reminded()
    assert owed(app_state(story, "p14", place=BALLOT)) == "", "absent when it opened"
    story.do(c.PausePoll("q2"))
    assert owed(app_state(story, ME, place=BALLOT)) == ""
    assert owed(app_state(asked(), ME, place=BALLOT)) == "", "nobody has reminded"
    assert owed(app_state(story, ME, place=Place("lobby"))) == ""


def test_a_ballot_put_aside_is_a_band_that_leads_back() -> None:
    story = reminded()
    state = app_state(story, ME)
    found = banner(state)
    assert found is not None
    assert (found.icon, found.ballot, found.go) == ("bell", True, "Về phiếu biểu quyết")
    assert at_time(story) in found.title
    assert banner(replace(state, dismissed=state.dismissed | {found.key})) is None


def told(story: Story, person: str, event: e.Event) -> AppState:
    state = app_state(story, person)
    view = state.rooms[ROOM]
    entry = e.Entry(story.now, event, SECRETARY)
    return events(state, f.Events(ROOM, view.epoch, view.position + 1, (entry,)))


def test_it_is_said_in_passing_to_whom_it_concerns() -> None:
    story = asked().cast("q2", {PRESENT[0]: "for"})
    mine = told(story, ME, e.PollReminded("q2"))
    assert mine.message is not None
    assert mine.message.key == "toast.reminded"
    assert told(story, PRESENT[0], e.PollReminded("q2")).message is None
    assert told(story, ME, e.PollPaused("q2")).message is None


@pytest.mark.parametrize("secret", [False, True])
def test_the_desk_and_the_chair_know_how_many_and_when(secret: bool) -> None:
    story = reminded()
    desk = app_state(story, SECRETARY, kind="desk")
    if secret:
        view = desk.rooms[ROOM]
        sealed = change(view.state.polls["q2"], rule=Rule(form="secret", secrecy="sealed"))
        state = change(view.state, polls={"q2": sealed})
        desk = replace(desk, rooms={ROOM: replace(view, state=state)})
    found = running(desk)
    assert found is not None
    assert found.remind == 8
    assert f"Đã nhắc lúc {at_time(story)}" in elapsed(desk)
    panel = chair(app_state(story, CHAIR))
    assert panel is not None
    assert panel.poll.remind == 8


def test_nobody_is_reminded_where_ballots_do_not_come_from_tablets() -> None:
    found = running(app_state(asked(Rule(way="hands")), SECRETARY, kind="desk"))
    assert found is not None
    assert found.remind == 0


# ---- the time limit ------------------------------------------------------------------------------


def at(state: AppState, poll: str, after_end: int) -> AppState:
    ends = state.rooms[ROOM].state.polls[poll].ends_at
    return replace(state, now=ends + after_end)


@pytest.mark.parametrize(
    ("after_end", "left", "soon", "trouble"),
    [
        (-90_000, "còn 01:30", False, ""),
        (-45_000, "còn 00:45", True, ""),
        (1, "Hết thời gian", True, ""),
        (10_000, "Hết thời gian", True, "Hết thời gian, phiếu không còn được nhận"),
    ],
)
def test_the_chair_sees_how_long_it_takes_ballots(
    after_end: int, left: str, soon: bool, trouble: str
) -> None:
    panel = chair(at(app_state(asked(LIMITED), CHAIR), "q2", after_end))
    assert panel is not None
    poll = panel.poll
    assert (poll.left, poll.soon, poll.can_extend) == (left, soon, True)
    assert poll.trouble.startswith(trouble)
    assert bool(poll.trouble) == bool(trouble)


def test_on_hold_the_time_stands_still() -> None:
    story = asked(LIMITED)
    story.do(c.PausePoll("q2"))
    state = app_state(story, CHAIR, place=BALLOT)
    later = replace(state, now=state.now + 600_000)
    assert time_left(later) == time_left(state) == "còn 01:59"
    panel = chair(later)
    assert panel is not None
    assert (panel.poll.left, panel.poll.soon) == ("còn 01:59, đang dừng giờ", False)


def test_the_desk_reads_the_time_and_that_it_closed_by_itself() -> None:
    story = asked(LIMITED)
    assert elapsed(app_state(story, SECRETARY, kind="desk")) == "Đã mở 00:00 · còn 02:00"
    poll = story.state.polls["q2"]
    tallied = story.state
    story.do(c.ClosePoll("q2"))
    closed = app_state(story, SECRETARY, kind="desk")
    assert tallied.polls["q2"] is poll
    view = closed.rooms[ROOM]
    timed = change(view.state, polls={"q2": change(view.state.polls["q2"], timed=True)})
    found = running(replace(closed, rooms={ROOM: replace(view, state=timed)}))
    assert found is not None
    assert "Đã đóng khi hết thời gian" in found.base_line


# ---- ties and keys -------------------------------------------------------------------------------


def test_the_chair_is_asked_who_was_drawn_before_it_is_published() -> None:
    story = drawn(settled=False)
    panel = chair(app_state(story, CHAIR))
    assert panel is not None
    tie = panel.poll.tie
    assert tie is not None
    assert (tie.poll, tie.places) == ("q2", 1)
    assert tie.among == (("a", "Lê Văn An"), ("b", "Vũ Thị Bé"))
    assert tie.act == "Ghi kết quả bốc thăm"
    desk = running(app_state(story, SECRETARY, kind="desk"))
    assert desk is not None
    assert desk.waits
    told = result(app_state(story, CHAIR, place=Place("result", ROOM, "i2", poll="q2")))
    assert told is not None
    assert {line.status for line in told.lines} == {"Bằng phiếu, bốc thăm"}


def test_the_result_says_who_was_drawn() -> None:
    story = drawn(settled=True)
    panel = chair(app_state(story, CHAIR))
    assert panel is not None
    assert panel.poll.tie is None
    told = result(app_state(story, CHAIR, place=Place("result", ROOM, "i2", poll="q2")))
    assert told is not None
    assert [(line.name, line.status) for line in told.lines] == [
        ("Vũ Thị Bé", "Trúng cử, bốc thăm"),
        ("Lê Văn An", "Bằng phiếu, bốc thăm không trúng"),
    ]


def test_lost_keys_are_a_sentence_with_a_code() -> None:
    state = app_state(asked(), CHAIR)
    view = state.rooms[ROOM]
    lost: Poll = change(
        view.state.polls["q2"], rule=Rule(form="secret", secrecy="sealed"), keys_lost=True
    )
    state = replace(
        state, rooms={ROOM: replace(view, state=change(view.state, polls={"q2": lost}))}
    )
    panel, desk = chair(state), running(state)
    assert panel is not None
    assert desk is not None
    assert "sealed_keys_lost" in panel.poll.trouble
    assert desk.warning == panel.poll.trouble
    assert (desk.remind, panel.poll.remind) == (0, 0)
