"""The agenda as it will be: what is published with the drafts applied, and which drafts to keep.

Pure: the server decides again at publication; here a draft that fits nowhere changes nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from msgspec.structs import asdict, replace

from server.protocol import commands as c
from server.protocol import events as e
from server.protocol import office as o
from server.protocol.fold import apply
from server.protocol.ids import ItemId, MeetingId, PaperId, PersonId
from server.protocol.state import AgendaItem, File, MeetingState, Paper

EDITABLE = ("title", "short_title", "minutes", "presenter", "form", "guests", "sites")


def effective(state: MeetingState, drafts: Iterable[c.Draft]) -> MeetingState:
    """Return the meeting as it will be when these drafts are published, items numbered anew."""
    for draft in drafts:
        for event in _EVENTS[type(draft.change)](state, draft.change):
            state = apply(state, e.Entry(0, event))
    items = tuple(replace(item, number=n) for n, item in enumerate(state.items))
    return replace(state, items=items)


def guests_of(state: MeetingState, item: ItemId) -> tuple[PersonId, ...]:
    """Return the invited guests of an item, in the order of the roll."""
    roll = state.roll.items()
    return tuple(person for person, one in roll if one.role == "guest" and item in one.items)


def item_of(state: MeetingState, change: c.Change) -> ItemId:
    """Return the item that a change is about; empty when there is none any more."""
    if isinstance(change, c.ReplacePaper | c.WithdrawPaper):
        found = state.paper(change.paper)
        return found[0].id if found else ""
    return change.item


# ---- what a change will do -----------------------------------------------------------------------


def _added(state: MeetingState, change: c.AddItem) -> tuple[e.Event, ...]:
    if state.item(change.item) is not None:
        return ()
    position = min(change.position, len(state.items))
    version = state.agenda_version + 1
    item = AgendaItem(
        change.item,
        position,
        change.title,
        change.short_title,
        change.minutes,
        change.presenter,
        change.form,
        change.sites,
        added_in=version,
        changed_in=version,
    )
    return (e.ItemAdded(item, position, change.guests),)


def _edited(state: MeetingState, change: c.EditItem) -> tuple[e.Event, ...]:
    item = state.item(change.item)
    if item is None:
        return ()
    new = {name: getattr(change, name) for name in EDITABLE if name != "guests"}
    given = {name: value for name, value in new.items() if value is not None}
    return (e.ItemEdited(replace(item, **given), change.guests),)


def _moved(state: MeetingState, change: c.MoveItem) -> tuple[e.Event, ...]:
    return (e.ItemMoved(change.item, min(change.position, len(state.items) - 1)),)


def _filed(_state: MeetingState, change: c.FilePaper) -> tuple[e.Event, ...]:
    paper = Paper(
        change.paper,
        change.title,
        change.kind,
        change.symbol,
        change.classification,
        change.audience,
        (change.file,) if change.file else (),
        change.copies,
    )
    return (e.PaperFiled(change.item, paper),)


_EVENTS: dict[type, Callable[[MeetingState, Any], tuple[e.Event, ...]]] = {
    c.AddItem: _added,
    c.EditItem: _edited,
    c.MoveItem: _moved,
    c.DropItem: lambda _state, change: (e.ItemDropped(change.item),),
    c.PostponeItem: lambda _state, change: (e.ItemPostponed(change.item, change.hold),),
    c.FilePaper: _filed,
    c.ReplacePaper: lambda _state, change: (e.PaperReplaced(change.paper, change.file),),
    c.WithdrawPaper: lambda _state, change: (e.PaperWithdrawn(change.paper),),
}


# ---- which drafts to put and drop ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Drafting:
    """One meeting's drafts; each method returns the questions that make the wish a draft."""

    room: MeetingId
    published: MeetingState
    drafts: tuple[c.Draft, ...]

    def edit(self, item: ItemId, **values: Any) -> tuple[o.Question, ...]:
        """New values for an item: into its one draft; back to what is published drops it."""
        added = self._find(c.AddItem, item)
        if added is not None:
            return (self._put(added.id, replace(added.change, **values)),)
        before = self._find(c.EditItem, item)
        change = before.change if before else c.EditItem(item)
        merged = {**asdict(change), **values}
        known = self.published.item(item)
        if known is None:
            return ()
        now = {name: getattr(known, name) for name in EDITABLE if name != "guests"}
        now["guests"] = guests_of(self.published, item)
        kept = {name: None if merged[name] == now[name] else merged[name] for name in EDITABLE}
        if all(value is None for value in kept.values()):
            return self._drop(before)
        return (self._put(f"edit-{item}", c.EditItem(item, **kept)),)

    def add(self, item: c.AddItem) -> tuple[o.Question, ...]:
        """A new item."""
        return (self._put(f"add-{item.item}", item),)

    def move(self, item: ItemId, way: int, fresh: str) -> tuple[o.Question, ...]:
        """The item goes `way` places down (up when negative); `fresh` names the new draft."""
        order = [one.id for one in effective(self.published, self.drafts).items]
        return self.place(item, order.index(item) + way, fresh) if item in order else ()

    def place(self, item: ItemId, position: int, fresh: str) -> tuple[o.Question, ...]:
        """The item goes to `position`; everything else stays where it is shown."""
        order = [one.id for one in effective(self.published, self.drafts).items]
        if item not in order or not 0 <= position < len(order) or order[position] == item:
            return ()
        order.remove(item)
        order.insert(position, item)
        moves = [one for one in self.drafts if isinstance(one.change, c.MoveItem)]
        old = next((one for one in moves if item_of(self.published, one.change) == item), None)
        rest = tuple(one for one in self.drafts if one is not old)
        last = c.Draft(f"move-{fresh}", c.MoveItem(item, position))
        anew = self._moves(order, fresh)
        lands = [one.id for one in effective(self.published, (*rest, last)).items] == order
        if lands and len(moves) - (old is not None) < len(anew):
            return (*self._drop(old), self._put(last.id, last.change))
        return (*(o.DropDraft(self.room, one.id) for one in moves), *anew)

    def _moves(self, order: list[ItemId], fresh: str) -> tuple[o.Question, ...]:
        """Return the fewest moves that lead to this order, in place of all that there are."""
        still = tuple(one for one in self.drafts if not isinstance(one.change, c.MoveItem))
        now = [one.id for one in effective(self.published, still).items]
        stay = {now[place] for place in _longest_rising([now.index(item) for item in order])}
        puts: list[o.Question] = []
        for place, item in enumerate(order):
            if item in stay:
                continue
            here = [one for one in now if one != item]
            position = here.index(order[place - 1]) + 1 if place else 0
            puts.append(self._put(f"move-{fresh}-{len(puts)}", c.MoveItem(item, position)))
            here.insert(position, item)
            now = here
        return tuple(puts)

    def hold(self, item: ItemId, *, hold: bool) -> tuple[o.Question, ...]:
        """Set aside, or take back."""
        before, known = self._find(c.PostponeItem, item), self.published.item(item)
        if (known is not None and known.status == "hold") == hold:
            return self._drop(before)
        return (self._put(f"hold-{item}", c.PostponeItem(item, hold)),)

    def leave(self, item: ItemId) -> tuple[o.Question, ...]:
        """The item leaves the agenda, and with it all other drafts about it."""
        if self.published.item(item) is None:
            added = self._find(c.AddItem, item)
            return self.forget(added.id) if added else ()
        about = [one.id for one in self.drafts if self._about(one, item)]
        drops = (o.DropDraft(self.room, draft) for draft in about)
        return (*drops, self._put(f"drop-{item}", c.DropItem(item)))

    def file(self, change: c.FilePaper) -> tuple[o.Question, ...]:
        """A new paper."""
        return (self._put(f"file-{change.paper}", change),)

    def renew(self, paper: PaperId, file: File) -> tuple[o.Question, ...]:
        """The next version; of a paper that nobody has seen it is simply another file."""
        filed = next((one for one in self.drafts if _files(one.change, paper)), None)
        if filed is not None and isinstance(filed.change, c.FilePaper):
            return (self._put(filed.id, replace(filed.change, file=file)),)
        return (self._put(f"replace-{paper}", c.ReplacePaper(paper, file)),)

    def withdraw(self, paper: PaperId) -> tuple[o.Question, ...]:
        """The paper leaves its item, with a new version of it that waits."""
        filed = next((one for one in self.drafts if _files(one.change, paper)), None)
        if filed is not None:
            return self.forget(filed.id)
        waits = (one for one in self.drafts if _names(one.change, paper))
        drops = (o.DropDraft(self.room, one.id) for one in waits)
        return (*drops, self._put(f"withdraw-{paper}", c.WithdrawPaper(paper)))

    def forget(self, draft: str) -> tuple[o.Question, ...]:
        """Drop a draft, and those that make no sense without it."""
        gone = next((one for one in self.drafts if one.id == draft), None)
        if gone is None:
            return ()
        alone = {gone.id}
        if isinstance(gone.change, c.AddItem):
            alone |= {one.id for one in self.drafts if self._about(one, gone.change.item)}
        if isinstance(gone.change, c.FilePaper):
            paper = gone.change.paper
            alone |= {one.id for one in self.drafts if _names(one.change, paper)}
        return tuple(o.DropDraft(self.room, one.id) for one in self.drafts if one.id in alone)

    def _about(self, draft: c.Draft, item: ItemId) -> bool:
        return item_of(effective(self.published, self.drafts), draft.change) == item

    def _find(self, kind: type, item: ItemId) -> Any:
        return next(
            (
                one
                for one in self.drafts
                if isinstance(one.change, kind) and getattr(one.change, "item", "") == item
            ),
            None,
        )

    def _put(self, draft: str, change: c.Change) -> o.PutDraft:
        return o.PutDraft(self.room, draft, change)

    def _drop(self, draft: c.Draft | None) -> tuple[o.Question, ...]:
        return (o.DropDraft(self.room, draft.id),) if draft is not None else ()


def _files(change: c.Change, paper: PaperId) -> bool:
    return isinstance(change, c.FilePaper) and change.paper == paper


def _names(change: c.Change, paper: PaperId) -> bool:
    return isinstance(change, c.ReplacePaper | c.WithdrawPaper) and change.paper == paper


def _longest_rising(numbers: list[int]) -> list[int]:
    """Return a longest rising part of the numbers: the items that need not move."""
    best: list[list[int]] = []
    for number in numbers:
        before = [one for one in best if one[-1] < number]
        best.append([*max(before, key=len, default=[]), number])
    return max(best, key=len, default=[])
