"""Which word of one revision became which word of the next. Runs in the cage only.

Myers' difference over one private character per distinct word (fast-diff-match-patch), without the
islands of one or two words that any two texts share, with insertions pushed to the ends of
sentences, and with a second pass that finds what was moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from fast_diff_match_patch import diff

from server.protocol.paper_words import PaperWords, unpack
from server.protocol.word_map import Run, WordMap

SECONDS = 10
"""After this the difference is finished coarsely: a map with fewer words, never a wrong one."""
ISLAND = 2
SEA = 8
"""An island is at most `ISLAND` equal words between changes of at least `SEA` words each."""
GRAMS = (6, 4)
LEAST_MOVED = 8
_ENDS = (".", ";", ":", "?", "!")
_FIRST = 0xE000
"""After the surrogates: room for a million distinct words."""


def write(old: Path, new: Path, target: Path) -> dict[str, Any]:
    """Write the map between two files of packed words to `target`."""
    made = word_map(unpack(old.read_bytes()), unpack(new.read_bytes()))
    target.write_bytes(made.encode())
    return {"runs": len(made.runs)}


def word_map(old: PaperWords, new: PaperWords) -> WordMap:
    """Return the map between the bodies of two revisions.

    Raises ValueError for more than a million distinct words.
    """
    before, after = old.tokens(), new.tokens()
    runs = list(_without_islands(_equal(before, after), len(before), len(after)))
    runs = [_slid(runs, number, before, after) for number in range(len(runs))]
    runs = [run for run in runs if run.length > 0]
    for size in GRAMS:
        runs += _moves(before, after, runs, size)
    return WordMap(len(before), len(after), runs)


def _equal(before: Sequence[str], after: Sequence[str]) -> list[Run]:
    letters: dict[str, str] = {}
    texts = ["".join(_letter(letters, word) for word in words) for words in (before, after)]
    runs, old, new = [], 0, 0
    for way, length in diff(*texts, timelimit=SECONDS, checklines=False, cleanup="No"):
        if way == "=":
            runs.append(Run(old, new, length))
        old += length if way != "+" else 0
        new += length if way != "-" else 0
    return runs


def _letter(letters: dict[str, str], word: str) -> str:
    known = letters.get(word)
    if known is None:
        known = letters[word] = chr(_FIRST + len(letters))
    return known


def _without_islands(runs: Sequence[Run], olds: int, news: int) -> Iterator[Run]:
    """Drop what is equal by chance in the middle of what was rewritten."""
    ends = [Run(0, 0, 0), *runs, Run(olds, news, 0)]
    for (before, run), (_, after) in pairwise(pairwise(ends)):
        if run.length > ISLAND or min(_sea(before, run), _sea(run, after)) < SEA:
            yield run


def _sea(left: Run, right: Run) -> int:
    """Return how many words lie between two runs, in both revisions together."""
    return right.old - left.old - left.length + right.new - left.new - left.length


def _slid(runs: Sequence[Run], number: int, before: Sequence[str], after: Sequence[str]) -> Run:
    """Return a run whose borders with pure insertions or deletions lie at ends of sentences.

    "A. B. [C. B.] D" and "A. [B. C.] B. D" are the same insertion; what begins after a full stop
    is what somebody put in.
    """
    run = runs[number]
    head = _slide(runs[number - 1], run, before, after) if number else 0
    tail = _slide(run, runs[number + 1], before, after) if number + 1 < len(runs) else 0
    return Run(run.old + head, run.new + head, run.length - head + tail)


def _slide(left: Run, right: Run, before: Sequence[str], after: Sequence[str]) -> int:
    """Return by how many words the border between two runs moves on, or back when below 0."""
    end_old, end_new = left.old + left.length, left.new + left.length
    if (end_old == right.old) == (end_new == right.new):
        return 0
    text, end, begin = (
        (after, end_new, right.new) if end_old == right.old else (before, end_old, right.old)
    )
    back, on = 0, 0
    while back < left.length - 1 and text[end - 1 - back] == text[begin - 1 - back]:
        back += 1
    while on < right.length - 1 and text[end + on] == text[begin + on]:
        on += 1
    for step in sorted(range(-back, on + 1), key=abs):
        if text[end + step - 1].endswith(_ENDS):
            return step
    return 0


# ---- moves ---------------------------------------------------------------------------------------


def _moves(
    before: Sequence[str], after: Sequence[str], runs: Sequence[Run], size: int
) -> Iterator[Run]:
    """Yield runs of words that are in neither revision's place: unique n-grams, grown both ways."""
    olds = _free(len(before), [(run.old, run.length) for run in runs])
    news = _free(len(after), [(run.new, run.length) for run in runs])
    there = _unique(after, news, size)
    for gram, old in sorted(_unique(before, olds, size).items(), key=lambda item: item[1]):
        new = there.get(gram, -1)
        if new < 0 or not (olds[old] and news[new]):
            continue
        run = _grown(before, after, olds, news, Run(old, new, size))
        if run.length >= LEAST_MOVED:
            olds[run.old : run.old + run.length] = bytes(run.length)
            news[run.new : run.new + run.length] = bytes(run.length)
            yield run


def _free(words: int, taken: Sequence[tuple[int, int]]) -> bytearray:
    free = bytearray(b"\x01") * words
    for start, length in taken:
        free[start : start + length] = bytes(length)
    return free


def _unique(words: Sequence[str], free: bytearray, size: int) -> dict[tuple[str, ...], int]:
    """Return where each n-gram of free words stands that occurs once."""
    found: dict[tuple[str, ...], int] = {}
    for is_free, group in groupby(range(len(words)), key=lambda word: free[word]):
        stretch = list(group)
        if is_free and len(stretch) >= size:
            for at in range(stretch[0], stretch[-1] + 2 - size):
                gram = tuple(words[at : at + size])
                found[gram] = -1 if gram in found else at
    return {gram: at for gram, at in found.items() if at >= 0}


def _grown(
    before: Sequence[str],
    after: Sequence[str],
    olds: bytearray,
    news: bytearray,
    run: Run,
) -> Run:
    old, new, length = run
    if not (all(olds[old : old + length]) and all(news[new : new + length])):
        return Run(old, new, 0)
    while old and new and olds[old - 1] and news[new - 1] and before[old - 1] == after[new - 1]:
        old, new, length = old - 1, new - 1, length + 1
    while (
        old + length < len(before)
        and new + length < len(after)
        and olds[old + length]
        and news[new + length]
        and before[old + length] == after[new + length]
    ):
        length += 1
    return Run(old, new, length)
