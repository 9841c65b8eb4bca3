"""Which pictures on a page are photographs, and which are scans of type or drawings. Pure."""

from client.documents.renderer import Clip
from client.documents.shape import Box

SMALLEST = 24.0
"""Points; a picture smaller than this in any direction is a mark, not a photograph."""
SAMPLES = 40
"""Looked at across and down."""
TONED = 0.3
"""From this share of pixels between light and dark on, it is a photograph."""
DARK, LIGHT = 50, 215
BYTES_A_PIXEL = 4


def toned(pixels: memoryview, clip: Clip, box: Box, scale: float) -> bool:
    """Say whether a box (sheet points) of a page drawn at `scale` as RGBX shows a photograph."""
    if box.width < SMALLEST or box.height < SMALLEST:
        return False
    x0, y0 = max(0, round(box.x0 * scale)), max(0, round(box.y0 * scale))
    x1, y1 = min(clip.width, round(box.x1 * scale)), min(clip.height, round(box.y1 * scale))
    seen = between = 0
    for y in range(y0, y1, max(1, (y1 - y0) // SAMPLES)):
        for x in range(x0, x1, max(1, (x1 - x0) // SAMPLES)):
            at = (y * clip.width + x) * BYTES_A_PIXEL
            red, green, blue = pixels[at], pixels[at + 1], pixels[at + 2]
            light = (2126 * red + 7152 * green + 722 * blue) // 10_000
            seen += 1
            between += DARK < light < LIGHT
    return bool(seen) and between >= TONED * seen
