"""The proof of the record: salted leaves, a hash chain and Merkle inclusion. Pure.

Leaf and node hashes follow RFC 6962 section 2.1 (prefix 0x00 for leaves, 0x01 for nodes).
The input of a leaf is `salt || bytes`: without a 16-byte random salt three guesses would reveal a
ballot.
The chain's head after entry n is SHA-256(0x02 || head(n-1) || leaf(n)); head(0) is 32 zero bytes.
"""

from collections.abc import Sequence
from hashlib import sha256

SALT_BYTES = 16
START = bytes(32)
"""The head of an empty chain."""


def leaf(salt: bytes, encoded: bytes) -> bytes:
    """Return the 32-byte leaf of a record's verbatim bytes. Raises ValueError for a short salt."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return sha256(b"\x00" + salt + encoded).digest()


def extend(head: bytes, new_leaf: bytes) -> bytes:
    """Return the chain's head after one more leaf."""
    return sha256(b"\x02" + head + new_leaf).digest()


def short(head: bytes) -> str:
    """Return the form of a head that is printed and read out: four groups of four letters."""
    text = head.hex()[:16].upper()
    return " ".join(text[i : i + 4] for i in range(0, 16, 4))


def _split(size: int) -> int:
    """Return the largest power of two below `size` (RFC 6962)."""
    return 1 << (size - 1).bit_length() - 1


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the Merkle tree hash of the leaves, in order."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = _split(len(leaves))
    return _node(root(leaves[:middle]), root(leaves[middle:]))


def inclusion(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return the audit path of leaf `index` (from 0). Raises IndexError outside the tree."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return ()
    middle = _split(len(leaves))
    if index < middle:
        return (*inclusion(leaves[:middle], index), root(leaves[middle:]))
    return (*inclusion(leaves[middle:], index - middle), root(leaves[:middle]))


def included(leaf_hash: bytes, index: int, size: int, path: Sequence[bytes], top: bytes) -> bool:
    """Say whether `path` proves the leaf at `index` of a tree of `size` with root `top`."""
    if not 0 <= index < size:
        return False
    node, last, steps = index, size - 1, list(path)
    value = leaf_hash
    for step in steps:
        if last == 0:
            return False
        if node % 2 or node == last:
            value = _node(step, value)
            while node and not node % 2:
                node, last = node >> 1, last >> 1
        else:
            value = _node(value, step)
        node, last = node >> 1, last >> 1
    return last == 0 and value == top


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()
