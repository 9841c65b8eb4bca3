"""Ballots and what is counted from them. Integers only; percentages are in hundredths."""

from collections.abc import Mapping
from typing import Literal

from server.protocol.ids import (
    BallotId,
    Count,
    Line,
    MaybeId,
    Part,
    PersonId,
    Text,
    Time,
)
from server.protocol.rules import Base, CandidateId, Choice, Decides, Form

ExcuseKind = Literal["interest", "absence", "rule"]
"""interest: a conflict of interest; absence: absent for a reason that the regulation takes out of
the base; rule: not counted by another rule."""
CountField = Literal["returned", "valid", "invalid", "reason", "choice", "row", "write_in"]


class Slip(Part, frozen=True):
    """What a ballot says, without whose it is: one choice, or one for each candidate, or names.

    `invalid`: the person was told that it is invalid and sent it.
    """

    choice: Choice = ""
    opinion: Text = ""
    answers: Mapping[CandidateId, Choice] = {}
    names: tuple[CandidateId, ...] = ()
    write_ins: tuple[Line, ...] = ()
    invalid: bool = False


class Ballot(Part, frozen=True):
    """The answer of one person that counts. `by_hand`: written by an officer, seen by another.

    `on_paper`: written for somebody without a tablet; `called`: given when called by name. The
    other keys are those of a Slip.
    """

    id: BallotId
    choice: Choice
    at: Time
    opinion: Text = ""
    by_hand: bool = False
    confirmed_by: MaybeId = ""
    answers: Mapping[CandidateId, Choice] = {}
    names: tuple[CandidateId, ...] = ()
    write_ins: tuple[Line, ...] = ()
    invalid: bool = False
    on_paper: bool = False
    called: bool = False

    def slip(self) -> Slip:
        """Return what it says, without whose it is."""
        return Slip(
            self.choice, self.opinion, self.answers, self.names, self.write_ins, self.invalid
        )


class Excuse(Part, frozen=True):
    """Why a person is taken out of one poll."""

    kind: ExcuseKind = "interest"
    reason: Line = ""


class Excluded(Part, frozen=True):
    """A person who was taken out of the poll, and why."""

    person: PersonId
    kind: ExcuseKind
    reason: Line = ""


class Cast(Part, frozen=True):
    """That a person has cast a sealed ballot, and when: nothing of what it says."""

    ballot: BallotId
    at: Time


class HandCount(Part, frozen=True):
    """Raised hands, counted by one person; it counts once a second has confirmed it."""

    counts: Mapping[Choice, Count]
    by: PersonId
    at: Time
    confirmed_by: MaybeId = ""


class PaperCount(Part, frozen=True):
    """What one teller counted: `counts` of a single question, or `rows` for each candidate.

    A row holds each choice and `not_counted` (or `blank`); in an election with surplus only `for`.
    `reasons`: invalid ballots by why. `write_ins`: names written in, by how many.
    """

    returned: Count
    valid: Count
    invalid: Count = 0
    reasons: Mapping[Line, Count] = {}
    counts: Mapping[Choice, Count] = {}
    rows: Mapping[CandidateId, Mapping[Choice, Count]] = {}
    write_ins: Mapping[Line, Count] = {}


class PaperEntry(Part, frozen=True):
    """One independent entry. `count` is null for who may not see it before all are in."""

    device: MaybeId
    at: Time
    count: PaperCount | None = None


class Mismatch(Part, frozen=True):
    """A line on which the entries differ; `name`: the candidate, reason or written name."""

    field: CountField
    name: Line = ""
    choice: Choice = ""
    values: Mapping[PersonId, Count] = {}


class Board(Part, frozen=True):
    """The count of paper ballots: what was given out, who counts, and the entries so far."""

    printed: Count
    issued: Count
    spoiled: Count = 0
    wanted: Count = 2
    tellers: tuple[PersonId, ...] = ()
    entries: Mapping[PersonId, PaperEntry] = {}
    mismatches: tuple[Mismatch, ...] = ()
    compared: bool = False
    """All entries that are wanted are in; they agree when `mismatches` is empty."""


class Row(Part, frozen=True):
    """One person in the result; the order of rows is that of the result.

    `counts`: by choice, and `not_counted` or `blank`. `percent`: of the deciding choice, of the
    tally's base. `over`: reached the threshold. `rank`: from 1, equal for equals; 0 in a survey.
    `tied`: voted on again, or to be told apart in the room. `drawn`: told apart there, and elected.
    `flags`: how many of the rule's flags are reached. `candidate` is empty for a name that was
    written in.
    """

    name: Line
    candidate: MaybeId = ""
    counts: Mapping[Choice, Count] = {}
    percent: Count = 0
    second_percent: Count = 0
    over: bool = False
    elected: bool = False
    tied: bool = False
    rank: Count = 0
    flags: Count = 0
    drawn: bool = False


class Step(Part, frozen=True):
    """One measure of a disciplinary ballot: its own count, with the heavier ones, what it needs."""

    choice: Choice
    count: Count
    total: Count
    need: Count
    reached: bool = False


class Tally(Part, frozen=True):
    """A counted poll; integers only. Percentages are hundredths of a percent, rounded half up.

    `need` is the least number in favour that passes; `missing` counts those of the base who are
    not accounted for by a ballot; `second_*` is the other base, for information. `bases`: every
    denominator. `outcome`: the choice that won. `elected` of `places`; `steps`: how a disciplinary
    ballot was added up; `invalid_reasons`: by refusal code, or in a teller's words; `silent`: had a
    ballot and sent none; `absent`: members who had none; `excluded`: taken out, with reasons.
    `by_chair`: a tie that whoever presided decided. `settled`: how those who tied for the last
    places were told apart in the room, in the words of `settled_by`.
    """

    counts: Mapping[Choice, Count]
    base: Base
    base_count: Count
    present: Count
    members: Count
    need: Count
    passed: bool
    percent: Count
    second_percent: Count
    missing: Count
    quorum_need: Count
    form: Form = "open"
    decides: Decides = "share"
    second_base: Base = "present"
    second_count: Count = 0
    bases: Mapping[Base, Count] = {}
    outcome: Choice = ""
    rows: tuple[Row, ...] = ()
    places: Count = 0
    elected: Count = 0
    steps: tuple[Step, ...] = ()
    printed: Count = 0
    issued: Count = 0
    spoiled: Count = 0
    unused: Count = 0
    returned: Count = 0
    not_returned: Count = 0
    valid: Count = 0
    invalid: Count = 0
    invalid_reasons: Mapping[Line, Count] = {}
    sent_in: Count = 0
    silent: tuple[PersonId, ...] = ()
    absent: tuple[PersonId, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    by_chair: bool = False
    settled: Line = ""
    settled_by: MaybeId = ""

    @property
    def quorum_met(self) -> bool:
        """Whether enough were present."""
        return self.present >= self.quorum_need

    def left_by(self, row: Row) -> bool:
        """Say whether this person tied with somebody who was drawn, and was not."""
        votes = row.counts.get("for", 0)
        return not row.elected and any(
            one.drawn and one.counts.get("for", 0) == votes for one in self.rows
        )

    @property
    def tied(self) -> tuple[Row, ...]:
        """Those among whom is voted again for the places that are left."""
        return tuple(row for row in self.rows if row.tied)
