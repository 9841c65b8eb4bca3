"""What a story left behind, read from the exported record and from the tablets' own files."""

import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from client.device.enrolment import load
from client.documents.library import Library
from server.protocol.codec import decode_record
from server.protocol.counts import Row
from server.protocol.events import Record
from server.protocol.fold import fold
from server.protocol.ids import Sha256
from server.protocol.state import MeetingState, Poll

RECORDS = "record.jsonl"
"""In an exported record: the journalled bytes of each record, one a line."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """One tablet's folder, as it lies on the disk once the tablet is off."""

    folder: Path
    key: bytes
    """What the server releases to whoever signs in there."""

    def verified(self) -> Mapping[Sha256, bool]:
        """Say of every stored paper whether its bytes still hash to its name."""
        library = Library(self.folder / "papers")
        library.unlock(self.key)
        return {sha256: library.verified(sha256) for sha256 in library.stored()}


def shelves(folders: Iterable[Path], server: Path) -> list[Shelf]:
    """Return the tablets' folders with the keys that their server holds for them."""
    with closing(sqlite3.connect(f"file:{server}?mode=ro", uri=True)) as database:
        keys = dict(database.execute("select device, key from shares where person = ''"))
    known = ((folder, load(folder / "server.json")) for folder in folders)
    return [Shelf(folder, keys.get(own.device, b"") if own else b"") for folder, own in known]


def read_record(path: Path) -> MeetingState:
    """Return the meeting that an exported record tells of. Raises ValueError when it tells none."""
    state = fold(record.entry() for record in _records(path))
    if state is None:
        raise ValueError(f"{path}: no meeting in it")
    return state


def _records(path: Path) -> Iterator[Record]:
    with zipfile.ZipFile(path) as record:
        for line in record.read(RECORDS).splitlines():
            yield decode_record(line)


def summarise(
    state: MeetingState, shelves: Sequence[Shelf], *, windows: int, seconds: float
) -> dict[str, Any]:
    """Return the summary's figures; numbers as numbers."""
    held = [shelf.verified() for shelf in shelves]
    voters = [person for person, entry in state.roll.items() if entry.ballots]
    present = [
        person
        for person in voters
        if person in state.attendance and state.attendance[person].presence == "present"
    ]
    agreed = [one for one in state.acknowledged.values() if one.version == state.agenda_version]
    return {
        "seconds": round(seconds, 1),
        "tablets": {"connected": len(shelves), "windows": windows},
        "attendance": {"members": len(voters), "present": len(present)},
        "agenda": {
            "version": state.agenda_version,
            "acknowledged": len(agreed),
            "expected": len(shelves),
        },
        "papers": [
            {
                "title": paper.title,
                "item": item.number,
                "version": paper.version,
                "sha256": paper.file.view_sha256,
                "pages": paper.file.pages,
                "tablets": sum(paper.file.view_sha256 in one for one in held),
                "verified": sum(one.get(paper.file.view_sha256, False) for one in held),
            }
            for item in state.items
            for paper in item.papers
            if paper.file is not None
        ],
        "polls": [
            _poll(state, poll)
            for poll in sorted(state.polls.values(), key=lambda one: one.opened_at)
            if poll.tally is not None
        ],
    }


def _candidate(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "for": row.counts.get("for", 0),
        "against": row.counts.get("against", 0),
        "not_counted": row.counts.get("not_counted", 0),
        "percent": _percent(row.percent),
        "elected": row.elected,
    }


def _poll(state: MeetingState, poll: Poll) -> dict[str, Any]:
    tally = poll.tally
    assert tally is not None  # noqa: S101 - only counted polls come here
    item = state.item(poll.item)
    ballots = {name: getattr(tally, name) for name in ("issued", "returned", "valid", "invalid")}
    people = {**ballots, "candidates": [_candidate(row) for row in tally.rows]}
    present = tally.second_percent if tally.base == "members_total" else tally.percent
    return {
        "item": item.number if item is not None else -1,
        "for": tally.counts.get("for", 0),
        "against": tally.counts.get("against", 0),
        "other": tally.counts.get("other", 0),
        "base": tally.base,
        "base_count": tally.base_count,
        "percent": _percent(tally.percent),
        "present_percent": _percent(present),
        "passed": tally.passed,
        **(people if tally.rows else {}),
    }


def _percent(hundredths: int) -> str:
    return f"{hundredths // 100},{hundredths % 100:02d}"
