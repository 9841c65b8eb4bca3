"""The printed sheet: for each person a page with the first PIN and the code that pairs a tablet."""

from collections.abc import Iterator, Sequence

import segno
from msgspec import Struct

from server.record import pdf
from server.record.typeset import Page, Para, Sheet, Stroke, runs

A5 = Sheet(width=420.0, height=595.0, left=42.0, right=42.0, top=42.0, bottom=36.0)
QR_POINTS = 230.0
"""Side of the code with its quiet zone: about 8 cm, read from half a metre."""
_QUIET = 4
_BOTTOM = 48.0


class Slip(Struct, frozen=True):
    """What one person is handed."""

    organization: str
    name: str
    post: str
    seat: str
    secret: str
    passphrase: bool
    code: str
    """As people type it, in groups."""
    qr: str
    until: str
    """The last day on which the code works, as printed."""


def sheet(slips: Sequence[Slip]) -> bytes:
    """Return the sheet as PDF, one A5 page for each slip. Raises `pdf.TextLostError`."""
    return pdf.write([page for slip in slips for page in _pages(slip)], title="Phiếu đăng nhập")


def _pages(slip: Slip) -> list[Page]:
    pages = pdf.set_pages(list(_blocks(slip)), A5, numbers=False)
    pages[0].strokes.extend(_modules(slip.qr))
    return pages


def _blocks(slip: Slip) -> Iterator[Para]:
    kind = (
        ("Mật khẩu lần đầu", "First passphrase")
        if slip.passphrase
        else (
            "Mã PIN lần đầu",
            "First PIN",
        )
    )
    where = "bàn thư ký" if slip.passphrase else "máy tính bảng"
    yield _line(_plain(slip.organization), 11)
    yield _line(f"**{_plain(slip.name)}**", 20, before=6)
    yield _line(_plain(" · ".join(part for part in (slip.post, _seat(slip.seat)) if part)), 12)
    yield _line(f"{kind[0]} / __{kind[1]}__", 11, before=14)
    yield _line(f"**{_spaced(slip.secret)}**", 24)
    yield _line("Dùng một lần, sau đó tự đặt mã mới. / __Works once; then choose your own.__", 10)
    yield _line(f"Mã ghép {where} / __Pairing code__, đến {slip.until}", 11, before=14)
    yield _line(f"**{slip.code}**", 15)


def _line(text: str, size: float, *, before: float = 0.0) -> Para:
    return Para(runs(text), "center", size, before=before, after=2.0, leading=1.25)


def _plain(text: str) -> str:
    """A name that holds the marks of bold or italic is printed as it is."""
    return text.replace("**", "*").replace("__", "_")


def _seat(seat: str) -> str:
    return f"Ghế {seat}" if seat else ""


def _spaced(secret: str) -> str:
    """Six digits are read and typed in two groups."""
    return f"{secret[:3]} {secret[3:]}" if len(secret) == 6 else secret  # noqa: PLR2004


def _modules(text: str) -> Iterator[Stroke]:
    """Draw the code as thick strokes, one for each run of dark modules: nothing to scale badly."""
    matrix = segno.make(text, error="m", micro=False).matrix
    size = QR_POINTS / (len(matrix) + 2 * _QUIET)
    left = (A5.width - QR_POINTS) / 2 + _QUIET * size
    top = A5.height - _BOTTOM - QR_POINTS + _QUIET * size
    for row, modules in enumerate(matrix):
        y = top + (row + 0.5) * size
        for first, last in _dark_runs(modules):
            # A hair more than a module high, so that no viewer shows seams between rows.
            yield Stroke(left + first * size, y, left + last * size, y, size * 1.02)


def _dark_runs(modules: Sequence[int]) -> Iterator[tuple[int, int]]:
    begin: int | None = None
    for place, dark in enumerate([*modules, 0]):
        if dark and begin is None:
            begin = place
        elif not dark and begin is not None:
            yield begin, place
            begin = None
