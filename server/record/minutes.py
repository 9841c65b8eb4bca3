"""What the minutes say, taken from the record alone. Pure: no clock, no files, no layout."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from server.core.attendance import members
from server.core.tally import need
from server.protocol import events as e
from server.protocol.fold import apply, begin
from server.protocol.ids import ItemId, PersonId, Time
from server.protocol.rules import CandidateId
from server.protocol.state import (
    AgendaItem,
    Choice,
    MeetingState,
    Organization,
    Paper,
    Poll,
    PollState,
    Presence,
    RollEntry,
    Rule,
    Tally,
)
from server.record.written import NO_COMMENTS, Comments, comments_on


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person as the minutes name them; `at` is when it happened, 0 where that says nothing."""

    name: str
    post: str = ""
    at: Time = 0


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody who never came: with leave or without, or never marked."""

    name: str
    post: str
    presence: Presence
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Vote:
    """One named ballot of a published open poll."""

    person: PersonId
    name: str
    choice: Choice
    opinion: str = ""
    by_hand: bool = False
    confirmed_by: str = ""
    on_paper: bool = False
    """The secretary wrote it down from a ballot of paper."""
    answers: Mapping[CandidateId, Choice] = field(default_factory=dict)
    names: tuple[CandidateId, ...] = ()
    write_ins: tuple[str, ...] = ()
    invalid: bool = False


@dataclass(frozen=True, slots=True)
class PollMinutes:
    """A poll that was opened. `tally` is None only for one that was annulled before its end."""

    question: str
    state: PollState
    rule: Rule
    opened_at: Time
    closed_at: Time
    tally: Tally | None
    votes: tuple[Vote, ...] = ()
    reason: str = ""
    consensus: bool = False

    @property
    def absent(self) -> int:
        """Members who were not here when the poll opened."""
        return self.tally.members - self.tally.present if self.tally else 0

    @property
    def unsent(self) -> int:
        """Members who were here and sent no ballot that counts."""
        if self.tally is None:
            return 0
        cast = sum(self.tally.counts.values()) or self.tally.returned
        return max(0, self.tally.present - cast)


@dataclass(frozen=True, slots=True)
class ItemMinutes:
    """One item: what lay on the table, who spoke or wrote, what was asked and decided."""

    number: int
    title: str
    item: AgendaItem
    papers: tuple[Paper, ...]
    speakers: tuple[Somebody, ...]
    polls: tuple[PollMinutes, ...]
    comments: Comments = NO_COMMENTS

    @property
    def discussed(self) -> bool:
        """Whether it was taken up at all."""
        return self.item.taken_up_at > 0


@dataclass(frozen=True, slots=True)
class Minutes:
    """The minutes of a meeting. A draft until the meeting is closed.

    Attendance names the members of the body: `present` came at some time, `late` after the roll
    call of an open meeting, `left` before the end and did not return.
    """

    organization: Organization
    title: str
    ordinal: str
    place: str
    starts_at: Time
    opened_at: Time
    closed_at: Time
    chair: Somebody
    secretaries: tuple[Somebody, ...]
    members: int
    present: tuple[Somebody, ...]
    absent: tuple[Absent, ...]
    late: tuple[Somebody, ...]
    left: tuple[Somebody, ...]
    guests: tuple[Somebody, ...]
    quorum_need: int
    agenda_version: int
    items: tuple[ItemMinutes, ...]
    entries: int
    head: str
    qr: str = ""
    """What a camera reads beside `head`; none when empty."""
    dropped: Comments = NO_COMMENTS
    """Comments on items that have left the agenda."""

    @property
    def quorate(self) -> bool:
        """Whether enough members came."""
        return len(self.present) >= self.quorum_need

    @property
    def draft(self) -> bool:
        """Whether the meeting still runs, or never did."""
        return self.closed_at == 0


@dataclass(slots=True)
class _Heard:
    """What the fold does not keep: who spoke on what, who was where when."""

    speakers: dict[ItemId, list[Somebody]] = field(default_factory=dict)
    first: dict[PersonId, Time] = field(default_factory=dict)
    missed: set[PersonId] = field(default_factory=set)
    """Marked as absent before they came."""
    called: bool = False
    """The roll call is over: a poll was opened, or a second item taken up."""
    late: list[PersonId] = field(default_factory=list)

    def hear(self, before: MeetingState, entry: e.Entry) -> None:
        match entry.event:
            case e.FloorGiven(person=person):
                who = _somebody(before.roll.get(person), person, entry.at)
                self.speakers.setdefault(before.current, []).append(who)
            case e.AttendanceMarked(marks=marks):
                for person, presence in marks.items():
                    self._mark(person, presence, entry.at, opened=before.opened_at > 0)
            case e.PollOpened():
                self.called = True
            case e.ItemTakenUp(item=item) if before.current and item:
                self.called = True
            case _:
                pass

    def _mark(self, person: PersonId, presence: Presence, at: Time, *, opened: bool) -> None:
        if presence in {"leave", "no_leave", "unmarked"}:
            self.first.pop(person, None)  # a mark that was wrong: who goes has "left"
        if presence != "present":
            self.missed.add(person)
        elif person not in self.first:
            self.first[person] = at
            if opened and (self.called or person in self.missed):
                self.late.append(person)


def build(entries: Iterable[e.Entry], head: str = "") -> Minutes:
    """Return the minutes of a record. `head`: the printed form of its chain, if it has one.

    Raises ValueError unless the entries begin with `MeetingCreated`.
    """
    state: MeetingState | None = None
    heard = _Heard()
    count = 0
    for entry in entries:
        count += 1
        if state is None:
            if not isinstance(entry.event, e.MeetingCreated):
                raise ValueError("a record begins with MeetingCreated")
            state = begin(entry.event)
            continue
        heard.hear(state, entry)
        state = apply(state, entry)
    if state is None:
        raise ValueError("an empty record has no minutes")
    return _minutes(state, heard, count, head)


def _minutes(state: MeetingState, heard: _Heard, count: int, head: str) -> Minutes:
    voters = members(state)
    came = [person for person in voters if person in heard.first]
    return Minutes(
        organization=state.organization,
        title=state.title,
        ordinal=state.ordinal,
        place=state.place,
        starts_at=state.starts_at,
        opened_at=state.opened_at,
        closed_at=state.closed_at,
        chair=_somebody(state.roll.get(state.chair), state.chair),
        secretaries=_of_role(state, "secretary"),
        members=len(voters),
        present=tuple(_person(state, person, heard.first[person]) for person in came),
        absent=tuple(_absent(state, person) for person in voters if person not in heard.first),
        late=tuple(_person(state, one, heard.first[one]) for one in heard.late if one in came),
        left=tuple(_left(state, came)),
        guests=tuple(who for who in _of_role(state, "guest") if _came(state, heard, who.name)),
        quorum_need=need(Rule().quorum, len(voters)),
        agenda_version=state.agenda_version,
        items=tuple(_item(state, heard, item) for item in state.items),
        entries=count,
        head=head,
        dropped=comments_on(state, ""),
    )


def _somebody(entry: RollEntry | None, person: PersonId, at: Time = 0) -> Somebody:
    return Somebody(entry.name, entry.post, at) if entry else Somebody(person, "", at)


def _person(state: MeetingState, person: PersonId, at: Time = 0) -> Somebody:
    return _somebody(state.roll.get(person), person, at)


def _of_role(state: MeetingState, role: str) -> tuple[Somebody, ...]:
    people = (one for one in state.roll.values() if one.role == role)
    return tuple(Somebody(one.name, one.post) for one in people)


def _came(state: MeetingState, heard: _Heard, name: str) -> bool:
    """Guests count as present when they were marked, or when nobody marks guests here."""
    marked = {state.roll[person].name for person in heard.first if person in state.roll}
    guests = {one.name for one in state.roll.values() if one.role == "guest"}
    return name in marked or not guests & marked


def _absent(state: MeetingState, person: PersonId) -> Absent:
    entry = state.roll[person]
    where = state.attendance.get(person)
    if where is None:
        return Absent(entry.name, entry.post, "unmarked")
    return Absent(entry.name, entry.post, where.presence, where.reason)


def _left(state: MeetingState, came: Sequence[PersonId]) -> Iterator[Somebody]:
    for person in came:
        where = state.attendance.get(person)
        if where is not None and where.presence == "left":
            yield _person(state, person, where.at)


def _item(state: MeetingState, heard: _Heard, item: AgendaItem) -> ItemMinutes:
    polls = sorted(
        (
            poll
            for poll in state.polls.values()
            if poll.item == item.id and (poll.opened_at or poll.consensus)
        ),
        key=lambda poll: poll.opened_at,
    )
    return ItemMinutes(
        number=item.number,
        title=item.title,
        item=item,
        papers=item.papers,
        speakers=tuple(heard.speakers.get(item.id, ())),
        polls=tuple(_poll(state, poll) for poll in polls),
        comments=comments_on(state, item.id),
    )


def _poll(state: MeetingState, poll: Poll) -> PollMinutes:
    return PollMinutes(
        question=poll.question,
        state=poll.state,
        rule=poll.rule,
        opened_at=poll.opened_at,
        closed_at=poll.closed_at,
        tally=poll.tally,
        votes=tuple(votes_of(state, poll)) if poll.state == "published" else (),
        reason=poll.reason,
        consensus=poll.consensus,
    )


def votes_of(state: MeetingState, poll: Poll) -> Iterator[Vote]:
    """Yield the named ballots of an open poll, in the order of the roll; none of another."""
    if poll.rule.secrecy != "open" or poll.rule.way == "paper":
        return
    order: Mapping[PersonId, int] = {person: n for n, person in enumerate(state.roll)}
    for person in sorted(poll.ballots, key=lambda one: order.get(one, len(order))):
        ballot = poll.ballots[person]
        yield Vote(
            person=person,
            name=_person(state, person).name,
            choice=ballot.choice,
            opinion=ballot.opinion,
            by_hand=ballot.by_hand,
            confirmed_by=_person(state, ballot.confirmed_by).name if ballot.confirmed_by else "",
            on_paper=ballot.on_paper,
            answers=ballot.answers,
            names=ballot.names,
            write_ins=ballot.write_ins,
            invalid=ballot.invalid,
        )


def local(at: Time, zone: dt.tzinfo | None) -> dt.datetime:
    """Return a wire time in a zone; None is the zone of this machine."""
    return dt.datetime.fromtimestamp(at / 1000, tz=dt.UTC).astimezone(zone)
