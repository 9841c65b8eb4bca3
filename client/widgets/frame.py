"""Hearing and drawing between two ticks of Kivy's clock, which are 16 ms apart.

Kivy hears of keys and fingers after a tick, tells widgets of fingers at the next one, and draws
then: between a finger and what it does lie up to three ticks, which is felt under a pen.
"""

import asyncio
import ctypes
from typing import Any

from kivy.base import EventLoop, ExceptionManager
from kivy.clock import Clock
from kivy.graphics import opengl
from kivy.lang import Builder

ATTENTION = 3.0
"""Seconds after something was heard during which one listens closely: who taps, taps on."""
CLOSELY, LOOSELY = 0.001, 0.05
"""Seconds between two looks; while nobody is there the ticks of the clock are enough."""
SHORTEST = 0.008
"""Seconds from one frame drawn out of turn to the next, at least; where drawing takes longer than
half of that, twice what it takes."""
BY_THE_PROCESSOR = ("llvmpipe", "softpipe", "SwiftShader", "Basic Render", "GDI Generic")
"""Names of what draws where there is no graphics card."""


def lighten(window: Any) -> None:
    """Where the processor draws, clear only the colours: depth and stencil are as much again.

    Nobody here tests depth, and Kivy's StencilPush clears the stencil before it is used. A
    graphics card is left alone: many of them are faster when they may forget all of a frame.
    """
    drawn_by = opengl.glGetString(opengl.GL_RENDERER).decode(errors="replace")
    if any(name in drawn_by for name in BY_THE_PROCESSOR):
        window.clear = lambda: _clear_colours(window)


def _clear_colours(window: Any) -> None:
    opengl.glClearColor(*window.clearcolor)
    opengl.glClear(opengl.GL_COLOR_BUFFER_BIT)


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


async def attend() -> None:
    """Until cancelled, hear of keys and fingers early, and draw at once what becomes of them."""
    loop, window = asyncio.get_running_loop(), EventLoop.window
    heard = again = 0.0

    def draw() -> None:
        nonlocal again
        begun = loop.time()
        if begun >= again:
            draw_now()
            again = begun + max(SHORTEST, 2 * (loop.time() - begun))

    def hear(*_event: object) -> None:
        nonlocal heard
        heard = loop.time()
        loop.call_soon(draw)  # when all that comes of it has been done

    line = connection(window)
    if line is not None:
        loop.add_reader(line, _listen, window)
    window.bind(on_motion=hear, on_key_down=hear)
    try:
        while True:
            close = loop.time() - heard < ATTENTION
            await asyncio.sleep(CLOSELY if close else LOOSELY)
            if close:
                _listen(window)
    finally:
        window.unbind(on_motion=hear, on_key_down=hear)
        if line is not None:
            loop.remove_reader(line)


def connection(window: Any) -> int | None:
    """The socket by which an X11 desktop tells of keys and fingers; None on any other."""
    system = window.get_window_info()
    if type(system).__name__ != "WindowInfoX11":
        return None
    try:
        number_of = ctypes.CDLL("libX11.so.6").XConnectionNumber
    except OSError:
        return None
    number_of.argtypes, number_of.restype = (ctypes.c_void_p,), ctypes.c_int
    return int(number_of(system.display))


def _listen(window: Any) -> None:
    try:
        window.mainloop()
        EventLoop.dispatch_input()
    except Exception as fault:
        if ExceptionManager.handle_exception(fault) == ExceptionManager.RAISE:
            raise
