"""A real tablet's window that follows the presenter, and says when each page is on its glass.

Arguments: folder, address, code, person, PIN. One JSON object a line on standard output; on
standard input `follow` and `stay`. Times are of the monotonic clock, which processes share.
"""

import asyncio
import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

from client.__main__ import prepare
from client.options import Options


def _say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


def main(folder: Path, address: str, code: str, person: str, pin: str) -> None:
    """Run the tablet until its standard input closes."""
    options = Options("tablet", folder, address, code, f"Máy {person}", (1280, 800))
    folder.mkdir(parents=True, exist_ok=True)
    prepare(options)
    from kivy.clock import Clock  # noqa: PLC0415  reads its settings when imported
    from kivy.core.window import Window  # noqa: PLC0415
    from kivy.graphics.opengl import glFinish  # noqa: PLC0415

    from client import actions as a  # noqa: PLC0415
    from client.app import PhienHopApp  # noqa: PLC0415

    app = PhienHopApp(options)
    told = [-1]

    def flipped(*_args: object) -> None:
        glFinish()
        screen = app.root.children[0] if app.root and app.root.children else None
        page = getattr(getattr(screen, "area", None), "page_view", None)
        if page is not None and page.sharp and page.page != told[0]:
            told[0] = page.page
            _say(page=page.page - 1, at=time.monotonic())

    def listen() -> None:
        for line in sys.stdin:
            following = line.strip() == "follow"
            Clock.schedule_once(lambda _dt, on=following: app.dispatch(a.FollowChanged(on)), 0)
        Clock.schedule_once(lambda _dt: app.stop(), 0)

    async def come() -> None:
        async def until(condition: Any) -> None:
            while not condition(app.store.state):  # noqa: ASYNC110  other tasks go on meanwhile
                await asyncio.sleep(0.05)

        await until(lambda state: state.line == "connected" and state.server)
        app.sign_in(person, pin)
        await until(lambda state: state.rooms and any(v.joined for v in state.rooms.values()))
        await until(lambda state: any(one.stored for one in state.downloads.values()))
        app.dispatch(a.Went("meeting", next(iter(app.store.state.rooms))))
        app.dispatch(a.FollowChanged(following=True))
        _say(ready=True)

    def begun(_dt: float) -> None:
        Window.bind(on_flip=flipped)
        threading.Thread(target=listen, daemon=True).start()
        app.start(come())

    Clock.schedule_once(begun, 0)
    asyncio.run(app.live())


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:6])
