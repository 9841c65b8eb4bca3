"""What a tablet confirms by itself: the agenda's version, papers received, papers opened. Pure."""

from collections.abc import Iterator

from client.state import AppState, RoomView
from server.protocol.commands import AcknowledgeAgenda, AcknowledgePaper, Command
from server.protocol.ids import MeetingId, PersonId
from server.protocol.state import MeetingState

Confirmation = tuple[MeetingId, Command]


class Receipts:
    """Remembers what this process has confirmed for whom, so that it does so once."""

    def __init__(self) -> None:
        self._done: set[tuple[PersonId, Confirmation]] = set()

    def due(self, state: AppState) -> tuple[Confirmation, ...]:
        """Return what is to be confirmed now; it counts as done from then on."""
        login = state.login
        if state.kind != "tablet" or login is None or login.must_change:
            return ()
        found = [
            (room, command)
            for room, view in state.rooms.items()
            if view.joined and login.person in view.state.roll
            for command in _of_room(state, view)
            if (login.person, (room, command)) not in self._done
        ]
        self._done |= {(login.person, one) for one in found}
        return tuple(found)


def _of_room(state: AppState, view: RoomView) -> Iterator[Command]:
    meeting = view.state
    if meeting.agenda_version:
        yield AcknowledgeAgenda(meeting.agenda_version)
    yield from _received(state, meeting)
    yield from _opened(state, meeting)


def _received(state: AppState, meeting: MeetingState) -> Iterator[Command]:
    for item in meeting.items:
        for paper in item.papers:
            known = state.downloads.get(paper.file.view_sha256) if paper.file else None
            if paper.file is not None and known is not None and known.stored:
                yield AcknowledgePaper(paper.file.view_sha256, "received")


def _opened(state: AppState, meeting: MeetingState) -> Iterator[Command]:
    for item in meeting.items:
        for paper in item.papers:
            version = state.seen_versions.get(paper.id, 0)
            if 0 < version <= len(paper.files):
                yield AcknowledgePaper(paper.files[version - 1].view_sha256, "opened")
