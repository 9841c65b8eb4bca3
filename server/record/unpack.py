"""Reading a dossier's zip without trusting it: members by name, papers by hash, every byte."""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from server.record import container as d
from server.record.findings import Fault, Finding

_BLOCK = 1 << 20
_LARGEST = 1 << 30
"""No member but a paper is larger: a record of a million entries is not."""
_NEEDED = (d.MANIFEST, d.KEY, d.RECORD, d.SALTS, d.LEAVES, d.SEAL)
_BROKEN = (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What `zipfile` raises for bytes that are no zip, or not one of ours."""


@dataclass
class Contents:
    """What a dossier holds. `hashes`: of every member; `members`: the bytes of all but papers."""

    members: dict[str, bytes] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    manifest: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def text(self, name: str) -> str:
        """Return a member as text; what is no UTF-8 becomes a mark that fits nothing."""
        return self.members.get(name, b"").decode("utf-8", "replace")

    def lines(self, name: str) -> list[str]:
        """Return the lines of a member."""
        return self.text(name).split("\n")[:-1]


def unpack(path: Path) -> Contents:
    """Return what the zip holds, with what is wrong with it as a zip. Raises no error for bytes."""
    contents = Contents()
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                _read(archive, entry, contents)
    except _BROKEN as fault:
        contents.findings.append(_unreadable(str(fault)))
        return contents
    _look(contents)
    return contents


def _unreadable(reason: str) -> Finding:
    return Finding(Fault.UNREADABLE, {"reason": reason})


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, contents: Contents) -> None:
    name = entry.filename
    if name in contents.hashes:
        contents.findings.append(Finding(Fault.MEMBER_EXTRA, {"name": name}))
        return
    is_paper = name.startswith(d.PAPERS)
    if entry.compress_type != zipfile.ZIP_STORED or (not is_paper and entry.file_size > _LARGEST):
        contents.findings.append(Finding(Fault.MEMBER_DAMAGED, {"name": name}))
        return
    sums, blocks = hashlib.sha256(), []
    try:
        with archive.open(entry) as source:
            while block := source.read(_BLOCK):
                sums.update(block)
                if not is_paper:
                    blocks.append(block)
    except _BROKEN:
        contents.findings.append(Finding(Fault.MEMBER_DAMAGED, {"name": name}))
        return
    contents.hashes[name] = sums.hexdigest()
    if not is_paper:
        contents.members[name] = b"".join(blocks)


def _look(contents: Contents) -> None:
    """See that everything is there, and read the list."""
    damaged = {one.params["name"] for one in contents.findings}
    missing = [one for one in _NEEDED if one not in contents.members and one not in damaged]
    contents.findings += [Finding(Fault.MEMBER_MISSING, {"name": name}) for name in missing]
    if d.MANIFEST not in contents.members:
        return
    try:
        manifest = json.loads(contents.members[d.MANIFEST])
        files = manifest["files"]
        if not all(isinstance(one, str) for pair in files.items() for one in pair):
            raise TypeError("files")  # noqa: TRY301 - one answer to all that is no list
    except (ValueError, TypeError, KeyError, AttributeError):
        contents.findings.append(_unreadable(d.MANIFEST))
        return
    if manifest.get("format") != d.FORMAT:
        named = {"format": str(manifest.get("format"))}
        contents.findings.append(Finding(Fault.FORMAT_UNKNOWN, named))
        return
    contents.manifest = manifest
    listed = {*files, d.MANIFEST, d.SEAL}
    for name in sorted(listed - contents.hashes.keys() - damaged - set(missing)):
        contents.findings.append(Finding(Fault.MEMBER_MISSING, {"name": name}))


def unlisted(contents: Contents) -> Iterator[Finding]:
    """Say which members are not what the list says, or not on it."""
    files = contents.manifest.get("files", {})
    for name, sha in sorted(contents.hashes.items()):
        if name.startswith(d.PAPERS) and name != d.PAPERS + sha:
            yield Finding(Fault.PAPER_CHANGED, {"name": name})
        elif name in files and files[name] != sha:
            yield Finding(Fault.MEMBER_CHANGED, {"name": name})
        elif name not in files and name not in {d.MANIFEST, d.SEAL}:
            yield Finding(Fault.MEMBER_EXTRA, {"name": name})


def changed_byte(path: Path) -> int | None:
    """Return the offset of the first byte that is not as the contents would be written, or None."""
    with tempfile.TemporaryFile() as again, zipfile.ZipFile(path) as archive:
        d.pack(again, {name: _source(archive, name) for name in archive.namelist()})
        again.seek(0)
        with path.open("rb") as file:
            return _first_difference(file, again)


def _source(archive: zipfile.ZipFile, name: str) -> d.Member:
    return archive.open(name) if name.startswith(d.PAPERS) else archive.read(name)


def _first_difference(one: IO[bytes], two: IO[bytes]) -> int | None:
    offset = 0
    while True:
        left, right = one.read(_BLOCK), two.read(_BLOCK)
        if left != right:
            pairs = enumerate(zip(left, right, strict=False))
            same = min(len(left), len(right))
            return offset + next((place for place, (a, b) in pairs if a != b), same)
        if not left:
            return None
        offset += len(left)
