"""What a dossier for members leaves out: whatever a member's own device could not hold.

The leaf of an entry that is left out stays, so that tree, checkpoints and code are the same.
"""

from collections.abc import Sequence

from server.core.audience import Audience
from server.core.redact import redact
from server.protocol import events as e
from server.protocol.fold import apply, begin
from server.protocol.ids import PollId
from server.protocol.state import MeetingState

_OF_A_PUBLISHED_POLL = (e.PollPrepared, e.BallotCast, e.PollClosed, e.TieSettled)
"""Hidden while it happens; all of it is said by name when an open poll is published."""
_MEMBER = Audience("member")


def for_members(entries: Sequence[e.Entry]) -> tuple[bool, ...]:
    """Say of each entry whether a dossier for members holds it.

    Raises ValueError when the first entry makes no meeting.
    """
    published = frozenset(
        entry.event.poll
        for entry in entries
        if isinstance(entry.event, e.PollPublished) and entry.event.ballots
    )
    state: MeetingState | None = None
    shown: list[bool] = []
    for entry in entries:
        if state is None:
            if not isinstance(entry.event, e.MeetingCreated):
                raise ValueError("a meeting begins with MeetingCreated")
            before = state = begin(entry.event)
        else:
            before, state = state, apply(state, entry)
        shown.append(_shown(entry, before, state, published))
    return tuple(shown)


def _shown(
    entry: e.Entry, before: MeetingState, after: MeetingState, published: frozenset[PollId]
) -> bool:
    if isinstance(entry.event, _OF_A_PUBLISHED_POLL) and entry.event.poll in published:
        return True
    return redact(entry, before, after, _MEMBER) == entry
