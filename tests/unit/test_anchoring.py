"""Marks carried to a revised paper: words that went along, reworded, gone, moved; ink by lines."""

import random
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from client.ink.anchor_fuzzy import find
from client.ink.anchor_grip import grip
from client.ink.anchor_pages import match_pages
from client.ink.anchor_place import areas_of
from client.ink.anchoring import Anchoring, Carried
from client.ink.marks import Area, Mark, Move, Quad, Quote, Spot, Stroke, Target, Words, on_page
from client.ink.notebook import Maker, Notebook
from client.ink.operations import Operation, Put
from client.ink.packing import Point, pack
from client.ink.tools import BLUE
from server.papers.wordmap import word_map
from server.protocol.paper_words import Box, LineOfWords, PaperWords, page_words, unpack
from server.protocol.paper_words import pack as pack_words

OLD, NEW = "a" * 64, "b" * 64
HIGH, WIDE, LEFT, TOP = 20.0, 40.0, 60.0, 700.0
_chance = random.Random(6)  # noqa: S311 - the same text every time
TEXT = [f"tu{_chance.randrange(90)}x{number}" for number in range(400)]


def paper(texts: Sequence[str], a_line: int = 8, lines: int = 12, left: float = LEFT) -> PaperWords:
    """Set words in lines and pages, with a running head on each."""
    rows = [texts[at : at + a_line] for at in range(0, len(texts), a_line)]
    pages = []
    for start in range(0, max(1, len(rows)), lines):
        head = LineOfWords([("Trang", Box(300, 780, 330, 792))], head=True)
        made = [head]
        for row, words in enumerate(rows[start : start + lines]):
            y = TOP - row * HIGH
            made.append(
                LineOfWords(
                    [
                        (word, Box(left + at * WIDE, y, left + at * WIDE + 34, y + 12))
                        for at, word in enumerate(words)
                    ]
                )
            )
        pages.append(page_words(made))
    return unpack(pack_words(pages))


def highlight(words: PaperWords, first: int, last: int, name: str = "1") -> Mark:
    held = [words.body[place] for place in range(first, last + 1)]
    target = Target(areas_of(words, held), quote=Quote(words.quote(held)))
    return Mark(name * 32, "highlight", "p1", 1, targets={OLD: target})


def inked(*strokes: Sequence[tuple[float, float]], page: int = 1) -> Mark:
    drawn = {
        f"{number:032x}": Stroke(f"{number:032x}", pack([Point(x, y) for x, y in line]))
        for number, line in enumerate(strokes, 1)
    }
    return Mark("2" * 32, "ink", "p1", 1, targets={OLD: on_page(page)}, strokes=drawn)


def carried(mark: Mark, old: PaperWords, new: PaperWords) -> Target:
    found = Anchoring(old, new, word_map(old, new)).carry([mark], OLD, NEW)
    assert found.carried + found.suggested + found.orphan == 1
    return found.targets[mark.id]


def seen(mark: Mark, target: Target, words: PaperWords) -> list[str]:
    """The words under a mark where it is now."""
    return [words.texts[word] for word in grip(mark, target, words).words]


def test_a_highlight_goes_where_its_words_went_across_lines_and_pages() -> None:
    old, new = paper(TEXT), paper([*(f"m{n}" for n in range(93)), *TEXT], a_line=7)
    mark = highlight(old, 100, 109)
    target = carried(mark, old, new)
    assert (target.state, target.how, target.score) == ("ok", "map", 1.0)
    assert seen(mark, target, new) == TEXT[100:110]
    assert target.quote is not None
    assert target.quote.exact == " ".join(TEXT[100:110])
    assert target.quote.prefix.endswith(TEXT[99])
    assert target.words is not None
    assert new.texts[target.words.first] == TEXT[100]


def test_a_mark_of_few_words_that_lost_its_neighbours_is_only_suggested() -> None:
    old = paper(TEXT)
    alone = [*(f"m{n}" for n in range(200)), *TEXT[100:108], *(f"n{n}" for n in range(200))]
    target = carried(highlight(old, 102, 104), old, paper(alone))
    assert target.state == "suggested"
    assert target.how == "map"


