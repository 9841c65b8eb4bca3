"""Random bodies and ballots, counted a second time by hand: slowly, by names, with fractions."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from server.core.tally import count
from server.protocol.counts import Ballot, Board, PaperCount, PaperEntry, Slip, Tally
from server.protocol.names import name_key
from server.protocol.rules import Base, Candidate, Form, Rule, Threshold, options_of
from server.protocol.state import Poll
from server.protocol.validity import broken, spoils

EXAMPLES = settings(max_examples=120, deadline=None)
SHARES = [Threshold(1, 2), Threshold(2, 3), Threshold(1, 2, strict=False), Threshold(3, 4)]
BASES: list[Base] = ["members_total", "present", "issued", "returned", "valid"]
ONE_QUESTION: list[Form] = ["open", "council", "secret", "written", "confidence"]


def reaches(votes: int, threshold: Threshold, base: int) -> bool:
    """Compare with fractions: an empty base is reached by nobody."""
    share = Fraction(threshold.numerator, threshold.denominator) * base
    return votes > share if threshold.strict else votes >= share


def share_of(votes: int, base: int) -> int:
    """Hundredths of a percent, rounded half up, by decimals written out."""
    if base == 0:
        return 0
    exact = Fraction(votes * 10_000, base)
    whole = exact.numerator // exact.denominator
    return whole + 1 if exact - whole >= Fraction(1, 2) else whole


@st.composite
def bodies(draw: st.DrawFn) -> tuple[int, int]:
    """How many seats, and how many are here."""
    members = draw(st.integers(1, 60))
    return members, draw(st.integers(1, members))


def poll_of(rule: Rule, body: tuple[int, int], slips: list[Slip]) -> Poll:
    """A poll that is over: person i sent slip i."""
    members, present = body
    people = tuple(f"p{i}" for i in range(present))
    ballots = {
        person: Ballot(
            f"b{person}",
            one.choice,
            1,
            answers=one.answers,
            names=one.names,
            write_ins=one.write_ins,
        )
        for person, one in zip(people, slips, strict=False)
    }
    return Poll(
        "p", "i", "?", rule, "closed", present=present, members=members,
        electorate=people, ballots=ballots, absent=tuple(f"a{i}" for i in range(members - present)),
    )  # fmt: skip


def holds_together(tally: Tally, poll: Poll) -> None:
    """The sums that no tally may break."""
    assert tally.members == tally.present + len(tally.absent)
    assert tally.issued <= tally.present
    assert tally.issued == tally.returned + tally.not_returned
    assert tally.returned == tally.valid + tally.invalid
    assert tally.invalid == sum(tally.invalid_reasons.values())
    assert len(tally.silent) == tally.not_returned
    rule = poll.rule
    for row in tally.rows:
        assert 0 <= row.counts["for" if "for" in row.counts else "high"] <= tally.valid
        if rule.form in {"election", "confidence", "confidence_survey"}:
            assert sum(row.counts.values()) == tally.valid
    if rule.form in {"election_surplus", "nomination"}:
        assert sum(row.counts["for"] for row in tally.rows) <= tally.valid * rule.places
    if not tally.rows:
        assert sum(tally.counts.values()) == tally.valid
    assert sum(1 for row in tally.rows if row.elected) == tally.elected
    assert not any(row.elected and row.tied for row in tally.rows)


def base_by_hand(rule: Rule, body: tuple[int, int], returned: int, valid: int) -> int:
    members, present = body
    known = {"members_total": members, "present": present, "issued": present}
    return known.get(rule.base, returned if rule.base == "returned" else valid)


@EXAMPLES
@given(st.data(), bodies())
def test_one_question(data: st.DataObject, body: tuple[int, int]) -> None:
    rule = Rule(
        base=data.draw(st.sampled_from(BASES)),
        threshold=data.draw(st.sampled_from(SHARES)),
        form=data.draw(st.sampled_from(ONE_QUESTION)),
    )
    choices = [option.id for option in options_of(rule)]
    answers = data.draw(st.lists(st.sampled_from([*choices, *choices, ""]), max_size=body[1]))
    poll = poll_of(rule, body, [Slip(one) for one in answers])
    tally = count(poll)
    holds_together(tally, poll)
    valid = [one for one in answers if one]
    favour = valid.count("for")
    base = base_by_hand(rule, body, len(answers), len(valid))
    assert (tally.valid, tally.base_count) == (len(valid), base)
    assert tally.passed == (favour > 0 and reaches(favour, rule.threshold, base))
    assert tally.percent == share_of(favour, base)
    assert tally.missing == max(0, base - len(answers))


@st.composite
def elections(draw: st.DrawFn) -> tuple[Rule, tuple[int, int], list[Slip]]:
    body = draw(bodies())
    number = draw(st.integers(2, 8))
    people = tuple(Candidate(f"c{i}", f"Ứng viên {i}") for i in range(number))
    places = draw(st.integers(1, number - 1))
    rule = Rule(
        form="election_surplus",
        base=draw(st.sampled_from(BASES)),
        threshold=draw(st.sampled_from(SHARES)),
        candidates=people,
        places=places,
        decides=draw(st.sampled_from(["share", "share", "plurality"])),
    )
    ids = [one.id for one in people]
    names = st.lists(st.sampled_from(ids), unique=True, max_size=min(number, places + 1))
    slips = draw(st.lists(names.map(lambda n: Slip(names=tuple(n))), max_size=body[1]))
    return rule, body, slips


@EXAMPLES
@given(elections())
def test_elections_with_surplus(case: tuple[Rule, tuple[int, int], list[Slip]]) -> None:
    rule, body, slips = case
    poll = poll_of(rule, body, slips)
    tally = count(poll)
    holds_together(tally, poll)
    good = [slip for slip in slips if len(slip.names) <= rule.places]
    base = base_by_hand(rule, body, len(slips), len(good))
    votes = {one.id: sum(1 for s in good if one.id in s.names) for one in rule.candidates}
    over = {
        person: number
        for person, number in votes.items()
        if number > 0 and (rule.decides == "plurality" or reaches(number, rule.threshold, base))
    }
    # by hand: a person is in when fewer than `places` others stand as high or higher
    elected = {
        person
        for person, number in over.items()
        if sum(1 for other in over if over[other] >= number) <= rule.places
    }
    tied = {
        person
        for person, number in over.items()
        if person not in elected and sum(1 for other in over if over[other] > number) < rule.places
    }
    assert {row.candidate for row in tally.rows if row.elected} == elected
    assert {row.candidate for row in tally.rows if row.tied} == tied
    assert {row.candidate: row.counts["for"] for row in tally.rows} == votes
    assert all(row.percent == share_of(row.counts["for"], base) for row in tally.rows)
    order = [(-row.counts["for"], name_key(row.name)) for row in tally.rows]
    assert order == sorted(order)


@EXAMPLES
@given(st.data(), bodies())
def test_answers_for_each_person(data: st.DataObject, body: tuple[int, int]) -> None:
    number = data.draw(st.integers(1, 5))
    people = tuple(Candidate(f"c{i}", f"Ứng viên {i}") for i in range(number))
    form: Form = data.draw(st.sampled_from(["election", "confidence", "confidence_survey"]))
    rule = Rule(form=form, candidates=people, places=number if form == "election" else 0)
    choices = [option.id for option in options_of(rule)]
    answer = st.dictionaries(
        st.sampled_from([one.id for one in people]), st.sampled_from([*choices, ""])
    )
    slips = data.draw(st.lists(answer.map(lambda a: Slip(answers=a)), max_size=body[1]))
    poll = poll_of(rule, body, slips)
    tally = count(poll)
    holds_together(tally, poll)
    strict = number == 1 and form != "confidence_survey"
    good = [s for s in slips if not (strict and not any(s.answers.values()))]
    assert tally.valid == len(good)
    for row in tally.rows:
        for choice in choices:
            told = sum(1 for s in good if s.answers.get(row.candidate) == choice)
            assert row.counts[choice] == told
        favour = row.counts.get("for", 0)
        passed = favour > 0 and reaches(favour, rule.threshold, body[0])
        assert row.over == (passed and form != "confidence_survey")


@EXAMPLES
@given(st.data(), bodies())
def test_discipline(data: st.DataObject, body: tuple[int, int]) -> None:
    rule = Rule(form="discipline")
    options = options_of(rule)
    answers = data.draw(
        st.lists(st.sampled_from([option.id for option in options]), max_size=body[1])
    )
    tally = count(poll_of(rule, body, [Slip(one) for one in answers]))
    two_thirds, half = Threshold(2, 3, strict=False), Threshold()
    own: list[int] = [answers.count(option.id) for option in options]
    shares = [two_thirds, half, half, half, half]
    outcome = ""
    for i in range(5):
        if own[i] and reaches(own[i], shares[i], body[0]):
            outcome = options[i].id
            break
    for i in range(4):
        heavier = sum(own[: i + 1])
        if not outcome and heavier > 0 and reaches(heavier, shares[i], body[0]):
            outcome = options[i].id
    assert tally.outcome == outcome


@EXAMPLES
@given(elections())
def test_the_same_ballots_on_paper_make_the_same_result(
    case: tuple[Rule, tuple[int, int], list[Slip]],
) -> None:
    rule, body, slips = case
    by_tablet = count(poll_of(rule, body, slips))
    counted = PaperCount(
        by_tablet.returned,
        by_tablet.valid,
        by_tablet.invalid,
        rows={row.candidate: row.counts for row in by_tablet.rows},
    )
    board = Board(body[1], body[1], entries={"t": PaperEntry("d", 1, counted)})
    poll = replace(poll_of(replace(rule, way="paper"), body, []), board=board)
    on_paper = count(poll)
    assert on_paper.rows == by_tablet.rows
    assert (on_paper.valid, on_paper.passed) == (by_tablet.valid, by_tablet.passed)


@EXAMPLES
@given(elections())
def test_sealed_and_named_ballots_make_the_same_result(
    case: tuple[Rule, tuple[int, int], list[Slip]],
) -> None:
    rule, body, slips = case
    named = poll_of(rule, body, slips)
    opened = replace(
        poll_of(replace(rule, secrecy="sealed"), body, []), slips=tuple(reversed(slips))
    )
    assert count(opened).rows == count(named).rows


@EXAMPLES
@given(
    st.builds(
        Slip,
        st.sampled_from(["", "for", "maybe"]),
        answers=st.dictionaries(st.sampled_from(["a", "x"]), st.sampled_from(["", "for", "hm"])),
        names=st.lists(st.sampled_from(["a", "b", "x"]), max_size=3).map(tuple),
        write_ins=st.lists(st.sampled_from(["A", "a ", "C", " "]), max_size=2).map(tuple),
    ),
    st.sampled_from(["open", "election", "election_surplus", "nomination", "confidence"]),
)
def test_what_is_neither_broken_nor_spoilt_is_counted_once(slip: Slip, form: Form) -> None:
    people = (Candidate("a", "A"), Candidate("b", "B"))
    plain = form == "open"
    rule = Rule(
        form=form,
        candidates=() if plain else people,
        places=2,
        write_ins=form == "nomination",
    )
    tally = count(poll_of(rule, (3, 3), [slip]))
    counts = broken(rule, slip) is None and spoils(rule, slip) is None
    assert (tally.valid, tally.invalid) == ((1, 0) if counts else (0, 1))
