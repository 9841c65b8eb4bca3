"""The screens before a meeting: who sits here, whose PIN is asked for, what the line is like."""

from dataclasses import dataclass

from client.i18n import countdown, index_letter, initials, name_key
from client.selectors.pairing import must_pair_again
from client.selectors.shell import Status, line_status
from client.selectors.words import Words
from client.state import AppState
from server.protocol.office import Seat
from server.protocol.refusals import Code

NEIGHBOURS = 4


@dataclass(frozen=True, slots=True)
class Panel:
    """The navy panel: today's meeting, and how this device stands."""

    today: str
    title: str
    when: str
    line: Status
    server: str
    device: str


@dataclass(frozen=True, slots=True)
class NameRow:
    """One name to choose."""

    person: str
    name: str
    post: str
    seat: str
    letter: str


@dataclass(frozen=True, slots=True)
class Names:
    """`near`: the seat's own person and neighbours; `everyone`: by given name."""

    near: tuple[NameRow, ...]
    everyone: tuple[NameRow, ...]
    letters: tuple[str, ...]
    own: str
    all_label: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands at the PIN or passphrase. `locked`: nothing can be typed until it ends."""

    error: str
    locked: bool
    busy: bool
    desk: bool
    pair_again: bool
    """The server no longer takes this device."""


def panel(state: AppState) -> Panel:
    """Return what the panel shows."""
    words, card = Words.of(state), state.card
    title = when = ""
    if card is not None:
        body = card.organization.short_name or card.organization.name
        title = f"{body}\n{card.ordinal or card.title}"
        hour = " · ".join(part for part in (words.time(card.starts_at), card.place) if part)
        when = "\n".join(part for part in (words.weekday_date(card.starts_at), hour) if part)
    return Panel(
        today=words("signin.today") if card else "",
        title=title,
        when=when,
        line=_room_line(state, words),
        server=words("signin.server", name=state.server) if state.server else "",
        device=_device(state, words),
    )


def _room_line(state: AppState, words: Words) -> Status:
    if state.line == "connected":
        return Status("wifi", words("net.ok.room"), "grn")
    if state.line in {"unpaired", "waiting"}:
        return Status("wifi-off", words(f"net.{state.line}"), "amb")
    return line_status(state)


def _device(state: AppState, words: Words) -> str:
    if not state.device_name or state.kind != "tablet":
        return state.device_name
    if state.battery is None:
        return words("signin.device.mains", n=state.device_name)
    return words("signin.device", n=state.device_name, p=state.battery)


def _row(seat: Seat, words: Words) -> NameRow:
    where = words("signin.yourseat", n=seat.seat) if seat.seat else ""
    return NameRow(seat.person, seat.name, seat.post, where, index_letter(seat.name))


def _near(state: AppState) -> list[Seat]:
    """Return the device's own person first, then those in the seats around by number."""
    by_seat = sorted(state.seats, key=lambda one: (one.seat == "", one.seat, name_key(one.name)))
    own = [one for one in by_seat if one.person == state.own]
    return (own + [one for one in by_seat if one.person != state.own])[:NEIGHBOURS]


def names(state: AppState) -> Names:
    """Return whom one may choose to be."""
    words = Words.of(state)
    everyone = tuple(
        _row(seat, words) for seat in sorted(state.seats, key=lambda one: name_key(one.name))
    )
    more = len(everyone) > NEIGHBOURS
    return Names(
        near=tuple(_row(seat, words) for seat in _near(state)),
        everyone=everyone,
        letters=tuple(dict.fromkeys(row.letter for row in everyone)),
        own=state.own,
        all_label=words("signin.all", n=len(everyone)) if more else "",
    )


def lock_seconds(state: AppState) -> int:
    """Return for how many seconds more no PIN is taken, 0 for none."""
    refusal = state.sign_in_refusal
    if refusal is None or refusal.code not in {Code.PIN_LOCKED, Code.PIN_WRONG}:
        return 0
    seconds = refusal.params.get("seconds", 0)
    until = state.refused_at + int(seconds) * 1000
    return max(0, -((state.now - until) // 1000))


def entry(state: AppState) -> Entry:
    """Return what stands at the keys."""
    words, refusal, left = Words.of(state), state.sign_in_refusal, lock_seconds(state)
    error = ""
    if left:
        error = words("pin.locked", t=countdown(left))
    elif refusal is not None and refusal.code is Code.PIN_WRONG:
        error = words("pin.wrong", n=refusal.params.get("left", 0))
    elif refusal is not None and refusal.code is not Code.PIN_LOCKED:
        error = words.refusal(refusal)
    return Entry(
        error=error,
        locked=left > 0,
        busy=state.busy,
        desk=state.kind == "desk",
        pair_again=must_pair_again(state),
    )


@dataclass(frozen=True, slots=True)
class NewPin:
    """Choosing a new secret: whose, and what the server said of the last try."""

    name: str
    initials: str
    entry: Entry
    old_wrong: bool


def new_pin(state: AppState) -> NewPin:
    """Return what the screen for a new PIN shows."""
    name = state.login.name if state.login else ""
    refusal = state.sign_in_refusal
    wrong = refusal is not None and refusal.code in {Code.PIN_WRONG, Code.PIN_LOCKED}
    return NewPin(name, initials(name), entry(state), wrong)
