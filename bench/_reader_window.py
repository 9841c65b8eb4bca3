"""The reader's window for benches: the real page view and render process.

Imported after Kivy's settings are made, and never by the render process.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics.opengl import glFinish
from kivy.uix.floatlayout import FloatLayout

from client.documents.process_renderer import ProcessRenderer
from client.documents.shape import DocumentShape
from client.ink.marks import Stroke, on_page
from client.ink.notebook import Maker, Notebook
from client.ink.packing import Point, pack
from client.widgets.frame import attend, lighten
from client.widgets.look import Look
from client.widgets.page_view import PageView

PAGE = (1136, 700)
PATIENCE, INK_PATIENCE = 30, 240
"""Seconds; ink is drawn in what a frame has to spare."""
RIGHT, LEFT = 275, 276


class Bench(Look, App):  # type: ignore[misc]
    """Only a look and a page."""

    def __init__(self, root: Any) -> None:
        super().__init__()
        self._root = root

    def build(self) -> Any:
        """Return the page."""
        self.wear()
        return self._root


class Glass:
    """A page view in a window, and when its frames were done."""

    def __init__(self, renderer: ProcessRenderer) -> None:
        self.renderer = renderer
        self.root = FloatLayout()
        self.app = Bench(self.root)
        App._running_app = self.app  # noqa: SLF001  widgets read their look from it
        self.view = PageView(renderer=renderer, size_hint=(None, None), size=PAGE, pos=(72, 50))
        self.root.add_widget(self.view)
        self.frames: list[tuple[float, bool]] = []
        self.costs: list[float] = []
        """Seconds from the first instruction of each frame until it was drawn."""
        self._begun = 0.0
        Window.bind(on_draw=self._drawing, on_flip=self._flipped)
        lighten(Window)
        self._attending = asyncio.ensure_future(attend())
        self._moving: Any = None

    def _drawing(self, *_args: object) -> None:
        self._begun = time.perf_counter()

    def _flipped(self, *_args: object) -> None:
        glFinish()  # asked for is not drawn
        now = time.perf_counter()
        self.costs.append(now - self._begun)
        self.frames.append((now, bool(self.view.sharp)))

    def restless(self, *, on: bool) -> None:
        """Draw a frame whenever there can be one."""
        if self._moving is not None:
            self._moving.cancel()
            self._moving = None
        if on:
            self._moving = Clock.schedule_interval(lambda _dt: self.root.canvas.ask_update(), 0)

    async def open(self, name: str, path: Path) -> DocumentShape:
        """Open a file."""
        found = await self.renderer.open(name, path)
        if not isinstance(found, DocumentShape):
            raise TypeError(f"{path.name}: {found.code}")
        return found

    async def sharp_after(self, begun: float) -> tuple[float, int]:
        """Wait for the first sharp frame; milliseconds since `begun`, and frames until then."""
        first = len(self.frames)
        async with self._patience():
            while True:
                for number, (at, sharp) in enumerate(self.frames[first:], 1):
                    if sharp and at > begun:
                        return (at - begun) * 1000, number
                await asyncio.sleep(0.001)

    async def ready(self) -> None:
        """Wait until nothing more is prepared."""
        still = 0
        async with self._patience():
            while still < 5:
                await asyncio.sleep(0.01)
                busy = self.renderer.busy or not self.view.sharp or self.view.supply.waits
                still = 0 if busy else still + 1

    async def inked(self) -> None:
        """Wait until all ink of the page is drawn."""
        async with self._patience(INK_PATIENCE):
            while self.view.ink.busy:  # noqa: ASYNC110  frames go by meanwhile
                await asyncio.sleep(0.01)

    @asynccontextmanager
    async def _patience(self, seconds: float = PATIENCE) -> AsyncIterator[None]:
        """Wait so long and no longer: a page that fails is told, not waited for."""
        try:
            async with asyncio.timeout(seconds):
                yield
        except TimeoutError as late:
            view = self.view
            where = f"page {view.page}, {view.state}, {view.failure or view.partly or 'no failure'}"
            raise TimeoutError(f"the page was not ready in {seconds} s: {where}") from late

    async def frame_times(self, seconds: float) -> list[float]:
        """Milliseconds that each frame took to draw, while something is always moving."""
        self.restless(on=True)
        first = len(self.costs)
        await asyncio.sleep(seconds)
        self.restless(on=False)
        return [cost * 1000 for cost in self.costs[first:]]


def scribbles(document: str, page: int, count: int, points: int) -> Notebook:
    """A notebook with that many strokes on one page."""
    chance = random.Random(7)  # noqa: S311  ink, not a secret
    book = Notebook(Maker("p07", "d7", lambda: 1_700_000_000_000))
    for _ in range(count // 500):
        strokes = {}
        for _ in range(500):
            x, y = chance.uniform(80, 500), chance.uniform(80, 760)
            line = [
                Point(x + s * 1.2, y + chance.uniform(-4, 4), -1.0, s * 8) for s in range(points)
            ]
            stroke = Stroke(book.new_id(), pack(line))
            strokes[stroke.id] = stroke
        book.add(book.make("ink", {document: on_page(page)}, strokes=strokes))
    return book


async def show(path: Path) -> None:
    """Show a file and turn its pages by the arrow keys, until the window is closed."""
    renderer = ProcessRenderer(niceness=0)
    glass = Glass(renderer)

    def key(_window: Any, code: int, *_rest: object) -> bool:
        return code in {RIGHT, LEFT} and glass.view.turn(1 if code == RIGHT else -1)

    Window.bind(on_keyboard=key)
    running = asyncio.ensure_future(glass.app.async_run("asyncio"))
    glass.view.show(await glass.open("paper", path))
    await running
    await renderer.close()
