"""Marks as PDF annotations: what an exported copy holds, before any engine sees it. Pure.

Coordinates are those of marks: PDF user space, so that nothing has to be turned or cropped here.
"""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from client.ink.clock import wall_time
from client.ink.marks import NOTE_SHEET, Colour, Mark, Quad, Spot, Target
from client.ink.packing import Point
from client.ink.stroke import outline
from server.protocol.ids import Sha256

Kind = Literal["highlight", "underline", "strikeout", "ink", "note", "text"]
Colours = dict[Colour, tuple[float, float, float]]
Polygon = tuple[tuple[float, float], ...]
TEXT_BOX = (220.0, 60.0)
"""Width and height of words typed on the page itself."""
INKS: Colours = {
    "pen1": (0x1A / 255, 0x3F / 255, 0xA0 / 255),
    "pen2": (0x96 / 255, 0x1B / 255, 0x21 / 255),
    "pen3": (0x14 / 255, 0x21 / 255, 0x3A / 255),
    "highlight1": (1.0, 0xE5 / 255, 0x8F / 255),
    "highlight2": (0xC9 / 255, 0xEB / 255, 0xCB / 255),
    "note": (1.0, 0xF6 / 255, 0xD6 / 255),
}
"""Paper is always light: the colours of the light theme (ui.md 2)."""


class Annotation(Struct, frozen=True):
    """One annotation on one page."""

    id: str
    """For /NM: the mark's, with the page's place behind it when it covers several."""
    kind: Kind
    page: int
    author: str
    created: int
    """Milliseconds since 1970."""
    colour: tuple[float, float, float]
    width: float
    contents: str = ""
    multiply: bool = False
    """Text under it stays black."""
    quads: tuple[Quad, ...] = ()
    lines: tuple[Polygon, ...] = ()
    """Of ink: where the pen went."""
    areas: tuple[Polygon, ...] = ()
    """Of ink: what is filled, pressure and all."""
    spot: Spot | None = None


class Sheet(Struct, frozen=True):
    """The sheet of a note: an extra page behind the paper, since a pop-up is not printed."""

    page: int
    """Which page the note is on."""
    contents: str
    colour: tuple[float, float, float]
    size: tuple[float, float] = NOTE_SHEET
    areas: tuple[Polygon, ...] = ()


def annotations(marks: Iterable[Mark], document: Sha256, author: str) -> tuple[Annotation, ...]:
    """Return what an export of this revision holds of the marks.

    Left out: bookmarks, and marks whose place in this revision the person has not accepted.
    """
    found: list[Annotation] = []
    for mark in marks:
        target = mark.targets.get(document)
        if target is not None and target.state == "ok" and mark.kind != "bookmark":
            found += _of(mark, target, document, author)
    return tuple(found)


def _of(mark: Mark, target: Target, document: Sha256, author: str) -> Iterable[Annotation]:
    for place, page in enumerate(sorted(target.pages)):
        lines = mark.drawn_on(document, page) if mark.kind == "ink" else ()
        quads = target.quads_on(page)
        empty = not lines if mark.kind == "ink" else not quads
        if empty and (mark.kind not in {"note", "text"} or page != target.page):
            continue
        yield Annotation(
            id=f"{mark.id}-{place + 1}" if place else mark.id,
            kind=_kind(mark),
            page=page,
            author=author,
            created=wall_time(mark.created),
            colour=INKS[mark.colour],
            width=mark.width,
            contents=mark.body or (target.quote.exact if target.quote is not None else ""),
            multiply=mark.kind == "highlight" or mark.tool == "highlighter",
            quads=quads,
            lines=tuple(_places(line) for line in lines),
            areas=tuple(outline(line, mark.width, mark.tool) for line in lines),
            spot=target.spot,
        )


def _kind(mark: Mark) -> Kind:
    if mark.kind == "bookmark":
        raise ValueError(mark.kind)
    return mark.kind


def _places(line: Iterable[Point]) -> Polygon:
    return tuple((point.x, point.y) for point in line)


def sheets(marks: Iterable[Mark], document: Sha256, *, typed: bool) -> tuple[Sheet, ...]:
    """Return the sheets of notes: those with handwriting, and with `typed` those without too."""
    found = []
    for mark in marks:
        target = mark.targets.get(document)
        if mark.kind != "note" or target is None or target.state != "ok":
            continue
        areas = tuple(
            outline(stroke.points, mark.width, mark.tool) for stroke in mark.strokes.values()
        )
        if areas or (typed and mark.body):
            colour = INKS[mark.colour] if mark.colour != "note" else INKS["pen3"]
            found.append(Sheet(target.page, mark.body, colour, areas=areas))
    return tuple(sorted(found, key=lambda sheet: sheet.page))
