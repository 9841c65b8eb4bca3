"""Making the sealed dossier of a meeting, which anyone verifies offline (docs/dossier.md)."""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from server.folder import unusable
from server.journal.port import Sealed, Signed
from server.papers.store import PaperStore
from server.protocol.events import Entry
from server.protocol.fold import fold
from server.protocol.merkle import Frontier
from server.protocol.refusals import Refusal
from server.protocol.state import MeetingState
from server.protocol.upcast import upcast
from server.record import export, poll_files
from server.record.container import (
    ABOUT,
    FORMAT,
    KEY,
    LEAVES,
    MANIFEST,
    MEMBERS,
    MINUTES,
    OFFICERS,
    PAPERS,
    RECORD,
    RECORDS,
    SALTS,
    SEAL,
    WITHHELD,
    pack,
    point_name,
    seal_text,
)
from server.record.stamp import checkpoint, qr_text
from server.record.tables import tables, to_json
from server.record.withholding import for_members
from server.signing import LogKey

_README = """Hồ sơ phiên họp có niêm phong, lập bằng Phiên họp.
The sealed dossier of a meeting, made by Phiên họp.

Kiểm tra, không cần máy chủ và không cần mạng / to verify, with no server and no network:

    phienhop verify {name} --checkpoint "{short}"

Mã kiểm tra {short} cũng in ở cuối biên bản.
The code is also printed at the end of the minutes.

dossier.json     danh mục và mã băm của mọi tệp / every file with its SHA-256
seal.txt         chữ ký trên danh mục / the signature over dossier.json
key.txt          khóa công khai của nhật ký / the log's public key
record.jsonl     nhật ký, mỗi dòng một mục, nguyên văn / the record, one entry a line, verbatim
salts.txt        muối của từng mục / the salt of each entry (hex)
leaves.txt       lá của từng mục / the leaf of each entry: SHA-256(0x00 || salt || line)
checkpoints/     điểm kiểm tra đã ký (C2SP tlog-checkpoint) / signed checkpoints
agenda.json, roll.json, attendance.json, polls.json, papers.json, comments.json
                 tính lại được từ nhật ký / recomputed from the record by the verifier
minutes.pdf, polls/   biên bản / minutes and records of polls
papers/          tài liệu, tên tệp là SHA-256 / papers, named by their SHA-256
"""


@dataclass(frozen=True, slots=True)
class Source:
    """What a dossier is made of.

    `points`: the checkpoints that were signed; `secret`: the log key's private bytes. With
    `papers`, the root of the paper store, the papers themselves are in it. `members`: only what
    members may see.
    """

    sealed: Sequence[Sealed]
    points: Sequence[Signed]
    secret: bytes
    papers: Path | None = None
    zone: str = ""
    members: bool = False


def write(source: Source, target: Path) -> int | Refusal:
    """Write the dossier, whole or not at all; returns its size in bytes. For the press.

    Refuses `disk_full`, or `settings_invalid` when the place cannot be written. Raises ValueError
    for a journal that does not begin with a meeting.
    """
    unfinished = target.with_name(target.name + ".part")
    try:
        with unfinished.open("wb") as file:
            _write(source, file)
        unfinished.replace(target)
    except OSError as fault:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        return unusable(fault, str(target))
    return target.stat().st_size


def _write(source: Source, file: IO[bytes]) -> None:
    entries = [upcast(one.form, one.raw).entry() for one in source.sealed]
    state = fold(entries)
    if state is None:
        raise ValueError("a meeting begins with MeetingCreated")
    key = LogKey(source.secret)
    made = _made(source, key, entries)
    copied = _papers(state, source.papers)
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in made.items()}
    sums |= {name: name.removeprefix(PAPERS) for name in copied}
    made[MANIFEST] = _manifest(state, source, key, sums)
    made[SEAL] = key.sign(state.id, seal_text(state.id, made[MANIFEST])).encode()
    pack(file, {**made, **copied})


def _made(source: Source, key: LogKey, entries: Sequence[Entry]) -> dict[str, bytes]:
    sealed = source.sealed
    whole = checkpoint(sealed, key.public)
    room = whole.origin.rpartition("/")[2]
    last = key.checkpoint(room, whole.size, whole.root)
    signed = _ours(source.points, sealed, key, room)
    shown = for_members(entries) if source.members else (True,) * len(entries)
    rows = list(zip(sealed, shown, strict=True))
    seen = [entry for entry, one in zip(entries, shown, strict=True) if one]
    about = _README.format(short=whole.short, name="HO-SO.zip")
    return {
        ABOUT: about.encode() + b"\n" + qr_text(whole).encode() + b"\n",
        KEY: key.verifier(room).encode() + b"\n",
        RECORD: b"".join((one.raw if is_seen else b"") + b"\n" for one, is_seen in rows),
        SALTS: "".join(_salt(one, is_seen) for one, is_seen in rows).encode(),
        LEAVES: "".join(f"{one.leaf.hex()}\n" for one in sealed).encode(),
        **{point_name(one.size): one.note.encode() for one in (*signed, last)},
        **tables(seen),
        **({} if source.members else _papers_of_record(source, key, entries)),
    }


def _salt(one: Sealed, is_seen: bool) -> str:
    return f"{one.salt.hex() if is_seen else WITHHELD}\n"


def _papers_of_record(source: Source, key: LogKey, entries: Sequence[Entry]) -> dict[str, bytes]:
    """Return minutes and records of polls, which tell of everything: reasons of absence too."""
    whole = checkpoint(source.sealed, key.public)
    local = export.zone_of(source.zone)
    files = poll_files.all_files(entries, whole.short, local, qr_text(whole))
    return {
        MINUTES: export.print_minutes(source.sealed, source.zone, key.public),
        **{RECORDS + name: data for name, data in files.items()},
    }


def _ours(
    points: Sequence[Signed], sealed: Sequence[Sealed], key: LogKey, room: str
) -> list[Signed]:
    """Leave out what this key did not sign of this record: after a restore there may be such."""
    frontier, found = Frontier(), []
    by_size = {one.size: one for one in points}
    for one in sealed:
        frontier.add(one.leaf)
        point = by_size.get(frontier.size)
        if point and point == key.checkpoint(room, frontier.size, frontier.root()):
            found.append(point)
    return found


def _manifest(state: MeetingState, source: Source, key: LogKey, sums: Mapping[str, str]) -> bytes:
    whole = checkpoint(source.sealed, key.public)
    return to_json(
        {
            "format": FORMAT,
            "audience": MEMBERS if source.members else OFFICERS,
            "meeting": state.id,
            "organization": state.organization.name,
            "title": state.title,
            "origin": whole.origin,
            "entries": whole.size,
            "forms": [one.form for one in source.sealed],
            "checkpoint": whole.short,
            "files": dict(sorted(sums.items())),
        }
    )


def _papers(state: MeetingState, papers: Path | None) -> dict[str, Path]:
    """Find every version that the store still has, original and view copy."""
    if papers is None:
        return {}
    store = PaperStore.reading(papers)
    files = [file for item in state.items for paper in item.papers for file in paper.files]
    wanted = {sha for file in files for sha in (file.original_sha256, file.view_sha256)}
    return {PAPERS + sha: store.path(sha) for sha in sorted(wanted) if store.has(sha)}
