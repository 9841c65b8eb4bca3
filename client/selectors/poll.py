"""The ballot in three steps: choose, confirm, sent; and the result that everyone sees."""

from dataclasses import dataclass
from typing import Literal

from client.i18n import name_key
from client.selectors.shell import Status, line_status
from client.selectors.words import Words
from client.state import AppState, RoomView
from server.protocol.commands import CastBallot
from server.protocol.state import CHOICES, Ballot, Choice, MeetingState, Poll, Tally

Step = Literal["choose", "confirm", "sending", "queued", "sent", "unsent", "watch", "over"]
_QUEUED_MS = 5_000
PRACTICE = "practice"
"""The name of the ballot that is never sent."""


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """One of the large buttons. `chosen`: the answer that counts now."""

    choice: Choice
    text: str
    caps: str
    hint: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class BallotView:
    """The ballot of the open poll, for the person at this device."""

    poll: str
    step: Step
    item_line: str
    question: str
    rule: str
    choices: tuple[ChoiceRow, ...]
    choice: Choice | None
    heading: str
    note: str
    paused: bool
    may_change: bool
    received: int
    expected: int
    line: Status
    has_draft: bool
    replaces: str


@dataclass(frozen=True, slots=True)
class Part:
    """A segment of the result bar: `kind` gives colour and icon."""

    kind: Literal["for", "against", "other", "missing"]
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Names:
    """Those who chose one thing, in Vietnamese order."""

    kind: Literal["for", "against", "other", "missing"]
    label: str
    count: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResultView:
    """A closed or published poll, with its denominator in words."""

    poll: str
    item_line: str
    question: str
    closed: str
    passed: bool
    verdict: str
    percent: str
    of: str
    need: str
    line_label: str
    line_share: float
    base_count: int
    parts: tuple[Part, ...]
    second: str
    quorum: str
    names: tuple[Names, ...]
    published: bool


def ballot(state: AppState) -> BallotView | None:
    """Return the ballot of the poll that the person is asked, or None when there is none."""
    if state.place.poll == PRACTICE:
        return _practice(state)
    room = state.room()
    poll = room.state.polls.get(state.place.poll) if room else None
    if room is None or poll is None or poll.state not in {"open", "paused", "closed", "annulled"}:
        return None
    words, person = Words.of(state), state.login.person if state.login else ""
    mine, waiting = room.personal.ballots.get(poll.id), _waiting(state, poll)
    step = _step(state, poll, mine, waiting, person)
    choice = _choice(state, mine, waiting)
    progress = room.progress.get(poll.id)
    return BallotView(
        poll=poll.id,
        step=step,
        item_line=item_line(room.state, poll, words),
        question=poll.question,
        rule=rule_line(poll, words),
        choices=tuple(_row(one, mine, words) for one in CHOICES),
        choice=choice,
        heading=_heading(step, mine, words),
        note=_note(step, poll, words),
        paused=poll.state == "paused",
        may_change=poll.rule.may_change,
        received=progress.received if progress else 0,
        expected=poll.present,
        line=line_status(state),
        has_draft=_has_draft(room, poll),
        replaces=mine.id if mine else "",
    )


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
        choices=tuple(_row(one, None, words) for one in CHOICES),
        choice=next((one for one in CHOICES if one == place.choice), "for"),
        heading=words("practice.done"),
        note=words("practice.note") if step == "sent" else _note(step, None, words),
        paused=False,
        may_change=False,
        received=0,
        expected=0,
        line=line_status(state),
        has_draft=False,
        replaces="",
    )


def item_line(meeting: MeetingState, poll: Poll, words: Words) -> str:
    """Return which item a poll belongs to: Nội dung 2 · Chuyển đổi số."""
    item = meeting.item(poll.item)
    return words("vote.item", n=item.number, title=item.short_title or item.title) if item else ""


def rule_line(poll: Poll, words: Words) -> str:
    """Return what makes the poll pass, with markup round the rule."""
    count = poll.members if poll.rule.base == "members_total" else poll.present
    rule = words.rule(poll.rule.threshold, poll.rule.base, count)
    return words("vote.rule", rule=rule, k=poll.need, secrecy=words("vote.secrecy.open"))


def _waiting(state: AppState, poll: Poll) -> tuple[CastBallot, int] | None:
    """Return the ballot that is on its way to the server, and since when."""
    for pending in reversed(state.pending):
        command = pending.command
        if isinstance(command, CastBallot) and command.poll == poll.id:
            return command, pending.since
    return None


def _step(
    state: AppState,
    poll: Poll,
    mine: Ballot | None,
    waiting: tuple[CastBallot, int] | None,
    person: str,
) -> Step:
    if poll.id in state.unsent:
        return "unsent"
    if poll.state in {"closed", "annulled"}:
        return "over"
    if person not in poll.electorate:
        return "watch"
    if waiting is not None:
        late = state.line != "connected" or state.now - waiting[1] > _QUEUED_MS
        return "queued" if late else "sending"
    if state.place.choice:
        return "choose" if state.place.choice == "again" else "confirm"
    return "sent" if mine else "choose"


