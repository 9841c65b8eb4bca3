"""What the desk shows, and which drafts each wish makes, by the story as the rules play it."""

from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import replace as with_fields

from client.selectors.desk import desk_bar, meetings, readers, receipts
from client.selectors.desk_agenda import agenda, item_view
from client.selectors.desk_drafts import Drafting, effective, item_of
from client.selectors.desk_live import actions, help_calls, presences, sent_papers
from client.selectors.desk_papers import paper_card
from client.selectors.desk_pending import acknowledged, pending
from client.state import AppState, Place, Upload
from server.protocol import commands as c
from server.protocol import office as o
from server.protocol.refusals import Code, Refusal
from tests.story import BODY, DISPLAY, PRESENT, ROOM, SECRETARY, Story, app_state, pdf


def seen(story: Story, *changes: c.Change) -> AppState:
    """The secretary's desk, with these drafts waiting."""
    state = app_state(story, SECRETARY, kind="desk", place=Place("desk", ROOM))
    drafts = tuple(c.Draft(f"d{n}", change) for n, change in enumerate(changes))
    return replace(state, rooms={ROOM: replace(state.rooms[ROOM], drafts=drafts)})


def nowhere() -> AppState:
    return replace(seen(Story()), rooms={}, place=Place("desk"))


class Office:
    """Keeps drafts in the server's order."""

    def __init__(self, story: Story, *changes: c.Change) -> None:
        self.story = story
        self.kept = {f"d{n}": change for n, change in enumerate(changes)}

    def drafting(self) -> Drafting:
        drafts = tuple(c.Draft(name, change) for name, change in self.kept.items())
        return Drafting(ROOM, self.story.state, drafts)

    def do(self, wish: str, *args: Any, **values: Any) -> list[c.Change]:
        for question in getattr(self.drafting(), wish)(*args, **values):
            if isinstance(question, o.PutDraft):
                self.kept[question.draft] = question.change
            else:
                assert isinstance(question, o.DropDraft)
                del self.kept[question.draft]
        return list(self.kept.values())

    def order(self) -> list[str]:
        drafting = self.drafting()
        return [one.id for one in effective(drafting.published, drafting.drafts).items]


# ---- drafts --------------------------------------------------------------------------------------


def test_drafts_land_where_publication_puts_them() -> None:
    changes: tuple[c.Change, ...] = (
        c.AddItem("i9", 2, "Mới", "Mới", 5, guests=("gd",)),
        c.MoveItem("i6", 0),
        c.EditItem("i3", minutes=50, guests=("gd",)),
        c.PostponeItem("i1"),
        c.DropItem("i0"),
        c.FilePaper("i9", "p9", "Tờ trình", file=pdf("p9")),
        c.ReplacePaper("i3-5", pdf("i35", 2)),
        c.WithdrawPaper("i3-6"),
    )
    story = Story()
    future = effective(story.state, tuple(c.Draft(f"d{n}", x) for n, x in enumerate(changes)))
    story.publish(*changes)
    assert [(x.id, x.number, x.minutes, x.status, replaced(x.papers)) for x in future.items] == [
        (x.id, x.number, x.minutes, x.status, replaced(x.papers)) for x in story.state.items
    ]
    assert future.roll == story.state.roll


def replaced(papers: Any) -> Any:
    return tuple(with_fields(one, replaced_at=0) for one in papers)


def test_a_draft_that_fits_nowhere_changes_nothing() -> None:
    story = Story()
    drafts = (
        c.Draft("a", c.EditItem("nothing", minutes=3)),
        c.Draft("b", c.MoveItem("nothing", 1)),
        c.Draft("c", c.AddItem("i0", 0, "Lại", "Lại")),
        c.Draft("d", c.ReplacePaper("nothing", pdf("x"))),
    )
    assert effective(story.state, drafts) == story.state
    assert item_of(story.state, c.WithdrawPaper("nothing")) == ""


