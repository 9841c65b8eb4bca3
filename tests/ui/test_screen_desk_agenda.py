"""The desk's agenda: mouse and keys on a real window, questions and commands as they would go."""

import asyncio
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from client.actions import PreferencesChanged, UploadChanged
from client.screens.desk import DeskScreen
from client.screens.desk.agenda.files import PathDialog
from client.screens.desk.agenda.item_dialog import ItemDialog
from client.screens.desk.agenda.paper_dialog import PaperDialog
from client.screens.desk.choosing import Menu
from client.screens.desk.keys import focused
from client.state import AppState, Place, Preferences, Upload
from client.widgets.dialog import Dialog, Sheet
from server.protocol import commands as c
from server.protocol import frames as f
from server.protocol import office as o
from server.protocol.refusals import Code, Refusal
from tests.desk_app import DeskApp
from tests.story import PRESENT, ROOM, SECRETARY, Story, app_state, pdf

pytestmark = pytest.mark.ui
UP, DOWN, ENTER, ESCAPE, F6 = 273, 274, 13, 27, 287


class Desk(DeskApp):
    """The office keeps drafts as the server does and tells them back; files wait for the test."""

    def __init__(self, stage: Any, state: AppState) -> None:
        super().__init__(stage, state)
        self.uploads: list[tuple[Path, str, Callable[[Any], None]]] = []
        self.told: list[Callable[[Refusal | None], None]] = []

    @property
    def drafts(self) -> tuple[c.Draft, ...]:
        return self.store.state.rooms[ROOM].drafts

    @property
    def changes(self) -> list[c.Change]:
        return [one.change for one in self.drafts]

    def send(self, command: c.Command, room: str = "", then: Any = None) -> None:
        super().send(command, room, then)
        self.told.append(then)

    def ask(self, question: o.Question, then: Any = None) -> None:
        kept = {one.id: one for one in self.drafts}
        match question:
            case o.PutDraft(draft=draft, change=change):
                kept[draft] = c.Draft(draft, change)
            case o.DropDraft(draft=draft):
                assert kept.pop(draft, None), "a draft that is not there was dropped"
            case _:
                super().ask(question, then)
                return
        self.dispatch(f.Drafts(ROOM, tuple(kept.values())))

    def upload(self, path: Path, organization: str, then: Callable[[Any], None]) -> None:
        self.uploads.append((path, organization, then))

    def start(self, work: Any) -> None:
        asyncio.run(work)


@cache
def as_drawn() -> AppState:
    return desk_state(opened())


def desk_state(story: Story) -> AppState:
    return app_state(story, SECRETARY, kind="desk", place=Place("desk", ROOM))


def opened() -> Story:
    """09:31: the draft resolution is being discussed; one speaks, two wait."""
    story = Story().open()
    story.publish(
        c.EditItem("i3", presenter="Đinh Công Lực", guests=("gd",)),
        c.FilePaper("i3", "i3-8", "Báo cáo thẩm định", "", "36-BC/VPTU", audience="members",
                    file=pdf("i38", 1, 4)),
        c.ReplacePaper("i3-5", pdf("i35", 2, 8)),
    )  # fmt: skip
    for item in story.state.items:
        for paper in item.papers:
            for person in PRESENT if paper.file else ():
                if paper.id != "i3-8" or person != "p13":
                    assert paper.file
                    sha = paper.file.view_sha256
                    story.do(c.AcknowledgePaper(sha), person)
                    if not (paper.id == "i5-1" and person in PRESENT[9:]):
                        story.do(c.AcknowledgePaper(sha, "opened"), person)
    story.do(c.AskFloor(), "p02")
    story.do(c.GiveFloor("p02"))
    story.now += 192_000
    story.do(c.AskFloor(), "p03")
    story.do(c.AskFloor(), "p12")
    return story


DRAFTS = (
    c.Draft("replace-i3-5", c.ReplacePaper("i3-5", pdf("i35", 3, 8))),
    c.Draft("edit-i5", c.EditItem("i5", minutes=20)),
    c.Draft("edit-i3", c.EditItem("i3", presenter="Cao Văn Quý")),
)


