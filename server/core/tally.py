"""Counting polls. Integers only: a threshold is compared exactly, a percentage is in hundredths."""

from collections import Counter

from server.protocol.state import CHOICES, Poll, Tally, Threshold


def need(threshold: Threshold, base: int) -> int:
    """Return the least number that reaches `threshold` of `base`: 8 for more than 1/2 of 15."""
    share = threshold.numerator * base
    if threshold.strict:
        return share // threshold.denominator + 1
    return -(-share // threshold.denominator)


def percent(part: int, whole: int) -> int:
    """Return hundredths of a percent, rounded half up: 7333 for 11 of 15; 0 of nothing is 0."""
    if whole == 0:
        return 0
    return (part * 20_000 + whole) // (2 * whole)


def count(poll: Poll, members: int) -> Tally:
    """Return the tally of the ballots that the poll holds, against what was frozen at its opening.

    `members`: filled seats of the body (`poll.members` for an opened poll). The number present is
    `poll.present`, which does not change after opening (T13). One ballot a person counts (T14).
    """
    votes = Counter(ballot.choice for ballot in poll.ballots.values())
    of_members = poll.rule.base == "members_total"
    base, other = (members, poll.present) if of_members else (poll.present, members)
    least = need(poll.rule.threshold, base)
    return Tally(
        counts={choice: votes[choice] for choice in CHOICES},
        base=poll.rule.base,
        base_count=base,
        present=poll.present,
        members=members,
        need=least,
        passed=votes["for"] >= least,
        percent=percent(votes["for"], base),
        second_percent=percent(votes["for"], other),
        missing=max(0, base - len(poll.ballots)),
        quorum_need=need(poll.rule.quorum, members),
    )
