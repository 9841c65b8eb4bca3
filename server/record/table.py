"""The results of polls as tables: CSV that Excel opens as Vietnamese text, and JSON. Pure."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from server.core.tally import percent
from server.protocol.rules import options_of
from server.record import poll_results as results
from server.record import poll_wording as pw
from server.record.poll_record import PollRecord

MARK = b"\xef\xbb\xbf"
"""Tells Excel that the file is UTF-8."""
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def to_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows as CSV, in UTF-8 with its mark; no cell runs as a formula."""
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([_tame(cell) for cell in row] for row in rows)
    return MARK + out.getvalue().encode()


def _tame(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_RISKY) else cell


def result_csv(record: PollRecord) -> bytes:
    """Return the result of one poll as a table: what it was, then its rows."""
    return to_csv(_rows(record))


def _rows(record: PollRecord) -> Iterator[Sequence[object]]:
    poll, tally, rule = record.poll, record.tally, record.poll.rule
    yield ("Nội dung", poll.question)
    yield ("Hình thức", pw.FORMS[rule.form])
    yield ("Được triệu tập", record.summoned)
    yield ("Có mặt", record.present)
    if tally is None:
        yield ("Kết quả", _untold(record))
        return
    yield ("Quy tắc", pw.rule(rule, tally))
    if record.secret:
        names = ("Phát ra", "Thu về", "Hợp lệ", "Không hợp lệ")
        figures = (tally.issued, tally.returned, tally.valid, tally.invalid)
        yield from zip(names, figures, strict=True)
    yield ()
    if tally.rows:
        heads, rows, _, _ = results.rows(rule, tally)
        yield heads
        yield from rows
    elif tally.steps:
        yield ("Hình thức", "Số phiếu", "Cộng dồn", "Cần")
        for step in tally.steps:
            yield (pw.answer(rule, step.choice), step.count, step.total, step.need)
    else:
        yield ("Lựa chọn", "Số phiếu", f"% trên {tally.base_count}")
        for option in options_of(rule):
            count = tally.counts.get(option.id, 0)
            share = pw.percent(percent(count, tally.base_count))
            yield (pw.answer(rule, option.id), count, share)
    before, decided = results.verdict(rule, tally)
    if decided:
        yield ()
        yield ("Kết luận", f"{before}{decided}")


def _untold(record: PollRecord) -> str:
    if record.poll.consensus:
        return "thống nhất thông qua"
    return f"hủy: {record.poll.reason}" if record.poll.state == "annulled" else "chưa có"


def result_json(record: PollRecord) -> bytes:
    """Return the poll's rule and result as JSON, numbers as numbers, names of fields as in SPEC."""
    poll = record.poll
    told = {
        "meeting": record.meeting,
        "item": record.number,
        "title": record.item,
        "question": poll.question,
        "state": poll.state,
        "reason": poll.reason,
        "round": poll.round,
        "consensus": poll.consensus,
        "opened_at": poll.opened_at,
        "closed_at": poll.closed_at,
        "summoned": record.summoned,
        "present": record.present,
        "rule": msgspec.to_builtins(poll.rule),
        "tally": msgspec.to_builtins(poll.tally),
        "silent": list(record.silent),
        "ballots": [msgspec.to_builtins(vote) for vote in record.votes],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"
