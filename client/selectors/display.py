"""The room's screen: the item, the speaker, an open poll's count, the result. Nothing private."""

from dataclasses import dataclass
from typing import Literal

from client.selectors.chair_sitting import place_of
from client.selectors.floor import FloorView, floor
from client.selectors.poll import rule_line
from client.selectors.proof import code_of
from client.selectors.result import Line, ResultView, result_of, second_count
from client.selectors.words import Words
from client.state import AppState, RoomView
from server.protocol.state import AgendaItem, MeetingState, Poll, Tally

LINES, TURN_MS = 12, 12_000
"""Lines of a result on the screen at once, and how long a page of them stands, in milliseconds."""
WIDE = 12
"""Figures of more letters need the whole width of the screen."""
STRIP = 8
AROUND = 3


@dataclass(frozen=True, slots=True)
class StripItem:
    """One item in the strip along the bottom."""

    number: str
    title: str
    state: Literal["done", "now", "wait"]
    status: str


@dataclass(frozen=True, slots=True)
class DisplayView:
    """`mode` says which of the pictures this is."""

    mode: Literal["empty", "item", "open", "result", "break", "closed"]
    body: str
    session: str
    clock: str
    item_line: str
    title: str
    paper: str
    floor: FloorView
    strip: tuple[StripItem, ...]
    question: str
    rule: str
    received: int
    expected: int
    paused: str
    result: ResultView | None
    result_line: str
    second: str
    quorum: str
    threshold: str
    lines: tuple[Line, ...] = ()
    page: str = ""
    heading: str = ""
    """What is going on with the poll: open, paused, being counted, who is called."""


def display(state: AppState) -> DisplayView:
    """Return what the room's screen shows."""
    words, room = Words.of(state), state.room()
    if room is None:
        card = state.card
        body = card.organization.name if card else ""
        session = (card.ordinal or card.title) if card else ""
        return _view(state, "empty", body=body, session=session)
    meeting = room.state
    item = meeting.item(meeting.current)
    poll, turn = _turned(meeting, shown_poll(meeting), words, state.now)
    shown = result_of(meeting, poll, words) if poll and poll.state == "published" else None
    organization = meeting.organization
    return _view(
        state,
        _mode(meeting, poll),
        body=" · ".join(part for part in (organization.name, organization.term) if part),
        session=meeting.ordinal or meeting.title,
        item_line=words("disp.item", n=item.number) if item else "",
        title=item.title if item else meeting.title,
        paper=_paper(state, room, item) if meeting.phase != "closed" else _code(room, words),
        strip=_strip(meeting, words),
        poll=poll,
        result=shown,
        result_line=_result_line(meeting, poll, item, words) if shown else "",
        room=room,
        turn=turn,
    )


def _result_line(
    meeting: MeetingState, poll: Poll | None, item: AgendaItem | None, words: Words
) -> str:
    if poll is not None and (place := place_of(meeting, poll, words)):
        return f"{place} · {poll.question}"
    return f"{words('disp.result')} · {item.title}" if item else ""


