"""Signing in without the server: who signed in online before may do so by what the device holds.

Argon2id over the PIN gives two keys: one is compared, the other opens the login's token, so that
the line, when it is back, resumes the same login. Wrong PINs make the next try wait, longer each
time, also over a restart. The hash waits 0.3 s and 64 MiB: call it in a thread.
"""

import hmac
import os
import threading
from dataclasses import dataclass
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from client.vault import Damaged, Vault, write_durably
from server.protocol.ids import Part, PersonId
from server.protocol.refusals import Code, Refusal

FREE_TRIES = 5
LONGEST_WAIT = 900
"""Seconds; the wait doubles from 1 s with every wrong PIN after the free ones."""


class _Kept(Part, frozen=True):
    salt: bytes
    verifier: bytes
    token: bytes
    failures: int = 0
    not_before: float = 0.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What one try costs; the design's figures unless a test needs to be quick."""

    passes: int = 3
    lanes: int = 4
    kibibytes: int = 65_536


_ONE_AT_A_TIME = threading.Lock()
"""Two Argon2id of several lanes at once wait for each other's threads for ever (OpenSSL 3)."""


def stretch(secret: str, salt: bytes, cost: Cost) -> bytes:
    """Return 32 bytes that are slow to guess the secret from: Argon2id. Call it in a thread."""
    kdf = Argon2id(
        salt=salt,
        length=32,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.kibibytes,
    )
    with _ONE_AT_A_TIME:
        return kdf.derive(secret.encode())


class PinLock:
    """The device's own knowledge of its people's PINs, one file a person."""

    def __init__(self, folder: Path, vault: Vault, cost: Cost | None = None) -> None:
        self._folder = folder
        self._vault = vault
        self._cost = cost or Cost()

    def keep(self, person: PersonId, pin: str, token: str) -> None:
        """Remember a PIN that the server has just accepted, and the login's token."""
        salt = os.urandom(16)
        verifier, key = self._keys(pin, salt)
        sealed = Vault(key).seal(token.encode(), person.encode())
        self._write(person, _Kept(salt, verifier, sealed))

    def forget(self, person: PersonId) -> None:
        """The device no longer lets that person in by itself."""
        self._path(person).unlink(missing_ok=True)

    def unlock(self, person: PersonId, pin: str, now: float) -> str | Refusal:
        """Return the token of the person's last login, or why not. `now`: seconds since 1970."""
        kept = self._read(person)
        if kept is None:
            return Refusal(Code.SERVER_UNREACHABLE)
        if now < kept.not_before:
            return Refusal(Code.PIN_LOCKED, {"seconds": int(kept.not_before - now) + 1})
        failures = kept.failures + 1
        wait = _wait(failures)
        tried = msgspec.structs.replace(kept, failures=failures, not_before=now + wait)
        self._write(person, tried)  # counted before the slow look, so that a restart is no way out
        verifier, key = self._keys(pin, kept.salt)
        if not hmac.compare_digest(verifier, kept.verifier):
            left = max(0, FREE_TRIES - failures)
            return Refusal(Code.PIN_WRONG, {"left": left, "seconds": wait})
        try:
            token = Vault(key).open(kept.token, person.encode()).decode()
        except Damaged:
            return Refusal(Code.SERVER_UNREACHABLE)
        self._write(person, msgspec.structs.replace(kept, failures=0, not_before=0.0))
        return token

    def _keys(self, pin: str, salt: bytes) -> tuple[bytes, bytes]:
        master = stretch(pin, salt, self._cost)
        parts = (b"phienhop-pin-verifier", b"phienhop-pin-token")
        verifier, key = (HKDFExpand(SHA256(), 32, part).derive(master) for part in parts)
        return verifier, key

    def _path(self, person: PersonId) -> Path:
        return self._folder / person

    def _write(self, person: PersonId, kept: _Kept) -> None:
        sealed = self._vault.seal(msgspec.msgpack.encode(kept), b"pin " + person.encode())
        write_durably(self._path(person), sealed)

    def _read(self, person: PersonId) -> _Kept | None:
        try:
            raw = self._vault.open(self._path(person).read_bytes(), b"pin " + person.encode())
            return msgspec.msgpack.decode(raw, type=_Kept)
        except (OSError, Damaged, msgspec.MsgspecError):
            return None


def _wait(failures: int) -> int:
    """Return the seconds until the next try."""
    return 0 if failures < FREE_TRIES else min(LONGEST_WAIT, 2 ** (failures - FREE_TRIES))
