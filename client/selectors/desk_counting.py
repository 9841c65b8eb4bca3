"""Ways of voting beside the tablets: names called one by one, raised hands, ballots of paper."""

from dataclasses import dataclass

from client.selectors.forms import Answer, answer_text, answers
from client.selectors.words import Words
from client.state import AppState, RoomView
from server.protocol.counts import Mismatch, PaperCount
from server.protocol.ids import PersonId
from server.protocol.rules import Rule, answers_each, names_people
from server.protocol.state import MeetingState, Poll


@dataclass(frozen=True, slots=True)
class CallView:
    """Whose turn it is in a roll call. `following`: who is next, empty after the last.

    `given`: the answer that is written down for the person called.
    """

    poll: str
    person: str
    name: str
    place: str
    given: str
    replaces: str
    answers: tuple[Answer, ...]
    following: str
    following_name: str


@dataclass(frozen=True, slots=True)
class HandsView:
    """What was counted of raised hands; `waits`: a second person has still to confirm."""

    poll: str
    told: str
    waits: bool
    entered: bool
    answers: tuple[Answer, ...]
    most: int


@dataclass(frozen=True, slots=True)
class CountRow:
    """One line of a teller's sheet: a candidate with a figure for each answer."""

    id: str
    name: str
    keys: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a teller enters. `rows` for people, `single` for one question."""

    poll: str
    rows: tuple[CountRow, ...]
    single: tuple[tuple[str, str], ...]
    write_ins: bool
    entered: PaperCount | None
    differ: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BoardView:
    """The count of paper ballots at the desk. `stage`: start, enter, differ, agree."""

    poll: str
    stage: str
    facts: str
    entries: tuple[str, ...]
    differ: tuple[str, ...]
    mine: bool
    sheet: Sheet
    most: int
    tellers: tuple[tuple[str, str], ...]


def practised(state: AppState) -> str:
    """Return how many answered the last practice of the whole room; empty before the first."""
    room = state.room()
    tried = [one for one in room.state.polls.values() if one.rule.practice] if room else []
    last = max(tried, key=lambda one: one.opened_at, default=None)
    if room is None or last is None or not last.opened_at:
        return ""
    progress = room.progress.get(last.id)
    count = progress.received if progress else len(last.ballots)
    return Words.of(state)("vd.practised", a=count, b=len(last.electorate))


def call_view(room: RoomView, poll: Poll, words: Words) -> CallView | None:
    """Return whose turn it is, in a poll that calls names; None for another."""
    if poll.rule.way != "roll_call" or poll.state not in {"open", "paused"}:
        return None
    order = poll.electorate
    held = poll.ballots.get(poll.called)
    sent = _answered(room, poll)
    rest = [one for one in order if one not in sent and one != poll.called]
    following = rest[0] if rest else ""
    at = order.index(poll.called) + 1 if poll.called in order else 0
    return CallView(
        poll.id,
        poll.called,
        _name(room.state, poll.called),
        words("vd.call.place", n=at, m=len(order)) if at else "",
        answer_text(poll.rule, held.choice, words) if held else "",
        held.id if held else "",
        answers(poll.rule, words),
        following,
        _name(room.state, following),
    )


def _answered(room: RoomView, poll: Poll) -> set[PersonId]:
    progress = room.progress.get(poll.id)
    return {*(progress.people if progress else ()), *poll.ballots}


def hands_view(room: RoomView, poll: Poll, words: Words) -> HandsView | None:
    """Return what was counted of raised hands; None where none are counted."""
    if poll.rule.way != "hands" or poll.state not in {"open", "paused"}:
        return None
    told, waits = words("vd.hands.none"), False
    if poll.hands is not None:
        parts = (
            f"{one.text} {poll.hands.counts.get(one.key, 0)}" for one in answers(poll.rule, words)
        )
        key = "vd.hands.confirmed" if poll.hands.confirmed_by else "vd.hands.waits"
        waits = not poll.hands.confirmed_by
        told = words(key, counts=" · ".join(parts), name=_name(room.state, poll.hands.by))
    most = len(poll.electorate)
    return HandsView(poll.id, told, waits, poll.hands is not None, answers(poll.rule, words), most)


def board_view(state: AppState, room: RoomView, poll: Poll, words: Words) -> BoardView | None:
    """Return the count of a closed poll on paper; None for another."""
    if poll.rule.way != "paper" or poll.state != "closed" or poll.tally is not None:
        return None
    board, person = poll.board, state.login.person if state.login else ""
    stage, facts = "start", ""
    entries: tuple[str, ...] = ()
    differ: tuple[str, ...] = ()
    if board is not None:
        facts = words("vd.board.facts", a=board.printed, b=board.issued, c=board.spoiled)
        entries = tuple(
            words("vd.board.entry", name=_name(room.state, who), t=words.time(one.at))
            for who, one in board.entries.items()
        )
        differ = tuple(difference(room.state, poll, one, words) for one in board.mismatches)
        stage = "differ" if differ else "agree" if board.compared else "enter"
    return BoardView(
        poll.id,
        stage,
        facts,
        entries,
        differ,
        board is not None and person in board.entries,
        count_sheet(room, poll, words),
        len(poll.electorate),
        tuple(
            (one, entry.name)
            for one, entry in room.state.roll.items()
            if entry.role in {"member", "guest"} and not _is_candidate(poll.rule, one)
        ),
    )


def _is_candidate(rule: Rule, person: PersonId) -> bool:
    return any(one.person == person for one in rule.candidates)


def teller_sheet(state: AppState, room: RoomView, poll: Poll, words: Words) -> Sheet | None:
    """Return the sheet of a member who counts paper ballots; None for everybody else."""
    person = state.login.person if state.login else ""
    counting = poll.board is not None and poll.tally is None and poll.state == "closed"
    if not counting or poll.board is None or person not in poll.board.tellers:
        return None
    return count_sheet(room, poll, words)


def count_sheet(room: RoomView, poll: Poll, words: Words) -> Sheet:
    """Return what a teller enters of that poll, with what this one entered before."""
    rule, keys = poll.rule, row_keys(poll.rule, words)
    people = names_people(rule) or answers_each(rule)
    mine = room.personal.mismatches.get(poll.id, ())
    return Sheet(
        poll.id,
        tuple(CountRow(one.id, one.name, keys) for one in rule.candidates) if people else (),
        () if people else tuple((one.key, one.text) for one in answers(rule, words)),
        rule.write_ins,
        room.personal.counted.get(poll.id),
        tuple(difference(room.state, poll, one, words) for one in mine),
    )


def row_keys(rule: Rule, words: Words) -> tuple[tuple[str, str], ...]:
    """Return what is counted for one person, and how it is called."""
    found = [(one.key, one.text) for one in answers(rule, words)]
    if names_people(rule):
        return (("for", words("vd.count.for")),)
    last = "blank" if rule.form == "confidence_survey" else "not_counted"
    return (*found, (last, words(f"vd.count.{last}")))


def difference(meeting: MeetingState, poll: Poll, one: Mismatch, words: Words) -> str:
    """Return one line on which entries differ: whose figure is which."""
    names = {candidate.id: candidate.name for candidate in poll.rule.candidates}
    parts = [words(f"vd.line.{one.field}")] if one.field != "row" else []
    if one.name:
        parts.append(names.get(one.name, one.name))
    if one.choice:
        known = dict(row_keys(poll.rule, words))
        parts.append(known.get(one.choice, answer_text(poll.rule, one.choice, words)))
    values = ", ".join(f"{_name(meeting, who)}: {count}" for who, count in one.values.items())
    return f"{' · '.join(parts)}: {values}"


def count_of(sheet: Sheet, figures: dict[str, int], written: dict[str, int]) -> PaperCount:
    """Return a teller's count from the figures of the sheet; a figure left out is 0."""
    rows = {
        row.id: {key: figures.get(f"{row.id}.{key}", 0) for key, _ in row.keys}
        for row in sheet.rows
    }
    reasons = {key: figures.get(f"reason.{key}", 0) for key in REASONS}
    returned, invalid = figures.get("returned", 0), figures.get("invalid", 0)
    return PaperCount(
        returned,
        returned - invalid,
        invalid,
        {key: number for key, number in reasons.items() if number},
        {key: figures.get(key, 0) for key, _ in sheet.single},
        rows,
        written,
    )


REASONS = ("too_many", "blank", "other")
"""Why ballots of paper are invalid, as tellers enter it."""


def sums(sheet: Sheet, count: PaperCount, words: Words) -> str:
    """Say which sum does not come out, in the words of a teller; empty when all do."""
    if count.invalid > count.returned:
        return words("vd.sum.invalid")
    reasons = sum(count.reasons.values())
    if count.reasons and reasons != count.invalid:
        return words("vd.sum.reasons", n=reasons, m=count.invalid)
    if sheet.single and sum(count.counts.values()) != count.valid:
        return words("vd.sum.single", n=sum(count.counts.values()), m=count.valid)
    for row in sheet.rows:
        total = sum(count.rows[row.id].values())
        wrong = total > count.valid if len(row.keys) == 1 else total != count.valid
        if wrong:
            key = "vd.sum.over" if len(row.keys) == 1 else "vd.sum.row"
            return words(key, name=row.name, n=total, m=count.valid)
    return ""


def _name(meeting: MeetingState, person: PersonId) -> str:
    entry = meeting.roll.get(person)
    return entry.name if entry is not None else person
