"""What each audience may see of a meeting. The server filters; no client is trusted to hide.

`redact` is a fixed function of the record: the state that a listener holds is always
fold(redact(every entry, its present audience)). An entry that an audience may not see leaves no
trace in its stream, neither number nor gap. When a person's audience value changes (a guest is
invited to one more item, an item is marked for sites, somebody presides), that person gets a fresh
snapshot folded from the whole record under the new value.

| what | officer | member | display | guest | site | nobody |
|---|---|---|---|---|---|---|
| title, place, phases, notices | all | all | all | all | all | - |
| roll | all | all | all | own, who presides | own, who presides | - |
| attendance | all | no reason | no reason | own, no reason | own, no reason | - |
| items, current item, conclusions | all | all | all | invited | marked for sites | - |
| papers | all | all | all | not for members only | not for members only | - |
| agenda version | all | no drafts | no drafts | no drafts | no drafts | - |
| floor | all | all | all | speaker, own item | speaker, own item | - |
| poll prepared or arranged, who is excused, keys (or lost), a tie | all | - | - | - | - | - |
| tally at closing | all | - | - | - | - | - |
| poll opened to published, by consensus | all | all | no names | own item, no names | - | - |
| a reminder to send one's ballot | all | all | - | - | - | - |
| whose turn it is in a roll call | all | all | all | - | - | - |
| raised hands | all | - | - | - | - | - |
| paper count: that it goes on | all | no figures | - | - | - | - |
| paper count: who has entered, where they differ, the tally | no entries | - | - | - | - | - |
| a ballot cast, or sealed; sealed ballots opened | the tally | - | - | - | - | - |
| comment for officers | all | - | - | - | - | - |
| comment for members too | all | all | - | - | - | - |
| help, acknowledgements, receipts | all | - | - | - | - | - |

"own" are the people who share the audience: guests invited to the same items, or the sites. Papers'
hashes stay in what a display receives: they name papers whose titles it shows anyway. Whoever has
written a comment has it in `personal`.
"""

from typing import get_args

from msgspec.structs import replace

from server.core.audience import RULES, Audience, Kind, audience, audiences_hold, tag
from server.core.redact_polls import (
    POLLS_OF_DISPLAYS,
    POLLS_OF_GUESTS,
    POLLS_OF_MEMBERS,
    POLLS_OF_OFFICERS,
    POLLS_OF_SITES,
    View,
    hidden,
)
from server.protocol import events as e
from server.protocol.counts import Mismatch, PaperCount
from server.protocol.events import Entry
from server.protocol.ids import CommentId, ItemId, PaperId, PersonId, PollId, Sha256
from server.protocol.state import (
    AgendaItem,
    Comment,
    MeetingState,
    Paper,
    Personal,
    RollEntry,
)

__all__ = [
    "RULES",
    "Audience",
    "audience",
    "audiences_hold",
    "names_file",
    "personal",
    "redact",
    "tag",
]


def redact(
    entry: Entry, before: MeetingState, after: MeetingState, audience: Audience
) -> Entry | None:
    """Return the entry as this audience sees it, or None when it must not know of it.

    `before` and `after` are the server's full states around the entry.
    """
    view = _VIEWS[audience.kind].get(type(entry.event), _same)
    event = view(entry.event, before, after, audience)
    if event is None:
        return None
    by = entry.by
    if audience.partial and by != after.chair and by not in audience.people:
        by = ""
    return Entry(entry.at, event, by)


def personal(state: MeetingState, person: PersonId) -> Personal:
    """Return what only this person sees: ballots, comments, the place in the queue."""
    ballots = {p: poll.ballots[person] for p, poll in state.polls.items() if person in poll.ballots}
    cast = {p: poll.cast[person] for p, poll in state.polls.items() if person in poll.cast}
    queue = [one.person for one in state.floor]
    place = queue.index(person) + 1 if person in queue else 0
    counted, mismatches = _counting(state, person)
    comments, unheard = _written(state, person)
    return Personal(ballots, place, cast, counted, mismatches, comments, unheard)