def _choice(
    state: AppState, mine: Ballot | None, waiting: tuple[CastBallot, int] | None
) -> Choice | None:
    if waiting is not None:
        return waiting[0].choice
    chosen = next((one for one in CHOICES if one == state.place.choice), None)
    return chosen or (mine.choice if mine else None)


def _row(choice: Choice, mine: Ballot | None, words: Words) -> ChoiceRow:
    chosen = mine is not None and mine.choice == choice
    hint = words("vote.other.s") if choice == "other" else ""
    return ChoiceRow(
        choice,
        words(f"vote.{choice}"),
        words(f"vote.{choice}.caps"),
        words("vote.chosen") if chosen else hint,
        chosen,
    )


def _heading(step: Step, mine: Ballot | None, words: Words) -> str:
    if step == "sent" and mine is not None:
        return words("vote.sentat", t=words.time(mine.at))
    if step == "queued":
        return words("vote.queued")
    if step == "unsent":
        return words("vote.closed.unsent")
    return words("vote.wait.result") if step == "over" else ""


def _note(step: Step, poll: Poll | None, words: Words) -> str:
    if step == "watch":
        return words("vote.noright")
    if step == "confirm":
        return words("vote.counts")
    if poll is None:
        return words("vote.nosend")
    if poll.state == "annulled":
        return words("vote.cancelled", reason=poll.reason)
    if step == "sent":
        return words("vote.until" if poll.rule.may_change else "vote.nochange")
    return words("vote.nosend")


def _has_draft(room: RoomView, poll: Poll) -> bool:
    item = room.state.item(poll.item)
    return item is not None and any(paper.files for paper in item.papers)


def result(state: AppState) -> ResultView | None:
    """Return the result that the person looks at, or None while it may not be seen."""
    room = state.room()
    poll = room.state.polls.get(state.place.poll) if room else None
    if room is None or poll is None:
        return None
    return result_of(room.state, poll, Words.of(state))


def result_of(meeting: MeetingState, poll: Poll, words: Words) -> ResultView | None:
    """Return the result of a counted poll, or None before it is counted."""
    tally = poll.tally
    if tally is None:
        return None
    present, quorum = tally.present, tally.quorum_need
    met = "res.quorum" if present >= quorum else "res.noquorum"
    return ResultView(
        poll=poll.id,
        item_line=item_line(meeting, poll, words),
        question=poll.question,
        closed=words("res.closed", t=words.time(poll.closed_at)),
        passed=tally.passed,
        verdict=words("res.pass" if tally.passed else "res.fail"),
        percent=words.hundredths(tally.percent),
        of=words.body(tally),
        need=_need(poll, tally, words),
        line_label=words("res.line", rule=words.fraction(poll.rule.threshold)),
        line_share=poll.rule.threshold.numerator / poll.rule.threshold.denominator,
        base_count=tally.base_count,
        parts=_parts(tally, words),
        second=_second(tally, words),
        quorum=words(met, a=present, b=tally.members, k=quorum),
        names=_names(meeting, poll, words),
        published=poll.state == "published",
    )


def _need(poll: Poll, tally: Tally, words: Words) -> str:
    rule, short = words.fraction(poll.rule.threshold), tally.need - tally.counts.get("for", 0)
    if short > 0:
        return words("res.need", rule=rule, k=tally.need, d=short)
    return words("res.need.met", rule=rule, k=tally.need)


def _second(tally: Tally, words: Words) -> str:
    other: Literal["members_total", "present"]
    other, count = (
        ("present", tally.present)
        if tally.base == "members_total"
        else ("members_total", tally.members)
    )
    return words(
        "res.second",
        p=words.hundredths(tally.second_percent),
        other_base=words.base(other),
        a=tally.counts.get("for", 0),
        b=count,
        base=words.base(tally.base),
    )


def _parts(tally: Tally, words: Words) -> tuple[Part, ...]:
    parts = [Part(one, words(f"vote.{one}"), tally.counts.get(one, 0)) for one in CHOICES]
    absent = tally.members - tally.present
    label = "res.absent" if tally.missing == absent else "res.unsent"
    return (*parts, Part("missing", words(label), tally.missing))


def _names(meeting: MeetingState, poll: Poll, words: Words) -> tuple[Names, ...]:
    if not poll.ballots:
        return ()

    def named(people: list[str]) -> tuple[str, ...]:
        names = (meeting.roll[one].name for one in people if one in meeting.roll)
        return tuple(sorted(names, key=name_key))

    groups = []
    for choice in CHOICES:
        people = [one for one, cast in poll.ballots.items() if cast.choice == choice]
        if people:
            groups.append(Names(choice, words(f"vote.{choice}"), len(people), named(people)))
    silent = [p for p, entry in meeting.roll.items() if entry.ballots and p not in poll.ballots]
    if silent:
        groups.append(Names("missing", words("res.absent"), len(silent), named(silent)))
    return tuple(groups)
