"""The room as the secretary sees it now: who is here, who has what, who speaks, who needs help."""

from dataclasses import dataclass
from typing import Literal

from client.i18n import name_key
from client.selectors.chair import ChairPoll, chair_poll, next_item
from client.selectors.desk import present_line, readers, receipts
from client.selectors.floor import name_of
from client.selectors.words import Words
from client.state import AppState, RoomView
from server.protocol.ids import PersonId
from server.protocol.state import AgendaItem, Paper, Presence

SHOWN_PAPERS = 3
"""Papers in the card of receipts."""


@dataclass(frozen=True, slots=True)
class SeatView:
    """One member's place. `name` and `line` head its roll-call menu."""

    person: PersonId
    text: str
    present: bool
    name: str
    line: str
    presence: Presence


@dataclass(frozen=True, slots=True)
class Presences:
    """The count, and the seats."""

    count: str
    line: str
    quorum: str
    met: bool
    seats: tuple[SeatView, ...]


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One paper: how many hold it, how many have opened it."""

    title: str
    got: str
    opened: str
    all_got: bool
    all_opened: bool


@dataclass(frozen=True, slots=True)
class Unopened:
    """Somebody who has not opened a paper yet."""

    name: str
    line: str
    got: bool


@dataclass(frozen=True, slots=True)
class Receipts:
    """What was sent last, and who has not opened it. `label` is empty when all have."""

    lines: tuple[ReceiptLine, ...]
    label: str
    people: tuple[Unopened, ...]


@dataclass(frozen=True, slots=True)
class HelpLine:
    """Somebody calls for help."""

    person: PersonId
    title: str
    line: str
    icon: str


@dataclass(frozen=True, slots=True)
class Actions:
    """The buttons at the bottom; `turn` names what the first does, empty texts are absent ones."""

    turn: Literal["start", "resume", "next", "finish", ""]
    turn_label: str
    item: str
    poll: ChairPoll | None
    poll_label: str
    poll_on: bool
    can_break: bool
    notice: bool


HELP_ICONS = {"tech": "device-tablet", "tea": "coffee", "mic": "microphone", "print": "printer"}


def presences(state: AppState) -> Presences | None:
    """Return who is here, or None without a meeting."""
    room = state.room()
    if room is None:
        return None
    words = Words.of(state)
    count, line, met = present_line(state, room)
    return Presences(
        count, line, words("live.quorum" if met else "live.noquorum"), met, _seats(room, words)
    )


def _seats(room: RoomView, words: Words) -> tuple[SeatView, ...]:
    found: list[SeatView] = []
    for person, entry in room.state.roll.items():
        if not entry.ballots:
            continue
        mark = room.state.attendance.get(person)
        presence = mark.presence if mark else "unmarked"
        since = words.time(mark.at) if mark else ""
        told = words(f"roll.{presence.replace('_', '')}")
        line = " · ".join(part for part in (entry.post, f"{told} {since}".strip()) if part)
        number = entry.seat or str(len(found) + 1)
        found.append(SeatView(person, number, presence == "present", entry.name, line, presence))
    return tuple(found)


def sent_papers(state: AppState) -> Receipts:
    """Return what has been sent last: new versions and items, then the current item's papers."""
    room, words = state.room(), Words.of(state)
    if room is None:
        return Receipts((), "", ())
    chosen = _latest(room)
    lines = tuple(_receipt(room, item, paper, words) for item, paper in chosen)
    people = _unopened(room, chosen, words)
    label = words("live.who", n=len(people)) if people else ""
    return Receipts(lines, label, people)


def _latest(room: RoomView) -> tuple[tuple[AgendaItem, Paper], ...]:
    """The papers that the room should be opening now."""
    with_file = [(i, p) for i in room.state.items for p in i.papers if p.file is not None]
    new = [one for one in with_file if one[1].version > 1 or one[0].added_in > 1]
    new = [one for one in new if one[0].status != "done"]
    current = [one for one in with_file if one[0].id == room.state.current and one not in new]
    first = [one for one in with_file if one not in new and one not in current]
    return tuple((new + current + first)[:SHOWN_PAPERS])


def _receipt(room: RoomView, item: AgendaItem, paper: Paper, words: Words) -> ReceiptLine:
    got, opened, expected = receipts(room, item.id, paper)
    title = f"{item.number}. {paper.title}"
    if paper.version > 1:
        title += ", " + words("doc.ver", n=paper.version)
    return ReceiptLine(
        title, f"{got}/{expected}", f"{opened}/{expected}", got >= expected, opened >= expected
    )


def _unopened(
    room: RoomView, papers: tuple[tuple[AgendaItem, Paper], ...], words: Words
) -> tuple[Unopened, ...]:
    missing: dict[PersonId, list[str]] = {}
    holding: dict[PersonId, bool] = {}
    for item, paper in papers:
        known = room.state.receipts.get(paper.file.view_sha256, {}) if paper.file else {}
        for person in readers(room, item.id, paper):
            receipt = known.get(person)
            if receipt is None or not receipt.opened_at:
                missing.setdefault(person, []).append(paper.title)
                got = receipt is not None and receipt.received_at > 0
                holding[person] = holding.get(person, True) and got
    found = [
        Unopened(
            name_of(room, person),
            words("live.unopened" if holding[person] else "live.notgot", papers=", ".join(titles)),
            holding[person],
        )
        for person, titles in missing.items()
    ]
    return tuple(sorted(found, key=lambda one: name_key(one.name)))


def help_calls(state: AppState) -> tuple[HelpLine, ...]:
    """Return the calls that nobody has answered, oldest first."""
    room, words = state.room(), Words.of(state)
    if room is None:
        return ()
    found: list[HelpLine] = []
    for call in room.state.help:
        entry = room.state.roll.get(call.person)
        seat = words("signin.yourseat", n=entry.seat) if entry and entry.seat else ""
        line = " · ".join(
            part for part in (words(f"help.{call.kind}"), seat, words.time(call.at)) if part
        )
        found.append(HelpLine(call.person, name_of(room, call.person), line, HELP_ICONS[call.kind]))
    return tuple(found)


def actions(state: AppState) -> Actions:
    """Return what the secretary can do with the meeting at one touch."""
    room, words = state.room(), Words.of(state)
    if room is None or room.state.phase == "closed":
        return Actions("", "", "", None, words("live.openvote"), False, False, room is not None)
    poll = chair_poll(state, room)
    running = poll.stage in {"open", "paused"}
    turn, label, item = _turn(room, words, running=running)
    return Actions(
        turn,
        label,
        item,
        poll,
        words("vd.close" if running else "live.openvote"),
        running or (poll.stage == "ready" and room.state.phase == "open"),
        room.state.phase == "open" and not running,
        True,
    )


def _turn(
    room: RoomView, words: Words, *, running: bool
) -> tuple[Literal["start", "resume", "next", "finish", ""], str, str]:
    if room.state.phase == "prepared":
        return "start", words("chair.start"), ""
    if room.state.phase == "paused":
        return "resume", words("chair.resume"), ""
    following = next_item(room)
    if following is not None:
        return "next", words("live.next", n=following.number), following.id
    return ("", "", "") if running else ("finish", words("chair.finish"), "")
