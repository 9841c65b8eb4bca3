"""Ballots race the close of their polls (must-show 2 of the polls, in small)."""

from bench.race import measure


async def test_no_ballot_counts_after_the_close_and_none_is_lost_before_it() -> None:
    report = await measure(people=60, polls=5)
    figures = report.figures
    assert report.holds, figures
    assert figures["accepted"] + figures["refused"] == figures["ballots"] >= 300
    assert figures["repeated"] > 0
