"""What somebody has written on a paper: marks, where they lie, and the strokes of the pen.

Coordinates are PDF user space: points, y up, unrotated, CropBox ignored. The strokes of a `note`
lie on the note's own sheet instead: points, y up, from its lower left corner. Everything here is
frozen; a change makes another value. Texts are Unicode NFC.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, NamedTuple

from msgspec import Meta, Struct

from client.ink.packing import BadStroke, Point, unpack
from client.ink.pieces import Part, StrokeId
from server.protocol.ids import PersonId, Sha256

MarkKind = Literal["highlight", "underline", "strikeout", "ink", "note", "text", "bookmark"]
"""note: a sheet of its own with typed text, handwriting or both; text: words on the page itself."""
Tool = Literal["pen", "highlighter"]
Colour = Literal["pen1", "pen2", "pen3", "highlight1", "highlight2", "note"]
"""A colour of the theme, so that what is blue ink by day is light blue at night."""
How = Literal["drawn", "same", "map", "fuzzy", "manual"]
"""drawn: made on this revision; same: its page did not change; map, fuzzy: see `anchoring`;
manual: put there by the person."""
TargetState = Literal["ok", "suggested", "orphan"]
Mode = Literal["under", "around", "margin", "free"]

MarkId = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
"""uuid7: made later sorts later."""
PageNumber = Annotated[int, Meta(ge=1, le=1_000_000)]
Coordinate = Annotated[float, Meta(ge=-1e6, le=1e6)]
NOTE_SHEET = (362.0, 220.0)
"""Width and height of the sheet of a handwritten note, in points."""


class Spot(NamedTuple):
    """A place on a page."""

    x: Coordinate
    y: Coordinate


class Quad(NamedTuple):
    """A line of text as four corners, as its reader sees them; the order of PDF's /QuadPoints."""

    x1: Coordinate
    y1: Coordinate
    """Upper left."""
    x2: Coordinate
    y2: Coordinate
    """Upper right."""
    x3: Coordinate
    y3: Coordinate
    """Lower left."""
    x4: Coordinate
    y4: Coordinate
    """Lower right."""


class Bounds(NamedTuple):
    """A rectangle in user space; x0 <= x1, y0 <= y1."""

    x0: Coordinate
    y0: Coordinate
    x1: Coordinate
    y1: Coordinate


class Matrix(NamedTuple):
    """x' = a x + c y + e, y' = b x + d y + f, as in PDF."""

    a: Coordinate = 1.0
    b: Coordinate = 0.0
    c: Coordinate = 0.0
    d: Coordinate = 1.0
    e: Coordinate = 0.0
    f: Coordinate = 0.0

    def of(self, x: float, y: float) -> tuple[float, float]:
        """Where it takes a point."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f


class _Value(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a mark."""


class Quote(_Value, frozen=True):
    """W3C TextQuoteSelector: the words themselves, with 64 characters on each side."""

    exact: str
    prefix: str = ""
    suffix: str = ""


class Words(_Value, frozen=True):
    """W3C TextPositionSelector, counted in the words of the revision, first and last included."""

    first: int
    last: int


class Anchor(_Value, frozen=True):
    """What ink belongs to: the words under or beside it."""

    words: tuple[int, ...] = ()
    box: Bounds = Bounds(0.0, 0.0, 0.0, 0.0)
    """Round those words."""
    offset: Spot = Spot(0.0, 0.0)
    """From the upper left corner of the words' box to that of the ink's."""
    mode: Mode = "free"


class Area(_Value, frozen=True):
    """What a mark covers of one page."""

    page: PageNumber
    quads: tuple[Quad, ...] = ()


class Move(_Value, frozen=True):
    """Draw points `first` to `last` of a stroke (all: 0 to -1) on `page`, through `matrix`.

    In a target the stroke is one as it was drawn, whatever has been rubbed out of it.
    """

    stroke: StrokeId
    page: PageNumber
    matrix: Matrix = Matrix()
    first: int = 0
    last: int = -1


