"""What is inside a sealed ballot, and what its layers are bound to (SPEC 6.11). Pure.

Every ballot of one poll has the same length, whatever it says: it is padded to a size that follows
from the poll alone. The layers themselves are HPKE (RFC 9180: X25519, HKDF-SHA256, AES-256-GCM,
base mode), the innermost for the last key.
"""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from server.protocol.codec import Malformed
from server.protocol.counts import Slip
from server.protocol.ids import MeetingId, PollId
from server.protocol.rules import Rule, options_of

_SIZES = (1024, 4096, 16_384)
_ROOM_FOR_ONE = 140
"""JSON of a candidate's id of 64 characters with an answer of 64."""
_ROOM_FOR_NAME = 1_300
"""JSON of a written name of 300 characters, four bytes each."""
_ROOM_FOR_OPINION = 12_000
_LENGTH_BYTES = 4
_slip = msgspec.json.Decoder(Slip)
_encoder = msgspec.json.Encoder(order="sorted")


def plain_size(rule: Rule) -> int:
    """Return the length in bytes of every ballot of a poll with this rule, before it is sealed."""
    least = 512 + _ROOM_FOR_ONE * len(rule.candidates)
    if any(option.opinion for option in options_of(rule)):
        least += _ROOM_FOR_OPINION
    if rule.write_ins:
        least += _ROOM_FOR_NAME * rule.places
    return next((size for size in _SIZES if size >= least), _SIZES[-1])


def to_plain(slip: Slip, rule: Rule) -> bytes:
    """Return a ballot as it is sealed, padded.

    Names and answers stand in the order of their ids, so that the order of touches does not show.
    An opinion that is too long is cut off. Raises ValueError when the rest is longer than any
    ballot that the rule allows.
    """
    told = replace(slip, names=tuple(sorted(slip.names)), write_ins=tuple(sorted(slip.write_ins)))
    raw, size = _encoder.encode(told), plain_size(rule)
    while len(raw) > size - _LENGTH_BYTES and told.opinion:
        told = replace(told, opinion=told.opinion[: len(told.opinion) * 3 // 4])
        raw = _encoder.encode(told)
    if len(raw) > size - _LENGTH_BYTES:
        raise ValueError(f"a ballot of {len(raw)} bytes does not fit into {size}")
    return (len(raw).to_bytes(_LENGTH_BYTES) + raw).ljust(size, b"\0")


def from_plain(plain: bytes) -> Slip:
    """Return what an opened ballot says. Raises Malformed for what is none."""
    size = int.from_bytes(plain[:_LENGTH_BYTES])
    raw = plain[_LENGTH_BYTES : _LENGTH_BYTES + size]
    try:
        return _slip.decode(raw)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as fault:
        raise Malformed(str(fault)) from None


def about(room: MeetingId, poll: PollId, layer: int) -> bytes:
    """Return what a layer is bound to: the poll, and the opener's place, from 1."""
    return f"phienhop-ballot-1|{room}|{poll}|{layer}".encode()


def in_order(slips: Iterable[Slip]) -> tuple[Slip, ...]:
    """Return opened ballots sorted by what they say, so that nothing else shows in their order."""
    return tuple(sorted(slips, key=_encoder.encode))
