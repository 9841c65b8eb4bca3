"""Marks as people make them: highlights over words, ink under, round and beside them."""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from client.ink.anchor_grip import around
from client.ink.anchor_place import areas_of
from client.ink.marks import Area, Mark, MarkKind, Quote, Target
from client.ink.marks import Stroke as MarkStroke
from client.ink.packing import Point, pack
from server.protocol.paper_words import PaperWords

BASE = "b" * 64
INK = ("underline", "circle", "bar", "scribble", "between")


@dataclass(frozen=True)
class Made:
    """A mark, and the words (numbers within the body) that its writer meant."""

    mark: Mark
    places: Sequence[int]
    shape: str


def make_marks(words: PaperWords, chance: random.Random, lights: int, ink: int) -> list[Made]:
    """Make so many highlights and so many ink marks."""
    pen = _Pen(words, chance)
    made = [pen.highlight() for _ in range(lights)]
    return made + [pen.ink(INK[number % len(INK)]) for number in range(ink)]


class _Pen:
    def __init__(self, words: PaperWords, chance: random.Random) -> None:
        self.words, self.chance = words, chance
        self._number = 0
        self._rows: dict[int, list[int]] = {}
        for word in words.body:
            self._rows.setdefault(words.lines[word], []).append(word)
        self._lines = sorted(self._rows)

    def highlight(self) -> Made:
        length = self._length()
        first = self.chance.randrange(len(self.words.body) - length)
        places = range(first, first + length)
        held = [self.words.body[place] for place in places]
        quote = Quote(self.words.quote(held))
        target = Target(areas_of(self.words, held), quote=quote)
        return self._made("highlight", target, places, [])

    def _length(self) -> int:
        dice = self.chance.random()
        low, high = (1, 4) if dice < 0.12 else (4, 16) if dice < 0.75 else (16, 60)
        return self.chance.randrange(low, high)

    def ink(self, shape: str) -> Made:
        row = self._rows[self.chance.choice(self._lines[:-3])]
        held = self._some(row)
        strokes: list[list[Point]] = []
        box = around(self.words.boxes[word] for word in held)
        match shape:
            case "underline":
                strokes = [self._line(box.x0, box.x1, box.y0 + 1)]
            case "circle":
                strokes = [list(self._loop(box.x0 - 4, box.y0 - 2, box.x1 + 4, box.y1 + 2))]
            case "bar":
                held = self._block(row)
                box = around(self.words.boxes[word] for word in held)
                strokes = [[Point(60 + self._jitter(), y) for y in _steps(box.y1, box.y0, 12)]]
            case "scribble":
                held = row
                box = around(self.words.boxes[word] for word in held)
                edge = 548
                strokes = [list(self._loop(edge, box.y0, edge + 25, box.y1 + 4))]
            case _:
                held = row
                box = around(self.words.boxes[word] for word in held)
                strokes = [self._line(30, 50, box.y1 - 3), self._line(32, 52, box.y0 + 3)]
        places = [self.words.place(word) for word in held]
        target = Target((Area(self.words.page_of(held[0]) + 1),))
        return self._made(shape, target, places, strokes)

    def _some(self, row: Sequence[int]) -> list[int]:
        length = self.chance.randrange(1, min(9, len(row) + 1))
        first = self.chance.randrange(len(row) - length + 1)
        held = list(row[first : first + length])
        letters = self.words.quote(held).replace(" ", "")
        return held if len(letters) > 1 else list(row)

    def _block(self, row: Sequence[int]) -> list[int]:
        line = self.words.lines[row[0]]
        more = range(line, line + self.chance.randrange(1, 6))
        page = self.words.page_of(row[0])
        held = [word for one in more for word in self._rows.get(one, ())]
        return [word for word in held if self.words.page_of(word) == page]

    def _line(self, left: float, right: float, y: float) -> list[Point]:
        count = max(4, int((right - left) / 5))
        return [Point(x, y + self._jitter()) for x in _steps(left, right, count)]

    def _loop(self, x0: float, y0: float, x1: float, y1: float) -> Iterator[Point]:
        for step in range(25):
            angle = 2 * math.pi * step / 24
            yield Point(
                (x0 + x1) / 2 + (x1 - x0) / 2 * math.cos(angle),
                (y0 + y1) / 2 + (y1 - y0) / 2 * math.sin(angle),
            )

    def _jitter(self) -> float:
        return self.chance.uniform(-0.6, 0.6)

    def _made(
        self, shape: str, target: Target, places: Sequence[int], strokes: list[list[Point]]
    ) -> Made:
        self._number += 1
        name = f"{self._number:032x}"
        drawn = {
            f"{self._number:024x}{at:08x}": MarkStroke(f"{self._number:024x}{at:08x}", pack(line))
            for at, line in enumerate(strokes)
        }
        kind: MarkKind = "highlight" if shape == "highlight" else "ink"
        mark = Mark(name, kind, "p1", self._number, targets={BASE: target}, strokes=drawn)
        return Made(mark, places, shape)


def _steps(start: float, end: float, count: int) -> Iterator[float]:
    yield from (start + (end - start) * step / count for step in range(count + 1))
