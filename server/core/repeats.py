"""Asking again: an annulled poll as it was, those who tied, or places that are still empty."""

from msgspec.structs import replace

from server.core.roles import Actor
from server.core.rulecheck import check_rule
from server.core.ruling import Decision, no
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.counts import Row, Tally
from server.protocol.ids import Time
from server.protocol.refusals import Code, Refusal
from server.protocol.rules import Candidate, CandidateId, Form, Rule, names_people
from server.protocol.state import MeetingState, Poll


def repeat(state: MeetingState, command: c.RepeatPoll, _actor: Actor, _now: Time) -> Decision:
    """Prepare another poll that asks again; who was excused stays excused."""
    poll = state.polls.get(command.poll)
    if poll is None:
        return no(Code.POLL_UNKNOWN, poll=command.poll)
    if command.repeat in state.polls:
        return no(Code.POLL_EXISTS, poll=command.repeat)
    rule = _rule(poll, command.candidates)
    if isinstance(rule, Refusal):
        return rule
    if wrong := check_rule(rule, sealed=state.organization.sealed):
        return wrong
    made = e.PollPrepared(
        command.repeat,
        poll.item,
        command.question.strip() or poll.question,
        rule,
        poll.series,
        repeats=poll.id,
        round=poll.round + 1,
        place=poll.place if poll.state == "annulled" else 0,
    )
    excused = (
        e.PersonExcused(command.repeat, person, one.kind, one.reason)
        for person, one in poll.excused.items()
    )
    return (made, *excused)


def _rule(poll: Poll, chosen: tuple[CandidateId, ...]) -> Rule | Refusal:
    if poll.state == "annulled":
        return poll.rule
    electing = names_people(poll.rule) or poll.rule.form == "election"
    if poll.state != "published" or poll.tally is None or not electing:
        return no(Code.POLL_NOT_REPEATABLE, poll=poll.id)
    left = poll.tally.places - poll.tally.elected
    tied = poll.tally.tied
    if chosen:
        return _among_rest(poll, poll.tally, chosen, left)
    if not tied or poll.rule.tie != "again":
        return no(Code.POLL_NOT_REPEATABLE, poll=poll.id)
    return _among_tied(poll.rule, tied, left)


def _among_tied(rule: Rule, tied: tuple[Row, ...], left: int) -> Rule:
    """Those who tied are voted on again: the higher wins, and over half is no longer needed."""
    again = tuple(one for one in rule.candidates if one.id in {row.candidate for row in tied})
    written = (row.name for row in tied if not row.candidate)
    return replace(
        rule,
        form="election_surplus",
        decides="plurality",
        options=(),
        candidates=(*again, *(Candidate(f"w{n}", name) for n, name in enumerate(written, 1))),
        places=left,
        write_ins=False,
    )


def _among_rest(
    poll: Poll, tally: Tally, chosen: tuple[CandidateId, ...], left: int
) -> Rule | Refusal:
    """Places that are left are voted on again among some who were not elected, by the same rule."""
    waiting = {row.candidate for row in tally.rows if not row.elected}
    if not left:
        return no(Code.POLL_NOT_REPEATABLE, poll=poll.id)
    for candidate in chosen:
        if candidate not in waiting:
            return no(Code.BALLOT_CANDIDATE_UNKNOWN, candidate=candidate)
    again = tuple(one for one in poll.rule.candidates if one.id in chosen)
    places = min(left, len(again))
    form: Form = poll.rule.form
    if form != "nomination":
        form = "election" if places == len(again) else "election_surplus"
    return replace(poll.rule, form=form, candidates=again, places=places)
