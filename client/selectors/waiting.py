"""What a poll waits for: ballots that are asked for once more, the end of its time, lost keys."""

from dataclasses import dataclass

from client.changes.owing import ends_in, is_over, owes
from client.i18n import countdown
from client.selectors.words import Words
from client.state import AppState, RoomView
from server.protocol.ids import Time
from server.protocol.rules import SETTLED
from server.protocol.state import Poll

SOON_MS = 60_000
"""From so long before its end on, an officer is to think of more time."""
GRACE_MS = 3_000
"""So long after its end a poll that is still open is not about to close by itself."""


def owed(state: AppState) -> str:
    """Return the poll on screen's reminder, for its top bar; empty for none."""
    room = state.room()
    poll = room.state.polls.get(state.place.poll) if room else None
    if room is None or poll is None or not owes(state, room, poll):
        return ""
    words = Words.of(state)
    if poll.place:  # the bar leads through the questions of a sitting, too
        return words("vd.notsent")
    return words("vote.reminded.s", t=words.time(poll.reminded_at))


def limit(poll: Poll, now: Time, words: Words) -> str:
    """Return what an officer reads of the time limit: how long still, or that it is over."""
    left = ends_in(poll, now)
    if left is None:
        return ""
    if left < 0:
        return words("vd.timeover")
    key = "vd.timeheld" if poll.state == "paused" else "form.left"
    return words(key, t=countdown(left / 1000))


def is_soon(poll: Poll, now: Time) -> bool:
    """Say whether an officer should think of more time now."""
    left = ends_in(poll, now)
    return left is not None and poll.state == "open" and left <= SOON_MS


def silent(room: RoomView, poll: Poll) -> tuple[str, ...]:
    """Return the names of those who have not sent a ballot, as an officer may know them."""
    progress = room.progress.get(poll.id)
    sent = progress.people if progress else ()
    roll = room.state.roll
    return tuple(roll[one].name for one in poll.electorate if one not in sent and one in roll)


def to_remind(room: RoomView, poll: Poll, now: Time) -> int:
    """Return how many would be reminded now; 0 where nobody can be."""
    takes = poll.state == "open" and poll.rule.way == "tablet" and not poll.keys_lost
    return len(silent(room, poll)) if takes and not is_over(poll, now) else 0


def trouble(poll: Poll, now: Time, words: Words) -> str:
    """Return why a poll cannot go on by itself, and what an officer can do; empty for nothing."""
    if poll.keys_lost and poll.state in {"open", "paused", "closed"} and poll.tally is None:
        return words("vd.keyslost")
    return words("vd.timeover.note") if is_over(poll, now - GRACE_MS) else ""


def note(poll: Poll, words: Words) -> str:
    """Return what an officer reads beside the count of ballots."""
    if poll.state == "paused":
        return words("vote.paused")
    if poll.state == "annulled":
        return words("vote.cancelled", reason=poll.reason)
    if poll.state != "closed" or poll.tally is not None:
        return words("vd.hidden")
    waits = words("vd.counting.paper" if poll.rule.way == "paper" else "vd.counting.sealed")
    return f"{words('vd.timed')}. {waits}" if poll.timed else waits


def closing(poll: Poll, told: str, words: Words) -> str:
    """Return what is told of a closed poll, and that it closed by itself."""
    timed = poll.timed and poll.state == "closed"
    return f"{told}. {words('vd.timed')}" if timed else told


@dataclass(frozen=True, slots=True)
class TieView:
    """A tie that is to be told apart in the room: how, among whom, for how many places."""

    poll: str
    how: str
    places: int
    among: tuple[tuple[str, str], ...]
    """Key and name of each."""
    act: str
    body: str
    words: str
    """What is usually entered as the way it was done."""


def tie(poll: Poll, words: Words) -> TieView | None:
    """Return the tie that the chair has to settle before the result can be shown, or None."""
    tally, how = poll.tally, poll.rule.tie
    if poll.state != "closed" or tally is None or how not in SETTLED or not tally.tied:
        return None
    left = tally.places - tally.elected
    return TieView(
        poll.id,
        how,
        left,
        tuple((row.candidate or row.name, row.name) for row in tally.tied),
        words(f"vd.tie.{how}"),
        words(f"vd.tie.body.{how}", n=left),
        words(f"vd.tie.words.{how}"),
    )
