"""Playing a record again by the rules: every ballot, opening and tally must be what they decide.

Each event of a poll is turned back into the command that asked for it, and decided once more. What
a tally says is thereby counted anew from the ballots before it.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from server.core import recheck
from server.core.decide import decide
from server.core.roles import Actor
from server.core.tally import count
from server.core.ties import key_of, with_chosen
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.fold import apply, begin
from server.protocol.refusals import Code, Refusal
from server.protocol.state import MeetingState, Poll, Tally
from server.record.findings import Fault, Finding

_LATE = frozenset(
    {
        Code.POLL_CLOSED,
        Code.POLL_NOT_OPEN,
        Code.POLL_PAUSED,
        Code.POLL_ANNULLED,
        Code.POLL_UNKNOWN,
        Code.MEETING_CLOSED,
        Code.MEETING_NOT_OPEN,
        Code.POLL_NOT_PREPARED,
    }
)
_TWICE = frozenset({Code.BALLOT_EXISTS, Code.BALLOT_FINAL, Code.BALLOT_SUPERSEDED})
_NO_RIGHT = frozenset({Code.NO_BALLOT_RIGHT, Code.NOT_ALLOWED})
_SEALED = "A"
"""Stands in for an envelope, which is in no event."""
_OLD_TALLY = (
    "counts",
    "base",
    "base_count",
    "present",
    "members",
    "need",
    "passed",
    "percent",
    "second_percent",
    "missing",
    "quorum_need",
)
_OLD_OPENING = ("poll", "item", "question", "rule", "present", "members", "need", "electorate")
"""What the first release wrote: only that is compared in a record of its time."""


class Replay:
    """One record, entry by entry."""

    def __init__(self) -> None:
        """Begin before the first entry."""
        self.state: MeetingState | None = None
        self.partial = False
        """Entries are left out: what members are not told is not decided again."""
        self._expected: tuple[e.Event, ...] = ()

    def take(self, record: e.Record) -> Finding | None:
        """Take the next entry; say what the rules hold against it. The state goes on all the same.

        Raises ValueError when the first entry makes no meeting.
        """
        if self.state is None:
            if not isinstance(record.event, e.MeetingCreated):
                raise ValueError("a meeting begins with MeetingCreated")
            self.state = begin(record.event)
            return None
        found = self._check(self.state, record)
        self.state = apply(self.state, record.entry())
        return found

    def _check(self, state: MeetingState, record: e.Record) -> Finding | None:
        if self.partial and not _is_told_whole(state, record.event):
            return _as_published(state, record)
        expected, self._expected = self._expected, ()
        if isinstance(record.event, e.PaperCountCompared):
            same = expected[:1] == (record.event,)
            return None if same else _wrong(state, record, "sums")
        ask = _COMMANDS.get(type(record.event))
        if ask is None:
            return None
        command = ask(record.event)
        who = Actor(_person(record), record.device, secretary=True, opener=True, clock=True)
        decision = decide(state, command, who, record.at)
        if isinstance(decision, Refusal):
            return _refused(state, record, decision)
        self._expected = decision[1:]
        return _compared(state, record, decision[0] if decision else None)


def _person(record: e.Record) -> str:
    """Who gave the command: the writer of a ballot, whoever else stands in the entry."""
    event = record.event
    if isinstance(event, e.BallotCast) and not (event.by_hand or event.on_paper or event.called):
        return event.person
    if isinstance(
        event,
        e.BallotSealed
        | e.PaperCountEntered
        | e.HandCountEntered
        | e.HandCountConfirmed
        | e.TieSettled,
    ):
        return event.person
    return record.by


def _cast(event: e.BallotCast) -> c.Command:
    told = {
        "poll": event.poll,
        "ballot": event.ballot,
        "choice": event.choice,
        "opinion": event.opinion,
        "replaces": event.replaces,
        "answers": event.answers,
        "names": event.names,
        "write_ins": event.write_ins,
        "invalid": event.invalid,
    }
    if event.by_hand or event.on_paper or event.called:
        return c.RecordBallot(person=event.person, on_paper=event.on_paper, **told)  # type: ignore[arg-type]
    return c.CastBallot(**told)  # type: ignore[arg-type]


_COMMANDS: dict[type, Callable[[Any], c.Command]] = {
    e.PollOpened: lambda event: c.OpenPoll(event.poll),
    e.PollPaused: lambda event: c.PausePoll(event.poll),
    e.PollResumed: lambda event: c.ResumePoll(event.poll),
    e.BallotCast: _cast,
    e.BallotSealed: lambda event: c.SealBallot(event.poll, event.ballot, _SEALED, event.replaces),
    e.PollClosed: lambda event: (c.EndPoll if event.timed else c.ClosePoll)(event.poll),
    e.TieSettled: lambda event: c.SettleTie(event.poll, event.chosen, event.words),
    e.SealedBatchOpened: lambda event: c.OpenSealedBatch(event.poll, event.slips, event.unreadable),
    e.HandCountEntered: lambda event: c.RecordHandCount(event.poll, event.counts),
    e.PaperCountEntered: lambda event: c.EnterPaperCount(event.poll, event.count),
    e.PaperCountReleased: lambda event: c.ReleasePaperCount(event.poll),
    e.ConsensusRecorded: lambda event: c.RecordConsensus(event.poll),
    e.PollPublished: lambda event: c.PublishPoll(event.poll),
    e.PollAnnulled: lambda event: c.AnnulPoll(event.poll, event.reason),
}


# ---- naming what is wrong ------------------------------------------------------------------------


def _names(state: MeetingState, record: e.Record) -> dict[str, str | int]:
    event: Any = record.event
    poll = state.polls.get(event.poll)
    who = state.roll.get(getattr(event, "person", ""))
    return {
        "seq": record.seq,
        "poll": poll.question if poll else event.poll,
        "person": who.name if who else getattr(event, "person", ""),
    }


def _wrong(state: MeetingState, record: e.Record, reason: str) -> Finding:
    return Finding(Fault.POLL_WRONG, {**_names(state, record), "reason": reason})


def _refused(state: MeetingState, record: e.Record, refusal: Refusal) -> Finding:
    named = _names(state, record)
    if isinstance(record.event, e.BallotCast | e.BallotSealed):
        code = refusal.code
        if code in _LATE:
            return Finding(Fault.BALLOT_LATE, named)
        if code in _TWICE:
            return Finding(Fault.BALLOT_TWICE, named)
        if code in _NO_RIGHT:
            return Finding(Fault.BALLOT_WITHOUT_RIGHT, named)
        return Finding(Fault.BALLOT_WRONG, {**named, "reason": code})
    return _wrong(state, record, refusal.code)


def _compared(state: MeetingState, record: e.Record, true: e.Event | None) -> Finding | None:
    """Compare an event with what the rules decide."""
    said, named = record.event, _names(state, record)
    if isinstance(said, e.PollOpened) and isinstance(true, e.PollOpened):
        names = None if said.bases else _OLD_OPENING
        field = _first_field(said, true, names)
        return Finding(Fault.OPENING_WRONG, {**named, "field": field}) if field else None
    if said == true:
        return None
    counted = e.PollClosed | e.SealedBatchOpened | e.PaperCountReleased
    if true is not None and isinstance(said, counted):
        return _tallied(said, true, named)
    if isinstance(said, e.PollPublished):
        return Finding(Fault.PUBLISHED_WRONG, named)
    if isinstance(said, e.BallotCast):
        return Finding(Fault.BALLOT_WRONG, {**named, "reason": _first_field(said, true) or "?"})
    return _wrong(state, record, _first_field(said, true) or "?")


def _tallied(
    said: e.PollClosed | e.SealedBatchOpened | e.PaperCountReleased,
    true: e.Event | None,
    named: dict[str, str | int],
) -> Finding | None:
    counted = getattr(true, "tally", None)
    if said.tally is None or counted is None:
        if said.tally is counted:
            return None
        there: dict[str, str | int] = {"said": int(said.tally is not None)}
        there |= {"field": "tally", "true": int(counted is not None)}
        return Finding(Fault.TALLY_WRONG, {**named, **there})
    return _tallies(said.tally, counted, named)


def _is_by_name(poll: Poll | None) -> bool:
    """Say whether the ballots of a poll are told by name once it is published."""
    rule = poll.rule if poll is not None else None
    return rule is not None and rule.secrecy == "open" and rule.way in {"tablet", "roll_call"}


def _is_told_whole(state: MeetingState, event: e.Event) -> bool:
    """Say whether a record with entries left out holds all that this step is decided from."""
    told = isinstance(event, e.BallotCast | e.PollClosed | e.TieSettled)
    return told and _is_by_name(state.polls.get(getattr(event, "poll", "")))


def _as_published(state: MeetingState, record: e.Record) -> Finding | None:
    """Check what members are told: openings against the roll, results against their ballots.

    Where ballots are nobody's by name, a result is held against its own figures.
    """
    said = record.event
    if isinstance(said, e.PollOpened):
        field = recheck.wrong_opening(state, said)
        named = {**_names(state, record), "poll": said.question, "field": field}
        return Finding(Fault.OPENING_WRONG, named) if field else None
    poll = state.polls.get(said.poll) if isinstance(said, e.PollPublished) else None
    if poll is None or not isinstance(said, e.PollPublished):
        return None
    if _is_by_name(poll):
        if said.ballots != poll.ballots:
            return Finding(Fault.PUBLISHED_WRONG, _names(state, record))
        counted = count(poll)
    elif broken := recheck.broken_sum(poll, said.tally):
        return _wrong(state, record, broken.code)
    else:
        counted = recheck.follows(poll, said.tally)
    if said.tally.settled:
        drawn = tuple(key_of(row) for row in said.tally.rows if row.drawn)
        counted = with_chosen(counted, drawn, said.tally.settled, said.tally.settled_by)
    return _tallies(said.tally, counted, _names(state, record))


def _tallies(said: Tally, counted: Tally, named: dict[str, str | int]) -> Finding | None:
    names = None if said.bases else _OLD_TALLY
    field = _first_field(said, counted, names)
    if not field:
        return None
    told, right = getattr(said, field), getattr(counted, field)
    if isinstance(told, dict) and isinstance(right, dict):
        keys = (
            key for key in sorted(told.keys() | right.keys()) if told.get(key) != right.get(key)
        )
        key = next(keys)
        field, told, right = f"{field}.{key}", told.get(key, 0), right.get(key, 0)
    values = {"field": field, "said": _shown(told), "true": _shown(right)}
    return Finding(Fault.TALLY_WRONG, {**named, **values})


def _first_field(said: Any, true: Any, names: tuple[str, ...] | None = None) -> str:
    """Name the first field in which two values of one type differ; empty when none does."""
    if type(said) is not type(true):
        return type(said).__name__
    every = names or tuple(field.name for field in msgspec.structs.fields(said))
    return next((name for name in every if getattr(said, name) != getattr(true, name)), "")


def _shown(value: Any) -> str:
    text = msgspec.json.encode(value).decode() if not isinstance(value, str) else value
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"


_LONG = 60
