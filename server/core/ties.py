"""Ties for the last place that are told apart in the room: by lot, or by age.

The program neither draws nor knows anybody's birthday. Whoever presides says who it is and how it
was done, and the record keeps the words. Which ties there are says `elections`.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from server.core.roles import Actor, presides
from server.core.ruling import Decision, no
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.counts import Row, Tally
from server.protocol.ids import Line, PersonId, Time
from server.protocol.refusals import Code, Refusal
from server.protocol.rules import SETTLED
from server.protocol.state import MeetingState, Poll


def settle(state: MeetingState, command: c.SettleTie, actor: Actor, _now: Time) -> Decision:
    """Take who was drawn of those who tied: as many as there are places, by whoever presides."""
    if not presides(state, actor.person):
        return no(Code.NOT_ALLOWED)
    poll = state.polls.get(command.poll)
    if poll is None:
        return no(Code.POLL_UNKNOWN, poll=command.poll)
    words = command.words.strip()
    tally = _waits(poll)
    if isinstance(tally, Refusal):
        done = poll.tally is not None and _same(poll.tally, command.chosen, words)
        return () if done else tally
    left = tally.places - tally.elected
    among = {key_of(row) for row in tally.tied}
    if len(set(command.chosen)) != left or not among.issuperset(command.chosen):
        return no(Code.TIE_CHOSEN, poll=poll.id, places=left)
    if not words:
        return no(Code.TEXT_MISSING)
    chosen = tuple(dict.fromkeys(command.chosen))
    settled = with_chosen(tally, chosen, words, actor.person)
    return (e.TieSettled(poll.id, actor.person, chosen, words, settled),)


def is_unsettled(poll: Poll) -> bool:
    """Say whether somebody has still to be drawn before the result can be shown."""
    return poll.rule.tie in SETTLED and poll.tally is not None and bool(poll.tally.tied)


def with_chosen(tally: Tally, chosen: Sequence[Line], words: Line, by: PersonId) -> Tally:
    """Return the tally in which of those who tied `chosen` are elected and the others are not."""
    rows = [
        replace(row, tied=False, elected=key_of(row) in chosen, drawn=key_of(row) in chosen)
        if row.tied
        else row
        for row in tally.rows
    ]
    rows.sort(key=lambda row: (row.rank, not row.drawn))
    elected = sum(1 for row in rows if row.elected)
    return replace(
        tally,
        rows=tuple(rows),
        elected=elected,
        passed=elected == tally.places,
        settled=words,
        settled_by=by,
    )


def key_of(row: Row) -> Line:
    """Return what names a row: its candidate or, of somebody written in, the name."""
    return row.candidate or row.name


def _waits(poll: Poll) -> Tally | Refusal:
    """Return the tally in which somebody has to be drawn."""
    if poll.state != "closed":
        return no(Code.POLL_NOT_CLOSED, poll=poll.id)
    if poll.tally is None:
        return no(Code.POLL_NOT_COUNTED, poll=poll.id)
    return poll.tally if is_unsettled(poll) else no(Code.TIE_NOT_THERE, poll=poll.id)


def _same(tally: Tally, chosen: Sequence[Line], words: Line) -> bool:
    drawn = {key_of(row) for row in tally.rows if row.drawn}
    return bool(drawn) and drawn == set(chosen) and tally.settled == words
