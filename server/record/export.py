"""The exported record of a meeting: everything that is kept of it, readable without this program.

`record.jsonl` holds the journal's bytes verbatim, one entry a line; `salts.txt` their salts, line
by line. From both anybody recomputes the chain's head with SHA-256 alone; `verify` does.
"""

import csv
import datetime as dt
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import msgspec

from server.journal.port import Sealed
from server.papers.store import PaperStore, full_disk
from server.protocol.events import Entry
from server.protocol.fold import fold
from server.protocol.ledger import START, extend, leaf, root, short
from server.protocol.refusals import Code, Refusal
from server.protocol.state import CHOICES
from server.protocol.upcast import upcast
from server.record import minutes as m
from server.record import pdf, poll_files
from server.record.stamp import checkpoint, qr_text
from server.record.written import comment_rows

FORMAT = "phienhop-record/1"
RECORD, SALTS, MANIFEST = "record.jsonl", "salts.txt", "manifest.json"
_ABOUT = """Hồ sơ phiên họp, xuất từ Phiên họp. Mọi tệp đều đọc được mà không cần phần mềm này.

record.jsonl      nhật ký, mỗi dòng một mục, nguyên văn / the record, one entry a line, verbatim
salts.txt         muối của từng mục, cùng thứ tự / the salt of each entry, same order (hex)
manifest.json     mã kiểm tra và danh sách tệp / head of the chain, hash of every file
minutes.pdf       biên bản / the minutes
attendance.csv    điểm danh / attendance
polls.json, polls.csv, ballots.csv   biểu quyết / polls and the published ballots by name
comments.csv      góp ý bằng văn bản / written comments
records/                             biên bản biểu quyết, kiểm phiếu / a record of each poll
papers.json, papers/                 tài liệu / papers: original and view copy, named by SHA-256

Kiểm tra / to verify: leaf = SHA-256(0x00 || salt || line); head = SHA-256(0x02 || head || leaf),
from 32 zero bytes; the last head is "head" in manifest.json.
"""


def entries(sealed: Sequence[Sealed]) -> list[Entry]:
    """Return the events of a journal in today's form. Raises ValueError for a newer one."""
    return [upcast(one.form, one.raw).entry() for one in sealed]


def head(sealed: Sequence[Sealed]) -> bytes:
    """Return the chain's head."""
    value = START
    for one in sealed:
        value = extend(value, one.leaf)
    return value


def zone_of(name: str) -> dt.tzinfo | None:
    """Return the zone of that name; none for an empty one, which means this machine's."""
    return ZoneInfo(name) if name else None


def build_minutes(sealed: Sequence[Sealed], key: bytes = b"") -> m.Minutes:
    """Return the minutes of a journal; with the log's public key, under its checkpoint's code."""
    if not key:
        return m.build(entries(sealed), short(head(sealed)))
    point = checkpoint(sealed, key)
    return replace(m.build(entries(sealed), point.short), qr=qr_text(point))


def print_minutes(sealed: Sequence[Sealed], zone: str = "", key: bytes = b"") -> bytes:
    """Return the minutes as PDF. A module's function, so that the press can make it."""
    return pdf.minutes_pdf(build_minutes(sealed, key), zone_of(zone))


