"""One opener of sealed ballots: what its own process does with its own keys.

A key is made for one poll, lies in one file of this opener's folder, and is destroyed with the
poll. Whatever is opened leaves sorted: the order in which it came is gone.
"""

import os
import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from server.protocol.ids import Key, MeetingId, PollId
from server.protocol.sealing import about
from server.signing import keep_secret, sync_folder

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_KEY_BYTES = 32
_NAME = re.compile(r"(?P<room>[A-Za-z0-9_-]+)\.(?P<poll>[A-Za-z0-9_-]+)\.key\Z")


class KeyGone(Exception):  # noqa: N818 - it names the state of the key
    """The poll's key was destroyed or lost: its ballots can never be opened."""


def offer(folder: Path, room: MeetingId, poll: PollId) -> Key:
    """Return the public key of a poll, made and kept (0600) the first time. Raises OSError."""
    path = _path(folder, room, poll)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raw = keep_secret(path, os.urandom(_KEY_BYTES))
    return _public(X25519PrivateKey.from_private_bytes(raw))


def holds(folder: Path, room: MeetingId, poll: PollId, key: Key) -> bool:
    """Say whether the private half of that public key is here. Raises OSError."""
    try:
        raw = _path(folder, room, poll).read_bytes()
        return _public(X25519PrivateKey.from_private_bytes(raw)) == key
    except (FileNotFoundError, ValueError):
        return False


def open_layer(
    folder: Path, room: MeetingId, poll: PollId, layer: int, sealed: Sequence[bytes]
) -> tuple[bytes, ...]:
    """Take this opener's layer off every envelope; the results are sorted.

    What is no envelope for this key and poll is left out. Raises KeyGone, OSError.
    """
    try:
        key = X25519PrivateKey.from_private_bytes(_path(folder, room, poll).read_bytes())
    except (FileNotFoundError, ValueError):
        raise KeyGone(f"{room}/{poll}") from None
    opened: list[bytes] = []
    for one in sealed:
        try:
            opened.append(_SUITE.decrypt(one, key, about(room, poll, layer)))
        except (InvalidTag, ValueError):
            continue
    return tuple(sorted(opened))


def destroy(folder: Path, room: MeetingId, poll: PollId) -> None:
    """Overwrite and remove a poll's key; nothing happens when there is none. Raises OSError."""
    path = _path(folder, room, poll)
    try:
        handle = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        return
    try:
        os.write(handle, bytes(_KEY_BYTES))
        os.fsync(handle)
    finally:
        os.close(handle)
    path.unlink(missing_ok=True)
    sync_folder(folder)


def held(folder: Path) -> list[tuple[MeetingId, PollId]]:
    """Return the polls whose keys lie in an opener's folder."""
    names = (_NAME.fullmatch(path.name) for path in sorted(folder.glob("*.key")))
    return [(name["room"], name["poll"]) for name in names if name is not None]


def _public(key: X25519PrivateKey) -> Key:
    return urlsafe_b64encode(key.public_key().public_bytes_raw()).rstrip(b"=").decode()


def _path(folder: Path, room: MeetingId, poll: PollId) -> Path:
    return folder / f"{room}.{poll}.key"
