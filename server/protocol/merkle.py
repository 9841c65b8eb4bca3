"""Trees over the journal's leaves that grow: RFC 6962 section 2.1, as `ledger`, and consistency.

`Frontier` gives the root after each new leaf in logarithmic time; `Tree` keeps every node, to
prove many leaves; `consistency` and `consistent` show that a later tree only added leaves
(section 2.1.2).
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from server.protocol.ledger import root

EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: the roots of its full subtrees, largest first."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        """Begin with these leaves."""
        self._edge: list[tuple[int, bytes]] = []
        self.size = 0
        for one in leaves:
            self.add(one)

    def add(self, leaf: bytes) -> None:
        """Take one more leaf."""
        height, top = 0, leaf
        while self._edge and self._edge[-1][0] == height:
            top = node(self._edge.pop()[1], top)
            height += 1
        self._edge.append((height, top))
        self.size += 1

    def root(self) -> bytes:
        """Return the root of all leaves so far."""
        if not self._edge:
            return EMPTY
        *rest, (_, top) = self._edge
        for _, left in reversed(rest):
            top = node(left, top)
        return top

    def copy(self) -> "Frontier":
        """Return one that grows by itself."""
        other = Frontier()
        other._edge, other.size = list(self._edge), self.size
        return other


class Tree:
    """Every node of one tree: each leaf's path without hashing anew."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        """Hash all nodes once."""
        self.size = len(leaves)
        self._levels = [list(leaves)]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            above = [node(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)]
            if len(below) % 2:  # the last one has no sibling: it stands a level higher as it is
                above.append(below[-1])
            self._levels.append(above)

    @property
    def root(self) -> bytes:
        """The tree's root."""
        return self._levels[-1][0] if self.size else EMPTY

    def path(self, index: int) -> tuple[bytes, ...]:
        """Return the audit path of leaf `index` (from 0), as `ledger.inclusion` does.

        Raises IndexError outside the tree.
        """
        if not 0 <= index < self.size:
            raise IndexError(index)
        steps = []
        for level in self._levels[:-1]:
            sibling = index ^ 1
            if sibling < len(level):
                steps.append(level[sibling])
            index //= 2
        return tuple(steps)


def consistency(leaves: Sequence[bytes], old: int) -> tuple[bytes, ...]:
    """Return the proof that the first `old` leaves are the beginning of `leaves`.

    Raises IndexError unless 0 < old <= len(leaves).
    """
    if not 0 < old <= len(leaves):
        raise IndexError(old)
    return _subproof(leaves, old, whole=True)


def _subproof(leaves: Sequence[bytes], old: int, *, whole: bool) -> tuple[bytes, ...]:
    """SUBPROOF of RFC 6962; `whole`: the old tree's root is known to who checks."""
    if old == len(leaves):
        return () if whole else (root(leaves),)
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    if old <= middle:
        return (*_subproof(leaves[:middle], old, whole=whole), root(leaves[middle:]))
    return (*_subproof(leaves[middle:], old - middle, whole=False), root(leaves[:middle]))


def consistent(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Say whether `proof` shows that the tree of `old` leaves is the beginning of that of `new`.

    The algorithm is that of RFC 9162, section 2.1.4.2.
    """
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    steps = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not steps:
        return False
    at, last = old - 1, new - 1
    while at % 2:
        at, last = at >> 1, last >> 1
    return _climb(steps, at, last) == (old_root, new_root)


def _climb(steps: Sequence[bytes], at: int, last: int) -> tuple[bytes, bytes] | None:
    """Return both roots that the steps lead to, or None when there are too many or too few."""
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if at % 2 or at == last:
            before, after = node(step, before), node(step, after)
            while at and not at % 2:
                at, last = at >> 1, last >> 1
        else:
            after = node(after, step)
        at, last = at >> 1, last >> 1
    return (before, after) if last == 0 else None
