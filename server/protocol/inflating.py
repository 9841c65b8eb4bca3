"""PDF files with their packed streams opened, so that two revisions look alike byte for byte.

One word that moves a line changes every byte of a deflated stream after it, and hardly any of the
text within. A patch is therefore made between opened files. Opening is decided by the bytes alone,
so that the server and a tablet open the same file in the same way; closing packs each stream again
with zlib's level `LEVEL`, which gives the same bytes wherever zlib is the usual one. Where it does
not, the file's hash says so and the whole file is fetched.
"""

import re
import zlib
from typing import NamedTuple

LEVEL = 6
MAX_STREAM = 2**20
"""Bytes of an opened stream; larger ones are pictures and stay packed."""
MAX_OPENED = 64 * 2**20
"""Bytes of all opened streams of a file; those after it stay packed."""
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_END = b"endstream"


class Span(NamedTuple):
    """`plain` bytes as they are in the file, then `clear` bytes that are packed in it."""

    plain: int
    clear: int


class Opened(NamedTuple):
    """The bytes of a file with some streams opened, and where they are."""

    raw: bytes
    spans: tuple[Span, ...]


def opened(file: bytes, *, exactly: bool = False) -> Opened:
    """Open the streams of a file; with `exactly` only those that `LEVEL` packs into equal bytes."""
    parts, spans, done, left = [], [], 0, MAX_OPENED
    for found in _STREAM.finditer(file):
        start = found.end()
        if start < done:
            continue
        packed = file[start : max(start, file.find(_END, start))]
        clear, length = _clear(packed)
        if not 0 < len(clear) <= left or (
            exactly and zlib.compress(clear, LEVEL) != packed[:length]
        ):
            continue
        parts += [file[done:start], clear]
        spans.append(Span(start - done, len(clear)))
        done, left = start + length, left - len(clear)
    parts.append(file[done:])
    return Opened(b"".join(parts), tuple(spans))


def _clear(packed: bytes) -> tuple[bytes, int]:
    """Return what a stream holds and how many bytes hold it; nothing for one that stays packed."""
    unpacking = zlib.decompressobj()
    try:
        clear = unpacking.decompress(packed, MAX_STREAM)
    except zlib.error:
        return b"", 0
    if not unpacking.eof:
        return b"", 0
    return clear, len(packed) - len(unpacking.unused_data)
