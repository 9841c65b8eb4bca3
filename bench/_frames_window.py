"""The window that the frames bench looks at; imported once Kivy has been told to need no screen."""

import asyncio
import statistics
import time
from pathlib import Path
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics.opengl import glFinish
from kivy.uix.floatlayout import FloatLayout

from client.documents.process_renderer import ProcessRenderer
from client.documents.shape import DocumentShape
from client.widgets.icon import Icon
from client.widgets.look import Look
from client.widgets.page_view import PageView


def p99(intervals: list[float]) -> float:
    """The 99th percentile in milliseconds."""
    return statistics.quantiles(intervals, n=100)[98] * 1000


class Scene:
    """The window: a page view, and a mark that never stands still."""

    def __init__(self, renderer: ProcessRenderer) -> None:
        self.renderer = renderer
        self.view = PageView(
            renderer=renderer, size_hint=(None, None), size=(856, 548), pos=(344, 100)
        )
        self.root = FloatLayout()
        self.root.add_widget(self.view)
        self.root.add_widget(Icon(name="loader-2", spin=True))
        self.frames: list[float] = []
        Window.bind(on_flip=self._flipped)
        Clock.schedule_interval(lambda _dt: self.root.canvas.ask_update(), 0)

    def _flipped(self, *_args: object) -> None:
        # Without a screen nothing holds back a program that asks for frames faster than they can
        # be drawn: wait for the drawing itself, or the figures are of asking.
        glFinish()
        self.frames.append(time.perf_counter())

    async def spell(self, seconds: float, *, busy: bool) -> tuple[float, float]:
        """The 99th percentile over one spell, and the share of frames with a page being drawn."""
        self.frames.clear()
        end, turns, drawing = time.monotonic() + seconds, 0, 0
        while time.monotonic() < end:
            await asyncio.sleep(0.02)
            turns += 1
            drawing += self.renderer.busy
            if busy and not self.renderer.busy:
                self.view.turn(1)
        pairs = zip(self.frames, self.frames[1:], strict=False)
        return p99([after - before for before, after in pairs]), drawing / turns

    async def settle(self) -> None:
        """Wait until nothing is drawn any more."""
        while self.renderer.busy or not self.view.sharp:  # noqa: ASYNC110  frames go by meanwhile
            await asyncio.sleep(0.02)


async def measure(folder: Path, spells: int, seconds: float) -> dict[str, list[float]]:
    """The 99th percentiles of alternating idle and busy spells, and the share of drawing time."""

    class Bench(Look, App):  # type: ignore[misc]
        """Only a look and a scene."""

        def build(self) -> Any:
            self.wear()
            return scene.root

    app = Bench()
    App._running_app = app  # noqa: SLF001  widgets read their look from it before it runs
    renderer = ProcessRenderer()
    scene = Scene(renderer)
    running = asyncio.ensure_future(app.async_run("asyncio"))
    found: dict[str, list[float]] = {"idle": [], "busy": [], "drawing": []}
    try:
        calm = await renderer.open("calm", folder / "calm.pdf")
        slow = await renderer.open("slow", folder / "slow.pdf")
        if not isinstance(calm, DocumentShape) or not isinstance(slow, DocumentShape):
            raise TypeError("the bench's own papers do not open")
        page = 1
        for _ in range(spells):
            scene.view.show(calm)
            await scene.settle()
            idle, _drawing = await scene.spell(seconds, busy=False)
            scene.view.show(slow, page)
            busy, drawing = await scene.spell(seconds, busy=True)
            page = scene.view.page + 3
            found["idle"].append(idle)
            found["busy"].append(busy)
            found["drawing"].append(drawing)
    finally:
        app.stop()
        await running
        await renderer.close()
    return found