def show(stage: Any, state: AppState | None = None) -> tuple[DeskScreen, Desk]:
    app = Desk(stage, state or as_drawn())
    stage.app.calm = True
    if tuple(stage.window.size) != (1920, 1080):
        stage.resize(1920, 1080)
    screen = DeskScreen(app)
    stage.show(screen)
    return screen, app


def top(stage: Any, kind: type) -> Any:
    """What is open above the screen."""
    found = stage.window.children[0]
    assert isinstance(found, kind), found
    stage.settle()
    return found


def write(field: Any, text: str) -> None:
    typing = field.ids.typing
    typing.select_all()
    typing.delete_selection()
    typing.insert_text(text)


def take(stage: Any, value: str) -> None:
    """Press a row of the open menu."""
    menu = top(stage, Menu)
    stage.tap(next(row for row in menu.rows if row.value == value))
    stage.step(2)


def answer(stage: Any, dialog: Any, which: str = "act") -> None:
    stage.settle()
    stage.tap(dialog.ids[which])
    stage.until(lambda: dialog.parent is None)


def escape(stage: Any) -> None:
    """Esc as SDL gives it when nothing has taken the key."""
    stage.window.dispatch("on_keyboard", ESCAPE, ESCAPE, None, [])
    stage.step(2)


def test_looks_like_its_picture(stage: Any, check_screen: Any) -> None:
    screen, app = show(stage)
    app.dispatch(f.Drafts(ROOM, DRAFTS))
    screen.current().select("i3")
    stage.settle()
    stage.shot("desk-agenda")
    check_screen(screen)


@pytest.mark.parametrize("size", ["normal", "large", "xlarge"])
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_size_language_and_theme_fits(
    stage: Any, check_screen: Any, size: Any, language: Any, theme: Any
) -> None:
    screen, app = show(stage)
    app.store.watch(
        lambda state: state.preferences,
        lambda one: stage.wear(one.theme, one.text_size, one.language),
    )
    app.dispatch(f.Drafts(ROOM, DRAFTS))
    app.dispatch(PreferencesChanged(Preferences(language, theme, size)))
    screen.current().select("i3")
    stage.settle()
    if (size, language) == ("xlarge", "vi"):
        stage.shot(f"desk-agenda-{theme}-{size}")
    check_screen(screen)


def test_the_list_marks_what_is_live_selected_and_unpublished(stage: Any) -> None:
    screen, app = show(stage)
    rows = screen.current().ids.column.rows
    assert [row.status for row in rows] == ["done", "done", "now", "wait", "paper", "wait", "wait"]
    assert rows[2].live
    assert rows[2].selected
    stage.tap(rows[5])
    assert rows[5].selected
    assert not rows[2].selected
    app.dispatch(f.Drafts(ROOM, DRAFTS))
    assert rows[5].status == "pending"
    assert rows[5].minutes == "20 phút"


def test_items_are_put_in_order_and_back(stage: Any) -> None:
    screen, app = show(stage)
    page = screen.current()
    column = page.ids.column
    stage.tap(column.rows[5])
    stage.tap(column.ids.up)
    assert app.changes == [c.MoveItem("i5", 4)]
    assert [row.item for row in column.rows][4:6] == ["i5", "i4"]
    stage.tap(column.ids.up)
    assert app.changes == [c.MoveItem("i5", 3)]
    stage.tap(column.ids.down)
    stage.tap(column.ids.down)
    assert app.changes == []
    stage.tap(column.rows[0])
    assert column.ids.up.disabled


def test_a_row_is_dragged_by_its_grip(stage: Any) -> None:
    screen, app = show(stage)
    column = screen.current().ids.column
    grip, target = column.rows[5].ids.grip, column.rows[3]
    finger = stage.finger(*grip.to_window(*grip.center)).down()
    finger.move(grip.center_x, target.to_window(0, target.top)[1] - 10)
    assert column.line_y >= 0
    finger.up()
    assert column.line_y < 0
    assert app.changes == [c.MoveItem("i5", 3)]
    assert column.rows[3].item == "i5"


