"""Where the person reads: pages, versions, finds. Pure; see `store.reduce`."""

from dataclasses import replace

from client import actions as a
from client.state import AppState


def page(state: AppState, action: a.PageTurned) -> AppState:
    """The reader is at another place of a paper."""
    return replace(state, places={**state.places, action.paper: action.place})


def version_seen(state: AppState, action: a.VersionSeen) -> AppState:
    """A version was opened; the one read before it is what it is compared with."""
    before = state.seen_versions.get(action.paper, 0)
    if before == action.version:
        return state
    seen = {**state.seen_versions, action.paper: action.version}
    read = {action.paper: before} if 0 < before < action.version else {}
    return replace(state, seen_versions=seen, read_before={**state.read_before, **read})


def version_compared(state: AppState, action: a.VersionCompared) -> AppState:
    """The newest version is compared with this one."""
    return replace(state, read_before={**state.read_before, action.paper: action.version})


def finds(state: AppState, action: a.FindsChanged) -> AppState:
    """What was found is marked, or no longer."""
    return replace(state, finds=action.finds)
