"""The part of the fold that changes the agenda, its papers and which item is under discussion."""

from collections.abc import Callable

from msgspec.structs import replace

from server.protocol import events as e
from server.protocol.ids import ItemId, PaperId, PersonId, Time
from server.protocol.state import AgendaItem, MeetingState, Paper, RollEntry


def _change_item(
    state: MeetingState, item: ItemId, change: Callable[[AgendaItem], AgendaItem]
) -> MeetingState:
    items = tuple(change(one) if one.id == item else one for one in state.items)
    return replace(state, items=items)


def _change_paper(
    state: MeetingState, paper: PaperId, change: Callable[[Paper], Paper | None]
) -> MeetingState:
    def within(item: AgendaItem) -> AgendaItem:
        if all(one.id != paper for one in item.papers):
            return item
        changed = (change(one) if one.id == paper else one for one in item.papers)
        return replace(item, papers=tuple(one for one in changed if one is not None))

    return replace(state, items=tuple(within(item) for item in state.items))


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

    return _change_item(state, new.id, edit)


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
    return replace(end_floor(state), current="")


def _item_postponed(state: MeetingState, event: e.ItemPostponed, _at: Time) -> MeetingState:
    status = "hold" if event.hold else "waiting"
    held = _change_item(state, event.item, lambda item: replace(item, status=status))
    return _leave(held, event.item)


def _paper_filed(state: MeetingState, event: e.PaperFiled, _at: Time) -> MeetingState:
    def file(item: AgendaItem) -> AgendaItem:
        return replace(item, papers=(*item.papers, event.paper))

    return _change_item(state, event.item, file)


def _paper_replaced(state: MeetingState, event: e.PaperReplaced, at: Time) -> MeetingState:
    def revise(paper: Paper) -> Paper:
        return replace(paper, files=(*paper.files, event.file), replaced_at=at)

    return _change_paper(state, event.paper, revise)


def _paper_withdrawn(state: MeetingState, event: e.PaperWithdrawn, _at: Time) -> MeetingState:
    return _change_paper(state, event.paper, lambda _paper: None)


def _agenda_published(state: MeetingState, event: e.AgendaPublished, at: Time) -> MeetingState:
    return replace(state, agenda_version=event.version, agenda_published_at=at)


def end_floor(state: MeetingState) -> MeetingState:
    """Return the state with nobody speaking or waiting; the item keeps who was not heard."""

    def keep(item: AgendaItem) -> AgendaItem:
        waiting = (one.person for one in state.floor if one.person not in item.unheard)
        return replace(item, unheard=(*item.unheard, *waiting))

    kept = _change_item(state, state.current, keep) if state.floor else state
    return replace(kept, floor=(), speaking=None)


def heard(state: MeetingState, person: PersonId) -> MeetingState:
    """Return the state in which this person has been given the floor on the current item."""
    current = state.item(state.current)
    if current is None or person not in current.unheard:
        return state
    others = tuple(one for one in current.unheard if one != person)
    return _change_item(state, current.id, lambda item: replace(item, unheard=others))


def finish_current(state: MeetingState) -> MeetingState:
    """Return the state with the item under discussion done."""

    def finish(item: AgendaItem) -> AgendaItem:
        return replace(item, status="done") if item.status == "now" else item

    return _change_item(state, state.current, finish)


def _item_taken_up(state: MeetingState, event: e.ItemTakenUp, at: Time) -> MeetingState:
    def begin_item(item: AgendaItem) -> AgendaItem:
        return replace(item, status="now", taken_up_at=item.taken_up_at or at)

    finished = replace(end_floor(finish_current(state)), current=event.item)
    return _change_item(finished, event.item, begin_item)


def _item_concluded(state: MeetingState, event: e.ItemConcluded, at: Time) -> MeetingState:
    def conclude(item: AgendaItem) -> AgendaItem:
        return replace(item, conclusion=event.text, consensus=event.consensus, concluded_at=at)

    return _change_item(state, event.item, conclude)


AGENDA: dict[type, Callable[..., MeetingState]] = {
    e.ItemAdded: _item_added,
    e.ItemEdited: _item_edited,
    e.ItemMoved: _item_moved,
    e.ItemDropped: _item_dropped,
    e.ItemPostponed: _item_postponed,
    e.PaperFiled: _paper_filed,
    e.PaperReplaced: _paper_replaced,
    e.PaperWithdrawn: _paper_withdrawn,
    e.AgendaPublished: _agenda_published,
    e.ItemTakenUp: _item_taken_up,
    e.ItemConcluded: _item_concluded,
}
