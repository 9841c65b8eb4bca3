"""A ballot of one person that the secretary writes down, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from client.selectors.ballot_names import WRITTEN, Name, NameMark, Shape, judge, rows
from client.selectors.forms import Answer, answers, shape_of
from client.selectors.words import Words
from server.protocol.counts import Slip
from server.protocol.rules import Rule


@dataclass(frozen=True, slots=True)
class HandBallot:
    """What is marked so far. `problem` makes it invalid, `told` is what else to know."""

    shape: Shape
    offered: tuple[Answer, ...]
    names: tuple[NameMark, ...]
    counted: str
    problem: str
    told: str
    can_write: bool
    slip: Slip
    complete: bool
    """Something is marked, or a blank ballot may be written down."""


def hand_ballot(
    rule: Rule,
    words: Words,
    said: Slip | None = None,
    marks: Mapping[str, str] | None = None,
    written: tuple[str, ...] = (),
) -> HandBallot:
    """Return the ballot with these marks beside names, or with this answer, under this rule."""
    shape, offered = shape_of(rule), answers(rule, words)
    if shape == "choice":
        takes = {one.key for one in offered if one.opinion}
        choice, opinion = (said.choice, said.opinion) if said is not None else ("", "")
        slip = Slip(choice, opinion if choice in takes else "")
        return HandBallot(shape, offered, (), "", "", "", False, slip, bool(choice))
    people = tuple(Name(one.id, one.name, one.post) for one in rule.candidates)
    names = rows(people, marks or {}, written)
    judged = judge(
        shape,
        names,
        rule.places,
        words,
        blank_counts=rule.form == "confidence_survey",
        blank_valid=rule.blank_valid,
    )
    done = sum(1 for one in names if one.value)
    of = rule.places if shape == "pick" else len(names)
    counted = words("form.picked.caps" if shape == "pick" else "form.answered.caps", n=done, m=of)
    return HandBallot(
        shape,
        offered,
        names,
        counted.capitalize(),
        judged.problem,
        judged.caution or judged.hint,
        rule.write_ins,
        _slip(shape, names, written, invalid=bool(judged.problem)),
        complete=True,
    )


def _slip(
    shape: Shape, names: tuple[NameMark, ...], written: tuple[str, ...], *, invalid: bool
) -> Slip:
    asked = [one for one in names if one.value and not one.id.startswith(WRITTEN)]
    if shape == "pick":
        chosen = tuple(one.id for one in asked)
        return Slip(names=chosen, write_ins=written, invalid=invalid)
    return Slip(answers={one.id: one.value for one in asked}, invalid=invalid)
