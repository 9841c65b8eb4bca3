"""Marks on revised papers: how many keep their words, and how many are silently wrong.

Eight kinds of revision of a generated paper, as real PDFs with the identity of every word known,
and, where the corpus is, a real pair. `silent_precision`: of the marks carried without asking, how
many lie on their own words. `highlight_recall`, `ink_recall`: of the marks whose words are still
together in the revision (at least half of them), how many were put there, silently or as a
suggestion. Measured in the same run: the same page and coordinates, as portals do, and the fuzzy
search for the quote with its context that the Hypothesis client does.
"""

import os
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench import Report
from bench._marking import BASE, Made, make_marks
from bench._quotes import Quotes
from bench._revisions import KINDS, PLAIN, Printed, Writer, printed, read
from client.ink.anchor_grip import Grip, grip, of_ink
from client.ink.anchoring import Anchoring
from client.ink.marks import Mark, Target
from client.ink.packing import Point
from server.papers.wordmap import word_map
from server.protocol.paper_words import PaperWords

NEXT = "c" * 64
TARGET = {"marks": 5000, "silent_precision": 0.999, "highlight_recall": 0.99, "ink_recall": 0.97}
SEEDS = (11, 12)
PARAGRAPHS, LIGHTS, INK = 320, 200, 150
HALF = 0.5
CONTEXT = 12
"""Words on each side that make a place in the real pair certain."""


