"""Shares of a base, in integers: a threshold is compared exactly, a percentage is in hundredths."""

from server.protocol.rules import Threshold


def need(threshold: Threshold, base: int) -> int:
    """Return the least number that reaches `threshold` of `base`: 8 for more than 1/2 of 15."""
    share = threshold.numerator * base
    if threshold.strict:
        return share // threshold.denominator + 1
    return -(-share // threshold.denominator)


def least_votes(threshold: Threshold, base: int) -> int:
    """Return the least number of votes that passes: as `need`, but nothing passes without one."""
    return max(1, need(threshold, base))


def percent(part: int, whole: int) -> int:
    """Return hundredths of a percent, rounded half up: 7333 for 11 of 15; 0 of nothing is 0."""
    if whole == 0:
        return 0
    return (part * 20_000 + whole) // (2 * whole)
