"""Ballots of paper: what was given out, independent counts, and totals only when they agree."""

from collections.abc import Iterator, Mapping

from server.core.roles import Actor, is_officer
from server.core.ruling import Decision, no
from server.core.sums import check_count, check_issue
from server.core.tally import count
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.counts import Board, CountField, Mismatch, PaperCount, PaperEntry
from server.protocol.ids import PersonId, PollId, Time
from server.protocol.refusals import Code, Refusal
from server.protocol.state import MeetingState, Poll
from server.protocol.validity import same_name


def open_count(
    state: MeetingState, command: c.OpenPaperCount, _actor: Actor, _now: Time
) -> Decision:
    """Begin to count a closed poll; again, before anybody has entered, it corrects what was said.

    No teller may be a candidate.
    """
    poll = _closed(state, command.poll)
    if isinstance(poll, Refusal):
        return poll
    if poll.board is not None and poll.board.entries:
        return no(Code.COUNT_OPEN, poll=poll.id)
    for teller in command.tellers:
        if teller not in state.roll:
            return no(Code.PERSON_NOT_ON_ROLL, person=teller)
        if any(one.person == teller for one in poll.rule.candidates):
            return no(Code.COUNT_TELLER_IS_CANDIDATE, name=state.roll[teller].name)
    if wrong := check_issue(poll, command):
        return wrong
    told = (command.printed, command.issued, command.spoiled, command.wanted, command.tellers)
    return () if poll.board == Board(*told) else (e.PaperCountOpened(poll.id, *told),)


def enter(state: MeetingState, command: c.EnterPaperCount, actor: Actor, now: Time) -> Decision:
    """Take one person's count, on a device of their own; compare when all are in."""
    poll = _counting(state, command.poll)
    if isinstance(poll, Refusal):
        return poll
    board = poll.board
    counts = actor.secretary or is_officer(state, actor.person)
    if board is None or not (counts or actor.person in board.tellers):
        return no(Code.NOT_ALLOWED)
    for person, entry in board.entries.items():
        if person != actor.person and entry.device == actor.device:
            return no(Code.COUNT_SAME_DEVICE)
    if wrong := check_count(poll.rule, board, command.count):
        return wrong
    entered = e.PaperCountEntered(poll.id, actor.person, actor.device, command.count)
    entries = {**board.entries, actor.person: PaperEntry(actor.device, now, command.count)}
    if len(entries) < board.wanted:
        return (entered,)
    return (entered, e.PaperCountCompared(poll.id, tuple(_differences(entries))))


def release(
    state: MeetingState, command: c.ReleasePaperCount, _actor: Actor, _now: Time
) -> Decision:
    """Make the tally, when all entries are in and agree."""
    poll = _counting(state, command.poll)
    if isinstance(poll, Refusal):
        return poll
    board = poll.board
    if board is None or not board.compared:
        have, wanted = (len(board.entries), board.wanted) if board else (0, 0)
        return no(Code.COUNT_MISSING, have=have, wanted=wanted)
    if board.mismatches:
        return no(Code.COUNT_DIFFERS, lines=len(board.mismatches))
    return (e.PaperCountReleased(poll.id, count(poll)),)


def _closed(state: MeetingState, poll: PollId) -> Poll | Refusal:
    """Return the poll when its ballots are of paper, all in, and not counted yet."""
    known = state.polls.get(poll)
    if known is None:
        return no(Code.POLL_UNKNOWN, poll=poll)
    if known.state == "annulled":
        return no(Code.POLL_ANNULLED, poll=poll)
    if known.rule.way != "paper":
        return no(Code.POLL_NOT_ON_PAPER, poll=poll)
    if known.state not in {"closed", "published"}:
        return no(Code.POLL_NOT_CLOSED, poll=poll)
    return known if known.tally is None else no(Code.POLL_COUNTED, poll=poll)


def _counting(state: MeetingState, poll: PollId) -> Poll | Refusal:
    known = _closed(state, poll)
    if isinstance(known, Poll) and known.board is None:
        return no(Code.COUNT_NOT_OPEN, poll=poll)
    return known


def _differences(entries: Mapping[PersonId, PaperEntry]) -> Iterator[Mismatch]:
    """Yield every line on which not all entries say the same."""
    figures = {
        person: _figures(entry.count)
        for person, entry in entries.items()
        if entry.count is not None
    }
    lines = dict.fromkeys(line for one in figures.values() for line in one)
    for field, name, choice in lines:
        values = {person: one.get((field, name, choice), 0) for person, one in figures.items()}
        if len(set(values.values())) > 1:
            yield Mismatch(field, name, choice, values)


def _figures(count: PaperCount) -> dict[tuple[CountField, str, str], int]:
    """Return a count line by line. Names that were written in are compared as names are."""
    lines: dict[tuple[CountField, str, str], int] = {
        ("returned", "", ""): count.returned,
        ("valid", "", ""): count.valid,
        ("invalid", "", ""): count.invalid,
    }
    for reason, number in count.reasons.items():
        lines["reason", same_name(reason), ""] = number
    for choice, number in count.counts.items():
        lines["choice", "", choice] = number
    for candidate, row in count.rows.items():
        for choice, number in row.items():
            lines["row", candidate, choice] = number
    for name, number in count.write_ins.items():
        lines["write_in", same_name(name), ""] = number
    return lines
