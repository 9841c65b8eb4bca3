"""The pictures of pages: asked for, come, on the graphics card while there is room for them."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from kivy.clock import Clock

from client.documents.pages import Pages
from client.documents.renderer import (
    Clip,
    Measure,
    Preview,
    Rendered,
    Renderer,
    RenderFailure,
    Tile,
)
from client.documents.tiles import Cache
from client.documents.viewport import Viewport
from client.widgets.frame import draw_now
from client.widgets.page_view.boxes import clip_box
from client.widgets.page_view.paint import Placed
from client.widgets.page_view.textures import Picture, Pool

Result = Rendered | RenderFailure


class Supply:
    """What a page view is drawn from.

    `came` hears of every result, `ready` of every page that has a new picture. One picture a frame
    is uploaded, what is seen now first; `kept` holds those on the card.
    """

    def __init__(
        self, pages: Pages, came: Callable[[Result], None], ready: Callable[[int], None]
    ) -> None:
        self._pages = pages
        self._came = came
        self._ready = ready
        self._renderer: Renderer | None = None
        self._pool = Pool()
        self.kept: Cache[Picture] = Cache(self._pool.take_back)
        self._waiting: deque[Rendered] = deque()
        self._upload_next = Clock.create_trigger(self._upload, 0)

    @property
    def waits(self) -> bool:
        """Pictures have come that are not on the card yet."""
        return bool(self._waiting)

    def want(self, renderer: Renderer | None) -> None:
        """Ask for all that is needed at this place and not here yet."""
        self._renderer = renderer
        if renderer is not None:
            have = {*self.kept.jobs(), *(rendered.job for rendered in self._waiting)}
            renderer.want(self, self._pages.plan(have), self.deliver)

    def forget(self, renderer: Renderer | None) -> None:
        """Want nothing, and drop what has come; what is on the card stays."""
        self._renderer = None
        if renderer is not None:
            renderer.want(self, (), self.deliver)
        for rendered in self._waiting:
            rendered.release()
        self._waiting.clear()

    def deliver(self, result: Result) -> None:
        """Take what the renderer has to give; what makes the page sharp is on the glass with it."""
        if not isinstance(result, Rendered) or isinstance(result.job, Measure):
            if isinstance(result, Rendered):
                result.release()
            self._came(result)
            return
        blurred = self.sharp() is None
        self._waiting.append(result)
        self._came(result)
        if blurred and isinstance(result.job, Tile) and result.job.page == self._pages.page:
            self._upload(0)
            if self.sharp() is not None:
                draw_now()
            self.want(self._renderer)
        elif self._waiting:
            self._upload_next()

    def _upload(self, _dt: float) -> None:
        if not self._waiting:
            return
        rendered = min(self._waiting, key=self._urgency)
        self._waiting.remove(rendered)
        picture = self._pool.picture(rendered)
        if picture is not None:
            self.kept.put(rendered.job, picture, picture.size)
            self._ready(rendered.job.page)
        if self._waiting:
            self._upload_next()

    def _urgency(self, rendered: Rendered) -> tuple[bool, bool]:
        """Sort by: the page on the glass first, what is sharp before its small picture."""
        job = rendered.job
        return job.page != self._pages.page, isinstance(job, Preview)

    def sharp(self) -> list[Tile] | None:
        """The tiles that show the place sharply; None while some of them, or the place, lack."""
        if self._pages.viewport is None:
            return None
        tiles = self._pages.sharpest(self.kept)
        return tiles if all(tile in self.kept for tile in tiles) else None

    def small(self, view: Any, preview: Preview, viewport: Viewport) -> list[Placed]:
        """The page's small picture, as large as the page in the view; nothing if it is not here."""
        picture = self.kept.get(preview)
        if picture is None:
            return []
        picture.scaled(exact=False)
        shape, scale = viewport.shape, viewport.scale
        whole = Clip(0, 0, round(shape.width * scale), round(shape.height * scale))
        return [Placed(picture.shown, clip_box(view, whole, 1.0, viewport))]

    def placed(self, view: Any, tiles: Iterable[Tile], viewport: Viewport) -> list[Placed]:
        """Those of the tiles that are here, where they lie in the view."""
        found = []
        for tile in tiles:
            picture = self.kept.get(tile)
            if picture is not None:
                ratio = viewport.scale / tile.scale
                picture.scaled(exact=ratio == 1.0)
                found.append(Placed(picture.shown, clip_box(view, tile.clip, ratio, viewport)))
        return found
