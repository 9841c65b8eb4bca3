"""What waits to be published, in words; and how far the last publication has come."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from client.selectors.desk import readers
from client.selectors.desk_drafts import effective, guests_of
from client.selectors.desk_papers import paper_line
from client.selectors.words import Words
from client.state import AppState, RoomView
from server.protocol import commands as c
from server.protocol.commands import Draft
from server.protocol.ids import PersonId
from server.protocol.state import AgendaItem, MeetingState

MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class PendingRow:
    """One draft in words."""

    draft: str
    icon: str
    title: str
    line: str


@dataclass(frozen=True, slots=True)
class Pending:
    """All drafts. `ask` is what the dialog of publication says."""

    count: int
    title: str
    publish: str
    rows: tuple[PendingRow, ...]
    drafts: tuple[Draft, ...]
    ask_title: str
    ask: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """How many hold what was published last, of how many."""

    count: int
    expected: int


def pending(state: AppState) -> Pending:
    """Return every draft in words, in the order in which they will happen."""
    room, words = state.room(), Words.of(state)
    if room is None:
        return Pending(0, "", words("desk.publish", n=0), (), (), "", "")
    rows = []
    before = room.state
    for draft in room.drafts:
        after = effective(before, (draft,))
        rows.append(_row(room, draft, before, after, words))
        before = after
    count = len(rows)
    tablets = len(readers(room))
    return Pending(
        count,
        words("pend.title", n=count),
        words("desk.publish", n=count),
        tuple(rows),
        room.drafts,
        words("pub.title", n=count),
        words("pub.body", a=tablets),
    )


def acknowledged(state: AppState) -> Acknowledged:
    """Return how many tablets hold the newest agenda and everything in it that is theirs."""
    room = state.room()
    if room is None:
        return Acknowledged(0, 0)
    people = readers(room)
    lacking = _lacking(room)
    known = room.state.acknowledged
    has = [
        person
        for person in people
        if person not in lacking
        and person in known
        and known[person].version >= room.state.agenda_version
    ]
    return Acknowledged(len(has), len(people))


def _lacking(room: RoomView) -> set[PersonId]:
    """Return who has not received a paper that is theirs."""
    found: set[PersonId] = set()
    for item in room.state.items:
        for paper in item.papers:
            if paper.file is None:
                continue
            held = room.state.receipts.get(paper.file.view_sha256, {})
            got = {person for person, one in held.items() if one.received_at}
            found |= set(readers(room, item.id, paper)) - got
    return found


def _ends_at(room: RoomView, future: MeetingState) -> int:
    """Return when the meeting will be over by the minutes of its items; 0 when unknown."""
    begins = room.state.opened_at or room.state.starts_at
    total = sum(one.minutes for one in future.items if one.status != "hold")
    return begins + total * MINUTE if begins and total else 0


# ---- one draft in words --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Telling:
    """What a draft is told from: the meeting before and after it."""

    room: RoomView
    before: MeetingState
    after: MeetingState
    words: Words

    def item(self, item: str) -> AgendaItem | None:
        return self.after.item(item) or self.before.item(item)

    def at(self, item: str) -> str:
        found = self.item(item)
        return self.words("desk.itemno", n=found.number) if found else ""


def _row(
    room: RoomView, draft: Draft, before: MeetingState, after: MeetingState, words: Words
) -> PendingRow:
    icon, title, line = _TELL[type(draft.change)](
        _Telling(room, before, after, words), draft.change
    )
    return PendingRow(draft.id, icon, title, line)


Told = tuple[str, str, str]


def _added(told: _Telling, change: c.AddItem) -> Told:
    words = told.words
    title = words("pend.add", at=told.at(change.item), title=change.title)
    minutes = words("desk.min", n=change.minutes) if change.minutes else ""
    line = " · ".join(one for one in (minutes, words(f"form.{change.form}")) if one)
    return "plus", title, line


def _edited(told: _Telling, change: c.EditItem) -> Told:
    words, old = told.words, told.before.item(change.item)
    if old is None:
        return "edit", told.at(change.item), ""
    now, was = [], []
    for field in ("title", "short_title", "minutes", "presenter", "form", "guests"):
        value = getattr(change, field)
        if value is None:
            continue
        before = guests_of(told.before, old.id) if field == "guests" else getattr(old, field)
        key = "pend.name" if field == "title" else f"pend.{field}"
        now.append(words(key, v=_value(told, field, value)))
        was.append(_value(told, field, before))
    title = f"{told.at(change.item)}: " + ", ".join(now)
    icon = "edit"
    if change.minutes is not None and len(now) == 1:
        title = f"{told.at(change.item)}: " + words(
            "pend.minutes.from", a=old.minutes, b=change.minutes
        )
        end = _ends_at(told.room, told.after)
        return "clock", title, words("pend.ends", t=words.time(end)) if end else ""
    if change.presenter is not None and len(now) == 1:
        icon = "user"
    if change.guests is not None and len(now) == 1:
        icon = "users"
    return icon, title, words("pend.was", v=", ".join(was))


def _value(told: _Telling, field: str, value: Any) -> str:
    words = told.words
    if field == "minutes":
        return words("desk.min", n=value)
    if field == "form":
        return words(f"form.{value}")
    if field == "guests":
        names = [told.after.roll[one].name for one in value if one in told.after.roll]
        return ", ".join(names) or words("pend.nobody")
    return str(value) or words("pend.nothing")


def _moved(told: _Telling, change: c.MoveItem) -> Told:
    old = told.before.item(change.item)
    words = told.words
    place = change.position
    title = words("pend.move", title=_short(told.item(change.item)), n=place)
    return "replace", title, words("pend.move.was", n=old.number) if old else ""


def _short(item: AgendaItem | None) -> str:
    return (item.short_title or item.title) if item else ""


def _dropped(told: _Telling, change: c.DropItem) -> Told:
    old = told.before.item(change.item)
    words = told.words
    return "trash", words("pend.drop", at=told.at(change.item), title=_short(old)), ""


def _held(told: _Telling, change: c.PostponeItem) -> Told:
    words = told.words
    key = "pend.hold" if change.hold else "pend.unhold"
    icon = "player-pause" if change.hold else "player-play"
    return icon, words(key, at=told.at(change.item)), _short(told.item(change.item))


def _filed(told: _Telling, change: c.FilePaper) -> Told:
    words, found = told.words, told.after.paper(change.paper)
    key = "pend.file" if change.file else "pend.file.paper"
    title = words(key, at=told.at(change.item), title=change.title)
    icon = "file-upload" if change.file else "file-off"
    return icon, title, paper_line(found[1], words) if found else ""


def _replaced(told: _Telling, change: c.ReplacePaper) -> Told:
    words, found = told.words, told.after.paper(change.paper)
    if found is None:
        return "replace", words("pend.gone"), ""
    item, paper = found
    title = words(
        "pend.replace",
        at=words("desk.itemno", n=item.number),
        title=paper.title,
        a=max(0, paper.version - 1),
        b=paper.version,
    )
    tablets = len(readers(told.room, item.id, paper))
    return "replace", title, words("pend.tablets", n=tablets)


def _withdrawn(told: _Telling, change: c.WithdrawPaper) -> Told:
    words, found = told.words, told.before.paper(change.paper)
    if found is None:
        return "trash", words("pend.gone"), ""
    at = words("desk.itemno", n=found[0].number)
    title = words("pend.withdraw", at=at, title=found[1].title)
    return "trash", title, ""


_TELL: dict[type, Callable[[_Telling, Any], Told]] = {
    c.AddItem: _added,
    c.EditItem: _edited,
    c.MoveItem: _moved,
    c.DropItem: _dropped,
    c.PostponeItem: _held,
    c.FilePaper: _filed,
    c.ReplacePaper: _replaced,
    c.WithdrawPaper: _withdrawn,
}
