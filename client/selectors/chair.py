"""The chair's panel on the tablet: the floor, the poll, the conclusion, the next item."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from client.selectors.chair_sitting import (
    ChairSitting,
    Does,
    act_of,
    asked_of,
    caption_of,
    sitting_with,
)
from client.selectors.desk_counting import HandsView, Sheet, count_sheet, hands_view
from client.selectors.floor import FloorView, floor
from client.selectors.forms import rule_line
from client.selectors.waiting import (
    TieView,
    is_soon,
    limit,
    silent,
    tie,
    to_remind,
    trouble,
)
from client.selectors.words import Words
from client.state import AppState, RoomView, current_item
from server.protocol.ids import Time
from server.protocol.shares import need
from server.protocol.state import AgendaItem, Poll, Rule


@dataclass(frozen=True, slots=True)
class ChairPoll:
    """The poll that the chair acts on. `stage` says which buttons there are."""

    poll: str
    stage: Literal["none", "ready", "open", "paused", "closed"]
    question: str
    rule: str
    received: int
    expected: int
    missing: tuple[str, ...]
    ask: str
    """What the dialog says before opening: the rule in words, and how many tablets are there."""
    item: str = ""
    can_ask: bool = False
    hands: HandsView | None = None
    """Raised hands that wait for a second person's count."""
    sheet: Sheet | None = None
    """What this officer may enter of a count on paper."""
    counting: bool = False
    """Closed, and its tally is still to come."""
    can_extend: bool = False
    rule_used: Rule | None = None
    """A rule that was chosen for a poll that nobody has prepared."""
    sitting: ChairSitting | None = None
    """The questions that it is opened, closed and published with."""
    caption: str = ""
    act: str = ""
    does: Does = "close"
    """What is counted, what the button says, and what it does."""
    remind: int = 0
    """How many may be reminded now."""
    left: str = ""
    """How long it still takes ballots; empty without a limit."""
    soon: bool = False
    """Less than a minute is left, or nothing."""
    trouble: str = ""
    """Why it cannot go on by itself."""
    tie: TieView | None = None
    """Those who tied are to be told apart in the room before the result is published."""


@dataclass(frozen=True, slots=True)
class ChairView:
    """The panel; empty texts mean that the button is absent."""

    present: str
    floor: FloorView
    poll: ChairPoll
    conclude: str
    conclude_item: str
    next_item: str
    next_label: str
    phase: str
    sharing: bool
    quorum_met: bool


def chair(state: AppState) -> ChairView | None:
    """Return the chair's panel, or None outside a meeting."""
    room = state.room()
    if room is None:
        return None
    words = Words.of(state)
    here, following = room.state.item(current_item(room)), next_item(room)
    present, members, _ = quorum(room)
    person = state.login.person if state.login else ""
    return ChairView(
        present=words("chair.present", a=present, b=members),
        floor=floor(state),
        poll=chair_poll(state, room),
        conclude=words("chair.concl"),
        conclude_item=here.id if here and room.state.current else "",
        next_item=following.id if following else "",
        next_label=words("live.next.s", n=following.number) if following else "",
        phase=room.state.phase,
        sharing=room.shown is not None and room.shown.person == person,
        quorum_met=present >= quorum(room)[2],
    )


