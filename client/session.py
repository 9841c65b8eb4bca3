"""The meeting line's protocol without a socket: bytes in, actions out; wishes in, bytes out.

The order of frames is that of the specification: challenge, authenticate, resume or sign in, hello
for every meeting of the person, then events and requests. A request stays here until it is
answered: it is sent when its room is joined and again, under the same id, after every lost line.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from client import actions as a
from client.device.credentials import Identity, to_bytes
from client.line.letters import Letters, Outbox
from client.state import Pending
from server.protocol import frames as f
from server.protocol.codec import decode_server, encode
from server.protocol.commands import Command
from server.protocol.ids import MeetingId, PersonId, RequestId, Time
from server.protocol.office import Question
from server.protocol.refusals import Code, Refusal
from server.protocol.state import ShownPage

Phase = Literal["closed", "greeting", "authenticating", "open", "entering", "signed"]
ROOMS_AT_ONCE = 8
"""A server lets one line join no more."""
LOGIN_OVER = frozenset({Code.TOKEN_WRONG, Code.PLACE_MOVED, Code.NOT_SIGNED_IN})


@dataclass(frozen=True, slots=True)
class _Cursor:
    """What is held of a room, and whether the server has been asked for the rest."""

    epoch: str = ""
    position: int = 0
    asked: bool = False
    joined: bool = False


class Session:
    """One device's conversation with its server, over as many connections as it takes.

    `new_id` makes request ids. The token of a login is `token`; with one, a new connection resumes.
    """

    def __init__(self, identity: Identity, outbox: Outbox, new_id: Callable[[], RequestId]) -> None:
        self.token = ""
        self.person: PersonId = ""
        self.over = False
        """The connection has nothing more to say; close it and, if need be, open another."""
        self.hindered = False
        """The server does not take this device now: refused, or not approved yet."""
        self._identity = identity
        self._phase: Phase = "closed"
        self._out: list[bytes] = []
        self._rooms: dict[MeetingId, _Cursor] = {}
        self._letters = Letters(outbox, new_id)
        self._shown: dict[MeetingId, ShownPage | None] = {}
        self._ready: dict[MeetingId, bool] = {}
        self._meanings: dict[type, Callable[[Any], list[a.Action]]] = {
            f.Challenge: self._challenged,
            f.Authenticated: self._authenticated,
            f.Approved: self._approved,
            f.SignedIn: self._signed_in,
            f.Meetings: self._told_meetings,
            f.Snapshot: self._room_frame,
            f.Events: self._room_frame,
            f.Joined: self._room_frame,
            f.Accepted: self._letters.accepted,
            f.Answer: self._letters.answered,
            f.Refused: self._refused,
        }

    # ---- the connection --------------------------------------------------------------------------

    @property
    def phase(self) -> Phase:
        """How far this connection has come."""
        return self._phase

    def opened(self) -> None:
        """A new connection is there; the server speaks first."""
        self.closed()
        self.hindered = False
        self._phase = "greeting"

    def closed(self) -> None:
        """The connection is gone; what was not answered waits for the next."""
        self._phase = "closed"
        self.over = False
        self._out.clear()
        self._letters.unsend()
        for room, cursor in self._rooms.items():
            self._rooms[room] = replace(cursor, asked=False, joined=False)

    def outgoing(self) -> list[bytes]:
        """Return the messages to send now, in order; each is returned once."""
        out, self._out = self._out, []
        return out

    def receive(self, raw: bytes | str) -> list[a.Action]:
        """Return what a message means. Raises Malformed for one that means nothing."""
        frame = decode_server(raw)
        meaning = self._meanings.get(type(frame))
        return [frame] if meaning is None else meaning(frame)

    def _send(self, frame: f.ClientFrame) -> None:
        self._out.append(encode(frame))

    # ---- who is here -----------------------------------------------------------------------------

    def _challenged(self, frame: f.Challenge) -> list[a.Action]:
        if frame.protocol != f.PROTOCOL:
            self.over = self.hindered = True
            params = {"server": frame.protocol, "client": f.PROTOCOL}
            return [a.LineChanged("refused", Refusal(Code.PROTOCOL_VERSION, params))]
        self._phase = "authenticating"
        me = self._identity
        signature = me.key.authenticate(me.ca_sha256, to_bytes(frame.nonce))
        self._send(f.Authenticate(me.device, signature))
        return [frame]

    def _authenticated(self, frame: f.Authenticated) -> list[a.Action]:
        self._phase = "open"
        self.hindered = False
        self.token = self.token or frame.token
        if self.token:
            self._phase = "entering"
            self._send(f.Resume(self.token))
        return [frame]

    def _approved(self, _frame: f.Approved) -> list[a.Action]:
        self.over = True
        return []

    def sign_in(self, person: PersonId, pin: str) -> bool:
        """Ask to sign in; False when the line does not allow it now."""
        if self._phase != "open":
            return False
        self._phase = "entering"
        self._send(f.SignIn(person, pin))
        return True

    def change_pin(self, old: str, new: str) -> bool:
        """Ask for a new PIN; False when the line does not allow it now."""
        if self._phase != "signed":
            return False
        self._send(f.ChangePin(old, new))
        return True

    def sign_out(self) -> None:
        """The person leaves; what they have not yet been answered stays on the disk as theirs."""
        if self._phase == "signed":
            self._send(f.SignOut())
        self._nobody()

    def _nobody(self) -> None:
        self.token = self.person = ""
        if self._phase in {"entering", "signed"}:
            self._phase = "open"
        self._rooms.clear()
        self._letters.clear()
        self._shown.clear()
        self._ready.clear()

    def enter(self, person: PersonId, token: str) -> None:
        """Take up a login that the device itself has unlocked; the next connection resumes it."""
        self._nobody()
        self.person, self.token = person, token
        if self._phase == "open" and token:
            self._phase = "entering"
            self._send(f.Resume(token))

    def hold(self, room: MeetingId, epoch: str, position: int) -> None:
        """Say what the device's disk holds of a room, before the room is joined."""
        if room not in self._rooms:
            self._rooms[room] = _Cursor(epoch, position)

    def _signed_in(self, frame: f.SignedIn) -> list[a.Action]:
        if self.person and self.person != frame.person:
            self._nobody()
        self._phase = "signed"
        self.token, self.person = frame.token, frame.person
        for asking in self._letters.questions():
            self._send(asking)
        return [frame]

    # ---- rooms -----------------------------------------------------------------------------------

    def _told_meetings(self, frame: f.Meetings) -> list[a.Action]:
        theirs = {card.room for card in frame.meetings}
        self._rooms = {room: one for room, one in self._rooms.items() if room in theirs}
        first_live = sorted(frame.meetings, key=lambda card: card.phase == "closed")
        for card in first_live[:ROOMS_AT_ONCE]:
            self._join(card.room)
        return [frame, *self._letters.without_room(theirs)]

    def _join(self, room: MeetingId) -> None:
        cursor = self._rooms.get(room, _Cursor())
        if not cursor.asked:
            self._rooms[room] = replace(cursor, asked=True)
            self._send(f.Hello(room, cursor.epoch, cursor.position))

    def _again(self, room: MeetingId, *, whole: bool) -> None:
        """Something is missing: ask from what is held on, or for everything."""
        cursor = _Cursor() if whole else replace(self._rooms[room], asked=False, joined=False)
        self._rooms[room] = cursor
        self._join(room)

    def _room_frame(self, frame: f.Snapshot | f.Events | f.Joined) -> list[a.Action]:
        cursor = self._rooms.get(frame.room)
        if cursor is None:
            return []
        match frame:
            case f.Snapshot():
                new = replace(cursor, epoch=frame.epoch, position=frame.position)
                self._rooms[frame.room] = new
            case f.Events():
                last = frame.first + len(frame.entries) - 1
                if frame.epoch != cursor.epoch or frame.first > cursor.position + 1:
                    if cursor.joined:
                        self._again(frame.room, whole=frame.epoch != cursor.epoch)
                    return []
                self._rooms[frame.room] = replace(cursor, position=max(cursor.position, last))
            case f.Joined():
                return self._joined(cursor, frame)
        return [frame]

    def _joined(self, cursor: _Cursor, frame: f.Joined) -> list[a.Action]:
        if (frame.epoch, frame.position) != (cursor.epoch, cursor.position):
            self._again(frame.room, whole=True)
            return []
        self._rooms[frame.room] = replace(cursor, joined=True)
        self._post()
        self._tell_presence(frame.room)
        return [frame]

    # ---- requests --------------------------------------------------------------------------------

    def request(
        self, room: MeetingId, command: Command, at: Time, *, quiet: bool = False
    ) -> Pending:
        """Ask for a command; it is sent once the room is joined, until it is answered.

        A quiet one is the device's own: it is not kept on the disk, and nobody hears its refusal.
        """
        pending = self._letters.write(self.person, room, command, at, quiet=quiet)
        self._post()
        return pending

    def restore(self, kept: tuple[Pending, ...]) -> None:
        """Take up requests from the disk, older than any made since."""
        self._letters.restore(kept)
        self._post()

    def ask(self, question: Question) -> None:
        """Ask the office; sent again after a lost line while this process lives."""
        asking = self._letters.ask(question)
        if self._phase == "signed":
            self._send(asking)

    def retry(self) -> None:
        """Send again what the server would not take at that moment; call it about once a second."""
        self._post()

    def _post(self) -> None:
        for request in self._letters.due(self._is_joined):
            self._send(request)

    def _is_joined(self, room: MeetingId) -> bool:
        cursor = self._rooms.get(room)
        return self._phase == "signed" and cursor is not None and cursor.joined

    def _refused(self, frame: f.Refused) -> list[a.Action]:
        if not frame.id:
            return self._frame_refused(frame.refusal)
        actions, waiting = self._letters.refused(frame)
        if waiting is not None and frame.refusal.code is Code.NOT_JOINED:
            room = waiting.pending.room
            if self._is_joined(room):
                self._again(room, whole=False)
        return actions

    def _frame_refused(self, refusal: Refusal) -> list[a.Action]:
        """The frame before was refused: what that means depends on how far the line had come."""
        if self._phase in {"greeting", "authenticating"}:
            waiting = refusal.code is Code.DEVICE_WAITING
            self.hindered, self.over = True, not waiting
            return [a.LineChanged("waiting" if waiting else "refused", refusal)]
        if self._phase == "entering":
            return self._not_entered(refusal)
        if refusal.code in LOGIN_OVER:
            self._nobody()
            return [a.SignedOut(refusal)]
        if refusal.code.value.startswith("pin_"):
            return [a.EnrolmentRefused(refusal)]
        return self._meeting_refused(refusal)

    def _not_entered(self, refusal: Refusal) -> list[a.Action]:
        if not self.token:
            self._nobody()
            return [a.EnrolmentRefused(refusal)]
        if refusal.code in LOGIN_OVER:
            self._nobody()
            return [a.SignedOut(refusal)]
        self.over = True
        return []

    def _meeting_refused(self, refusal: Refusal) -> list[a.Action]:
        room = str(refusal.params.get("room", ""))
        if refusal.code is Code.ROOM_UNKNOWN and self._rooms.pop(room, None) is not None:
            return [a.RoomLost(room)]
        if refusal.code is Code.SERVER_CLOSING:
            return []
        return [a.MessageShown(f"refusal.{refusal.code}", refusal.params)]

    # ---- presence --------------------------------------------------------------------------------

    def show(self, room: MeetingId, page: ShownPage | None) -> None:
        """Show a page to the room, or no longer."""
        self._shown[room] = page
        self._tell_presence(room, only="shown")

    def ready(self, room: MeetingId, *, ready: bool) -> None:
        """Say whether the ballot is on this screen."""
        if self._ready.get(room, False) != ready:
            self._ready[room] = ready
            self._tell_presence(room, only="ready")

    def _tell_presence(self, room: MeetingId, only: str = "") -> None:
        if not self._is_joined(room):
            return
        if only != "ready" and (only or self._shown.get(room) is not None):
            self._send(f.Show(room, self._shown[room]))
        if only != "shown" and room in self._ready:
            self._send(f.Ready(room, self._ready[room]))
