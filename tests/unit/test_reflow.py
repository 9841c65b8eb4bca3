"""A page as running text: every word once, paragraphs whole, marks on the words they cover."""

import pytest

from client.documents.reflow import covered, paragraphs
from client.documents.shape import Box, PageShape
from client.documents.text import PageText, Word

ROWS = [  # block, size, bold, text
    (0, 16.0, True, "NGHỊ QUYẾT"),
    (1, 12.0, False, "Căn cứ Quy chế làm việc của Ban Chấp hành Đảng bộ"),
    (1, 12.0, False, "tỉnh khóa XVIII;"),
    (2, 12.0, True, "Điều 1."),
    (3, 12.0, False, "Giao Văn phòng Tỉnh ủy chủ trì, phối hợp với các"),
    (4, 12.0, False, "cơ quan có liên quan."),
    (5, 12.0, False, "2. khác"),
]


def page(rotation: int = 0) -> PageText:
    words = []
    for row, (block, size, bold, line) in enumerate(ROWS):
        for at, text in enumerate(line.split()):
            box = (30.0 * at, 20.0 * row, 30.0 * at + 25, 20.0 * row + 12)
            words.append(Word(text, box, block, row, size, bold))
    return PageText(PageShape(Box(10, 20, 410, 520), rotation), tuple(words))


def test_paragraphs_hold_every_word_once_and_know_headings() -> None:
    text = page()
    made = paragraphs(text)
    told = [text.text(one.first, one.last).split()[0] for one in made]
    assert told == ["NGHỊ", "Căn", "Điều", "Giao", "2."]
    assert [one.heading for one in made] == [True, False, True, False, False]
    numbers = [number for one in made for number in range(one.first, one.last + 1)]
    assert numbers == list(range(len(text.words)))
    assert text.text(made[3].first, made[3].last).endswith("có liên quan.")


def test_a_page_without_words_has_no_paragraphs() -> None:
    assert paragraphs(PageText(PageShape(Box(0, 0, 10, 10)))) == ()


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_mark_covers_the_words_it_lies_on_and_gives_them_back(rotation: int) -> None:
    text = page(rotation)
    assert covered(text, text.quads(3, 15)) == frozenset(range(3, 16))
    assert covered(text, ()) == frozenset()