def test_edits_of_an_item_are_one_draft_until_nothing_is_left_of_them() -> None:
    office = Office(Story())
    office.do("edit", "i3", minutes=40)
    assert office.do("edit", "i3", presenter="An") == [c.EditItem("i3", minutes=40, presenter="An")]
    office.do("edit", "i3", minutes=35)
    assert office.do("edit", "i3", presenter="") == []
    assert office.do("edit", "nothing", minutes=3) == []


def test_edits_of_a_new_item_go_into_it() -> None:
    office = Office(Story())
    office.do("add", c.AddItem("i9", 6, "Mới", "Mới"))
    assert office.do("edit", "i9", minutes=5) == [c.AddItem("i9", 6, "Mới", "Mới", 5)]


def test_a_moved_item_lands_exactly_there_and_home_again() -> None:
    office = Office(Story())
    office.do("move", "i3", -1, "x")
    office.do("move", "i4", -1, "y")
    office.do("move", "i3", -1, "z")
    assert office.order() == ["i0", "i3", "i1", "i4", "i2", "i6"]
    office.do("place", "i3", 4, "v")
    office.do("place", "i4", 4, "w")
    assert office.order() == ["i0", "i1", "i2", "i3", "i4", "i6"]
    assert office.kept == {}
    assert office.do("move", "i0", -1, "u") == []
    assert office.do("move", "nothing", 1, "t") == []


def test_any_order_is_reached_by_few_moves() -> None:
    office = Office(Story())
    wanted = ["i6", "i4", "i0", "i2", "i1", "i3"]
    for place, item in enumerate(wanted):
        office.do("place", item, place, f"n{place}")
    assert office.order() == wanted
    assert len(office.kept) <= 3
    for place, item in enumerate(("i0", "i1", "i2", "i3", "i4", "i6")):
        office.do("place", item, place, f"b{place}")
    assert office.kept == {}


def test_setting_aside_and_taking_off() -> None:
    office = Office(Story())
    office.do("edit", "i3", minutes=40)
    assert office.do("hold", "i3", hold=True)[-1] == c.PostponeItem("i3")
    assert office.do("leave", "i3") == [c.DropItem("i3")]
    office = Office(Story())
    office.do("add", c.AddItem("i9", 6, "Mới", "Mới"))
    office.do("file", c.FilePaper("i9", "p9", "Tờ trình", file=pdf("p9")))
    office.do("renew", "p9", pdf("p9", 2))
    assert office.kept["file-p9"] == c.FilePaper("i9", "p9", "Tờ trình", file=pdf("p9", 2))
    assert office.do("leave", "i9") == []
    assert office.do("leave", "nothing") == []


def test_papers_are_renewed_and_withdrawn() -> None:
    office = Office(Story())
    office.do("renew", "i3-5", pdf("i35", 2))
    assert office.do("withdraw", "i3-5") == [c.WithdrawPaper("i3-5")]
    office.do("file", c.FilePaper("i3", "p9", "Mới", file=pdf("p9")))
    assert office.do("withdraw", "p9") == [c.WithdrawPaper("i3-5")]
    assert office.do("forget", "withdraw-i3-5") == []
    assert office.do("forget", "nothing") == []


# ---- the pages -----------------------------------------------------------------------------------


def test_the_bar_names_the_session_and_counts_tablets() -> None:
    story = Story().open()
    bar = desk_bar(seen(story))
    assert (bar.title, bar.subtitle) == (
        "Ban Thường vụ Tỉnh ủy", "Hội nghị lần thứ 27 · 18/09/2025",
    )  # fmt: skip
    assert (bar.phase, bar.phase_kind, bar.online) == ("Đang họp", "solid", "13/13 máy")
    assert bar.initials == "TT"
    state = seen(story)
    short = with_fields(BODY, short_name="Ban Thường vụ")
    room = state.rooms[ROOM]
    known = with_fields(room.state, organization=short, ordinal="lần thứ 27")
    bar = desk_bar(replace(state, rooms={ROOM: replace(room, state=known)}))
    assert (bar.title, bar.subtitle) == (
        "Ban Thường vụ · lần thứ 27", "18/09/2025 · Phòng họp A",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "kind", "text"),
    [
        ("connected", "ok", "Đã kết nối"),
        ("reconnecting", "again", "Đang kết nối lại"),
        ("refused", "lost", "Mất kết nối"),
    ],
)
def test_without_a_meeting_the_bar_says_how_the_line_is(line: Any, kind: str, text: str) -> None:
    bar = desk_bar(replace(nowhere(), line=line))
    assert (bar.line, bar.online, bar.title) == (kind, text, "Phiên họp")