def _written(
    state: MeetingState, person: PersonId
) -> tuple[dict[CommentId, Comment], tuple[ItemId, ...]]:
    """Return the person's comments, and the items on which they still wait to be heard."""
    own = {one.id: one for one in state.comments.values() if one.person == person}
    said = {one.item for one in own.values() if one.instead}
    waits = (i.id for i in state.items if person in i.unheard and i.id not in said)
    return own, tuple(waits)


def _counting(
    state: MeetingState, person: PersonId
) -> tuple[dict[PollId, PaperCount], dict[PollId, tuple[Mismatch, ...]]]:
    """Return what this person entered of ballots of paper, and where it differs from others'."""
    entries = {
        poll.id: (poll.board, poll.board.entries[person])
        for poll in state.polls.values()
        if poll.board is not None and person in poll.board.entries
    }
    counted = {p: entry.count for p, (_, entry) in entries.items() if entry.count is not None}
    return counted, {p: board.mismatches for p, (board, _) in entries.items() if board.mismatches}


def names_file(state: MeetingState, audience: Audience, sha256: Sha256) -> bool:
    """Say whether the audience's state names this view copy: only then may it be served."""
    if audience.kind == "nobody":
        return False
    return any(
        file.view_sha256 == sha256
        for item in state.items
        if not audience.partial or item.id in audience.items
        for paper in item.papers
        if not audience.partial or _shown(paper)
        for file in paper.files
    )


# ---- one function for each kind of event that someone sees differently ---------------------------


def _same(
    event: e.Event, _before: MeetingState, _after: MeetingState, _audience: Audience
) -> e.Event | None:
    return event


def _marked(
    event: e.AttendanceMarked, _before: MeetingState, _after: MeetingState, audience: Audience
) -> e.Event | None:
    marks = event.marks
    if audience.partial:
        marks = {person: mark for person, mark in marks.items() if person in audience.people}
    return e.AttendanceMarked(marks) if marks else None


def _published_agenda(event: e.AgendaPublished, *_: object) -> e.Event:
    return e.AgendaPublished(event.version)


def _of_comment(
    event: e.CommentSent | e.CommentTaken,
    _before: MeetingState,
    after: MeetingState,
    _audience: Audience,
) -> e.Event | None:
    return event if after.comments[event.comment].readers == "members" else None


# ---- guests and sites ----------------------------------------------------------------------------


def _roll(state: MeetingState, audience: Audience) -> tuple[RollEntry, ...]:
    """Who presides, as the chair, then the audience's own people."""
    chair = state.roll.get(state.chair)
    first = () if chair is None else (replace(chair, role="chair", items=()),)
    own = (
        replace(entry, items=tuple(item for item in entry.items if item in audience.items))
        for person, entry in state.roll.items()
        if person in audience.people and entry is not chair
    )
    return (*first, *own)


def _reduced_roll(
    _event: e.Event, before: MeetingState, after: MeetingState, audience: Audience
) -> e.Event | None:
    roll = _roll(after, audience)
    return None if roll == _roll(before, audience) else e.RollSet(roll)


def _shown(paper: Paper) -> bool:
    return paper.audience == "item"


def _item(item: AgendaItem) -> AgendaItem:
    return replace(item, papers=tuple(paper for paper in item.papers if _shown(paper)))


def _position(state: MeetingState, item: ItemId, audience: Audience) -> int | None:
    """Return the item's place among those that the audience sees."""
    order = [one.id for one in state.items if one.id in audience.items]
    return order.index(item) if item in order else None


def _added(
    event: e.ItemAdded, _before: MeetingState, after: MeetingState, audience: Audience
) -> e.Event | None:
    position = _position(after, event.item.id, audience)
    if position is None:
        return None
    guests = tuple(person for person in event.guests if person in audience.people)
    return e.ItemAdded(_item(event.item), position, guests)


