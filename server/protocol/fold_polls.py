"""The part of the fold that changes polls."""

from collections.abc import Callable

from msgspec.structs import replace

from server.protocol import events as e
from server.protocol.counts import Ballot, Board, Cast, Excuse, HandCount, PaperEntry
from server.protocol.ids import PollId, Time
from server.protocol.state import MeetingState, Poll


def _change_poll(state: MeetingState, poll: PollId, change: Callable[[Poll], Poll]) -> MeetingState:
    known = state.polls.get(poll)
    if known is None:
        return state
    return replace(state, polls={**state.polls, poll: change(known)})


def _poll_prepared(state: MeetingState, event: e.PollPrepared, at: Time) -> MeetingState:
    before = state.polls.get(event.poll)
    poll = Poll(
        event.poll,
        event.item,
        event.question,
        event.rule,
        prepared_at=at,
        series=event.series,
        repeats=event.repeats,
        round=event.round,
        excused=before.excused if before else {},
        keys=before.keys if before else (),
        place=event.place,
    )
    return replace(state, polls={**state.polls, event.poll: poll})


def _series_arranged(state: MeetingState, event: e.SeriesArranged, _at: Time) -> MeetingState:
    def arranged(poll: Poll) -> Poll:
        if poll.id in event.polls:
            return replace(poll, series=event.series, place=event.polls.index(poll.id) + 1)
        had_place = poll.place and poll.series == event.series
        return replace(poll, series="", place=0) if had_place else poll

    return replace(state, polls={name: arranged(poll) for name, poll in state.polls.items()})


def _person_excused(state: MeetingState, event: e.PersonExcused, _at: Time) -> MeetingState:
    def excuse(poll: Poll) -> Poll:
        others = {person: one for person, one in poll.excused.items() if person != event.person}
        if event.excused:
            others[event.person] = Excuse(event.kind, event.reason)
        return replace(poll, excused=others)

    return _change_poll(state, event.poll, excuse)


def _keys_offered(state: MeetingState, event: e.KeysOffered, _at: Time) -> MeetingState:
    return _change_poll(state, event.poll, lambda poll: replace(poll, keys=event.keys))


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
        series=event.series,
        repeats=event.repeats,
        round=event.round,
        bases=event.bases,
        chair=event.chair,
        excused=event.excused,
        absent=event.absent,
        ends_at=event.ends_at,
        keys=event.keys,
        place=event.place,
        of=event.of,
    )
    return replace(state, polls={**state.polls, event.poll: poll})


def _poll_paused(state: MeetingState, event: e.PollPaused, at: Time) -> MeetingState:
    return _change_poll(state, event.poll, lambda poll: replace(poll, state="paused", paused_at=at))


def _poll_resumed(state: MeetingState, event: e.PollResumed, at: Time) -> MeetingState:
    def resume(poll: Poll) -> Poll:
        """Give back the time for which the poll stood still."""
        ends = poll.ends_at + (at - poll.paused_at) if poll.ends_at and poll.paused_at else 0
        return replace(poll, state="open", paused_at=0, ends_at=ends)

    return _change_poll(state, event.poll, resume)


def _poll_extended(state: MeetingState, event: e.PollExtended, _at: Time) -> MeetingState:
    return _change_poll(state, event.poll, lambda poll: replace(poll, ends_at=event.ends_at))


def _poll_reminded(state: MeetingState, event: e.PollReminded, at: Time) -> MeetingState:
    return _change_poll(state, event.poll, lambda poll: replace(poll, reminded_at=at))


def _ballot_cast(state: MeetingState, event: e.BallotCast, at: Time) -> MeetingState:
    ballot = Ballot(
        event.ballot,
        event.choice,
        at,
        event.opinion,
        event.by_hand,
        event.confirmed_by,
        event.answers,
        event.names,
        event.write_ins,
        event.invalid,
        event.on_paper,
        event.called,
    )

    def take(poll: Poll) -> Poll:
        return replace(poll, ballots={**poll.ballots, event.person: ballot})

    return _change_poll(state, event.poll, take)


def _person_called(state: MeetingState, event: e.PersonCalled, _at: Time) -> MeetingState:
    return _change_poll(state, event.poll, lambda poll: replace(poll, called=event.person))


def _hand_count_entered(state: MeetingState, event: e.HandCountEntered, at: Time) -> MeetingState:
    hands = HandCount(event.counts, event.person, at)
    return _change_poll(state, event.poll, lambda poll: replace(poll, hands=hands))


def _hand_count_confirmed(
    state: MeetingState, event: e.HandCountConfirmed, _at: Time
) -> MeetingState:
    def confirm(poll: Poll) -> Poll:
        hands = poll.hands
        return replace(poll, hands=replace(hands, confirmed_by=event.person)) if hands else poll

    return _change_poll(state, event.poll, confirm)


