"""The minutes as a Party document: BIÊN BẢN HỘI NGHỊ. Pure: blocks for the typesetter."""

import datetime as dt
from collections.abc import Iterator

from server.protocol.state import Paper, Tally
from server.record import poll_results as results
from server.record import poll_wording as pw
from server.record import wording as w
from server.record.minutes import Absent, ItemMinutes, Minutes, PollMinutes, Somebody
from server.record.paragraphs import SIZE, bold, heading, line, text
from server.record.stamp import qr_figure
from server.record.typeset import Block, Break, Columns, Para, Table, runs
from server.record.written import Comments, Written


def blocks(minutes: Minutes, zone: dt.tzinfo | None = None) -> list[Block]:
    """Return the whole document. Times in `zone`, or in this machine's."""
    return [
        *_head(minutes, zone),
        *_setting(minutes, zone),
        *_items(minutes, zone),
        *_end(minutes, zone),
        *_names(minutes),
    ]


# --- pieces


def _head(minutes: Minutes, zone: dt.tzinfo | None) -> Iterator[Block]:
    body = minutes.organization
    *above, own = w.letterhead(body)
    left = [line(text) for text in above]
    left += [line(own, "bold"), line("*"), line(w.number(body, minutes.ordinal))]
    day = w.date(minutes.opened_at or minutes.starts_at, zone)
    place = w.seat_of(body)
    motto = Para(runs("**ĐẢNG CỘNG SẢN VIỆT NAM**"), "center", SIZE, after=0.0, underline=True)
    right = (motto, line(f"{place}, {day}" if place else w.capital(day), "italic", before=8.0))
    yield Columns((tuple(left), right), (9, 11), after=14.0)
    if minutes.draft:
        yield line("BẢN NHÁP, hội nghị chưa bế mạc", "bold", "right", size=13.0, after=6.0)
    yield line("BIÊN BẢN", "bold", size=15.0, after=3.0)
    yield line(minutes.title, "bold")
    yield line(_subtitle(minutes), "bold", after=12.0)


def _subtitle(minutes: Minutes) -> str:
    parts = [minutes.organization.name, minutes.organization.term]
    return ", ".join(part for part in parts if part)


# --- I. time, place, people


def _setting(minutes: Minutes, zone: dt.tzinfo | None) -> Iterator[Block]:
    body = minutes.organization
    yield heading("I. THỜI GIAN, ĐỊA ĐIỂM, THÀNH PHẦN")
    yield text("1. Thời gian: ", _duration(minutes, zone))
    yield text("2. Địa điểm: ", f"{minutes.place or '…'}.")
    yield text("3. Chủ tọa: ", f"{w.called(body, minutes.chair)}.")
    who = "; ".join(w.called(body, one) for one in minutes.secretaries) or "…"
    yield text("4. Thư ký: ", f"{who}.")
    yield text(
        f"5. Thành phần: được triệu tập {minutes.members} ủy viên; ",
        f"có mặt {len(minutes.present)}; vắng mặt {len(minutes.absent)}.",
    )
    yield from (text(f"- {_absence(minutes, one)}.") for one in minutes.absent)
    yield from (
        text(f"- {w.capital(w.called(body, one))}: đến lúc {w.clock(one.at, zone)}.")
        for one in minutes.late
    )
    yield from (
        text(f"- {w.capital(w.called(body, one))}: rời hội nghị lúc {w.clock(one.at, zone)}.")
        for one in minutes.left
    )
    if minutes.guests:
        guests = "; ".join(w.called(body, one) for one in minutes.guests)
        yield text(f"Mời dự: {guests}.")
    met = "đủ" if minutes.quorate else "không đủ"
    yield text(
        f"6. Điều kiện tiến hành: có mặt {len(minutes.present)}/{minutes.members} ủy viên, ",
        f"cần từ {minutes.quorum_need}; hội nghị ",
        bold(f"{met} điều kiện tiến hành"),
        ".",
    )


