"""Pens, erasers, hands and outlines: what the reader's writing mode stands on."""

import math

import pytest

from client.ink import tools
from client.ink.hands import PEN_SEEN_MS, Hands
from client.ink.marks import Area, Mark, Matrix, Move, Quad, Spot, Stroke, Target, on_page
from client.ink.notebook import UNDO_STEPS, Change, Maker, Notebook
from client.ink.packing import Point
from client.ink.smoothing import OneEuro, Strength
from client.ink.stroke import FREEZE_POINTS, LiveStroke, outline, pieces

DOCUMENT, NEXT = "aa" * 32, "bb" * 32
LINE = tuple(Point(100 + step, 500, 0.5, step * 8) for step in range(41))


def notebook() -> Notebook:
    ticks = iter(range(1_758_157_200_000, 1_758_157_200_000 + 10**9, 50))
    return Notebook(Maker("p1", "0" * 16, lambda: next(ticks)))


def above(by: float) -> list[Point]:
    return [point._replace(y=point.y + by) for point in LINE]


# ---- writing -------------------------------------------------------------------------------------


def test_strokes_that_follow_near_and_soon_are_one_mark_and_undone_one_by_one() -> None:
    book = notebook()
    first = book.write(DOCUMENT, 1, LINE, tools.BLUE)
    second = book.write(DOCUMENT, 1, above(8), tools.BLUE)
    assert first.marks == second.marks
    assert first.pages == {(DOCUMENT, 1)}
    assert len(book.strokes_on(DOCUMENT, 1)) == 2
    book.undo()
    assert len(book.strokes_on(DOCUMENT, 1)) == 1
    book.undo()
    assert not book.marks
    assert (book.can_undo, book.can_redo) == (False, True)
    book.redo()
    book.redo()
    assert len(book.strokes_on(DOCUMENT, 1)) == 2
    assert book.redo() == Change()


@pytest.mark.parametrize(
    ("page", "by", "pen"), [(2, 8, tools.BLUE), (1, 300, tools.BLUE), (1, 8, tools.RED)]
)
def test_another_page_place_or_pen_begins_another_mark(
    page: int, by: float, pen: tools.Pen
) -> None:
    book = notebook()
    book.write(DOCUMENT, 1, LINE, tools.BLUE)
    book.write(DOCUMENT, page, above(by), pen)
    assert len(book.marks) == 2


def test_fifty_steps_can_be_taken_back() -> None:
    book = notebook()
    for step in range(UNDO_STEPS + 5):
        book.write(DOCUMENT, step + 1, LINE, tools.BLUE)
    while book.can_undo:
        book.undo()
    assert len(book.marks) == 5


def test_changing_deleting_and_placing_marks_can_be_taken_back() -> None:
    book = notebook()
    note = book.make("note", {DOCUMENT: on_page(3, spot=Spot(10, 20))})
    book.add(note)
    book.change(note.id, body="Hỏi lại", shared=("p2",))
    book.change(note.id, targets={NEXT: on_page(4)})
    placed = book.get(note.id)
    assert placed is not None
    assert placed.targets.keys() == {DOCUMENT, NEXT}
    assert book.on_page(NEXT, 4) == (placed,)
    book.undo()
    assert book.on_page(NEXT, 4) == ()
    book.undo()
    assert [mark.body for mark in book.marks] == [""]
    book.delete(note.id)
    assert book.on_page(DOCUMENT, 3) == ()
    book.undo()
    assert [mark.id for mark in book.on_page(DOCUMENT, 3)] == [note.id]
    assert book.change("f" * 32, body="x") == Change()
    assert book.delete("f" * 32) == Change()
    assert book.write_note("f" * 32, LINE) == Change()
    assert book.erase_note("f" * 32, [(0, 0)], 1) == Change()
    assert book.retarget(NEXT, {"f" * 32: on_page(1)}) == Change()


def test_undoing_an_edit_of_a_mark_that_was_deleted_elsewhere_does_not_bring_it_back() -> None:
    one, other = notebook(), Notebook(Maker("p1", "1" * 16, lambda: 1_758_157_300_000))
    note = one.make("note", {DOCUMENT: on_page(1)})
    other.take(one.add(note).operations)
    other.take(one.change(note.id, body="một").operations)
    one.take(other.delete(note.id).operations)
    assert one.marks == ()
    assert one.undo().operations == ()
    assert one.marks == ()


