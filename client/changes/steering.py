"""Which screen is shown: what a person asks for, and what may come over it by itself. Pure.

By itself only this happens: nobody signed in brings the sign-in page, an opened poll brings the
ballot, a published one its result, and an annulled one takes its ballot away; who is made a teller
of paper ballots comes to where a count is entered.
"""

from dataclasses import replace

from client.actions import Went
from client.changes.rooms import message
from client.changes.sittings import at_question, next_question, sitting_of
from client.state import AppState, Place, RoomView, ScreenName, current_item, to_count
from server.protocol.ids import MeetingId, PollId
from server.protocol.state import Paper, Poll

HOME: dict[str, ScreenName] = {"tablet": "lobby", "desk": "desk", "display": "display"}


def home(state: AppState) -> Place:
    """Return where somebody who has just signed in begins; a display has one meeting to show."""
    room = state.place.room if state.place.room in state.rooms else ""
    if state.kind != "tablet" and not room:
        live = [card.room for card in state.meetings if card.phase in {"open", "paused"}]
        known = [card.room for card in state.meetings if card.phase != "closed"]
        room = next(iter(live or known), "")
    return Place(screen=HOME[state.kind], room=room)


def went(state: AppState, action: Went) -> AppState:
    """Go where the person asks, with what was left open in it filled in."""
    place = state.place
    room = action.room or place.room
    view = state.rooms.get(room)
    if action.screen == "meeting" and view is not None:
        return replace(state, place=_within(state, room, view, action))
    fresh = Place(
        screen=action.screen, room=room, poll=action.poll or place.poll, following=place.following
    )
    keeps = replace(place, screen=action.screen, room=room, poll=action.poll or place.poll)
    return replace(state, place=keeps if room == place.room else fresh)


def _within(state: AppState, room: MeetingId, view: RoomView, action: Went) -> Place:
    place = state.place if state.place.room == room else Place(room=room)
    aside = place.minimised
    asked = view.state.open_poll() is not None or room in to_count(state)
    if not (action.item or action.paper) and place.item and view.state.item(place.item):
        return replace(place, screen="meeting", minimised=aside and asked)
    item = action.item or (_item_of(view, action.paper) if action.paper else current_item(view))
    paper = action.paper or _first_paper(view, item)
    version = action.version or _version(view, paper)
    return replace(
        place, screen="meeting", room=room, item=item, paper=paper, version=version, minimised=aside
    )


def _item_of(view: RoomView, paper: str) -> str:
    found = view.state.paper(paper)
    return found[0].id if found else current_item(view)


def _papers(view: RoomView, item: str) -> tuple[Paper, ...]:
    found = view.state.item(item)
    return found.papers if found else ()


def _first_paper(view: RoomView, item: str) -> str:
    return next((paper.id for paper in _papers(view, item)), "")


def _version(view: RoomView, paper: str) -> int:
    found = view.state.paper(paper)
    return found[1].version if found else 0


def steer(before: AppState, after: AppState) -> AppState:
    """Return `after` on the screen where its person must now be."""
    gate = _gate(after)
    if gate is not None:
        place = after.place if after.place.screen == gate else Place(screen=gate)
        return after if place == after.place else replace(after, place=place)
    if after.place.screen in {"pairing", "sign_in", "change_pin"}:
        after = replace(after, place=home(after))
    if after.place.room not in after.rooms:
        after = _without_room(after)
    return _polls(before, after) if after.kind == "tablet" else after


def _gate(state: AppState) -> ScreenName | None:
    """Return the page that must come first, if any."""
    if state.line in {"unpaired", "waiting"} or not state.server:
        return "pairing"
    if state.login is None:
        return "sign_in"
    return "change_pin" if state.login.must_change else None


def _without_room(state: AppState) -> AppState:
    """A place in a meeting that is not (or no longer) held becomes the place to begin."""
    if state.kind == "tablet" and state.place.screen == "lobby" and not state.place.room:
        return state
    place = home(replace(state, place=Place()))
    keeps = place.screen == state.place.screen and place.room == state.place.room
    return state if keeps else replace(state, place=place)


