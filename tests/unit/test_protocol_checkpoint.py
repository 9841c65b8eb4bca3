"""Checkpoints as signed notes of the C2SP formats, and the code that a person types."""

from base64 import b64encode
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.protocol.checkpoint import (
    Checkpoint,
    Unsigned,
    bare,
    key_id,
    opened,
    origin,
    read_checkpoint,
    read_verifier,
    same_short,
    sign,
    verifier,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC = KEY.public_key().public_bytes_raw()
NAME = origin(PUBLIC, "m1")
POINT = Checkpoint(NAME, 42, bytes(range(32)))
NOTE = sign(POINT.text, NAME, KEY)


def test_the_text_is_origin_size_and_root() -> None:
    root = b64encode(bytes(range(32))).decode()
    assert POINT.text == f"{NAME}\n42\n{root}\n"
    assert f"phienhop/{sha256(PUBLIC).hexdigest()[:16]}/m1" == NAME


def test_the_note_ends_with_a_signature_of_its_key() -> None:
    text, signature = NOTE.split("\n\n")
    assert text + "\n" == POINT.text
    assert signature.startswith(f"\u2014 {NAME} ")
    assert signature.endswith("\n")
    assert read_checkpoint(NOTE, NAME, PUBLIC) == POINT


def test_a_published_key_is_read_as_the_format_says() -> None:
    # The example of the Go package golang.org/x/mod/sumdb/note.
    known = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    name, key = read_verifier(known)
    assert (name, key_id(name, key).hex()) == ("PeterNeumann", "c74f20a3")
    note = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n\n"
        "\u2014 PeterNeumann "
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    assert opened(note, name, key).startswith("If you think")
    assert verifier(name, key) == known


def test_signatures_of_others_are_passed_over() -> None:
    witness = f"\u2014 witness.example {b64encode(b'?' * 68).decode()}\n"
    same_name = f"\u2014 {NAME} {b64encode(b'?' * 68).decode()}\n"
    head, line = NOTE.split("\n\n")
    assert read_checkpoint(f"{head}\n\n{witness}{same_name}{line}", NAME, PUBLIC) == POINT


@pytest.mark.parametrize(
    ("note", "why"),
    [
        ("", "not a signed note"),
        (POINT.text, "not a signed note"),
        (NOTE.rstrip("\n"), "not a signed note"),
        (sign(POINT.text, NAME, OTHER), "not signed by this key"),
        (sign(POINT.text, "phienhop/x/m2", KEY), "not signed by this key"),
        (NOTE.replace("\n42\n", "\n43\n"), "the signature is wrong"),
        (NOTE.rpartition(" ")[0] + " ?\n", "not signed by this key"),
        (sign("x\n42\ny\n", NAME, KEY), "not a checkpoint of this record"),
        (sign(f"{NAME}\n42\n", NAME, KEY), "not a checkpoint of this record"),
        (sign(f"{NAME}\n042\ny\n", NAME, KEY), "size is no number"),
        (sign(f"{NAME}\n-1\ny\n", NAME, KEY), "size is no number"),
        (sign(f"{NAME}\n{'9' * 5000}\ny\n", NAME, KEY), "size is no number"),
        (sign(f"{NAME}\n42\n?\n", NAME, KEY), "root is no hash"),
        (sign(f"{NAME}\n42\nAAAA\n", NAME, KEY), "root is no hash"),
        (sign(f"{NAME}\n42\n{'A' * 42}B=\n", NAME, KEY), "root is no hash"),
    ],
)
def test_what_is_no_checkpoint_of_the_key_is_said_to_be_none(note: str, why: str) -> None:
    with pytest.raises(Unsigned, match=why):
        read_checkpoint(note, NAME, PUBLIC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00000000+?",
        "name+00000000+AAAA",
        verifier("other", PUBLIC).replace("other", "name"),
    ],
)
def test_what_is_no_key_is_said_to_be_none(text: str) -> None:
    with pytest.raises(Unsigned):
        read_verifier(text)
    assert read_verifier(verifier(NAME, PUBLIC) + "\n") == (NAME, PUBLIC)


def test_the_short_form_names_the_text_and_survives_typing() -> None:
    short = POINT.short
    assert [len(group) for group in short.split(" ")] == [4] * 6
    assert bare(short) == short.replace(" ", "")
    assert same_short(short.lower().replace(" ", "-"), short)
    assert same_short(short.replace("O", "0").replace("I", "1").replace("B", "8"), short)
    assert not same_short(Checkpoint(NAME, 43, POINT.root).short, short)
    assert not same_short(Checkpoint(origin(bytes(32), "m1"), 42, POINT.root).short, short)
