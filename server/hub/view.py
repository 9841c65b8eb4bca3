"""One audience's stream: its own numbering, its own state, its last entries.

The numbering counts only what this audience sees, so that neither the number nor the time of hidden
events shows. The stream is a pure function of the room's records, the audience and the rules: after
a restart it is numbered as before, so listeners resume.
"""

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from server.protocol.codec import encode
from server.protocol.events import Entry, MeetingCreated
from server.protocol.fold import apply, begin
from server.protocol.frames import RESUME_LIMIT, Events, Snapshot
from server.protocol.ids import MeetingId, PersonId
from server.protocol.state import MeetingState, Personal


@dataclass(frozen=True, slots=True)
class Step:
    """One event with the state before and after it."""

    entry: Entry
    before: MeetingState
    after: MeetingState


@dataclass(frozen=True, slots=True)
class Sight:
    """What may be seen, as the core rules; the hub itself knows no rule."""

    audience: Callable[[MeetingState, PersonId, bool], Any]
    """Of a person, who may be a secretary of the meeting's organization; hashable."""
    tag: Callable[[Any], str]
    """Names an audience and the version of the rules: when it changes, nobody may go on."""
    redact: Callable[[Entry, MeetingState, MeetingState, Any], Entry | None]
    personal: Callable[[MeetingState, PersonId], Personal]
    officer: Callable[[MeetingState, PersonId], bool]
    """Whether the person may know who is connected and whose ballots are in."""
    secretary: Callable[[MeetingState, PersonId], bool]
    """Whether the person may see the unpublished drafts."""
    whole: Callable[[Any], bool] = lambda _audience: True
    """Whether an audience sees all that happens, so that a checkpoint tells it nothing hidden."""


def steps_of(entries: Iterable[Entry]) -> list[Step]:
    """Return the entries of a room, from its first, with the states between them."""
    found: list[Step] = []
    state: MeetingState | None = None
    for entry in entries:
        if state is None:
            if not isinstance(entry.event, MeetingCreated):
                raise ValueError("a room begins with MeetingCreated")
            before = state = begin(entry.event)
        else:
            before, state = state, apply(state, entry)
        found.append(Step(entry, before, state))
    return found


class View:
    """What one audience knows of one room."""

    def __init__(self, room: MeetingId, room_epoch: str, audience: Hashable, sight: Sight) -> None:
        """Begin before the first event."""
        name = f"{room}|{room_epoch}|{sight.tag(audience)}"
        self.epoch = sha256(name.encode()).hexdigest()[:16]
        self.audience = audience
        self.position = 0
        self.state: MeetingState | None = None
        self._room = room
        self._sight = sight
        self._tail: deque[Entry] = deque(maxlen=RESUME_LIMIT)
        self._snapshot: tuple[int, bytes] = (-1, b"")

    def extend(self, steps: Sequence[Step]) -> bytes | None:
        """Take what has happened; return the frame that says so, or None when nothing shows."""
        start = self.position
        for step in steps:
            seen = self._sight.redact(step.entry, step.before, step.after, self.audience)
            if seen is not None:
                self._take(seen)
        return self.follow(self.epoch, start)

    def follow(self, epoch: str, position: int) -> bytes | None:
        """Return what a listener that holds `position` of `epoch` lacks; None when nothing."""
        behind = self.position - position
        if epoch != self.epoch or not 0 <= behind <= len(self._tail):
            return self.snapshot()
        return self._events(position + 1) if behind else None

    def snapshot(self) -> bytes:
        """Return the whole state of this audience as a frame, encoded once for each position."""
        if self.state is None:
            raise ValueError("a room begins with MeetingCreated")
        if self._snapshot[0] != self.position:
            frame = Snapshot(self._room, self.epoch, self.position, self.state)
            self._snapshot = (self.position, encode(frame))
        return self._snapshot[1]

    def _take(self, entry: Entry) -> None:
        if self.state is None:
            if not isinstance(entry.event, MeetingCreated):
                return  # nothing may show before the meeting itself does
            self.state = begin(entry.event)
        else:
            self.state = apply(self.state, entry)
        self.position += 1
        self._tail.append(entry)

    def _events(self, first: int) -> bytes:
        """Return the entries from `first` on; the tail must still hold them."""
        count = self.position + 1 - first
        entries = tuple(self._tail)[-count:]
        return encode(Events(self._room, self.epoch, first, entries))
