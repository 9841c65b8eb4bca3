"""The desk round its pages: the bar, the menu, choosing and making a meeting, what comes out."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pytest

from client.actions import QuestionAnswered
from client.screens.desk import DeskScreen
from client.screens.desk.asking import sentence
from client.screens.desk.choosing import Menu
from client.screens.desk.meetings.creating import MeetingDialog, date_of, time_of
from client.screens.desk.minutes import MinutesPage
from client.screens.desk.minutes.audience import ask_audience
from client.screens.desk.minutes.places import folder_for_files, free_name
from client.state import AppState, OfficeView, Place
from client.widgets.dialog import Dialog, Sheet
from server.protocol import frames as f
from server.protocol import office as o
from server.protocol.refusals import Code, Refusal
from tests.desk_app import DeskApp
from tests.story import BODY, ROOM, SECRETARY, Story, app_state

pytestmark = pytest.mark.ui


class Desk(DeskApp):
    """With a way out."""

    left = 0

    def sign_out(self) -> None:
        self.left += 1


@cache
def sitting() -> AppState:
    state = app_state(Story().open(), SECRETARY, kind="desk", place=Place("desk", ROOM))
    mine = tuple(replace_card(one) for one in state.meetings)
    office = OfficeView((BODY,), BODY.id)
    return replace(state, meetings=mine, office=office)


def replace_card(one: o.MeetingCard) -> o.MeetingCard:
    return o.MeetingCard(
        one.room, one.organization, one.title, one.ordinal, one.place, one.starts_at, one.ends_at,
        one.phase, "secretary",
    )  # fmt: skip


def nothing() -> AppState:
    """A desk whose office has no meeting yet."""
    return replace(sitting(), meetings=(), rooms={}, place=Place("desk"))


def show(stage: Any, state: AppState) -> tuple[DeskScreen, Desk]:
    app = Desk(stage, state)
    stage.app.calm = True
    if tuple(stage.window.size) != (1920, 1080):
        stage.resize(1920, 1080)
    screen = DeskScreen(app)
    stage.show(screen)
    return screen, app


def top(stage: Any, kind: type) -> Any:
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
    stage.tap(next(row for row in top(stage, Menu).rows if row.value == value))
    stage.step(2)


def test_the_menu_of_the_person_leads_out_and_about(stage: Any, check_screen: Any) -> None:
    screen, app = show(stage, sitting())
    stage.tap(screen.top_bar.ids.avatar)
    menu = top(stage, Menu)
    stage.shot("desk-menu")
    check_screen(menu)
    assert menu.ids.card.right <= stage.window.width
    take(stage, "look")
    top(stage, Sheet).close()
    stage.tap(screen.top_bar.ids.avatar)
    take(stage, "language")
    assert app.store.state.preferences.language == "en"
    stage.tap(screen.top_bar.ids.avatar)
    take(stage, "meetings")
    assert screen.page == "meetings"
    stage.tap(screen.top_bar.tabs[0])
    assert screen.page == "agenda"
    stage.tap(screen.top_bar.ids.avatar)
    take(stage, "out")
    assert app.left == 1


def test_a_menu_is_walked_by_keys_and_closed_by_a_touch_beside_it(stage: Any) -> None:
    screen, _ = show(stage, sitting())
    avatar = screen.top_bar.ids.avatar
    avatar.focus = True
    stage.key(13)
    stage.until(lambda: isinstance(stage.window.children[0], Menu))
    menu = top(stage, Menu)
    assert menu.rows[0].focus
    stage.key(274)
    stage.key(274)
    stage.key(273)
    assert menu.rows[1].focus
    stage.finger(500, 500).down().up()
    assert menu.parent is None


def test_the_display_is_paired_by_a_code(stage: Any, check_screen: Any) -> None:
    screen, app = show(stage, sitting())
    screen.top_bar.open_display()
    dialog = top(stage, Dialog)
    asked = [one for one in app.asked if isinstance(one, o.IssueCode)]
    assert asked == [o.IssueCode(label="Màn hình lớn", kind="display")]
    app.answer(o.IssueCode, o.PairingCode("ABCD2345EFGH6722", "qr", app.store.state.now + 600_000))
    stage.settle()
    stage.shot("desk-display-code")
    check_screen(dialog)
    assert any(getattr(one, "text", "") == "ABCD 2345 EFGH 6722" for one in dialog.walk())
    stage.tap(dialog.ids.act)
    assert app.store.state.office.code is None


def test_without_a_meeting_one_is_made(stage: Any, check_screen: Any) -> None:
    screen, app = show(stage, nothing())
    page = screen.current()
    assert screen.page == "meetings"
    assert page.empty
    stage.settle()
    stage.shot("desk-no-meeting")
    check_screen(screen)
    stage.tap(page.ids.create)
    dialog = top(stage, MeetingDialog)
    people = (o.Person("p01", "Nguyễn Văn Thành"), o.Person("gd", "Cao Văn Quý", "guest"))
    app.answer(o.ListPeople, o.People(people))
    stage.settle()
    stage.shot("desk-new-meeting")
    check_screen(dialog)
    write(dialog.from_field, "8")
    write(dialog.date_field, "31/02/2025")
    stage.tap(dialog.ids.act)
    assert dialog.parent is not None
    assert all(one.error for one in (dialog.name_field, dialog.from_field, dialog.date_field))
    write(dialog.name_field, "Hội nghị Ban Thường vụ lần thứ 28")
    write(dialog.ordinal_field, "lần thứ 28")
    write(dialog.place_field, "Phòng họp A")
    write(dialog.date_field, "19/09/2025")
    write(dialog.from_field, "08:00")
    stage.settle()
    stage.tap(dialog.chair_field.ids.box)
    assert [row.value for row in top(stage, Menu).rows] == ["", "p01"]
    take(stage, "p01")
    stage.tap(dialog.body_field.ids.box)
    take(stage, "btv")
    stage.tap(dialog.ids.act)
    made = app.asked[-1]
    assert isinstance(made, o.MakeMeeting)
    assert (made.organization, made.title, made.ordinal, made.place, made.chair) == (
        "btv", "Hội nghị Ban Thường vụ lần thứ 28", "lần thứ 28", "Phòng họp A", "",
    )  # fmt: skip
    assert made.ends_at - made.starts_at == 3.5 * 3_600_000
    nobody = Refusal(Code.NOBODY_TO_ASK)
    app.answer(o.MakeMeeting, nobody)
    assert dialog.trouble.text == sentence(app, nobody)
    assert dialog.name_field.text == "Hội nghị Ban Thường vụ lần thứ 28"
    stage.tap(dialog.ids.act)
    app.answer(o.MakeMeeting, o.MeetingMade(ROOM))
    assert screen.page == "meetings"
    app.become(replace(sitting(), place=Place("desk")))
    assert screen.page == "agenda"
    assert app.store.state.place.room == ROOM


def test_one_of_several_meetings_is_chosen(stage: Any, check_screen: Any) -> None:
    state = sitting()
    other = o.MeetingCard(
        "hdnd12", BODY, "Kỳ họp thứ 12", "", "Hội trường", 0, 0, "closed", "secretary"
    )
    strange = o.MeetingCard("x", BODY, "Họp khác", "", "", 0, 0, "open", "member")
    screen, app = show(stage, replace(state, meetings=(other, strange, *state.meetings)))
    screen.go("meetings")
    stage.settle()
    stage.shot("desk-meetings")
    check_screen(screen)
    lines = list(reversed(screen.current().ids.lines.children))
    assert [line.room for line in lines] == [ROOM, "hdnd12"]
    assert lines[0].live
    stage.tap(lines[1])
    assert screen.page == "meetings"
    stage.tap(lines[0])
    assert screen.page == "agenda"
    assert app.store.state.place.room == ROOM


def test_dates_and_times_are_read_or_refused() -> None:
    assert [date_of(one) is not None for one in ("1/9/2025", "18/09/2025", "31/2/2025", "mai")] == [
        True, True, False, False,
    ]  # fmt: skip
    assert [time_of(one) is not None for one in ("8:30", "08h30", "25:00", "8")] == [
        True, True, False, False,
    ]  # fmt: skip


def test_minutes_record_and_backup_say_where_they_went(
    stage: Any, check_screen: Any, tmp_path: Path
) -> None:
    app = Desk(stage, sitting())
    if tuple(stage.window.size) != (1920, 1080):
        stage.resize(1920, 1080)
    page = MinutesPage(app, folder=tmp_path)
    stage.show(page)
    minutes, polls, record, dossier, backup = page.rows
    app.store.dispatch(f.Checkpointed(ROOM, "CIYR RIP5 MSW2 ZSHB S2VL AHGB", 1))
    stage.settle()
    stage.shot("desk-record-code")
    assert "CIYR RIP5 MSW2 ZSHB S2VL AHGB" in dossier.line
    stage.tap(minutes.ids.make)
    assert minutes.busy
    stage.tap(minutes.ids.make)
    assert app.asked == [o.MakeMinutes(ROOM)]
    app.answer(o.MakeMinutes, o.Made("ab" * 32, 250_000, "Bien ban.pdf"))
    assert app.saved == [("ab" * 32, tmp_path / "Bien ban.pdf")]
    app.end_save()
    assert minutes.told == f"Đã lưu tại {tmp_path / 'Bien ban.pdf'} (250 kB)"
    stage.tap(polls.ids.make)
    assert app.asked[-1] == o.MakePollRecords(ROOM)
    app.answer(o.MakePollRecords, o.Made("ef" * 32, 90_000, "bieu-quyet.zip"))
    app.end_save()
    assert polls.told.startswith(f"Đã lưu tại {tmp_path / 'bieu-quyet'}")
    stage.tap(record.ids.make)
    app.answer(o.ExportRecord, o.Made("cd" * 32, 2_500_000, "ho-so.zip"))
    app.end_save(Refusal(Code.DISK_FULL))
    assert record.failed
    assert record.told.startswith("Chưa làm được")
    stage.tap(backup.ids.make)
    app.answer(o.MakeBackup, o.BackupMade("backups/2025-09-18.zip", 9_000_000))
    assert backup.told.startswith("Đã sao lưu trên máy chủ: backups/2025-09-18.zip")
    stage.settle()
    stage.shot("desk-record")
    check_screen(page)
    stage.tap(backup.ids.make)
    app.answer(o.MakeBackup, Refusal(Code.DISK_FULL))
    assert backup.failed


@pytest.mark.parametrize("audience", ["members", "officers"])
def test_a_dossier_is_made_for_whom_the_desk_says(
    stage: Any, check_screen: Any, tmp_path: Path, audience: Literal["members", "officers"]
) -> None:
    app = Desk(stage, sitting())
    if tuple(stage.window.size) != (1920, 1080):
        stage.resize(1920, 1080)
    page = MinutesPage(app, folder=tmp_path)
    stage.show(page)
    dossier = page.rows[3]
    stage.tap(dossier.ids.make)
    assert app.asked == [], "for whom is asked first"
    sheet = stage.window.children[0]
    stage.shot("desk-dossier")
    check_screen(sheet)
    title = {"members": "Cho đại biểu", "officers": "Cho thư ký và chủ trì"}[audience]
    card = next(one for one in sheet.walk() if getattr(one, "title", "") == title)
    stage.tap(card)
    assert app.asked == [o.MakeDossier(ROOM, audience)]
    app.answer(o.MakeDossier, o.Made("ef" * 32, 90_000, "ho-so.zip"))
    app.end_save()
    assert dossier.told.startswith(f"Đã lưu tại {tmp_path / 'ho-so'}")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_for_whom_a_dossier_is_fits_at_the_largest_size(
    stage: Any, check_screen: Any, language: str
) -> None:
    stage.wear("dark", "xlarge", language)
    sheet = ask_audience(Desk(stage, sitting()), lambda _audience: None)
    stage.settle()
    stage.shot(f"desk-dossier-xlarge-{language}")
    check_screen(sheet)
    sheet.close()


def test_files_never_replace_others(tmp_path: Path) -> None:
    assert free_name(tmp_path, "../a.pdf") == tmp_path / "a.pdf"
    (tmp_path / "a.pdf").touch()
    (tmp_path / "a (2).pdf").touch()
    assert free_name(tmp_path, "a.pdf") == tmp_path / "a (3).pdf"
    assert folder_for_files().is_dir()


def test_the_desk_comes_back_as_it_was_left(stage: Any) -> None:
    screen, app = show(stage, sitting())
    screen.go("minutes")
    stage.show(DeskScreen(app))
    stage.show(screen)
    assert screen.page == "minutes"
    app.dispatch(QuestionAnswered(o.ListDevices(), o.Devices(())))


def test_every_page_is_reached(stage: Any) -> None:
    screen, _ = show(stage, sitting())
    for tab, page in zip(screen.top_bar.tabs, ("agenda", "roll", "polls", "minutes"), strict=True):
        stage.tap(tab)
        assert screen.page == page
        assert tab.on
    screen.go("office")
    assert screen.current().parent is not None
