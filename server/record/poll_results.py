"""What came out of a poll, in words, tables and bars; the same for records and minutes. Pure."""

from collections.abc import Iterator, Mapping

from server.core.tally import percent
from server.protocol.counts import Row
from server.protocol.rules import Rule, Tie, options_of
from server.protocol.state import Tally
from server.record import poll_wording as pw
from server.record import wording as w
from server.record.chart import Bar, Chart

MANY = 6
SURVEY = ("high", "medium", "low", "blank")


def counts(rule: Rule, tally: Tally) -> str:
    """The counts of a single question: tán thành 11, không tán thành 0, ý kiến khác 2."""
    shown = [one.id for one in options_of(rule)]
    shown += [choice for choice in tally.counts if choice not in shown]
    return ", ".join(
        f"{pw.answer(rule, choice).lower()} {tally.counts.get(choice, 0)}" for choice in shown
    )


def verdict(rule: Rule, tally: Tally) -> tuple[str, str]:
    """What was decided: the words before it, and the decision itself. Both may be empty."""
    if rule.form == "discipline":
        if not tally.outcome:
            return "Không hình thức nào ", "đạt số phiếu cần thiết"
        return "Hội nghị quyết định hình thức ", pw.answer(rule, tally.outcome).lower()
    if rule.decides == "none" or rule.form in {"confidence_survey", "quick"}:
        return "", ""
    if tally.rows:
        return _chosen(rule, tally)
    if rule.form == "written":
        return "Nội dung xin ý kiến ", "được thông qua" if tally.passed else "không được thông qua"
    return "Hội nghị ", "thông qua" if tally.passed else "không thông qua"


def _chosen(rule: Rule, tally: Tally) -> tuple[str, str]:
    trusted = rule.form == "confidence"
    chosen = names(row for row in tally.rows if (row.over if trusted else row.elected))
    if rule.form == "nomination":
        what = "được giới thiệu"
    else:
        what = "được tín nhiệm" if trusted else "trúng cử"
    return (f"{w.capital(what)}: ", chosen) if chosen else ("Không ai ", what)


def names(rows: Iterator[Row]) -> str:
    """Names in the order of the result."""
    return ", ".join(row.name for row in rows)


def verdicts(rule: Rule, tally: Tally) -> Iterator[str]:
    """Say what became of everyone in an election, in the order of the result.

    Of many, only of those who were not elected: the others are named before, and in the table.
    """
    shown = [row for row in tally.rows if len(tally.rows) <= MANY or not row.elected]
    for row in shown:
        share = f"{row.counts.get('for', 0)} phiếu, {pw.percent(row.percent)}"
        base = pw.base(tally.base, tally.base_count)
        second = f"{pw.percent(row.second_percent)} {pw.second(tally)}"
        yield f"{row.name}: {share} {base} ({second}): {_fate(rule, tally, row)}"


_TIED: Mapping[Tie, str] = {
    "lot": "bốc thăm giữa những người bằng phiếu",
    "senior": "xét người nhiều tuổi hơn",
}


def settled(rule: Rule, tally: Tally, who: str) -> str:
    """How those who tied for the last places were told apart in the room; empty for not at all."""
    if not tally.settled:
        return ""
    how = "kết quả bốc thăm" if rule.tie == "lot" else "căn cứ xét tuổi"
    drawn = names(row for row in tally.rows if row.drawn)
    return f"Bằng phiếu ở vị trí cuối, {how}: {drawn}. Chủ tọa {who} ghi: “{tally.settled}”."


def _fate(rule: Rule, tally: Tally, row: Row) -> str:
    if row.tied:
        again = _TIED.get(rule.tie, "bầu lại giữa những người bằng phiếu")
        return f"bằng phiếu ở vị trí cuối, {again}"
    if row.drawn or tally.left_by(row):
        how = "bốc thăm" if rule.tie == "lot" else "xét tuổi"
        fate = "trúng cử" if row.drawn else "không trúng cử"
        return f"bằng phiếu ở vị trí cuối, {how}: {fate}"
    if rule.form == "nomination":
        return "được giới thiệu" if row.elected else "không được giới thiệu"
    if row.elected:
        return "trúng cử"
    return "không trúng cử" if row.over else "không trúng cử, chưa đủ số phiếu cần thiết"


def summary(rule: Rule, tally: Tally) -> str:
    """The result in one sentence, for the minutes."""
    if not tally.rows:
        return f"{counts(rule, tally)}; đạt {pw.reached(tally)}"
    sums = f"phát ra {tally.issued}, thu về {tally.returned}, hợp lệ {tally.valid}"
    return f"phiếu {sums}, không hợp lệ {tally.invalid}"


