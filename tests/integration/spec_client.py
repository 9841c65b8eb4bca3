"""A client written from server/protocol/SPEC.md alone: the standard library, websockets, Ed25519.

It imports nothing of ours. The numbers in the comments are the rules of that text.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import ssl
import sys
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from websockets.asyncio.client import ClientConnection, connect

SECONDS = 30
ROOM = "m1"
CHUNK = 262_144

Frame = dict[str, Any]
State = dict[str, Any]


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def plain(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


# ---- section 7: the state is what the events fold to ---------------------------------------------


def prepare_poll(state: State, event: Frame, at: int) -> None:
    kept = {key: value for key, value in event.items() if key not in {"t", "poll"}}
    poll = {"id": event["poll"], **kept, "state": "prepared", "prepared_at": at}
    state.setdefault("polls", {})[event["poll"]] = poll


def open_poll(state: State, event: Frame, at: int) -> None:
    before = state.get("polls", {}).get(event["poll"], {}).get("prepared_at", 0)
    prepare_poll(state, event, before)
    state["polls"][event["poll"]] |= {"state": "open", "opened_at": at}


def acknowledge(state: State, event: Frame, at: int) -> None:
    told = {"version": event["version"], "at": at}
    state.setdefault("acknowledged", {})[event["person"]] = told


def receive(state: State, event: Frame, at: int) -> None:
    of_file = state.setdefault("receipts", {}).setdefault(event["sha256"], {})
    of_file.setdefault(event["person"], {}).setdefault("received_at", at)


def take_up(state: State, event: Frame, at: int) -> None:
    for item in state["items"]:
        if item["id"] == state.get("current") and item.get("status") == "now":
            item["status"] = "done"
        if item["id"] == event["item"]:
            item |= {"status": "now", "taken_up_at": item.get("taken_up_at") or at}
    state |= {"current": event["item"], "floor": [], "speaking": None}


def mark(state: State, event: Frame, at: int) -> None:
    for person, presence in event["marks"].items():
        told = {"presence": presence, "reason": event.get("reason", ""), "at": at}
        state.setdefault("attendance", {})[person] = told


def publish(state: State, event: Frame, at: int) -> None:
    told = {"tally": event["tally"], "ballots": event.get("ballots", {})}
    state["polls"][event["poll"]] |= {"state": "published", "published_at": at, **told}


def close_poll(state: State, event: Frame, at: int) -> None:
    closed = {"state": "closed", "closed_at": at, "tally": event.get("tally")}
    state["polls"][event["poll"]] |= closed


def ask_floor(state: State, event: Frame, at: int) -> None:
    state.setdefault("floor", []).append({"person": event["person"], "at": at})


EFFECTS: dict[str, Callable[[State, Frame, int], None]] = {
    "MeetingStarted": lambda state, _, at: state.update(phase="open", opened_at=at),
    "AttendanceMarked": mark,
    "ItemTakenUp": take_up,
    "PollPrepared": prepare_poll,
    "PollOpened": open_poll,
    "PollClosed": close_poll,
    "PollPublished": publish,
    "FloorAsked": ask_floor,
    "AgendaAcknowledged": acknowledge,
    "PaperReceived": receive,
}


def lean(value: Any) -> Any:
    """Without what is empty: a default means the same there and not there (0.2)."""
    if isinstance(value, dict):
        filled = {key: lean(one) for key, one in value.items()}
        return {key: one for key, one in filled.items() if one or isinstance(one, bool)}
    return [lean(one) for one in value] if isinstance(value, list) else value


# ---- sections 1 to 6: a device, its lines, and what it holds of the room -------------------------


@dataclass(eq=False)
class Line:
    """One websocket (1.3). Reading takes each frame into what the device holds."""

    device: "Device"
    socket: ClientConnection
    nonce: bytes = b""
    heard: list[Frame] = field(default_factory=list)

    async def send(self, t: str, **keys: Any) -> None:
        await self.socket.send(json.dumps({"t": t, **keys}))

    async def frame(self) -> Frame:
        text = await asyncio.wait_for(self.socket.recv(), SECONDS)
        assert isinstance(text, str)  # 0.1
        frame: Frame = json.loads(text)
        self.heard.append(frame)
        self.device.take(frame)
        return frame

    async def hear(self, *kinds: str) -> Frame:
        """The next frame of these types; a refusal that was not asked for is a failure."""
        while (frame := await self.frame())["t"] not in kinds:
            assert frame["t"] != "Refused", frame
        return frame

    async def refused(self) -> str:
        return str((await self.hear("Refused"))["refusal"]["code"])

    async def until(self, seen: Callable[[State], Any]) -> None:
        while not seen(self.device.state):
            await self.frame()

    async def answer(self, request: str, **command: Any) -> Frame:
        """One `Accepted` or `Refused` with that id answers each request (6.1)."""
        await self.send("Request", id=request, room=ROOM, command=command)
        while (frame := await self.frame()).get("id") != request:
            pass
        return frame

    async def do(self, t: str, **keys: Any) -> Frame:
        frame = await self.answer(secrets.token_hex(8), t=t, **keys)
        assert frame["t"] == "Accepted", frame
        return frame

    async def refusal(self, t: str, **keys: Any) -> Frame:
        refusal: Frame = (await self.answer(secrets.token_hex(8), t=t, **keys))["refusal"]
        return refusal

    async def hello(self) -> list[str]:
        """Join with what is held (5.1); the types of the answer's frames (5.4)."""
        held = {"epoch": self.device.epoch, "position": self.device.position}
        mark = len(self.heard)
        await self.send("Hello", room=ROOM, **(held if self.device.epoch else {}))
        joined = await self.hear("Joined")
        assert (joined["epoch"], joined["position"]) == (self.device.epoch, self.device.position)
        apart = {"Meetings", "Checkpointed"}  # 4.5 and 8.6: they may come between
        return [frame["t"] for frame in self.heard[mark:] if frame["t"] not in apart]

    async def closed(self) -> int:
        await asyncio.wait_for(self.socket.wait_closed(), SECONDS)
        return self.socket.close_code or 0


