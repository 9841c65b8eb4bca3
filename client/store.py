"""The one place where the client's state changes: `reduce`, and the store that tells who watches.

No Kivy and no clock: who makes the store says how a later moment is found (once a frame).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from client.actions import Action
from client.changes.steering import steer
from client.changes.table import CHANGES
from client.state import AppState

T = TypeVar("T")


def reduce(state: AppState, action: Action) -> AppState:
    """Return the state after `action`; facts that mean nothing here leave it as it is."""
    change = CHANGES.get(type(action))
    return state if change is None else steer(state, change(state, action))


class Store:
    """Holds the state, takes actions, and shows watchers what became different.

    `later` runs a callable at the next moment when showing is due; many actions before it cost one
    showing. Use from one thread.
    """

    def __init__(self, state: AppState, later: Callable[[Callable[[], None]], object]) -> None:
        self._state = state
        self._later = later
        self._due = False
        self._watches: list[_Watch[Any]] = []
        self._listeners: list[Callable[[AppState, Action, AppState], None]] = []

    @property
    def state(self) -> AppState:
        """The present state."""
        return self._state

    def dispatch(self, action: Action) -> None:
        """Take one action; watchers hear of it at the next showing."""
        before = self._state
        self._state = reduce(before, action)
        if self._state is not before and not self._due:
            self._due = True
            self._later(self.flush)
        for listener in tuple(self._listeners):
            listener(before, action, self._state)

    def watch(
        self, selector: Callable[[AppState], T], show: Callable[[T], None]
    ) -> Callable[[], None]:
        """Show the selected value now and whenever it is another one; the result ends that."""
        value = selector(self._state)
        watch = _Watch(selector, show, value)
        self._watches.append(watch)
        show(value)
        return lambda: self._forget(watch)

    def listen(self, listener: Callable[[AppState, Action, AppState], None]) -> None:
        """Call with (before, action, after) after every action, at once: for effects only."""
        self._listeners.append(listener)

    def flush(self) -> None:
        """Show every watcher what changed. One that fails does not keep it from the others."""
        self._due = False
        faults: list[Exception] = []
        for watch in tuple(self._watches):
            try:
                watch.look(self._state)
            except Exception as fault:  # noqa: BLE001 - raised below, after the others were shown
                faults.append(fault)
        if faults:
            raise faults[0]

    def _forget(self, watch: "_Watch[Any]") -> None:
        if watch in self._watches:
            self._watches.remove(watch)
            watch.ended = True


@dataclass(slots=True, eq=False)
class _Watch(Generic[T]):
    selector: Callable[[AppState], T]
    show: Callable[[T], None]
    value: T
    ended: bool = False

    def look(self, state: AppState) -> None:
        if self.ended:
            return
        value = self.selector(state)
        if value != self.value:
            self.value = value
            self.show(value)