def test_only_own_meetings_are_offered_live_ones_first() -> None:
    card = seen(Story()).meetings[0]
    cards = (
        with_fields(card, room="c", phase="closed", role="secretary"),
        with_fields(card, room="p", phase="prepared", role="secretary"),
        with_fields(card, room="o", phase="open", role="chair"),
        with_fields(card, room="m", phase="open", role="member"),
    )
    found = meetings(replace(nowhere(), meetings=cards))
    assert [one.room for one in found] == ["o", "p", "c"]
    assert found[0].live


def test_who_is_to_receive_a_paper() -> None:
    story = Story().open()
    story.publish(c.EditItem("i3", guests=("gd",)))
    room = seen(story).rooms[ROOM]
    found = room.state.paper("i3-5")
    assert found
    assert len(readers(room)) == 13
    online = (*room.online, with_fields(room.online[0], person="gd"))
    room = replace(room, online=online)
    assert "gd" in readers(room, "i3", found[1])
    assert "gd" not in readers(room, "i3", with_fields(found[1], audience="members"))
    assert "gd" not in readers(room, "i2")
    assert DISPLAY not in readers(room)
    assert len(readers(seen(Story()).rooms[ROOM])) == 15
    assert receipts(room, "i3", found[1]) == (0, 0, 14)


def test_the_list_of_items() -> None:
    story = Story().open()
    view = agenda(seen(story, c.EditItem("i5", minutes=20), c.PostponeItem("i3")), "")
    assert view
    assert view.version == f"Bản 2 đã phát hành {view.version[-5:]}"
    assert (view.selected, view.can_up, view.can_hold, view.held) == ("i2", True, True, False)
    assert [one.status for one in view.rows] == [
        "done", "done", "now", "pending", "paper", "pending", "wait",
    ]  # fmt: skip
    assert view.rows[2].minutes == "22/40 phút"
    held = agenda(seen(story, c.PostponeItem("i3")), "i3")
    assert held
    assert held.held
    assert agenda(nowhere(), "") is None


def test_an_agenda_that_nobody_has_published() -> None:
    state = seen(Story())
    room = state.rooms[ROOM]
    empty = with_fields(room.state, items=(), agenda_version=0, current="")
    bare = replace(state, rooms={ROOM: replace(room, state=empty)})
    view = agenda(bare, "i3")
    assert view
    assert (view.version, view.rows, view.selected, view.can_up, view.can_down) == (
        "Chưa phát hành bản nào", (), "", False, False,
    )  # fmt: skip
    assert item_view(bare, "") is None
    assert paper_card(bare, "").rows == ()
    assert item_view(nowhere(), "") is None
    assert paper_card(nowhere(), "").rows == ()


def test_the_fields_of_an_item() -> None:
    view = item_view(seen(Story().open(), c.EditItem("i3", guests=("gd",))), "i3")
    assert view
    assert (view.number, view.title, view.form_text, view.audience) == (
        "Nội dung 3", "Chủ trương đầu tư khu Y", "Biểu quyết công khai",
        "15 ủy viên + 1 mời dự",
    )  # fmt: skip
    assert [(one.person, one.on) for one in view.guests] == [("gd", True)]
    assert view.droppable
    asked = item_view(seen(Story().open().ask()), "i2")
    assert asked
    assert not asked.droppable