def _ballot_sealed(state: MeetingState, event: e.BallotSealed, at: Time) -> MeetingState:
    def take(poll: Poll) -> Poll:
        return replace(poll, cast={**poll.cast, event.person: Cast(event.ballot, at)})

    return _change_poll(state, event.poll, take)


def _poll_closed(state: MeetingState, event: e.PollClosed, at: Time) -> MeetingState:
    def close(poll: Poll) -> Poll:
        return replace(
            poll, state="closed", closed_at=at, paused_at=0, tally=event.tally, timed=event.timed
        )

    return _change_poll(state, event.poll, close)


def _sealed_batch_opened(
    state: MeetingState, event: e.SealedBatchOpened, _at: Time
) -> MeetingState:
    def open_batch(poll: Poll) -> Poll:
        return replace(
            poll,
            slips=event.slips,
            unreadable=event.unreadable,
            tally=event.tally,
            keys_lost=False,
        )

    return _change_poll(state, event.poll, open_batch)


def _keys_lost(state: MeetingState, event: e.KeysLost, _at: Time) -> MeetingState:
    return _change_poll(state, event.poll, lambda poll: replace(poll, keys_lost=True))


def _tie_settled(state: MeetingState, event: e.TieSettled, _at: Time) -> MeetingState:
    return _change_poll(state, event.poll, lambda poll: replace(poll, tally=event.tally))


def _paper_count_opened(state: MeetingState, event: e.PaperCountOpened, _at: Time) -> MeetingState:
    board = Board(event.printed, event.issued, event.spoiled, event.wanted, event.tellers)
    return _change_poll(state, event.poll, lambda poll: replace(poll, board=board))


def _change_board(
    state: MeetingState, poll: PollId, change: Callable[[Board], Board]
) -> MeetingState:
    def on(known: Poll) -> Poll:
        return replace(known, board=change(known.board)) if known.board else known

    return _change_poll(state, poll, on)


def _paper_count_entered(state: MeetingState, event: e.PaperCountEntered, at: Time) -> MeetingState:
    entry = PaperEntry(event.device, at, event.count)

    def enter(board: Board) -> Board:
        entries = {**board.entries, event.person: entry}
        return replace(board, entries=entries, mismatches=(), compared=False)

    return _change_board(state, event.poll, enter)


def _paper_count_compared(
    state: MeetingState, event: e.PaperCountCompared, _at: Time
) -> MeetingState:
    def compare(board: Board) -> Board:
        return replace(board, mismatches=event.mismatches, compared=True)

    return _change_board(state, event.poll, compare)


def _paper_count_released(
    state: MeetingState, event: e.PaperCountReleased, _at: Time
) -> MeetingState:
    return _change_poll(state, event.poll, lambda poll: replace(poll, tally=event.tally))


def _consensus_recorded(state: MeetingState, event: e.ConsensusRecorded, at: Time) -> MeetingState:
    before = state.polls.get(event.poll)
    poll = Poll(
        event.poll,
        event.item,
        event.question,
        event.rule,
        state="published",
        prepared_at=before.prepared_at if before else 0,
        opened_at=at,
        closed_at=at,
        published_at=at,
        consensus=True,
    )
    return replace(state, polls={**state.polls, event.poll: poll})


def _poll_published(state: MeetingState, event: e.PollPublished, at: Time) -> MeetingState:
    def publish(poll: Poll) -> Poll:
        return replace(
            poll, state="published", published_at=at, tally=event.tally, ballots=event.ballots
        )

    return _change_poll(state, event.poll, publish)


def _poll_annulled(state: MeetingState, event: e.PollAnnulled, _at: Time) -> MeetingState:
    def annul(poll: Poll) -> Poll:
        return replace(poll, state="annulled", paused_at=0, reason=event.reason)

    return _change_poll(state, event.poll, annul)


POLLS: dict[type, Callable[..., MeetingState]] = {
    e.PollPrepared: _poll_prepared,
    e.SeriesArranged: _series_arranged,
    e.PersonExcused: _person_excused,
    e.KeysOffered: _keys_offered,
    e.PollOpened: _poll_opened,
    e.PollReminded: _poll_reminded,
    e.PollPaused: _poll_paused,
    e.PollResumed: _poll_resumed,
    e.PollExtended: _poll_extended,
    e.BallotCast: _ballot_cast,
    e.PersonCalled: _person_called,
    e.HandCountEntered: _hand_count_entered,
    e.HandCountConfirmed: _hand_count_confirmed,
    e.BallotSealed: _ballot_sealed,
    e.PollClosed: _poll_closed,
    e.KeysLost: _keys_lost,
    e.SealedBatchOpened: _sealed_batch_opened,
    e.TieSettled: _tie_settled,
    e.PaperCountOpened: _paper_count_opened,
    e.PaperCountEntered: _paper_count_entered,
    e.PaperCountCompared: _paper_count_compared,
    e.PaperCountReleased: _paper_count_released,
    e.ConsensusRecorded: _consensus_recorded,
    e.PollPublished: _poll_published,
    e.PollAnnulled: _poll_annulled,
}
