"""The record's checkpoint as papers carry it: a short form to type, and a code for cameras."""

from base64 import b64encode
from collections.abc import Iterator, Sequence

import segno

from server.journal.port import Sealed
from server.protocol.checkpoint import Checkpoint, origin
from server.protocol.events import MeetingCreated
from server.protocol.merkle import Frontier
from server.protocol.upcast import upcast
from server.record.typeset import Figure, Stroke

QR_BEGINS = "PHIENHOP-CHECK1"
QR_POINTS = 74.0
_QUIET = 4
"""Modules of light margin that readers of the code need (ISO/IEC 18004)."""


def checkpoint(sealed: Sequence[Sealed], key: bytes) -> Checkpoint:
    """Return the checkpoint of a whole journal under the log key of these 32 public bytes.

    Raises ValueError for a journal that does not begin with a meeting.
    """
    first = upcast(sealed[0].form, sealed[0].raw).event if sealed else None
    if not isinstance(first, MeetingCreated):
        raise ValueError("a meeting begins with MeetingCreated")  # noqa: TRY004 - it is its value
    root = Frontier(one.leaf for one in sealed).root()
    return Checkpoint(origin(key, first.meeting), len(sealed), root)


def checkpoint_short(sealed: Sequence[Sealed], key: bytes) -> str:
    """Return the code that `phienhop verify --checkpoint` takes: six groups of four letters."""
    return checkpoint(sealed, key).short


def qr_text(point: Checkpoint) -> str:
    """Return what a camera reads: origin, size and root, separated by blanks."""
    root = b64encode(point.root).decode()
    return f"{QR_BEGINS} {point.origin} {point.size} {root}"


def qr_figure(text: str, points: float = QR_POINTS) -> Figure:
    """Draw a code at the left edge of the text, `points` wide and high."""
    matrix = segno.make(text, error="m", micro=False).matrix
    return Figure(points, (), tuple(_modules(matrix, points / (len(matrix) + 2 * _QUIET))))


def _modules(matrix: Sequence[Sequence[int]], size: float) -> Iterator[Stroke]:
    """One thick stroke for each run of dark modules, so that nothing is scaled badly."""
    for row, modules in enumerate(matrix):
        y, begin = (row + _QUIET + 0.5) * size, -1
        for place, dark in enumerate([*modules, 0]):
            if dark and begin < 0:
                begin = place
            elif not dark and begin >= 0:
                left, right = (begin + _QUIET) * size, (place + _QUIET) * size
                yield Stroke(left, y, right, y, size * 1.02)
                begin = -1