def test_reworded_words_are_suggested_and_gone_ones_are_orphans() -> None:
    old = paper(TEXT)
    changed = [*TEXT[:100], *(word[:-1] + "z" for word in TEXT[100:110]), *TEXT[110:]]
    mark = highlight(old, 100, 109)
    target = carried(mark, old, paper(changed))
    assert (target.state, target.how) == ("suggested", "fuzzy")
    assert seen(mark, target, paper(changed)) == changed[100:110]
    gone = paper([*TEXT[:100], *TEXT[110:]])
    orphan = carried(mark, old, gone)
    assert (orphan.state, orphan.score) == ("orphan", 0.0)
    again = Mark(mark.id, "highlight", "p1", 1, targets={OLD: orphan})
    assert carried(again, old, old).state == "orphan"


def test_words_that_were_moved_take_their_mark_along() -> None:
    old = paper(TEXT)
    new = paper([*TEXT[:40], *TEXT[100:140], *TEXT[40:100], *TEXT[140:]])
    mark = highlight(old, 110, 118)
    target = carried(mark, old, new)
    assert target.state == "ok"
    assert seen(mark, target, new) == TEXT[110:119]


def test_an_underline_is_cut_where_the_new_line_breaks() -> None:
    old, new = paper(TEXT), paper(["mới", "hẳn", *TEXT])
    held = [old.body[place] for place in range(42, 48)]
    box = old.boxes[held[0]]
    points = [(box.x0 + step, box.y0 + 1) for step in range(0, 240, 8)]
    mark = inked(points)
    target = carried(mark, old, new)
    assert target.state == "ok"
    assert len(target.moves) == 2
    lines = Mark(mark.id, "ink", "p1", 1, targets={NEW: target}, strokes=mark.strokes)
    drawn = [line for page in sorted(target.pages) for line in lines.drawn_on(NEW, page)]
    heights = sorted({round(line[0].y) for line in drawn})
    rows = sorted({round(new.boxes[word].y0 + 1) for word in grip(mark, target, new).words})
    assert heights == rows
    assert target.anchor is not None
    assert target.anchor.mode == "under"


def test_ink_and_notes_are_carried_through_one_revision_after_another() -> None:
    old, new = paper(TEXT), paper(["mới", "hẳn", *TEXT])
    third = paper(["mới", "hẳn", "mới", "nữa", *TEXT])
    box = old.boxes[old.body[42]]
    ring = [(box.x0 - 2, box.y0 - 2), (box.x1 + 2, box.y1 + 2), (box.x0 - 2, box.y1 + 2)]
    note = Mark("7" * 32, "note", "p1", 1, targets={OLD: on_page(1, spot=Spot(box.x0, box.y0))})
    for mark in (
        inked([(box.x0 + step, box.y0 + 1) for step in range(0, 36, 6)]),
        inked(ring),
        note,
    ):
        once = carried(mark, old, new)
        again = replace(mark, targets={OLD: once})
        twice, at_once = carried(again, new, third), carried(mark, old, third)
        assert (once.state, twice.state) == ("ok", "ok")
        assert twice.areas == at_once.areas
        assert bool(twice.moves) == bool(mark.strokes)
        if at_once.spot is not None and twice.spot is not None:
            assert (twice.spot.x, twice.spot.y) == pytest.approx((at_once.spot.x, at_once.spot.y))
        else:
            assert twice.spot == at_once.spot
        lines = [replace(mark, targets={NEW: one}).drawn_on(NEW, 1) for one in (twice, at_once)]
        for mine, direct in zip(*lines, strict=True):
            assert [(p.x, p.y) for p in mine] == [
                pytest.approx((p.x, p.y), abs=0.1) for p in direct
            ]


def test_an_underline_over_the_end_of_a_page_is_carried_on_with_all_its_parts() -> None:
    old, new = paper(TEXT), paper(["mới", "hẳn", *TEXT])
    last = 12 * 8 - 1  # of the first page, whose last two words come to the second
    held = [old.body[place] for place in range(last - 5, last + 1)]
    box = old.boxes[held[0]]
    mark = inked([(box.x0 + step, box.y0 + 1) for step in range(0, 240, 8)])
    once = carried(mark, old, new)
    assert {move.page for move in once.moves} == {1, 2}
    third = paper(["mới", "hẳn", *TEXT, "thêm"])
    again = Mark(mark.id, "ink", "p1", 1, targets={OLD: once}, strokes=mark.strokes)
    twice = carried(again, new, third)
    assert twice.state == "ok"
    assert twice.moves == once.moves
    assert twice.pages == {1, 2}
    shorter = paper(["mới", "hẳn", *TEXT[:94]])
    rest = carried(again, new, shorter)
    assert rest.state == "suggested", "part of it has lost its words"
    assert rest.pages == {1}


