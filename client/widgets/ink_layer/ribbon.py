"""A stroke as triangles with soft edges, for the graphics card. Pure: pixels in, numbers out.

The width follows perfect-freehand's rule, which exported copies use too (`client.ink.stroke`):
pressure makes a line thicker; without a pressure, speed makes it thinner. Along both edges a pixel
fades out, so that no multisampling is needed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import cos, hypot, pi, sin

THINNING = 0.5
CLOSEST = 0.75
"""Pixels; points nearer than this to the one before change nothing that is seen."""
RATE = 0.275
"""How quickly a simulated pressure follows the speed (perfect-freehand)."""
RING = tuple((cos(2 * pi * step / 12), sin(2 * pi * step / 12)) for step in range(12))
SHARP = 0.3
"""Cosine of a turn from which on the corner gets a round joint."""
FULL, NONE = 0.75, 0.25
"""Places in the two-pixel texture that hold full cover and none."""
TINY = 1e-6
Dot = tuple[float, float, float]
"""x, y, pressure (negative: unknown)."""


@dataclass(slots=True)
class Ribbon:
    """Triangles: x, y, u, v for each vertex, and three indices for each triangle."""

    vertices: list[float] = field(default_factory=list)
    indices: list[int] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many vertices there are."""
        return len(self.vertices) // 4

    def box(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Add a rectangle with hard edges."""
        first = self.count
        for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1)):
            self.vertices += (x, y, FULL, 0.5)
        self.indices += (first, first + 1, first + 2, first, first + 2, first + 3)

    def ring(self, corners: Sequence[tuple[float, float]]) -> None:
        """Add a convex polygon with hard edges."""
        first = self.count
        for x, y in corners:
            self.vertices += (x, y, FULL, 0.5)
        for step in range(1, len(corners) - 1):
            self.indices += (first, first + step, first + step + 1)

    def disc(self, x: float, y: float, radius: float) -> None:
        """Add a dot with a soft edge."""
        first, inner, outer = self.count, max(0.0, radius - 0.5), radius + 0.5
        self.vertices += (x, y, FULL, 0.5)
        for right, up in RING:
            self.vertices += (x + right * inner, y + up * inner, FULL, 0.5)
            self.vertices += (x + right * outer, y + up * outer, NONE, 0.5)
        for step in range(len(RING)):
            a, b = first + 1 + 2 * step, first + 1 + 2 * ((step + 1) % len(RING))
            self.indices += (first, a, b, a, a + 1, b + 1, a, b + 1, b)

    def stroke(self, dots: Sequence[Dot], width: float, *, even: bool) -> None:
        """Add a line of the pen; `even` keeps one width, as a highlighter does."""
        line = thin(dots)
        if not line:
            return
        radii = [width / 2] * len(line) if even else list(_radii(line, width))
        self.disc(line[0][0], line[0][1], radii[0])
        if len(line) == 1:
            return
        self.disc(line[-1][0], line[-1][1], radii[-1])
        before, edge = _way(line[0], line[1]), -1
        for at, (x, y, _pressure) in enumerate(line):
            after = _way(line[at], line[at + 1]) if at + 1 < len(line) else before
            if before[0] * after[0] + before[1] * after[1] < SHARP:
                self._edge(x, y, radii[at], before, before, joined=edge)
                self.disc(x, y, radii[at])
                edge = -1
                before = after
            edge = self._edge(x, y, radii[at], before, after, joined=edge)
            before = after

    def _edge(
        self,
        x: float,
        y: float,
        radius: float,
        before: tuple[float, float],
        after: tuple[float, float],
        *,
        joined: int,
    ) -> int:
        """Go across the line, on from the edge that begins at vertex `joined`, if at one."""
        across, up = -(before[1] + after[1]), before[0] + after[0]
        length = hypot(across, up)
        across, up = (across / length, up / length) if length > TINY else (-after[1], after[0])
        inner, outer = max(0.0, radius - 0.5), radius + 0.5
        first = self.count
        for reach, cover in ((outer, NONE), (inner, FULL), (-inner, FULL), (-outer, NONE)):
            self.vertices += (x + across * reach, y + up * reach, cover, 0.5)
        if joined >= 0:
            for lane in range(3):
                a, b = joined + lane, first + lane
                self.indices += (a, a + 1, b + 1, a, b + 1, b)
        return first


def thin(dots: Sequence[Dot]) -> list[Dot]:
    """Return the points that are far enough apart to be seen as different; the last one always."""
    kept: list[Dot] = []
    for dot in dots:
        if not kept or hypot(dot[0] - kept[-1][0], dot[1] - kept[-1][1]) >= CLOSEST:
            kept.append(dot)
    if len(kept) > 1 and dots[-1] != kept[-1]:
        kept[-1] = dots[-1]
    return kept


def _way(one: Dot, other: Dot) -> tuple[float, float]:
    x, y = other[0] - one[0], other[1] - one[1]
    length = hypot(x, y) or 1.0
    return x / length, y / length


def _radii(line: Sequence[Dot], width: float) -> Iterator[float]:
    pressed = all(dot[2] >= 0 for dot in line)
    pressure = 0.25 if len(line) > 1 else 0.5
    before = line[0]
    for dot in line:
        if pressed:
            pressure = dot[2]
        else:
            speed = min(1.0, hypot(dot[0] - before[0], dot[1] - before[1]) / width)
            pressure = min(1.0, pressure + (1.0 - speed - pressure) * speed * RATE)
        before = dot
        yield width * (0.5 - THINNING * (0.5 - pressure))
