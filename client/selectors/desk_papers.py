"""The papers of an item at the desk: versions, receipts, and files on their way to the server."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from client.i18n import file_size
from client.selectors.desk import receipts
from client.selectors.desk_agenda import chosen_item, desk_state
from client.selectors.words import Words
from client.state import AppState, RoomView, Upload
from server.protocol.ids import ItemId, Sha256
from server.protocol.office import Scan
from server.protocol.state import AgendaItem, Paper

NO_SCANS: Mapping[Sha256, Scan] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper. `share` is of those who hold the published version; below 0 there is no bar."""

    paper: str
    icon: str
    title: str
    version: str
    pending: bool
    line: str
    got: str
    share: float
    placeholder: bool


@dataclass(frozen=True, slots=True)
class UploadRow:
    """A file on its way, or refused with what to do."""

    upload: str
    name: str
    line: str
    share: float
    refused: bool


@dataclass(frozen=True, slots=True)
class PaperCard:
    """The papers of the selected item."""

    title: str
    rows: tuple[PaperRow, ...]
    uploads: tuple[UploadRow, ...]


def paper_card(
    state: AppState, selected: ItemId, scans: Mapping[Sha256, Scan] = NO_SCANS
) -> PaperCard:
    """Return the papers of the selected item, and the files on their way.

    `scans`: how far the pages are that the server reads letter by letter.
    """
    room, words = state.room(), Words.of(state)
    if room is None:
        return PaperCard("", (), ())
    future = desk_state(room)
    item = future.item(chosen_item(state, future, selected))
    papers = item.papers if item else ()
    rows = tuple(_paper(room, item, one, words, scans) for one in papers) if item else ()
    uploads = tuple(_upload(key, one, words) for key, one in state.uploads.items())
    return PaperCard(words("desk.papers", n=len(rows)), rows, uploads)


def scan_line(paper: Paper, scans: Mapping[Sha256, Scan], words: Words) -> str:
    """Return how far a paper's scanned pages are; empty for a paper without any."""
    known = scans.get(paper.file.view_sha256) if paper.file else None
    if known is None:
        return ""
    return words(f"scan.{known.state}", n=known.pages, a=known.done)


def _paper(
    room: RoomView, item: AgendaItem, paper: Paper, words: Words, scans: Mapping[Sha256, Scan]
) -> PaperRow:
    known = room.state.paper(paper.id)
    published = known[1] if known else None
    placeholder = paper.file is None
    pending = published is None or published.version != paper.version
    version = words("doc.ver", n=paper.version)
    if pending:
        version = words("desk.unpub") if placeholder else words("doc.pending", n=paper.version)
    elif placeholder:
        version = words("st.paper")
    got, share = "", -1.0
    if published is not None and published.file is not None:
        a, _, b = receipts(room, item.id, published)
        count = f"{a}/{b}"
        got = words("desk.got", n=published.version, a=count) if pending else ""
        got = got or words("desk.got0", a=count)
        share = a / b if b else 0.0
    return PaperRow(
        paper.id,
        paper_icon(paper),
        paper.title,
        version,
        pending,
        " · ".join(
            part for part in (paper_line(paper, words), scan_line(paper, scans, words)) if part
        ),
        got,
        share,
        placeholder,
    )


def paper_icon(paper: Paper) -> str:
    """Return a paper's picture: a sheet, a map, or only on paper."""
    if paper.file is None:
        return "file-off"
    named = f"{paper.kind} {paper.title}".lower()
    return "map-2" if "bản đồ" in named else "file-text"


def paper_line(paper: Paper, words: Words) -> str:
    """Return symbol · pages · class · audience."""
    pages = words("desk.pages", n=paper.file.pages) if paper.file else ""
    copies = words("desk.copies", n=paper.copies) if paper.file is None and paper.copies else ""
    level = words(f"class.{paper.classification}")
    parts = (paper.symbol, pages, copies, level, words(f"aud.{paper.audience}"))
    return " · ".join(part for part in parts if part)


def _upload(key: str, upload: Upload, words: Words) -> UploadRow:
    if upload.refusal is not None:
        return UploadRow(key, upload.name, words.refusal(upload.refusal), 0.0, refused=True)
    share = upload.sent / upload.size if upload.size else 0.0
    if upload.checking:
        return UploadRow(key, upload.name, words("up.checking"), 1.0, refused=False)
    size = file_size(upload.size, words.language) if upload.size else ""
    line = words("up.sending", p=int(share * 100), size=size)
    return UploadRow(key, upload.name, line, share, refused=False)