def test_an_item_is_set_aside_and_taken_back(stage: Any) -> None:
    screen, app = show(stage)
    column = screen.current().ids.column
    stage.tap(column.rows[3])
    stage.tap(column.ids.hold)
    assert app.changes == [c.PostponeItem("i3")]
    assert column.held
    stage.tap(column.ids.hold)
    assert app.changes == []


def test_fields_become_one_draft_of_the_item_and_can_be_undone(stage: Any) -> None:
    screen, app = show(stage)
    page = screen.current()
    stage.tap(page.ids.column.rows[3])
    editor = page.ids.editor
    stage.tap(editor.ids.minutes.ids.typing)
    assert editor.ids.minutes.text == "35"
    write(editor.ids.minutes, "45")
    stage.key(ENTER)
    stage.step(3)
    assert app.changes == [c.EditItem("i3", minutes=45)]
    stage.tap(editor.ids.form.ids.box)
    take(stage, "consensus")
    stage.tap(editor.ids.presenter.ids.box)
    take(stage, "Phạm Đức Toàn")
    edited = c.EditItem("i3", minutes=45, form="consensus", presenter="Phạm Đức Toàn")
    assert app.changes == [edited]
    assert editor.form_text == "Thống nhất"
    assert editor.publish_text == "Phát hành thay đổi (1)"
    line = page.ids.pending.ids.lines.children[0]
    assert line.title == (
        "Nội dung 3: thời lượng 45 phút, người trình bày Phạm Đức Toàn, hình thức Thống nhất"
    )
    stage.settle()
    stage.tap(line.ids.undo)
    assert app.changes == []
    assert editor.presenter == "Đinh Công Lực"
    assert page.ids.pending.height == 0


def test_minutes_that_are_none_are_said_and_not_kept(stage: Any) -> None:
    screen, app = show(stage)
    editor = screen.current().ids.editor
    stage.tap(editor.ids.minutes.ids.typing)
    write(editor.ids.minutes, "nhiều")
    stage.key(ENTER)
    assert editor.ids.minutes.error
    assert app.changes == []


def test_another_name_and_the_guests(stage: Any) -> None:
    screen, app = show(stage)
    page = screen.current()
    stage.tap(page.ids.column.rows[2])
    editor = page.ids.editor
    stage.tap(editor.ids.presenter.ids.box)
    take(stage, "+")
    dialog = top(stage, Dialog)
    field = next(one for one in dialog.walk() if hasattr(one, "focus_in"))
    write(field, "Nguyễn Thị An")
    answer(stage, dialog)
    assert app.changes == [c.EditItem("i2", presenter="Nguyễn Thị An")]
    stage.tap(editor.ids.audience.ids.box)
    dialog = top(stage, Dialog)
    row = next(one for one in dialog.walk() if type(one).__name__ == "CheckRow")
    stage.tap(row)
    answer(stage, dialog)
    assert app.changes == [c.EditItem("i2", presenter="Nguyễn Thị An", guests=("gd",))]
    assert editor.audience == "15 ủy viên + 1 mời dự"


def test_a_new_item_is_written_and_selected(stage: Any, check_screen: Any) -> None:
    screen, app = show(stage)
    page = screen.current()
    stage.tap(page.ids.column.ids.add)
    dialog = top(stage, ItemDialog)
    stage.shot("desk-new-item")
    check_screen(dialog)
    answer_kept = dialog.ids.act
    stage.tap(answer_kept)
    assert dialog.parent is not None
    assert dialog.name_field.error
    write(dialog.name_field, "Tình hình an ninh biên giới")
    write(dialog.short_field, "An ninh biên giới phía Bắc")
    assert dialog.short_field.error
    write(dialog.short_field, "An ninh biên giới")
    assert "17/20" in dialog.short_field.label
    write(dialog.minutes_field, "25")
    stage.settle()
    stage.tap(dialog.form_field.ids.box)
    take(stage, "consensus")
    stage.tap(dialog.place_field.ids.box)
    take(stage, "i6")
    answer(stage, dialog)
    (added,) = app.changes
    assert isinstance(added, c.AddItem)
    assert (added.position, added.title, added.minutes, added.form) == (
        6, "Tình hình an ninh biên giới", 25, "consensus",
    )  # fmt: skip
    row = page.ids.column.rows[6]
    assert (row.title, row.selected, row.status) == ("An ninh biên giới", True, "pending")
    stage.tap(page.ids.column.ids.down)
    assert app.changes[1] == c.MoveItem(added.item, 7)
    page.keep(page.drafting().forget(app.drafts[0].id))
    assert app.changes == []


