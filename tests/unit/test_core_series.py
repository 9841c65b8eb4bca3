"""Several questions in one sitting: arranged, together or one by one, all of them or none."""

from msgspec.structs import replace

from server.core.audience import audience
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.counts import Slip
from server.protocol.refusals import Code
from server.protocol.rules import Rule
from tests.core_meetings import CHAIR, OPENER, SECRETARY, Sitting, member, opened, published
from tests.core_ways import HANDS, KEYS, PAPER, ROLL_CALL, SEALED

FOUR = ("p1", "p2", "p3", "p4")


def prepared(*rules: Rule, sitting: Sitting | None = None) -> Sitting:
    """Questions on two items, one for each rule, as one sitting."""
    sitting = sitting or opened()
    asked = rules or (Rule(),) * 4
    for name, rule in zip(FOUR, asked, strict=False):
        item = "i1" if name < "p3" else "i2"
        sitting.do(c.PreparePoll(name, item, f"Câu {name}?", rule))
    sitting.do(c.ArrangeSeries("s1", FOUR[: len(asked)]))
    return sitting


def states(sitting: Sitting) -> list[str]:
    return [sitting.state.polls[name].state for name in FOUR if name in sitting.state.polls]


# ---- arranging -----------------------------------------------------------------------------------


def test_questions_are_arranged_and_arranged_anew() -> None:
    sitting = prepared()
    assert [poll.id for poll in sitting.state.questions("s1")] == [*FOUR]
    assert sitting.do(c.ArrangeSeries("s1", FOUR)) == ()
    sitting.do(c.ArrangeSeries("s1", ("p3", "p1", "p3")))
    assert [poll.id for poll in sitting.state.questions("s1")] == ["p3", "p1"]
    assert (sitting.state.polls["p2"].series, sitting.state.polls["p2"].place) == ("", 0)
    sitting.do(c.ArrangeSeries("s1"))
    assert sitting.state.questions("s1") == ()


def test_a_question_that_is_changed_stays_in_its_sitting() -> None:
    sitting = prepared()
    sitting.do(c.PreparePoll("p2", "i1", "Khác?", Rule(base="present")))
    poll = sitting.state.polls["p2"]
    assert (poll.question, poll.series, poll.place) == ("Khác?", "s1", 2)
    assert sitting.do(c.PreparePoll("p2", "i1", "Khác?", Rule(base="present"))) == ()


def test_a_poll_without_a_place_is_let_alone() -> None:
    sitting = opened()
    sitting.do(c.PreparePoll("p9", "i1", "Riêng?", series="s1"))
    sitting.do(c.OpenPoll("p9"))
    sitting.do(c.ClosePoll("p9"))
    prepared(sitting=sitting)
    assert sitting.state.polls["p9"].series == "s1"
    assert [poll.id for poll in sitting.state.questions("s1")] == [*FOUR]


def test_what_cannot_be_arranged() -> None:
    sitting = prepared()
    sitting.do(c.PreparePoll("p5", "i1", "Câu năm?"))
    sitting.do(c.PreparePoll("p6", "i1", "Thống nhất?", Rule(form="consensus")))
    sitting.do(c.PreparePoll("p7", "", "Thử?", Rule(practice=True)))
    told = {
        ("p5",): (Code.SERIES_TOO_FEW, {"least": 2}),
        ("p5", "p1"): (Code.SERIES_ANOTHER, {"question": "Câu p1?"}),
        ("p5", "x"): (Code.POLL_UNKNOWN, {"poll": "x"}),
        ("p5", "p6"): (Code.SERIES_UNFIT, {"question": "Thống nhất?"}),
        ("p5", "p7"): (Code.SERIES_UNFIT, {"question": "Thử?"}),
    }
    for polls, why in told.items():
        assert sitting.refused(c.ArrangeSeries("s2", polls)) == why
    sitting.do(c.OpenSeries("s1"))
    assert sitting.refused(c.ArrangeSeries("s1", ("p1", "p2")))[0] == Code.SERIES_BEGUN
    assert sitting.refused(c.ArrangeSeries("s1"))[0] == Code.SERIES_BEGUN
    assert sitting.refused(c.ArrangeSeries("s2", ("p5", "p1"))) == (
        Code.POLL_NOT_PREPARED,
        {"poll": "p1"},
    )


