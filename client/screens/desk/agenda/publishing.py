"""Publication, and the toast that counts the tablets as they confirm."""

from collections.abc import Callable
from typing import Any

from client.selectors.desk_pending import Acknowledged, acknowledged
from client.widgets.toast import Toast, Toasts
from server.protocol.commands import Draft, PublishChanges
from server.protocol.refusals import Refusal


class Publishing:
    """One desk's publications, one at a time; `toasts` says where they are reported."""

    def __init__(self, app: Any, toasts: Callable[[], Toasts | None]) -> None:
        self._app = app
        self._toasts = toasts
        self._end: Callable[[], None] | None = None
        self._toast: Toast | None = None
        self.busy = False

    def publish(self, drafts: tuple[Draft, ...]) -> None:
        """Publish; a refusal is said as for every command."""
        if not self.busy:
            self.busy = True
            self._app.send(PublishChanges(drafts), then=self._answered)

    def _answered(self, refusal: Refusal | None) -> None:
        self.busy = False
        if refusal is None:
            self.end()
            self._end = self._app.store.watch(acknowledged, self._count)

    def _count(self, view: Acknowledged) -> None:
        """Count on while the toast is there; one that has gone does not come back."""
        toasts = self._toasts()
        if toasts is None or (self._toast is not None and toasts.current is not self._toast):
            self.end()
            return
        text = self._app.tr("pub.done", a=view.count, b=view.expected)
        self._toast = toasts.show(text, "send")

    def end(self) -> None:
        """Count no more."""
        if self._end is not None:
            self._end()
        self._end = self._toast = None
