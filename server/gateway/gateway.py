"""The one port: every connection from its handshake to its end."""

import asyncio
import contextlib
import gc
import logging
import ssl
from collections.abc import Callable
from http import HTTPStatus

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from server.accounts import Login, Revoked
from server.gateway import entrance, pages
from server.gateway.caller import Caller
from server.gateway.line import GOING_AWAY, INTERNAL, POLICY, Ended, Line
from server.gateway.meeting import MeetingLine
from server.gateway.notes import NotesLine
from server.gateway.papers import PapersLine
from server.gateway.ports import Commons
from server.hub.presence import Pace
from server.protocol.codec import encode
from server.protocol.frames import MAX_FRAME_BEFORE_SIGN_IN, Approved, Refused
from server.protocol.ids import DeviceId
from server.protocol.refusals import Code, Refusal
from server.summary import Summary

log = logging.getLogger("phienhop.gateway")

BACKLOG = 4096
WRITE_LIMIT = 64 * 1024
MAX_QUEUE = 8
MEETINGS_SECONDS = 0.2
MEETING, PAPERS, NOTES = "/meeting", "/papers", "/notes"


class Gateway:
    """Listens once started; `close` says goodbye to everybody first."""

    def __init__(self, commons: Commons) -> None:
        """Prepare; nothing listens yet."""
        self._commons = commons
        self._callers: set[Caller] = set()
        self._server: Server | None = None
        self._closing = False
        self._news: Pace | None = None

    async def start(self, host: str | None, port: int, tls: ssl.SSLContext) -> int:
        """Listen on the port and return it (0 takes a free one). Raises OSError when in use."""
        limits = self._commons.limits
        later = asyncio.get_running_loop().call_later
        self._news = Pace(later, MEETINGS_SECONDS, self._tell_meetings)
        self._commons.accounts.listen(self._revoked, self._approved)
        self._commons.rooms.on_changed = self._changed
        self._server = await serve(
            self._handle,
            host,
            port,
            ssl=tls,
            process_request=self._request,
            server_header=None,
            origins=[None],
            compression=None,
            open_timeout=limits.open_seconds,
            ping_interval=limits.ping_seconds,
            ping_timeout=limits.ping_seconds,
            close_timeout=limits.open_seconds,
            max_size=MAX_FRAME_BEFORE_SIGN_IN,
            max_queue=MAX_QUEUE,
            write_limit=WRITE_LIMIT,
            backlog=BACKLOG,
            logger=logging.getLogger("phienhop.websockets"),
        )
        gc.collect()
        gc.freeze()  # what is loaded now stays: full collections need not look at it
        sockets = list(self._server.sockets)
        return int(sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Tell everyone that the server closes, then close every line with 1001."""
        self._closing = True
        for caller in self._callers:
            caller.line.refuse(Code.SERVER_CLOSING)
        if self._server is not None:
            self._server.close(code=GOING_AWAY, reason="server closing")
            await self._server.wait_closed()

    def gauges(self) -> dict[str, int]:
        """Return the figures of this moment."""
        rooms = self._commons.rooms.opened
        return {
            "connections": len(self._callers),
            "signed_in": sum(caller.login is not None for caller in self._callers),
            "rooms": len(rooms),
            "read_only": sum(room.read_only for room in rooms),
            "commits": sum(room.commits for room in rooms),
        }

    # ---- one connection --------------------------------------------------------------------------

    def _request(self, connection: ServerConnection, request: Request) -> Response | None:
        path = request.path.partition("?")[0]
        if path not in {MEETING, PAPERS, NOTES}:
            return pages.answer(connection, path, self._commons, self.gauges())
        limits = self._commons.limits
        strangers = sum(caller.device is None for caller in self._callers)
        if len(self._callers) >= limits.connections or strangers >= limits.strangers:
            self._commons.metrics.add("turned_away_total")
            body = encode(Refused(Refusal(Code.TOO_MANY_CONNECTIONS))).decode()
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, body)
        return None

    async def _handle(self, connection: ServerConnection) -> None:
        commons = self._commons
        line = Line(connection, commons.limits, commons.metrics)
        path = connection.request.path.partition("?")[0] if connection.request else ""
        caller = Caller(line, path, entrance.nonce(commons))
        self._callers.add(caller)
        commons.metrics.add("accepted_total")
        try:
            with contextlib.suppress(ConnectionClosed):
                await self._serve(caller)
        finally:
            self._callers.discard(caller)
            for task in caller.tasks:
                task.cancel()

    async def _serve(self, caller: Caller) -> None:
        """Serve the line; a failure that nobody foresaw ends this line only, without details."""
        try:
            await self._phases(caller)
        except Ended as end:
            await caller.line.close(end.code, end.reason)
        except ConnectionClosed:
            raise
        except Exception:
            log.exception("a line failed", extra={"path": caller.path})
            self._commons.metrics.add("internal_total")
            caller.line.refuse(Code.INTERNAL)
            await caller.line.close(INTERNAL, "internal")

    async def _phases(self, caller: Caller) -> None:
        commons = self._commons
        if self._closing:
            caller.line.refuse(Code.SERVER_CLOSING)
            raise Ended(GOING_AWAY, "server closing")
        await entrance.enter(commons, caller)
        if caller.path == NOTES:
            await NotesLine(commons, caller).run()
        while True:
            login = await entrance.sign_in(commons, caller)
            entrance.welcome(caller, login)
            ready = await entrance.own_pin(commons, caller, login)
            if ready is not None:
                kind: Callable[..., MeetingLine | PapersLine]
                kind = PapersLine if caller.path == PAPERS else MeetingLine
                await kind(commons, caller, ready).run()
            self._signed_out(caller, login)
            await entrance.reopen(commons, caller)

    # ---- what happens elsewhere ------------------------------------------------------------------

    def _revoked(self, revoked: Revoked) -> None:
        """A login has ended: whoever holds it is told why, and the line ends."""
        for caller in self._callers:
            if caller.login is not None and caller.login.id == revoked.login:
                caller.line.refuse(revoked.code)
                self._end(caller, revoked.code)

    def _signed_out(self, caller: Caller, login: Login) -> None:
        """The login is over: the papers' line that stood on it ends too."""
        caller.login = None
        for other in self._callers:
            if other.login is not None and other.login.id == login.id:
                other.line.refuse(Code.NOT_SIGNED_IN)
                self._end(other, "signed out")

    def _approved(self, device: DeviceId) -> None:
        """A device that waits on its line hears that it may authenticate, on a new connection."""
        for caller in self._callers:
            if caller.waiting == device:
                caller.line.send(Approved())

    def _end(self, caller: Caller, reason: str) -> None:
        task = asyncio.create_task(caller.line.close(POLICY, reason))
        caller.tasks.add(task)
        task.add_done_callback(caller.tasks.discard)

    def _changed(self, _summary: Summary) -> None:
        if self._news is not None:
            self._news.ask()

    def _tell_meetings(self) -> None:
        for caller in self._callers:
            login = caller.login
            if login is not None and not login.must_change and caller.path == MEETING:
                caller.tell_meetings(self._commons.rooms.cards(login))