def test_titles_are_changed_and_an_item_taken_off(stage: Any) -> None:
    screen, app = show(stage)
    page = screen.current()
    stage.tap(page.ids.column.rows[5])
    stage.tap(page.ids.editor.ids.rename)
    dialog = top(stage, ItemDialog)
    write(dialog.name_field, "Khắc phục hậu quả mưa lũ")
    answer(stage, dialog)
    assert app.changes == [c.EditItem("i5", title="Khắc phục hậu quả mưa lũ")]
    stage.tap(page.ids.editor.ids.rename)
    dialog = top(stage, ItemDialog)
    drop = next(one for one in dialog.walk() if getattr(one, "kind", "") == "danger")
    stage.tap(drop)
    stage.until(lambda: dialog.parent is None)
    assert app.changes == [c.DropItem("i5")]
    assert "i5" not in [row.item for row in page.ids.column.rows]


def test_a_paper_that_exists_only_on_paper(stage: Any, check_screen: Any) -> None:
    screen, app = show(stage)
    page = screen.current()
    stage.tap(page.ids.column.rows[4])
    stage.settle()
    stage.tap(page.ids.papers.ids.placeholder)
    dialog = top(stage, PaperDialog)
    check_screen(dialog)
    write(dialog.name_field, "Danh sách quy hoạch")
    stage.tap(dialog.class_field.ids.box)
    take(stage, "secret")
    stage.tap(dialog.ids.act)
    assert dialog.copies_field.error
    write(dialog.copies_field, "15")
    answer(stage, dialog)
    (filed,) = app.changes
    assert isinstance(filed, c.FilePaper)
    assert (filed.item, filed.title, filed.classification, filed.copies, filed.file) == (
        "i4", "Danh sách quy hoạch", "secret", 15, None,
    )  # fmt: skip


def test_a_dropped_file_is_sent_while_it_is_described(
    stage: Any, check_screen: Any, tmp_path: Path
) -> None:
    screen, app = show(stage)
    page = screen.current()
    stage.tap(page.ids.column.rows[3])
    path = tmp_path / "bao_cao_quy_hoach.pdf"
    path.write_bytes(b"%PDF-1.7")
    stage.window.dispatch("on_drop_file", str(path).encode(), 900, 600)
    dialog = top(stage, PaperDialog)
    stage.shot("desk-new-paper")
    check_screen(dialog)
    assert dialog.name_field.text == "Bao cao quy hoach"
    ((sent, body, then),) = app.uploads
    assert (sent, body) == (path, "btv")
    write(dialog.name_field, "Báo cáo quy hoạch")
    write(dialog.symbol_field, "52-BC/VPTU")
    stage.tap(dialog.kind_field.ids.box)
    take(stage, "report")
    stage.tap(dialog.class_field.ids.box)
    assert [row.value for row in top(stage, Menu).rows] == ["normal", "internal"]
    take(stage, "internal")
    stage.tap(dialog.audience_field.ids.box)
    take(stage, "members")
    answer(stage, dialog)
    assert app.changes == []
    file = pdf("moi", 1, 12)
    then(file)
    (filed,) = app.changes
    assert isinstance(filed, c.FilePaper)
    assert filed == c.FilePaper(
        "i3", filed.paper, "Báo cáo quy hoạch", "Báo cáo", "52-BC/VPTU", "internal", "members",
        file,
    )  # fmt: skip
    lines = list(reversed(page.ids.papers.ids.papers.children))
    assert lines[-1].line == "52-BC/VPTU · 12 trang · Nội bộ · Chỉ ủy viên"
    assert lines[-1].version == "Bản 1, chưa phát hành"


