"""Who speaks, for how long, and who is next: for the chair, the desk and the display."""

from dataclasses import dataclass

from client.i18n import countdown
from client.selectors.words import Words
from client.state import AppState, RoomView


@dataclass(frozen=True, slots=True)
class SpeakerView:
    """The one who has the floor. `share`: time used, 0 to 1; `over` once it is up."""

    person: str
    name: str
    left: str
    used: str
    total: str
    share: float
    over: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """One place in the queue, from 1."""

    place: int
    person: str
    name: str


@dataclass(frozen=True, slots=True)
class FloorView:
    """`next_label`: what the button says that gives the floor to the first in the queue."""

    speaker: SpeakerView | None
    queue: tuple[Waiting, ...]
    next_label: str
    then: str
    all_label: str
    waiting: str


def floor(state: AppState) -> FloorView:
    """Return the floor of the meeting on screen."""
    room, words = state.room(), Words.of(state)
    if room is None:
        return FloorView(None, (), "", "", "", "")
    queue = tuple(
        Waiting(place, one.person, name_of(room, one.person))
        for place, one in enumerate(room.state.floor, 1)
    )
    return FloorView(
        speaker=_speaker(state, room),
        queue=queue,
        next_label=words("chair.invite", name=queue[0].name) if queue else "",
        then=queue[1].name if len(queue) > 1 else "",
        all_label=words("chair.list", n=len(queue)) if queue else "",
        waiting=words("live.waiting", n=len(queue)),
    )


def name_of(room: RoomView, person: str) -> str:
    """Return the name of somebody on the roll."""
    entry = room.state.roll.get(person)
    return entry.name if entry else ""


def _speaker(state: AppState, room: RoomView) -> SpeakerView | None:
    speaking = room.state.speaking
    if speaking is None:
        return None
    used = max(0.0, (state.now - speaking.since) / 1000)
    left = speaking.seconds - used
    return SpeakerView(
        speaking.person,
        name_of(room, speaking.person),
        countdown(left),
        countdown(used),
        countdown(speaking.seconds),
        min(1.0, used / speaking.seconds) if speaking.seconds else 1.0,
        left <= 0,
    )
