"""Growing trees, and that a later one only added leaves (RFC 6962, 2.1.2)."""

from hashlib import sha256

import pytest

from server.protocol.ledger import included, inclusion, leaf, root
from server.protocol.merkle import EMPTY, Frontier, Tree, consistency, consistent
from tests.unit.test_protocol_ledger import LEAVES

SIZES = range(1, 34)


def leaves(count: int) -> list[bytes]:
    return [leaf(bytes([i]) * 16, b"record") for i in range(count)]


def test_nothing_has_the_root_of_nothing() -> None:
    assert Frontier().root() == Tree([]).root == EMPTY == root([]) == sha256(b"").digest()


@pytest.mark.parametrize("size", SIZES)
def test_every_way_leads_to_the_same_root(size: int) -> None:
    tree = leaves(size)
    assert Frontier(tree).root() == Tree(tree).root == root(tree)
    assert Frontier(tree).size == Tree(tree).size == size


def test_a_copy_grows_by_itself() -> None:
    tree = leaves(5)
    first = Frontier(tree[:4])
    second = first.copy()
    second.add(tree[4])
    assert (first.root(), first.size) == (root(tree[:4]), 4)
    assert (second.root(), second.size) == (root(tree), 5)


@pytest.mark.parametrize("size", SIZES)
def test_the_paths_are_those_of_the_ledger(size: int) -> None:
    tree = leaves(size)
    whole = Tree(tree)
    for index in range(size):
        assert whole.path(index) == inclusion(tree, index)
        assert included(tree[index], index, size, whole.path(index), whole.root)


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_path_outside_the_tree(index: int) -> None:
    with pytest.raises(IndexError):
        Tree(leaves(3)).path(index)


@pytest.mark.parametrize(
    ("old", "new", "proof"),
    [
        (1, 1, []),
        (
            1,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            6,
            8,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            5,
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ],
)
def test_the_published_consistency_proofs(old: int, new: int, proof: list[str]) -> None:
    assert [one.hex() for one in consistency(LEAVES[:new], old)] == proof


@pytest.mark.parametrize("new", range(1, 18))
def test_every_beginning_is_proved_and_nothing_else(new: int) -> None:
    tree = leaves(new)
    top = root(tree)
    for old in range(1, new + 1):
        before, proof = root(tree[:old]), consistency(tree, old)
        assert consistent(old, new, before, top, proof)
        assert not consistent(old, new, b"?" * 32, top, proof)
        assert not consistent(old, new, before, b"?" * 32, proof)
        assert not consistent(old, new, before, top, (*proof, before))
        assert not consistent(old, new, before, top, proof[:-1]) or not proof
        other = [*tree[: old - 1], b"!" * 32, *tree[old:]]
        assert not consistent(old, new, root(other[:old]), top, consistency(other, old))


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (-1, 3)])
def test_no_tree_begins_with_more_or_with_nothing(old: int, new: int) -> None:
    with pytest.raises(IndexError):
        consistency(leaves(new), old)
    assert not consistent(old, new, EMPTY, root(leaves(new)), ())


def test_an_empty_proof_shows_nothing() -> None:
    tree = leaves(5)
    assert not consistent(3, 5, root(tree[:3]), root(tree), ())
    assert not consistent(4, 5, root(tree[:4]), root(tree), ())
