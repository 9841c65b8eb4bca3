"""The socket under the session: open it, keep it, open it again. A task beside the UI.

After a lost line it waits a random moment that grows from 0.2 s to 5 s (full jitter), so that a
whole room coming back does not knock at once.
"""

import asyncio
import contextlib
import logging
import random
import ssl
from collections.abc import Callable

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from client.actions import Action, LineChanged
from client.line import MEETING, Address, LineFailed, dial
from client.session import Session
from server.protocol.codec import Malformed

FIRST_WAIT, LONGEST_WAIT = 0.2, 5.0
_log = logging.getLogger(__name__)


class Wire:
    """Carries one session's bytes for as long as `run` runs; says what becomes of the line."""

    def __init__(
        self,
        session: Session,
        address: Address,
        context: ssl.SSLContext,
        dispatch: Callable[[Action], None],
    ) -> None:
        self._session = session
        self._address = address
        self._context = context
        self._dispatch = dispatch
        self._something = asyncio.Event()
        self._now = asyncio.Event()
        self._line: ClientConnection | None = None
        self._failures = 0

    def flush(self) -> None:
        """Send what the session has to say."""
        self._something.set()

    def reconnect(self) -> None:
        """Try again at once rather than at the end of the wait."""
        self._failures = 0
        self._now.set()

    def cut(self) -> None:
        """Drop the connection without a word, as a lost network does; `run` opens another."""
        if self._line is not None:
            self._line.transport.abort()

    async def run(self) -> None:
        """Hold the line until cancelled."""
        while True:
            try:
                line = await dial(self._address, MEETING, self._context)
            except LineFailed as fault:
                refusal = fault.refusal if fault.impostor else None
                self._dispatch(LineChanged("refused" if refusal else "reconnecting", refusal))
            else:
                await self._hold(line)
            await self._wait()

    async def _wait(self) -> None:
        self._failures += 1
        longest = min(LONGEST_WAIT, FIRST_WAIT * 2**self._failures)
        delay = random.uniform(FIRST_WAIT, longest)  # noqa: S311 - spreads reconnects, no secret
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(delay):
                await self._now.wait()
        self._now.clear()

    async def _hold(self, line: ClientConnection) -> None:
        """Carry messages until the connection ends."""
        self._line = line
        self._session.opened()
        sender = asyncio.create_task(self._send(line))
        try:
            async for raw in line:
                for action in self._session.receive(raw):
                    self._dispatch(action)
                self.flush()
                if self._session.phase == "signed":
                    self._failures = 0
                if self._session.over:
                    break
        except ConnectionClosed:
            pass
        except Malformed as fault:
            _log.error("the server sent what this version cannot read: %s", fault)
        finally:
            self._line = None
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
            self._session.closed()
            await _end(line)
        if not self._session.hindered:
            self._dispatch(LineChanged("reconnecting"))

    async def _send(self, line: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self._something.wait()
                self._something.clear()
                for message in self._session.outgoing():
                    await line.send(message, text=True)


async def _end(line: ClientConnection) -> None:
    """Close politely, but never wait long for a line that is dead."""
    try:
        async with asyncio.timeout(2):
            await line.close()
    except TimeoutError:
        line.transport.abort()
