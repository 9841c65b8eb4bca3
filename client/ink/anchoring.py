"""Marks on a revised paper: carried, suggested or left over, and never lost.

A mark is the words that it holds on to. When at least half of them are in the new revision, next to
each other, and the words about them went along, it is carried without a word. Without such
witnesses the place is only suggested, for papers of this kind repeat their formulas. Else what is
most like its words is suggested, between those that were before and after it or in the whole paper,
but never on words that the map has given to others. Else it is an orphan, for the person to decide.
Every mark is one of the three.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from client.ink.anchor_fuzzy import find
from client.ink.anchor_grip import Grip, grip
from client.ink.anchor_pages import SAME, PageMatch
from client.ink.anchor_place import Landing, place
from client.ink.carried import as_drawn
from client.ink.marks import Area, Mark, MarkId, Target, TargetState
from server.protocol.ids import Sha256
from server.protocol.paper_words import PaperWords, normal
from server.protocol.word_map import WordMap

HALF = 0.5
GAP = 8
"""New words between two of a mark's own that leave them next to each other."""
BESIDE, SKEW = 8, 6
"""How many words on each side bear witness, and how far they may have been pushed aside."""
BOTH_SIDES, IN_ALL = 0.5, 0.7
"""Carried silently: with such a share of the words on each side, or of all of them and its own."""
LONG, MOST = 20, 0.8
"""So long a mark bears witness for itself when such a share of it is there."""
LOOK = 400
"""How many words before and after a mark are searched for neighbours that are mapped."""
STILL = 1.0
"""Points that nothing of an unchanged page has moved."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Where each mark is in the new revision."""

    targets: Mapping[MarkId, Target] = field(default_factory=dict)

    @property
    def carried(self) -> int:
        """How many marks are in their place, by the map."""
        return self._count("ok")

    @property
    def suggested(self) -> int:
        """How many may have found theirs: the person says."""
        return self._count("suggested")

    @property
    def orphan(self) -> int:
        """How many have no place."""
        return self._count("orphan")

    def _count(self, state: str) -> int:
        return sum(1 for target in self.targets.values() if target.state == state)


