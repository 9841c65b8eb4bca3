"""The page on the glass: real PDFs, a real render process, real touches in a real window."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from client.documents.process_renderer import ProcessRenderer
from client.documents.renderer import RenderFailure
from client.documents.shape import DocumentShape
from client.documents.viewport import Viewport
from tests.dying import Dying

pytestmark = [pytest.mark.ui, pytest.mark.corpus]


class Reader:
    """A page view 856x548 where the reader has it, and the loop that its renderer lives in."""

    def __init__(self, stage: Any, corpus: Path) -> None:
        from kivy.uix.floatlayout import FloatLayout

        from client.widgets.page_view import PageView

        self.stage = stage
        self.corpus = corpus
        self.loop = asyncio.new_event_loop()
        self.renderer: ProcessRenderer = self.loop.run_until_complete(self._renderer())
        self.view = PageView(
            renderer=self.renderer, size_hint=(None, None), size=(856, 548), pos=(344, 100)
        )
        root = FloatLayout()
        root.add_widget(self.view)
        stage.show(root)

    async def _renderer(self) -> ProcessRenderer:
        return ProcessRenderer(niceness=0)  # the window only waits for it

    def dying(self) -> Dying:
        """From now on the render process may be made to die."""

        async def begin() -> Dying:
            await self.renderer.close()
            return Dying()

        self.renderer = dying = self.loop.run_until_complete(begin())
        return dying

    def turn_loop(self) -> None:
        self.loop.run_until_complete(asyncio.sleep(0))

    def until(self, condition: Callable[[], bool], seconds: float = 20) -> None:
        def turned() -> bool:
            self.turn_loop()
            return condition()

        self.stage.until(turned, seconds)

    def open(self, name: str) -> DocumentShape | RenderFailure:
        path = self.corpus / name
        return self.loop.run_until_complete(self.renderer.open(name, path))

    def read(self, name: str, page: int = 1, y: float = 0.0) -> None:
        document = self.open(name)
        assert isinstance(document, DocumentShape)
        self.view.show(document, page, y)
        self.sharp()

    def sharp(self) -> None:
        self.until(lambda: self.view.sharp)
        self.stage.step(2)

    @property
    def place(self) -> Viewport:
        """Where the page lies; there must be one."""
        assert self.view.viewport is not None
        return self.view.viewport

    def close(self) -> None:
        self.view.close()
        self.loop.run_until_complete(self.renderer.close())
        self.loop.close()


@pytest.fixture
def reader(stage: Any, corpus: Path) -> Iterator[Reader]:
    reader = Reader(stage, corpus)
    yield reader
    reader.close()


def pixel(stage: Any, x: int, y: int) -> tuple[int, ...]:
    found = stage.picture().getpixel((x, y))
    assert isinstance(found, tuple)
    return found


def test_a_page_is_shown_with_its_text_block_across_the_view(reader: Reader) -> None:
    reader.read("vn_anle_432021.pdf")
    reader.stage.shot("page-view")
    assert reader.view.page == 1
    assert reader.view.pages == 6
    assert pixel(reader.stage, 344 + 14, 400) == (255, 255, 255)
    assert pixel(reader.stage, 300, 400) == (0xF6, 0xF2, 0xEA)
    viewport = reader.place
    text = viewport.shape.text_box
    assert text is not None
    assert (text.x0 - viewport.left) * viewport.scale == pytest.approx(28, abs=4)


def test_a_place_that_is_left_before_its_first_look_comes_is_sharp_where_one_went(
    reader: Reader,
) -> None:
    document = reader.open("vn_anle_432021.pdf")
    assert isinstance(document, DocumentShape)
    reader.view.show(document)
    reader.until(lambda: reader.view.viewport is not None)
    assert not reader.view.sharp
    reader.view.go(1, 0.6)
    reader.sharp()


def test_steps_go_through_the_page_and_then_to_the_top_of_the_next(reader: Reader) -> None:
    reader.read("vn_anle_432021.pdf")
    view, places = reader.view, []
    view.bind(on_place=lambda _view, page, y: places.append((page, y)))
    assert view.at_start
    steps = 0
    while view.page == 1:
        assert view.step(1)
        reader.sharp()
        steps += 1
    assert steps == 3
    assert [page for page, _ in places] == [1, 1, 2]
    assert places[0][1] < places[1][1]
    assert view.viewport is not None
    assert view.viewport.at_start
    assert not view.at_start


def test_going_back_from_a_page_shows_the_top_of_the_one_before(reader: Reader) -> None:
    reader.read("vn_anle_432021.pdf", page=2)
    assert reader.view.step(-1)
    reader.sharp()
    assert reader.view.page == 1
    assert reader.view.at_start
    assert not reader.view.step(-1)


def test_the_last_page_is_the_end(reader: Reader) -> None:
    reader.read("vn_anle_432021.pdf", page=6, y=1.0)
    assert reader.view.at_end
    assert not reader.view.step(1)
    assert not reader.view.turn(1)


def test_a_page_turned_to_is_sharp_at_once_when_it_was_made_ready(reader: Reader) -> None:
    reader.read("vn_anle_432021.pdf")
    reader.until(lambda: len(reader.view.supply.kept) >= 6)
    reader.view.turn(1)
    reader.stage.step(1)
    assert reader.view.sharp


def test_the_whole_page_and_back_keeps_the_page(reader: Reader) -> None:
    reader.read("vn_anle_432021.pdf", page=3)
    reader.view.whole_page()
    reader.sharp()
    assert reader.view.whole
    reader.stage.shot("page-whole")
    viewport = reader.place
    assert viewport.shape.height * viewport.scale == pytest.approx(548, abs=1)
    reader.view.whole_page()
    reader.sharp()
    assert not reader.view.whole
    assert reader.view.page == 3


def test_zooming_by_buttons_goes_in_steps_and_ends(reader: Reader) -> None:
    reader.read("vn_anle_432021.pdf")
    view = reader.view
    assert not view.can_zoom_out
    for _ in range(8):
        view.zoom(1)
    reader.sharp()
    assert not view.can_zoom_in
    assert view.viewport is not None
    assert view.viewport.zoom == 4.0
    reader.stage.shot("page-zoomed")
    for _ in range(8):
        view.zoom(-1)
    assert not view.can_zoom_out


def test_a_dark_page_is_dark_unless_pages_stay_light(reader: Reader) -> None:
    reader.stage.wear("dark")
    reader.read("vn_anle_432021.pdf")
    reader.stage.shot("page-dark")
    assert pixel(reader.stage, 344 + 14, 400) == (0x1B, 0x24, 0x37)
    reader.view.keep_light = True
    reader.stage.shot("page-dark-light")
    assert pixel(reader.stage, 344 + 14, 400) == (255, 255, 255)


@pytest.mark.parametrize(("way", "page"), [(-300, 3), (300, 1)])
def test_a_swipe_turns_the_page(reader: Reader, way: int, page: int) -> None:
    reader.read("vn_anle_432021.pdf", page=2)
    hands: list[object] = []
    reader.view.bind(on_hand=hands.append)
    reader.stage.finger(700, 400).down().move(700 + way, 410).up()
    assert reader.view.page == page
    assert hands


def test_a_finger_drags_the_page_up_and_the_wheel_too(reader: Reader) -> None:
    reader.read("vn_anle_432021.pdf")
    before = reader.place
    reader.stage.finger(700, 300).down().move(702, 400).up()
    after = reader.place
    assert (after.top - before.top) * after.scale == pytest.approx(100, abs=1)


def test_fingers_are_left_to_the_pen_when_it_writes(reader: Reader) -> None:
    reader.read("vn_anle_432021.pdf")
    reader.view.one_finger = False
    before = reader.place
    reader.stage.finger(700, 300).down().move(300, 400).up()
    assert reader.place == before


def test_a_pinch_zooms_and_keeps_the_page(reader: Reader) -> None:
    reader.read("vn_anle_432021.pdf")
    one, other = reader.stage.finger(700, 400).down(), reader.stage.finger(800, 400).down()
    one.move(650, 400)
    other.move(850, 400)
    one.up()
    other.up()
    reader.sharp()
    assert reader.place.zoom == pytest.approx(2.0, rel=0.05)
    assert reader.view.page == 1


def test_a_double_tap_zooms_in_and_another_one_out(reader: Reader) -> None:
    reader.read("vn_anle_432021.pdf")
    reader.view.double_tap((700, 400))
    assert reader.place.zoom == 2.0
    reader.view.double_tap((700, 400))
    assert reader.place.zoom == 1.0


def test_resizing_keeps_what_is_at_the_upper_edge(reader: Reader) -> None:
    reader.read("vn_anle_432021.pdf", page=2, y=0.3)
    before = reader.place.y
    reader.view.width = 1008
    reader.sharp()
    assert reader.place.y == pytest.approx(before, abs=1e-6)


def test_a_paper_that_cannot_be_opened_says_so_and_the_next_one_opens(reader: Reader) -> None:
    result = reader.open("bad_poppler-742-0-fuzzed.pdf")
    assert isinstance(result, RenderFailure)
    reader.view.opening()
    reader.view.fail(result.code)
    reader.stage.shot("page-unreadable")
    assert reader.view.state == "failed"
    assert reader.view.message == "paper.unreadable"
    reader.read("vn_anle_432021.pdf")
    assert reader.view.state == "shown"


def test_a_page_that_fails_says_so_and_can_be_left(reader: Reader, check_screen: Any) -> None:
    reader.read("vn_anle_432021.pdf")
    reader.until(lambda: len(reader.view.supply.kept) >= 6)
    reader.renderer.shut("vn_anle_432021.pdf")
    reader.view.go(6)
    reader.until(lambda: reader.view.state == "failed")
    reader.stage.shot("page-failed")
    assert reader.view.failure == "paper_unreadable"
    check_screen(reader.view)
    reader.view.go(1)
    reader.stage.step(3)
    assert reader.view.state == "shown"


def test_waiting_says_so_after_a_second_and_not_before(reader: Reader) -> None:
    reader.view.opening()
    assert reader.view.message == ""
    reader.stage.until(lambda: reader.view.state == "opening")
    reader.stage.shot("page-opening")
    assert reader.view.message == "wait.open"


def test_a_killed_render_process_costs_the_app_nothing(reader: Reader) -> None:
    import os
    import signal

    reader.read("vn_anle_432021.pdf")
    old = reader.renderer.pid
    os.kill(old, signal.SIGKILL)
    reader.view.go(5)
    reader.sharp()
    assert reader.view.page == 5
    assert reader.renderer.pid not in (0, old)


def test_pictures_that_the_renderer_took_back_as_it_closed_are_not_drawn(reader: Reader) -> None:
    document = reader.open("vn_anle_432021.pdf")
    assert isinstance(document, DocumentShape)
    reader.view.show(document)

    def waits() -> bool:
        reader.turn_loop()
        return reader.view.supply.waits

    deadline = time.monotonic() + 20
    while not waits():  # nothing is drawn meanwhile, so what comes waits
        assert time.monotonic() < deadline
    reader.loop.run_until_complete(reader.renderer.close())
    reader.stage.step(3)
    assert not reader.view.supply.waits


def test_two_thousand_pages_open_at_once_anywhere(reader: Reader) -> None:
    reader.read("vn_2000_pages.pdf", page=1999)
    assert reader.view.pages == 2000
    assert reader.view.page == 1999


def test_two_taps_of_a_finger_zoom_in_where_they_fall(reader: Reader) -> None:
    reader.read("vn_anle_432021.pdf")
    touch = reader.stage.finger(700, 400)
    touch._touch.is_double_tap = True
    touch.down().up()
    assert reader.place.zoom == 2.0


def test_the_wheel_scrolls_down_and_up(reader: Reader) -> None:
    reader.read("vn_anle_432021.pdf")
    tops = [reader.place.top]
    for button in ("scrollup", "scrolldown"):
        finger = reader.stage.finger(700, 400)
        finger._touch.profile = ["pos", "button"]
        finger._touch.button = button
        finger.down()
        tops.append(reader.place.top)
    assert tops[1] > tops[0]
    assert tops[2] == pytest.approx(tops[0])


def test_a_finger_beside_the_page_is_not_the_pages(reader: Reader) -> None:
    reader.read("vn_anle_432021.pdf", page=2)
    reader.stage.finger(100, 400).down().move(40, 400).up()
    assert reader.view.page == 2


def test_textures_are_used_again_and_memory_has_a_limit(reader: Reader) -> None:
    reader.view.supply.kept._limit = 12 << 20
    reader.read("vn_anle_432021.pdf")
    for _ in range(5):
        reader.view.turn(1)
        reader.sharp()
    assert reader.view.supply.kept.size <= 12 << 20
    assert len({id(base) for base in reader.view.supply._pool._spare}) == len(
        reader.view.supply._pool._spare
    )


def test_a_dark_page_leaves_its_photographs_alone(reader: Reader, tmp_path: Path) -> None:
    import pymupdf

    pixels = pymupdf.Pixmap(pymupdf.csRGB, (0, 0, 64, 64), 0)
    for x in range(64):
        for y in range(64):
            pixels.set_pixel(x, y, (90 + x, 120, 60 + y))
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((80, 100), "Khu Y")
    page.insert_image(pymupdf.Rect(80, 150, 500, 400), pixmap=pixels)
    document.save(tmp_path / "photo.pdf")
    reader.corpus = tmp_path
    reader.stage.wear("dark")
    reader.read("photo.pdf")
    reader.stage.shot("page-photograph-dark")
    (box,) = reader.place.shape.photographs
    across, up = reader.place.to_screen(*reader.place.shape.to_user(box.x0 + 20, box.y0 + 20))
    red, green, blue = pixel(reader.stage, round(344 + across), 800 - round(100 + up))
    assert red == pytest.approx(93, abs=8)
    assert green == pytest.approx(120, abs=4)
    assert blue < 90


def test_a_page_that_shows_only_its_small_picture_says_so(
    reader: Reader, check_screen: Any
) -> None:
    from client.documents.renderer import FailureCode, Preview
    from client.documents.tiles import tiles_of

    reader.read("vn_anle_432021.pdf")
    assert reader.view.partly == ""
    document = reader.view.document
    viewport = reader.view.viewport
    assert document is not None
    assert viewport is not None
    (tile,) = tiles_of(document.document, 1, viewport)
    kept = reader.view.supply.kept
    reader.until(lambda: Preview(document.document, 1) in kept)
    small = kept.get(Preview(document.document, 1))
    assert small is not None
    reader.view.supply.kept = type(kept)(lambda _picture: None)
    reader.view.supply.kept.put(Preview(document.document, 1), small, small.size)
    reader.view.supply.deliver(RenderFailure(FailureCode.PAGE_TIMEOUT, document.document, tile))
    reader.stage.step(3)
    assert (reader.view.state, reader.view.partly) == ("shown", "page_timeout")
    reader.stage.shot("page-partly")
    check_screen(reader.view)
    reader.view.turn(1)
    reader.stage.step(2)
    assert reader.view.partly == ""


def test_a_page_that_the_server_has_drawn_says_so_quietly(
    reader: Reader, check_screen: Any
) -> None:
    from client.documents.pictured import Pictured

    name, asked = "vn_anle_432021.pdf", []

    async def server(*key: object) -> bytes:
        asked.append(key)
        return (reader.corpus / name).read_bytes()

    engine = reader.dying()
    engine.dies_at = (name, 1)
    reader.view.renderer = Pictured(engine, server)
    document = reader.open(name)
    assert isinstance(document, DocumentShape)
    reader.view.show(document)
    reader.sharp()
    assert len(engine.died) == 2
    assert asked == [(name, 1, 200)]
    assert reader.view.pictured
    for look in ("light", "dark"):
        reader.stage.wear(look)
        reader.stage.step(3)
        reader.stage.shot(f"page-pictured-{look}")
        check_screen(reader.view)
    reader.view.turn(1)
    reader.sharp()
    assert not reader.view.pictured