def _turned(
    meeting: MeetingState, poll: Poll | None, words: Words, now: int
) -> tuple[Poll | None, int]:
    """Return the poll whose turn it is, and the page of its lines.

    Questions of a sitting follow one another by themselves: nobody can touch the room's screen.
    """
    if poll is None:
        return None, 0
    turns: list[tuple[Poll, int]] = []
    for one in _beside(meeting, poll):
        result = result_of(meeting, one, words) if one.state == "published" else None
        turns += [(one, page) for page in range(_pages(result.lines if result else ()))]
    begun = (poll.published_at or poll.opened_at) if poll.place else 0
    return turns[max(0, now - begun) // TURN_MS % len(turns)]


def _beside(meeting: MeetingState, poll: Poll) -> tuple[Poll, ...]:
    """Return the questions that are at the same stage as this one; itself when it stands alone."""
    live = {"open", "paused"}
    stage = live if poll.state in live else {poll.state}
    questions = meeting.questions(poll.series) if poll.place else ()
    return tuple(one for one in questions if one.state in stage) or (poll,)


def _code(room: RoomView, words: Words) -> str:
    """When all is over: the code of the record, to compare with the minutes."""
    code = code_of(room)
    return words("proof.code", code=code) if code else ""


def _view(
    state: AppState,
    mode: Literal["empty", "item", "open", "result", "break", "closed"],
    *,
    body: str = "",
    session: str = "",
    item_line: str = "",
    title: str = "",
    paper: str = "",
    strip: tuple[StripItem, ...] = (),
    poll: Poll | None = None,
    result: ResultView | None = None,
    result_line: str = "",
    room: RoomView | None = None,
    turn: int = 0,
) -> DisplayView:
    words = Words.of(state)
    progress = room.progress.get(poll.id) if room and poll else None
    tally = poll.tally if poll else None
    second = quorum = threshold = ""
    if poll and tally:
        second, threshold = _second(tally, words), _threshold(poll, tally, words)
        key = "disp.quorum" if tally.quorum_met else "disp.noquorum"
        quorum = words(key, a=tally.present, b=tally.bases.get("summoned", tally.members))
    lines, page = _page(result.lines if result else (), turn)
    return DisplayView(
        mode=mode,
        body=body,
        session=session,
        clock=words.time(state.now),
        item_line=item_line,
        title=title,
        paper=paper,
        floor=floor(state),
        strip=strip,
        question=poll.question if poll else "",
        rule=rule_line(poll, words) if poll else "",
        received=progress.received if progress else 0,
        expected=(len(poll.electorate) or poll.present) if poll else 0,
        paused=words("vote.paused") if poll and poll.state == "paused" else "",
        result=result,
        result_line=result_line,
        second=second,
        quorum=quorum,
        threshold=threshold,
        lines=lines,
        page=page,
        heading=_with_place(room, poll, words) if room and poll else "",
    )


def _with_place(room: RoomView, poll: Poll, words: Words) -> str:
    """Return what is going on, and with which question of a sitting."""
    place = place_of(room.state, poll, words)
    heading = _heading(room, poll, words)
    return f"{place} · {heading}" if place else heading


def _heading(room: RoomView, poll: Poll, words: Words) -> str:
    """Return what is going on: paused, being counted, whose name is called, or open."""
    if poll.state == "paused":
        return words("vote.paused")
    if poll.state == "closed":
        key = "disp.counting" if poll.tally is None else "disp.closing"
        return words(key)
    if poll.rule.practice:
        return words("vote.practice")
    caller = room.state.roll.get(poll.called)
    if poll.rule.way == "roll_call" and caller is not None:
        return words("disp.calling", name=caller.name)
    return words("vote.open" if poll.rule.way == "tablet" else f"form.way.{poll.rule.way}")


def _size(lines: tuple[Line, ...]) -> int:
    """Return how many lines stand on the screen at once."""
    return LINES // 2 if any(len(one.count) > WIDE for one in lines) else LINES


def _pages(lines: tuple[Line, ...]) -> int:
    return max(1, -(-len(lines) // _size(lines)))


def _page(lines: tuple[Line, ...], page: int) -> tuple[tuple[Line, ...], str]:
    """Return the lines of a page, and which one it is where there are several."""
    size, pages = _size(lines), _pages(lines)
    words = f"{page + 1}/{pages}" if pages > 1 else ""
    return lines[page * size : (page + 1) * size], words


def _second(tally: Tally, words: Words) -> str:
    if tally.rows or tally.steps or tally.decides != "share":
        return ""
    keys = {"present": "disp.second", "members_total": "disp.second.members"}
    return words(
        keys.get(tally.second_base, "disp.second.any"),
        p=words.hundredths(tally.second_percent),
        a=tally.counts.get("for", 0),
        b=second_count(tally),
        base=words.base(tally.second_base),
    )


def _threshold(poll: Poll, tally: Tally, words: Words) -> str:
    if tally.decides != "share":
        return ""
    known = tally.base in {"members_total", "present"}
    return words(
        f"disp.line.{tally.base}" if known else "disp.line.any",
        rule=words.fraction(poll.rule.threshold),
        k=tally.need,
        base=words.base(tally.base),
    )


def _mode(
    meeting: MeetingState, poll: Poll | None
) -> Literal["item", "open", "result", "break", "closed"]:
    if meeting.phase == "closed":
        return "closed"
    if poll is not None:
        return "result" if poll.state == "published" else "open"
    return "break" if meeting.phase == "paused" else "item"


def shown_poll(meeting: MeetingState) -> Poll | None:
    """Return the poll on the room's screen: the open one, or the current item's last result."""
    poll = meeting.open_poll()
    if poll is not None:
        return poll
    of_item = [
        one
        for one in meeting.polls.values()
        if one.item == meeting.current and not one.rule.practice
    ]
    last = max(of_item, key=lambda one: one.opened_at, default=None)
    return last if last is not None and last.state in {"closed", "published"} else None


def _paper(state: AppState, room: RoomView, item: AgendaItem | None) -> str:
    shown = room.shown
    found = room.state.paper(shown.paper) if shown else None
    if shown is None or found is None or item is None or found[0].id != item.id:
        return ""
    paper = found[1]
    pages = paper.files[shown.version - 1].pages if 0 < shown.version <= paper.version else 0
    return Words.of(state)(
        "disp.page", title=paper.title, n=shown.version, p=shown.page + 1, m=pages
    )


def _strip(meeting: MeetingState, words: Words) -> tuple[StripItem, ...]:
    items = meeting.items
    if len(items) > STRIP:
        ids = [one.id for one in items]
        middle = ids.index(meeting.current) if meeting.current in ids else 0
        items = items[max(0, middle - AROUND) : middle + AROUND + 1]
    return tuple(_strip_item(one, meeting, words) for one in items)


def _strip_item(item: AgendaItem, meeting: MeetingState, words: Words) -> StripItem:
    title = item.short_title or item.title
    if item.id == meeting.current:
        return StripItem(str(item.number), title, "now", words("st.now"))
    if item.status == "done":
        return StripItem(str(item.number), title, "done", words("st.done.s"))
    key = "st.hold" if item.status == "hold" else "st.wait"
    return StripItem(str(item.number), title, "wait", words(key))
