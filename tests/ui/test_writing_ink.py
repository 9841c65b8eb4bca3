"""Ink on the glass: a real notebook, real touches, pixels of a real window."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import ImageChops

from client.ink.notebook import Maker, Notebook
from client.ink.packing import Point
from client.ink.tools import BLUE, HIGHLIGHTER
from client.widgets.page_view.pen import Grip
from tests.ui.test_page_view import Reader, pixel

pytestmark = [pytest.mark.ui, pytest.mark.corpus]

DOCUMENT = "vn_anle_432021.pdf"


class Desk:
    """A page, a notebook and a pen."""

    def __init__(self, reader: Reader) -> None:
        from client.widgets.page_view.pen import PenHands

        self.reader, self.view = reader, reader.view
        clock = itertools.count(1_000_000, 10)
        self.notebook = Notebook(Maker("p07", "d7", lambda: next(clock)))
        reader.read(DOCUMENT)
        self.view.ink.use(self.notebook)
        self.pen = PenHands(self.view, self.view.ink.wet)
        self.pen.wrote = lambda points, pen: self.notebook.write(
            DOCUMENT, self.view.page, points, pen
        )
        self.pen.rubbed = lambda path, radius, part: self.notebook.erase(
            DOCUMENT, self.view.page, path, radius, part=part
        )
        self.hold("pen", BLUE)

    def hold(self, act: Any, pen: Any = BLUE) -> None:
        from client.widgets.ink_layer.colours import ink_colour

        colour = ink_colour(
            self.view.theme, pen.colour, dark=False, highlighter=pen.tool == "highlighter"
        )
        self.pen.grip = Grip(act, pen, colour)
        self.view.pen = self.pen

    def draw(self, *places: tuple[float, float]) -> None:
        finger = self.reader.stage.finger(*places[0]).down()
        for place in places[1:]:
            finger.move(*place)
        finger.up()

    def at(self, x: float, y: float) -> tuple[int, ...]:
        return pixel(self.reader.stage, round(x), 800 - round(y))


@pytest.fixture
def desk(stage: Any, corpus: Path) -> Iterator[Desk]:
    reader = Reader(stage, corpus)
    yield Desk(reader)
    reader.close()


def blue(colour: tuple[int, ...]) -> bool:
    return colour[2] > 120 and colour[0] < 80


def test_a_stroke_is_seen_under_the_finger_and_stays(desk: Desk) -> None:
    stage = desk.reader.stage
    finger = stage.finger(400, 300).down()
    for x in range(420, 640, 20):
        finger.move(x, 300)
    assert blue(desk.at(500, 300))
    assert desk.view.ink.wet.drawing
    finger.move(700, 300).up()
    assert not desk.view.ink.wet.drawing
    assert blue(desk.at(500, 300))
    assert len(desk.notebook.marks) == 1
    stage.shot("ink-stroke")


def test_ink_goes_with_the_page_and_comes_back_with_it(desk: Desk) -> None:
    desk.draw((400, 300), (500, 300), (700, 300))
    desk.view.drag(0, 60)
    desk.reader.stage.step(3)
    assert blue(desk.at(500, 360))
    assert not blue(desk.at(500, 300))
    desk.view.turn(1)
    desk.reader.sharp()
    assert not blue(desk.at(500, 360))
    desk.view.turn(-1)
    desk.reader.sharp()
    mark = desk.notebook.marks[0]
    (line,) = mark.drawn_on(DOCUMENT, 1)
    x, y = desk.reader.place.to_screen(line[1].x, line[1].y)
    assert blue(desk.at(x + desk.view.x, y + desk.view.y))


def test_zooming_keeps_ink_on_its_words(desk: Desk) -> None:
    desk.draw((400, 300), (550, 300), (700, 300))
    (line,) = desk.notebook.marks[0].drawn_on(DOCUMENT, 1)
    desk.view.double_tap((550, 300))
    desk.reader.sharp()
    desk.reader.stage.shot("ink-zoomed")
    low = desk.reader.place.to_screen(line[-1].x, line[-1].y)[1] + desk.view.y
    assert low == pytest.approx(300, abs=2)
    assert blue(desk.at(600, low))


def test_a_highlighter_leaves_the_text_black(desk: Desk) -> None:
    stage = desk.reader.stage
    dark = [
        (x, y)
        for x in range(400, 900, 2)
        for y in range(200, 600, 2)
        if sum(desk_pixels(stage, x, y)) < 60
    ]
    x, y = dark[len(dark) // 2]
    desk.hold("pen", HIGHLIGHTER)
    desk.draw((x - 80, y), (x, y), (x + 80, y))
    stage.shot("ink-highlighter")
    assert sum(desk.at(x, y)) < 70
    spots = [desk.at(x + step, y) for step in range(-60, 60)]
    assert (0xFF, 0xE5, 0x8F) in spots


def desk_pixels(stage: Any, x: int, y: int, _kept: dict[int, Any] = {}) -> Any:  # noqa: B006
    if id(stage) not in _kept:
        _kept[id(stage)] = stage.picture()
    return _kept[id(stage)].getpixel((x, 800 - y))


def test_the_eraser_takes_strokes_and_undo_brings_them_back(desk: Desk) -> None:
    desk.draw((400, 300), (500, 300), (700, 300))
    desk.draw((400, 400), (500, 400), (700, 400))
    desk.hold("erase")
    desk.draw((550, 330), (550, 290))
    assert not blue(desk.at(500, 300))
    assert blue(desk.at(500, 400))
    desk.notebook.undo()
    desk.reader.stage.step(3)
    assert blue(desk.at(500, 300))


def test_two_fingers_move_the_page_and_write_nothing(desk: Desk) -> None:
    stage, before = desk.reader.stage, desk.reader.place.top
    one, other = stage.finger(500, 300).down(), stage.finger(700, 300).down()
    one.move(500, 360)
    other.move(700, 360)
    one.move(500, 400)
    other.move(700, 400)
    one.up()
    other.up()
    assert desk.notebook.marks == ()
    assert desk.reader.place.top > before


def test_a_pen_seen_leaves_the_page_to_fingers(desk: Desk) -> None:
    stage = desk.reader.stage
    pen = stage.finger(400, 300)
    pen._touch.ud["tool"] = "pen"
    pen.down().move(500, 300).up()
    assert len(desk.notebook.marks) == 1
    before = desk.reader.place.top
    stage.finger(500, 300).down().move(500, 400).up()
    assert len(desk.notebook.marks) == 1
    assert desk.reader.place.top > before


def test_many_strokes_cost_a_frame_nothing(desk: Desk) -> None:
    lines = [
        [Point(100 + n % 30 * 10 + s, 700 - n // 30 * 6 + s % 3, -1.0, s * 10) for s in range(8)]
        for n in range(200)
    ]
    mark = desk.notebook.make("ink", {DOCUMENT: on_first_page()})
    desk.notebook.add(with_strokes(desk.notebook, mark, lines))
    desk.reader.until(lambda: not desk.view.ink.busy)
    meshes = [one for one in desk.view.ink.finished.children if type(one).__name__ == "Mesh"]
    assert meshes == []
    (line,) = (mark_.drawn_on(DOCUMENT, 1)[0] for mark_ in desk.notebook.marks)
    assert line


def on_first_page() -> Any:
    from client.ink.marks import on_page

    return on_page(1)


def with_strokes(notebook: Notebook, mark: Any, lines: list[list[Point]]) -> Any:
    from msgspec.structs import replace

    from client.ink.marks import Stroke
    from client.ink.packing import pack

    strokes = [Stroke(notebook.new_id(), pack(line)) for line in lines]
    return replace(mark, strokes={one.id: one for one in strokes})


def test_a_page_with_ink_is_the_same_picture_when_it_rests_and_wakes_when_it_moves(
    desk: Desk,
) -> None:
    stage, rest = desk.reader.stage, desk.view._rest
    desk.draw((400, 300), (500, 310), (700, 300))
    desk.hold("pen", HIGHLIGHTER)
    desk.draw((400, 420), (700, 420))
    desk.hold("pen", BLUE)
    for look in ("light", "dark"):
        stage.wear(look)
        stage.until(lambda: rest.rests)
        resting = stage.picture()
        rest.wake()
        apart = ImageChops.difference(stage.picture(), resting)
        assert apart.point(lambda level: 255 if level > 1 else 0).getbbox() is None
    stage.wear("light")
    stage.until(lambda: rest.rests)
    desk.draw((400, 500), (600, 500))
    stage.step(2)
    assert rest.rests
    assert blue(desk.at(500, 500))
    desk.view.drag(0, 40)
    stage.step(1)
    assert not rest.rests
    assert blue(desk.at(500, 540))
    assert not blue(desk.at(500, 500))
