"""Who takes part in story B: the names of assets/samples/conference/people.csv, and their parts."""

import csv
from pathlib import Path

CHAIR, MEMBER = "Nguyễn Hữu Khang", "Phan Thị Kiều Oanh"
"""The two members whose tablets are windows."""
SECRETARY, SECOND = "Trương Mỹ Duyên", "Lâm Gia Bảo"
"""At the desk's window; at a second desk, which counts the paper ballots."""
AT_HOME = {"Phan Quốc Thắng": "Đi học", "Vi Văn Sơn": "Nghỉ ốm"}
"""Absent with leave; they read at home."""
ABSENT = "Lý A Tủa"
"""Absent without leave; the tablet lies at the seat and nobody signs in."""
AGAINST, OTHER = "Đinh Công Vinh", "Tạ Thị Thanh Tâm"
TELLERS = ("Đặng Thu Thảo", "Hồ Văn Lực")
"""Two of the tally board, none of them a candidate: they enter what they counted."""
CANDIDATES = {
    "Nguyễn Thị Phương Thảo": "Giám đốc Sở Nội vụ",
    "Trần Quốc Đạt": "Giám đốc Sở Tài chính",
}
"""Who stands, and the post that is printed beside the name."""
SPEAKERS = (
    "Huỳnh Tấn Phát",
    "Lê Hoài Nam",
    "Phạm Thị Bích Ngọc",
    "Hoàng Gia Hân",
    MEMBER,
    "Đỗ Trọng Khôi",
    "Bùi Thị Lan Chi",
    "Nông Văn Thái",
    "Hồ Sĩ Hùng",
    "Điểm cầu Xã Sơn Lâm",
    "Lương Thị Tuyết Mai",
    "Nguyễn Bá Lộc",
    "Đào Duy Khánh",
    "Hà Thị Thúy Vân",
)
"""Fourteen who ask for the floor, in this order; the last four are not called."""
WRITTEN = {
    "Lương Thị Tuyết Mai": (
        "Đề nghị ghi rõ cơ quan chịu trách nhiệm chính đối với từng dự án giải ngân chậm."
    ),
    "Nguyễn Bá Lộc": (
        "Đề nghị bổ sung chỉ tiêu phân loại chất thải tại nguồn ở các xã, có lộ trình từng quý."
    ),
    "Đào Duy Khánh": (
        "Nhất trí với báo cáo. Đề nghị ưu tiên kinh phí đào tạo lao động cho các xã miền núi."
    ),
    "Hà Thị Thúy Vân": (
        "Đề nghị công khai hằng tháng tỷ lệ hồ sơ quá hạn của từng xã để Nhân dân giám sát."
    ),
}
"""What those four would have said; they send it in writing."""
TABLE = ("Bàn chủ tọa 1", "Bàn chủ tọa 2", "Bàn thư ký")
RESERVE = ("Dự phòng 1", "Dự phòng 2", "Dự phòng 3", "Dự phòng 4")
"""Tablets that lie ready and belong to nobody."""


def people(folder: Path) -> dict[str, tuple[str, str]]:
    """Return role and seat of everybody, by name."""
    with (folder / "people.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: (row["role"], row["seat"]) for row in csv.DictReader(file)}
