"""The part of the fold that changes polls."""

from collections.abc import Callable

from msgspec.structs import replace

from server.protocol import events as e
from server.protocol.ids import PollId, Time
from server.protocol.state import Ballot, MeetingState, Poll


def _change_poll(state: MeetingState, poll: PollId, change: Callable[[Poll], Poll]) -> MeetingState:
    known = state.polls.get(poll)
    if known is None:
        return state
    return replace(state, polls={**state.polls, poll: change(known)})


def _poll_prepared(state: MeetingState, event: e.PollPrepared, at: Time) -> MeetingState:
    poll = Poll(event.poll, event.item, event.question, event.rule, prepared_at=at)
    return replace(state, polls={**state.polls, event.poll: poll})


def _poll_opened(state: MeetingState, event: e.PollOpened, at: Time) -> MeetingState:
    before = state.polls.get(event.poll)
    poll = Poll(
        event.poll,
        event.item,
        event.question,
        event.rule,
        state="open",
        prepared_at=before.prepared_at if before else 0,
        opened_at=at,
        present=event.present,
        members=event.members,
        need=event.need,
        electorate=event.electorate,
    )
    return replace(state, polls={**state.polls, event.poll: poll})


def _poll_paused(state: MeetingState, event: e.PollPaused, _at: Time) -> MeetingState:
    return _change_poll(state, event.poll, lambda poll: replace(poll, state="paused"))


def _poll_resumed(state: MeetingState, event: e.PollResumed, _at: Time) -> MeetingState:
    return _change_poll(state, event.poll, lambda poll: replace(poll, state="open"))


def _ballot_cast(state: MeetingState, event: e.BallotCast, at: Time) -> MeetingState:
    ballot = Ballot(
        event.ballot, event.choice, at, event.opinion, event.by_hand, event.confirmed_by
    )

    def take(poll: Poll) -> Poll:
        return replace(poll, ballots={**poll.ballots, event.person: ballot})

    return _change_poll(state, event.poll, take)


def _poll_closed(state: MeetingState, event: e.PollClosed, at: Time) -> MeetingState:
    def close(poll: Poll) -> Poll:
        return replace(poll, state="closed", closed_at=at, tally=event.tally)

    return _change_poll(state, event.poll, close)


def _poll_published(state: MeetingState, event: e.PollPublished, at: Time) -> MeetingState:
    def publish(poll: Poll) -> Poll:
        return replace(
            poll, state="published", published_at=at, tally=event.tally, ballots=event.ballots
        )

    return _change_poll(state, event.poll, publish)


def _poll_annulled(state: MeetingState, event: e.PollAnnulled, _at: Time) -> MeetingState:
    def annul(poll: Poll) -> Poll:
        return replace(poll, state="annulled", reason=event.reason)

    return _change_poll(state, event.poll, annul)


POLLS: dict[type, Callable[..., MeetingState]] = {
    e.PollPrepared: _poll_prepared,
    e.PollOpened: _poll_opened,
    e.PollPaused: _poll_paused,
    e.PollResumed: _poll_resumed,
    e.BallotCast: _ballot_cast,
    e.PollClosed: _poll_closed,
    e.PollPublished: _poll_published,
    e.PollAnnulled: _poll_annulled,
}
