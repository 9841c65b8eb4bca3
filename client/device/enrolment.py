"""How a device gets its server: by QR or typed code, proved in both directions, kept on its disk.

The code never travels. The CA's hash comes in the QR; with a typed code the server's own proof,
which only somebody with the code and that CA can make, stands in for it.
"""

import asyncio
import hmac
import os
from dataclasses import dataclass
from pathlib import Path

import msgspec
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from client.device.credentials import (
    DeviceKey,
    Identity,
    code_bytes,
    comparison,
    pairing_proof,
    server_proof,
    to_bytes,
    to_text,
)
from client.device.vault import write_durably
from client.line import (
    MEETING,
    Address,
    LineFailed,
    addresses,
    dial,
    fetch_ca,
    fingerprint,
    read_address,
    trust_only,
)
from client.state import Kind
from server.protocol import frames as f
from server.protocol.codec import Malformed, decode_server, encode
from server.protocol.ids import DeviceId, Line, Part
from server.protocol.refusals import Code, Refusal
from server.protocol.state import Organization

QR_WORD = "PHIENHOP1"
_QR_PARTS = 5
ANSWER_SECONDS = 15
ATTEMPTS, PAUSE_SECONDS = 3, 0.5


class Enrolment(Part, frozen=True):
    """The server that this device belongs to."""

    hosts: tuple[str, ...]
    port: int
    ca_pem: str
    device: DeviceId
    kind: Kind
    name: Line
    server: Line

    @property
    def address(self) -> Address:
        """Where the server may be reached."""
        return Address(self.hosts, self.port)

    def identity(self, key: DeviceKey) -> Identity:
        """Return what the device proves itself by."""
        return Identity(self.device, key, fingerprint(self.ca_pem))


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a person brings: where the server is, the code, and from a QR the CA's hash."""

    address: Address
    code: bytes
    ca_sha256: bytes = b""


@dataclass(frozen=True, slots=True)
class FirstDesk:
    """What the first desk of an empty server makes."""

    organization: Organization
    secretary: str
    passphrase: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    """It worked; until `approved` both screens show the six digits."""

    enrolment: Enrolment
    comparison: str
    approved: bool


def read_invitation(address: str, code: str) -> Invitation:
    """Return what was typed, or scanned into either of the two. Raises ValueError."""
    for text in (address, code):
        if text.strip().startswith(QR_WORD):
            return _read_qr(text)
    return Invitation(addresses([address]), code_bytes(code))


def _read_qr(text: str) -> Invitation:
    parts = text.split()
    if len(parts) != _QR_PARTS:
        raise ValueError("not a pairing code of this system")
    _, hosts, port, ca_sha256, code = parts
    places = tuple(host for host in hosts.split(",") if host)
    read_address(f"{places[0] if places else ''}:{port}")
    return Invitation(Address(places, int(port)), code_bytes(code), to_bytes(ca_sha256))


def load(path: Path) -> Enrolment | None:
    """Return the kept enrolment; None when the device has none. Raises ValueError when damaged."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Enrolment)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError as fault:
        raise ValueError(f"{path.name}: {fault}") from fault


def keep(path: Path, enrolment: Enrolment) -> None:
    """Keep an enrolment; waits for the disk."""
    write_durably(path, msgspec.json.encode(enrolment))


async def enrol(
    invitation: Invitation,
    key: DeviceKey,
    name: str,
    kind: Kind,
    first: FirstDesk | None = None,
) -> Enrolled | Refusal:
    """Make this device known to the server of the invitation, or say why that failed.

    A line that breaks is tried again: a device that has just started may be too busy to finish the
    opening in time. The proof stays the same, so that the server answers it as it did before.
    """
    asking, nonce = _Asking(name, kind, first), os.urandom(32)
    lost = Refusal(Code.SERVER_UNREACHABLE, {"address": invitation.address.text})
    for attempt in range(ATTEMPTS):
        await asyncio.sleep(attempt * PAUSE_SECONDS)
        try:
            ca_pem = await _trustworthy(invitation)
            return await _prove(invitation, ca_pem, key, asking, nonce)
        except LineFailed as fault:
            if fault.refusal.code is not Code.SERVER_UNREACHABLE:
                return fault.refusal
        except (TimeoutError, ConnectionClosed, Malformed):
            continue
    return lost


async def _trustworthy(invitation: Invitation) -> str:
    """Return the CA of the invitation. Raises LineFailed."""
    ca_pem = await fetch_ca(invitation.address)
    try:
        ca_sha256 = fingerprint(ca_pem)
    except ValueError as fault:
        raise LineFailed(Refusal(Code.SERVER_IMPOSTOR)) from fault
    if invitation.ca_sha256 and not hmac.compare_digest(ca_sha256, invitation.ca_sha256):
        raise LineFailed(Refusal(Code.SERVER_IMPOSTOR))
    return ca_pem


@dataclass(frozen=True, slots=True)
class _Asking:
    name: str
    kind: Kind
    first: FirstDesk | None

    def frame(self, key: DeviceKey, nonce: bytes, proof: bytes) -> f.ClientFrame:
        """Return what asks for it."""
        texts = (to_text(key.public), to_text(nonce), to_text(proof))
        if self.first is None:
            return f.Pair(self.name, self.kind, *texts)
        made = self.first
        return f.FirstRun(self.name, *texts, made.organization, made.secretary, made.passphrase)


async def _prove(
    invitation: Invitation, ca_pem: str, key: DeviceKey, asking: _Asking, nonce: bytes
) -> Enrolled | Refusal:
    """Prove the code to the server, and have it prove the code in return. Raises LineFailed."""
    ca_sha256 = fingerprint(ca_pem)
    proof = pairing_proof(invitation.code, ca_sha256, key.public, nonce)
    line = await dial(invitation.address, MEETING, trust_only(ca_pem))
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            answer = await _talk(line, asking.frame(key, nonce, proof))
    finally:
        await line.close()
    if isinstance(answer, Refusal):
        return answer
    server, paired = answer
    if not _proves(paired.proof, server_proof(invitation.code, ca_sha256, key.public, nonce)):
        return Refusal(Code.SERVER_IMPOSTOR)
    address, name = invitation.address, asking.name
    known = Enrolment(address.hosts, address.port, ca_pem, paired.device, asking.kind, name, server)
    return Enrolled(known, comparison(ca_sha256, key.public), paired.approved)


def _proves(given: str, expected: bytes) -> bool:
    try:
        return hmac.compare_digest(to_bytes(given), expected)
    except ValueError:
        return False


async def _talk(line: ClientConnection, asking: f.ClientFrame) -> tuple[str, f.Paired] | Refusal:
    """Wait for the challenge, ask, and return the server's name and its answer."""
    server = ""
    while True:
        frame = decode_server(await line.recv())
        match frame:
            case f.Challenge():
                if frame.protocol != f.PROTOCOL:
                    params = {"server": frame.protocol, "client": f.PROTOCOL}
                    return Refusal(Code.PROTOCOL_VERSION, params)
                server = frame.server
                await line.send(encode(asking), text=True)
            case f.Paired():
                return server, frame
            case f.Refused():
                return frame.refusal
            case _:
                pass
