"""The record of a tally board as a Party document: BIÊN BẢN kiểm phiếu. Pure: blocks."""

import datetime as dt
from collections.abc import Iterable, Iterator

from server.protocol.counts import PaperCount
from server.protocol.names import name_key
from server.protocol.rules import Candidate
from server.record import paragraphs as p
from server.record import poll_blocks as b
from server.record import poll_results as results
from server.record import poll_wording as pw
from server.record import wording as w
from server.record.poll_record import PollRecord
from server.record.poll_record_form import Draw
from server.record.typeset import Block, Break, Table

COPIES = 3
SEALED = "phiếu kín trên máy tính bảng, tin cậy máy chủ"


def blocks(record: PollRecord, draw: Draw, zone: dt.tzinfo | None = None) -> list[Block]:
    """Return the whole document. Times in `zone`, or in this machine's."""
    return [
        *b.head(record, zone),
        *b.setting(record, zone),
        *_matter(record),
        *_result(record, draw),
        *_end(record, zone),
        *entry_log(record, zone),
    ]


def _matter(record: PollRecord) -> Iterator[Block]:
    yield p.heading("II. NỘI DUNG, DANH SÁCH, BAN KIỂM PHIẾU")
    for number, part in enumerate(_parts(record), 1):
        first, *more = part
        yield p.text(f"{number}. {first}", keep=bool(more))
        yield from (p.text(one) if isinstance(one, str) else one for one in more)


def _parts(record: PollRecord) -> Iterator[tuple[str, *tuple[str | Block, ...]]]:
    """The numbered parts: a sentence, and what belongs to it."""
    poll = record.poll
    rule = poll.rule
    item = f"nội dung {record.number} của chương trình, {record.item}: " if record.item else ""
    yield (f"Nội dung{pw.place(poll)}: {item}“{poll.question}”",)
    again = f" Đây là lần thứ {poll.round}." if poll.round > 1 else ""
    yield (f"Hình thức: {pw.FORMS[rule.form]}; {_way(record)}.{again}",)
    if rule.candidates:
        many = f", bầu {rule.places:02d}" if rule.places else ""
        rows = [
            (str(number), one.name, one.post)
            for number, one in enumerate(in_order(rule.candidates), 1)
        ]
        heads = ("TT", "Họ và tên", "Chức vụ")
        listed = b.table((8, 42, 50), heads, rows, "cll", whole=len(rows) <= results.MANY)
        yield (f"Danh sách: {len(rule.candidates):02d} người{many}, xếp theo tên gọi:", listed)
    if record.tally is not None:
        cited = f" (căn cứ: {rule.citation})" if rule.citation else ""
        yield (f"Quy tắc: {pw.rule(rule, record.tally)}{cited}.",)
    if poll.board is not None:
        who = "; ".join(w.called(record.organization, one) for one in record.tellers)
        yield (f"Ban kiểm phiếu: {who or b.BLANK}.", f"Trưởng ban: {b.BLANK * 3}")


