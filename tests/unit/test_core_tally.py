"""The arithmetic of voting.md, and polls as they are really held."""

import pytest

from server.core.tally import count, need, percent
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.refusals import Code
from server.protocol.state import Ballot, Base, Poll, Rule, Tally, Threshold
from tests.core_meetings import Sitting, member, opened

HALF = Threshold(1, 2, strict=True)
TWO_THIRDS = Threshold(2, 3, strict=False)


@pytest.mark.parametrize(
    ("threshold", "base", "least"),
    [
        (HALF, 15, 8),
        (HALF, 14, 8),
        (HALF, 13, 7),
        (HALF, 53, 27),
        (HALF, 0, 1),
        (Threshold(1, 2, strict=False), 14, 7),
        (Threshold(1, 2, strict=False), 15, 8),
        (TWO_THIRDS, 53, 36),
        (TWO_THIRDS, 15, 10),
        (Threshold(2, 3, strict=True), 15, 11),
        (Threshold(3, 4, strict=False), 53, 40),
        (Threshold(0, 1, strict=False), 53, 0),
    ],
)
def test_the_least_number_that_reaches_a_threshold(
    threshold: Threshold, base: int, least: int
) -> None:
    assert need(threshold, base) == least
    reached = [
        n * threshold.denominator > base * threshold.numerator
        or (not threshold.strict and n * threshold.denominator == base * threshold.numerator)
        for n in range(base + 2)
    ]
    assert reached.index(True) == least


@pytest.mark.parametrize(
    ("part", "whole", "hundredths"),
    [
        (11, 15, 7333),
        (11, 13, 8462),
        (7, 15, 4667),
        (48, 53, 9057),
        (48, 50, 9600),
        (444, 485, 9155),
        (1, 8, 1250),
        (1, 16, 625),
        (1, 20_000, 1),
        (1, 20_001, 0),
        (0, 5, 0),
        (5, 5, 10_000),
        (0, 0, 0),
    ],
)
def test_percentages_are_hundredths_rounded_half_up(part: int, whole: int, hundredths: int) -> None:
    assert percent(part, whole) == hundredths


def held(members: int, present: int, ballots: str, base: Base = "members_total") -> Tally:
    """A whole poll through the rules: opened, answered, closed."""
    sitting = opened(present, members).poll(rule=Rule(base=base)).cast(ballots)
    (closed,) = sitting.do(c.ClosePoll("p2"))
    assert isinstance(closed, e.PollClosed)
    assert closed.tally is not None
    return closed.tally


def test_t1_eleven_of_fifteen_pass() -> None:
    tally = held(15, 13, "f" * 11 + "oo")
    assert tally == Tally(
        counts={"for": 11, "against": 0, "other": 2},
        base="members_total",
        base_count=15,
        present=13,
        members=15,
        need=8,
        passed=True,
        percent=7333,
        second_percent=8462,
        missing=2,
        quorum_need=10,
        second_base="present",
        second_count=13,
        bases={
            "members_total": 15,
            "members_counted": 15,
            "summoned": 15,
            "summoned_adjusted": 15,
            "present": 13,
            "issued": 13,
            "returned": 13,
            "valid": 13,
        },
        outcome="for",
        issued=13,
        returned=13,
        valid=13,
        absent=(member(14), member(15)),
    )
    assert tally.quorum_met


def test_t2_seven_of_fifteen_fail_though_most_of_those_present() -> None:
    tally = held(15, 13, "fffffffaaaooo")
    assert (tally.passed, tally.need, tally.percent, tally.second_percent) == (False, 8, 4667, 5385)
    assert tally.counts == {"for": 7, "against": 3, "other": 3}


def test_t3_the_same_of_those_present_passes() -> None:
    tally = held(15, 13, "fffffffaaaooo", base="present")
    assert (tally.passed, tally.need, tally.base_count) == (True, 7, 13)
    assert (tally.percent, tally.second_percent, tally.missing) == (5385, 4667, 0)


def test_t4_half_is_not_more_than_half() -> None:
    tally = held(14, 14, "f" * 7 + "a" * 7)
    assert (tally.passed, tally.need, tally.percent) == (False, 8, 5000)