def lines(rule: Rule, tally: Tally) -> Iterator[str]:
    """What follows the sentence, a line for each person or measure."""
    if rule.form == "confidence_survey":
        for row in tally.rows:
            held = (f"{pw.answer(rule, key).lower()} {row.counts.get(key, 0)}" for key in SURVEY)
            yield f"{row.name}: {', '.join(held)}"
    elif tally.rows:
        yield from verdicts(rule, tally)


def rows(rule: Rule, tally: Tally) -> tuple[list[str], list[list[str]], list[float], str]:
    """The table of persons: heads, rows, shares of the width, alignment of the columns."""
    if rule.form == "confidence_survey":
        return _survey(rule, tally)
    keys = [one.id for one in options_of(rule)]
    if rule.form == "election":
        keys.append("not_counted")
    heads = ["TT", "Họ và tên", *(pw.answer(rule, key) for key in keys)]
    heads += [f"% trên {tally.base_count}", "Kết quả"]
    made = [
        [
            str(number),
            row.name,
            *(str(row.counts.get(key, 0)) for key in keys),
            pw.percent(row.percent),
            _short_fate(rule, row),
        ]
        for number, row in enumerate(tally.rows, 1)
    ]
    return heads, made, [6, 30, *[11.0] * len(keys), 13, 18], "cl" + "c" * (len(keys) + 1) + "l"


def _short_fate(rule: Rule, row: Row) -> str:
    if row.tied:
        return {"lot": "Bốc thăm", "senior": "Xét tuổi"}.get(rule.tie, "Bầu lại")
    if row.drawn:
        return f"Trúng cử ({'bốc thăm' if rule.tie == 'lot' else 'xét tuổi'})"
    if rule.form == "nomination":
        return "Được giới thiệu" if row.elected else ""
    if rule.form == "confidence":
        return "Được tín nhiệm" if row.over else "Không được tín nhiệm"
    return "Trúng cử" if row.elected else "Không trúng cử"


def _survey(rule: Rule, tally: Tally) -> tuple[list[str], list[list[str]], list[float], str]:
    """Counts with the share of the base under each, and of the second base."""
    heads = ["TT", "Họ và tên", *(pw.answer(rule, key) for key in SURVEY)]
    made = [
        [str(number), row.name, *(_levels(row, key, tally) for key in SURVEY)]
        for number, row in enumerate(tally.rows, 1)
    ]
    return heads, made, [6, 22, 18, 18, 18, 18], "clcccc"


def _levels(row: Row, key: str, tally: Tally) -> str:
    count = row.counts.get(key, 0)
    first = pw.percent(percent(count, tally.base_count))
    second = pw.percent(percent(count, tally.second_count))
    return f"{count} ({first}; {second})" if count else "0"


def bars(rule: Rule, tally: Tally) -> Chart:
    """The result as bars: a bar for each person, measure or answer."""
    if rule.form == "confidence_survey":
        made = tuple(_survey_bar(row) for row in tally.rows)
        legend = tuple(pw.answer(rule, key) for key in SURVEY)
        return Chart(made, max(tally.base_count, 1), legend=legend)
    threshold = rule.decides == "share" and tally.need > 0
    caption = w.capital(pw.threshold(rule, tally)) if threshold else ""
    if tally.rows:
        made = tuple(_row_bar(row) for row in tally.rows)
    elif tally.steps:
        made = tuple(
            Bar(pw.answer(rule, step.choice), (step.total,), f"{step.total}, cần {step.need}")
            for step in tally.steps
        )
        threshold, caption = False, ""
    else:
        made = tuple(_answer_bars(rule, tally, tally.counts))
    return Chart(made, max(tally.base_count, 1), tally.need if threshold else 0, caption)


def _row_bar(row: Row) -> Bar:
    count = row.counts.get("for", 0)
    return Bar(row.name, (count,), f"{count} phiếu, {pw.percent(row.percent)}")


def _survey_bar(row: Row) -> Bar:
    parts = tuple(row.counts.get(key, 0) for key in SURVEY)
    return Bar(row.name, parts, " – ".join(str(part) for part in parts))


def _answer_bars(rule: Rule, tally: Tally, held: Mapping[str, int]) -> Iterator[Bar]:
    for option in options_of(rule):
        count = held.get(option.id, 0)
        share = pw.percent(percent(count, tally.base_count))
        yield Bar(pw.answer(rule, option.id), (count,), f"{count} phiếu, {share}")
