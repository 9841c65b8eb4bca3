"""What others show on a paper, and the dashes round it."""

from typing import Any

from client.ink.marks import Mark, Quad, Stroke, Target, on_page
from client.ink.notebook import Change
from client.ink.packing import Point, pack
from client.ink.shown import ShownMarks
from client.widgets.ink_layer.outline import bounds_on, dashes

PAPER = "a" * 64
QUAD = Quad(10, 30, 90, 30, 10, 20, 90, 20)


def mark(
    number: int, by: str = "p02", kind: Any = "highlight", target: Target | None = None
) -> Mark:
    targets = {PAPER: target or on_page(2, QUAD)}
    return Mark(f"{number:032x}", kind, by, number, targets=targets)


def heard(shown: ShownMarks) -> list[Change]:
    changes: list[Change] = []
    shown.listen(changes.append)
    return changes


def test_what_is_shown_is_found_by_page_and_told() -> None:
    shown = ShownMarks()
    changes = heard(shown)
    assert shown.show([("p02", mark(2)), ("p02", mark(1))])
    assert [one.created for one in shown.on_page(PAPER, 2)] == [1, 2]
    assert shown.on_page(PAPER, 3) == ()
    assert changes[0].pages == {(PAPER, 2)}
    assert not shown.show([("p02", mark(1)), ("p02", mark(2))])
    assert len(changes) == 1


def test_what_is_taken_back_is_gone_and_its_page_is_told() -> None:
    shown = ShownMarks()
    shown.show([("p02", mark(1)), ("p03", mark(2, "p03"))])
    changes = heard(shown)
    shown.show([("p03", mark(2, "p03"))])
    assert [one.by for one in shown.marks] == ["p03"]
    assert [one.by for one in changes[0].gone] == ["p02"]
    assert changes[0].pages == {(PAPER, 2)}
    shown.show(())
    assert len(shown) == 0


def test_nobody_can_hide_the_mark_of_somebody_else_under_its_name() -> None:
    shown = ShownMarks()
    shown.show([("p02", mark(1)), ("p03", mark(1, "p03"))])
    assert [one.by for one in shown.marks] == ["p02", "p03"]
    first, second = shown.marks
    assert shown.get(first.id) == first
    assert shown.get(second.id) == second


def test_a_bookmark_is_nobody_elses() -> None:
    shown = ShownMarks()
    shown.show([("p02", mark(1, kind="bookmark"))])
    assert shown.marks == ()


def test_ended_listening() -> None:
    shown = ShownMarks()
    changes: list[Change] = []
    shown.listen(changes.append)()
    shown.show([("p02", mark(1))])
    assert changes == []


def test_text_is_outlined_line_by_line_and_ink_as_a_whole() -> None:
    lower = Quad(10, 18, 50, 18, 10, 8, 50, 8)
    text = mark(1, target=on_page(2, QUAD, lower))
    boxes = bounds_on(text, PAPER, 2)
    assert [(box.y0, box.y1) for box in boxes] == [(18.5, 31.5), (6.5, 19.5)]
    points = (Point(5, 5, 200, 0), Point(55, 25, 200, 10))
    stroke = Stroke(f"{9:032x}", pack(points))
    ink = Mark(
        f"{3:032x}", "ink", "p02", 3, width=2.0, targets={PAPER: on_page(1)},
        strokes={stroke.id: stroke},
    )  # fmt: skip
    assert bounds_on(ink, PAPER, 1) == ((1.0, 1.0, 59.0, 29.0),)
    assert bounds_on(ink, PAPER, 2) == ()
    assert bounds_on(mark(4, kind="note"), PAPER, 2) == ()


def test_dashes_begin_and_end_at_the_corners() -> None:
    cut = list(dashes([(0.0, 0.0), (50.0, 0.0), (50.0, 0.0), (50.0, 5.0)], 8, 6))
    assert cut[0][0] == (0.0, 0.0)
    assert cut[3][1] == (50.0, 0.0)
    assert cut[-1][1] == (50.0, 5.0)
    assert len(cut) == 5
    gaps = [cut[at + 1][0][0] - cut[at][1][0] for at in range(3)]
    assert all(abs(gap - 6) < 1e-6 for gap in gaps)


def test_what_was_carried_is_shown_in_the_new_version_until_its_writer_changes_it() -> None:
    shown, new = ShownMarks(), "b" * 64
    shown.show([("p02", mark(1)), ("p03", mark(1, "p03"))])
    changes = heard(shown)
    first = f"p02/{1:032x}"
    shown.carry(new, {first: on_page(3, QUAD), "p09/gone": on_page(3, QUAD)})
    assert [one.id for one in shown.on_page(new, 3)] == [first]
    assert [one.id for one in shown.on_page(PAPER, 2)] == [first, f"p03/{1:032x}"]
    assert changes[0].pages == {(PAPER, 2), (new, 3)}
    shown.show([("p02", mark(1)), ("p03", mark(2, "p03"))])
    assert [one.id for one in shown.on_page(new, 3)] == [first], "the other's marks changed"
    shown.show([("p02", mark(1, target=on_page(5, QUAD)))])
    assert shown.on_page(new, 3) == ()
    shown.show([("p02", mark(1))])
    assert shown.on_page(new, 3) == (), "what was carried once is not what is shown now"