@dataclass
class Score:
    """What became of marks."""

    total: int = 0
    carried: int = 0
    suggested: int = 0
    orphan: int = 0
    silent_right: int = 0
    kept: Counter[str] = field(default_factory=Counter)
    """Marks whose words are still together, by what they are."""
    right: Counter[str] = field(default_factory=Counter)
    """Those of them that were put there."""
    right_silent: Counter[str] = field(default_factory=Counter)

    def take(self, made: Made, state: str, *, right: bool, together: bool) -> None:
        """Count one mark."""
        what = "highlight" if made.shape == "highlight" else "ink"
        self.total += 1
        self.carried += state == "ok"
        self.suggested += state == "suggested"
        self.orphan += state == "orphan"
        self.silent_right += state == "ok" and right
        if together:
            self.kept[what] += 1
            self.right[what] += right
            self.right_silent[what] += right and state == "ok"

    def precision(self) -> float:
        """Of the silently carried marks, the share in the right place."""
        return self.silent_right / max(1, self.carried)

    def recall(self, what: str, *, silent: bool = False) -> float:
        """Of the marks whose words are still there, the share put there."""
        return (self.right_silent if silent else self.right)[what] / max(1, self.kept[what])

    def add(self, other: "Score") -> None:
        """Add another's counts."""
        for name in ("total", "carried", "suggested", "orphan", "silent_right"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.kept += other.kept
        self.right += other.right
        self.right_silent += other.right_silent


def run() -> Report:
    """Measure every kind, then the real pair."""
    ours, coordinates, quotes = Score(), Score(), Score()
    for kind, trial in _trials():
        scores = _measure(*trial)
        for every, one in zip((ours, coordinates, quotes), scores, strict=True):
            every.add(one)
        print(_row(kind, scores))
    figures = {
        "marks": ours.total,
        "carried": ours.carried,
        "suggested": ours.suggested,
        "orphan": ours.orphan,
        "silent_precision": ours.precision(),
        "highlight_recall": ours.recall("highlight"),
        "ink_recall": ours.recall("ink"),
        "highlight_recall_silent": ours.recall("highlight", silent=True),
        "ink_recall_silent": ours.recall("ink", silent=True),
    }
    whole = ours.carried + ours.suggested + ours.orphan == ours.total
    holds = whole and all(figures[name] >= least for name, least in TARGET.items())
    return Report(
        figures,
        {
            "name": "same page and coordinates; fuzzy quote with context (Hypothesis weights)",
            "coordinates_precision": coordinates.precision(),
            "coordinates_highlight_recall": coordinates.recall("highlight"),
            "coordinates_ink_recall": coordinates.recall("ink"),
            "quotes_precision": quotes.precision(),
            "quotes_highlight_recall": quotes.recall("highlight"),
            "quotes_ink_recall": quotes.recall("ink"),
        },
        ours.recall("highlight") / max(1e-9, quotes.recall("highlight")),
        TARGET,
        holds,
    )


def _row(kind: str, scores: Sequence[Score]) -> str:
    ours, coordinates, quotes = scores
    cells = " · ".join(
        f"{name} {one.precision():.4f} / {one.recall('highlight'):.4f} / {one.recall('ink'):.4f}"
        for name, one in (("map", ours), ("coordinates", coordinates), ("quotes", quotes))
    )
    counts = f"{ours.carried}+{ours.suggested}+{ours.orphan}={ours.total}"
    return f"{kind:9} {counts:18} precision / highlights / ink: {cells}"


# ---- what is measured ----------------------------------------------------------------------------

Trial = tuple[PaperWords, PaperWords, list[Made], Mapping[int, int]]
"""Old words, new words, marks, and where each old word of the body truly is in the new body."""


def _trials() -> Iterator[tuple[str, Trial]]:
    for kind, (change, sheet) in KINDS.items():
        for seed in SEEDS:
            writer = Writer(random.Random(seed))  # noqa: S311 - the same papers every time
            paper = writer.paper(PARAGRAPHS)
            old = printed(paper, PLAIN)
            new = printed(change(writer, paper), sheet)
            marks = make_marks(old.words, writer.chance, LIGHTS, INK)
            yield f"{kind} {seed}", (old.words, new.words, marks, _truth(old, new))
    folder = corpus()
    if folder is None:
        print("real pair: skipped, no corpus (PHIENHOP_CORPUS or ../shared/corpus)")
        return
    old_words, new_words = (
        read((folder / name).read_bytes()) for name in ("vn_rev1_60pp.pdf", "vn_rev2_60pp.pdf")
    )
    certain = _certain(old_words, new_words)
    chance = random.Random(1)  # noqa: S311
    marks = [
        made
        for made in make_marks(old_words, chance, LIGHTS, INK)
        if all(place in certain for place in made.places)
    ]
    yield "real pair", (old_words, new_words, marks, certain)


def corpus() -> Path | None:
    """Return the folder of public papers, where there is one."""
    named = os.environ.get("PHIENHOP_CORPUS")
    folder = Path(named) if named else Path(__file__).parents[2] / "shared" / "corpus"
    return folder if (folder / "vn_rev1_60pp.pdf").is_file() else None


def _truth(old: Printed, new: Printed) -> dict[int, int]:
    there = {identity: place for place, identity in enumerate(new.ids)}
    return {place: there[one] for place, one in enumerate(old.ids) if one in there}


def _certain(old: PaperWords, new: PaperWords) -> dict[int, int]:
    """Return where words are whose neighbours on both sides occur once in each revision."""
    before, after = old.tokens(), new.tokens()
    grams = [_once(tokens) for tokens in (before, after)]
    found = {}
    for gram, place in grams[0].items():
        if gram in grams[1]:
            for step in range(2 * CONTEXT):
                found[place + step] = grams[1][gram] + step
    return found


def _once(tokens: Sequence[str]) -> dict[tuple[str, ...], int]:
    places: dict[tuple[str, ...], int] = {}
    for at in range(len(tokens) - 2 * CONTEXT):
        gram = tuple(tokens[at : at + 2 * CONTEXT])
        places[gram] = -1 if gram in places else at
    return {gram: at for gram, at in places.items() if at >= 0}


def _measure(
    old: PaperWords, new: PaperWords, marks: list[Made], truth: Mapping[int, int]
) -> tuple[Score, Score, Score]:
    anchoring = Anchoring(old, new, word_map(old, new))
    quotes = Quotes(old, new)
    scores = Score(), Score(), Score()
    for made in marks:
        judge = _Judge(made, new, truth)
        target = made.mark.targets[BASE]
        carried = anchoring.target(made.mark, target)
        answers = (
            (carried.state, judge.hit(_held(made.mark, carried, new))),
            ("ok", judge.hit(_held(made.mark, target, new))),
            quotes.find(made.places, judge.hit),
        )
        for score, (state, right) in zip(scores, answers, strict=True):
            score.take(made, state, right=right and state != "orphan", together=judge.together)
    return scores


class _Judge:
    """Says whether words are those that a mark's writer meant."""

    def __init__(self, made: Made, new: PaperWords, truth: Mapping[int, int]) -> None:
        self._new = new
        self._level = made.shape in {"bar", "scribble", "between"}
        self._meant = {truth[place] for place in made.places if place in truth}
        self.together = _longest(sorted(self._meant)) >= HALF * len(made.places)

    def hit(self, places: Iterable[int]) -> bool:
        """Say whether at least half of what was meant is held, and little else."""
        held = set(places)
        if not held or not self._meant:
            return False
        if self._level:  # ink beside lines: right when it stands beside lines with these words
            lines = {self._new.lines[self._new.body[place]] for place in self._meant}
            mine = {self._new.lines[self._new.body[place]] for place in held}
            return len(lines & mine) >= HALF * len(mine) and bool(held & self._meant)
        both = len(held & self._meant)
        return both >= HALF * len(self._meant) and both >= HALF * len(held)


def _longest(places: Sequence[int]) -> int:
    """Return how many words of the longest stretch without a gap of more than a few words."""
    best = run = 0
    before = None
    for place in places:
        run = run + 1 if before is not None and place - before <= CONTEXT else 1
        best, before = max(best, run), place
    return best


def _held(mark: Mark, target: Target, words: PaperWords) -> set[int]:
    """Return the words (of the body) that a mark is seen on, by where it is drawn alone."""
    if target.state == "orphan":
        return set()
    if mark.kind == "highlight":
        held: Iterable[int] = grip(mark, Target(target.areas), words).words
    else:
        shown = Mark(mark.id, "ink", mark.by, 1, targets={NEXT: target}, strokes=mark.strokes)
        grips = (
            one
            for page in sorted(target.pages)
            for one in _grips(shown.drawn_on(NEXT, page), page - 1, words)
        )
        held = {word for one in grips for word in one.words}
    return {words.place(word) for word in held if words.place(word) >= 0}


def _grips(lines: Sequence[Sequence[Point]], page: int, words: PaperWords) -> Iterator[Grip]:
    for line in lines:
        if line:
            yield of_ink([line], page, words)
