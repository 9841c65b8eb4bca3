"""The papers on this device's disk: received in parts, verified, encrypted, readable offline.

Files are named by the SHA-256 of their clear bytes. A file under its own name has been verified;
a file still coming is `<sha256>.part` and holds whole sealed chunks, so that whatever moment the
process dies at, the transfer goes on from the last whole chunk. Everything here waits for the
disk: call it in a thread.
"""

import hashlib
import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from client.device.vault import CHUNK, EXTRA, Damaged, Locked, Vault, settle, write_durably
from client.documents.renderer import Pieces
from server.protocol.ids import Sha256

_SEALED = CHUNK + EXTRA
_BESIDE = frozenset({".part", ".text", ".scan"})
_PICTURE = ".picture-"
PICTURES = 200
"""Pictures of pages kept on this device; those that came first go first."""
_KEY_NAME = "key.name"
"""Tells which key seals what is here, without telling the key."""
_LETTERS = frozenset("0123456789abcdef")
_HASH_LETTERS = 64


class NotHere(Exception):  # noqa: N818 - it names the state of the paper
    """The paper is not, or not yet whole, on this device."""


class WrongBytes(Exception):  # noqa: N818 - it names the state of the bytes
    """What was received is not the paper with that hash; it has been thrown away."""


def _about(sha256: Sha256, chunk: int, *, last: bool) -> bytes:
    """Return what a chunk is bound to: its paper, its place, and whether the paper ends there."""
    return bytes.fromhex(sha256) + struct.pack(">I?", chunk, last)