def test_t5_quorum_of_fifty_three_is_thirty_six() -> None:
    sitting = opened(35, 53)
    sitting.do(c.PreparePoll("p2", "i2", "Thông qua?"))
    assert sitting.refused(c.OpenPoll("p2")) == (
        Code.NO_QUORUM,
        {"present": 35, "need": 36, "members": 53},
    )
    sitting.present(member(36))
    (event,) = sitting.do(c.OpenPoll("p2"))
    assert isinstance(event, e.PollOpened)
    assert (event.present, event.members, event.need) == (36, 53, 27)


def test_t5_a_quorum_that_only_warns_lets_the_poll_open() -> None:
    sitting = opened(35, 53)
    sitting.do(c.PreparePoll("p2", "i2", "Thông qua?", Rule(quorum_blocks=False)))
    (event,) = sitting.do(c.OpenPoll("p2"))
    assert isinstance(event, e.PollOpened)
    assert event.present == 35
    (closed,) = sitting.do(c.ClosePoll("p2"))
    assert isinstance(closed, e.PollClosed)
    assert closed.tally is not None
    assert closed.tally.quorum_need == 36


def test_t6_forty_eight_of_fifty_three() -> None:
    tally = held(53, 50, "f" * 48 + "ao")
    assert (tally.passed, tally.percent, tally.second_percent) == (True, 9057, 9600)


def test_t12_the_published_figure() -> None:
    ballots = {f"x{i}": Ballot(f"b{i}", "for", 1) for i in range(444)}
    poll = Poll("p", "i", "?", Rule(), present=447, members=485, ballots=ballots)
    tally = count(poll)
    assert (tally.percent, tally.second_percent, tally.missing) == (9155, 9933, 41)


def test_t13_leaving_after_the_opening_does_not_change_the_base() -> None:
    sitting = opened().poll(rule=Rule(base="present")).cast("fffffff")
    (left,) = sitting.do(c.MarkAttendance({member(13): "left"}))
    assert left == e.AttendanceMarked({member(13): "left"})
    assert sitting.state.attendance[member(13)].presence == "left"
    (closed,) = sitting.do(c.ClosePoll("p2"))
    assert isinstance(closed, e.PollClosed)
    assert closed.tally is not None
    assert (closed.tally.base_count, closed.tally.present, closed.tally.passed) == (13, 13, True)


def test_t13_arriving_after_the_opening_gives_no_ballot() -> None:
    sitting = opened().poll()
    sitting.present(member(14))
    code, _ = sitting.refused(c.CastBallot("p2", "b14", "for"), member(14))
    assert code == Code.NO_BALLOT_RIGHT


def test_t14_of_two_tablets_the_last_ballot_before_the_close_counts_and_both_are_logged() -> None:
    sitting = opened().poll()
    sitting.ask(c.CastBallot("p2", "first", "for"), member(2), "tablet-a")
    sitting.ask(c.CastBallot("p2", "second", "against", replaces="first"), member(2), "tablet-b")
    logged = [one.event for one, _, _ in sitting.log if isinstance(one.event, e.BallotCast)]
    assert [(one.ballot, one.choice, one.replaces) for one in logged] == [
        ("first", "for", ""),
        ("second", "against", "first"),
    ]
    (closed,) = sitting.do(c.ClosePoll("p2"))
    assert isinstance(closed, e.PollClosed)
    assert closed.tally is not None
    assert closed.tally.counts == {"for": 0, "against": 1, "other": 0}


def test_a_late_ballot_of_a_tablet_that_was_off_line_does_not_override_a_newer_one() -> None:
    sitting = opened().poll()
    sitting.do(c.CastBallot("p2", "newer", "against"), member(2))
    code, params = sitting.refused(c.CastBallot("p2", "late", "for"), member(2))
    assert (code, params["ballot"]) == (Code.BALLOT_SUPERSEDED, "newer")
    assert sitting.state.polls["p2"].ballots[member(2)].choice == "against"


def test_nobody_is_counted_twice_by_hand_and_by_tablet() -> None:
    sitting = opened().poll()
    sitting.do(c.RecordBallot("p2", "hand", member(2), "for"))
    sitting.do(c.CastBallot("p2", "own", "other", replaces="hand"), member(2))
    assert isinstance(sitting, Sitting)
    tally = count(sitting.state.polls["p2"])
    assert tally.counts == {"for": 0, "against": 0, "other": 1}
