"""Signed checkpoints of a meeting's record, in the C2SP formats; and their short form.

A checkpoint (c2sp.org/tlog-checkpoint) says how many entries a record has and the root of their
Merkle tree. It is a signed note (c2sp.org/signed-note): its three lines, an empty line, and the
signature `— NAME BASE64(key id | Ed25519 signature)`. The name is the checkpoint's origin,
`phienhop/KEY/ROOM`, in which KEY is the beginning of the SHA-256 of the log's public key: whoever
compares a checkpoint's short form compares the key with it.

The short form is what is printed, shown and typed: 24 letters of the RFC 4648 base32 alphabet in
six groups, the first 120 bits of the SHA-256 of the checkpoint's text.

Everything here is computed; making keys and keeping them is `server.signing`'s.
"""

import re
from base64 import b32encode, b64decode, b64encode
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from server.protocol.ids import MeetingId, Part

SHORT_LETTERS = 24
_GROUP = 4
_KEY_DIGITS = 16
_HASH_BYTES, _KEY_BYTES, _SIGNATURE_BYTES, _ID_BYTES = 32, 32, 64, 4
_ED25519 = b"\x01"
"""The signature type of a signed note's key."""
_SIGNED = "\u2014 "
_LINES = 3
_SIZE = re.compile(r"0|[1-9][0-9]{0,8}")


class Unsigned(ValueError):  # noqa: N818 - it names the state of the note
    """The text is no note of that key: not of this form, or its signature is wrong."""


class Checkpoint(Part, frozen=True):
    """The record's first `size` entries, by the root of their tree."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed: origin, size and root, a line each."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @property
    def short(self) -> str:
        """The form that is printed, read out and typed."""
        letters = b32encode(sha256(self.text.encode()).digest()).decode()[:SHORT_LETTERS]
        return " ".join(letters[i : i + _GROUP] for i in range(0, SHORT_LETTERS, _GROUP))


def origin(key: bytes, room: MeetingId) -> str:
    """Return the name of a meeting's record under the log key with these 32 public bytes."""
    return f"phienhop/{sha256(key).hexdigest()[:_KEY_DIGITS]}/{room}"


def same_short(typed: str, short: str) -> bool:
    """Say whether a typed code is this short form: case, blanks and hyphens do not matter.

    0, 1 and 8, which the alphabet does not have, are read as the letters they look like.
    """
    return bare(typed) == bare(short)


def bare(typed: str) -> str:
    """Return a typed code as its letters alone."""
    letters = "".join(typed.split()).replace("-", "").upper()
    return letters.translate(str.maketrans("018", "OIB"))


# ---- signed notes --------------------------------------------------------------------------------


def verifier(name: str, key: bytes) -> str:
    """Return the key as signed notes name it: `NAME+ID+BASE64`."""
    identity = key_id(name, key).hex()
    return f"{name}+{identity}+{b64encode(_ED25519 + key).decode()}"


def read_verifier(text: str) -> tuple[str, bytes]:
    """Return name and public bytes of a key in the form of `verifier`. Raises Unsigned."""
    name, _, rest = text.strip().partition("+")
    identity, _, encoded = rest.partition("+")
    raw = _decoded(encoded)
    if len(raw) != 1 + _KEY_BYTES or not raw.startswith(_ED25519):
        raise Unsigned("not an Ed25519 key")
    key = raw[1:]
    if identity != key_id(name, key).hex():
        raise Unsigned("the key is not the one that its name says")
    return name, key


def key_id(name: str, key: bytes) -> bytes:
    """Return the 4 bytes by which a signature names its key."""
    return sha256(name.encode() + b"\n" + _ED25519 + key).digest()[:_ID_BYTES]


def sign(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """Return the signed note of a text that ends with a line feed."""
    public = key.public_key().public_bytes_raw()
    signature = key_id(name, public) + key.sign(text.encode())
    return f"{text}\n{_SIGNED}{name} {b64encode(signature).decode()}\n"


def opened(note: str, name: str, key: bytes) -> str:
    """Return the text of a note that this key has signed under this name. Raises Unsigned.

    Signatures of others, which the format allows, are passed over.
    """
    text, middle, signatures = note.rpartition("\n\n")
    if not middle or not signatures.endswith("\n"):
        raise Unsigned("not a signed note")
    text += "\n"
    ours = [_signature(line, name, key) for line in signatures[:-1].split("\n")]
    found = next((one for one in ours if one is not None), None)
    if found is None:
        raise Unsigned("not signed by this key")
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(found, text.encode())
    except InvalidSignature:
        raise Unsigned("the signature is wrong") from None
    return text


def _signature(line: str, name: str, key: bytes) -> bytes | None:
    """Return the signature of a line when it is of this key."""
    if not line.startswith(f"{_SIGNED}{name} "):
        return None
    raw = _decoded(line.removeprefix(f"{_SIGNED}{name} "))
    if len(raw) != _ID_BYTES + _SIGNATURE_BYTES or raw[:_ID_BYTES] != key_id(name, key):
        return None
    return raw[_ID_BYTES:]


def read_checkpoint(note: str, name: str, key: bytes) -> Checkpoint:
    """Return the checkpoint of a note signed by this key. Raises Unsigned."""
    lines = opened(note, name, key).split("\n")
    if len(lines) != _LINES + 1 or lines[0] != name:
        raise Unsigned("not a checkpoint of this record")
    size, encoded = lines[1], lines[2]
    if _SIZE.fullmatch(size) is None:
        raise Unsigned("not a checkpoint: its size is no number")
    top = _decoded(encoded)
    if len(top) != _HASH_BYTES:
        raise Unsigned("not a checkpoint: its root is no hash")
    return Checkpoint(name, int(size), top)


def _decoded(encoded: str) -> bytes:
    """Return what base64 says when it is written as `b64encode` does, else nothing."""
    try:
        raw = b64decode(encoded, validate=True)
    except ValueError:
        return b""
    return raw if b64encode(raw).decode() == encoded else b""
