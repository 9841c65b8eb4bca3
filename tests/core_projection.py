"""What an audience may know of a meeting, said a second time and straight from the whole state.

The rules redact events; this cuts down a state. Tests hold the two against each other.
"""

from msgspec.structs import replace

from server.core.audience import Audience
from server.protocol.state import AgendaItem, MeetingState, Poll, RollEntry


def project(state: MeetingState, audience: Audience) -> MeetingState:
    """The state that a listener of this audience must hold."""
    if audience.kind == "officer":
        polls = {poll.id: officers_poll(poll) for poll in state.polls.values()}
        return replace(state, polls=polls)
    common = replace(
        state,
        attendance={p: replace(one, reason="") for p, one in state.attendance.items()},
        polls={p.id: members_poll(p) for p in state.polls.values() if p.opened_at},
        help=(),
        acknowledged={},
        receipts={},
    )
    if audience.kind == "member":
        return common
    if audience.kind == "display":
        polls = {poll.id: replace(poll, ballots={}) for poll in common.polls.values()}
        return replace(common, polls=polls)
    return partial(common, audience)


def officers_poll(poll: Poll) -> Poll:
    return poll if poll.published_at else replace(poll, ballots={})


def members_poll(poll: Poll) -> Poll:
    shown = poll if poll.published_at else replace(poll, ballots={}, tally=None)
    return replace(shown, prepared_at=0)


def partial(state: MeetingState, audience: Audience) -> MeetingState:
    current = state.current if state.current in audience.items else ""
    roll: dict[str, RollEntry] = {
        p: replace(one, items=tuple(i for i in one.items if i in audience.items))
        for p, one in state.roll.items()
        if p in audience.people
    }
    if state.chair in state.roll:
        roll[state.chair] = replace(state.roll[state.chair], role="chair", items=())
    polls = {
        poll.id: replace(poll, ballots={}, electorate=())
        for poll in state.polls.values()
        if poll.item in audience.items and audience.kind == "guest"
    }
    return replace(
        state,
        roll=roll,
        attendance={p: one for p, one in state.attendance.items() if p in audience.people},
        items=tuple(item(one) for one in state.items if one.id in audience.items),
        current=current,
        floor=(),
        speaking=state.speaking if current else None,
        polls=polls,
    )


def item(one: AgendaItem) -> AgendaItem:
    return replace(one, papers=tuple(p for p in one.papers if p.audience == "item"))