def test_what_was_rubbed_out_of_an_underline_before_it_was_carried_comes_back_under_its_words() -> (
    None
):
    old, new = paper(TEXT), paper(["mới", "hẳn", *TEXT])
    box = old.boxes[old.body[42]]
    book = Notebook(Maker("p1", "d" * 16, lambda: 1_758_157_200_000))
    line = [Point(box.x0 + step, box.y0 + 1) for step in range(0, 240, 8)]
    [name] = book.write(OLD, 1, line, BLUE).marks
    whole = book.marks[0]
    middle = box.x0 + 60
    book.erase(OLD, 1, [(middle, box.y0 - 9), (middle, box.y0 + 9)], 20, part=True)
    [pieces] = book.marks
    assert len(pieces.strokes) == 2
    book.retarget(NEW, {name: carried(pieces, old, new)})
    [moved] = book.marks
    before = sum(map(len, moved.drawn_on(NEW, 1)))
    book.erase(NEW, 1, [moved.drawn_on(NEW, 1)[-1][-1][:2]], 10, part=True)
    assert sum(map(len, book.marks[0].drawn_on(NEW, 1))) < before
    assert sum(map(len, book.marks[0].drawn_on(OLD, 1))) < before
    book.take(brought_back(whole))
    again = book.get(name)
    assert again is not None
    drawn = {point.x for lines in again.drawn_on(NEW, 1) for point in lines}
    assert len(drawn) >= len(line), "all of it is under its words again"


def brought_back(whole: Mark) -> list[Operation]:
    """What a tablet does that was away and brings the whole stroke back: its own undo."""
    put = Put(whole.id, strokes={name: one.packed for name, one in whole.strokes.items()})
    return [Operation("e" * 16, 1, 2**60, put)]


def test_a_circle_keeps_round_its_words_and_a_bar_grows_with_its_lines() -> None:
    old = paper(TEXT)
    new = paper(["một", *TEXT[:33], "hai", "ba", "bốn", "năm", "sáu", "bảy", *TEXT[33:]])
    held = [old.boxes[old.body[place]] for place in range(42, 45)]
    x0, x1, y0, y1 = held[0].x0 - 4, held[2].x1 + 4, held[0].y0 - 3, held[0].y1 + 3
    circle = inked([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)])
    target = carried(circle, old, new)
    assert target.anchor is not None
    assert (target.state, target.anchor.mode) == ("ok", "around")
    assert set(seen(circle, target, new)) == set(TEXT[42:45])
    bar = inked([(40.0, TOP - 4 * HIGH + 12), (40.0, TOP - 5 * HIGH)])
    grown = carried(bar, old, new)
    assert grown.anchor is not None
    assert (grown.state, grown.anchor.mode) == ("ok", "margin")
    assert len({new.lines[word] for word in grown.anchor.words}) == 3
    (move,) = grown.moves
    assert move.matrix.d > 1.2


def test_ink_in_the_right_margin_stays_there_when_the_margin_moves() -> None:
    old, new = paper(TEXT), paper(["m"] * 20 + TEXT, left=LEFT + 30)
    words = inked([(395.0, TOP - 4 * HIGH), (420.0, TOP - 4 * HIGH + 12)])
    target = carried(words, old, new)
    assert target.state == "ok"
    (move,) = target.moves
    assert move.matrix.e == pytest.approx(30, abs=1)


def test_a_note_keeps_its_distance_from_the_words_beside_it() -> None:
    old, new = paper(TEXT), paper(["mới"] * 16 + TEXT)
    note = Mark("3" * 32, "note", "p1", 1, targets={OLD: on_page(1, spot=Spot(45, TOP - 98))})
    target = carried(note, old, new)
    assert target.state == "ok"
    assert target.spot == Spot(45, TOP - 98 - 2 * HIGH)
    bookmark = Mark("4" * 32, "bookmark", "p1", 1, targets={OLD: on_page(2)})
    assert carried(bookmark, old, new).page == 2


