"""Who is asking, and what a person is in one meeting."""

from server.protocol.ids import MaybeId, Part, PersonId
from server.protocol.state import MeetingState, Role

CASTS: frozenset[Role] = frozenset({"chair", "member", "secretary"})
"""The roles that may have the right to cast ballots."""


class Actor(Part, frozen=True):
    """Who gave a command, on which device.

    `secretary`: an office secretary of the meeting's organization, who may create meetings and may
    act in them as their secretary even while not on the roll (a second desk that takes over).
    `opener`: the server's own openers of sealed ballots; `clock`: its clock. No line ever is.
    """

    person: PersonId
    device: MaybeId = ""
    secretary: bool = False
    opener: bool = False
    clock: bool = False


def presides(state: MeetingState, person: PersonId) -> bool:
    """Say whether the person is the chair, or the acting chair, now."""
    return state.chair == person


def is_secretary(state: MeetingState, person: PersonId) -> bool:
    """Say whether the person is on the roll as a secretary."""
    return person in state.roll and state.roll[person].role == "secretary"


def is_officer(state: MeetingState, person: PersonId) -> bool:
    """Say whether the person runs the meeting: a secretary, or whoever presides."""
    return presides(state, person) or is_secretary(state, person)
