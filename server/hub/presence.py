"""The presence lane: who is here, which page is shown, how many ballots are in. Never stored.

The last value wins; each kind is sent at most a few times a second, however often it changes.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from server.hub.outbox import Outbox, text_frame
from server.hub.view import Sight, Step, View
from server.protocol.codec import encode
from server.protocol.events import BallotCast, BallotSealed
from server.protocol.frames import Present, Progress, Shown
from server.protocol.ids import DeviceId, MeetingId, PersonId, PollId
from server.protocol.rules import Choice
from server.protocol.state import MeetingState, Online, Poll, ShownPage

PRESENT_SECONDS = 0.5
SHOWN_SECONDS = 0.1
PROGRESS_SECONDS = 0.25

Later = Callable[[float, Callable[[], None]], object]
"""Calls a function after so many seconds: the loop's `call_later`, or a test's own time."""


class Someone(Protocol):
    """What presence needs of a listener."""

    person: PersonId
    device: DeviceId
    outbox: Outbox
    ready: bool
    view: View | None

    @property
    def secretary(self) -> bool:
        """Whether the person is a secretary of the organization now."""


class Pace:
    """Runs `act` at once, then at most once every `seconds`, and never misses the last call."""

    def __init__(self, later: Later, seconds: float, act: Callable[[], None]) -> None:
        """Do nothing before the first `ask`."""
        self._later = later
        self._seconds = seconds
        self._act = act
        self._resting = False
        self._again = False

    def ask(self) -> None:
        """Act now, or when the pause since the last time is over."""
        if self._resting:
            self._again = True
        else:
            self._resting = True
            self._later(self._seconds, self._rested)
            self._act()

    def now(self) -> None:
        """Act now, pause or not."""
        self._again = False
        self._act()

    def _rested(self) -> None:
        self._resting = False
        if self._again:
            self._again = False
            self.ask()


class Presence:
    """What goes over the presence lane of one room."""

    def __init__(
        self, room: MeetingId, sight: Sight, later: Later, listeners: Iterable[Someone]
    ) -> None:
        """Keep the hub's own set of listeners: it is read anew each time."""
        self._room = room
        self._sight = sight
        self._listeners = listeners
        self._state: MeetingState | None = None
        self._page: ShownPage | None = None
        self._shower: Someone | None = None
        self._moved: set[PollId] = set()
        self._present = Pace(later, PRESENT_SECONDS, self._tell_present)
        self._shown = Pace(later, SHOWN_SECONDS, self._tell_shown)
        self._progress = Pace(later, PROGRESS_SECONDS, self._tell_progress)

    def joined(self, listener: Someone, state: MeetingState) -> None:
        """Tell the newcomer how things stand, and everyone that there is one more."""
        self._state = state
        if self._page is not None:
            self._send_shown((listener,))
        for poll in state.open_polls():
            self._send_progress(poll, (listener,))
        self._present.ask()

    def left(self, listener: Someone) -> None:
        """Tell everyone that there is one fewer; a page shown by them is shown no more."""
        if self._shower is listener:
            self._shower, self._page = None, None
            self._shown.ask()
        self._present.ask()

    def ready(self, listener: Someone, ready: bool) -> None:
        """Note whether a listener's ballot is on the screen."""
        if listener.ready != ready:
            listener.ready = ready
            self._present.ask()

    def show(self, listener: Someone, page: ShownPage | None) -> bool:
        """Show a page, or none; False unless the person runs the meeting or has the floor."""
        state = self._state
        if state is None or not self._may_show(state, listener):
            return False
        self._page = page
        self._shower = listener if page is not None else None
        self._shown.ask()
        return True

    def happened(self, steps: Sequence[Step]) -> None:
        """Follow the record: ballots move the progress, an empty floor ends what was shown."""
        state = self._state = steps[-1].after
        told = (step.entry.event for step in steps)
        cast = {one.poll for one in told if isinstance(one, BallotCast | BallotSealed)}
        if cast:
            self._moved |= cast
            polls = (state.polls[name] for name in cast)
            if any(poll.received == len(poll.electorate) for poll in polls):
                self._progress.now()
            else:
                self._progress.ask()
        if self._shower is not None and not self._may_show(state, self._shower):
            self._shower, self._page = None, None
            self._shown.ask()

    def _may_show(self, state: MeetingState, listener: Someone) -> bool:
        speaks = state.speaking is not None and state.speaking.person == listener.person
        return speaks or self._is_officer(listener)

    def _is_officer(self, listener: Someone) -> bool:
        state = self._state
        return state is not None and (
            listener.secretary or self._sight.officer(state, listener.person)
        )

    # ---- sending ---------------------------------------------------------------------------------

    def _tell_present(self) -> None:
        people = sorted((one.person, one.device, one.ready) for one in self._listeners)
        count = len({person for person, _, _ in people})
        online = tuple(Online(*one) for one in people)
        plain = text_frame(encode(Present(self._room, count)))
        full = text_frame(encode(Present(self._room, count, online)))
        for listener in self._listeners:
            listener.outbox.write(full if self._is_officer(listener) else plain)

    def _tell_shown(self) -> None:
        self._send_shown(self._listeners)

    def _send_shown(self, listeners: Iterable[Someone]) -> None:
        """Send the page to those who may see that paper; to the others it is no page."""
        page = self._page
        nothing = text_frame(encode(Shown(self._room, None)))
        something = text_frame(encode(Shown(self._room, page)))
        for listener in listeners:
            known = listener.view.state if listener.view is not None else None
            sees = page is not None and known is not None and known.paper(page.paper) is not None
            listener.outbox.write(something if sees else nothing)

    def _tell_progress(self) -> None:
        """Tell of the open polls that ballots came for since the last time."""
        moved, self._moved = self._moved, set()
        for poll in self._state.open_polls() if self._state is not None else ():
            if poll.id in moved:
                self._send_progress(poll, self._listeners)

    def _send_progress(self, poll: Poll, listeners: Iterable[Someone]) -> None:
        """Send how many ballots are in, to those who know who may cast one: no guest counts."""
        people = tuple(poll.cast or poll.ballots)
        running = running_counts(poll)
        plain = text_frame(encode(Progress(self._room, poll.id, poll.received, (), running)))
        full = text_frame(encode(Progress(self._room, poll.id, poll.received, people, running)))
        for listener in listeners:
            known = listener.view.state if listener.view is not None else None
            if known is not None and poll.id in known.polls and known.polls[poll.id].electorate:
                listener.outbox.write(full if self._is_officer(listener) else plain)


def running_counts(poll: Poll) -> dict[Choice, int]:
    """Return what has been answered so far, where the rule lets everybody see it; else nothing."""
    shown = poll.rule.show_running and poll.rule.secrecy == "open"
    return dict(Counter(one.choice for one in poll.ballots.values())) if shown else {}
