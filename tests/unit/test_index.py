"""Search on a tablet: without marks, with marks, in whole words first, and where exactly."""

import time

import pytest

from client.documents.index import MAX_HITS, Query, TextIndex

DRAFT = "Ban Thường vụ ban hành Nghị quyết với các nội dung sau: NGHỊ QUYẾT số 12/QĐ-UBND"
REPORT = "Báo cáo nghị quyết, nghi quyet không dấu. Nghiêm túc; đường dây nóng"


@pytest.fixture
def index() -> TextIndex:
    made = TextIndex()
    made.add("a" * 64, [DRAFT, "", "Nghị quyết"])
    made.add("b" * 64, [REPORT])
    return made


A, B = "a" * 64, "b" * 64


def places(index: TextIndex, typed: str, *files: str) -> list[tuple[str, int, int, int]]:
    found = index.find(typed, files or (A, B))
    return [(hit.sha256[0], hit.page, hit.first, hit.last) for hit in found]


def test_marks_and_case_need_not_be_typed(index: TextIndex) -> None:
    assert places(index, "nghi quyet") == [
        ("a", 1, 5, 6),
        ("a", 1, 12, 13),
        ("a", 3, 0, 1),
        ("b", 1, 2, 3),
        ("b", 1, 4, 5),
    ]
    assert places(index, "DUONG day") == [("b", 1, 10, 11)]


def test_who_types_marks_means_them_if_there_are_any(index: TextIndex) -> None:
    assert ("b", 1, 4, 5) not in places(index, "nghị quyết")
    assert len(places(index, "nghị quyết")) == 4
    assert places(index, "nghì") == places(index, "nghi")


def test_papers_keep_their_order_and_whole_words_come_first(index: TextIndex) -> None:
    assert [place[0] for place in places(index, "nghi", B, A)] == ["b"] * 3 + ["a"] * 3
    nghi = index.find("nghi", [B])
    assert [hit.whole for hit in nghi] == [True, True, False]
    assert [hit.text for hit in nghi] == ["nghị", "nghi", "Nghiêm"]


def test_numbers_and_signs_within_a_word_are_found(index: TextIndex) -> None:
    assert places(index, "12/qd-ubnd") == [("a", 1, 15, 15)]
    assert places(index, "qd") == [("a", 1, 15, 15)]


def test_what_stands_round_a_hit_is_told(index: TextIndex) -> None:
    hit = index.find("nghi quyet", [A])[0]
    assert (hit.before, hit.text) == ("Ban Thường vụ ban hành", "Nghị quyết")
    assert hit.after.startswith("với các nội dung")


def test_nothing_typed_or_nothing_to_search_finds_nothing(index: TextIndex) -> None:
    assert places(index, "  ,. ") == []
    assert index.find("nghi", []) == ()
    assert places(index, 'nghi" OR "a') == []
    assert Query.of('"') == Query((), ())


def test_scans_are_known_and_papers_can_go(index: TextIndex) -> None:
    assert (index.blank(A), index.blank(B), index.blank("c")) == ((2,), (), ())
    index.add(A, ["khác"])
    assert places(index, "nghi quyet", A) == []
    index.add(B, ["½ a¨b nghi"])
    assert places(index, "nghi", B) == [("b", 1, 2, 2)]
    index.forget(B)
    assert index.held() == {A}
    index.clear()
    assert index.held() == frozenset()
    assert places(index, "khac") == []


def test_many_pages_answer_at_once() -> None:
    index = TextIndex()
    index.add(A, [f"{REPORT} {DRAFT} " * 20 for _ in range(200)])
    begun = time.process_time()
    assert len(index.find("nóng ban thường vụ ban", [A])) == MAX_HITS
    assert time.process_time() - begun < 2
