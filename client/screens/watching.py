"""Screens hear of the state while they are in the window, and only then."""

from collections.abc import Callable
from typing import Any, TypeVar

from kivy.uix.floatlayout import FloatLayout

from client.state import AppState

T = TypeVar("T")


class Watching(FloatLayout):
    """A screen of ``app``. Say in `watches` what it shows; it follows from when it has a parent."""

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        self._watched: list[Callable[[], None]] = []
        super().__init__(**kwargs)
        self.fbind("parent", self._placed)

    def watch(self, selector: Callable[[AppState], T], show: Callable[[T], None]) -> None:
        """Show the selected value now and at every change, until the screen goes."""
        self._watched.append(self.app.store.watch(selector, show))

    def watches(self) -> None:
        """Call `watch` for everything that the screen shows."""

    def left(self) -> None:
        """Let go of what the screen holds while it is seen."""

    def _placed(self, *_args: object) -> None:
        if self.parent is not None and not self._watched:
            self.watches()
        elif self.parent is None:
            for end in self._watched:
                end()
            self._watched.clear()
            self.left()
