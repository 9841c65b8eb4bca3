"""Annotations as XFDF (ISO 19444-1), which other readers import beside the paper. Pure."""

import datetime as dt
from collections.abc import Iterable
from xml.etree import ElementTree as ET

from client.documents.annotations import TEXT_BOX, Annotation

NAMESPACE = "http://ns.adobe.com/xfdf/"
_NAMES = {
    "highlight": "highlight",
    "underline": "underline",
    "strikeout": "strikeout",
    "ink": "ink",
    "note": "text",
    "text": "freetext",
}
TAG = 20.0
"""Points: the side of a note's tag."""


def write_xfdf(annotations: Iterable[Annotation], file_name: str) -> bytes:
    """Return the XFDF of annotations for a paper called `file_name`, UTF-8."""
    root = ET.Element("xfdf", {"xmlns": NAMESPACE, "xml:space": "preserve"})
    holder = ET.SubElement(root, "annots")
    for one in annotations:
        _add(holder, one)
    ET.SubElement(root, "f", {"href": file_name})
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _add(holder: ET.Element, one: Annotation) -> None:
    made = dt.datetime.fromtimestamp(one.created / 1000, dt.UTC).strftime("D:%Y%m%d%H%M%SZ")
    attributes = {
        "name": one.id,
        "page": str(one.page - 1),
        "rect": ",".join(f"{edge:.2f}" for edge in rectangle(one)),
        "color": "#" + "".join(f"{round(part * 255):02X}" for part in one.colour),
        "title": one.author,
        "creationdate": made,
        "date": made,
        "flags": "print",
    }
    if one.quads:
        attributes["coords"] = ",".join(f"{edge:.2f}" for quad in one.quads for edge in quad)
    if one.kind == "ink":
        attributes["width"] = f"{one.width:.2f}"
    element = ET.SubElement(holder, _NAMES[one.kind], attributes)
    if one.contents:
        ET.SubElement(element, "contents").text = one.contents
    if one.lines:
        inks = ET.SubElement(element, "inklist")
        for line in one.lines:
            ET.SubElement(inks, "gesture").text = ";".join(f"{x:.2f},{y:.2f}" for x, y in line)


def rectangle(one: Annotation, rotation: int = 0) -> tuple[float, float, float, float]:
    """Return the box round an annotation, in user space.

    Of a note or text it reaches right and down from its tag as its reader sees the page, which
    `rotation` (of the page, clockwise, in degrees) decides.
    """
    if one.spot is not None and one.kind in {"note", "text"}:
        width, height = (TAG, TAG) if one.kind == "note" else TEXT_BOX
        right, down = sides(rotation)
        x = one.spot.x + width * right[0] + height * down[0]
        y = one.spot.y + width * right[1] + height * down[1]
        return min(x, one.spot.x), min(y, one.spot.y), max(x, one.spot.x), max(y, one.spot.y)
    places = [
        *((edge, quad[at + 1]) for quad in one.quads for at, edge in enumerate(quad) if not at % 2),
        *(place for area in one.areas for place in area),
    ]
    xs, ys = [x for x, _ in places] or [0.0], [y for _, y in places] or [0.0]
    return min(xs) - 1, min(ys) - 1, max(xs) + 1, max(ys) + 1


def sides(rotation: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return which way of user space is right and which is down on a page turned like that."""
    ways = {0: ((1, 0), (0, -1)), 90: ((0, 1), (1, 0)), 180: ((-1, 0), (0, 1))}
    return ways.get(rotation % 360, ((0, -1), (-1, 0)))