def test_a_note_has_a_sheet_of_its_own_to_write_on() -> None:
    book = notebook()
    note = book.make("note", {DOCUMENT: on_page(1, spot=Spot(5, 5))})
    book.add(note)
    book.write_note(note.id, LINE)
    assert book.get(note.id) is not None
    assert book.on_page(DOCUMENT, 1)[0].drawn_on(DOCUMENT, 1) == ()
    book.erase_note(note.id, [(120, 490), (120, 510)], 2, part=True)
    assert len(book.marks[0].strokes) == 2
    book.erase_note(note.id, [(0, 500), (200, 500)], 2)
    assert book.marks[0].strokes == {}


def test_listeners_hear_of_changes_until_they_leave() -> None:
    book, heard = notebook(), list[Change]()
    leave = book.listen(heard.append)
    book.write(DOCUMENT, 1, LINE, tools.BLUE)
    leave()
    book.undo()
    assert len(heard) == 1
    assert heard[0].operations


# ---- erasing -------------------------------------------------------------------------------------


def test_the_stroke_eraser_takes_whole_strokes_that_it_touches() -> None:
    book = notebook()
    book.write(DOCUMENT, 1, LINE, tools.BLUE)
    book.write(DOCUMENT, 1, above(30), tools.BLUE)
    assert book.erase(DOCUMENT, 1, [(120, 515)], 3) == Change()
    assert book.erase(DOCUMENT, 2, [(120, 500)], 3) == Change()
    book.erase(DOCUMENT, 1, [(120, 480), (121, 505)], 3)
    assert len(book.marks[0].strokes) == 1
    book.erase(DOCUMENT, 1, [(100, 530), (140, 530)], 3)
    assert not book.marks
    book.undo()
    book.undo()
    assert len(book.marks[0].strokes) == 2


def test_the_part_eraser_leaves_the_pieces_outside_its_path() -> None:
    book = notebook()
    book.write(DOCUMENT, 1, LINE, tools.BLUE)
    book.erase(DOCUMENT, 1, [(120, 490), (120, 510)], 4, part=True)
    lines = sorted(book.marks[0].drawn_on(DOCUMENT, 1))
    assert len(lines) == 2
    gap = 4 + tools.BLUE.width / 2
    assert lines[0][-1].x == pytest.approx(120 - gap, abs=3)
    assert lines[1][0].x == pytest.approx(120 + gap, abs=3)
    book.erase(DOCUMENT, 1, [(90, 500), (150, 500)], 4, part=True)
    assert book.marks == ()


def carried() -> tuple[Notebook, Mark]:
    """A stroke whose halves lie on two pages of the next revision."""
    book = notebook()
    [name] = book.write(DOCUMENT, 1, LINE, tools.BLUE).marks
    mark = book.get(name)
    assert mark is not None
    [stroke] = mark.strokes
    moves = (
        Move(stroke, 2, Matrix(e=10, f=-100), 0, 20),
        Move(stroke, 3, Matrix(a=2, d=2), 20, -1),
        Move("f" * 32, 3),
    )
    book.retarget(NEXT, {name: Target((Area(2),), moves=moves, how="map")})
    moved = book.get(name)
    assert moved is not None
    return book, moved


def test_carried_ink_is_drawn_where_its_words_went() -> None:
    book, mark = carried()
    assert mark.targets[NEXT].pages == {2, 3}
    [first] = mark.drawn_on(NEXT, 2)
    [second] = mark.drawn_on(NEXT, 3)
    assert (first[0].x, first[0].y, len(first)) == (110, 400, 21)
    assert (second[-1].x, second[-1].y, len(second)) == (280, 1000, 21)
    assert len(mark.drawn_on(DOCUMENT, 1)) == 1
    assert tools.hit(book.on_page(NEXT, 2), (NEXT, 2), (120, 400), 2) == mark
    book.erase(NEXT, 3, [(270, 1000)], 3)
    assert not book.marks
    book.undo()
    assert book.get(mark.id) == mark