class Library:
    """The papers in one folder: locked until it is given the key that the server releases.

    Without the key what is here can be named and thrown away, not read: `read`, `verified`,
    `receive`, `keep_text` and `text` raise Locked.
    """

    def __init__(self, folder: Path, vault: Vault | None = None) -> None:
        self._folder = folder
        self._open_vault = vault
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    # ---- the key ---------------------------------------------------------------------------------

    @property
    def locked(self) -> bool:
        """Nobody who may read papers is here."""
        return self._open_vault is None

    def unlock(self, key: bytes) -> frozenset[Sha256]:
        """Open what was sealed with this key; return the papers that went, sealed with another.

        Raises OSError.
        """
        name = HKDFExpand(SHA256(), 16, b"phienhop-cache-name").derive(key)
        path = self._folder / _KEY_NAME
        gone: frozenset[Sha256] = frozenset()
        if not path.exists() or path.read_bytes() != name:
            gone = self.forget_all_but(frozenset())
            write_durably(path, name)
        self._open_vault = Vault(HKDFExpand(SHA256(), 32, b"phienhop-cache-papers").derive(key))
        return gone

    def lock(self) -> None:
        """Forget the key."""
        self._open_vault = None

    def wipe(self) -> frozenset[Sha256]:
        """Throw everything away, as a server asks that takes this device out of use."""
        self.lock()
        gone = self.forget_all_but(frozenset())
        (self._folder / _KEY_NAME).unlink(missing_ok=True)
        return gone

    def vault(self) -> Vault:
        """Return what seals the papers, for what else says what they say. Raises Locked."""
        if self._open_vault is None:
            raise Locked("papers")
        return self._open_vault

    @property
    def _vault(self) -> Vault:
        return self.vault()

    # ---- papers ----------------------------------------------------------------------------------

    def stored(self) -> frozenset[Sha256]:
        """Return the papers that are whole and were verified when they came."""
        names = (path.name for path in self._folder.iterdir())
        return frozenset(name for name in names if _is_hash(name))

    def read(self, sha256: Sha256) -> bytes:
        """Return a paper's bytes. Raises NotHere, Damaged or OSError."""
        return b"".join(self._chunks(sha256))

    def pieces(self, sha256: Sha256) -> Pieces:
        """Return a paper's bytes piece by piece, each clear only while it is passed on.

        Raises NotHere, Damaged or OSError, also while the pieces are taken.
        """
        path = self._folder / sha256
        if not _is_hash(sha256) or not path.is_file():
            raise NotHere(sha256)
        sealed = path.stat().st_size
        return Pieces(sealed - _count(sealed) * EXTRA, self._chunks(sha256))

    def verified(self, sha256: Sha256) -> bool:
        """Say whether the bytes on the disk still have that hash, reading them all."""
        digest = hashlib.sha256()
        try:
            for chunk in self._chunks(sha256):
                digest.update(chunk)
        except (NotHere, Damaged, OSError):
            return False
        return digest.hexdigest() == sha256

    def receive(self, sha256: Sha256, size: int) -> "Incoming":
        """Go on with a paper of that many bytes; `Incoming.offset` says where. Raises OSError."""
        return Incoming(self._folder / sha256, self._vault, sha256, size)

    def forget(self, files: Iterable[Sha256]) -> None:
        """Delete papers, whole or in part."""
        for sha256 in files:
            path = self._folder / sha256
            pictures = self._folder.glob(f"{sha256}{_PICTURE}*")
            for one in (path, _part(path), _text(path), _scan(path), *pictures):
                one.unlink(missing_ok=True)

    def forget_all_but(self, named: frozenset[Sha256]) -> frozenset[Sha256]:
        """Delete what `named` does not hold; return the whole papers that went."""
        gone = self.stored() - named
        beside = (path.stem for path in self._folder.iterdir() if _is_beside(path))
        self.forget(gone | (frozenset(beside) - named))
        return gone

    # ---- words -----------------------------------------------------------------------------------

    def keep_text(self, sha256: Sha256, pages: Sequence[str]) -> None:
        """Keep the words of a paper's pages, sealed beside it. Raises NotHere and OSError."""
        path = self._folder / sha256
        if not _is_hash(sha256) or not path.is_file():
            raise NotHere(sha256)
        clear = zlib.compress(msgspec.msgpack.encode(tuple(pages)), 1)
        write_durably(_text(path), self._vault.seal(clear, _words(sha256)))

    def text(self, sha256: Sha256) -> tuple[str, ...]:
        """Return the words kept of a paper's pages. Raises NotHere, Damaged or OSError."""
        path = _text(self._folder / sha256)
        if not _is_hash(sha256) or not path.is_file():
            raise NotHere(sha256)
        clear = self._vault.open(path.read_bytes(), _words(sha256))
        try:
            return msgspec.msgpack.decode(zlib.decompress(clear), type=tuple[str, ...])
        except (zlib.error, msgspec.MsgspecError) as fault:
            raise Damaged(sha256) from fault

    def keep_scan(self, sha256: Sha256, packed: bytes) -> None:
        """Keep what the server found in a paper's scans. Raises NotHere and OSError."""
        path = self._folder / sha256
        if not _is_hash(sha256) or not path.is_file():
            raise NotHere(sha256)
        write_durably(_scan(path), self._vault.seal(packed, b"scan " + _words(sha256)))

    def scan(self, sha256: Sha256) -> bytes:
        """Return what was found in a paper's scans. Raises NotHere, Damaged or OSError."""
        path = _scan(self._folder / sha256)
        if not _is_hash(sha256) or not path.is_file():
            raise NotHere(sha256)
        return self._vault.open(path.read_bytes(), b"scan " + _words(sha256))

    # ---- pictures of pages -----------------------------------------------------------------------

    def keep_picture(self, sha256: Sha256, page: int, dots: int, raw: bytes) -> None:
        """Keep what the server has drawn of a page. Raises NotHere and OSError."""
        path = self._folder / sha256
        if not _is_hash(sha256) or not path.is_file():
            raise NotHere(sha256)
        target = _picture(path, page, dots)
        write_durably(target, self._vault.seal(raw, target.name.encode()))
        kept = sorted(self._folder.glob(f"*{_PICTURE}*"), key=lambda one: one.stat().st_mtime_ns)
        for old in kept[:-PICTURES]:
            old.unlink(missing_ok=True)

    def picture(self, sha256: Sha256, page: int, dots: int) -> bytes:
        """Return the picture kept of a page. Raises NotHere, Damaged or OSError."""
        path = _picture(self._folder / sha256, page, dots)
        if not _is_hash(sha256) or not path.is_file():
            raise NotHere(sha256)
        return self._vault.open(path.read_bytes(), path.name.encode())

    def _chunks(self, sha256: Sha256) -> Iterator[bytes]:
        path = self._folder / sha256
        if not _is_hash(sha256) or not path.is_file():
            raise NotHere(sha256)
        with path.open("rb") as file:
            count = _count(os.fstat(file.fileno()).st_size)
            for chunk in range(count):
                about = _about(sha256, chunk, last=chunk == count - 1)
                yield self._vault.open(file.read(_SEALED), about)


