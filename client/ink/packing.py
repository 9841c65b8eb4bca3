"""Strokes as bytes: about four bytes a point.

A packed stroke is: one byte of flags (1: with pressure), the number of points, then for every
point the differences to the one before in x and y (1/32 pt, zigzag), pressure (of 255, zigzag,
with flag 1) and time (ms); all as LEB128 varints. The first point differs from 0.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

STEP = 1 / 32
"""Points; half of it is the most that packing moves a point by."""
MAX_POINTS = 50_000
MAX_BYTES = 256 * 1024
_WITH_PRESSURE = 1
_LIMIT = 1 << 40
_FURTHEST = 1e6
_LOW = bytes(range(128))


class BadStroke(ValueError):  # noqa: N818 - it names the state of the bytes
    """Bytes that are no stroke."""


class Point(NamedTuple):
    """Where the pen was."""

    x: float
    y: float
    pressure: float = -1.0
    """0 to 1; negative: the pen does not say."""
    ms: int = 0
    """Since the pen came down."""


def pack(points: Iterable[Point]) -> bytes:
    """Return the bytes of a stroke, its points rounded to `STEP`. Raises BadStroke for none."""
    dots = tuple(points)
    if not 0 < len(dots) <= MAX_POINTS:
        raise BadStroke(f"{len(dots)} points")
    pressed = all(dot.pressure >= 0 for dot in dots)
    out = bytearray([_WITH_PRESSURE if pressed else 0])
    _put(out, len(dots))
    x = y = pressure = ms = 0
    for dot in dots:
        if not (abs(dot.x) <= _FURTHEST and abs(dot.y) <= _FURTHEST):
            raise BadStroke("a point off every page")
        now_x, now_y = round(dot.x / STEP), round(dot.y / STEP)
        _put(out, _zigzag(now_x - x))
        _put(out, _zigzag(now_y - y))
        x, y = now_x, now_y
        if pressed:
            now = round(min(dot.pressure, 1.0) * 255)
            _put(out, _zigzag(now - pressure))
            pressure = now
        later = max(ms, dot.ms)
        _put(out, later - ms)
        ms = later
    return bytes(out)


def unpack(packed: bytes) -> tuple[Point, ...]:
    """Return the points of a stroke. Raises BadStroke for bytes that `pack` would not write."""
    if not 0 < len(packed) <= MAX_BYTES or packed[0] > _WITH_PRESSURE:
        raise BadStroke("no stroke")
    pressed = bool(packed[0])
    numbers = _numbers(packed)
    count = next(numbers, 0)
    if not 0 < count <= MAX_POINTS:
        raise BadStroke(f"{count} points")
    values = list(numbers)
    fields = 4 if pressed else 3
    if len(values) != count * fields:
        raise BadStroke("cut off, or something after the end")
    return tuple(_points(values, fields, pressed=pressed))


def looks_whole(packed: bytes) -> bool:
    """True when the bytes have the shape of a stroke, without reading its numbers: quick."""
    if not 2 < len(packed) <= MAX_BYTES or packed[0] > _WITH_PRESSURE or packed[-1] > 0x7F:  # noqa: PLR2004
        return False
    count = next(_numbers(packed[:6]), 0)
    ends = len(packed) - 1 - len(packed[1:].translate(None, _LOW))
    return 0 < count <= MAX_POINTS and ends == 1 + count * (4 if packed[0] else 3)


def _points(values: list[int], fields: int, *, pressed: bool) -> Iterator[Point]:
    x = y = pressure = ms = 0
    for at in range(0, len(values), fields):
        x += _unzigzag(values[at])
        y += _unzigzag(values[at + 1])
        ms += values[at + fields - 1]
        if abs(x) > _FURTHEST / STEP or abs(y) > _FURTHEST / STEP:
            raise BadStroke("a point off every page")
        if pressed:
            pressure += _unzigzag(values[at + 2])
            if not 0 <= pressure <= 255:  # noqa: PLR2004 - the largest byte
                raise BadStroke("a pressure out of range")
        yield Point(x * STEP, y * STEP, pressure / 255 if pressed else -1.0, ms)


def _put(out: bytearray, value: int) -> None:
    while value > 0x7F:  # noqa: PLR2004 - seven bits a byte
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)


def _numbers(packed: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in packed[1:]:
        value |= (byte & 0x7F) << shift
        if value > _LIMIT:
            raise BadStroke("a number out of range")
        if byte & 0x80:
            shift += 7
            if shift > 42:  # noqa: PLR2004 - beyond any number in a stroke
                raise BadStroke("a number out of range")
        else:
            yield value
            value = shift = 0
    if shift:
        raise BadStroke("cut off")


def _zigzag(value: int) -> int:
    return value * 2 if value >= 0 else -value * 2 - 1


def _unzigzag(value: int) -> int:
    return value // 2 if value % 2 == 0 else -(value + 1) // 2
