"""How answers come in: hands, roll call, paper, sealed; time, practice, deputies, repeats."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from server.core.audience import audience
from server.core.redact import personal
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.counts import Mismatch, PaperCount, Slip
from server.protocol.refusals import Code
from server.protocol.rules import Candidate, Option, Rule, Threshold, Way
from server.protocol.state import RollEntry
from tests.core_meetings import (
    CHAIR,
    DIRECTOR,
    OFFICE,
    OPENER,
    SECRETARY,
    Sitting,
    member,
    opened,
    published,
)
from tests.core_ways import HANDS, KEYS, PAPER, ROLL_CALL, SEALED, count_of

A, B = PAPER.candidates


def asked(rule: Rule, here: int = 13) -> Sitting:
    return opened(here).poll(rule=rule)


# ---- rules that cannot be met --------------------------------------------------------------------

PEOPLE = tuple(Candidate(f"c{i}", f"Ứng viên {i}") for i in range(12))
SURPLUS = Rule(form="election_surplus", candidates=PEOPLE, places=11)
OPTION = Option("for", threshold=Threshold(3, 2))


@pytest.mark.parametrize(
    ("rule", "code", "params"),
    [
        (replace(SURPLUS, places=15), Code.RULE_PLACES, {"places": 15, "candidates": 12}),
        (replace(SURPLUS, places=0), Code.RULE_PLACES, {"places": 0, "candidates": 12}),
        (replace(SURPLUS, places=12), Code.RULE_SURPLUS, {"places": 12, "candidates": 12}),
        (replace(PAPER, places=1), Code.RULE_SURPLUS, {"places": 1, "candidates": 2}),
        (replace(PAPER, candidates=()), Code.RULE_CANDIDATES, {}),
        (Rule(form="nomination", places=2), Code.RULE_CANDIDATES, {}),
        (Rule(candidates=(A,)), Code.RULE_CANDIDATES, {}),
        (replace(PAPER, candidates=(A, A)), Code.RULE_CANDIDATE_TWICE, {"name": A.name}),
        (
            replace(PAPER, candidates=(A, replace(B, name=A.name.upper()))),
            Code.RULE_CANDIDATE_TWICE,
            {"name": A.name.upper()},
        ),
        (replace(PAPER, candidates=(A, replace(B, name=" "))), Code.NAME_EMPTY, {}),
        (Rule(options=(Option("for"), Option("for"))), Code.RULE_OPTIONS, {}),
        (Rule(options=(Option("yes"), Option("no"))), Code.RULE_OPTIONS, {}),
        (Rule(options=(Option("for"), Option(""))), Code.RULE_OPTIONS, {}),
        (replace(PAPER, options=(Option("for"),)), Code.RULE_OPTIONS, {}),
        (Rule(options=(OPTION,)), Code.RULE_INVALID, {}),
        (Rule(flags=(Threshold(0, 1),)), Code.RULE_INVALID, {}),
        (replace(PAPER, way="hands"), Code.RULE_WAY, {"way": "hands"}),
        (replace(PAPER, way="roll_call"), Code.RULE_WAY, {"way": "roll_call"}),
        (Rule(write_ins=True), Code.RULE_WAY, {"way": "tablet"}),
        (replace(HANDS, tie="chair"), Code.RULE_TIE, {}),
        (replace(SEALED, tie="chair"), Code.RULE_TIE, {}),
        (replace(SEALED, show_running=True), Code.RULE_SECRECY, {}),
        (replace(SEALED, sent_in=True), Code.RULE_SECRECY, {}),
        (replace(SEALED, way="paper"), Code.RULE_SECRECY, {}),
        (replace(SEALED, practice=True), Code.RULE_SECRECY, {}),
        (Rule(form="consensus", secrecy="sealed"), Code.RULE_SECRECY, {}),
    ],
)
def test_a_rule_that_cannot_be_met_is_refused(rule: Rule, code: Code, params: Any) -> None:
    assert opened().refused(c.PreparePoll("p2", "i2", "?", rule)) == (code, params)


def test_names_that_may_be_written_must_differ_without_a_post() -> None:
    twins = (replace(A, post="Bí thư"), replace(B, name=A.name, post="Phó bí thư"))
    opened().do(c.PreparePoll("p2", "i2", "?", replace(PAPER, candidates=twins)))
    nomination = Rule(form="nomination", candidates=twins, places=1, write_ins=True)
    refused = opened().refused(c.PreparePoll("p2", "i2", "?", nomination))
    assert refused == (Code.RULE_CANDIDATE_TWICE, {"name": A.name})


def test_a_rule_is_looked_at_again_when_the_poll_opens() -> None:
    sitting = opened()
    sitting.do(c.PreparePoll("p2", "i2", "?"))
    poll = replace(sitting.state.polls["p2"], rule=Rule(candidates=(A,)))
    sitting.state = replace(sitting.state, polls={"p2": poll})
    assert sitting.refused(c.OpenPoll("p2")) == (Code.RULE_CANDIDATES, {})


# ---- what a ballot says --------------------------------------------------------------------------

NAMES = Rule(form="election_surplus", candidates=PEOPLE, places=2)
NOMINATE = Rule(form="nomination", candidates=(A,), places=2, write_ins=True)
EACH = replace(PAPER, way="tablet")
SECRET = Rule(form="secret")


@pytest.mark.parametrize(
    ("rule", "says", "code"),
    [
        (Rule(), {"choice": "maybe"}, Code.BALLOT_CHOICE_UNKNOWN),
        (Rule(), {"choice": ""}, Code.BALLOT_BLANK),
        (Rule(), {"choice": "for", "names": ("c1",)}, Code.BALLOT_WRITE_IN),
        (Rule(), {"choice": "for", "write_ins": ("X",)}, Code.BALLOT_WRITE_IN),
        (Rule(), {"choice": "for", "answers": {"a": "for"}}, Code.BALLOT_CHOICE_UNKNOWN),
        (NAMES, {"choice": "for"}, Code.BALLOT_CHOICE_UNKNOWN),
        (NAMES, {"answers": {"c1": "for"}}, Code.BALLOT_CHOICE_UNKNOWN),
        (NAMES, {"names": ("x",)}, Code.BALLOT_CANDIDATE_UNKNOWN),
        (NAMES, {"names": ("c1", "c1")}, Code.BALLOT_NAME_TWICE),
        (NAMES, {"names": ("c1", "c2", "c3")}, Code.BALLOT_TOO_MANY_NAMES),
        (NAMES, {"write_ins": ("Ai đó",)}, Code.BALLOT_WRITE_IN),
        (NAMES, {"names": ("c1",), "opinion": "vì"}, Code.BALLOT_OPINION),
        (NOMINATE, {"write_ins": (" ",)}, Code.NAME_EMPTY),
        (NOMINATE, {"write_ins": ("Lê Văn Tám", "lê văn tám")}, Code.BALLOT_NAME_TWICE),
        (NOMINATE, {"names": ("a",), "write_ins": (A.name,)}, Code.BALLOT_NAME_TWICE),
        (EACH, {"choice": "for"}, Code.BALLOT_CHOICE_UNKNOWN),
        (EACH, {"answers": {"x": "for"}}, Code.BALLOT_CANDIDATE_UNKNOWN),
        (EACH, {"answers": {"a": "other"}}, Code.BALLOT_CHOICE_UNKNOWN),
        (EACH, {"answers": {"a": "for"}, "opinion": "vì"}, Code.BALLOT_OPINION),
        (replace(EACH, blank_valid=False), {"answers": {"a": ""}}, Code.BALLOT_BLANK),
    ],
)
def test_a_ballot_that_says_what_cannot_be_said(
    rule: Rule, says: dict[str, Any], code: Code
) -> None:
    sitting = asked(rule)
    choice = says.pop("choice", "")
    assert sitting.refused(c.CastBallot("p2", "b", choice, **says), member(2))[0] == code
    by_hand = c.RecordBallot("p2", "b", member(2), choice, **says)
    assert sitting.refused(by_hand)[0] == code


@pytest.mark.parametrize("way", ["paper", "hands", "roll_call"])
def test_a_poll_held_otherwise_takes_no_ballot_from_tablets(way: Way) -> None:
    sitting = asked(Rule(way=way))
    refused = (Code.POLL_NOT_ON_TABLETS, {"poll": "p2", "way": way})
    assert sitting.refused(c.CastBallot("p2", "b", "for"), member(2)) == refused
    if way != "roll_call":
        assert sitting.refused(c.RecordBallot("p2", "b", member(2), "for")) == refused


# ---- people without a tablet, absent, excused, in somebody's place -------------------------------


def test_ballots_of_people_without_a_tablet_are_marked() -> None:
    sitting = asked(Rule())
    for i in (2, 3):
        sitting.do(c.RecordBallot("p2", f"h{i}", member(i), "for", on_paper=True))
    ballots = sitting.state.polls["p2"].ballots
    assert [(one.on_paper, one.by_hand, one.confirmed_by) for one in ballots.values()] == [
        (True, True, CHAIR)
    ] * 2
    sitting.do(c.ClosePoll("p2"))
    assert (
        sitting.refused(c.RecordBallot("p2", "x", member(4), "for"), CHAIR)[0] == Code.POLL_CLOSED
    )


def test_only_a_secretary_writes_for_others() -> None:
    refused = asked(Rule()).refused(c.RecordBallot("p2", "x", member(4), "for"), CHAIR)
    assert refused == (Code.NOT_ALLOWED, {})


@pytest.mark.parametrize(("rule", "counts"), [(Rule(), False), (Rule(sent_in=True), True)])
def test_an_opinion_sent_in_counts_only_where_the_rule_says_so(rule: Rule, counts: bool) -> None:
    sitting = asked(rule)
    command = c.RecordBallot("p2", "s", member(15), "for", on_paper=True)
    if not counts:
        assert sitting.refused(command)[0] == Code.NO_BALLOT_RIGHT
        return
    sitting.do(command)
    assert sitting.refused(c.CastBallot("p2", "x", "for"), member(14))[0] == Code.NO_BALLOT_RIGHT
    sitting.cast("f" * 7)
    sitting.do(c.ClosePoll("p2"))
    tally = sitting.state.polls["p2"].tally
    assert tally is not None
    assert (tally.counts["for"], tally.passed, tally.sent_in, tally.issued) == (8, True, 1, 14)


def with_deputy() -> Sitting:
    sitting = opened(13)
    entries = (
        *sitting.state.roll.values(),
        RollEntry("dt", "Dự thay", "member", deputy_for=member(15)),
        RollEntry("dt2", "Dự thay nữa", "member", deputy_for=member(15)),
        RollEntry("dt3", "Dự thay của người có mặt", "member", deputy_for=member(2)),
        RollEntry("dt4", "Dự thay của khách", "member", deputy_for=DIRECTOR),
    )
    sitting.do(c.SetRoll(entries))
    return sitting.present("dt", "dt2", "dt3", "dt4")


def test_deputies_do_not_vote_unless_the_rule_says_so() -> None:
    sitting = with_deputy().poll()
    assert "dt" not in sitting.state.polls["p2"].electorate
    assert sitting.refused(c.CastBallot("p2", "b", "for"), "dt")[0] == Code.NO_BALLOT_RIGHT
    sitting = with_deputy().poll(rule=Rule(base="present", deputies=True))
    poll = sitting.state.polls["p2"]
    assert poll.electorate == (*(member(i) for i in range(1, 14)), "dt")
    assert (poll.present, poll.need, poll.absent) == (14, 8, (member(14),))
    sitting.do(c.CastBallot("p2", "b", "for"), "dt")


def test_who_is_excused_needs_a_reason_and_may_come_back() -> None:
    sitting = opened()
    assert sitting.refused(c.ExcusePerson("p2", member(3), reason="x"))[0] == Code.POLL_UNKNOWN
    sitting.do(c.PreparePoll("p2", "i2", "?"))
    assert sitting.refused(c.ExcusePerson("p2", member(3)))[0] == Code.REASON_MISSING
    assert sitting.refused(c.ExcusePerson("p2", "ai", reason="x"))[0] == Code.PERSON_NOT_ON_ROLL
    sitting.do(c.ExcusePerson("p2", member(3), reason="Người nhà"))
    assert sitting.do(c.ExcusePerson("p2", member(3), reason=" Người nhà ")) == ()
    sitting.do(c.PreparePoll("p2", "i2", "Khác?"))
    assert set(sitting.state.polls["p2"].excused) == {member(3)}
    sitting.do(c.ExcusePerson("p2", member(3), excused=False))
    assert sitting.do(c.ExcusePerson("p2", member(3), excused=False)) == ()
    sitting.do(c.OpenPoll("p2"))
    assert member(3) in sitting.state.polls["p2"].electorate
    refused = sitting.refused(c.ExcusePerson("p2", member(3), reason="x"))
    assert refused == (Code.POLL_NOT_PREPARED, {"poll": "p2"})


# ---- time ----------------------------------------------------------------------------------------


def test_after_its_time_a_poll_takes_nothing_until_it_is_extended() -> None:
    sitting = asked(Rule(seconds=60))
    sitting.now += 60_001
    assert sitting.refused(c.CastBallot("p2", "b", "for"), member(2))[0] == Code.POLL_TIME_OVER
    (more,) = sitting.do(c.ExtendPoll("p2", 30), CHAIR)
    assert more == e.PollExtended("p2", sitting.now + 30_000)
    sitting.do(c.CastBallot("p2", "b", "for"), member(2))
    (again,) = sitting.do(c.ExtendPoll("p2", 30))
    assert again == e.PollExtended("p2", more.ends_at + 30_000)


def test_time_stands_still_while_a_poll_is_on_hold() -> None:
    sitting = asked(Rule(seconds=60))
    ends = sitting.state.polls["p2"].ends_at
    sitting.do(c.PausePoll("p2"))
    sitting.now += 100_000
    (more,) = sitting.do(c.ExtendPoll("p2", 1))
    assert more == e.PollExtended("p2", ends + 1_000)
    sitting.do(c.ResumePoll("p2"))
    poll = sitting.state.polls["p2"]
    assert (poll.ends_at - ends - 1_000, poll.paused_at) == (100_002, 0)
    sitting.do(c.CastBallot("p2", "b", "for"), member(2))


def test_without_a_limit_there_is_nothing_to_extend() -> None:
    sitting = asked(Rule())
    assert sitting.refused(c.ExtendPoll("p2", 5)) == (Code.POLL_NO_LIMIT, {"poll": "p2"})
    sitting.do(c.ClosePoll("p2"))
    assert sitting.refused(c.ExtendPoll("p2", 5))[0] == Code.POLL_CLOSED


def test_opinions_in_writing_come_in_until_their_deadline() -> None:
    sitting = asked(Rule(form="written", deadline=1_100))
    sitting.do(c.CastBallot("p2", "b", "for"), member(14))
    sitting.now = 1_100
    assert sitting.refused(c.CastBallot("p2", "c", "for"), member(15))[0] == Code.POLL_TIME_OVER


# ---- practice, consensus, series -----------------------------------------------------------------


def test_a_practice_needs_neither_an_item_nor_a_meeting_that_has_begun() -> None:
    sitting = published()
    practice = Rule(practice=True)
    assert sitting.refused(c.PreparePoll("t", "", "Thử?"))[0] == Code.ITEM_UNKNOWN
    sitting.do(c.PreparePoll("t", "", "Biểu quyết thử?", practice))
    sitting.do(c.OpenPoll("t"))
    assert len(sitting.state.polls["t"].electorate) == 15
    sitting.do(c.CastBallot("t", "b", "for"), member(15))
    sitting.do(c.ClosePoll("t"))
    sitting.do(c.PublishPoll("t"))
    sitting.do(c.PreparePoll("p", "i2", "?"))
    assert sitting.refused(c.OpenPoll("p"))[0] == Code.MEETING_NOT_OPEN


def test_consensus_is_recorded_without_numbers() -> None:
    sitting = opened()
    sitting.do(c.PreparePoll("p2", "i2", "?", Rule(form="consensus")))
    assert sitting.refused(c.OpenPoll("p2")) == (Code.POLL_BY_CONSENSUS, {"poll": "p2"})
    sitting.do(c.RecordConsensus("p2"), CHAIR)
    poll = sitting.state.polls["p2"]
    assert (poll.state, poll.consensus, poll.tally) == ("published", True, None)
    assert sitting.refused(c.RecordConsensus("p2"))[0] == Code.POLL_CLOSED
    sitting.do(c.PreparePoll("p3", "i2", "?"))
    assert sitting.refused(c.RecordConsensus("p3"))[0] == Code.POLL_NOT_CONSENSUS
    assert sitting.refused(c.RepeatPoll("p2", "p4"))[0] == Code.POLL_NOT_REPEATABLE


def test_questions_of_one_sitting_share_a_series() -> None:
    sitting = opened()
    sitting.do(c.PreparePoll("p2", "i2", "?", series="s1"))
    sitting.do(c.OpenPoll("p2"))
    assert sitting.state.polls["p2"].series == "s1"


# ---- asking again --------------------------------------------------------------------------------


def test_an_annulled_poll_is_repeated_as_it_was() -> None:
    sitting = opened()
    sitting.do(c.PreparePoll("p2", "i2", "?", Rule(base="present"), series="s1"))
    sitting.do(c.ExcusePerson("p2", member(3), reason="Người nhà"))
    sitting.do(c.OpenPoll("p2"))
    assert sitting.refused(c.RepeatPoll("p2", "p3"))[0] == Code.POLL_NOT_REPEATABLE
    sitting.do(c.AnnulPoll("p2", "Sai câu hỏi"))
    assert sitting.refused(c.RepeatPoll("x", "p3")) == (Code.POLL_UNKNOWN, {"poll": "x"})
    assert sitting.refused(c.RepeatPoll("p2", "p2")) == (Code.POLL_EXISTS, {"poll": "p2"})
    made, excused = sitting.do(c.RepeatPoll("p2", "p3"))
    assert made == e.PollPrepared("p3", "i2", "?", Rule(base="present"), "s1", "p2", 2)
    assert excused == e.PersonExcused("p3", member(3), reason="Người nhà")
    sitting.do(c.PreparePoll("p3", "i2", "Đúng câu hỏi?", Rule(base="present"), "s1"))
    poll = sitting.state.polls["p3"]
    assert (poll.question, poll.repeats, poll.round) == ("Đúng câu hỏi?", "p2", 2)


def test_a_tie_that_stays_is_not_voted_on_again() -> None:
    sitting = asked(replace(NAMES, places=1, tie="none"))
    sitting.do(c.CastBallot("p2", "b1", "", names=("c1",)), member(1))
    sitting.do(c.ClosePoll("p2"))
    sitting.do(c.PublishPoll("p2"))
    assert sitting.refused(c.RepeatPoll("p2", "p3"))[0] == Code.POLL_NOT_REPEATABLE


def test_when_all_places_are_filled_nobody_is_voted_on_again() -> None:
    sitting = asked(replace(NAMES, places=1))
    for i in range(1, 9):
        sitting.do(c.CastBallot("p2", f"b{i}", "", names=("c1",)), member(i))
    sitting.do(c.ClosePoll("p2"))
    sitting.do(c.PublishPoll("p2"))
    refused = sitting.refused(c.RepeatPoll("p2", "p3", candidates=("c2",)))
    assert refused[0] == Code.POLL_NOT_REPEATABLE


def test_a_nomination_is_repeated_as_a_nomination() -> None:
    sitting = asked(replace(NOMINATE, candidates=(A, B), places=2))
    sitting.do(c.ClosePoll("p2"))
    sitting.do(c.PublishPoll("p2"))
    (made,) = sitting.do(c.RepeatPoll("p2", "p3", candidates=("a",)))
    assert isinstance(made, e.PollPrepared)
    assert (made.rule.form, made.rule.places) == ("nomination", 1)


def test_what_is_repeated_must_still_be_allowed() -> None:
    sitting = opened()
    sitting.do(c.PreparePoll("p2", "i2", "?", SEALED))
    sitting.do(c.OfferKeys("p2", KEYS), OPENER)
    sitting.do(c.OpenPoll("p2"))
    sitting.do(c.AnnulPoll("p2", "Sai"))
    body = replace(sitting.state.organization, sealed=False)
    sitting.state = replace(sitting.state, organization=body)
    assert sitting.refused(c.RepeatPoll("p2", "p3"))[0] == Code.SEALED_NOT_ALLOWED


# ---- hands and names called ----------------------------------------------------------------------


def test_hands_count_once_a_second_person_counted_the_same() -> None:
    sitting = asked(HANDS)
    counts = {"for": 11, "against": 1, "other": 1}
    assert sitting.refused(c.ClosePoll("p2")) == (Code.HANDS_MISSING, {"poll": "p2"})
    assert sitting.refused(c.ConfirmHandCount("p2", counts), CHAIR)[0] == Code.HANDS_MISSING
    assert sitting.refused(c.RecordHandCount("p2", {"maybe": 1}))[0] == Code.BALLOT_CHOICE_UNKNOWN
    assert sitting.refused(c.RecordHandCount("p2", {"for": 14})) == (
        Code.HANDS_TOO_MANY,
        {"hands": 14, "people": 13},
    )
    sitting.do(c.RecordHandCount("p2", counts))
    assert sitting.refused(c.ConfirmHandCount("p2", counts)) == (Code.HANDS_SAME_PERSON, {})
    other = {**counts, "for": 10}
    assert sitting.refused(c.ConfirmHandCount("p2", other), CHAIR) == (Code.HANDS_DIFFER, {})
    assert sitting.refused(c.ClosePoll("p2"))[0] == Code.HANDS_MISSING
    sitting.do(c.ConfirmHandCount("p2", counts), CHAIR)
    assert sitting.do(c.ConfirmHandCount("p2", counts), CHAIR) == ()
    sitting.do(c.ClosePoll("p2"))
    tally = sitting.state.polls["p2"].tally
    assert tally is not None
    assert (tally.passed, tally.counts, tally.issued, tally.valid) == (True, counts, 13, 13)
    assert (tally.silent, tally.percent) == ((), 8462)


def test_a_new_count_waits_for_the_second_person_again() -> None:
    sitting = asked(HANDS)
    sitting.do(c.RecordHandCount("p2", {"for": 9}))
    sitting.do(c.ConfirmHandCount("p2", {"for": 9, "other": 0}), CHAIR)
    sitting.do(c.RecordHandCount("p2", {"for": 10}))
    assert sitting.refused(c.ClosePoll("p2"))[0] == Code.HANDS_MISSING


def test_hands_are_counted_only_in_a_poll_by_hands() -> None:
    sitting = asked(Rule())
    assert sitting.refused(c.RecordHandCount("p2", {"for": 1}))[0] == Code.POLL_NOT_BY_HANDS
    sitting.do(c.PausePoll("p2"))
    assert sitting.refused(c.ConfirmHandCount("p2", {"for": 1}))[0] == Code.POLL_PAUSED


def test_in_a_roll_call_whoever_is_called_answers() -> None:
    sitting = asked(ROLL_CALL)
    answer = c.RecordBallot("p2", "b2", member(2), "for")
    assert sitting.refused(answer)[0] == Code.PERSON_NOT_CALLED
    assert sitting.refused(c.CallPerson("p2", DIRECTOR))[0] == Code.NO_BALLOT_RIGHT
    sitting.do(c.CallPerson("p2", member(2)))
    assert sitting.do(c.CallPerson("p2", member(2))) == ()
    (ballot,) = sitting.do(answer, CHAIR)
    assert isinstance(ballot, e.BallotCast)
    assert (ballot.called, ballot.by_hand) == (True, False)
    assert asked(Rule()).refused(c.CallPerson("p2", member(2)))[0] == Code.POLL_NOT_ROLL_CALL
    sitting.do(c.PausePoll("p2"))
    assert sitting.refused(c.CallPerson("p2", member(3)))[0] == Code.POLL_PAUSED


# ---- sealed --------------------------------------------------------------------------------------


def sealed(people: int = 13) -> Sitting:
    sitting = opened(people)
    sitting.do(c.PreparePoll("p2", "i2", "?", replace(SEALED, quorum_blocks=False)))
    return sitting


def seal(number: int, ballot: str = "", replaces: str = "") -> tuple[c.SealBallot, str]:
    return c.SealBallot("p2", ballot or f"s{number}", "eA", replaces), member(number)


def test_sealed_ballots_are_off_by_default() -> None:
    sitting = opened()
    body = replace(sitting.state.organization, sealed=False)
    sitting.state = replace(sitting.state, organization=body)
    assert sitting.refused(c.PreparePoll("p2", "i2", "?", SEALED)) == (Code.SEALED_NOT_ALLOWED, {})


def test_a_sealed_poll_opens_with_two_keys_and_seven_people() -> None:
    sitting = sealed()
    assert sitting.refused(c.OfferKeys("x", KEYS), OPENER)[0] == Code.POLL_UNKNOWN
    assert sitting.refused(c.OfferKeys("p2", KEYS[:1]), OPENER)[0] == Code.SEALED_KEYS_MISSING
    assert sitting.refused(c.OpenPoll("p2")) == (Code.SEALED_KEYS_MISSING, {"poll": "p2"})
    sitting.do(c.OfferKeys("p2", KEYS), OPENER)
    assert sitting.do(c.OfferKeys("p2", KEYS), OPENER) == ()
    (event,) = sitting.do(c.OpenPoll("p2"))
    assert isinstance(event, e.PollOpened)
    assert event.keys == KEYS
    few = sealed(6)
    few.do(c.OfferKeys("p2", KEYS), OPENER)
    assert few.refused(c.OpenPoll("p2")) == (Code.SEALED_TOO_FEW, {"have": 6, "least": 7})
    plain = opened()
    plain.do(c.PreparePoll("p2", "i2", "?"))
    assert plain.refused(c.OfferKeys("p2", KEYS), OPENER)[0] == Code.POLL_NOT_SEALED


def test_what_is_sealed_leaves_only_that_somebody_has_cast() -> None:
    sitting = sealed()
    sitting.do(c.OfferKeys("p2", KEYS), OPENER)
    sitting.do(c.OpenPoll("p2"))
    assert sitting.refused(c.CastBallot("p2", "b", "for"), member(2))[0] == Code.POLL_SEALED
    assert sitting.refused(c.RecordBallot("p2", "b", member(2), "for"))[0] == Code.POLL_SEALED
    assert sitting.do(*seal(2)) == (e.BallotSealed("p2", member(2), "s2"),)
    assert personal(sitting.state, member(2)).cast["p2"].at == sitting.now
    assert sitting.state.polls["p2"].received == 1
    assert sitting.refused(*seal(2, "again"))[0] == Code.BALLOT_SUPERSEDED
    assert sitting.refused(*seal(3, "s2"))[0] == Code.BALLOT_EXISTS
    sitting.do(*seal(2, "again", "s2"))
    assert sitting.refused(c.SealBallot("p2", "x", "eA"), DIRECTOR)[0] == Code.NO_BALLOT_RIGHT
    assert sitting.refused(c.ClosePoll("p2")) == (Code.SEALED_TOO_FEW, {"have": 1, "least": 7})
    sitting.do(c.PausePoll("p2"))
    assert sitting.refused(*seal(3))[0] == Code.POLL_PAUSED
    assert asked(Rule()).refused(*seal(2))[0] == Code.POLL_NOT_SEALED


@pytest.mark.parametrize("choice", ["for", "against"])
def test_no_event_and_no_stream_holds_an_envelope_or_a_choice_before_the_batch(choice: str) -> None:
    sitting = sealed()
    sitting.do(c.OfferKeys("p2", KEYS), OPENER)
    sitting.do(c.OpenPoll("p2"))
    for i in range(1, 14):
        sitting.do(c.SealBallot("p2", f"s{i}", f"envelope-{choice}-{i}"), member(i))
    sitting.do(c.ClosePoll("p2"))
    told = msgspec.json.encode([entry for entry, _, _ in sitting.log]).decode()
    assert "envelope" not in told
    assert f'"choice":"{choice}"' not in told
    sitting.do(c.OpenSealedBatch("p2", (Slip(choice),) * 13), OPENER)
    sitting.do(c.PublishPoll("p2"))
    for person in (CHAIR, member(2), DIRECTOR):
        seen = sitting.stream(audience(sitting.state, person))
        assert f'"choice":"{choice}"' not in msgspec.json.encode(seen).decode()
        assert "BallotSealed" not in msgspec.json.encode(seen).decode()


def test_the_opened_batch_is_counted_as_slips_without_names() -> None:
    sitting = sealed()
    slips = (Slip("against"), Slip("abstain"), *[Slip("for")] * 8)
    batch = c.OpenSealedBatch("p2", slips, unreadable=1)
    assert sitting.refused(replace(batch, poll="x"), OPENER)[0] == Code.POLL_UNKNOWN
    sitting.do(c.OfferKeys("p2", KEYS), OPENER)
    sitting.do(c.OpenPoll("p2"))
    for i in range(1, 12):
        sitting.do(*seal(i))
    assert sitting.refused(batch, OPENER)[0] == Code.POLL_NOT_CLOSED
    assert sitting.do(c.ClosePoll("p2")) == (e.PollClosed("p2"),)
    assert sitting.refused(c.PublishPoll("p2")) == (Code.POLL_NOT_COUNTED, {"poll": "p2"})
    short = replace(batch, unreadable=0)
    assert sitting.refused(short, OPENER) == (Code.BATCH_WRONG, {"given": 10, "cast": 11})
    sitting.do(batch, OPENER)
    assert sitting.refused(batch, OPENER)[0] == Code.POLL_COUNTED
    tally = sitting.state.polls["p2"].tally
    assert tally is not None
    assert (tally.counts, tally.passed) == ({"for": 8, "against": 1}, True)
    assert tally.invalid_reasons == {"unreadable": 1, "ballot_choice_unknown": 1}
    assert (tally.returned, tally.valid, tally.silent) == (11, 9, (member(12), member(13)))
    (published_,) = sitting.do(c.PublishPoll("p2"))
    assert isinstance(published_, e.PollPublished)
    assert published_.ballots == {}
    assert asked(Rule()).refused(batch, OPENER)[0] == Code.POLL_NOT_SEALED


# ---- paper ---------------------------------------------------------------------------------------


def boxed(rule: Rule = PAPER) -> Sitting:
    """Thirteen ballots were given out and are to be counted."""
    sitting = asked(rule)
    sitting.do(c.ClosePoll("p2"))
    sitting.do(c.OpenPaperCount("p2", 20, 13, 1, tellers=(member(5),)))
    return sitting


RIGHT = count_of((12, 0, 0), (7, 5, 0), invalid=1)


def test_paper_is_counted_after_the_close_and_once() -> None:
    begin = c.OpenPaperCount("p2", 20, 13)
    assert opened().refused(begin)[0] == Code.POLL_UNKNOWN
    assert asked(Rule()).refused(begin)[0] == Code.POLL_NOT_ON_PAPER
    sitting = asked(PAPER)
    assert sitting.refused(begin)[0] == Code.POLL_NOT_CLOSED
    assert sitting.do(c.ClosePoll("p2")) == (e.PollClosed("p2"),)
    assert sitting.refused(c.EnterPaperCount("p2", RIGHT))[0] == Code.COUNT_NOT_OPEN
    assert sitting.refused(c.ReleasePaperCount("p2"))[0] == Code.COUNT_NOT_OPEN
    sitting.do(begin)
    assert sitting.do(begin) == ()
    sitting.do(replace(begin, spoiled=2))
    sitting.do(c.EnterPaperCount("p2", RIGHT))
    assert sitting.refused(begin) == (Code.COUNT_OPEN, {"poll": "p2"})
    sitting.do(c.AnnulPoll("p2", "Nhầm"))
    assert sitting.refused(begin)[0] == Code.POLL_ANNULLED


@pytest.mark.parametrize(
    ("begin", "code", "params"),
    [
        (
            c.OpenPaperCount("p2", 20, 14),
            Code.COUNT_ISSUED_OVER_PRESENT,
            {"issued": 14, "present": 13},
        ),
        (
            c.OpenPaperCount("p2", 13, 13, 1),
            Code.COUNT_ISSUED_OVER_PRINTED,
            {"issued": 13, "spoiled": 1, "printed": 13},
        ),
        (
            c.OpenPaperCount("p2", 20, 13, tellers=("ai",)),
            Code.PERSON_NOT_ON_ROLL,
            {"person": "ai"},
        ),
        (
            c.OpenPaperCount("p2", 20, 13, tellers=(member(2),)),
            Code.COUNT_TELLER_IS_CANDIDATE,
            {"name": "Ủy viên 2"},
        ),
    ],
)
def test_what_was_given_out_must_add_up(begin: c.OpenPaperCount, code: Code, params: Any) -> None:
    rule = replace(PAPER, candidates=(replace(A, person=member(2)), B))
    sitting = asked(rule)
    sitting.do(c.ClosePoll("p2"))
    assert sitting.refused(begin) == (code, params)


def row(**counts: int) -> dict[str, int]:
    return counts


ROWS = {"a": row(**{"for": 12}), "b": row(**{"for": 7, "against": 5})}
CHOICES = Rule(form="secret", way="paper")
LISTED = Rule(form="election_surplus", way="paper", candidates=PEOPLE, places=2)
WRITTEN = Rule(form="nomination", way="paper", candidates=(A,), places=2, write_ins=True)


@pytest.mark.parametrize(
    ("rule", "count", "code"),
    [
        (PAPER, PaperCount(14, 14), Code.COUNT_RETURNED_OVER_ISSUED),
        (PAPER, PaperCount(13, 12), Code.COUNT_RETURNED_SUM),
        (PAPER, PaperCount(13, 12, 1, {"gạch": 2}), Code.COUNT_REASONS_SUM),
        (PAPER, PaperCount(12, 12, rows={"a": ROWS["a"]}), Code.COUNT_ROW_MISSING),
        (PAPER, PaperCount(13, 13, rows=ROWS), Code.COUNT_ROW_SUM),
        (PAPER, PaperCount(12, 12, rows={**ROWS, "x": {}}), Code.COUNT_UNKNOWN),
        (PAPER, PaperCount(12, 12, rows=ROWS, counts={"for": 1}), Code.COUNT_UNKNOWN),
        (PAPER, PaperCount(12, 12, rows={**ROWS, "a": row(high=12)}), Code.COUNT_UNKNOWN),
        (PAPER, PaperCount(12, 12, rows=ROWS, write_ins={"Ai": 1}), Code.COUNT_UNKNOWN),
        (CHOICES, PaperCount(12, 12, counts={"for": 11}), Code.COUNT_CHOICES_SUM),
        (CHOICES, PaperCount(12, 12, counts={"maybe": 12}), Code.COUNT_UNKNOWN),
        (CHOICES, PaperCount(12, 12, rows=ROWS), Code.COUNT_UNKNOWN),
        (CHOICES, PaperCount(12, 12, write_ins={"Ai": 1}), Code.COUNT_UNKNOWN),
        (LISTED, PaperCount(3, 3, rows={"c1": {"for": 4}}), Code.COUNT_ROW_OVER_VALID),
        (
            LISTED,
            PaperCount(3, 3, rows={f"c{i}": {"for": 3} for i in range(3)}),
            Code.COUNT_NAMES_SUM,
        ),
        (LISTED, PaperCount(3, 3, rows={"x": {"for": 1}}), Code.COUNT_UNKNOWN),
        (LISTED, PaperCount(3, 3, write_ins={"Ai": 1}), Code.COUNT_UNKNOWN),
        (WRITTEN, PaperCount(3, 3, write_ins={"Ai": 4}), Code.COUNT_ROW_OVER_VALID),
    ],
)
def test_a_count_that_breaks_a_sum_is_refused_by_name(
    rule: Rule, count: PaperCount, code: Code
) -> None:
    assert boxed(rule).refused(c.EnterPaperCount("p2", count))[0] == code


@pytest.mark.parametrize(
    ("rule", "count"),
    [
        (CHOICES, PaperCount(13, 12, 1, {"gạch": 1}, {"for": 10, "against": 2})),
        (LISTED, PaperCount(3, 3, rows={"c1": {"for": 3}, "c2": {"for": 3}})),
        (WRITTEN, PaperCount(3, 3, rows={"a": {"for": 2}}, write_ins={"Lê Tám": 3})),
    ],
)
def test_every_form_is_counted_on_paper(rule: Rule, count: PaperCount) -> None:
    sitting = boxed(rule)
    sitting.do(c.EnterPaperCount("p2", count), SECRETARY, "d1")
    sitting.do(c.EnterPaperCount("p2", count), CHAIR, "d2")
    sitting.do(c.ReleasePaperCount("p2"))
    tally = sitting.state.polls["p2"].tally
    assert tally is not None
    assert (tally.returned, tally.valid, tally.issued) == (count.returned, count.valid, 13)
    assert tally.returned == tally.valid + tally.invalid
    assert tally.issued == tally.returned + tally.not_returned


def test_totals_are_released_only_when_independent_entries_agree() -> None:
    sitting = boxed()
    wrong = count_of((11, 1, 0), (7, 5, 0), invalid=1)
    (entered,) = sitting.do(c.EnterPaperCount("p2", RIGHT), SECRETARY, "d1")
    assert entered == e.PaperCountEntered("p2", SECRETARY, "d1", RIGHT)
    assert sitting.refused(c.ReleasePaperCount("p2")) == (
        Code.COUNT_MISSING,
        {"have": 1, "wanted": 2},
    )
    enter = c.EnterPaperCount("p2", wrong)
    assert sitting.refused(enter, member(5), "d1") == (Code.COUNT_SAME_DEVICE, {})
    assert sitting.refused(enter, member(6), "d6") == (Code.NOT_ALLOWED, {})
    _, compared = sitting.do(enter, member(5), "d5")
    differences = (
        Mismatch("row", "a", "for", {SECRETARY: 12, member(5): 11}),
        Mismatch("row", "a", "against", {SECRETARY: 0, member(5): 1}),
    )
    assert compared == e.PaperCountCompared("p2", differences)
    assert personal(sitting.state, member(5)).mismatches == {"p2": differences}
    assert personal(sitting.state, member(5)).counted == {"p2": wrong}
    assert personal(sitting.state, member(6)).counted == {}
    refused = sitting.refused(c.ReleasePaperCount("p2"))
    assert refused == (Code.COUNT_DIFFERS, {"lines": 2})
    sitting.do(c.EnterPaperCount("p2", RIGHT), member(5), "d5")
    (released,) = sitting.do(c.ReleasePaperCount("p2"), CHAIR)
    assert isinstance(released, e.PaperCountReleased)
    assert sitting.refused(c.ReleasePaperCount("p2"))[0] == Code.POLL_COUNTED
    sitting.do(c.PublishPoll("p2"))
    entries = [one.event for one, _, _ in sitting.log if isinstance(one.event, e.PaperCountEntered)]
    assert [one.person for one in entries] == [SECRETARY, member(5), member(5)]


def test_a_third_entry_and_the_office_count_too() -> None:
    sitting = asked(PAPER)
    sitting.do(c.ClosePoll("p2"))
    sitting.do(c.OpenPaperCount("p2", 20, 13, wanted=3))
    for person, device in ((SECRETARY, "d1"), (CHAIR, "d2")):
        sitting.do(c.EnterPaperCount("p2", RIGHT), person, device)
    assert not sitting.state.polls["p2"].board.compared  # type: ignore[union-attr]
    sitting.do(c.EnterPaperCount("p2", RIGHT), OFFICE.person)
    sitting.do(c.ReleasePaperCount("p2"))


def test_lines_of_every_kind_are_compared() -> None:
    sitting = boxed(WRITTEN)
    one = PaperCount(12, 11, 1, {"Gạch": 1}, rows={"a": {"for": 3}}, write_ins={"Lê Tám": 2})
    two = PaperCount(12, 10, 2, {"gạch": 2}, rows={"a": {"for": 3}}, write_ins={"lê  tám": 1})
    sitting.do(c.EnterPaperCount("p2", one), SECRETARY, "d1")
    _, compared = sitting.do(c.EnterPaperCount("p2", two), CHAIR, "d2")
    assert isinstance(compared, e.PaperCountCompared)
    assert [(line.field, line.name) for line in compared.mismatches] == [
        ("valid", ""),
        ("invalid", ""),
        ("reason", "gạch"),
        ("write_in", "lê tám"),
    ]
    plain = boxed(CHOICES)
    for person, device, agree in ((SECRETARY, "d1", 9), (CHAIR, "d2", 8)):
        counted = PaperCount(13, 13, counts={"for": agree, "against": 13 - agree})
        plain.do(c.EnterPaperCount("p2", counted), person, device)
    board = plain.state.polls["p2"].board
    assert board is not None
    assert [(line.field, line.choice) for line in board.mismatches] == [
        ("choice", "for"),
        ("choice", "against"),
    ]
