"""The arithmetic of voting.md for every form, through whole polls: opened, answered, counted."""

import pytest
from msgspec.structs import replace

from server.core.tally import count, percent
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.counts import PaperCount, Row, Tally
from server.protocol.refusals import Code
from server.protocol.rules import Base, Candidate, Option, Rule, Threshold
from tests.core_meetings import CHAIR, SECRETARY, Sitting, member, opened

A, B = Candidate("a", "Nguyễn Văn Ánh"), Candidate("b", "Trần Thị Bình")
BY_ELECTION = Rule(
    form="election", base="summoned", way="paper", candidates=(A, B), places=2, second="valid"
)
SEVENTEEN = tuple(Candidate(f"c{i:02}", f"Ứng viên {i:02}") for i in range(1, 18))
DISCIPLINE = Rule(form="discipline")
NO_QUORUM = Threshold(0, 1, strict=False)


def tally_of(sitting: Sitting, poll: str = "p2") -> Tally:
    tally = sitting.state.polls[poll].tally
    assert tally is not None
    return tally


def paper(sitting: Sitting, rule: Rule, counted: PaperCount, issued: int) -> Tally:
    """A poll on paper, counted twice alike and released."""
    sitting.do(c.PreparePoll("p2", "i2", "Bầu cử", rule))
    sitting.do(c.OpenPoll("p2"))
    sitting.do(c.ClosePoll("p2"))
    sitting.do(c.OpenPaperCount("p2", issued + 3, issued, 1))
    sitting.do(c.EnterPaperCount("p2", counted), SECRETARY, "d1")
    sitting.do(c.EnterPaperCount("p2", counted), CHAIR, "d2")
    sitting.do(c.ReleasePaperCount("p2"))
    return tally_of(sitting)


def choose(sitting: Sitting, rule: Rule, choices: list[str]) -> Tally:
    """A poll of one question on tablets: members 1, 2, … choose in this order."""
    sitting.poll(rule=rule)
    for i, choice in enumerate(choices, start=1):
        sitting.do(c.CastBallot("p2", f"b{i}", choice), member(i))
    sitting.do(c.ClosePoll("p2"))
    return tally_of(sitting)


def test_t7_b_has_more_than_half_of_those_present_and_is_not_elected() -> None:
    counted = PaperCount(
        returned=50,
        valid=49,
        invalid=1,
        reasons={"đánh số thứ tự": 1},
        rows={
            "a": {"for": 47, "against": 1, "not_counted": 1},
            "b": {"for": 26, "against": 21, "not_counted": 2},
        },
    )
    tally = paper(opened(50, 53), BY_ELECTION, counted, 50)
    a, b = tally.rows
    assert (a.candidate, a.elected, a.percent, a.rank) == ("a", True, 8868, 1)
    assert (b.candidate, b.elected, b.over, b.percent, b.rank) == ("b", False, False, 4906, 2)
    assert b.counts == {"for": 26, "against": 21, "not_counted": 2}
    assert (b.second_percent, percent(26, tally.bases["present"])) == (5306, 5200)
    assert (tally.need, tally.base_count, tally.elected, tally.places) == (27, 53, 1, 2)
    assert not tally.passed
    assert (tally.issued, tally.returned, tally.valid, tally.invalid) == (50, 50, 49, 1)
    assert (tally.printed, tally.spoiled, tally.unused) == (53, 1, 2)
    assert tally.invalid_reasons == {"đánh số thứ tự": 1}
    assert tally.missing == 3


def t8(sitting: Sitting) -> Tally:
    rule = Rule(form="election_surplus", base="summoned", candidates=SEVENTEEN, places=15)
    votes = {one.id: 45 - n for n, one in enumerate(SEVENTEEN)} | {"c15": 30, "c16": 30, "c17": 28}
    counted = PaperCount(50, 50, rows={one: {"for": number} for one, number in votes.items()})
    return paper(sitting, replace(rule, way="paper"), counted, 50)


