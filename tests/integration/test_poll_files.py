"""The records of polls as files: what was decided is what an office prints, edits and reckons."""

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Mapping
from itertools import pairwise

import docx
import pymupdf
import pytest
from docx.oxml.ns import qn
from msgspec.structs import replace as change

from server.core.decide import decide
from server.core.roles import Actor
from server.journal.port import Sealed, seal
from server.protocol import commands as c
from server.protocol.counts import PaperCount
from server.protocol.events import Record
from server.protocol.refusals import Code, Refusal
from server.protocol.rules import Candidate, Form, Rule, Threshold
from server.record import docx as word
from server.record import pdf, poll_export
from server.record import poll_wording as wording
from server.record.ballot_sheets import Ballots, print_ballots
from server.record.poll_files import blocks, poll_files, slug
from server.record.poll_record import PollRecord, build
from server.record.typeset import Para, Run
from tests.story import BODY, CHAIR, MEMBERS, PRESENT, SECRETARY, Story, counts

HANOI = dt.timezone(dt.timedelta(hours=7))
PEOPLE = (
    Candidate("a", "Nguyễn Thị Phương Thảo", "Giám đốc Sở Nội vụ"),
    Candidate("b", "Trần Quốc Đạt", "Giám đốc Sở Tài chính"),
)
HEAD = "AB12 CD34 EF56 7890 AB12 CD34"


def asked(rule: Rule, question: str = "Bầu bổ sung 02 Ủy viên Ban Thường vụ") -> Story:
    story = Story().open()
    story.do(c.PreparePoll("q", "i2", question, rule))
    story.do(c.OpenPoll("q"))
    return story


def ended(story: Story) -> PollRecord:
    story.do(c.ClosePoll("q"))
    return published(story)


def published(story: Story) -> PollRecord:
    story.do(c.PublishPoll("q"))
    return record_of(story)


def record_of(story: Story) -> PollRecord:
    (record,) = build((entry for entry, _, _ in story.log), HEAD)
    return record


def on_paper() -> PollRecord:
    """A by-election with two counts that at first differ: 12 and 7 of 15."""
    rule = Rule(form="election", way="paper", base="summoned_adjusted", candidates=PEOPLE, places=2)
    story = asked(rule)
    story.do(c.ClosePoll("q"))
    story.do(c.OpenPaperCount("q", 15, 13, 1, 2, ("p04", "p05")))
    for teller, second in (("p04", 7), ("p05", 8), ("p05", 7)):
        rows = {
            "a": {"for": 12, "against": 0, "not_counted": 0},
            "b": {"for": second, "against": 12 - second, "not_counted": 0},
        }
        count = PaperCount(13, 12, 1, {"đánh số thứ tự": 1}, rows=rows)
        story.do(c.EnterPaperCount("q", count), teller)
    story.do(c.ReleasePaperCount("q"))
    return published(story)


def answered(form: Form, choices: Mapping[str, str], **more: object) -> PollRecord:
    story = asked(change(Rule(form=form), **more), f"Câu hỏi về {form}")
    for person, choice in choices.items():
        story.do(c.CastBallot("q", f"b-{person}", choice), person)
    return ended(story)


def per_person(form: Form, answers: list[dict[str, str]], **more: object) -> PollRecord:
    story = asked(change(Rule(form=form, candidates=PEOPLE), **more))
    for person, answer in zip(PRESENT, answers, strict=False):
        story.do(c.CastBallot("q", f"b-{person}", "", answers=answer), person)
    return ended(story)


def surplus() -> PollRecord:
    story = asked(Rule(form="election_surplus", candidates=PEOPLE, places=1, base="summoned"))
    for person in PRESENT:
        story.do(c.CastBallot("q", f"b-{person}", "", names=("a",)), person)
    return ended(story)


def agreed() -> PollRecord:
    story = Story().open()
    story.do(c.PreparePoll("q", "i2", "Chương trình hội nghị", Rule(form="consensus")))
    story.do(c.RecordConsensus("q"))
    return record_of(story)


