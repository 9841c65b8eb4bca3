"""Many signed-in people in a process of their own, so that they do not share the server's.

Reads JSON lines on standard input: first where and who, then orders; answers each with one line.
Times are of the monotonic clock, which processes of one machine share. Started by `Crowd`.
"""

import asyncio
import json
import random
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from typing import Any, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from websockets.asyncio.client import ClientConnection, connect

from bench._peer import Device, Peer, trust
from server.protocol import commands as c
from server.protocol import frames as f
from server.protocol.codec import encode

LINE = 1 << 24
CONNECTING = 16


def outline(peers: Sequence[Peer]) -> list[dict[str, str]]:
    """What the crowd needs to come back as these devices and logins."""
    return [
        {"key": one.device.key.private_bytes_raw().hex(), "id": one.device.id, "token": one.token}
        for one in peers
    ]


class Crowd:
    """The crowd as the bench sees it."""

    @classmethod
    async def gather(cls, port: int, ca_pem: bytes, room: str, who: list[dict[str, str]]) -> Self:
        """Start the process and bring everybody in."""
        crowd = cls()
        crowd._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench._crowd", stdin=PIPE, stdout=PIPE, limit=LINE
        )
        await crowd.ask(port=port, ca=ca_pem.decode(), room=room, who=who)
        return crowd

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process

    async def ask(self, **order: Any) -> dict[str, Any]:
        """Give an order and wait for its answer."""
        assert self._process.stdin is not None  # noqa: S101 - pipes were asked for
        assert self._process.stdout is not None  # noqa: S101
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        await self._process.stdin.drain()
        answer: dict[str, Any] = json.loads(await self._process.stdout.readline())
        return answer

    async def leave(self) -> None:
        """Let everybody go."""
        assert self._process.stdin is not None  # noqa: S101
        self._process.stdin.close()
        await self._process.wait()


class _Listener:
    """One connection that counts what it hears and remembers when."""

    def __init__(self, connection: ClientConnection, marks: tuple[str, ...]) -> None:
        self.connection = connection
        self.heard: list[float] = []
        self.frames = 0
        self._marks = marks
        self._more = asyncio.Event()
        self.task = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for message in self.connection:
            self.frames += 1
            if isinstance(message, str) and any(mark in message for mark in self._marks):
                self.heard.append(time.monotonic())
                self._more.set()

    async def until(self, count: int) -> float:
        """Return when the message of that number came."""
        while len(self.heard) < count:
            self._more.clear()
            await self._more.wait()
        return self.heard[count - 1]


async def _enter(start: dict[str, Any], one: dict[str, str], gate: asyncio.Semaphore) -> _Listener:
    async with gate:
        key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(one["key"]))
        peer = await Peer.open(start["port"], trust(start["ca"].encode()), Device(key, one["id"]))
        await peer.authenticate()
        await peer.resume(one["token"])
        await peer.hello(start["room"])
        connection = await peer.hand_over()
        return _Listener(connection, ('"AgendaPublished"', '"Accepted"', '"Refused"'))


async def _plain(port: int, ca: str, gate: asyncio.Semaphore) -> _Listener:
    async with gate:
        connection = await connect(
            f"wss://localhost:{port}/", ssl=trust(ca.encode()), proxy=None, compression=None
        )
        return _Listener(connection, ("{",))


async def _cast(start: dict[str, Any], listeners: list[_Listener], poll: str) -> float:
    """Everybody casts at once; return the milliseconds until the last has the receipt."""
    counts = [len(one.heard) + 1 for one in listeners]
    frames = [
        encode(
            f.Request(f"r-{poll}-{n}", start["room"], c.CastBallot(poll, f"b-{poll}-{n}", "for"))
        )
        for n in range(len(listeners))
    ]
    begun = time.monotonic()
    pairs = zip(listeners, frames, strict=True)
    await asyncio.gather(*(one.connection.send(frame, text=True) for one, frame in pairs))
    ends = await asyncio.gather(
        *(one.until(count) for one, count in zip(listeners, counts, strict=True))
    )
    return (max(ends) - begun) * 1000


async def _spread(
    start: dict[str, Any], listeners: list[_Listener], poll: str, seconds: float
) -> dict[str, float]:
    """Everybody casts once within so many seconds.

    Return the slowest receipt in milliseconds, and how many frames the busiest tablet was sent.
    """
    frames = [one.frames for one in listeners]
    chance = random.Random(poll)  # noqa: S311 - who casts when

    async def one_of(number: int, listener: _Listener) -> float:
        await asyncio.sleep(chance.uniform(0, seconds))
        due = len(listener.heard) + 1
        ballot = c.CastBallot(poll, f"b-{poll}-{number}", "for")
        begun = time.monotonic()
        frame = encode(f.Request(f"r-{poll}-{number}", start["room"], ballot))
        await listener.connection.send(frame, text=True)
        return (await listener.until(due) - begun) * 1000

    waits = await asyncio.gather(*(one_of(n, one) for n, one in enumerate(listeners)))
    sent = max(one.frames - before for one, before in zip(listeners, frames, strict=True))
    return {"ms": max(waits), "frames": sent}


async def main() -> None:
    """Serve the bench's orders until its end of the pipe closes."""
    reader = asyncio.StreamReader(limit=LINE)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    start = json.loads(await reader.readline())
    gate = asyncio.Semaphore(CONNECTING)
    ours = list(await asyncio.gather(*(_enter(start, one, gate) for one in start["who"])))
    peers: list[_Listener] = []
    print(json.dumps({"here": len(ours)}), flush=True)
    while line := await reader.readline():
        order = json.loads(line)
        answer: dict[str, Any] = {}
        if "plain" in order:
            wanted = (_plain(order["plain"], start["ca"], gate) for _ in ours)
            peers = list(await asyncio.gather(*wanted))
        elif "spread" in order:
            answer = await _spread(start, ours, order["cast"], order["spread"])
        elif "cast" in order:
            answer["ms"] = await _cast(start, ours[: order["count"]], order["cast"])
        else:
            group = ours if order["who"] == "ours" else peers
            answer["last"] = max(
                await asyncio.gather(*(one.until(order["heard"]) for one in group))
            )
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
