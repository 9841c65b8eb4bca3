"""Making a revised paper out of the one that is held: a zstd frame with the old file as its prefix.

What comes is bounded before it is believed: the window by `MAX_WINDOW`, the bytes by the size that
the meeting names. Whether it is the paper, its hash says.
"""

import sys
from collections.abc import Iterator

if sys.version_info >= (3, 14):  # pragma: no cover - the same code under its later name
    from compression import zstd
else:
    from backports import zstd

MAX_BASE = 64 * 2**20
"""Bytes of a file that a patch may stand on: it is held in memory meanwhile."""
MAX_WINDOW = 27
PIECE = 1024 * 1024


class BadPatch(ValueError):  # noqa: N818 - it names the state of the bytes
    """Bytes that do not make a file of that size."""


class Patch:
    """A patch while it comes. `size`: of the file that it makes."""

    def __init__(self, base: bytes, size: int) -> None:
        limit = {int(zstd.DecompressionParameter.window_log_max): MAX_WINDOW}
        prefix = zstd.ZstdDict(base, is_raw=True).as_prefix
        self._opened = zstd.ZstdDecompressor(zstd_dict=prefix, options=limit)
        self._left = size

    def feed(self, raw: bytes) -> Iterator[bytes]:
        """Yield the file's next bytes, in pieces of at most `PIECE`. Raises BadPatch."""
        while raw or not (self._opened.needs_input or self._opened.eof):
            if self._opened.eof:
                raise BadPatch("something follows the patch")
            try:
                piece = self._opened.decompress(raw, PIECE)
            except zstd.ZstdError as fault:
                raise BadPatch(str(fault)) from fault
            raw = b""
            if len(piece) > self._left:
                raise BadPatch("larger than the file")
            self._left -= len(piece)
            if piece:
                yield piece
            if self._opened.unused_data:
                raise BadPatch("something follows the patch")

    def finish(self) -> bytes:
        """Say that nothing more comes. Raises BadPatch when the file is not whole."""
        if self._left or not self._opened.eof:
            raise BadPatch("cut short")
        return b""
