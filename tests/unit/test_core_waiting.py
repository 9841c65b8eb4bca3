"""Polls that wait: for ballots (a reminder), for the end of their time, for keys that are gone."""

import pytest

from server.core.waiting import REMIND_MS
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.refusals import Code
from server.protocol.rules import Rule
from tests.core_meetings import CHAIR, CLOCK, OPENER, SECRETARY, Sitting, member, opened
from tests.core_ways import HANDS, SEALED, sealed

LIMITED = Rule(seconds=60)


def at_the_end(sitting: Sitting, poll: str = "p2") -> Sitting:
    """The next command comes one millisecond after the poll's last moment."""
    sitting.now = sitting.state.polls[poll].ends_at
    return sitting


# ---- reminding -----------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [SECRETARY, CHAIR])
def test_who_has_not_sent_is_reminded_and_nobody_is_named(by: str) -> None:
    sitting = opened().poll().cast("fffff")
    assert sitting.do(c.RemindPoll("p2"), by) == (e.PollReminded("p2"),)
    assert sitting.state.polls["p2"].reminded_at == sitting.now


def test_not_again_within_the_least_time() -> None:
    sitting = opened().poll()
    sitting.do(c.RemindPoll("p2"))
    told = sitting.refused(c.RemindPoll("p2"))
    assert told == (Code.POLL_REMINDED, {"poll": "p2", "seconds": 20})
    sitting.now += REMIND_MS - 1_500
    assert sitting.refused(c.RemindPoll("p2"))[1]["seconds"] == 2
    sitting.now += 1_500
    assert sitting.do(c.RemindPoll("p2"))


def test_when_everybody_has_sent_nothing_happens() -> None:
    sitting = opened().poll().cast("f" * 13)
    assert sitting.do(c.RemindPoll("p2")) == ()


def test_a_sealed_poll_knows_who_has_sent_too() -> None:
    sitting = opened()
    sitting.do(c.PreparePoll("s", "i2", "Kín?", SEALED))
    sitting.do(c.OfferKeys("s", ("k" * 43, "l" * 43)), OPENER)
    sitting.do(c.OpenPoll("s"))
    for i in range(1, 13):
        sitting.do(c.SealBallot("s", f"b{i}", "envelope"), member(i))
    assert sitting.do(c.RemindPoll("s")) == (e.PollReminded("s"),)
    sitting.do(c.SealBallot("s", "b13", "envelope"), member(13))
    sitting.now += REMIND_MS
    assert sitting.do(c.RemindPoll("s")) == ()


def test_only_a_poll_that_takes_ballots_from_tablets() -> None:
    sitting = opened()
    assert sitting.refused(c.RemindPoll("p2"))[0] is Code.POLL_UNKNOWN
    sitting.poll(rule=LIMITED)
    sitting.do(c.PausePoll("p2"))
    assert sitting.refused(c.RemindPoll("p2"))[0] is Code.POLL_PAUSED
    sitting.do(c.ResumePoll("p2"))
    at_the_end(sitting)
    assert sitting.refused(c.RemindPoll("p2"))[0] is Code.POLL_TIME_OVER
    by_hands = opened().poll(rule=HANDS)
    assert by_hands.refused(c.RemindPoll("p2"))[0] is Code.POLL_NOT_ON_TABLETS


# ---- the time limit ------------------------------------------------------------------------------


def test_the_clock_closes_a_poll_whose_time_is_over() -> None:
    sitting = at_the_end(opened().poll(rule=LIMITED).cast("fffffffff"))
    (closed,) = sitting.do(c.EndPoll("p2"), CLOCK)
    assert isinstance(closed, e.PollClosed)
    assert closed.timed
    assert closed.tally is not None
    assert closed.tally.counts["for"] == 9
    poll = sitting.state.polls["p2"]
    assert (poll.state, poll.timed) == ("closed", True)
    assert sitting.refused(c.ExtendPoll("p2", 60))[0] is Code.POLL_CLOSED


def test_a_poll_that_a_person_closes_is_not_closed_by_its_time() -> None:
    sitting = opened().poll(rule=LIMITED)
    sitting.do(c.ClosePoll("p2"))
    assert not sitting.state.polls["p2"].timed


def test_the_clock_does_nothing_before_the_time_is_over() -> None:
    sitting = opened().poll(rule=LIMITED)
    sitting.now = sitting.state.polls["p2"].ends_at - 1
    assert sitting.do(c.EndPoll("p2"), CLOCK) == (), "the last moment still belongs to the poll"


def test_an_extension_in_time_keeps_it_open() -> None:
    sitting = at_the_end(opened().poll(rule=LIMITED))
    sitting.do(c.ExtendPoll("p2", 60))
    assert sitting.do(c.EndPoll("p2"), CLOCK) == ()
    assert sitting.state.polls["p2"].state == "open"


