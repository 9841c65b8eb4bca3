"""The fixed phrases of the records of polls: forms, answers, bases, thresholds, results. Pure."""

from collections.abc import Mapping

from server.protocol.counts import ExcuseKind
from server.protocol.rules import (
    Base,
    Choice,
    Form,
    Option,
    Rule,
    Threshold,
    Way,
    names_people,
    options_of,
)
from server.protocol.state import Poll, Tally
from server.record.minutes import Vote

PERCENT = 100
FORMS: Mapping[Form, str] = {
    "open": "biểu quyết công khai",
    "council": "biểu quyết công khai",
    "procedural": "biểu quyết công khai về thủ tục",
    "consensus": "thống nhất thông qua",
    "secret": "bỏ phiếu kín",
    "election_surplus": "bầu cử có số dư, bỏ phiếu kín",
    "election": "bầu cử không có số dư, bỏ phiếu kín",
    "nomination": "lấy phiếu giới thiệu, bỏ phiếu kín",
    "confidence_survey": "lấy phiếu tín nhiệm, bỏ phiếu kín",
    "confidence": "bỏ phiếu tín nhiệm, bỏ phiếu kín",
    "discipline": "biểu quyết kỷ luật, bỏ phiếu kín",
    "written": "lấy ý kiến bằng văn bản",
    "quick": "lấy ý kiến nhanh",
}
TITLES: Mapping[Form, str] = {
    "election_surplus": "kiểm phiếu bầu cử",
    "election": "kiểm phiếu bầu cử",
    "nomination": "kiểm phiếu giới thiệu",
    "confidence_survey": "kiểm phiếu lấy phiếu tín nhiệm",
    "confidence": "kiểm phiếu bỏ phiếu tín nhiệm",
    "discipline": "kiểm phiếu biểu quyết kỷ luật",
    "secret": "kiểm phiếu",
    "written": "tổng hợp phiếu lấy ý kiến bằng văn bản",
    "quick": "lấy ý kiến nhanh",
}
"""After BIÊN BẢN; forms that are not here are recorded as `biểu quyết`."""
WAYS: Mapping[Way, str] = {
    "tablet": "trên máy tính bảng",
    "paper": "bằng phiếu giấy",
    "hands": "giơ tay, thư ký đếm, người thứ hai đếm lại",
    "roll_call": "gọi tên từng người",
}
_WORDS: Mapping[str, str] = {
    "for": "Đồng ý",
    "against": "Không đồng ý",
    "other": "Ý kiến khác",
    "abstain": "Không biểu quyết",
    "high": "Tín nhiệm cao",
    "medium": "Tín nhiệm",
    "low": "Tín nhiệm thấp",
    "expel": "Khai trừ",
    "dismiss": "Cách chức",
    "warn": "Cảnh cáo",
    "reprimand": "Khiển trách",
    "no_discipline": "Không kỷ luật",
    "not_counted": "Không tính",
    "blank": "Không ghi",
}
_OPEN_WORDS: Mapping[str, str] = {"for": "Tán thành", "against": "Không tán thành"}
_OWN: Mapping[Form, Mapping[str, str]] = {
    "open": _OPEN_WORDS,
    "council": _OPEN_WORDS,
    "procedural": _OPEN_WORDS,
    "confidence": {"for": "Tín nhiệm", "against": "Không tín nhiệm"},
    "nomination": {"for": "Giới thiệu"},
}
BASES: Mapping[Base, str] = {
    "members_total": "tổng số {n} ủy viên",
    "members_counted": "tổng số {n} ủy viên được tính",
    "summoned": "tổng số {n} người được triệu tập",
    "summoned_adjusted": "tổng số {n} người được triệu tập, trừ vắng có lý do theo quy định",
    "present": "số có mặt ({n})",
    "issued": "số phiếu phát ra ({n})",
    "returned": "số phiếu thu về ({n})",
    "valid": "số phiếu hợp lệ ({n})",
}
_SHORT: Mapping[Base, str] = {
    "members_total": "tổng số ủy viên",
    "members_counted": "tổng số ủy viên được tính",
    "summoned": "tổng số được triệu tập",
    "summoned_adjusted": "tổng số được triệu tập, trừ vắng có lý do",
    "present": "số có mặt",
    "issued": "số phiếu phát ra",
    "returned": "số phiếu thu về",
    "valid": "số phiếu hợp lệ",
}
EXCUSES: Mapping[ExcuseKind, str] = {
    "interest": "có quyền, lợi ích liên quan",
    "absence": "vắng có lý do theo quy định",
    "rule": "không tính theo quy định",
}


