"""Papers on the wire travel in chunks, cut from and joined into whole files.

256 KiB: large enough to be quick, small enough to add 1-3 ms to an event beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Protocol

CHUNK_BYTES = 256 * 1024


class Sliceable(Protocol):
    """Bytes that can be cut without copying: an open paper."""

    def __len__(self) -> int:
        """Size in bytes."""

    def slice(self, offset: int, size: int) -> memoryview:
        """A view of at most ``size`` bytes from ``offset``."""


def cut(paper: Sliceable, offset: int = 0, size: int = CHUNK_BYTES) -> Iterator[memoryview]:
    """Yield the paper from ``offset`` on in pieces of ``size`` bytes, the last one shorter.

    Raises ValueError when the offset lies outside the paper. At its very end nothing is yielded.
    """
    if not 0 <= offset <= len(paper):
        message = f"offset {offset} outside 0..{len(paper)}"
        raise ValueError(message)
    for start in range(offset, len(paper), size):
        yield paper.slice(start, size)


def count(size: int, offset: int = 0, chunk: int = CHUNK_BYTES) -> int:
    """Return how many chunks remain from ``offset`` of a paper of ``size`` bytes."""
    return max(0, -(-(size - offset) // chunk))


def join(chunks: Iterable[bytes | memoryview], sha256: str) -> bytes | None:
    """Return the whole file, or None when its hash is not the one promised."""
    whole = b"".join(chunks)
    return whole if hashlib.sha256(whole).hexdigest() == sha256 else None