def test_papers_and_files_on_their_way() -> None:
    story = Story().open()
    found = story.state.paper("i3-5")
    assert found
    assert found[1].file
    for person in PRESENT[:12]:
        story.do(c.AcknowledgePaper(found[1].file.view_sha256), person)
    state = seen(
        story,
        c.ReplacePaper("i3-5", pdf("i35", 2)),
        c.FilePaper("i3", "g", "Danh sách", classification="secret", copies=15),
    )
    uploads = {
        "a": Upload("a.pdf", 1_000_000, 500_000),
        "b": Upload("b.pdf", 10, 10, checking=True),
        "c": Upload("c.pdf", refusal=Refusal(Code.PAPER_NOT_PDF)),
    }
    card = paper_card(replace(state, uploads=uploads), "i3")
    assert card.title == "Tài liệu (3)"
    first, plan, only = card.rows
    assert (first.version, first.pending, first.got, first.share) == (
        "Bản 2, chưa phát hành", True, "Bản 1: đã tải 12/13", 12 / 13,
    )  # fmt: skip
    assert (plan.icon, plan.version, plan.got) == ("map-2", "bản 1", "Đã tải 0/13")
    assert (only.icon, only.placeholder, only.line, only.share) == (
        "file-off", True, "15 bản · Tối mật · Cả nội dung", -1.0,
    )  # fmt: skip
    assert [one.line for one in card.uploads[:2]] == ["Đang gửi 50% · 1,0 MB", "Đang kiểm tra tệp…"]
    assert card.uploads[2].refused
    assert paper_card(seen(story), "i4").rows[0].version == "Tài liệu giấy"


def test_every_change_is_told_in_words() -> None:
    view = pending(
        seen(
            Story().open(),
            c.AddItem("i9", 7, "Nội dung mới", "Mới", 15, form="consensus"),
            c.EditItem("i5", minutes=20),
            c.EditItem("i3", presenter="Cao Văn Quý"),
            c.EditItem("i2", title="Tên khác", form="none", guests=("gd",)),
            c.EditItem("i4", guests=("gd",)),
            c.MoveItem("i6", 3),
            c.PostponeItem("i4"),
            c.FilePaper("i3", "p9", "Báo cáo", symbol="1-BC", file=pdf("p9", 1, 3)),
            c.FilePaper("i3", "g", "Danh sách", classification="confidential", copies=15),
            c.ReplacePaper("i3-5", pdf("i35", 2)),
            c.WithdrawPaper("i3-6"),
            c.WithdrawPaper("i3-6"),
            c.ReplacePaper("i3-6", pdf("i36", 2)),
            c.DropItem("i5"),
            c.EditItem("i5", minutes=3),
        )
    )
    told = [(row.title, row.line) for row in view.rows]
    assert told[0] == ("Thêm Nội dung 7: Nội dung mới", "15 phút · Thống nhất")
    assert told[1][0] == "Nội dung 5: thời lượng 15 phút thành 20 phút"
    assert told[1][1].startswith("Giờ kết thúc dự kiến ")
    assert told[2] == ("Nội dung 3: người trình bày Cao Văn Quý", "Trước đây: để trống")
    assert told[3][0] == (
        "Nội dung 2: tên Tên khác, hình thức Không biểu quyết, người mời dự Cao Văn Quý"
    )
    assert told[4] == ("Nội dung 4: người mời dự Cao Văn Quý", "Trước đây: không ai")
    assert told[5] == ("Kết luận, bế mạc: chuyển đến vị trí 3", "Trước đây ở vị trí 6")
    assert told[6][0].endswith(": tạm gác")
    assert told[7][1] == "1-BC · 3 trang · Thường · Cả nội dung"
    assert told[8][1] == "15 bản · Mật · Cả nội dung"
    assert told[9][0].endswith("Tờ trình, thay bản 1 bằng bản 2")
    assert told[9][1] == "13 máy sẽ nhận"
    assert told[10][0].endswith("rút tài liệu Bản đồ quy hoạch A3")
    assert told[11][0] == told[12][0] == "Tài liệu không còn trong chương trình"
    assert told[13][0].endswith("Khắc phục mưa lũ")
    assert told[14] == ("", "")
    assert (view.count, view.ask_title) == (15, "Phát hành 15 thay đổi?")
    assert pending(nowhere()).count == 0


