"""Several questions in one sitting, as one tablet goes through them. Pure.

One question after another comes on screen; what is filled in of one waits there while the person
looks at another; when none is left to answer, the list of all of them comes.
"""

from dataclasses import replace

from client.actions import QuestionTurned
from client.state import AppState, Filled, Place, RoomView
from server.protocol.commands import CastBallot, SealBallot
from server.protocol.ids import MeetingId, PollId
from server.protocol.state import Poll


def sitting_of(view: RoomView | None, poll: PollId) -> tuple[Poll, ...]:
    """Return the questions of the sitting that a poll belongs to; none when it stands alone."""
    known = view.state.polls.get(poll) if view is not None else None
    if view is None or known is None or known.of < 2:  # noqa: PLR2004 - one question is a poll
        return ()
    return tuple(one for one in view.state.questions(known.series) if one.state != "prepared")


def sent(state: AppState, view: RoomView, poll: PollId) -> bool:
    """Say whether this person's ballot is with the server, or on its way there."""
    own = view.personal
    return (
        poll in own.ballots
        or poll in own.cast
        or any(
            isinstance(one.command, CastBallot | SealBallot) and one.command.poll == poll
            for one in state.pending
        )
    )


def may_answer(state: AppState, poll: Poll) -> bool:
    """Say whether this person answers the question on this tablet."""
    person = state.login.person if state.login else ""
    open_now = poll.state in {"open", "paused"}
    return open_now and poll.rule.way == "tablet" and person in poll.electorate


def next_question(state: AppState, view: RoomView, poll: PollId = "") -> PollId:
    """Return the question to answer after this one, going round; empty when none is left."""
    questions = sitting_of(view, poll) or view.state.open_polls()
    names = [one.id for one in questions]
    at = names.index(poll) + 1 if poll in names else 0
    for one in (*questions[at:], *questions[:at]):
        if one.id != poll and may_answer(state, one) and not sent(state, view, one.id):
            return one.id
    return ""


def at_question(place: Place, view: RoomView, poll: PollId) -> Place:
    """Go to a question, or (empty) to the list; what was filled in here and there is kept."""
    filled = {name: one for name, one in place.filled.items() if name != place.poll}
    if place.marks or place.written or place.opinion:
        filled[place.poll] = Filled(place.marks, place.written, place.opinion)
    known = view.state.polls.get(poll)
    mine = filled.get(poll, Filled())
    counted = known is not None and known.tally is not None
    return replace(
        place,
        screen="result" if counted else "poll",
        poll=poll or place.poll,
        overview=not poll,
        choice="",
        marks=mine.marks,
        written=mine.written,
        opinion=mine.opinion,
        filled=filled,
        minimised=False,
    )


def turned(state: AppState, action: QuestionTurned) -> AppState:
    """Show another question of the sitting, or the list of them."""
    view = state.room()
    if view is None:
        return state
    return replace(state, place=at_question(state.place, view, action.poll))


def went_on(state: AppState, room: MeetingId, poll: PollId) -> AppState:
    """After a ballot was taken: the next question that waits, or the list when none does."""
    view, place = state.rooms.get(room), state.place
    here = (place.room, place.screen, place.poll) == (room, "poll", poll) and not place.overview
    busy = place.choice or place.marks or place.written
    if view is None or not here or busy or not sitting_of(view, poll):
        return state
    return replace(state, place=at_question(place, view, next_question(state, view, poll)))
