"""The roll, who is here, who presides, and whether the meeting runs."""

from server.core.roles import CASTS, Actor, is_secretary
from server.core.ruling import Decision, no
from server.core.tally import need
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.ids import PersonId, Time
from server.protocol.refusals import Code, Refusal
from server.protocol.state import Attendance, MeetingState, RollEntry, Threshold


def members(state: MeetingState) -> tuple[PersonId, ...]:
    """Return those who may cast ballots, in the order of the roll: the filled seats of the body."""
    return tuple(person for person, entry in state.roll.items() if entry.ballots)


def present_members(state: MeetingState) -> tuple[PersonId, ...]:
    """Return those members who are here now, in the order of the roll."""
    return tuple(person for person in members(state) if is_present(state, person))


def is_present(state: MeetingState, person: PersonId) -> bool:
    """Say whether the person is here now."""
    return state.attendance.get(person, Attendance()).presence == "present"


def quorum_need(state: MeetingState, quorum: Threshold) -> int:
    """Return how many members must be here: 10 of 15 and 36 of 53 for at least 2/3 (T5)."""
    return need(quorum, len(members(state)))


def check_roll(entries: tuple[RollEntry, ...]) -> Refusal | None:
    """Return what is wrong with a roll, or None."""
    seen: set[PersonId] = set()
    for entry in entries:
        if entry.person in seen:
            return no(Code.PERSON_TWICE, person=entry.person, name=entry.name)
        seen.add(entry.person)
        if not entry.name.strip():
            return no(Code.NAME_EMPTY, person=entry.person)
        if entry.ballots and entry.role not in CASTS:
            return no(Code.NOT_A_MEMBER, person=entry.person, name=entry.name)
    if entries and all(entry.role != "chair" for entry in entries):
        return no(Code.CHAIR_MISSING)
    return None


def set_roll(state: MeetingState, command: c.SetRoll, _actor: Actor, _now: Time) -> Decision:
    """Replace the roll. An acting chair who stays presides on; who leaves gives up the floor."""
    if not command.entries:
        return no(Code.CHAIR_MISSING)
    if wrong := check_roll(command.entries):
        return wrong
    roll = {entry.person: entry for entry in command.entries}
    if roll == state.roll and tuple(roll) == tuple(state.roll):
        return ()
    return (e.RollSet(command.entries), *_acting(state, roll), *_departures(state, roll))


def _acting(state: MeetingState, roll: dict[PersonId, RollEntry]) -> tuple[e.Event, ...]:
    """An acting chair who is still on the roll as a member goes on presiding."""
    first = next((entry.person for entry in state.roll.values() if entry.role == "chair"), "")
    stays = roll.get(state.chair)
    if state.chair == first or stays is None or stays.role not in {"chair", "member"}:
        return ()
    return (e.ActingChairNamed(state.chair),)


def _departures(state: MeetingState, roll: dict[PersonId, RollEntry]) -> tuple[e.Event, ...]:
    """Who is no longer summoned waits for nothing."""
    waiting = (e.FloorWithdrawn(one.person) for one in state.floor if one.person not in roll)
    calls = (e.HelpAnswered(one.person) for one in state.help if one.person not in roll)
    spoke = state.speaking is not None and state.speaking.person not in roll
    return (*waiting, *calls, *((e.FloorEnded(),) if spoke else ()))


def name_acting_chair(
    state: MeetingState, command: c.NameActingChair, _actor: Actor, _now: Time
) -> Decision:
    """Let another member preside."""
    entry = state.roll.get(command.person)
    if entry is None:
        return no(Code.PERSON_NOT_ON_ROLL, person=command.person)
    if entry.role not in {"chair", "member"}:
        return no(Code.NOT_A_MEMBER, person=command.person, name=entry.name)
    if state.chair == command.person:
        return ()
    return (e.ActingChairNamed(command.person),)


def mark(state: MeetingState, command: c.MarkAttendance, actor: Actor, _now: Time) -> Decision:
    """Record where people are. Without the secretary's right only: I am here."""
    if not (actor.secretary or is_secretary(state, actor.person)) and dict(command.marks) != {
        actor.person: "present"
    }:
        return no(Code.NOT_ALLOWED)
    for person in command.marks:
        if person not in state.roll:
            return no(Code.PERSON_NOT_ON_ROLL, person=person)
    reason = command.reason.strip()
    news = {
        person: presence
        for person, presence in command.marks.items()
        if _is_news(state.attendance.get(person, Attendance()), Attendance(presence, reason))
    }
    return (e.AttendanceMarked(news, reason),) if news else ()


def _is_news(known: Attendance, told: Attendance) -> bool:
    return (known.presence, known.reason) != (told.presence, told.reason)


def start(state: MeetingState, _command: c.StartMeeting, _actor: Actor, _now: Time) -> Decision:
    """Open the meeting."""
    return (e.MeetingStarted(),) if state.chair else no(Code.CHAIR_MISSING)


def pause(state: MeetingState, _command: c.PauseMeeting, _actor: Actor, _now: Time) -> Decision:
    """Take a break. A poll must not take ballots meanwhile."""
    poll = next((one for one in state.open_polls() if one.state == "open"), None)
    if poll is not None:
        return no(Code.POLL_STILL_OPEN, poll=poll.id)
    return (e.MeetingPaused(),)


def resume(_state: MeetingState, _command: c.ResumeMeeting, _actor: Actor, _now: Time) -> Decision:
    """End the break."""
    return (e.MeetingResumed(),)


def close(state: MeetingState, _command: c.CloseMeeting, _actor: Actor, _now: Time) -> Decision:
    """End the meeting."""
    poll = state.open_poll()
    if poll is not None:
        return no(Code.POLL_STILL_OPEN, poll=poll.id)
    return (e.MeetingClosed(),)
