"""What becomes of a file: a paper, or a :class:`server.protocol.refusals.Refusal`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Accepted:
    """A paper that was read, flattened and may be filed.

    ``page_sizes`` are width and height in points as shown (rotation applied). ``removed`` names
    what the view copy no longer holds (``javascript``, ``embedded_files``, ``xfa``, ``actions``,
    ``rich_media``, ``signatures_flattened``), so that the secretary can be told.
    ``rasterised`` are the page numbers, from 1, that were replaced by a picture of themselves.
    """

    original_sha256: str
    original_bytes: int
    view_sha256: str
    view_bytes: int
    pages: int
    page_sizes: tuple[tuple[float, float], ...]
    title: str | None = None
    removed: tuple[str, ...] = ()
    rasterised: tuple[int, ...] = ()