def test_the_part_eraser_takes_of_carried_ink_what_it_touches_in_every_revision() -> None:
    book, mark = carried()
    book.erase(NEXT, 3, [(250, 990), (250, 1010)], 6, part=True)
    [left, right] = sorted(book.marks[0].drawn_on(DOCUMENT, 1))
    gap = (6 + tools.BLUE.width / 2) / 2
    assert left[-1].x == pytest.approx(125 - gap, abs=2)
    assert right[0].x == pytest.approx(125 + gap, abs=2)
    [first] = book.marks[0].drawn_on(NEXT, 2)
    assert (first[0].x, first[-1].x) == (110, 130)
    one, other = sorted(book.marks[0].drawn_on(NEXT, 3))
    assert [(2 * p.x, 2 * p.y) for p in (left[-1], *right)] == [
        (p.x, p.y) for p in (one[-1], *other)
    ]
    book.erase(NEXT, 2, [(120, 390), (120, 410)], 2, part=True)
    assert len(book.marks[0].drawn_on(NEXT, 2)) == 2
    assert len(book.marks[0].drawn_on(NEXT, 3)) == 2
    book.undo()
    book.undo()
    assert book.get(mark.id) == mark
    book.redo()
    assert sorted(book.marks[0].drawn_on(NEXT, 3)) == [one, other]


# ---- under a finger ------------------------------------------------------------------------------


def test_a_finger_finds_text_tags_and_ink_and_the_newest_first() -> None:
    book = notebook()
    book.write(DOCUMENT, 1, LINE, tools.BLUE)
    quad = Quad(100, 510, 200, 510, 100, 490, 200, 490)
    marked = book.make("highlight", {DOCUMENT: on_page(1, quad)}, colour="highlight1")
    note = book.make("note", {DOCUMENT: on_page(1, spot=Spot(300, 300))})
    book.add(marked, note)
    marks, page = book.on_page(DOCUMENT, 1), (DOCUMENT, 1)
    assert tools.hit(marks, page, (150, 500), 3) == marked
    assert tools.hit(marks[:1], page, (130, 501), 3) == marks[0]
    assert tools.hit(marks, page, (303, 296), 6) == note
    assert tools.hit(marks, page, (303, 200), 6) is None
    assert tools.hit(marks, (NEXT, 1), (150, 500), 3) is None
    turned = Quad(100, 100, 100, 200, 120, 100, 120, 200)
    assert tools.inside(turned, 110, 150)
    assert not tools.inside(turned, 130, 150)


def test_a_dot_can_be_touched() -> None:
    dot = [Point(50, 50)]
    assert tools.touches(dot, [(52, 50)], 3)
    assert not tools.touches(dot, [(60, 50)], 3)
    assert not tools.touches([], [(60, 50)], 3)
    assert tools.between((0, 0), (10, 10), (0, 10), (10, 0)) == 0


# ---- hands ---------------------------------------------------------------------------------------


def test_a_pen_writes_and_fingers_only_move_the_page_for_ten_minutes() -> None:
    hands = Hands()
    assert hands.down(1, "finger", 0, 0, 0).role == "write"
    verdict = hands.down(2, "pen", 50, 50, 100)
    assert (verdict.role, verdict.abandon) == ("write", (1,))
    assert hands.move(2, 60, 50, 120).role == "write"
    assert hands.up(1, 150).role == "ignore"
    assert hands.down(3, "finger", 0, 0, 160).role == "ignore", "a palm beside the pen"
    assert hands.up(3, 170).abandon == ()
    assert hands.up(2, 200).role == "write"
    verdict = hands.down(4, "finger", 0, 0, 5_000)
    assert (verdict.role, verdict.panning) == ("pan", (4,))
    assert hands.down(5, "finger", 9, 9, 5_100).panning == (4, 5)
    hands.up(4, 5_200)
    assert hands.up(5, 5_300).panning == ()
    assert hands.down(6, "finger", 0, 0, 201 + PEN_SEEN_MS).role == "write"


