"""The proof of the record: RFC 6962's trees over salted leaves, and the chain."""

from hashlib import sha256

import pytest

from server.protocol.ledger import START, extend, included, inclusion, leaf, root, short

# The published test vectors of Certificate Transparency (RFC 6962): leaf inputs and tree heads.
INPUTS = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
HEADS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [sha256(b"\x00" + bytes.fromhex(one)).digest() for one in INPUTS]


def leaves(count: int) -> list[bytes]:
    return [leaf(bytes([i]) * 16, b"record") for i in range(count)]


@pytest.mark.parametrize("size", range(1, 9))
def test_tree_heads_are_those_of_the_rfc(size: int) -> None:
    assert root(LEAVES[:size]).hex() == HEADS[size - 1]


def test_the_head_of_nothing() -> None:
    assert root([]) == sha256(b"").digest()


def test_a_published_inclusion_proof() -> None:
    assert [node.hex() for node in inclusion(LEAVES, 0)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


@pytest.mark.parametrize("size", range(1, 34))
def test_every_leaf_of_every_tree_is_proved_and_nothing_else(size: int) -> None:
    tree = leaves(size)
    top = root(tree)
    for index in range(size):
        path = inclusion(tree, index)
        assert included(tree[index], index, size, path, top)
        assert not included(b"?" * 32, index, size, path, top)
        assert not included(tree[index], (index + 1) % size, size, path, top) or size == 1
        assert not included(tree[index], index, size, (*path, START), top)
        assert not included(tree[index], index, size, path[:-1], top) or not path
        assert not included(tree[index], index, size, path, START)


@pytest.mark.parametrize("index", [-1, 3, 9])
def test_there_is_no_leaf_outside_the_tree(index: int) -> None:
    tree = leaves(3)
    with pytest.raises(IndexError):
        inclusion(tree, index)
    assert not included(tree[0], index, 3, (), root(tree))


def test_a_leaf_is_salted() -> None:
    assert leaf(b"s" * 16, b"record") == sha256(b"\x00" + b"s" * 16 + b"record").digest()
    assert leaf(b"s" * 16, b"record") != leaf(b"t" * 16, b"record")
    with pytest.raises(ValueError, match="16 bytes, not 15"):
        leaf(b"s" * 15, b"record")


def test_the_chain_depends_on_every_entry_and_their_order() -> None:
    one, two = leaves(2)
    assert extend(START, one) == sha256(b"\x02" + START + one).digest()
    assert extend(extend(START, one), two) != extend(extend(START, two), one)


def test_the_short_form_of_a_head() -> None:
    assert short(bytes.fromhex("9f2c4e6a8b0d1f3e" + "00" * 24)) == "9F2C 4E6A 8B0D 1F3E"
