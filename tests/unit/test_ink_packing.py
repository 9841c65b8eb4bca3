"""Strokes as bytes: small, exact to 1/32 pt, and refused when they are anything else."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.ink.clock import LATEST, HybridClock, wall_time
from client.ink.packing import STEP, BadStroke, Point, pack, unpack

places = st.floats(-2000, 15000)
points = st.builds(Point, places, places, st.floats(0, 1), st.integers(0, 60_000))
unpressed = st.builds(Point, places, places, st.just(-1.0), st.integers(0, 60_000))


@given(st.lists(points, min_size=1, max_size=40) | st.lists(unpressed, min_size=1, max_size=40))
def test_a_stroke_comes_back_as_it_was_to_a_thirty_second_of_a_point(line: list[Point]) -> None:
    back = unpack(pack(line))
    assert len(back) == len(line)
    latest = 0
    for was, now in zip(line, back, strict=True):
        assert abs(was.x - now.x) <= STEP / 2
        assert abs(was.y - now.y) <= STEP / 2
        assert (now.pressure < 0) == (was.pressure < 0)
        assert abs(was.pressure - now.pressure) <= 1 / 510 + 1e-9
        latest = max(latest, was.ms)
        assert now.ms == latest, "time never runs back"
    assert pack(back) == pack(line)


def test_handwriting_takes_about_four_bytes_a_point() -> None:
    loop = [
        Point(200 + 12 * math.sin(t / 6) + t / 5, 500 + 9 * math.cos(t / 7), 0.5 + t / 999, t * 8)
        for t in range(200)
    ]
    assert len(pack(loop)) / len(loop) <= 4.3


@given(st.binary(max_size=60))
def test_any_bytes_are_a_stroke_or_refused(raw: bytes) -> None:
    try:
        line = unpack(raw)
    except BadStroke:
        return
    assert unpack(pack(line)) == line


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00",
        b"\x00\x00",
        b"\x02\x01\x00\x00\x00",
        pack([Point(1, 2, 0.5, 3)])[:-1],
        pack([Point(1, 2, 0.5, 3)]) + b"\x00",
        b"\x00\x01" + b"\xff" * 9 + b"\x00",
        b"\x00\x01\x00\x00\x80",
        b"\x01\x01\x00\x00\xfe\x7f\x00",
        b"\x00\x01" + b"\xff\xff\xff\xff\x7f" * 2 + b"\x00",
        b"\x00" * (256 * 1024 + 1),
    ],
)
def test_damaged_strokes_are_refused(raw: bytes) -> None:
    with pytest.raises(BadStroke):
        unpack(raw)


@pytest.mark.parametrize(
    "line", [[], [Point(math.nan, 1)], [Point(1, 1e9)], [Point(0, 0)] * 50_001]
)
def test_what_cannot_be_a_stroke_is_not_packed(line: list[Point]) -> None:
    with pytest.raises(BadStroke):
        pack(line)


@given(st.lists(st.integers(-(2**50), 2**50), min_size=1))
def test_the_clock_always_tells_a_later_time_however_wrong_the_tablet_is(nows: list[int]) -> None:
    clock = HybridClock()
    told = [clock.tell(now) for now in nows]
    assert told == sorted(set(told))
    assert told[-1] < LATEST


def test_a_time_seen_from_another_device_is_passed() -> None:
    clock = HybridClock()
    assert wall_time(clock.tell(5_000)) == 5_000
    clock.saw(9_000 << 16)
    assert clock.tell(6_000) > 9_000 << 16
    clock.saw(1)
    assert wall_time(clock.tell(10_000)) == 10_000