def test_a_file_dropped_on_a_paper_is_its_next_version(stage: Any, tmp_path: Path) -> None:
    screen, app = show(stage)
    page = screen.current()
    stage.tap(page.ids.column.rows[3])
    row = next(reversed(page.ids.papers.ids.papers.children))
    path = tmp_path / "to_trinh_khu_y_v2.pdf"
    path.write_bytes(b"%PDF-1.7")
    x, y = row.to_window(*row.center)
    stage.window.dispatch("on_drop_file", str(path).encode(), x, stage.window.height - y)
    ((sent, _, then),) = app.uploads
    assert sent == path
    file = pdf("moi", 2, 8)
    then(file)
    assert app.changes == [c.ReplacePaper(row.paper, file)]


def test_what_was_written_about_a_refused_file_describes_the_next(
    stage: Any, tmp_path: Path
) -> None:
    screen, app = show(stage)
    papers = screen.current().ids.papers
    papers.offer(str(tmp_path / "hong.pdf"))
    dialog = top(stage, PaperDialog)
    write(dialog.name_field, "Báo cáo quy hoạch")
    write(dialog.symbol_field, "52-BC/VPTU")
    dialog._take_kind("report")
    dialog._take_class("internal")
    answer(stage, dialog)
    app.uploads[-1][2](Refusal(Code.PAPER_NOT_PDF))
    papers.offer(str(tmp_path / "tot.pdf"))
    dialog = top(stage, PaperDialog)
    answer(stage, dialog)
    app.uploads[-1][2](pdf("tot"))
    (filed,) = app.changes
    assert isinstance(filed, c.FilePaper)
    assert (filed.title, filed.symbol, filed.kind, filed.classification) == (
        "Báo cáo quy hoạch", "52-BC/VPTU", "Báo cáo", "internal",
    )  # fmt: skip
    papers.offer(str(tmp_path / "khac.pdf"))
    dialog = top(stage, PaperDialog)
    answer(stage, dialog, "safe")
    app.uploads[-1][2](pdf("khac"))
    assert len(app.changes) == 1


def test_a_paper_is_withdrawn_from_its_menu(stage: Any) -> None:
    screen, app = show(stage)
    page = screen.current()
    stage.tap(page.ids.column.rows[4])
    stage.settle()
    line = page.ids.papers.ids.papers.children[0]
    finger = stage.finger(*line.to_window(line.x + 30, line.center_y))
    finger.down().up()
    stage.until(lambda: isinstance(stage.window.children[0], Menu))
    assert [row.value for row in top(stage, Menu).rows] == ["withdraw"]
    take(stage, "withdraw")
    assert app.changes == [c.WithdrawPaper("i4-giay")]
    assert page.ids.papers.empty


def test_a_file_on_its_way_and_one_that_is_refused(stage: Any, check_screen: Any) -> None:
    screen, app = show(stage)
    page = screen.current()
    app.dispatch(UploadChanged("u1", Upload("a.pdf", 1_000_000, 250_000)))
    app.dispatch(UploadChanged("u2", Upload("b.pdf", 10, refusal=Refusal(Code.PAPER_NOT_PDF))))
    stage.settle()
    stage.shot("desk-uploads")
    check_screen(screen)
    going, refused = reversed(page.ids.papers.ids.uploads.children)
    assert going.line.startswith("Đang gửi 25%")
    assert refused.refused
    close = next(one for one in refused.walk() if getattr(one, "grade", "") == "small")
    stage.tap(close)
    assert list(app.store.state.uploads) == ["u1"]


def test_a_new_version_by_a_typed_path_where_there_is_no_window_for_files(
    stage: Any, tmp_path: Path
) -> None:
    screen, app = show(stage)
    page = screen.current()
    stage.tap(page.ids.column.rows[3])
    stage.settle()
    line = next(reversed(page.ids.papers.ids.papers.children))
    stage.tap(line.ids.renew)
    dialog = top(stage, PathDialog)
    write(dialog.field, str(tmp_path / "nothing.pdf"))
    stage.tap(dialog.ids.act)
    assert dialog.field.error
    path = tmp_path / "to trinh.pdf"
    path.write_bytes(b"%PDF-1.7")
    write(dialog.field, f'"{path}"')
    answer(stage, dialog)
    ((sent, _, then),) = app.uploads
    assert sent == path
    then(Refusal(Code.PAPER_NOT_PDF))
    assert app.changes == []
    then(pdf("i35", 3, 9))
    assert app.changes == [c.ReplacePaper("i3-5", pdf("i35", 3, 9))]
    assert line.version == "Bản 3, chưa phát hành"
    assert line.got == "Bản 2: đã tải 13/13"


