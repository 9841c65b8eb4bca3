"""One TLS connection to the server, and how a device without a server finds out whom to trust."""

import asyncio
import hashlib
import http.client
import ssl
from collections.abc import Sequence
from dataclasses import dataclass

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from server.protocol.refusals import Code, Refusal

MEETING = "/meeting"
PAPERS = "/papers"
NOTES = "/notes"
OPEN_SECONDS = 12
PING_SECONDS = 15
MAX_MESSAGE = 16 * 1024 * 1024
"""A snapshot of a large meeting is one message."""
_CA_LIMIT = 16 * 1024


class LineFailed(Exception):  # noqa: N818 - it names what became of the line
    """No connection; `refusal` says why to a person."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal.code))
        self.refusal = refusal

    @property
    def impostor(self) -> bool:
        """Whether something answered that is not the server of this device."""
        return self.refusal.code is Code.SERVER_IMPOSTOR


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server may be reached."""

    hosts: tuple[str, ...]
    port: int

    @property
    def text(self) -> str:
        """The first host and the port, as people write them."""
        host = self.hosts[0] if self.hosts else ""
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"


def trust_only(ca_pem: str) -> ssl.SSLContext:
    """Return a TLS 1.3 context for the server whose own CA this is (SPEC 1.1)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(cadata=ca_pem)
    return context


async def dial(address: Address, path: str, context: ssl.SSLContext) -> ClientConnection:
    """Return an open connection to the first host that answers. Raises LineFailed."""
    failed: list[LineFailed] = []
    for host in address.hosts:
        try:
            return await _dial(host, address.port, path, context)
        except LineFailed as fault:
            failed.append(fault)
    impostors = [fault for fault in failed if fault.impostor]
    raise next(iter(impostors or failed), LineFailed(_unreachable(address)))


async def _dial(host: str, port: int, path: str, context: ssl.SSLContext) -> ClientConnection:
    name = f"[{host}]" if ":" in host else host
    try:
        return await connect(
            f"wss://{name}:{port}{path}",
            ssl=context,
            proxy=None,
            compression=None,
            max_size=MAX_MESSAGE,
            open_timeout=OPEN_SECONDS,
            ping_interval=PING_SECONDS,
            ping_timeout=PING_SECONDS,
            close_timeout=1,
            user_agent_header=None,
        )
    except ssl.SSLCertVerificationError as fault:
        raise LineFailed(Refusal(Code.SERVER_IMPOSTOR)) from fault
    except (OSError, TimeoutError, InvalidHandshake, WebSocketException, EOFError) as fault:
        raise LineFailed(_unreachable(Address((host,), port))) from fault


def _unreachable(address: Address) -> Refusal:
    return Refusal(Code.SERVER_UNREACHABLE, {"address": address.text})


async def fetch_ca(address: Address) -> str:
    """Return the CA certificate that whoever answers there shows, as PEM. Raises LineFailed.

    Nothing is trusted by this: the caller compares `fingerprint` with what a person brought.
    """
    failed: LineFailed | None = None
    for host in address.hosts:
        try:
            return await asyncio.to_thread(_fetch_ca, host, address.port)
        except (OSError, http.client.HTTPException, ValueError) as fault:
            failed = LineFailed(_unreachable(Address((host,), address.port)))
            failed.__cause__ = fault
    raise failed or LineFailed(_unreachable(address))


def _fetch_ca(host: str, port: int) -> str:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    line = http.client.HTTPSConnection(host, port, timeout=OPEN_SECONDS, context=context)
    try:
        line.request("GET", "/ca")
        answer = line.getresponse()
        if answer.status != http.HTTPStatus.OK:
            raise ValueError(f"no certificate, but status {answer.status}")
        return answer.read(_CA_LIMIT).decode("ascii")
    finally:
        line.close()


def fingerprint(ca_pem: str) -> bytes:
    """Return the SHA-256 of a certificate's DER form. Raises ValueError when it is none."""
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(ca_pem.strip())).digest()


def read_address(text: str) -> tuple[str, int]:
    """Return host and port of `host:port` or `[v6]:port`. Raises ValueError."""
    host, colon, port = text.strip().rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not port.isdecimal() or not 0 < int(port) < 65536:  # noqa: PLR2004
        raise ValueError(f"not host:port: {text!r}")
    return host, int(port)


def addresses(texts: Sequence[str]) -> Address:
    """Return the address that several `host:port` of one server make. Raises ValueError."""
    pairs = [read_address(text) for text in texts]
    if not pairs or len({port for _, port in pairs}) != 1:
        raise ValueError("addresses of one server have one port")
    return Address(tuple(host for host, _ in pairs), pairs[0][1])
