"""The keys of one person's notes on one device, behind the person's PIN or passphrase.

A pooled tablet has a ring for each of its people. The ring's content is sealed (HPKE) to a key of
this (device, person), whose private half is sealed under Argon2id of the PIN: the next person on
the tablet cannot open it, and neither can the server. Everything here waits for the disk, and
opening takes 0.3 s: call it in a thread.
"""

import hashlib
import os
from pathlib import Path

import msgspec

from client.device.pinlock import Cost, stretch
from client.device.vault import Damaged, Vault, write_durably
from client.notes.keys import DeviceHalf, PersonKey, seal_to
from server.protocol.ids import Part, PersonId
from server.protocol.notes import Public


class _Kept(Part, frozen=True):
    salt: bytes
    private: bytes
    """Under the secret."""
    content: bytes
    """Sealed to the public half."""


class _Content(Part, frozen=True):
    keys: tuple[bytes, ...]
    token: str = ""


class Ring:
    """An open ring. Make it with `open_ring`."""

    def __init__(self, path: Path, vault: Vault, person: PersonId, half: DeviceHalf) -> None:
        self.half = half
        """This person on this device."""
        self.keys: tuple[PersonKey, ...] = ()
        """The person's key first; behind it those that notes on this device may still be under."""
        self.token = ""
        """What opens the notes' line; empty: ask for one."""
        self._path, self._vault, self._person = path, vault, person
        self._salt = b""
        self._private = b""

    @property
    def key(self) -> PersonKey:
        """What new notes are sealed with."""
        return self.keys[0]

    @property
    def public(self) -> Public:
        """What another device seals the person's key to."""
        return self.half.public

    def adopt(self, key: PersonKey) -> None:
        """Use this key from now on; the others stay to open what is under them."""
        self.keys = (key, *(one for one in self.keys if one != key))
        self.keep()

    def allow(self, token: str) -> None:
        """Remember the token of the notes' line."""
        self.token = token
        self.keep()

    def keep(self) -> None:
        """Write what the ring holds."""
        content = msgspec.msgpack.encode(_Content(tuple(one.raw for one in self.keys), self.token))
        sealed = seal_to(self.half.public, self._about, content)
        kept = msgspec.msgpack.encode(_Kept(self._salt, self._private, sealed))
        write_durably(self._path, self._vault.seal(kept, self._about))

    def put_under(self, secret: str, cost: Cost) -> None:
        """Let this PIN or passphrase open the ring from now on; `keep` it then."""
        self._salt = os.urandom(16)
        under = Vault(stretch(secret, self._salt, cost))
        self._private = under.seal(self.half.raw, self._about)

    @property
    def _about(self) -> bytes:
        return b"notes-ring|" + self._person.encode()

    def load(self, secret: str, cost: Cost) -> "Ring":
        """Return the ring as kept. Raises Damaged for a wrong secret, FileNotFoundError."""
        kept = msgspec.msgpack.decode(
            self._vault.open(self._path.read_bytes(), self._about), type=_Kept
        )
        raw = Vault(stretch(secret, kept.salt, cost)).open(kept.private, self._about)
        ring = Ring(self._path, self._vault, self._person, DeviceHalf(raw))
        ring._salt, ring._private = kept.salt, kept.private
        content = msgspec.msgpack.decode(ring.half.open(self._about, kept.content), type=_Content)
        ring.keys = tuple(PersonKey(one) for one in content.keys)
        ring.token = content.token
        return ring


def ring_path(folder: Path, person: PersonId) -> Path:
    """Return where a person's ring lies."""
    return folder / f"{hashlib.sha256(person.encode()).hexdigest()[:32]}.ring"


def open_ring(
    folder: Path, vault: Vault, person: PersonId, secret: str, cost: Cost
) -> tuple[Ring, bool]:
    """Return the person's ring, and whether it is new.

    A ring that this secret does not open (the PIN was changed elsewhere) is put aside, where
    `open_old` finds it, and a new one begun.
    """
    path = ring_path(folder, person)
    fresh = Ring(path, vault, person, DeviceHalf(os.urandom(32)))
    try:
        return fresh.load(secret, cost), False
    except FileNotFoundError:
        pass
    except (Damaged, msgspec.MsgspecError):
        path.replace(path.with_suffix(".old"))
    fresh.put_under(secret, cost)
    fresh.adopt(PersonKey.new())
    return fresh, True


def open_old(folder: Path, vault: Vault, person: PersonId, secret: str, cost: Cost) -> Ring | None:
    """Return the ring that was put aside, if this is the PIN that it was made with."""
    path = ring_path(folder, person).with_suffix(".old")
    try:
        return Ring(path, vault, person, DeviceHalf(os.urandom(32))).load(secret, cost)
    except (FileNotFoundError, Damaged, msgspec.MsgspecError):
        return None
