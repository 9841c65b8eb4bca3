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
