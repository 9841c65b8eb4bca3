"""Hands and eyes for a window, over a local socket: touches, keys, and what can be seen.

Started by `--drive PATH` only. One JSON object a line in, one out (`{"ok": true, …}` or
`{"error": "…"}`). It reaches nothing behind the screen: it finds what is drawn, and what it does
passes through Kivy's own dispatch of input. Points are pixels from the window's upper left corner.

    {"find": "Gửi", "seconds": 5}     centre and size of the widget that shows these words (or whose
                                      class or `name` it is); waits until there is one
    {"tap": "Gửi"} {"tap": [x, y]}    a finger down and up again
    {"drag": [[x, y], [x, y]]}        a finger that moves
    {"keys": "text"} {"key": "enter"} a keyboard
    {"drop": "/file.pdf", "at": [x, y]}
    {"gone": "text"} {"texts": true}  wait until nothing shows the words; everything that is shown
    {"shot": "/picture.png"} {"pause": 0.5} {"close": true}
"""

import asyncio
import contextlib
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glFinish, glReadPixels
from kivy.input.motionevent import MotionEvent

KEYS = {
    "enter": 13,
    "tab": 9,
    "escape": 27,
    "backspace": 8,
    "delete": 127,
    "up": 273,
    "down": 274,
    "right": 275,
    "left": 276,
    "f1": 282,
    "f6": 287,
    "space": 32,
}
PRESS_SECONDS = 0.08
PATIENCE = 10.0
LOOK_SECONDS = 0.08
"""Between two looks for something: each walks through everything that is shown."""
UNSEEN_SECONDS = 5.0
"""Between two frames of a window that nobody sees; its pictures are drawn when they are taken."""
_MARKUP = re.compile(r"\[/?[a-z]+(?:=[^\]]*)?\]")


class Finger(MotionEvent):  # type: ignore[misc]
    """One finger on the glass."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("is_touch", True)
        kwargs.setdefault("type_id", "touch")
        super().__init__(*args, **kwargs)

    def depack(self, args: Any) -> None:
        """See Kivy's MotionEvent."""
        self.sx, self.sy = args
        self.profile = ["pos"]
        super().depack(args)


class NotSeen(Exception):  # noqa: N818 - it says what is missing
    """Nothing on the screen shows that."""


