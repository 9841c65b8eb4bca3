"""The order of names, the same on both ends of the wire."""

from server.protocol.names import collate, name_key, split_tone


def test_people_are_ordered_by_given_name_then_by_the_rest() -> None:
    names = ["Trần Văn Đức", "Nguyễn Thị Ánh", "Lê Văn Dũng", "Phạm Văn An", "Bùi Văn An"]
    assert sorted(names, key=name_key) == [
        "Bùi Văn An", "Phạm Văn An", "Nguyễn Thị Ánh", "Lê Văn Dũng", "Trần Văn Đức"
    ]  # fmt: skip


def test_letters_come_before_tones() -> None:
    assert sorted(["mả", "mạ", "mã", "má", "mà", "ma", "mă", "mâ"], key=collate) == [
        "ma", "mà", "mả", "mã", "má", "mạ", "mă", "mâ"
    ]  # fmt: skip


def test_letters_of_other_languages_lose_their_marks_and_signs_stay() -> None:
    assert split_tone("ç") == ("c", 0)
    assert split_tone("ấ") == ("â", 4)
    assert split_tone("\u0327") == ("\u0327", 0)
