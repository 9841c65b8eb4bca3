"""The notes' line: carries sealed entries to the server and brings those of other devices.

A task beside the window. It needs no login but once, to be given its token; it runs for as long as
the person's notes are open on this device, whatever the meeting's line does.
"""

import asyncio
import contextlib
import logging
import random
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from client.device.credentials import Identity, to_bytes, to_text
from client.device.vault import Damaged
from client.line import NOTES, Address, LineFailed, dial
from client.notes.drawer import Drawer
from client.notes.shelf import Row, Share
from client.parts import new_id
from client.wire import FIRST_WAIT, LONGEST_WAIT
from server.protocol import frames as f
from server.protocol import notes as n
from server.protocol.codec import Malformed, decode_server, encode
from server.protocol.ids import DeviceId
from server.protocol.refusals import Code, Refusal

F = TypeVar("F", f.Challenge, f.Authenticated, f.SignedIn, n.NotesAllowed, n.NotesOpened)
BATCH_BYTES = 150 * 1024
SILENCE_SECONDS = 30
_log = logging.getLogger(__name__)


class _Refused(Exception):  # noqa: N818 - it names the answer
    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class NotesWay:
    """How to reach the notes' line."""

    address: Address
    context: ssl.SSLContext
    identity: Identity
    login_token: Callable[[], str]
    """The token of the person's login, empty without one; needed once."""


