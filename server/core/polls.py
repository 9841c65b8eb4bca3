"""Polls: prepared, open, paused, closed, published, or annulled; and the ballots in them."""

from msgspec.structs import replace

from server.core.attendance import members, present_members, quorum_need
from server.core.roles import Actor
from server.core.ruling import Decision, no
from server.core.tally import count, need
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.ids import PersonId, PollId, Time
from server.protocol.refusals import Code, Refusal
from server.protocol.state import MeetingState, Poll, Rule, Threshold


def _is_share(threshold: Threshold, least: int) -> bool:
    """Say whether some number of a base can reach the threshold."""
    top = threshold.denominator - (1 if threshold.strict else 0)
    return threshold.denominator > 0 and least <= threshold.numerator <= top


def _is_rule(rule: Rule) -> bool:
    """A quorum may be nothing (0 of 1); a threshold that nobody has to reach decides nothing."""
    return _is_share(rule.threshold, 1) and _is_share(rule.quorum, 0)


def _over(poll: Poll) -> Refusal | None:
    """Say that nothing more happens to a poll, when that is so."""
    if poll.state == "annulled":
        return no(Code.POLL_ANNULLED, poll=poll.id)
    if poll.state in {"closed", "published"}:
        return no(Code.POLL_CLOSED, poll=poll.id)
    return None


def _running(state: MeetingState, poll: PollId) -> Poll | Refusal:
    """Return the poll when it is open or paused."""
    known = state.polls.get(poll)
    if known is None:
        return no(Code.POLL_UNKNOWN, poll=poll)
    if known.state == "prepared":
        return no(Code.POLL_NOT_OPEN, poll=poll)
    return _over(known) or known


def prepare(state: MeetingState, command: c.PreparePoll, _actor: Actor, _now: Time) -> Decision:
    """Make a poll that can be opened, or change one that is not open yet."""
    known = state.polls.get(command.poll)
    if known is not None and known.state != "prepared":
        return no(Code.POLL_EXISTS, poll=command.poll)
    if state.item(command.item) is None:
        return no(Code.ITEM_UNKNOWN, item=command.item)
    question = command.question.strip()
    if not question:
        return no(Code.TEXT_MISSING)
    if not _is_rule(command.rule):
        return no(Code.RULE_INVALID)
    if known and (known.item, known.question, known.rule) == (command.item, question, command.rule):
        return ()
    return (e.PollPrepared(command.poll, command.item, question, command.rule),)


def open_poll(state: MeetingState, command: c.OpenPoll, _actor: Actor, _now: Time) -> Decision:
    """Take ballots: lock the rule, freeze who is present and who may cast (T13)."""
    poll = state.polls.get(command.poll)
    if poll is None:
        return no(Code.POLL_UNKNOWN, poll=command.poll)
    if wrong := _over(poll):
        return wrong
    if poll.state != "prepared":
        return no(Code.POLL_NOT_PREPARED, poll=poll.id)
    if other := state.open_poll():
        return no(Code.POLL_ANOTHER_OPEN, poll=other.id)
    if state.item(poll.item) is None:
        return no(Code.ITEM_UNKNOWN, item=poll.item)
    return _opened(state, poll)


def _opened(state: MeetingState, poll: Poll) -> Decision:
    seats, here = len(members(state)), present_members(state)
    quorum = quorum_need(state, poll.rule.quorum)
    if seats and poll.rule.quorum_blocks and len(here) < quorum:
        return no(Code.NO_QUORUM, present=len(here), need=quorum, members=seats)
    if not here:
        return no(Code.NOBODY_TO_ASK)
    base = seats if poll.rule.base == "members_total" else len(here)
    return (
        e.PollOpened(
            poll.id,
            poll.item,
            poll.question,
            poll.rule,
            present=len(here),
            members=seats,
            need=need(poll.rule.threshold, base),
            electorate=here,
        ),
    )


def pause(state: MeetingState, command: c.PausePoll, _actor: Actor, _now: Time) -> Decision:
    """Hold the poll."""
    poll = _running(state, command.poll)
    if isinstance(poll, Refusal):
        return poll
    return () if poll.state == "paused" else (e.PollPaused(poll.id),)


