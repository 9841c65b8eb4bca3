"""Pure parts of the reader: the way back, strokes as triangles, photographs, lists of marks."""

import itertools
import math

import pytest

from client.documents.renderer import Clip
from client.documents.shape import Box, PageShape
from client.documents.toned import toned
from client.documents.viewport import Viewport
from client.ink.marks import Quote, Spot, Target, on_page
from client.ink.notebook import Maker, Notebook
from client.ink.packing import Point
from client.ink.tools import BLUE
from client.screens.meeting.trail import Stop, Trail
from client.selectors.marks import goals_of, note_count, title_of
from client.state import ReadingPlace
from client.widgets.ink_layer.place import Placing, region_of
from client.widgets.ink_layer.ribbon import Ribbon, thin


def stop(page: int, paper: str = "p1") -> Stop:
    return Stop("i1", paper, 1, ReadingPlace(page))


def test_the_way_back_leads_through_every_jump() -> None:
    trail = Trail()
    trail.jumped(stop(0), "p1", 5)
    trail.jumped(stop(5), "p2", 3)
    assert trail.back() == stop(5)
    assert trail.back() == stop(0)
    assert trail.back() is None


def test_a_jump_to_the_same_page_is_none() -> None:
    trail = Trail()
    trail.jumped(stop(4), "p1", 4)
    assert trail.last is None


def test_the_way_back_ends_when_the_reader_goes_on_or_is_home() -> None:
    trail = Trail()
    trail.jumped(stop(0), "p1", 5)
    assert not trail.moved("p1", 7)
    assert trail.moved("p1", 8)
    assert trail.last is None
    trail.jumped(stop(0), "p1", 5)
    assert trail.moved("p1", 0)
    assert not trail.moved("p1", 3)


def test_only_so_many_jumps_are_kept() -> None:
    trail = Trail()
    for page in range(40):
        trail.jumped(stop(page), "p1", page + 1)
    stops = 0
    while trail.back() is not None:
        stops += 1
    assert stops == 20


def test_a_ribbon_is_as_wide_as_its_pen() -> None:
    ribbon = Ribbon()
    ribbon.stroke([(0, 50, 0.5), (40, 50, 0.5), (80, 50, 0.5)], 10, even=False)
    ys = ribbon.vertices[1::4]
    assert max(ys) == pytest.approx(55.5)
    assert min(ys) == pytest.approx(44.5)
    assert max(ribbon.indices) < ribbon.count
    assert len(ribbon.indices) % 3 == 0


def test_a_dot_a_corner_and_a_box_are_drawn() -> None:
    ribbon = Ribbon()
    ribbon.stroke([(5, 5, -1)], 4, even=False)
    dot = ribbon.count
    ribbon.stroke([(0, 0, -1), (20, 0, -1), (0, 1, -1)], 4, even=True)
    corner = ribbon.count
    ribbon.box(0, 0, 3, 3)
    ribbon.ring([(0, 0), (2, 0), (1, 2)])
    ribbon.stroke([], 4, even=True)
    assert 0 < dot < corner
    assert ribbon.count == corner + 7


def covered(ribbon: Ribbon, x: float, y: float) -> float:
    """How much of a point the triangles cover, from 0 to 1."""
    corners = [tuple(ribbon.vertices[4 * at : 4 * at + 3]) for at in range(ribbon.count)]
    most = 0.0
    for at in range(0, len(ribbon.indices), 3):
        (ax, ay, au), (bx, by, bu), (cx, cy, cu) = (
            corners[number] for number in ribbon.indices[at : at + 3]
        )
        area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
        if area:
            b = ((x - ax) * (cy - ay) - (cx - ax) * (y - ay)) / area
            c = ((bx - ax) * (y - ay) - (x - ax) * (by - ay)) / area
            if min(b, c, 1 - b - c) >= 0:
                cover = (1 - b - c) * au + b * bu + c * cu
                most = max(most, min(1.0, max(0.0, 2 * cover - 0.5)))
    return most