def quorum(room: RoomView) -> tuple[int, int, int]:
    """Return (present, members, needed): members are those with a ballot; needed is 2/3 of them."""
    voters = [person for person, entry in room.state.roll.items() if entry.ballots]
    here = sum(
        1
        for person in voters
        if (mark := room.state.attendance.get(person)) and mark.presence == "present"
    )
    return here, len(voters), -(-2 * len(voters) // 3)


def next_item(room: RoomView) -> AgendaItem | None:
    """Return the item after the current one that still waits."""
    items = room.state.items
    if not room.state.current:
        return items[0] if items else None
    after = [one.id for one in items].index(room.state.current) + 1
    return next((one for one in items[after:] if one.status == "waiting"), None)


def chair_poll(state: AppState, room: RoomView) -> ChairPoll:
    """Return the open poll, else a closed one to publish, else what could be asked on this item."""
    poll = room.state.open_poll() or _closed(room)
    if poll is None:
        return to_ask(state, room)
    words = Words.of(state)
    return with_sitting(acting_on(room, poll, words, state.now), room, poll, words)


def with_sitting(panel: ChairPoll, room: RoomView, poll: Poll, words: Words) -> ChairPoll:
    """Return the panel of all questions of the poll's sitting, or as it is when there is none."""
    sitting = sitting_with(room, poll, words)
    if sitting is None:
        return panel
    running = sitting.running
    act, does = act_of(sitting, words)
    ties = (tie(one, words) for one in room.state.questions(poll.series))
    tied = next((one for one in ties if one is not None), None) if does == "publish" else None
    return replace(
        panel,
        stage="paused" if sitting.those("paused") else panel.stage,
        received=sum(one.received for one in running) if running else panel.received,
        expected=sum(one.expected for one in running) if running else panel.expected,
        missing=sitting.missing,
        counting=does == "wait",
        can_extend=any(one.can_extend for one in running),
        sitting=sitting,
        caption=caption_of(sitting, words),
        act=tied.act if tied else act,
        does="tie" if tied else does,
        remind=len(sitting.missing) if panel.remind or len(running) > 1 else 0,
        tie=tied,
    )


_ACTS: Mapping[Does, str] = {
    "close": "vd.close",
    "wait": "chair.counting",
    "publish": "vd.publish",
}


def acting_on(room: RoomView, poll: Poll, words: Words, now: Time) -> ChairPoll:
    """Return what may be done to one poll that was opened."""
    progress = room.progress.get(poll.id)
    hands, tied = hands_view(room, poll, words), tie(poll, words)
    shut = poll.state == "closed"
    counting = shut and poll.tally is None
    does: Does = "close" if not shut else "wait" if counting else "tie" if tied else "publish"
    return ChairPoll(
        poll.id,
        _stage(poll),
        poll.question,
        rule_line(poll, words),
        progress.received if progress else 0,
        len(poll.electorate) or poll.present,
        silent(room, poll),
        "",
        hands=hands if hands is not None and hands.waits else None,
        sheet=count_sheet(room, poll, words) if counting and poll.board else None,
        counting=counting,
        can_extend=bool(poll.ends_at) and poll.state in {"open", "paused"},
        caption=words("vote.received"),
        act=tied.act if tied else words(_ACTS[does]),
        does=does,
        remind=to_remind(room, poll, now),
        left=limit(poll, now, words),
        soon=is_soon(poll, now),
        trouble=trouble(poll, now, words),
        tie=tied,
    )


def to_ask(state: AppState, room: RoomView) -> ChairPoll:
    """Return the prepared poll of the current item, or one on its title by the usual rule."""
    item = room.state.item(room.state.current)
    if item is None or room.state.phase != "open":
        return ChairPoll("", "none", "", "", 0, 0, (), "")
    words, prepared = Words.of(state), _prepared(room)
    rule = prepared.rule if prepared else Rule()
    present, members, _ = quorum(room)
    base = members if rule.base == "members_total" else present
    told = words("vd.words", rule=words.rule(rule.threshold, rule.base, base), k=least(rule, base))
    ready = words("chair.ready", n=len({one.person for one in room.online} & set(room.state.roll)))
    question = prepared.question if prepared else words("vote.q", doc=item.title)
    asked = {one.item for one in room.state.polls.values() if one.state == "published"}
    can_ask = prepared is not None or (item.form == "open" and item.id not in asked)
    sitting = sitting_with(room, prepared, words) if prepared is not None else None
    asking = asked_of(sitting, ready, words) if sitting is not None else f"{told} {ready}"
    return ChairPoll(
        prepared.id if prepared else "",
        "ready" if can_ask else "none",
        question,
        told,
        0,
        present,
        (),
        asking,
        item.id,
        can_ask,
        sitting=sitting,
        act=open_label(sitting, words),
    )


def open_label(sitting: ChairSitting | None, words: Words) -> str:
    """Return what the button that opens says: a poll, a sitting, or what is left of it."""
    if sitting is None:
        return words("live.openvote")
    waiting = sitting.those("prepared")
    if len(waiting) == 1 < sitting.of:
        return words("sitting.open.next", n=waiting[0].place, m=sitting.of)
    return words("sitting.open", n=len(waiting))


def least(rule: Rule, base: int) -> int:
    """Return the least number in favour that passes (voting.md: integers, never floats)."""
    return need(rule.threshold, base)


def _stage(poll: Poll) -> Literal["open", "paused", "closed"]:
    if poll.state == "open":
        return "open"
    return "paused" if poll.state == "paused" else "closed"


def _closed(room: RoomView) -> Poll | None:
    shut = (one for one in room.state.polls.values() if one.state == "closed")
    return next((one for one in shut if not one.rule.practice), None)


def _prepared(room: RoomView) -> Poll | None:
    ready = (one for one in room.state.polls.values() if one.state == "prepared")
    return next((one for one in ready if one.item == room.state.current), None)
