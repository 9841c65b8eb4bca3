"""Words of a paper and the map between two revisions: what travels is what was meant."""

import contextlib
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.protocol import paper_words as pw
from server.protocol import word_map as wm
from server.protocol.word_map import Run, WordMap

HEAD = pw.LineOfWords([("12", pw.Box(290, 20, 300, 32))], head=True)
FIRST = pw.LineOfWords(
    [("Nghị", pw.Box(72.5, 700, 100.1, 714)), ("QUYẾT", pw.Box(104, 700, 150, 714))]
)
SECOND = pw.LineOfWords([("số", pw.Box(72.5, 680, 90, 694))])


def paper(*pages: list[pw.LineOfWords]) -> pw.PaperWords:
    return pw.unpack(pw.pack([pw.page_words(page) for page in pages]))


def test_words_come_back_as_they_went() -> None:
    words = paper([HEAD, FIRST], [], [SECOND])
    assert (len(words), words.pages) == (4, 3)
    assert words.texts == ["12", "Nghị", "QUYẾT", "số"]
    assert words.boxes[2] == pw.Box(104, 700, 150, 714)
    assert words.lines == [0, 1, 1, 2]
    assert words.body == [1, 2, 3]
    assert [words.place(word) for word in range(4)] == [-1, 0, 1, 2]
    assert [words.page_of(word) for word in range(4)] == [0, 0, 0, 2]
    assert [words.on_page(page) for page in range(-1, 4)] == [
        range(0),
        range(3),
        range(3, 3),
        range(3, 4),
        range(0),
    ]
    assert words.tokens() == ["nghị", "quyết", "số"]
    assert words.quote([1, 2]) == "Nghị QUYẾT"


def test_words_written_in_another_form_are_the_same_word() -> None:
    assert pw.normal("Vie\u0323\u0302t") == pw.normal("VIỆT") == "việt"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"junk",
        pw.pack([])[:-3],
        zlib.compress(b"{}"),
        pw.pack([pw.PageWords("a b", (0,) * 4, (2,))]),
        pw.pack([pw.PageWords("a", (0,) * 4, (2,))]),
        pw.pack([pw.PageWords("a", (0,) * 4, (-1, 2))]),
    ],
)
def test_bytes_that_are_no_words_are_refused(raw: bytes) -> None:
    with pytest.raises(pw.BadWords):
        pw.unpack(raw)


def test_packed_words_never_grow_beyond_their_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pw, "MAX_CLEAR_BYTES", 1000)
    with pytest.raises(pw.BadWords):
        pw.unpack(zlib.compress(b" " * 100_000))


# ---- maps ----------------------------------------------------------------------------------------


@st.composite
def maps(draw: st.DrawFn, old_words: int | None = None) -> WordMap:
    """A map of pieces in any order, some dropped, some put in."""
    pieces = draw(st.lists(st.integers(1, 6), min_size=1, max_size=6))
    if old_words is not None:
        pieces, left = [], old_words
        while left:
            pieces.append(draw(st.integers(1, left)))
            left -= pieces[-1]
    starts = [sum(pieces[:number]) for number in range(len(pieces))]
    kept = [one for one in zip(starts, pieces, strict=True) if draw(st.booleans())]
    new, runs = 0, []
    for start, length in draw(st.permutations(kept)):
        new += draw(st.integers(0, 3))
        runs.append(Run(start, new, length))
        new += length
    return WordMap(sum(pieces), new + draw(st.integers(0, 3)), runs)


@given(maps())
def test_a_map_comes_back_as_it_went(word_map: WordMap) -> None:
    back = wm.decode(word_map.encode())
    assert (back.old_words, back.new_words, back.runs) == (
        word_map.old_words,
        word_map.new_words,
        word_map.runs,
    )


@settings(max_examples=50)
@given(st.data())
def test_maps_compose_word_by_word(data: st.DataObject) -> None:
    one = data.draw(maps())
    two = data.draw(maps(old_words=one.new_words))
    both = one.then(two)
    stepped = [two.forward()[new] if new >= 0 else -1 for new in one.forward()]
    assert list(both.forward()) == stepped


def test_large_numbers_take_more_bytes() -> None:
    word_map = WordMap(70_000, 300, [Run(69_000, 130, 170)])
    assert wm.decode(word_map.encode()).runs == word_map.runs


def test_runs_that_meet_are_joined() -> None:
    one = WordMap(9, 9, [Run(0, 0, 4), Run(5, 4, 4)])
    two = WordMap(9, 9, [Run(0, 1, 2), Run(2, 3, 4), Run(7, 8, 1)])
    assert one.then(two).runs == (Run(0, 1, 4), Run(5, 5, 2), Run(8, 8, 1))


def test_maps_of_other_revisions_do_not_compose() -> None:
    with pytest.raises(wm.BadMap):
        WordMap(3, 4, []).then(WordMap(5, 5, []))


@given(maps())
def test_what_was_not_moved_keeps_its_order(word_map: WordMap) -> None:
    kept = [run for run in word_map.runs if run not in word_map.moved()]
    assert kept == sorted(kept)


def test_the_fewest_words_are_said_to_have_moved() -> None:
    runs = [Run(50, 0, 10), Run(0, 10, 30), Run(30, 40, 20), Run(60, 60, 5)]
    assert WordMap(70, 65, runs).moved() == {runs[0]}
    assert WordMap(0, 0, []).moved() == frozenset()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x01",
        b"\x02\x00\x00\x00",
        b"\x01\x02\x02\x01\x00\x00",
        b"\x01\x02\x02\x01\x00\x00\x03",
        b"\x01\x02\x02\x01\x00\x00\x00",
        b"\x01\x02\x02\x01\x01\x00\x01",
        b"\x01\x02\x02\x00\x00",
        b"\x01\x02\x02\x80",
        b"\xff\xff\xff\xff\xff\xff\x01",
        b"\x01\xff\xff\xff\xff\x7f\x00\x00",
    ],
)
def test_bytes_that_are_no_map_are_refused(raw: bytes) -> None:
    with pytest.raises(wm.BadMap):
        wm.decode(raw)


def test_overlapping_runs_are_refused() -> None:
    with pytest.raises(wm.BadMap):
        WordMap(9, 9, [Run(0, 0, 3), Run(2, 3, 3)])


@given(st.binary(max_size=40))
def test_hostile_bytes_never_escape(raw: bytes) -> None:
    with contextlib.suppress(wm.BadMap):
        wm.decode(b"\x01" + raw)
