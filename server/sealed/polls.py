"""The life of sealed polls: keys before the opening, the batch after the close, then nothing left.

Driven by the state alone, so that a crash at any moment is made good when the room is opened again.
"""

import asyncio
import logging
from base64 import urlsafe_b64decode
from collections.abc import Callable, Coroutine
from typing import Any, Protocol
from uuid import uuid4

from server.core.roles import Actor
from server.journal import Journal
from server.protocol.codec import Malformed, decode_server
from server.protocol.commands import Command, OfferKeys, OpenSealedBatch, ReportLostKeys
from server.protocol.counts import Slip
from server.protocol.frames import Accepted, Refused
from server.protocol.ids import MeetingId, PollId, RequestId
from server.protocol.sealing import from_plain, in_order
from server.protocol.state import MeetingState, Poll
from server.protocol.validity import broken
from server.sealed.opener import KeyGone
from server.sealed.openers import Openers

log = logging.getLogger("phienhop.sealed")

OPENER = Actor("", "", opener=True)
_AGAIN_SECONDS = 1.0


class Asked(Protocol):
    """What is needed of a room."""

    id: MeetingId
    state: MeetingState

    def ask(self, actor: Actor, request: RequestId, command: Command) -> "asyncio.Future[bytes]":
        """See `server.room.Room.ask`."""


Work = Callable[[Asked, Poll], Coroutine[Any, Any, bool]]
"""One thing that a poll needs; says whether it is done."""


class SealedPolls:
    """Looks after the sealed polls of every open room."""

    def __init__(self, openers: Openers, journal: Journal) -> None:
        """Begin with nothing to do."""
        self._openers = openers
        self._journal = journal
        self._busy: set[tuple[MeetingId, PollId, str]] = set()
        self._over: set[tuple[MeetingId, PollId]] = set()
        self._looked: set[tuple[MeetingId, PollId, bool]] = set()
        """Polls whose keys this process has seen: still prepared, or taking ballots."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def unfinished(self) -> frozenset[MeetingId]:
        """Return the rooms with polls whose keys still exist: to be opened when a server starts."""
        return frozenset(room for room, _ in await self._openers.held())

    def look(self, room: Asked) -> None:
        """Begin whatever the room's polls need now; called after each change of them."""
        for poll in room.state.polls.values():
            needed = self._needs(room, poll) if poll.rule.secrecy == "sealed" else None
            if needed is None:
                continue
            what, work = needed
            name = (room.id, poll.id, what)
            if name not in self._busy:
                self._busy.add(name)
                task = asyncio.create_task(self._do(name, room, work(room, poll)))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    def _needs(self, room: Asked, poll: Poll) -> tuple[str, Work] | None:
        over = room.state.phase == "closed"
        looked = (room.id, poll.id, poll.state == "prepared") in self._looked
        if poll.state == "prepared" and not over:
            return None if poll.keys and looked else ("keys", self._offer)
        if poll.state in {"open", "paused"}:
            return None if looked else ("check", self._check)
        if poll.state == "closed" and poll.tally is None:
            return "open", self._open
        ended = poll.state in {"prepared", "published", "annulled"}
        if ended and (room.id, poll.id) not in self._over:
            return "destroy", self._destroy
        return None

    async def _do(
        self, name: tuple[MeetingId, PollId, str], room: Asked, work: Coroutine[Any, Any, bool]
    ) -> None:
        """Do one thing; when it failed for now, look again a little later."""
        about = {"room": name[0], "poll": name[1], "what": name[2]}
        try:
            done = await work
        except KeyGone:
            log.critical("a sealed poll cannot be opened: its keys are gone", extra=about)
            if await self._ask(room, ReportLostKeys(name[1])):
                return  # it stays busy: only annulling helps
            done = False
        except Exception:
            log.exception("a sealed poll waits", extra=about)
            done = False
        if not done:
            await asyncio.sleep(_AGAIN_SECONDS)
        self._busy.discard(name)
        if not done:
            self.look(room)

    async def _offer(self, room: Asked, poll: Poll) -> bool:
        """Offer the keys, the same again after a restart; anew when they are gone by then."""
        keys = await self._openers.keys(room.id, poll.id)
        offered = await self._ask(room, OfferKeys(poll.id, keys))
        if offered:
            self._looked.add((room.id, poll.id, True))
        return offered

    async def _check(self, room: Asked, poll: Poll) -> bool:
        """See that what is sealed now can be opened later. Raises KeyGone."""
        if not await self._openers.hold(room.id, poll.id, poll.keys):
            raise KeyGone(f"{room.id}/{poll.id}")
        self._looked.add((room.id, poll.id, False))
        return True

    async def _open(self, room: Asked, poll: Poll) -> bool:
        """Open the batch: what cannot be read, or says what cannot be said, is unreadable."""
        envelopes = [_bytes(one) for one in await self._journal.urn(room.id, poll.id)]
        plain = await self._openers.open(room.id, poll.id, envelopes)
        read = (_slip(one) for one in plain)
        slips = in_order(one for one in read if one is not None and not broken(poll.rule, one))
        unreadable = len(poll.cast) - len(slips)
        return await self._ask(room, OpenSealedBatch(poll.id, slips, unreadable))

    async def _destroy(self, room: Asked, poll: Poll) -> bool:
        """Leave neither envelopes nor keys: what was sealed stays sealed for ever."""
        await self._journal.empty_urn(room.id, poll.id)
        await self._openers.destroy(room.id, poll.id)
        self._over.add((room.id, poll.id))
        return True

    async def _ask(self, room: Asked, command: Command) -> bool:
        """Give the command; refused, the state says what is needed then."""
        answer = decode_server(await room.ask(OPENER, uuid4().hex, command))
        if isinstance(answer, Refused):
            log.warning("refused: %s", answer.refusal.code, extra={"room": room.id})
        return isinstance(answer, Accepted)

    async def close(self) -> None:
        """Stop; what was begun is taken up by the next start."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _bytes(envelope: str) -> bytes:
    return urlsafe_b64decode(envelope + "=" * (-len(envelope) % 4))


def _slip(plain: bytes) -> Slip | None:
    try:
        return from_plain(plain)
    except Malformed:
        return None
