"""Small grey pictures of pages, to compare pages that have no words."""

import asyncio
from collections.abc import Sequence
from typing import Any

from client.documents.renderer import Preview, Rendered, RenderFailure

SPOTS = 3
"""Samples on each side of a cell."""


async def thumbnails(
    app: Any, document: str, pages: Sequence[int], across: int = 24, down: int = 24
) -> dict[int, bytes]:
    """Return grey pictures of `across` by `down` cells of pages (from 0); failed ones are left out.

    The document is opened if it is not open yet.
    """
    if not pages or isinstance(await app.open_paper(document), RenderFailure):
        return {}
    found: dict[int, bytes] = {}
    left = set(pages)
    done = asyncio.get_running_loop().create_future()

    def deliver(result: Rendered | RenderFailure) -> None:
        page = result.job.page - 1 if result.job is not None else -1
        if isinstance(result, Rendered):
            found[page] = _grey(result, across, down)
            result.release()
        left.discard(page)
        if not left and not done.done():
            done.set_result(None)

    view = object()
    app.renderer.want(view, [Preview(document, page + 1) for page in pages], deliver)
    try:
        async with asyncio.timeout(5.0 * len(pages)):
            await done
    except TimeoutError:
        app.renderer.want(view, [], deliver)
    return found


def _grey(picture: Rendered, across: int, down: int) -> bytes:
    pixels, width, height = picture.pixels, picture.width, picture.height
    made = bytearray()
    for row in range(down):
        rows = [_spot(row, step, down, height) for step in range(SPOTS)]
        for column in range(across):
            columns = [_spot(column, step, across, width) for step in range(SPOTS)]
            total = sum(pixels[4 * (y * width + x) + 1] for y in rows for x in columns)
            made.append(total // SPOTS**2)
    return bytes(made)


def _spot(cell: int, step: int, cells: int, extent: int) -> int:
    return min(extent - 1, int((cell + (step + 0.5) / SPOTS) * extent / cells))
