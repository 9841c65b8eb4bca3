"""The questions that are being put together for one sitting."""

from dataclasses import dataclass

from client.selectors.desk_polls import known_polls
from client.selectors.desk_rules import details
from client.selectors.words import Words
from client.state import AppState, RoomView
from server.protocol.state import Poll


@dataclass(frozen=True, slots=True)
class ArrangeRow:
    """A poll that waits, and may be a question of the sitting."""

    poll: str
    question: str
    line: str


@dataclass(frozen=True, slots=True)
class Arranging:
    """What may be put together. `asked`: the questions of the sitting as it is arranged now."""

    rows: tuple[ArrangeRow, ...]
    asked: tuple[str, ...]
    item: str
    """The item that a new question belongs to: the current one, or the first."""


def arranging(state: AppState, series: str = "") -> Arranging:
    """Return the polls that may be asked together, in the order of the agenda."""
    room, words = state.room(), Words.of(state)
    if room is None:
        return Arranging((), (), "")
    items = [one.id for one in room.state.items]
    fit = [one for one in known_polls(state, room) if _fits(one, series)]
    fit.sort(key=lambda one: items.index(one.item) if one.item in items else len(items))
    first = items[0] if items else ""
    asked = tuple(one.id for one in room.state.questions(series)) if series else ()
    rows = tuple(ArrangeRow(one.id, one.question, _line(room, one, words)) for one in fit)
    return Arranging(rows, asked, room.state.current or first)


def _fits(poll: Poll, series: str) -> bool:
    alone = poll.rule.practice or poll.rule.form == "consensus" or poll.repeats
    elsewhere = poll.place and poll.series != series
    return poll.state == "prepared" and not alone and not elsewhere


def _line(room: RoomView, poll: Poll, words: Words) -> str:
    item = room.state.item(poll.item)
    number = words("live.next.s", n=item.number) if item else ""
    return " · ".join(part for part in (number, details(poll.rule, words)) if part)
