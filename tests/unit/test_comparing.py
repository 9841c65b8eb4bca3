"""What changed between two revisions, as the compare view and its tray tell it."""

from client.selectors.comparing import Change, Comparison, compare, paragraphs
from server.papers.wordmap import word_map
from server.protocol.paper_words import Box, LineOfWords, PaperWords, pack, page_words, unpack

FIRST = "một hai ba bốn năm sáu bảy tám chín mười."
SECOND = "a) hội nghị của cấp ủy được tổ chức theo hình thức không giấy tờ ít nhất 80% mỗi năm."
THIRD = "b) cán bộ các cơ quan được bồi dưỡng kỹ năng số cơ bản và mỗi cơ quan có cán bộ nòng cốt."
FOURTH = "c) kinh phí do ngân sách tỉnh bảo đảm."


def paper(*texts: str) -> PaperWords:
    """Set paragraphs in lines of six words, the first line of each indented."""
    lines, y = [], 700.0
    for text in texts:
        words = text.split()
        for at in range(0, len(words), 6):
            left = 90.0 if at == 0 else 60.0
            row = [
                (word, Box(left + 40 * n, y, left + 40 * n + 36, y + 12))
                for n, word in enumerate(words[at : at + 6])
            ]
            lines.append(LineOfWords(row))
            y -= 16
    return unpack(pack([page_words(lines)]))


def compared(old: tuple[str, ...], new: tuple[str, ...]) -> Comparison:
    before, after = paper(*old), paper(*new)
    return compare(before, after, word_map(before, after))


def told(made: Comparison) -> list[tuple[str, str, str]]:
    return [(one.kind, one.old, one.new) for one in made.changes]


def test_paragraphs_are_told_by_their_indents() -> None:
    words = paper(FIRST, SECOND)
    assert [len(part) for part in paragraphs(words)] == [10, len(SECOND.split())]
    assert paragraphs(paper()) == []


def test_a_figure_that_changed_is_a_place_of_its_own() -> None:
    made = compared((FIRST, SECOND), (FIRST, SECOND.replace("80%", "90%")))
    assert told(made) == [("modified", "80%", "90%")]
    assert made.changes[0].numbers_only
    assert made.shown(numbers=False) == ()
    assert made.shown(numbers=True) == ((0, made.changes[0]),)


def test_put_in_taken_out_and_only_a_sign_after_a_word() -> None:
    longer = FOURTH.replace("bảo đảm.", "bảo đảm trong dự toán theo phân cấp.")
    made = compared((FIRST, SECOND, THIRD, FOURTH), (FIRST, SECOND, longer))
    assert told(made) == [("removed", THIRD, ""), ("added", "", "trong dự toán theo phân cấp.")]
    kinds = [[piece.kind for piece in part.pieces] for part in made.paragraphs]
    assert kinds[0] == ["same"]
    assert "del" in [kind for part in kinds for kind in part]
    assert kinds[-1][-1] == "ins"
    assert not made.paragraphs[0].changed


def test_what_follows_the_end_is_told_too() -> None:
    made = compared((FIRST, SECOND, THIRD), (FIRST, SECOND))
    assert told(made) == [("removed", THIRD, "")]
    assert made.paragraphs[-1].pieces[-1].text == THIRD
    grown = compared((FIRST,), (FIRST, THIRD))
    assert told(grown) == [("added", "", THIRD)]
    assert made.on_page(0) == made.paragraphs


def test_a_paragraph_that_moved_is_neither_put_in_nor_taken_out() -> None:
    made = compared((FIRST, SECOND, THIRD, FOURTH), (FIRST, THIRD, SECOND, FOURTH))
    assert [one.kind for one in made.changes] == ["moved"]
    assert made.changes[0].new in {SECOND, THIRD}
    pieces = [piece for part in made.paragraphs for piece in part.pieces]
    assert [piece.kind for piece in pieces if piece.kind != "same"] == ["moved"]


def test_every_word_of_the_new_text_is_shown_once_and_in_order() -> None:
    new = (SECOND.replace("80%", "95%"), FIRST + " thêm", FOURTH, "đoạn mới hoàn toàn ở cuối cùng.")
    made = compared((FIRST, SECOND, THIRD, FOURTH), new)
    shown = " ".join(
        piece.text for part in made.paragraphs for piece in part.pieces if piece.kind != "del"
    )
    assert shown.split() == " ".join(new).split()
    numbers = {piece.change for part in made.paragraphs for piece in part.pieces} - {-1}
    assert numbers == set(range(len(made.changes)))


def test_papers_without_words_have_nothing_to_tell() -> None:
    assert compared((), ()) == Comparison()
    assert Change("added", 0, 0, 0, "", "x").numbers_only is False
