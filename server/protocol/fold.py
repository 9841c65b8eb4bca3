"""`apply`: one event onto a meeting's state. The same function folds on the server and on tablets.

Total: an event that names something the audience may not see leaves the state as it is, so a
redacted stream folds to what that audience may know. Never raises for a decoded event.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from msgspec.structs import replace

from server.protocol import events as e
from server.protocol.ids import ItemId, PaperId, PersonId, PollId, Sha256, Time
from server.protocol.state import (
    Acknowledgement,
    AgendaItem,
    Attendance,
    Ballot,
    FloorRequest,
    HelpCall,
    MeetingState,
    Notice,
    Paper,
    Poll,
    Receipt,
    RollEntry,
    Speaking,
)


def apply(state: MeetingState, entry: e.Entry) -> MeetingState:
    """Return the state after `entry`."""
    return _APPLY[type(entry.event)](state, entry.event, entry.at)


def begin(event: e.MeetingCreated) -> MeetingState:
    """Return the state that a room's first event makes."""
    return MeetingState(
        id=event.meeting,
        organization=event.organization,
        title=event.title,
        ordinal=event.ordinal,
        place=event.place,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
    )


def fold(entries: Iterable[e.Entry]) -> MeetingState | None:
    """Return the state after all `entries`; None when the first is not `MeetingCreated`."""
    state: MeetingState | None = None
    for entry in entries:
        if state is None:
            if not isinstance(entry.event, e.MeetingCreated):
                return None
            state = begin(entry.event)
        else:
            state = apply(state, entry)
    return state


@dataclass(frozen=True)
class _Change:
    """Small builders for the parts that several events change in the same way."""

    state: MeetingState

    def item(self, item: ItemId, change: Callable[[AgendaItem], AgendaItem]) -> MeetingState:
        items = tuple(change(one) if one.id == item else one for one in self.state.items)
        return replace(self.state, items=items)

    def paper(self, paper: PaperId, change: Callable[[Paper], Paper | None]) -> MeetingState:
        def within(item: AgendaItem) -> AgendaItem:
            if all(one.id != paper for one in item.papers):
                return item
            changed = (change(one) if one.id == paper else one for one in item.papers)
            return replace(item, papers=tuple(one for one in changed if one is not None))

        return replace(self.state, items=tuple(within(item) for item in self.state.items))

    def poll(self, poll: PollId, change: Callable[[Poll], Poll]) -> MeetingState:
        known = self.state.polls.get(poll)
        if known is None:
            return self.state
        return replace(self.state, polls={**self.state.polls, poll: change(known)})

    def receipt(
        self, person: PersonId, sha: Sha256, *, received: Time, opened: Time
    ) -> MeetingState:
        of_file = self.state.receipts.get(sha, {})
        before = of_file.get(person, Receipt())
        after = Receipt(before.received_at or received, before.opened_at or opened)
        receipts = {**self.state.receipts, sha: {**of_file, person: after}}
        return replace(self.state, receipts=receipts)


def _created(state: MeetingState, _event: e.MeetingCreated, _at: Time) -> MeetingState:
    return state


def _roll_set(state: MeetingState, event: e.RollSet, _at: Time) -> MeetingState:
    roll = {entry.person: entry for entry in event.entries}
    chair = next((entry.person for entry in event.entries if entry.role == "chair"), "")
    return replace(state, roll=roll, chair=chair)


def _acting_chair_named(state: MeetingState, event: e.ActingChairNamed, _at: Time) -> MeetingState:
    return replace(state, chair=event.person)


def _insert(
    items: tuple[AgendaItem, ...], item: AgendaItem, position: int
) -> tuple[AgendaItem, ...]:
    return (*items[:position], item, *items[position:])


def _invite(
    state: MeetingState, item: ItemId, guests: tuple[PersonId, ...]
) -> dict[PersonId, RollEntry]:
    def entry(one: RollEntry) -> RollEntry:
        without = tuple(known for known in one.items if known != item)
        return replace(one, items=(*without, item) if one.person in guests else without)

    return {
        person: entry(one) if one.role == "guest" else one for person, one in state.roll.items()
    }


def _item_added(state: MeetingState, event: e.ItemAdded, _at: Time) -> MeetingState:
    return replace(
        state,
        items=_insert(state.items, event.item, event.position),
        roll=_invite(state, event.item.id, event.guests),
    )


def _item_edited(state: MeetingState, event: e.ItemEdited, _at: Time) -> MeetingState:
    if event.guests is not None:
        state = replace(state, roll=_invite(state, event.item.id, event.guests))
    new = event.item

    def edit(old: AgendaItem) -> AgendaItem:
        return replace(
            old,
            number=new.number,
            title=new.title,
            short_title=new.short_title,
            minutes=new.minutes,
            presenter=new.presenter,
            form=new.form,
            sites=new.sites,
            changed_in=new.changed_in,
        )

    return _Change(state).item(new.id, edit)


