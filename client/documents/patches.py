"""Making a revised paper out of the one that is held: a zstd frame with the old file as its prefix.

What comes is bounded before it is believed: the window by `MAX_WINDOW`, what is unpacked by what an
opened file of that size may hold, the bytes that are given by the size that the meeting names.
Whether it is the paper, its hash says.
"""

import sys
import zlib
from collections import deque
from collections.abc import Iterator

from server.protocol.inflating import LEVEL, MAX_OPENED, MAX_STREAM, opened

if sys.version_info >= (3, 14):  # pragma: no cover - the same code under its later name
    from compression import zstd
else:
    from backports import zstd

MAX_BASE = 64 * 2**20
"""Bytes of a file that a patch may stand on: it is held in memory meanwhile."""
MAX_WINDOW = 27
PIECE = 1024 * 1024
MAX_SPANS = 200_000
_PLAIN, _INFLATED = 0, 1
_LONGEST = 35
"""Bits of the longest number."""


class BadPatch(ValueError):  # noqa: N818 - it names the state of the bytes
    """Bytes that do not make a file of that size."""


class Patch:
    """A patch while it comes. `size`: of the file that it makes."""

    def __init__(self, base: bytes, size: int) -> None:
        self._base = base
        self._left = size
        self._room = size + MAX_OPENED + MAX_BASE
        self._opened: zstd.ZstdDecompressor | None = None
        self._closing: _Closing | None = None

    def feed(self, raw: bytes) -> Iterator[bytes]:
        """Yield the file's next bytes, in pieces of about `PIECE`. Raises BadPatch."""
        if raw and self._opened is None:
            self._begin(raw[0])
            raw = raw[1:]
        while self._opened is not None and (raw or not self._waits(self._opened)):
            for piece in self._pieces(self._unpacked(self._opened, raw)):
                if len(piece) > self._left:
                    raise BadPatch("larger than the file")
                self._left -= len(piece)
                yield piece
            raw = b""

    def finish(self) -> None:
        """Say that nothing more comes. Raises BadPatch when the file is not whole."""
        if self._left or self._opened is None or not self._opened.eof:
            raise BadPatch("cut short")

    def _begin(self, form: int) -> None:
        if form not in {_PLAIN, _INFLATED}:
            raise BadPatch("of no known form")
        base, self._base = self._base, b""
        if form == _INFLATED:
            base, self._closing = opened(base).raw, _Closing()
        limit = {int(zstd.DecompressionParameter.window_log_max): MAX_WINDOW}
        prefix = zstd.ZstdDict(base, is_raw=True).as_prefix
        self._opened = zstd.ZstdDecompressor(zstd_dict=prefix, options=limit)

    @staticmethod
    def _waits(frame: zstd.ZstdDecompressor) -> bool:
        return frame.needs_input or frame.eof

    def _unpacked(self, frame: zstd.ZstdDecompressor, raw: bytes) -> bytes:
        if frame.eof:
            raise BadPatch("something follows the patch")
        try:
            piece = frame.decompress(raw, PIECE)
        except zstd.ZstdError as fault:
            raise BadPatch(str(fault)) from fault
        self._room -= len(piece)
        if frame.unused_data or self._room < 0:
            raise BadPatch("something follows the patch, or it never ends")
        return piece

    def _pieces(self, piece: bytes) -> Iterator[bytes]:
        if self._closing is not None:
            yield from self._closing.feed(piece)
        elif piece:
            yield piece


class _Closing:
    """Packs the streams of an opened file again: numbers that say where they are, then the file."""

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._value, self._shift = 0, 0
        self._spans: deque[int] | None = None
        self._held = bytearray()

    def feed(self, raw: bytes) -> Iterator[bytes]:
        at = 0
        while self._spans is None and at < len(raw):
            self._number(raw[at])
            at += 1
        if self._spans is None:
            return
        self._held += raw[at:]
        while len(self._spans) > 1 and len(self._held) >= self._spans[0] + self._spans[1]:
            plain, clear = self._spans.popleft(), self._spans.popleft()
            yield bytes(self._held[:plain])
            yield zlib.compress(bytes(self._held[plain : plain + clear]), LEVEL)
            del self._held[: plain + clear]
        if not self._spans and self._held:
            yield bytes(self._held)
            self._held.clear()

    def _number(self, byte: int) -> None:
        """Take a byte of the numbers: how many spans, then two for each."""
        self._value |= (byte & 0x7F) << self._shift
        self._shift += 7
        if self._shift > _LONGEST:
            raise BadPatch("a number too large")
        if byte & 0x80:
            return
        self._numbers.append(self._value)
        self._value = self._shift = 0
        if self._numbers[0] > MAX_SPANS:
            raise BadPatch("too many streams")
        if len(self._numbers) > 1 and len(self._numbers) % 2 and self._numbers[-1] > MAX_STREAM:
            raise BadPatch("a stream too large")
        if len(self._numbers) == 1 + 2 * self._numbers[0]:
            self._spans = deque(self._numbers[1:])
