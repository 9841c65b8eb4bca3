"""What the part eraser leaves: pieces of strokes, which know what they are pieces of. Pure.

Carried ink is drawn by naming points of a stroke (`marks.Move`). A piece that takes the place of
the stroke lies wherever the stroke lay, in every revision, those included that another device has
carried it to meanwhile: nothing but the strokes themselves need change.
"""

from typing import Annotated

from msgspec import Meta, Struct

from client.ink.packing import MAX_POINTS

StrokeId = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
"""uuid7: drawn later sorts later."""
_Index = Annotated[int, Meta(ge=-1, le=MAX_POINTS)]


class Part(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which points of another stroke a piece holds: `first` to `last`; none where last < first.

    `lead` and `tail`: it begins, ends at a point of its own between two of that stroke's.
    """

    of: StrokeId
    first: _Index
    last: _Index
    lead: bool = False
    tail: bool = False

    @property
    def count(self) -> int:
        """How many points the piece has."""
        return self.lead + max(0, self.last - self.first + 1) + self.tail

    def within(self, first: int, last: int) -> tuple[int, int] | None:
        """Return the piece's own first and last point among points `first` to `last` of `of`.

        `last` below 0 means the end. None where less than a line is left.
        """
        end = last if last >= 0 else MAX_POINTS
        begin = max(0, first - self.first) + self.lead
        until = min(self.last, end) - self.first + self.lead
        if self.lead and first < self.first <= end:
            begin = 0
        if self.tail and first <= self.last < end:
            until = self.count - 1
        if self.lead and self.tail and self.last < self.first and first <= self.last < end:
            begin, until = 0, 1
        return (begin, until) if until > begin else None

    def through(self, outer: "Part") -> "Part":
        """Return the same as a part of what `of` is itself a part of."""
        first = outer.first + max(self.first - outer.lead, 0)
        last = outer.first + self.last - outer.lead
        ends = outer.tail and self.last == outer.count - 1
        return Part(
            outer.of,
            first,
            outer.last if ends else last,
            self.lead or (outer.lead and self.first == 0),
            self.tail or ends,
        )