def _item_moved(state: MeetingState, event: e.ItemMoved, _at: Time) -> MeetingState:
    moved = state.item(event.item)
    if moved is None:
        return state
    others = tuple(one for one in state.items if one.id != event.item)
    return replace(state, items=_insert(others, moved, event.position))


def _item_dropped(state: MeetingState, event: e.ItemDropped, _at: Time) -> MeetingState:
    items = tuple(one for one in state.items if one.id != event.item)
    return _leave(replace(state, items=items, roll=_invite(state, event.item, ())), event.item)


def _leave(state: MeetingState, item: ItemId) -> MeetingState:
    """No item is under discussion any more, when it was this one."""
    if state.current != item:
        return state
    return replace(state, current="", floor=(), speaking=None)


def _item_postponed(state: MeetingState, event: e.ItemPostponed, _at: Time) -> MeetingState:
    status = "hold" if event.hold else "waiting"
    held = _Change(state).item(event.item, lambda item: replace(item, status=status))
    return _leave(held, event.item)


def _paper_filed(state: MeetingState, event: e.PaperFiled, _at: Time) -> MeetingState:
    def file(item: AgendaItem) -> AgendaItem:
        return replace(item, papers=(*item.papers, event.paper))

    return _Change(state).item(event.item, file)


def _paper_replaced(state: MeetingState, event: e.PaperReplaced, at: Time) -> MeetingState:
    def revise(paper: Paper) -> Paper:
        return replace(paper, files=(*paper.files, event.file), replaced_at=at)

    return _Change(state).paper(event.paper, revise)


def _paper_withdrawn(state: MeetingState, event: e.PaperWithdrawn, _at: Time) -> MeetingState:
    return _Change(state).paper(event.paper, lambda _paper: None)


def _agenda_published(state: MeetingState, event: e.AgendaPublished, at: Time) -> MeetingState:
    return replace(state, agenda_version=event.version, agenda_published_at=at)


def _started(state: MeetingState, _event: e.MeetingStarted, at: Time) -> MeetingState:
    return replace(state, phase="open", opened_at=at)


def _paused(state: MeetingState, _event: e.MeetingPaused, _at: Time) -> MeetingState:
    return replace(state, phase="paused")


def _resumed(state: MeetingState, _event: e.MeetingResumed, _at: Time) -> MeetingState:
    return replace(state, phase="open")


def _closed(state: MeetingState, _event: e.MeetingClosed, at: Time) -> MeetingState:
    ended = _finish_current(state)
    return replace(ended, phase="closed", closed_at=at, current="", speaking=None, floor=())


def _attendance_marked(state: MeetingState, event: e.AttendanceMarked, at: Time) -> MeetingState:
    marked = {
        person: Attendance(presence, event.reason, at) for person, presence in event.marks.items()
    }
    return replace(state, attendance={**state.attendance, **marked})


def _finish_current(state: MeetingState) -> MeetingState:
    def finish(item: AgendaItem) -> AgendaItem:
        return replace(item, status="done") if item.status == "now" else item

    return _Change(state).item(state.current, finish)


def _item_taken_up(state: MeetingState, event: e.ItemTakenUp, at: Time) -> MeetingState:
    def begin_item(item: AgendaItem) -> AgendaItem:
        return replace(item, status="now", taken_up_at=item.taken_up_at or at)

    finished = replace(_finish_current(state), current=event.item, floor=(), speaking=None)
    return _Change(finished).item(event.item, begin_item)


def _item_concluded(state: MeetingState, event: e.ItemConcluded, at: Time) -> MeetingState:
    def conclude(item: AgendaItem) -> AgendaItem:
        return replace(item, conclusion=event.text, consensus=event.consensus, concluded_at=at)

    return _Change(state).item(event.item, conclude)


def _floor_asked(state: MeetingState, event: e.FloorAsked, at: Time) -> MeetingState:
    return replace(state, floor=(*state.floor, FloorRequest(event.person, at)))


def _without(state: MeetingState, person: PersonId) -> tuple[FloorRequest, ...]:
    return tuple(one for one in state.floor if one.person != person)


def _floor_withdrawn(state: MeetingState, event: e.FloorWithdrawn, _at: Time) -> MeetingState:
    return replace(state, floor=_without(state, event.person))


def _floor_given(state: MeetingState, event: e.FloorGiven, at: Time) -> MeetingState:
    speaking = Speaking(event.person, at, event.seconds)
    return replace(state, floor=_without(state, event.person), speaking=speaking)


