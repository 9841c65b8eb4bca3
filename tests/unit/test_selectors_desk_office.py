"""What the desk's office says of people, devices, bodies and codes."""

from dataclasses import replace

from client.selectors import desk_office as office
from client.selectors.words import Words
from client.state import AppState, OfficeView
from server.protocol import office as o
from server.protocol.state import Organization

NOW = 1_758_157_200_000
BODY = Organization("b", "Ban Thường vụ Tỉnh ủy X", "Ban Thường vụ", "khóa XVIII")
OTHER = Organization("h", "Thường trực HĐND")
PEOPLE = (
    o.Person("g", "Cao Văn Quý", "guest", "Giám đốc Sở Xây dựng", must_change=True),
    o.Person("p10", "Đặng Thị Thu Hà", post="Ủy viên", seat="10"),
    o.Person("p2", "Trần Thị Minh Nguyệt", post="Phó Bí thư", seat="2"),
)
DEVICES = (
    o.Device("old", "Máy cũ", "revoked"),
    o.Device("d1", "Máy 02", "approved", person="p2", seen_at=NOW),
    o.Device("d2", "", "approved", kind="display", seen_at=NOW - 3 * 86_400_000),
    o.Device("d3", "Bàn 2", "approved", kind="desk"),
    o.Device("new", "Máy 10", "waiting", "483920", "p10"),
)
HELD = OfficeView((BODY, OTHER), "b", PEOPLE, DEVICES)
STATE = AppState(kind="desk", now=NOW, office=HELD)


def test_people_stand_by_seat_then_by_name() -> None:
    rows = office.people_rows(STATE)
    assert [row.name for row in rows] == [
        "Trần Thị Minh Nguyệt",
        "Đặng Thị Thu Hà",
        "Cao Văn Quý",
    ]
    assert [row.role for row in rows] == ["Ủy viên", "Ủy viên", "Khách mời"]
    assert [row.mark for row in rows] == ["", "", "Chưa đăng nhập"]


def test_people_are_found_without_marks_by_any_of_their_words() -> None:
    assert [row.name for row in office.people_rows(STATE, "dang ha")] == ["Đặng Thị Thu Hà"]
    assert [row.name for row in office.people_rows(STATE, "PHÓ bí")] == ["Trần Thị Minh Nguyệt"]
    assert [row.name for row in office.people_rows(STATE, "10")] == ["Đặng Thị Thu Hà"]
    assert office.people_rows(STATE, "khong co") == ()


def test_devices_that_wait_come_first_with_their_digits() -> None:
    rows = office.device_rows(STATE)
    assert [(row.id, row.waiting, row.revoked) for row in rows] == [
        ("new", True, False),
        ("d1", False, False),
        ("d2", False, False),
        ("d3", False, False),
        ("old", False, True),
    ]
    assert (rows[0].digits, rows[0].state) == ("483 920", "Chờ chấp nhận")
    assert rows[0].line == "Máy đại biểu · Của Đặng Thị Thu Hà"
    assert rows[1].state.startswith("Đang dùng hôm nay, ")
    assert rows[2].name == "Màn hình phòng họp"
    assert rows[2].state.startswith("Lần cuối ")
    assert rows[3].state == "Chưa kết nối lần nào"
    assert rows[4].state == "Đã ngừng dùng"


def test_counts_and_bodies() -> None:
    counts = office.office_counts(STATE)
    assert counts == office.Counts("3 người", "3 máy", "1 máy chờ", "2", "Ban Thường vụ Tỉnh ủy X")
    bodies = office.body_rows(STATE)
    assert [(one.line, one.on) for one in bodies] == [
        ("Ban Thường vụ · khóa XVIII", True),
        ("", False),
    ]
    nothing = office.office_counts(replace(STATE, office=OfficeView()))
    assert (nothing.waiting, nothing.body) == ("", "")


def test_a_code_in_groups_with_its_address_and_end() -> None:
    words = Words("vi")
    code = o.PairingCode("ABCDEFGHIJKLMNOP", "PHIENHOP1 10.0.0.2,h 7443 s c", NOW + 90_500)
    view = office.code_view(code, NOW, words)
    assert view is not None
    assert (view.code, view.address) == ("ABCD EFGH IJKL MNOP", "10.0.0.2:7443")
    assert (view.left, view.expired) == ("Còn hiệu lực 01:31", False)
    late = office.code_view(code, NOW + 90_500, words)
    assert late is not None
    assert late.expired
    assert late.left == "Mã đã hết hiệu lực. Tạo mã khác."
    odd = office.code_view(o.PairingCode("ABCD", "", NOW + 1), NOW, words)
    assert odd is not None
    assert odd.address == ""
    assert office.code_view(None, NOW, words) is None
