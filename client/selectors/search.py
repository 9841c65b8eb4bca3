"""What the search screen shows: which papers are searched, and what was found in them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from client.documents.index import Hit
from client.selectors.reading import held, item_on_screen, paper_on_screen, version_on_screen
from client.selectors.words import Words
from client.state import AppState, RoomView
from server.protocol.state import AgendaItem, Paper

Scope = Literal["meeting", "paper", "everywhere", "notes"]


@dataclass(frozen=True, slots=True)
class Searched:
    """One paper that is searched, at the place where a tap leads."""

    sha256: str
    room: str
    item: str
    number: int
    item_title: str
    paper: str
    version: int
    title: str
    latest: bool
    meeting: str = ""
    """Which meeting, where several are searched."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list: the head of a group, a hit, or a paper that cannot be searched."""

    kind: Literal["group", "hit", "blank"]
    number: str = ""
    title: str = ""
    right: str = ""
    before: str = ""
    text: str = ""
    after: str = ""
    hit: Hit | None = None
    paper: Searched | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to one search."""

    summary: str
    rows: tuple[Row, ...]


def searched(state: AppState, scope: Scope) -> tuple[Searched, ...]:
    """Return the papers on this device that the scope means, in the order of the agenda."""
    if scope == "everywhere":
        cards = [card.room for card in state.meetings if card.room in state.rooms]
        rooms = dict.fromkeys([state.place.room, *cards, *state.rooms])
        several = len(state.rooms) > 1
        views = [(room, state.rooms[room]) for room in rooms if room in state.rooms]
        return tuple(one for room, view in views for one in _room(state, room, view, several))
    room = state.room()
    if room is None:
        return ()
    found = tuple(_room(state, state.place.room, room, named=False))
    if scope in {"meeting", "notes"}:
        return found
    paper = paper_on_screen(state, item_on_screen(state, room))
    return tuple(one for one in found if paper is not None and one.paper == paper.id)


def wanted(state: AppState) -> tuple[str, ...]:
    """Return the files to be made searchable: all that are here, those of this meeting first."""
    return tuple(dict.fromkeys(one.sha256 for one in searched(state, "everywhere")))


def _room(state: AppState, room: str, view: RoomView, named: bool) -> Iterator[Searched]:
    meeting = (view.state.ordinal or view.state.title) if named else ""
    for item in view.state.items:
        for paper in item.papers:
            one = _paper(state, room, item, paper, meeting)
            if one is not None:
                yield one


def _paper(
    state: AppState, room: str, item: AgendaItem, paper: Paper, meeting: str
) -> Searched | None:
    """The version that is read, or the newest."""
    if not paper.files:
        return None
    version = version_on_screen(state, paper)
    file = paper.files[version - 1]
    if not held(state, file):
        return None
    latest = version == paper.version
    return Searched(
        file.view_sha256,
        room,
        item.id,
        item.number,
        item.short_title or item.title,
        paper.id,
        version,
        paper.title,
        latest,
        meeting,
    )


def found(
    state: AppState,
    papers: Sequence[Searched],
    hits: Sequence[Hit],
    blank: Callable[[str], tuple[int, ...]],
) -> Found:
    """Return the answer: hits by item in the order of the agenda; unread scans last."""
    words = Words.of(state)
    of = {paper.sha256: paper for paper in papers}
    rows: list[Row] = []
    for _, group in groupby(hits, key=lambda hit: (of[hit.sha256].room, of[hit.sha256].item)):
        here = tuple(group)
        paper = of[here[0].sha256]
        count = words("search.hits", n=len(here))
        title = f"{paper.item_title} · {paper.meeting}" if paper.meeting else paper.item_title
        rows.append(Row("group", str(paper.number), title, count))
        rows.extend(_hit(words, of[hit.sha256], hit) for hit in here)
    scans = [(paper, blank(paper.sha256)) for paper in papers]
    rows.extend(_blanks(words, [(paper, pages) for paper, pages in scans if pages]))
    return Found(_summary(words, hits), tuple(rows))


def _summary(words: Words, hits: Sequence[Hit]) -> str:
    if not hits:
        return words("search.none")
    papers = len({hit.sha256 for hit in hits})
    return words("search.sum", n=len(hits), m=papers)


def name_of(words: Words, paper: Searched) -> str:
    """Return a paper's name as the list says it, with its version where there are several."""
    if paper.version <= 1 and paper.latest:
        return paper.title
    return f"{paper.title} · {words('doc.ver', n=paper.version)}"


def _hit(words: Words, paper: Searched, hit: Hit) -> Row:
    return Row(
        "hit",
        title=name_of(words, paper),
        right=words("search.page", n=hit.page),
        before=hit.before,
        text=hit.text,
        after=hit.after,
        hit=hit,
        paper=paper,
    )


def _blanks(words: Words, scans: Sequence[tuple[Searched, tuple[int, ...]]]) -> Iterator[Row]:
    if scans:
        yield Row("group", title=words("search.scans"), right=words("search.papers", n=len(scans)))
    for paper, pages in scans:
        count = words("search.pages", n=len(pages))
        yield Row("blank", title=name_of(words, paper), right=count, paper=paper)


def preview_title(state: AppState, row: Row) -> str:
    """Return what stands over the preview: the paper and the page."""
    if row.paper is None or row.hit is None:
        return ""
    return f"{row.paper.title} · {Words.of(state)('search.page', n=row.hit.page).lower()}"