def test_two_fingers_pan_and_take_back_what_the_first_began() -> None:
    hands = Hands()
    hands.down(1, "finger", 0, 0, 0)
    hands.move(1, 5, 0, 40)
    verdict = hands.down(2, "finger", 80, 0, 90)
    assert verdict.role == "pan"
    assert verdict.abandon == (1,)
    assert verdict.panning == (1, 2)
    assert hands.move(1, 20, 0, 100).role == "pan"
    assert hands.down(3, "finger", 9, 0, 120).panning == (1, 2, 3)


def test_a_palm_that_comes_while_a_finger_writes_is_ignored() -> None:
    hands = Hands()
    hands.down(1, "finger", 0, 0, 0)
    hands.move(1, 100, 0, 200)
    assert hands.down(2, "finger", 80, -90, 400).role == "ignore"
    assert hands.move(1, 120, 0, 420).role == "write"
    assert hands.up(1, 500).abandon == ()
    assert hands.down(3, "finger", 0, 0, 600).role == "ignore", "the palm still rests"
    assert hands.up(7, 700).role == hands.move(7, 0, 0, 0).role == "ignore"


def test_a_speck_made_while_another_contact_was_down_is_taken_back() -> None:
    hands = Hands()
    hands.down(1, "finger", 0, 0, 0)
    hands.down(2, "finger", 300, 0, 260)
    assert hands.up(1, 280).abandon == (1,)
    alone = Hands()
    alone.down(1, "finger", 0, 0, 0)
    assert alone.up(1, 50).abandon == (), "a dot of an i"
    alone.down(2, "finger", 0, 0, 100)
    assert alone.cancel(2).abandon == (2,)
    assert alone.cancel(2).abandon == ()


# ---- lines ---------------------------------------------------------------------------------------


def width_at(area: tuple[tuple[float, float], ...], x: float) -> float:
    ys = [y for px, y in area if abs(px - x) < 6]
    return max(ys) - min(ys)


def test_pressure_makes_the_line_thicker_and_the_highlighter_keeps_one_width() -> None:
    growing = [Point(100 + t, 500, t / 100, t * 8) for t in range(101)]
    pen = outline(growing, 4.0)
    assert width_at(pen, 190) > 1.5 * width_at(pen, 115)
    marker = outline(growing, 12.0, "highlighter")
    assert width_at(marker, 115) == pytest.approx(width_at(marker, 185), rel=0.1)
    assert width_at(marker, 150) == pytest.approx(12, rel=0.15)
    assert outline([], 4.0) == ()
    dot = outline([Point(10, 10)], 4.0)
    assert max(math.dist(place, (10, 10)) for place in dot) == pytest.approx(2)
    assert len(pieces([growing, [], LINE], 4.0)) == 2
    assert len(outline([point._replace(pressure=-1.0) for point in LINE], 4.0)) > 8


@pytest.mark.parametrize(("strength", "most"), [("off", 1.0), ("light", 0.6), ("strong", 0.4)])
def test_smoothing_calms_a_trembling_hand(strength: Strength, most: float) -> None:
    shaking = [Point(t * 0.5, 500 + (-1) ** t, 0.5, t * 8) for t in range(200)]
    steady = OneEuro(strength)
    smooth = [steady.add(point) for point in shaking]
    assert max(abs(point.y - 500) for point in smooth[40:]) <= most
    assert smooth[0] == shaking[0]
    assert abs(smooth[-1].x - shaking[-1].x) < 12, "it does not lag behind"


def test_a_live_stroke_freezes_in_pieces_and_ends_where_the_pen_was_lifted() -> None:
    live = LiveStroke(2.2, smoothing="strong")
    assert live.tail == ()
    for t in range(FREEZE_POINTS * 2 + 10):
        assert live.add(100 + t, 500, t * 8, 0.5)
    assert not live.add(100 + t, 500, t * 8 + 3, 0.5), "the pen rests"
    assert len(live.frozen) == 2
    assert live.tail
    line = live.finish()
    assert (line[-1].x, line[-1].y) == (100 + t, 500)
    assert line[0].x == 100
    assert Stroke("0" * 32, b"\x00\x01\x02\x02\x00").points == (Point(1 / 32, 1 / 32, -1.0, 0),)
