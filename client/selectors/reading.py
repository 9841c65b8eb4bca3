"""What the page area shows: a paper's version at a place, or why it cannot be shown yet."""

from dataclasses import dataclass
from typing import Literal

from client.selectors.words import Words
from client.state import AppState, ReadingPlace, RoomView
from server.protocol.state import AgendaItem, File, Paper

ReadingKind = Literal["none", "page", "paper", "loading", "failed"]
"""paper: handed out on paper only."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The page area. `sha256` names the file to show when `kind` is "page"."""

    kind: ReadingKind
    item: str = ""
    paper: str = ""
    version: int = 0
    sha256: str = ""
    title: str = ""
    line: str = ""
    chip: str = ""
    progress: float = 0.0
    percent: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the presenter is: a place in a version of a paper, page from 0."""

    item: str
    paper: str
    version: int
    page: int
    y: float


@dataclass(frozen=True, slots=True)
class Pointed:
    """What the presenter points at: shares of a page (from 0) as it is seen, from upper left."""

    sha256: str
    page: int
    pointer: tuple[float, float] | None
    spot: tuple[float, float, float, float] | None


def item_on_screen(state: AppState, room: RoomView) -> AgendaItem | None:
    """Return the item that the person has open."""
    return room.state.item(state.place.item)


def paper_on_screen(state: AppState, item: AgendaItem | None) -> Paper | None:
    """Return the chosen paper of the item, or its first."""
    if item is None or not item.papers:
        return None
    chosen = (one for one in item.papers if one.id == state.place.paper)
    return next(chosen, item.papers[0])


def version_on_screen(state: AppState, paper: Paper) -> int:
    """Return the version that is read: a newer one never takes its place by itself."""
    version = state.place.version
    mine = state.place.paper == paper.id and 0 < version <= paper.version
    return version if mine else paper.version


def held(state: AppState, file: File) -> bool:
    """Say whether a file is on this device."""
    known = state.downloads.get(file.view_sha256)
    return known is not None and known.stored


def reading(state: AppState) -> Reading:
    """Return what the page area shows."""
    room = state.room()
    if room is None:
        return Reading("none")
    item = item_on_screen(state, room)
    paper = paper_on_screen(state, item)
    words = Words.of(state)
    if item is None or paper is None:
        line = words("item.nopapers") if item else ""
        return Reading("none", title=item.title if item else room.state.title, line=line)
    if not paper.files:
        return _on_paper(state, room, item, paper)
    return _file(state, item, paper)


def beside(state: AppState, paper: str) -> Reading:
    """Return what a second page area shows: the newest version of a paper of the item on screen."""
    room = state.room()
    item = item_on_screen(state, room) if room is not None else None
    found = next((one for one in item.papers if one.id == paper), None) if item else None
    if room is None or item is None or found is None:
        return Reading("none")
    return _file(state, item, found) if found.files else _on_paper(state, room, item, found)


def _on_paper(state: AppState, room: RoomView, item: AgendaItem, paper: Paper) -> Reading:
    words = Words.of(state)
    entry = room.state.roll.get(state.login.person) if state.login else None
    copy = entry.seat if entry else ""
    line = words("paper.hint", n=copy) if copy else words("paper.hint.none")
    chip = words("paper.class", c=words(f"class.{paper.classification}"))
    return Reading("paper", item.id, paper.id, 0, title=paper.title, line=line, chip=chip)


def _file(state: AppState, item: AgendaItem, paper: Paper) -> Reading:
    words = Words.of(state)
    version = version_on_screen(state, paper)
    file = paper.files[version - 1]
    here = (item.id, paper.id, version)
    if held(state, file):
        return Reading("page", *here, sha256=file.view_sha256, title=paper.title)
    known = state.downloads.get(file.view_sha256)
    if known is not None and (known.refusal is not None or known.retry_at):
        seconds = max(0, -((state.now - known.retry_at) // 1000))
        return Reading("failed", *here, title=paper.title, line=words("dl.fail", n=seconds))
    share = known.received / known.size if known and known.size else 0.0
    return Reading(
        "loading",
        *here,
        title=paper.title,
        line=words("dl.ing"),
        progress=share,
        percent=f"{round(share * 100)}%",
    )


def page_label(state: AppState) -> str:
    """Return what the page tool says: Trang 3/11; empty while no page is shown."""
    shown, room = reading(state), state.room()
    found = room.state.paper(shown.paper) if room else None
    if shown.kind != "page" or found is None:
        return ""
    place = state.places.get(shown.paper, ReadingPlace())
    pages = found[1].files[shown.version - 1].pages
    short = ".s" if state.preferences.text_size == "xlarge" else ""
    page = min(place.page + 1, max(1, pages))
    return Words.of(state)(f"reader.page{short}", n=page, m=pages)


def target(state: AppState) -> Target | None:
    """Return where the presenter is, if it can be shown here; None for the presenter too."""
    room = state.room()
    shown = room.shown if room else None
    if room is None or shown is None:
        return None
    if state.login is not None and shown.person == state.login.person:
        return None
    found = room.state.paper(shown.paper)
    if found is None or not 0 < shown.version <= found[1].version:
        return None
    return Target(found[0].id, shown.paper, shown.version, shown.page, shown.y)


def followed(state: AppState) -> Target | None:
    """Return where to take this reader now: the presenter's place, unless they write."""
    here = state.place
    return target(state) if here.following and not here.writing else None


def pointed(state: AppState) -> Pointed | None:
    """Return what is pointed at, for those who follow and for who points; else None."""
    room = state.room()
    shown = room.shown if room else None
    if room is None or shown is None or (shown.pointer is None and shown.spot is None):
        return None
    mine = state.login is not None and shown.person == state.login.person
    found = room.state.paper(shown.paper)
    if not (mine or state.place.following) or found is None:
        return None
    if not 0 < shown.version <= found[1].version:
        return None
    file = found[1].files[shown.version - 1]
    return Pointed(file.view_sha256, shown.page, shown.pointer, shown.spot)
