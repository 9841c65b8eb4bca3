"""Papers on disk by the hash of their bytes: written once, never changed, verified on the way in.

Everything here blocks; callers on the event loop use ``asyncio.to_thread`` or
:class:`server.papers.shelf.Shelf`.
"""

from __future__ import annotations

import errno
import hashlib
import mmap
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from server.protocol.refusals import Code, Refusal

_BLOCK = 1024 * 1024
_SHA256 = re.compile(r"[0-9a-f]{64}")
_UPLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
# EFBIG: a quota or limit on the size of one file is to a person the same as a full disk.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Paper:
    """An open paper: its bytes without copying them. Close it, or use it as a context."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._size = os.fstat(file.fileno()).st_size
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if self._size else None

    def __len__(self) -> int:
        return self._size

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def slice(self, offset: int, size: int) -> memoryview:
        """At most ``size`` bytes from ``offset``; empty at and past the end."""
        if self._map is None:
            return memoryview(b"")
        return memoryview(self._map)[max(0, offset) : max(0, offset) + size]

    def close(self) -> None:
        """Let go of the file. Slices still held by a sender keep it open until they are gone."""
        if self._map is not None:
            with suppress(BufferError):
                self._map.close()


class PaperStore:
    """``root/ab/cdef…`` for papers, ``root/partial/ID`` for uploads on their way in."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.partial = root / "partial"
        self.scratch = root / "scratch"
        self.partial.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self.scratch, ignore_errors=True)  # left by a crash: never a paper yet
        self.scratch.mkdir(exist_ok=True)

    @classmethod
    def reading(cls, root: Path) -> Self:
        """Return a store for reading only: another process may be writing to it."""
        store = cls.__new__(cls)
        store.root, store.partial, store.scratch = root, root / "partial", root / "scratch"
        return store

    # --- papers

    def path(self, sha256: str) -> Path:
        """Where the paper lies or would lie. Raises ValueError for anything but a hash."""
        if not _SHA256.fullmatch(sha256):
            message = "not a SHA-256 in lower-case hex"
            raise ValueError(message)
        return self.root / sha256[:2] / sha256[2:]

    def has(self, sha256: str) -> bool:
        """Whether the paper is here, whole."""
        return self.path(sha256).is_file()

    def open(self, sha256: str) -> Paper | Refusal:
        """Return the paper's bytes, or ``paper_unknown``."""
        try:
            return Paper(self.path(sha256))
        except (FileNotFoundError, ValueError):
            return Refusal(Code.FILE_UNKNOWN)

    def put(self, data: bytes) -> str | Refusal:
        """Store bytes; returns their hash. The same bytes twice are stored once."""
        sha256 = hashlib.sha256(data).hexdigest()
        return self._write(sha256, iter((data,)))

    def put_file(self, source: Path, sha256: str | None = None) -> str | Refusal:
        """Store a copy of a file; the source stays. With ``sha256``, only if it is that file."""
        expected = sha256 or hash_file(source)
        return self._write(expected, _blocks(source))

    def verify(self, sha256: str) -> bool:
        """Read the stored bytes again and compare their hash."""
        return self.has(sha256) and hash_file(self.path(sha256)) == sha256

    def hashes(self) -> Iterator[str]:
        """Every stored paper, sorted."""
        for folder in sorted(self.root.glob("[0-9a-f][0-9a-f]")):
            yield from (folder.name + file.name for file in sorted(folder.iterdir()))

    def _write(self, sha256: str, blocks: Iterator[bytes]) -> str | Refusal:
        target = self.path(sha256)
        if target.is_file():
            return sha256
        try:
            with self.workplace() as scratch:
                made = scratch / "paper"
                digest = _write_durably(made, blocks)
                if digest != sha256:
                    return Refusal(Code.HASH_MISMATCH)
                _settle(made, target, self.root)
        except OSError as error:
            return full_disk(error)
        return sha256

    @contextmanager
    def workplace(self) -> Iterator[Path]:
        """A folder on the same disk that is gone afterwards."""
        with tempfile.TemporaryDirectory(dir=self.scratch, ignore_cleanup_errors=True) as name:
            yield Path(name)

    # --- uploads

    def received(self, upload: str) -> int:
        """Bytes of an upload already here: where to resume. 0 for a new one."""
        try:
            return self._upload(upload).stat().st_size
        except FileNotFoundError:
            return 0

    def receive(self, upload: str, offset: int, data: bytes | memoryview) -> int | Refusal:
        """Append a chunk at ``offset``; returns the offset that follows.

        A chunk that was already received is confirmed again; one that would leave a hole is
        refused with ``upload_offset_mismatch`` and the offset expected. On a full disk the upload
        keeps what it had.
        """
        path, have = self._upload(upload), self.received(upload)
        if offset + len(data) <= have:
            return have
        if offset > have:
            return Refusal(Code.OFFSET_WRONG, params={"offset": have})
        try:
            with path.open("ab", buffering=0) as file:
                _write_all(file.fileno(), memoryview(data)[have - offset :])
        except OSError as error:
            with suppress(OSError):
                os.truncate(path, have)
            return full_disk(error)
        return offset + len(data)

    def whole(self, upload: str, sha256: str, size: int) -> Path | Refusal:
        """Return the finished upload's file once every byte is here and the hash is right.

        A wrong hash discards it: sending the same bytes again could never help.
        """
        have = self.received(upload)
        if have == 0:
            return Refusal(Code.UPLOAD_UNKNOWN)
        if have < size:
            return Refusal(Code.OFFSET_WRONG, params={"offset": have})
        path = self._upload(upload)
        if have > size or hash_file(path) != sha256:
            self.discard(upload)
            return Refusal(Code.HASH_MISMATCH)
        return path

    def discard(self, upload: str) -> None:
        """Forget an upload; nothing happens when there is none."""
        self._upload(upload).unlink(missing_ok=True)

    def _upload(self, upload: str) -> Path:
        if not _UPLOAD.fullmatch(upload):
            message = "not an upload id"
            raise ValueError(message)
        return self.partial / upload


def hash_file(path: Path) -> str:
    """SHA-256 of a file in lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def full_disk(error: OSError) -> Refusal:
    """Turn "no space" into its refusal; any other failure of the disk is raised again."""
    if error.errno in _FULL:
        return Refusal(Code.DISK_FULL)
    raise error


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _write_all(descriptor: int, data: memoryview) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _write_durably(path: Path, blocks: Iterator[bytes]) -> str:
    """Write and fsync a new file; returns the hash of what was written."""
    digest = hashlib.sha256()
    with path.open("xb", buffering=0) as file:
        for block in blocks:
            digest.update(block)
            _write_all(file.fileno(), memoryview(block))
        os.fsync(file.fileno())
    return digest.hexdigest()


def _settle(made: Path, target: Path, root: Path) -> None:
    """Move a finished file to its place so that it is there, whole, after a power cut too."""
    target.parent.mkdir(exist_ok=True)
    made.replace(target)
    target.chmod(0o444)
    for folder in (target.parent, root):
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":  # pragma: no cover - folders cannot be opened there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
