"""Bytes and values: the one place that knows how frames and records are written.

Strict: an unknown type, an unknown key, a wrong type, NaN, a bool for an int, a nesting bomb or a
wrong encoding is a `Refusal`, never an exception that escapes. Text is normalised to Unicode NFC.
"""

from typing import TypeVar
from unicodedata import is_normalized, normalize

import msgspec

from server.protocol.events import Entry, Record
from server.protocol.frames import ClientFrame, ServerFrame
from server.protocol.refusals import Code, Refusal

T = TypeVar("T")

_encoder = msgspec.json.Encoder()
_client: msgspec.json.Decoder[ClientFrame] = msgspec.json.Decoder(ClientFrame)
_server: msgspec.json.Decoder[ServerFrame] = msgspec.json.Decoder(ServerFrame)
_record = msgspec.json.Decoder(Record)


class Malformed(ValueError):  # noqa: N818 - it names the state of the bytes
    """Bytes that are no value of the expected kind; `refusal` says so to a person."""

    def __init__(self, reason: str) -> None:
        """Keep the reason for the log; the refusal carries it as a parameter."""
        super().__init__(reason)
        self.refusal = Refusal(Code.BAD_FRAME, {"reason": reason[:200]})


def encode(value: ClientFrame | ServerFrame | Record | Entry) -> bytes:
    """Return the UTF-8 JSON of a frame or record."""
    return _encoder.encode(value)


def decode_client(raw: bytes | str) -> ClientFrame:
    """Return the frame that a client sent. Raises Malformed."""
    return _decode(_client, raw)


def decode_server(raw: bytes | str) -> ServerFrame:
    """Return the frame that a server sent. Raises Malformed."""
    return _decode(_server, raw)


def decode_record(raw: bytes) -> Record:
    """Return a record of the journal. Raises Malformed."""
    return _decode(_record, raw)


def _decode(decoder: "msgspec.json.Decoder[T]", raw: bytes | str) -> T:
    try:
        return decoder.decode(_clean(raw))
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as fault:
        raise Malformed(str(fault)) from None


def _clean(raw: bytes | str) -> str:
    """Return the text in NFC; escapes are resolved first, so that none hides a loose mark."""
    text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
    if "\\u" in text:
        text = _encoder.encode(msgspec.json.decode(text)).decode("utf-8")
    return text if is_normalized("NFC", text) else normalize("NFC", text)
