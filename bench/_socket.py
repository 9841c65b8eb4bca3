"""Bytes that a connection's socket has received, as the kernel counts them: TLS and all."""

import socket
import struct

from websockets.asyncio.client import ClientConnection

_INFO_BYTES = 232
_RECEIVED_AT = 128
"""Where `tcpi_bytes_received` stands in Linux's `struct tcp_info` (since 4.1)."""


def received(connection: ClientConnection) -> int:
    """Return the bytes received so far. Raises OSError where the system does not count them."""
    sock = connection.transport.get_extra_info("socket")
    level = getattr(socket, "TCP_INFO", None)
    if level is None:
        raise OSError("this system does not count a connection's bytes")
    raw = sock.getsockopt(socket.IPPROTO_TCP, level, _INFO_BYTES)
    return int(struct.unpack_from("<Q", raw, _RECEIVED_AT)[0])
