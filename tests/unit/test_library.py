"""Papers on a real disk: resumed, verified, sealed, and whole after a death at any moment."""

import hashlib
import os
from pathlib import Path

import pytest

from client.device.vault import CHUNK, EXTRA, Damaged, Locked, Vault
from client.documents.library import Library, NotHere, WrongBytes

SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 77]
PART = 256 * 1024


def made(size: int) -> tuple[bytes, str]:
    clear = (b"phien hop " * (size // 10 + 1))[:size]
    return clear, hashlib.sha256(clear).hexdigest()


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "papers", Vault(bytes(32)))


def give(library: Library, clear: bytes, sha256: str, upto: int | None = None) -> None:
    """Bring a paper from where it stands, in parts as the line does."""
    incoming = library.receive(sha256, len(clear))
    end = len(clear) if upto is None else upto
    while incoming.offset < end:
        here = incoming.offset
        incoming.write(clear[here : min(here + PART, end)])
    if upto is None:
        incoming.finish()
    else:
        incoming.close()


@pytest.mark.parametrize("size", SIZES)
def test_what_was_received_is_what_is_read(library: Library, size: int) -> None:
    clear, sha256 = made(size)
    give(library, clear, sha256)
    assert library.read(sha256) == clear
    size, pieces = library.pieces(sha256)
    assert (size, b"".join(pieces)) == (len(clear), clear)
    assert library.verified(sha256)
    assert library.stored() == {sha256}


@pytest.mark.parametrize("size", [CHUNK + 5, 3 * CHUNK])
def test_in_one_piece_too(library: Library, size: int) -> None:
    clear, sha256 = made(size)
    incoming = library.receive(sha256, size)
    incoming.write(clear)
    incoming.finish()
    assert library.read(sha256) == clear


def test_nothing_readable_lies_on_the_disk(library: Library, tmp_path: Path) -> None:
    clear, sha256 = made(CHUNK + 10)
    give(library, clear, sha256, upto=CHUNK + 10)
    at_rest = b"".join(path.read_bytes() for path in (tmp_path / "papers").iterdir())
    assert b"phien hop" not in at_rest


@pytest.mark.parametrize("upto", [0, 5, CHUNK, CHUNK + 5, 2 * CHUNK, 2 * CHUNK + 77])
def test_a_broken_transfer_goes_on_from_the_last_whole_chunk(library: Library, upto: int) -> None:
    clear, sha256 = made(2 * CHUNK + 77)
    give(library, clear, sha256, upto=upto)
    assert library.stored() == frozenset()
    with pytest.raises(NotHere):
        library.read(sha256)
    incoming = library.receive(sha256, len(clear))
    assert incoming.offset == upto // CHUNK * CHUNK
    incoming.close()
    give(library, clear, sha256)
    assert library.read(sha256) == clear


def test_a_death_at_any_byte_of_the_file_loses_at_most_a_chunk(
    library: Library, tmp_path: Path
) -> None:
    clear, sha256 = made(2 * CHUNK + 77)
    give(library, clear, sha256)
    whole = (tmp_path / "papers" / sha256).read_bytes()
    sealed = CHUNK + EXTRA
    cuts = [0, 1, sealed - 1, sealed, sealed + 1, 2 * sealed - 1, 2 * sealed, len(whole)]
    for cut in cuts:
        library.forget([sha256])
        (tmp_path / "papers" / f"{sha256}.part").write_bytes(whole[:cut])
        incoming = library.receive(sha256, len(clear))
        assert incoming.offset == min(cut, 2 * sealed) // sealed * CHUNK
        incoming.close()
        give(library, clear, sha256)
        assert library.read(sha256) == clear


def test_a_garbled_chunk_of_a_broken_transfer_is_fetched_again(
    library: Library, tmp_path: Path
) -> None:
    clear, sha256 = made(2 * CHUNK + 77)
    give(library, clear, sha256, upto=2 * CHUNK + 5)
    part = tmp_path / "papers" / f"{sha256}.part"
    garbled = bytearray(part.read_bytes())
    garbled[CHUNK + EXTRA + 100] ^= 1
    part.write_bytes(garbled)
    incoming = library.receive(sha256, len(clear))
    assert incoming.offset == CHUNK
    incoming.close()


def test_other_bytes_than_the_hash_names_are_thrown_away(library: Library) -> None:
    clear, sha256 = made(CHUNK + 5)
    incoming = library.receive(sha256, len(clear))
    incoming.write(b"x" * len(clear))
    with pytest.raises(WrongBytes):
        incoming.finish()
    assert library.stored() == frozenset()
    again = library.receive(sha256, len(clear))
    assert again.offset == 0
    again.close()


def test_more_bytes_than_the_paper_has_are_refused(library: Library) -> None:
    clear, sha256 = made(100)
    incoming = library.receive(sha256, 100)
    with pytest.raises(WrongBytes):
        incoming.write(clear + b"x")


@pytest.mark.parametrize("place", [0, 20, CHUNK, -1])
def test_a_changed_byte_is_noticed(library: Library, tmp_path: Path, place: int) -> None:
    clear, sha256 = made(CHUNK + 5)
    give(library, clear, sha256)
    path = tmp_path / "papers" / sha256
    garbled = bytearray(path.read_bytes())
    garbled[place] ^= 1
    path.write_bytes(garbled)
    with pytest.raises(Damaged):
        library.read(sha256)
    assert not library.verified(sha256)


def test_chunks_cannot_be_cut_off_swapped_or_taken_from_another_paper(
    library: Library, tmp_path: Path
) -> None:
    clear, sha256 = made(2 * CHUNK + 5)
    give(library, clear, sha256)
    path = tmp_path / "papers" / sha256
    whole, sealed = path.read_bytes(), CHUNK + EXTRA
    first, second, last = whole[:sealed], whole[sealed : 2 * sealed], whole[2 * sealed :]
    for forged in (first + second, second + first + last, b""):
        path.write_bytes(forged)
        with pytest.raises(Damaged):
            library.read(sha256)
    _, other = made(7)
    (tmp_path / "papers" / other).write_bytes(whole)
    with pytest.raises(Damaged):
        library.read(other)


def test_another_device_cannot_read_it(library: Library, tmp_path: Path) -> None:
    clear, sha256 = made(50)
    give(library, clear, sha256)
    other = Library(tmp_path / "papers", Vault(b"\x01" * 32))
    assert not other.verified(sha256)


def test_what_no_meeting_names_any_more_goes(library: Library) -> None:
    kept, gone = made(10), made(20)
    give(library, *kept)
    give(library, *gone)
    give(library, *made(CHUNK + 9), upto=CHUNK + 1)
    assert library.forget_all_but(frozenset({kept[1]})) == {gone[1]}
    assert library.stored() == {kept[1]}
    incoming = library.receive(made(CHUNK + 9)[1], CHUNK + 9)
    assert incoming.offset == 0
    incoming.close()


def test_a_name_that_is_no_hash_opens_nothing(library: Library) -> None:
    with pytest.raises(NotHere):
        library.read("../device.key")


def test_the_vaults_key_is_made_once_and_for_this_account_only(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "vault.key"
    sealed = Vault.at(path).seal(b"clear", b"about")
    assert Vault.at(path).open(sealed, b"about") == b"clear"
    assert os.name == "nt" or path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Damaged):
        Vault.at(path).open(sealed, b"something else")
    path.write_bytes(b"short")
    with pytest.raises(ValueError, match="holds 5 bytes"):
        Vault.at(path)


def test_a_papers_words_are_kept_sealed_beside_it_and_go_with_it(
    library: Library, tmp_path: Path
) -> None:
    clear, sha256 = made(100)
    with pytest.raises(NotHere):
        library.keep_text(sha256, ["Nghị quyết"])
    give(library, clear, sha256)
    with pytest.raises(NotHere):
        library.text(sha256)
    library.keep_text(sha256, ["Nghị quyết", ""])
    assert library.text(sha256) == ("Nghị quyết", "")
    assert library.stored() == {sha256}
    path = tmp_path / "papers" / f"{sha256}.text"
    assert "Nghị".encode() not in path.read_bytes()
    path.write_bytes(library._vault.seal(b"nonsense", b"words " + bytes.fromhex(sha256)))
    with pytest.raises(Damaged):
        library.text(sha256)
    library.forget_all_but(frozenset())
    assert list((tmp_path / "papers").iterdir()) == []


def test_without_the_key_papers_can_be_named_and_thrown_away_but_not_read(tmp_path: Path) -> None:
    clear, sha256 = made(CHUNK + 10)
    library = Library(tmp_path / "papers")
    assert library.locked
    with pytest.raises(Locked):
        library.receive(sha256, len(clear))
    assert library.unlock(b"k" * 32) == frozenset()
    give(library, clear, sha256)
    library.lock()
    for read in (library.read, library.text):
        with pytest.raises((Locked, NotHere)):
            read(sha256)
    assert not library.verified(sha256)
    assert library.stored() == {sha256}
    again = Library(tmp_path / "papers")
    assert again.unlock(b"k" * 32) == frozenset()
    assert again.read(sha256) == clear
    assert again.unlock(b"n" * 32) == {sha256}
    assert again.stored() == frozenset()
    give(again, clear, sha256)
    assert again.wipe() == {sha256}
    assert again.locked
    assert list((tmp_path / "papers").iterdir()) == []
