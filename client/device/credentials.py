"""What a device proves itself by: its key, the pairing code, and what both sides compute from them.

The formulas are those of the protocol's specification, sections on pairing and authenticating;
everything that travels is base64url without padding.
"""

import hmac
import os
from base64 import b32decode, b64decode, urlsafe_b64encode
from binascii import Error as NotBase
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_CODE_LETTERS = 16
_PAIR = b"phienhop-pair-1"
_PAIRED = b"phienhop-paired-1"
_COMPARE = b"phienhop-compare-1"
_AUTHENTICATE = b"phienhop-auth-1"


def to_text(raw: bytes) -> str:
    """Return base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def to_bytes(text: str) -> bytes:
    """Return the bytes of base64url with or without padding. Raises ValueError."""
    bare = text.rstrip("=")
    try:
        return b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except ValueError as fault:
        raise ValueError(f"not base64url: {text[:20]!r}") from fault


def code_bytes(code: str) -> bytes:
    """Return the 10 bytes of a typed code; spaces, hyphens and case do not matter.

    0, 1 and 8, which the alphabet does not have, are read as the letters they look like. Raises
    ValueError for anything but 16 letters.
    """
    bare = "".join(code.split()).replace("-", "").upper()
    bare = bare.translate(str.maketrans("018", "OIB"))
    if len(bare) != _CODE_LETTERS:
        raise ValueError(f"a code has {_CODE_LETTERS} letters, not {len(bare)}")
    try:
        return b32decode(bare)
    except NotBase as fault:
        raise ValueError("not a code") from fault


def pairing_proof(code: bytes, ca_sha256: bytes, public_key: bytes, nonce: bytes) -> bytes:
    """Return what shows the server that this device was given the code."""
    return hmac.digest(code, _PAIR + ca_sha256 + public_key + nonce, "sha256")


def server_proof(code: bytes, ca_sha256: bytes, public_key: bytes, nonce: bytes) -> bytes:
    """Return what the server shows in return."""
    return hmac.digest(code, _PAIRED + ca_sha256 + public_key + nonce, "sha256")


def comparison(ca_sha256: bytes, public_key: bytes) -> str:
    """Return the six digits that both screens show."""
    digest = sha256(_COMPARE + ca_sha256 + public_key).digest()
    return f"{int.from_bytes(digest) % 1_000_000:06d}"


class DeviceKey:
    """The device's Ed25519 key; it never leaves the device."""

    def __init__(self, raw: bytes) -> None:
        """Take the 32 private bytes. Raises ValueError for another length."""
        self._key = Ed25519PrivateKey.from_private_bytes(raw)

    @classmethod
    def at(cls, path: Path) -> "DeviceKey":
        """Return the key of that file, made and kept there (0600) the first time."""
        return cls(secret_file(path, 32))

    @property
    def public(self) -> bytes:
        """The 32 public bytes."""
        return self._key.public_key().public_bytes_raw()

    def authenticate(self, ca_sha256: bytes, nonce: bytes) -> str:
        """Return the signature that answers a challenge, as text."""
        return to_text(self._key.sign(_AUTHENTICATE + ca_sha256 + nonce))


def secret_file(path: Path, size: int) -> bytes:
    """Return the random bytes of that file, made and kept there (0600) the first time.

    Raises ValueError when the file is damaged, since making another would lose what it protects.
    """
    if path.exists():
        raw = path.read_bytes()
        if len(raw) != size:
            raise ValueError(f"{path.name} holds {len(raw)} bytes, not {size}")
        return raw
    path.parent.mkdir(parents=True, exist_ok=True)
    raw, draft = os.urandom(size), path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, raw)
        os.fsync(handle)
    finally:
        os.close(handle)
    draft.replace(path)
    return raw


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this device is to its server."""

    device: str
    key: DeviceKey
    ca_sha256: bytes
