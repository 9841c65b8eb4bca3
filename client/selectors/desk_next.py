"""The poll that the desk prepares next: question, rule in words, and whether it may open."""

from dataclasses import dataclass
from typing import Literal

from msgspec.structs import replace

from client.selectors.chair import ChairPoll, least, open_label, quorum
from client.selectors.chair_sitting import asked_of, place_of, sitting_with
from client.selectors.desk_polls import PollRow, known_polls, poll_rows
from client.selectors.desk_rules import MAY_HAVE_PEOPLE, details, lacking, plain, surplus
from client.selectors.words import Words
from client.state import AppState, RoomView
from server.protocol.rules import SETTLED
from server.protocol.state import AgendaItem, Poll, Rule, Threshold

Preset = Literal["reso", "proc", "two"]
PRESETS: dict[Preset, Rule] = {
    "reso": Rule(),
    "proc": Rule(base="present"),
    "two": Rule(threshold=Threshold(2, 3, strict=False)),
}


@dataclass(frozen=True, slots=True)
class NextPoll:
    """The poll in the lower card. `poll` is empty until somebody has changed something of it."""

    poll: str
    item: str
    title: str
    question: str
    rule: Rule
    preset: Preset | Literal[""]
    words: str
    quorum: str
    may_change: bool
    blocks: bool
    can_open: bool
    why_not: str
    panel: ChairPoll
    details: str = ""
    warning: str = ""
    people: str = ""
    excused: str = ""
    sent_in: bool = False
    can_practise: bool = False
    open_text: str = ""
    """What the button that opens says: to open, or to record agreement without a count."""
    series: str = ""
    """The sitting that it is a question of."""


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """An item that a poll may be made for, with the usual question on it."""

    item: str
    title: str
    line: str
    question: str


def next_poll(state: AppState, chosen: str = "") -> NextPoll | None:
    """Return the chosen poll to come, else the first one; None when nothing is left to ask."""
    room, words = state.room(), Words.of(state)
    rows = [one for one in poll_rows(state) if one.place == "next"]
    row = next((one for one in rows if one.key == chosen), _first(room, rows))
    item = room.state.item(row.item) if room and row else None
    if room is None or row is None or item is None:
        return None
    known = next((one for one in known_polls(state, room) if one.id == row.poll), None)
    rule = known.rule if known else usual(item)
    question = known.question if known else words("vote.q", doc=item.title)
    here, members, _ = quorum(room)
    base = members if rule.base == "members_total" else here
    told = words("vd.words", rule=words.rule(rule.threshold, rule.base, base), k=least(rule, base))
    if (rule.form, rule.way) != ("open", "tablet"):
        told = plain(rule, base, words)
    why_not = _why_not(room, known, rule, words) or lacking(rule, words)
    online = len({one.person for one in room.online} & set(room.state.roll))
    ask = f"{told} {words('chair.ready', n=online)}"
    need_more = _short_of_quorum(room, rule, words)
    if need_more:
        ask = f"{ask} {need_more}"
    placed = room.state.polls.get(row.poll)
    sitting = sitting_with(room, placed, words) if placed is not None else None
    if sitting is not None:
        ready = words("chair.ready", n=online)
        ask = asked_of(sitting, f"{ready}. {need_more}" if need_more else ready, words)
    place = place_of(room.state, placed, words) if placed is not None else ""
    return NextPoll(
        poll=row.poll,
        item=item.id,
        title=words("vd.next", title=f"{place} · {row.title}" if place else row.title),
        question=question,
        rule=rule,
        preset=preset_of(rule),
        words=told,
        quorum=words("vo.quorum", n=_quorum_need(rule, members)),
        may_change=rule.may_change,
        blocks=rule.quorum_blocks,
        can_open=not why_not,
        why_not=why_not,
        panel=ChairPoll(
            row.poll, "ready", question, told, 0, here, (), ask, item.id, True, sitting=sitting
        ),
        details=details(rule, words),
        warning=surplus(rule, words),
        people=_people(rule, words),
        excused=words("vd.excused", n=len(known.excused) if known else 0),
        sent_in=rule.sent_in,
        can_practise=room.state.open_poll() is None and room.state.phase != "closed",
        open_text=words("vd.consensus") if rule.form == "consensus" else open_label(sitting, words),
        series=placed.series if placed is not None and sitting is not None else "",
    )


def usual(item: AgendaItem) -> Rule:
    """Return the rule that an item is asked by when nobody has said another."""
    return Rule(form="secret", way="paper") if item.form == "paper" else Rule()


def _people(rule: Rule, words: Words) -> str:
    """Return what the button that names people says; nothing where nobody is voted on."""
    if rule.form not in MAY_HAVE_PEOPLE:
        return ""
    return words("vd.candidates", n=len(rule.candidates))


def _first(room: RoomView | None, rows: list[PollRow]) -> PollRow | None:
    """The next one to ask: of the current item if there is one, else the first in the agenda."""
    current = room.state.current if room else ""
    return next((one for one in rows if one.item == current), rows[0] if rows else None)


def preset_of(rule: Rule) -> Preset | Literal[""]:
    """Return which preset a rule is, or nothing for another one."""
    if rule.form not in {"open", "procedural"} or rule.way != "tablet" or rule.secrecy != "open":
        return ""
    for name, one in PRESETS.items():
        if (one.base, one.threshold) == (rule.base, rule.threshold):
            return name
    return ""


def with_preset(rule: Rule, preset: Preset) -> Rule:
    """Return the rule with a preset's base and threshold; the options stay as they are."""
    chosen = PRESETS[preset]
    form = "procedural" if preset == "proc" else "open"
    return replace(
        rule,
        base=chosen.base,
        threshold=chosen.threshold,
        form=form,
        way="tablet" if rule.candidates else rule.way,
        decides="share",
        options=(),
        candidates=(),
        places=0,
        write_ins=False,
        tie="again" if rule.tie in SETTLED else rule.tie,
    )


def _quorum_need(rule: Rule, members: int) -> int:
    line = rule.quorum
    if line.strict:
        return line.numerator * members // line.denominator + 1
    return -(-line.numerator * members // line.denominator)


def _short_of_quorum(room: RoomView, rule: Rule, words: Words) -> str:
    here, members, _ = quorum(room)
    need = _quorum_need(rule, members)
    return "" if here >= need else words("res.noquorum", a=here, b=members, k=need)


def _why_not(room: RoomView, poll: Poll | None, rule: Rule, words: Words) -> str:
    series = poll.series if poll is not None and poll.place else ""
    if any(not series or one.series != series for one in room.state.open_polls()):
        return words("vd.onevote")
    if room.state.phase != "open":
        return words(f"vd.phase.{room.state.phase}")
    if not quorum(room)[0]:
        return words("vd.nobody")
    return _short_of_quorum(room, rule, words) if rule.quorum_blocks else ""


def items_to_ask(state: AppState) -> tuple[ItemChoice, ...]:
    """Return the items that a poll may be made for."""
    room, words = state.room(), Words.of(state)
    if room is None:
        return ()
    return tuple(
        ItemChoice(
            item.id,
            words("live.next.s", n=item.number),
            item.title,
            words("vote.q", doc=item.title),
        )
        for item in room.state.items
    )


def changed(view: NextPoll, **fields: bool) -> Rule:
    """Return the rule of a poll to come with other options."""
    return replace(view.rule, **fields)
