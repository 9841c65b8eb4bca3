"""The journal's port: what every implementation promises (`tests/contract/test_journal.py`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from server.protocol.codec import encode
from server.protocol.commands import Draft
from server.protocol.events import Record
from server.protocol.ids import (
    BallotId,
    ChangeId,
    DeviceId,
    Envelope,
    MaybeId,
    MeetingId,
    OrganizationId,
    PollId,
    RequestId,
)
from server.protocol.ledger import START, extend, leaf
from server.protocol.state import File
from server.protocol.upcast import FORMAT


@dataclass(frozen=True, slots=True)
class Sealed:
    """One record as it is kept: the verbatim bytes, their salt, and the form they are in."""

    seq: int
    form: int
    raw: bytes
    salt: bytes

    @property
    def leaf(self) -> bytes:
        """The 32-byte leaf of the chain."""
        return leaf(self.salt, self.raw)


@dataclass(frozen=True, slots=True)
class Answered:
    """The first answer to a request: the encoded frame, given again to whoever repeats it."""

    device: DeviceId
    request: RequestId
    answer: bytes


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed checkpoint of a room's first `size` records, as `protocol.checkpoint` writes it."""

    size: int
    note: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sealed ballot on its way into the urn, in the place of the one that it replaces."""

    poll: PollId
    ballot: BallotId
    envelope: Envelope
    replaces: MaybeId = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """What becomes durable together, or not at all."""

    records: Sequence[Sealed] = ()
    answers: Sequence[Answered] = ()
    published: Sequence[ChangeId] = ()
    """Drafts that these records publish: forgotten in the same transaction."""
    summary: bytes | None = None
    """The meeting as a lobby shows it, when it changed; opaque to the journal."""
    checkpoint: Signed | None = None
    """A checkpoint that covers records up to the last of this batch at most."""
    urn: Sequence[Dropped] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """Everything that is kept of one room."""

    epoch: str
    records: Sequence[Sealed]
    head: bytes
    answers: Mapping[tuple[DeviceId, RequestId], bytes]
    drafts: Sequence[Draft]
    checkpoints: Sequence[Signed] = ()
    """By size, smallest first."""


class Damaged(Exception):  # noqa: N818 - it names the state of the room
    """The kept bytes do not fit the hash chain; the text names the room and the first bad entry."""


class Exists(Exception):  # noqa: N818 - it names the state of the room
    """There is a room of that name already."""


class Journal(Protocol):
    """Rooms, kept. Every method that writes returns only when the disk has it.

    Writing raises `server.database.NotRecorded` when it is certain that nothing was written and
    `server.database.OutcomeUnknown` when it is not.
    """

    async def create(self, room: MeetingId, epoch: str, batch: Batch) -> None:
        """Begin a room with its first records. Raises Exists."""

    async def append(self, room: MeetingId, batch: Batch) -> bytes:
        """Write a batch in one transaction; returns the chain's new head.

        Raises ValueError when the records do not continue the room's numbering, KeyError when
        there is no such room; in both cases nothing is written.
        """

    async def read(self, room: MeetingId, after: int = 0) -> tuple[Sealed, ...]:
        """Return the records after `after`, in order; none for an unknown room.

        Raises Damaged when the bytes do not fit the chain.
        """

    async def record(self, room: MeetingId, seq: int) -> Sealed | None:
        """Return one record as it was written, or None; whether it fits the chain is not looked at.

        Who asks compares its leaf with one that was.
        """

    async def open(self, room: MeetingId) -> Opened | None:
        """Return all that is kept of the room, verified, or None. Raises Damaged."""

    async def summaries(self) -> Mapping[MeetingId, bytes]:
        """Return every room with its newest summary."""

    async def urn(self, room: MeetingId, poll: PollId) -> tuple[Envelope, ...]:
        """Return the envelopes in the urn of a sealed poll, in no order of their casting."""

    async def empty_urn(self, room: MeetingId, poll: PollId) -> None:
        """Forget the envelopes of a poll; nothing happens when there are none."""

    async def probe(self, room: MeetingId) -> None:
        """Write something that changes nothing, to see whether writing works."""

    async def renew(self, room: MeetingId, epoch: str) -> None:
        """Start a new epoch: after a restore no listener may trust its position."""

    async def put_draft(self, room: MeetingId, draft: Draft) -> None:
        """Keep an unpublished change; one of the same id keeps its place and is replaced."""

    async def drop_draft(self, room: MeetingId, draft: ChangeId) -> None:
        """Forget an unpublished change; nothing happens when there is none."""

    async def put_file(self, organization: OrganizationId, file: File) -> None:
        """Remember that this file passed intake for this organization."""

    async def files(self) -> Sequence[tuple[OrganizationId, File]]:
        """Return every file that passed intake."""


def seal(record: Record, salt: bytes) -> Sealed:
    """Return the record as it will be kept, in today's form."""
    return Sealed(record.seq, FORMAT, encode(record), salt)


def chain(head: bytes, records: Sequence[Sealed]) -> bytes:
    """Return the head after more records."""
    for record in records:
        head = extend(head, record.leaf)
    return head


def slot(ballot: BallotId) -> str:
    """Return where an envelope lies: urns are sorted by it, which says nothing of when it came."""
    return sha256(b"phienhop-urn-1" + ballot.encode()).hexdigest()


def check_order(last: int, records: Sequence[Sealed]) -> None:
    """Raise ValueError unless the records are numbered on from `last` without a gap."""
    if [record.seq for record in records] != list(range(last + 1, last + 1 + len(records))):
        raise ValueError(f"records do not continue after {last}")


EMPTY_HEAD = START
"""The head of a room without records."""
