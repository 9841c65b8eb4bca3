"""Sealing a secret ballot on the device that it is cast on: a layer for each opener (SPEC 6.11)."""

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from client.device.credentials import to_bytes, to_text
from client.state import AppState
from server.protocol.commands import CastBallot, Command, SealBallot
from server.protocol.counts import Slip
from server.protocol.ids import Envelope, MeetingId
from server.protocol.sealing import about, to_plain
from server.protocol.state import Poll

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
LEAST_KEYS = 2
"""With one layer its opener could tell whose ballot says what."""


def seal(slip: Slip, poll: Poll, room: MeetingId) -> Envelope:
    """Return a ballot that only all openers together can read.

    Raises ValueError for a poll with fewer than two different keys, and for a ballot that is too
    long.
    """
    if len(set(poll.keys)) < LEAST_KEYS:
        raise ValueError("a ballot is sealed for two openers at least")
    sealed = to_plain(slip, poll.rule)
    for layer in range(len(poll.keys), 0, -1):
        key = X25519PublicKey.from_public_bytes(to_bytes(poll.keys[layer - 1]))
        sealed = _SUITE.encrypt(sealed, key, about(room, poll.id, layer))
    return to_text(sealed)


def as_sent(state: AppState, room: MeetingId, command: Command) -> Command:
    """Return what leaves this device for a command: of a ballot in a sealed poll the envelope."""
    view = state.rooms.get(room)
    if view is None or not isinstance(command, CastBallot):
        return command
    poll = view.state.polls.get(command.poll)
    if poll is None or poll.rule.secrecy != "sealed" or poll.rule.practice:
        return command
    envelope = seal(command.slip(), poll, room)
    return SealBallot(command.poll, command.ballot, envelope, command.replaces)
