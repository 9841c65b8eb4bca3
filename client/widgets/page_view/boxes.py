"""From pixels and points of a page to the window in which a view shows it."""

from typing import Any

from client.documents.renderer import Clip
from client.documents.shape import Box
from client.documents.viewport import Viewport


def moved(box: Box, x: float, y: float) -> Box:
    """A box so much further right and up."""
    return Box(box.x0 + x, box.y0 + y, box.x1 + x, box.y1 + y)


def clip_box(view: Any, clip: Clip, ratio: float, viewport: Viewport) -> Box:
    """Pixels of the page, drawn at some scale, in the window; `ratio` to the present scale."""
    return sheet_part(view, Box(*(edge * ratio for edge in clip)), viewport, 1.0)


def sheet_part(view: Any, box: Box, viewport: Viewport, scale: float = 0.0) -> Box:
    """A box in sheet points (times `scale`, if that is given) in the window."""
    (across, above), scale = viewport.origin, scale or viewport.scale
    return Box(
        view.x + box.x0 * scale - across,
        view.top + above - box.y1 * scale,
        view.x + box.x1 * scale - across,
        view.top + above - box.y0 * scale,
    )
