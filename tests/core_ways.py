"""Every way to hold a poll, one after the other, in a sitting of tests."""

from msgspec.structs import replace

from server.protocol import commands as c
from server.protocol.counts import PaperCount, Slip
from server.protocol.rules import Candidate, Rule, Threshold
from tests.core_meetings import CHAIR, CLOCK, OPENER, SECRETARY, Sitting, member

KEYS = ("k" * 43, "l" * 43)
SEALED = Rule(form="secret", secrecy="sealed")
HANDS = Rule(form="procedural", base="present", way="hands")
ROLL_CALL = Rule(way="roll_call")
TIED = Rule(
    form="election_surplus",
    base="present",
    threshold=Threshold(1, 3, strict=False),
    candidates=(Candidate("a", "Nguyễn Văn Ánh"), Candidate("b", "Trần Thị Bình")),
    places=1,
    tie="lot",
    seconds=60,
)
PAPER = Rule(
    form="election",
    base="summoned",
    way="paper",
    candidates=(Candidate("a", "Nguyễn Văn Ánh"), Candidate("b", "Trần Thị Bình")),
    places=2,
)


def count_of(a: tuple[int, int, int], b: tuple[int, int, int], invalid: int = 0) -> PaperCount:
    """What a teller counted: for, against and not counted of two candidates."""
    keys = ("for", "against", "not_counted")
    rows = {"a": dict(zip(keys, a, strict=True)), "b": dict(zip(keys, b, strict=True))}
    return PaperCount(sum(a) + invalid, sum(a), invalid, rows=rows)


def every_way(sitting: Sitting, item: str, least: int = 13) -> None:
    """Hold one poll of each way on the item, with all that can happen in it."""
    prefix = f"w{item}"
    sitting.do(c.PreparePoll(f"{prefix}c", item, f"Thống nhất {item}?", Rule(form="consensus")))
    sitting.do(c.RecordConsensus(f"{prefix}c"))
    by_hands(sitting, f"{prefix}h", item)
    by_roll_call(sitting, f"{prefix}r", item)
    sealed(sitting, f"{prefix}s", item, least)
    on_paper(sitting, f"{prefix}p", item)
    in_one_sitting(sitting, f"{prefix}q", item)
    drawn(sitting, f"{prefix}d", item)


def in_one_sitting(sitting: Sitting, series: str, item: str) -> None:
    """Two questions at once, and a third after them, which is annulled and asked again."""
    asked = tuple(f"{series}{n}" for n in (1, 2, 3))
    for poll in asked:
        sitting.do(c.PreparePoll(poll, item, f"Câu {poll} của {item}?"))
    sitting.do(c.ArrangeSeries(series, asked[:2]))
    sitting.do(c.OpenSeries(series))
    for poll in asked[:2]:
        sitting.do(c.CastBallot(poll, f"{poll}b", "other", f"vì {poll}"), member(2))
    sitting.do(c.CloseSeries(series))
    sitting.do(c.PublishSeries(series))


def by_hands(sitting: Sitting, poll: str, item: str) -> None:
    sitting.do(c.PreparePoll(poll, item, f"Chương trình {item}?", replace(HANDS, seconds=60)))
    sitting.do(c.ExcusePerson(poll, member(3), reason=f"Người nhà {item}"))
    sitting.do(c.OpenPoll(poll))
    sitting.do(c.ExtendPoll(poll, 60))
    sitting.do(c.RecordHandCount(poll, {"for": 11, "other": 1}))
    sitting.do(c.ConfirmHandCount(poll, {"for": 11, "other": 1}), CHAIR)
    sitting.do(c.ClosePoll(poll))
    sitting.do(c.PublishPoll(poll))


def by_roll_call(sitting: Sitting, poll: str, item: str) -> None:
    sitting.do(c.PreparePoll(poll, item, f"Gọi tên {item}?", ROLL_CALL))
    sitting.do(c.OpenPoll(poll))
    for i in (1, 2):
        sitting.do(c.CallPerson(poll, member(i)))
        sitting.do(c.RecordBallot(poll, f"{poll}{i}", member(i), "for"), CHAIR)
    sitting.do(c.ClosePoll(poll))
    sitting.do(c.PublishPoll(poll))


def sealed(sitting: Sitting, poll: str, item: str, people: int = 13) -> None:
    sitting.do(c.PreparePoll(poll, item, f"Phiếu kín {item}?", SEALED))
    sitting.do(c.OfferKeys(poll, KEYS), OPENER)
    sitting.do(c.OpenPoll(poll))
    for i in range(1, people + 1):
        sitting.do(c.SealBallot(poll, f"{poll}{i}", f"envelope{i}"), member(i))
    sitting.do(c.ReportLostKeys(poll), OPENER)
    sitting.do(c.ClosePoll(poll))
    slips = (Slip("against"), *(Slip("for") for _ in range(people - 2)))
    sitting.do(c.OpenSealedBatch(poll, slips, unreadable=1), OPENER)
    sitting.do(c.PublishPoll(poll))


def drawn(sitting: Sitting, poll: str, item: str) -> None:
    """Two tie, are reminded, run out of time, and are told apart by lot."""
    sitting.do(c.PreparePoll(poll, item, f"Bốc thăm {item}?", TIED))
    sitting.do(c.OpenPoll(poll))
    for i in range(1, 13):
        sitting.do(c.CastBallot(poll, f"{poll}{i}", "", names=("ab"[i % 2],)), member(i))
    sitting.do(c.RemindPoll(poll))
    sitting.now = sitting.state.polls[poll].ends_at
    sitting.do(c.EndPoll(poll), CLOCK)
    sitting.do(c.SettleTie(poll, ("b",), f"Bốc thăm công khai, {item}"), CHAIR)
    sitting.do(c.PublishPoll(poll))


def on_paper(sitting: Sitting, poll: str, item: str) -> None:
    sitting.do(c.PreparePoll(poll, item, f"Bầu cử {item}?", PAPER))
    sitting.do(c.OpenPoll(poll))
    sitting.do(c.ClosePoll(poll))
    sitting.do(c.OpenPaperCount(poll, 20, 13, 1, tellers=(member(5), member(6))))
    right, wrong = count_of((12, 0, 0), (7, 5, 0), 1), count_of((11, 1, 0), (7, 5, 0), 1)
    sitting.do(c.EnterPaperCount(poll, right), SECRETARY, "d1")
    sitting.do(c.EnterPaperCount(poll, wrong), member(5), "d2")
    sitting.do(c.EnterPaperCount(poll, right), member(5), "d2")
    sitting.do(c.ReleasePaperCount(poll))
    sitting.do(c.PublishPoll(poll))
