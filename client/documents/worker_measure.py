"""Where something is printed on a page, found by the first engine. In the render process only.

What a page draws has bounds that are found without drawing it; only where they reach the page's
edges (a scan, a white ground) must the print be looked for among the pixels of a small picture.
"""

from typing import Any

import pymupdf

from client.documents.renderer import Clip
from client.documents.shape import Box, PageShape

ENGINE: Any = pymupdf  # it ships no types
BYTES_A_PIXEL = 4
EDGE = 0.02
"""Print nearer to an edge than this share of the page reaches it: a scan, not a text block."""
LIGHT_BYTES, LIGHT_PIXELS = 64 << 10, 12_000_000
"""A page with no more instructions (packed) and pixels of pictures than these is drawn at once."""


def light(page: Any) -> bool:
    """Say whether a page is drawn in a moment, by what the file says of its contents."""
    document = page.parent
    try:
        lengths = [document.xref_get_key(xref, "Length") for xref in page.get_contents()]
        pictures = page.get_images()
    except Exception:  # noqa: BLE001  what is wrong with a file is found out by drawing it
        return False
    packed = sum(int(value) if kind == "int" else LIGHT_BYTES + 1 for kind, value in lengths)
    pixels = sum(one[2] * one[3] for one in pictures)
    return packed <= LIGHT_BYTES and pixels <= LIGHT_PIXELS


def bounds(pages: Any, shape: PageShape) -> Box | None:
    """Return what a display list draws, in sheet points; None if it reaches the page's edges."""
    mupdf = ENGINE.mupdf
    found = mupdf.FzRect(mupdf.FzRect.Fixed_EMPTY)
    device = mupdf.fz_new_bbox_device(found)
    everywhere = mupdf.FzRect(mupdf.FzRect.Fixed_INFINITE)
    mupdf.fz_run_display_list(pages.this, device, mupdf.FzMatrix(), everywhere, mupdf.FzCookie())
    mupdf.fz_close_device(device)
    return within(Box(found.x0, found.y0, found.x1, found.y1), shape.width, shape.height)


def within(box: Box, width: float, height: float) -> Box | None:
    """Return the box if it is one and keeps clear of the edges of so large a page."""
    across, down = width * EDGE, height * EDGE
    clear = box.x0 >= across and box.y0 >= down
    clear = clear and box.x1 <= width - across and box.y1 <= height - down
    return box if clear and box.width > 0 and box.height > 0 else None


def printed(pixels: memoryview, clip: Clip, scale: float) -> Box | None:
    """Return the smallest rectangle round all that is not white, as `bounds` does.

    `pixels`: the whole page, `clip`, drawn at `scale` as RGBX.
    """
    stride = clip.width * BYTES_A_PIXEL
    white = b"\xff" * stride
    rows = [bytes(pixels[y * stride : (y + 1) * stride]) for y in range(clip.height)]
    inked = [y for y, row in enumerate(rows) if row != white]
    if not inked:
        return None
    left = min(stride - len(rows[y].lstrip(b"\xff")) for y in inked) // BYTES_A_PIXEL
    right = max(len(rows[y].rstrip(b"\xff")) for y in inked) // BYTES_A_PIXEL + 1
    found = within(Box(left, inked[0], right, inked[-1] + 1), clip.width, clip.height)
    return Box(*(edge / scale for edge in found)) if found is not None else None
