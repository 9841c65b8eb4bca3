"""Ending polls whose time is over: the clock of a room, which the rules themselves do not have."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Protocol
from uuid import uuid4

from server.core.roles import Actor
from server.hub.presence import Later
from server.protocol.codec import decode_server
from server.protocol.commands import Command, EndPoll
from server.protocol.frames import Refused
from server.protocol.ids import PollId, RequestId, Time
from server.protocol.refusals import Code
from server.protocol.state import MeetingState

log = logging.getLogger("phienhop.room")

CLOCK = Actor("", "", clock=True)
LONGEST = 60.0
"""Seconds between two looks at most: the machine may sleep, and its clock may be set."""


class Timed(Protocol):
    """What is needed of a room."""

    state: MeetingState

    def ask(self, actor: Actor, request: RequestId, command: Command) -> "asyncio.Future[bytes]":
        """See `server.room.Room.ask`."""


class PollClock:
    """Looks after the time limits of one room's polls.

    Driven by the state alone: a limit that passed while the server was down is met at the first
    look. What cannot be closed (`server.core.waiting.end`) is tried again when polls change.
    """

    def __init__(
        self, room: Timed, later: Later, now: Callable[[], Time], retry_seconds: float
    ) -> None:
        """Begin with the first `look`."""
        self._room = room
        self._later = later
        self._now = now
        self._retry_seconds = retry_seconds
        self._ending: set[PollId] = set()
        self._wakes_at: Time = 0
        """When the next look is due; 0 for none."""

    def look(self) -> None:
        """End what is over, and look again when the next poll is; call it when polls change."""
        polls = self._room.state.open_polls()
        limited = [one for one in polls if one.ends_at and one.state == "open"]
        if not limited:
            return
        now = self._now()
        for poll in limited:
            if now > poll.ends_at:
                self._end(poll.id)
            else:
                self._wake(now, (poll.ends_at + 1 - now) / 1000)

    def _wake(self, now: Time, seconds: float) -> None:
        seconds = min(seconds, LONGEST)
        at = now + int(seconds * 1000)
        if self._wakes_at and self._wakes_at <= at:
            return
        self._wakes_at = at
        self._later(seconds, partial(self._woken, at))

    def _woken(self, at: Time) -> None:
        if self._wakes_at == at:  # an earlier look has not taken its place
            self._wakes_at = 0
            self.look()

    def _end(self, poll: PollId) -> None:
        if poll not in self._ending:
            self._ending.add(poll)
            asked = self._room.ask(CLOCK, uuid4().hex, EndPoll(poll))
            asked.add_done_callback(partial(self._answered, poll))

    def _answered(self, poll: PollId, answer: "asyncio.Future[bytes]") -> None:
        self._ending.discard(poll)
        if answer.cancelled():
            return
        frame = decode_server(answer.result())
        if not isinstance(frame, Refused):
            return
        log.warning("not ended: %s", frame.refusal.code, extra={"poll": poll})
        if frame.refusal.code in {Code.NOT_RECORDED, Code.INTERNAL}:
            self._wake(self._now(), self._retry_seconds)
