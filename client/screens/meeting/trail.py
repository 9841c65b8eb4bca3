"""The way back: where the reader was before each jump. Pure."""

from dataclasses import dataclass

from client.state import ReadingPlace

LONGEST = 20
NEAR = 2
"""Pages away from the goal of a jump after which its way back is no longer offered."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A place in a version of a paper."""

    item: str
    paper: str
    version: int
    place: ReadingPlace


class Trail:
    """The stops that jumps began at, latest last."""

    def __init__(self) -> None:
        self._stops: list[Stop] = []
        self._goal: tuple[str, int] | None = None

    @property
    def last(self) -> Stop | None:
        """Where the way back leads."""
        return self._stops[-1] if self._stops else None

    def jumped(self, origin: Stop, paper: str, page: int) -> None:
        """A jump led from `origin` to a page (from 0) of a paper; to the same page is none."""
        if (origin.paper, origin.place.page) == (paper, page):
            return
        self._stops = [*self._stops[1 - LONGEST :], origin]
        self._goal = paper, page

    def back(self) -> Stop | None:
        """Take the last stop off the trail."""
        if not self._stops:
            return None
        stop = self._stops.pop()
        self._goal = (stop.paper, stop.place.page) if self._stops else None
        return stop

    def moved(self, paper: str, page: int) -> bool:
        """The reader turned pages; True if they have gone on and the trail ends thereby."""
        if self._goal is None or not self._stops:
            return False
        goal, at = self._goal
        stop = self._stops[-1]
        home = (stop.paper, stop.place.page) == (paper, page)
        if home or (goal == paper and abs(page - at) > NEAR):
            self.forget()
            return True
        return False

    def forget(self) -> None:
        """Offer no way back."""
        self._stops.clear()
        self._goal = None
