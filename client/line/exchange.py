"""The papers' line: files down and up, in chunks that go on where they stopped.

A line of its own, so that what happens in a meeting never queues behind a file. It is opened when
there is something to carry and closed when there is not.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from client.device.credentials import Identity, to_bytes
from client.line import PAPERS, Address, LineFailed, dial
from server.protocol import frames as f
from server.protocol.codec import Malformed, decode_server, encode
from server.protocol.ids import MaybeId, RequestId, Sha256, UploadId
from server.protocol.refusals import Code, Refusal
from server.protocol.state import File

F = TypeVar("F", f.Authenticated, f.SignedIn, f.Challenge)
_OFFSET_BYTES = 8
SILENCE_SECONDS = 30
INTAKE_SECONDS = 120
"""How long the server may look at an upload before it answers."""


class Refused(Exception):  # noqa: N818 - it names the answer
    """The server will not carry this file; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal.code))
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Way:
    """How to reach the papers' line of one login."""

    address: Address
    context: ssl.SSLContext
    identity: Identity
    token: str

    async def open(self) -> "PapersLine":
        """Return a line on which files may be asked for. Raises LineFailed or Refused."""
        line = PapersLine(await dial(self.address, PAPERS, self.context))
        try:
            await line.enter(self.identity, self.token)
        except BaseException:
            await line.close()
            raise
        return line


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A file on its way to the server; the same `upload` goes on where it stopped."""

    upload: UploadId
    organization: MaybeId
    path: Path
    size: int
    sha256: Sha256


class PapersLine:
    """One open papers' line. One file at a time."""

    def __init__(self, line: ClientConnection) -> None:
        self._line = line

    async def __aenter__(self) -> Self:
        """Use it with `async with`, so that it is closed."""
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _fault: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Close the line."""
        await self.close()

    async def close(self) -> None:
        """Close the line; a dead one is cut."""
        try:
            # Not wait_for: before Python 3.12 it forgets a cancellation that meets the end.
            async with asyncio.timeout(2):
                await self._line.close()
        except TimeoutError:
            self._line.transport.abort()

    async def enter(self, identity: Identity, token: str) -> None:
        """Prove the device and resume the login. Raises LineFailed or Refused."""
        challenge = await self._expect(f.Challenge)
        signature = identity.key.authenticate(identity.ca_sha256, to_bytes(challenge.nonce))
        await self._send(f.Authenticate(identity.device, signature))
        await self._expect(f.Authenticated)
        await self._send(f.Resume(token))
        await self._expect(f.SignedIn)

    async def fetch(
        self,
        request: RequestId,
        sha256: Sha256,
        offset: int,
        take: Callable[[int, bytes], Awaitable[None]],
    ) -> None:
        """Give `take` the size and each next part of a file. Raises LineFailed or Refused."""

        async def begin(_sending: f.Sending) -> None:
            pass

        await self.ask(f.Fetch(request, sha256, offset), begin, take)

    async def ask(
        self,
        asked: f.Fetch,
        begin: Callable[[f.Sending], Awaitable[None]],
        take: Callable[[int, bytes], Awaitable[None]],
    ) -> None:
        """As `fetch`, for anything that belongs to a file; `begin` is told what will come."""
        await self._send(asked)
        begun: f.Sending | None = None
        while begun is None:
            frame = self._frame(await self._receive())
            if isinstance(frame, f.Sending) and frame.id == asked.id:
                begun = frame
        await begin(begun)
        here = begun.offset
        while here < begun.size:
            message = await self._receive()
            if isinstance(message, str):
                self._frame(message)
                continue
            if int.from_bytes(message[:_OFFSET_BYTES]) != here:
                raise Refused(Refusal(Code.OFFSET_WRONG))
            await take(begun.size, message[_OFFSET_BYTES:])
            here += len(message) - _OFFSET_BYTES

    async def part(self, asked: f.Fetch, most: int) -> bytes:
        """Return the words or the map of a file, whole. Raises LineFailed or Refused.

        More than `most` bytes are refused before they are taken.
        """
        held = bytearray()

        async def begin(sending: f.Sending) -> None:
            if sending.size > most:
                raise Refused(Refusal(Code.FRAME_TOO_LARGE))

        async def take(_size: int, part: bytes) -> None:
            held.extend(part)

        await self.ask(asked, begin, take)
        return bytes(held)

    async def upload(self, request: RequestId, file: Outgoing, sent: Callable[[int], None]) -> File:
        """Send a file and return it as it passed intake. Raises LineFailed, Refused or OSError."""
        name = file.path.name
        await self._send(
            f.Upload(request, file.upload, file.organization, name, file.size, file.sha256)
        )
        while True:
            frame = self._frame(await self._receive(INTAKE_SECONDS))
            if isinstance(frame, f.Stored) and frame.id == request:
                return frame.file
            if isinstance(frame, f.Continue) and frame.id == request:
                await self._send_from(file, frame.offset, sent)

    async def _send_from(self, file: Outgoing, offset: int, sent: Callable[[int], None]) -> None:
        while offset < file.size:
            part = await asyncio.to_thread(_part, file.path, offset)
            if not part:
                raise Refused(Refusal(Code.HASH_MISMATCH))
            await self._send(offset.to_bytes(_OFFSET_BYTES) + part)
            offset += len(part)
            sent(offset)

    async def _expect(self, kind: type[F]) -> F:
        while True:
            frame = self._frame(await self._receive())
            if isinstance(frame, kind):
                return frame

    def _frame(self, message: str | bytes) -> f.ServerFrame:
        """Return the frame of a text. Raises Refused for a refusal, LineFailed for no frame."""
        try:
            frame = decode_server(message)
        except Malformed as fault:
            raise LineFailed(fault.refusal) from fault
        if isinstance(frame, f.Refused):
            raise Refused(frame.refusal)
        return frame

    async def _receive(self, seconds: float = SILENCE_SECONDS) -> str | bytes:
        try:
            async with asyncio.timeout(seconds):
                return await self._line.recv()
        except (ConnectionClosed, TimeoutError) as fault:
            raise LineFailed(Refusal(Code.SERVER_UNREACHABLE)) from fault

    async def _send(self, message: f.ClientFrame | bytes) -> None:
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                if isinstance(message, bytes):
                    await self._line.send(message)
                else:
                    await self._line.send(encode(message), text=True)
        except (ConnectionClosed, TimeoutError) as fault:
            raise LineFailed(Refusal(Code.SERVER_UNREACHABLE)) from fault


def _part(path: Path, offset: int) -> bytes:
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(f.CHUNK_BYTES)