def write_folder(
    sealed: Sequence[Sealed],
    folder: Path,
    papers: Path | None = None,
    zone: str = "",
    key: bytes = b"",
) -> int | Refusal:
    """Write the record into a folder that is new or empty; returns its size in bytes.

    `papers`: the root of the paper store; without it the papers are listed but not copied.
    `key`: the log's public key, under whose checkpoint the minutes stand.
    Refuses `name_taken` for a folder that holds something, and `disk_full`.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        return Refusal(Code.NAME_TAKEN, {"name": str(folder)})
    try:
        return _write(sealed, build_minutes(sealed, key), folder, papers, zone)
    except OSError as error:
        return full_disk(error)


def write_zip(
    sealed: Sequence[Sealed],
    target: Path,
    papers: Path | None = None,
    zone: str = "",
    key: bytes = b"",
) -> int | Refusal:
    """Write the record as one zip, whole or not at all; returns its size in bytes."""
    try:
        with TemporaryDirectory(dir=target.parent, prefix=".record-") as scratch:
            folder, made = Path(scratch) / "record", Path(scratch) / "record.zip"
            _write(sealed, build_minutes(sealed, key), folder, papers, zone)
            with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
                for path in sorted(folder.rglob("*")):
                    archive.write(path, path.relative_to(folder).as_posix())
            made.replace(target)
            return target.stat().st_size
    except OSError as error:
        return full_disk(error)


def _write(
    sealed: Sequence[Sealed], minutes: m.Minutes, folder: Path, papers: Path | None, zone: str
) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    made: dict[str, bytes] = {
        RECORD: b"".join(one.raw + b"\n" for one in sealed),
        SALTS: "".join(f"{one.salt.hex()}\n" for one in sealed).encode(),
        "README.txt": _ABOUT.encode(),
        "minutes.pdf": pdf.minutes_pdf(minutes, zone_of(zone)),
        "attendance.csv": _table(_attendance(minutes, zone_of(zone))),
        "polls.json": _json(list(_polls(minutes))),
        "polls.csv": _table(_poll_rows(minutes)),
        "ballots.csv": _table(_ballots(minutes)),
        "papers.json": _json(list(_papers(minutes))),
    }
    told = entries(sealed)
    state = fold(told)
    if state is not None and state.comments:
        made["comments.csv"] = _table(comment_rows(state, zone_of(zone)))
    records = poll_files.all_files(told, minutes.head, zone_of(zone), minutes.qr)
    made |= {f"records/{name}": data for name, data in records.items()}
    for name, data in made.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in made.items()}
    hashes |= _copy_papers(minutes, folder, papers)
    (folder / MANIFEST).write_bytes(_json(_manifest(sealed, minutes, hashes)))
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _manifest(
    sealed: Sequence[Sealed], minutes: m.Minutes, hashes: Mapping[str, str]
) -> dict[str, object]:
    top = head(sealed)
    return {
        "format": FORMAT,
        "title": minutes.title,
        "organization": minutes.organization.name,
        "entries": len(sealed),
        "forms": sorted({one.form for one in sealed}),
        "head": top.hex(),
        "short": short(top),
        "merkle_root": root([one.leaf for one in sealed]).hex(),
        "files": dict(sorted(hashes.items())),
    }


# --- tables


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def _table(rows: Iterator[Sequence[object]]) -> bytes:
    """CSV that spreadsheets open as Vietnamese text and never run as a formula."""
    out = io.StringIO()
    csv.writer(out).writerows([_tame(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _tame(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@")) else cell


def _attendance(minutes: m.Minutes, zone: dt.tzinfo | None) -> Iterator[Sequence[object]]:
    yield ("name", "post", "presence", "reason", "came", "left")
    gone = {one.name: one.at for one in minutes.left}

    def moment(at: int) -> str:
        return m.local(at, zone).isoformat(timespec="seconds") if at else ""

    for one in minutes.present:
        presence = "left" if one.name in gone else "present"
        left = moment(gone.get(one.name, 0))
        yield (one.name, one.post, presence, "", moment(one.at), left)
    for who in minutes.absent:
        yield (who.name, who.post, who.presence, who.reason, "", "")


def _each_poll(minutes: m.Minutes) -> Iterator[tuple[m.ItemMinutes, m.PollMinutes]]:
    return ((item, poll) for item in minutes.items for poll in item.polls)


def _polls(minutes: m.Minutes) -> Iterator[dict[str, object]]:
    for item, poll in _each_poll(minutes):
        yield {
            "item": item.number,
            "title": item.title,
            "question": poll.question,
            "state": poll.state,
            "reason": poll.reason,
            "opened_at": poll.opened_at,
            "closed_at": poll.closed_at,
            "rule": msgspec.to_builtins(poll.rule),
            "tally": msgspec.to_builtins(poll.tally),
            "absent": poll.absent,
            "unsent": poll.unsent,
            "ballots": [msgspec.to_builtins(vote) for vote in poll.votes],
        }


def _poll_rows(minutes: m.Minutes) -> Iterator[Sequence[object]]:
    names = ("members", "present", "base", "base_count", "need", "percent", "second_percent")
    yield ("item", "question", "state", *CHOICES, *names, "passed")
    for item, poll in _each_poll(minutes):
        if poll.tally is None:
            yield (item.number, poll.question, poll.state, *[""] * (len(CHOICES) + len(names) + 1))
            continue
        counts = [poll.tally.counts.get(choice, "") for choice in CHOICES]
        values = [getattr(poll.tally, name) for name in names]
        passed = "yes" if poll.tally.passed else "no"
        yield (item.number, poll.question, poll.state, *counts, *values, passed)


def _ballots(minutes: m.Minutes) -> Iterator[Sequence[object]]:
    yield ("item", "question", "name", "choice", "opinion", "by_hand", "confirmed_by", "on_paper")
    for item, poll in _each_poll(minutes):
        for vote in poll.votes:
            by_hand = "yes" if vote.by_hand else ""
            on_paper = "yes" if vote.on_paper else ""
            who = (vote.name, vote.choice, vote.opinion, by_hand, vote.confirmed_by, on_paper)
            yield (item.number, poll.question, *who)


def _papers(minutes: m.Minutes) -> Iterator[dict[str, object]]:
    for item in minutes.items:
        for paper in item.papers:
            yield {
                "item": item.number,
                "title": paper.title,
                "kind": paper.kind,
                "symbol": paper.symbol,
                "classification": paper.classification,
                "audience": paper.audience,
                "copies": paper.copies,
                "versions": [msgspec.to_builtins(file) for file in paper.files],
            }


def _copy_papers(minutes: m.Minutes, folder: Path, papers: Path | None) -> dict[str, str]:
    """Copy every version that the store still has, original and view copy."""
    if papers is None:
        return {}
    store = PaperStore.reading(papers)
    files = [file for item in minutes.items for paper in item.papers for file in paper.files]
    wanted = {file.original_sha256: Path(file.name).suffix for file in files}
    wanted |= {file.view_sha256: ".pdf" for file in files}
    (folder / "papers").mkdir()
    copied: dict[str, str] = {}
    for sha in sorted(sha for sha in wanted if store.has(sha)):
        name = f"papers/{sha}{wanted[sha]}"
        with store.path(sha).open("rb") as source, (folder / name).open("wb") as target:
            while block := source.read(1 << 20):
                target.write(block)
        copied[name] = sha
    return copied


# --- verification


def verify(folder: Path) -> list[str]:
    """Return what is wrong with an exported record; nothing when it is whole and unchanged.

    Needs the folder only: no server, no network, no key.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        lines = (folder / RECORD).read_bytes().splitlines()
        salts = [bytes.fromhex(line) for line in (folder / SALTS).read_text().split()]
        files: Mapping[str, str] = manifest["files"]
        wanted = str(manifest["head"])
    except (OSError, ValueError, KeyError) as fault:
        return [f"unreadable: {fault}"]
    wrong = [f"changed: {name}" for name, sha in files.items() if _hash(folder / name) != sha]
    if len(lines) != len(salts) or len(lines) != manifest.get("entries"):
        wrong.append(f"entries: {len(lines)} lines, {len(salts)} salts")
    elif _recomputed(lines, salts) != wanted:
        wrong.append("the chain of entries does not lead to its head")
    return wrong


def _recomputed(lines: Sequence[bytes], salts: Sequence[bytes]) -> str:
    value = START
    try:
        for line, salt in zip(lines, salts, strict=True):
            value = extend(value, leaf(salt, line))
    except ValueError:
        return ""
    return value.hex()


def _hash(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
