"""Disciplinary ballots: the heaviest measure down, and added up when none has its share alone.

A measure that reaches its own share decides. When none does, the ballots of heavier measures count
toward the next lighter one, until one reaches its share (voting rules, form 9, T9).
"""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from server.protocol.counts import Step
from server.protocol.rules import Option, Threshold
from server.protocol.shares import least_votes

NO_MEASURE = "no_discipline"
"""The option that is no measure: nothing is added up to it."""


def add_up(
    options: Sequence[Option], usual: Threshold, counts: Mapping[str, int], base: int
) -> tuple[tuple[Step, ...], str]:
    """Return the steps from the heaviest measure down, and the choice that decides or nothing."""
    steps: list[Step] = []
    heavier = 0
    for option in options:
        own = counts.get(option.id, 0)
        heavier = own if option.id == NO_MEASURE else heavier + own
        steps.append(Step(option.id, own, heavier, least_votes(option.threshold or usual, base)))
    chosen = next((step for step in steps if step.count >= step.need), None) or next(
        (step for step in steps if step.total >= step.need), None
    )
    outcome = chosen.choice if chosen else ""
    return tuple(replace(one, reached=one.choice == outcome) for one in steps), outcome
