"""The minutes as a file: what was set is what a reader of the PDF finds, on any machine."""

import datetime as dt

import pymupdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.record import pdf
from server.record.minutes import build
from server.record.typeset import (
    Block,
    Break,
    Columns,
    Page,
    Para,
    Piece,
    Run,
    Sheet,
    Style,
    Table,
    runs,
)
from tests.sitting import entries, played

HANOI = dt.timezone(dt.timedelta(hours=7))


def plain(text: str, **more: object) -> Para:
    return Para((Run(text),), **more)  # type: ignore[arg-type]


def pages_of(data: bytes) -> list[str]:
    with pymupdf.open(stream=data) as document:
        return [" ".join(page.get_text().split()) for page in document]


def test_the_minutes_of_a_whole_sitting_read_back() -> None:
    data = pdf.minutes_pdf(build(entries(played()), "AB12 CD34 EF56 7890"), HANOI)
    pages = pages_of(data)
    assert len(pages) >= 3
    whole = " ".join(pages)
    for sentence in (
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "Hội nghị Ban Thường vụ lần thứ 27",
        "đạt 73,33% tổng số 15 ủy viên (84,62% số có mặt). Hội nghị thông qua.",
        "đạt 46,67% tổng số 15 ủy viên (53,85% số có mặt). Hội nghị không thông qua.",
        "mã kiểm tra: AB12 CD34 EF56 7890.",
        "13 Nông Thị Bích Ý kiến khác ghi bằng tay",
    ):
        assert sentence in whole
    with pymupdf.open(stream=data) as document:
        assert document.metadata["title"] == "Biên bản. Hội nghị Ban Thường vụ lần thứ 27"
        assert {tuple(round(side) for side in page.rect[2:]) for page in document} == {(595, 842)}
        assert all(font[1] != "n/a" for page in document for font in page.get_fonts()), "embedded"


@pytest.mark.parametrize("count", [1, 24, 25, 26, 27, 28, 29, 30, 200])
def test_no_line_is_lost_at_a_page_break(count: int) -> None:
    blocks: list[Block] = [
        plain(f"Đoạn {n}: " + "nghị quyết về chuyển đổi số, " * (n % 9)) for n in range(count)
    ]
    pages = pdf.set_pages(blocks, numbers=False)
    whole = " ".join(pages_of(pdf.write(pages)))
    assert [f"Đoạn {n}:" in whole for n in range(count)] == [True] * count
    floor = pages[0].sheet.height - pages[0].sheet.bottom
    assert all(p.y <= floor for page in pages for p in page.pieces)


def test_a_heading_stays_with_what_follows_and_a_total_with_its_rows() -> None:
    filler: list[Block] = [plain("x", after=0.0, leading=1.0, size=14.0)] * 50
    heading = Para((Run("Đề mục", "bold"),), keep=True)
    for follower in (plain("sau " * 60), _table(3), Columns(((plain("ký"),),), (1,), before=90.0)):
        for extra in range(9):
            pages = pdf.set_pages([*filler[: 42 + extra], heading, follower])
            last = [page for page in pages if any(p.text == "Đề" for p in page.pieces)][-1]
            words = last.words()
            assert len(words) > words.index("Đề") + 2


def _table(rows: int) -> Table:
    return Table(
        (1, 2),
        tuple((plain(f"hàng {n}", after=0.0), plain("ô", after=0.0)) for n in range(rows + 1)),
    )


def test_a_table_repeats_its_head_and_never_leaves_a_last_row_alone() -> None:
    for count in range(20, 70):
        pages = pdf.set_pages([_table(count)])
        assert all(page.words()[:2] == ["hàng", "0"] for page in pages)
        rows = [[word for word in page.words() if word == "hàng"] for page in pages]
        assert all(len(row) >= 3 for row in rows)
        pdf.check(pdf.write(pages), pages)


def test_a_row_higher_than_a_page_is_an_error() -> None:
    tall = Table((1,), ((plain("đầu"),), (plain("chữ " * 2000),)))
    with pytest.raises(ValueError, match="higher than a page"):
        pdf.set_pages([tall])


def test_a_word_wider_than_the_line_is_cut_not_lost() -> None:
    pages = pdf.set_pages([Para(runs("trước " + "a" * 300 + "**b** sau"), size=14.0)])
    right = pages[0].sheet.width - pages[0].sheet.right
    assert all(
        piece.x + pdf.face().width(piece.text, piece.style, piece.size) <= right + 0.01
        for piece in pages[0].pieces
    )
    text = pages_of(pdf.write(pages))[0]
    assert text.replace(" ", "").count("a") == 300 + len("sau") - 2


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=12), st.sampled_from(["justify", "left", "center"]))
def test_whatever_people_wrote_can_be_printed(texts: list[str], align: str) -> None:
    blocks: list[Block] = [plain(text, align=align) for text in texts]
    blocks.append(
        Columns(tuple((plain(text),) for text in texts[:2]) or ((),), (1,) * max(1, len(texts[:2])))
    )
    data = pdf.write(pdf.set_pages(blocks), subset=False)
    assert data.startswith(b"%PDF")


def test_marks_make_bold_and_italic_inside_a_word() -> None:
    assert runs("a**b**__c__ **__d__**") == (
        Run("a"),
        Run("b", "bold"),
        Run("c", "italic"),
        Run(" "),
        Run("d", "bolditalic"),
    )
    pages = pdf.set_pages([Para(runs("x**y**z w"))])
    assert pages[0].words() == ["xyz", "w"]
    assert pages_of(pdf.write(pages)) == ["xyz w"]


def test_a_lost_word_is_an_error_not_a_surprise() -> None:
    pages = pdf.set_pages([plain("một hai ba"), Break(), plain("bốn")])
    data = pdf.write(pages)
    pages[0].pieces.append(Piece("năm", 0, 0, 10, "regular", glue=False))
    with pytest.raises(pdf.TextLostError, match="page 1"):
        pdf.check(data, pages)
    with pytest.raises(pdf.TextLostError, match="pages in"):
        pdf.check(data, pages[:1])
    empty = [Page(Sheet()), *pages[1:]]
    with pytest.raises(pdf.TextLostError, match="too many"):
        pdf.check(data, empty)


def test_a_machine_without_a_serif_prints_with_the_engines_own() -> None:
    spare = pdf.Face([])
    styles: tuple[Style, ...] = ("regular", "bold")
    assert "Noto Serif" in spare.name
    assert all(spare.width("Nghị quyết", style, 14) > 40 for style in styles)
    assert spare.printable("ữ ắ Ỵ") == "ữ ắ Ỵ"


def test_the_engines_own_serif_may_be_asked_for_again_and_again() -> None:
    for _ in range(20):
        cut = pdf.Face([]).cut("bold")
        with pymupdf.open() as document:
            page = document.new_page()
            writer = pymupdf.TextWriter(page.rect)
            writer.append((50, 50), "Nghị quyết về chuyển đổi số", font=cut)
            writer.write_text(page)
            document.subset_fonts()
            assert page.get_text().strip() == "Nghị quyết về chuyển đổi số"


def test_what_no_face_can_print_becomes_a_box() -> None:
    assert pdf.face().printable("a\u0301😀\u202e中 x\u0000") == "á□□ x"
