"""Ink over a page: what is finished as one picture, what is being written above it.

The page itself is never drawn again for ink, and ink never for the page: three layers.
"""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kivy.clock import Clock
from kivy.graphics import Color, InstructionGroup, Rectangle
from kivy.metrics import dp

from client.documents.renderer import Clip
from client.documents.shape import Box
from client.documents.viewport import Viewport
from client.ink.marks import Mark, drawable
from client.ink.notebook import Change
from client.ink.shown import Marked
from client.theme import Theme
from client.widgets.ink_layer.bake import Bake, Drawing, multiplied, normal, premultiplied
from client.widgets.ink_layer.colours import ink_colour, page_theme, text_mark
from client.widgets.ink_layer.outline import outline
from client.widgets.ink_layer.place import Placing, region_of
from client.widgets.ink_layer.wet import Wet

__all__ = ["InkLayer", "Seen"]

FRAME_SECONDS = 0.008
"""How much of a frame drawing finished ink may take; the rest goes on in the next one."""
SHOW_EVERY = 12
"""Frames after which more of a page with very much ink is shown."""
KEPT_BYTES = 48 << 20


class Seen(NamedTuple):
    """What lies on the glass now, and where: `box` in window pixels."""

    document: str
    page: int
    viewport: Viewport
    box: Box


class _Key(NamedTuple):
    document: str
    page: int
    scale: float
    region: Clip
    dark: bool


class _Todo(NamedTuple):
    mark: Mark
    stroke: str
    """Empty: everything of the mark."""


@dataclass(slots=True)
class _Page:
    bake: Bake
    placing: Placing
    marks: dict[str, Mark] = field(default_factory=dict)
    """As they are drawn, or will be once `todo` is empty."""
    todo: deque[_Todo] = field(default_factory=deque)


