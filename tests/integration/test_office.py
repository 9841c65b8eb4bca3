"""The desk's questions, asked over real lines: what is answered, and to whom it is refused."""

import hashlib
import tarfile
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pymupdf
import pytest

from bench._peer import Peer
from server.accounts import Devices
from server.protocol import commands as c
from server.protocol import frames as f
from server.protocol import office as o
from server.protocol.refusals import Code, Refusal
from server.protocol.state import Organization, RollEntry
from server.record.export import verify
from tests.house import BODY, House, open_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened
        assert opened.failures == []


@pytest.fixture
async def desk(house: House) -> Peer:
    return await house.desk()


def refused(answer: object) -> Code:
    assert isinstance(answer, Refusal), answer
    return answer.code


async def put(desk: Peer, person: str, name: str, role: o.OfficeRole = "member") -> str:
    """A new person; returns the first PIN."""
    given = await desk.ask(o.PutPerson(BODY.id, o.Person(person, name, role)))
    assert isinstance(given, o.FirstPins), given
    return given.pins[0].pin


async def body_of(desk: Peer) -> list[str]:
    answer = await desk.ask(o.ListPeople(BODY.id))
    assert isinstance(answer, o.People), answer
    return [one.name for one in answer.people]


# ---- rights --------------------------------------------------------------------------------------


async def test_a_tablet_may_ask_nothing_of_the_office(house: House, desk: Peer) -> None:
    person = (await house.people(1))[0]
    room = await house.meeting(desk, [person])
    tablet = await house.tablet(person)
    for question in (
        o.ListOrganizations(),
        o.ListPeople(BODY.id),
        o.ResetPin(BODY.id, person),
        o.IssueCode(),
        o.ListDevices(),
        o.MakeBackup(),
        o.PrintSheet(BODY.id),
        o.PutDraft(room, "d", c.DropItem("i")),
    ):
        assert refused(await tablet.ask(question)) == Code.NOT_ALLOWED, question


async def test_a_secretary_of_one_body_knows_nothing_of_another(house: House, desk: Peer) -> None:
    await put(desk, "s2", "Phạm Văn Bách", "secretary")
    other = Organization("o2", "Ban Chấp hành")
    assert await desk.ask(o.AddOrganization(other)) == o.Done()
    made = await desk.ask(
        o.MakeMeeting("o2", "m2", "Hội nghị", roll=(RollEntry("x", "Ai đó", "member"),))
    )
    assert made == o.MeetingMade("m2")
    stranger = await sign_in_at_a_new_desk(house, desk, "s2")
    bodies = await stranger.ask(o.ListOrganizations())
    assert isinstance(bodies, o.Organizations)
    assert [one.id for one in bodies.organizations] == [BODY.id]
    assert refused(await stranger.ask(o.ListPeople("o2"))) == Code.NOT_ALLOWED
    draft = o.PutDraft("m2", "d", c.DropItem("i"))
    assert refused(await stranger.ask(draft)) == Code.ROOM_UNKNOWN
    assert refused(await stranger.ask(o.MakeMeeting("o2", "m3", "x"))) == Code.NOT_ALLOWED


async def test_a_technician_keeps_devices_and_backups_and_sees_no_content(
    house: House, desk: Peer
) -> None:
    await put(desk, "t1", "Ngô Văn Tân", "technician")
    technician = await sign_in_at_a_new_desk(house, desk, "t1")
    assert isinstance(await technician.ask(o.IssueCode()), o.PairingCode)
    assert isinstance(await technician.ask(o.ListDevices()), o.Devices)
    assert isinstance(await technician.ask(o.MakeBackup()), o.BackupMade)
    for question in (o.ListPeople(BODY.id), o.ListOrganizations(), o.PrintSheet(BODY.id)):
        assert refused(await technician.ask(question)) == Code.NOT_ALLOWED


async def sign_in_at_a_new_desk(house: House, desk: Peer, person: str) -> Peer:
    """A second desk, paired by a code of the first, where that person signs in."""
    reset = await desk.ask(o.ResetPin(BODY.id, person))
    assert isinstance(reset, o.FirstPins), reset
    issued = await desk.ask(o.IssueCode("Bàn 2", "desk"))
    assert isinstance(issued, o.PairingCode)
    second = await house.connect()
    paired = await second.pair(issued.code, "desk")
    assert await desk.ask(o.ApproveDevice(paired.device)) == o.Done()
    peer = await house.connect(second.device)
    await peer.authenticate()
    await peer.sign_in(person, reset.pins[0].pin)
    await peer.change_pin(reset.pins[0].pin, "một câu khác dài")
    return peer