def test_t8_a_tie_for_the_last_place_is_voted_again() -> None:
    sitting = opened(50, 53)
    tally = t8(sitting)
    assert all(row.over for row in tally.rows)
    assert [row.candidate for row in tally.rows if row.elected] == [
        f"c{i:02}" for i in range(1, 15)
    ]
    assert [(row.candidate, row.rank) for row in tally.tied] == [("c15", 15), ("c16", 15)]
    assert (tally.elected, tally.passed) == (14, False)
    sitting.do(c.PublishPoll("p2"))
    (again,) = sitting.do(c.RepeatPoll("p2", "p3"))
    assert isinstance(again, e.PollPrepared)
    assert (again.repeats, again.round) == ("p2", 2)
    assert [one.id for one in again.rule.candidates] == ["c15", "c16"]
    assert (again.rule.places, again.rule.decides) == (1, "plurality")
    # the higher wins, and over half of 53 is no longer needed
    sitting.do(c.OpenPoll("p3"))
    sitting.do(c.ClosePoll("p3"))
    sitting.do(c.OpenPaperCount("p3", 50, 50))
    counted = PaperCount(40, 40, rows={"c15": {"for": 19}, "c16": {"for": 21}})
    sitting.do(c.EnterPaperCount("p3", counted), SECRETARY, "d1")
    sitting.do(c.EnterPaperCount("p3", counted), CHAIR, "d2")
    sitting.do(c.ReleasePaperCount("p3"))
    second = tally_of(sitting, "p3")
    assert [(row.candidate, row.elected) for row in second.rows] == [("c16", True), ("c15", False)]
    assert (second.passed, second.rows[0].percent) == (True, 3962)


def test_t9_expulsion_fails_and_counts_toward_the_next_lower_measure() -> None:
    choices = ["expel"] * 9 + ["warn"] * 3 + ["no_discipline"] * 3
    tally = choose(opened(15, 15), DISCIPLINE, choices)
    assert [(one.choice, one.count, one.total, one.need) for one in tally.steps] == [
        ("expel", 9, 9, 10),
        ("dismiss", 0, 9, 8),
        ("warn", 3, 12, 8),
        ("reprimand", 0, 12, 8),
        ("no_discipline", 3, 3, 8),
    ]
    assert [one.choice for one in tally.steps if one.reached] == ["dismiss"]
    assert (tally.outcome, tally.passed, tally.percent, tally.need) == ("dismiss", True, 6000, 8)


@pytest.mark.parametrize(
    ("choices", "outcome"),
    [
        ({"expel": 10, "warn": 5}, "expel"),
        ({"warn": 8, "expel": 7}, "warn"),
        ({"expel": 3, "dismiss": 4, "warn": 4, "reprimand": 4}, "warn"),
        ({"expel": 5, "dismiss": 3, "warn": 7}, "dismiss"),
        ({"no_discipline": 8, "expel": 7}, "no_discipline"),
        ({"no_discipline": 7, "expel": 7}, ""),
    ],
)
def test_measures_add_up_from_the_heaviest(choices: dict[str, int], outcome: str) -> None:
    given = [choice for choice, number in choices.items() for _ in range(number)]
    tally = choose(opened(15, 15), DISCIPLINE, given)
    assert tally.outcome == outcome
    assert tally.passed == (outcome not in {"", "no_discipline"})


def test_t10_confidence_is_shown_of_valid_ballots_and_of_those_summoned() -> None:
    rule = Rule(
        form="confidence_survey",
        decides="none",
        base="valid",
        way="paper",
        candidates=(A,),
        flags=(Threshold(), Threshold(2, 3, strict=False)),
        quorum_base="summoned",
    )
    row = {"high": 38, "medium": 9, "low": 2, "blank": 1}
    tally = paper(opened(50, 53), rule, PaperCount(50, 50, rows={"a": row}), 50)
    assert tally.rows == (
        Row(A.name, "a", row, percent=7600, second_percent=7170, over=False, flags=0),
    )
    assert sum(tally.rows[0].counts.values()) == 50
    assert (tally.need, tally.passed, tally.quorum_need, tally.quorum_met) == (0, False, 36, True)


