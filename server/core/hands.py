"""Raised hands: counted by the secretary, confirmed by a second person who counted the same."""

from collections.abc import Mapping

from server.core.ballots import taking
from server.core.roles import Actor
from server.core.ruling import Decision, no
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.ids import PollId, Time
from server.protocol.refusals import Code, Refusal
from server.protocol.rules import options_of
from server.protocol.state import MeetingState, Poll


def record(state: MeetingState, command: c.RecordHandCount, actor: Actor, now: Time) -> Decision:
    """Take a count; one that was taken before is replaced, and waits for a second person anew."""
    poll = _counting(state, command.poll, command.counts, now)
    if isinstance(poll, Refusal):
        return poll
    return (e.HandCountEntered(poll.id, actor.person, command.counts),)


def confirm(state: MeetingState, command: c.ConfirmHandCount, actor: Actor, now: Time) -> Decision:
    """Take the same count from somebody else."""
    poll = _counting(state, command.poll, command.counts, now)
    if isinstance(poll, Refusal):
        return poll
    if poll.hands is None:
        return no(Code.HANDS_MISSING, poll=poll.id)
    if poll.hands.by == actor.person:
        return no(Code.HANDS_SAME_PERSON)
    told, known = command.counts, poll.hands.counts
    if any(told.get(one, 0) != known.get(one, 0) for one in {*told, *known}):
        return no(Code.HANDS_DIFFER)
    done = poll.hands.confirmed_by == actor.person
    return () if done else (e.HandCountConfirmed(poll.id, actor.person),)


def _counting(
    state: MeetingState, poll: PollId, counts: Mapping[str, int], now: Time
) -> Poll | Refusal:
    """Return the poll when hands are counted in it and so many can have been raised."""
    known = taking(state, poll, now)
    if isinstance(known, Refusal):
        return known
    if known.rule.way != "hands":
        return no(Code.POLL_NOT_BY_HANDS, poll=poll)
    for choice in counts:
        if choice not in {option.id for option in options_of(known.rule)}:
            return no(Code.BALLOT_CHOICE_UNKNOWN, choice=choice)
    hands, people = sum(counts.values()), len(known.electorate)
    return known if hands <= people else no(Code.HANDS_TOO_MANY, hands=hands, people=people)