def annulled() -> PollRecord:
    story = asked(Rule(), "Thông qua Nghị quyết")
    story.do(c.AnnulPoll("q", "Nêu nhầm dự thảo"))
    return record_of(story)


SURVEY = [{"a": "high", "b": "low"}] * 9 + [{"a": "medium", "b": "low"}] * 3
MEASURES = ["expel"] * 9 + ["dismiss"] * 2 + ["warn"] * 2
CASES: dict[str, tuple[Callable[[], PollRecord], tuple[str, ...]]] = {
    "open": (
        lambda: answered("open", counts(11, 0, 2)),
        ("BIÊN BẢN biểu quyết", "1. Số phiếu: tán thành 11, không tán thành 0, ý kiến khác 2.",
         "73,33% tổng số 15 ủy viên (84,62% số có mặt)", "Hội nghị thông qua.",
         "quá 1/2 tổng số 15 ủy viên, tức từ 8 phiếu", "Danh sách biểu quyết",
         "vắng có lý do (Đi học)"),
    ),
    "paper": (
        on_paper,
        ("BAN KIỂM PHIẾU", "BIÊN BẢN kiểm phiếu bầu cử", "Phiếu in ra 15", "Phiếu phát ra 13",
         "Phiếu hỏng đã đổi 1", "Phiếu không sử dụng 1", "Phiếu không hợp lệ 1 đánh số thứ tự: 1",
         "Kết luận: Trúng cử: Nguyễn Thị Phương Thảo.",
         "Trần Quốc Đạt: 7 phiếu, 46,67%", "không trúng cử, chưa đủ số phiếu cần thiết",
         "Còn thiếu 1; hội nghị quyết định", "so sánh: lệch 2 dòng", "nhập lại", "so sánh: khớp",
         "KHIẾU NẠI, NIÊM PHONG, BÀN GIAO", "TRƯỞNG BAN"),
    ),
    "surplus": (
        surplus,
        ("bầu cử có số dư", "13 phiếu, 86,67% tổng số 15 người được triệu tập", "trúng cử"),
    ),
    "survey": (
        lambda: per_person("confidence_survey", SURVEY, base="valid", decides="none",
                           flags=(Threshold(), Threshold(2, 3, strict=False))),
        ("9 (75,00%; 60,00%)", "Tín nhiệm thấp", "Trần Quốc Đạt: từ 2/3 phiếu tín nhiệm thấp",
         "không quyết định đạt hay không đạt"),
    ),
    "confidence": (
        lambda: per_person("confidence", [{"a": "for", "b": "against"}] * 10),
        ("Được tín nhiệm: Nguyễn Thị Phương Thảo.", "Không được tín nhiệm"),
    ),
    "discipline": (
        lambda: answered("discipline", dict(zip(PRESENT, MEASURES, strict=True))),
        ("khai trừ từ 10 phiếu, cách chức từ 8 phiếu", "Khai trừ 9 9 10 Không đạt",
         "Cách chức 2 11 8 Đạt", "Hội nghị quyết định hình thức cách chức."),
    ),
    "written": (
        lambda: answered("written", counts(9, 0, 1)),
        ("tổng hợp phiếu lấy ý kiến bằng văn bản", "5 ủy viên chưa trả lời"),
    ),
    "council": (
        lambda: answered("council", dict.fromkeys(PRESENT, "abstain")),
        ("không biểu quyết 13", "Hội nghị không thông qua."),
    ),
    "consensus": (agreed, ("thống nhất thông qua, không đếm phiếu",)),
    "annulled": (annulled, ("Biểu quyết bị hủy, lý do: Nêu nhầm dự thảo",)),
}  # fmt: skip


def words_of_pdf(data: bytes) -> str:
    """The words of all pages; each page but the first ends with its number."""
    with pymupdf.open(stream=data) as document:
        pages = [page.get_text().split() for page in document]
    numbered = [*pages[:1], *(page[:-1] for page in pages[1:])]
    return " ".join(word for page in numbered for word in page)