class NotesLine:
    """Holds the line for one drawer while `run` runs."""

    def __init__(self, drawer: Drawer, way: NotesWay, tell: Callable[[], None]) -> None:
        self.device: DeviceId = way.identity.device
        self.open = False
        """The server is there and knows the person."""
        self.key: n.KeyId = ""
        """What the person's notes are sealed with, as the server knows; empty: not heard yet."""
        self.wrapped: tuple[n.WrappedKey, ...] = ()
        self._drawer, self._way, self._tell = drawer, way, tell
        self._something = asyncio.Event()
        self._waiting: dict[str, asyncio.Future[f.ServerFrame]] = {}
        self._line: ClientConnection | None = None
        self._failures = 0
        self._epoch = ""
        drawer.flush = self.flush

    @property
    def locked(self) -> bool:
        """The server holds notes of this person under a key that this device does not have."""
        return bool(self.key) and self.key != self._drawer.ring.key.name

    def flush(self) -> None:
        """There is something to send."""
        self._something.set()

    async def request(self, frame: f.ClientFrame) -> f.ServerFrame | Refusal:
        """Return the answer to a frame with an id; a refusal without a line."""
        line = self._line
        if line is None or not self.open:
            return Refusal(Code.SERVER_UNREACHABLE)
        name: str = frame.id  # type: ignore[union-attr]  # every frame that is asked with has one
        answer: asyncio.Future[f.ServerFrame] = asyncio.get_running_loop().create_future()
        self._waiting[name] = answer
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                await line.send(encode(frame), text=True)
                got = await answer
        except (ConnectionClosed, TimeoutError):
            return Refusal(Code.SERVER_UNREACHABLE)
        finally:
            self._waiting.pop(name, None)
        return got.refusal if isinstance(got, f.Refused) else got

    async def begin_anew(self) -> Refusal | None:
        """Make this device's key the person's: every other one is lost."""
        key = self._drawer.ring.key
        answer = await self.request(n.ResetNotes(new_id(), key.name, key.public))
        if isinstance(answer, Refusal):
            return answer
        self.key, self.wrapped = key.name, ()
        await self._drawer.begin_anew()
        self._tell()
        return None

    async def run(self) -> None:
        """Hold the line until cancelled."""
        while True:
            try:
                line = await dial(self._way.address, NOTES, self._way.context)
            except LineFailed:
                self._failures += 1
            else:
                await self._hold(line)
            longest = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(self._failures, 10))
            await asyncio.sleep(random.uniform(FIRST_WAIT, longest))  # noqa: S311 - spreads reconnects

    async def _hold(self, line: ClientConnection) -> None:
        sender: asyncio.Task[None] | None = None
        try:
            opened = await self._enter(line)
            self._line, self.open, self._failures = line, True, 0
            await self._begin(opened)
            sender = asyncio.create_task(self._send())
            async for raw in line:
                await self._take(decode_server(raw))
        except (ConnectionClosed, TimeoutError):
            self._failures += 1
        except (Malformed, _Refused) as fault:
            self._failures += 1
            _log.warning("the notes' line: %s", fault)
        finally:
            self._line, self.open = None, False
            if sender is not None:
                sender.cancel()
                await asyncio.gather(sender, return_exceptions=True)
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_result(f.Refused(Refusal(Code.SERVER_UNREACHABLE)))
            await _end(line)
            self._tell()

    # ---- entering --------------------------------------------------------------------------------

    async def _enter(self, line: ClientConnection) -> n.NotesOpened:
        identity, ring = self._way.identity, self._drawer.ring
        challenge = await _expect(line, f.Challenge)
        signature = identity.key.authenticate(identity.ca_sha256, to_bytes(challenge.nonce))
        await line.send(encode(f.Authenticate(identity.device, signature)), text=True)
        await _expect(line, f.Authenticated)
        if ring.token:
            try:
                return await self._open(line)
            except _Refused as refused:
                if refused.refusal.code is not Code.TOKEN_WRONG:
                    raise
        await self._allow(line)
        return await self._open(line)

    async def _allow(self, line: ClientConnection) -> None:
        login = self._way.login_token()
        if not login:
            raise _Refused(Refusal(Code.NOT_SIGNED_IN))
        await line.send(encode(f.Resume(login)), text=True)
        signed = await _expect(line, f.SignedIn)
        if signed.person != self._drawer.person:
            raise _Refused(Refusal(Code.NOT_ALLOWED))
        await line.send(encode(n.AllowNotes(new_id())), text=True)
        allowed = await _expect(line, n.NotesAllowed)
        await self._drawer.run(lambda: self._drawer.ring.allow(allowed.token))

    async def _open(self, line: ClientConnection) -> n.NotesOpened:
        ring = self._drawer.ring
        epoch, position = await self._drawer.run(self._drawer.shelf.position)
        frame = n.OpenNotes(ring.token, ring.key.name, ring.key.public, epoch, position)
        await line.send(encode(frame), text=True)
        return await _expect(line, n.NotesOpened)

    async def _begin(self, opened: n.NotesOpened) -> None:
        epoch, _ = await self._drawer.run(self._drawer.shelf.position)
        if epoch != opened.epoch:
            await self._drawer.begin_epoch(opened.epoch)
        self._epoch, self.key, self.wrapped = opened.epoch, opened.key, opened.wrapped
        await self._try_keys()
        self.flush()
        self._tell()

    async def _try_keys(self) -> None:
        """Take the key that another device has given to this one, if it has."""
        for one in self.wrapped:
            if self.locked and one.kind == "device" and one.device == self.device:
                try:
                    key = self._drawer.ring.half.unwrap(one, self._drawer.person)
                except (Damaged, ValueError):
                    continue
                if key.name == self.key:
                    await self._drawer.adopt(key)

    # ---- frames ----------------------------------------------------------------------------------

    async def _take(self, frame: f.ServerFrame) -> None:
        match frame:
            case n.NotesArrived():
                rows = tuple(self._row(entry) for entry in frame.entries)
                await self._drawer.arrived(rows, self._epoch, frame.position)
            case n.NotesShared():
                await self._drawer.take_shares(
                    tuple(
                        Share(one.sender, one.share, one.at, to_bytes(one.sealed))
                        for one in frame.shared
                    ),
                    first=frame.first,
                )
            case n.NotesUnshared():
                await self._drawer.drop_share(frame.sender, frame.share)
            case f.Refused(refusal=Refusal(code=Code.NOTES_KEY_OTHER), id=""):
                raise _Refused(frame.refusal)
            case n.NoteKeys():
                self.wrapped = frame.wrapped
                await self._try_keys()
                self._tell()
            case _:
                answer = self._waiting.get(getattr(frame, "id", ""))
                if answer is not None and not answer.done():
                    answer.set_result(frame)

    def _row(self, entry: n.NoteEntry) -> Row:
        sealed = to_bytes(entry.sealed)
        return Row(entry.log, entry.writer, entry.number, self.key, sealed)

    async def _send(self) -> None:
        """Send what the server has not confirmed, a batch at a time, and again when it comes."""
        while True:
            self._something.clear()
            key = self._drawer.ring.key.name
            rows = () if self.locked else await self._unsent(key)
            if not rows:
                await self._take_back()
                if self.locked or not await self._drawer.shed():
                    await self._something.wait()
                continue
            entries = tuple(
                n.NoteEntry(row.log, row.writer, row.number, to_text(row.sealed)) for row in rows
            )
            answer = await self.request(n.PutNotes(new_id(), entries))
            if isinstance(answer, n.NotesKept):
                await self._drawer.sent(rows, self._epoch, answer.position)
            else:
                await asyncio.sleep(LONGEST_WAIT)

    async def _take_back(self) -> None:
        """Let the readers of deleted marks lose them."""
        for share in await self._drawer.run(self._drawer.shelf.to_take_back):
            answer = await self.request(n.UnshareNotes(new_id(), share))
            if isinstance(answer, f.Accepted):
                await self._drawer.run(partial(self._drawer.shelf.taken_back, share))

    async def _unsent(self, key: n.KeyId) -> tuple[Row, ...]:
        return await self._drawer.run(
            lambda: self._drawer.shelf.unsent(key, n.ENTRIES_MAX, BATCH_BYTES)
        )


async def _expect(line: ClientConnection, kind: type[F]) -> F:
    async with asyncio.timeout(SILENCE_SECONDS):
        while True:
            frame = decode_server(await line.recv())
            if isinstance(frame, kind):
                return frame
            if isinstance(frame, f.Refused):
                raise _Refused(frame.refusal)


async def _end(line: ClientConnection) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(2):
            await line.close()
    line.transport.abort()
