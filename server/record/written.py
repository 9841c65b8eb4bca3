"""Written comments as the record tells them: by item, in the order in which they came. Pure."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.protocol.comments import Comment
from server.protocol.ids import MaybeId
from server.protocol.state import MeetingState


@dataclass(frozen=True, slots=True)
class Written:
    """One comment. `paper` and `page` are what it is about; empty and 0 for the whole item."""

    name: str
    post: str
    text: str
    paper: str = ""
    page: int = 0
    instead: bool = False


@dataclass(frozen=True, slots=True)
class Comments:
    """How many came, and those that officers have taken into the minutes."""

    received: int = 0
    taken: tuple[Written, ...] = ()


NO_COMMENTS = Comments()


def comments_on(state: MeetingState, item: MaybeId) -> Comments:
    """Return the comments on an item; with an empty one, those whose item left the agenda."""
    known = {one.id for one in state.items}
    own = [
        one
        for one in state.comments.values()
        if (one.item == item if item else one.item not in known)
    ]
    return Comments(len(own), tuple(_written(state, one) for one in own if one.taken_at))


def _written(state: MeetingState, one: Comment) -> Written:
    entry = state.roll.get(one.person)
    name, post = (entry.name, entry.post) if entry else (one.person, "")
    return Written(name, post, one.text, _paper(state, one), one.page, one.instead)


def _paper(state: MeetingState, one: Comment) -> str:
    found = state.paper(one.paper)
    if found is None:
        return ""
    paper = found[1]
    return f"{paper.title}, bản {one.version}" if paper.version > 1 else paper.title


def comment_rows(state: MeetingState, zone: dt.tzinfo | None) -> Iterator[Sequence[object]]:
    """Yield a table of all comments, taken into the minutes or not, with its head."""
    yield ("item", "name", "at", "paper", "page", "instead", "readers", "in_minutes", "text")
    numbers = {one.id: one.number for one in state.items}
    for one in state.comments.values():
        told = _written(state, one)
        at = dt.datetime.fromtimestamp(one.at / 1000, tz=dt.UTC).astimezone(zone)
        yield (
            numbers.get(one.item, ""),
            told.name,
            at.isoformat(timespec="seconds"),
            told.paper,
            one.page or "",
            "yes" if one.instead else "",
            one.readers,
            "yes" if one.taken_at else "",
            one.text,
        )
