"""A revised paper as a patch against the one before: zstd with the old file as its prefix.

Between the files as they are or with their streams opened (`server.protocol.inflating`), whichever
is smaller. Byte-exact, so hashes stay true. Measured against bsdiff and content-defined chunks in
docs/decisions/0032; the `zstandard` package finds no matches further back than its window, so
`backports.zstd`, which is the standard library's from Python 3.14.
"""

from __future__ import annotations

import sys
from itertools import chain
from pathlib import Path
from typing import Any

from server.protocol.inflating import opened

if sys.version_info >= (3, 14):  # pragma: no cover - the same code under its later name
    from compression import zstd
else:
    from backports import zstd

MAX_BYTES = 64 * 2**20
"""Of either file; beyond that a patch costs more memory than a tablet has to spare."""
MAX_WINDOW = 27
SMALL = 8 * 2**20
WORTH = 0.9
"""A patch that is not smaller than this share of the file is none."""
_SMALLEST_WINDOW = 18
MAX_INFLATED = 24 * 2**20
"""Larger files are patched as they are: they are scans, whose pictures do not move."""
PLAIN, INFLATED = b"\x00", b"\x01"


def make(old: bytes, new: bytes) -> bytes:
    """Return the patch that makes `new` out of `old`: its form, then the frame (SPEC 9.10)."""
    plain = PLAIN + _frame(old, new)
    if max(len(old), len(new)) > MAX_INFLATED:
        return plain
    after = opened(new, exactly=True)
    recipe = b"".join(_number(value) for value in (len(after.spans), *chain(*after.spans)))
    inflated = INFLATED + _frame(opened(old).raw, recipe + after.raw)
    return min(plain, inflated, key=len)


def _frame(old: bytes, new: bytes) -> bytes:
    window = max(_SMALLEST_WINDOW, min(MAX_WINDOW, (len(old) + len(new)).bit_length()))
    parameter = zstd.CompressionParameter
    options: dict[int, int] = {
        parameter.compression_level: 19 if len(new) <= SMALL else 6,
        parameter.window_log: window,
        parameter.enable_long_distance_matching: 1,
        parameter.content_size_flag: 1,
    }
    return zstd.compress(new, options=options, zstd_dict=zstd.ZstdDict(old, is_raw=True).as_prefix)


def _number(value: int) -> bytes:
    """Write a number of 7 bits a byte, the low ones first."""
    parts = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - seven bits
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)


def write(old: Path, new: Path, target: Path) -> dict[str, Any]:
    """Write the patch between two files to `target`, empty when it is not worth having."""
    sizes = old.stat().st_size, new.stat().st_size
    patch = b""
    if min(sizes) > 0 and max(sizes) <= MAX_BYTES:
        patch = make(old.read_bytes(), new.read_bytes())
    worth = patch if len(patch) < WORTH * sizes[1] else b""
    target.write_bytes(worth)
    return {"bytes": len(worth)}