# ---- people --------------------------------------------------------------------------------------


async def test_people_come_go_and_come_as_a_table(desk: Peer) -> None:
    await put(desk, "p1", "Nguyễn Văn An")
    table = "Họ và tên;Vai trò;Ghế\nLê Thị Bình;Ủy viên;02\nĐỗ Minh Ánh;Mời dự;\n"
    imported = await desk.ask(o.ImportPeople(BODY.id, table))
    assert isinstance(imported, o.FirstPins)
    assert [one.name for one in imported.pins] == ["Lê Thị Bình", "Đỗ Minh Ánh"]
    again = await desk.ask(o.ImportPeople(BODY.id, table))
    assert again == o.FirstPins(())
    assert await body_of(desk) == ["Nguyễn Văn An", "Đỗ Minh Ánh", "Lê Thị Bình", "Trần Thị Mai"]
    assert await desk.ask(o.RemovePerson(BODY.id, "p1")) == o.Done()
    assert "Nguyễn Văn An" not in await body_of(desk)


async def test_a_table_with_one_wrong_row_imports_nobody(desk: Peer) -> None:
    wrong = await desk.ask(o.ImportPeople(BODY.id, "name,role\nAn,member\nBình,vua\n"))
    assert wrong == Refusal(Code.CSV_INVALID, {"row": 3, "reason": "role: vua"})
    taken = await desk.ask(o.ImportPeople(BODY.id, "name,seat\nAn,1\nBình,1\n"))
    assert refused(taken) == Code.SEAT_TAKEN
    assert await body_of(desk) == ["Trần Thị Mai"]


async def test_people_and_bodies_that_are_not_there(desk: Peer) -> None:
    assert refused(await desk.ask(o.RemovePerson(BODY.id, "x"))) == Code.PERSON_UNKNOWN
    assert refused(await desk.ask(o.ResetPin(BODY.id, "x"))) == Code.PERSON_UNKNOWN
    assert refused(await desk.ask(o.IssueCode(person="x"))) == Code.PERSON_UNKNOWN
    nameless = o.PutPerson(BODY.id, o.Person("p1", " "))
    assert refused(await desk.ask(nameless)) == Code.NAME_EMPTY
    taken = o.AddOrganization(Organization("o9", BODY.name))
    assert refused(await desk.ask(taken)) == Code.NAME_TAKEN


# ---- devices -------------------------------------------------------------------------------------


async def test_a_spare_tablet_is_paired_approved_and_revoked_from_the_desk(
    house: House, desk: Peer
) -> None:
    await put(desk, "p1", "Nguyễn Văn An")
    issued = await desk.ask(o.IssueCode("Ghế 07", person="p1"))
    assert isinstance(issued, o.PairingCode)
    assert issued.qr.split(" ")[4] == issued.code
    tablet = await house.connect()
    paired = await tablet.pair(issued.code)
    shown = await desk.ask(o.ListDevices())
    assert isinstance(shown, o.Devices)
    first = shown.devices[0]
    assert (first.name, first.state, first.comparison, first.person) == (
        "Ghế 07", "waiting", paired.comparison, "p1"
    )  # fmt: skip
    assert await desk.ask(o.ApproveDevice(paired.device)) == o.Done()
    await tablet.hear(f.Approved)
    assert await desk.ask(o.ApproveDevice(paired.device)) == o.Done()
    assert await desk.ask(o.RevokeDevice(paired.device)) == o.Done()
    assert refused(await desk.ask(o.ApproveDevice(paired.device))) == Code.DEVICE_REVOKED
    assert refused(await desk.ask(o.RevokeDevice("x"))) == Code.DEVICE_UNKNOWN


