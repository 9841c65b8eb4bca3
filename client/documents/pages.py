"""Which page is shown, and where: what a page view knows before anything is drawn. No Kivy."""

from collections.abc import Container
from dataclasses import replace

from client.documents.renderer import FailureCode, Measure, Preview, RenderJob, Tile
from client.documents.shape import Box, DocumentShape, PageShape
from client.documents.tiles import first_look, plan, tiles_of
from client.documents.viewport import ZOOMS, Fit, Viewport, text_column

Place = tuple[str, int]


class Pages:
    """A reader's place in one document after another, and the pages measured so far."""

    def __init__(self) -> None:
        self.document: DocumentShape | None = None
        self.page = 1
        self.viewport: Viewport | None = None
        """Where the page lies; None until it has been measured."""
        self.failures: dict[RenderJob, FailureCode] = {}
        self.pictured: set[Place] = set()
        """Pages that are shown as pictures of the server's."""
        self._shapes: dict[Place, PageShape] = {}
        self._heavy: dict[Place, bool] = {}
        self._columns: dict[Place, tuple[float, float] | None] = {}
        self._size = (1.0, 1.0)
        self._fit = Fit.CROPPED
        self._wanted_y: float | None = None
        self._looked: tuple[tuple[str, int, float], Tile | None] | None = None

    @property
    def fit(self) -> Fit:
        """What pages are fitted by now."""
        return self._fit

    @property
    def failure(self) -> FailureCode | None:
        """Why this page cannot be shown, if it cannot."""
        if self.document is None or self.viewport is not None:
            return None
        return self.failures.get(Preview(self.document.document, self.page))

    def show(self, document: DocumentShape, page: int, y: float) -> None:
        """Go to a place in a document: page from 1, `y` as a share of its height, 0 top."""
        if self.document != document:
            self.viewport = None
        self.document = document
        self.go(page, y)

    def go(self, page: int, y: float) -> None:
        """Go to a place in this document; past its ends is at its ends."""
        if self.document is None:
            return
        page = min(max(page, 1), self.document.pages)
        self.page, self._wanted_y = page, y
        placed = self.place(page)
        self.viewport = placed.at(y) if placed and y > 0 else placed

    def step(self, way: int) -> bool:
        """One step on or back; False at the ends of the document."""
        stepped = self.viewport.stepped(way) if self.viewport else None
        if stepped is not None:
            self.viewport = stepped
            return True
        return self.turn(way)

    def turn(self, way: int) -> bool:
        """The top of the next page or the one before; False at the ends of the document."""
        if self.document is None or not 1 <= self.page + way <= self.document.pages:
            return False
        self.go(self.page + way, 0.0)
        return True

    def resize(self, width: float, height: float) -> None:
        """The view has another size."""
        self._size = (max(1.0, width), max(1.0, height))
        if self.viewport is not None:
            self.viewport = self.viewport.resized(*self._size)

    def fit_by(self, fit: Fit) -> None:
        """Fit pages otherwise; the upper edge keeps its place."""
        self._fit = fit
        if self.viewport is not None:
            self.viewport = self.viewport.fitted(fit)

    def measured(self, job: RenderJob, shape: PageShape | None) -> bool:
        """A page has been measured, or (None) is better seen small first; True if it is shown here.

        Also what is known of it since: a preview tells where its photographs are.
        """
        place = job.document, job.page
        self._heavy.setdefault(place, shape is None or isinstance(job, Preview))
        here = self.document is not None and (self.document.document, self.page) == place
        if shape is None:
            return here
        self._shapes[place] = shape
        if not here or (self.viewport is not None and self.viewport.shape == shape):
            return False
        if self.viewport is not None:
            self.viewport = replace(self.viewport, shape=shape)
        else:
            placed = self.place(self.page)
            self.viewport = placed.at(self._wanted_y) if placed and self._wanted_y else placed
        return True

    def drawn(self, job: RenderJob, *, pictured: bool) -> None:
        """A picture of a page has come, drawn here or (`pictured`) by the server."""
        change = self.pictured.add if pictured else self.pictured.discard
        change((job.document, job.page))

    def known(self, document: str, page: int) -> bool:
        """Whether the page has been measured."""
        return (document, page) in self._shapes

    def place(self, page: int) -> Viewport | None:
        """Where a page is shown when it is turned to: its top, at the present fit and zoom."""
        if self.document is None:
            return None
        shape = self._shapes.get((self.document.document, page))
        if shape is None:
            return None
        column = self._column(self.document.document, page, shape)
        if self.viewport is not None:
            return replace(self.viewport, fit=self._fit).turned(shape, column)
        return Viewport(shape, *self._size, fit=self._fit, column=column).settled()

    def plan(self, have: Container[RenderJob] = ()) -> list[RenderJob]:
        """All that is wanted now beside what one has, most urgent first, failed jobs left out.

        Until this page is sharp, only what makes it so: nothing else is drawn beside its frame.
        """
        if self.document is None:
            return []
        name, pages, look = self.document.document, self.document.pages, self._look(have)
        heavy = self._heavy.get((name, self.page), Measure(name, self.page) in self.failures)
        jobs = plan(name, pages, self.page, self._where, look, failed=self.failures, heavy=heavy)
        wanted = [job for job in jobs if job not in have]
        if look in wanted:
            return wanted[: wanted.index(look) + 1]
        sharp = self.sharpest(have)
        if all(tile in have for tile in sharp):
            return wanted
        return [job for job in wanted if job.page == self.page] or wanted

    def sharpest(self, have: Container[RenderJob]) -> list[Tile]:
        """The tiles that show what is seen: of all the page, or the first look while it does."""
        if self.document is None or self.viewport is None:
            return []
        look = self._look(have)
        if look is not None and look in have and look.clip.holds(self.viewport.seen_clip):
            return [look]
        return tiles_of(self.document.document, self.page, self.viewport)

    def _look(self, have: Container[RenderJob]) -> Tile | None:
        """What is drawn of this page before all of it: the same part however it scrolls."""
        if self.document is None or self.viewport is None:
            return None
        name = self.document.document
        if all(tile in have for tile in tiles_of(name, self.page, self.viewport)):
            return None
        place = name, self.page, self.viewport.scale
        if self._looked is None or self._looked[0] != place:
            self._looked = place, first_look(name, self.page, self.viewport)
        return self._looked[1]

    def _where(self, page: int) -> Viewport | None:
        return self.viewport if page == self.page else self.place(page)

    def at_start(self) -> bool:
        """Nothing comes before what is seen."""
        return self.page <= 1 and (self.viewport is None or self.viewport.at_start)

    def at_end(self) -> bool:
        """Nothing comes after what is seen."""
        if self.document is None:
            return True
        return self.page >= self.document.pages and (self.viewport is None or self.viewport.at_end)

    def can_zoom(self, way: int) -> bool:
        """Whether there is a zoom step left that way."""
        if self.viewport is None:
            return False
        return self.viewport.zoom < ZOOMS[-1] if way > 0 else self.viewport.zoom > ZOOMS[0]

    def _column(self, document: str, page: int, shape: PageShape) -> tuple[float, float] | None:
        """The column of a page, settled when it is first asked for: a page never moves later."""
        if (document, page) not in self._columns:
            self._columns[document, page] = text_column(
                [
                    other.text_box
                    for (name, _), other in self._shapes.items()
                    if name == document and _alike(other, shape) and other.text_box is not None
                ]
            )
        return self._columns[document, page]


def _alike(one: PageShape, other: PageShape) -> bool:
    return abs(one.width - other.width) < 1 and abs(one.height - other.height) < 1


def sheet_box(viewport: Viewport) -> Box:
    """The sheet in the view, pixels from the view's lower left corner, y up.

    In cropped mode the paper goes on to the view's lower edge: what is cropped away is white.
    """
    (across, above), page = viewport.origin, viewport.page_clip
    y0 = viewport.height - (page.y1 - above)
    if viewport.fit is Fit.CROPPED:
        y0 = min(y0, 0.0)
    return Box(page.x0 - across, y0, page.x1 - across, viewport.height - (page.y0 - above))
