"""What a person may ask about polls. Re-exported by `commands`, where the union of all stands."""

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta

from server.protocol.counts import ExcuseKind, PaperCount, Slip
from server.protocol.ids import (
    BallotId,
    Count,
    Envelope,
    Key,
    Line,
    MaybeId,
    PersonId,
    PollId,
    SeriesId,
    Tagged,
    Text,
)
from server.protocol.rules import CandidateId, Choice, Rule

Names = Annotated[tuple[CandidateId, ...], Meta(max_length=200)]
WriteIns = Annotated[tuple[Line, ...], Meta(max_length=200)]
Questions = Annotated[tuple[PollId, ...], Meta(max_length=60)]


class PreparePoll(Tagged, frozen=True):
    """Officers: a poll that can be opened; preparing it again changes it. A practice needs no item.

    `series`: questions of one sitting share it.
    """

    poll: PollId
    item: MaybeId
    question: Line
    rule: Rule = Rule()
    series: MaybeId = ""


class ExcusePerson(Tagged, frozen=True):
    """Officers: a person takes no part in a poll that is not open yet; `excused` false: does."""

    poll: PollId
    person: PersonId
    kind: ExcuseKind = "interest"
    reason: Line = ""
    excused: bool = True


class OfferKeys(Tagged, frozen=True):
    """The server's openers: what tablets seal this poll's ballots for, the first opener's first."""

    poll: PollId
    keys: tuple[Key, ...]


class OpenPoll(Tagged, frozen=True):
    """Officers: take ballots. Locks the rule, freezes who is present and who may cast."""

    poll: PollId


class RemindPoll(Tagged, frozen=True):
    """Officers: remind those who have not sent a ballot of the open poll; not again within 20 s."""

    poll: PollId


class PausePoll(Tagged, frozen=True):
    """Officers: hold; no ballot is taken."""

    poll: PollId


class ResumePoll(Tagged, frozen=True):
    """Officers: take ballots again."""

    poll: PollId


class ExtendPoll(Tagged, frozen=True):
    """Officers: more time, from its end or, when that is past, from now."""

    poll: PollId
    seconds: Annotated[int, Meta(ge=1, le=1_000_000)]


class ClosePoll(Tagged, frozen=True):
    """Officers: no ballot counts after this; the tally is fixed."""

    poll: PollId


class EndPoll(Tagged, frozen=True):
    """The server's clock: its time is over and nobody extended it. Before, nothing happens."""

    poll: PollId


class ReportLostKeys(Tagged, frozen=True):
    """The server's openers: the keys of this sealed poll are gone; its ballots stay sealed."""

    poll: PollId


class SettleTie(Tagged, frozen=True):
    """Whoever presides: who of those tied was drawn by lot (or is the oldest), and how it was done.

    `chosen`: candidates' ids, or the names of those written in; as many as there are places left.
    """

    poll: PollId
    chosen: tuple[Line, ...]
    words: Line


class PublishPoll(Tagged, frozen=True):
    """Officers: everyone may see the result of a closed poll."""

    poll: PollId


class AnnulPoll(Tagged, frozen=True):
    """Officers: hủy; a closed poll is never edited, only annulled and repeated. Needs a reason."""

    poll: PollId
    reason: Line


class RepeatPoll(Tagged, frozen=True):
    """Officers: ask again: an annulled poll as it was; after a tie, among those who tied.

    `candidates`: for places that are left, among these of those who were not elected.
    """

    poll: PollId
    repeat: PollId
    question: Line = ""
    candidates: tuple[CandidateId, ...] = ()


class ArrangeSeries(Tagged, frozen=True):
    """Officers: these polls, in this order, are the questions of one sitting; none: no more.

    For as long as none of them has been open.
    """

    series: SeriesId
    polls: Questions = ()


class OpenSeries(Tagged, frozen=True):
    """Officers: all questions of a sitting that are not open yet take ballots at once."""

    series: SeriesId


class OpenNext(Tagged, frozen=True):
    """Officers: close the question of a sitting that is open, and open the one after it."""

    series: SeriesId


class CloseSeries(Tagged, frozen=True):
    """Officers: close every open question of a sitting: all of them, or none."""

    series: SeriesId


