"""The log's key: what signs the checkpoints of every meeting's record on this server.

It lies in the data folder, outside the database; backups carry it, since a restored record goes on
under the same name.
"""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.journal import Signed
from server.protocol.checkpoint import Checkpoint, origin, sign, verifier
from server.protocol.ids import MeetingId

_BYTES = 32


class KeyDamaged(Exception):  # noqa: N818 - it names the state of the key
    """The key's file does not hold a key; another one is never made in its place."""


class LogKey:
    """An Ed25519 key that never leaves the server."""

    def __init__(self, raw: bytes) -> None:
        """Take the 32 private bytes. Raises ValueError for another length."""
        self._key = Ed25519PrivateKey.from_private_bytes(raw)
        self.secret = raw
        """The private bytes: for the press, which seals dossiers in a process of its own."""
        self.public = self._key.public_key().public_bytes_raw()
        """The 32 public bytes."""

    @classmethod
    def at(cls, path: Path) -> "LogKey":
        """Return the key of that file, made and kept there (0600) the first time.

        Raises KeyDamaged, OSError.
        """
        try:
            return cls(path.read_bytes())
        except FileNotFoundError:
            return cls(keep_secret(path, os.urandom(_BYTES)))
        except ValueError:
            raise KeyDamaged(f"{path} does not hold a key; restore it from a backup") from None

    def origin(self, room: MeetingId) -> str:
        """Return the name of a meeting's record."""
        return origin(self.public, room)

    def verifier(self, room: MeetingId) -> str:
        """Return the public key as signed notes of that meeting name it."""
        return verifier(self.origin(room), self.public)

    def checkpoint(self, room: MeetingId, size: int, root: bytes) -> Signed:
        """Return the signed checkpoint of a meeting's first `size` entries. The same for ever."""
        text = Checkpoint(self.origin(room), size, root).text
        return Signed(size, self.sign(room, text))

    def sign(self, room: MeetingId, text: str) -> str:
        """Return the signed note of any text about a meeting; it ends with a line feed."""
        return sign(text, self.origin(room), self._key)


def keep_secret(path: Path, raw: bytes) -> bytes:
    """Write secret bytes to a new file (0600), durably and whole or not at all. Raises OSError.

    Returns what the file holds: when another process was first, what that one has written.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, raw)
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(draft, path)  # unlike a rename it never takes another's place
    except FileExistsError:
        raw = path.read_bytes()
    except OSError:  # a file system without links
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)
    return raw


def sync_folder(folder: Path) -> None:
    """Make what was created or removed in a folder durable, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
