"""Publishing drafts: the agenda and its papers change as one batch, or not at all.

An item's printed number is its index in the whole agenda, from 0 (khai mạc). Every version carries
the numbers right: after the drafts, items whose number or place changed are edited accordingly.
"""

from collections.abc import Callable

from msgspec.structs import replace

from server.core.roles import Actor
from server.core.ruling import Decision, no
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.fold import apply
from server.protocol.ids import ItemId, PaperId, PersonId, Time
from server.protocol.refusals import Code, Refusal
from server.protocol.state import AgendaItem, File, MeetingState, Paper, PaperClass

PAPER_ONLY: frozenset[PaperClass] = frozenset({"confidential", "secret", "top_secret"})
"""Classes whose papers stand in the agenda as placeholders and never have a file."""


def publish(state: MeetingState, command: c.PublishChanges, actor: Actor, now: Time) -> Decision:
    """Apply the drafts in their order; a refusal names the draft that could not be applied."""
    if not command.drafts:
        return no(Code.NOTHING_TO_PUBLISH)
    batch = _Batch(state, actor.person, now)
    for draft in command.drafts:
        answer = _ANSWERS[type(draft.change)](batch, draft.change)
        if isinstance(answer, Refusal):
            return replace(answer, params={**answer.params, "draft": draft.id})
        batch.happen(answer)
    batch.number()
    drafts = tuple(draft.id for draft in command.drafts)
    return (*batch.events, e.AgendaPublished(batch.published(), drafts))


class _Batch:
    """The state as it will be after the drafts so far, and the events that lead there."""

    def __init__(self, state: MeetingState, by: PersonId, now: Time) -> None:
        self.state = state
        self.events: list[e.Event] = []
        self.version = state.agenda_version + 1
        """What items say that they were added or changed in."""
        self.changed: set[ItemId] = set()
        self._by = by
        self._now = now

    def happen(self, events: tuple[e.Event, ...]) -> None:
        """Add events to the batch."""
        for event in events:
            self.state = apply(self.state, e.Entry(self._now, event, self._by))
            self.events.append(event)
            match event:
                case e.ItemMoved(item=item) | e.ItemPostponed(item=item):
                    self.changed.add(item)
                case _:
                    pass

    def number(self) -> None:
        """Print each item's index as its number, and mark those that were moved or set aside."""
        for index, item in enumerate(self.state.items):
            version = self.version if item.id in self.changed else item.changed_in
            if (item.number, item.changed_in) != (index, version):
                own = replace(_own(item), number=index, changed_in=version)
                self.happen((e.ItemEdited(own),))

    def published(self) -> int:
        """Return the agenda's version: it rises when items changed, and to 1 the first time."""
        paper = e.PaperFiled | e.PaperReplaced | e.PaperWithdrawn
        if self.version > 1 and all(isinstance(event, paper) for event in self.events):
            return self.version - 1
        return self.version


Answer = tuple[e.Event, ...] | Refusal


def _own(item: AgendaItem) -> AgendaItem:
    """Return an item's own fields, without its papers and progress: what an edit carries."""
    return AgendaItem(
        item.id,
        item.number,
        item.title,
        item.short_title,
        item.minutes,
        item.presenter,
        item.form,
        item.sites,
        added_in=item.added_in,
        changed_in=item.changed_in,
    )


def _no_guests(state: MeetingState, guests: tuple[PersonId, ...]) -> Refusal | None:
    for person in guests:
        entry = state.roll.get(person)
        if entry is None or entry.role != "guest":
            return no(Code.PERSON_NOT_ON_ROLL, person=person)
    return None


def _invited(state: MeetingState, item: ItemId) -> tuple[PersonId, ...]:
    """Return the guests of an item, in the order of the roll."""
    return tuple(p for p, one in state.roll.items() if one.role == "guest" and item in one.items)


def _ordered(state: MeetingState, guests: tuple[PersonId, ...]) -> tuple[PersonId, ...]:
    return tuple(person for person in state.roll if person in guests)


def _add(batch: _Batch, change: c.AddItem) -> Answer:
    state = batch.state
    if state.item(change.item) is not None:
        return no(Code.ITEM_EXISTS, item=change.item)
    title = change.title.strip()
    if not title:
        return no(Code.TITLE_MISSING)
    if change.position > len(state.items):
        return no(Code.POSITION_WRONG, position=change.position, last=len(state.items))
    if wrong := _no_guests(state, change.guests):
        return wrong
    item = AgendaItem(
        change.item,
        change.position,
        title,
        change.short_title.strip(),
        change.minutes,
        change.presenter,
        change.form,
        change.sites,
        added_in=batch.version,
        changed_in=batch.version,
    )
    # The roll may have invited people before the item existed: they stay invited.
    guests = _ordered(state, (*change.guests, *_invited(state, change.item)))
    return (e.ItemAdded(item, change.position, guests),)