@dataclass(eq=False)
class Device:
    """A tablet or desk from its pairing on."""

    port: int
    code: bytes
    ca_sha256: bytes
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    context: ssl.SSLContext | None = None
    id: str = ""
    token: str = ""
    person: str = ""
    epoch: str = ""
    position: int = 0
    state: State = field(default_factory=dict)
    own: Frame = field(default_factory=dict)
    entries: list[Frame] = field(default_factory=list)

    @classmethod
    def scan(cls, qr: str) -> "Device":
        """3.1: what the QR holds."""
        mark, _hosts, port, ca, letters = qr.split(" ")
        assert mark == "PHIENHOP1"
        return cls(int(port), base64.b32decode(letters), plain(ca))

    def fetch_ca(self) -> None:
        """1.2: fetched from whoever answers, believed for its hash."""
        anyone = ssl.create_default_context()
        anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
        url = f"https://127.0.0.1:{self.port}/ca"
        with urllib.request.urlopen(url, context=anyone, timeout=SECONDS) as answer:
            pem = answer.read().decode()
        assert hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).digest() == self.ca_sha256
        self.context = ssl.create_default_context(cadata=pem)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_3  # 1.1

    async def connect(self, path: str = "/meeting", **options: Any) -> Line:
        url = f"wss://127.0.0.1:{self.port}{path}"
        socket = await connect(url, ssl=self.context, compression=None, **options)  # 1.3
        line = Line(self, socket)
        challenge = await line.frame()  # 2.2
        assert (challenge["t"], challenge["protocol"]) == ("Challenge", 1)
        assert challenge["ca_sha256"] == self.ca_sha256.hex()
        line.nonce = plain(challenge["nonce"])
        return line

    async def pair(self, name: str, kind: str) -> Line:
        """3.2 and 3.3."""
        raw, format_ = serialization.Encoding.Raw, serialization.PublicFormat.Raw
        public, nonce = self.key.public_key().public_bytes(raw, format_), secrets.token_bytes(16)

        def proof(tag: bytes) -> str:
            message = tag + self.ca_sha256 + public + nonce
            return base64url(hmac.digest(self.code, message, "sha256"))

        line = await self.connect()
        keys = {"public_key": base64url(public), "nonce": base64url(nonce)}
        frame = {"name": name, "kind": kind, "proof": proof(b"phienhop-pair-1"), **keys}
        await line.send("Pair", **frame)
        paired = await line.hear("Paired")
        assert hmac.compare_digest(paired["proof"], proof(b"phienhop-paired-1"))
        number = hashlib.sha256(b"phienhop-compare-1" + self.ca_sha256 + public).digest()
        assert paired["comparison"] == f"{int.from_bytes(number) % 1_000_000:06d}"
        await line.send("Pair", **frame)
        assert await line.hear("Paired") == paired
        self.id = paired["device"]
        return line

    async def prove(self, line: Line) -> None:
        """3.4: every connection."""
        signature = self.key.sign(b"phienhop-auth-1" + self.ca_sha256 + line.nonce)
        await line.send("Authenticate", device=self.id, signature=base64url(signature))

    async def resume(self, path: str = "/meeting") -> Line:
        """4.2: no PIN; the same token again."""
        line = await self.connect(path)
        await self.prove(line)
        await line.hear("Authenticated")
        await line.send("Resume", token=self.token)
        assert (await line.hear("SignedIn"))["token"] == self.token
        return line

    async def sign_in(self, line: Line, first: tuple[str, str], secret: str) -> Line:
        """4.1 to 4.5: with the printed PIN, which must be changed."""
        await self.prove(line)
        seats = (await line.hear("Authenticated"))["seats"]
        self.person = next(seat["person"] for seat in seats if seat["person"] == first[0])
        await line.send("SignIn", person=self.person, pin=first[1])
        signed = await line.hear("SignedIn")
        assert signed["must_change"]
        await line.send("Hello", room=ROOM)
        assert await line.refused() == "must_change_pin"  # 2.1
        await line.send("ChangePin", old=first[1], new="123456")
        assert await line.refused() == "pin_weak"  # 4.4
        await line.send("ChangePin", old=first[1], new=secret)
        again = await line.hear("SignedIn")
        assert not again.get("must_change", False)
        assert again["token"] == signed["token"]
        self.token = again["token"]
        assert [card["room"] for card in (await line.hear("Meetings"))["meetings"]] == [ROOM]
        return line

    def take(self, frame: Frame) -> None:
        """5.5, 5.6 and 5.10."""
        if frame["t"] == "Snapshot":
            self.epoch, self.position = frame["epoch"], frame["position"]
            self.state, self.own = frame["state"], {}
        elif frame["t"] == "Events":
            assert (frame["epoch"], frame["first"]) == (self.epoch, self.position + 1)
            for entry in frame["entries"]:
                EFFECTS[entry["event"]["t"]](self.state, entry["event"], entry["at"])
            self.entries += frame["entries"]
            self.position += len(frame["entries"])
        elif frame["t"] == "OnlyYours":
            self.own = frame["personal"].get("ballots", {})


async def fetch(line: Line, sha256: str, part: bytes = b"", stop: int = sys.maxsize) -> bytes:
    """9.2 to 9.4: from the number of bytes held; `stop` breaks it off after so many chunks."""
    await line.send("Fetch", id=secrets.token_hex(8), sha256=sha256, offset=len(part))
    sending = await line.hear("Sending")
    assert sending["offset"] == len(part)
    while len(part) < sending["size"] and stop:
        message = await asyncio.wait_for(line.socket.recv(), SECONDS)
        assert isinstance(message, bytes)
        assert int.from_bytes(message[:8]) == len(part)
        assert len(message) - 8 == min(CHUNK, sending["size"] - len(part))
        part, stop = part + message[8:], stop - 1
    return part