def test_tablets_are_counted_as_they_confirm() -> None:
    story = Story().open()
    assert acknowledged(seen(story)).count == 0
    for person in PRESENT[:2]:
        story.do(c.AcknowledgeAgenda(2), person)
    files = [p.file for i in story.state.items for p in i.papers if p.file]
    for file in files:
        story.do(c.AcknowledgePaper(file.view_sha256), PRESENT[0])
    found = acknowledged(seen(story))
    assert (found.count, found.expected) == (1, 13)
    assert acknowledged(nowhere()).expected == 0


# ---- the room now --------------------------------------------------------------------------------


def test_who_is_here() -> None:
    view = presences(seen(Story().open()))
    assert view
    assert (view.count, view.line, view.quorum, view.met) == (
        "13/15", "có mặt · cần từ 10", "Đủ điều kiện", True,
    )  # fmt: skip
    assert [seat.text for seat in view.seats][:2] == ["01", "02"]
    assert view.seats[13].line.startswith("Ủy viên Ban Thường vụ · Vắng có lý do")
    before = presences(seen(Story()))
    assert before
    assert (before.quorum, before.met) == ("Chưa đủ", False)
    assert presences(nowhere()) is None


def test_what_was_sent_last_and_who_has_not_opened_it() -> None:
    story = Story().open()
    sent = sent_papers(seen(story))
    assert [one.title for one in sent.lines] == [
        "2. Dự thảo Nghị quyết, bản 3", "5. Báo cáo nhanh", "2. Tờ trình",
    ]  # fmt: skip
    assert len(sent.people) == 13
    assert sent.people[0].line.startswith("Chưa tải đủ")
    for title in ("i2-2", "i5-1", "i2-1"):
        found = story.state.paper(title)
        assert found
        assert found[1].file
        for person in PRESENT:
            story.do(c.AcknowledgePaper(found[1].file.view_sha256), person)
            if person != "p07":
                story.do(c.AcknowledgePaper(found[1].file.view_sha256, "opened"), person)
    sent = sent_papers(seen(story))
    assert sent.label == "Xem ai chưa mở (1)"
    assert sent.people[0].got
    assert sent_papers(nowhere()).lines == ()


def test_calls_for_help() -> None:
    story = Story().open()
    story.do(c.CallHelp("mic"), "p07")
    (call,) = help_calls(seen(story))
    assert (call.title, call.icon) == ("Vũ Thị Hồng Hạnh", "microphone")
    assert call.line.startswith("Micrô · Ghế 07")
    assert help_calls(nowhere()) == ()


def test_what_comes_next() -> None:
    assert actions(seen(Story())).turn == "start"
    story = Story().open()
    view = actions(seen(story))
    assert (view.turn, view.turn_label, view.item, view.poll_on, view.can_break) == (
        "next", "Sang nội dung 3", "i3", True, True,
    )  # fmt: skip
    story.do(c.PauseMeeting())
    assert actions(seen(story)).turn == "resume"
    story.do(c.ResumeMeeting())
    story.ask()
    view = actions(seen(story))
    assert (view.poll_label, view.poll_on, view.can_break) == ("Đóng biểu quyết", True, False)
    story.do(c.AnnulPoll("q2", "Nhầm"))
    story.do(c.TakeUpItem("i6"))
    assert actions(seen(story)).turn == "finish"
    story.do(c.CloseMeeting())
    assert actions(seen(story)).turn == ""
    assert not actions(nowhere()).notice
