"""A journal in memory: for tests and simulations, under the same contract."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from server.journal.port import (
    EMPTY_HEAD,
    Batch,
    Exists,
    Opened,
    Sealed,
    Signed,
    chain,
    check_order,
    slot,
)
from server.protocol.commands import Draft
from server.protocol.ids import (
    ChangeId,
    DeviceId,
    Envelope,
    MeetingId,
    OrganizationId,
    PollId,
    RequestId,
)
from server.protocol.state import File


@dataclass
class _Kept:
    epoch: str
    records: list[Sealed] = field(default_factory=list)
    head: bytes = EMPTY_HEAD
    answers: dict[tuple[DeviceId, RequestId], bytes] = field(default_factory=dict)
    drafts: dict[ChangeId, Draft] = field(default_factory=dict)
    summary: bytes = b""
    checkpoints: dict[int, Signed] = field(default_factory=dict)
    urns: dict[PollId, dict[str, Envelope]] = field(default_factory=dict)


class MemoryJournal:
    """Rooms in dictionaries; gone with the process."""

    def __init__(self) -> None:
        """Begin with no rooms."""
        self._rooms: dict[MeetingId, _Kept] = {}
        self._files: dict[tuple[OrganizationId, str], File] = {}

    async def create(self, room: MeetingId, epoch: str, batch: Batch) -> None:
        """See `Journal.create`."""
        if room in self._rooms:
            raise Exists(room)
        check_order(0, batch.records)
        self._rooms[room] = _Kept(epoch)
        await self.append(room, batch)

    async def append(self, room: MeetingId, batch: Batch) -> bytes:
        """See `Journal.append`."""
        kept = self._rooms[room]
        check_order(len(kept.records), batch.records)
        kept.head = chain(kept.head, batch.records)
        kept.records.extend(batch.records)
        for one in batch.answers:
            kept.answers[one.device, one.request] = one.answer
        for draft in batch.published:
            kept.drafts.pop(draft, None)
        if batch.summary is not None:
            kept.summary = batch.summary
        if batch.checkpoint is not None:
            kept.checkpoints[batch.checkpoint.size] = batch.checkpoint
        for dropped in batch.urn:
            urn = kept.urns.setdefault(dropped.poll, {})
            urn.pop(slot(dropped.replaces), None)
            urn[slot(dropped.ballot)] = dropped.envelope
        return kept.head

    async def read(self, room: MeetingId, after: int = 0) -> tuple[Sealed, ...]:
        """See `Journal.read`."""
        kept = self._rooms.get(room)
        return tuple(kept.records[after:]) if kept else ()

    async def record(self, room: MeetingId, seq: int) -> Sealed | None:
        """See `Journal.record`."""
        kept = self._rooms.get(room)
        return next((one for one in kept.records if one.seq == seq), None) if kept else None

    async def open(self, room: MeetingId) -> Opened | None:
        """See `Journal.open`."""
        kept = self._rooms.get(room)
        if kept is None:
            return None
        return Opened(
            kept.epoch,
            tuple(kept.records),
            kept.head,
            dict(kept.answers),
            tuple(kept.drafts.values()),
            tuple(kept.checkpoints[size] for size in sorted(kept.checkpoints)),
        )

    async def summaries(self) -> Mapping[MeetingId, bytes]:
        """See `Journal.summaries`."""
        return {room: kept.summary for room, kept in self._rooms.items()}

    async def urn(self, room: MeetingId, poll: PollId) -> tuple[Envelope, ...]:
        """See `Journal.urn`."""
        urn = self._rooms[room].urns.get(poll, {})
        return tuple(urn[place] for place in sorted(urn))

    async def empty_urn(self, room: MeetingId, poll: PollId) -> None:
        """See `Journal.empty_urn`."""
        self._rooms[room].urns.pop(poll, None)

    async def probe(self, room: MeetingId) -> None:
        """See `Journal.probe`: memory always takes it."""

    async def renew(self, room: MeetingId, epoch: str) -> None:
        """See `Journal.renew`."""
        self._rooms[room].epoch = epoch

    async def put_draft(self, room: MeetingId, draft: Draft) -> None:
        """See `Journal.put_draft`."""
        self._rooms[room].drafts[draft.id] = draft

    async def drop_draft(self, room: MeetingId, draft: ChangeId) -> None:
        """See `Journal.drop_draft`."""
        self._rooms[room].drafts.pop(draft, None)

    async def put_file(self, organization: OrganizationId, file: File) -> None:
        """See `Journal.put_file`."""
        self._files[organization, file.view_sha256] = file

    async def files(self) -> Sequence[tuple[OrganizationId, File]]:
        """See `Journal.files`."""
        return tuple((organization, file) for (organization, _), file in self._files.items())
