"""Files with their streams opened: what is opened closes to the same bytes."""

import random
import zlib

import pytest

from client.documents.patches import BadPatch, Patch
from server.papers.delta import make
from server.protocol import inflating
from server.protocol.inflating import LEVEL, Span, opened


def stream(clear: bytes, level: int = LEVEL) -> bytes:
    return b"<</Filter/FlateDecode>>stream\n" + zlib.compress(clear, level) + b"\nendstream\n"


def close(file: inflating.Opened) -> bytes:
    parts, at = [], 0
    for span in file.spans:
        clear = file.raw[at + span.plain : at + span.plain + span.clear]
        parts += [file.raw[at : at + span.plain], zlib.compress(clear, LEVEL)]
        at += span.plain + span.clear
    return b"".join([*parts, file.raw[at:]])


FILE = b"%PDF-1.7\n" + stream(b"one two " * 40) + stream(b"three " * 50) + b"%%EOF"


def test_what_is_opened_closes_to_the_same_bytes() -> None:
    made = opened(FILE, exactly=True)
    assert len(made.spans) == 2
    assert b"one two one two" in made.raw
    assert close(made) == FILE


def test_a_stream_that_was_packed_in_another_way_stays_packed() -> None:
    other = FILE + stream(b"four " * 300, level=1)
    assert len(opened(other, exactly=True).spans) == 2
    assert len(opened(other).spans) == 3
    assert close(opened(other, exactly=True)) == other


@pytest.mark.parametrize(
    "odd",
    [
        b"stream\nnot packed at all\nendstream",
        b"stream\n" + zlib.compress(b"cut " * 99)[:-5] + b"endstream",
        b"stream\n" + zlib.compress(b"never ends " * 9),
        b"stream\nstream\nendstream",
        stream(b""),
    ],
)
def test_odd_streams_are_left_alone(odd: bytes) -> None:
    assert opened(odd).raw.startswith(odd[:10])
    assert close(opened(odd, exactly=True)) == odd


def test_a_stream_within_a_stream_is_not_opened_twice() -> None:
    inner = stream(b"inner " * 20)
    outer = b"stream\n" + zlib.compress(inner, 0) + b"endstream"
    assert close(opened(outer, exactly=True)) == outer
    looks = b"stream\n" + zlib.compress(b"a stream\n of words " * 9, 0) + b"endstream"
    assert len(opened(looks).spans) == 1


def test_opening_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inflating, "MAX_STREAM", 310)
    assert opened(FILE).spans == (Span(opened(FILE).spans[0].plain, 300),)
    monkeypatch.setattr(inflating, "MAX_STREAM", 400)
    monkeypatch.setattr(inflating, "MAX_OPENED", 330)
    assert len(opened(FILE).spans) == 1


def revisions() -> tuple[bytes, bytes]:
    """Two files of pages whose words all moved by one line."""
    chance = random.Random(3)  # noqa: S311 - the same files every time
    words = [f"word{chance.randrange(3000)}" for _ in range(8000)]
    files = []
    for text in (words, ["new", *words]):
        pages = [" ".join(text[at : at + 400]).encode() for at in range(0, len(text), 400)]
        files.append(b"%PDF" + b"".join(stream(page) for page in pages) + b"%%EOF")
    return files[0], files[1]


def given(old: bytes, patch: bytes, size: int, piece: int = 999) -> bytes:
    taken = Patch(old, size)
    parts = [
        part for at in range(0, len(patch), piece) for part in taken.feed(patch[at : at + piece])
    ]
    taken.finish()
    return b"".join(parts)


def test_a_text_that_moved_by_a_line_costs_little() -> None:
    old, new = revisions()
    patch = make(old, new)
    assert len(patch) < 0.05 * len(new)
    assert given(old, patch, len(new)) == new


def test_files_without_streams_are_patched_as_they_are() -> None:
    chance = random.Random(4)  # noqa: S311
    old = chance.randbytes(40_000)
    new = old[:20_000] + b"changed" + old[20_000:]
    patch = make(old, new)
    assert len(patch) < 100
    assert given(old, patch, len(new), piece=1) == new


@pytest.mark.parametrize("at", range(0, 60, 3))
def test_a_forged_patch_gives_no_more_than_the_file_and_never_hangs(at: int) -> None:
    old, new = revisions()
    patch = bytearray(make(old, new))
    patch[at] ^= 0x55
    try:
        made = given(old, bytes(patch), len(new))
    except BadPatch:
        return
    assert len(made) == len(new)


def test_nothing_at_all_is_no_patch() -> None:
    with pytest.raises(BadPatch):
        Patch(b"old", 3).finish()
    with pytest.raises(BadPatch):
        list(Patch(b"old", 3).feed(b"\x07"))
