"""The life of a poll and of the ballots in it."""

import pytest
from msgspec.structs import replace

from server.core.redact import personal
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.refusals import Code
from server.protocol.state import Ballot, Rule, Threshold
from tests.core_meetings import (
    CHAIR,
    DIRECTOR,
    OFFICE,
    SECRETARY,
    Sitting,
    drafts,
    member,
    opened,
    published,
)

FINAL = Rule(may_change=False)


def poll_in(state: str) -> Sitting:
    """A sitting with poll p2 in that state; `none` has no poll."""
    sitting = opened()
    if state != "none":
        sitting.do(c.TakeUpItem("i2"))
        sitting.do(c.PreparePoll("p2", "i2", "Thông qua?"))
    if state not in {"none", "prepared"}:
        sitting.do(c.OpenPoll("p2"))
        sitting.cast("ff")
    if state == "paused":
        sitting.do(c.PausePoll("p2"))
    if state in {"closed", "published"}:
        sitting.do(c.ClosePoll("p2"))
    if state == "published":
        sitting.do(c.PublishPoll("p2"))
    if state == "annulled":
        sitting.do(c.AnnulPoll("p2", "Nhầm"))
    return sitting


STATES = ["none", "prepared", "open", "paused", "closed", "published", "annulled"]
U, N, P, C, A = (
    Code.POLL_UNKNOWN,
    Code.POLL_NOT_OPEN,
    Code.POLL_PAUSED,
    Code.POLL_CLOSED,
    Code.POLL_ANNULLED,
)
# what each command leads to in each state: a state, "-" for done already, or the refusal
LIFE: list[tuple[c.Command, list[object]]] = [
    (c.PreparePoll("p2", "i2", "Khác?"), ["prepared", "prepared", *([Code.POLL_EXISTS] * 5)]),
    (c.OpenPoll("p2"), [U, "open", *([Code.POLL_NOT_PREPARED] * 2), C, C, A]),
    (c.PausePoll("p2"), [U, N, "paused", "-", C, C, A]),
    (c.ResumePoll("p2"), [U, N, "-", "open", C, C, A]),
    (c.ClosePoll("p2"), [U, N, "closed", "closed", C, C, A]),
    (c.PublishPoll("p2"), [U, *([Code.POLL_NOT_CLOSED] * 3), "published", "-", A]),
    (c.AnnulPoll("p2", "Lỗi"), [U, N, *(["annulled"] * 4), A]),
    (c.CastBallot("p2", "new", "for"), [U, N, "open", P, C, C, A]),
    (c.RecordBallot("p2", "new", member(3), "for"), [U, N, "open", P, C, C, A]),
]


@pytest.mark.parametrize(("command", "outcomes"), LIFE, ids=lambda x: type(x).__name__)
def test_the_life_of_a_poll(command: c.Command, outcomes: list[object]) -> None:
    for before, outcome in zip(STATES, outcomes, strict=True):
        sitting = poll_in(before)
        by = member(3) if isinstance(command, c.CastBallot) else SECRETARY
        if isinstance(outcome, Code):
            assert sitting.refused(command, by) == (outcome, {"poll": "p2"}), before
        elif outcome == "-":
            assert sitting.do(command, by) == (), before
        else:
            assert len(sitting.do(command, by)) == 1, before
            assert sitting.state.polls["p2"].state == outcome, before


def test_preparing() -> None:
    sitting = published()
    assert sitting.refused(c.PreparePoll("p", "x", "?")) == (Code.ITEM_UNKNOWN, {"item": "x"})
    assert sitting.refused(c.PreparePoll("p", "i2", " ")) == (Code.TEXT_MISSING, {})
    assert sitting.do(c.PreparePoll("p", "i2", " Đồng ý? ")) == (
        e.PollPrepared("p", "i2", "Đồng ý?", Rule()),
    )
    assert sitting.do(c.PreparePoll("p", "i2", "Đồng ý?")) == ()
    assert sitting.do(c.PreparePoll("p", "i3", "Đồng ý?")) != ()
    assert sitting.state.polls["p"].item == "i3"


