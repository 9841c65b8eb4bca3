"""The paper store: whole or not at all, resumable, honest about a full disk."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from server.papers import chunks
from server.papers.store import Paper, PaperStore, full_disk
from server.protocol.refusals import Code, Refusal

DATA = bytes(range(256)) * 3000
SHA = hashlib.sha256(DATA).hexdigest()


def opened(store: PaperStore, sha256: str) -> Paper:
    paper = store.open(sha256)
    assert isinstance(paper, Paper)
    return paper


def put(store: PaperStore, data: bytes) -> str:
    sha256 = store.put(data)
    assert isinstance(sha256, str)
    return sha256


@pytest.fixture
def store(tmp_path: Path) -> PaperStore:
    return PaperStore(tmp_path / "papers")


def test_a_stored_paper_reads_back_byte_for_byte(store: PaperStore) -> None:
    assert store.put(DATA) == SHA
    assert store.has(SHA)
    assert store.verify(SHA)
    assert store.path(SHA).parent.name == SHA[:2]
    with opened(store, SHA) as paper:
        assert len(paper) == len(DATA)
        assert b"".join(chunks.cut(paper)) == DATA


def test_the_same_paper_is_stored_once(store: PaperStore) -> None:
    store.put(DATA)
    before = store.path(SHA).stat().st_mtime_ns
    assert store.put(DATA) == SHA
    assert store.path(SHA).stat().st_mtime_ns == before
    assert list(store.hashes()) == [SHA]


def test_an_empty_file_is_a_paper_too(store: PaperStore) -> None:
    sha = put(store, b"")
    with opened(store, sha) as paper:
        assert len(paper) == 0
        assert bytes(paper.slice(0, 10)) == b""
        assert list(chunks.cut(paper)) == []


def test_a_file_is_copied_and_stays(store: PaperStore, tmp_path: Path) -> None:
    source = tmp_path / "a.pdf"
    source.write_bytes(DATA)
    assert store.put_file(source) == SHA
    assert source.read_bytes() == DATA


def test_a_file_that_is_not_the_one_promised_is_refused(store: PaperStore, tmp_path: Path) -> None:
    source = tmp_path / "a.pdf"
    source.write_bytes(DATA)
    other = "0" * 64
    assert store.put_file(source, other) == Refusal(Code.HASH_MISMATCH)
    assert not store.has(other)
    assert list(store.scratch.iterdir()) == []


def test_a_flipped_bit_is_noticed(store: PaperStore) -> None:
    store.put(DATA)
    path = store.path(SHA)
    path.chmod(0o644)
    path.write_bytes(b"\x01" + DATA[1:])
    assert not store.verify(SHA)
    assert not store.verify("1" * 64)


@pytest.mark.parametrize("bad", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_only_a_hash_names_a_paper(store: PaperStore, bad: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        store.path(bad)
    assert store.open(bad) == Refusal(Code.FILE_UNKNOWN)


def test_an_unknown_paper_is_refused(store: PaperStore) -> None:
    assert store.open("0" * 64) == Refusal(Code.FILE_UNKNOWN)
    assert not store.has("0" * 64)


def test_closing_leaves_pieces_still_being_sent_alone(store: PaperStore) -> None:
    store.put(DATA)
    paper = opened(store, SHA)
    piece = paper.slice(5, 10)
    paper.close()
    assert bytes(piece) == DATA[5:15]


def test_what_a_crash_left_is_swept_at_the_next_start(store: PaperStore) -> None:
    (store.scratch / "torn").mkdir()
    (store.scratch / "torn" / "paper").write_bytes(b"half")
    again = PaperStore(store.root)
    assert list(again.scratch.iterdir()) == []


def test_an_upload_resumes_where_it_stopped(store: PaperStore) -> None:
    assert store.received("u1") == 0
    assert store.receive("u1", 0, DATA[:1000]) == 1000
    again = PaperStore(store.root)  # the server was restarted
    assert again.received("u1") == 1000
    assert again.receive("u1", 1000, DATA[1000:]) == len(DATA)
    path = again.whole("u1", SHA, len(DATA))
    assert isinstance(path, Path)
    assert path.read_bytes() == DATA
    again.discard("u1")
    assert again.received("u1") == 0


def test_a_chunk_sent_twice_counts_once(store: PaperStore) -> None:
    store.receive("u1", 0, DATA[:1000])
    assert store.receive("u1", 0, DATA[:1000]) == 1000
    assert store.receive("u1", 500, DATA[500:2000]) == 2000
    assert (store.partial / "u1").read_bytes() == DATA[:2000]


def test_a_hole_in_an_upload_is_refused_with_the_offset_expected(store: PaperStore) -> None:
    store.receive("u1", 0, DATA[:1000])
    refused = store.receive("u1", 2000, DATA[2000:])
    assert refused == Refusal(Code.OFFSET_WRONG, params={"offset": 1000})
    assert store.whole("u1", SHA, len(DATA)) == refused


def test_a_garbled_upload_is_discarded(store: PaperStore) -> None:
    store.receive("u1", 0, DATA[::-1])
    assert store.whole("u1", SHA, len(DATA)) == Refusal(Code.HASH_MISMATCH)
    assert store.received("u1") == 0


def test_an_upload_longer_than_promised_is_discarded(store: PaperStore) -> None:
    store.receive("u1", 0, DATA + b"more")
    assert store.whole("u1", SHA, len(DATA)) == Refusal(Code.HASH_MISMATCH)


def test_an_upload_never_begun_is_unknown(store: PaperStore) -> None:
    assert store.whole("u9", SHA, 5) == Refusal(Code.UPLOAD_UNKNOWN)


@pytest.mark.parametrize("bad", ["", "../x", "a/b", "x" * 65, "ü"])
def test_an_upload_id_cannot_leave_its_folder(store: PaperStore, bad: str) -> None:
    with pytest.raises(ValueError, match="upload id"):
        store.receive(bad, 0, b"x")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_refuses_the_chunk_and_keeps_the_upload(store: PaperStore) -> None:
    (store.partial / "u1").symlink_to("/dev/full")
    assert store.receive("u1", 0, b"x") == Refusal(Code.DISK_FULL)
    assert store.received("u1") == 0


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
def test_a_paper_that_does_not_fit_leaves_nothing_behind(store: PaperStore, tmp_path: Path) -> None:
    kept = put(store, b"kept")
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from server.papers.store import PaperStore\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "store = PaperStore(Path(sys.argv[1])); store.receive('u1', 0, b'x' * 100)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n"
        "print(store.put(b'x' * 100_000).code, store.receive('u1', 100, b'y' * 9000).code,"
        " store.received('u1'), store.put(b'small'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(store.root)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        cwd=tmp_path,
    )
    small = hashlib.sha256(b"small").hexdigest()
    assert done.stdout.split() == ["disk_full", "disk_full", "100", small]
    assert sorted(store.hashes()) == sorted([kept, small])
    assert list(store.scratch.iterdir()) == []


def test_another_failure_of_the_disk_is_not_called_full() -> None:
    with pytest.raises(PermissionError):
        full_disk(PermissionError(13, "no"))


def test_chunks_start_anywhere_and_join_again(store: PaperStore) -> None:
    store.put(DATA)
    with opened(store, SHA) as paper:
        pieces = list(chunks.cut(paper, 100, 4096))
        assert b"".join(pieces) == DATA[100:]
        assert len(pieces) == chunks.count(len(DATA), 100, 4096)
        assert {len(piece) for piece in pieces[:-1]} == {4096}
        with pytest.raises(ValueError, match="outside"):
            list(chunks.cut(paper, len(DATA) + 1))
        assert chunks.join(chunks.cut(paper), SHA) == DATA
    assert chunks.join([DATA[:-1]], SHA) is None
    assert chunks.count(10, 10) == 0
