"""Telex: what comes out of what is typed."""

import unicodedata

import pytest

from client.telex import Word, backspace, press


def typed(keys: str) -> str:
    word = Word()
    for key in keys:
        word = press(word, key)
    return word.letters


LETTERS = {
    "aa": "â", "aw": "ă", "ee": "ê", "oo": "ô", "ow": "ơ", "uw": "ư", "dd": "đ", "uow": "ươ",
    "w": "ư", "AA": "Â", "DD": "Đ", "Dd": "Đ", "dD": "đ", "W": "Ư", "UOW": "ƯƠ",
}  # fmt: skip

TONES = {
    "as": "á", "af": "à", "ar": "ả", "ax": "ã", "aj": "ạ", "asf": "à", "asz": "a", "az": "az",
    "aasz": "â", "ees": "ế", "OOJ": "Ộ", "uwx": "ữ",
}  # fmt: skip

WORDS = {
    "tieengs": "tiếng", "tiengse": "tiếng", "Vieejt": "Việt", "Vietej": "Việt", "Nam": "Nam",
    "ddoongf": "đồng", "chis": "chí", "nghij": "nghị", "quyeets": "quyết", "phieeus": "phiếu",
    "thuongwf": "thường", "thuwowngf": "thường", "thuowngf": "thường", "truowngf": "trường",
    "nguwowif": "người", "nguoiwf": "người", "nguwoif": "người", "huowu": "hươu", "ruwowuj": "rượu",
    "thuowr": "thuở", "quowr": "quở", "huow": "huơ", "muwa": "mưa", "muaw": "mưa", "cuar": "của",
    "luwu": "lưu", "luuw": "lưu", "nhuw": "như", "nhw": "như", "tw": "tư", "tuwf": "từ",
    "ddaangr": "đẩng", "ddangr": "đảng", "ddangrw": "đẳng", "dangdr": "đảng", "Ddoor": "Đổ",
    "uyr": "ủy", "uyrban": "uỷban", "xuaan": "xuân", "xuana": "xuân", "khuaays": "khuấy",
    "tooi": "tôi", "toio": "tôi", "thuyeenf": "thuyền", "nguyeenx": "nguyễn",
    "Nguyeenx": "Nguyễn", "giaf": "già", "gif": "gì", "gieengs": "giếng", "quas": "quá",
    "quys": "quý", "quaanf": "quần", "hoawcj": "hoặc", "loawng": "loăng", "yeeu": "yêu",
    "bieeur": "biểu", "huyeenj": "huyện", "khuya": "khuya", "khuyur": "khuỷu", "xoongs": "xống",
}  # fmt: skip

PLACING = {
    "hoas": "hóa", "hoaf": "hòa", "hoasn": "hoán", "thuys": "thúy", "hoef": "hòe", "toans": "toán",
    "huyts": "huýt", "mias": "mía", "ngoaif": "ngoài", "khoer": "khỏe", "hoanf": "hoàn",
    "hofan": "hoàn", "cuoocj": "cuộc", "cuocoj": "cuộc", "tuaanf": "tuần",
}  # fmt: skip

UNDONE = {
    "ass": "as", "aaa": "aa", "ddd": "dd", "aww": "aw", "uww": "uw", "ww": "w", "eee": "ee",
    "oww": "ow", "uoww": "uow", "classs": "class", "boook": "book", "tww": "tw", "asss": "ass",
    "dddan": "ddan", "aSS": "aS",
}  # fmt: skip

OTHER = {
    "": "", "bcd": "bcd", "123": "123", "a1": "a1", "s": "s", "zoo": "zô", "xyz": "xyz",
    "thanks": "thanks", "uaaw": "uâw", "uaw": "ưa", "cuuocw": "cuuocw", "dangkd": "dangkd",
    "dangkw": "dangkw", "pdf": "pdf", "oaa": "oaa", "awa": "â", "aaw": "ă", "owo": "ô", "oow": "ơ",
    "uowo": "uô", "ew": "ew", "buaw": "bưa",
}  # fmt: skip


@pytest.mark.parametrize(
    ("keys", "word"),
    [*LETTERS.items(), *TONES.items(), *WORDS.items(), *PLACING.items(), *UNDONE.items(),
     *OTHER.items()],
)  # fmt: skip
def test_keys_give_the_word(keys: str, word: str) -> None:
    assert typed(keys) == word
    assert unicodedata.is_normalized("NFC", typed(keys))


def test_taking_back_a_letter_moves_the_tone_to_where_it_now_belongs() -> None:
    assert backspace(Word("hoàn")).letters == "hòa"
    assert backspace(Word("ế")).letters == ""
    assert backspace(Word("")).letters == ""


def test_a_word_taken_literally_is_marked_again_after_a_backspace() -> None:
    word = backspace(press(press(Word("a"), "s"), "s"))
    assert press(word, "s").letters == "á"
