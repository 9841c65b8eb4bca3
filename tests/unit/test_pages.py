"""Which page is shown, and where, before anything is drawn."""

import pytest
from msgspec.structs import replace

from client.documents.pages import Pages, sheet_box
from client.documents.renderer import FailureCode, Measure, Preview, Tile
from client.documents.shape import Box, DocumentShape, PageShape
from client.documents.viewport import Fit

A4 = PageShape(Box(0, 0, 595, 842), text_box=Box(85, 57, 542, 810))
NARROWER = PageShape(A4.box, text_box=Box(100, 57, 540, 300))
LANDSCAPE = PageShape(Box(0, 0, 842, 595), text_box=Box(60, 60, 780, 540))
PAPER, OTHER = DocumentShape("d", 5), DocumentShape("e", 2)


@pytest.fixture
def pages() -> Pages:
    made = Pages()
    made.resize(856, 548)
    return made


def test_without_a_document_nothing_is_wanted_and_nothing_moves(pages: Pages) -> None:
    pages.go(3, 0.5)
    assert pages.plan() == []
    assert not pages.step(1)
    assert (pages.at_start(), pages.at_end()) == (True, True)
    assert pages.failure is None
    assert pages.place(1) is None
    assert not pages.can_zoom(1)


def test_a_page_is_placed_when_it_has_been_measured(pages: Pages) -> None:
    pages.show(PAPER, 2, 0.5)
    assert pages.viewport is None
    assert pages.plan() == [Measure("d", 2)]
    assert pages.measured(Measure("d", 2), None)
    assert pages.plan() == [Preview("d", 2)]
    assert not pages.known("d", 2)
    pages.measured(Preview("d", 1), A4)
    assert pages.viewport is None
    pages.measured(Preview("d", 2), A4)
    assert pages.known("d", 2)
    assert pages.viewport is not None
    assert pages.viewport.y == pytest.approx(0.5)
    assert isinstance(pages.plan()[1], Tile)


def test_the_first_look_stands_for_the_page_until_it_is_left(pages: Pages) -> None:
    pages.show(PAPER, 1, 0.0)
    pages.measured(Measure("d", 1), A4)
    (look,) = pages.plan()
    assert isinstance(look, Tile)
    preview, whole = pages.plan({look})[:2]
    assert preview == Preview("d", 1)
    assert isinstance(whole, Tile)
    assert whole.clip.holds(look.clip)
    assert not look.clip.holds(whole.clip)
    assert pages.sharpest({preview}) == [whole]
    assert pages.sharpest({preview, look}) == [look]
    pages.step(1)
    assert pages.plan()[0] == look, "what is seen first does not change by scrolling"
    assert pages.sharpest({preview, look}) == [whole]
    assert pages.sharpest({preview, look, whole}) == [whole]
    assert look not in pages.plan({preview, whole}), "a page that is there needs no look"


def test_a_page_already_in_place_is_not_moved_by_a_second_measuring(pages: Pages) -> None:
    pages.show(PAPER, 1, 0.0)
    pages.measured(Preview("d", 1), A4)
    pages.step(1)
    before = pages.viewport
    assert not pages.measured(Preview("d", 1), A4)
    assert pages.viewport == before
    photographs = (Box(10, 10, 90, 90),)
    assert pages.measured(Preview("d", 1), replace(A4, photographs=photographs))
    assert pages.viewport is not None
    assert before is not None
    assert pages.viewport.shape.photographs == photographs
    assert pages.viewport.y == before.y


def test_until_the_page_is_sharp_nothing_of_others_is_drawn(pages: Pages) -> None:
    pages.show(PAPER, 1, 0.0)
    pages.measured(Preview("d", 1), A4)
    preview, look = pages.plan()
    assert (preview, type(look)) == (Preview("d", 1), Tile)
    assert {job.page for job in pages.plan({preview, look})} > {1}
    pages.failures[look] = FailureCode.PAGE_FAILED
    assert {job.page for job in pages.plan({preview})} == {1}


def test_a_measured_page_of_another_paper_is_kept_for_later(pages: Pages) -> None:
    pages.show(PAPER, 1, 0.0)
    pages.measured(Preview("e", 1), A4)
    assert pages.viewport is None
    pages.show(OTHER, 1, 0.3)
    assert pages.viewport is not None
    assert pages.viewport.y == pytest.approx(0.3)


def test_past_the_ends_is_at_the_ends(pages: Pages) -> None:
    pages.show(PAPER, 99, 0.0)
    assert pages.page == 5
    assert pages.at_end()
    pages.go(-4, 0.0)
    assert pages.page == 1
    assert pages.at_start()


def test_type_keeps_its_size_from_page_to_page(pages: Pages) -> None:
    pages.show(PAPER, 1, 0.0)
    pages.measured(Preview("d", 1), A4)
    pages.measured(Preview("d", 2), NARROWER)
    assert pages.viewport is not None
    scale = pages.viewport.scale
    pages.turn(1)
    assert pages.viewport.scale == scale


def test_a_page_seen_once_is_never_cropped_otherwise_later(pages: Pages) -> None:
    pages.show(PAPER, 2, 0.0)
    pages.measured(Preview("d", 2), NARROWER)
    first = pages.viewport
    pages.measured(Preview("d", 1), A4)
    pages.turn(1)
    pages.turn(-1)
    assert pages.viewport == first


def test_a_page_of_another_size_has_a_column_of_its_own(pages: Pages) -> None:
    pages.show(PAPER, 1, 0.0)
    pages.measured(Preview("d", 1), A4)
    pages.measured(Preview("d", 2), LANDSCAPE)
    pages.turn(1)
    assert pages.viewport is not None
    assert pages.viewport.column == (60, 780)


def test_a_failed_page_says_why_and_is_not_wanted_again(pages: Pages) -> None:
    pages.show(PAPER, 3, 0.0)
    pages.failures[Preview("d", 3)] = FailureCode.PAGE_TIMEOUT
    assert pages.failure is FailureCode.PAGE_TIMEOUT
    assert Preview("d", 3) not in pages.plan()
    assert pages.step(1)
    assert pages.page == 4
    assert pages.failure is None


def test_another_fit_lasts_from_page_to_page(pages: Pages) -> None:
    pages.fit_by(Fit.WHOLE)
    pages.show(PAPER, 1, 0.0)
    pages.measured(Preview("d", 1), A4)
    pages.measured(Preview("d", 2), A4)
    pages.turn(1)
    assert pages.fit is Fit.WHOLE
    assert pages.viewport is not None
    assert pages.viewport.fit is Fit.WHOLE
    assert sheet_box(pages.viewport).height == pytest.approx(548, abs=1)


def test_a_short_cropped_page_is_paper_down_to_the_lower_edge(pages: Pages) -> None:
    pages.show(PAPER, 1, 0.0)
    pages.measured(Preview("d", 1), NARROWER)
    assert pages.viewport is not None
    assert pages.viewport.region.height * pages.viewport.scale < 548
    assert sheet_box(pages.viewport).y0 == 0.0
