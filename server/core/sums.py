"""The sums that a count on paper may not break; each has a refusal that says which it is.

issued <= present; issued + exchanged <= printed; returned <= issued; returned = valid + invalid;
one question: valid = the sum of its answers; no surplus: for each person valid = for + against +
not counted; surplus: nobody has more than valid, and together at most valid times the places;
confidence: for each person valid = high + medium + low + blank.
"""

from collections.abc import Iterable, Mapping

from server.core.elections import row_keys
from server.core.ruling import no
from server.protocol.commands import OpenPaperCount
from server.protocol.counts import Board, PaperCount
from server.protocol.refusals import Code, Refusal
from server.protocol.rules import Rule, answers_each, names_people, options_of
from server.protocol.state import Poll


def check_issue(poll: Poll, said: OpenPaperCount) -> Refusal | None:
    """Return what cannot be in what was printed and given out, or None."""
    people = len(poll.electorate)
    if said.issued > people:
        return no(Code.COUNT_ISSUED_OVER_PRESENT, issued=said.issued, present=people)
    if said.issued + said.spoiled > said.printed:
        figures = {"issued": said.issued, "spoiled": said.spoiled, "printed": said.printed}
        return no(Code.COUNT_ISSUED_OVER_PRINTED, **figures)
    return None


def check_count(rule: Rule, board: Board, count: PaperCount) -> Refusal | None:
    """Return which sum a teller's count breaks, or None."""
    if count.returned > board.issued:
        figures = {"returned": count.returned, "issued": board.issued}
        return no(Code.COUNT_RETURNED_OVER_ISSUED, **figures)
    if count.returned != count.valid + count.invalid:
        figures = {"returned": count.returned, "valid": count.valid, "invalid": count.invalid}
        return no(Code.COUNT_RETURNED_SUM, **figures)
    reasons = sum(count.reasons.values())
    if count.reasons and reasons != count.invalid:
        return no(Code.COUNT_REASONS_SUM, sum=reasons, invalid=count.invalid)
    if names_people(rule):
        return _names(rule, count)
    return _rows(rule, count) if answers_each(rule) else _choices(rule, count)


def _choices(rule: Rule, count: PaperCount) -> Refusal | None:
    if count.rows or count.write_ins or not _within(count.counts, [o.id for o in options_of(rule)]):
        return no(Code.COUNT_UNKNOWN)
    total = sum(count.counts.values())
    if total != count.valid:
        return no(Code.COUNT_CHOICES_SUM, sum=total, valid=count.valid)
    return None


def _rows(rule: Rule, count: PaperCount) -> Refusal | None:
    if wrong := _unknown(rule, count):
        return wrong
    if count.write_ins:
        return no(Code.COUNT_UNKNOWN)
    for one in rule.candidates:
        if one.id not in count.rows:
            return no(Code.COUNT_ROW_MISSING, name=one.name)
        total = sum(count.rows[one.id].values())
        if total != count.valid:
            return no(Code.COUNT_ROW_SUM, name=one.name, sum=total, valid=count.valid)
    return None


def _names(rule: Rule, count: PaperCount) -> Refusal | None:
    if wrong := _unknown(rule, count):
        return wrong
    if count.write_ins and not rule.write_ins:
        return no(Code.COUNT_UNKNOWN)
    votes = {one.name: count.rows.get(one.id, {}).get("for", 0) for one in rule.candidates}
    for name, number in (*votes.items(), *count.write_ins.items()):
        if number > count.valid:
            return no(Code.COUNT_ROW_OVER_VALID, name=name, sum=number, valid=count.valid)
    total, most = sum(votes.values()) + sum(count.write_ins.values()), count.valid * rule.places
    return no(Code.COUNT_NAMES_SUM, sum=total, most=most) if total > most else None


def _unknown(rule: Rule, count: PaperCount) -> Refusal | None:
    """Say so when a row is of no candidate, or holds what this form does not count."""
    keys = row_keys(rule)
    known = _within(count.rows, [one.id for one in rule.candidates])
    fits = known and all(_within(row, keys) for row in count.rows.values())
    return None if fits and not count.counts else no(Code.COUNT_UNKNOWN)


def _within(given: Mapping[str, object], known: Iterable[str]) -> bool:
    return set(given) <= set(known)
