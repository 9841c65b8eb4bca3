"""Who has sent a ballot, beside the poll at the desk; and whose ballot the secretary may write."""

from dataclasses import dataclass
from typing import Literal

from client.selectors.desk_polls import at_top
from client.selectors.words import Words
from client.state import AppState, RoomView
from server.protocol.ids import PersonId
from server.protocol.state import Poll

Sending = Literal["sent", "unsent", "offline", "absent", "late", "here"]
_SENT: dict[Sending, tuple[str, str, str]] = {
    "sent": ("check", "grn", "vd.sent"),
    "unsent": ("clock", "amb", "vd.notsent"),
    "offline": ("wifi-off", "amb", "vd.off"),
    "absent": ("minus", "ink2", "res.absent"),
    "late": ("clock", "ink2", "vd.late"),
    "here": ("wifi", "grn", "net.ok"),
}
"""Icon, colour token and words of each."""


@dataclass(frozen=True, slots=True)
class Sender:
    """One member beside the poll: that a ballot came, never which."""

    person: PersonId
    seat: str
    name: str
    state: Sending
    icon: str
    tone: str
    text: str
    by_hand: bool
    """A ballot may be recorded for this person."""


def senders(state: AppState, chosen: str = "") -> tuple[Sender, ...]:
    """Return every member with what is known of their ballot; without a poll, of their tablet."""
    room, words = state.room(), Words.of(state)
    if room is None:
        return ()
    poll = at_top(room, chosen)
    online = {one.person for one in room.online}
    found: list[Sender] = []
    for person, entry in room.state.roll.items():
        if not entry.ballots:
            continue
        sending = _sending(room, poll, person, person in online)
        icon, tone, key = _SENT[sending]
        seat = entry.seat or f"{len(found) + 1:02d}"
        open_now = poll is not None and poll.state == "open"
        hand = open_now and _takes_by_hand(poll, sending)
        found.append(Sender(person, seat, entry.name, sending, icon, tone, words(key), hand))
    return tuple(found)


def _takes_by_hand(poll: Poll | None, sending: Sending) -> bool:
    """Say whether the secretary may write a ballot down for somebody, in this poll.

    A sealed one is nobody else's to write; hands, paper and names called go another way. Of an
    absent member it is the opinion that was sent in, where the rule counts those.
    """
    if poll is None or sending not in {"offline", "unsent", "absent"}:
        return False
    rule = poll.rule
    fits = rule.way == "tablet" and rule.secrecy == "open"
    return fits and (sending != "absent" or rule.sent_in)


def _sending(room: RoomView, poll: Poll | None, person: PersonId, online: bool) -> Sending:
    mark = room.state.attendance.get(person)
    here = mark is not None and mark.presence == "present"
    progress = room.progress.get(poll.id) if poll else None
    sent = {*(progress.people if progress else ()), *(poll.ballots if poll else ())}
    live = poll is not None and poll.state in {"open", "paused"}
    if poll is None or poll.state == "annulled" or not (live or sent):
        return "absent" if not here else "here" if online else "offline"
    if person not in poll.electorate:
        return "late" if here else "absent"
    if person in sent:
        return "sent"
    return "unsent" if online or not live else "offline"


def offline_note(state: AppState, chosen: str = "") -> str:
    """Return what to do about the tablets that are away while a poll is open; empty for none."""
    away = [one.seat for one in senders(state, chosen) if one.by_hand and one.state == "offline"]
    return Words.of(state)("vd.offhelp", n=", ".join(away)) if away else ""