def test_ink_that_was_carried_before_is_carried_on_from_where_it_is() -> None:
    old, middle, new = paper(TEXT), paper(["một"] * 8 + TEXT), paper(["một", "hai"] * 12 + TEXT)
    box = old.boxes[old.body[50]]
    mark = inked([(box.x0, box.y0 + 1), (box.x1, box.y0 + 1), (box.x1, box.y0 + 1.4)])
    first = carried(mark, old, middle)
    between = Mark(mark.id, "ink", "p1", 1, targets={OLD: first}, strokes=mark.strokes)
    last = carried(between, middle, new)
    assert last.state == "ok"
    assert seen(between, last, new) == [TEXT[50]]
    assert Carried().carried == 0


def test_a_map_of_other_words_is_refused() -> None:
    old, new = paper(TEXT), paper(TEXT[:80])
    with pytest.raises(ValueError, match="other words"):
        Anchoring(old, old, word_map(old, new))


def test_pages_without_words_are_matched_by_their_pictures() -> None:
    pictures = [bytes((x * seed) % 251 for x in range(1, 577)) for seed in (3, 7, 11)]
    found = match_pages(pictures, [pictures[1], pictures[0], b"\x80" * 576])
    assert {old: match.page for old, match in found.items()} == {0: 1, 1: 0}
    assert match_pages([b"\x80" * 576, b""], [b"\x10" * 576]) == {0: found[0].__class__(0, 1.0)}
    empty = paper([])
    ink = inked([(100.0, 100.0), (120.0, 130.0)])
    anchoring = Anchoring(empty, empty, word_map(empty, empty), found)
    target = anchoring.target(ink, ink.targets[OLD])
    assert (target.state, target.how, target.page) == ("ok", "same", 2)
    bare = Anchoring(empty, empty, word_map(empty, empty))
    assert bare.target(ink, ink.targets[OLD]).state == "orphan"
    moved = Target((Area(1),), moves=(Move("0" * 31 + "1", 1),))
    assert anchoring.target(ink, moved).moves[0].page == 2


def test_what_lies_far_from_any_word_stays_on_a_page_that_has_not_changed() -> None:
    old = paper(TEXT)
    far = inked([(100.0, 20.0), (160.0, 40.0)])
    assert carried(far, old, old).state == "ok"
    assert carried(far, old, paper(["mới"] * 40 + TEXT)).state == "orphan"


def test_quads_of_a_turned_page_begin_where_its_reader_begins() -> None:
    row = [("một", Box(100, 100, 112, 130)), ("hai", Box(100, 140, 112, 170))]
    up = unpack(pack_words([page_words([LineOfWords(row)])]))
    (area,) = areas_of(up, [0, 1])
    assert area.quads == (Quad(100, 100, 100, 170, 112, 100, 112, 170),)


def test_words_by_number_will_do_where_no_quad_is_known() -> None:
    old = paper(TEXT)
    target = Target((Area(1),), words=Words(old.body[20], old.body[29]))
    mark = Mark("5" * 32, "highlight", "p1", 1, targets={OLD: target})
    assert (
        seen(mark, carried(mark, old, paper(["m"] * 9 + TEXT)), paper(["m"] * 9 + TEXT))
        == (TEXT[20:30])
    )


def test_nothing_is_looked_for_in_what_is_taken_or_too_far() -> None:
    tokens = ["một", "hai", "ba", "bốn", "năm", "sáu"]
    free = [True] * 6
    near = find("hai ba", tokens, free, range(6))
    assert near is not None
    assert (list(near.words), near.score) == ([1, 2], 1.0)
    assert find("hai ba", tokens, [True, False, False, True, True, True], range(6)) is None
    assert find("hai ba", tokens, free, None) is None
    assert find("hai ba", tokens, free, range(2500)) is None
    long = find("một hai ba bốn năm", tokens, free, None)
    assert long is not None
    assert list(long.words) == [0, 1, 2, 3, 4]