async def test_a_display_joins_meetings_made_before_and_after_it(house: House, desk: Peer) -> None:
    person = (await house.people(1))[0]
    await house.meeting(desk, [person], "before")
    issued = await desk.ask(o.IssueCode("Màn hình lớn", "display"))
    assert isinstance(issued, o.PairingCode)
    display = await house.connect()
    paired = await display.pair(issued.code, "display")
    assert await desk.ask(o.ApproveDevice(paired.device)) == o.Done()
    await house.meeting(desk, [person], "after")
    screen = await house.connect(display.device)
    seats = await screen.authenticate()
    await screen.resume(seats.token)
    heard = await screen.hear(f.Meetings)
    assert {(one.room, one.role) for one in heard.meetings} == {
        ("before", "display"),
        ("after", "display"),
    }


async def test_a_display_paired_from_the_console_is_shown_its_meeting_at_once(
    house: House, desk: Peer
) -> None:
    await house.meeting(desk, await house.people(1), "m1")
    devices = Devices(house.accounts.registry)
    issued = await devices.issue(frozenset({BODY.id}), kind="display", approved=True)
    display = await house.connect()
    assert (await display.pair(issued.code, "display")).approved
    seats = await display.authenticate()
    await display.resume(seats.token)
    heard = await display.hear(f.Meetings)
    assert [(one.room, one.role) for one in heard.meetings] == [("m1", "display")]
    await display.hello("m1")
    assert display.places["m1"].state.title == "Kỳ họp thứ 9"


# ---- meetings ------------------------------------------------------------------------------------


async def test_an_empty_roll_means_everybody_in_the_order_of_their_seats(
    house: House, desk: Peer
) -> None:
    table = (
        "name,role,seat\nVũ Văn Bảy,member,10\nNguyễn Văn An,member,2\nLê Thị Bình,guest,\n"
        "Ngô Văn Tân,technician,\nĐiểm cầu Phường A,site,\n"
    )
    given = await desk.ask(o.ImportPeople(BODY.id, table))
    assert isinstance(given, o.FirstPins)
    chair = next(one.person for one in given.pins if one.name == "Nguyễn Văn An")
    asked = o.MakeMeeting(BODY.id, "m1", "Kỳ họp", chair=chair)
    assert await desk.ask(asked) == o.MeetingMade("m1")
    room = await house.rooms.open("m1")
    assert room is not None
    assert room.state.chair == chair
    assert [(one.name, one.role, one.ballots) for one in room.state.roll.values()] == [
        ("Nguyễn Văn An", "chair", True),
        ("Vũ Văn Bảy", "member", True),
        ("Điểm cầu Phường A", "site", False),
        ("Lê Thị Bình", "guest", False),
        ("Trần Thị Mai", "secretary", False),
    ]


async def test_meetings_that_are_not_made(desk: Peer) -> None:
    await put(desk, "g1", "Lê Thị Bình", "guest")
    stranger = o.MakeMeeting(BODY.id, "m1", "Kỳ họp", chair="x")
    assert refused(await desk.ask(stranger)) == Code.PERSON_NOT_ON_ROLL
    guest = o.MakeMeeting(BODY.id, "m1", "Kỳ họp", chair="g1")
    assert refused(await desk.ask(guest)) == Code.PERSON_NOT_ON_ROLL
    assert refused(await desk.ask(o.MakeMeeting(BODY.id, "m1", " "))) == Code.TITLE_MISSING
    nobody = o.MakeMeeting(BODY.id, "m1", "Kỳ họp")
    assert refused(await desk.ask(nobody)) == Code.CHAIR_MISSING
    await put(desk, "p1", "Nguyễn Văn An")
    assert await desk.ask(o.MakeMeeting(BODY.id, "m1", "Kỳ họp")) == o.MeetingMade("m1")
    again = o.MakeMeeting(BODY.id, "m1", "Kỳ họp")
    assert refused(await desk.ask(again)) == Code.MEETING_EXISTS


async def test_drafts_are_kept_and_dropped(house: House, desk: Peer) -> None:
    room = await house.meeting(desk, await house.people(1))
    add = c.AddItem("i1", 0, "Khai mạc", "Khai mạc")
    assert await desk.ask(o.PutDraft(room, "d1", add)) == o.Done()
    assert [one.id for one in await house.rooms.drafts(room)] == ["d1"]
    assert await desk.ask(o.DropDraft(room, "d1")) == o.Done()
    assert await house.rooms.drafts(room) == ()
    assert refused(await desk.ask(o.DropDraft("nowhere", "d1"))) == Code.ROOM_UNKNOWN


# ---- things to print and to keep -----------------------------------------------------------------


