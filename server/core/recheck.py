"""Holding what was published of a poll against its rule, where the ballots themselves are not told.

For whoever holds a members' dossier: a tally's own figures must add up, and what it concludes must
follow from them; what was frozen at the opening must follow from roll, rule and who was excused.
"""

from server.core.attendance import members
from server.core.opening import frozen_bases
from server.core.ruling import no
from server.core.sums import check_count
from server.core.tally import Counted, conclude
from server.protocol.counts import Board, PaperCount, Tally
from server.protocol.events import PollOpened
from server.protocol.refusals import Code, Refusal
from server.protocol.shares import least_votes
from server.protocol.state import MeetingState, Poll

_KNOWN_LATER = frozenset({"present", "issued", "returned", "valid"})


def figures_of(tally: Tally) -> PaperCount:
    """Return a tally's figures as somebody who counted would enter them."""
    return PaperCount(
        tally.returned,
        tally.valid,
        tally.invalid,
        tally.invalid_reasons,
        tally.counts,
        {row.candidate: row.counts for row in tally.rows if row.candidate},
        {row.name: row.counts.get("for", 0) for row in tally.rows if not row.candidate},
    )


def broken_sum(poll: Poll, tally: Tally) -> Refusal | None:
    """Return which sum the figures of a tally break, or None."""
    if poll.rule.way != "paper" and tally.issued > len(poll.electorate):
        people = len(poll.electorate)
        return no(Code.COUNT_ISSUED_OVER_PRESENT, issued=tally.issued, present=people)
    board = Board(max(tally.printed, tally.issued), tally.issued)
    return check_count(poll.rule, board, figures_of(tally))


def follows(poll: Poll, tally: Tally) -> Tally:
    """Return the tally that the rule makes of these figures; who was silent is taken as told."""
    told = figures_of(tally)
    counted = Counted(
        issued=tally.issued,
        returned=told.returned,
        invalid=told.invalid,
        reasons=told.reasons,
        counts=told.counts,
        rows=told.rows,
        written=told.write_ins,
        printed=tally.printed,
        spoiled=tally.spoiled,
        sent_in=tally.sent_in,
    )
    return conclude(poll, counted, tally.silent)


def wrong_opening(state: MeetingState, said: PollOpened) -> str:
    """Return the first thing of an opening that does not follow from roll and rule; or nothing.

    Who was present is taken as told: why somebody was absent is not for everyone.
    """
    poll = Poll(said.poll, said.item, said.question, said.rule, excused=said.excused)
    if any(one not in state.roll or one in said.excused for one in said.electorate):
        return "electorate"
    if not said.bases:
        return ""  # an older release froze two of them
    true = frozen_bases(poll, members(state), (), said.electorate)
    for base, number in true.items():
        if base not in _KNOWN_LATER and said.bases.get(base) != number:
            return "members" if base == "members_total" else base
    base = said.rule.base
    known = said.rule.decides != "none" and base in said.bases and base not in _KNOWN_LATER
    least = least_votes(said.rule.threshold, said.bases[base]) if known else said.need
    return "" if said.need == least else "need"
