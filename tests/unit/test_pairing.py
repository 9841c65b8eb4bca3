"""The cryptography of pairing, with vectors for whoever writes another client (SPEC 3)."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.accounts import pairing
from server.addresses import QR_CHARACTERS, Reach, certificate_names, hosts, is_loopback

CA = bytes(range(32))
EVERYWHERE = "0.0.0.0"  # noqa: S104 - named, not listened on
KEY = bytes(range(32, 64))
NONCE = bytes(range(64, 96))


def test_a_code_is_sixteen_letters_however_it_is_typed() -> None:
    code = pairing.new_code()
    key = pairing.code_key(code)
    assert (len(code), len(key or b"")) == (16, 10)
    assert pairing.code_key(f" {pairing.grouped(code).lower()} ") == key
    assert pairing.grouped("ABCDEFGHIJKLMNOP") == "ABCD-EFGH-IJKL-MNOP"


@pytest.mark.parametrize("typed", ["", "ABCD", "ABCDEFGHIJKLMNO1", "ABCDEFGHIJKLMNOPQ"])
def test_other_texts_are_no_code(typed: str) -> None:
    assert pairing.code_key(typed) is None


def test_vectors() -> None:
    code = pairing.code_key("AAAQEAYEAUDAOCAJ")
    assert code == bytes(range(10))
    asking = pairing.proof(code, pairing.ASKING, CA, KEY, NONCE)
    answering = pairing.proof(code, pairing.ANSWERING, CA, KEY, NONCE)
    assert asking.hex() == "af407ccc5c5bf868728f27142bd0f964fcc29779aa2bbeb62516c0da3f69c5eb"
    assert answering.hex() == "4a2aedcf2a613d32425ee34f2d9d8954661c291d52d0d97314b0ba852af27fef"
    assert pairing.comparison(CA, KEY) == "000128"


def test_base64url_without_padding_both_ways() -> None:
    assert pairing.encode64(b"\xfb\xff") == "-_8"
    assert pairing.decode64("-_8") == pairing.decode64("-_8=") == b"\xfb\xff"
    assert pairing.decode64("A") is None
    assert pairing.decode64("ä") is None


def test_a_signature_holds_for_this_ca_and_this_nonce_only() -> None:
    device = Ed25519PrivateKey.generate()
    public = device.public_key().public_bytes_raw()
    signature = device.sign(pairing.challenge_message(CA, NONCE))
    assert pairing.signed(public, signature, CA, NONCE)
    assert not pairing.signed(public, signature, KEY, NONCE)
    assert not pairing.signed(public, signature, CA, KEY)
    assert not pairing.signed(b"short", signature, CA, NONCE)


def test_a_qr_code_holds_as_many_hosts_as_stay_readable() -> None:
    code = "ABCDEFGHIJKLMNOP"
    two = Reach(("192.168.100.100", "192.168.200.200"), 8443, CA).qr(code)
    parts = two.split(" ")
    assert parts[:3] == ["PHIENHOP1", "192.168.100.100,192.168.200.200", "8443"]
    assert pairing.decode64(parts[3]) == CA
    assert parts[4] == code
    three = Reach(("192.168.100.100", "192.168.200.200", "10.10.10.10"), 8443, CA).qr(code)
    assert len(three) <= QR_CHARACTERS
    assert three == two
    long = Reach(("may-chu." + "x" * 60 + ".example",), 8443, CA).qr(code)
    assert "x" * 60 in long


def test_where_a_server_is_reached() -> None:
    assert hosts("10.0.0.5", ()) == ("10.0.0.5",)
    assert hosts("127.0.0.1", ("hop.example",)) == ("hop.example", "127.0.0.1")
    everywhere = hosts(EVERYWHERE, ("hop.example",))
    assert everywhere[0] == "hop.example"
    assert hosts("::", ())
    names = certificate_names(("10.0.0.5", "localhost"))
    assert names[0] == "10.0.0.5"
    assert set(names) >= {"localhost", "127.0.0.1", "::1"}
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), (EVERYWHERE, False), ("hop", False)],
)
def test_loopback_addresses(host: str, loopback: bool) -> None:
    assert is_loopback(host) == loopback