def _edited(
    event: e.ItemEdited, _before: MeetingState, _after: MeetingState, audience: Audience
) -> e.Event | None:
    if event.item.id not in audience.items:
        return None
    guests = event.guests
    if guests is not None:
        guests = tuple(person for person in guests if person in audience.people)
    return e.ItemEdited(_item(event.item), guests)


def _moved(
    event: e.ItemMoved, before: MeetingState, after: MeetingState, audience: Audience
) -> e.Event | None:
    position = _position(after, event.item, audience)
    if position is None or position == _position(before, event.item, audience):
        return None
    return e.ItemMoved(event.item, position)


def _of_item(
    event: e.ItemDropped | e.ItemPostponed | e.ItemConcluded,
    _before: MeetingState,
    _after: MeetingState,
    audience: Audience,
) -> e.Event | None:
    return event if event.item in audience.items else None


def _filed(
    event: e.PaperFiled, _before: MeetingState, _after: MeetingState, audience: Audience
) -> e.Event | None:
    return event if event.item in audience.items and _shown(event.paper) else None


def _sees_paper(state: MeetingState, paper: PaperId, audience: Audience) -> bool:
    found = state.paper(paper)
    return found is not None and found[0].id in audience.items and _shown(found[1])


def _of_paper(
    event: e.PaperReplaced | e.PaperWithdrawn,
    before: MeetingState,
    _after: MeetingState,
    audience: Audience,
) -> e.Event | None:
    return event if _sees_paper(before, event.paper, audience) else None


def _taken_up(
    event: e.ItemTakenUp, before: MeetingState, _after: MeetingState, audience: Audience
) -> e.Event | None:
    if event.item in audience.items:
        return event
    return e.ItemTakenUp("") if before.current in audience.items else None


def _speech(
    event: e.Event, _before: MeetingState, after: MeetingState, audience: Audience
) -> e.Event | None:
    return event if after.current in audience.items else None


_OFFICER: dict[type, View] = dict(POLLS_OF_OFFICERS)
_MEMBER: dict[type, View] = {
    **POLLS_OF_MEMBERS,
    e.HelpCalled: hidden,
    e.HelpAnswered: hidden,
    e.AgendaAcknowledged: hidden,
    e.PaperReceived: hidden,
    e.PaperOpened: hidden,
    e.AttendanceMarked: _marked,
    e.AgendaPublished: _published_agenda,
    e.CommentSent: _of_comment,
    e.CommentTaken: _of_comment,
}
_DISPLAY: dict[type, View] = {
    **_MEMBER,
    **POLLS_OF_DISPLAYS,
    e.CommentSent: hidden,
    e.CommentTaken: hidden,
}
_GUEST: dict[type, View] = {
    **_MEMBER,
    **POLLS_OF_GUESTS,
    e.RollSet: _reduced_roll,
    e.ActingChairNamed: _reduced_roll,
    e.ItemAdded: _added,
    e.ItemEdited: _edited,
    e.ItemMoved: _moved,
    e.ItemDropped: _of_item,
    e.ItemPostponed: _of_item,
    e.ItemConcluded: _of_item,
    e.PaperFiled: _filed,
    e.PaperReplaced: _of_paper,
    e.PaperWithdrawn: _of_paper,
    e.ItemTakenUp: _taken_up,
    e.CommentSent: hidden,
    e.CommentTaken: hidden,
    e.FloorAsked: hidden,
    e.FloorWithdrawn: hidden,
    e.FloorGiven: _speech,
    e.FloorExtended: _speech,
    e.FloorEnded: _speech,
}
_SITE: dict[type, View] = {**_GUEST, **POLLS_OF_SITES}
_NOBODY: dict[type, View] = dict.fromkeys(get_args(e.Event), hidden)
_VIEWS: dict[Kind, dict[type, View]] = {
    "officer": _OFFICER,
    "member": _MEMBER,
    "display": _DISPLAY,
    "guest": _GUEST,
    "site": _SITE,
    "nobody": _NOBODY,
}
