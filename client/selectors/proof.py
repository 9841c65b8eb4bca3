"""What the device has found out by itself: whether the own ballot is in the record."""

from dataclasses import dataclass
from typing import Literal

from client.proof import polls_to_check
from client.selectors.words import Words
from client.state import AppState, RoomView
from server.protocol.ids import PollId

Outcome = Literal["none", "checking", "in", "wrong"]


@dataclass(frozen=True, slots=True)
class ProofView:
    """A line for the result: `text` says it, `code` is the checkpoint's, as the minutes print it.

    `outcome`: none when this person has no ballot in the poll, and then `text` is empty.
    """

    outcome: Outcome
    text: str
    code: str
    code_line: str


def proof(state: AppState, poll: PollId = "") -> ProofView | None:
    """Return what is known of the own ballot in a poll (the one on screen); None without one."""
    room = state.room()
    if room is None:
        return None
    poll = poll or state.place.poll
    if poll not in room.state.polls:
        return None
    words, outcome = Words.of(state), _outcome(room, poll)
    code = code_of(room)
    return ProofView(
        outcome,
        _text(room, poll, outcome, words),
        code,
        words("proof.code", code=code) if code else "",
    )


def code_of(room: RoomView) -> str:
    """Return the newest checkpoint's code that this device knows: its own check's comes first."""
    return room.code or room.proof.short


def code_line(state: AppState) -> str:
    """Return the record's code in words, for whoever hands out minutes and dossier."""
    room = state.room()
    code = code_of(room) if room is not None else ""
    return Words.of(state)("proof.code", code=code) if code else ""


def _outcome(room: RoomView, poll: PollId) -> Outcome:
    if poll not in polls_to_check(room):
        return "none"
    if room.proof.fault:
        return "wrong"
    return room.proof.ballots.get(poll, "checking")


def _text(room: RoomView, poll: PollId, outcome: Outcome, words: Words) -> str:
    if outcome == "none":
        return ""
    if outcome == "wrong" and room.proof.fault:
        return words("proof.broken")
    sealed = ".sealed" if outcome == "in" and poll in room.personal.cast else ""
    return words(f"proof.{outcome}{sealed}")
