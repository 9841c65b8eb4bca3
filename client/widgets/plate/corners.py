"""Rounded grounds as small stretchable pictures: straight edges sharp, corners soft, any GPU."""

from functools import lru_cache
from math import hypot
from typing import Any

from kivy.graphics.texture import Texture

Radii = tuple[int, int, int, int]
"""Top left, top right, bottom right, bottom left, in pixels."""


def coverage(radii: Radii) -> tuple[int, bytes]:
    """The side of the picture and, row by row from the bottom, how much of each pixel is ground."""
    half = max(*radii, 1) + 1
    side = 2 * half
    top_left, top_right, bottom_right, bottom_left = radii
    rows = bytearray()
    for y in range(side):
        for x in range(side):
            if y < half:
                radius = bottom_left if x < half else bottom_right
            else:
                radius = top_left if x < half else top_right
            rows.append(_pixel(min(x, side - 1 - x), min(y, side - 1 - y), radius))
    return side, bytes(rows)


def _pixel(from_side: int, from_end: int, radius: int) -> int:
    """0..255 for the pixel that far from both edges of its corner."""
    across, along = radius - from_side - 0.5, radius - from_end - 0.5
    if across <= 0 or along <= 0:
        return 255
    return round(255 * min(1.0, max(0.0, radius - hypot(across, along) + 0.5)))


@lru_cache(maxsize=128)
def rounded(radii: Radii) -> tuple[Any, int]:
    """A white texture with those corners, and the border at which a BorderImage stretches it."""
    side, alpha = coverage(radii)
    pixels = bytearray(b"\xff" * (4 * len(alpha)))
    pixels[3::4] = alpha
    texture = Texture.create(size=(side, side), colorfmt="rgba")
    texture.blit_buffer(bytes(pixels), colorfmt="rgba", bufferfmt="ubyte")
    return texture, side // 2 - 1
