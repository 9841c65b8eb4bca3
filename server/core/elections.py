"""Rows of persons: who is over the threshold, who is elected, who must be voted on again.

Over the threshold first, then the N highest; who ties for the last place is voted on again, where
the higher wins and the threshold no longer matters (plurality).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from server.protocol.counts import Row
from server.protocol.names import name_key
from server.protocol.rules import Rule, answers_each, names_people
from server.protocol.shares import least_votes, percent


@dataclass(frozen=True)
class Frame:
    """What rows are held against: how many ballots count, and both bases."""

    valid: int
    base: int
    second: int
    least: int


def rows_of(
    rule: Rule,
    rows: Mapping[str, Mapping[str, int]],
    written: Mapping[str, int],
    frame: Frame,
) -> tuple[Row, ...]:
    """Return the result for each person, in its order; nothing for a poll about no person.

    `rows`: what was counted for each candidate; `written`: for each name that was written in.
    """
    if not (names_people(rule) or answers_each(rule)):
        return ()
    made = [
        _row(rule, one.name, one.id, _complete(rule, rows.get(one.id, {}), frame.valid), frame)
        for one in rule.candidates
    ]
    made += [_row(rule, name, "", {"for": number}, frame) for name, number in written.items()]
    if rule.form == "confidence_survey":
        return tuple(made)
    if rule.form == "confidence":
        return tuple(replace(row, elected=row.over) for row in made)
    return _elect(rule, made)


def row_keys(rule: Rule) -> tuple[str, ...]:
    """Return what a person's row holds; the last is of those who answered nothing, if any are."""
    if names_people(rule):
        return ("for",)
    if rule.form == "confidence_survey":
        return ("high", "medium", "low", "blank")
    return ("for", "against", "not_counted")


def _complete(rule: Rule, counts: Mapping[str, int], valid: int) -> dict[str, int]:
    """Fill a candidate's row up: every choice, and whoever answered nothing for this person."""
    keys = row_keys(rule)
    if len(keys) == 1:
        return {"for": counts.get("for", 0)}
    kept = {key: counts.get(key, 0) for key in keys[:-1]}
    return {**kept, keys[-1]: valid - sum(kept.values())}


def _row(rule: Rule, name: str, candidate: str, counts: Mapping[str, int], frame: Frame) -> Row:
    survey = rule.form == "confidence_survey"
    favour = counts["high"] if survey else counts["for"]
    low = counts.get("low", 0)
    over = favour > 0 if rule.decides == "plurality" else favour >= frame.least
    return Row(
        name,
        candidate,
        counts,
        percent=percent(favour, frame.base),
        second_percent=percent(favour, frame.second),
        over=over and not survey and rule.decides != "none",
        flags=sum(1 for flag in rule.flags if low >= least_votes(flag, frame.base)),
    )


def _elect(rule: Rule, rows: Sequence[Row]) -> tuple[Row, ...]:
    """Sort by votes, then by name; elect the highest of those who are over the threshold."""
    ordered = sorted(rows, key=lambda row: (-row.counts["for"], name_key(row.name)))
    over = [row.counts["for"] for row in ordered if row.over]
    tied = _tied_at(over, rule.places)
    last = over[min(rule.places, len(over)) - 1] if over and rule.places else 0
    done = []
    for row in ordered:
        votes = row.counts["for"]
        rank = 1 + sum(1 for other in ordered if other.counts["for"] > votes)
        reaches = row.over and rule.places > 0 and votes >= last
        done.append(
            replace(
                row,
                rank=rank,
                tied=reaches and votes == tied,
                elected=reaches and votes != tied,
            )
        )
    return tuple(done)


def _tied_at(over: Sequence[int], places: int) -> int | None:
    """Return the number of votes at which more persons stand than there are places left."""
    if not 0 < places < len(over):
        return None
    return over[places] if over[places - 1] == over[places] else None
