"""The agenda at the desk: published with the drafts applied, and what each draft will change."""

from dataclasses import dataclass
from typing import Literal

from client.selectors.desk_drafts import effective, guests_of, item_of
from client.selectors.words import Words
from client.state import AppState, RoomView, current_item
from server.protocol.ids import ItemId, PersonId
from server.protocol.state import AgendaItem, ItemForm, MeetingState

FORMS: tuple[ItemForm, ...] = ("open", "consensus", "paper", "none")
MINUTE = 60_000
Status = Literal["done", "now", "hold", "pending", "paper", "wait"]
STATUS_KEYS = {
    "done": "st.done",
    "now": "st.now",
    "hold": "st.hold",
    "pending": "desk.unpub",
    "paper": "st.paper",
    "wait": "st.wait",
}


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item in the list."""

    item: ItemId
    number: str
    title: str
    minutes: str
    status: Status
    status_text: str
    live: bool


@dataclass(frozen=True, slots=True)
class AgendaList:
    """The left column. `hold_label`: the button sets aside, or takes back."""

    version: str
    rows: tuple[ItemRow, ...]
    selected: ItemId
    can_up: bool
    can_down: bool
    can_hold: bool
    held: bool
    editable: bool


@dataclass(frozen=True, slots=True)
class GuestRow:
    """An invited person, and whether this item is theirs to see."""

    person: PersonId
    text: str
    on: bool


@dataclass(frozen=True, slots=True)
class ItemView:
    """The selected item's own fields."""

    item: ItemId
    number: str
    title: str
    full_title: str
    short_title: str
    presenter: str
    minutes: int
    minutes_text: str
    form: ItemForm
    form_text: str
    audience: str
    guests: tuple[GuestRow, ...]
    presenters: tuple[str, ...]
    published: bool
    droppable: bool


def desk_state(room: RoomView) -> MeetingState:
    """Return the meeting as it will be once the drafts are published."""
    return effective(room.state, room.drafts)


def agenda(state: AppState, selected: ItemId) -> AgendaList | None:
    """Return the list; the selection falls back to the current item, then to the first."""
    room, words = state.room(), Words.of(state)
    if room is None:
        return None
    future = desk_state(room)
    touched = {item_of(future, one.change) for one in room.drafts}
    chosen = chosen_item(state, future, selected)
    order = [one.id for one in future.items]
    place = order.index(chosen) if chosen in order else -1
    item = future.item(chosen)
    published = room.state.agenda_version
    version = words("desk.nopub")
    if published:
        at = words.time(room.state.agenda_published_at)
        version = words("desk.pubver", n=published, t=at)
    editable = room.state.phase != "closed"
    return AgendaList(
        version=version,
        rows=tuple(_row(state, room, one, touched, words) for one in future.items),
        selected=chosen,
        can_up=editable and place > 0,
        can_down=editable and 0 <= place < len(order) - 1,
        can_hold=editable and item is not None and item.status in {"waiting", "hold", "now"},
        held=item is not None and item.status == "hold",
        editable=editable,
    )


def chosen_item(state: AppState, future: MeetingState, selected: ItemId) -> ItemId:
    """Return the item to work on."""
    if future.item(selected) is not None:
        return selected
    room = state.room()
    current = current_item(room) if room else ""
    if future.item(current) is not None:
        return current
    return future.items[0].id if future.items else ""


def _row(
    state: AppState, room: RoomView, item: AgendaItem, touched: set[str], words: Words
) -> ItemRow:
    status = _status(item, pending=item.id in touched)
    minutes = words("desk.min", n=item.minutes) if item.minutes else ""
    if item.status == "now" and item.taken_up_at and room.state.phase != "closed":
        used = max(0, (state.now - item.taken_up_at) // MINUTE)
        minutes = words("desk.min.used", a=used, b=item.minutes) if item.minutes else ""
    return ItemRow(
        item.id,
        str(item.number),
        item.short_title or item.title,
        minutes,
        status,
        words(STATUS_KEYS[status]),
        item.status == "now",
    )


def _status(item: AgendaItem, *, pending: bool) -> Status:
    if item.status == "now":
        return "now"
    if pending:
        return "pending"
    if item.status in {"done", "hold"}:
        return "done" if item.status == "done" else "hold"
    only_paper = bool(item.papers) and all(one.file is None for one in item.papers)
    return "paper" if only_paper or item.form == "paper" else "wait"


def item_view(state: AppState, selected: ItemId) -> ItemView | None:
    """Return the selected item's fields, or None for an empty agenda."""
    room, words = state.room(), Words.of(state)
    if room is None:
        return None
    future = desk_state(room)
    item = future.item(chosen_item(state, future, selected))
    if item is None:
        return None
    guests = guests_of(future, item.id)
    roll = future.roll.items()
    members = sum(1 for _, one in roll if one.ballots)
    key = "aud.guests" if guests else "aud.members.n"
    return ItemView(
        item=item.id,
        number=words("desk.itemno", n=item.number),
        title=item.title,
        full_title=item.title,
        short_title=item.short_title,
        presenter=item.presenter,
        minutes=item.minutes,
        minutes_text=words("desk.min", n=item.minutes),
        form=item.form,
        form_text=words(f"form.{item.form}"),
        audience=words(key, n=members, m=len(guests)),
        guests=tuple(
            GuestRow(person, _called(one.name, one.post), person in guests)
            for person, one in roll
            if one.role == "guest"
        ),
        presenters=tuple(one.name for _, one in roll if one.role not in {"display", "site"}),
        published=room.state.item(item.id) is not None,
        droppable=item.status in {"waiting", "hold"} and not _asked(room, item.id),
    )


def _called(name: str, post: str) -> str:
    return f"{name}, {post}" if post else name


def _asked(room: RoomView, item: ItemId) -> bool:
    asked = {"open", "paused", "closed", "published"}
    return any(one.item == item and one.state in asked for one in room.state.polls.values())