@pytest.mark.parametrize(("low", "flags"), [(26, 0), (27, 1), (35, 1), (36, 2)])
def test_low_confidence_is_flagged_over_half_and_from_two_thirds(low: int, flags: int) -> None:
    rule = Rule(
        form="confidence_survey",
        decides="none",
        base="summoned",
        way="paper",
        candidates=(A, B),
        flags=(Threshold(), Threshold(2, 3, strict=False)),
    )
    rows = {"a": {"high": 50 - low, "low": low}, "b": {"medium": 50}}
    tally = paper(opened(50, 53), rule, PaperCount(50, 50, rows=rows), 50)
    assert [(row.candidate, row.flags) for row in tally.rows] == [("a", flags), ("b", 0)]
    assert tally.rows[0].counts == {"high": 50 - low, "medium": 0, "low": low, "blank": 0}


def test_t11_silence_is_never_consent() -> None:
    rule = Rule(form="written", quorum=NO_QUORUM)
    tally = choose(opened(1, 15), rule, ["for"] * 13 + ["other"])
    assert (tally.passed, tally.percent, tally.base_count) == (True, 8667, 15)
    assert (tally.counts["for"], tally.counts["other"]) == (13, 1)
    assert (tally.silent, tally.missing, tally.not_returned) == ((member(15),), 1, 1)


def test_a_council_counts_who_does_not_vote() -> None:
    choices = ["for"] * 7 + ["against"] * 2 + ["abstain"] * 4
    tally = choose(opened(13, 15), Rule(form="council"), choices)
    assert tally.counts == {"for": 7, "against": 2, "abstain": 4}
    assert not tally.passed


def test_half_of_a_committee_goes_as_the_chair_votes() -> None:
    rule = Rule(tie="chair")
    for own, passed in (("for", True), ("against", False)):
        others = ["for"] * (6 if own == "for" else 7)
        choices = [own, *others]
        tally = choose(opened(14, 14), rule, choices + ["against"] * (14 - len(choices)))
        assert (tally.counts["for"], tally.passed, tally.by_chair) == (7, passed, passed)
    tally = choose(opened(14, 14), rule, ["for"] * 6 + ["against"] * 8)
    assert not tally.passed


def test_a_plurality_of_answers_has_one_winner_or_none() -> None:
    options = tuple(Option(f"o{i}", f"Phương án {i}") for i in range(3))
    rule = Rule(form="quick", decides="plurality", options=options)
    tally = choose(opened(13), rule, ["o1", "o1", "o2"])
    assert (tally.outcome, tally.passed, tally.percent) == ("o1", True, 1333)
    tally = choose(opened(13), rule, ["o1", "o2"])
    assert (tally.outcome, tally.passed) == ("", False)
    tally = choose(opened(13), rule, [])
    assert (tally.outcome, tally.passed) == ("", False)


def test_a_quick_poll_decides_nothing() -> None:
    rule = Rule(form="quick", decides="none", base="returned")
    tally = choose(opened(13), rule, ["for", "for", "against"])
    assert (tally.passed, tally.need, tally.base_count, tally.percent) == (False, 0, 3, 6667)


# ---- elections on tablets ------------------------------------------------------------------------


def elect(rule: Rule, ballots: list[c.CastBallot], here: int = 15) -> Sitting:
    sitting = opened(here, 15).poll(rule=rule)
    for i, ballot in enumerate(ballots, start=1):
        sitting.do(replace(ballot, poll="p2", ballot=f"b{i}"), member(i))
    return sitting


def named(*names: str, written: tuple[str, ...] = (), told: bool = False) -> c.CastBallot:
    return c.CastBallot("p2", "b", "", names=names, write_ins=written, invalid=told)


SURPLUS = Rule(form="election_surplus", candidates=(A, B, Candidate("c", "Lê Văn Cường")), places=2)


