"""The ballot of the person at this device, in three steps: choose, confirm, sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from client.changes.owing import ends_in
from client.i18n import countdown
from client.selectors.ballot_names import Judgement, Name, NameMark, Shape, judge, rows
from client.selectors.ballot_view import BallotView, ChoiceRow, Step, marked, marks_of, slip_of
from client.selectors.desk_counting import teller_sheet
from client.selectors.forms import Answer, answers, rule_line, shape_of
from client.selectors.shell import line_status
from client.selectors.words import Words
from client.state import AppState, RoomView
from server.protocol.commands import CastBallot, SealBallot
from server.protocol.counts import Slip
from server.protocol.rules import Rule, options_of
from server.protocol.state import CHOICES, MeetingState, Poll

__all__ = ["AGAIN", "PRACTICE", "REVIEW", "BallotView", "ChoiceRow", "Step", "ballot"]
__all__ += ["item_line", "marks_of", "rule_line", "slip_of", "time_left"]

_QUEUED_MS = 5_000
PRACTICE = "practice"
"""The name of the ballot that is never sent."""
REVIEW, AGAIN = "review", "again"
"""What waits for Gửi is a ballot of names; a ballot that was sent is asked anew."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the view is made of: who asks whom, and what is known of the ballot so far."""

    state: AppState
    room: RoomView
    poll: Poll
    words: Words
    step: Step
    slip: Slip | None
    ballot: str
    at: int


def ballot(state: AppState) -> BallotView | None:
    """Return the ballot of the poll that the person is asked, or None when there is none."""
    if state.place.poll == PRACTICE:
        return _practice(state)
    room = state.room()
    poll = room.state.polls.get(state.place.poll) if room else None
    if room is None or poll is None or poll.state not in {"open", "paused", "closed", "annulled"}:
        return None
    person = state.login.person if state.login else ""
    slip, name, at = _held(room, poll)
    waiting = _waiting(state, poll)
    step = _step(state, poll, bool(name), waiting, person)
    if waiting is not None:
        slip = waiting[0].slip() if isinstance(waiting[0], CastBallot) else None
    asked = _Asked(state, room, poll, Words.of(state), step, slip, name, at)
    return _view(asked, person)


def _held(room: RoomView, poll: Poll) -> tuple[Slip | None, str, int]:
    """Return what the ballot that counts now says, its name, and when it came."""
    mine = room.personal.ballots.get(poll.id)
    if mine is not None:
        return mine.slip(), mine.id, mine.at
    cast = room.personal.cast.get(poll.id)
    return (None, cast.ballot, cast.at) if cast is not None else (None, "", 0)


def _view(asked: _Asked, person: str) -> BallotView:
    state, poll, words, step = asked.state, asked.poll, asked.words, asked.step
    rule, shape = poll.rule, shape_of(poll.rule)
    marks, written = _marks(asked, shape)
    names = rows(_names(rule), marks, written) if shape != "choice" else ()
    judged = judge(shape, names, rule.places, words, **_leniency(rule))
    offered = answers(rule, words)
    progress = asked.room.progress.get(poll.id)
    choice = _choice(asked)
    return BallotView(
        poll=poll.id,
        step=step,
        item_line=item_line(asked.room.state, poll, words),
        question=poll.question,
        rule=rule_line(poll, words),
        choices=tuple(_row(one, asked.slip, words) for one in offered),
        choice=choice,
        heading=_heading(asked),
        note=_note(asked, person),
        paused=poll.state == "paused",
        may_change=rule.may_change,
        received=progress.received if progress else 0,
        expected=0 if rule.way in {"paper", "hands"} else len(poll.electorate) or poll.present,
        line=line_status(state),
        has_draft=_has_draft(asked.room, poll),
        replaces=asked.ballot,
        shape=shape,
        names=names,
        marked=marked(shape, names, offered, words),
        **_told(shape, names, rule, judged, words),
        can_write=rule.write_ins,
        written=written,
        opinion=_opinion(asked),
        secret=words("vote.sealed") if rule.secrecy == "sealed" else "",
        own=asked.slip,
        sealed=rule.secrecy == "sealed",
        sheet=teller_sheet(state, asked.room, poll, words),
    )


def _leniency(rule: Rule) -> dict[str, bool]:
    return {
        "blank_counts": rule.form == "confidence_survey",
        "blank_valid": rule.blank_valid,
    }


def _told(
    shape: Shape, names: tuple[NameMark, ...], rule: Rule, judged: Judgement, words: Words
) -> dict[str, Any]:
    """Return how many names are marked, and what is wrong with that."""
    done = sum(1 for one in names if one.value)
    of = rule.places if shape == "pick" else len(names)
    over = shape == "pick" and bool(rule.places) and done > rule.places
    key = {"pick": "form.picked.caps", "each": "form.answered.caps"}.get(shape, "")
    return {
        "caps": words(key, n=done, m=of) if key else "",
        "counted": f"{done}/{of}" if of else str(done),
        "counted_of": words("form.picked" if shape == "pick" else "form.answered"),
        "over": over,
        "problem": judged.problem,
        "caution": judged.caution,
        "hint": judged.hint,
    }


def _names(rule: Rule) -> tuple[Name, ...]:
    return tuple(Name(one.id, one.name, one.post) for one in rule.candidates)