def words_of_docx(data: bytes) -> str:
    body = docx.Document(io.BytesIO(data)).element.body
    paras = body.iter(f"{{{body.nsmap['w']}}}p")
    texts = ("".join(t.text or "" for t in p.iter(f"{{{body.nsmap['w']}}}t")) for p in paras)
    return " ".join(" ".join(texts).split())


@pytest.mark.parametrize("name", CASES)
def test_a_record_says_the_same_in_every_file(name: str) -> None:
    make, sentences = CASES[name]
    record = make()
    files = poll_files(record, HANOI)
    printed, edited = words_of_pdf(files["pdf"]), words_of_docx(files["docx"])
    for sentence in sentences:
        assert sentence in printed
        assert sentence in edited
    for text in (printed, edited):
        assert "ĐẢNG CỘNG SẢN VIỆT NAM" in text
        assert HEAD in text
        assert "X, ngày 18 tháng 9 năm 2025" in text
        assert "CHỦ TỌA" in text
    assert files["csv"].startswith(b"\xef\xbb\xbf")
    told = json.loads(files["json"])
    assert told["question"] == record.poll.question
    assert told["present"] == record.present


def test_the_table_opens_in_excel_and_the_numbers_are_the_results() -> None:
    record = on_paper()
    files = poll_files(record, HANOI)
    rows = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig")), delimiter=";"))
    assert ["1", "Nguyễn Thị Phương Thảo", "12", "0", "0", "80,00%", "Trúng cử"] in rows
    assert ["2", "Trần Quốc Đạt", "7", "5", "0", "46,67%", "Không trúng cử"] in rows
    told = json.loads(files["json"])["tally"]
    assert (told["issued"], told["returned"], told["valid"], told["invalid"]) == (13, 13, 12, 1)
    assert [row.get("elected", False) for row in told["rows"]] == [True, False]


def test_a_question_that_looks_like_a_formula_stays_a_text() -> None:
    record = answered("open", {})
    story = asked(Rule(), "=1+1")
    story.do(c.ClosePoll("q"))
    files = poll_files(published(story), HANOI)
    assert "'=1+1" in files["csv"].decode("utf-8-sig")
    assert record.tally is not None


def test_a_draft_says_that_it_is_one() -> None:
    story = asked(Rule(), "Thông qua")
    record = record_of(story)
    text = words_of_pdf(poll_files(record, HANOI)["pdf"])
    assert "BẢN NHÁP, kết quả chưa công bố" in text
    assert "Biểu quyết chưa kết thúc." in text
    assert json.loads(poll_files(record, HANOI)["json"])["tally"] is None


def test_equal_records_give_equal_word_files() -> None:
    made = [poll_files(on_paper(), HANOI)["docx"] for _ in range(2)]
    assert words_of_docx(made[0]) == words_of_docx(made[1])
    parts = docx.Document(io.BytesIO(made[0])).part.package.iter_parts()
    assert any(part.content_type == "image/png" for part in parts), "the chart is in it"


def test_a_word_that_is_lost_in_a_word_file_is_an_error() -> None:
    para = Para((Run("một hai"),))
    with pytest.raises(pdf.TextLostError, match="word 3"):
        word.check(word.write([para]), [para, para])


def test_of_a_secret_poll_no_record_names_who_chose_what() -> None:
    record = on_paper()
    assert record.votes == ()
    text = words_of_pdf(poll_files(record, HANOI)["pdf"])
    assert not any(member in text for member in ("Bùi Anh Tuấn", "Nông Thị Bích"))


def sealed(story: Story) -> list[Sealed]:
    return [
        seal(Record(n, entry.at, entry.event, entry.by), n.to_bytes(16))
        for n, (entry, _, _) in enumerate(story.log, 1)
    ]