class Driver:
    """Serves one window's socket."""

    def __init__(self, app: Any, path: Path) -> None:
        self._app = app
        self._path = path
        self._fingers = 0
        self._unseen = os.environ.get("SDL_VIDEODRIVER") == "offscreen"
        self._drawn_at = 0.0
        self._held = False

    async def run(self) -> None:
        """Serve until cancelled."""
        self._path.unlink(missing_ok=True)
        if self._unseen:
            Window.bind(on_draw=self._hold, on_flip=self._finish)
        server = await asyncio.start_unix_server(self._serve, str(self._path))
        try:
            async with server:
                await server.serve_forever()
        finally:
            self._path.unlink(missing_ok=True)

    def _hold(self, _window: object) -> bool:
        """Leave most frames of an unseen window undrawn: each is drawn by the processor.

        What has changed stays marked, so that the next one drawn shows it.
        """
        now = time.monotonic()
        self._held = now - self._drawn_at < UNSEEN_SECONDS
        if not self._held:
            self._drawn_at = now
        return self._held

    def _finish(self, _window: object) -> bool:
        """Wait for a frame that nothing shows: unfinished, they would pile up in memory."""
        if not self._held:
            glFinish()
        return self._held

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                answer = await self._answer(line)
                writer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
                await writer.drain()
        writer.close()

    async def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            order = json.loads(line)
            verb = next(name for name in order if hasattr(self, f"do_{name}"))
            result = await getattr(self, f"do_{verb}")(order[verb], order)
        except (NotSeen, ValueError, KeyError, StopIteration, OSError) as fault:
            return {"error": f"{type(fault).__name__}: {fault}"}
        return {"ok": True, **(result or {})}

    # ---- eyes ------------------------------------------------------------------------------------

    async def do_find(self, what: str, order: dict[str, Any]) -> dict[str, Any]:
        """Wait for a widget and say where it is."""
        end = time.monotonic() + float(order.get("seconds", PATIENCE))
        while True:
            found = list(_named(what))
            index = int(order.get("index", 0))
            if len(found) > index:
                return {**_where(found[index]), "count": len(found)}
            if time.monotonic() > end:
                raise NotSeen(f"{what!r}; there is: {' | '.join(_texts())}")
            await asyncio.sleep(LOOK_SECONDS)

    async def do_gone(self, what: str, order: dict[str, Any]) -> None:
        """Wait until nothing shows it."""
        end = time.monotonic() + float(order.get("seconds", PATIENCE))
        while next(_named(what), None) is not None:
            if time.monotonic() > end:
                raise NotSeen(f"{what!r} is still there")
            await asyncio.sleep(LOOK_SECONDS)

    async def do_texts(self, _all: bool, _order: dict[str, Any]) -> dict[str, Any]:
        """Return all words on the screen, from the top down."""
        return {"texts": list(_texts())}

    async def do_shot(self, path: str, _order: dict[str, Any]) -> None:
        """Take a picture of what is shown, after everything that is due was drawn."""
        await frames(3)
        while getattr(self._app.root, "veil", 0):
            await frames(1)
        self._drawn_at = 0.0
        Window.dispatch("on_draw")
        width, height = Window.system_size
        pixels = bytes(glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE))
        opaque = bytearray(3 * width * height)
        for colour in range(3):
            opaque[colour::3] = pixels[colour::4]
        Window._win.save_bytes_in_png(path, bytes(opaque), width, height)  # noqa: SLF001

    async def do_pause(self, seconds: float, _order: dict[str, Any]) -> None:
        """Do nothing for a while."""
        await asyncio.sleep(seconds)

    # ---- hands -----------------------------------------------------------------------------------

    async def do_tap(self, what: str | list[float], order: dict[str, Any]) -> dict[str, Any]:
        """Touch a point, or the middle of what shows these words."""
        point = what if isinstance(what, list) else (await self.do_find(what, order))["at"]
        finger = self._finger(point)
        await self._begin(finger)
        await asyncio.sleep(PRESS_SECONDS)
        await self._end(finger)
        return {"at": point}

    async def do_drag(self, points: list[list[float]], _order: dict[str, Any]) -> None:
        """Put a finger down at the first point and lift it at the last."""
        finger = self._finger(points[0])
        await self._begin(finger)
        for point in points[1:]:
            finger.move(_share(point))
            soon(EventLoop.post_dispatch_input, "update", finger)
            await frames(1)
        await self._end(finger)

    async def do_keys(self, text: str, _order: dict[str, Any]) -> None:
        """Type, within one frame: drawing every letter costs more than all of them are worth."""
        for letter in text:
            soon(Window.dispatch, "on_key_down", ord(letter), 0, letter, [])
            soon(Window.dispatch, "on_textinput", letter)
            soon(Window.dispatch, "on_key_up", ord(letter), 0)
        await frames(1)

    async def do_key(self, name: str, order: dict[str, Any]) -> None:
        """Press one key by its name, with modifiers such as ["ctrl"]."""
        code = KEYS.get(name) or ord(name)
        soon(Window.dispatch, "on_key_down", code, 0, None, list(order.get("modifiers", [])))
        soon(Window.dispatch, "on_key_up", code, 0)
        await frames(1)

    async def do_drop(self, path: str, order: dict[str, Any]) -> None:
        """Let a file fall on the window, as a file chooser's drag would."""
        x, y = order.get("at", [Window.width / 2, Window.height / 2])
        soon(Window.dispatch, "on_drop_begin", x, y)
        soon(Window.dispatch, "on_drop_file", path.encode(), x, y)
        soon(Window.dispatch, "on_drop_end", x, y)
        await frames(1)

    async def do_close(self, _yes: bool, _order: dict[str, Any]) -> None:
        """Close the window, as its corner does."""
        Clock.schedule_once(lambda _elapsed: self._app.stop(), 0.1)

    def _finger(self, point: list[float]) -> Finger:
        self._fingers += 1
        return Finger("driver", self._fingers, _share(point))

    async def _begin(self, finger: Finger) -> None:
        soon(EventLoop.post_dispatch_input, "begin", finger)
        await frames(1)

    async def _end(self, finger: Finger) -> None:
        soon(EventLoop.post_dispatch_input, "end", finger)
        await frames(2)


