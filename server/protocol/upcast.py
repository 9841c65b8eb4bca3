"""What an older release wrote, turned into what this release folds.

Every released form of an event keeps a recorded example in `tests/golden/`; a test folds them all.
"""

from server.protocol.codec import decode_record
from server.protocol.events import Record

FORMAT = 1
"""The form of records that this release writes; stored beside the bytes."""


def upcast(form: int, raw: bytes) -> Record:
    """Return the record in today's form. Raises ValueError for a form from a newer release."""
    if form > FORMAT:
        raise ValueError(f"record form {form} is newer than {FORMAT}")
    return decode_record(raw)
