"""The key of one person's notes, what it seals, and the ways in which it is wrapped (SPEC 15.6-8).

Only library calls are composed here. Everything that travels is base64url without padding.
"""

import hmac
import os
from base64 import b32decode, b32encode
from binascii import Error as NotBase
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from client.device.credentials import to_bytes, to_text
from client.device.pinlock import Cost, stretch
from client.device.vault import Damaged, Vault
from server.protocol.ids import DeviceId, PersonId
from server.protocol.notes import KeyId, LogId, NoteEntry, Public, ShareId, WrappedKey, WriterId

KEY_BYTES = 32
CODE_BYTES = 20
"""160 bits: 32 letters."""
SLOW = Cost(passes=3, lanes=4, kibibytes=262_144)
"""For passphrases and codes, which are tried rarely."""
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_TAG = b"phienhop-notes-"


@dataclass(frozen=True)
class PersonKey:
    """One person's key: 32 random bytes, and everything that is derived from them."""

    raw: bytes

    @classmethod
    def new(cls) -> "PersonKey":
        """Return a key that nobody has."""
        return cls(os.urandom(KEY_BYTES))

    def _derived(self, part: bytes) -> bytes:
        return HKDF(SHA256(), 32, salt=None, info=_TAG + part).derive(self.raw)

    @cached_property
    def name(self) -> KeyId:
        """What the server calls it."""
        return self._derived(b"name-1")[:16].hex()

    @cached_property
    def _vault(self) -> Vault:
        return Vault(self._derived(b"seal-1"))

    @cached_property
    def _private(self) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(self._derived(b"share-1"))

    @cached_property
    def public(self) -> Public:
        """What others seal to this person with."""
        return to_text(self._private.public_key().public_bytes_raw())

    @cached_property
    def _names(self) -> bytes:
        return self._derived(b"log-1")

    def log(self, room: str, paper: str) -> LogId:
        """Return the name of a paper's log, which says nothing to who lacks the key."""
        return hmac.digest(self._names, f"{room}/{paper}".encode(), "sha256")[:16].hex()

    def share(self, mark: str) -> ShareId:
        """Return the name under which a mark is shared, which says nothing of the mark."""
        return hmac.digest(self._names, f"share/{mark}".encode(), "sha256")[:16].hex()

    # ---- entries ---------------------------------------------------------------------------------

    def seal(self, person: PersonId, entry: "EntryName", clear: bytes) -> bytes:
        """Return an operation sealed into its place."""
        return self._vault.seal(clear, entry.about(person))

    def open(self, person: PersonId, entry: "EntryName", sealed: bytes) -> bytes:
        """Return the operation. Raises Damaged for another key, person, place, or other bytes."""
        return self._vault.open(sealed, entry.about(person))

    # ---- shares ----------------------------------------------------------------------------------

    def open_share(self, about: bytes, sealed: bytes) -> bytes:
        """Return what was sealed to this person. Raises Damaged."""
        return _hpke_open(self._private, about, sealed)


@dataclass(frozen=True, slots=True)
class EntryName:
    """Which entry of a person's logs."""

    log: LogId
    writer: WriterId
    number: int

    @classmethod
    def of(cls, entry: NoteEntry) -> "EntryName":
        """Return the name of an entry of the wire."""
        return cls(entry.log, entry.writer, entry.number)

    def about(self, person: PersonId) -> bytes:
        """Return what its bytes are bound to."""
        return f"phienhop-note-1|{person}|{self.log}|{self.writer}|{self.number}".encode()


def about_share(sender: PersonId, share: ShareId, reader: PersonId) -> bytes:
    """Return what a copy of a share is bound to."""
    return f"phienhop-share-1|{sender}|{share}|{reader}".encode()


def seal_to(public: Public, about: bytes, clear: bytes) -> bytes:
    """Return bytes that only the holder of the private key opens. Raises ValueError for no key."""
    key = X25519PublicKey.from_public_bytes(to_bytes(public))
    return _SUITE.encrypt(clear, key, info=about)


def _hpke_open(private: X25519PrivateKey, about: bytes, sealed: bytes) -> bytes:
    try:
        return _SUITE.decrypt(sealed, private, info=about)
    except (InvalidTag, ValueError) as fault:
        raise Damaged(about.decode("ascii", "replace")) from fault


# ---- wrapping ------------------------------------------------------------------------------------


def _about_key(person: PersonId, kind: str) -> bytes:
    return f"phienhop-notes-key-1|{person}|{kind}".encode()


def wrap_under(
    key: PersonKey,
    person: PersonId,
    kind: Literal["passphrase", "code"],
    secret: str,
    cost: Cost,
) -> WrappedKey:
    """Return the key under a passphrase or code. Slow: call it in a thread."""
    salt = os.urandom(16)
    under = AESGCM(stretch(secret, salt, cost))
    nonce = os.urandom(12)
    sealed = nonce + under.encrypt(nonce, key.raw, _about_key(person, kind))
    return WrappedKey(kind, key.name, to_text(sealed), to_text(salt))


def unwrap_under(wrapped: WrappedKey, person: PersonId, secret: str, cost: Cost) -> PersonKey:
    """Return the key. Raises Damaged for a wrong secret. Slow: call it in a thread."""
    under = stretch(secret, to_bytes(wrapped.salt), cost)
    sealed = to_bytes(wrapped.sealed)
    return PersonKey(Vault(under).open(sealed, _about_key(person, wrapped.kind)))


class DeviceHalf:
    """The X25519 key of one person on one device."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._private = X25519PrivateKey.from_private_bytes(raw)

    @property
    def public(self) -> Public:
        """What others seal to it with."""
        return to_text(self._private.public_key().public_bytes_raw())

    def open(self, about: bytes, sealed: bytes) -> bytes:
        """Return what was sealed to it. Raises Damaged."""
        return _hpke_open(self._private, about, sealed)

    def unwrap(self, wrapped: WrappedKey, person: PersonId) -> PersonKey:
        """Return the person's key as another device gave it. Raises Damaged."""
        about = _about_device(person, wrapped.device)
        return PersonKey(self.open(about, to_bytes(wrapped.sealed)))


def wrap_for(key: PersonKey, person: PersonId, request: WrappedKey) -> WrappedKey:
    """Return the key for the device that asks. The person has compared `digits` before."""
    about = _about_device(person, request.device)
    sealed = seal_to(request.sealed, about, key.raw)
    return WrappedKey("device", key.name, to_text(sealed), device=request.device)


def _about_device(person: PersonId, device: DeviceId) -> bytes:
    return _about_key(person, "device") + b"|" + device.encode()


def digits(public: Public, device: DeviceId) -> str:
    """Return the six digits that both devices show while one asks the other for the key."""
    digest = sha256(_TAG + b"compare-1|" + device.encode() + b"|" + public.encode()).digest()
    return f"{int.from_bytes(digest) % 1_000_000:06d}"


# ---- the recovery code ---------------------------------------------------------------------------


def new_code() -> str:
    """Return a recovery code as it is printed: eight groups of four letters."""
    letters = b32encode(os.urandom(CODE_BYTES)).decode("ascii")
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def read_code(text: str) -> str:
    """Return a typed recovery code in its one form. Raises ValueError for what is none."""
    bare = "".join(text.split()).replace("-", "").upper().translate(str.maketrans("018", "OIB"))
    try:
        if len(b32decode(bare)) == CODE_BYTES:
            return bare
    except NotBase:
        pass
    raise ValueError("not a recovery code")
