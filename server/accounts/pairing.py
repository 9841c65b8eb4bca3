"""The cryptography of pairing and of a device's proof (SPEC 3). Pure, but for making new codes.

The code never travels: both ends prove that they know it over the CA's hash, so an impostor with
another CA learns nothing and convinces nobody. Bytes are base64url without padding on the wire.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

CODE_BYTES = 10
CODE_LETTERS = 16
KEY_BYTES = 32
NONCE_BYTES = 32
ASKING = b"phienhop-pair-1"
ANSWERING = b"phienhop-paired-1"
_COMPARE = b"phienhop-compare-1"
_AUTHENTICATE = b"phienhop-auth-1"
QR_PREFIX = "PHIENHOP1"


def new_code() -> str:
    """Return 80 random bits as 16 letters of the RFC 4648 base32 alphabet."""
    return base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode()


def grouped(code: str) -> str:
    """Return a code as people read it: four groups of four letters."""
    return "-".join(code[i : i + 4] for i in range(0, CODE_LETTERS, 4))


def code_key(code: str) -> bytes | None:
    """Return the 10 bytes of a code as typed: blanks, hyphens and case do not matter."""
    letters = "".join(code.split()).replace("-", "").upper()
    if len(letters) != CODE_LETTERS:
        return None
    try:
        return base64.b32decode(letters)
    except binascii.Error:
        return None


def encode64(raw: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode64(text: str) -> bytes | None:
    """Return the bytes of base64url text with or without padding; None for anything else."""
    bare = text.rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None


def proof(key: bytes, purpose: bytes, ca_sha256: bytes, public_key: bytes, nonce: bytes) -> bytes:
    """Return what only somebody with the code can say about this CA and this device."""
    return hmac.digest(key, purpose + ca_sha256 + public_key + nonce, hashlib.sha256)


def comparison(ca_sha256: bytes, public_key: bytes) -> str:
    """Return the six digits that both screens show."""
    digest = hashlib.sha256(_COMPARE + ca_sha256 + public_key).digest()
    return f"{int.from_bytes(digest) % 10**6:06d}"


def challenge_message(ca_sha256: bytes, nonce: bytes) -> bytes:
    """Return what a device signs to authenticate."""
    return _AUTHENTICATE + ca_sha256 + nonce


def signed(public_key: bytes, signature: bytes, ca_sha256: bytes, nonce: bytes) -> bool:
    """Say whether the device with that key signed this challenge."""
    try:
        key = Ed25519PublicKey.from_public_bytes(public_key)
        key.verify(signature, challenge_message(ca_sha256, nonce))
    except (InvalidSignature, ValueError):
        return False
    return True


def qr_text(hosts: Sequence[str], port: int, ca_sha256: bytes, code: str) -> str:
    """Return what a camera reads: prefix, hosts, port, the CA's hash and the code."""
    return f"{QR_PREFIX} {','.join(hosts)} {port} {encode64(ca_sha256)} {code}"
