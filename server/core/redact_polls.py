"""What each audience may see of polls; the table stands in `redact`.

Nobody receives a ballot. A sealed poll shows who has cast as presence, to officers, and its result;
a count on paper shows officers who has entered and where entries differ, never an entry.
"""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from server.core.audience import Audience
from server.protocol import events as e
from server.protocol.ids import PollId
from server.protocol.state import MeetingState

View = Callable[..., e.Event | None]
"""The event as an audience sees it, from (event, state before, state after, audience)."""


def hidden(*_: object) -> None:
    """Show nothing."""


def _closed_poll(event: e.PollClosed, *_: object) -> e.Event:
    return replace(event, tally=None)


def _result_without_names(event: e.PollPublished) -> e.PollPublished:
    tally = replace(event.tally, silent=(), absent=(), excluded=(), settled_by="")
    return e.PollPublished(event.poll, tally)


def _without_names(event: e.PollPublished, *_: object) -> e.Event:
    return _result_without_names(event)


def _opened_without_names(event: e.PollOpened) -> e.PollOpened:
    return replace(event, electorate=(), excused={}, absent=())


def _shown_poll(event: e.PollOpened, *_: object) -> e.Event:
    return replace(event, excused={}, absent=())


def _entered(event: e.PaperCountEntered, *_: object) -> e.Event:
    """Who has entered a count, and not what: others count for themselves."""
    return e.PaperCountEntered(event.poll, event.person, event.device)


def _batch(event: e.SealedBatchOpened, *_: object) -> e.Event:
    """The result; the opened ballots stay in the record."""
    return e.SealedBatchOpened(event.poll, (), 0, event.tally)


def _board(event: e.PaperCountOpened, *_: object) -> e.Event:
    """That a count goes on, and who counts: tellers see their page by it."""
    return replace(event, printed=0, issued=0, spoiled=0)


def _sees_poll(state: MeetingState, poll: PollId, audience: Audience) -> bool:
    known = state.polls.get(poll)
    return known is not None and known.item in audience.items


def _opened_poll(
    event: e.PollOpened, _before: MeetingState, _after: MeetingState, audience: Audience
) -> e.Event | None:
    return _opened_without_names(event) if event.item in audience.items else None


def _of_poll(
    event: e.PollPaused | e.PollResumed | e.PollExtended | e.PollAnnulled | e.ConsensusRecorded,
    _before: MeetingState,
    after: MeetingState,
    audience: Audience,
) -> e.Event | None:
    return event if _sees_poll(after, event.poll, audience) else None


def _closed_poll_of_item(
    event: e.PollClosed, _before: MeetingState, after: MeetingState, audience: Audience
) -> e.Event | None:
    return _closed_poll(event) if _sees_poll(after, event.poll, audience) else None


def _result_of_item(
    event: e.PollPublished, _before: MeetingState, after: MeetingState, audience: Audience
) -> e.Event | None:
    seen = _sees_poll(after, event.poll, audience)
    return _result_without_names(event) if seen else None


POLLS_OF_OFFICERS: Mapping[type, View] = {
    e.BallotCast: hidden,
    e.BallotSealed: hidden,
    e.PaperCountEntered: _entered,
    e.SealedBatchOpened: _batch,
}
_FOR_OFFICERS = (
    e.PollPrepared,
    e.SeriesArranged,
    e.PersonExcused,
    e.KeysOffered,
    e.KeysLost,
    e.BallotCast,
    e.BallotSealed,
    e.HandCountEntered,
    e.HandCountConfirmed,
    e.PaperCountEntered,
    e.PaperCountCompared,
    e.PaperCountReleased,
    e.SealedBatchOpened,
    e.TieSettled,
)
POLLS_OF_MEMBERS: Mapping[type, View] = {
    **dict.fromkeys(_FOR_OFFICERS, hidden),
    e.PaperCountOpened: _board,
    e.PollClosed: _closed_poll,
}
POLLS_OF_DISPLAYS: Mapping[type, View] = {
    e.PollOpened: _shown_poll,
    e.PollReminded: hidden,
    e.PollPublished: _without_names,
    e.PaperCountOpened: hidden,
}
POLLS_OF_GUESTS: Mapping[type, View] = {
    e.PollOpened: _opened_poll,
    e.PollReminded: hidden,
    e.PollPaused: _of_poll,
    e.PollResumed: _of_poll,
    e.PollExtended: _of_poll,
    e.PollAnnulled: _of_poll,
    e.PersonCalled: hidden,
    e.PaperCountOpened: hidden,
    e.ConsensusRecorded: _of_poll,
    e.PollClosed: _closed_poll_of_item,
    e.PollPublished: _result_of_item,
}
POLLS_OF_SITES: Mapping[type, View] = dict.fromkeys(POLLS_OF_GUESTS, hidden)