def _share(point: list[float]) -> tuple[float, float]:
    """Return a point as shares of the window, from its lower left corner."""
    return point[0] / Window.width, 1 - point[1] / Window.height


def soon(act: Callable[..., object], *args: object) -> None:
    """Do it within the window's next frame, as input from a real device comes."""
    Clock.schedule_once(lambda _elapsed: act(*args), 0)


async def frames(count: int) -> None:
    """Wait until that many frames were drawn."""
    for _ in range(count):
        drawn = asyncio.get_running_loop().create_future()

        def done(_elapsed: float, drawn: "asyncio.Future[None]" = drawn) -> None:
            if not drawn.done():
                drawn.set_result(None)

        Clock.schedule_once(done, 0)
        await drawn
        await asyncio.sleep(0)


def _seen(widget: Any) -> Iterator[Any]:
    """Yield a widget and all in it that can be seen, the foremost last."""
    if widget.opacity == 0 or widget.width <= 0 or widget.height <= 0:
        return
    yield widget
    for child in reversed(widget.children):
        yield from _seen(child)


def _all() -> Iterator[Any]:
    for root in reversed(Window.children):
        yield from _seen(root)


def _words(widget: Any) -> str:
    text = getattr(widget, "text", "")
    return _MARKUP.sub("", text).strip() if isinstance(text, str) else ""


def _named(what: str) -> Iterator[Any]:
    """Yield what shows exactly these words, or else begins with them, or is of that name.

    Of a control and the label inside it, the innermost; what lies further in front comes first.
    """
    found = [one for one in _all() if _inside(one)]
    exact = [one for one in found if _words(one) == what]
    begun = [one for one in found if _words(one).startswith(what)] if what else []
    named = [one for one in found if what in {type(one).__name__, getattr(one, "name", None)}]
    best = exact or named or begun
    outer = {id(up) for one in best for up in _above(one)}
    yield from reversed([one for one in best if id(one) not in outer])


def _above(widget: Any) -> Iterator[Any]:
    up = widget.parent
    while up is not None and up is not Window and up is not up.parent:
        yield up
        up = up.parent


def _inside(widget: Any) -> bool:
    """Whether the widget's middle is in the window and in every scrolled part that holds it."""
    x, y = widget.to_window(*widget.center)
    if not (0 <= x <= Window.width and 0 <= y <= Window.height):
        return False
    for up in _above(widget):
        if hasattr(up, "scroll_y"):
            left, low = up.to_window(up.x, up.y)
            if not (left <= x <= left + up.width and low <= y <= low + up.height):
                return False
    return True


def _texts() -> Iterator[str]:
    placed = ((_where(one)["at"], _words(one)) for one in _all() if _words(one) and _inside(one))
    last = ""
    for (_x, _y), text in sorted(placed, key=lambda one: (round(one[0][1]), one[0][0])):
        if text != last:
            yield text
        last = text


def _where(widget: Any) -> dict[str, Any]:
    x, y = widget.to_window(*widget.center)
    return {
        "at": [round(x, 1), round(Window.height - y, 1)],
        "size": [round(widget.width, 1), round(widget.height, 1)],
        "text": _words(widget),
        "disabled": bool(getattr(widget, "disabled", False)),
    }
