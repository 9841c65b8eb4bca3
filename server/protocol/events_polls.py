"""What has happened to polls. Re-exported by `events`, where the union of all stands."""

from collections.abc import Mapping

from server.protocol.counts import Ballot, Excuse, ExcuseKind, Mismatch, PaperCount, Slip, Tally
from server.protocol.ids import (
    BallotId,
    Count,
    Key,
    Line,
    MaybeId,
    PersonId,
    PollId,
    SeriesId,
    Tagged,
    Text,
    Time,
)
from server.protocol.rules import Base, CandidateId, Choice, Rule


class PollPrepared(Tagged, frozen=True):
    """Officers see a poll that can be opened. `repeats`: the poll that it asks again.

    `place`: which question of its sitting it is, from 1; 0 when its place is not arranged.
    """

    poll: PollId
    item: MaybeId
    question: Line
    rule: Rule
    series: MaybeId = ""
    repeats: MaybeId = ""
    round: Count = 1
    place: Count = 0


class SeriesArranged(Tagged, frozen=True):
    """These polls, in this order, are the questions of one sitting; it had others before."""

    series: SeriesId
    polls: tuple[PollId, ...] = ()


class PersonExcused(Tagged, frozen=True):
    """A person takes no part in a poll (or, `excused` false, does again)."""

    poll: PollId
    person: PersonId
    kind: ExcuseKind = "interest"
    reason: Line = ""
    excused: bool = True


class KeysOffered(Tagged, frozen=True):
    """The openers are ready: ballots of this poll are sealed for these keys."""

    poll: PollId
    keys: tuple[Key, ...]


class PollOpened(Tagged, frozen=True):
    """Ballots are taken. Carries the whole poll, since members never saw it prepared.

    `absent`: members who are neither in the electorate nor excused. `need` is 0 while the base is
    not known before the count. `place`, `of`: question 2 of 4 of its sitting; 0 outside one.
    """

    poll: PollId
    item: MaybeId
    question: Line
    rule: Rule
    present: Count
    members: Count
    need: Count
    electorate: tuple[PersonId, ...]
    series: MaybeId = ""
    repeats: MaybeId = ""
    round: Count = 1
    bases: Mapping[Base, Count] = {}
    chair: MaybeId = ""
    excused: Mapping[PersonId, Excuse] = {}
    absent: tuple[PersonId, ...] = ()
    ends_at: Time = 0
    keys: tuple[Key, ...] = ()
    place: Count = 0
    of: Count = 0


class PollReminded(Tagged, frozen=True):
    """Whoever has not sent a ballot is asked to; nobody is named."""

    poll: PollId


class PollPaused(Tagged, frozen=True):
    """No ballot is taken; its time stands still."""

    poll: PollId


class PollResumed(Tagged, frozen=True):
    """Ballots are taken again."""

    poll: PollId


class PollExtended(Tagged, frozen=True):
    """Ballots are taken until then."""

    poll: PollId
    ends_at: Time


class BallotCast(Tagged, frozen=True):
    """A ballot counts. No audience ever receives this event; its writer has it as `Personal`."""

    poll: PollId
    person: PersonId
    ballot: BallotId
    choice: Choice
    opinion: Text = ""
    replaces: MaybeId = ""
    by_hand: bool = False
    confirmed_by: MaybeId = ""
    answers: Mapping[CandidateId, Choice] = {}
    names: tuple[CandidateId, ...] = ()
    write_ins: tuple[Line, ...] = ()
    invalid: bool = False
    on_paper: bool = False
    called: bool = False


class PersonCalled(Tagged, frozen=True):
    """In a roll call, it is this person's turn."""

    poll: PollId
    person: PersonId


class HandCountEntered(Tagged, frozen=True):
    """Raised hands were counted by `person`; waits for a second person."""

    poll: PollId
    person: PersonId
    counts: Mapping[Choice, Count]


class HandCountConfirmed(Tagged, frozen=True):
    """A second person counted the same."""

    poll: PollId
    person: PersonId


class BallotSealed(Tagged, frozen=True):
    """A person has cast a sealed ballot. Its envelope is in no event: it waits in the urn."""

    poll: PollId
    person: PersonId
    ballot: BallotId
    replaces: MaybeId = ""


class PollClosed(Tagged, frozen=True):
    """No ballot counts any more; officers see the tally. Without one it is still to be counted.

    `timed`: nobody closed it; its time was over.
    """

    poll: PollId
    tally: Tally | None = None
    timed: bool = False


class KeysLost(Tagged, frozen=True):
    """The openers' keys of a sealed poll are gone: its ballots cannot be opened."""

    poll: PollId


class TieSettled(Tagged, frozen=True):
    """Those who tied for the last places were told apart in the room; `tally` says how and who."""

    poll: PollId
    person: PersonId
    chosen: tuple[Line, ...]
    words: Line
    tally: Tally | None = None


class SealedBatchOpened(Tagged, frozen=True):
    """All sealed ballots, sorted by what they say; `unreadable` ones are invalid."""

    poll: PollId
    slips: tuple[Slip, ...]
    unreadable: Count = 0
    tally: Tally | None = None


class PaperCountOpened(Tagged, frozen=True):
    """Ballots of paper are counted."""

    poll: PollId
    printed: Count
    issued: Count
    spoiled: Count = 0
    wanted: Count = 2
    tellers: tuple[PersonId, ...] = ()


class PaperCountEntered(Tagged, frozen=True):
    """One person's count, on that device. `count` is null for who may not see it."""

    poll: PollId
    person: PersonId
    device: MaybeId = ""
    count: PaperCount | None = None


class PaperCountCompared(Tagged, frozen=True):
    """All entries that are wanted are in: where they differ, line by line; nowhere when empty."""

    poll: PollId
    mismatches: tuple[Mismatch, ...] = ()


class PaperCountReleased(Tagged, frozen=True):
    """The entries agree; the tally is fixed."""

    poll: PollId
    tally: Tally | None = None


class ConsensusRecorded(Tagged, frozen=True):
    """Agreed without a count. Carries the whole poll, since members never saw it prepared."""

    poll: PollId
    item: MaybeId
    question: Line
    rule: Rule


class PollPublished(Tagged, frozen=True):
    """All that may be seen of the poll: the tally and, in an open poll, the ballots by name."""

    poll: PollId
    tally: Tally
    ballots: Mapping[PersonId, Ballot] = {}


class PollAnnulled(Tagged, frozen=True):
    """The poll does not count, for this reason."""

    poll: PollId
    reason: Line


PollEvent = (
    PollPrepared
    | SeriesArranged
    | PersonExcused
    | KeysOffered
    | PollOpened
    | PollReminded
    | PollPaused
    | PollResumed
    | PollExtended
    | BallotCast
    | PersonCalled
    | HandCountEntered
    | HandCountConfirmed
    | BallotSealed
    | PollClosed
    | KeysLost
    | SealedBatchOpened
    | TieSettled
    | PaperCountOpened
    | PaperCountEntered
    | PaperCountCompared
    | PaperCountReleased
    | ConsensusRecorded
    | PollPublished
    | PollAnnulled
)
