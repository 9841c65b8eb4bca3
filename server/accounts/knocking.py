"""Wrong codes per address, in memory only and soft: a whole room can share one address.

Codes have 80 bits, so this is no defence of theirs; it keeps one address from filling the log and
tells a person who mistypes again and again to wait. A right code always passes.
"""

from server.protocol.refusals import Code, Refusal

LIMIT = 10
WINDOW_MS = 60_000


class Knocking:
    """Counts wrong codes within a minute."""

    def __init__(self) -> None:
        self._wrong: dict[str, tuple[int, int]] = {}

    def wrong(self, address: str, now: int) -> Refusal | None:
        """Count one more, and return `too_many_requests` once there are too many."""
        self._wrong = {
            one: (since, count)
            for one, (since, count) in self._wrong.items()
            if now - since < WINDOW_MS
        }
        since, count = self._wrong.get(address, (now, 0))
        self._wrong[address] = (since, count + 1)
        if count < LIMIT:
            return None
        seconds = -(-(since + WINDOW_MS - now) // 1000)
        return Refusal(Code.TOO_MANY_REQUESTS, {"seconds": seconds})
