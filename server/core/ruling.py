"""What a rule answers: the events that happen, or a refusal. An empty tuple: done already."""

from server.protocol.events import Event
from server.protocol.refusals import Code, Refusal

Decision = tuple[Event, ...] | Refusal


def no(code: Code, **params: str | int) -> Refusal:
    """Return the refusal with the values that its sentence needs."""
    return Refusal(code, params)