def _floor_extended(state: MeetingState, event: e.FloorExtended, _at: Time) -> MeetingState:
    if state.speaking is None:
        return state
    more = replace(state.speaking, seconds=state.speaking.seconds + event.seconds)
    return replace(state, speaking=more)


def _floor_ended(state: MeetingState, _event: e.FloorEnded, _at: Time) -> MeetingState:
    return replace(state, speaking=None)


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
    return _Change(state).poll(event.poll, lambda poll: replace(poll, state="paused"))


def _poll_resumed(state: MeetingState, event: e.PollResumed, _at: Time) -> MeetingState:
    return _Change(state).poll(event.poll, lambda poll: replace(poll, state="open"))


def _ballot_cast(state: MeetingState, event: e.BallotCast, at: Time) -> MeetingState:
    ballot = Ballot(
        event.ballot, event.choice, at, event.opinion, event.by_hand, event.confirmed_by
    )

    def take(poll: Poll) -> Poll:
        return replace(poll, ballots={**poll.ballots, event.person: ballot})

    return _Change(state).poll(event.poll, take)


def _poll_closed(state: MeetingState, event: e.PollClosed, at: Time) -> MeetingState:
    def close(poll: Poll) -> Poll:
        return replace(poll, state="closed", closed_at=at, tally=event.tally)

    return _Change(state).poll(event.poll, close)


def _poll_published(state: MeetingState, event: e.PollPublished, at: Time) -> MeetingState:
    def publish(poll: Poll) -> Poll:
        return replace(
            poll, state="published", published_at=at, tally=event.tally, ballots=event.ballots
        )

    return _Change(state).poll(event.poll, publish)


def _poll_annulled(state: MeetingState, event: e.PollAnnulled, _at: Time) -> MeetingState:
    def annul(poll: Poll) -> Poll:
        return replace(poll, state="annulled", reason=event.reason)

    return _Change(state).poll(event.poll, annul)


def _help_called(state: MeetingState, event: e.HelpCalled, at: Time) -> MeetingState:
    others = tuple(call for call in state.help if call.person != event.person)
    return replace(state, help=(*others, HelpCall(event.person, event.kind, at)))


def _help_answered(state: MeetingState, event: e.HelpAnswered, _at: Time) -> MeetingState:
    return replace(state, help=tuple(call for call in state.help if call.person != event.person))


def _notice_sent(state: MeetingState, event: e.NoticeSent, at: Time) -> MeetingState:
    return replace(state, notices=(*state.notices, Notice(event.text, at)))


def _acknowledged(state: MeetingState, event: e.AgendaAcknowledged, at: Time) -> MeetingState:
    seen = Acknowledgement(event.version, at)
    return replace(state, acknowledged={**state.acknowledged, event.person: seen})


def _received(state: MeetingState, event: e.PaperReceived, at: Time) -> MeetingState:
    return _Change(state).receipt(event.person, event.sha256, received=at, opened=0)


def _opened(state: MeetingState, event: e.PaperOpened, at: Time) -> MeetingState:
    return _Change(state).receipt(event.person, event.sha256, received=at, opened=at)


_APPLY: dict[type, Callable[..., MeetingState]] = {
    e.MeetingCreated: _created,
    e.RollSet: _roll_set,
    e.ActingChairNamed: _acting_chair_named,
    e.ItemAdded: _item_added,
    e.ItemEdited: _item_edited,
    e.ItemMoved: _item_moved,
    e.ItemDropped: _item_dropped,
    e.ItemPostponed: _item_postponed,
    e.PaperFiled: _paper_filed,
    e.PaperReplaced: _paper_replaced,
    e.PaperWithdrawn: _paper_withdrawn,
    e.AgendaPublished: _agenda_published,
    e.MeetingStarted: _started,
    e.MeetingPaused: _paused,
    e.MeetingResumed: _resumed,
    e.MeetingClosed: _closed,
    e.AttendanceMarked: _attendance_marked,
    e.ItemTakenUp: _item_taken_up,
    e.ItemConcluded: _item_concluded,
    e.FloorAsked: _floor_asked,
    e.FloorWithdrawn: _floor_withdrawn,
    e.FloorGiven: _floor_given,
    e.FloorExtended: _floor_extended,
    e.FloorEnded: _floor_ended,
    e.PollPrepared: _poll_prepared,
    e.PollOpened: _poll_opened,
    e.PollPaused: _poll_paused,
    e.PollResumed: _poll_resumed,
    e.BallotCast: _ballot_cast,
    e.PollClosed: _poll_closed,
    e.PollPublished: _poll_published,
    e.PollAnnulled: _poll_annulled,
    e.HelpCalled: _help_called,
    e.HelpAnswered: _help_answered,
    e.NoticeSent: _notice_sent,
    e.AgendaAcknowledged: _acknowledged,
    e.PaperReceived: _received,
    e.PaperOpened: _opened,
}
