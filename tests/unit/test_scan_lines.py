"""How the desk tells how far scans are, and when it asks."""

import pytest

from client.selectors.desk_papers import scan_line
from client.selectors.words import Words
from server.protocol.office import Scan
from server.protocol.state import File, Paper

SHA = "a" * 64
PAPER = Paper("p1", "Bản đồ", files=(File(SHA, "b" * 64, 3, 100),))
VI = Words("vi")


@pytest.mark.parametrize(
    ("scan", "line"),
    [
        (Scan(SHA, "waiting", 3), "chờ nhận dạng chữ 3 trang quét"),
        (Scan(SHA, "reading", 3, 1), "đang nhận dạng chữ 1/3 trang quét"),
        (Scan(SHA, "done", 3, 3), "đã nhận dạng chữ 3 trang quét"),
        (Scan(SHA, "failed", 3), "không nhận dạng được chữ trang quét"),
    ],
)
def test_a_paper_says_how_far_its_scans_are(scan: Scan, line: str) -> None:
    assert scan_line(PAPER, {SHA: scan}, VI) == line


def test_what_cannot_be_read_says_what_is_missing_and_others_say_nothing() -> None:
    missing = scan_line(PAPER, {SHA: Scan(SHA, "unavailable", 2)}, VI)
    assert "máy chủ chưa cài" in missing
    assert scan_line(PAPER, {}, VI) == ""
    assert scan_line(Paper("p2", "Giấy"), {SHA: Scan(SHA, "done", 3, 3)}, VI) == ""
