"""The way out to one listener, and the one frame that goes to many of them."""

import struct
from typing import Protocol

_TEXT = 0x81
"""RFC 6455 section 5.2: final fragment, opcode 1 (text). Frames of a server are not masked."""
_SHORT, _MEDIUM = 126, 1 << 16


class Outbox(Protocol):
    """Bytes on their way to one listener. Never blocks, never raises for a line that is gone."""

    def write(self, frame: bytes) -> None:
        """Send one whole WebSocket frame; a listener that is too slow loses its line instead."""


def text_frame(payload: bytes) -> bytes:
    """Return `payload` (UTF-8) as one unmasked WebSocket text message.

    Built once for everyone who gets the same bytes: masking is for clients only, and compression
    is off, so the frame does not depend on the connection.
    """
    size = len(payload)
    if size < _SHORT:
        return bytes((_TEXT, size)) + payload
    if size < _MEDIUM:
        return struct.pack("!BBH", _TEXT, 126, size) + payload
    return struct.pack("!BBQ", _TEXT, 127, size) + payload
