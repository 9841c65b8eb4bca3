"""The meeting on a tablet with real papers: what tests of the reader begin with."""

from collections.abc import Callable
from typing import Any

from tests.ui.story import Tablet


class Papers:
    """A real render process, with one real PDF under every name of the story."""

    def __init__(self, tablet: Tablet, path: Any) -> None:
        from client.documents.process_renderer import ProcessRenderer

        async def make() -> Any:
            return ProcessRenderer(niceness=0)  # the window only waits for it

        self.tablet = tablet
        self.path = path
        tablet.renderer = tablet.loop.run_until_complete(make())
        tablet.opening = self._open  # type: ignore[method-assign]

    async def _open(self, sha256: str) -> Any:
        return await self.tablet.renderer.open(sha256, self.path)

    def until(self, stage: Any, condition: Callable[[], object]) -> None:
        def turned() -> bool:
            self.tablet.turn()
            return bool(condition())

        stage.until(turned, 30)
        stage.step(3)

    def sharp(self, stage: Any, screen: Any) -> None:
        self.until(stage, lambda: screen.area.page_view.sharp)

    def close(self) -> None:
        self.tablet.loop.run_until_complete(self.tablet.renderer.close())


def screen_of(stage: Any, tablet: Tablet) -> Any:
    from client.screens.meeting import MeetingScreen

    screen = stage.show(MeetingScreen(tablet))
    tablet.turn()
    stage.step(5)
    return screen


def open_pages(stage: Any, screen: Any) -> Any:
    from kivy.core.window import Window

    stage.tap(screen.ids.tray.tools.tool("pages"))
    stage.step(20)
    return Window.children[0]
