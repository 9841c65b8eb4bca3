"""Keeps what one device sends and passes it to the person's other devices, unread."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from secrets import token_urlsafe
from typing import Protocol

from server.database import Database, NotRecorded
from server.notes import box
from server.protocol.frames import Refused, ServerFrame
from server.protocol.ids import DeviceId, PersonId, Time
from server.protocol.notes import (
    NoteCopy,
    NoteEntry,
    NoteKeys,
    NotesArrived,
    NotesShared,
    NotesUnshared,
    OpenNotes,
    Public,
    ResetNotes,
    SharedNote,
    ShareId,
    WrappedKey,
)
from server.protocol.refusals import Code, Refusal

TOKEN_BYTES = 32
PAGE_ENTRIES = 256
PAGE_BYTES = 128 * 1024


class Listener(Protocol):
    """One open notes' line."""

    live: bool
    """It has everything; what comes now is sent as it comes."""
    behind: bool
    """Something came while it was not live."""

    def tell(self, frame: ServerFrame) -> None:
        """Send a frame, without waiting."""


class Relay:
    """The sealed notes of everybody on this server."""

    def __init__(self, database: Database) -> None:
        """Nobody listens yet."""
        self._database = database
        self._listeners: dict[PersonId, list[Listener]] = defaultdict(list)
        self._turns: dict[PersonId, asyncio.Lock] = defaultdict(asyncio.Lock)

    # ---- who -------------------------------------------------------------------------------------

    async def allow(self, person: PersonId, device: DeviceId, now: Time) -> str:
        """Return a token for the person's notes on that device. Raises NotRecorded."""
        token = token_urlsafe(TOKEN_BYTES)
        await self._database.run(lambda db: box.new_token(db, token, person, device, now))
        return token

    async def owner(self, token: str, device: DeviceId) -> PersonId | None:
        """Return whose notes the token opens on that device."""
        return await self._database.run(lambda db: box.owner(db, token, device))

    async def open(self, person: PersonId, frame: OpenNotes) -> box.Opened:
        """Return the person's state. Raises NotRecorded."""
        return await self._database.run(
            lambda db: box.open_for(db, person, frame.key, frame.public)
        )

    def listen(self, person: PersonId, listener: Listener) -> None:
        """Tell a line of what comes; see `Listener.live`."""
        self._listeners[person].append(listener)

    def leave(self, person: PersonId, listener: Listener) -> None:
        """The line has ended."""
        self._listeners[person].remove(listener)
        if not self._listeners[person]:
            del self._listeners[person]

    def _tell(self, person: PersonId, frame: ServerFrame, but: Listener | None = None) -> None:
        for listener in tuple(self._listeners.get(person, ())):
            if listener is not but:
                if listener.live:
                    listener.tell(frame)
                listener.behind = True

    # ---- entries ---------------------------------------------------------------------------------

    async def put(
        self, person: PersonId, entries: Iterable[NoteEntry], origin: Listener
    ) -> int | Refusal:
        """Keep entries and relay them; the position they reach. Refuses when full."""
        async with self._turns[person]:
            try:
                kept = await self._database.run(lambda db: box.put(db, person, entries))
            except box.Full:
                return Refusal(Code.NOTES_FULL, {"limit": box.PERSON_BYTES // box.MIB})
            except NotRecorded:
                return Refusal(Code.NOT_RECORDED)
            position, fresh = kept
            if fresh:
                self._tell(person, NotesArrived(position, fresh), but=origin)
        return position

    async def after(self, person: PersonId, position: int) -> NotesArrived:
        """Return the next entries after a position; none at the end."""
        last, entries = await self._database.run(
            lambda db: box.after(db, person, position, PAGE_ENTRIES, PAGE_BYTES)
        )
        return NotesArrived(last, entries)

    # ---- keys ------------------------------------------------------------------------------------

    async def wrap(self, person: PersonId, key: WrappedKey) -> Refusal | None:
        """Keep a wrapping of the person's key, and tell all the person's devices."""
        try:
            refusal, wrapped = await self._database.run(
                lambda db: (box.wrap(db, person, key), box.wrapped(db, person))
            )
        except NotRecorded:
            return Refusal(Code.NOT_RECORDED)
        if refusal is None:
            for listener in self._listeners.get(person, ()):
                listener.tell(NoteKeys(wrapped))
        return refusal

    async def reset(self, person: PersonId, frame: ResetNotes, origin: Listener) -> Refusal | None:
        """Begin the person's notes anew; their other devices are told to come back."""
        async with self._turns[person]:
            try:
                gone = await self._database.run(lambda db: box.readers(db, person))
                await self._database.run(lambda db: box.reset(db, person, frame.key, frame.public))
            except NotRecorded:
                return Refusal(Code.NOT_RECORDED)
            for share, reader in gone:
                self._take_back(person, share, (reader,))
            for listener in tuple(self._listeners.get(person, ())):
                if listener is not origin:
                    listener.tell(Refused(Refusal(Code.NOTES_KEY_OTHER)))
        return None

    async def publics(self, people: Iterable[PersonId]) -> dict[PersonId, Public]:
        """Return the public keys of those who have opened their notes once."""
        return await self._database.run(lambda db: box.publics(db, people))

    # ---- shares ----------------------------------------------------------------------------------

    async def share(
        self, sender: PersonId, name: ShareId, copies: tuple[NoteCopy, ...], now: Time
    ) -> Refusal | None:
        """Give each reader a copy, and take the share from whoever no longer has one."""
        try:
            gone = await self._database.run(lambda db: box.share(db, sender, name, copies, now))
        except box.Full:
            return Refusal(Code.NOTES_FULL, {"limit": box.SHARED_BYTES // box.MIB})
        except NotRecorded:
            return Refusal(Code.NOT_RECORDED)
        for copy in copies:
            shared = SharedNote(name, sender, now, copy.sealed)
            for listener in self._listeners.get(copy.person, ()):
                listener.tell(NotesShared((shared,)))
        self._take_back(sender, name, gone)
        return None

    async def unshare(self, sender: PersonId, name: ShareId) -> Refusal | None:
        """Take a share back from all its readers."""
        try:
            gone = await self._database.run(lambda db: box.unshare(db, sender, name))
        except NotRecorded:
            return Refusal(Code.NOT_RECORDED)
        self._take_back(sender, name, gone)
        return None

    def _take_back(self, sender: PersonId, name: ShareId, readers: Iterable[PersonId]) -> None:
        for reader in readers:
            for listener in self._listeners.get(reader, ()):
                listener.tell(NotesUnshared(name, sender))

    async def shared_with(self, reader: PersonId) -> tuple[SharedNote, ...]:
        """Return what others share with somebody."""
        return await self._database.run(lambda db: box.shared_with(db, reader))