def in_order(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The names as they stand on the ballot: by given name, in Vietnamese order."""
    return sorted(candidates, key=lambda one: name_key(one.name))


def _way(record: PollRecord) -> str:
    poll = record.poll
    if poll.board is not None:
        return f"bằng phiếu giấy, {poll.board.wanted:02d} lần đếm độc lập trên các máy khác nhau"
    return SEALED if poll.rule.secrecy == "sealed" else pw.WAYS[poll.rule.way]


def _result(record: PollRecord, draw: Draw) -> Iterator[Block]:
    yield p.heading("III. KẾT QUẢ KIỂM PHIẾU")
    poll, tally, rule = record.poll, record.tally, record.poll.rule
    if poll.state == "annulled":
        yield p.text(f"Cuộc bỏ phiếu bị hủy, lý do: {poll.reason}. Kết quả không có giá trị.")
        return
    if tally is None:
        yield p.text("Chưa kiểm phiếu xong.")
        return
    yield p.text("1. Số phiếu:", keep=True)
    yield _ballots(record)
    if tally.rows:
        base = pw.base(tally.base, tally.base_count)
        yield p.text(f"2. Kết quả từng người, tỷ lệ tính trên {base}{_second(record)}:", keep=True)
        heads, rows, shares, aligns = results.rows(rule, tally)
        size = 11.0 if rule.form == "confidence_survey" else 12.0
        yield b.table(shares, heads, rows, aligns, size=size)
    elif tally.steps:
        yield p.text("2. Kết quả từng hình thức, cộng dồn từ hình thức nặng nhất:", keep=True)
        yield _steps(record)
    else:
        yield p.text(f"2. Kết quả: {results.counts(rule, tally)}; đạt {pw.reached(tally)}.")
    yield draw(results.bars(rule, tally))
    yield from _decided(record)


def _second(record: PollRecord) -> str:
    tally = record.tally
    if tally is None or record.poll.rule.form != "confidence_survey":
        return ""
    return f"; tỷ lệ thứ hai tính trên {pw.base(tally.second_base, tally.second_count)}"


def _ballots(record: PollRecord) -> Table:
    tally = record.tally
    assert tally is not None  # noqa: S101 - asked for only with a result
    rows = []
    if record.poll.board is not None:
        rows = [
            ("Phiếu in ra", str(tally.printed), ""),
            ("Phiếu phát ra", str(tally.issued), f"cho {record.present} người có mặt"),
            ("Phiếu hỏng đã đổi", str(tally.spoiled), "thu lại, niêm phong riêng"),
            ("Phiếu không sử dụng", str(tally.unused), "niêm phong riêng"),
        ]
    else:
        rows = [("Phiếu phát ra", str(tally.issued), "trên máy tính bảng")]
    why = "; ".join(f"{reason}: {count}" for reason, count in tally.invalid_reasons.items())
    rows += [
        ("Phiếu thu về", str(tally.returned), _on_paper(record)),
        ("Phiếu không thu về", str(tally.not_returned), ""),
        ("Phiếu hợp lệ", str(tally.valid), ""),
        ("Phiếu không hợp lệ", str(tally.invalid), why),
    ]
    return b.table((36, 14, 50), ("", "Số phiếu", "Ghi chú"), rows, "lcl", whole=True)


def _on_paper(record: PollRecord) -> str:
    """Whose ballots the secretary wrote down from paper."""
    names = [vote.name for vote in record.votes if vote.on_paper]
    return f"trong đó phiếu giấy do thư ký ghi vào: {', '.join(names)}" if names else ""


def _steps(record: PollRecord) -> Table:
    tally, rule = record.tally, record.poll.rule
    steps = tally.steps if tally is not None else ()
    rows = [
        (
            pw.answer(rule, step.choice),
            str(step.count),
            str(step.total),
            str(step.need),
            "Đạt" if step.reached else "Không đạt",
        )
        for step in steps
    ]
    heads = ("Hình thức", "Số phiếu", "Cộng dồn", "Cần", "Kết quả")
    return b.table((36, 16, 16, 14, 18), heads, rows, "lcccl", whole=True)


def _decided(record: PollRecord) -> Iterator[Block]:
    tally, rule = record.tally, record.poll.rule
    if tally is None:
        return
    before, decided = results.verdict(rule, tally)
    if decided:
        yield p.text(f"3. Kết luận: {before}", p.bold(decided), ".", keep=bool(tally.rows))
    if rule.form in {"election", "election_surplus", "nomination"}:
        yield from (p.text(f"- {words}.") for words in results.verdicts(rule, tally))
        if words := results.settled(rule, tally, record.settled_by):
            yield p.text(words)
        left = tally.places - tally.elected
        if rule.form != "nomination" and left > 0:
            yield p.text(f"Còn thiếu {left}; hội nghị quyết định việc bầu tiếp hay không bầu tiếp.")
    if rule.form == "confidence_survey":
        yield p.text("3. Kết quả lấy phiếu tín nhiệm không quyết định đạt hay không đạt.")
        yield from _flagged(record)


def _flagged(record: PollRecord) -> Iterator[Block]:
    tally, rule = record.tally, record.poll.rule
    for row in tally.rows if tally is not None else ():
        if row.flags:
            flag = rule.flags[min(row.flags, len(rule.flags)) - 1]
            yield p.text(f"- {row.name}: {pw.share(flag)} phiếu tín nhiệm thấp.")


def _end(record: PollRecord, zone: dt.tzinfo | None) -> Iterator[Block]:
    yield p.heading("IV. KHIẾU NẠI, NIÊM PHONG, BÀN GIAO")
    yield p.text(f"1. Khiếu nại, ý kiến khác về việc kiểm phiếu: {b.BLANK * 3}")
    if record.poll.board is not None:
        yield p.text(
            "2. Toàn bộ phiếu (hợp lệ, không hợp lệ, hỏng, không sử dụng) được niêm phong, bàn ",
            f"giao cho {b.BLANK * 2} lúc {b.BLANK} giờ {b.BLANK}.",
        )
    ended = w.later(record.ended_at, record.poll.opened_at, zone)
    yield p.text(
        f"Biên bản lập thành {COPIES:02d} bản có giá trị như nhau, thông qua trước hội nghị; kiểm ",
        f"phiếu kết thúc lúc {ended}.",
    )
    yield from b.checked(record)
    first = record.tellers[0].name if record.tellers else ""
    secretary = record.secretaries[0].name if record.secretaries else ""
    board = ("TRƯỞNG BAN", "") if record.poll.board else ("NGƯỜI KIỂM PHIẾU", first)
    yield b.signatures(("THƯ KÝ", secretary), board, ("CHỦ TỌA", record.chair.name))
    if record.poll.board is not None:
        yield p.line("Các ủy viên ban kiểm phiếu", "bold", "left", before=14.0, after=4.0)
        rows = [(str(n), one.name, "") for n, one in enumerate(record.tellers, 1)]
        yield b.table((8, 46, 46), ("TT", "Họ và tên", "Chữ ký"), rows or [("", "", "")], "cll")


def entry_log(record: PollRecord, zone: dt.tzinfo | None) -> Iterator[Block]:
    """Every step of a paper count, as the journal holds it."""
    if not record.log:
        return
    yield Break()
    yield p.line("PHỤ LỤC", "bold", after=2.0)
    yield p.line("Nhật ký kiểm phiếu", "bold", after=8.0)
    heads = ("Lúc", "Việc", "Người", "Số liệu đã nhập")
    rows = [
        (
            w.second(one.at, zone),
            one.what,
            one.who + (f" (máy {one.device[:6]})" if one.device else ""),
            "; ".join(_entered(record, one.count)) if one.count is not None else "",
        )
        for one in record.log
    ]
    yield b.table((13, 20, 25, 42), heads, rows, "clll")


def _entered(record: PollRecord, count: PaperCount) -> Iterator[str]:
    yield f"thu về {count.returned}, hợp lệ {count.valid}, không hợp lệ {count.invalid}"
    rule = record.poll.rule
    known = {one.id: one.name for one in rule.candidates}
    for who, row in count.rows.items():
        figures = ", ".join(f"{pw.answer(rule, key).lower()} {n}" for key, n in row.items())
        yield f"{known.get(who, who)}: {figures}"
    for key, number in count.counts.items():
        yield f"{pw.answer(rule, key).lower()} {number}"
    for name, number in count.write_ins.items():
        yield f"{name} (ghi thêm): {number}"
