"""The sign-in screen: who sits here, whose PIN is asked for, and what the line is like."""

from dataclasses import dataclass

from client.i18n import index_letter, initials, name_key
from client.selectors.shell import Status, line_status
from client.selectors.words import Words
from client.state import AppState
from server.protocol.office import Seat
from server.protocol.refusals import Code

NEIGHBOURS = 4


@dataclass(frozen=True, slots=True)
class NameRow:
    """One name to choose."""

    person: str
    initials: str
    name: str
    post: str
    seat: str
    letter: str


@dataclass(frozen=True, slots=True)
class SignInView:
    """`near`: the seat's own person and neighbours; `everyone`: by given name."""

    today: str
    body: str
    session: str
    day: str
    hour_place: str
    line: Status
    server: str
    device: str
    near: tuple[NameRow, ...]
    everyone: tuple[NameRow, ...]
    own: str
    pin_error: str
    locked: bool
    busy: bool
    language: str
    desk: bool


def _row(seat: Seat, words: Words) -> NameRow:
    where = words("signin.yourseat", n=seat.seat) if seat.seat else ""
    return NameRow(
        seat.person,
        initials(seat.name),
        seat.name,
        seat.post,
        where,
        index_letter(seat.name),
    )


def _near(state: AppState) -> list[Seat]:
    """Return the device's own person first, then those in the seats around by number."""
    by_seat = sorted(state.seats, key=lambda one: (one.seat == "", one.seat, name_key(one.name)))
    own = [one for one in by_seat if one.person == state.own]
    return (own + [one for one in by_seat if one.person != state.own])[:NEIGHBOURS]


def sign_in(state: AppState) -> SignInView:
    """Return what the sign-in screen shows."""
    words = Words.of(state)
    card, refusal = state.card, state.sign_in_refusal
    hour = words.time(card.starts_at) if card else ""
    device = state.device_name
    if state.battery is not None:
        device = words("signin.device", n=state.device_name, p=state.battery)
    return SignInView(
        today=words("signin.today") if card else "",
        body=(card.organization.short_name or card.organization.name) if card else "",
        session=(card.ordinal or card.title) if card else "",
        day=words.weekday_date(card.starts_at) if card else "",
        hour_place=" · ".join(part for part in (hour, card.place) if part) if card else "",
        line=line_status(state),
        server=words("signin.server", name=state.server),
        device=device,
        near=tuple(_row(seat, words) for seat in _near(state)),
        everyone=tuple(
            _row(seat, words) for seat in sorted(state.seats, key=lambda one: name_key(one.name))
        ),
        own=state.own,
        pin_error=words.refusal(refusal) if refusal else "",
        locked=refusal is not None and refusal.code is Code.PIN_LOCKED,
        busy=state.busy,
        language=state.preferences.language,
        desk=state.kind == "desk",
    )
