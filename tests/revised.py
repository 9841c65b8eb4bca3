"""Papers and their revisions for tests: a text as PDF, and a scan, with one page changed."""

import random
from importlib.resources import files

import pymupdf

_SENTENCE = (
    "ủy ban nhân dân tỉnh phối hợp với các đơn vị liên quan triển khai kế hoạch đầu tư công trung"
    " hạn bảo đảm tiến độ chất lượng theo đúng quy định của pháp luật hiện hành và báo cáo kết quả"
    " thực hiện trước ngày cuối tháng hằng năm cho cơ quan chủ trì tổng hợp trình phê duyệt dự toán"
)
_WORDS = _SENTENCE.split()
_chance = random.Random(4)  # noqa: S311 - the same text every time
TEXT = " ".join(_chance.choice(_WORDS) for _ in range(1500))
PAGE_WORDS = 300
_FONT = files("fontpkg_be_vietnam_pro") / "files" / "BeVietnamPro-Regular.ttf"


def revised(text: str) -> str:
    """Return the text with a sentence put in and a word changed."""
    words = text.split()
    words.insert(200, "một câu hoàn toàn mới được thêm vào đây.")
    words[700] = "đã-sửa"
    return " ".join(words)


def pdf_of(text: str, changed: int = -1) -> bytes:
    """Set a text, `PAGE_WORDS` words a page; one page may say something else."""
    words, document = text.split(), pymupdf.open()
    for number, start in enumerate(range(0, len(words), PAGE_WORDS)):
        page = document.new_page()
        held = words[start : start + PAGE_WORDS]
        if number == changed:
            held[40:44] = ["NĂM", "2027", "TĂNG", "90%"]
        writer = pymupdf.TextWriter(page.rect)
        font = pymupdf.Font(fontfile=str(_FONT))
        for row in range(0, len(held), 9):
            line = " ".join(held[row : row + 9])
            writer.append((72, 80 + 2.2 * row), line, font=font, fontsize=11)
        writer.write_text(page)
    document.subset_fonts()
    made: bytes = document.tobytes(garbage=3, deflate=True)
    return made


def scan_of(pages: int, changed: int = -1) -> bytes:
    """Return pages that are pictures, as a scanner makes them: noise that does not compress."""
    document = pymupdf.open()
    for number in range(pages):
        seed = number if number != changed else 1000
        pixels = random.Random(seed).randbytes(60 * 80)  # noqa: S311
        picture = pymupdf.Pixmap(pymupdf.csGRAY, 60, 80, pixels, False)
        page = document.new_page()
        page.insert_image(page.rect, pixmap=picture)
    made: bytes = document.tobytes(garbage=3, deflate=True)
    return made
