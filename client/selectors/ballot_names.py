"""Names on a ballot: their order, their pages, what is marked, what is wrong with that. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from client.i18n import name_key
from client.selectors.words import Words

Shape = Literal["choice", "pick", "each"]
"""choice: one of a few answers; pick: up to so many names; each: an answer beside each name."""
T = TypeVar("T")
ONE = 1


@dataclass(frozen=True, slots=True)
class Name:
    """Somebody on the ballot, as the poll names them."""

    id: str
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class NameMark:
    """One row: `value` is the answer marked beside the name, empty for none."""

    id: str
    number: str
    name: str
    note: str
    value: str


@dataclass(frozen=True, slots=True)
class Marked:
    """Names that have the same mark, for looking the ballot over before it is sent."""

    look: str
    label: str
    names: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many names there are."""
        return len(self.names)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is wrong with the marks: a problem makes the ballot invalid, a caution does not.

    `hint`: what else may be done with a ballot that is in order.
    """

    problem: str = ""
    caution: str = ""
    hint: str = ""


def in_order(names: Sequence[Name]) -> tuple[Name, ...]:
    """Return the names by given name, in Vietnamese order."""
    return tuple(sorted(names, key=lambda one: name_key(one.name)))


def rows(
    names: Sequence[Name], marks: Mapping[str, str], written: Sequence[str] = ()
) -> tuple[NameMark, ...]:
    """Return a row for every name in order, and one for every name that was written."""
    asked = [
        NameMark(one.id, f"{place}.", one.name, one.note, marks.get(one.id, ""))
        for place, one in enumerate(in_order(names), 1)
    ]
    own = [
        NameMark(f"{WRITTEN}{place}", f"{len(asked) + place + 1}.", name, "", TICKED)
        for place, name in enumerate(written)
    ]
    return (*asked, *own)


WRITTEN = "+"
"""Begins the key of a row that was written: it is not one of the poll's names."""
TICKED = "for"
"""What marks a name that is ticked."""


def pages(rows: Sequence[T], lines: int, columns: int) -> tuple[tuple[T, ...], ...]:
    """Return the rows cut into pages and dealt so that a grid filled by lines reads by columns.

    `lines` and `columns` of one page are at least 1; there is at least one page.
    """
    size = lines * columns
    cut = [tuple(rows[at : at + size]) for at in range(0, len(rows), size)] or [()]
    return tuple(_by_columns(page, lines, columns) for page in cut)


def _by_columns(page: tuple[T, ...], lines: int, columns: int) -> tuple[T, ...]:
    if len(page) <= columns or columns == ONE:
        return page
    deep = min(lines, -(-len(page) // columns))
    whole, rest = divmod(len(page), columns)
    heights = [whole + (1 if column < rest else 0) for column in range(columns)]
    starts = [sum(heights[:column]) for column in range(columns)]
    return tuple(
        page[starts[column] + line]
        for line in range(deep)
        for column in range(columns)
        if line < heights[column]
    )


def judge(
    shape: Shape,
    names: Sequence[NameMark],
    places: int,
    words: Words,
    *,
    blank_counts: bool = False,
    blank_valid: bool = True,
) -> Judgement:
    """Say what is wrong with the marks (voting.md, Elections: which ballots are valid).

    `blank_counts`: a row without an answer is an answer of its own, as in a confidence survey.
    `blank_valid`: a ballot that names nobody is valid.
    """
    done = sum(1 for one in names if one.value)
    if shape == "pick":
        return _judge_pick(done, places, words, blank_valid=blank_valid)
    if shape == "each":
        empty = len(names) - done
        if not empty:
            return Judgement()
        if len(names) == ONE and not blank_counts:
            return Judgement(problem=words("form.blank.one"))
        key = "form.blank.counted" if blank_counts else "form.blank"
        return Judgement(caution=words(key, n=empty))
    return Judgement()


def _judge_pick(done: int, places: int, words: Words, *, blank_valid: bool) -> Judgement:
    if places and done > places:
        return Judgement(problem=words("form.toomany", n=done, m=places, d=done - places))
    if not done:
        told = words("form.nobody.valid" if blank_valid else "form.nobody")
        return Judgement(caution=told) if blank_valid else Judgement(problem=told)
    if done < places:
        return Judgement(hint=words("form.fewer", n=places - done))
    return Judgement()
