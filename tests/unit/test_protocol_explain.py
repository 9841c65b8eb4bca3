"""A result explains itself, in both languages and with every figure filled in."""

import pytest
from msgspec.structs import replace

from client.i18n import LANGUAGES, Translator
from server.core.tally import count
from server.core.ties import with_chosen
from server.protocol.counts import Ballot, Excuse, ExcuseKind, HandCount
from server.protocol.explain import explain, say
from server.protocol.rules import Base, Candidate, Choice, Option, Rule, Threshold, Tie
from server.protocol.state import Poll

PEOPLE = tuple(f"p{i}" for i in range(1, 14))
A, B, C = (Candidate(x, f"Người {x.upper()}") for x in "abc")
TWO_THIRDS = Threshold(2, 3, strict=False)


def over(rule: Rule, ballots: list[Ballot], **known: object) -> Poll:
    """A counted poll of 15 members, 13 present."""
    poll = Poll(
        "q", "i", "?", rule, "closed", present=13, members=15, electorate=PEOPLE,
        ballots={f"p{i}": one for i, one in enumerate(ballots, 1)}, absent=("p14", "p15"),
        chair="p1",
    )  # fmt: skip
    poll = replace(poll, **known)
    return replace(poll, tally=count(poll))


def chose(**numbers: int) -> list[Ballot]:
    given = [choice.rstrip("_") for choice, number in numbers.items() for _ in range(number)]
    return [Ballot(f"b{i}", choice, 1) for i, choice in enumerate(given)]


def answered(answers: list[dict[str, str]]) -> list[Ballot]:
    return [Ballot(f"b{i}", "", 1, answers=one) for i, one in enumerate(answers)]


def named(*names: str) -> list[Ballot]:
    return [Ballot(f"b{i}", "", 1, names=tuple(one)) for i, one in enumerate(names)]


def share(hundredths: int) -> str:
    return f"{hundredths // 100},{hundredths % 100:02d}"


def answer(_rule: Rule, choice: Choice) -> str:
    return choice.upper()


def told(poll: Poll, language: str = "vi") -> list[str]:
    words = Translator.load()

    def tr(key: str, **params: object) -> str:
        assert words.knows(key, language), key
        return words.tr(key, language, **params)

    return [say(one, tr, share, answer) for one in explain(poll)]


def test_the_rule_the_verdict_the_other_share_and_who_is_missing() -> None:
    poll = over(Rule(), chose(for_=7, against=3, other=2))
    assert told(poll) == [
        "Cần quá 1/2 tổng số 15 ủy viên, tức từ 8 phiếu.",
        "Được 7/15 tổng số ủy viên, đạt 46,67%: không thông qua.",
        "Thiếu 1 phiếu so với 8 phiếu cần có.",
        "Để tham khảo: 53,85% số có mặt (7/13).",
        "1 người có mặt không gửi phiếu.",
        "2 người vắng mặt.",
        "Đủ điều kiện: có mặt 13/15, cần từ 10.",
    ]
    assert told(poll, "en")[:2] == [
        "Needs more than 1/2 of all 15 members, i.e. 8 votes.",
        "7/15 of all members, 46,67%: not adopted.",
    ]