def test_publication_asks_lists_and_counts(stage: Any, check_screen: Any) -> None:
    screen, app = show(stage)
    page = screen.current()
    assert page.ids.editor.ids.publish.disabled
    stage.key(ENTER, modifiers=("ctrl",))
    assert stage.window.children[0] is screen
    app.dispatch(f.Drafts(ROOM, DRAFTS))
    stage.key(ENTER, modifiers=("ctrl",))
    dialog = top(stage, Dialog)
    stage.shot("desk-publish")
    check_screen(dialog)
    assert dialog.title == "Phát hành 3 thay đổi?"
    assert dialog.ids.safe.focus
    escape(stage)
    assert dialog.parent is None
    assert app.sent == []
    stage.tap(page.ids.editor.ids.publish)
    answer(stage, top(stage, Dialog))
    assert app.sent == [c.PublishChanges(DRAFTS)]
    page.publish()
    answer(stage, top(stage, Dialog))
    assert len(app.sent) == 1
    app.told[-1](None)
    assert screen.toasts.current
    assert screen.toasts.current.text == "Đã phát hành, 0/13 máy đã nhận"


def test_a_refused_publication_counts_nothing(stage: Any) -> None:
    screen, app = show(stage)
    page = screen.current()
    app.dispatch(f.Drafts(ROOM, DRAFTS))
    page.publish()
    answer(stage, top(stage, Dialog))
    app.told[-1](Refusal(Code.ITEM_UNKNOWN))
    assert screen.toasts.current is None
    page.publish()
    answer(stage, top(stage, Dialog))
    assert len(app.sent) == 2


def test_keys_go_through_rows_columns_and_pages(stage: Any) -> None:
    screen, app = show(stage)
    page = screen.current()
    column = page.ids.column
    stage.key(DOWN)
    assert column.rows[3].selected
    stage.key(UP)
    stage.key(UP)
    assert column.rows[1].selected
    stage.key(DOWN, modifiers=("alt",))
    assert app.changes == [c.MoveItem("i1", 2)]
    stage.key(F6)
    assert focused() is column.ids.add.__self__
    stage.key(F6)
    assert focused() is page.ids.editor.ids.rename.__self__
    stage.key(F6, modifiers=("shift",))
    assert focused() is column.ids.add.__self__
    stage.key(ENTER)
    stage.until(lambda: stage.window.children[0] is not screen)
    dialog = top(stage, ItemDialog)
    escape(stage)
    assert dialog.parent is None
    stage.key(ord("4"), modifiers=("alt",))
    assert screen.page == "minutes"
    stage.key(ord("1"), modifiers=("alt",))
    assert screen.page == "agenda"


def test_enter_never_presses_what_is_lacquer(stage: Any) -> None:
    screen, app = show(stage)
    live = screen.current().live
    assert not live.ids.poll.disabled
    live.ids.poll.focus = True
    stage.key(ENTER)
    live.ids.turn.focus = True
    stage.key(ENTER)
    stage.until(lambda: stage.window.children[0] is not screen)
    assert top(stage, Dialog).title == "Sang nội dung 3?"
    assert stage.window.children[1] is screen
    escape(stage)
    assert app.sent == []