def _edit(batch: _Batch, change: c.EditItem) -> Answer:
    state = batch.state
    item = state.item(change.item)
    if item is None:
        return no(Code.ITEM_UNKNOWN, item=change.item)
    if change.title is not None and not change.title.strip():
        return no(Code.TITLE_MISSING)
    guests = change.guests
    if guests is not None:
        if wrong := _no_guests(state, guests):
            return wrong
        guests = _ordered(state, guests)
        guests = None if guests == _invited(state, item.id) else guests
    edited = _edited(_own(item), change)
    if edited == _own(item) and guests is None:
        return ()
    return (e.ItemEdited(replace(edited, changed_in=batch.version), guests),)


def _edited(item: AgendaItem, change: c.EditItem) -> AgendaItem:
    new = {
        "title": change.title.strip() if change.title is not None else None,
        "short_title": change.short_title.strip() if change.short_title is not None else None,
        "minutes": change.minutes,
        "presenter": change.presenter,
        "form": change.form,
        "sites": change.sites,
    }
    return replace(item, **{field: value for field, value in new.items() if value is not None})


def _move(batch: _Batch, change: c.MoveItem) -> Answer:
    order = tuple(item.id for item in batch.state.items)
    if change.item not in order:
        return no(Code.ITEM_UNKNOWN, item=change.item)
    if change.position >= len(order):
        return no(Code.POSITION_WRONG, position=change.position, last=len(order) - 1)
    if order[change.position] == change.item:
        return ()
    return (e.ItemMoved(change.item, change.position),)


def _drop(batch: _Batch, change: c.DropItem) -> Answer:
    state = batch.state
    item = state.item(change.item)
    if item is None:
        return no(Code.ITEM_UNKNOWN, item=change.item)
    if state.current == item.id:
        return no(Code.ITEM_CURRENT, item=item.id)
    if item.status == "done":
        return no(Code.ITEM_DONE, item=item.id)
    asked = {"open", "paused", "closed", "published"}
    if any(poll.item == item.id and poll.state in asked for poll in state.polls.values()):
        return no(Code.ITEM_HAS_POLL, item=item.id)
    return (e.ItemDropped(item.id),)


def _postpone(batch: _Batch, change: c.PostponeItem) -> Answer:
    state = batch.state
    item = state.item(change.item)
    if item is None:
        return no(Code.ITEM_UNKNOWN, item=change.item)
    if change.hold == (item.status == "hold"):
        return ()
    if not change.hold:
        return (e.ItemPostponed(item.id, hold=False),)
    if item.status == "done":
        return no(Code.ITEM_DONE, item=item.id)
    poll = next((one for one in state.open_polls() if one.item == item.id), None)
    if poll is not None:
        return no(Code.POLL_STILL_OPEN, item=item.id, poll=poll.id)
    return (e.ItemPostponed(item.id, hold=True),)


def _file(batch: _Batch, change: c.FilePaper) -> Answer:
    if batch.state.item(change.item) is None:
        return no(Code.ITEM_UNKNOWN, item=change.item)
    if batch.state.paper(change.paper) is not None:
        return no(Code.PAPER_EXISTS, paper=change.paper)
    title = change.title.strip()
    if not title:
        return no(Code.TITLE_MISSING)
    if wrong := _no_file(change.paper, change.classification, change.file):
        return wrong
    if change.file is None and change.classification not in PAPER_ONLY and not change.copies:
        return no(Code.PAPER_HAS_NO_FILE, paper=change.paper)
    paper = Paper(
        change.paper,
        title,
        change.kind,
        change.symbol,
        change.classification,
        change.audience,
        (change.file,) if change.file else (),
        change.copies,
    )
    return (e.PaperFiled(change.item, paper),)


def _no_file(paper: PaperId, classification: PaperClass, file: File | None) -> Refusal | None:
    if file is not None and classification in PAPER_ONLY:
        return no(Code.PAPER_CLASSIFIED, paper=paper)
    return None


def _replace(batch: _Batch, change: c.ReplacePaper) -> Answer:
    found = batch.state.paper(change.paper)
    if found is None:
        return no(Code.PAPER_UNKNOWN, paper=change.paper)
    paper = found[1]
    if wrong := _no_file(paper.id, paper.classification, change.file):
        return wrong
    return () if paper.file == change.file else (e.PaperReplaced(paper.id, change.file),)


def _withdraw(batch: _Batch, change: c.WithdrawPaper) -> Answer:
    if batch.state.paper(change.paper) is None:
        return no(Code.PAPER_UNKNOWN, paper=change.paper)
    return (e.PaperWithdrawn(change.paper),)


_ANSWERS: dict[type, Callable[..., Answer]] = {
    c.AddItem: _add,
    c.EditItem: _edit,
    c.MoveItem: _move,
    c.DropItem: _drop,
    c.PostponeItem: _postpone,
    c.FilePaper: _file,
    c.ReplacePaper: _replace,
    c.WithdrawPaper: _withdraw,
}