class InkLayer:
    """Shows the marks of a notebook on the page that a view shows.

    `finished` is what is drawn of them, `wet` what is drawn above. `outlined`: each mark with
    dashes round it, as those that others show.
    """

    def __init__(self, *, outlined: bool = False) -> None:
        self._outlined = outlined
        self.finished = InstructionGroup()
        self.wet = Wet()
        self._notebook: Marked | None = None
        self._unlisten: Callable[[], None] = lambda: None
        self._pages: OrderedDict[_Key, _Page] = OrderedDict()
        self._seen: Seen | None = None
        self._theme: Theme | None = None
        self._dark = False
        self._rounds = 0
        self._go_on = Clock.create_trigger(self._more, 0)

    @property
    def busy(self) -> bool:
        """Something of the page on the glass is not drawn yet."""
        page = self._page()
        return page is not None and bool(page.todo)

    @property
    def seen(self) -> Seen | None:
        """What lies on the glass now."""
        return self._seen

    @property
    def notebook(self) -> Marked | None:
        """Whose marks are shown."""
        return self._notebook

    def use(self, notebook: Marked | None) -> None:
        """Show the marks of another notebook; None shows none."""
        if notebook is self._notebook:
            return
        self._unlisten()
        self._notebook = notebook
        self._unlisten = notebook.listen(self._changed) if notebook else lambda: None
        self._pages.clear()
        self._show()

    def wear(self, theme: Theme, *, keep_light: bool) -> None:
        """The colours of ink; on a page that stays light they are those of the day."""
        self._theme, self._dark = theme, theme.dark and not keep_light

    def place(self, seen: Seen | None) -> None:
        """The page lies there now."""
        self._seen = seen
        self._show()

    def close(self) -> None:
        """Let go of everything."""
        self.use(None)
        self.place(None)
        self.wet.clear()

    # ---- drawing ---------------------------------------------------------------------------------

    def _key(self) -> _Key | None:
        seen = self._seen
        if seen is None:
            return None
        region = region_of(seen.viewport)
        return _Key(seen.document, seen.page, seen.viewport.scale, region, self._dark)

    def _page(self) -> _Page | None:
        key = self._key()
        return self._pages.get(key) if key is not None else None

    def _show(self) -> None:
        self.finished.clear()
        key, seen = self._key(), self._seen
        if key is None or seen is None or self._notebook is None or self._theme is None:
            return
        page = self._pages.get(key)
        if page is None:
            page = self._new(key, seen)
            self._bake(page)
        self._pages.move_to_end(key)
        self._compose(key, page, seen)

    def _new(self, key: _Key, seen: Seen) -> _Page:
        assert self._notebook is not None  # noqa: S101 - asked by `_show`
        placing = Placing.of(seen.viewport.shape, key.scale, key.region)
        page = _Page(Bake(key.region, dark=key.dark), placing)
        for mark in self._notebook.on_page(key.document, key.page):
            page.marks[mark.id] = mark
            page.todo.extend(_parts(mark, key.document))
        self._pages[key] = page
        while len(self._pages) > 1 and self._size() > KEPT_BYTES:
            self._pages.popitem(last=False)
        return page

    def _size(self) -> int:
        return sum(page.bake.size for page in self._pages.values())

    def _bake(self, page: _Page) -> None:
        """Draw what waits, for a part of a frame."""
        if not page.todo or self._seen is None or self._theme is None:
            return
        end, drawing = time.perf_counter() + FRAME_SECONDS, Drawing()
        while page.todo and time.perf_counter() < end:
            todo = page.todo.popleft()
            self._draw(todo, page, drawing, self._seen)
        page.bake.add(drawing)
        if page.todo:
            self._go_on()

    def _draw(self, todo: _Todo, page: _Page, drawing: Drawing, seen: Seen) -> None:
        mark, theme = todo.mark, self._theme
        assert theme is not None  # noqa: S101 - asked by `_bake`
        target = mark.on(seen.document, seen.page)
        if target is None:
            return
        highlighter = mark.tool == "highlighter"
        width = mark.width * page.placing.scale
        if mark.kind == "ink":
            stroke = mark.strokes.get(todo.stroke)
            if stroke is None:
                lines = mark.drawn_on(seen.document, seen.page)
            else:  # never all of a mark for each of its strokes
                lines = (drawable(stroke),) if seen.page == target.page else ()
            colour = ink_colour(theme, mark.colour, dark=self._dark, highlighter=highlighter)
            for line in lines:
                ribbon = drawing.ribbon(colour, highlighter=highlighter)
                ribbon.stroke(page.placing.dots(line), width, even=highlighter)
        else:
            quads = target.quads_on(seen.page)
            text_mark(drawing, mark, quads, page.placing, theme, dark=self._dark)
        if self._outlined and todo.stroke in {"", *list(mark.strokes)[-1:]}:
            where, colour = (seen.document, seen.page), page_theme(theme, dark=self._dark).blu
            outline(drawing, mark, where, page.placing, colour=colour, unit=dp(1))

    def _more(self, _elapsed: float) -> None:
        page = self._page()
        if page is None:
            return
        self._bake(page)
        self._rounds += 1
        if not page.todo or self._rounds % SHOW_EVERY == 0:
            self._show()

    def _compose(self, key: _Key, page: _Page, seen: Seen) -> None:
        """Lay the pictures over the page: while they are not done, the last ones that were."""
        shown, ratio = page, 1.0
        if page.todo:
            done = [
                (one, held)
                for one, held in self._pages.items()
                if (one.document, one.page, one.dark) == (key.document, key.page, key.dark)
                and not held.todo
            ]
            if done:
                shown, ratio = done[-1][1], key.scale / done[-1][0].scale
        box = _box(shown.bake.region, ratio, seen)
        if shown.bake.highlighters is not None:
            self._lay(shown.bake.highlighters, box, seen.box, multiplied(dark=key.dark))
        if shown.bake.pens is not None:
            self._lay(shown.bake.pens, box, seen.box, premultiplied())

    def _lay(self, texture: Any, box: Box, within: Box, blending: Any) -> None:
        x0, y0 = max(box.x0, within.x0), max(box.y0, within.y0)
        x1, y1 = min(box.x1, within.x1), min(box.y1, within.y1)
        if x0 >= x1 or y0 >= y1:
            return
        u0, u1 = (x0 - box.x0) / box.width, (x1 - box.x0) / box.width
        v0, v1 = (y0 - box.y0) / box.height, (y1 - box.y0) / box.height
        for instruction in (
            Color(1, 1, 1, 1),
            blending,
            Rectangle(
                texture=texture,
                pos=(x0, y0),
                size=(x1 - x0, y1 - y0),
                tex_coords=(u0, v0, u1, v0, u1, v1, u0, v1),
            ),
            normal(),
        ):
            self.finished.add(instruction)

    # ---- changes ---------------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        """Draw what was added; draw a page anew from which something has gone."""
        touched = set(change.pages)
        for key in [key for key in self._pages if (key.document, key.page) in touched]:
            if not self._added(key, self._pages[key], change):
                self._anew(key)
        page = self._page()
        if page is not None:
            self._bake(page)
        self._show()

    def _added(self, key: _Key, page: _Page, change: Change) -> bool:
        """Note only what is new; False if that is not all."""
        assert self._notebook is not None  # noqa: S101 - its listener is called
        for name in change.marks:
            before, after = page.marks.get(name), self._notebook.get(name)
            here = after if after is not None and after.on(key.document, key.page) else None
            if before is None:
                if here is not None:
                    page.marks[name] = here
                    page.todo.extend(_parts(here, key.document))
            elif here is None or self._outlined or not _grown(before, here):
                return False
            else:
                page.marks[name] = here
                fresh = [stroke for stroke in here.strokes if stroke not in before.strokes]
                page.todo.extend(_Todo(here, stroke) for stroke in fresh)
        return True

    def _anew(self, key: _Key) -> None:
        """Make the picture again; of a page not seen now, when it is."""
        seen = self._seen
        if seen is None or key != self._key():
            del self._pages[key]
            return
        old = self._pages.pop(key)
        page = self._new(key, seen)
        self._bake(page)
        if page.todo and not old.todo:
            self._pages[key._replace(scale=key.scale + 1e-9)] = old  # shown until it is done
            self._pages.move_to_end(key)


def _parts(mark: Mark, document: str) -> list[_Todo]:
    """A mark in pieces that are quickly drawn: stroke by stroke, unless its ink was carried."""
    target = mark.targets.get(document)
    if mark.kind != "ink" or target is None or target.moves:
        return [_Todo(mark, "")]
    return [_Todo(mark, stroke) for stroke in mark.strokes]


def _grown(before: Mark, after: Mark) -> bool:
    """Whether nothing but strokes has come to a mark."""
    if (before.colour, before.width, before.tool) != (after.colour, after.width, after.tool):
        return False
    same = before.targets == after.targets
    moved = any(target.moves for target in after.targets.values())
    return same and not moved and before.strokes.keys() <= after.strokes.keys()


def _box(region: Clip, ratio: float, seen: Seen) -> Box:
    across, above = seen.viewport.origin
    return Box(
        seen.box.x0 + region.x0 * ratio - across,
        seen.box.y1 + above - region.y1 * ratio,
        seen.box.x0 + region.x1 * ratio - across,
        seen.box.y1 + above - region.y0 * ratio,
    )
