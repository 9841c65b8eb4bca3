"""A person's device without a screen: speaks the wire as SPEC.md says, keeps what it is told."""

import asyncio
import contextlib
import os
import secrets
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from server.accounts import pairing
from server.protocol import frames as f
from server.protocol.codec import decode_server, encode
from server.protocol.commands import Command, Draft
from server.protocol.fold import apply
from server.protocol.office import Question, Reply
from server.protocol.refusals import Refusal
from server.protocol.state import MeetingState, Organization, Personal

F = TypeVar("F", bound=f.ServerFrame)
PATIENCE = 20.0
MAX_SERVER_FRAME = 16 * 2**20


def trust(ca_pem: bytes) -> ssl.SSLContext:
    """Return a context that trusts one CA and TLS 1.3 only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(cadata=ca_pem.decode())
    return context


@dataclass
class Device:
    """A key, and what pairing gave it."""

    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    id: str = ""

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes_raw()


@dataclass
class Place:
    """Where a listener stands in one room."""

    state: MeetingState
    epoch: str
    position: int
    personal: Personal = field(default_factory=Personal)
    drafts: tuple[Draft, ...] = ()


class Peer:
    """One connection. Everything received is kept in `heard`; `until` waits for it."""

    def __init__(self, connection: ClientConnection, device: Device) -> None:
        self.connection = connection
        self.device = device
        self.heard: list[f.ServerFrame] = []
        self.places: dict[str, Place] = {}
        self.token = ""
        self.person = ""
        self.closed = asyncio.Event()
        self._chunks: list[tuple[int, bytes]] = []
        self._news = asyncio.Condition()
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def open(
        cls,
        port: int,
        tls: ssl.SSLContext,
        device: Device | None = None,
        path: str = "/meeting",
        places: dict[str, Place] | None = None,
    ) -> "Peer":
        """Connect and wait for the challenge; `places` are what was held before."""
        connection = await connect(
            f"wss://localhost:{port}{path}",
            ssl=tls,
            proxy=None,
            compression=None,
            max_size=MAX_SERVER_FRAME,
            open_timeout=PATIENCE,
        )
        peer = cls(connection, device or Device())
        peer.places = dict(places or {})
        await peer.hear(f.Challenge)
        return peer

    async def close(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            await self.connection.close()
        await self._reader

    async def hand_over(self) -> ClientConnection:
        """Stop reading, and give the connection to somebody else."""
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)
        return self.connection

    # ---- phases ----------------------------------------------------------------------------------

    async def pair(self, code: str, kind: f.Kind = "tablet", name: str = "Máy") -> f.Paired:
        frame = f.Pair(name, kind, *self._proof(code))
        await self.send(frame)
        paired = await self.hear(f.Paired)
        self.device.id = paired.device
        return paired

    async def first_run(self, code: str, body: Organization, secretary: str, word: str) -> f.Paired:
        await self.send(f.FirstRun("Bàn thư ký", *self._proof(code), body, secretary, word))
        paired = await self.hear(f.Paired)
        self.device.id = paired.device
        return paired

    def _proof(self, code: str) -> tuple[str, str, str]:
        key = pairing.code_key(code)
        if key is None:
            raise ValueError(code)
        nonce = os.urandom(32)
        proof = pairing.proof(key, pairing.ASKING, self._ca(), self.device.public, nonce)
        return (
            pairing.encode64(self.device.public),
            pairing.encode64(nonce),
            pairing.encode64(proof),
        )

    def _challenge(self) -> f.Challenge:
        return next(one for one in self.heard if isinstance(one, f.Challenge))

    def _ca(self) -> bytes:
        return bytes.fromhex(self._challenge().ca_sha256)

    async def authenticate(self) -> f.Authenticated:
        nonce = pairing.decode64(self._challenge().nonce) or b""
        signature = self.device.key.sign(pairing.challenge_message(self._ca(), nonce))
        await self.send(f.Authenticate(self.device.id, pairing.encode64(signature)))
        return await self.hear(f.Authenticated)

    async def sign_in(self, person: str, pin: str) -> f.SignedIn:
        await self.send(f.SignIn(person, pin))
        return await self._signed_in()

    async def resume(self, token: str) -> f.SignedIn:
        await self.send(f.Resume(token))
        return await self._signed_in()

    async def change_pin(self, old: str, new: str) -> f.SignedIn:
        await self.send(f.ChangePin(old, new))
        return await self._signed_in()

    async def _signed_in(self) -> f.SignedIn:
        signed = await self.hear(f.SignedIn)
        self.token, self.person = signed.token, signed.person
        return signed

    async def hello(self, room: str) -> f.Joined:
        place = self.places.get(room)
        hello = f.Hello(room, place.epoch, place.position) if place else f.Hello(room)
        await self.send(hello)
        return await self.hear(f.Joined)

    async def do(self, room: str, command: Command, request: str = "") -> f.Accepted | f.Refused:
        """Give a command and wait for its answer."""
        identifier = request or secrets.token_urlsafe(9)
        await self.send(f.Request(identifier, room, command))
        answer = await self.until(lambda one: getattr(one, "id", None) == identifier)
        if not isinstance(answer, f.Accepted | f.Refused):
            raise TypeError(answer)
        return answer

    async def ask(self, question: Question) -> Reply | Refusal:
        identifier = secrets.token_urlsafe(9)
        await self.send(f.Ask(identifier, question))
        answer = await self.until(lambda one: getattr(one, "id", None) == identifier)
        if isinstance(answer, f.Refused):
            return answer.refusal
        if not isinstance(answer, f.Answer):
            raise TypeError(answer)
        return answer.reply

    # ---- frames ----------------------------------------------------------------------------------

    async def send(self, frame: f.ClientFrame) -> None:
        await self.connection.send(encode(frame), text=True)

    async def hear(self, kind: type[F]) -> F:
        """Wait for the next frame of a kind that nobody has waited for yet, and take it."""
        found = await self.until(lambda one: isinstance(one, kind), refusals=True)
        if not isinstance(found, kind):
            raise RefusedError(found)
        return found

    async def hear_refused(self) -> f.Refused:
        """Wait for a refusal and take it."""
        found = await self.until(lambda one: isinstance(one, f.Refused))
        if not isinstance(found, f.Refused):
            raise TypeError(found)
        return found

    async def until(
        self, wanted: Callable[[f.ServerFrame], bool], *, refusals: bool = False
    ) -> f.ServerFrame:
        """Wait for a frame and take it out of `heard` (the challenge stays)."""

        def find() -> f.ServerFrame | None:
            for one in self.heard:
                if wanted(one) or (refusals and isinstance(one, f.Refused) and not one.id):
                    if not isinstance(one, f.Challenge):
                        self.heard.remove(one)
                    return one
            return None

        async with asyncio.timeout(PATIENCE), self._news:
            while (found := find()) is None:
                if self.closed.is_set():
                    raise ConnectionError(f"closed: {self.connection.close_code}")
                await self._news.wait()
        return found

    async def settle(self, ready: Callable[[], bool]) -> None:
        """Wait until something is true of what has been received."""
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: ready() or self.closed.is_set())
        if not ready():
            raise ConnectionError(f"closed: {self.connection.close_code}")

    async def _read(self) -> None:
        try:
            async for message in self.connection:
                if isinstance(message, str):
                    await self._take(decode_server(message))
                else:
                    await self._keep(message)
        except ConnectionClosed:
            pass
        self.closed.set()
        async with self._news:
            self._news.notify_all()

    async def _take(self, frame: f.ServerFrame) -> None:
        match frame:
            case f.Snapshot():
                self.places[frame.room] = Place(frame.state, frame.epoch, frame.position)
            case f.Events():
                self._apply(frame)
            case f.OnlyYours():
                self.places[frame.room].personal = frame.personal
            case f.Drafts():
                self.places[frame.room].drafts = frame.drafts
            case _:
                pass
        async with self._news:
            self.heard.append(frame)
            self._news.notify_all()

    async def _keep(self, message: bytes) -> None:
        async with self._news:
            self._chunks.append((int.from_bytes(message[:8]), message[8:]))
            self._news.notify_all()

    def arrived(self, offset: int) -> int:
        """Return up to where the file that is being fetched has arrived, from `offset` on."""
        for start, piece in self._chunks:
            if start != offset:
                raise ValueError(f"a gap or repeat: {offset}, then {start}")
            offset += len(piece)
        return offset

    def pieces(self, offset: int) -> list[bytes]:
        """Take the pieces that have arrived from `offset` on."""
        self.arrived(offset)
        taken, self._chunks = [piece for _, piece in self._chunks], []
        return taken

    def _apply(self, frame: f.Events) -> None:
        place = self.places[frame.room]
        if (frame.epoch, frame.first) != (place.epoch, place.position + 1):
            raise ValueError(f"a gap or repeat: {place.position}, then {frame.first}")
        for entry in frame.entries:
            place.state = apply(place.state, entry)
        place.position += len(frame.entries)


class RefusedError(Exception):
    """The server refused what was expected to work."""

    def __init__(self, frame: f.ServerFrame) -> None:
        super().__init__(str(frame))
        self.refusal = frame.refusal if isinstance(frame, f.Refused) else None