def percent(hundredths: int) -> str:
    """7333 → 73,33%."""
    return f"{hundredths // PERCENT},{hundredths % PERCENT:02d}%"


def title(form: Form) -> str:
    """What follows BIÊN BẢN."""
    return TITLES.get(form, "biểu quyết")


def answer(rule: Rule, choice: Choice) -> str:
    """The words of one answer, as they stand on the ballot."""
    option = next((one for one in options_of(rule) if one.id == choice), Option(choice))
    words = _OWN.get(rule.form, {}).get(choice) or _WORDS.get(choice)
    return option.text or words or choice


def ballot(one: Rule, said: Vote) -> str:
    """What a ballot by name says: the answer, whom it names, or the answer beside each name."""
    called = {person.id: person.name for person in one.candidates}
    if said.answers:
        groups: dict[Choice, list[str]] = {}
        for candidate, choice in said.answers.items():
            groups.setdefault(choice, []).append(called.get(candidate, candidate))
        told = "; ".join(f"{answer(one, key)}: {', '.join(names)}" for key, names in groups.items())
    elif names_people(one):
        named = (*(called.get(name, name) for name in said.names), *said.write_ins)
        told = ", ".join(named) or "phiếu trắng"
    else:
        told = answer(one, said.choice) if said.choice else "phiếu trắng"
    return f"{told} (phiếu không hợp lệ)" if said.invalid else told


def place(poll: Poll) -> str:
    """Which question of a sitting it was; nothing for a poll that stood alone."""
    return f" (câu {poll.place}/{poll.of} của đợt)" if poll.of else ""


def way_of(said: Vote) -> str:
    """How a ballot came in, where it did not come from the person's own tablet."""
    if said.on_paper:
        return "phiếu giấy, thư ký ghi"
    return "ghi bằng tay" if said.by_hand else ""


def share(threshold: Threshold) -> str:
    """Quá 1/2; từ 2/3; quá 70%."""
    over = "quá" if threshold.strict else "từ"
    if threshold.denominator == PERCENT:
        return f"{over} {threshold.numerator}%"
    return f"{over} {threshold.numerator}/{threshold.denominator}"


def base(key: Base, count: int) -> str:
    """The denominator with its number."""
    return BASES[key].format(n=count)


def short_base(key: Base) -> str:
    """The denominator without its number."""
    return _SHORT[key]


def rule(one: Rule, tally: Tally) -> str:
    """What had to be reached: quá 1/2 tổng số 15 ủy viên, tức từ 8 phiếu."""
    if one.decides == "none" or one.form == "consensus":
        return "không đặt ngưỡng"
    if one.decides == "plurality":
        return f"lấy {max(1, one.places)} người có số phiếu cao nhất"
    if one.form == "discipline":
        steps = (f"{answer(one, step.choice).lower()} từ {step.need} phiếu" for step in tally.steps)
        return f"tính trên {base(tally.base, tally.base_count)}: {', '.join(steps)}"
    words = (
        f"{share(one.threshold)} {base(tally.base, tally.base_count)}, tức từ {tally.need} phiếu"
    )
    if one.places and one.form in {"election", "election_surplus", "nomination"}:
        words += f", lấy {one.places} người có số phiếu cao nhất"
    return words


def threshold(one: Rule, tally: Tally) -> str:
    """What a line in a chart stands for: quá 1/2 của 53, tức từ 27 phiếu."""
    return f"{share(one.threshold)} của {tally.base_count}, tức từ {tally.need} phiếu"


def reached(tally: Tally) -> str:
    """The deciding percentage and the other: 73,33% tổng số 15 ủy viên (84,62% số có mặt)."""
    first = f"{percent(tally.percent)} {base(tally.base, tally.base_count)}"
    if tally.form == "written" and tally.second_base == "present":
        return first  # nobody has to be there who is asked in writing
    return f"{first} ({percent(tally.second_percent)} {second(tally)})"


def second(tally: Tally) -> str:
    """The denominator of the percentage for information; tallies of old records do not name it."""
    known = tally.second_base if tally.second_base != tally.base else "members_total"
    return short_base(known)
