"""A meeting as a folder: what is read, and what is said of a wrong one."""

import datetime as dt
from pathlib import Path

import pytest

from server.meeting_folder import milliseconds, read
from server.protocol.refusals import Code, Refusal

GOOD = """
id = "btv-27"
title = "Hội nghị lần thứ 27"
starts = 2025-09-18T08:00:00+07:00
chair = "Nguyễn Văn An"

[organization]
id = "btv"
name = "Ban Thường vụ Tỉnh ủy X"

[[items]]
title = "Khai mạc"

[[items]]
title = "Dự thảo Nghị quyết"
form = "open"

[[items.papers]]
title = "Tờ trình"
file = "to-trinh.pdf"
"""


def write(folder: Path, text: str) -> Path:
    (folder / "meeting.toml").write_text(text, encoding="utf-8")
    (folder / "to-trinh.pdf").write_bytes(b"%PDF-")
    return folder


def test_a_folder_is_read_whole(tmp_path: Path) -> None:
    plan = read(write(tmp_path, GOOD))
    assert not isinstance(plan, Refusal), plan
    assert (plan.id, plan.organization.name, len(plan.items)) == (
        "btv-27", "Ban Thường vụ Tỉnh ủy X", 2
    )  # fmt: skip
    assert plan.items[1].papers[0].file == "to-trinh.pdf"
    assert milliseconds(plan.starts) == 1_758_157_200_000
    assert milliseconds(plan.ends) == 0
    local = dt.datetime(2025, 9, 18, 8)  # noqa: DTZ001 - a moment without an offset is local
    assert milliseconds(local) == int(local.astimezone().timestamp() * 1000)


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ('title = "Khai mạc"', "title = = 1", 12, "Invalid value"),
        ('title = "Khai mạc"', "titel = 1", 0, "Object"),
        (
            'form = "open"',
            'form = "secret"',
            0,
            "Invalid enum value 'secret' - at `$.items[1].form`",
        ),
        ('"to-trinh.pdf"', '"../to-trinh.pdf"', 0, "outside the folder"),
        ('"to-trinh.pdf"', '"/etc/passwd"', 0, "outside the folder"),
    ],
)
def test_a_wrong_file_is_refused(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    refusal = read(write(tmp_path, GOOD.replace(old, new)))
    assert isinstance(refusal, Refusal)
    assert refusal.code == Code.SETTINGS_INVALID
    assert refusal.params["line"] == line
    assert str(refusal.params["reason"]).startswith(reason)


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    assert read(tmp_path) == Refusal(Code.FILE_NOT_FOUND, {"name": str(tmp_path / "meeting.toml")})
    missing = read(write(tmp_path, GOOD.replace("to-trinh.pdf", "gone.pdf")))
    assert missing == Refusal(Code.FILE_NOT_FOUND, {"name": str(tmp_path / "gone.pdf")})
