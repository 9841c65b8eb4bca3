"""`apply`: one event onto a meeting's state. The same function folds on the server and on tablets.

Total: an event that names something the audience may not see leaves the state as it is, so a
redacted stream folds to what that audience may know. Never raises for a decoded event.
"""

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from server.protocol import events as e
from server.protocol.comments import Comment
from server.protocol.fold_agenda import AGENDA, end_floor, finish_current, heard
from server.protocol.fold_polls import POLLS
from server.protocol.ids import PersonId, Sha256, Time
from server.protocol.state import (
    Acknowledgement,
    Attendance,
    FloorRequest,
    HelpCall,
    MeetingState,
    Notice,
    Receipt,
    Speaking,
)


def apply(state: MeetingState, entry: e.Entry) -> MeetingState:
    """Return the state after `entry`."""
    return _APPLY[type(entry.event)](state, entry.event, entry.at)


def begin(event: e.MeetingCreated) -> MeetingState:
    """Return the state that a room's first event makes."""
    return MeetingState(
        id=event.meeting,
        organization=event.organization,
        title=event.title,
        ordinal=event.ordinal,
        place=event.place,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
    )


def fold(entries: Iterable[e.Entry]) -> MeetingState | None:
    """Return the state after all `entries`; None when the first is not `MeetingCreated`."""
    state: MeetingState | None = None
    for entry in entries:
        if state is None:
            if not isinstance(entry.event, e.MeetingCreated):
                return None
            state = begin(entry.event)
        else:
            state = apply(state, entry)
    return state


def _created(state: MeetingState, _event: e.MeetingCreated, _at: Time) -> MeetingState:
    return state


def _roll_set(state: MeetingState, event: e.RollSet, _at: Time) -> MeetingState:
    roll = {entry.person: entry for entry in event.entries}
    chair = next((entry.person for entry in event.entries if entry.role == "chair"), "")
    return replace(state, roll=roll, chair=chair)


def _acting_chair_named(state: MeetingState, event: e.ActingChairNamed, _at: Time) -> MeetingState:
    return replace(state, chair=event.person)


def _started(state: MeetingState, _event: e.MeetingStarted, at: Time) -> MeetingState:
    return replace(state, phase="open", opened_at=at)


def _paused(state: MeetingState, _event: e.MeetingPaused, _at: Time) -> MeetingState:
    return replace(state, phase="paused")


def _resumed(state: MeetingState, _event: e.MeetingResumed, _at: Time) -> MeetingState:
    return replace(state, phase="open")


def _closed(state: MeetingState, _event: e.MeetingClosed, at: Time) -> MeetingState:
    ended = end_floor(finish_current(state))
    return replace(ended, phase="closed", closed_at=at, current="")


def _attendance_marked(state: MeetingState, event: e.AttendanceMarked, at: Time) -> MeetingState:
    marked = {
        person: Attendance(presence, event.reason, at) for person, presence in event.marks.items()
    }
    return replace(state, attendance={**state.attendance, **marked})


def _floor_asked(state: MeetingState, event: e.FloorAsked, at: Time) -> MeetingState:
    return replace(state, floor=(*state.floor, FloorRequest(event.person, at)))


def _without(state: MeetingState, person: PersonId) -> tuple[FloorRequest, ...]:
    return tuple(one for one in state.floor if one.person != person)


def _floor_withdrawn(state: MeetingState, event: e.FloorWithdrawn, _at: Time) -> MeetingState:
    return replace(state, floor=_without(state, event.person))


def _floor_given(state: MeetingState, event: e.FloorGiven, at: Time) -> MeetingState:
    speaking = Speaking(event.person, at, event.seconds)
    floor = _without(state, event.person)
    return replace(heard(state, event.person), floor=floor, speaking=speaking)


def _floor_extended(state: MeetingState, event: e.FloorExtended, _at: Time) -> MeetingState:
    if state.speaking is None:
        return state
    more = replace(state.speaking, seconds=state.speaking.seconds + event.seconds)
    return replace(state, speaking=more)


def _floor_ended(state: MeetingState, _event: e.FloorEnded, _at: Time) -> MeetingState:
    return replace(state, speaking=None)


def _help_called(state: MeetingState, event: e.HelpCalled, at: Time) -> MeetingState:
    others = tuple(call for call in state.help if call.person != event.person)
    return replace(state, help=(*others, HelpCall(event.person, event.kind, at)))


def _help_answered(state: MeetingState, event: e.HelpAnswered, _at: Time) -> MeetingState:
    return replace(state, help=tuple(call for call in state.help if call.person != event.person))


def _notice_sent(state: MeetingState, event: e.NoticeSent, at: Time) -> MeetingState:
    return replace(state, notices=(*state.notices, Notice(event.text, at)))


def _acknowledged(state: MeetingState, event: e.AgendaAcknowledged, at: Time) -> MeetingState:
    seen = Acknowledgement(event.version, at)
    return replace(state, acknowledged={**state.acknowledged, event.person: seen})


def _receipt(
    state: MeetingState, person: PersonId, sha: Sha256, *, received: Time, opened: Time
) -> MeetingState:
    of_file = state.receipts.get(sha, {})
    before = of_file.get(person, Receipt())
    after = Receipt(before.received_at or received, before.opened_at or opened)
    receipts = {**state.receipts, sha: {**of_file, person: after}}
    return replace(state, receipts=receipts)


def _received(state: MeetingState, event: e.PaperReceived, at: Time) -> MeetingState:
    return _receipt(state, event.person, event.sha256, received=at, opened=0)


def _opened(state: MeetingState, event: e.PaperOpened, at: Time) -> MeetingState:
    return _receipt(state, event.person, event.sha256, received=at, opened=at)


def _comment_sent(state: MeetingState, event: e.CommentSent, at: Time) -> MeetingState:
    sent = Comment(
        event.comment,
        event.person,
        event.item,
        event.text,
        at,
        event.paper,
        event.version,
        event.page,
        event.instead,
        event.readers,
    )
    return replace(state, comments={**state.comments, sent.id: sent})


def _comment_taken(state: MeetingState, event: e.CommentTaken, at: Time) -> MeetingState:
    known = state.comments.get(event.comment)
    if known is None:
        return state
    taken = replace(known, taken_at=at if event.taken else 0)
    return replace(state, comments={**state.comments, event.comment: taken})


_APPLY: dict[type, Callable[..., MeetingState]] = {
    **AGENDA,
    **POLLS,
    e.MeetingCreated: _created,
    e.RollSet: _roll_set,
    e.ActingChairNamed: _acting_chair_named,
    e.MeetingStarted: _started,
    e.MeetingPaused: _paused,
    e.MeetingResumed: _resumed,
    e.MeetingClosed: _closed,
    e.AttendanceMarked: _attendance_marked,
    e.FloorAsked: _floor_asked,
    e.FloorWithdrawn: _floor_withdrawn,
    e.FloorGiven: _floor_given,
    e.FloorExtended: _floor_extended,
    e.FloorEnded: _floor_ended,
    e.CommentSent: _comment_sent,
    e.CommentTaken: _comment_taken,
    e.HelpCalled: _help_called,
    e.HelpAnswered: _help_answered,
    e.NoticeSent: _notice_sent,
    e.AgendaAcknowledged: _acknowledged,
    e.PaperReceived: _received,
    e.PaperOpened: _opened,
}
