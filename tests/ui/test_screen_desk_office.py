"""The desk's office on its window: by real touches, with answers and refusals in place."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from client.screens.desk.office import OfficePage
from client.screens.desk.office.qr import QUIET, modules
from client.state import AppState, Login
from server.office.rulebook import supplied
from server.protocol import office as o
from server.protocol.refusals import Code, Refusal
from server.protocol.state import Organization
from tests.desk_app import DeskApp
from tests.story import BODY, NAMES, POSTS, START

pytestmark = pytest.mark.ui
PEOPLE = (
    *(
        o.Person(
            f"p{n:02d}",
            name,
            post=POSTS[n - 1] if n <= len(POSTS) else "Ủy viên Ban Thường vụ",
            seat=f"{n:02d}",
            must_change=n > 12,
        )
        for n, name in enumerate(NAMES, 1)
    ),
    o.Person("tt", "Trịnh Thị Thảo", "secretary", "Phó Chánh Văn phòng"),
)
DEVICES = (
    o.Device("d1", "Máy 07", "approved", person="p07", seen_at=START),
    o.Device("d2", "Máy 09", "waiting", "483920", "p09"),
    o.Device("d3", "Bàn cũ", "revoked", kind="desk"),
    o.Device("d4", "", "approved", kind="display", seen_at=START - 86_400_000),
)
OTHER = Organization("hdnd", "Thường trực HĐND tỉnh X", "TT HĐND", "khóa XVIII", "dai_bieu")
QR = "PHIENHOP1 192.168.1.10,10.0.0.2 7443 " + "a" * 43 + " ABCDEFGHIJKLMNOP"


def seen(stage: Any, *, people: bool = True) -> tuple[OfficePage, DeskApp]:
    from kivy.uix.floatlayout import FloatLayout

    from client.widgets.toast import Toasts

    stage.resize(1920, 1080)
    state = AppState(kind="desk", now=START, line="connected", login=Login("tt", "Trịnh Thị Thảo"))
    app = DeskApp(stage, replace(state, server="phonghop-a"))
    page = OfficePage(app)
    screen = FloatLayout(size_hint=(None, None))
    screen.toasts = Toasts()
    screen.add_widget(page)
    screen.add_widget(screen.toasts)
    screen.size = 1920, 1008
    stage.show(screen)
    app.answer(o.ListOrganizations, o.Organizations((BODY, OTHER)))
    app.answer(o.ListPeople, o.People(PEOPLE if people else ()))
    app.answer(o.ListDevices, o.Devices(DEVICES if people else ()))
    stage.settle()
    return page, app


def button(root: Any, text: str) -> Any:
    return next(
        one
        for one in root.walk()
        if hasattr(one, "touch_state")
        and getattr(one, "text", "").startswith(text)
        and one.opacity
        and not one.disabled
    )


def row(page: OfficePage, name: str) -> Any:
    return next(one for one in page.walk() if getattr(one, "name", "") == name and one.children)


def on_top(stage: Any) -> Any:
    return stage.window.children[0]


def asked(app: DeskApp, kind: type) -> Any:
    return next(one for one in reversed(app.asked) if isinstance(one, kind))


def test_the_people_of_the_body(stage: Any, check_screen: Any) -> None:
    page, _ = seen(stage)
    stage.shot("desk-office-people")
    check_screen(page)
    page.ids.find.text = "truong cong"
    stage.settle()
    assert page.empty == "Không có ai khớp với “truong cong”"
    page.ids.find.text = "truong 09"
    stage.settle()
    assert [one["view"].name for one in page.ids.people.data] == ["Ngô Xuân Trường"]


def test_by_keys_to_the_field_and_from_column_to_column(stage: Any) -> None:
    page, _ = seen(stage)
    assert page.key("f", frozenset({"ctrl"}), typing=False)
    assert page.ids.find.ids.typing.focus
    assert page.key("f6", frozenset(), typing=True)
    assert not page.ids.find.ids.typing.focus
    assert not page.key("x", frozenset(), typing=False)


def test_nobody_yet(stage: Any, check_screen: Any) -> None:
    page, _ = seen(stage, people=False)
    stage.shot("desk-office-empty")
    check_screen(page)
    assert page.empty == "Chưa có ai"


def test_a_person_is_added_with_the_refusal_in_the_dialog(stage: Any, check_screen: Any) -> None:
    page, app = seen(stage)
    stage.tap(button(page, "Thêm người"))
    dialog = on_top(stage)
    stage.tap(button(dialog, "Lưu"))
    assert dialog.name.error
    dialog.name.text, dialog.post.text, dialog.seat.text = " Cao  Văn Quý ", "Giám đốc Sở", "09"
    stage.tap(dialog.role.ids.box)
    stage.tap(next(one for one in on_top(stage).rows if one.value == "guest"))
    stage.tap(button(dialog, "Lưu"))
    person = o.Person("new1", "Cao Văn Quý", "guest", "Giám đốc Sở", "09")
    assert asked(app, o.PutPerson) == o.PutPerson("btv", person)
    app.answer(o.PutPerson, Refusal(Code.SEAT_TAKEN, {"seat": "09", "name": NAMES[8]}))
    stage.settle()
    assert dialog.trouble.text
    stage.shot("desk-office-refused")
    check_screen(dialog)
    dialog.seat.text = "16"
    stage.tap(button(dialog, "Lưu"))
    pin = o.FirstPin("new2", "Cao Văn Quý", "482913")
    app.answer(o.PutPerson, o.FirstPins((pin,)))
    stage.settle()
    assert dialog.parent is None
    assert asked(app, o.ListPeople)
    stage.shot("desk-office-pin")
    check_screen(on_top(stage))
    assert app.store.state.office.first_pins
    stage.tap(button(on_top(stage), "Đã ghi lại"))
    assert app.store.state.office.first_pins == ()


def test_a_person_is_edited_reset_and_removed(stage: Any) -> None:
    page, app = seen(stage)
    stage.tap(button(row(page, "Lê Quốc Hưng"), "Sửa"))
    on_top(stage).seat.text = "33"
    stage.tap(button(on_top(stage), "Lưu"))
    assert asked(app, o.PutPerson).person == o.Person("p03", NAMES[2], "member", POSTS[2], "33")
    app.answer(o.PutPerson, o.FirstPins(()))
    stage.tap(button(row(page, "Lê Quốc Hưng"), "Cấp lại mã"))
    assert not [one for one in app.asked if isinstance(one, o.ResetPin)]
    stage.tap(button(on_top(stage), "Cấp lại mã"))
    app.answer(o.ResetPin, o.FirstPins((o.FirstPin("p03", NAMES[2], "771204"),)))
    stage.settle()
    answer, card = on_top(stage).ids.act, on_top(stage).ids.card
    assert card.x < answer.x
    assert answer.right < card.right
    stage.tap(button(on_top(stage), "Đã ghi lại"))
    stage.tap(button(row(page, "Lê Quốc Hưng"), "Bỏ"))
    stage.tap(button(on_top(stage), "Bỏ"))
    assert asked(app, o.RemovePerson) == o.RemovePerson("btv", "p03")
    app.answer(o.RemovePerson, o.Done())


def test_a_csv_file_with_its_faults_in_place(stage: Any, tmp_path: Path, check_screen: Any) -> None:
    page, app = seen(stage)
    page.import_csv(tmp_path / "none.csv")
    assert page.trouble == "Không đọc được tệp none.csv. Chọn tệp CSV mã UTF-8, dưới 200 KB."
    table = tmp_path / "people.csv"
    table.write_text("name,seat\nLê Văn Tám,16\n", encoding="utf-8-sig")
    page.import_csv(table)
    assert asked(app, o.ImportPeople).csv == "name,seat\nLê Văn Tám,16\n"
    app.answer(o.ImportPeople, Refusal(Code.CSV_INVALID, {"row": 3, "reason": "name"}))
    assert page.trouble == "Dòng 3 của tệp chưa đúng: name. Chưa có ai được thêm."
    stage.settle()
    stage.shot("desk-office-csv")
    check_screen(page)
    page.import_csv(table)
    app.answer(o.ImportPeople, o.FirstPins((o.FirstPin("x", "Lê Văn Tám", "555111"),)))
    assert page.trouble == ""
    assert page.parent.toasts.current.text == "Đã nhập 1 người mới"
    on_top(stage).close()
    large = tmp_path / "large.csv"
    large.write_bytes(b"x" * 200_001)
    page.import_csv(large)
    assert page.trouble.startswith("Không đọc được tệp large.csv")


def test_slips_are_made_and_kept(stage: Any, tmp_path: Path, check_screen: Any) -> None:
    page, app = seen(stage)
    stage.tap(button(page, "In phiếu"))
    dialog = on_top(stage)
    stage.shot("desk-office-print")
    check_screen(dialog)
    for wrong in ("", str(tmp_path / "no" / "a.pdf")):
        dialog.path.text = wrong
        stage.tap(button(dialog, "Tạo phiếu"))
        assert dialog.path.error
    dialog.path.text = str(tmp_path / "a.pdf")
    stage.tap(button(dialog, "Tạo phiếu"))
    app.answer(o.PrintSheet, Refusal(Code.PERSON_UNKNOWN))
    assert dialog.trouble.text.startswith("Mọi người đã đăng nhập")
    stage.tap(button(dialog, "Tạo phiếu"))
    app.answer(o.PrintSheet, o.Made("f" * 64, 10, "phieu.pdf"))
    assert app.saved == [("f" * 64, tmp_path / "a.pdf")]
    app.end_save(Refusal(Code.DISK_FULL))
    assert dialog.trouble.text
    stage.tap(button(dialog, "Tạo phiếu"))
    app.answer(o.PrintSheet, o.Made("f" * 64, 10, "phieu.pdf"))
    app.end_save()
    assert dialog.parent is None
    assert page.parent.toasts.current.text == f"Đã lưu phiếu: {tmp_path / 'a.pdf'}"


def test_a_waiting_device_is_compared_and_approved(stage: Any, check_screen: Any) -> None:
    page, app = seen(stage)
    page.open("devices")
    stage.settle()
    stage.shot("desk-office-devices")
    check_screen(page)
    assert row(page, "Máy 09").digits == "483 920"
    stage.tap(button(page, "Chấp nhận"))
    assert asked(app, o.ApproveDevice) == o.ApproveDevice("d2")
    app.answer(o.ApproveDevice, Refusal(Code.NOT_RECORDED))
    assert page.trouble
    stage.settle()
    stage.tap(button(page, "Từ chối"))
    assert asked(app, o.RevokeDevice) == o.RevokeDevice("d2")
    app.answer(o.RevokeDevice, o.Done())
    assert page.trouble == ""
    stage.settle()
    stage.tap(button(row(page, "Máy 07"), "Ngừng dùng"))
    stage.tap(button(on_top(stage), "Ngừng dùng"))
    assert asked(app, o.RevokeDevice) == o.RevokeDevice("d1")
    app.answer(o.RevokeDevice, o.Done())


def test_a_pairing_code_with_its_qr_and_its_end(stage: Any, check_screen: Any) -> None:
    page, app = seen(stage)
    page.open("devices")
    stage.settle()
    stage.tap(button(page, "Ghép máy mới"))
    sheet = on_top(stage)
    stage.settle()
    check_screen(sheet)
    stage.tap(sheet.person.ids.box)
    stage.tap(next(one for one in on_top(stage).rows if one.value == "p03"))
    sheet.label.text = "Máy 03"
    stage.tap(button(sheet, "Tạo mã ghép"))
    assert asked(app, o.IssueCode) == o.IssueCode("Máy 03", "tablet", "p03")
    app.answer(o.IssueCode, o.PairingCode("ABCDEFGHIJKLMNOP", QR, START + 600_000))
    stage.settle()
    stage.shot("desk-office-pair")
    check_screen(sheet)
    assert (sheet.code, sheet.left) == ("ABCD EFGH IJKL MNOP", "Còn hiệu lực 10:00")
    assert sheet.address == "192.168.1.10:7443"
    app.become(replace(app.store.state, now=START + 600_000))
    stage.settle()
    assert sheet.expired
    assert sheet.qr == ""
    check_screen(sheet)
    sheet.choose("display")
    stage.tap(button(sheet, "Tạo mã khác"))
    assert asked(app, o.IssueCode) == o.IssueCode("Máy 03", "display", "")
    app.answer(o.IssueCode, Refusal(Code.NOT_ALLOWED))
    assert sheet.trouble
    sheet.close()
    assert app.store.state.office.code is None


def test_the_qr_on_the_window_is_the_code_as_it_is_printed(stage: Any) -> None:
    from client.screens.desk.office.qr import QrCode

    rows = modules(QR)
    count = len(rows)
    code = QrCode(size_hint=(None, None), size=(count * 6, count * 6), pos=(0, 0), text=QR)
    stage.show(code)
    stage.step()
    grey = stage.picture().convert("L")
    for y, line in enumerate(rows):
        for x, value in enumerate(line):
            place = (x * 6 + 3, grey.height - count * 6 + y * 6 + 3)
            assert (grey.getpixel(place) > 127) == (value > 127), (x, y)
    assert set(rows[0]) == {255}
    assert rows[QUIET][QUIET] == 0
    assert rows[-QUIET - 1][-QUIET - 1] in {0, 255}


def test_bodies_are_listed_added_and_switched(stage: Any, check_screen: Any) -> None:
    page, app = seen(stage)
    page.open("orgs")
    stage.settle()
    stage.shot("desk-office-bodies")
    check_screen(page)
    stage.tap(button(page, "Thêm cơ quan"))
    dialog = on_top(stage)
    stage.tap(button(dialog, "Lưu"))
    assert dialog.name.error
    dialog.name.text = "Thường trực HĐND xã Y"
    dialog.form.take("dai_bieu")
    stage.tap(button(dialog, "Lưu"))
    made = asked(app, o.AddOrganization).organization
    assert (made.name, made.address) == ("Thường trực HĐND xã Y", "dai_bieu")
    app.answer(o.AddOrganization, o.Done())
    app.answer(o.ListOrganizations, o.Organizations((BODY, OTHER, made)))
    stage.settle()
    stage.tap(button(row(page, OTHER.name), "Chuyển sang"))
    assert app.store.state.office.organization == "hdnd"
    assert asked(app, o.ListPeople) == o.ListPeople("hdnd")


def test_a_body_allows_sealed_ballots_and_drops_a_rule(stage: Any, check_screen: Any) -> None:
    page, app = seen(stage)
    page.open("orgs")
    stage.settle()
    stage.tap(button(row(page, BODY.name), "Quy tắc biểu quyết"))
    app.answer(o.ListRules, o.Rules(supplied()))
    sheet = on_top(stage)
    stage.settle()
    stage.shot("desk-office-rules")
    check_screen(sheet)
    assert len(sheet.rows) == len(supplied())
    assert not sheet.sealed.on
    stage.tap(sheet.sealed)
    assert asked(app, o.AllowSealed) == o.AllowSealed(BODY.id, sealed=True)
    app.answer(o.AllowSealed, o.Rules(supplied(), sealed=True))
    assert sheet.sealed.on
    stage.settle()
    stage.tap(button(sheet.rows[0], "Bỏ"))
    stage.tap(on_top(stage).ids.act)
    assert asked(app, o.DropRule) == o.DropRule(BODY.id, supplied()[0].id)
    app.answer(o.DropRule, o.Rules(supplied()[1:], sealed=True))
    stage.settle()
    assert len(sheet.rows) == len(supplied()) - 1
    stage.tap(sheet.sealed)
    app.answer(o.AllowSealed, Refusal(Code.NOT_ALLOWED))
    assert sheet.trouble.text
    assert sheet.sealed.on


def test_it_asks_again_while_it_is_seen_and_not_after(stage: Any) -> None:
    from kivy.clock import Clock

    page, app = seen(stage)
    assert page._looking in Clock.get_events()
    page._look()
    assert app.asked.pop() == o.ListDevices()
    page.parent.remove_widget(page)
    assert page._looking not in Clock.get_events()


@pytest.mark.parametrize("section", ["people", "devices", "orgs"])
def test_it_fits(stage: Any, check_screen: Any, section: str) -> None:
    stage.wear("dark", "xlarge", "en" if section == "devices" else "vi")
    page, _ = seen(stage)
    page.open(section)
    stage.settle()
    stage.shot(f"desk-office-{section}-xlarge")
    check_screen(page)
