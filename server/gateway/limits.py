"""How much one connection, and all of them together, may ask for."""

from collections.abc import Callable
from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the gateway; seconds, bytes and counts as named."""

    connections: int = 4_000
    strangers: int = 500
    """Connections whose device has not proved its key yet."""
    first_frame_seconds: float = 10.0
    waiting_seconds: float = 900.0
    """How long a new device may wait on its line to be approved."""
    open_seconds: float = 5.0
    ping_seconds: float = 15.0
    outbox_bytes: int = MIB
    """A listener with more than this unsent, beyond its largest frame, loses its line."""
    burst: int = 120
    per_second: float = 30.0
    stranger_burst: int = 20
    stranger_per_second: float = 2.0
    patience: int = 200
    """Frames refused for their rate before the line is closed."""
    asks: int = 8
    """Questions to the office in work at once on one line."""
    requests: int = 64
    """Commands in work at once on one line."""
    rooms: int = 8
    chunk_seconds: float = 30.0
    """How long one chunk may take to leave before the line is given up."""
    upload_idle_seconds: float = 60.0


class Bucket:
    """A token bucket: `burst` at once, `per_second` in the long run."""

    def __init__(self, burst: float, per_second: float, clock: Callable[[], float]) -> None:
        """Begin full; `clock` counts seconds and never goes back."""
        self._burst = burst
        self._per_second = per_second
        self._clock = clock
        self._tokens = burst
        self._at = clock()

    def take(self) -> bool:
        """Take one token; False when there is none left."""
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._per_second)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
