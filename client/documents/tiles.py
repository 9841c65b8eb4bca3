"""Which tiles a view needs, in which order, and which of them are kept. Pure."""

import itertools
from collections import OrderedDict
from collections.abc import Callable, Container, Iterator
from typing import Generic, TypeVar

from client.documents.renderer import TILE_PIXELS, Clip, Measure, Preview, RenderJob, Tile
from client.documents.viewport import Viewport

SIDE = 512
"""Edge of the tiles of a page that is too large to be one tile."""
FAR_LESS = 1.5
"""A page this many times as large as what is seen of it is looked at first, then drawn whole."""
CACHE_BYTES = 80 << 20
NEIGHBOURS = (1, -1, 2)
"""The pages made ready beside the one that is read, likeliest first."""

Kept = TypeVar("Kept")


def grid(page: Clip, seen: Clip) -> list[Clip]:
    """The parts of `page` to be drawn so that `seen` is covered: one, or squares of a fixed grid.

    A page that fits in one tile is drawn whole, so that scrolling it draws nothing anew.
    """
    if page.pixels <= TILE_PIXELS:
        return [page]
    if not seen.pixels or seen.width <= 0:
        return []
    rows = range((seen.y0 - page.y0) // SIDE, -((page.y0 - seen.y1) // SIDE))
    columns = range((seen.x0 - page.x0) // SIDE, -((page.x0 - seen.x1) // SIDE))
    return [_square(page, column, row) for row in rows for column in columns]


def _square(page: Clip, column: int, row: int) -> Clip:
    x, y = page.x0 + column * SIDE, page.y0 + row * SIDE
    return Clip(x, y, min(x + SIDE, page.x1), min(y + SIDE, page.y1))


def tiles_of(document: str, page: int, viewport: Viewport) -> list[Tile]:
    """The tiles that show `viewport` sharply."""
    scale = viewport.scale
    clips = grid(viewport.page_clip, viewport.seen_clip)
    return [Tile(document, page, scale, clip) for clip in clips]


def first_look(document: str, page: int, viewport: Viewport) -> Tile | None:
    """What is seen of a page that is one tile, where that is far less: sharp so much sooner."""
    seen, tiles = viewport.seen_clip, tiles_of(document, page, viewport)
    if len(tiles) != 1 or seen.width <= 0 or seen.height <= 0:
        return None
    if seen.pixels * FAR_LESS > tiles[0].clip.pixels:
        return None
    return Tile(document, page, viewport.scale, seen)


def plan(
    document: str,
    pages: int,
    page: int,
    place: Callable[[int], Viewport | None],
    look: Tile | None = None,
    *,
    failed: Container[RenderJob] = (),
    heavy: bool = False,
) -> Iterator[RenderJob]:
    """All that a reader at `page` may need next, most urgent first, but what has `failed`.

    `place` gives where a page would be shown, or None while it has not been measured, and nothing
    else is drawn before that. `look` is drawn before its whole page. A `heavy` page takes time: it
    is measured by its preview, which is seen while the rest is drawn.
    """
    for job in _here(document, page, place, look, heavy=heavy):
        if job not in failed:
            yield job
    if place(page) is None and Preview(document, page) not in failed:
        return
    near = [page + way for way in NEIGHBOURS if 1 <= page + way <= pages]
    beside = [Preview(document, number) for number in near]
    for job in itertools.chain(beside, *(_sharp(document, number, place) for number in near)):
        if job not in failed:
            yield job


def _here(
    document: str,
    page: int,
    place: Callable[[int], Viewport | None],
    look: Tile | None,
    *,
    heavy: bool,
) -> Iterator[RenderJob]:
    if place(page) is None and not heavy:
        yield Measure(document, page)
        return
    sharp = [*([look] if look is not None else []), *_sharp(document, page, place)]
    preview = Preview(document, page)
    yield from [preview, *sharp] if heavy else [*sharp[:1], preview, *sharp[1:]]


def _sharp(
    document: str, page: int, place: Callable[[int], Viewport | None]
) -> Iterator[RenderJob]:
    viewport = place(page)
    if viewport is not None:
        yield from tiles_of(document, page, viewport)


class Cache(Generic[Kept]):
    """Keeps what was used last, up to a number of bytes; hands what it gives up to `drop`."""

    def __init__(self, drop: Callable[[Kept], None], limit: int = CACHE_BYTES) -> None:
        self._drop = drop
        self._limit = limit
        self._kept: OrderedDict[RenderJob, tuple[Kept, int]] = OrderedDict()
        self.size = 0

    def __contains__(self, job: object) -> bool:
        return job in self._kept

    def __len__(self) -> int:
        return len(self._kept)

    def jobs(self) -> list[RenderJob]:
        """What is kept, longest unused first."""
        return list(self._kept)

    def get(self, job: RenderJob) -> Kept | None:
        """What is kept under this name; it counts as used now."""
        found = self._kept.get(job)
        if found is None:
            return None
        self._kept.move_to_end(job)
        return found[0]

    def put(self, job: RenderJob, kept: Kept, size: int) -> None:
        """Keep something of `size` bytes; the longest unused goes when there is too much."""
        old = self._kept.pop(job, None)
        if old is not None:
            self.size -= old[1]
            self._drop(old[0])
        self._kept[job] = (kept, size)
        self.size += size
        while self.size > self._limit and len(self._kept) > 1:
            _, (gone, freed) = self._kept.popitem(last=False)
            self.size -= freed
            self._drop(gone)

    def clear(self) -> None:
        """Give up everything."""
        while self._kept:
            _, (gone, _size) = self._kept.popitem()
            self._drop(gone)
        self.size = 0
