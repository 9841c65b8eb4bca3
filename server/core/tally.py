"""Counting polls: what ballots say, what tellers or hands counted, and what follows from it.

Integers only. Everything comes from the poll itself, as it was frozen at its opening (T13).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from server.core.discipline import NO_MEASURE, add_up
from server.core.elections import Frame, rows_of
from server.protocol.counts import Excluded, PaperCount, Row, Slip, Step, Tally
from server.protocol.ids import PersonId
from server.protocol.rules import Base, Choice, Rule, options_of, second_base
from server.protocol.shares import least_votes, need, percent
from server.protocol.state import Poll
from server.protocol.validity import broken, named, same_name, spoils

__all__ = ["count", "need", "percent"]


@dataclass(frozen=True)
class Counted:
    """What came in, however it came in. `rows`: for each candidate, `written`: for each name."""

    issued: int
    returned: int
    invalid: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    counts: Mapping[Choice, int] = field(default_factory=dict)
    rows: Mapping[str, Mapping[Choice, int]] = field(default_factory=dict)
    written: Mapping[str, int] = field(default_factory=dict)
    printed: int = 0
    spoiled: int = 0
    sent_in: int = 0

    @property
    def valid(self) -> int:
        """How many ballots count."""
        return self.returned - self.invalid


def count(poll: Poll) -> Tally:
    """Return the tally of a poll that is over, against what was frozen at its opening.

    From the tellers' count on paper, the confirmed hands, the opened sealed ballots, or the ballots
    by name, of which one a person counts (T14).
    """
    counted = _counted(poll)
    cast = poll.cast or poll.ballots
    by_person = poll.rule.way in {"tablet", "roll_call"}
    silent = tuple(person for person in poll.electorate if by_person and person not in cast)
    return conclude(poll, counted, silent)


def _counted(poll: Poll) -> Counted:
    if poll.rule.way == "paper":
        return _from_board(poll)
    if poll.rule.way == "hands":
        counts = poll.hands.counts if poll.hands else {}
        hands = sum(counts.values())
        return Counted(issued=hands, returned=hands, counts=counts)
    if poll.rule.secrecy == "sealed":
        return _from_slips(poll, poll.slips, len(poll.electorate), unreadable=poll.unreadable)
    own = frozenset(poll.electorate)
    sent_in = sum(1 for person in poll.ballots if person not in own)
    slips = (ballot.slip() for ballot in poll.ballots.values())
    return _from_slips(poll, slips, len(poll.electorate) + sent_in, sent_in=sent_in)


def _from_board(poll: Poll) -> Counted:
    """Take the first entry: they agree before a tally is made."""
    entries = () if poll.board is None else tuple(poll.board.entries.values())
    paper = (entries[0].count if entries else None) or PaperCount(0, 0)
    board = poll.board
    return Counted(
        issued=board.issued if board else 0,
        returned=paper.returned,
        invalid=paper.invalid,
        reasons=paper.reasons,
        counts=paper.counts,
        rows=paper.rows,
        written=paper.write_ins,
        printed=board.printed if board else 0,
        spoiled=board.spoiled if board else 0,
    )


def _from_slips(
    poll: Poll, slips: Iterable[Slip], issued: int, *, unreadable: int = 0, sent_in: int = 0
) -> Counted:
    rule = poll.rule
    returned, reasons = unreadable, Counter({"unreadable": unreadable} if unreadable else {})
    counts: Counter[str] = Counter()
    rows: dict[str, Counter[str]] = {one.id: Counter() for one in rule.candidates}
    written: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    for slip in slips:
        returned += 1
        wrong = broken(rule, slip) or spoils(rule, slip)
        if wrong is not None:
            reasons[wrong.code.value] += 1
            continue
        counts[slip.choice] += 1
        for candidate, choice in slip.answers.items():
            rows[candidate][choice] += 1
        for candidate, name in named(rule, slip):
            if candidate:
                rows[candidate]["for"] += 1
            else:
                written[spelled.setdefault(same_name(name), name)] += 1
    return Counted(
        issued=issued,
        returned=returned,
        invalid=sum(reasons.values()),
        reasons=dict(reasons),
        counts=counts,
        rows=rows,
        written=written,
        sent_in=sent_in,
    )


def conclude(poll: Poll, counted: Counted, silent: tuple[PersonId, ...]) -> Tally:
    """Return what follows from what came in; `silent`: who had a ballot and sent none."""
    rule = poll.rule
    bases = bases_at_close(poll, counted)
    base, second = bases[rule.base], bases[second_base(rule)]
    least = 0 if rule.decides == "none" else least_votes(rule.threshold, base)
    frame = Frame(counted.valid, base, second, least)
    rows = rows_of(rule, counted.rows, counted.written, frame)
    verdict = _verdict(poll, counted.counts, rows, base, least)
    return Tally(
        counts={} if rows else {o.id: counted.counts.get(o.id, 0) for o in options_of(rule)},
        base=rule.base,
        base_count=base,
        present=poll.present,
        members=bases["members_total"],
        need=verdict.need,
        passed=verdict.passed,
        percent=percent(verdict.favour, base),
        second_percent=percent(verdict.favour, second),
        missing=max(0, base - counted.returned),
        quorum_need=need(rule.quorum, bases[rule.quorum_base]),
        form=rule.form,
        decides=rule.decides,
        second_base=second_base(rule),
        second_count=second,
        bases=bases,
        outcome=verdict.outcome,
        rows=rows,
        places=rule.places,
        elected=sum(1 for row in rows if row.elected),
        steps=verdict.steps,
        printed=counted.printed,
        issued=counted.issued,
        spoiled=counted.spoiled,
        unused=max(0, counted.printed - counted.issued - counted.spoiled),
        returned=counted.returned,
        not_returned=counted.issued - counted.returned,
        valid=counted.valid,
        invalid=counted.invalid,
        invalid_reasons=counted.reasons,
        sent_in=counted.sent_in,
        silent=silent,
        absent=poll.absent,
        excluded=tuple(Excluded(p, one.kind, one.reason) for p, one in poll.excused.items()),
        by_chair=verdict.by_chair,
    )


def bases_at_close(poll: Poll, counted: Counted) -> dict[Base, int]:
    """Return every denominator: those frozen at the opening, and what became of the ballots.

    A poll opened by an older release froze two of them.
    """
    known: dict[Base, int] = {
        "members_total": poll.members,
        "members_counted": poll.members,
        "summoned": poll.members,
        "summoned_adjusted": poll.members,
        "present": poll.present,
    }
    found: dict[Base, int] = {
        "issued": counted.issued,
        "returned": counted.returned,
        "valid": counted.valid,
    }
    return {**known, **poll.bases, **found}


@dataclass(frozen=True)
class _Verdict:
    """What the counts decide. `favour`: of the choice that is held against the threshold."""

    favour: int
    need: int
    passed: bool
    outcome: str = ""
    steps: tuple[Step, ...] = ()
    by_chair: bool = False


def _verdict(
    poll: Poll, counts: Mapping[Choice, int], rows: tuple[Row, ...], base: int, least: int
) -> _Verdict:
    rule = poll.rule
    if rows:
        first = rows[0].counts.get("for", 0) if len(rows) == 1 else 0
        return _Verdict(first, least, _all_placed(rule, rows))
    if rule.form == "discipline":
        return _measure(rule, counts, base)
    if rule.decides == "share":
        return _by_share(poll, counts, base, least)
    votes = {option.id: counts.get(option.id, 0) for option in options_of(rule)}
    top = max(votes.values(), default=0)
    first_of = [choice for choice, number in votes.items() if number == top and top]
    won = first_of[0] if rule.decides == "plurality" and len(first_of) == 1 else ""
    return _Verdict(top if won else votes.get("for", 0), least, bool(won), won)


def _all_placed(rule: Rule, rows: tuple[Row, ...]) -> bool:
    """Say whether every place is filled, or everyone voted on passed."""
    elected = sum(1 for row in rows if row.elected)
    return elected > 0 and elected == (rule.places or len(rows))


def _measure(rule: Rule, counts: Mapping[Choice, int], base: int) -> _Verdict:
    steps, outcome = add_up(options_of(rule), rule.threshold, counts, base)
    decided = next((step for step in steps if step.reached), steps[0])
    return _Verdict(decided.total, decided.need, outcome not in {"", NO_MEASURE}, outcome, steps)


def _by_share(poll: Poll, counts: Mapping[Choice, int], base: int, least: int) -> _Verdict:
    """Hold those in favour against the threshold; a rule may let whoever presides break a tie."""
    favour = counts.get("for", 0)
    over = favour >= least
    chair = poll.ballots.get(poll.chair)
    by_chair = (
        not over
        and poll.rule.tie == "chair"
        and 2 * favour == base
        and chair is not None
        and chair.choice == "for"
    )
    passed = over or by_chair
    return _Verdict(favour, least, passed, "for" if passed else "", by_chair=by_chair)
