"""Words of a page: whole, numbered, readable in every old lettering, comparable without marks."""

import unicodedata
from typing import Any

import pytest

from server.protocol.legacy import lettering, to_unicode
from server.protocol.words import fold, letters, pieces, words_of

FONTS = {
    "BeVietnamPro-Regular": "",
    "Vnexpress": "",
    ".VnTime": "tcvn3",
    "ABCDEF+.VnTime,Bold": "tcvn3",
    ".VnArial NarrowH": "tcvn3-capitals",
    ".VnTimeH": "tcvn3-capitals",
    "ABCDEF+.VnTimeH": "tcvn3-capitals",
    ".VnArialH Bold": "tcvn3-capitals",
    "VNI-Times": "vni",
    "QWERTY+VNI-Helve-Bold": "vni",
}


@pytest.mark.parametrize(("font", "kind"), FONTS.items())
def test_the_name_of_a_font_says_how_it_means_its_letters(font: str, kind: str) -> None:
    assert lettering(font) == kind


@pytest.mark.parametrize(
    ("text", "kind", "meant"),
    [
        ("NGHÞ QUYÕT VÒ viÖc th«ng qua kÕ ho¹ch", "tcvn3", "NGHị QUYếT Về việc thông qua kế hoạch"),
        ("Uû ban nh©n d©n, §¶ng bé", "tcvn3", "Uỷ ban nhân dân, Đảng bộ"),
        ("nghÞ quyÕt", "tcvn3-capitals", "NGHỊ QUYẾT"),
        ("vu\u00adîn h\u03bc", "tcvn3", "vuượn hà"),
        (
            "Nghò quyeát veà vieäc thoâng qua keá hoaïch",
            "vni",
            "Nghị quyết về việc thông qua kế hoạch",
        ),
        ("ÑAÛNG BOÄ, ñöôøng, kyû luaät, thò xaõ", "vni", "ĐẢNG BỘ, đường, kỷ luật, thị xã"),
        ("naêm, baèng, YÙ, æ, Î", "vni", "năm, bằng, Ý, ỉ, Ỵ"),
        ("Nghị", "", "Nghị"),
    ],
)
def test_old_lettering_reads_as_it_is_seen(text: str, kind: Any, meant: str) -> None:
    assert to_unicode(text, kind) == unicodedata.normalize("NFC", meant)


def test_text_is_compared_without_case_marks_and_form() -> None:
    assert fold("NGHỊ QUYẾT Đảng ﬁ①") == "nghi quyet dang fi1"
    assert fold(unicodedata.normalize("NFD", "Nghị quyết")) == fold("nghi quyet")
    assert letters("NGHỊ") == "nghị" != letters("nghi")
    assert pieces(fold("Số: 12/QĐ-UBND, “nghị_quyết”")) == (
        "so",
        "12",
        "qd",
        "ubnd",
        "nghi",
        "quyet",
    )


def _span(text: str, x: float, font: str = "Tinos", flags: int = 0) -> dict[str, Any]:
    chars = [
        {"c": sign, "bbox": (x + 5.0 * place, 10.0, x + 5.0 * place + 5, 20.0)}
        for place, sign in enumerate(text)
    ]
    return {"font": font, "size": 14.02, "flags": flags, "chars": chars}


def test_a_word_keeps_together_over_a_change_of_font() -> None:
    lines = [
        {"spans": [_span("Điều 1", 0), _span("a.", 30, flags=16), _span("  ", 40)]},
        {"spans": [_span("nghÞ", 0, font="ABCDEF+.VnTime"), _span(" ", 20), _span("b\u00adc", 25)]},
    ]
    page = {"blocks": [{"type": 1}, {"lines": lines}, {"lines": [{"spans": [_span("x", 0)]}]}]}
    words = words_of(page)
    assert [word.text for word in words] == ["Điều", "1a.", "nghị", "b-c", "x"]
    assert words[1].box == (25.0, 10.0, 40.0, 20.0)
    assert [(word.block, word.line) for word in words] == [(0, 0), (0, 0), (0, 1), (0, 1), (1, 0)]
    assert (words[0].size, words[0].bold) == (14.0, False)
    assert words_of({}) == ()
