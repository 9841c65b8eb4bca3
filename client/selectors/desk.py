"""What every page of the desk shares: the bar, the meetings to choose from, who counts."""

from dataclasses import dataclass
from typing import Literal

from client.i18n import initials
from client.selectors.chair import quorum
from client.selectors.words import Words
from client.state import AppState, RoomView
from server.protocol.ids import ItemId, PersonId
from server.protocol.state import Paper

ChipKind = Literal["neutral", "grn", "amb", "lac", "blu", "solid", "outline"]
TITLE_SIGNS = 30
PHASES: dict[str, tuple[str, ChipKind, str]] = {
    "prepared": ("clock", "outline", "desk.prepared"),
    "open": ("circle-dot", "solid", "desk.live"),
    "paused": ("coffee", "amb", "live.break"),
    "closed": ("check", "neutral", "desk.ended"),
}


@dataclass(frozen=True, slots=True)
class DeskBar:
    """The top bar. `online` is how many tablets are connected, of how many that should be."""

    title: str
    subtitle: str
    phase: str
    phase_icon: str
    phase_kind: ChipKind
    online: str
    line: Literal["ok", "lost", "again"]
    clock: str
    name: str
    initials: str


@dataclass(frozen=True, slots=True)
class MeetingChoice:
    """One meeting in the chooser."""

    room: str
    title: str
    line: str
    phase: str
    phase_icon: str
    phase_kind: ChipKind
    live: bool


def desk_bar(state: AppState) -> DeskBar:
    """Return the bar; without a meeting it names the person's body only."""
    words, room = Words.of(state), state.room()
    name = state.login.name if state.login else ""
    body, line, icon, kind, phase = _office_name(state), "", "", "neutral", ""
    if room is not None:
        meeting = room.state
        short = meeting.organization.short_name or meeting.organization.name
        body, line = _session(
            short, meeting.ordinal or meeting.title, words.date(meeting.starts_at), meeting.place
        )
        icon, kind, key = PHASES[meeting.phase]
        phase = words(key)
    status: Literal["ok", "lost", "again"] = "again"
    if state.line == "connected":
        status = "ok"
    elif state.line == "refused":
        status = "lost"
    return DeskBar(
        title=body or words("app.name"),
        subtitle=line,
        phase=phase,
        phase_icon=icon,
        phase_kind=kind,  # type: ignore[arg-type]
        online=_online(state, room, words, status),
        line=status,
        clock=words.time(state.now),
        name=name,
        initials=initials(name),
    )


def _session(body: str, ordinal: str, date: str, place: str) -> tuple[str, str]:
    """Return two lines: the body with the session's number while that is short enough."""
    whole = _joined(body, ordinal)
    if len(whole) <= TITLE_SIGNS:
        return whole, _joined(date, place)
    return body, _joined(ordinal, date)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _office_name(state: AppState) -> str:
    known = {one.id: one.name for one in state.office.organizations}
    return known.get(state.office.organization, "")


def _online(state: AppState, room: RoomView | None, words: Words, status: str) -> str:
    if status != "ok":
        return words("net.off" if status == "lost" else "net.re")
    if room is None:
        return words("net.ok")
    people = readers(room)
    on = len({one.person for one in room.online} & set(people))
    expected = len(people) if state.now else 0
    return words("desk.online", n=f"{on}/{expected}")


def readers(room: RoomView, item: ItemId = "", paper: Paper | None = None) -> tuple[PersonId, ...]:
    """Return who is to receive an item's paper: present or connected, everybody before the start.

    Without an item: all members, and the guests of any item.
    """
    found = []
    begun = room.state.phase != "prepared"
    connected = {one.person for one in room.online}
    for person, entry in room.state.roll.items():
        if entry.role == "guest":
            invited = item in entry.items if item else bool(entry.items)
            if not invited or (paper is not None and paper.audience == "members"):
                continue
        elif not entry.ballots:
            continue
        mark = room.state.attendance.get(person)
        here = mark is not None and mark.presence == "present"
        if here or person in connected or not begun:
            found.append(person)
    return tuple(found)


def receipts(room: RoomView, item: ItemId, paper: Paper) -> tuple[int, int, int]:
    """Return (received, opened, expected) of a paper's current version."""
    people = readers(room, item, paper)
    known = room.state.receipts.get(paper.file.view_sha256, {}) if paper.file else {}
    marks = [known[person] for person in people if person in known]
    received = sum(1 for one in marks if one.received_at)
    return received, sum(1 for one in marks if one.opened_at), len(people)


def present_line(state: AppState, room: RoomView) -> tuple[str, str, bool]:
    """Return (13/15, có mặt · cần từ 10, whether that is enough)."""
    here, members, need = quorum(room)
    return f"{here}/{members}", Words.of(state)("live.present", k=need), here >= need


def meetings(state: AppState) -> tuple[MeetingChoice, ...]:
    """Return the meetings that the person may work on: live ones first, ended ones last."""
    words = Words.of(state)
    order = {"open": 0, "paused": 0, "prepared": 1, "closed": 2}
    cards = sorted(
        (one for one in state.meetings if one.role in {"secretary", "chair"}),
        key=lambda card: (order[card.phase], card.starts_at),
    )
    return tuple(
        MeetingChoice(
            card.room,
            card.title,
            " · ".join(
                part
                for part in (
                    card.organization.name,
                    " ".join(
                        p for p in (words.time(card.starts_at), words.date(card.starts_at)) if p
                    ),
                    card.place,
                )
                if part
            ),
            words(PHASES[card.phase][2]),
            PHASES[card.phase][0],
            PHASES[card.phase][1],
            card.phase in {"open", "paused"},
        )
        for card in cards
    )
