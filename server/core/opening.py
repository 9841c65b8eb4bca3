"""Opening a poll: who may cast, what is frozen, and what has to be there before."""

from dataclasses import dataclass

from server.core.attendance import is_present, members
from server.core.rulecheck import LEAST_SEALED, check_rule
from server.core.ruling import Decision, no
from server.protocol import events as e
from server.protocol.ids import PersonId, Time
from server.protocol.refusals import Code, Refusal
from server.protocol.rules import Base, Way
from server.protocol.shares import least_votes, need
from server.protocol.state import MeetingState, Poll

TOGETHER: frozenset[Way] = frozenset({"tablet", "paper"})
"""How several questions may be answered at once: hands and names are asked one by one."""
_LATER: frozenset[Base] = frozenset({"issued", "returned", "valid"})
_SECOND = 1000


@dataclass(frozen=True)
class House:
    """Who is asked, as it stands now. `attending`: members here, or who stands in for them."""

    seats: tuple[PersonId, ...]
    attending: tuple[PersonId, ...]
    electorate: tuple[PersonId, ...]
    absent: tuple[PersonId, ...]
    bases: dict[Base, int]


def house(state: MeetingState, poll: Poll) -> House:
    """Return who would be asked if the poll opened now, and what shares would be shares of."""
    rule, seats = poll.rule, members(state)
    here = tuple(person for person in seats if is_present(state, person))
    attending = here + (_deputies(state, frozenset(here)) if rule.deputies else ())
    asked = seats if rule.form == "written" or rule.practice else attending
    electorate = tuple(person for person in asked if person not in poll.excused)
    stood_for = {state.roll[person].deputy_for for person in electorate}
    missing = tuple(
        person
        for person in seats
        if person not in electorate and person not in poll.excused and person not in stood_for
    )
    return House(
        seats, attending, electorate, missing, frozen_bases(poll, seats, attending, electorate)
    )


def _deputies(state: MeetingState, here: frozenset[PersonId]) -> tuple[PersonId, ...]:
    """Return who is here in the place of a member who is not, one for each."""
    found: dict[PersonId, PersonId] = {}
    for person, entry in state.roll.items():
        member = state.roll.get(entry.deputy_for)
        stands_in = member is not None and member.ballots and member.person not in here
        if stands_in and not entry.ballots and is_present(state, person):
            found.setdefault(entry.deputy_for, person)
    return tuple(found.values())


def frozen_bases(
    poll: Poll,
    seats: tuple[PersonId, ...],
    attending: tuple[PersonId, ...],
    electorate: tuple[PersonId, ...],
) -> dict[Base, int]:
    """Freeze every denominator that is known before the ballots are.

    Who is excused leaves the members counted and those present; the filled seats and the roll keep
    everyone. The election base leaves out only absences for which the regulation says so.
    """
    excused = [person for person in poll.excused if person in seats]
    absent = sum(1 for person in excused if poll.excused[person].kind == "absence")
    total = poll.rule.seats or len(seats)
    return {
        "members_total": total,
        "members_counted": max(0, total - len(excused)),
        "summoned": len(seats),
        "summoned_adjusted": len(seats) - absent,
        "present": sum(1 for person in attending if person not in poll.excused),
        "issued": len(electorate),
    }


def beside(state: MeetingState, poll: Poll) -> Refusal | None:
    """Say that another poll is in the way; questions of one sitting may be open together."""
    for other in state.open_polls():
        same = poll.place and other.place and other.series == poll.series
        if not (same and {poll.rule.way, other.rule.way} <= TOGETHER):
            return no(Code.POLL_ANOTHER_OPEN, poll=other.id)
    return None


def opened(state: MeetingState, poll: Poll, now: Time) -> Decision:
    """Freeze who is present, who may cast and what is needed; or say what is missing."""
    if poll.rule.form == "consensus":
        return no(Code.POLL_BY_CONSENSUS, poll=poll.id)
    who = house(state, poll)
    if wrong := _missing(state, poll, who):
        return wrong
    rule = poll.rule
    least = 0
    if rule.decides != "none" and rule.base not in _LATER:
        least = least_votes(rule.threshold, who.bases[rule.base])
    until = now + rule.seconds * _SECOND if rule.seconds else rule.deadline
    return (
        e.PollOpened(
            poll.id,
            poll.item,
            poll.question,
            rule,
            present=len(who.attending),
            members=who.bases["members_total"],
            need=least,
            electorate=who.electorate,
            series=poll.series,
            repeats=poll.repeats,
            round=poll.round,
            bases=who.bases,
            chair=state.chair,
            excused=poll.excused,
            absent=who.absent,
            ends_at=until,
            keys=poll.keys,
            place=poll.place,
            of=_questions(state, poll),
        ),
    )


def _questions(state: MeetingState, poll: Poll) -> int:
    """Return how many questions its sitting has; those that were annulled keep their place."""
    own = (one.place for one in state.polls.values() if one.series == poll.series)
    return max(own) if poll.place else 0


def _missing(state: MeetingState, poll: Poll, who: House) -> Refusal | None:
    rule = poll.rule
    least = need(rule.quorum, who.bases.get(rule.quorum_base, len(who.seats)))
    bound = who.seats and rule.quorum_blocks and not rule.practice
    if bound and len(who.attending) < least:
        members_total = who.bases["members_total"]
        return no(Code.NO_QUORUM, present=len(who.attending), need=least, members=members_total)
    if not who.electorate:
        return no(Code.NOBODY_TO_ASK)
    if wrong := check_rule(rule, sealed=state.organization.sealed):
        return wrong
    return _unsealed(poll, who) if rule.secrecy == "sealed" else None


def _unsealed(poll: Poll, who: House) -> Refusal | None:
    if len(who.electorate) < LEAST_SEALED:
        return no(Code.SEALED_TOO_FEW, have=len(who.electorate), least=LEAST_SEALED)
    return None if poll.keys else no(Code.SEALED_KEYS_MISSING, poll=poll.id)