def _marks(asked: _Asked, shape: Shape) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Return what is marked now: on the ballot that is being filled in, else on the one sent."""
    if shape == "choice":
        return {}, ()
    if asked.step in {"choose", "confirm"}:
        return asked.state.place.marks, asked.state.place.written
    return marks_of(asked.slip) if asked.slip is not None else ({}, ())


def _practice(state: AppState) -> BallotView:
    words, place = Words.of(state), state.place
    step: Step = "choose"
    if place.choice:
        step = "sent" if place.choice == "done" else "confirm"
    return BallotView(
        poll=PRACTICE,
        step=step,
        item_line=words("vote.practice"),
        question=words("practice.q"),
        rule=words("practice.rule"),
        choices=tuple(_row(one, None, words) for one in answers(Rule(), words)),
        choice=next((one for one in CHOICES if one == place.choice), "for"),
        heading=words("practice.done"),
        note=words("practice.note" if step == "sent" else _NOTES.get(step, "vote.nosend")),
        paused=False,
        may_change=False,
        received=0,
        expected=0,
        line=line_status(state),
        has_draft=False,
        replaces="",
        opinion=place.opinion,
    )


def item_line(meeting: MeetingState, poll: Poll, words: Words) -> str:
    """Return which item a poll belongs to: Nội dung 2 · Chuyển đổi số."""
    if poll.rule.practice:
        return words("vote.practice")
    item = meeting.item(poll.item)
    return words("vote.item", n=item.number, title=item.short_title or item.title) if item else ""


def time_left(state: AppState) -> str:
    """Return how long the poll on screen still takes ballots, 01:30; empty without a limit."""
    room = state.room()
    poll = room.state.polls.get(state.place.poll) if room else None
    left = ends_in(poll, state.now) if poll else None
    return "" if left is None else Words.of(state)("form.left", t=countdown(left / 1000))


def _waiting(state: AppState, poll: Poll) -> tuple[CastBallot | SealBallot, int] | None:
    """Return the ballot that is on its way to the server, and since when."""
    for pending in reversed(state.pending):
        command = pending.command
        if isinstance(command, CastBallot | SealBallot) and command.poll == poll.id:
            return command, pending.since
    return None


def _step(
    state: AppState,
    poll: Poll,
    held: bool,
    waiting: tuple[CastBallot | SealBallot, int] | None,
    person: str,
) -> Step:
    if poll.id in state.unsent:
        return "unsent"
    if poll.state in {"closed", "annulled"}:
        return "over"
    if person not in poll.electorate or poll.rule.way != "tablet":
        return "watch"
    if waiting is not None:
        late = state.line != "connected" or state.now - waiting[1] > _QUEUED_MS
        return "queued" if late else "sending"
    if state.place.choice:
        return "choose" if state.place.choice == AGAIN else "confirm"
    return "sent" if held else "choose"


def _choice(asked: _Asked) -> str | None:
    if asked.step in {"sending", "queued"}:
        return (asked.slip.choice or None) if asked.slip else None
    known = {one.id for one in options_of(asked.poll.rule)}
    waits = asked.state.place.choice
    if waits in known:
        return waits
    return (asked.slip.choice or None) if asked.slip else None


def _opinion(asked: _Asked) -> str:
    if asked.step in {"choose", "confirm"}:
        return asked.state.place.opinion
    return asked.slip.opinion if asked.slip else ""


def _row(answer: Answer, mine: Slip | None, words: Words) -> ChoiceRow:
    chosen = mine is not None and mine.choice == answer.key
    hint = words("vote.other.s") if answer.opinion else ""
    if chosen:
        hint = words("vote.chosen")
    return ChoiceRow(
        answer.key,
        answer.text,
        answer.caps,
        hint,
        chosen,
        answer.look,
        answer.mark,
        answer.opinion,
    )


_HEADINGS: dict[Step, str] = {
    "sending": "state.sending",
    "queued": "vote.queued",
    "unsent": "vote.closed.unsent",
    "over": "vote.wait.result",
}


def _heading(asked: _Asked) -> str:
    words, rule = asked.words, asked.poll.rule
    if asked.step == "sent":
        return words("vote.sentat", t=words.time(asked.at))
    if asked.step == "over" and rule.practice:
        return words("practice.done")
    if asked.step == "watch" and rule.way != "tablet":
        return words(f"form.way.{rule.way}")
    return words(_HEADINGS[asked.step]) if asked.step in _HEADINGS else ""


_NOTES: dict[Step, str] = {"confirm": "vote.counts", "over": "form.over"}


def _note(asked: _Asked, person: str) -> str:
    words, poll, step = asked.words, asked.poll, asked.step
    if step == "watch":
        return _watching(asked, person)
    if poll.state == "annulled":
        return words("vote.cancelled", reason=poll.reason)
    if step in _NOTES:
        return words(_NOTES[step])
    if step == "sent":
        return words("vote.until" if poll.rule.may_change else "vote.nochange")
    return words("vote.nosend" if shape_of(poll.rule) == "choice" else "form.nosend")


def _watching(asked: _Asked, person: str) -> str:
    """Say why this person only looks on."""
    words, poll = asked.words, asked.poll
    if person in poll.excused:
        return words("form.excused", reason=poll.excused[person].reason).rstrip(": ")
    entry = asked.room.state.roll.get(person)
    if person in poll.electorate or (entry is not None and entry.ballots):
        here = person in poll.electorate
        return words(f"form.watch.{poll.rule.way}" if here else "form.late")
    return words("vote.noright")


def _has_draft(room: RoomView, poll: Poll) -> bool:
    item = room.state.item(poll.item)
    return item is not None and any(paper.files for paper in item.papers)
