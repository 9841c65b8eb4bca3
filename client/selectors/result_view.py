"""What the picture of a result shows."""

from dataclasses import dataclass
from typing import Literal

Picture = Literal["share", "people", "survey", "steps", "options", "consensus"]
"""share: one question; people: candidates with their ballots; survey: levels of confidence;
steps: a disciplinary ballot added up; options: a question without pass or fail."""
Kind = Literal[
    "for", "against", "other", "abstain", "high", "medium", "low", "plain", "blank", "missing"
]


@dataclass(frozen=True, slots=True)
class Part:
    """A segment of the result bar: `kind` gives colour and icon."""

    kind: Kind
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Names:
    """Those who chose one thing, in Vietnamese order."""

    kind: Kind
    label: str
    count: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One candidate, measure or answer: its bar over `base`, and what became of it.

    `need` draws the threshold (0: none); `status` is a chip of that `tone`, empty for none.
    """

    name: str
    count: str
    percent: str
    parts: tuple[tuple[str, int], ...]
    base: int
    need: int
    status: str
    tone: Literal["grn", "lac", "amb", "neutral"]
    icon: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure beside a result."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class ResultView:
    """A closed or published poll, with its denominator in words.

    `tone` and `icon` are those of the verdict. `lines` are for the pictures that have a list.
    """

    poll: str
    item_line: str
    question: str
    closed: str
    passed: bool
    verdict: str
    percent: str
    of: str
    need: str
    line_label: str
    line_share: float
    base_count: int
    parts: tuple[Part, ...]
    second: str
    quorum: str
    names: tuple[Names, ...]
    published: bool
    picture: Picture = "share"
    tone: Literal["grn", "lac", "blu"] = "grn"
    icon: str = "check"
    lines: tuple[Line, ...] = ()
    facts: tuple[Fact, ...] = ()
    sealed: bool = False
    how: str = ""
    why: tuple[str, ...] = ()
    """The result explained, a sentence each."""
