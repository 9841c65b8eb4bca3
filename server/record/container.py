"""What a dossier consists of (docs/dossier.md, section 1): names, and the canonical zip.

The zip's members are stored uncompressed in one order, with one date: from its contents the same
bytes are made again, so that no byte of it can be changed unnoticed.
"""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

FORMAT = "phienhop-dossier/1"
MANIFEST, SEAL, KEY, ABOUT = "dossier.json", "seal.txt", "key.txt", "README.txt"
RECORD, SALTS, LEAVES = "record.jsonl", "salts.txt", "leaves.txt"
CHECKPOINTS, PAPERS, RECORDS = "checkpoints/", "papers/", "polls/"
MINUTES = "minutes.pdf"
OFFICERS, MEMBERS = "officers", "members"
"""Whom a dossier is for."""
WITHHELD = "-"
"""Stands for the salt of an entry that a dossier for members leaves out."""
_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX, _MODE = 3, 0o100644


def point_name(size: int) -> str:
    """Return where the checkpoint of so many entries lies."""
    return f"{CHECKPOINTS}{size:08d}.txt"


def seal_text(room: str, manifest: bytes) -> str:
    """Return what the seal signs."""
    return f"{FORMAT}\n{room}\n{hashlib.sha256(manifest).hexdigest()}\n"


Member = bytes | Path | IO[bytes]


def pack(file: IO[bytes], members: Mapping[str, Member]) -> None:
    """Write the canonical zip of these members: by name, the seal last."""
    order = sorted(members, key=lambda name: (name == SEAL, name))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name in order:
            content = members[name]
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system, entry.external_attr = _UNIX, _MODE << 16
            if isinstance(content, bytes):
                archive.writestr(entry, content)
                continue
            entry.file_size = _size(content)
            with _opened(content) as source, archive.open(entry, "w") as target:
                while block := source.read(1 << 20):
                    target.write(block)


def _size(content: Path | IO[bytes]) -> int:
    if isinstance(content, Path):
        return content.stat().st_size
    place = content.tell()
    size = content.seek(0, io.SEEK_END)
    content.seek(place)
    return size


def _opened(content: Path | IO[bytes]) -> IO[bytes]:
    return content.open("rb") if isinstance(content, Path) else content