@pytest.mark.parametrize(
    ("threshold", "quorum", "valid"),
    [
        (Threshold(1, 2, strict=True), Threshold(2, 3, strict=False), True),
        (Threshold(1, 1, strict=False), Threshold(0, 1, strict=False), True),
        (Threshold(6667, 10_000, strict=True), Threshold(1, 1, strict=False), True),
        (Threshold(1, 1, strict=True), Threshold(), False),
        (Threshold(1, 0, strict=False), Threshold(), False),
        (Threshold(0, 0, strict=False), Threshold(), False),
        (Threshold(0, 2, strict=False), Threshold(), False),
        (Threshold(3, 2, strict=False), Threshold(), False),
        (Threshold(), Threshold(1, 0), False),
        (Threshold(), Threshold(1, 1, strict=True), False),
        (Threshold(), Threshold(4, 3, strict=False), False),
    ],
)
def test_rules_that_decide_something(threshold: Threshold, quorum: Threshold, valid: bool) -> None:
    sitting = opened()
    command = c.PreparePoll("p", "i2", "?", Rule(threshold=threshold, quorum=quorum))
    if valid:
        sitting.do(command)
    else:
        assert sitting.refused(command) == (Code.RULE_INVALID, {})


def test_opening_freezes_who_is_here_and_what_is_needed() -> None:
    sitting = opened(13)
    sitting.do(c.PreparePoll("p2", "i2", "Thông qua?", Rule(base="present")))
    here = tuple(member(i) for i in range(1, 14))
    assert sitting.do(c.OpenPoll("p2"), CHAIR) == (
        e.PollOpened(
            "p2",
            "i2",
            "Thông qua?",
            Rule(base="present"),
            13,
            15,
            need=7,
            electorate=here,
            bases={
                "members_total": 15,
                "members_counted": 15,
                "summoned": 15,
                "summoned_adjusted": 15,
                "present": 13,
                "issued": 13,
            },
            chair=CHAIR,
            absent=(member(14), member(15)),
        ),
    )
    assert sitting.state.polls["p2"].prepared_at == sitting.now - 1


def test_one_poll_at_a_time() -> None:
    sitting = poll_in("open")
    sitting.do(c.PreparePoll("p3", "i3", "?"))
    assert sitting.refused(c.OpenPoll("p3")) == (Code.POLL_ANOTHER_OPEN, {"poll": "p2"})
    sitting.do(c.PausePoll("p2"))
    assert sitting.refused(c.OpenPoll("p3")) == (Code.POLL_ANOTHER_OPEN, {"poll": "p2"})
    sitting.do(c.ClosePoll("p2"))
    sitting.do(c.OpenPoll("p3"))


def test_a_poll_of_an_item_that_was_dropped_does_not_open() -> None:
    sitting = opened()
    sitting.do(c.PreparePoll("p3", "i3", "?"))
    sitting.do(drafts(c.DropItem("i3")))
    assert sitting.refused(c.OpenPoll("p3")) == (Code.ITEM_UNKNOWN, {"item": "i3"})


def test_nobody_to_ask() -> None:
    sitting = opened(0)
    rule = Rule(quorum_blocks=False)
    sitting.do(c.PreparePoll("p2", "i2", "?", rule))
    assert sitting.refused(c.OpenPoll("p2")) == (Code.NOBODY_TO_ASK, {})
    sitting.do(c.PreparePoll("p3", "i2", "?"))
    sitting.do(c.SetRoll(tuple(replace(one, ballots=False) for one in sitting.state.roll.values())))
    assert sitting.refused(c.OpenPoll("p3")) == (Code.NOBODY_TO_ASK, {})


def test_casting() -> None:
    sitting = poll_in("prepared")
    sitting.do(c.OpenPoll("p2"))
    command = c.CastBallot("p2", "b", "other", " vì … ")
    assert sitting.do(command, member(4)) == (e.BallotCast("p2", member(4), "b", "other", "vì …"),)
    ballot = Ballot("b", "other", sitting.now, "vì …")
    assert sitting.state.polls["p2"].ballots == {member(4): ballot}
    assert personal(sitting.state, member(4)).ballots == {"p2": ballot}
    assert personal(sitting.state, member(5)).ballots == {}
    assert sitting.refused(command, member(4)) == (Code.BALLOT_EXISTS, {"ballot": "b"})
    assert sitting.refused(command, member(5)) == (Code.BALLOT_EXISTS, {"ballot": "b"})