async def test_the_sheet_gives_everybody_who_waits_a_pin_and_a_code_that_work(
    house: House, desk: Peer
) -> None:
    await put(desk, "p1", "Nguyễn Văn An")
    await put(desk, "s2", "Phạm Văn Bách", "secretary")
    made = await desk.ask(o.PrintSheet(BODY.id))
    assert isinstance(made, o.Made), made
    path = house.office.made(desk.device.id, made.sha256)
    assert path is not None
    data = path.read_bytes()
    assert (hashlib.sha256(data).hexdigest(), len(data)) == (made.sha256, made.size)
    assert house.office.made("another device", made.sha256) is None
    with pymupdf.open(stream=data) as document:
        texts = [page.get_text() for page in document]
    assert len(texts) == 2
    text = next(text for text in texts if "Nguyễn Văn An" in text)
    words = text.split("\n")
    pin = next(line.replace(" ", "") for line in words if line.replace(" ", "").isdigit())
    code = next(line for line in words if line.count("-") == 3).strip()
    tablet = await house.connect()
    paired = await tablet.pair(code.replace("-", ""))
    assert not paired.approved
    assert await desk.ask(o.ApproveDevice(paired.device)) == o.Done()
    peer = await house.connect(tablet.device)
    seats = await peer.authenticate()
    assert seats.own == "p1"
    signed_in = await peer.sign_in("p1", pin)
    assert signed_in.must_change


async def test_the_minutes_are_made_from_the_record_for_the_desk_that_asked(
    house: House, desk: Peer
) -> None:
    room = await house.meeting(desk, await house.people(2))
    made = await desk.ask(o.MakeMinutes(room))
    assert isinstance(made, o.Made), made
    path = house.office.made(desk.device.id, made.sha256)
    assert path is not None
    with pymupdf.open(path) as document:
        text = "".join(page.get_text() for page in document)
    assert "Đại biểu p0" in text
    assert refused(await desk.ask(o.MakeMinutes("nowhere"))) == Code.ROOM_UNKNOWN


async def test_the_record_is_a_zip_that_anybody_can_verify(
    house: House, desk: Peer, tmp_path: Path
) -> None:
    room = await house.meeting(desk, await house.people(2))
    made = await desk.ask(o.ExportRecord(room))
    assert isinstance(made, o.Made), made
    path = house.office.made(desk.device.id, made.sha256)
    assert path is not None
    assert hashlib.sha256(path.read_bytes()).hexdigest() == made.sha256
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "record")  # noqa: S202 - our own, made a moment ago
    assert verify(tmp_path / "record") == []
    assert refused(await desk.ask(o.ExportRecord("nowhere"))) == Code.ROOM_UNKNOWN


async def test_a_damaged_record_is_told_and_not_printed(house: House, desk: Peer) -> None:
    room = await house.meeting(desk, await house.people(2))
    await house.database.run(lambda db: db.execute("update records set salt = zeroblob(16)"))
    assert refused(await desk.ask(o.MakeMinutes(room))) == Code.DATABASE_DAMAGED


async def test_there_is_no_sheet_when_everybody_has_signed_in(desk: Peer) -> None:
    assert refused(await desk.ask(o.PrintSheet(BODY.id))) == Code.PERSON_UNKNOWN


async def test_a_backup_is_made_while_running_and_says_where_it_lies(desk: Peer) -> None:
    made = await desk.ask(o.MakeBackup())
    assert isinstance(made, o.BackupMade)
    assert Path(made.path).stat().st_size == made.size
    with tarfile.open(made.path) as archive:
        assert {"phienhop.db", "tls/ca.key", "manifest.json"} <= set(archive.getnames())


async def test_a_folder_that_cannot_be_written_is_told(house: House, desk: Peer) -> None:
    (house.folder / "backups").write_bytes(b"a file where the folder should be")
    assert refused(await desk.ask(o.MakeBackup())) == Code.SETTINGS_INVALID
    await put(desk, "p1", "Nguyễn Văn An")
    made = house.folder / "made"
    made.rmdir()
    made.write_bytes(b"the same")
    assert refused(await desk.ask(o.PrintSheet(BODY.id))) == Code.SETTINGS_INVALID


async def test_a_disk_that_refuses_is_told(house: House, desk: Peer) -> None:
    await house.database.close()
    assert refused(await desk.ask(o.ListPeople(BODY.id))) == Code.NOT_RECORDED
