"""The life of a poll: prepared, open, paused, closed, published, or annulled and repeated."""

from msgspec.structs import replace

from server.core.ballots import over, running
from server.core.opening import beside, opened
from server.core.roles import Actor
from server.core.rulecheck import LEAST_SEALED, check_rule
from server.core.ruling import Decision, no
from server.core.tally import count
from server.core.ties import is_unsettled
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.ids import MaybeId, PollId, Time
from server.protocol.refusals import Code, Refusal
from server.protocol.rules import Rule
from server.protocol.state import MeetingState, Poll

_SECOND = 1000


def prepare(state: MeetingState, command: c.PreparePoll, _actor: Actor, _now: Time) -> Decision:
    """Make a poll that can be opened, or change one that is not; it stays in its sitting."""
    known = state.polls.get(command.poll)
    if known is not None and known.state != "prepared":
        return no(Code.POLL_EXISTS, poll=command.poll)
    if not _has_place(state, command.item, command.rule):
        return no(Code.ITEM_UNKNOWN, item=command.item)
    question = command.question.strip()
    if not question:
        return no(Code.TEXT_MISSING)
    if wrong := check_rule(command.rule, sealed=state.organization.sealed):
        return wrong
    series = known.series if known and known.place else command.series
    made = e.PollPrepared(command.poll, command.item, question, command.rule, series)
    return _changed(known, made) if known else (made,)


def _changed(known: Poll, made: e.PollPrepared) -> Decision:
    told = (made.item, made.question, made.rule, made.series)
    if (known.item, known.question, known.rule, known.series) == told:
        return ()
    return (replace(made, repeats=known.repeats, round=known.round, place=known.place),)


def _has_place(state: MeetingState, item: MaybeId, rule: Rule) -> bool:
    """A poll belongs to an item; a practice may belong to none."""
    return state.item(item) is not None or (rule.practice and not item)


def excuse(state: MeetingState, command: c.ExcusePerson, _actor: Actor, _now: Time) -> Decision:
    """Take a person out of a poll that is not open yet, with a reason; or take that back."""
    poll = _waiting(state, command.poll)
    if isinstance(poll, Refusal):
        return poll
    if command.person not in state.roll:
        return no(Code.PERSON_NOT_ON_ROLL, person=command.person)
    reason = command.reason.strip()
    if command.excused and not reason:
        return no(Code.REASON_MISSING)
    known = poll.excused.get(command.person)
    told = (command.kind, reason) if command.excused else None
    if told == ((known.kind, known.reason) if known else None):
        return ()
    if not command.excused:
        return (e.PersonExcused(poll.id, command.person, excused=False),)
    return (e.PersonExcused(poll.id, command.person, command.kind, reason),)


def offer_keys(state: MeetingState, command: c.OfferKeys, _actor: Actor, _now: Time) -> Decision:
    """Take the openers' keys for a sealed poll: two at least, since one opener could link."""
    poll = _waiting(state, command.poll)
    if isinstance(poll, Refusal):
        return poll
    if poll.rule.secrecy != "sealed":
        return no(Code.POLL_NOT_SEALED, poll=poll.id)
    if len(set(command.keys)) < 2:  # noqa: PLR2004 - one could link
        return no(Code.SEALED_KEYS_MISSING, poll=poll.id)
    return () if poll.keys == command.keys else (e.KeysOffered(poll.id, command.keys),)


def _waiting(state: MeetingState, poll: PollId) -> Poll | Refusal:
    """Return the poll when it is not open yet."""
    known = state.polls.get(poll)
    if known is None:
        return no(Code.POLL_UNKNOWN, poll=poll)
    if wrong := over(known):
        return wrong
    return known if known.state == "prepared" else no(Code.POLL_NOT_PREPARED, poll=poll)


def open_poll(state: MeetingState, command: c.OpenPoll, _actor: Actor, now: Time) -> Decision:
    """Take ballots: lock the rule, freeze who is present and who may cast (T13)."""
    poll = _waiting(state, command.poll)
    if isinstance(poll, Refusal):
        return poll
    if wrong := beside(state, poll):
        return wrong
    if not _has_place(state, poll.item, poll.rule):
        return no(Code.ITEM_UNKNOWN, item=poll.item)
    return opened(state, poll, now)


