"""How long a wrong PIN makes its device wait. Pure.

The count belongs to a person on a device: somebody guessing on one tablet never keeps the right
person out on another. Five wrong ones in a row cost 15 minutes, and each further one again.
"""

from msgspec import Struct

DELAYS = (1, 5, 30, 165, 900)
"""Seconds to wait after the first, second, … wrong PIN in a row; the last holds from then on."""
FORGET_MS = 24 * 3600 * 1000
"""A count that has rested this long starts anew."""
DEVICE_LIMIT = 25
"""Wrong PINs of all people together on one device within `DEVICE_WINDOW_MS`."""
DEVICE_WINDOW_MS = 15 * 60 * 1000


class Count(Struct, frozen=True):
    """Wrong PINs in a row, and until when (milliseconds) no further one is looked at."""

    failures: int = 0
    until: int = 0
    last_at: int = 0


def waiting(count: Count, now: int) -> int:
    """Return the seconds still to wait, rounded up; 0 when a PIN may be tried."""
    return max(0, -(-(count.until - now) // 1000))


def failed(count: Count, now: int) -> Count:
    """Return the count after one more wrong PIN."""
    before = 0 if now - count.last_at > FORGET_MS else count.failures
    failures = before + 1
    delay = DELAYS[min(failures, len(DELAYS)) - 1]
    return Count(failures, now + delay * 1000, now)


def left(count: Count) -> int:
    """Return how many wrong PINs remain before the long wait."""
    return max(0, len(DELAYS) - count.failures)
