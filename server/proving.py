"""What one room can prove of its record: when a checkpoint is due, and where a ballot lies.

Holds the leaves of all entries, 32 bytes each, and the newest checkpoint. Changes only after the
disk has taken a batch, like the room's state.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Sequence
from dataclasses import replace

from server.journal import Batch, Journal, Opened, Sealed, Signed
from server.protocol import events as e
from server.protocol.checkpoint import Checkpoint, read_checkpoint
from server.protocol.ids import MeetingId, PersonId, PollId, Time
from server.protocol.merkle import Frontier, Tree, consistency
from server.protocol.office import BallotsProved, ProvedBallot
from server.signing import LogKey

SETTLES = (
    e.PollClosed,
    e.PollPublished,
    e.PollAnnulled,
    e.SealedBatchOpened,
    e.PaperCountReleased,
    e.HandCountConfirmed,
    e.ConsensusRecorded,
    e.MeetingClosed,
)
"""After these there is a checkpoint at once."""
EVERY_ENTRIES = 128
EVERY_MS = 60_000
"""Between two checkpoints, while anything happens."""


class Proofs:
    """The leaves of one room, and what they prove. Without a key nothing is signed or proved."""

    def __init__(
        self, room: MeetingId, kept: Opened, entries: Sequence[e.Entry], key: LogKey | None
    ) -> None:
        """Begin with what is kept. A checkpoint of another key, or that does not fit, is none."""
        self.newest: Checkpoint | None = None
        self.note = ""
        """The newest checkpoint as it was signed."""
        self._room = room
        self._key = key
        self._leaves = [one.leaf for one in kept.records]
        self._frontier = Frontier(self._leaves)
        self._ballots: dict[PersonId, dict[PollId, int]] = {}
        self._tree = Tree(())
        self.at: Time = 0
        """When it was made."""
        self._remember(kept.records, (entry.event for entry in entries))
        for one in reversed(kept.checkpoints):
            if self._is_ours(one):
                self._settle(one, entries[one.size - 1].at)
                break

    def seal(self, batch: Batch, events: Iterable[e.Event], at: Time) -> Batch:
        """Return the batch, with a checkpoint of all it leads to when one is due."""
        if self._key is None or not self._due(len(batch.records), events, at):
            return batch
        frontier = self._frontier.copy()
        for one in batch.records:
            frontier.add(one.leaf)
        point = self._key.checkpoint(self._room, frontier.size, frontier.root())
        return replace(batch, checkpoint=point)

    def _due(self, more: int, events: Iterable[e.Event], at: Time) -> bool:
        covered = self.newest.size if self.newest else 0
        waiting = self._frontier.size + more - covered
        if waiting == 0:
            return False
        late = at - self.at >= EVERY_MS
        return late or waiting >= EVERY_ENTRIES or any(isinstance(one, SETTLES) for one in events)

    def took(self, batch: Batch, events: Iterable[e.Event], at: Time) -> bool:
        """The disk has the batch; says whether there is a new checkpoint."""
        for one in batch.records:
            self._leaves.append(one.leaf)
            self._frontier.add(one.leaf)
        self._remember(batch.records, events)
        if batch.checkpoint is None:
            return False
        self._settle(batch.checkpoint, at)
        return True

    def ballots(self, person: PersonId) -> dict[PollId, int]:
        """Return the entries of the person's last ballots that the newest checkpoint covers."""
        covered = self.newest.size if self.newest else 0
        mine = self._ballots.get(person, {})
        return {poll: seq for poll, seq in mine.items() if seq <= covered}

    def path(self, seq: int) -> tuple[bytes, ...]:
        """Return what proves that entry to be in the newest checkpoint. Raises IndexError."""
        covered = self.newest.size if self.newest else 0
        if self._tree.size != covered:
            self._tree = Tree(self._leaves[:covered])
        return self._tree.path(seq - 1)

    def since(self, size: int) -> tuple[bytes, ...]:
        """Return what proves that the newest checkpoint goes on from one of `size` entries."""
        covered = self.newest.size if self.newest else 0
        return consistency(self._leaves[:covered], size) if 0 < size <= covered else ()

    def _remember(self, records: Iterable[Sealed], events: Iterable[e.Event]) -> None:
        for record, event in zip(records, events, strict=True):
            if isinstance(event, e.BallotCast | e.BallotSealed):
                self._ballots.setdefault(event.person, {})[event.poll] = record.seq

    def _settle(self, point: Signed, at: Time) -> None:
        if self._key is not None:
            name = self._key.origin(self._room)
            self.newest = read_checkpoint(point.note, name, self._key.public)
            self.note, self.at = point.note, at

    def _is_ours(self, point: Signed) -> bool:
        """Say whether this key would sign the same: after a restore it may not."""
        if self._key is None or not 0 < point.size <= len(self._leaves):
            return False
        root = Frontier(self._leaves[: point.size]).root()
        return self._key.checkpoint(self._room, point.size, root) == point

    @property
    def verifier(self) -> str:
        """The log's public key, as signed notes of this room name it; empty without a key."""
        return self._key.verifier(self._room) if self._key else ""


async def prove(
    room: MeetingId, proofs: Proofs, journal: Journal, person: PersonId, held: int
) -> BallotsProved:
    """Return the person's ballots in the newest checkpoint, which goes on from one of `held`."""
    mine = proofs.ballots(person)  # all of one moment: a checkpoint may come while the disk reads
    paths = {poll: proofs.path(seq) for poll, seq in mine.items()}
    note, since = proofs.note, tuple(one.hex() for one in proofs.since(held))
    found: list[ProvedBallot] = []
    for poll, seq in mine.items():
        kept = await journal.record(room, seq)
        if kept is not None:
            path = tuple(one.hex() for one in paths[poll])
            found.append(ProvedBallot(poll, seq, _text(kept.raw), _text(kept.salt), path))
    return BallotsProved(note, proofs.verifier, tuple(found), since)


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
