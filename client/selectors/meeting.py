"""The meeting on a tablet: the agenda rail, an item's papers, following, the floor."""

from dataclasses import dataclass
from typing import Literal

from client.i18n import countdown
from client.selectors.reading import (
    item_on_screen,
    paper_on_screen,
    target,
    version_on_screen,
)
from client.selectors.words import Words
from client.state import AppState, RoomView
from server.protocol.commands import AskFloor, WithdrawFloor
from server.protocol.state import AgendaItem, Paper

StatusKind = Literal["done", "now", "wait", "changed", "new", "paper", "hold"]


@dataclass(frozen=True, slots=True)
class RailRow:
    """One item of the agenda; `status` names its icon and colour."""

    item: str
    number: str
    title: str
    status: StatusKind
    status_text: str
    short_status: str
    selected: bool
    live: bool


@dataclass(frozen=True, slots=True)
class Rail:
    """The agenda. `mode`: the person's choice where there is room for one."""

    rows: tuple[RailRow, ...]
    mode: Literal["open", "slim"]


@dataclass(frozen=True, slots=True)
class Tab:
    """One paper of the item on screen. `version` is empty for the first."""

    paper: str
    title: str
    version: str
    selected: bool


@dataclass(frozen=True, slots=True)
class Follow:
    """The chip right of the tabs."""

    state: Literal["none", "off", "on", "paused"]
    text: str


@dataclass(frozen=True, slots=True)
class Tabs:
    """The row above the page."""

    tabs: tuple[Tab, ...]
    follow: Follow


@dataclass(frozen=True, slots=True)
class Speak:
    """The button in the bottom right corner and its three states."""

    state: Literal["ask", "wait", "now", "absent"]
    text: str = ""
    busy: bool = False
    short: str = ""
    """The words where there is little room."""


@dataclass(frozen=True, slots=True)
class Corner:
    """The bottom right corner: the floor for a member, showing the page for the chair."""

    speak: Speak
    chair: bool
    sharing: bool


def presides(state: AppState, room: RoomView | None) -> bool:
    """Say whether the person at this device presides over the meeting."""
    return room is not None and state.login is not None and room.state.chair == state.login.person


def chairing(state: AppState) -> bool:
    """Say whether the chair's panel belongs beside the page."""
    return presides(state, state.room())


def rail(state: AppState) -> Rail:
    """Return the agenda."""
    room = state.room()
    items = room.state.items if room else ()
    rows = tuple(_rail_row(state, room, one) for one in items) if room else ()
    return Rail(rows, "open" if state.preferences.rail_open else "slim")


def _rail_row(state: AppState, room: RoomView, item: AgendaItem) -> RailRow:
    words, kind = Words.of(state), _item_status(state, room, item)
    return RailRow(
        item.id,
        str(item.number),
        item.short_title or item.title,
        kind,
        words(f"st.{kind}"),
        words(f"st.{kind}.s"),
        item.id == state.place.item,
        item.id == room.state.current,
    )


def _item_status(state: AppState, room: RoomView, item: AgendaItem) -> StatusKind:
    """Return an item's status in the rail, the most telling first (ui.md 3)."""
    on_paper = bool(item.papers) and all(paper.file is None for paper in item.papers)
    telling: tuple[tuple[bool, StatusKind], ...] = (
        (item.id == room.state.current, "now"),
        (item.status == "done", "done"),
        (item.status == "hold", "hold"),
        (item.added_in > 1 and not _looked_at(state, item), "new"),
        (_changed(state, item), "changed"),
        (on_paper, "paper"),
    )
    return next((kind for holds, kind in telling if holds), "wait")


def _looked_at(state: AppState, item: AgendaItem) -> bool:
    return bool(item.papers) and all(paper.id in state.seen_versions for paper in item.papers)


def _changed(state: AppState, item: AgendaItem) -> bool:
    return any(
        paper.version > max(1, state.seen_versions.get(paper.id, 0)) for paper in item.papers
    )


def tabs(state: AppState) -> Tabs:
    """Return the papers of the item on screen, and whether the presenter is followed."""
    room = state.room()
    if room is None:
        return Tabs((), Follow("none", ""))
    item = item_on_screen(state, room)
    chosen = paper_on_screen(state, item)
    papers = item.papers if item else ()
    return Tabs(tuple(_tab(state, one, chosen) for one in papers), _follow(state, room))


def _tab(state: AppState, paper: Paper, chosen: Paper | None) -> Tab:
    selected = chosen is not None and paper.id == chosen.id
    version = version_on_screen(state, paper) if selected else paper.version
    mark = Words.of(state)("doc.ver", n=version) if version > 1 else ""
    return Tab(paper.id, paper.title, mark, selected)


def _follow(state: AppState, room: RoomView) -> Follow:
    words = Words.of(state)
    if presides(state, room):
        return Follow("none", "")
    place = target(state)
    if place is None:
        return Follow("on" if state.place.following else "none", words("follow.none"))
    if state.place.following and state.place.writing:
        return Follow("paused", words("follow.pause"))
    if state.place.following:
        return Follow("on", words("follow.on", n=place.page + 1))
    return Follow("off", words("follow.off"))


def corner(state: AppState) -> Corner:
    """Return what stands in the bottom right corner."""
    room = state.room()
    if room is None:
        return Corner(Speak("absent"), chair=False, sharing=False)
    person, shown = state.login.person if state.login else "", room.shown
    sharing = shown is not None and shown.person == person
    return Corner(speak(state, room), presides(state, room), sharing)


def speak(state: AppState, room: RoomView) -> Speak:
    """Return the state of the button that asks for the floor."""
    words = Words.of(state)
    person = state.login.person if state.login else ""
    if presides(state, room) or person not in room.state.roll:
        return Speak("absent")
    busy = any(
        one.room == state.place.room and isinstance(one.command, AskFloor | WithdrawFloor)
        for one in state.pending
    )
    speaking = room.state.speaking
    if speaking is not None and speaking.person == person:
        left = (speaking.since - state.now) / 1000 + speaking.seconds
        return Speak("now", words("speak.now", t=countdown(left)), busy, countdown(left))
    if (place := room.personal.place) != 0:
        short = words("speak.wait.s", n=place)
        return Speak("wait", words("speak.wait", n=place), busy, short)
    return Speak("ask", words("speak.ask"), busy, words("speak.short"))