def _duration(minutes: Minutes, zone: dt.tzinfo | None) -> str:
    if not minutes.opened_at:
        return "hội nghị chưa khai mạc."
    began = f"khai mạc lúc {w.clock(minutes.opened_at, zone)}"
    day = w.date(minutes.opened_at, zone)
    if minutes.draft:
        return f"{began}, {day}."
    return f"{began}, bế mạc lúc {w.clock(minutes.closed_at, zone)}, {day}."


def _absence(minutes: Minutes, one: Absent) -> str:
    who = w.capital(w.called(minutes.organization, Somebody(one.name, one.post)))
    reason = f" ({one.reason})" if one.reason else ""
    return f"{who}: {w.ABSENCE[one.presence]}{reason}"


# --- II. the items


def _items(minutes: Minutes, zone: dt.tzinfo | None) -> Iterator[Block]:
    version = f" (bản {minutes.agenda_version})" if minutes.agenda_version else ""
    yield heading("II. NỘI DUNG VÀ KẾT QUẢ")
    yield text(f"Hội nghị làm việc theo chương trình{version} gồm {len(minutes.items)} nội dung.")
    for item in minutes.items:
        yield heading(f"Nội dung {item.number}. {item.title}")
        yield from _item(minutes, item, zone)
    if minutes.dropped.received:
        yield heading("Nội dung đã rút khỏi chương trình")
        yield from _comments(minutes, minutes.dropped)


def _item(minutes: Minutes, item: ItemMinutes, zone: dt.tzinfo | None) -> Iterator[Block]:
    who = w.address(minutes.organization)
    if item.papers:
        papers = "; ".join(_paper(paper) for paper in item.papers)
        yield text("Tài liệu: ", f"{papers}.")
    if not item.discussed:
        held = item.item.status == "hold"
        yield text("Nội dung được tạm gác." if held else "Nội dung chưa được bàn.")
        yield from _comments(minutes, item.comments)
        return
    began = w.clock(item.item.taken_up_at, zone)
    if item.item.presenter:
        yield text(f"{w.capital(who)} {item.item.presenter} trình bày (từ {began}).")
    else:
        yield text(f"Bắt đầu lúc {began}.")
    if item.speakers:
        names = list(dict.fromkeys(one.name for one in item.speakers))
        said = f"Có {len(item.speakers)} ý kiến phát biểu: {who} {', '.join(names)}."
        yield text(said)
    yield from _comments(minutes, item.comments)
    for poll in item.polls:
        yield from _poll(poll, zone)
    if item.item.consensus:
        yield text("Hội nghị ", bold("thống nhất"), ".")
    first, *more = item.item.conclusion.split("\n")
    if item.item.conclusion:
        yield text(bold("Kết luận: "), first)
    yield from (text(line) for line in more if line.strip())


def _comments(minutes: Minutes, comments: Comments) -> Iterator[Block]:
    """How many came in writing; the words of those that were taken into the minutes."""
    if not comments.received:
        return
    count = f"Thư ký nhận được {comments.received} ý kiến góp ý bằng văn bản"
    if not comments.taken:
        yield text(f"{count}.")
        return
    yield text(f"{count}; đưa vào biên bản {len(comments.taken)} ý kiến:")
    for one in comments.taken:
        first, *more = one.text.split("\n")
        yield text(f"- {_writer(minutes, one)}: {first}")
        yield from (text(line) for line in more if line.strip())


def _writer(minutes: Minutes, one: Written) -> str:
    who = w.capital(w.called(minutes.organization, Somebody(one.name, one.post)))
    facts = ["đã đăng ký, chưa được mời phát biểu"] if one.instead else []
    if one.paper:
        facts.append(f"về {one.paper}" + (f", trang {one.page}" if one.page else ""))
    return f"{who} ({'; '.join(facts)})" if facts else who


def _paper(paper: Paper) -> str:
    facts = [paper.symbol] if paper.symbol else []
    if paper.file is None:
        facts.append(f"tài liệu giấy, {paper.copies} bản")
        if paper.classification != "normal":
            facts.append(f"độ mật: {w.CLASS[paper.classification]}")
    else:
        facts.append(f"bản {paper.version}, {paper.file.pages} trang")
    return f"{paper.title} ({', '.join(facts)})"


