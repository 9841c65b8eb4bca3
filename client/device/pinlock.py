"""Signing in without the server: who signed in online before may do so by what the device holds.

Argon2id over the PIN gives four keys: one is compared, one opens the login's token, so that the
line, when it is back, resumes the same login, one opens the server's share, and one, together with
that share, opens the key of the papers. The share stays for `WINDOW` after the server last gave it;
then the PIN lets its person in, and papers stay closed until the server is there. Wrong PINs make
the next try wait, longer each time, also over a restart. The hash waits 0.3 s and 64 MiB: call it
in a thread.
"""

import hmac
import os
import threading
from dataclasses import dataclass
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from client.device.vault import Damaged, Vault, write_durably
from server.protocol.ids import Part, PersonId
from server.protocol.refusals import Code, Refusal

FREE_TRIES = 5
LONGEST_WAIT = 900
"""Seconds; the wait doubles from 1 s with every wrong PIN after the free ones."""


WINDOW = 14 * 24 * 3600
"""Seconds that papers open without the server (security.md, "At rest and after")."""
SLACK = 24 * 3600
"""A clock set back further than this has ended the window."""


class _Kept(Part, frozen=True):
    salt: bytes
    verifier: bytes
    token: bytes
    failures: int = 0
    not_before: float = 0.0
    share: bytes = b""
    cache: bytes = b""
    since: float = 0.0
    until: float = 0.0


@dataclass(frozen=True, slots=True)
class CacheKeys:
    """What the server has told a login: the papers' key, and the person's share."""

    cache: bytes
    share: bytes


@dataclass(frozen=True, slots=True)
class Unlocked:
    """What a right PIN opens: the last login's token, and the papers' key within the window."""

    token: str
    cache: bytes = b""


@dataclass(frozen=True, slots=True)
class _Keys:
    verifier: bytes
    token: bytes
    share: bytes
    half: bytes
    """The PIN's half of the key that opens the papers' key."""

    def opening(self, share: bytes) -> Vault:
        """HKDF over the PIN's half and the server's share."""
        made = HKDF(SHA256(), 32, None, b"phienhop-cache-unlock")
        return Vault(made.derive(self.half + share))


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

    def keep(
        self,
        person: PersonId,
        pin: str,
        token: str,
        cache: CacheKeys | None = None,
        now: float = 0.0,
    ) -> None:
        """Remember a PIN that the server has just accepted, the login's token, and its keys."""
        salt, about = os.urandom(16), person.encode()
        keys = self._keys(pin, salt)
        kept = _Kept(salt, keys.verifier, Vault(keys.token).seal(token.encode(), about))
        if cache is not None:
            kept = msgspec.structs.replace(
                kept,
                share=Vault(keys.share).seal(cache.share, about),
                cache=keys.opening(cache.share).seal(cache.cache, about),
                since=now,
                until=now + WINDOW,
            )
        self._write(person, kept)

    def renew(self, person: PersonId, now: float) -> None:
        """The server has taken the person's login again: the window begins anew."""
        kept = self._read(person)
        if kept is not None and kept.share:
            self._write(person, msgspec.structs.replace(kept, since=now, until=now + WINDOW))

    def forget(self, person: PersonId) -> None:
        """The device no longer lets that person in by itself."""
        self._path(person).unlink(missing_ok=True)

    def wipe(self) -> None:
        """Forget everybody: the device is taken out of use."""
        for path in self._folder.glob("*"):
            path.unlink(missing_ok=True)

    def unlock(self, person: PersonId, pin: str, now: float) -> Unlocked | Refusal:
        """Return what the PIN opens, or why nothing. `now`: seconds since 1970."""
        kept = self._read(person)
        if kept is None:
            return Refusal(Code.SERVER_UNREACHABLE)
        if now < kept.not_before:
            return Refusal(Code.PIN_LOCKED, {"seconds": int(kept.not_before - now) + 1})
        failures = kept.failures + 1
        wait = _wait(failures)
        tried = msgspec.structs.replace(kept, failures=failures, not_before=now + wait)
        self._write(person, tried)  # counted before the slow look, so that a restart is no way out
        keys = self._keys(pin, kept.salt)
        if not hmac.compare_digest(keys.verifier, kept.verifier):
            left = max(0, FREE_TRIES - failures)
            return Refusal(Code.PIN_WRONG, {"left": left, "seconds": wait})
        kept = msgspec.structs.replace(kept, failures=0, not_before=0.0)
        if kept.share and not kept.since - SLACK <= now <= kept.until:
            kept = msgspec.structs.replace(kept, share=b"", cache=b"")
        self._write(person, kept)
        return _open(kept, keys, person.encode())

    def _keys(self, pin: str, salt: bytes) -> _Keys:
        master = stretch(pin, salt, self._cost)
        parts = (b"verifier", b"token", b"share", b"half")
        return _Keys(
            *(HKDFExpand(SHA256(), 32, b"phienhop-pin-" + part).derive(master) for part in parts)
        )

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


def _open(kept: _Kept, keys: _Keys, about: bytes) -> Unlocked | Refusal:
    try:
        token = Vault(keys.token).open(kept.token, about).decode()
        if not kept.share:
            return Unlocked(token)
        share = Vault(keys.share).open(kept.share, about)
        return Unlocked(token, keys.opening(share).open(kept.cache, about))
    except Damaged:
        return Refusal(Code.SERVER_UNREACHABLE)


def _wait(failures: int) -> int:
    """Return the seconds until the next try."""
    return 0 if failures < FREE_TRIES else min(LONGEST_WAIT, 2 ** (failures - FREE_TRIES))
