"""Drawing between two ticks of Kivy's clock."""

import asyncio
from typing import Any

from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.lang import Builder


def draw_now() -> None:
    """Draw what has changed at once: the next tick may be 16 ms away.

    To be called by what comes from outside of Kivy, never while a frame is drawn. It does what
    `EventLoop.idle` does of a frame after the clock's events.
    """
    window: Any = EventLoop.window
    if window is None:
        return
    Builder.sync()
    Clock.tick_draw()
    Builder.sync()
    if window.canvas.needs_redraw:
        window.dispatch("on_draw")
        window.dispatch("on_flip")


def attend() -> None:
    """From now on show at once what becomes of keys and fingers; to be called in the window's loop.

    Kivy hears of them right after a tick of its clock, and would draw at the next one.
    """
    loop = asyncio.get_running_loop()

    def draw_soon(*_event: object) -> None:
        loop.call_soon(draw_now)  # when all that comes of it has been done

    EventLoop.window.bind(on_motion=draw_soon, on_key_down=draw_soon)
