"""The pieces that records of polls share: head, paragraphs, cells, signatures. Pure."""

import datetime as dt
from collections.abc import Iterator, Sequence

from server.protocol.counts import Excluded, ExcuseKind
from server.record import poll_wording as pw
from server.record import wording as w
from server.record.minutes import Absent, Somebody
from server.record.paragraphs import SIZE, bold, heading, line, text
from server.record.poll_record import PollRecord
from server.record.stamp import qr_figure
from server.record.typeset import Align, Block, Columns, Para, Table, runs

BLANK = "………"
"""What is filled in by hand."""


def cell(words: str, *, head: bool = False, align: Align = "left", size: float = 12.0) -> Para:
    """A cell of a table."""
    return line(words, "bold" if head else "regular", "center" if head else align, size=size)


def table(
    shares: Sequence[float],
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    aligns: str,
    *,
    size: float = 12.0,
    whole: bool = False,
) -> Table:
    """A ruled table. `aligns`: l, c or r for each column. `whole`: on one page."""
    where: dict[str, Align] = {"l": "left", "c": "center", "r": "right"}
    made = [tuple(cell(words, head=True) for words in head)]
    made += [
        tuple(
            cell(words, align=where[place], size=size)
            for words, place in zip(row, aligns, strict=True)
        )
        for row in rows
    ]
    return Table(tuple(shares), tuple(made), whole=whole)


def head(record: PollRecord, zone: dt.tzinfo | None) -> Iterator[Block]:
    """The two columns, the kind of document and what it is about."""
    body, rule = record.organization, record.poll.rule
    *above, own = w.letterhead(body)
    lines = [*above, own] if record.secret and record.poll.board else above
    left = [line(words) for words in lines]
    board = lines is not above
    left += [line("BAN KIỂM PHIẾU" if board else own, "bold"), line("*")]
    left.append(line(f"Số …-BB{'/BKP' if board else w.suffix(body)}"))
    day = w.date(record.ended_at, zone)
    place = w.seat_of(body)
    motto = Para(runs("**ĐẢNG CỘNG SẢN VIỆT NAM**"), "center", SIZE, after=0.0, underline=True)
    dated = line(f"{place}, {day}" if place else w.capital(day), "italic", before=8.0)
    yield Columns((tuple(left), (motto, dated)), (9, 11), after=14.0)
    if record.poll.state not in {"published", "annulled"}:
        yield line("BẢN NHÁP, kết quả chưa công bố", "bold", "right", size=13.0, after=6.0)
    yield line("BIÊN BẢN", "bold", size=15.0, after=3.0)
    yield line(pw.title(rule.form), "bold")
    yield line(record.subject, "bold")
    parts = [record.meeting, record.organization.term]
    yield line(", ".join(part for part in parts if part), "bold", after=12.0)


def setting(record: PollRecord, zone: dt.tzinfo | None) -> Iterator[Block]:
    """When, where, under whom, before whom; of opinions in writing, who was asked and answered."""
    if record.written:
        yield from _asked_in_writing(record, zone)
        return
    body, poll = record.organization, record.poll
    yield heading("I. THỜI GIAN, ĐỊA ĐIỂM, THÀNH PHẦN")
    began, day = w.clock(poll.opened_at, zone), w.date(poll.opened_at, zone)
    yield text(f"1. Thời gian: bắt đầu lúc {began}, {day}{_ended(record, zone)}.")
    yield text(f"2. Địa điểm: {record.place or BLANK}.")
    yield text(f"3. {_officers(record)}")
    gone = len(record.absent)
    yield text(
        f"4. Thành phần: được triệu tập {record.summoned}; có mặt {record.present} khi bắt đầu; ",
        f"vắng mặt {record.summoned - record.present}{':' if gone else '.'}",
    )
    yield from (text(f"- {_absence(record, one)}.") for one in record.absent)
    yield from (
        text(f"- Không tham gia: {w.address(body)} {name}, {_excuse(one.kind, one.reason)}.")
        for name, one in record.excluded
    )
    tally = record.tally
    if tally is not None and tally.quorum_need:
        met = "đủ" if tally.quorum_met else "không đủ"
        yield text(
            f"5. Điều kiện tiến hành: có mặt {tally.present}, cần từ {tally.quorum_need}; ",
            bold(f"{met} điều kiện tiến hành"),
            ".",
        )


def _ended(record: PollRecord, zone: dt.tzinfo | None) -> str:
    poll = record.poll
    if not poll.closed_at:
        return ""
    ended = w.later(record.ended_at, poll.opened_at, zone).removesuffix(" cùng ngày")
    timed = " (hết thời hạn, máy chủ tự đóng)" if poll.timed else ""
    return f"; kết thúc lúc {ended}{timed}"


def _officers(record: PollRecord) -> str:
    body = record.organization
    who = "; ".join(w.called(body, one) for one in record.secretaries) or BLANK
    return f"Chủ tọa: {w.called(body, record.chair)}. Thư ký: {who}."


def _asked_in_writing(record: PollRecord, zone: dt.tzinfo | None) -> Iterator[Block]:
    """Who was asked, until when, and who answered: nobody had to be anywhere."""
    poll, tally = record.poll, record.tally
    yield heading("I. THỜI GIAN, THÀNH PHẦN")
    began, day = w.clock(poll.opened_at, zone), w.date(poll.opened_at, zone)
    yield text(f"1. Thời gian: gửi xin ý kiến lúc {began}, {day}{_ended(record, zone)}.")
    if poll.ends_at:
        due = f"{w.clock(poll.ends_at, zone)}, {w.date(poll.ends_at, zone)}"
        yield text(f"2. Thời hạn trả lời: đến {due}.")
    else:
        yield text("2. Thời hạn trả lời: không đặt trước.")
    yield text(f"3. {_officers(record)}")
    asked = len(poll.electorate)
    told = f"4. Được xin ý kiến: {asked} ủy viên"
    if tally is not None:
        told += f"; đã trả lời {tally.returned}; chưa trả lời {asked - tally.returned}"
    yield text(f"{told}.")
    yield from (
        text(f"- Không tham gia: {w.address(record.organization)} {name}, ", _why(one))
        for name, one in record.excluded
    )


def _why(one: Excluded) -> str:
    return f"{_excuse(one.kind, one.reason)}."


def _absence(record: PollRecord, one: Absent) -> str:
    who = w.capital(w.called(record.organization, Somebody(one.name, one.post)))
    return f"{who}: {w.ABSENCE[one.presence]}{f' ({one.reason})' if one.reason else ''}"


def _excuse(kind: ExcuseKind, reason: str) -> str:
    words = pw.EXCUSES[kind]
    return f"{words} ({reason})" if reason else words


def checked(record: PollRecord) -> Iterator[Block]:
    """From what the record is made, and by which code that is checked."""
    if record.head:
        yield text(
            f"Biên bản được lập từ nhật ký phiên họp gồm {record.entries} mục; mã kiểm tra: ",
            bold(record.head),
            ".",
            keep=True,
        )
    if record.qr:
        yield qr_figure(record.qr)


def signatures(*signers: tuple[str, str]) -> Columns:
    """Who signs, side by side: the office in capitals, room for a hand, the name."""
    stacks = tuple(
        (
            line(office, "bold"),
            line("(ký, ghi rõ họ tên)", "italic", size=12.0),
            line(name or " ", "bold", before=64.0),
        )
        for office, name in signers
    )
    return Columns(stacks, (1,) * len(stacks), before=14.0)