class PublishSeries(Tagged, frozen=True):
    """Officers: publish every closed question of a sitting: all of them, or none."""

    series: SeriesId


class CastBallot(Tagged, frozen=True):
    """A person of the electorate. `replaces` names the ballot that it takes the place of.

    `choice` is empty when the poll is about persons; `invalid`: the person was told that this
    ballot is invalid and sends it all the same.
    """

    poll: PollId
    ballot: BallotId
    choice: Choice
    opinion: Text = ""
    replaces: MaybeId = ""
    answers: Mapping[CandidateId, Choice] = {}
    names: Names = ()
    write_ins: WriteIns = ()
    invalid: bool = False

    def slip(self) -> Slip:
        """Return what it says, without whose it is."""
        return Slip(
            self.choice, self.opinion, self.answers, self.names, self.write_ins, self.invalid
        )


class RecordBallot(Tagged, frozen=True):
    """Secretary: a ballot by hand for a person whose tablet died; the chair confirmed it.

    `on_paper`: of somebody without a tablet, or sent in by somebody absent. In a roll call: of the
    person called, by any officer.
    """

    poll: PollId
    ballot: BallotId
    person: PersonId
    choice: Choice
    opinion: Text = ""
    replaces: MaybeId = ""
    answers: Mapping[CandidateId, Choice] = {}
    names: Names = ()
    write_ins: WriteIns = ()
    invalid: bool = False
    on_paper: bool = False

    def slip(self) -> Slip:
        """Return what it says, without whose it is."""
        return Slip(
            self.choice, self.opinion, self.answers, self.names, self.write_ins, self.invalid
        )


class CallPerson(Tagged, frozen=True):
    """Officers, in a roll call: this person answers now."""

    poll: PollId
    person: PersonId


class RecordHandCount(Tagged, frozen=True):
    """Secretary: how many hands were raised. A second person confirms it."""

    poll: PollId
    counts: Mapping[Choice, Count]


class ConfirmHandCount(Tagged, frozen=True):
    """A second officer, who counted the same; other figures are refused."""

    poll: PollId
    counts: Mapping[Choice, Count]


class RecordConsensus(Tagged, frozen=True):
    """Officers: thống nhất thông qua; no numbers are invented."""

    poll: PollId


class OpenPaperCount(Tagged, frozen=True):
    """Officers: a closed poll on paper is counted; what was printed, given out and exchanged.

    `wanted` independent entries must agree. `tellers` may make them, besides the officers.
    """

    poll: PollId
    printed: Count
    issued: Count
    spoiled: Count = 0
    wanted: Annotated[int, Meta(ge=2, le=3)] = 2
    tellers: tuple[PersonId, ...] = ()


class EnterPaperCount(Tagged, frozen=True):
    """A teller or officer: what this person counted, on a device of their own. Again: corrected."""

    poll: PollId
    count: PaperCount


class ReleasePaperCount(Tagged, frozen=True):
    """Officers: the entries agree; the tally is made from them."""

    poll: PollId


class SealBallot(Tagged, frozen=True):
    """A person of the electorate of a sealed poll. The envelope is kept apart from who sent it.

    Again, with `replaces`: the envelope takes the place of the one before.
    """

    poll: PollId
    ballot: BallotId
    envelope: Envelope
    replaces: MaybeId = ""


class OpenSealedBatch(Tagged, frozen=True):
    """The server's openers, after the close: all ballots, sorted, of which nobody knows whose."""

    poll: PollId
    slips: tuple[Slip, ...]
    unreadable: Count = 0


PollCommand = (
    PreparePoll
    | ExcusePerson
    | OfferKeys
    | OpenPoll
    | RemindPoll
    | PausePoll
    | ResumePoll
    | ExtendPoll
    | ClosePoll
    | EndPoll
    | ReportLostKeys
    | SettleTie
    | PublishPoll
    | AnnulPoll
    | RepeatPoll
    | ArrangeSeries
    | OpenSeries
    | OpenNext
    | CloseSeries
    | PublishSeries
    | CastBallot
    | RecordBallot
    | CallPerson
    | RecordHandCount
    | ConfirmHandCount
    | RecordConsensus
    | OpenPaperCount
    | EnterPaperCount
    | ReleasePaperCount
    | SealBallot
    | OpenSealedBatch
)
