"""Both languages say the same things, in composed letters and without the words of engineers."""

import datetime as dt
import re
import string
import unicodedata
from pathlib import Path

import pytest

import client
from client.i18n import (
    LANGUAGES,
    BrokenCatalogue,
    Translator,
    catalogue_path,
    countdown,
    date_text,
    file_size,
    given_name,
    index_letter,
    initials,
    name_key,
    percent,
    read_po,
    time_text,
)

ROOT = Path(client.__file__).parent
BANNED = re.compile(r"\b(demo|sync\w*|tokens?|sessions?|logs?|logged|click\w*)\b", re.IGNORECASE)
CATALOGUES = {language: read_po(catalogue_path(language)) for language in LANGUAGES}


def params(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_language_has_every_key() -> None:
    assert set(CATALOGUES["vi"]) == set(CATALOGUES["en"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_strings_are_composed_and_not_empty_and_free_of_engineers_words(language: str) -> None:
    wrong = {
        key: text
        for key, text in CATALOGUES[language].items()
        if not text.strip() or not unicodedata.is_normalized("NFC", text) or BANNED.search(text)
    }
    assert not wrong


def test_a_string_takes_the_same_parameters_in_every_language() -> None:
    wrong = {
        key: (params(text), params(CATALOGUES["en"][key]))
        for key, text in CATALOGUES["vi"].items()
        if params(text) != params(CATALOGUES["en"][key])
    }
    assert not wrong


def test_signs_that_the_font_lacks_are_never_used() -> None:
    lacking = set("→←✓✗✔✘")
    assert not [
        key for words in CATALOGUES.values() for key, text in words.items() if lacking & set(text)
    ]


def test_every_string_that_the_client_asks_for_by_name_exists() -> None:
    asked = re.compile(r"""\btr\(\s*["']([a-z0-9_.]+)["']""")
    found = {
        (key, str(path.relative_to(ROOT)))
        for suffix in ("*.py", "*.kv")
        for path in ROOT.rglob(suffix)
        for key in asked.findall(path.read_text(encoding="utf-8"))
    }
    assert found
    assert not {(key, path) for key, path in found if key not in CATALOGUES["vi"]}


def test_parameters_are_filled_in_and_composed() -> None:
    words = Translator.load()
    decomposed = unicodedata.normalize("NFD", "Hạnh")
    assert words.tr("chair.invite", "vi", name=decomposed) == "Mời Hạnh"
    assert words.tr("chair.invite", "en", name="Hạnh") == "Invite Hạnh"


def test_what_is_missing_stays_visible_and_breaks_nothing() -> None:
    words = Translator({"vi": {"a": "A {n}", "b": "B"}, "en": {}})
    assert words.tr("a", "vi", m=1) == "A {n}"
    assert words.tr("b", "en") == "B"
    assert words.tr("none", "en") == "none"
    assert words.tr("b", "fr") == "B"
    assert words.knows("b")
    assert not words.knows("b", "en")


def test_strings_may_run_over_several_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.po"
    path.write_text(
        'msgid ""\nmsgstr ""\n"Language: vi\\n"\n\n# why\n#: where\nmsgid "a."\n"b"\n'
        'msgstr ""\n"một "\n"\\"hai\\""\n',
        encoding="utf-8",
    )
    assert read_po(path) == {"a.b": 'một "hai"'}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('msgid "a"\nmsgstr one\n', "2"),
        ('msgid "a"\nmsgstr 5\n', "2"),
        ('msgctxt "x"\n', "1"),
        ('"lost"\n', "1"),
        ('msgid "a"\nmsgid_plural "b"\n', "2"),
    ],
)
def test_a_broken_catalogue_is_refused_with_its_line(tmp_path: Path, text: str, line: str) -> None:
    path = tmp_path / "a.po"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BrokenCatalogue, match=f"a.po:{line}:"):
        read_po(path)


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.po"
    path.write_text('msgid "a"\nmsgstr "1"\nmsgid "a"\nmsgstr "2"\n', encoding="utf-8")
    with pytest.raises(BrokenCatalogue, match="twice"):
        read_po(path)


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Vũ Thị Hồng Hạnh", "VH"), ("Đặng Thị Thu Hà", "ĐH"), ("ân", "Â"), ("", ""),
     (unicodedata.normalize("NFD", "Ấn Độ"), "ẤĐ")],
)  # fmt: skip
def test_initials_are_those_of_the_first_and_last_word(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_people_sort_by_given_name_in_the_order_of_vietnamese_letters() -> None:
    names = ["Vũ An", "Bùi Ăn", "Lê Ân", "Cao Bá", "Đỗ Dân", "Hồ Đạt", "Lý Hạ", "Lý Hà", "Trần Hà"]
    assert sorted(names, key=name_key) == [
        "Vũ An", "Bùi Ăn", "Lê Ân", "Cao Bá", "Đỗ Dân", "Hồ Đạt", "Lý Hà", "Trần Hà", "Lý Hạ",
    ]  # fmt: skip


def test_sorting_takes_any_text() -> None:
    names = ["", "3", "Ôn", "On", "北京", "Jean-Luc Ổn"]
    assert len(sorted(names, key=name_key)) == len(names)
    assert given_name("") == ""


@pytest.mark.parametrize(
    ("name", "letter"), [("Đỗ Đạt", "Đ"), ("Lê Ẩn", "Â"), ("Hà Ẵm", "Ă"), ("Vũ Sơn", "S"), ("", "")]
)
def test_the_index_files_a_name_under_its_vietnamese_letter(name: str, letter: str) -> None:
    assert index_letter(name) == letter


def test_dates_and_times_are_written_as_in_official_papers() -> None:
    moment = dt.datetime(2025, 9, 18, 8, 5, tzinfo=dt.UTC)
    assert date_text(moment) == "18/09/2025"
    assert time_text(moment) == "08:05"
    assert time_text(dt.time(9, 31)) == "09:31"


@pytest.mark.parametrize(
    ("seconds", "text"), [(300, "05:00"), (59.9, "00:59"), (-4, "00:00"), (3661, "1:01:01")]
)
def test_countdowns(seconds: float, text: str) -> None:
    assert countdown(seconds) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(11, 15, "73,33"), (7, 15, "46,67"), (7, 13, "53,85"), (1, 1, "100,00"), (0, 3, "0,00"),
     (1, 800, "0,13"), (2, 3, "66,67")],
)  # fmt: skip
def test_percentages_have_two_decimals_rounded_half_up(part: int, whole: int, text: str) -> None:
    assert percent(part, whole, "vi") == text
    assert percent(part, whole, "en") == text.replace(",", ".")


