"""The roll as the secretary calls it: who is where since when, and whether that is enough."""

from dataclasses import dataclass
from typing import Literal

from client.selectors.chair import quorum
from client.selectors.words import Words
from client.state import AppState, RoomView
from server.protocol.commands import MarkAttendance
from server.protocol.ids import PersonId
from server.protocol.state import Attendance, Presence, RollEntry

Group = Literal["all", "present", "absent", "unmarked"]
GROUPS: tuple[Group, ...] = ("all", "present", "absent", "unmarked")
MARKS: tuple[Presence, ...] = ("present", "leave", "no_leave", "left")
MARK_KEYS: dict[Presence, str] = {
    "present": "roll.present",
    "leave": "roll.leave",
    "no_leave": "roll.noleave",
    "left": "roll.left.s",
}
_ABSENT = frozenset({"leave", "no_leave", "left"})


@dataclass(frozen=True, slots=True)
class RollRow:
    """One summoned person. `line` says since when, and why somebody is absent."""

    person: PersonId
    seat: str
    name: str
    post: str
    presence: Presence
    line: str


@dataclass(frozen=True, slots=True)
class RollCount:
    """How many members are in one state."""

    label: str
    icon: str
    tone: str
    count: int


@dataclass(frozen=True, slots=True)
class RollSide:
    """What stands beside the roll."""

    count: str
    words: str
    met: bool
    counts: tuple[RollCount, ...]
    frozen: str
    chair: str
    chair_line: str
    chair_away: str
    unmarked: tuple[PersonId, ...]
    locked: str
    """Why nothing can be marked, or nothing."""


@dataclass(frozen=True, slots=True)
class Presider:
    """A member who may preside."""

    person: PersonId
    name: str
    line: str
    here: bool
    on: bool


def roll_rows(state: AppState) -> tuple[RollRow, ...]:
    """Return whose presence is marked: the members in their order, then guests and sites.

    Displays and a secretary without a ballot are on the roll for their rights only.
    """
    room, words = state.room(), Words.of(state)
    if room is None:
        return ()
    marks = _marks(state, room)
    entries = [
        one for one in room.state.roll.values() if one.ballots or one.role in {"guest", "site"}
    ]
    entries.sort(key=lambda one: not one.ballots)
    return tuple(_row(one, marks.get(one.person, Attendance()), words) for one in entries)


def _marks(state: AppState, room: RoomView) -> dict[PersonId, Attendance]:
    """Return the marks as they will be once those on their way have arrived."""
    marks = dict(room.state.attendance)
    for pending in state.pending:
        command = pending.command
        if isinstance(command, MarkAttendance) and pending.room == room.state.id:
            for person, presence in command.marks.items():
                marks[person] = Attendance(presence, command.reason, pending.since)
    return marks


def _row(entry: RollEntry, mark: Attendance, words: Words) -> RollRow:
    return RollRow(
        entry.person,
        entry.seat,
        entry.name,
        entry.post,
        mark.presence,
        _line(mark, words),
    )


def _line(mark: Attendance, words: Words) -> str:
    if mark.presence == "unmarked":
        return ""
    keys: dict[Presence, str] = {"present": "roll.since", "left": "roll.left.at"}
    told = words(keys.get(mark.presence, "roll.absent.at"), t=words.time(mark.at))
    return f"{mark.reason} · {told}" if mark.reason else told


def in_group(rows: tuple[RollRow, ...], group: Group) -> tuple[RollRow, ...]:
    """Return the rows of one group."""
    if group == "all":
        return rows
    if group == "absent":
        return tuple(row for row in rows if row.presence in _ABSENT)
    return tuple(row for row in rows if row.presence == group)


def group_labels(rows: tuple[RollRow, ...], words: Words) -> tuple[tuple[Group, str], ...]:
    """Return every group with its name and count."""
    return tuple((one, words(f"roll.f.{one}", n=len(in_group(rows, one)))) for one in GROUPS)


def roll_side(state: AppState) -> RollSide | None:
    """Return the quorum at this moment in words, the counts, and who presides."""
    room, words = state.room(), Words.of(state)
    if room is None:
        return None
    here, members, need = quorum(room)
    key = "roll.words.met" if here >= need else "roll.words.short"
    poll = room.state.open_poll()
    chair = room.state.roll.get(room.state.chair)
    away = chair is not None and not _is_here(room, chair.person)
    begun = room.state.phase != "prepared"
    closed = room.state.phase == "closed"
    return RollSide(
        count=f"{here}/{members}",
        words=words(key, a=here, b=members, k=need, d=need - here),
        met=here >= need,
        counts=_counts(room, words),
        frozen=words("roll.frozen", n=poll.present) if poll else "",
        chair=chair.name if chair else words("roll.chair.none"),
        chair_line=chair.post if chair else "",
        chair_away=words("roll.chair.away") if away and begun and not closed else "",
        unmarked=tuple(row.person for row in roll_rows(state) if row.presence == "unmarked"),
        locked=words("roll.closed") if closed else "",
    )


def _is_here(room: RoomView, person: PersonId) -> bool:
    mark = room.state.attendance.get(person)
    return mark is not None and mark.presence == "present"


def _counts(room: RoomView, words: Words) -> tuple[RollCount, ...]:
    roll, marks = room.state.roll, room.state.attendance

    def members(presence: Presence) -> int:
        return sum(
            1
            for person, entry in roll.items()
            if entry.ballots and marks.get(person, Attendance()).presence == presence
        )

    guests = sum(1 for p, e in roll.items() if e.role in {"guest", "site"} and _is_here(room, p))
    return (
        RollCount(words("roll.present"), "check", "grn", members("present")),
        RollCount(words("roll.leave"), "file-text", "amb", members("leave")),
        RollCount(words("roll.noleave"), "x", "lac", members("no_leave")),
        RollCount(words("roll.left.s"), "logout", "ink2", members("left")),
        RollCount(words("roll.count.unmarked"), "clock", "ink2", members("unmarked")),
        RollCount(words("roll.count.guests"), "users", "ink2", guests),
    )


def presiders(state: AppState) -> tuple[Presider, ...]:
    """Return who may preside: members, those who are here first."""
    room, words = state.room(), Words.of(state)
    if room is None:
        return ()
    found = []
    for entry in room.state.roll.values():
        if entry.role in {"chair", "member"}:
            here = _is_here(room, entry.person)
            state_of = words("roll.present") if here else words("res.absent")
            line = " · ".join(part for part in (entry.post, state_of) if part)
            on = entry.person == room.state.chair
            found.append(Presider(entry.person, entry.name, line, here, on))
    return tuple(sorted(found, key=lambda one: not one.here))
