"""The notes' line: a device's way to its person's private notes, whatever meeting is on (SPEC 15).

It needs no login, but once to be given its token, which is the person's on this device and
outlives every meeting.
"""

import asyncio
import logging

from websockets.exceptions import ConnectionClosed

from server.accounts import Login
from server.database import NotRecorded
from server.gateway.caller import Caller
from server.gateway.line import TRY_LATER, Ended, Line, request_id
from server.gateway.ports import Commons
from server.notes.relay import Relay
from server.protocol.codec import encode
from server.protocol.frames import Accepted, Refused, Resume, ServerFrame, SignedIn
from server.protocol.ids import PersonId
from server.protocol.notes import (
    AllowNotes,
    FindReaders,
    NotesAllowed,
    NotesKept,
    NotesOpened,
    NotesShared,
    OpenNotes,
    PutNoteKey,
    PutNotes,
    Readers,
    ResetNotes,
    SharedNote,
    ShareNotes,
    UnshareNotes,
)
from server.protocol.refusals import Code, Refusal

log = logging.getLogger("phienhop.gateway")

SHARED_BYTES = 256 * 1024
"""Of sealed text in one `NotesShared`, unless one share alone has more."""


class NotesLine:
    """One device that holds its person's notes."""

    def __init__(self, commons: Commons, caller: Caller) -> None:
        """Begin with nobody known."""
        self._commons = commons
        self._relay: Relay = commons.notes
        self._caller = caller
        self._line: Line = caller.line
        self._device = caller.device.id if caller.device is not None else ""
        self.live = False
        self.behind = False

    def tell(self, frame: ServerFrame) -> None:
        """See `server.notes.relay.Listener`."""
        self._line.send(frame)

    async def run(self) -> None:
        """Serve until the line ends. Raises Ended or ConnectionClosed."""
        person, frame = await self._begin()
        self._relay.listen(person, self)
        try:
            opened = await self._relay.open(person, frame)
            self._line.send(
                NotesOpened(
                    person, self._device, opened.key, opened.epoch, opened.position, opened.wrapped
                )
            )
            await self._send_shares(person)
            start = frame.after if frame.epoch == opened.epoch else 0
            catching_up = asyncio.create_task(self._catch_up(person, start))
            self._caller.tasks.add(catching_up)
            await self._serve(person)
        finally:
            self._relay.leave(person, self)

    async def _begin(self) -> tuple[PersonId, OpenNotes]:
        """Return whose notes are opened. A login is needed only to be given a token."""
        login: Login | None = None
        while True:
            frame = await self._line.frame()
            match frame:
                case Resume():
                    login = await self._resume(frame)
                case AllowNotes() if login is not None:
                    await self._allow(login, frame)
                case OpenNotes():
                    person = await self._relay.owner(frame.token, self._device)
                    if person is not None:
                        self._line.trust()
                        return person, frame
                    self._line.refuse(Code.TOKEN_WRONG)
                case _:
                    self._line.refuse(Code.NOT_SIGNED_IN, request_id(frame))

    async def _resume(self, frame: Resume) -> Login | None:
        """Know a login, without standing on it: this line stays when the login ends."""
        login = await self._commons.accounts.resume(self._device, frame.token)
        if isinstance(login, Refusal):
            self._line.send(Refused(login))
            return None
        self._line.send(SignedIn(login.token, login.person, login.name, login.must_change))
        return None if login.must_change else login

    async def _allow(self, login: Login, frame: AllowNotes) -> None:
        try:
            token = await self._relay.allow(login.person, self._device, self._commons.now())
        except NotRecorded:
            self._line.refuse(Code.NOT_RECORDED, frame.id)
            return
        self._line.send(NotesAllowed(frame.id, token))

    async def _send_shares(self, person: PersonId) -> None:
        page: list[SharedNote] = []
        first, size = True, 0
        for one in await self._relay.shared_with(person):
            if page and size + len(one.sealed) > SHARED_BYTES:
                await self._send(NotesShared(tuple(page), first))
                page, first, size = [], False, 0
            page.append(one)
            size += len(one.sealed)
        await self._send(NotesShared(tuple(page), first))

    async def _catch_up(self, person: PersonId, position: int) -> None:
        """Send what came after a position, at the pace of the line; then what comes is told."""
        try:
            await self._send_after(person, position)
        except (ConnectionClosed, Ended):
            log.info("a notes' line ended before it had everything")
        except NotRecorded:
            self._line.connection.transport.abort()

    async def _send_after(self, person: PersonId, position: int) -> None:
        while True:
            self.behind = False
            arrived = await self._relay.after(person, position)
            if arrived.entries:
                position = arrived.position
                await self._send(arrived)
            elif not self.behind:
                self.live = True
                return

    async def _send(self, frame: ServerFrame) -> None:
        """Send and wait until the line has taken it."""
        try:
            async with asyncio.timeout(self._commons.limits.chunk_seconds):
                await self._line.connection.send(encode(frame), text=True)
        except TimeoutError:
            self._line.connection.transport.abort()
            raise Ended(TRY_LATER, "notes were not taken") from None

    async def _serve(self, person: PersonId) -> None:
        while True:
            frame = await self._line.frame()
            match frame:
                case PutNotes():
                    await self._put(person, frame)
                case PutNoteKey():
                    await self._put_key(person, frame)
                case ResetNotes():
                    self._answer(frame.id, await self._relay.reset(person, frame, self))
                case FindReaders():
                    readers = self._commons.accounts.colleagues(person) & set(frame.people)
                    keys = await self._relay.publics(sorted(readers))
                    self._line.send(Readers(frame.id, keys))
                case ShareNotes():
                    await self._share(person, frame)
                case UnshareNotes():
                    self._answer(frame.id, await self._relay.unshare(person, frame.share))
                case _:
                    self._line.refuse(Code.OUT_OF_TURN, request_id(frame))

    def _answer(self, request: str, refusal: Refusal | None) -> None:
        if refusal is None:
            self._line.send(Accepted(request, self._commons.now()))
        else:
            self._line.send(Refused(refusal, request))

    async def _put(self, person: PersonId, frame: PutNotes) -> None:
        kept = await self._relay.put(person, frame.entries, self)
        if isinstance(kept, Refusal):
            self._line.send(Refused(kept, frame.id))
        else:
            self._line.send(NotesKept(frame.id, kept if self.live else 0))

    async def _put_key(self, person: PersonId, frame: PutNoteKey) -> None:
        if frame.key.kind == "request" and frame.key.device != self._device:
            self._line.refuse(Code.NOT_ALLOWED, frame.id)
            return
        self._answer(frame.id, await self._relay.wrap(person, frame.key))

    async def _share(self, person: PersonId, frame: ShareNotes) -> None:
        if not {copy.person for copy in frame.copies} <= self._commons.accounts.colleagues(person):
            self._line.refuse(Code.READER_UNKNOWN, frame.id)
            return
        now = self._commons.now()
        self._answer(frame.id, await self._relay.share(person, frame.share, frame.copies, now))
