"""The records of a meeting's polls from its journal: as one zip, as a folder's files, as ballots.

Functions of a module, so that the press can call them.
"""

import io
import zipfile
from collections.abc import Sequence

from server.journal.port import Sealed
from server.protocol.fold import fold
from server.protocol.ids import PollId
from server.protocol.ledger import short
from server.protocol.refusals import Code, Refusal
from server.record import ballot_sheets, export, poll_files
from server.record.stamp import checkpoint, qr_text

STAMP = (2025, 1, 1, 0, 0, 0)
"""Stands for the time of making, so that equal records give equal files."""


def files(sealed: Sequence[Sealed], zone: str = "", key: bytes = b"") -> dict[str, bytes]:
    """Return every file of every poll by name; none when nothing was asked.

    `key`: the log's public key, under whose checkpoint the records stand.
    """
    head, qr = short(export.head(sealed)), ""
    if key:
        point = checkpoint(sealed, key)
        head, qr = point.short, qr_text(point)
    return poll_files.all_files(export.entries(sealed), head, export.zone_of(zone), qr)


def zipped(sealed: Sequence[Sealed], zone: str = "", key: bytes = b"") -> bytes | Refusal:
    """Return the files as one zip. Refuses `poll_unknown` when no poll was opened."""
    made = files(sealed, zone, key)
    if not made:
        return Refusal(Code.POLL_UNKNOWN)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in made.items():
            entry = zipfile.ZipInfo(name, STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()


def ballots(sealed: Sequence[Sealed], poll: PollId, count: int) -> bytes | Refusal:
    """Return ballots of paper for printing, and the register's page. Refuses `poll_unknown`."""
    state = fold(iter(export.entries(sealed)))
    known = state.polls.get(poll) if state is not None else None
    if state is None or known is None:
        return Refusal(Code.POLL_UNKNOWN, {"poll": poll})
    wanted = ballot_sheets.Ballots(
        state.organization, state.title, known.question, known.rule, count
    )
    return ballot_sheets.print_ballots(wanted)
