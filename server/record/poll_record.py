"""What the record of each poll says, taken from the meeting's record alone. Pure.

A poll is recorded as it was when it was opened: who was summoned, present and absent then, under
which rule; what came in; the result as it was published; and who did what to a count of paper.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from server.core.attendance import members
from server.protocol import events as e
from server.protocol.counts import Excluded, PaperCount
from server.protocol.fold import apply, begin
from server.protocol.ids import MaybeId, PersonId, PollId, Time
from server.protocol.rules import Form
from server.protocol.state import Attendance, MeetingState, Organization, Poll, Tally
from server.record.minutes import Absent, Somebody, Vote, votes_of

SECRET: frozenset[Form] = frozenset(
    {
        "secret",
        "election",
        "election_surplus",
        "nomination",
        "confidence_survey",
        "confidence",
        "discipline",
    }
)
"""Forms whose record is that of a tally board."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One step of a paper count: when, who, on which device, and what was entered, if anything."""

    at: Time
    what: str
    who: str = ""
    device: str = ""
    count: PaperCount | None = None


@dataclass(frozen=True, slots=True)
class PollRecord:
    """One poll that was opened. `number` is -1 and `item` empty for a poll without an item."""

    organization: Organization
    meeting: str
    ordinal: str
    place: str
    number: int
    item: str
    poll: Poll
    chair: Somebody
    secretaries: tuple[Somebody, ...]
    tellers: tuple[Somebody, ...]
    summoned: int
    absent: tuple[Absent, ...]
    silent: tuple[str, ...]
    excluded: tuple[tuple[str, Excluded], ...]
    votes: tuple[Vote, ...]
    log: tuple[LogLine, ...]
    counted_at: Time
    entries: int
    head: str
    qr: str = ""
    settled_by: str = ""
    """Who presided when those who tied were told apart in the room."""

    @property
    def tally(self) -> Tally | None:
        """The result; none while it is not counted, in a consensus, or after an early end."""
        return self.poll.tally

    @property
    def secret(self) -> bool:
        """Whether a tally board records it."""
        return self.poll.rule.form in SECRET or self.poll.board is not None

    @property
    def subject(self) -> str:
        """What it was about: an open question's item, else what stood on the ballot."""
        own = self.secret or self.written
        return self.item if self.item and not own else self.poll.question

    @property
    def written(self) -> bool:
        """Whether opinions were asked in writing, of everybody, wherever they were."""
        return self.poll.rule.form == "written"

    @property
    def present(self) -> int:
        """Members who were here when the poll opened, or when all agreed without one."""
        agreed = self.poll.consensus
        return self.summoned - len(self.absent) if agreed else self.poll.present

    @property
    def ended_at(self) -> Time:
        """When the last was done: counted, closed or opened."""
        return self.counted_at or self.poll.closed_at or self.poll.opened_at


@dataclass(slots=True)
class _Heard:
    """What the fold does not keep of a poll."""

    attendance: dict[PollId, Mapping[PersonId, Attendance]] = field(default_factory=dict)
    log: dict[PollId, list[tuple[e.Entry, str]]] = field(default_factory=dict)
    counted: dict[PollId, Time] = field(default_factory=dict)

    def hear(self, before: MeetingState, entry: e.Entry) -> None:
        match entry.event:
            case e.PollOpened(poll=poll) | e.ConsensusRecorded(poll=poll):
                self.attendance[poll] = before.attendance
            case e.PaperCountOpened(poll=poll):
                self._log(poll, entry, "mở kiểm phiếu")
            case e.PaperCountEntered(poll=poll, person=person):
                board = before.polls[poll].board if poll in before.polls else None
                again = board is not None and person in board.entries
                self._log(poll, entry, "nhập lại" if again else "nhập số đếm")
            case e.PaperCountCompared(poll=poll, mismatches=mismatches):
                lines = len(mismatches)
                self._log(poll, entry, f"so sánh: lệch {lines} dòng" if lines else "so sánh: khớp")
            case e.PaperCountReleased(poll=poll):
                self._log(poll, entry, "chốt kết quả kiểm phiếu")
                self.counted[poll] = entry.at
            case e.SealedBatchOpened(poll=poll):
                self.counted[poll] = entry.at
            case _:
                pass

    def _log(self, poll: PollId, entry: e.Entry, what: str) -> None:
        self.log.setdefault(poll, []).append((entry, what))


def build(entries: Iterable[e.Entry], head: str = "", qr: str = "") -> tuple[PollRecord, ...]:
    """Return a record for each poll that was opened or agreed, in that order; practice apart.

    `head` and `qr`: the code of the checkpoint in its printed form, and for cameras. Raises
    ValueError unless the entries begin with `MeetingCreated`.
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
        raise ValueError("an empty record has no polls")
    polls = (state.polls[poll] for poll in heard.attendance if poll in state.polls)
    made = (_record(state, heard, poll, count) for poll in polls if not poll.rule.practice)
    return tuple(replace(one, head=head, qr=qr) for one in made)


def _record(state: MeetingState, heard: _Heard, poll: Poll, count: int) -> PollRecord:
    item = state.item(poll.item) if poll.item else None
    tally = poll.tally
    return PollRecord(
        organization=state.organization,
        meeting=state.title,
        ordinal=state.ordinal,
        place=state.place,
        number=item.number if item is not None else -1,
        item=item.title if item is not None else "",
        poll=poll,
        chair=_who(state, poll.chair or state.chair),
        secretaries=tuple(
            Somebody(one.name, one.post) for one in state.roll.values() if one.role == "secretary"
        ),
        tellers=tuple(_tellers(state, poll)),
        summoned=poll.members or len(members(state)),
        absent=tuple(_absent(state, heard.attendance[poll.id])),
        silent=tuple(_who(state, one).name for one in tally.silent) if tally else (),
        excluded=tuple((_who(state, one.person).name, one) for one in tally.excluded)
        if tally
        else (),
        votes=tuple(votes_of(state, poll)) if poll.state == "published" else (),
        log=tuple(_lines(state, heard, poll)),
        counted_at=heard.counted.get(poll.id, 0),
        entries=count,
        head="",
        settled_by=_who(state, tally.settled_by).name if tally and tally.settled_by else "",
    )


def _who(state: MeetingState, person: MaybeId) -> Somebody:
    entry = state.roll.get(person)
    return Somebody(entry.name, entry.post) if entry is not None else Somebody(person)


def _tellers(state: MeetingState, poll: Poll) -> Iterator[Somebody]:
    """Yield those named for the count and those who entered one, in that order."""
    board = poll.board
    if board is not None:
        for person in dict.fromkeys((*board.tellers, *board.entries)):
            yield _who(state, person)


def _absent(state: MeetingState, then: Mapping[PersonId, Attendance]) -> Iterator[Absent]:
    for person in members(state):
        where = then.get(person, Attendance())
        if where.presence != "present":
            entry = state.roll[person]
            yield Absent(entry.name, entry.post, where.presence, where.reason)


def _lines(state: MeetingState, heard: _Heard, poll: Poll) -> Iterator[LogLine]:
    for entry, what in heard.log.get(poll.id, ()):
        event = entry.event
        if isinstance(event, e.PaperCountEntered):
            who = _who(state, event.person).name
            yield LogLine(entry.at, what, who, event.device, event.count)
        else:
            yield LogLine(entry.at, what, _who(state, entry.by).name if entry.by else "")