def test_ballots_are_numbered_for_the_register_and_name_nobody() -> None:
    rule = Rule(form="election", way="paper", base="summoned", candidates=PEOPLE, places=2)
    data = print_ballots(Ballots(BODY, "Hội nghị lần thứ 27", "Bầu bổ sung", rule, 5))
    with pymupdf.open(stream=data) as document:
        texts = [" ".join(page.get_text().split()) for page in document]
        squares = [len(page.get_drawings()) for page in document]
    assert len(texts) == 4, "two on a page, and the register"
    assert [text.count("Cuống phiếu số") for text in texts] == [2, 2, 1, 0]
    assert "Cuống phiếu số 004/005" in texts[1]
    assert texts[0].index("Trần Quốc Đạt") < texts[0].index("Nguyễn Thị Phương Thảo"), "Đ before T"
    assert squares[0] > 8, "a square to mark in each cell, and a place for the seal"
    assert "Đóng dấu" in texts[0]
    assert "001 đến 005" in texts[3]
    assert "không ghi phiếu nào của ai" in texts[3]


def test_many_names_take_a_page_each() -> None:
    many = tuple(Candidate(f"c{n}", f"Nguyễn Văn {chr(65 + n % 26)}{n}") for n in range(60))
    rule = Rule(form="election_surplus", way="paper", candidates=many, places=53)
    data = print_ballots(Ballots(BODY, "Hội nghị", "Bầu Ban Chấp hành", rule, 2))
    with pymupdf.open(stream=data) as document:
        assert document.page_count == 3
        text = " ".join(document[0].get_text().split())
    assert "không quá 53 người" in text
    assert all(one.name in text for one in many)


def test_the_desk_is_told_when_there_is_nothing_to_print() -> None:
    story = Story().open()
    assert poll_export.zipped(sealed(story)) == Refusal(Code.POLL_UNKNOWN)
    assert poll_export.ballots(sealed(story), "none", 3) == Refusal(
        Code.POLL_UNKNOWN, {"poll": "none"}
    )
    story.do(c.PreparePoll("q", "i2", "Thông qua", Rule(way="paper", form="secret")))
    made = poll_export.ballots(sealed(story), "q", 3)
    assert isinstance(made, bytes)


def test_the_pages_of_a_record_keep_what_belongs_together() -> None:
    made = blocks(on_paper(), HANOI)
    pages = pdf.set_pages(made)
    for page, following in pairwise(pages):
        assert page.words(), "no empty page"
        assert following.words()
    assert len(pages) <= 4


@pytest.mark.parametrize(
    ("words", "name"),
    [("Bầu bổ sung Ủy viên", "bau-bo-sung-uy-vien"), ("???", "bieu-quyet"), ("Đ" * 90, "d" * 48)],
)
def test_files_are_named_after_the_question(words: str, name: str) -> None:
    assert slug(words) == name


@pytest.mark.parametrize("form", ["election", "confidence_survey"])
def test_a_paper_ballot_of_one_person_is_marked_in_the_record(form: Form) -> None:
    rule = Rule(form=form, candidates=PEOPLE, places=2 if form == "election" else 0)
    story = asked(rule)
    answers = {"a": "for", "b": "against"} if form == "election" else {"a": "high", "b": "low"}
    story.do(c.NameActingChair(PRESENT[0]))
    story.do(c.CastBallot("q", "b1", "", answers=answers), PRESENT[1])
    written = c.RecordBallot("q", "b2", PRESENT[2], "", answers=answers, on_paper=True)
    story.do(written)
    record = ended(story)
    marked = {vote.name: vote.on_paper for vote in record.votes}
    assert list(marked.values()) == [False, True]
    said = words_of_docx(poll_files(record, HANOI)["docx"])
    name = story.state.roll[PRESENT[2]].name
    assert f"phiếu giấy do thư ký ghi vào: {name}" in said
    (told,) = [one for one in record.votes if one.on_paper]
    first = "Đồng ý" if form == "election" else "Tín nhiệm cao"
    assert wording.ballot(rule, told).startswith(f"{first}: Nguyễn Thị Phương Thảo; ")
    assert wording.way_of(told) == "phiếu giấy, thư ký ghi"


