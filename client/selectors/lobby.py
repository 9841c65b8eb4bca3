"""The lobby: today's meeting, what comes after it, and whether this tablet is ready."""

from dataclasses import dataclass
from typing import Literal

from client.i18n import initials
from client.selectors.shell import Status, line_status
from client.selectors.words import Words, minutes_until, same_day
from client.state import AppState, RoomView
from server.protocol.office import MeetingCard
from server.protocol.state import File

ENOUGH_BATTERY = 30
"""Percent that lasts for a session of three hours on the tablets that were asked about."""
COMING = 3


@dataclass(frozen=True, slots=True)
class TodayCard:
    """The meeting on the large card."""

    room: str
    chip: str
    live: bool
    hours: str
    title: str
    line: str
    can_enter: bool
    can_read: bool


@dataclass(frozen=True, slots=True)
class ComingRow:
    """One later meeting."""

    room: str
    day: str
    month: str
    title: str
    line: str
    chip: Status
    chip_kind: Literal["done", "none", "loading"]


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """One thing that should be in order before the meeting."""

    done: bool
    title: str
    line: str


@dataclass(frozen=True, slots=True)
class Ready:
    """What is in order, and whether a ballot can still be tried."""

    rows: tuple[ReadyRow, ...]
    count: str
    share: float
    room: str
    tried: bool


@dataclass(frozen=True, slots=True)
class Who:
    """The top bar: who is here, and the line."""

    name: str
    initials: str
    line: Status


def current_files(room: RoomView) -> tuple[File, ...]:
    """Return the newest file of every paper of a meeting, in the order of its agenda."""
    papers = (paper for item in room.state.items for paper in item.papers)
    return tuple(paper.file for paper in papers if paper.file is not None)


def stored(state: AppState, room: RoomView) -> tuple[int, int]:
    """Return how many of the meeting's files are on this device, and how many there are."""
    files = current_files(room)
    held = [file for file in files if _held(state, file)]
    return len(held), len(files)


def _held(state: AppState, file: File) -> bool:
    known = state.downloads.get(file.view_sha256)
    return known is not None and known.stored


def who(state: AppState) -> Who:
    """Return who is signed in, and how the line is."""
    name = state.login.name if state.login else ""
    return Who(name, initials(name), line_status(state))


def _cards(state: AppState) -> list[MeetingCard]:
    return [card for card in state.meetings if card.phase != "closed"]


def today(state: AppState) -> TodayCard | None:
    """Return the next meeting, or None when there is none."""
    cards = _cards(state)
    return _today(state, cards[0]) if cards else None


def coming(state: AppState) -> tuple[ComingRow, ...]:
    """Return the meetings after it."""
    return tuple(_coming(state, card) for card in _cards(state)[1 : 1 + COMING])


def ready(state: AppState) -> Ready:
    """Return what is in order for the next meeting."""
    cards = _cards(state)
    if not cards:
        return Ready((), "", 0.0, "", tried=False)
    rows = _ready(state, cards[0])
    done = sum(row.done for row in rows)
    return Ready(rows, f"{done}/{len(rows)}", done / len(rows), cards[0].room, state.practised)


def _today(state: AppState, card: MeetingCard) -> TodayCard:
    words, room = Words.of(state), state.rooms.get(card.room)
    line = card.place
    if room is not None:
        count = words("lobby.counts", n=len(room.state.items), m=len(current_files(room)))
        line = f"{card.place} · {count}" if card.place else count
    hours = words.time(card.starts_at)
    if card.ends_at:
        hours = words("time.span", a=hours, b=words.time(card.ends_at))
    return TodayCard(
        room=card.room,
        chip=_when(state, card),
        live=same_day(card.starts_at, state.now) or card.phase in {"open", "paused"},
        hours=hours,
        title=card.title,
        line=line,
        can_enter=room is not None,
        can_read=room is not None and bool(current_files(room)),
    )


def _when(state: AppState, card: MeetingCard) -> str:
    words = Words.of(state)
    if card.phase in {"open", "paused"}:
        return words("desk.live" if card.phase == "open" else "live.break")
    left = minutes_until(card.starts_at, state.now)
    if same_day(card.starts_at, state.now) and left > 0:
        return words("lobby.startin", n=left)
    return words.weekday_date(card.starts_at)


def _coming(state: AppState, card: MeetingCard) -> ComingRow:
    words, room = Words.of(state), state.rooms.get(card.room)
    day, month = words.day_and_month(card.starts_at)
    held, total = stored(state, room) if room else (0, 0)
    parts = [words.time(card.starts_at), card.place]
    if total:
        parts.append(words("lobby.papers", n=total))
    kind: Literal["done", "none", "loading"]
    if not total:
        kind, chip = "none", Status("clock", words("lobby.nodocs"), "ink2")
    elif held == total:
        kind, chip = "done", Status("circle-check", words("lobby.dl.ok"), "grn")
    else:
        kind, chip = "loading", Status("download", words("lobby.dl.n", n=held, m=total), "blu")
    line = " · ".join(part for part in parts if part)
    return ComingRow(card.room, day, month, card.title, line, chip, kind)


def _ready(state: AppState, card: MeetingCard) -> tuple[ReadyRow, ...]:
    words, room = Words.of(state), state.rooms.get(card.room)
    connected = state.line == "connected"
    tried = words("ready.net.s", t=words.time(state.line_since))
    rows = [ReadyRow(connected, words("ready.net"), tried if connected else words("net.re"))]
    if room is None:
        return tuple(rows)
    held, total = stored(state, room)
    title = words("ready.docs", n=held, m=total)
    rows.append(ReadyRow(held == total, title, words("ready.docs.s")))
    version = room.state.agenda_version
    added = [item.number for item in room.state.items if item.added_in == version > 1]
    when = words.time(room.state.agenda_published_at)
    title = words("ready.agenda" if version else "ready.agenda.none", n=version)
    line = words("ready.agenda.published" if version else "ready.agenda.none.s", t=when)
    if added:
        line = words("ready.agenda.s", n=", ".join(map(str, added)), t=when)
    rows.append(ReadyRow(room.joined and version > 0, title, line))
    tried = words("ready.vote.done" if state.practised else "ready.vote.s")
    rows.append(ReadyRow(state.practised, words("ready.vote"), tried))
    entry = room.state.roll.get(state.login.person) if state.login else None
    seat = words("ready.seat", a=state.device_name, b=entry.seat if entry else "")
    if state.battery is not None:
        enough = state.battery >= ENOUGH_BATTERY
        key = "ready.bat" if enough else "ready.bat.low"
        rows.append(ReadyRow(enough, words(key, n=state.battery), seat))
    else:
        rows.append(ReadyRow(done=True, title=words("ready.power"), line=seat))
    return tuple(rows)
