"""How far the server has read the scans of the papers on screen, asked for while it matters."""

from collections.abc import Callable, Mapping
from typing import Any

from kivy.clock import Clock

from client.state import AppState
from server.protocol.ids import Sha256
from server.protocol.office import ListScans, Reply, Scan, Scans
from server.protocol.refusals import Refusal

SOON, AGAIN = 1.0, 5.0
"""Seconds after a change of papers, and between two looks while something is being read."""


class ScanWatch:
    """Asks the office, and tells when there is an answer."""

    def __init__(self, app: Any, told: Callable[[], None]) -> None:
        self.known: Mapping[Sha256, Scan] = {}
        self._app = app
        self._told = told
        self._looks = 0
        self._soon = Clock.create_trigger(self._ask, SOON)
        self._again = Clock.create_trigger(self._ask, AGAIN)

    def papers(self, files: tuple[Sha256, ...]) -> None:
        """These papers are in the meeting; nothing is asked where there are none."""
        self._looks = 2  # the first question makes the server look, the second hears what it saw
        if files:
            self._soon()

    def end(self) -> None:
        """Ask no more."""
        self._soon.cancel()
        self._again.cancel()

    def _ask(self, _elapsed: float) -> None:
        self._looks -= 1
        room = self._app.store.state.place.room
        if room:
            self._app.ask(ListScans(room), self._take)

    def _take(self, reply: Reply | Refusal) -> None:
        if not isinstance(reply, Scans):
            return
        known = {one.sha256: one for one in reply.scans}
        if known != self.known:
            self.known = known
            self._told()
        going = any(one.state in {"waiting", "reading"} for one in reply.scans)
        if going or self._looks > 0:
            self._again()


def files_of(state: AppState) -> tuple[Sha256, ...]:
    """Select the current version of every paper of the meeting."""
    room = state.room()
    items = room.state.items if room else ()
    papers = (paper.file for item in items for paper in item.papers)
    return tuple(file.view_sha256 for file in papers if file is not None)
