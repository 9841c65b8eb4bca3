"""Hybrid logical time: a wall clock that never runs back and never ties with what was seen.

Kulkarni, Demirbas et al., "Logical Physical Clocks" (2014). A time is one integer: milliseconds
since 1970 shifted left by 16, plus a counter. Ties between devices are broken by the device's name.
"""

COUNTER_BITS = 16
LATEST = (1 << 63) - 1
"""In the year 6429; later is no time."""
_WRONG = 1 << 46
"""A wall clock beyond the year 4199 is not believed, so that there is always a later time."""


def wall_time(hlc: int) -> int:
    """Return about when that was, in milliseconds since 1970."""
    return hlc >> COUNTER_BITS


class HybridClock:
    """Tells times later than every one it has told or been shown."""

    def __init__(self, latest: int = 0) -> None:
        self.latest = latest

    def tell(self, now: int) -> int:
        """Return a new time; `now` is what the device's own clock says, in milliseconds."""
        wall = now if 0 <= now < _WRONG else 0
        self.latest = min(max(wall << COUNTER_BITS, self.latest + 1), LATEST)
        return self.latest

    def saw(self, hlc: int) -> None:
        """Take note of another device's time."""
        self.latest = max(self.latest, min(hlc, LATEST))