def agree(state: MeetingState, command: c.RecordConsensus, _actor: Actor, _now: Time) -> Decision:
    """Record that all agreed; no numbers are invented."""
    poll = _waiting(state, command.poll)
    if isinstance(poll, Refusal):
        return poll
    if poll.rule.form != "consensus":
        return no(Code.POLL_NOT_CONSENSUS, poll=poll.id)
    return (e.ConsensusRecorded(poll.id, poll.item, poll.question, poll.rule),)


def pause(state: MeetingState, command: c.PausePoll, _actor: Actor, _now: Time) -> Decision:
    """Hold the poll."""
    poll = running(state, command.poll)
    if isinstance(poll, Refusal):
        return poll
    return () if poll.state == "paused" else (e.PollPaused(poll.id),)


def resume(state: MeetingState, command: c.ResumePoll, _actor: Actor, _now: Time) -> Decision:
    """Go on with the poll."""
    poll = running(state, command.poll)
    if isinstance(poll, Refusal):
        return poll
    return () if poll.state == "open" else (e.PollResumed(poll.id),)


def extend(state: MeetingState, command: c.ExtendPoll, _actor: Actor, now: Time) -> Decision:
    """Give more time: from the end, or from now when it is past. On hold, time stands still."""
    poll = running(state, command.poll)
    if isinstance(poll, Refusal):
        return poll
    if not poll.ends_at:
        return no(Code.POLL_NO_LIMIT, poll=poll.id)
    start = max(poll.ends_at, poll.paused_at or now)
    return (e.PollExtended(poll.id, start + command.seconds * _SECOND),)


def close(state: MeetingState, command: c.ClosePoll, _actor: Actor, _now: Time) -> Decision:
    """Take no more ballots; fix the tally unless it is still to be counted.

    A paused poll may be closed too. Ballots of paper are counted after it, sealed ones opened.
    """
    poll = running(state, command.poll)
    if isinstance(poll, Refusal):
        return poll
    if poll.rule.way == "paper":
        return (e.PollClosed(poll.id),)
    if poll.rule.secrecy == "sealed":
        few = len(poll.cast) < LEAST_SEALED
        too_few = no(Code.SEALED_TOO_FEW, have=len(poll.cast), least=LEAST_SEALED)
        return too_few if few else (e.PollClosed(poll.id),)
    if poll.rule.way == "hands" and not (poll.hands and poll.hands.confirmed_by):
        return no(Code.HANDS_MISSING, poll=poll.id)
    return (e.PollClosed(poll.id, count(poll)),)


def open_batch(
    state: MeetingState, command: c.OpenSealedBatch, _actor: Actor, _now: Time
) -> Decision:
    """Count the opened sealed ballots: as many as were cast, and nobody knows whose."""
    poll = state.polls.get(command.poll)
    if poll is None:
        return no(Code.POLL_UNKNOWN, poll=command.poll)
    if poll.rule.secrecy != "sealed":
        return no(Code.POLL_NOT_SEALED, poll=poll.id)
    if poll.state != "closed":
        return no(Code.POLL_NOT_CLOSED, poll=poll.id)
    if poll.tally is not None:
        return no(Code.POLL_COUNTED, poll=poll.id)
    given = len(command.slips) + command.unreadable
    if given != len(poll.cast):
        return no(Code.BATCH_WRONG, given=given, cast=len(poll.cast))
    counted = count(replace(poll, slips=command.slips, unreadable=command.unreadable))
    return (e.SealedBatchOpened(poll.id, command.slips, command.unreadable, counted),)


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
    if poll.tally is None or is_unsettled(poll):
        return no(_unfinished(poll), poll=poll.id)
    return (e.PollPublished(poll.id, poll.tally, poll.ballots),)


def _unfinished(poll: Poll) -> Code:
    """Return what a closed poll still waits for."""
    if poll.tally is not None:
        return Code.TIE_UNSETTLED
    return Code.SEALED_KEYS_LOST if poll.keys_lost else Code.POLL_NOT_COUNTED


def annul(state: MeetingState, command: c.AnnulPoll, _actor: Actor, _now: Time) -> Decision:
    """Declare a poll void; it may be repeated as another one."""
    poll = state.polls.get(command.poll)
    if poll is None:
        return no(Code.POLL_UNKNOWN, poll=command.poll)
    if poll.state == "annulled":
        return no(Code.POLL_ANNULLED, poll=poll.id)
    if poll.state == "prepared":
        return no(Code.POLL_NOT_OPEN, poll=poll.id)
    reason = command.reason.strip()
    return (e.PollAnnulled(poll.id, reason),) if reason else no(Code.REASON_MISSING)
