"""What is kept of every meeting, for ever: the port and its two implementations."""

from server.journal.port import (
    Answered,
    Batch,
    Damaged,
    Dropped,
    Exists,
    Journal,
    Opened,
    Sealed,
    Signed,
    seal,
)

__all__ = [
    "Answered",
    "Batch",
    "Damaged",
    "Dropped",
    "Exists",
    "Journal",
    "Opened",
    "Sealed",
    "Signed",
    "seal",
]
