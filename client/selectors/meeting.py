"""The meeting on a tablet: the agenda rail, an item's papers, following, the floor."""

from dataclasses import dataclass
from typing import Literal

from client.i18n import countdown
from client.selectors.shell import Status, Tone
from client.selectors.words import Words
from client.state import AppState, RoomView
from server.protocol.state import AgendaItem, Paper


@dataclass(frozen=True, slots=True)
class RailRow:
    """One item of the agenda."""

    item: str
    number: str
    title: str
    status: Status
    short_status: str
    selected: bool
    live: bool


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

    state: Literal["none", "off", "on"]
    text: str


@dataclass(frozen=True, slots=True)
class Speak:
    """The button in the bottom right corner and its three states."""

    state: Literal["ask", "wait", "now", "absent"]
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What the page area shows. Without `sha256`: the placeholder, or that a file is on its way."""

    paper: str
    sha256: str
    pages: int
    placeholder_title: str = ""
    placeholder_line: str = ""
    progress: float = -1.0
    retry: bool = False


@dataclass(frozen=True, slots=True)
class MeetingView:
    """The meeting screen without its top bar and page."""

    title: str
    rail: tuple[RailRow, ...]
    rail_open: bool
    item: str
    tabs: tuple[Tab, ...]
    reading: Reading | None
    follow: Follow
    shown_page: int
    page_label: str
    speak: Speak
    chair: bool
    empty: str


def meeting(state: AppState) -> MeetingView | None:
    """Return what the meeting screen shows, or None while no meeting is open."""
    room = state.room()
    if room is None:
        return None
    words = Words.of(state)
    item = room.state.item(state.place.item)
    paper = _paper(state, item)
    reading = _reading(state, room, paper) if paper else None
    return MeetingView(
        title=words("reader.agenda"),
        rail=tuple(_rail_row(state, room, one) for one in room.state.items),
        rail_open=state.preferences.rail_open,
        item=item.id if item else "",
        tabs=tuple(_tab(one, paper, words) for one in item.papers) if item else (),
        reading=reading,
        follow=_follow(state, room),
        shown_page=_shown_page(room, paper),
        page_label=_page_label(state, reading),
        speak=speak(state, room),
        chair=presides(state, room),
        empty=words("item.nopapers") if item and not item.papers else "",
    )


def presides(state: AppState, room: RoomView) -> bool:
    """Say whether the person at this device presides over the meeting."""
    return state.login is not None and room.state.chair == state.login.person


def _paper(state: AppState, item: AgendaItem | None) -> Paper | None:
    if item is None or not item.papers:
        return None
    chosen = (one for one in item.papers if one.id == state.place.paper)
    return next(chosen, item.papers[0])


def _rail_row(state: AppState, room: RoomView, item: AgendaItem) -> RailRow:
    status, short = _item_status(state, room, item)
    return RailRow(
        item.id,
        str(item.number),
        item.short_title or item.title,
        status,
        short,
        item.id == state.place.item,
        item.id == room.state.current,
    )


def _item_status(state: AppState, room: RoomView, item: AgendaItem) -> tuple[Status, str]:
    """Return an item's status in the rail and its short form, the most telling first (ui.md 3)."""
    words = Words.of(state)
    tone: Tone
    if item.id == room.state.current:
        key, icon, tone = "st.now", "circle-dot", "lac"
    elif item.status == "done":
        key, icon, tone = "st.done", "check", "grn"
    elif item.status == "hold":
        key, icon, tone = "st.hold", "player-pause", "ink2"
    elif item.added_in > 1 and not _looked_at(state, item):
        key, icon, tone = "st.new", "plus", "amb"
    elif _changed(state, item):
        key, icon, tone = "st.changed", "refresh", "amb"
    elif item.papers and all(paper.file is None for paper in item.papers):
        key, icon, tone = "st.paper", "file-off", "ink2"
    else:
        key, icon, tone = "st.wait", "clock", "ink2"
    return Status(icon, words(key), tone), words(f"{key}.s")


def _looked_at(state: AppState, item: AgendaItem) -> bool:
    return bool(item.papers) and all(paper.id in state.seen_versions for paper in item.papers)


def _changed(state: AppState, item: AgendaItem) -> bool:
    return any(
        paper.version > max(1, state.seen_versions.get(paper.id, 0)) for paper in item.papers
    )


def _tab(paper: Paper, chosen: Paper | None, words: Words) -> Tab:
    version = words("doc.ver", n=paper.version) if paper.version > 1 else ""
    return Tab(paper.id, paper.title, version, chosen is not None and paper.id == chosen.id)


def _reading(state: AppState, room: RoomView, paper: Paper) -> Reading:
    words = Words.of(state)
    if not paper.files:
        entry = room.state.roll.get(state.login.person) if state.login else None
        copy = entry.seat if entry else ""
        return Reading(paper.id, "", 0, paper.title, words("paper.hint", n=copy))
    version = state.place.version
    file = paper.files[version - 1] if 0 < version <= len(paper.files) else paper.files[-1]
    known = state.downloads.get(file.view_sha256)
    if known is not None and known.stored:
        return Reading(paper.id, file.view_sha256, file.pages)
    share = known.received / known.size if known and known.size else 0.0
    if known is not None and known.refusal is not None:
        seconds = max(0, -((state.now - known.retry_at) // 1000))
        line = words("dl.fail", n=seconds)
        return Reading(paper.id, "", file.pages, paper.title, line, retry=True)
    return Reading(paper.id, "", file.pages, paper.title, words("dl.ing"), share)


def _follow(state: AppState, room: RoomView) -> Follow:
    words, shown = Words.of(state), room.shown
    if shown is None:
        return Follow("none", words("follow.none"))
    if state.place.following:
        return Follow("on", words("follow.on", n=shown.page + 1))
    return Follow("off", words("follow.off"))


def _shown_page(room: RoomView, paper: Paper | None) -> int:
    shown = room.shown
    return shown.page if shown and paper and shown.paper == paper.id else -1


def _page_label(state: AppState, reading: Reading | None) -> str:
    if reading is None or not reading.sha256:
        return ""
    place = state.places.get(reading.paper)
    short = ".s" if state.preferences.text_size == "xlarge" else ""
    page = place.page + 1 if place else 1
    return Words.of(state)(f"reader.page{short}", n=page, m=reading.pages)


def speak(state: AppState, room: RoomView) -> Speak:
    """Return the state of the button that asks for the floor."""
    words = Words.of(state)
    person = state.login.person if state.login else ""
    if presides(state, room) or person not in room.state.roll:
        return Speak("absent", "")
    speaking = room.state.speaking
    if speaking is not None and speaking.person == person:
        left = (speaking.since - state.now) / 1000 + speaking.seconds
        return Speak("now", words("speak.now", t=countdown(left)))
    if room.personal.place:
        return Speak("wait", words("speak.wait", n=room.personal.place))
    return Speak("ask", words("speak.ask"))
