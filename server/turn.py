"""One batch of commands while it is being decided: nothing of it is real before it is written."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.core.decide import decide
from server.core.roles import Actor
from server.files import Files
from server.hub import Step
from server.hub.presence import Later
from server.journal import Answered, Batch, Dropped, Journal, Sealed, seal
from server.protocol.codec import encode
from server.protocol.commands import (
    Command,
    Draft,
    FilePaper,
    PublishChanges,
    ReplacePaper,
    SealBallot,
)
from server.protocol.events import AgendaPublished, Event, Record
from server.protocol.fold import apply
from server.protocol.frames import Accepted, Refused
from server.protocol.ids import ChangeId, DeviceId, RequestId, Time
from server.protocol.ledger import SALT_BYTES
from server.protocol.refusals import Code, Refusal
from server.protocol.state import File, MeetingState
from server.signing import LogKey
from server.summary import encode_summary, same_card, summarize

log = logging.getLogger("phienhop.room")

Key = tuple[DeviceId, RequestId]


@dataclass(frozen=True, slots=True)
class Ports:
    """What a room needs from outside; injected, so that tests own time and chance."""

    journal: Journal
    files: Files
    now: Callable[[], Time]
    later: Later
    random: Callable[[int], bytes]
    fatal: Callable[[BaseException], None]
    """Called when disk and memory may have parted: the server must stop."""
    changed: Callable[[MeetingState], None] = lambda _state: None
    """Called when the meeting's card in lobbies is another one."""
    retry_seconds: float = 1.0
    key: LogKey | None = None
    """What signs the record's checkpoints; without one there are none."""
    polls_changed: Callable[[Any], None] = lambda _room: None
    """Called with a room when its polls are other ones, and when it is opened."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A command in a room's inbox, and where its answer is awaited."""

    actor: Actor
    request: RequestId
    command: Command
    answer: "asyncio.Future[bytes]"

    @property
    def key(self) -> Key:
        """What makes it the same request when it comes again."""
        return self.actor.device, self.request


def _files_of(command: Command) -> Iterable[File]:
    if isinstance(command, PublishChanges):
        for draft in command.drafts:
            yield from files_of_draft(draft)


def files_of_draft(draft: Draft) -> Iterable[File]:
    """Return the file that a draft would file, if any."""
    if isinstance(draft.change, FilePaper | ReplacePaper) and draft.change.file is not None:
        yield draft.change.file


def refused(request: RequestId, refusal: Refusal) -> bytes:
    """Return the encoded frame that refuses a request."""
    return encode(Refused(refusal, request))


@dataclass(slots=True)
class Turn:
    """Commands decided one after the other, each against what those before it left."""

    ports: Ports
    start: MeetingState
    seq: int
    at: Time
    known: Mapping[Key, bytes]
    """Answers given before this batch."""
    state: MeetingState = field(init=False)
    records: list[Sealed] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    fresh: dict[Key, bytes] = field(default_factory=dict)
    passing: dict[Key, bytes] = field(default_factory=dict)
    """Answers that are not kept: the request may be tried again."""
    urn: list[Dropped] = field(default_factory=list)
    """Envelopes of sealed ballots, which are in no event."""

    def __post_init__(self) -> None:
        """Begin where the room stands."""
        self.state = self.start

    def take(self, asked: Asked) -> None:
        """Decide one command, unless it has been answered already."""
        key = asked.key
        if key in self.known or key in self.fresh:
            return
        try:
            self.fresh[key] = self._decide(asked)
        except Exception:
            log.exception("a command failed", extra={"command": type(asked.command).__name__})
            self.passing[key] = refused(asked.request, Refusal(Code.INTERNAL))

    def answer(self, asked: Asked) -> bytes:
        """Return the answer to a command that was taken."""
        key = asked.key
        return self.known.get(key) or self.fresh.get(key) or self.passing[key]

    def batch(self) -> Batch:
        """Return what has to become durable before any of it counts."""
        changed = not same_card(self.start, self.state)
        return Batch(
            records=self.records,
            answers=[
                Answered(device, request, raw) for (device, request), raw in self.fresh.items()
            ],
            published=sorted(self.published),
            summary=encode_summary(summarize(self.state)) if changed else None,
            urn=self.urn,
        )

    @property
    def published(self) -> frozenset[ChangeId]:
        """The drafts that are drafts no longer."""
        return frozenset(
            draft
            for step in self.steps
            if isinstance(step.entry.event, AgendaPublished)
            for draft in step.entry.event.drafts
        )

    def _decide(self, asked: Asked) -> bytes:
        for file in _files_of(asked.command):
            if not self.ports.files.holds(self.state.organization.id, file):
                unknown = Refusal(Code.FILE_UNKNOWN, {"name": file.name})
                return refused(asked.request, unknown)
        decision = decide(self.state, asked.command, asked.actor, self.at)
        if isinstance(decision, Refusal):
            return refused(asked.request, decision)
        self._happen(asked, decision)
        if isinstance(asked.command, SealBallot):
            told = asked.command
            self.urn.append(Dropped(told.poll, told.ballot, told.envelope, told.replaces))
        return encode(Accepted(asked.request, self.at))

    def _happen(self, asked: Asked, events: Sequence[Event]) -> None:
        """Take all events of one decision, or none when one of them fails."""
        seq, state = self.seq, self.state
        records: list[Sealed] = []
        steps: list[Step] = []
        for event in events:
            seq += 1
            record = Record(
                seq, self.at, event, asked.actor.person, asked.actor.device, asked.request
            )
            after = apply(state, record.entry())
            records.append(seal(record, self.ports.random(SALT_BYTES)))
            steps.append(Step(record.entry(), state, after))
            state = after
        self.seq, self.state = seq, state
        self.records += records
        self.steps += steps