@pytest.mark.parametrize("even", [False, True])
def test_every_part_of_a_line_with_sharp_corners_is_drawn(even: bool) -> None:
    line = [(9.0 * at, (at % 4) * 9.0, 0.5) for at in range(13)]
    line += [(150.0, 0.0, 0.5), (120.0, 0.0, 0.5)]
    ribbon = Ribbon()
    ribbon.stroke(line, 4, even=even)
    for one, other in itertools.pairwise(line):
        for share in (0.1, 0.3, 0.5, 0.7, 0.9):
            across, up = other[0] - one[0], other[1] - one[1]
            length = math.hypot(across, up)
            for aside in (-1.0, 0.0, 1.0):  # of a line four pixels wide
                x = one[0] + across * share - up / length * aside
                y = one[1] + up * share + across / length * aside
                assert covered(ribbon, x, y) > 0.99, (one, other, share, aside)
    assert covered(ribbon, 9, 20) == 0


def test_points_too_near_to_be_seen_are_left_out() -> None:
    assert thin([(0, 0, 1), (0.1, 0, 1), (5, 0, 1), (5.2, 0, 1)]) == [(0, 0, 1), (5.2, 0, 1)]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_placing_agrees_with_the_view(rotation: int) -> None:
    shape = PageShape(Box(10, 20, 605, 862), rotation)
    viewport = Viewport(shape, 800, 500).settled()
    region = region_of(viewport)
    placing = Placing.of(shape, viewport.scale, region)
    across, above = viewport.origin
    for x, y in ((10, 20), (300, 400), (605, 862)):
        seen = viewport.to_screen(x, y)
        placed = placing.place(x, y)
        assert placed[0] + region.x0 - across == pytest.approx(seen[0], abs=1e-6)
        assert viewport.height + above - region.y1 + placed[1] == pytest.approx(seen[1], abs=1e-6)


def test_a_page_drawn_very_large_is_pictured_in_part() -> None:
    viewport = Viewport(PageShape(Box(0, 0, 595, 842)), 1200, 800, zoom=4.0, top=300).settled()
    region, seen = region_of(viewport), viewport.seen_clip
    assert region.pixels < viewport.page_clip.pixels
    assert region.x0 <= seen.x0
    assert region.y0 <= seen.y0
    assert region.x1 >= seen.x1
    assert region.y1 >= seen.y1


@pytest.mark.parametrize(("light", "photograph"), [(120, True), (250, False), (5, False)])
def test_photographs_have_tones(light: int, photograph: bool) -> None:
    pixels = memoryview(bytes([light, light, light, 255]) * (60 * 60))
    assert toned(pixels, Clip(0, 0, 60, 60), Box(0, 0, 60, 60), 1.0) is photograph
    assert not toned(pixels, Clip(0, 0, 60, 60), Box(0, 0, 10, 60), 1.0)


def tr(key: str, **params: object) -> str:
    return " ".join([key, *(str(value) for value in params.values())])


def test_marks_are_listed_by_page_with_what_they_say() -> None:
    clock = itertools.count(1_000_000, 10_000)
    book = Notebook(Maker("p07", "d7", lambda: next(clock)))
    quoted = Target(on_page(2).areas, quote=Quote("ký số và gửi, nhận"))
    book.add(
        book.make("bookmark", {"d": on_page(9)}),
        book.make("highlight", {"d": quoted}),
        book.make("note", {"d": on_page(1, spot=Spot(1, 2))}, body="Hỏi " * 40),
        book.make("note", {"d": on_page(3, spot=Spot(1, 2))}),
        book.make("note", {"other": on_page(3, spot=Spot(1, 2))}),
    )
    book.write("d", 4, [Point(1, 1), Point(9, 9)], BLUE)
    lines = goals_of(book.marks, "d", tr)
    assert [line.page for line in lines] == [1, 2, 3, 4, 9]
    assert lines[0].title.endswith("…")
    assert lines[1].title == "ký số và gửi, nhận"
    assert [line.title for line in lines[2:]] == ["mark.empty", "mark.ink", "search.page 9"]
    assert note_count(book.marks) == 3
    elsewhere = [mark for mark in book.marks if "other" in mark.targets]
    assert title_of(elsewhere[0], "d", tr) == "mark.empty"
