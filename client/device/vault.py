"""What this device writes on its disk is encrypted with AES-256-GCM.

Two keys. That of the device lies beside the data, in a file that only this account may read: it
seals what must be known before anybody signs in, and protects a copied backup, not a stolen tablet.
Papers are sealed with a key that never lies on the disk in clear: the server tells it to a login,
and for 14 days without a line it is kept under the person's PIN and the server's share of it (see
`client.device.pinlock`). Every chunk is bound to what it is a part of, so that chunks cannot be
swapped, cut off or taken from another file.
"""

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from client.device.credentials import secret_file

CHUNK = 1024 * 1024
"""Bytes of the clear text in every chunk but a file's last."""
_NONCE = 12
EXTRA = _NONCE + 16
"""How much longer a sealed chunk is than its clear text."""


class Damaged(Exception):  # noqa: N818 - it names the state of the bytes
    """Sealed bytes that are not what was sealed."""


class Locked(Damaged):
    """Nobody who may open these bytes has signed in."""


class Vault:
    """Seals and opens bytes with the key of one device."""

    def __init__(self, key: bytes) -> None:
        """Take the 32 bytes of the key."""
        self._cipher = AESGCM(key)

    @classmethod
    def at(cls, path: Path) -> "Vault":
        """Return the vault of that key file, made the first time. Raises ValueError if damaged."""
        return cls(secret_file(path, 32))

    def seal(self, clear: bytes, about: bytes) -> bytes:
        """Return `clear` encrypted and bound to what it is about."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, clear, about)

    def open(self, sealed: bytes, about: bytes) -> bytes:
        """Return the clear bytes. Raises Damaged for other bytes, or bytes about something else."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], about)
        except (InvalidTag, ValueError) as fault:
            raise Damaged(about.decode("ascii", "replace")) from fault


def write_durably(path: Path, raw: bytes) -> None:
    """Put the bytes at `path` whole or not at all, also over a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    with draft.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    settle(path.parent)


def settle(folder: Path) -> None:
    """Make the names in a folder durable, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
