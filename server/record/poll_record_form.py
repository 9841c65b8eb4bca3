"""The record of an open poll as a Party document: BIÊN BẢN biểu quyết. Pure: blocks."""

import datetime as dt
from collections.abc import Callable, Iterator

from server.protocol.state import Tally
from server.record import paragraphs as p
from server.record import poll_blocks as b
from server.record import poll_results as results
from server.record import poll_wording as pw
from server.record import wording as w
from server.record.chart import Chart
from server.record.poll_record import PollRecord
from server.record.typeset import Block, Break, Figure

Draw = Callable[[Chart], Figure]
"""Sets a chart with the machine's face."""


def blocks(record: PollRecord, draw: Draw, zone: dt.tzinfo | None = None) -> list[Block]:
    """Return the whole document. Times in `zone`, or in this machine's."""
    return [
        *b.head(record, zone),
        *b.setting(record, zone),
        *_matter(record),
        *_result(record, draw),
        *_end(record, zone),
        *_names(record),
    ]


def _matter(record: PollRecord) -> Iterator[Block]:
    rule = record.poll.rule
    yield p.heading("II. NỘI DUNG VÀ HÌNH THỨC")
    if record.item:
        yield p.text(f"1. Nội dung {record.number} của chương trình: {record.item}.")
    label = "Nội dung xin ý kiến" if record.written else "Câu hỏi biểu quyết"
    yield p.text(f"2. {label}{pw.place(record.poll)}: “{record.poll.question}”")
    if record.poll.round > 1:
        yield p.text(f"Lần {record.poll.round}: hỏi lại sau lần trước.")
    way = "" if record.poll.consensus else f", {pw.WAYS[rule.way]}"
    yield p.text(f"3. Hình thức: {pw.FORMS[rule.form]}{way}.")
    if record.tally is not None:
        yield p.text(f"4. Quy tắc: {pw.rule(rule, record.tally)}{_source(rule.citation)}.")


def _source(citation: str) -> str:
    return f" (căn cứ: {citation})" if citation else ""


def _result(record: PollRecord, draw: Draw) -> Iterator[Block]:
    yield p.heading("III. KẾT QUẢ")
    poll = record.poll
    if poll.state == "annulled":
        yield p.text(f"Biểu quyết bị hủy, lý do: {poll.reason}. Kết quả không có giá trị.")
    elif poll.consensus:
        yield p.text("Hội nghị ", p.bold("thống nhất thông qua"), ", không đếm phiếu.")
    elif record.tally is None:
        yield p.text("Biểu quyết chưa kết thúc.")
    else:
        yield from _counted(record, record.tally, draw)


def _counted(record: PollRecord, tally: Tally, draw: Draw) -> Iterator[Block]:
    rule = record.poll.rule
    yield p.text(f"1. Số phiếu: {results.counts(rule, tally)}.")
    if record.silent:
        silent = "chưa trả lời" if rule.form == "written" else "không gửi phiếu"
        yield p.text(f"Còn {len(record.silent)} ủy viên {silent}: {', '.join(record.silent)}.")
    if tally.sent_in:
        yield p.text(f"Trong đó {tally.sent_in} phiếu gửi bằng văn bản của ủy viên vắng mặt.")
    if rule.decides == "share":
        yield p.text(f"2. Tỷ lệ tán thành: {pw.reached(tally)}.")
    yield draw(results.bars(rule, tally))
    if tally.by_chair:
        yield p.text("Số phiếu ngang nhau; theo quy tắc, ý kiến của chủ tọa quyết định.")
    before, decided = results.verdict(rule, tally)
    if decided:
        yield p.text(f"3. Kết luận: {before}", p.bold(decided), ".")
    for vote in record.votes:
        if vote.opinion:
            yield p.text(f"- Ý kiến của {vote.name}: {vote.opinion}")


def _end(record: PollRecord, zone: dt.tzinfo | None) -> Iterator[Block]:
    yield p.heading("IV. KẾT THÚC")
    if record.poll.closed_at:
        what = "Việc xin ý kiến" if record.written else "Biểu quyết"
        ended = w.later(record.poll.closed_at, record.poll.opened_at, zone)
        yield p.text(f"{what} kết thúc lúc {ended}.")
    yield from b.checked(record)
    secretary = record.secretaries[0].name if record.secretaries else ""
    yield b.signatures(("THƯ KÝ", secretary), ("CHỦ TỌA", record.chair.name))


def _names(record: PollRecord) -> Iterator[Block]:
    """Who answered what, in the order of the roll."""
    if not record.votes:
        return
    rule = record.poll.rule
    yield Break()
    yield p.line("PHỤ LỤC", "bold", after=2.0)
    title = "Danh sách trả lời" if record.written else "Danh sách biểu quyết"
    yield p.line(title, "bold", after=8.0)
    rows = []
    for number, vote in enumerate(record.votes, 1):
        rows.append((str(number), vote.name, pw.ballot(rule, vote), pw.way_of(vote)))
    if record.written:
        first = len(rows) + 1
        rows += [(str(n), name, "Chưa trả lời", "") for n, name in enumerate(record.silent, first)]
    heads = ("TT", "Họ và tên", "Trả lời" if record.written else "Biểu quyết", "Ghi chú")
    yield b.table((8, 44, 28, 20), heads, rows, "clll")
