"""Where the agenda is: beside the page, or in a drawer over it where there is no room."""

from collections.abc import Callable
from typing import Any

from client.screens.meeting.rail import AgendaDrawer, MemberAgenda
from client.selectors.meeting import Rail


class AgendaPlace:
    """Holds the agenda; `chosen(item)`, `fold()` and `leave()` are what its taps mean."""

    def __init__(
        self,
        agenda: MemberAgenda,
        place: Any,
        chosen: Callable[[str], None],
        fold: Callable[[], None],
        leave: Callable[[], None],
    ) -> None:
        self._agenda, self._place = agenda, place
        self._chosen, self._leave = chosen, leave
        self._view = Rail((), "open")
        self._drawer: AgendaDrawer | None = None
        agenda.bind(on_item=self._item, on_mode=lambda *_: fold(), on_lobby=lambda *_: leave())

    def show(self, view: Rail) -> None:
        """Set the items."""
        self._view = view
        self._agenda.show(view)
        if self._drawer is not None:
            self._drawer.agenda.show(view)

    def arrange(self, *, drawer: bool) -> str:
        """Put it beside the page or away; the mode that it is in: open, slim or drawer."""
        mode = "drawer" if drawer else self._view.mode
        self._agenda.slim = mode == "slim"
        if drawer:
            self._place.clear_widgets()
        elif self._agenda.parent is None:
            self._place.add_widget(self._agenda)
        return mode

    def open_drawer(self) -> None:
        """Show the agenda over the page."""
        drawer = AgendaDrawer()
        agenda = drawer.agenda
        agenda.show(self._view)
        agenda.bind(on_item=self._item, on_lobby=lambda *_: self._leave())
        for event in ("on_item", "on_lobby", "on_mode"):
            agenda.fbind(event, drawer.close)
        drawer.bind(on_closed=self._closed)
        self._drawer = drawer
        drawer.open()

    def close(self) -> None:
        """Close the drawer, if it is open."""
        if self._drawer is not None:
            self._drawer.close()

    def _item(self, _agenda: Any, item: str) -> None:
        self._chosen(item)

    def _closed(self, *_args: object) -> None:
        self._drawer = None