class Anchoring:
    """Carries marks from one revision to another. `pages`: pages without words, as pictures match.

    Raises ValueError when the map is not one between these words.
    """

    def __init__(
        self,
        old: PaperWords,
        new: PaperWords,
        word_map: WordMap,
        pages: Mapping[int, PageMatch] | None = None,
    ) -> None:
        if (word_map.old_words, word_map.new_words) != (len(old.body), len(new.body)):
            raise ValueError("the map is of other words")
        self._old, self._new = old, new
        self._forward = word_map.forward()
        self._tokens = new.tokens()
        self._free = [True] * len(new.body)
        for run in word_map.runs:
            self._free[run.new : run.new + run.length] = [False] * run.length
        self._pages = dict(pages or {})

    def carry(self, marks: Iterable[Mark], base: Sha256, document: Sha256) -> Carried:
        """Return the targets in `document` of all marks that lie in `base` and not yet in it."""
        return Carried(
            {
                mark.id: self.target(mark, mark.targets[base])
                for mark in marks
                if base in mark.targets and document not in mark.targets
            }
        )

    def target(self, mark: Mark, target: Target) -> Target:
        """Return where one mark is in the new revision: what lay on two pages, page by page."""
        if target.state == "orphan":
            return self._orphan(target)
        parts = [self._part(mark, part) for part in _by_pages(target)]
        placed = [part for part in parts if part.state != "orphan"]
        if not placed:
            return parts[0]
        pieces = [move for part in placed if part.how != "same" for move in part.moves]
        same = [move for part in placed if part.how == "same" for move in part.moves]
        return replace(
            placed[0],
            areas=tuple(dict.fromkeys(area for part in placed for area in part.areas)),
            moves=(*as_drawn(mark.strokes, pieces), *same),
            score=min(part.score for part in parts),
            state="ok" if all(part.state == "ok" for part in parts) else "suggested",
        )

    def _part(self, mark: Mark, target: Target) -> Target:
        held = grip(mark, target, self._old)
        words = [word for word in held.words if self._old.place(word) >= 0]
        if not words:
            return self._by_page(target)
        chain = self._chain(words)
        if len(chain) >= HALF * len(words):
            return place(mark, target, self._landing(target, held, chain, len(words)))
        return self._fuzzy(mark, target, held, words) or self._orphan(target)

    # ---- by the map ------------------------------------------------------------------------------

    def _chain(self, words: Sequence[int]) -> list[tuple[int, int]]:
        """Return the longest part of the words that is still together: places, old and new."""
        places = [self._old.place(word) for word in words]
        pairs = [(old, self._forward[old]) for old in places if self._forward[old] >= 0]
        best: list[tuple[int, int]] = []
        chain: list[tuple[int, int]] = []
        reach = max(GAP, len(words) // 2)
        for pair in pairs:
            if chain and not 0 < pair[1] - chain[-1][1] <= reach + pair[0] - chain[-1][0]:
                chain = []
            chain.append(pair)
            if len(chain) > len(best):
                best = list(chain)
        return best

    def _certain(self, chain: Sequence[tuple[int, int]], words: int) -> bool:
        """Say whether the words round a mark went with it; formulas come back in every paper."""
        (first, new_first), (last, new_last) = chain[0], chain[-1]
        before = self._near(range(first - 1, first - 1 - BESIDE, -1), new_first - first)
        after = self._near(range(last + 1, last + 1 + BESIDE), new_last - last)
        if all(sum(side) >= BOTH_SIDES * len(side) for side in (before, after)):
            return True
        if words >= LONG and len(chain) >= MOST * words:
            return True
        witnesses = len(chain) + sum(before) + sum(after)
        return witnesses >= IN_ALL * (words + len(before) + len(after))

    def _near(self, places: range, shift: int) -> list[bool]:
        """Say of words beside a mark whether they went the same way."""
        known = [place for place in places if 0 <= place < len(self._forward)]
        goals = ((place, self._forward[place]) for place in known)
        return [goal >= 0 and abs(goal - place - shift) <= SKEW for place, goal in goals]

    def _landing(
        self, target: Target, held: Grip, chain: Sequence[tuple[int, int]], words: int
    ) -> Landing:
        pairs = {self._old.body[old]: self._new.body[new] for old, new in chain}
        new = list(self._new.body[chain[0][1] : chain[-1][1] + 1])
        if held.mode in {"margin", "free"} and not target.areas[0].quads:
            new = list(pairs.values())
        state: TargetState = "ok" if self._certain(chain, words) else "suggested"
        return Landing(held, self._old, self._new, new, pairs, "map", len(chain) / words, state)

    # ---- by likeness -----------------------------------------------------------------------------

    def _fuzzy(self, mark: Mark, target: Target, held: Grip, words: Sequence[int]) -> Target | None:
        places = [self._old.place(word) for word in words]
        quote = " ".join(self._old.texts[word] for word in words)
        own = [self._forward[old] for old in places if self._forward[old] >= 0]
        for word in own:
            self._free[word] = True
        found = find(normal(quote), self._tokens, self._free, self._window(places))
        for word in own:
            self._free[word] = False
        if found is None:
            return None
        new = [self._new.body[word] for word in found.words]
        landing = Landing(held, self._old, self._new, new, {}, "fuzzy", found.score, "suggested")
        return place(mark, target, landing)

    def _window(self, places: Sequence[int]) -> range | None:
        """Return the new words between those that were before and after the mark."""
        mine = set(places)
        before = self._neighbour(range(places[0] - 1, max(-1, places[0] - LOOK), -1), mine)
        last = min(len(self._forward), places[-1] + LOOK)
        after = self._neighbour(range(places[-1] + 1, last), mine)
        low = 0 if before is None else before + 1
        high = len(self._tokens) if after is None else after
        return range(low, high) if low < high else None

    def _neighbour(self, ways: range, mine: set[int]) -> int | None:
        near = (self._forward[old] for old in ways if old not in mine and self._forward[old] >= 0)
        return next(near, None)

    # ---- without words ---------------------------------------------------------------------------

    def _by_page(self, target: Target) -> Target:
        match = self._pages.get(target.page - 1) or self._unmoved(target.page - 1)
        if match is None:
            return self._orphan(target)
        shift = match.page - (target.page - 1)
        areas = tuple(Area(area.page + shift, area.quads) for area in target.areas)
        same = match.score >= SAME
        moves = tuple(
            move.__class__(move.stroke, move.page + shift, move.matrix, move.first, move.last)
            for move in target.moves
        )
        return Target(
            areas,
            target.spot,
            moves=moves,
            how="same",
            score=max(0.0, match.score),
            state="ok" if same else "suggested",
        )

    def _unmoved(self, page: int) -> PageMatch | None:
        """Return the page on which all of a page's words stand where they stood."""
        found: Counter[int] = Counter()
        words = [word for word in self._old.on_page(page) if self._old.place(word) >= 0]
        for word in words:
            new = self._forward[self._old.place(word)]
            if new >= 0:
                goal = self._new.body[new]
                one, other = self._old.boxes[word], self._new.boxes[goal]
                if max(abs(a - b) for a, b in zip(one, other, strict=True)) <= STILL:
                    found[self._new.page_of(goal)] += 1
        best = found.most_common(1)
        if not best or best[0][1] < len(words):
            return None
        return PageMatch(best[0][0], 1.0)

    def _orphan(self, target: Target) -> Target:
        pages = max(1, self._new.pages)
        area = Area(min(target.page, pages))
        return Target((area,), how="map", score=0.0, state="orphan")


def _by_pages(target: Target) -> list[Target]:
    """Return what of a mark lies on each page, where carried ink lies on several."""
    pages = tuple(dict.fromkeys(move.page for move in target.moves))
    if len(pages) < 2:  # noqa: PLR2004
        return [target]
    return [
        replace(
            target,
            areas=(Area(page),),
            moves=tuple(move for move in target.moves if move.page == page),
        )
        for page in pages
    ]
