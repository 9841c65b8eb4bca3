"""The presenter and the reader: following, being asked to come along, and showing the own page."""

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock

from client import actions as a
from client.screens.meeting.reader import ReadingArea
from client.selectors.meeting import Corner, corner
from client.selectors.reading import Target, followed
from client.selectors.shell import Banner
from client.state import ReadingPlace
from server.protocol.state import ShownPage

AT_MOST_EVERY = 0.1
"""Seconds between two pages shown to everyone."""

Watch = Callable[[Callable[[Any], Any], Callable[[Any], None]], None]


class Presenter:
    """Moves the page for a reader who follows, and never for one who does not."""

    def __init__(self, app: Any, area: ReadingArea) -> None:
        self.app = app
        self.area = area
        self._sharing = False
        self._pointer: tuple[float, float] | None = None
        self._spot: tuple[float, float, float, float] | None = None
        self._page = -1
        self._rest = Clock.create_trigger(self._rested, AT_MOST_EVERY)
        self._again = False

    def watch(self, watch: Watch) -> None:
        """Follow the presenter and whether this device presents."""
        watch(followed, self._take)
        watch(corner, self._shares)

    # following

    def _take(self, there: Target | None) -> None:
        if there is not None:
            self._go(there.item, there.paper, there.version, ReadingPlace(there.page, there.y))

    def visit(self, view: Banner) -> None:
        """Go once to where the presenter was when the banner was shown."""
        self._go(view.item, view.paper, view.version, ReadingPlace(view.page, 0.0))

    def _go(self, item: str, paper: str, version: int, place: ReadingPlace) -> None:
        shown = self.area.view
        if shown.kind == "page" and (shown.paper, shown.version) == (paper, version):
            self.app.dispatch(a.PageTurned(paper, place))
            self.area.go(place.page, place.y)
            return
        self.app.dispatch(a.PageTurned(paper, place))
        self.app.dispatch(a.Went("meeting", "", item, paper, version))

    def by_hand(self) -> None:
        """The reader has turned a page: no longer follow, and say so."""
        if self.app.store.state.place.following:
            self.app.dispatch(a.FollowChanged(following=False))
            self.app.dispatch(a.MessageShown("follow.stopped", undo="follow"))

    def follow_again(self) -> None:
        """Take `by_hand` back."""
        self.app.dispatch(a.FollowChanged(following=True))

    # presenting

    def _shares(self, view: Corner) -> None:
        self._sharing = view.sharing

    def share(self) -> None:
        """Show the present page to everyone, or end it."""
        if self._sharing:
            self.app.show_page(None)
        else:
            self._show_page()

    @property
    def sharing(self) -> bool:
        """Whether this device shows its page to everyone."""
        return self._sharing

    def moved(self) -> None:
        """The presenter's own page has moved: everyone's moves along, at once."""
        if self._sharing:
            self._tell()

    def point(self, at: tuple[float, float] | None) -> None:
        """Point there, a share of the page; None at nothing."""
        self._pointer = at
        if self._sharing:
            self._tell()

    def spot(self, box: tuple[float, float, float, float] | None) -> None:
        """Show everyone the passage that is meant; None ends it."""
        self._spot = box
        if self._sharing:
            self._tell()

    def _tell(self) -> None:
        """Now, or when the pause since the last time is over: a few times a second at most."""
        if self._rest.is_triggered:
            self._again = True
        else:
            self._rest()
            self._show_page()

    def _rested(self, _elapsed: float) -> None:
        if self._again:
            self._again = False
            self._tell()

    def _show_page(self, *_args: object) -> None:
        state, view = self.app.store.state, self.area.view
        if state.login is None or view.kind != "page":
            return
        place = state.places.get(view.paper, ReadingPlace())
        if place.page != self._page:
            self._page, self._spot = place.page, None
        self.app.show_page(
            ShownPage(
                state.login.person,
                view.item,
                view.paper,
                view.version,
                place.page,
                place.y,
                self._pointer,
                self._spot,
            )
        )