def test_on_hold_the_time_stands_still() -> None:
    sitting = opened().poll(rule=LIMITED)
    left = sitting.state.polls["p2"].ends_at - sitting.now
    sitting.do(c.PausePoll("p2"))
    sitting.now += 600_000
    assert sitting.do(c.EndPoll("p2"), CLOCK) == ()
    sitting.do(c.ResumePoll("p2"))
    assert sitting.do(c.EndPoll("p2"), CLOCK) == ()
    poll = sitting.state.polls["p2"]
    assert poll.ends_at - sitting.now == pytest.approx(left, abs=3)
    at_the_end(sitting)
    assert sitting.do(c.EndPoll("p2"), CLOCK)


def test_without_a_limit_the_clock_has_no_say() -> None:
    sitting = opened().poll()
    sitting.now += 86_400_000
    assert sitting.do(c.EndPoll("p2"), CLOCK) == ()


def test_written_opinions_are_over_at_the_deadline() -> None:
    rule = Rule(form="written", deadline=90_000)
    sitting = at_the_end(opened().poll(rule=rule))
    assert sitting.do(c.EndPoll("p2"), CLOCK)


def test_what_a_person_could_not_close_the_clock_cannot() -> None:
    hands = at_the_end(opened().poll(rule=Rule(way="hands", seconds=60)))
    assert hands.refused(c.EndPoll("p2"), CLOCK)[0] is Code.HANDS_MISSING
    assert hands.refused(c.EndPoll("gone"), CLOCK)[0] is Code.POLL_UNKNOWN
    few = opened()
    few.do(c.PreparePoll("s", "i2", "Kín?", Rule(form="secret", secrecy="sealed", seconds=60)))
    few.do(c.OfferKeys("s", ("k" * 43, "l" * 43)), OPENER)
    few.do(c.OpenPoll("s"))
    at_the_end(few, "s")
    assert few.refused(c.EndPoll("s"), CLOCK)[0] is Code.SEALED_TOO_FEW


# ---- keys that are gone --------------------------------------------------------------------------


def lost(people: int = 8) -> Sitting:
    """A sealed poll is open, people have cast, and its keys are gone."""
    sitting = opened()
    sitting.do(c.PreparePoll("s", "i2", "Kín?", SEALED))
    sitting.do(c.OfferKeys("s", ("k" * 43, "l" * 43)), OPENER)
    sitting.do(c.OpenPoll("s"))
    for i in range(1, people + 1):
        sitting.do(c.SealBallot("s", f"b{i}", "envelope"), member(i))
    assert sitting.do(c.ReportLostKeys("s"), OPENER) == (e.KeysLost("s"),)
    return sitting


def test_nobody_casts_for_keys_that_are_gone() -> None:
    sitting = lost()
    assert sitting.do(c.ReportLostKeys("s"), OPENER) == (), "it is told once"
    told = sitting.refused(c.SealBallot("s", "b9", "envelope"), member(9))
    assert told == (Code.SEALED_KEYS_LOST, {"poll": "s"})
    assert sitting.refused(c.RemindPoll("s"))[0] is Code.SEALED_KEYS_LOST


def test_such_a_poll_can_only_be_annulled_and_repeated() -> None:
    sitting = lost()
    sitting.do(c.ClosePoll("s"))
    assert sitting.refused(c.PublishPoll("s"))[0] is Code.SEALED_KEYS_LOST
    sitting.do(c.AnnulPoll("s", "Mất khóa mở phiếu"))
    sitting.do(c.RepeatPoll("s", "s2"))
    again = sitting.state.polls["s2"]
    assert (again.keys, again.keys_lost) == ((), False)


def test_keys_that_are_found_again_open_the_ballots() -> None:
    sitting = lost()
    sitting.do(c.ClosePoll("s"))
    sitting.do(c.OpenSealedBatch("s", (), unreadable=8), OPENER)
    assert not sitting.state.polls["s"].keys_lost


def test_only_a_sealed_poll_that_waits_for_its_keys_loses_them() -> None:
    sitting = opened().poll()
    assert sitting.refused(c.ReportLostKeys("p2"), OPENER)[0] is Code.POLL_NOT_SEALED
    assert sitting.refused(c.ReportLostKeys("gone"), OPENER)[0] is Code.POLL_UNKNOWN
    sitting.do(c.ClosePoll("p2"))
    sealed(sitting, "s", "i2")
    assert sitting.do(c.ReportLostKeys("s"), OPENER) == ()


def test_paper_closes_at_its_time_and_is_counted_after_it() -> None:
    rule = Rule(form="secret", way="paper", seconds=60)
    sitting = at_the_end(opened().poll(rule=rule))
    assert sitting.do(c.EndPoll("p2"), CLOCK) == (e.PollClosed("p2", timed=True),)