@pytest.mark.parametrize(
    ("size", "text"), [(12, "1 kB"), (900_000, "900 kB"), (2_400_000, "2,4 MB")]
)
def test_file_sizes(size: int, text: str) -> None:
    assert file_size(size, "vi") == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{n} papers", "1 paper"),
        ("{n} hits in {m} papers", "1 hit in 2 papers"),
        ("Needs {rule}, i.e. [b]{n}[/b] votes", "Needs {rule}, i.e. [b]1[/b] vote"),
        ("{n} members have not voted", "1 member has not voted"),
        ("{n} entries are kept", "1 entry is kept"),
        ("{n} stays", "1 stays"),
        ("{m} papers, {n} pages", "2 papers, 1 page"),
    ],
)
def test_one_is_counted_in_the_singular_in_english(text: str, said: str) -> None:
    translator = Translator({"en": {"k": text}, "vi": {"k": "{n} tài liệu"}})
    assert translator.tr("k", "en", n=1, m=2) == said
    assert translator.tr("k", "vi", n=1, m=2) == "1 tài liệu"


def test_every_noun_that_english_strings_count_is_known() -> None:
    counted = re.compile(r"\{(?:n|m|a|k|count|left)\}(?:\[/b\])? ([a-z]{3,}s)\b")
    strings = read_po(catalogue_path("en")).values()
    nouns = {noun for text in strings for noun in counted.findall(text)} - {"was"}
    translator = Translator({"en": {noun: f"{{n}} {noun}" for noun in nouns}})
    assert [noun for noun in nouns if translator.tr(noun, "en", n=1) == f"1 {noun}"] == []
