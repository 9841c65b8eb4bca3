"""What an audience may know of a meeting, said a second time and straight from the whole state.

The rules redact events; this cuts down a state. Tests hold the two against each other.
"""

from msgspec.structs import replace

from server.core.audience import Audience
from server.protocol.counts import Board
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
        comments={one.id: one for one in state.comments.values() if one.readers == "members"},
    )
    if audience.kind == "member":
        return common
    if audience.kind == "display":
        polls = {poll.id: nameless(poll) for poll in common.polls.values()}
        return replace(common, polls=polls, comments={})
    return partial(common, audience)


def officers_poll(poll: Poll) -> Poll:
    kept = replace(poll, slips=(), unreadable=0, cast={})
    if poll.board:
        entries = {p: replace(one, count=None) for p, one in poll.board.entries.items()}
        kept = replace(kept, board=replace(poll.board, entries=entries))
    return kept if poll.published_at else replace(kept, ballots={})


def members_poll(poll: Poll) -> Poll:
    board = poll.board and Board(0, 0, wanted=poll.board.wanted, tellers=poll.board.tellers)
    kept = replace(poll, slips=(), unreadable=0, cast={}, hands=None, board=board, prepared_at=0)
    kept = replace(kept, keys_lost=False)
    return kept if poll.published_at else replace(kept, ballots={}, tally=None)


def nameless(poll: Poll) -> Poll:
    tally = poll.tally and replace(poll.tally, silent=(), absent=(), excluded=(), settled_by="")
    kept = replace(poll, ballots={}, excused={}, absent=(), board=None, tally=tally)
    return replace(kept, reminded_at=0)


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
        poll.id: replace(nameless(poll), electorate=(), called="")
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
        comments={},
    )


def item(one: AgendaItem) -> AgendaItem:
    shown = tuple(p for p in one.papers if p.audience == "item")
    return replace(one, papers=shown, unheard=())