def resume(state: MeetingState, command: c.ResumePoll, _actor: Actor, _now: Time) -> Decision:
    """Go on with the poll."""
    poll = _running(state, command.poll)
    if isinstance(poll, Refusal):
        return poll
    return () if poll.state == "open" else (e.PollResumed(poll.id),)


def close(state: MeetingState, command: c.ClosePoll, _actor: Actor, _now: Time) -> Decision:
    """Fix the tally; a paused poll may be closed too."""
    poll = _running(state, command.poll)
    if isinstance(poll, Refusal):
        return poll
    return (e.PollClosed(poll.id, count(poll, poll.members)),)


def publish(state: MeetingState, command: c.PublishPoll, _actor: Actor, _now: Time) -> Decision:
    """Show the result of a closed poll to everyone who may see it."""
    poll = state.polls.get(command.poll)
    if poll is None:
        return no(Code.POLL_UNKNOWN, poll=command.poll)
    if poll.state == "annulled":
        return no(Code.POLL_ANNULLED, poll=poll.id)
    if poll.state == "published":
        return ()
    if poll.state != "closed":
        return no(Code.POLL_NOT_CLOSED, poll=poll.id)
    return (e.PollPublished(poll.id, poll.tally or count(poll, poll.members), poll.ballots),)


def annul(state: MeetingState, command: c.AnnulPoll, _actor: Actor, _now: Time) -> Decision:
    """Declare a poll void; to repeat it, another one is prepared."""
    poll = state.polls.get(command.poll)
    if poll is None:
        return no(Code.POLL_UNKNOWN, poll=command.poll)
    if poll.state == "annulled":
        return no(Code.POLL_ANNULLED, poll=poll.id)
    if poll.state == "prepared":
        return no(Code.POLL_NOT_OPEN, poll=poll.id)
    reason = command.reason.strip()
    return (e.PollAnnulled(poll.id, reason),) if reason else no(Code.REASON_MISSING)


def cast(state: MeetingState, command: c.CastBallot, actor: Actor, _now: Time) -> Decision:
    """Take a person's own ballot; the last one before the close counts (T14)."""
    poll = _takes(state, command, actor.person)
    if isinstance(poll, Refusal):
        return poll
    return (_ballot(command, actor.person),)


def record(state: MeetingState, command: c.RecordBallot, _actor: Actor, _now: Time) -> Decision:
    """Take a ballot by hand for a person whose tablet died; whoever presides confirmed it."""
    poll = _takes(state, command, command.person)
    if isinstance(poll, Refusal):
        return poll
    if not state.chair:
        return no(Code.CHAIR_MISSING)
    return (replace(_ballot(command, command.person), by_hand=True, confirmed_by=state.chair),)


def _ballot(command: c.CastBallot | c.RecordBallot, person: PersonId) -> e.BallotCast:
    return e.BallotCast(
        command.poll,
        person,
        command.ballot,
        command.choice,
        command.opinion.strip(),
        command.replaces,
    )


def _takes(
    state: MeetingState, command: c.CastBallot | c.RecordBallot, person: PersonId
) -> Poll | Refusal:
    """Return the poll when it takes this ballot of this person."""
    poll = _running(state, command.poll)
    if isinstance(poll, Refusal):
        return poll
    if poll.state == "paused":
        return no(Code.POLL_PAUSED, poll=poll.id)
    if person not in poll.electorate:
        return no(Code.NO_BALLOT_RIGHT, poll=poll.id, person=person)
    return _supersedes(poll, command, person) or poll


def _supersedes(
    poll: Poll, command: c.CastBallot | c.RecordBallot, person: PersonId
) -> Refusal | None:
    """Say why a ballot may not take the place of the one that counts now, or None.

    A late ballot from a tablet that was off line names an older one, or none: it is refused.
    """
    if any(one.id == command.ballot for one in poll.ballots.values()):
        return no(Code.BALLOT_EXISTS, ballot=command.ballot)
    held = poll.ballots.get(person)
    if held is not None and not poll.rule.may_change:
        return no(Code.BALLOT_FINAL, poll=poll.id)
    if command.replaces != (held.id if held else ""):
        return no(Code.BALLOT_SUPERSEDED, poll=poll.id, ballot=held.id if held else "")
    return None
