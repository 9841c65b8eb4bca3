"""Whether the person at this device owes a ballot that somebody has asked for once more."""

from client.state import AppState, RoomView
from server.protocol.commands import CastBallot, SealBallot
from server.protocol.ids import Time
from server.protocol.state import Poll


def owes(state: AppState, room: RoomView, poll: Poll) -> bool:
    """Say whether the person was reminded and holds no ballot here, neither sent nor on its way."""
    person = state.login.person if state.login else ""
    if poll.state != "open" or not poll.reminded_at or poll.rule.way != "tablet":
        return False
    if person not in poll.electorate or is_over(poll, state.now):
        return False
    own = poll.id in room.personal.ballots or poll.id in room.personal.cast
    return not own and not any(
        isinstance(one.command, CastBallot | SealBallot) and one.command.poll == poll.id
        for one in state.pending
    )


def ends_in(poll: Poll, now: Time) -> int | None:
    """Return the milliseconds for which the poll still takes ballots; None without a limit.

    On hold the time stands still.
    """
    if not poll.ends_at or poll.state not in {"open", "paused"}:
        return None
    held = poll.paused_at if poll.state == "paused" and poll.paused_at else now
    return poll.ends_at - held


def is_over(poll: Poll, now: Time) -> bool:
    """Say whether the poll's time is over."""
    left = ends_in(poll, now)
    return left is not None and left < 0
