"""Commands into events: who may give each, in which phases of the meeting, and which rule answers.

Rights come first, then the phase, then the rule itself, so that a refusal never tells a person
more of the meeting than that person may know.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, assert_never

from server.core import (
    agenda,
    attendance,
    ballots,
    comments,
    floor,
    hands,
    paper,
    polls,
    repeats,
    series,
    ties,
    waiting,
)
from server.core.roles import Actor, is_officer, is_secretary
from server.core.ruling import Decision, no
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.ids import MeetingId, Time
from server.protocol.refusals import Code, Refusal
from server.protocol.state import MeetingState, Organization, Phase

__all__ = ["Actor", "Decision", "create", "decide"]

Who = Literal["roll", "anyone", "officer", "secretary", "opener", "clock"]
_ALWAYS: frozenset[Phase] = frozenset({"prepared", "open", "paused", "closed"})
_NOT_CLOSED: frozenset[Phase] = frozenset({"prepared", "open", "paused"})
_BEGUN: frozenset[Phase] = frozenset({"open", "paused"})
_BEGUN_OR_CLOSED: frozenset[Phase] = frozenset({"open", "paused", "closed"})
_OPEN: frozenset[Phase] = frozenset({"open"})
_WRONG_PHASE: dict[Phase, Code] = {
    "prepared": Code.MEETING_NOT_OPEN,
    "open": Code.MEETING_ALREADY_OPEN,
    "paused": Code.MEETING_PAUSED,
    "closed": Code.MEETING_CLOSED,
}


@dataclass(frozen=True)
class _Rule:
    """Who may give a command, when, and what answers it."""

    who: Who
    phases: frozenset[Phase]
    answer: Callable[..., Decision]


_RULES: dict[type, _Rule] = {
    c.PublishChanges: _Rule("officer", _NOT_CLOSED, agenda.publish),
    c.SetRoll: _Rule("secretary", _NOT_CLOSED, attendance.set_roll),
    c.NameActingChair: _Rule("officer", _NOT_CLOSED, attendance.name_acting_chair),
    c.StartMeeting: _Rule("officer", frozenset({"prepared"}), attendance.start),
    c.PauseMeeting: _Rule("officer", _OPEN, attendance.pause),
    c.ResumeMeeting: _Rule("officer", frozenset({"paused"}), attendance.resume),
    c.CloseMeeting: _Rule("officer", _BEGUN, attendance.close),
    c.MarkAttendance: _Rule("anyone", _NOT_CLOSED, attendance.mark),
    c.TakeUpItem: _Rule("officer", _OPEN, floor.take_up),
    c.ConcludeItem: _Rule("officer", _BEGUN_OR_CLOSED, floor.conclude),
    c.AskFloor: _Rule("roll", _OPEN, floor.ask),
    c.WithdrawFloor: _Rule("roll", _BEGUN, floor.withdraw),
    c.GiveFloor: _Rule("officer", _OPEN, floor.give),
    c.ExtendFloor: _Rule("officer", _OPEN, floor.extend),
    c.EndFloor: _Rule("officer", _BEGUN, floor.end),
    c.PreparePoll: _Rule("officer", _NOT_CLOSED, polls.prepare),
    c.ExcusePerson: _Rule("officer", _NOT_CLOSED, polls.excuse),
    c.OfferKeys: _Rule("opener", _NOT_CLOSED, polls.offer_keys),
    c.OpenPoll: _Rule("officer", _OPEN, polls.open_poll),
    c.RemindPoll: _Rule("officer", _BEGUN, waiting.remind),
    c.PausePoll: _Rule("officer", _BEGUN, polls.pause),
    c.ResumePoll: _Rule("officer", _OPEN, polls.resume),
    c.ExtendPoll: _Rule("officer", _BEGUN, polls.extend),
    c.ClosePoll: _Rule("officer", _BEGUN, polls.close),
    c.EndPoll: _Rule("clock", _BEGUN, waiting.end),
    c.ReportLostKeys: _Rule("opener", _BEGUN_OR_CLOSED, waiting.lose_keys),
    c.SettleTie: _Rule("officer", _BEGUN_OR_CLOSED, ties.settle),
    c.PublishPoll: _Rule("officer", _BEGUN_OR_CLOSED, polls.publish),
    c.AnnulPoll: _Rule("officer", _BEGUN_OR_CLOSED, polls.annul),
    c.RepeatPoll: _Rule("officer", _NOT_CLOSED, repeats.repeat),
    c.ArrangeSeries: _Rule("officer", _NOT_CLOSED, series.arrange),
    c.OpenSeries: _Rule("officer", _OPEN, series.open_all),
    c.OpenNext: _Rule("officer", _OPEN, series.open_next),
    c.CloseSeries: _Rule("officer", _BEGUN, series.close),
    c.PublishSeries: _Rule("officer", _BEGUN_OR_CLOSED, series.publish),
    c.CastBallot: _Rule("roll", _BEGUN, ballots.cast),
    c.RecordBallot: _Rule("officer", _BEGUN, ballots.record),
    c.CallPerson: _Rule("officer", _BEGUN, ballots.call),
    c.RecordHandCount: _Rule("secretary", _BEGUN, hands.record),
    c.ConfirmHandCount: _Rule("officer", _BEGUN, hands.confirm),
    c.RecordConsensus: _Rule("officer", _BEGUN, polls.agree),
    c.OpenPaperCount: _Rule("officer", _BEGUN_OR_CLOSED, paper.open_count),
    c.EnterPaperCount: _Rule("anyone", _BEGUN_OR_CLOSED, paper.enter),
    c.ReleasePaperCount: _Rule("officer", _BEGUN_OR_CLOSED, paper.release),
    c.SealBallot: _Rule("roll", _BEGUN, ballots.seal),
    c.OpenSealedBatch: _Rule("opener", _BEGUN_OR_CLOSED, polls.open_batch),
    c.SendComment: _Rule("roll", _ALWAYS, comments.send),
    c.TakeComment: _Rule("officer", _ALWAYS, comments.take),
    c.CallHelp: _Rule("roll", _NOT_CLOSED, floor.call_help),
    c.AnswerHelp: _Rule("officer", _NOT_CLOSED, floor.answer_help),
    c.SendNotice: _Rule("officer", _NOT_CLOSED, floor.notice),
    c.AcknowledgeAgenda: _Rule("roll", _ALWAYS, floor.acknowledge_agenda),
    c.AcknowledgePaper: _Rule("roll", _ALWAYS, floor.acknowledge_paper),
}


def create(
    meeting: MeetingId, organization: Organization, command: c.CreateMeeting, actor: Actor
) -> Decision:
    """Return the first events of a room; office secretaries only."""
    if not actor.secretary:
        return no(Code.NOT_ALLOWED)
    title = command.title.strip()
    if not title:
        return no(Code.TITLE_MISSING)
    if wrong := attendance.check_roll(command.roll):
        return wrong
    made = e.MeetingCreated(
        meeting,
        organization,
        title,
        command.ordinal,
        command.place,
        command.starts_at,
        command.ends_at,
    )
    return (made, e.RollSet(command.roll)) if command.roll else (made,)


def decide(state: MeetingState, command: c.Command, actor: Actor, now: Time) -> Decision:
    """Return what happens when `actor` gives `command` at `now`: events, or a refusal.

    No events at all: it is done already, so the same command again is no error. The events of one
    decision stand or fall together.
    """
    if isinstance(command, c.CreateMeeting):
        return no(Code.MEETING_EXISTS, meeting=state.id)
    rule = _RULES[type(command)]
    refusal = _may(state, rule, actor, practice=_is_practice(state, command))
    return rule.answer(state, command, actor, now) if refusal is None else refusal


def _is_practice(state: MeetingState, command: c.Command) -> bool:
    """A practice may be held before the meeting has begun, and in its breaks."""
    poll = state.polls.get(getattr(command, "poll", ""))
    return poll is not None and poll.rule.practice


def _may(state: MeetingState, rule: _Rule, actor: Actor, *, practice: bool) -> Refusal | None:
    if not _has_right(state, rule.who, actor):
        return no(Code.NOT_ALLOWED)
    if state.phase not in (rule.phases | _NOT_CLOSED if practice else rule.phases):
        return no(_WRONG_PHASE[state.phase])
    return None


def _has_right(state: MeetingState, who: Who, actor: Actor) -> bool:
    match who:
        case "officer":
            return actor.secretary or is_officer(state, actor.person)
        case "secretary":
            return actor.secretary or is_secretary(state, actor.person)
        case "anyone":
            return actor.secretary or actor.person in state.roll
        case "roll":
            return actor.person in state.roll
        case "opener":
            return actor.opener
        case "clock":
            return actor.clock
        case _:
            assert_never(who)
