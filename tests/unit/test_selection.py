"""Choosing words: whole, over lines and pages, whichever way the ends are moved."""

from client.documents.selection import Selection
from client.documents.shape import Box, PageShape
from client.documents.text import PageText, Spot, Word

SHAPE = PageShape(Box(0, 0, 400, 500))


def page(*lines: str) -> PageText:
    """Lines of 20 points from the top, words of 30 points."""
    words = [
        Word(text, (40.0 * at, 20.0 * row, 40.0 * at + 30, 20.0 * row + 12), row // 2, row % 2)
        for row, line in enumerate(lines)
        for at, text in enumerate(line.split())
    ]
    return PageText(SHAPE, tuple(words))


ONE = page("Ban Thường vụ", "ban hành Nghị", "quyết số 12")
TWO = page("với các", "nội dung")


def test_a_tap_chooses_the_word_under_it() -> None:
    assert ONE.word_at(50, 500 - 26) == 4
    assert ONE.word_at(35, 500 - 6) in (0, 1)
    assert ONE.word_at(300, 100) is None
    assert ONE.nearest(300, 500 - 26) == 5
    chosen = Selection.of_word(1, 4, ONE)
    assert chosen.text() == "hành"
    assert chosen.quads_on(1)[0][:2] == (40.0, 480.0)
    assert chosen.quads_on(2) == ()


def test_an_end_that_is_moved_past_the_other_becomes_the_other() -> None:
    chosen = Selection.of_word(1, 4, ONE)
    wider, end = chosen.moved("last", Spot(1, 6), ONE)
    assert (wider.text(), end) == ("hành Nghị\nquyết", "last")
    assert len(wider.quads_on(1)) == 2
    crossed, end = wider.moved("last", Spot(1, 2), ONE)
    assert (crossed.text(), end) == ("vụ ban hành", "first")
    back, end = crossed.moved("first", Spot(1, 4), ONE)
    assert (back.text(), end) == ("hành", "first")


def test_it_goes_over_pages_and_knows_what_it_has_not_read() -> None:
    chosen = Selection.of_word(1, 7, ONE).reaching(Spot(3, 1), TWO)
    assert chosen.missing == (2,)
    assert chosen.words_on(2) is None
    assert chosen.text() == "số 12\nvới các"
    whole = Selection({**chosen.texts, 2: TWO}, chosen.first, chosen.last)
    assert whole.missing == ()
    assert whole.words_on(2) == (0, 3)
    assert list(whole.pages) == [1, 2, 3]
    assert Selection.of_word(1, 7, ONE).reaching(Spot(1, 0), ONE).first == Spot(1, 0)


def test_a_quotation_knows_what_stands_round_it() -> None:
    quoted = Selection.of_word(1, 5, ONE).reaching(Spot(1, 6), ONE).quotation()
    assert quoted.exact == "Nghị\nquyết"
    assert quoted.before.endswith("ban hành")
    assert quoted.after == "số 12"
    assert Selection.of_word(1, 0, ONE).quotation().before == ""


def test_a_page_without_words_has_nothing_to_choose() -> None:
    blank = PageText(SHAPE)
    assert blank.nearest(10, 10) is None
    assert blank.word_at(10, 10) is None
    over = Selection.of_word(1, 8, ONE).reaching(Spot(3, 0), TWO)
    assert Selection({**over.texts, 2: blank}, over.first, over.last).words_on(2) is None
