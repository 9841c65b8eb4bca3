"""Where a page lies on the glass."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.documents.shape import Box, PageShape
from client.documents.viewport import MARGIN, ZOOMS, Fit, Viewport, text_column

A4 = PageShape(Box(0, 0, 595, 842), text_box=Box(85, 57, 542, 810))
PLAIN = PageShape(Box(0, 0, 595, 842))
WIDE = PageShape(Box(0, 0, 842, 595))

shapes = st.builds(
    PageShape,
    st.builds(
        lambda x, y, w, h: Box(x, y, x + w, y + h),
        st.floats(-500, 500),
        st.floats(-500, 500),
        st.floats(3, 14000),
        st.floats(3, 14000),
    ),
    st.sampled_from([0, 90, 180, 270]),
    st.sampled_from([1.0, 2.0, 10.0]),
)


def view(shape: PageShape = A4, **options: object) -> Viewport:
    return Viewport(shape, 856, 548, **options).settled()  # type: ignore[arg-type]


# The corners of a page whose box is (10, 20, 582, 752): 572 wide, 732 high.
@pytest.mark.parametrize(
    ("rotation", "unit", "user", "sheet"),
    [
        (0, 1, (10, 752), (0, 0)),
        (0, 1, (582, 20), (572, 732)),
        (0, 2, (582, 20), (1144, 1464)),
        (90, 1, (10, 20), (0, 0)),
        (90, 1, (10, 752), (732, 0)),
        (90, 1, (582, 752), (732, 572)),
        (180, 1, (582, 20), (0, 0)),
        (180, 1, (10, 752), (572, 732)),
        (270, 1, (582, 752), (0, 0)),
        (270, 1, (10, 752), (0, 572)),
    ],
)
def test_corners_of_a_turned_and_cropped_page(
    rotation: int, unit: float, user: tuple[float, float], sheet: tuple[float, float]
) -> None:
    shape = PageShape(Box(10, 20, 582, 752), rotation, unit)
    assert shape.to_sheet(*user) == pytest.approx(sheet)
    assert shape.to_user(*sheet) == pytest.approx(user)


@given(shapes, st.floats(-100, 1000), st.floats(-100, 1000))
def test_user_space_and_sheet_are_each_others_inverse(shape: PageShape, x: float, y: float) -> None:
    there = shape.to_sheet(x, y)
    assert shape.to_user(*there) == pytest.approx((x, y), abs=1e-6)


@given(shapes, st.sampled_from(Fit), st.sampled_from(ZOOMS), st.floats(0, 1))
def test_screen_and_page_are_each_others_inverse(
    shape: PageShape, fit: Fit, zoom: float, y: float
) -> None:
    placed = Viewport(shape, 856, 548, fit=fit).settled().zoomed(zoom).at(y)
    point = placed.to_page(123, 456)
    assert placed.to_screen(*point) == pytest.approx((123, 456), abs=1e-3)


def test_the_text_block_fills_the_width_but_the_margins() -> None:
    placed = view()
    left, _ = placed.to_screen(*A4.to_user(85, 400))
    right, _ = placed.to_screen(*A4.to_user(542, 400))
    assert left == pytest.approx(28, abs=1)
    assert right == pytest.approx(856 - 28, abs=1)


def test_the_crop_scales_with_the_view() -> None:
    for width in (600, 856, 1008, 1120):
        placed = Viewport(A4, width, 548).settled()
        left, _ = placed.to_screen(*A4.to_user(85, 400))
        assert left == pytest.approx(MARGIN * width, abs=1)


def test_a_page_without_a_text_block_is_not_cropped() -> None:
    assert view(PLAIN).region == Box(0, 0, 595, 842)


def test_a_few_narrow_lines_are_not_blown_up() -> None:
    poem = PageShape(A4.box, text_box=Box(250, 57, 345, 810))
    assert view(poem).scale == pytest.approx(view().scale, rel=0.05)


def test_the_crop_never_leaves_the_page() -> None:
    full = PageShape(A4.box, text_box=Box(5, 5, 590, 837))
    assert view(full).region == Box(0, 0, 595, 842)


def test_pages_of_one_document_share_a_column_so_that_type_keeps_its_size() -> None:
    short = PageShape(A4.box, text_box=Box(100, 57, 540, 300))
    column = text_column([box for box in (A4.text_box, short.text_box) if box])
    assert column == (85, 542)
    assert view(short, column=column).scale == view(A4, column=column).scale


def test_no_boxes_no_column() -> None:
    assert text_column([]) is None


def test_fit_width_shows_the_page_from_edge_to_edge() -> None:
    placed = view(PLAIN, fit=Fit.WIDTH)
    assert placed.to_screen(0, 842) == pytest.approx((0, 548), abs=0.5)
    assert placed.to_screen(595, 842)[0] == pytest.approx(856, abs=0.5)


def test_the_whole_page_is_in_the_middle() -> None:
    placed = view(PLAIN, fit=Fit.WHOLE)
    left, top = placed.to_screen(0, 842)
    right, bottom = placed.to_screen(595, 0)
    assert (top, bottom) == pytest.approx((548, 0), abs=1)
    assert left + right == pytest.approx(856, abs=1)
    assert view(WIDE, fit=Fit.WHOLE).to_screen(421, 297.5) == pytest.approx((428, 274), abs=1)


def test_a_low_page_fitted_by_width_starts_at_the_top() -> None:
    low = PageShape(Box(0, 0, 842, 300))
    assert view(low, fit=Fit.WIDTH).to_screen(0, 300) == pytest.approx((0, 548), abs=0.5)


def test_a_step_is_85_percent_of_what_is_seen() -> None:
    first = view()
    second = first.stepped(1)
    assert second is not None
    assert (second.top - first.top) * first.scale == pytest.approx(0.85 * 548)
    back = second.stepped(-1)
    assert back == first


def test_steps_end_where_the_page_ends() -> None:
    placed: Viewport | None = view()
    last = None
    for _ in itertools.repeat(None, 10):
        if placed is None:
            break
        last, placed = placed, placed.stepped(1)
    assert last is not None
    assert placed is None
    assert last.at_end
    assert view().stepped(-1) is None
    assert view().at_start


def test_a_rest_that_is_only_margin_is_no_step_of_its_own() -> None:
    almost = PageShape(A4.box, text_box=Box(85, 57, 542, 57 + 548 / view().scale - 20))
    placed = view(almost)
    assert (placed.region.height * placed.scale) > 548
    assert placed.at_end


def test_zoom_goes_in_steps_and_stops() -> None:
    placed, seen = view(), []
    for _ in range(len(ZOOMS) + 2):
        seen.append(placed.zoom)
        placed = placed.zoom_step(1)
    assert tuple(seen[: len(ZOOMS)]) == ZOOMS
    assert placed.zoom == ZOOMS[-1]
    for _ in range(len(ZOOMS) + 2):
        placed = placed.zoom_step(-1)
    assert placed.zoom == 1.0


def test_zooming_about_a_point_keeps_it_under_the_finger() -> None:
    placed = view().at(0.5)
    point = placed.to_page(300, 250)
    near = placed.zoomed(2.0, (300, 250))
    assert near.to_screen(*point) == pytest.approx((300, 250), abs=2)


def test_zooming_back_out_ends_inside_the_limits() -> None:
    placed = view().zoomed(4.0, (10, 10)).zoomed(1.0)
    assert placed == placed.settled()
    assert placed.left == pytest.approx(view().left)


@given(st.floats(-5000, 5000), st.floats(-5000, 5000), st.sampled_from(ZOOMS))
def test_nothing_can_be_dragged_away(dx: float, dy: float, zoom: float) -> None:
    placed = view().zoomed(zoom).panned(dx, dy)
    assert placed.left >= placed.region.x0 - 1e-6
    assert placed.left + 856 / placed.scale <= placed.region.x1 + 1e-6
    assert placed.region.y0 - 1e-6 <= placed.top
    assert placed.top + 548 / placed.scale <= placed.region.y1 + 1e-6


def test_the_page_follows_the_finger() -> None:
    placed = view().zoomed(2.0).at(0.4)
    point = placed.to_page(400, 300)
    assert placed.panned(-30, 40).to_screen(*point) == pytest.approx((370, 340), abs=1.5)


def test_resizing_keeps_the_upper_edge() -> None:
    placed = view().at(0.4)
    assert placed.resized(1120, 700).y == pytest.approx(0.4)


def test_another_fit_keeps_the_upper_edge_where_it_can() -> None:
    placed = view().at(0.4)
    assert placed.fitted(Fit.WIDTH).y == pytest.approx(0.4)
    assert placed.fitted(Fit.WHOLE).zoom == 1.0


def test_a_place_is_a_share_of_the_height_and_is_kept_inside() -> None:
    assert view().at(0.5).y == pytest.approx(0.5)
    assert view().at(0.0).at_start
    assert view().at(1.0).at_end
    assert view().at(7.0) == view().at(1.0)


def test_turning_shows_the_top_and_keeps_zoom_and_side() -> None:
    placed = view().zoomed(2.0, (856, 548)).at(0.7)
    turned = placed.turned(A4, None)
    assert turned.zoom == 2.0
    assert turned.at_start
    assert turned.left == pytest.approx(placed.left)


def test_what_is_seen_lies_on_whole_pixels_inside_the_page() -> None:
    for y in (0.0, 0.33333, 1.0):
        placed = view().zoomed(1.5).at(y)
        page, seen = placed.page_clip, placed.seen_clip
        assert page.x0 <= seen.x0 < seen.x1 <= page.x1
        assert page.y0 <= seen.y0 < seen.y1 <= page.y1
        assert seen.width == 856
        assert seen.height in (547, 548)


def test_a_tiny_and_a_huge_page_fit_as_well() -> None:
    for edge in (3, 14000):
        placed = view(PageShape(Box(0, 0, edge, edge)))
        assert placed.page_clip.width == pytest.approx(856, abs=40)
