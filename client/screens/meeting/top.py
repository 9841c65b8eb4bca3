"""The top bar of the meeting's screen."""

from client.actions import BallotPutAside, PageTurned, Went
from client.screens.bar import MeetingBar
from client.selectors.reading import target
from client.state import ReadingPlace


class MemberBar(MeetingBar):
    """Its now bar leads to the presenter's page of the current item, where there is one."""

    def go_now(self) -> None:
        """To the ballot put aside, the presenter's page, or the current item."""
        state = self.app.store.state
        room = state.room()
        if self.now_kind == "ballot":
            self.app.dispatch(BallotPutAside(aside=False))
        elif room is not None:
            shown = target(state)
            if shown is not None and shown.item == room.state.current:
                place = ReadingPlace(shown.page, shown.y)
                self.dispatch_place(shown.item, shown.paper, shown.version, place)
            elif state.place.item != room.state.current:
                self.app.dispatch(Went("meeting", item=room.state.current))

    def dispatch_place(self, item: str, paper: str, version: int, place: ReadingPlace) -> None:
        """Open a paper at a place."""
        self.app.dispatch(PageTurned(paper, place))
        self.app.dispatch(Went("meeting", "", item, paper, version))