# ---- together ------------------------------------------------------------------------------------


def test_all_open_close_and_are_published_together() -> None:
    sitting = prepared(Rule(), PAPER, Rule(base="present"), Rule())
    opened_now = sitting.do(c.OpenSeries("s1"), CHAIR)
    assert [(e_.poll, e_.place, e_.of) for e_ in opened_now if isinstance(e_, e.PollOpened)] == [
        (name, n, 4) for n, name in enumerate(FOUR, 1)
    ]
    assert {poll.id for poll in sitting.state.open_polls()} == {*FOUR}
    assert sitting.refused(c.OpenSeries("s1"))[0] == Code.SERIES_OVER
    assert sitting.refused(c.PublishSeries("s1")) == (
        Code.SERIES_STILL_OPEN,
        {"question": "Câu p1?"},
    )
    for name in ("p1", "p3", "p4"):
        for i in range(1, 10):
            sitting.do(c.CastBallot(name, f"{name}{i}", "for"), member(i))
    sitting.do(c.CastBallot("p3", "again", "against", replaces="p31"), member(1))
    assert len(sitting.do(c.CloseSeries("s1"))) == 4
    assert sitting.refused(c.CastBallot("p4", "late", "for"), member(11))[0] == Code.POLL_CLOSED
    assert sitting.refused(c.PublishSeries("s1"))[0] == Code.POLL_NOT_COUNTED
    sitting.do(c.AnnulPoll("p2", "Phiếu in sai"))
    sitting.do(c.PublishSeries("s1"))
    assert states(sitting) == ["published", "annulled", "published", "published"]
    tally = sitting.state.polls["p3"].tally
    assert tally is not None
    assert (tally.counts["for"], tally.counts["against"]) == (8, 1)


def test_members_see_which_question_it_is_and_no_sitting_that_is_prepared() -> None:
    sitting = prepared()
    person = audience(sitting.state, member(2))
    before = sitting.view(person)
    assert before is not None
    assert before.polls == {}
    sitting.do(c.OpenSeries("s1"))
    seen = sitting.view(person)
    assert seen is not None
    assert [(poll.place, poll.of) for poll in seen.open_polls()] == [(n, 4) for n in range(1, 5)]
    assert seen.questions("s1") == seen.open_polls()


def test_one_question_that_cannot_be_opened_opens_none() -> None:
    sitting = prepared(Rule(), HANDS, Rule())
    assert sitting.refused(c.OpenSeries("s1")) == (
        Code.SERIES_ONE_BY_ONE,
        {"question": "Câu p2?"},
    )
    sitting = prepared(Rule(), replace(SEALED))
    assert sitting.refused(c.OpenSeries("s1"))[0] == Code.SEALED_KEYS_MISSING
    assert states(sitting) == ["prepared", "prepared"]
    sitting.do(c.PreparePoll("x", "i1", "Riêng?"))
    sitting.do(c.OpenPoll("x"))
    sitting.do(c.OfferKeys("p2", KEYS), OPENER)
    assert sitting.refused(c.OpenSeries("s1")) == (Code.POLL_ANOTHER_OPEN, {"poll": "x"})


def test_one_question_that_cannot_be_closed_closes_none() -> None:
    sitting = prepared(Rule(), SEALED)
    sitting.do(c.OfferKeys("p2", KEYS), OPENER)
    sitting.do(c.OpenSeries("s1"))
    assert sitting.refused(c.CloseSeries("s1"))[0] == Code.SEALED_TOO_FEW
    assert states(sitting) == ["open", "open"]
    for i in range(1, 8):
        sitting.do(c.SealBallot("p2", f"b{i}", "eA"), member(i))
    sitting.do(c.CloseSeries("s1"))
    assert sitting.refused(c.PublishSeries("s1"))[0] == Code.POLL_NOT_COUNTED
    sitting.do(c.OpenSealedBatch("p2", (Slip("for"),) * 7), OPENER)
    sitting.do(c.PublishSeries("s1"))
    assert states(sitting) == ["published", "published"]