def _running(state: AppState) -> dict[str, tuple[MeetingId, Poll]]:
    if state.login is None or state.login.must_change:
        return {}
    return {
        poll.id: (room, poll)
        for room, view in state.rooms.items()
        for poll in view.state.open_polls()
    }


def _polls(before: AppState, after: AppState) -> AppState:
    if before.rooms is after.rooms and before.login is after.login:
        return after
    known = _running(before)
    for poll, (room, asked) in _running(after).items():
        if poll not in known and not _answers_beside(after, room, asked):
            first = next_question(after, after.rooms[room]) if asked.of > 1 else ""
            return replace(after, place=_at_ballot(after.place, room, first or poll))
    for room, poll in to_count(after).items():
        if poll not in to_count(before).values():
            return replace(after, place=_at_ballot(after.place, room, poll))
    view = after.room()
    poll = after.place.poll
    if view is None or not poll or poll not in view.state.polls:
        return after
    return _ended(before, after, view.state.polls[poll])


def _answers_beside(after: AppState, room: MeetingId, asked: Poll) -> bool:
    """Whoever answers one question is not torn from it when another of its sitting is opened."""
    place = after.place
    here = after.rooms[room].state.polls.get(place.poll)
    beside = here is not None and here.of > 1 and here.series == asked.series
    on_screen = (place.room, place.screen) == (room, "poll")
    return on_screen and beside and here is not None and here.state in {"open", "paused"}


def _at_ballot(place: Place, room: MeetingId, poll: str) -> Place:
    kept = place if place.room == room else Place(room=room)
    fresh = replace(kept, choice="", marks={}, written=(), opinion="", filled={})
    return replace(fresh, screen="poll", poll=poll, minimised=False, overview=False)


def _further(after: AppState, poll: Poll) -> AppState | None:
    """From a question that is over to another of its sitting that still takes ballots."""
    view, place = after.room(), after.place
    over = poll.state in {"closed", "published", "annulled"}
    if view is None or not over or place.screen != "poll":
        return None
    if not poll.of or all(one.series != poll.series for one in view.state.open_polls()):
        return None
    turned = at_question(place, view, next_question(after, view, poll.id))
    went_to = replace(after, place=turned)
    if poll.state != "annulled":
        return went_to
    return message(went_to, "vote.cancelled", reason=poll.reason)


def _first_result(before: AppState, after: AppState, poll: Poll) -> PollId:
    """Return which result comes first: that of the first question decided with this one."""
    view, held = after.room(), before.rooms.get(after.place.room)
    for one in sitting_of(view, poll.id):
        was = held.state.polls.get(one.id) if held else None
        if one.state == poll.state and (was is None or was.state != one.state):
            return one.id
    return poll.id


def _practised(after: AppState) -> AppState:
    """A practice leads to no result: back to the meeting, or to wait for it."""
    view = after.room()
    if after.place.screen not in {"poll", "result"} or view is None:
        return after
    screen: ScreenName = "lobby" if view.state.phase == "prepared" else "meeting"
    place = replace(after.place, screen=screen, poll="", choice="", minimised=False)
    return message(replace(after, place=place), "practice.done")


def _ended(before: AppState, after: AppState, poll: Poll) -> AppState:
    held = before.rooms.get(after.place.room)
    was = held.state.polls.get(poll.id) if held else None
    if was is not None and was.state == poll.state:
        return after
    if poll.rule.practice and poll.state in {"closed", "published", "annulled"}:
        return _practised(after)
    if (further := _further(after, poll)) is not None:
        return further
    if poll.state == "published" or (poll.state == "closed" and poll.tally is not None):
        place = replace(
            after.place,
            screen="result",
            poll=_first_result(before, after, poll),
            choice="",
            minimised=False,
            overview=False,
        )
        return replace(after, place=place)
    if poll.state == "annulled":
        place = replace(after.place, screen="meeting", poll="", choice="", minimised=False)
        if after.place.screen not in {"poll", "result"}:
            place = replace(place, screen=after.place.screen)
        return message(replace(after, place=place), "vote.cancelled", reason=poll.reason)
    return after
