"""Taking a file in: from something a person dropped on the desk to a paper, or a refusal."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.papers import cage, office
from server.papers.kinds import HEAD_BYTES, Kind, kind_of
from server.papers.limits import Limits
from server.papers.outcome import Accepted
from server.protocol.refusals import Code, Refusal

_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a file is before anything opens it."""

    sha256: str
    size: int
    head: bytes


def fingerprint(path: Path) -> Fingerprint:
    """Hash and size of a file, with its first bytes. Blocking; raises OSError."""
    digest, size, head = hashlib.sha256(), 0, b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            head = head or block[:HEAD_BYTES]
            digest.update(block)
            size += len(block)
    return Fingerprint(digest.hexdigest(), size, head)


async def take_in(path: Path, view: Path, *, limits: Limits | None = None) -> Accepted | Refusal:
    """Check the file at ``path`` and write its view copy to ``view``.

    The original is only read, never changed. Runs the engine in a process of its own within
    ``limits``; on a refusal ``view`` does not exist. Never raises for a bad file.
    """
    bounds = limits or Limits()
    try:
        size = (await asyncio.to_thread(path.stat)).st_size
        if size > bounds.max_bytes:
            return Refusal(Code.PAPER_TOO_LARGE, {"bytes": size, "limit": bounds.max_bytes})
        original = await asyncio.to_thread(fingerprint, path)
    except OSError as error:
        return Refusal(Code.PAPER_UNREADABLE, {"reason": f"cannot be read: {error.strerror}"})
    outcome = await _look(path, view, original, bounds)
    if isinstance(outcome, Refusal):
        await asyncio.to_thread(view.unlink, True)
    return outcome


async def _look(
    path: Path, view: Path, original: Fingerprint, limits: Limits
) -> Accepted | Refusal:
    kind = kind_of(original.head)
    if original.size == 0:
        return Refusal(Code.PAPER_UNREADABLE, {"reason": "empty"})
    if kind is Kind.OTHER:
        return Refusal(Code.PAPER_NOT_PDF)
    if kind is not Kind.OFFICE:
        return await _cage(path, view, kind, original, limits)
    converted = await office.convert(path, view.parent, limits)
    if isinstance(converted, Refusal):
        return converted
    try:
        return await _cage(converted, view, Kind.PDF, original, limits)
    finally:
        await asyncio.to_thread(converted.unlink, True)


async def _cage(
    path: Path, view: Path, kind: Kind, original: Fingerprint, limits: Limits
) -> Accepted | Refusal:
    job = {
        "source": str(path),
        "target": str(view),
        "kind": str(kind),
        "limits": limits.as_dict(),
    }
    ended = await cage.run(job, wall_seconds=limits.wall_seconds)
    if ended.timed_out:
        return Refusal(Code.PAPER_TIMED_OUT)
    if ended.answer is None:
        return Refusal(Code.PAPER_ENGINE_CRASHED, {"reason": f"status {ended.status}"})
    if "refused" in ended.answer:
        return _refused(ended.answer["refused"])
    try:
        copy = await asyncio.to_thread(fingerprint, view)
    except OSError:
        return Refusal(Code.PAPER_ENGINE_CRASHED, {"reason": "no view copy"})
    return _accepted(ended.answer, original, copy)


def _refused(answer: dict[str, Any]) -> Refusal:
    params: dict[str, str | int] = dict(answer["facts"])
    if answer["reason"]:
        params["reason"] = str(answer["reason"])
    return Refusal(Code(answer["code"]), params)


def _accepted(answer: dict[str, Any], original: Fingerprint, copy: Fingerprint) -> Accepted:
    return Accepted(
        original_sha256=original.sha256,
        original_bytes=original.size,
        view_sha256=copy.sha256,
        view_bytes=copy.size,
        pages=int(answer["pages"]),
        page_sizes=tuple((float(w), float(h)) for w, h in answer["page_sizes"]),
        title=answer["title"],
        removed=tuple(answer["removed"]),
        rasterised=tuple(answer["rasterised"]),
    )