def test_naming_fewer_is_valid_and_nobody_may_name_too_many_unknowingly() -> None:
    sitting = elect(SURPLUS, [named("a"), named("a", "b"), named()])
    too_many = c.CastBallot("p2", "x", "", names=("a", "b", "c"))
    assert sitting.refused(too_many, member(4)) == (
        Code.BALLOT_TOO_MANY_NAMES,
        {"named": 3, "places": 2},
    )
    (taken,) = sitting.do(replace(too_many, invalid=True), member(4))
    assert isinstance(taken, e.BallotCast)
    assert taken.invalid
    sitting.do(c.ClosePoll("p2"))
    tally = tally_of(sitting)
    assert (tally.valid, tally.invalid) == (3, 1)
    assert tally.invalid_reasons == {"ballot_too_many_names": 1}
    assert {row.candidate: row.counts for row in tally.rows} == {
        "a": {"for": 2},
        "b": {"for": 1},
        "c": {"for": 0},
    }


def test_a_rule_may_call_a_blank_ballot_invalid() -> None:
    sitting = elect(replace(SURPLUS, blank_valid=False), [named("a")])
    assert sitting.refused(named(), member(2)) == (Code.BALLOT_BLANK, {})
    sitting.do(named(told=True), member(2))
    sitting.do(c.ClosePoll("p2"))
    assert tally_of(sitting).invalid_reasons == {"ballot_blank": 1}


def test_knowing_of_an_invalid_ballot_does_not_spoil_a_valid_one() -> None:
    (taken,) = elect(SURPLUS, []).do(named("a", told=True), member(1))
    assert isinstance(taken, e.BallotCast)
    assert not taken.invalid


NOMINATION = Rule(form="nomination", base="summoned", candidates=(A,), places=2, write_ins=True)


def test_written_names_are_counted_as_names_are_read() -> None:
    ballots = [named("a", written=("Lê  Văn  Cường",))] * 5
    ballots += [named(written=("lê văn cường",))] * 3
    ballots += [named(written=("NGUYỄN VĂN ÁNH", "Đỗ Thị Dung"))] * 4
    sitting = elect(NOMINATION, ballots)
    sitting.do(c.ClosePoll("p2"))
    rows = tally_of(sitting).rows
    assert [(row.name, row.candidate, row.counts["for"], row.elected) for row in rows] == [
        (A.name, "a", 9, True),
        ("Lê Văn Cường", "", 8, True),
        ("Đỗ Thị Dung", "", 4, False),
    ]


def test_places_that_are_written_in_and_tie_are_voted_on_again_by_name() -> None:
    ballots = [named("a", written=("Lê Văn Cường",))] * 8 + [named("a", written=("Đỗ Dung",))] * 7
    rule = replace(NOMINATION, threshold=Threshold(1, 4, strict=False))
    sitting = elect(rule, [*ballots[:7], *ballots[8:15]])
    sitting.do(c.ClosePoll("p2"))
    sitting.do(c.PublishPoll("p2"))
    (again,) = sitting.do(c.RepeatPoll("p2", "p3", "Giới thiệu lại"))
    assert isinstance(again, e.PollPrepared)
    assert (again.question, again.rule.places) == ("Giới thiệu lại", 1)
    assert {one.name for one in again.rule.candidates} == {"Lê Văn Cường", "Đỗ Dung"}


def answered(**answers: str) -> c.CastBallot:
    return c.CastBallot("p2", "b", "", answers=answers)


def test_a_row_without_an_answer_is_not_counted_for_that_person() -> None:
    rule = replace(BY_ELECTION, way="tablet", second="")
    ballots = [answered(a="for", b="against")] * 8 + [answered(a="for"), answered(b="")]
    sitting = elect(rule, ballots)
    sitting.do(c.ClosePoll("p2"))
    tally = tally_of(sitting)
    assert [row.counts for row in tally.rows] == [
        {"for": 9, "against": 0, "not_counted": 1},
        {"for": 0, "against": 8, "not_counted": 2},
    ]
    assert [row.elected for row in tally.rows] == [True, False]
    assert (tally.valid, tally.invalid) == (10, 0)


def test_with_a_single_name_an_empty_row_makes_the_ballot_invalid() -> None:
    rule = replace(BY_ELECTION, way="tablet", candidates=(A,), places=1)
    sitting = elect(rule, [answered(a="for")] * 8)
    for empty in (answered(), answered(a="")):
        assert sitting.refused(empty, member(9)) == (Code.BALLOT_BLANK, {})
    sitting.do(replace(answered(), invalid=True), member(9))
    sitting.do(c.ClosePoll("p2"))
    tally = tally_of(sitting)
    assert (tally.valid, tally.invalid, tally.rows[0].elected, tally.passed) == (8, 1, True, True)
    assert tally.percent == 5333