def test_a_ballot_with_names_is_told_in_words() -> None:
    rule = Rule(form="nomination", candidates=PEOPLE, places=1, write_ins=True)
    story = asked(rule, "Giới thiệu nhân sự")
    story.do(c.NameActingChair(PRESENT[0]))
    says = c.RecordBallot("q", "b1", PRESENT[1], "", names=("a",), write_ins=("Lê Văn Mới",))
    story.do(change(says, invalid=True, on_paper=True))
    story.do(c.RecordBallot("q", "b2", PRESENT[2], ""))
    record = ended(story)
    assert [(wording.ballot(rule, vote), wording.way_of(vote)) for vote in record.votes] == [
        ("Nguyễn Thị Phương Thảo, Lê Văn Mới (phiếu không hợp lệ)", "phiếu giấy, thư ký ghi"),
        ("phiếu trắng", "ghi bằng tay"),
    ]


# ---- opinions in writing, and what LibreOffice showed of the editable files ----------------------


def in_writing(*, late: bool = False) -> PollRecord:
    """Fifteen are asked for three days; fourteen answer; the time limit closes it."""
    story = Story().open()
    due = story.now + 3 * 86_400_000
    rule = Rule(form="written", deadline=due, quorum_blocks=False)
    story.do(c.PreparePoll("q", "i2", "Xin ý kiến về Tờ trình số 48-TTr/VPTU", rule))
    story.do(c.ExcusePerson("q", MEMBERS[13], "interest", "Người nhà là bên liên quan"))
    story.do(c.OpenPoll("q"))
    for person in MEMBERS[:12]:
        story.do(c.CastBallot("q", f"b-{person}", "for"), person)
    story.do(c.CastBallot("q", "b-other", "other", "Đồng ý về nguyên tắc."), MEMBERS[12])
    story.now = due + (1 if late else -3_600_000)
    command: c.Command = c.EndPoll("q") if late else c.ClosePoll("q")
    events = decide(story.state, command, Actor(SECRETARY, clock=True, secretary=True), story.now)
    assert isinstance(events, tuple)
    story.happen(events, SECRETARY)
    return published(story)


@pytest.mark.parametrize("late", [False, True])
def test_opinions_in_writing_say_who_was_asked_until_when_and_who_is_silent(late: bool) -> None:
    told = words_of(in_writing(late=late))
    assert "2. Thời hạn trả lời: đến 08 giờ 22, ngày 21 tháng 9 năm 2025." in told
    assert "4. Được xin ý kiến: 14 ủy viên; đã trả lời 13; chưa trả lời 1." in told
    assert "Người nhà là bên liên quan" in told
    assert "Còn 1 ủy viên chưa trả lời: Mai Đình Phúc." in told
    assert "Nội dung xin ý kiến được thông qua." in told
    assert "Mai Đình Phúc Chưa trả lời" in told
    for wrong in ("có mặt", "vắng mặt", "cùng ngày", "Địa điểm", "Hội nghị thông qua"):
        assert wrong not in told, wrong
    assert ("hết thời hạn, máy chủ tự đóng" in told) == late


def words_of(record: PollRecord) -> str:
    """All words of the document, in order."""
    document = docx.Document(io.BytesIO(poll_files(record, HANOI)["docx"]))
    body = document.element.body
    paras = ("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:p")))
    return " ".join(" ".join(paras).split())


def test_without_a_due_date_opinions_in_writing_say_so() -> None:
    record = answered("written", dict.fromkeys(PRESENT, "for"), quorum_blocks=False)
    assert "2. Thời hạn trả lời: không đặt trước." in words_of(record)