def test_the_room_now_and_its_commands(stage: Any, check_screen: Any) -> None:
    story = opened()
    story.do(c.CallHelp("mic"), "p07")
    screen, app = show(stage, desk_state(story))
    live = screen.current().live
    stage.settle()
    stage.shot("desk-help")
    check_screen(screen)
    assert (live.count, live.line, live.met) == ("13/15", "có mặt · cần từ 10", True)
    assert [tile.present for tile in reversed(live.ids.seats.children)].count(True) == 13
    stage.tap(live.ids.help.children[0].children[0])
    assert app.sent == [c.AnswerHelp("p07")]
    first = live.ids.queue.children[-1]
    stage.tap(first.children[0])
    assert app.sent[-1] == c.GiveFloor("p03", 300)
    stage.tap(live.ids.turn)
    answer(stage, top(stage, Dialog), "safe")
    assert len(app.sent) == 2
    stage.tap(live.ids.turn)
    answer(stage, top(stage, Dialog))
    assert app.sent[2:] == [c.TakeUpItem("i3")]
    stage.tap(live.ids.poll)
    answer(stage, top(stage, Dialog))
    prepared, begun = app.sent[-2:]
    assert isinstance(prepared, c.PreparePoll)
    assert begun == c.OpenPoll(prepared.poll)
    stage.tap(live.ids.rest)
    answer(stage, top(stage, Dialog))
    assert app.sent[5:] == [c.PauseMeeting()]


def test_a_notice_to_everyone(stage: Any) -> None:
    screen, app = show(stage)
    stage.tap(screen.current().live.ids.notice)
    dialog = top(stage, Dialog)
    stage.tap(dialog.ids.act)
    assert dialog.field.error
    write(dialog.field, "Nghỉ giải lao lúc 09:45")
    answer(stage, dialog)
    assert app.sent == [c.SendNotice("Nghỉ giải lao lúc 09:45")]
    app.told[-1](None)
    assert screen.toasts.current
    assert screen.toasts.current.text == "Đã gửi thông báo"


def test_a_seat_opens_its_roll_call(stage: Any) -> None:
    screen, app = show(stage)
    seats = list(reversed(screen.current().live.ids.seats.children))
    stage.tap(seats[13])
    assert top(stage, Menu).title == "Hồ Sỹ Kiên"
    stage.shot("desk-seat")
    take(stage, "present")
    assert app.sent == [c.MarkAttendance({"p14": "present"})]
    stage.tap(seats[0])
    take(stage, "leave")
    dialog = top(stage, Dialog)
    field = next(one for one in dialog.walk() if hasattr(one, "focus_in"))
    write(field, "Họp ở Trung ương")
    answer(stage, dialog)
    assert app.sent[-1] == c.MarkAttendance({"p01": "leave"}, "Họp ở Trung ương")


def test_who_has_not_opened(stage: Any, check_screen: Any) -> None:
    screen, _app = show(stage)
    live = screen.current().live
    assert live.unopened == "Xem ai chưa mở (4)"
    stage.tap(live.ids.who)
    sheet = top(stage, Sheet)
    stage.shot("desk-unopened")
    check_screen(sheet)
    titles = [one.title for one in sheet.walk() if type(one).__name__ == "ListRow"]
    assert titles == ["Nông Thị Bích", "Tạ Quang Dũng", "Đặng Thị Thu Hà", "Lý Văn Sơn"]


def test_before_the_start_there_is_one_way_on(stage: Any, check_screen: Any) -> None:
    screen, app = show(stage, desk_state(Story()))
    live = screen.current().live
    stage.settle()
    stage.shot("desk-before")
    check_screen(screen)
    assert live.turn_label == "Khai mạc"
    assert live.ids.poll.disabled
    assert live.ids.rest.disabled
    stage.tap(live.ids.turn)
    answer(stage, top(stage, Dialog))
    assert app.sent == [c.StartMeeting()]


def test_an_empty_agenda_says_how_to_begin(stage: Any, check_screen: Any) -> None:
    from msgspec.structs import replace as with_fields

    story = Story()
    story.state = with_fields(story.state, items=())
    state = desk_state(story)
    room = state.rooms[ROOM]
    from dataclasses import replace

    bare = replace(room, state=with_fields(room.state, items=()))
    screen, _ = show(stage, replace(state, rooms={ROOM: bare}))
    stage.settle()
    stage.shot("desk-empty-agenda")
    check_screen(screen)
    assert screen.current().ids.empty.opacity == 1
