"""What each frame of the server does to the meetings that this device holds. Pure."""

from collections.abc import Callable
from dataclasses import replace
from functools import reduce as fold_over

from msgspec.structs import replace as change

from client.changes.owing import owes
from client.proof import check
from client.state import AppState, Message, Progress, RoomView
from server.protocol import frames as f
from server.protocol.commands import CastBallot, SealBallot
from server.protocol.counts import Cast
from server.protocol.events import Entry, PollReminded
from server.protocol.fold import apply
from server.protocol.ids import MeetingId, Time
from server.protocol.office import BallotsProved
from server.protocol.state import Ballot


def _with(state: AppState, room: MeetingId, view: RoomView) -> AppState:
    return replace(state, rooms={**state.rooms, room: view})


def _change(state: AppState, room: MeetingId, change: Callable[[RoomView], RoomView]) -> AppState:
    view = state.rooms.get(room)
    return state if view is None else _with(state, room, change(view))


def message(state: AppState, key: str, **params: str | int) -> AppState:
    """Return the state with one more toast."""
    serial = state.message_serial + 1
    return replace(state, message=Message(key, params, serial=serial), message_serial=serial)


def snapshot(state: AppState, frame: f.Snapshot) -> AppState:
    """Take the whole of a meeting in place of all that was held of it; presence is told anew."""
    held = state.rooms.get(frame.room)
    fresh = RoomView(frame.state, frame.epoch, frame.position)
    if held is not None:
        fresh = replace(
            fresh,
            joined=held.joined,
            present=held.present,
            online=held.online,
            code=held.code,
            proof=held.proof,
        )
    return _with(state, frame.room, fresh)


def events(state: AppState, frame: f.Events) -> AppState:
    """Apply what follows on what is held; a frame that does not fit changes nothing."""
    view = state.rooms.get(frame.room)
    if view is None or frame.epoch != view.epoch or frame.first > view.position + 1:
        return state
    new = frame.entries[view.position + 1 - frame.first :]
    after = fold_over(apply, new, view.state)
    position = view.position + len(new)
    taken = _with(state, frame.room, replace(view, state=after, position=position))
    return _reminded(taken, frame.room) if any(_reminds(one) for one in new) else taken


def _reminds(entry: Entry) -> bool:
    return isinstance(entry.event, PollReminded)


def _reminded(state: AppState, room: MeetingId) -> AppState:
    """Say to whoever has not sent a ballot that it is awaited; to nobody else."""
    view = state.rooms[room]
    owing = state.kind == "tablet" and any(
        owes(state, view, poll) for poll in view.state.open_polls()
    )
    return message(state, "toast.reminded") if owing else state


def joined(state: AppState, frame: f.Joined) -> AppState:
    """Nothing is missing now."""
    return _change(
        state,
        frame.room,
        lambda view: replace(view, joined=True, epoch=frame.epoch, position=frame.position),
    )


def only_yours(state: AppState, frame: f.OnlyYours) -> AppState:
    """Take the person's own part; a new place in the queue is said in a toast."""
    before = state.rooms.get(frame.room)
    after = _change(state, frame.room, lambda view: replace(view, personal=frame.personal))
    if before is not None and not before.personal.place and frame.personal.place and before.joined:
        return message(after, "toast.speak", n=frame.personal.place)
    return after


def own_ballot(
    state: AppState, room: MeetingId, cast: CastBallot | SealBallot, at: Time
) -> AppState:
    """Take a ballot of this device that the server has recorded, before `OnlyYours` says so."""

    def take(view: RoomView) -> RoomView:
        own = view.personal
        if isinstance(cast, SealBallot):
            mine = change(own, cast={**own.cast, cast.poll: Cast(cast.ballot, at)})
        else:
            mine = change(own, ballots={**own.ballots, cast.poll: _ballot(cast, at)})
        return replace(view, personal=mine)

    taken = _change(state, room, take)
    view = taken.rooms.get(room)
    poll = view.state.polls.get(cast.poll) if view is not None else None
    practice = poll is not None and poll.rule.practice
    return replace(taken, practised=True) if practice else taken


def _ballot(cast: CastBallot, at: Time) -> Ballot:
    return Ballot(
        cast.ballot,
        cast.choice,
        at,
        cast.opinion,
        answers=cast.answers,
        names=cast.names,
        write_ins=cast.write_ins,
        invalid=cast.invalid,
    )


def drafts(state: AppState, frame: f.Drafts) -> AppState:
    """Take the unpublished changes, whole."""
    return _change(state, frame.room, lambda view: replace(view, drafts=frame.drafts))


def present(state: AppState, frame: f.Present) -> AppState:
    """Take how many are connected, and who where it may be known."""
    return _change(
        state, frame.room, lambda view: replace(view, present=frame.count, online=frame.people)
    )


def shown(state: AppState, frame: f.Shown) -> AppState:
    """Take the page that is being shown."""
    return _change(state, frame.room, lambda view: replace(view, shown=frame.page))


def progress(state: AppState, frame: f.Progress) -> AppState:
    """Take how many ballots an open poll has."""
    of_poll = Progress(frame.received, frame.people)
    return _change(
        state,
        frame.room,
        lambda view: replace(view, progress={**view.progress, frame.poll: of_poll}),
    )


def checkpointed(state: AppState, frame: f.Checkpointed) -> AppState:
    """Take the newest checkpoint's code."""
    return _change(state, frame.room, lambda view: replace(view, code=frame.code))


def proved(state: AppState, room: MeetingId, reply: BallotsProved) -> AppState:
    """Check what the server says of the own ballots, and keep what was found."""
    login = state.login
    if login is None:
        return state
    return _change(state, room, lambda view: replace(view, proof=check(view, reply, login.person)))


def meetings(state: AppState, frame: f.Meetings) -> AppState:
    """Take the person's meetings; a meeting that is not among them is no longer theirs."""
    theirs = {card.room for card in frame.meetings}
    rooms = {room: view for room, view in state.rooms.items() if room in theirs}
    return replace(state, meetings=frame.meetings, rooms=rooms)


def parted(state: AppState) -> AppState:
    """Say of every meeting that something may be missing: the line is down."""
    rooms = {
        room: replace(view, joined=False, online=(), present=0)
        for room, view in state.rooms.items()
    }
    return replace(state, rooms=rooms)