def test_agreement_without_a_count_knows_who_was_there() -> None:
    story = Story().open()
    story.do(c.PreparePoll("q", "i2", "Thống nhất?", Rule(form="consensus", decides="none")))
    story.do(c.RecordConsensus("q"))
    assert "được triệu tập 15; có mặt 13 khi bắt đầu; vắng mặt 2:" in words_of(record_of(story))


def test_the_lot_is_in_the_record_with_its_words() -> None:
    rule = Rule(
        form="election_surplus", base="present", threshold=Threshold(1, 4, strict=False),
        candidates=PEOPLE, places=1, tie="lot",
    )  # fmt: skip
    story = asked(rule, "Bầu Chủ nhiệm")
    for n, person in enumerate(PRESENT[:12]):
        story.do(c.CastBallot("q", f"b{n}", "", names=("ab"[n % 2],)), person)
    story.do(c.ClosePoll("q"))
    assert "Bốc thăm" in words_of(record_of(story)), "what is still to be done"
    story.do(c.SettleTie("q", ("b",), "Hai người tự bốc trước hội nghị"), CHAIR)
    told = words_of(published(story))
    assert "Trúng cử: Trần Quốc Đạt." in told
    assert "Trúng cử (bốc thăm)" in told
    assert "kết quả bốc thăm: Trần Quốc Đạt. Chủ tọa Nguyễn Văn Thành ghi" in told
    assert "“Hai người tự bốc trước hội nghị”" in told
    assert "bốc thăm: không trúng cử" in told


def test_a_heading_goes_with_all_that_is_kept_after_it() -> None:
    pages = pymupdf.open(stream=poll_files(survey_of(3), HANOI)["pdf"])
    texts = [page.get_text() for page in pages]
    place = next(n for n, text in enumerate(texts) if "III. KẾT QUẢ KIỂM PHIẾU" in text)
    assert "Phiếu thu về" in texts[place], "the table that the heading is of"


def survey_of(number: int) -> PollRecord:
    people = tuple(Candidate(f"c{n}", f"Ủy viên {n}") for n in range(number))
    story = asked(Rule(form="confidence_survey", base="valid", candidates=people), "Lấy phiếu")
    for person in PRESENT:
        answers = dict.fromkeys((one.id for one in people), "high")
        story.do(c.CastBallot("q", f"b-{person}", "", answers=answers), person)
    return ended(story)


def test_editable_tables_have_the_room_of_the_printed_ones() -> None:
    document = docx.Document(io.BytesIO(poll_files(on_paper(), HANOI)["docx"]))
    ruled = [one for one in document.tables if one._tbl.tblPr.find(qn("w:tblBorders")) is not None]
    assert ruled
    for one in ruled:
        room = one._tbl.tblPr.find(qn("w:tblCellMar"))
        assert room is not None, "words stand apart from the rules"
    whole = next(one for one in ruled if one.rows[0].cells[1].text == "Số phiếu")
    kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in whole.rows]
    assert kept == [True] * (len(kept) - 1) + [False], "it is never broken over two pages"
    body = list(document.element.body)
    for table in document.tables:
        after = body[body.index(table._tbl) + 1]
        assert after.tag == qn("w:p"), "what follows does not touch it"


def test_a_question_of_a_sitting_says_which_it_was() -> None:
    story = Story().open()
    for poll, rule in (("q1", Rule()), ("q2", Rule(form="election", candidates=PEOPLE, places=2))):
        story.do(c.PreparePoll(poll, "i2", f"Câu {poll}?", rule))
    story.do(c.ArrangeSeries("s", ("q1", "q2")))
    story.do(c.OpenSeries("s"))
    story.cast("q1", counts(9, 0, 2))
    story.do(c.CloseSeries("s"))
    story.do(c.PublishSeries("s"))
    first, second = build((entry for entry, _, _ in story.log), HEAD)
    assert "(câu 1/2 của đợt): “Câu q1?”" in words_of_docx(poll_files(first, HANOI)["docx"])
    assert "Nội dung (câu 2/2 của đợt)" in words_of_docx(poll_files(second, HANOI)["docx"])
