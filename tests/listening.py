"""Listeners without sockets, and a room whose time and chance a test owns."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import TypeVar

from server.core.roles import Actor
from server.files import Files
from server.hub import Listener
from server.journal import Batch, Journal, seal
from server.journal.memory import MemoryJournal
from server.protocol import events as e
from server.protocol import frames as f
from server.protocol.codec import decode_server
from server.protocol.commands import Command, Draft
from server.protocol.fold import apply
from server.protocol.ids import Time
from server.protocol.refusals import Code
from server.protocol.state import MeetingState, Organization, Personal, RollEntry
from server.room import Room
from server.signing import LogKey
from server.turn import Ports

F = TypeVar("F", bound=f.ServerFrame)
ROOM = "m1"
BODY = Organization("o1", "Hội đồng nhân dân")


def payload(frame: bytes) -> bytes:
    """Take a whole server's text frame apart, as RFC 6455 section 5.2 says."""
    assert frame[0] == 0x81, "one final text frame"
    length, start = frame[1], 2
    if length == 126:
        length, start = int.from_bytes(frame[2:4]), 4
    elif length == 127:
        length, start = int.from_bytes(frame[2:10]), 10
    assert len(frame) == start + length
    return frame[start:]


@dataclass(eq=False)
class Ear:
    """What one person's device holds of the room, fed by an outbox like any tablet."""

    person: str
    device: str
    secretary: bool = False
    state: MeetingState | None = None
    epoch: str = ""
    position: int = 0
    personal: Personal = field(default_factory=Personal)
    drafts: tuple[Draft, ...] | None = None
    heard: list[f.ServerFrame] = field(default_factory=list)
    listener: Listener | None = None

    def write(self, frame: bytes) -> None:
        self.take(decode_server(payload(frame)))

    def take(self, frame: f.ServerFrame) -> None:
        self.heard.append(frame)
        match frame:
            case f.Snapshot():
                self.state, self.epoch, self.position = frame.state, frame.epoch, frame.position
                self.drafts = None
            case f.Events():
                assert (frame.epoch, frame.first) == (self.epoch, self.position + 1)
                assert self.state is not None
                for entry in frame.entries:
                    self.state = apply(self.state, entry)
                self.position += len(frame.entries)
            case f.Joined():
                assert (frame.epoch, frame.position) == (self.epoch, self.position)
            case f.OnlyYours():
                self.personal = frame.personal
            case f.Drafts():
                self.drafts = frame.drafts
            case f.Refused(refusal=refusal) if refusal.code is Code.ROOM_UNKNOWN:
                self.forget()
            case _:
                pass

    def forget(self) -> None:
        self.state, self.epoch, self.position, self.listener = None, "", 0, None

    def join(self, room: Room) -> bool:
        """Come in, for the first time or again."""
        listener = Listener(self.person, self.device, self, lambda: self.secretary)
        joined = room.join(listener, self.epoch, self.position)
        self.listener = listener if joined else None
        return joined

    def drop(self, room: Room) -> None:
        if self.listener is not None:
            room.hub.leave(self.listener)
            self.listener = None

    def frames(self, kind: type[F]) -> list[F]:
        return [frame for frame in self.heard if isinstance(frame, kind)]

    def kinds(self) -> list[str]:
        """What was heard, by the names of the frames."""
        return [type(frame).__name__ for frame in self.heard]


@dataclass
class Later:
    """Time that passes when the test says so."""

    waiting: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    now: float = 0.0
    order: "count[int]" = field(default_factory=count)

    def __call__(self, seconds: float, call: Callable[[], None]) -> None:
        self.waiting.append((self.now + seconds, next(self.order), call))

    def go(self, seconds: float) -> None:
        until = self.now + seconds
        while due := sorted(one for one in self.waiting if one[0] <= until):
            self.waiting.remove(due[0])
            self.now = due[0][0]
            due[0][2]()
        self.now = until


@dataclass
class Ground:
    """What a room stands on in a test."""

    journal: Journal = field(default_factory=MemoryJournal)
    later: Later = field(default_factory=Later)
    clock: Time = 1_758_157_200_000
    failures: list[BaseException] = field(default_factory=list)
    changed: list[MeetingState] = field(default_factory=list)
    salts: "count[int]" = field(default_factory=count)
    key: LogKey | None = None

    def ports(self) -> Ports:
        self.files = Files(self.journal)
        return Ports(
            journal=self.journal,
            files=self.files,
            now=self.tick,
            later=self.later,
            random=lambda size: next(self.salts).to_bytes(size),
            fatal=self.failures.append,
            changed=self.changed.append,
            retry_seconds=0.001,
            key=self.key,
        )

    def tick(self) -> Time:
        self.clock += 1000
        return self.clock

    async def room(self, roll: tuple[RollEntry, ...], epoch: str = "epoch-1") -> Room:
        """A new meeting with these people."""
        events: tuple[e.Event, ...] = (e.MeetingCreated(ROOM, BODY, "Kỳ họp"), e.RollSet(roll))
        records = [
            seal(e.Record(seq, self.tick(), event, "p-secretary"), bytes(16))
            for seq, event in enumerate(events, 1)
        ]
        await self.journal.create(ROOM, epoch, Batch(records))
        return await self.reopen()

    async def reopen(self) -> Room:
        """The room as a restarted server finds it."""
        kept = await self.journal.open(ROOM)
        assert kept is not None
        return Room(ROOM, kept, self.ports())


@dataclass
class Asker:
    """Gives commands in a room, each under an id of its own."""

    room: Room
    ids: "count[int]" = field(default_factory=count)

    def send(
        self, person: str, command: Command, *, request: str = "", secretary: bool = False
    ) -> "asyncio.Future[bytes]":
        by = Actor(person, f"d-{person}", secretary)
        return self.room.ask(by, request or f"r{next(self.ids)}", command)

    async def __call__(
        self, person: str, command: Command, *, request: str = "", secretary: bool = False
    ) -> f.ServerFrame:
        asked = self.send(person, command, request=request, secretary=secretary)
        return decode_server(await asyncio.wait_for(asked, 10))
