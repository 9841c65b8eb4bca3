"""Which tiles a view needs, in which order, and which of them are kept."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.documents.renderer import TILE_PIXELS, Clip, Measure, Preview, RenderJob, Tile
from client.documents.shape import Box, PageShape
from client.documents.tiles import SIDE, Cache, first_look, grid, plan, tiles_of
from client.documents.viewport import Fit, Viewport

A4 = PageShape(Box(0, 0, 595, 842), text_box=Box(85, 57, 542, 810))
VIEW = Viewport(A4, 856, 548).settled()


def test_a_page_at_fit_width_is_one_tile_wherever_it_is_scrolled_to() -> None:
    assert tiles_of("d", 1, VIEW) == tiles_of("d", 1, VIEW.at(0.7))
    assert len(tiles_of("d", 1, VIEW)) == 1


def test_a_page_zoomed_far_in_is_squares_that_cover_what_is_seen() -> None:
    near = VIEW.zoomed(4.0).at(0.5)
    tiles = tiles_of("d", 1, near)
    assert 4 <= len(tiles) <= 9
    assert all(tile.clip.pixels <= SIDE * SIDE for tile in tiles)


@given(st.integers(1, 20000), st.integers(1, 20000), st.integers(0, 19000), st.integers(0, 19000))
def test_the_grid_covers_what_is_seen_and_no_tile_is_too_large(
    width: int, height: int, x: int, y: int
) -> None:
    page = Clip(17, 5, 17 + width, 5 + height)
    seen = Clip(
        min(page.x0 + x, page.x1 - 1),
        min(page.y0 + y, page.y1 - 1),
        min(page.x0 + x + 856, page.x1),
        min(page.y0 + y + 548, page.y1),
    )
    clips = grid(page, seen)
    assert all(0 < clip.pixels <= TILE_PIXELS for clip in clips)
    for corner in ((seen.x0, seen.y0), (seen.x1 - 1, seen.y1 - 1)):
        holders = [
            clip
            for clip in clips
            if clip.x0 <= corner[0] < clip.x1 and clip.y0 <= corner[1] < clip.y1
        ]
        assert len(holders) == 1


def test_squares_lie_on_a_fixed_grid_so_that_scrolling_keeps_them() -> None:
    page = Clip(0, 0, 5000, 5000)
    before = set(grid(page, Clip(0, 100, 856, 648)))
    after = set(grid(page, Clip(0, 140, 856, 688)))
    assert before <= after


def test_nothing_seen_needs_no_squares() -> None:
    page = Clip(0, 0, 5000, 5000)
    assert grid(page, Clip(6000, 6000, 5000, 5000)) == []


@pytest.mark.parametrize(
    "other",
    [
        Tile("e", 1, 1.0, Clip(0, 0, 1, 1)),
        Tile("d", 2, 1.0, Clip(0, 0, 1, 1)),
        Tile("d", 1, 1.5, Clip(0, 0, 1, 1)),
        Tile("d", 1, 1.0, Clip(0, 0, 1, 2)),
    ],
)
def test_everything_that_changes_a_pixel_changes_the_name(other: Tile) -> None:
    assert other != Tile("d", 1, 1.0, Clip(0, 0, 1, 1))


def test_the_page_comes_first_then_its_neighbours_likeliest_first() -> None:
    jobs = list(plan("d", 11, 3, lambda _page: VIEW))
    kinds = [(type(job).__name__, job.page) for job in jobs]
    assert kinds == [
        ("Tile", 3),
        ("Preview", 3),
        ("Preview", 4),
        ("Preview", 2),
        ("Preview", 5),
        ("Tile", 4),
        ("Tile", 2),
        ("Tile", 5),
    ]


def test_at_the_ends_there_are_fewer_neighbours() -> None:
    def known(page: int) -> Viewport | None:
        return VIEW if page != 2 else None

    assert [job.page for job in plan("d", 1, 1, known)] == [1, 1]
    assert [job.page for job in plan("d", 3, 3, known)] == [3, 3, 2]
    assert [job.page for job in plan("d", 3, 1, known)] == [1, 1, 2, 3, 3]


def test_nothing_comes_before_the_page_is_measured_a_heavy_one_by_its_preview() -> None:
    assert list(plan("d", 9, 4, lambda _page: None)) == [Measure("d", 4)]
    assert list(plan("d", 9, 4, lambda _page: None, heavy=True)) == [Preview("d", 4)]


def test_of_a_heavy_page_the_small_picture_comes_first() -> None:
    look = first_look("d", 1, VIEW)
    jobs = list(plan("d", 1, 1, lambda _page: VIEW, look, heavy=True))
    assert jobs == [Preview("d", 1), look, *tiles_of("d", 1, VIEW)]


def test_beside_a_page_that_cannot_be_shown_the_others_are_made_ready() -> None:
    failed: set[RenderJob] = {Measure("d", 4), Preview("d", 4)}
    jobs = list(plan("d", 9, 4, lambda _page: None, failed=failed, heavy=True))
    assert jobs == [Preview("d", 5), Preview("d", 3), Preview("d", 6)]


def test_what_is_seen_of_a_large_page_is_drawn_before_the_rest_of_it() -> None:
    look = first_look("d", 1, VIEW)
    assert look is not None
    assert look.clip == VIEW.seen_clip
    jobs = list(plan("d", 1, 1, lambda _page: VIEW, look))
    assert jobs == [look, Preview("d", 1), *tiles_of("d", 1, VIEW)]


def test_a_page_seen_whole_and_one_of_squares_have_no_first_look() -> None:
    assert first_look("d", 1, VIEW.fitted(Fit.WHOLE)) is None
    assert first_look("d", 1, VIEW.zoomed(4.0).at(0.5)) is None


def test_the_same_place_has_the_same_tiles_whichever_way_one_came() -> None:
    column = (80.0, 545.0)
    there = VIEW.turned(A4, column)
    back = replace(VIEW, column=column).settled().stepped(1)
    assert back is not None
    assert tiles_of("d", 2, there) == tiles_of("d", 2, back)


class TestCache:
    def test_what_was_used_last_stays(self) -> None:
        dropped: list[str] = []
        cache = Cache[str](dropped.append, limit=30)
        for number in (1, 2, 3):
            cache.put(Preview("d", number), f"p{number}", 10)
        assert cache.get(Preview("d", 1)) == "p1"
        cache.put(Preview("d", 4), "p4", 10)
        assert dropped == ["p2"]
        assert cache.size == 30
        assert cache.jobs() == [Preview("d", 3), Preview("d", 1), Preview("d", 4)]

    def test_putting_again_replaces(self) -> None:
        dropped: list[str] = []
        cache = Cache[str](dropped.append, limit=30)
        cache.put(Preview("d", 1), "old", 10)
        cache.put(Preview("d", 1), "new", 20)
        assert dropped == ["old"]
        assert (cache.size, len(cache)) == (20, 1)

    def test_something_too_large_is_still_kept_alone(self) -> None:
        dropped: list[str] = []
        cache = Cache[str](dropped.append, limit=5)
        cache.put(Preview("d", 1), "a", 3)
        cache.put(Preview("d", 2), "huge", 100)
        assert dropped == ["a"]
        assert Preview("d", 2) in cache

    def test_unknown_is_none_and_clearing_drops_all(self) -> None:
        dropped: list[str] = []
        cache = Cache[str](dropped.append)
        cache.put(Preview("d", 1), "a", 3)
        assert cache.get(Preview("d", 9)) is None
        cache.clear()
        assert (dropped, cache.size, len(cache)) == (["a"], 0, 0)
