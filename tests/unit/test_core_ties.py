"""Ties for the last place: voted on again, or told apart in the room by lot or by age."""

import pytest
from msgspec.structs import replace

from server.core.rulecheck import check_rule
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.counts import Tally
from server.protocol.refusals import Code
from server.protocol.rules import Candidate, Rule, Threshold, Tie
from tests.core_meetings import CHAIR, SECRETARY, Sitting, member, opened

NAMES = ("Nguyễn Văn Ánh", "Trần Thị Bình", "Lê Văn Cường", "Phạm Thị Dung")
RULE = Rule(
    form="election_surplus",
    base="present",
    threshold=Threshold(1, 4, strict=False),
    candidates=tuple(Candidate(f"c{n}", name) for n, name in enumerate(NAMES)),
    places=2,
    tie="lot",
)
WORDS = "Bốc thăm công khai trước hội nghị, hai phiếu thăm kín"


def tied(rule: Rule = RULE) -> Sitting:
    """Ánh leads with 8; Bình and Cường tie at 5 for the second place; Dung has 4."""
    sitting = opened(here=12).poll(rule=rule)
    for i in range(1, 13):
        names = [name for name, most in (("c0", 8), ("c1", 5)) if i <= most]
        names += ["c2"] if i > 7 else []
        names += ["c3"] if i in (6, 7) else []
        sitting.do(c.CastBallot("p2", f"b{i}", "", names=tuple(names)), member(i))
    sitting.do(c.ClosePoll("p2"))
    return sitting


def tally(sitting: Sitting) -> Tally:
    found = sitting.state.polls["p2"].tally
    assert found is not None
    return found


@pytest.mark.parametrize("tie", ["lot", "senior"])
def test_whoever_presides_says_who_was_drawn_and_the_record_says_how(tie: Tie) -> None:
    sitting = tied(replace(RULE, tie=tie))
    assert [row.candidate for row in tally(sitting).tied] == ["c1", "c2"]
    (settled,) = sitting.do(c.SettleTie("p2", ("c2",), WORDS), CHAIR)
    assert isinstance(settled, e.TieSettled)
    assert (settled.person, settled.chosen, settled.words) == (CHAIR, ("c2",), WORDS)
    now = tally(sitting)
    assert settled.tally == now
    assert [(row.candidate, row.elected, row.drawn) for row in now.rows] == [
        ("c0", True, False),
        ("c2", True, True),
        ("c1", False, False),
        ("c3", False, False),
    ]
    assert (now.elected, now.passed, now.tied) == (2, True, ())
    assert (now.settled, now.settled_by) == (WORDS, CHAIR)
    sitting.do(c.PublishPoll("p2"))
    assert tally(sitting) == now


def test_nothing_is_published_before_somebody_was_drawn() -> None:
    assert tied().refused(c.PublishPoll("p2")) == (Code.TIE_UNSETTLED, {"poll": "p2"})
    again = tied(replace(RULE, tie="again"))
    again.do(c.PublishPoll("p2"))
    assert len(tally(again).tied) == 2, "where they are voted on again, the tie is the result"


def test_only_whoever_presides() -> None:
    assert tied().refused(c.SettleTie("p2", ("c2",), WORDS), SECRETARY)[0] is Code.NOT_ALLOWED


@pytest.mark.parametrize("chosen", [(), ("c1", "c2"), ("c3",), ("c0",), ("gone",)])
def test_as_many_of_those_tied_as_there_are_places(chosen: tuple[str, ...]) -> None:
    told = tied().refused(c.SettleTie("p2", chosen, WORDS), CHAIR)
    assert told == (Code.TIE_CHOSEN, {"poll": "p2", "places": 1})


def test_how_it_was_done_must_be_said() -> None:
    assert tied().refused(c.SettleTie("p2", ("c2",), "  "), CHAIR)[0] is Code.TEXT_MISSING


def test_it_is_done_once() -> None:
    sitting = tied()
    assert sitting.do(c.SettleTie("p2", ("c2",), WORDS), CHAIR)
    assert sitting.do(c.SettleTie("p2", ("c2",), WORDS), CHAIR) == ()
    assert sitting.refused(c.SettleTie("p2", ("c1",), WORDS), CHAIR)[0] is Code.TIE_NOT_THERE


def test_a_name_that_was_written_in_is_named_by_itself() -> None:
    rule = replace(
        RULE, form="nomination", write_ins=True, places=1, candidates=RULE.candidates[:1]
    )
    sitting = opened(here=12).poll(rule=rule)
    for i in range(1, 13):
        told = {"names": ("c0",)} if i % 2 else {"write_ins": ("Vũ Văn Giang",)}
        sitting.do(c.CastBallot("p2", f"b{i}", "", **told), member(i))  # type: ignore[arg-type]
    sitting.do(c.ClosePoll("p2"))
    sitting.do(c.SettleTie("p2", ("Vũ Văn Giang",), WORDS), CHAIR)
    assert [row.name for row in tally(sitting).rows if row.elected] == ["Vũ Văn Giang"]


def test_only_in_a_closed_and_counted_poll() -> None:
    command = c.SettleTie("p2", ("c2",), WORDS)
    sitting = opened(here=12)
    assert sitting.refused(command, CHAIR)[0] is Code.POLL_UNKNOWN
    sitting.poll(rule=replace(RULE, way="paper"))
    assert sitting.refused(command, CHAIR)[0] is Code.POLL_NOT_CLOSED
    sitting.do(c.ClosePoll("p2"))
    assert sitting.refused(command, CHAIR)[0] is Code.POLL_NOT_COUNTED


@pytest.mark.parametrize("tie", ["lot", "senior"])
def test_only_persons_are_told_apart_in_the_room(tie: Tie) -> None:
    wrong = check_rule(Rule(tie=tie), sealed=False)
    assert wrong is not None
    assert wrong.code is Code.RULE_TIE
    assert check_rule(replace(RULE, tie=tie), sealed=False) is None
