"""Ballots in an open poll: by tablet, by hand, on paper, when called by name, sealed."""

from msgspec.structs import replace

from server.core.roles import Actor, is_secretary
from server.core.ruling import Decision, no
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.ids import BallotId, MaybeId, PersonId, PollId, Time
from server.protocol.refusals import Code, Refusal
from server.protocol.state import MeetingState, Poll
from server.protocol.validity import broken, spoils


def over(poll: Poll) -> Refusal | None:
    """Say that nothing more happens to a poll, when that is so."""
    if poll.state == "annulled":
        return no(Code.POLL_ANNULLED, poll=poll.id)
    if poll.state in {"closed", "published"}:
        return no(Code.POLL_CLOSED, poll=poll.id)
    return None


def running(state: MeetingState, poll: PollId) -> Poll | Refusal:
    """Return the poll when it is open or paused."""
    known = state.polls.get(poll)
    if known is None:
        return no(Code.POLL_UNKNOWN, poll=poll)
    if known.state == "prepared":
        return no(Code.POLL_NOT_OPEN, poll=poll)
    return over(known) or known


def taking(state: MeetingState, poll: PollId, now: Time) -> Poll | Refusal:
    """Return the poll when it takes answers now: open, and within its time."""
    known = running(state, poll)
    if isinstance(known, Refusal):
        return known
    if known.state == "paused":
        return no(Code.POLL_PAUSED, poll=poll)
    if known.ends_at and now > known.ends_at:
        return no(Code.POLL_TIME_OVER, poll=poll)
    return known


def cast(state: MeetingState, command: c.CastBallot, actor: Actor, now: Time) -> Decision:
    """Take a person's own ballot; the last one before the close counts (T14)."""
    poll = _takes(state, command, actor.person, now)
    if isinstance(poll, Refusal):
        return poll
    if poll.rule.way != "tablet":
        return no(Code.POLL_NOT_ON_TABLETS, poll=poll.id, way=poll.rule.way)
    return _marked(_ballot(poll, command, actor.person))


def record(state: MeetingState, command: c.RecordBallot, actor: Actor, now: Time) -> Decision:
    """Take a ballot that an officer writes down.

    For a person whose tablet died, whoever presides confirmed it; or it is on paper, of somebody
    without a tablet; or the person was called by name and said it.
    """
    poll = _takes(state, command, command.person, now)
    if isinstance(poll, Refusal):
        return poll
    ballot = _ballot(poll, command, command.person)
    if poll.rule.way == "roll_call":
        if poll.called != command.person:
            return no(Code.PERSON_NOT_CALLED, poll=poll.id, person=command.person)
        return _marked(ballot, called=True)
    if wrong := _may_write(state, poll, actor):
        return wrong
    return _marked(ballot, by_hand=True, on_paper=command.on_paper, confirmed_by=state.chair)


def _may_write(state: MeetingState, poll: Poll, actor: Actor) -> Refusal | None:
    """A secretary writes for others, in a poll by tablet, before somebody who presides."""
    if not (actor.secretary or is_secretary(state, actor.person)):
        return no(Code.NOT_ALLOWED)
    if poll.rule.way != "tablet":
        return no(Code.POLL_NOT_ON_TABLETS, poll=poll.id, way=poll.rule.way)
    return None if state.chair else no(Code.CHAIR_MISSING)


def _marked(ballot: e.BallotCast | Refusal, **how: bool | str) -> Decision:
    return ballot if isinstance(ballot, Refusal) else (replace(ballot, **how),)


def call(state: MeetingState, command: c.CallPerson, _actor: Actor, now: Time) -> Decision:
    """Say whose turn it is in a roll call."""
    poll = taking(state, command.poll, now)
    if isinstance(poll, Refusal):
        return poll
    if poll.rule.way != "roll_call":
        return no(Code.POLL_NOT_ROLL_CALL, poll=poll.id)
    if wrong := _no_right(poll, command.person):
        return wrong
    return () if poll.called == command.person else (e.PersonCalled(poll.id, command.person),)


def seal(state: MeetingState, command: c.SealBallot, actor: Actor, now: Time) -> Decision:
    """Take that a person has cast; the envelope goes to the urn and into no event."""
    poll = taking(state, command.poll, now)
    if isinstance(poll, Refusal):
        return poll
    if poll.rule.secrecy != "sealed":
        return no(Code.POLL_NOT_SEALED, poll=poll.id)
    if poll.keys_lost:
        return no(Code.SEALED_KEYS_LOST, poll=poll.id)
    if wrong := _no_right(poll, actor.person):
        return wrong
    held = {person: one.ballot for person, one in poll.cast.items()}
    if wrong := _supersedes(poll, command.ballot, command.replaces, actor.person, held):
        return wrong
    return (e.BallotSealed(poll.id, actor.person, command.ballot, command.replaces),)


def _ballot(
    poll: Poll, command: c.CastBallot | c.RecordBallot, person: PersonId
) -> e.BallotCast | Refusal:
    """Make the event. An invalid ballot is taken only from somebody who was told that it is."""
    slip = command.slip()
    if wrong := broken(poll.rule, slip):
        return wrong
    spoilt = spoils(poll.rule, slip)
    if spoilt and not command.invalid:
        return spoilt
    return e.BallotCast(
        poll.id,
        person,
        command.ballot,
        command.choice,
        command.opinion.strip(),
        command.replaces,
        answers=command.answers,
        names=command.names,
        write_ins=tuple(" ".join(name.split()) for name in command.write_ins),
        invalid=spoilt is not None,
    )


def _takes(
    state: MeetingState, command: c.CastBallot | c.RecordBallot, person: PersonId, now: Time
) -> Poll | Refusal:
    """Return the poll when it takes a ballot by name of this person."""
    poll = taking(state, command.poll, now)
    if isinstance(poll, Refusal):
        return poll
    if poll.rule.secrecy == "sealed":
        return no(Code.POLL_SEALED, poll=poll.id)
    if wrong := _no_right(poll, person, sent_in=isinstance(command, c.RecordBallot)):
        return wrong
    held = {one: ballot.id for one, ballot in poll.ballots.items()}
    return _supersedes(poll, command.ballot, command.replaces, person, held) or poll


def _no_right(poll: Poll, person: PersonId, *, sent_in: bool = False) -> Refusal | None:
    """Say why a person may not answer: excused, or not asked. Absent ones may have sent it in."""
    if person in poll.excused:
        reason = poll.excused[person].reason
        return no(Code.PERSON_EXCUSED, poll=poll.id, person=person, reason=reason)
    if person in poll.electorate or (sent_in and poll.rule.sent_in and person in poll.absent):
        return None
    return no(Code.NO_BALLOT_RIGHT, poll=poll.id, person=person)


def _supersedes(
    poll: Poll,
    ballot: BallotId,
    replaces: MaybeId,
    person: PersonId,
    held: dict[PersonId, BallotId],
) -> Refusal | None:
    """Say why a ballot may not take the place of the one that counts now, or None.

    A late ballot from a tablet that was off line names an older one, or none: it is refused.
    """
    if ballot in held.values():
        return no(Code.BALLOT_EXISTS, ballot=ballot)
    mine = held.get(person, "")
    if mine and not poll.rule.may_change:
        return no(Code.BALLOT_FINAL, poll=poll.id)
    if replaces != mine:
        return no(Code.BALLOT_SUPERSEDED, poll=poll.id, ballot=mine)
    return None