def _poll(poll: PollMinutes, zone: dt.tzinfo | None) -> Iterator[Block]:
    form = w.capital(pw.FORMS[poll.rule.form])
    yield text(f"{form} lúc {w.clock(poll.opened_at, zone)}: “{poll.question}”")
    tally = poll.tally
    if poll.consensus:
        yield text("Hội nghị ", bold("thống nhất thông qua"), ", không đếm phiếu.")
    elif poll.state == "annulled" or tally is None:
        why = f", lý do: {poll.reason}" if poll.reason else ""
        ended = "Biểu quyết bị hủy" if poll.state == "annulled" else "Biểu quyết chưa kết thúc"
        yield text(f"{ended}{why}.")
    else:
        yield from _result(poll, tally)


def _result(poll: PollMinutes, tally: Tally) -> Iterator[Block]:
    unsent = f", không gửi phiếu {poll.unsent}" if poll.unsent else ""
    before, decided = results.verdict(poll.rule, tally)
    said = (before, bold(decided), ".") if decided else ()
    needed = f"cần {pw.rule(poll.rule, tally)}" if tally.need else pw.rule(poll.rule, tally)
    summary = results.summary(poll.rule, tally).split("; ")
    rest = f"; {summary[1]}" if len(summary) > 1 else ""
    yield text(
        f"Quy tắc: {needed}. Kết quả: {summary[0]}{unsent}, vắng mặt {poll.absent}{rest}. ",
        *said,
    )
    for sentence in results.lines(poll.rule, tally):
        yield text(f"- {sentence}.")
    for vote in poll.votes:
        if vote.opinion:
            yield text(f"- Ý kiến của {vote.name}: {vote.opinion}")
        if vote.by_hand:
            seen = f", {vote.confirmed_by} xác nhận" if vote.confirmed_by else ""
            how = "là phiếu giấy do thư ký ghi vào" if vote.on_paper else "được ghi bằng tay"
            yield text(f"- Phiếu của {vote.name} {how}{seen}.")


# --- III. the end


def _end(minutes: Minutes, zone: dt.tzinfo | None) -> Iterator[Block]:
    yield heading("III. KẾT THÚC")
    if not minutes.draft:
        yield text(f"Hội nghị bế mạc lúc {w.clock(minutes.closed_at, zone)} cùng ngày.")
    if minutes.head:
        yield text(
            f"Biên bản được lập từ nhật ký phiên họp gồm {minutes.entries} mục; mã kiểm tra: ",
            bold(minutes.head),
            ".",
            keep=True,
        )
    if minutes.qr:
        yield qr_figure(minutes.qr)
    names = [minutes.secretaries[0].name if minutes.secretaries else "", minutes.chair.name]
    titles = ("THƯ KÝ", "CHỦ TỌA")
    signed = tuple(
        (line(title, "bold"), line(name or " ", "bold", before=64.0))
        for title, name in zip(titles, names, strict=True)
    )
    yield Columns(signed, (1, 1), before=14.0)


def _names(minutes: Minutes) -> Iterator[Block]:
    """Who answered what, poll by poll."""
    polls = [(item, poll) for item in minutes.items for poll in item.polls if poll.votes]
    if not polls:
        return
    yield Break()
    yield line("PHỤ LỤC", "bold", after=2.0)
    yield line("Danh sách biểu quyết công khai", "bold", after=8.0)
    for item, poll in polls:
        yield heading(f"Nội dung {item.number}: {poll.question}")
        rows = [
            tuple(_cell(text, head=True) for text in ("TT", "Họ và tên", "Biểu quyết", "Ghi chú"))
        ]
        for number, vote in enumerate(poll.votes, 1):
            texts = (str(number), vote.name, pw.ballot(poll.rule, vote), pw.way_of(vote))
            rows.append(tuple(_cell(text) for text in texts))
        yield Table((8, 44, 28, 20), tuple(rows))


def _cell(text: str, *, head: bool = False) -> Para:
    return line(text, "bold" if head else "regular", "center" if head else "left", size=12.0)