def test_other_polls_wait_for_the_sitting_and_its_own_questions_do_not() -> None:
    sitting = prepared()
    sitting.do(c.OpenPoll("p2"))
    sitting.do(c.OpenPoll("p1"))
    assert sitting.state.open_poll() == sitting.state.polls["p1"]
    sitting.do(c.PreparePoll("x", "i1", "Riêng?"))
    assert sitting.refused(c.OpenPoll("x")) == (Code.POLL_ANOTHER_OPEN, {"poll": "p1"})
    sitting.do(c.PausePoll("p1"))
    assert sitting.refused(c.PauseMeeting())[0] == Code.POLL_STILL_OPEN
    sitting.do(c.PausePoll("p2"))
    sitting.do(c.PauseMeeting())
    assert sitting.refused(c.CloseMeeting())[0] == Code.POLL_STILL_OPEN


def test_an_annulled_question_is_asked_again_in_its_place() -> None:
    sitting = prepared()
    sitting.do(c.OpenSeries("s1"))
    sitting.do(c.AnnulPoll("p2", "Sai câu hỏi"))
    sitting.do(c.RepeatPoll("p2", "p9"))
    (again,) = sitting.do(c.OpenSeries("s1"))
    assert isinstance(again, e.PollOpened)
    assert (again.poll, again.place, again.of, again.series) == ("p9", 2, 4, "s1")
    assert [poll.id for poll in sitting.state.questions("s1")] == ["p1", "p9", "p3", "p4"]


# ---- one after the other -------------------------------------------------------------------------


def test_one_tap_closes_a_question_and_opens_the_next() -> None:
    sitting = prepared(Rule(), HANDS, ROLL_CALL)
    assert len(sitting.do(c.OpenNext("s1"))) == 1
    sitting.do(c.CastBallot("p1", "b1", "for"), member(1))
    closed, begun = sitting.do(c.OpenNext("s1"))
    assert isinstance(closed, e.PollClosed)
    assert isinstance(begun, e.PollOpened)
    assert (begun.poll, begun.place, begun.of) == ("p2", 2, 3)
    assert sitting.refused(c.OpenNext("s1"))[0] == Code.HANDS_MISSING
    assert sitting.refused(c.OpenPoll("p3"))[0] == Code.POLL_ANOTHER_OPEN
    sitting.do(c.RecordHandCount("p2", {"for": 9}), SECRETARY)
    sitting.do(c.ConfirmHandCount("p2", {"for": 9}), CHAIR)
    sitting.do(c.OpenNext("s1"))
    assert sitting.refused(c.OpenNext("s1"))[0] == Code.SERIES_OVER
    sitting.do(c.CloseSeries("s1"))
    sitting.do(c.PublishSeries("s1"))
    assert states(sitting) == ["published"] * 3


def test_the_next_question_does_not_open_where_it_may_not() -> None:
    sitting = prepared(Rule(), replace(Rule(), quorum_blocks=True), sitting=opened(here=9))
    assert sitting.refused(c.OpenNext("s1"))[0] == Code.NO_QUORUM
    sitting = prepared()
    sitting.do(c.PreparePoll("x", "i1", "Riêng?"))
    sitting.do(c.OpenPoll("x"))
    assert sitting.refused(c.OpenNext("s1")) == (Code.POLL_ANOTHER_OPEN, {"poll": "x"})


def test_a_sitting_that_is_not_there_says_so() -> None:
    sitting = prepared()
    for command in (c.OpenSeries, c.OpenNext, c.CloseSeries, c.PublishSeries):
        assert sitting.refused(command("s9"))[0] == Code.SERIES_UNKNOWN
    assert sitting.refused(c.CloseSeries("s1"))[0] == Code.SERIES_NOT_OPEN
    assert sitting.refused(c.PublishSeries("s1"))[0] == Code.SERIES_NOT_CLOSED
    early = prepared(sitting=published())
    assert early.refused(c.OpenSeries("s1"))[0] == Code.MEETING_NOT_OPEN
