"""One connection: frames in, frames out, and the limits on both."""

import asyncio
import contextlib
import logging
import socket
import sys
from typing import NoReturn

from websockets.asyncio.server import ServerConnection
from websockets.protocol import State

from server.gateway.limits import Bucket, Limits
from server.gateway.metrics import Metrics
from server.hub import text_frame
from server.protocol.codec import Malformed, decode_client, encode
from server.protocol.frames import (
    MAX_FRAME,
    ClientFrame,
    Refused,
    ServerFrame,
)
from server.protocol.ids import MaybeId
from server.protocol.refusals import Code, Refusal

log = logging.getLogger("phienhop.gateway")

POLICY = 1008
GOING_AWAY = 1001
INTERNAL = 1011
TRY_LATER = 1013


class Ended(Exception):  # noqa: N818 - it says what became of the line
    """The server ends this line, with a close code. What there was to say has been sent."""

    def __init__(self, code: int, reason: str) -> None:
        """Keep the close code of RFC 6455 and a short English reason."""
        super().__init__(reason)
        self.code = code
        self.reason = reason


def request_id(frame: ClientFrame) -> MaybeId:
    """Return the identifier that the answer to this frame names, if it has one."""
    return getattr(frame, "id", "")


class Line:
    """One websocket. Sending never waits: who does not take what is sent loses the line."""

    def __init__(self, connection: ServerConnection, limits: Limits, metrics: Metrics) -> None:
        """Take over a connection whose handshake is done."""
        self.connection = connection
        peer = connection.remote_address
        self.address = str(peer[0]) if peer else ""
        self._limits = limits
        self._metrics = metrics
        self._transport = connection.transport
        self._largest = 0
        self._impatience = 0
        clock = asyncio.get_running_loop().time
        self._bucket = Bucket(limits.stranger_burst, limits.stranger_per_second, clock)
        self._clock = clock
        self._tune()

    # ---- out -------------------------------------------------------------------------------------

    def write(self, frame: bytes) -> None:
        """Send one whole websocket frame; see `server.hub.Outbox`.

        Written past the library's `send`, which would build the frame for each listener anew: we
        never send fragments or compress, so a whole frame may go between any two others.
        """
        transport = self._transport
        if self.connection.state is not State.OPEN or transport.is_closing():
            return
        if transport.get_write_buffer_size() > self._limits.outbox_bytes + self._largest:
            self._metrics.add("slow_total")
            log.warning("a slow line is dropped", extra={"address": self.address})
            transport.abort()
            return
        self._largest = max(self._largest, len(frame))
        try:
            transport.write(frame)
        except Exception:  # one broken transport must not hold up a whole room
            log.exception("a line cannot be written to", extra={"address": self.address})
            transport.abort()

    def send(self, frame: ServerFrame) -> None:
        """Send a frame to this line alone."""
        if isinstance(frame, Refused):
            self._metrics.refused(frame.refusal.code)
        self.write(text_frame(encode(frame)))

    def refuse(self, code: Code, request: MaybeId = "", **params: str | int) -> None:
        """Send a refusal."""
        self.send(Refused(Refusal(code, params), request))

    async def close(self, code: int, reason: str) -> None:
        """Close with a code of RFC 6455; a line that does not answer is cut off."""
        try:
            async with asyncio.timeout(self._limits.open_seconds):
                await self.connection.close(code, reason)
        except TimeoutError:
            self._transport.abort()

    # ---- in --------------------------------------------------------------------------------------

    async def frame(self) -> ClientFrame:
        """Return the next frame. Raises Ended for garbage, ConnectionClosed when the line ends.

        A frame beyond the rate is refused with its id and not returned.
        """
        while True:
            frame = self._decode(await self.message())
            if self._bucket.take():
                self._impatience = 0
                return frame
            self._impatience += 1
            self.refuse(Code.TOO_MANY_REQUESTS, request_id(frame))
            if self._impatience > self._limits.patience:
                raise Ended(POLICY, "too many requests")

    async def message(self) -> str | bytes:
        """Return the next message, text or binary, as it came."""
        message = await self.connection.recv()
        self._metrics.add("frames_total")
        return message

    def _decode(self, message: str | bytes) -> ClientFrame:
        if isinstance(message, bytes):
            self.garbage("a binary message where a frame was expected")
        try:
            return decode_client(message)
        except Malformed as fault:
            self.garbage(str(fault))

    def garbage(self, reason: str) -> NoReturn:
        """Refuse what is no frame of the protocol; the line of whoever sent it ends."""
        self.send(Refused(Malformed(reason).refusal))
        raise Ended(POLICY, "bad frame")

    def trust(self) -> None:
        """Allow what somebody who is signed in may send: larger frames, and more of them.

        The library fixes the limit of a frame while it waits for it, so the very next frame is
        still held to the smaller size (SPEC 1.6).
        """
        self.connection.protocol.max_message_size = MAX_FRAME
        self._bucket = Bucket(self._limits.burst, self._limits.per_second, self._clock)

    def _tune(self) -> None:
        """Let the kernel give up a line whose data nobody acknowledges."""
        if sys.platform == "linux":
            sock = self._transport.get_extra_info("socket")
            with contextlib.suppress(OSError, AttributeError):
                milliseconds = int(self._limits.ping_seconds * 2000)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