def test_confidence_in_several_people_is_decided_for_each() -> None:
    rule = Rule(form="confidence", candidates=(B, A))
    sitting = elect(rule, [answered(a="for", b="against")] * 7 + [answered(a="for", b="for")] * 2)
    sitting.do(c.ClosePoll("p2"))
    tally = tally_of(sitting)
    assert [(row.candidate, row.elected) for row in tally.rows] == [("b", False), ("a", True)]
    assert (tally.passed, tally.elected) == (False, 1)


def test_confidence_in_one_is_a_question_of_for_and_against() -> None:
    tally = choose(opened(13), Rule(form="confidence"), ["for"] * 8 + ["against"])
    assert (tally.passed, tally.rows) == (True, ())


def test_places_that_stay_empty_may_be_voted_on_again_among_the_rest() -> None:
    sitting = elect(SURPLUS, [named("a", "b")] * 7 + [named("a", "c")] * 2)
    sitting.do(c.ClosePoll("p2"))
    sitting.do(c.PublishPoll("p2"))
    assert sitting.refused(c.RepeatPoll("p2", "p3"))[0] == Code.POLL_NOT_REPEATABLE
    assert sitting.refused(c.RepeatPoll("p2", "p3", candidates=("a",))) == (
        Code.BALLOT_CANDIDATE_UNKNOWN,
        {"candidate": "a"},
    )
    (both,) = sitting.do(c.RepeatPoll("p2", "p3", candidates=("c", "b")))
    (one,) = sitting.do(c.RepeatPoll("p2", "p4", candidates=("b",)))
    assert isinstance(both, e.PollPrepared)
    assert isinstance(one, e.PollPrepared)
    assert (both.rule.form, both.rule.places) == ("election_surplus", 1)
    assert (one.rule.form, one.rule.places) == ("election", 1)


# ---- bases ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "number"),
    [
        ("members_total", 15),
        ("members_counted", 13),
        ("summoned", 15),
        ("summoned_adjusted", 14),
        ("present", 12),
        ("issued", 12),
        ("returned", 10),
        ("valid", 10),
    ],
)
def test_who_is_excused_leaves_the_bases_that_the_rule_says(base: Base, number: int) -> None:
    sitting = opened(13, 15)
    sitting.do(c.PreparePoll("p2", "i2", "?", Rule(base=base)))
    sitting.do(c.ExcusePerson("p2", member(3), "interest", "Người nhà"))
    sitting.do(c.ExcusePerson("p2", member(15), "absence", "Đi nước ngoài"))
    sitting.do(c.OpenPoll("p2"))
    for i in (*range(1, 3), *range(4, 12)):
        sitting.do(c.CastBallot("p2", f"b{i}", "for"), member(i))
    assert sitting.refused(c.CastBallot("p2", "x", "for"), member(3)) == (
        Code.PERSON_EXCUSED,
        {"poll": "p2", "person": member(3), "reason": "Người nhà"},
    )
    sitting.do(c.ClosePoll("p2"))
    tally = tally_of(sitting)
    assert tally.base_count == number
    assert tally.need == number // 2 + 1
    assert {(one.person, one.reason) for one in tally.excluded} == {
        (member(3), "Người nhà"),
        (member(15), "Đi nước ngoài"),
    }
    assert (tally.silent, tally.absent) == ((member(12), member(13)), (member(14),))


def test_seats_of_the_body_may_be_more_than_the_roll() -> None:
    tally = choose(opened(13, 15), Rule(seats=16), ["for"] * 8)
    assert (tally.base_count, tally.need, tally.passed) == (16, 9, False)


def test_a_poll_of_an_older_release_is_counted_with_what_it_froze() -> None:
    sitting = opened(13, 15).poll().cast("ffffffff")
    old = replace(sitting.state.polls["p2"], bases={}, absent=())
    assert (count(old).passed, count(old).base_count, count(old).second_count) == (True, 15, 13)