@pytest.mark.parametrize("person", [DIRECTOR, SECRETARY, member(14)])
def test_no_right_to_cast(person: str) -> None:
    refused = poll_in("open").refused(c.CastBallot("p2", "b", "for"), person)
    assert refused == (Code.NO_BALLOT_RIGHT, {"poll": "p2", "person": person})


@pytest.mark.parametrize(
    ("held", "names", "current"),
    [(False, "b0", ""), (True, "", "b2"), (True, "b0", "b2")],
)
def test_a_ballot_names_the_one_it_replaces(held: bool, names: str, current: str) -> None:
    sitting = poll_in("open")
    person = member(2) if held else member(3)
    assert sitting.refused(c.CastBallot("p2", "new", "for", replaces=names), person) == (
        Code.BALLOT_SUPERSEDED,
        {"poll": "p2", "ballot": current},
    )


def test_a_ballot_may_be_changed_until_the_close() -> None:
    sitting = poll_in("open")
    sitting.do(c.CastBallot("p2", "new", "against", replaces="b2"), member(2))
    assert sitting.state.polls["p2"].ballots[member(2)].choice == "against"


def test_a_final_ballot_stays() -> None:
    sitting = opened().poll(rule=FINAL).cast("ff")
    assert sitting.refused(c.CastBallot("p2", "new", "against", replaces="b2"), member(2)) == (
        Code.BALLOT_FINAL,
        {"poll": "p2"},
    )


def test_a_ballot_by_hand_says_who_confirmed_it() -> None:
    sitting = poll_in("open")
    sitting.do(c.NameActingChair(member(7)))
    command = c.RecordBallot("p2", "hand", member(3), "against", "máy hỏng")
    assert sitting.do(command) == (
        e.BallotCast(
            "p2", member(3), "hand", "against", "máy hỏng", by_hand=True, confirmed_by=member(7)
        ),
    )
    assert sitting.state.polls["p2"].ballots[member(3)].by_hand
    assert sitting.refused(c.RecordBallot("p2", "x", "gd1", "for"))[0] == Code.NO_BALLOT_RIGHT
    assert sitting.refused(c.RecordBallot("p2", "x", member(3), "for"))[0] == Code.BALLOT_SUPERSEDED


def test_a_ballot_by_hand_needs_someone_who_presides() -> None:
    sitting = poll_in("open")
    sitting.state = replace(sitting.state, chair="")
    refused = sitting.refused(c.RecordBallot("p2", "x", member(3), "for"), OFFICE.person)
    assert refused == (Code.CHAIR_MISSING, {})


def test_the_result_carries_ballots_by_name() -> None:
    sitting = poll_in("closed")
    poll = sitting.state.polls["p2"]
    assert poll.tally is not None
    assert poll.tally.counts == {"for": 2, "against": 0, "other": 0}
    assert sitting.do(c.PublishPoll("p2")) == (e.PollPublished("p2", poll.tally, poll.ballots),)


def test_a_poll_is_annulled_with_a_reason_and_repeated_as_another() -> None:
    sitting = poll_in("published")
    assert sitting.refused(c.AnnulPoll("p2", " ")) == (Code.REASON_MISSING, {})
    assert sitting.do(c.AnnulPoll("p2", " Sai câu hỏi ")) == (e.PollAnnulled("p2", "Sai câu hỏi"),)
    assert sitting.state.polls["p2"].reason == "Sai câu hỏi"
    sitting.do(c.PreparePoll("p2b", "i2", "Thông qua?"))
    sitting.do(c.OpenPoll("p2b"))


def test_closed_polls_are_published_and_annulled_after_the_meeting() -> None:
    sitting = poll_in("closed")
    sitting.do(c.CloseMeeting())
    sitting.do(c.PublishPoll("p2"))
    sitting.do(c.AnnulPoll("p2", "Khiếu nại"))