SURVEY = Rule(
    form="confidence_survey",
    decides="none",
    base="valid",
    candidates=(A, B, C),
    flags=(Threshold(), TWO_THIRDS),
)
LOW = answered(
    [{"a": "high", "b": "low", "c": "low"}] * 5 + [{"a": "low", "b": "high", "c": "low"}] * 7
)
ELECTION = Rule(form="election_surplus", candidates=(A, B, C), places=2)
CASES = {
    "passed": (over(Rule(), chose(for_=11)), "73,33%: thông qua"),
    "chair": (
        over(Rule(tie="chair"), chose(for_=7, against=6), members=14),
        "theo ý kiến của người chủ trì",
    ),
    "none": (over(Rule(form="quick", decides="none"), chose(for_=3)), "Không tính ngưỡng"),
    "most": (
        over(
            Rule(form="quick", decides="plurality", options=(Option("x"), Option("y"))),
            chose(x=3, y=1),
        ),
        "Nhiều phiếu nhất: X",
    ),
    "tie": (
        over(
            Rule(form="quick", decides="plurality", options=(Option("x"), Option("y"))),
            chose(x=3, y=3),
        ),
        "ngang phiếu",
    ),
    "measure": (
        over(Rule(form="discipline"), chose(expel=9, warn=4)),
        "DISMISS: 0 phiếu, cộng dồn 9, cần 8: đủ",
    ),
    "no measure": (over(Rule(form="discipline"), chose(expel=2)), "Không hình thức nào"),
    "survey": (over(SURVEY, LOW), "Người A: cao 5 (41,67%), tín nhiệm 0, thấp 7"),
    "elected": (over(ELECTION, named(*["ab"] * 8, *["ac"] * 2)), "Người A: 10/15"),
    "short": (over(ELECTION, named(*["ab"] * 8, *["c"] * 2)), "cần từ 8 phiếu: không đủ"),
    "tied": (over(replace(ELECTION, places=1), named(*["a"] * 6, *["b"] * 6)), "không đủ"),
    "each": (
        over(Rule(form="confidence", candidates=(A, B)), answered([{"a": "for"}] * 9)),
        "từ 8 phiếu: đạt",
    ),
    "written": (over(Rule(form="written"), chose(for_=12)), "không trả lời không tính là đồng ý"),
    "invalid": (over(Rule(), [*chose(for_=9), Ballot("x", "", 1)]), "1 phiếu không hợp lệ"),
    "no quorum": (over(Rule(quorum=Threshold(1, 1, strict=False)), []), "Chưa đủ điều kiện"),
    "hands": (
        over(Rule(way="hands"), [], hands=HandCount({"for": 9}, "p1", 1, "p2")),
        "60,00%: thông qua",
    ),
    "sent in": (
        over(Rule(sent_in=True), [*chose(for_=9)], electorate=PEOPLE[2:]),
        "2 ý kiến gửi trước",
    ),
    "consensus": (
        Poll("q", "i", "?", Rule(form="consensus"), "published", consensus=True),
        "Thống nhất thông qua",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_every_sentence_is_whole(case: str, language: str) -> None:
    poll, part = CASES[case]
    sentences = told(poll, language)
    assert sentences
    assert not [one for one in sentences if "{" in one or "why." in one]
    assert language != "vi" or any(part in one for one in sentences), sentences


def test_rows_say_why_somebody_was_not_elected() -> None:
    low = over(ELECTION, named(*["ab"] * 9, *["ac"] * 0, *["c"] * 0))
    assert "trúng cử" in told(low)[1]
    third = over(replace(ELECTION, threshold=Threshold(1, 15)), named("ab", "ab", "ab", "ac", "ac"))
    assert "có người nhiều phiếu hơn" in told(third)[3]
    tied = over(
        replace(ELECTION, threshold=Threshold(1, 15), places=1), named("a", "a", "b", "b", "c")
    )
    assert "bầu lại" in told(tied)[1]
    lot = over(replace(ELECTION, decides="plurality"), named("a"))
    assert "không có phiếu" in told(lot)[2]
    plain = over(replace(ELECTION, form="nomination", decides="none"), named("a", "a"))
    assert told(plain)[1] == "Người A: 2/15 tổng số ủy viên, 13,33%."


def test_flags_of_a_survey_are_told() -> None:
    sentences = told(over(SURVEY, LOW))
    assert "phải xem xét" in sentences[1]
    assert "đến mức cao nhất" not in sentences[2]
    assert "đến mức cao nhất" in sentences[3]


@pytest.mark.parametrize("kind", ["interest", "absence", "rule"])
@pytest.mark.parametrize(
    ("base", "leaves"),
    [
        ("members_total", ""),
        ("summoned_adjusted", "absence"),
        ("members_counted", "interest absence rule"),
        ("present", "interest absence rule"),
    ],
)
def test_who_is_left_out_is_said_with_what_it_means_for_the_base(
    kind: ExcuseKind, base: Base, leaves: str
) -> None:
    poll = over(Rule(base=base), chose(for_=9), excused={"p14": Excuse(kind, "vì")})
    out = "out" if kind in leaves.split() else "in"
    keys = [one.key for one in explain(poll)]
    assert f"why.excluded.{kind}.{out}" in keys
    assert len(told(poll)) == len(keys)


def test_before_the_count_nothing_is_explained() -> None:
    assert explain(Poll("q", "i", "?", Rule())) == ()


def test_ballots_of_paper_that_did_not_come_back_are_told() -> None:
    poll = over(Rule(), chose(for_=9))
    assert poll.tally is not None
    paper = replace(poll, tally=replace(poll.tally, silent=(), not_returned=2))
    assert "2 phiếu phát ra không thu về." in told(paper)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tie", ["lot", "senior"])
def test_a_tie_that_was_told_apart_in_the_room_says_how(tie: Tie, language: str) -> None:
    share = Threshold(1, 4, strict=False)
    rule = Rule(
        form="election_surplus", base="present", threshold=share, candidates=(A, B, C), places=1,
        tie=tie,
    )  # fmt: skip
    poll = over(rule, named(*"aaaaa", *"bbbbb", "c"))
    keys = [one.key for one in explain(poll)]
    assert keys.count(f"why.row.tied.{tie}") == 2
    assert poll.tally is not None
    drawn = with_chosen(poll.tally, ("b",), "Làm trước hội nghị", "p1")
    settled = replace(poll, tally=drawn)
    keys = [one.key for one in explain(settled)]
    first = keys.index(f"why.row.drawn.{tie}")
    assert keys[first + 1] == f"why.row.left.{tie}"
    assert f"why.settled.{tie}" in keys
    words = told(settled, language)
    assert any("Làm trước hội nghị" in one for one in words)
    assert not any("{" in one for one in words)