class Target(_Value, frozen=True):
    """Where a mark lies in one revision."""

    areas: tuple[Area, ...]
    """At least one, the page that it begins on first; quads only for marks of text."""
    spot: Spot | None = None
    """Of a note, text or bookmark: its tag's upper left corner."""
    quote: Quote | None = None
    words: Words | None = None
    anchor: Anchor | None = None
    moves: tuple[Move, ...] = ()
    """How carried ink is drawn; empty: as it was drawn, on `page`. See `Mark.moves`."""
    how: How = "drawn"
    score: float = 1.0
    state: TargetState = "ok"

    @property
    def page(self) -> int:
        """The page that it begins on, from 1."""
        return self.areas[0].page

    @property
    def pages(self) -> frozenset[int]:
        """Every page that something of it is seen on."""
        return frozenset(area.page for area in self.areas) | {move.page for move in self.moves}

    def quads_on(self, page: int) -> tuple[Quad, ...]:
        """The lines of text that it covers on a page."""
        return tuple(quad for area in self.areas if area.page == page for quad in area.quads)


def on_page(page: int, *quads: Quad, spot: Spot | None = None) -> Target:
    """Return the target of something on one page."""
    return Target((Area(page, quads),), spot)


class Stroke(_Value, frozen=True):
    """One touch of the pen, from down to up. Immutable; erasing a part makes other strokes."""

    id: StrokeId
    packed: bytes
    """See `packing`."""
    part: Part | None = None
    """Of which stroke, as it was drawn, it is a piece; the part eraser has left it."""

    @property
    def points(self) -> tuple[Point, ...]:
        """Its points, as they came from the pen. Raises `packing.BadStroke`."""
        return unpack(self.packed)


class Mark(_Value, frozen=True):
    """One thing that somebody has written. It keeps its place in every revision it ever had."""

    id: MarkId
    kind: MarkKind
    by: PersonId
    created: int
    """Hybrid logical time, see `clock.wall_time`."""
    colour: Colour = "pen1"
    width: float = 2.2
    """Of the pen, in points."""
    tool: Tool = "pen"
    body: str = ""
    targets: Mapping[Sha256, Target] = {}
    """By the hash of the revision's view copy."""
    strokes: Mapping[StrokeId, Stroke] = {}
    """In the order in which they were drawn."""
    shared: tuple[PersonId, ...] = ()
    """Whom its writer shows it to; nobody else ever sees it."""

    def on(self, document: Sha256, page: int) -> Target | None:
        """Where it is on this page of this revision, if something of it is seen there."""
        target = self.targets.get(document)
        if target is None or target.state == "orphan" or page not in target.pages:
            return None
        return target

    def drawn_on(self, document: Sha256, page: int) -> tuple[tuple[Point, ...], ...]:
        """The lines of its ink as they lie on a page of a revision, carried ink in its place."""
        target = self.on(document, page)
        if target is None or self.kind == "note":
            return ()
        if not target.moves:
            strokes = self.strokes.values() if page == target.page else ()
            return tuple(line for stroke in strokes if (line := drawable(stroke)))
        lines = []
        for move in self.moves(target):
            if move.page == page:
                end = None if move.last < 0 else move.last + 1
                part = drawable(self.strokes[move.stroke])[move.first : end]
                lines.append(tuple(_moved(point, move.matrix) for point in part))
        return tuple(line for line in lines if line)

    @property
    def of_text(self) -> bool:
        """It is drawn along words, wherever they are; all else has ink or a place of its own."""
        return self.kind in {"highlight", "underline", "strikeout"}

    def moves(self, target: Target) -> tuple[Move, ...]:
        """How the strokes that are there are drawn as carried ink; pieces lie where theirs lay."""
        pieces: dict[StrokeId, list[tuple[StrokeId, Part]]] = {}
        for stroke in self.strokes.values():
            if stroke.part is not None:
                pieces.setdefault(stroke.part.of, []).append((stroke.id, stroke.part))
        found: dict[Move, None] = {}
        for move in target.moves:
            if move.stroke in self.strokes:
                found[move] = None
            for name, part in pieces.get(move.stroke, ()):
                span = part.within(move.first, move.last)
                if span is not None:
                    found[Move(name, move.page, move.matrix, *span)] = None
        return tuple(found)


def drawable(stroke: Stroke) -> tuple[Point, ...]:
    """Return its points, none if they are damaged: such a stroke costs itself, not its page."""
    try:
        return stroke.points
    except BadStroke:
        return ()


def _moved(point: Point, matrix: Matrix) -> Point:
    x, y = matrix.of(point.x, point.y)
    return Point(x, y, point.pressure, point.ms)
