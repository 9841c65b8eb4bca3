"""Several questions in one sitting: arranged, opened together or one by one, closed, published.

Whatever is asked of a sitting is asked of each of its questions, and all of them or none follow.
"""

from collections.abc import Callable, Iterable
from typing import Any

from server.core import polls
from server.core.opening import TOGETHER, beside, opened
from server.core.roles import Actor
from server.core.ruling import Decision, no
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.ids import SeriesId, Time
from server.protocol.refusals import Code, Refusal
from server.protocol.state import MeetingState, Poll

LEAST = 2
"""A sitting of fewer questions is a poll."""


def arrange(state: MeetingState, command: c.ArrangeSeries, _actor: Actor, _now: Time) -> Decision:
    """Make these the questions of a sitting, in this order; none: each stands alone again."""
    asked = tuple(dict.fromkeys(command.polls))
    before = [poll for poll in state.polls.values() if poll.place and poll.series == command.series]
    if any(poll.state != "prepared" for poll in before):
        return no(Code.SERIES_BEGUN)
    if asked == tuple(poll.id for poll in state.questions(command.series)):
        return ()
    if asked and len(asked) < LEAST:
        return no(Code.SERIES_TOO_FEW, least=LEAST)
    for name in asked:
        if wrong := _unfit(state, name, command.series):
            return wrong
    return (e.SeriesArranged(command.series, asked),)


def _unfit(state: MeetingState, name: str, series: SeriesId) -> Refusal | None:
    poll = state.polls.get(name)
    if poll is None:
        return no(Code.POLL_UNKNOWN, poll=name)
    if poll.state != "prepared":
        return no(Code.POLL_NOT_PREPARED, poll=name)
    if poll.place and poll.series != series:
        return no(Code.SERIES_ANOTHER, question=poll.question)
    unfit = poll.rule.practice or poll.rule.form == "consensus"
    return no(Code.SERIES_UNFIT, question=poll.question) if unfit else None


def open_all(state: MeetingState, command: c.OpenSeries, _actor: Actor, now: Time) -> Decision:
    """Open every question that waits, for the same house at the same moment."""
    waiting = _those(state, command.series, "prepared", Code.SERIES_OVER)
    if isinstance(waiting, Refusal):
        return waiting
    for poll in waiting:
        if poll.rule.way not in TOGETHER:
            return no(Code.SERIES_ONE_BY_ONE, question=poll.question)
    return _each(waiting, lambda poll: beside(state, poll) or opened(state, poll, now))


def open_next(state: MeetingState, command: c.OpenNext, actor: Actor, now: Time) -> Decision:
    """Close what is open of the sitting and open the next question."""
    waiting = _those(state, command.series, "prepared", Code.SERIES_OVER)
    if isinstance(waiting, Refusal):
        return waiting
    running = _running(state, command.series)
    if other := next((poll for poll in state.open_polls() if poll not in running), None):
        return no(Code.POLL_ANOTHER_OPEN, poll=other.id)
    closed = _each(running, lambda poll: polls.close(state, c.ClosePoll(poll.id), actor, now))
    if isinstance(closed, Refusal):
        return closed
    begun = opened(state, waiting[0], now)
    return begun if isinstance(begun, Refusal) else (*closed, *begun)


def close(state: MeetingState, command: c.CloseSeries, actor: Actor, now: Time) -> Decision:
    """Close every question that is open."""
    if not state.questions(command.series):
        return no(Code.SERIES_UNKNOWN)
    running = _running(state, command.series)
    if not running:
        return no(Code.SERIES_NOT_OPEN)
    return _each(running, lambda poll: polls.close(state, c.ClosePoll(poll.id), actor, now))


def publish(state: MeetingState, command: c.PublishSeries, actor: Actor, now: Time) -> Decision:
    """Show the results of every question that is closed; nothing of it while one takes ballots."""
    running = _running(state, command.series)
    if running:
        return no(Code.SERIES_STILL_OPEN, question=running[0].question)
    shut = _those(state, command.series, "closed", Code.SERIES_NOT_CLOSED)
    if isinstance(shut, Refusal):
        return shut
    return _each(shut, lambda poll: polls.publish(state, c.PublishPoll(poll.id), actor, now))


def _running(state: MeetingState, series: SeriesId) -> tuple[Poll, ...]:
    return tuple(one for one in state.questions(series) if one.state in {"open", "paused"})


def _those(
    state: MeetingState, series: SeriesId, stage: str, none: Code
) -> tuple[Poll, ...] | Refusal:
    """Return the questions that are there; say so when the sitting or such a one is missing."""
    questions = state.questions(series)
    if not questions:
        return no(Code.SERIES_UNKNOWN)
    return tuple(one for one in questions if one.state == stage) or no(none)


def _each(questions: Iterable[Poll], answer: Callable[[Poll], Any]) -> Decision:
    """Return what happens to all of them, or the first refusal."""
    events: list[e.Event] = []
    for poll in questions:
        decided: Decision = answer(poll)
        if isinstance(decided, Refusal):
            return decided
        events += decided
    return tuple(events)
