"""The meeting line after signing in: the record and presence lanes (SPEC 5 to 8)."""

import asyncio
import logging

from server.accounts import Login
from server.gateway.caller import Caller
from server.gateway.entrance import signed_in
from server.gateway.line import Line
from server.gateway.ports import Commons
from server.hub import Listener, text_frame
from server.journal import Damaged
from server.protocol.codec import encode
from server.protocol.frames import (
    Answer,
    Ask,
    ChangePin,
    ClientFrame,
    Hello,
    Leave,
    Ready,
    Refused,
    Request,
    Show,
    SignOut,
)
from server.protocol.ids import MeetingId
from server.protocol.refusals import Code, Refusal
from server.room import Room
from server.rooms import actor, serves

log = logging.getLogger("phienhop.gateway")


class MeetingLine:
    """One person's conversation with the meetings that they have joined."""

    def __init__(self, commons: Commons, caller: Caller, login: Login) -> None:
        """Begin in no room."""
        self._commons = commons
        self._caller = caller
        self._login = login
        self._line: Line = caller.line
        self._joined: dict[MeetingId, tuple[Room, Listener]] = {}
        self._requests = 0
        self._free = asyncio.Event()
        self._free.set()

    async def run(self) -> None:
        """Serve until the person signs out. Raises Ended or ConnectionClosed before that."""
        self._caller.tell_meetings(self._commons.rooms.cards(self._login), always=True)
        try:
            while True:
                frame = await self._line.frame()
                if isinstance(frame, SignOut):
                    await self._commons.accounts.sign_out(self._login)
                    return
                await self._take(frame)
        finally:
            for room, listener in self._joined.values():
                room.hub.leave(listener)

    async def _take(self, frame: ClientFrame) -> None:
        match frame:
            case Hello():
                await self._join(frame)
            case Leave():
                self._leave(frame.room)
            case Request():
                await self._request(frame)
            case Ask():
                self._ask(frame)
            case Show() | Ready():
                self._present(frame)
            case ChangePin():
                await self._change_pin(frame)
            case _:
                self._line.refuse(Code.OUT_OF_TURN)

    # ---- rooms -----------------------------------------------------------------------------------

    async def _join(self, frame: Hello) -> None:
        try:
            room = await self._commons.rooms.open(frame.room)
        except Damaged:
            log.exception("a room cannot be opened", extra={"room": frame.room})
            self._line.refuse(Code.DATABASE_DAMAGED, room=frame.room)
            return
        if room is None:
            self._line.refuse(Code.ROOM_UNKNOWN, room=frame.room)
            return
        self._leave(frame.room)
        if len(self._joined) >= self._commons.limits.rooms:
            self._line.refuse(Code.TOO_MANY_REQUESTS)
            return
        listener = Listener(
            self._login.person,
            self._login.device,
            self._line,
            lambda: serves(self._login, room.state.organization.id),
        )
        if room.join(listener, frame.epoch, frame.position):
            self._joined[frame.room] = (room, listener)
        else:
            self._line.refuse(Code.ROOM_UNKNOWN, room=frame.room)

    def _leave(self, room: MeetingId) -> None:
        joined = self._joined.pop(room, None)
        if joined is not None:
            joined[0].hub.leave(joined[1])

    async def _request(self, frame: Request) -> None:
        joined = self._joined.get(frame.room)
        if joined is None:
            self._line.refuse(Code.NOT_JOINED, frame.id, room=frame.room)
            return
        await self._free.wait()
        room = joined[0]
        by = actor(self._login, room.state.organization.id)
        self._requests += 1
        if self._requests >= self._commons.limits.requests:
            self._free.clear()
        room.ask(by, frame.id, frame.command).add_done_callback(self._answered)

    def _answered(self, answer: "asyncio.Future[bytes]") -> None:
        self._requests -= 1
        self._free.set()
        if not answer.cancelled():  # cancelled: the server stops without knowing; ask it again
            self._line.write(text_frame(answer.result()))

    # ---- the office, presence, the own PIN -------------------------------------------------------

    def _ask(self, frame: Ask) -> None:
        """Answer beside the meeting: printing the minutes must not hold up a command."""
        if len(self._caller.tasks) >= self._commons.limits.asks:
            self._line.refuse(Code.TOO_MANY_REQUESTS, frame.id)
            return
        task = asyncio.create_task(self._answer(frame))
        self._caller.tasks.add(task)
        task.add_done_callback(self._caller.tasks.discard)

    async def _answer(self, frame: Ask) -> None:
        """Ask the office once for each id, and tell whoever asks again the same."""

        async def work() -> bytes:
            try:
                reply = await self._commons.office.answer(self._login, frame.question)
            except Exception:
                question = type(frame.question).__name__
                log.exception("a question failed", extra={"question": question})
                self._commons.metrics.add("internal_total")
                reply = Refusal(Code.INTERNAL)
            if isinstance(reply, Refusal):
                return encode(Refused(reply, frame.id))
            return encode(Answer(frame.id, reply))

        answer = self._commons.asked.once(self._login.device, frame.id, work)
        self._line.write(text_frame(await asyncio.shield(answer)))

    def _present(self, frame: Show | Ready) -> None:
        joined = self._joined.get(frame.room)
        if joined is None:
            self._line.refuse(Code.NOT_JOINED, room=frame.room)
            return
        room, listener = joined
        if isinstance(frame, Ready):
            room.hub.presence.ready(listener, frame.ready)
        elif not room.hub.presence.show(listener, frame.page):
            self._line.refuse(Code.NOT_ALLOWED)

    async def _change_pin(self, frame: ChangePin) -> None:
        changed = await self._commons.accounts.change_pin(self._login, frame)
        if isinstance(changed, Refusal):
            self._line.send(Refused(changed))
            return
        self._login = self._caller.login = changed
        self._line.send(signed_in(changed))
