"""The room's access point: what the tablets' bytes pass through, and what can be restarted.

It forwards TCP and reads nothing: to the tablets it is where the server is, to the server the
tablets come through it. Restarting drops every line at once, as power does.
"""

import asyncio
import contextlib

BLOCK = 1 << 16


class AccessPoint:
    """Listens on a free port of this machine and forwards to `port`."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._pipes: set[asyncio.Task[None]] = set()
        self.port = 0

    @property
    def address(self) -> str:
        """Where tablets find the server."""
        return f"127.0.0.1:{self.port}"

    @property
    def lines(self) -> int:
        """How many lines of tablets go through it now."""
        return len(self._writers) // 2

    async def start(self) -> None:
        """Listen, on the same port as before if there was one."""
        self._server = await asyncio.start_server(self._forward, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Drop every line and listen no more."""
        if self._server is not None:
            self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        for pipe in self._pipes:
            pipe.cancel()
        await asyncio.gather(*self._pipes, return_exceptions=True)
        self._server = None

    async def restart(self, seconds: float) -> int:
        """Be gone for a while; return how many lines were dropped."""
        dropped = self.lines
        await self.stop()
        await asyncio.sleep(seconds)
        await self.start()
        return dropped

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inner, outer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, outer}
        self._writers |= ends
        pipes = [
            asyncio.create_task(_pipe(reader, outer)),
            asyncio.create_task(_pipe(inner, writer)),
        ]
        self._pipes.update(pipes)
        await asyncio.gather(*pipes, return_exceptions=True)
        self._pipes.difference_update(pipes)
        self._writers -= ends
        for end in ends:
            end.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry bytes one way until either side ends."""
    with contextlib.suppress(ConnectionError):
        while block := await reader.read(BLOCK):
            writer.write(block)
            await writer.drain()
    with contextlib.suppress(ConnectionError, RuntimeError):
        writer.write_eof() if writer.can_write_eof() else writer.close()
