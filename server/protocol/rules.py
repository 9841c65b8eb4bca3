"""How a poll is asked and counted: its form, its choices, its base and what decides it. Pure data.

Forms and bases are those of the voting rules; nothing here is law: every figure is a setting of the
body, with the citation that the body goes by.
"""

from typing import Annotated, Literal

from msgspec import Meta

from server.protocol.ids import Count, Line, MaybeId, Part, Time

Form = Literal[
    "open",
    "council",
    "procedural",
    "consensus",
    "secret",
    "election_surplus",
    "election",
    "nomination",
    "confidence_survey",
    "confidence",
    "discipline",
    "written",
    "quick",
]
"""Biểu quyết công khai · at a People's Council · thủ tục · thống nhất thông qua · bỏ phiếu kín ·
bầu có số dư · bầu không có số dư · giới thiệu · lấy phiếu tín nhiệm · bỏ phiếu tín nhiệm ·
kỷ luật · xin ý kiến bằng văn bản · lấy ý kiến nhanh."""
Base = Literal[
    "members_total",
    "members_counted",
    "summoned",
    "summoned_adjusted",
    "present",
    "issued",
    "returned",
    "valid",
]
"""What a share is a share of. `present` and all before it are frozen when the poll opens."""
Way = Literal["tablet", "paper", "hands", "roll_call"]
"""How answers come in: each tablet; ballots of paper, counted by tellers; hands, counted by the
secretary and a second person; each person called by name, written down by an officer."""
Secrecy = Literal["open", "sealed"]
"""open: by name (or, on paper, as the body does it); sealed: on tablets, nobody learns who chose
what."""
Decides = Literal["share", "plurality", "none"]
"""share: the threshold; plurality: the highest, or the N highest; none: nothing passes or fails."""
Tie = Literal["again", "chair", "none", "lot", "senior"]
"""again: those who tie are voted on again, where the higher wins; chair: exactly half of the base
passes when whoever presides is in favour; none: a tie stays as it is; lot, senior: of those who tie
for the last place, whoever is drawn by lot in the room, or is the oldest, is elected: whoever
presides says who and how, and the record keeps it."""
SETTLED: frozenset[Tie] = frozenset({"lot", "senior"})
"""Ties of persons that are told apart in the room, without another ballot."""
Choice = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{0,64}\Z")]
"""The key of an answer: `for`, `against`, `other`, `abstain`, `high`, … or one of the rule's own.
Empty: no answer, in a poll about persons."""
CandidateId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z")]

CHOICES: tuple[Literal["for", "against", "other"], ...] = ("for", "against", "other")
"""The answers of an open vote."""


class Threshold(Part, frozen=True):
    """More than (or, not strict, at least) numerator/denominator of the base."""

    numerator: Count = 1
    denominator: Count = 2
    strict: bool = True


class Option(Part, frozen=True):
    """One answer. Without a text its label is the catalogue's word for that key in that form.

    `threshold`: needs another share than the rule's (expulsion: at least 2/3). `opinion`: the
    person may add a text.
    """

    id: Choice
    text: Line = ""
    opinion: bool = False
    threshold: Threshold | None = None


class Candidate(Part, frozen=True):
    """Somebody who is voted on. `person`: who they are on the roll, when they are."""

    id: CandidateId
    name: Line
    post: Line = ""
    person: MaybeId = ""


class Rule(Part, frozen=True):
    """How a poll is counted. Locked when the poll opens. All figures are the body's settings.

    `second`: the base of the percentage for information; empty: the one of `members_total` and
    `present` that does not decide. `quorum` is a share of `quorum_base`. `options`: empty for those
    of the form. `places`: how many are elected, or may be named. `seats`: filled seats of the body
    when they are not those on the roll. `flags`: shares of low confidence that are pointed out.
    `seconds`: time limit, 0 for none; `deadline`: when written opinions are due, 0 for never.
    `deputies`: someone in the place of an absent member may cast. `sent_in`: opinions that absent
    members sent in writing count. `blank_valid`: a ballot that names nobody is valid.
    """

    base: Base = "members_total"
    threshold: Threshold = Threshold()
    quorum: Threshold = Threshold(2, 3, strict=False)
    quorum_blocks: bool = True
    may_change: bool = True
    citation: Line = ""
    form: Form = "open"
    secrecy: Secrecy = "open"
    way: Way = "tablet"
    decides: Decides = "share"
    second: Base | Literal[""] = ""
    quorum_base: Base = "members_total"
    options: tuple[Option, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    places: Count = 0
    write_ins: bool = False
    tie: Tie = "again"
    show_running: bool = False
    seconds: Count = 0
    deadline: Time = 0
    seats: Count = 0
    flags: tuple[Threshold, ...] = ()
    deputies: bool = False
    sent_in: bool = False
    blank_valid: bool = True
    practice: bool = False


_FOR_OR_NOT = (Option("for"), Option("against"))
_OPEN = (*_FOR_OR_NOT, Option("other", opinion=True))
OPTIONS: dict[Form, tuple[Option, ...]] = {
    "open": _OPEN,
    "council": (*_FOR_OR_NOT, Option("abstain")),
    "procedural": _OPEN,
    "consensus": (),
    "secret": _FOR_OR_NOT,
    "election_surplus": (Option("for"),),
    "election": _FOR_OR_NOT,
    "nomination": (Option("for"),),
    "confidence_survey": (Option("high"), Option("medium"), Option("low")),
    "confidence": _FOR_OR_NOT,
    "discipline": (
        Option("expel", threshold=Threshold(2, 3, strict=False)),
        Option("dismiss"),
        Option("warn"),
        Option("reprimand"),
        Option("no_discipline"),
    ),
    "written": _OPEN,
    "quick": _FOR_OR_NOT,
}
"""The answers of each form, in the order of the ballot; of discipline, the heaviest first."""

NAMING: frozenset[Form] = frozenset({"election_surplus", "nomination"})
"""Forms whose ballot names up to `places` of the candidates."""
PER_PERSON: frozenset[Form] = frozenset({"election", "confidence_survey", "confidence"})
"""Forms whose ballot answers for each candidate, when the rule has candidates."""


def options_of(rule: Rule) -> tuple[Option, ...]:
    """Return the answers that a ballot under this rule may hold, in order."""
    return rule.options or OPTIONS[rule.form]


def names_people(rule: Rule) -> bool:
    """Say whether a ballot holds `names` (and perhaps write-ins)."""
    return rule.form in NAMING


def answers_each(rule: Rule) -> bool:
    """Say whether a ballot holds `answers`, one for each candidate."""
    return rule.form in PER_PERSON and bool(rule.candidates)


def second_base(rule: Rule) -> Base:
    """Return the base of the percentage that is shown for information."""
    if rule.second:
        return rule.second
    return "present" if rule.base == "members_total" else "members_total"
