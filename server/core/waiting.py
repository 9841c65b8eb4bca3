"""What is done about a poll that waits: for ballots, for the end of its time, for lost keys."""

from msgspec.structs import replace

from server.core import polls
from server.core.ballots import running, taking
from server.core.roles import Actor
from server.core.ruling import Decision, no
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.ids import Time
from server.protocol.refusals import Code, Refusal
from server.protocol.state import MeetingState

REMIND_MS = 20_000
"""The least time between two reminders of one poll."""


def remind(state: MeetingState, command: c.RemindPoll, _actor: Actor, now: Time) -> Decision:
    """Ask those who have not sent a ballot to do so; nothing happens when all have."""
    poll = taking(state, command.poll, now)
    if isinstance(poll, Refusal):
        return poll
    if poll.rule.way != "tablet":
        return no(Code.POLL_NOT_ON_TABLETS, poll=poll.id, way=poll.rule.way)
    if poll.keys_lost:
        return no(Code.SEALED_KEYS_LOST, poll=poll.id)
    rest = poll.reminded_at + REMIND_MS - now if poll.reminded_at else 0
    if rest > 0:
        return no(Code.POLL_REMINDED, poll=poll.id, seconds=-(-rest // 1000))
    sent = poll.cast or poll.ballots
    silent = any(person not in sent for person in poll.electorate)
    return (e.PollReminded(poll.id),) if silent else ()


def end(state: MeetingState, command: c.EndPoll, actor: Actor, now: Time) -> Decision:
    """Close a poll whose time is over; on hold its time stands still.

    What a person could not close, the clock cannot: too few sealed ballots, hands that nobody has
    confirmed. Such a poll takes no ballots and waits for the officers.
    """
    poll = running(state, command.poll)
    if isinstance(poll, Refusal):
        return poll
    if not poll.ends_at or poll.state == "paused" or now <= poll.ends_at:
        return ()
    closing = polls.close(state, c.ClosePoll(poll.id), actor, now)
    if isinstance(closing, Refusal):
        return closing
    return tuple(
        replace(one, timed=True) if isinstance(one, e.PollClosed) else one for one in closing
    )


def lose_keys(state: MeetingState, command: c.ReportLostKeys, _a: Actor, _now: Time) -> Decision:
    """Take that the sealed ballots of a poll cannot be opened; once is enough."""
    poll = state.polls.get(command.poll)
    if poll is None:
        return no(Code.POLL_UNKNOWN, poll=command.poll)
    if poll.rule.secrecy != "sealed":
        return no(Code.POLL_NOT_SEALED, poll=poll.id)
    waits = poll.state in {"open", "paused"} or (poll.state == "closed" and poll.tally is None)
    return (e.KeysLost(poll.id),) if waits and not poll.keys_lost else ()
