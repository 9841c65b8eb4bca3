"""Playing a record again: polls of every way agree with the rules, and an altered one does not."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.counts import Slip
from server.record.findings import Fault, Finding, sentence
from server.record.replay import Replay
from server.record.withholding import for_members
from tests.core_meetings import opened
from tests.core_ways import every_way


def records() -> list[e.Record]:
    sitting = opened()
    item = sitting.state.items[0].id
    sitting.do(c.PreparePoll("first", item, "Thông qua?"))
    sitting.do(c.OpenPoll("first"))
    sitting.do(c.CastBallot("first", "f1", "for"), "uv2")
    sitting.do(c.PausePoll("first"))
    sitting.do(c.ResumePoll("first"))
    sitting.do(c.AnnulPoll("first", "Nhầm dự thảo"))
    every_way(sitting, item)
    return [
        e.Record(n, entry.at, entry.event, entry.by, getattr(entry.event, "device", ""))
        for n, (entry, _, _) in enumerate(sitting.log, 1)
    ]


LOG = records()


def played(log: Sequence[e.Record]) -> list[Finding]:
    replay = Replay()
    found = [replay.take(replace(one, seq=n)) for n, one in enumerate(log, 1)]
    return [one for one in found if one is not None]


def test_polls_of_every_way_are_what_the_rules_decide() -> None:
    assert played(LOG) == []
    ways = {one.event.rule.way for one in LOG if isinstance(one.event, e.PollOpened)}
    assert ways == {"tablet", "hands", "roll_call", "paper"}


def altered(kind: type, change: Callable[[Any], Any], n: int = 0) -> list[e.Record]:
    place = [i for i, one in enumerate(LOG) if isinstance(one.event, kind)][n]
    return [*LOG[:place], replace(LOG[place], event=change(LOG[place].event)), *LOG[place + 1 :]]


def without(kind: type, n: int = 0) -> list[e.Record]:
    place = [i for i, one in enumerate(LOG) if isinstance(one.event, kind)][n]
    return [*LOG[:place], *LOG[place + 1 :]]


def twice(kind: type, n: int = 0) -> list[e.Record]:
    place = [i for i, one in enumerate(LOG) if isinstance(one.event, kind)][n]
    return [*LOG[: place + 1], *LOG[place:]]


def more_hands(event: e.HandCountEntered) -> e.HandCountEntered:
    return replace(event, counts={"for": 12, "other": 0})


def fewer_papers(event: e.PaperCountEntered) -> e.PaperCountEntered:
    assert event.count is not None
    rows = {**event.count.rows, "a": {"for": 10, "against": 2, "not_counted": 0}}
    return replace(event, count=replace(event.count, rows=rows))


def no_slip(event: e.SealedBatchOpened) -> e.SealedBatchOpened:
    return replace(event, slips=(Slip("for"), *event.slips[1:]))


def no_tally(event: Any) -> Any:
    return replace(event, tally=None)


def not_elected(event: e.PaperCountReleased) -> e.PaperCountReleased:
    assert event.tally is not None
    return replace(event, tally=replace(event.tally, elected=2))


def signed_by_another(event: e.BallotCast) -> e.BallotCast:
    return replace(event, confirmed_by="uv9")


def of_a_guest(event: e.BallotSealed) -> e.BallotSealed:
    return replace(event, person="gd1")


def asked_otherwise(event: e.ConsensusRecorded) -> e.ConsensusRecorded:
    return replace(event, question="Khác?")


def fewer_present(event: e.PollOpened) -> e.PollOpened:
    return replace(event, bases={**event.bases, "present": 1})


def no_names(event: e.PollPublished) -> e.PollPublished:
    return replace(event, ballots={})


def many(event: e.BallotCast) -> e.BallotCast:
    return replace(event, names=("nobody",))


@pytest.mark.parametrize(
    ("log", "fault"),
    [
        (altered(e.HandCountEntered, more_hands), Fault.TALLY_WRONG),
        (altered(e.PaperCountEntered, fewer_papers, 2), Fault.POLL_WRONG),
        (altered(e.PaperCountReleased, not_elected), Fault.TALLY_WRONG),
        (altered(e.PaperCountReleased, no_tally), Fault.TALLY_WRONG),
        (altered(e.SealedBatchOpened, no_slip), Fault.TALLY_WRONG),
        (altered(e.SealedBatchOpened, no_tally), Fault.TALLY_WRONG),
        (without(e.SealedBatchOpened), Fault.POLL_WRONG),
        (without(e.BallotSealed), Fault.POLL_WRONG),
        (twice(e.BallotSealed), Fault.BALLOT_TWICE),
        (
            altered(e.BallotSealed, of_a_guest),
            Fault.BALLOT_WITHOUT_RIGHT,
        ),
        (altered(e.BallotCast, many), Fault.BALLOT_WRONG),
        (altered(e.BallotCast, signed_by_another, 1), Fault.BALLOT_WRONG),
        (
            altered(e.ConsensusRecorded, asked_otherwise),
            Fault.POLL_WRONG,
        ),
        (altered(e.PollAnnulled, lambda one: replace(one, reason="")), Fault.POLL_WRONG),
        (twice(e.PollPublished), Fault.PUBLISHED_WRONG),
        (altered(e.PollOpened, fewer_present), Fault.OPENING_WRONG),
        (altered(e.PollPublished, no_names, 1), Fault.PUBLISHED_WRONG),
    ],
)
def test_an_altered_step_is_found_and_named(log: list[e.Record], fault: Fault) -> None:
    found = played(log)
    assert found, "accepted"
    assert found[0].fault is fault, found[:3]
    vi, en = sentence(found[0])
    assert "{" not in vi + en


# ---- a members' record: entries are left out -----------------------------------------------------


def seen_by_members(log: Sequence[e.Record]) -> list[tuple[int, e.Record]]:
    """What a dossier for members holds, with the number of each entry."""
    shown = for_members([one.entry() for one in log])
    numbered = list(enumerate(log, 1))
    return [pair for pair, seen in zip(numbered, shown, strict=True) if seen]


def members_find(log: Sequence[tuple[int, e.Record]]) -> list[Finding]:
    replay = Replay()
    replay.partial = True
    found = [replay.take(replace(one, seq=n)) for n, one in log]
    return [one for one in found if one is not None]


MEMBERS = seen_by_members(LOG)


def test_what_members_are_told_of_polls_of_every_way_agrees_with_the_rules() -> None:
    assert members_find(MEMBERS) == []
    told = [one.event for _, one in MEMBERS if isinstance(one.event, e.PollPublished)]
    assert any(one.ballots for one in told)
    assert any(not one.ballots and one.tally.rows for one in told), "a count on paper"
    assert len(MEMBERS) < len(LOG)
    kinds = {type(one.event) for _, one in MEMBERS}
    assert kinds.isdisjoint({e.BallotSealed, e.SealedBatchOpened, e.PaperCountEntered})


def of_members(kind: type, poll: str, change: Callable[[Any], Any]) -> list[tuple[int, e.Record]]:
    return [
        (n, replace(one, event=change(one.event)))
        if isinstance(one.event, kind) and getattr(one.event, "poll", "") == poll
        else (n, one)
        for n, one in MEMBERS
    ]


def tallied(**fields: Any) -> Callable[[e.PollPublished], e.PollPublished]:
    return lambda event: replace(event, tally=replace(event.tally, **fields))


def one_more(event: e.PollPublished) -> e.PollPublished:
    counts = {**event.tally.counts, "for": event.tally.counts["for"] + 1}
    return replace(event, tally=replace(event.tally, counts=counts))


def based_on(event: e.PollOpened) -> e.PollOpened:
    return replace(event, bases={**event.bases, "members_total": 9})


PREFIX = f"w{opened().state.items[0].id}"


@pytest.mark.parametrize(
    ("kind", "poll", "change", "fault"),
    [
        (e.PollPublished, "s", tallied(passed=False), Fault.TALLY_WRONG),
        (e.PollPublished, "s", tallied(need=3), Fault.TALLY_WRONG),
        (e.PollPublished, "s", one_more, Fault.POLL_WRONG),
        (e.PollPublished, "s", tallied(issued=99, returned=99), Fault.POLL_WRONG),
        (e.PollPublished, "h", tallied(percent=9999), Fault.TALLY_WRONG),
        (e.PollPublished, "p", tallied(elected=0), Fault.TALLY_WRONG),
        (e.PollPublished, "r", one_more, Fault.TALLY_WRONG),
        (e.PollPublished, "r", lambda one: replace(one, ballots={}), Fault.PUBLISHED_WRONG),
        (e.PollPublished, "d", tallied(settled="", settled_by=""), Fault.TALLY_WRONG),
        (e.PollOpened, "s", based_on, Fault.OPENING_WRONG),
        (e.PollOpened, "s", lambda one: replace(one, need=1), Fault.OPENING_WRONG),
        (e.PollOpened, "s", lambda one: replace(one, electorate=("?",)), Fault.OPENING_WRONG),
        (e.BallotCast, "r", lambda one: replace(one, person="uv9"), Fault.BALLOT_WRONG),
    ],
)
def test_an_altered_result_is_found_by_members_too(
    kind: type, poll: str, change: Callable[[Any], Any], fault: Fault
) -> None:
    found = members_find(of_members(kind, f"{PREFIX}{poll}", change))
    assert found, "accepted"
    assert found[0].fault is fault, found[:3]
    vi, en = sentence(found[0])
    assert "{" not in vi + en


def test_an_opening_of_an_older_release_is_taken_as_it_is() -> None:
    older = of_members(e.PollOpened, f"{PREFIX}s", lambda one: replace(one, bases={}))
    assert [one.fault for one in members_find(older)][:1] in ([], [Fault.TALLY_WRONG])
