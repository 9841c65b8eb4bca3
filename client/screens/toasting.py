"""Toasts over a screen: each message once, with a word that takes back what it reports."""

from collections.abc import Callable, Mapping
from typing import Any

from kivy.uix.floatlayout import FloatLayout

from client.actions import MessageClosed
from client.screens.watching import Watching
from client.selectors.shell import Toast, toast
from client.widgets.toast import Toasts

ICONS = {"toast.speak": "hand-stop", "speak.withdrawn": "hand-stop", "help.sent": "lifebuoy",
         "toast.reminded": "bell"}  # fmt: skip


class Toasting(Watching):
    """A screen with toasts; they lie above whatever its rule holds."""

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self._undo: Mapping[str, Callable[[], None]] = {}
        super().__init__(app, **kwargs)
        self.toasts = Toasts()
        FloatLayout.add_widget(self, self.toasts)

    def watch_toasts(self, undo: Mapping[str, Callable[[], None]] | None = None) -> None:
        """Show messages from now on; `undo` says what taking each kind back does."""
        self._undo = undo or {}
        self.watch(toast, self._toast)

    def _toast(self, view: Toast | None) -> None:
        if view is None:
            return
        back = self._undo.get(view.kind)
        words = view.undo if back is not None else ""
        refused = view.key.startswith("refusal.")
        icon = "alert-triangle" if refused else ICONS.get(view.key, "check")
        self.toasts.show(view.text, icon, words, back)
        self.app.dispatch(MessageClosed(view.serial))
