"""The sample papers: what the agenda names is there, reads well and passes intake."""

import csv
from pathlib import Path

import pymupdf
import pytest

from server import meeting_folder, people_csv
from server.papers.intake import take_in
from server.papers.outcome import Accepted

SAMPLES = Path(__file__).resolve().parents[2] / "assets" / "samples"
MEETING = SAMPLES / "meeting"
PAGES = {
    "chuong-trinh-v1.pdf": 2,
    "chuong-trinh-v2.pdf": 2,
    "bao-cao-kinh-te-xa-hoi.pdf": 24,
    "bang-so-lieu.pdf": 6,
    "to-trinh-nghi-quyet.pdf": 5,
    "du-thao-nghi-quyet-v3.pdf": 11,
    "tham-dinh-nghi-quyet.pdf": 4,
    "tong-hop-y-kien.pdf": 9,
    "to-trinh-khu-y-v1.pdf": 7,
    "to-trinh-khu-y-v2.pdf": 8,
    "ban-do-quy-hoach-a3.pdf": 1,
    "tham-dinh-khu-y.pdf": 4,
    "bao-cao-nhanh-mua-lu.pdf": 3,
    "ban-tin-mua-lu-ban-quet.pdf": 1,
}
PAGE_3 = (
    "2. Mục tiêu cụ thể đến hết năm 2027 a) 100% văn bản đi, đến (trừ văn bản mật) được ký số và "
    "gửi, nhận trên mạng thông tin diện rộng của Đảng; hồ sơ công việc được lập trên môi trường "
    "điện tử. b) 100% hội nghị của cấp ủy cấp tỉnh và ít nhất 80% hội nghị của cấp ủy cấp xã được "
    "tổ chức theo hình thức không giấy tờ, phù hợp điều kiện từng nơi; kinh phí do ngân sách tỉnh "
    "bảo đảm. c) 100% cán bộ, công chức các cơ quan đảng được bồi dưỡng kỹ năng số cơ bản; mỗi cơ "
    "quan có ít nhất 01 cán bộ nòng cốt về chuyển đổi số. III. NHIỆM VỤ, GIẢI PHÁP CHỦ YẾU 1. Nâng "
    "cao trách nhiệm của người đứng đầu cấp ủy trong lãnh đạo, chỉ đạo chuyển đổi số; đưa kết quả "
    "thực hiện vào tiêu chí đánh giá hằng năm. 2. Hoàn thiện hạ tầng mạng nội bộ, bảo đảm an toàn, "
    "bí mật; trang bị thiết bị dùng chung tại phòng họp của cấp ủy."
)


@pytest.mark.parametrize(("name", "pages"), PAGES.items())
async def test_a_sample_passes_intake_with_its_pages(name: str, pages: int, tmp_path: Path) -> None:
    outcome = await take_in(MEETING / name, tmp_path / "view.pdf")
    assert isinstance(outcome, Accepted)
    assert outcome.pages == pages
    assert outcome.removed == ()


def test_the_samples_are_all_there_and_small() -> None:
    files = {path.name: path.stat().st_size for path in MEETING.glob("*.pdf")}
    assert set(files) == set(PAGES)
    assert sum(files.values()) < 3_000_000


def test_page_3_of_the_draft_resolution_is_the_page_that_everybody_looks_at() -> None:
    with pymupdf.open(MEETING / "du-thao-nghi-quyet-v3.pdf") as document:
        text = " ".join(document[2].get_text().split())
        fonts = {font[3] for page in document for font in page.get_fonts()}
    assert text.startswith(PAGE_3)
    assert all("Serif" in font for font in fonts)


def test_the_map_is_drawn_and_the_scan_is_a_picture() -> None:
    with pymupdf.open(MEETING / "ban-do-quy-hoach-a3.pdf") as document:
        page = document[0]
        assert (page.rect.width, page.rect.height) == (1191, 842)
        assert page.get_images() == []
        assert len(page.get_drawings()) > 30
        assert "Công nghiệp sạch" in page.get_text()
    with pymupdf.open(MEETING / "ban-tin-mua-lu-ban-quet.pdf") as document:
        assert document[0].get_text() == ""
        assert len(document[0].get_images()) == 1


def test_the_second_version_of_a_paper_differs_from_the_first() -> None:
    texts = []
    for version in (1, 2):
        with pymupdf.open(MEETING / f"to-trinh-khu-y-v{version}.pdf") as document:
            texts.append(" ".join(" ".join(page.get_text() for page in document).split()))
    assert "Phụ lục 1" in texts[1]
    assert "Phụ lục 1" not in texts[0]
    assert texts[0][1000:1500] in texts[1], "most of it stays"


def test_the_meeting_can_be_imported() -> None:
    plan = meeting_folder.read(MEETING)
    assert isinstance(plan, meeting_folder.MeetingPlan)
    assert [item.short_title for item in plan.items] == [
        "Khai mạc",
        "Kinh tế – xã hội",
        "Chuyển đổi số",
        "Đầu tư khu Y",
        "Công tác cán bộ",
        "Kết luận, bế mạc",
    ]
    people = people_csv.parse((MEETING / "people.csv").read_text(encoding="utf-8"))
    assert isinstance(people, tuple)
    names = {one.name: one.role for one in people}
    assert list(names.values()).count("member") == 15
    assert plan.chair in names
    invited = {name for item in plan.items for name in item.guests}
    assert {names[name] for name in invited} == {"guest"}


def test_every_table_of_a_sample_has_its_columns() -> None:
    for path in (SAMPLES / "text").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            assert len({len(row) for row in csv.reader(file)}) == 1, path.name
