"""A steady line from a trembling hand: the one-euro filter.

Casiez, Roussel, Vogel, "1€ Filter: A Simple Speed-based Low-pass Filter for Noisy Input in
Interactive Systems", CHI 2012: slow movements are smoothed much, fast ones little, so that the line
neither shakes nor lags.
"""

from dataclasses import dataclass
from math import pi
from typing import Literal

from client.ink.packing import Point

Strength = Literal["off", "light", "strong"]


@dataclass(frozen=True, slots=True)
class Smoothing:
    """`cutoff` in Hz at rest (less is smoother), `beta` how much speed (pt/s) lifts it."""

    cutoff: float
    beta: float


STRENGTHS: dict[Strength, Smoothing | None] = {
    "off": None,
    "light": Smoothing(3.0, 0.02),
    "strong": Smoothing(1.0, 0.007),
}
_SPEED_CUTOFF = 1.0


def _alpha(cutoff: float, seconds: float) -> float:
    r = 2 * pi * cutoff * seconds
    return r / (r + 1)


class _Axis:
    def __init__(self, smoothing: Smoothing, value: float) -> None:
        self._smoothing, self.value, self._speed = smoothing, value, 0.0

    def add(self, value: float, seconds: float) -> float:
        speed = (value - self.value) / seconds
        self._speed += _alpha(_SPEED_CUTOFF, seconds) * (speed - self._speed)
        cutoff = self._smoothing.cutoff + self._smoothing.beta * abs(self._speed)
        self.value += _alpha(cutoff, seconds) * (value - self.value)
        return self.value


class OneEuro:
    """Smooths one stroke, point by point."""

    def __init__(self, strength: Strength = "light") -> None:
        self._smoothing = STRENGTHS[strength]
        self._axes: tuple[_Axis, _Axis] | None = None
        self._ms = 0

    def add(self, point: Point) -> Point:
        """Return the point where the line goes; the first one unchanged."""
        smoothing = self._smoothing
        if smoothing is None:
            return point
        if self._axes is None:
            self._axes = _Axis(smoothing, point.x), _Axis(smoothing, point.y)
            self._ms = point.ms
            return point
        seconds = max(point.ms - self._ms, 1) / 1000
        self._ms = max(self._ms, point.ms)
        x, y = self._axes
        return point._replace(x=x.add(point.x, seconds), y=y.add(point.y, seconds))
