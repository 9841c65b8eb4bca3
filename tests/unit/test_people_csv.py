"""People as a table, from whatever a spreadsheet writes."""

import pytest

from server.people_csv import parse
from server.protocol.office import Person
from server.protocol.refusals import Code, Refusal


def people(text: str) -> list[tuple[str, str, str, str]]:
    parsed = parse(text)
    assert not isinstance(parsed, Refusal), parsed
    return [(one.name, one.role, one.post, one.seat) for one in parsed]


def test_a_table_with_all_columns() -> None:
    text = "name,role,post,seat\nNguyễn Văn An,member,Bí thư,01\nTrần Thị Mai,secretary,,\n"
    assert people(text) == [
        ("Nguyễn Văn An", "member", "Bí thư", "01"),
        ("Trần Thị Mai", "secretary", "", ""),
    ]


def test_vietnamese_headers_and_roles_semicolons_a_mark_and_loose_accents() -> None:
    text = "\ufeffHọ và tên;Vai trò;Ghế\r\nNguyê\u0303n  Va\u0306n An ;Ủy viên;1\r\n;;\r\n"
    assert people(text) == [("Nguyễn Văn An", "member", "", "1")]


def test_other_columns_are_passed_over_and_a_missing_role_means_member() -> None:
    assert people("stt\tname\tghi chú\n1\tNguyễn Văn An\tx\n") == [
        ("Nguyễn Văn An", "member", "", "")
    ]


def test_somebody_who_is_there_already_keeps_the_identifier() -> None:
    known = [Person("p1", "Nguyễn Văn An", "member", "Bí thư", "01")]
    parsed = parse("name,post,seat\nNguyễn Văn An,Bí thư,02\nLê Thị Bình,,\n", known)
    assert not isinstance(parsed, Refusal)
    assert (parsed[0].id, parsed[0].seat) == ("p1", "02")
    assert parsed[1].id != "p1"


@pytest.mark.parametrize(
    ("text", "row", "reason"),
    [
        ("", 1, "empty"),
        ("\n \n", 1, "empty"),
        ("name\n", 2, "empty"),
        ("role\nmember\n", 1, "header: name, role, post, seat"),
        ("name,name\nAn,An\n", 1, "header: name, role, post, seat"),
        ("name,role\n,member\n", 2, "name"),
        ("name,role\nAn,king\n", 2, "role: king"),
        ("name\nAn\n\nAn\n", 4, "twice: An"),
        ("name\nAn,member\n", 2, "more cells than the header"),
        (f"name\n{'x' * 301}\n", 2, "too long"),
    ],
)
def test_a_wrong_table_is_refused_with_its_line(text: str, row: int, reason: str) -> None:
    assert parse(text) == Refusal(Code.CSV_INVALID, {"row": row, "reason": reason})
