"""SIGKILL of a real server process in the middle of a poll (must-show 5, in small)."""

from bench.crash import measure


async def test_no_accepted_ballot_is_lost_and_none_counts_twice() -> None:
    report = await measure(kills=3, people=40)
    assert report.figures["accepted"] > 3 * 40
    assert report.figures["lost"] == 0
    assert report.figures["double"] == 0
    assert report.figures["not_the_last"] == 0
    assert report.figures["refused"] == 0
    assert report.figures["worst_back_s"] <= 10