def _count(sealed: int) -> int:
    """Return of how many chunks a file of so many sealed bytes is made."""
    return max(1, -(-sealed // _SEALED))


def _is_hash(name: str) -> bool:
    return len(name) == _HASH_LETTERS and set(name) <= _LETTERS


def _part(path: Path) -> Path:
    return path.with_name(path.name + ".part")


def _text(path: Path) -> Path:
    return path.with_name(path.name + ".text")


def _scan(path: Path) -> Path:
    return path.with_name(path.name + ".scan")


def _picture(path: Path, page: int, dots: int) -> Path:
    return path.with_name(f"{path.name}{_PICTURE}{page}-{dots}")


def _is_beside(path: Path) -> bool:
    return path.suffix in _BESIDE or path.suffix.startswith(_PICTURE)


def _words(sha256: Sha256) -> bytes:
    """Return what kept words are bound to."""
    return b"words " + bytes.fromhex(sha256)


class Incoming:
    """One paper while it comes. Close it, whatever happens; `finish` makes it a paper."""

    def __init__(self, path: Path, vault: Vault, sha256: Sha256, size: int) -> None:
        self._path = path
        self._vault = vault
        self._sha256 = sha256
        self._size = size
        self._digest = hashlib.sha256()
        self._chunk = 0
        self._waiting = bytearray()
        part = _part(path)
        self._file: IO[bytes] = part.open("r+b" if part.exists() else "w+b")
        try:
            self._take_up()
        except BaseException:
            self._file.close()
            raise

    @property
    def offset(self) -> int:
        """How many bytes are here, in order from the first."""
        return self._chunk * CHUNK + len(self._waiting)

    def write(self, raw: bytes) -> None:
        """Take the next bytes. Raises WrongBytes beyond the paper's size, and OSError."""
        if self.offset + len(raw) > self._size:
            self.discard()
            raise WrongBytes(self._sha256)
        self._waiting += raw
        while len(self._waiting) >= CHUNK and self.offset < self._size:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)

    def finish(self) -> None:
        """Verify what came and make it a paper of the library. Raises WrongBytes and OSError."""
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
        self._seal(bytes(self._waiting), last=True)
        if self._digest.hexdigest() != self._sha256:
            self.discard()
            raise WrongBytes(self._sha256)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        _part(self._path).replace(self._path)
        settle(self._path.parent)

    def close(self) -> None:
        """Let go of the file; whole chunks stay for the next time."""
        self._file.close()

    def discard(self) -> None:
        """Throw away what came."""
        self._file.close()
        _part(self._path).unlink(missing_ok=True)

    def _seal(self, clear: bytes, *, last: bool) -> None:
        self._digest.update(clear)
        self._file.write(self._vault.seal(clear, _about(self._sha256, self._chunk, last=last)))
        del self._waiting[: len(clear)]
        self._chunk += 1

    def _take_up(self) -> None:
        """Keep the whole chunks that are there, and cut off what is not one."""
        self._file.seek(0)
        good = 0
        while len(sealed := self._file.read(_SEALED)) == _SEALED:
            try:
                clear = self._vault.open(sealed, _about(self._sha256, good, last=False))
            except Damaged:
                break
            if (good + 1) * CHUNK >= self._size:
                break
            self._digest.update(clear)
            good += 1
        self._chunk = good
        self._file.seek(good * _SEALED)
        self._file.truncate()
