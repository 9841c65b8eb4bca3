"""Paper ballots for printing: two on a sheet of A4, numbered for the board's register.

The number stands on a stub that is cut off before a ballot is given out: the register says how many
went out, and no ballot says to whom. Names stand by given name in Vietnamese order.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, zip_longest

from msgspec import Struct

from server.protocol.rules import NAMING, Candidate, Rule, options_of
from server.protocol.state import Organization
from server.record import pdf, wording
from server.record import poll_wording as pw
from server.record.tally_record import in_order
from server.record.typeset import (
    Block,
    Columns,
    Page,
    Para,
    Piece,
    Run,
    Sheet,
    Stroke,
    Style,
    Table,
)

HALF = Sheet(width=595.0, height=421.0, left=62.0, right=42.0, top=18.0, bottom=26.0)
WHOLE = Sheet(left=62.0, right=42.0, top=18.0, bottom=40.0)
STUB = 38.0
"""Height of the stub above the cut, points."""
BOX = 13.0
"""Side of the square that is marked."""
MANY, TWO_COLUMNS = 6, 22
"""More names than this take a whole page; more than that, where names are ticked, two columns."""
DASH = (3.0, 3.0)


class Ballots(Struct, frozen=True):
    """What is printed."""

    organization: Organization
    meeting: str
    question: str
    rule: Rule
    count: int


def print_ballots(wanted: Ballots) -> bytes:
    """Return the ballots as PDF, and a page for the register. Raises `pdf.TextLostError`."""
    whole = len(wanted.rule.candidates) > MANY
    sheet = WHOLE if whole else HALF
    pages: list[Page] = []
    for number in range(1, wanted.count + 1):
        made = _ballot(wanted, number, sheet)
        if whole:
            pages += made
        elif number % 2:
            pages.append(_on_a4(made[0]))
        else:
            _below(pages[-1], made[0])
    pages += pdf.set_pages(list(_register(wanted)), numbers=False)
    return pdf.write(pages, title=f"Phiếu. {wanted.question}")


def _ballot(wanted: Ballots, number: int, sheet: Sheet) -> list[Page]:
    """One ballot: one page, or more where each of many names has several answers."""
    made = pdf.set_pages(list(_blocks(wanted, number)), sheet, numbers=False)
    for page in made:
        _boxes(page)
    first = made[0]
    first.strokes.append(Stroke(20.0, STUB, sheet.width - 20.0, STUB, 0.5, dash=DASH))
    _stamp(first)
    return made


def _blocks(wanted: Ballots, number: int) -> Iterator[Block]:
    stub = f"Cuống phiếu số {number:03d}/{wanted.count:03d} · cắt rời trước khi phát"
    yield _line(stub, size=9.0, after=24.0)
    *above, own = wording.letterhead(wanted.organization)
    left = [_line(words, size=11.0) for words in above] + [_line(own, "bold", size=11.0)]
    motto = Para((Run("ĐẢNG CỘNG SẢN VIỆT NAM", "bold"),), "center", 11.0, underline=True)
    yield Columns((tuple(left), (motto,)), (1, 1), after=6.0)
    yield _line("PHIẾU " + _kind(wanted.rule), "bold", size=14.0, after=1.0)
    yield _line(wanted.question, "bold", size=12.0, after=1.0)
    yield _line(wanted.meeting, size=11.0, after=4.0)
    if wanted.rule.places:
        many, listed = wanted.rule.places, len(wanted.rule.candidates)
        yield _line(
            f"Số lượng bầu: {many:02d}; danh sách: {listed:02d} người", size=11.0, after=3.0
        )
    yield _line(_how(wanted.rule), "italic", size=10.5, after=6.0)
    yield _table(wanted.rule)


def _kind(rule: Rule) -> str:
    if rule.form in {"election", "election_surplus"}:
        return "BẦU CỬ"
    kinds = {"nomination": "GIỚI THIỆU", "confidence_survey": "LẤY PHIẾU TÍN NHIỆM"}
    return kinds.get(rule.form, "BIỂU QUYẾT" if rule.form != "confidence" else "TÍN NHIỆM")


def _how(rule: Rule) -> str:
    if rule.form in NAMING:
        most = f"không quá {rule.places} người" if rule.places else "những người được chọn"
        return f"Đánh dấu X vào ô bên cạnh tên {most}. Không viết thêm, không ký tên."
    if rule.candidates:
        return "Mỗi dòng đánh dấu X vào một ô. Không viết thêm, không ký tên."
    return "Đánh dấu X vào một ô. Không viết thêm, không ký tên."


def _table(rule: Rule) -> Table:
    options = options_of(rule)
    rows: list[tuple[str, ...]]
    if not rule.candidates:
        rows = [(pw.answer(rule, one.id), _square()) for one in options]
        return _grid((70, 30), ("", "Đánh dấu X"), rows)
    heads = ("TT", "Họ và tên", *(pw.answer(rule, one.id) for one in options))
    rows = [
        (str(place), one.name, *(_square() for _ in options))
        for place, one in enumerate(_names(rule), 1)
    ]
    rows += [
        (str(len(rule.candidates) + place), "…" * 16, *(_square() for _ in options))
        for place in range(1, rule.places + 1 if rule.write_ins else 1)
    ]
    if rule.form in NAMING and len(rows) > TWO_COLUMNS:
        return _two_columns(heads, rows)
    shares = (8, 48, *[44 / len(options)] * len(options))
    return _grid(shares, heads, rows, names=(1,))


def _two_columns(heads: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Table:
    """The names down the left half, and on down the right."""
    half = -(-len(rows) // 2)
    blank = ("",) * len(heads)
    pairs = zip_longest(rows[:half], rows[half:], fillvalue=blank)
    both = [(*left, *right) for left, right in pairs]
    return _grid((7, 28, 15) * 2, (*heads, *heads), both, names=(1, 4), size=11.0, pad=2.0)


def _names(rule: Rule) -> Sequence[Candidate]:
    return in_order(rule.candidates)


def _square() -> str:
    return pdf.BOX


def _grid(
    shares: Sequence[float],
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    names: Collection[int] = (0,),
    size: float = 12.0,
    pad: float = 4.0,
) -> Table:
    """A table; the columns `names` are flush left."""

    def cell(words: str, column: int, *, head: bool) -> Para:
        style: Style = "bold" if head else "regular"
        left = column in names and not head
        return Para((Run(words, style),), "left" if left else "center", size, after=0.0)

    made = [tuple(cell(words, place, head=True) for place, words in enumerate(heads))]
    made += [
        tuple(cell(words, place, head=False) for place, words in enumerate(row)) for row in rows
    ]
    return Table(tuple(shares), tuple(made), pad=pad)


def _boxes(page: Page) -> None:
    """Draw a square of a size that is easily marked in the place of each printed one."""
    kept = []
    for piece in page.pieces:
        if piece.text == pdf.BOX:
            x, y = piece.x + piece.size * 0.3 - BOX / 2, piece.y - piece.size * 0.33 - BOX / 2
            corners = ((x, y), (x + BOX, y), (x + BOX, y + BOX), (x, y + BOX), (x, y))
            for (x0, y0), (x1, y1) in pairwise(corners):
                page.strokes.append(Stroke(x0, y0, x1, y1, 0.9))
        else:
            kept.append(piece)
    page.pieces[:] = kept


def _stamp(page: Page) -> None:
    """Where the seal is put: the upper left corner of the ballot, dashed."""
    x, y, side = 16.0, STUB + 10.0, 44.0
    for number, word in enumerate(("Đóng", "dấu")):
        page.pieces.append(Piece(word, x + 12, y + 20 + 11 * number, 8.0, "italic", glue=False))
    corners = ((x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y))
    for (x0, y0), (x1, y1) in pairwise(corners):
        page.strokes.append(Stroke(x0, y0, x1, y1, 0.5, 0.4, DASH))


def _on_a4(half: Page) -> Page:
    """The upper half of a sheet, with the cut in its middle."""
    cut = Stroke(0.0, HALF.height, HALF.width, HALF.height, 0.5, 0.4, DASH)
    return Page(Sheet(), list(half.pieces), [*half.strokes, cut])


def _below(page: Page, half: Page) -> None:
    """Put a ballot into the lower half."""
    down = HALF.height
    page.pieces.extend(replace(one, y=one.y + down) for one in half.pieces)
    page.strokes.extend(replace(one, y0=one.y0 + down, y1=one.y1 + down) for one in half.strokes)


def _line(words: str, style: Style = "regular", *, size: float, **more: float) -> Para:
    settings = {"after": 0.0, "leading": 1.2, **more}
    return Para((Run(words, style),), "center", size, **settings)  # type: ignore[arg-type]


def _register(wanted: Ballots) -> Iterator[Block]:
    """The page that the board keeps: what was printed, given out, exchanged, left over."""
    yield _line("SỔ GIAO NHẬN PHIẾU CỦA BAN KIỂM PHIẾU", "bold", size=14.0, after=2.0)
    yield _line(wanted.question, "bold", size=13.0, after=2.0)
    yield _line(wanted.meeting, size=12.0, after=10.0)
    rows = [
        ("Phiếu in ra", f"{wanted.count}", f"số 001 đến {wanted.count:03d}"),
        ("Phiếu phát ra", "", ""),
        ("Phiếu hỏng đã đổi", "", ""),
        ("Phiếu thu về", "", ""),
        ("Phiếu không sử dụng", "", ""),
    ]
    heads = ("Việc", "Số phiếu", "Ghi chú")
    yield _grid((34, 18, 48), heads, rows)
    yield _line(
        "Sổ chỉ ghi số phiếu, không ghi phiếu nào của ai. Cuống phiếu cắt rời, giữ cùng sổ này.",
        "italic",
        size=11.0,
        before=6.0,
        after=14.0,
    )
    names = ("NGƯỜI GIAO", "NGƯỜI NHẬN", "TRƯỞNG BAN KIỂM PHIẾU")
    signed = tuple(
        (_line(words, "bold", size=12.0), _line("(ký, ghi rõ họ tên)", "italic", size=11.0))
        for words in names
    )
    yield Columns(signed, (1, 1, 1.2))
