"""Verifying a dossier offline: no server, no network, no window; nothing but the file is trusted.

What is checked, in this order (docs/dossier.md, section 3): the zip; the log's key; every entry,
its leaf, its number, and what the rules say of it, recounting each result; the checkpoints'
signatures and roots; the tables; the list and the seal; every byte of the zip; the typed code.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from server.protocol.checkpoint import (
    Checkpoint,
    Unsigned,
    opened,
    origin,
    read_checkpoint,
    read_verifier,
    same_short,
)
from server.protocol.events import BallotCast, BallotSealed, PollPublished
from server.record import container as d
from server.record.findings import Fault, Finding
from server.record.reading import Reading
from server.record.stamp import QR_BEGINS
from server.record.tables import first_difference, tables
from server.record.unpack import Contents, changed_byte, unlisted, unpack

ENOUGH = 50
"""More findings than this help nobody."""


@dataclass
class Verdict:
    """What a verifier can say of a dossier: it is whole when there is no finding.

    `short`: the code of the whole record; `matched`: how many entries the typed code covers, 0 when
    none was given or it fits none; `withheld`: how many are left out, in a dossier for members.
    `by_name`, `by_figures`: how many results were counted from ballots by name, and how many held
    against the rule by their own figures.
    """

    findings: list[Finding] = field(default_factory=list)
    organization: str = ""
    title: str = ""
    entries: int = 0
    polls: int = 0
    ballots: int = 0
    short: str = ""
    matched: int = 0
    withheld: int = 0
    by_name: int = 0
    by_figures: int = 0


def verify(path: Path, code: str = "") -> Verdict:
    """Return what is wrong with a dossier; `code`: what is printed in the minutes, or its QR."""
    contents = unpack(path)
    verdict = Verdict(list(contents.findings))
    if verdict.findings:
        return verdict
    read = Reading.of(contents)
    key = _key(contents, read.room)
    if isinstance(key, Finding):
        verdict.findings += [key, *read.sorted(whole_signed=False), *unlisted(contents)]
    else:
        verdict.findings += _signed(contents, read, key)
        _tell(verdict, read, key)
        _typed(verdict, read, key, code)
    if not verdict.findings and (offset := changed_byte(path)) is not None:
        verdict.findings.append(Finding(Fault.ZIP_CHANGED, {"offset": offset}))
    del verdict.findings[ENOUGH:]
    return verdict


def _signed(contents: Contents, read: Reading, key: bytes) -> Iterator[Finding]:
    """Yield all that is wrong with a record of that key."""
    points = list(_points(contents, read, key))
    good = {one.size for one in points if isinstance(one, Checkpoint)}
    whole = len(read.roots)
    yield from read.sorted(whole_signed=whole in good)
    yield from (one for one in points if isinstance(one, Finding))
    if len(good) == len(points) and whole not in good:
        yield Finding(Fault.CHECKPOINT_MISSING, {"entries": whole})
    if read.room:
        yield from _tables(contents, read)
        yield from _listed(contents, read, origin(key, read.room))
    yield from unlisted(contents)
    yield from _seal(contents, key, read.room)


def _tell(verdict: Verdict, read: Reading, key: bytes) -> None:
    state = read.replay.state
    if state is None:
        return
    verdict.organization, verdict.title = state.organization.name, state.title
    verdict.entries, verdict.polls = len(read.roots), len(state.polls)
    verdict.withheld = read.withheld
    ballots = (one for one in read.records if isinstance(one.event, BallotCast | BallotSealed))
    verdict.ballots = sum(1 for _ in ballots)
    told = [one.event for one in read.records if isinstance(one.event, PollPublished)]
    verdict.by_name = sum(1 for one in told if one.ballots)
    verdict.by_figures = len(told) - verdict.by_name
    verdict.short = read.point(origin(key, read.room), len(read.roots)).short


def _typed(verdict: Verdict, read: Reading, key: bytes, code: str) -> None:
    """Find the checkpoint that a typed code names, however long ago it was printed."""
    if not code:
        return
    points = (read.point(origin(key, read.room), size) for size in range(len(read.roots), 0, -1))
    if code.startswith(QR_BEGINS):
        words = code.split()[1:]
        found = (one.size for one in points if one.text.split() == words)
    else:
        found = (one.size for one in points if same_short(code, one.short))
    verdict.matched = next(found, 0)
    if not verdict.matched:
        verdict.findings.append(Finding(Fault.CODE_WRONG, {"code": code}))


# ---- the key, the checkpoints, the seal ----------------------------------------------------------


def _key(contents: Contents, room: str) -> bytes | Finding:
    """Return the log's public key, when it is the one that the record is signed under."""
    try:
        name, key = read_verifier(contents.text(d.KEY))
    except Unsigned as fault:
        return Finding(Fault.KEY_WRONG, {"reason": str(fault)})
    notes = [contents.text(one) for one in contents.members if one.startswith(d.CHECKPOINTS)]
    signed = not notes or any(note.startswith(f"{name}\n") for note in notes)
    if (room and name != origin(key, room)) or not signed:
        return Finding(Fault.KEY_WRONG, {"reason": name})
    return key


def _points(contents: Contents, read: Reading, key: bytes) -> Iterator[Checkpoint | Finding]:
    """Yield each checkpoint that is signed and fits the entries, or what is wrong with it."""
    right = 0
    for name in sorted(one for one in contents.members if one.startswith(d.CHECKPOINTS)):
        try:
            point = read_checkpoint(contents.text(name), origin(key, read.room), key)
        except Unsigned as fault:
            yield Finding(Fault.CHECKPOINT_FORGED, {"name": name, "reason": str(fault)})
            continue
        if name != d.point_name(point.size) or not 0 < point.size <= len(read.roots):
            yield Finding(Fault.CHECKPOINT_SIZE, {"name": name, "size": point.size})
        elif read.roots[point.size - 1] != point.root:
            yield Finding(Fault.CHECKPOINT_ROOT, {"first": right + 1, "last": point.size})
        else:
            right = point.size
            yield point


def _seal(contents: Contents, key: bytes, room: str) -> Sequence[Finding]:
    try:
        text = opened(contents.text(d.SEAL), origin(key, room), key)
    except Unsigned as fault:
        return [Finding(Fault.SEAL_WRONG, {"reason": str(fault)})]
    if text != d.seal_text(room, contents.members[d.MANIFEST]):
        return [Finding(Fault.SEAL_WRONG, {"reason": d.MANIFEST})]
    return []


# ---- tables and list -----------------------------------------------------------------------------


def _tables(contents: Contents, read: Reading) -> Iterator[Finding]:
    for name, true in tables(one.entry() for one in read.records).items():
        place = first_difference(contents.members.get(name, b""), true)
        if place:
            yield Finding(Fault.TABLE_WRONG, {"name": name, "place": place})


def _listed(contents: Contents, read: Reading, name: str) -> Iterator[Finding]:
    """Compare what the list says of the meeting with the record."""
    state = read.replay.state
    if state is None:
        return
    true = {
        "meeting": state.id,
        "organization": state.organization.name,
        "title": state.title,
        "entries": len(read.roots),
        "origin": name,
        "checkpoint": read.point(name, len(read.roots)).short,
    }
    for field_name, value in true.items():
        if contents.manifest.get(field_name) != value:
            yield Finding(Fault.MANIFEST_WRONG, {"field": field_name})
