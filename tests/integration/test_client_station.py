"""Our own client against our own server: real sockets, TLS, SQLite and files on both ends."""

import asyncio
import contextlib
import hashlib
from pathlib import Path

import pymupdf
import pytest

from client.headless import Declined, Headless
from client.state import AppState
from server.protocol import commands as c
from server.protocol import office as o
from server.protocol.refusals import Code, Refusal
from server.protocol.state import File
from tests.hall import ROOM, Hall, reopened
from tests.house import BODY, open_house


async def test_a_tablet_pairs_signs_in_joins_and_acknowledges_the_agenda(hall: Hall) -> None:
    async with hall.tablet("p1") as tablet:
        await hall.enrol(tablet, "p1")
        assert tablet.state.place.screen == "lobby"
        assert tablet.state.rooms[ROOM].state.agenda_version == 1

        def acknowledged(state: AppState) -> bool:
            return "p1" in state.rooms[ROOM].state.acknowledged

        await hall.desk.until(acknowledged)


async def test_papers_come_by_themselves_are_verified_and_acknowledged(hall: Hall) -> None:
    async with hall.tablet("p1") as tablet:
        await hall.enrol(tablet, "p1")
        file = await hall.paper("to-trinh")
        await hall.publish(c.FilePaper("i1", "pp1", "Tờ trình", file=file))
        await tablet.until(lambda state: state.downloads.get(file.view_sha256))
        await tablet.papers()
        assert await tablet.verified() == {file.view_sha256: True}
        clear = tablet.station.library.read(file.view_sha256)
        assert hashlib.sha256(clear).hexdigest() == file.view_sha256
        await hall.desk.until(
            lambda state: "p1" in state.rooms[ROOM].state.receipts.get(file.view_sha256, {})
        )
        at_rest = (hall.folder / "p1" / "papers" / file.view_sha256).read_bytes()
        assert b"%PDF" not in at_rest


async def test_a_withdrawn_paper_leaves_the_tablets_disk(hall: Hall) -> None:
    async with hall.tablet("p1") as tablet:
        await hall.enrol(tablet, "p1")
        file = await hall.paper("to-trinh")
        await hall.publish(c.FilePaper("i1", "pp1", "Tờ trình", file=file))
        await tablet.until(lambda state: state.downloads.get(file.view_sha256))
        await tablet.papers()
        await hall.publish(c.WithdrawPaper("pp1"))
        await tablet.until(lambda state: file.view_sha256 not in state.downloads)
        assert await tablet.verified() == {}


async def test_a_restarted_tablet_opens_its_papers_with_no_network(hall: Hall) -> None:
    async with hall.tablet("p1") as tablet:
        await hall.enrol(tablet, "p1")
        file = await hall.paper("to-trinh")
        await hall.publish(c.FilePaper("i1", "pp1", "Tờ trình", file=file))
        await tablet.until(lambda state: state.downloads.get(file.view_sha256))
        await tablet.papers()
    await hall.house.gateway.close()
    async with hall.tablet("p1") as tablet:
        await tablet.until(lambda state: state.line == "reconnecting")
        assert [seat.person for seat in tablet.state.seats] == ["p0", "p1", "p2"]
        tablet.station.sign_in("p1", "000000")
        state = await tablet.until(lambda state: state.sign_in_refusal)
        assert state.sign_in_refusal == Refusal(Code.PIN_WRONG, {"left": 4, "seconds": 0})
        tablet.station.sign_in("p1", hall.house.pins["p1"])
        state = await tablet.until(lambda state: state.rooms and state.login)
        assert state.login is not None
        assert state.login.offline
        assert state.rooms[ROOM].state.items[0].papers[0].title == "Tờ trình"
        await tablet.papers()
        assert tablet.station.library.read(file.view_sha256).startswith(b"%PDF")


async def test_an_offline_command_is_done_once_when_the_line_is_back(hall: Hall) -> None:
    async with hall.tablet("p1") as tablet:
        await hall.enrol(tablet, "p1")
        await hall.poll("q1", "p0", "p1")
        await tablet.until(lambda state: state.place.screen == "poll")
        tablet.station.cut()
        await tablet.until(lambda state: state.line != "connected")
        await tablet.cast(ROOM, "q1", "for")
        assert tablet.state.pending == ()
        await hall.desk.until(lambda state: state.rooms[ROOM].progress["q1"].received == 1)
        own = (await tablet.until(lambda state: state.rooms[ROOM].personal.ballots)).rooms[ROOM]
        assert own.personal.ballots["q1"].choice == "for"


async def test_a_command_outlives_the_tablet(hall: Hall) -> None:
    async with hall.tablet("p1") as tablet:
        await hall.enrol(tablet, "p1")
        await hall.poll("q1", "p0", "p1")
        await tablet.until(lambda state: state.place.screen == "poll")
        port = hall.house.port
        await hall.house.gateway.close()
        await tablet.until(lambda state: state.line != "connected")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(tablet.cast(ROOM, "q1", "against"), 0.1)
        assert len(tablet.state.pending) == 1
    await reopened(hall, port)
    async with hall.tablet("p1") as tablet:
        await tablet.sign_in("p1", hall.house.pins["p1"])
        state = await tablet.until(lambda state: state.rooms and state.rooms[ROOM].personal.ballots)
        assert state.rooms[ROOM].personal.ballots["q1"].choice == "against"
        await tablet.until(lambda state: state.pending == ())


async def test_a_ballot_too_late_is_told_as_unsent(hall: Hall) -> None:
    async with hall.tablet("p1") as tablet:
        await hall.enrol(tablet, "p1")
        await hall.poll("q1", "p0", "p1")
        await tablet.until(lambda state: state.place.screen == "poll")
        await hall.desk.do(c.ClosePoll("q1"), ROOM)
        with pytest.raises(Declined) as told:
            await tablet.cast(ROOM, "q1", "for")
        assert told.value.refusal.code is Code.POLL_CLOSED
        assert tablet.state.unsent == {"q1"}
        await hall.desk.do(c.PublishPoll("q1"), ROOM)
        await tablet.until(lambda state: state.place.screen == "result")


async def test_a_spare_tablet_takes_over_and_the_first_one_says_so(hall: Hall) -> None:
    async with hall.tablet("p1") as tablet, hall.tablet("spare") as spare:
        await hall.enrol(tablet, "p1")
        await spare.pair(hall.address, await hall.code())
        await spare.sign_in("p1", hall.house.pins["p1"])
        await spare.joined(ROOM)
        state = await tablet.until(lambda state: state.login is None)
        assert state.sign_in_refusal is not None
        assert state.sign_in_refusal.code is Code.PLACE_MOVED
        assert state.rooms == {}


async def test_a_tablet_waits_for_approval_and_goes_on_by_itself(hall: Hall) -> None:
    code = await hall.desk.ask(o.IssueCode("Máy 07"))
    assert isinstance(code, o.PairingCode)
    async with hall.tablet("p1") as tablet:
        tablet.station.pair("", hall.scanned(code))
        state = await tablet.until(lambda state: state.comparison)
        assert state.place.screen == "pairing"
        devices = await hall.desk.ask(o.ListDevices())
        assert isinstance(devices, o.Devices)
        waiting = next(one for one in devices.devices if one.state == "waiting")
        assert waiting.comparison == state.comparison
        await hall.desk.ask(o.ApproveDevice(waiting.id))
        await tablet.until(lambda state: state.place.screen == "sign_in" and state.seats)


@pytest.mark.parametrize(
    ("code", "refused"),
    [("ABCD-EFGH-IJKL-MNOP", Code.CODE_WRONG), ("short", Code.CODE_WRONG)],
)
async def test_a_wrong_code_pairs_nothing(hall: Hall, code: str, refused: Code) -> None:
    async with hall.tablet("p1") as tablet:
        with pytest.raises(Declined) as told:
            await tablet.pair(hall.address, code)
        assert told.value.refusal.code is refused
        assert tablet.state.place.screen == "pairing"


async def test_a_qr_of_another_server_is_an_impostor(hall: Hall) -> None:
    code = await hall.desk.ask(o.IssueCode("Máy 07"))
    assert isinstance(code, o.PairingCode)
    word, hosts, port, ca, secret = hall.scanned(code).split()
    other = ("A" if ca[0] != "A" else "B") + ca[1:]
    async with hall.tablet("p1") as tablet:
        with pytest.raises(Declined) as told:
            await tablet.pair("", f"{word} {hosts} {port} {other} {secret}")
        assert told.value.refusal.code is Code.SERVER_IMPOSTOR


async def test_an_impostor_at_the_servers_address_is_refused(hall: Hall, tmp_path: Path) -> None:
    async with hall.tablet("p1") as tablet:
        await hall.enrol(tablet, "p1")
    port = hall.house.port
    await hall.house.gateway.close()
    async with open_house(tmp_path / "other", port=port), hall.tablet("p1") as tablet:
        state = await tablet.until(lambda state: state.line == "refused")
        assert state.sign_in_refusal == Refusal(Code.SERVER_IMPOSTOR)


async def test_a_server_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    async with Headless(tmp_path) as tablet:
        with pytest.raises(Declined) as told:
            await tablet.pair("localhost:1", "ABCD-EFGH-IJKL-MNOP")
        assert told.value.refusal == Refusal(Code.SERVER_UNREACHABLE, {"address": "localhost:1"})


async def test_a_first_pin_is_changed_before_anything_else(hall: Hall) -> None:
    pins = await hall.desk.ask(o.PutPerson(BODY.id, o.Person("n1", "Lê Văn Mới")))
    assert isinstance(pins, o.FirstPins)
    async with hall.tablet("n1") as tablet:
        await tablet.pair(hall.address, await hall.code())
        tablet.station.sign_in("n1", pins.pins[0].pin)
        await tablet.until(lambda state: state.place.screen == "change_pin")
        tablet.station.change_pin(pins.pins[0].pin, "975310")
        await tablet.until(lambda state: state.place.screen == "lobby")
    async with hall.tablet("n1") as tablet:
        await tablet.sign_in("n1", "975310")
        assert tablet.state.place.screen == "lobby"


async def test_what_a_person_likes_comes_back_with_them(hall: Hall) -> None:
    from client.actions import PageTurned, PreferencesChanged, VersionSeen
    from client.state import Preferences, ReadingPlace

    likes = Preferences(language="en", theme="dark", text_size="large")
    async with hall.tablet("p1") as tablet:
        await hall.enrol(tablet, "p1")
        tablet.station.store.dispatch(PreferencesChanged(likes))
        tablet.station.store.dispatch(PageTurned("pp1", ReadingPlace(3, 0.5)))
        tablet.station.store.dispatch(VersionSeen("pp1", 1))
        tablet.station.store.dispatch(VersionSeen("pp1", 4))
    async with hall.tablet("p1") as tablet:
        assert tablet.state.preferences == likes
        await tablet.sign_in("p1", hall.house.pins["p1"])
        await tablet.until(lambda state: state.places)
        assert tablet.state.places == {"pp1": ReadingPlace(3, 0.5)}
        assert tablet.state.seen_versions == {"pp1": 4}
        assert tablet.state.read_before == {"pp1": 1}


async def test_a_returning_tablet_resumes_from_what_its_disk_holds(hall: Hall) -> None:
    async with hall.tablet("p1") as tablet:
        await hall.enrol(tablet, "p1")
        before = tablet.state.rooms[ROOM]
    await hall.publish(c.AddItem("i2", 1, "Quy hoạch", "Quy hoạch"))
    async with hall.tablet("p1") as tablet:
        seen: list[str] = []
        tablet.station.store.listen(lambda _b, action, _a: seen.append(type(action).__name__))
        await tablet.sign_in("p1", hall.house.pins["p1"])
        await tablet.joined(ROOM)
        assert "Events" in seen
        assert "Snapshot" not in seen
        after = tablet.state.rooms[ROOM]
        assert after.epoch == before.epoch
        assert [item.id for item in after.state.items] == ["i1", "i2"]


async def test_the_desk_fetches_what_the_server_made(hall: Hall, tmp_path: Path) -> None:
    await hall.desk.ask(o.PutPerson(BODY.id, o.Person("n1", "Lê Văn Mới")))
    made = await hall.desk.ask(o.PrintSheet(BODY.id))
    assert isinstance(made, o.Made)
    path = tmp_path / "sheet.pdf"
    assert await hall.desk.station.save(made.sha256, path) is None
    assert hashlib.sha256(path.read_bytes()).hexdigest() == made.sha256


async def test_an_unreadable_upload_is_refused_and_shown(hall: Hall, tmp_path: Path) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"not a pdf at all")
    refused = await hall.desk.station.upload(path, BODY.id)
    assert isinstance(refused, Refusal)
    shown = next(iter(hall.desk.state.uploads.values()))
    assert shown.refusal == refused
    gone = await hall.desk.station.upload(tmp_path / "nothing.pdf", BODY.id)
    assert gone == Refusal(Code.FILE_NOT_FOUND, {"name": "nothing.pdf"})


# ---- papers under bad conditions -----------------------------------------------------------------


def noise(size: int) -> bytes:
    """A PDF of about that many bytes, which no compression makes smaller."""
    import os

    with pymupdf.open() as document:
        page = document.new_page()
        pixels = pymupdf.Pixmap(
            pymupdf.csRGB, 1024, size // 3072, os.urandom(1024 * (size // 3072) * 3), False
        )
        page.insert_image(page.rect, pixmap=pixels)
        return bytes(document.tobytes())


async def test_a_transfer_that_the_server_breaks_off_goes_on_where_it_was(hall: Hall) -> None:
    path = hall.folder / "map.pdf"
    path.write_bytes(noise(12_000_000))
    file = await hall.desk.station.upload(path, BODY.id)
    assert isinstance(file, File)
    port, seen = hall.house.port, list[int]()
    async with hall.tablet("p1") as tablet:
        await hall.enrol(tablet, "p1")

        def note(_before: AppState, _action: object, after: AppState) -> None:
            known = after.downloads.get(file.view_sha256)
            seen.append(known.received if known else 0)

        tablet.station.store.listen(note)
        await hall.publish(c.FilePaper("i1", "pp1", "Bản đồ", file=file))
        await tablet.until(lambda _state: max(seen, default=0) > 3_000_000)
        await hall.house.gateway.close()
        await tablet.until(lambda state: state.line != "connected")
        assert not tablet.state.downloads[file.view_sha256].stored
        seen.clear()
        await reopened(hall, port)
        await tablet.papers(30)
        assert min(seen) > 2_000_000
        assert await tablet.verified() == {file.view_sha256: True}


async def test_wrong_bytes_are_not_kept_and_fetched_again_later(hall: Hall) -> None:
    file = await hall.paper("to-trinh")
    found = (path for path in (hall.house.folder / "papers").rglob("*") if path.is_file())
    kept = next(path for path in found if file_hash(path) == file.view_sha256)
    right = kept.read_bytes()
    kept.chmod(0o600)
    kept.write_bytes(right[:-1] + b"x")
    async with hall.tablet("p1") as tablet:
        await hall.enrol(tablet, "p1")
        await hall.publish(c.FilePaper("i1", "pp1", "Tờ trình", file=file))

        def refused(state: AppState) -> bool:
            known = state.downloads.get(file.view_sha256)
            return known is not None and known.refusal is not None and known.retry_at > 0

        state = await tablet.until(refused)
        refusal = state.downloads[file.view_sha256].refusal
        assert refusal == Refusal(Code.HASH_MISMATCH)
        assert await tablet.verified() == {}
        kept.write_bytes(right)
        tablet.station.reconnect()
        await tablet.papers()
        assert await tablet.verified() == {file.view_sha256: True}


async def test_a_disk_that_takes_nothing_is_said_and_tried_again(hall: Hall) -> None:
    first, file = await hall.paper("nghi-quyet"), await hall.paper("to-trinh")
    async with hall.tablet("p1") as tablet:
        await hall.enrol(tablet, "p1")
        await hall.publish(c.FilePaper("i1", "pp0", "Nghị quyết", file=first))
        await tablet.until(lambda state: state.downloads.get(first.view_sha256))
        await tablet.papers()
        blocked = hall.folder / "p1" / "papers" / f"{file.view_sha256}.part"
        blocked.mkdir()
        await hall.publish(c.FilePaper("i1", "pp1", "Tờ trình", file=file))

        def full(state: AppState) -> bool:
            known = state.downloads.get(file.view_sha256)
            return known is not None and known.refusal == Refusal(Code.DISK_FULL)

        await tablet.until(full)
        blocked.rmdir()
        tablet.station.reconnect()
        await tablet.papers()


async def test_a_disk_that_takes_no_key_is_tried_again(hall: Hall) -> None:
    async with hall.tablet("p1") as tablet:
        blocked = hall.folder / "p1" / "papers" / "key.name"
        blocked.mkdir()
        await hall.enrol(tablet, "p1")
        file = await hall.paper("to-trinh")
        await hall.publish(c.FilePaper("i1", "pp1", "Tờ trình", file=file))
        known = await tablet.until(lambda state: state.downloads.get(file.view_sha256))
        assert not known.downloads[file.view_sha256].stored
        blocked.rmdir()
        await tablet.papers()
        assert await tablet.verified() == {file.view_sha256: True}


def file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# ---- the rest of a device's life -----------------------------------------------------------------


async def test_a_device_can_be_paired_anew(hall: Hall) -> None:
    async with hall.tablet("p1") as tablet:
        await hall.enrol(tablet, "p1")
        tablet.station.unpair()
        assert tablet.state.place.screen == "pairing"
        await tablet.until(lambda state: state.line == "unpaired")
        await hall.enrol(tablet, "p2")
        assert tablet.state.login is not None
        assert tablet.state.login.person == "p2"


async def test_signing_out_lets_the_next_person_in(hall: Hall) -> None:
    async with hall.tablet("pool") as tablet:
        await hall.enrol(tablet, "p1")
        tablet.station.sign_out()
        assert tablet.state.place.screen == "sign_in"
        assert tablet.state.rooms == {}
        await tablet.until(lambda state: state.line == "connected" and state.seats)
        await tablet.sign_in("p2", hall.house.pins["p2"])
        await tablet.joined(ROOM)


async def test_a_shown_page_reaches_the_others_and_a_display_needs_no_pin(hall: Hall) -> None:
    from server.protocol.state import ShownPage

    await hall.desk.do(c.StartMeeting(), ROOM)
    file = await hall.paper("to-trinh")
    await hall.publish(c.FilePaper("i1", "pp1", "Tờ trình", file=file))
    page = ShownPage("p0", "i1", "pp1", 1, 2)
    async with hall.tablet("p0") as chair, hall.tablet("p1") as member:
        await hall.enrol(chair, "p0")
        await hall.enrol(member, "p1")
        chair.enter(ROOM)
        chair.station.show_page(page)
        state = await member.until(lambda state: state.rooms[ROOM].shown)
        assert state.rooms[ROOM].shown == page
        chair.station.show_page(None)
        await member.until(lambda state: state.rooms[ROOM].shown is None)


async def test_a_display_comes_in_by_itself(hall: Hall) -> None:
    code = await hall.desk.ask(o.IssueCode("Màn hình", kind="display"))
    assert isinstance(code, o.PairingCode)
    async with Headless(hall.folder / "display", kind="display") as display:
        display.station.pair("", hall.scanned(code))
        await display.until(lambda state: state.comparison)
        devices = await hall.desk.ask(o.ListDevices())
        assert isinstance(devices, o.Devices)
        waiting = next(one for one in devices.devices if one.state == "waiting")
        await hall.desk.ask(o.ApproveDevice(waiting.id))
        await display.until(lambda state: state.login)
        assert display.state.place.screen == "display"


async def test_a_wrong_new_pin_is_refused_in_place(hall: Hall) -> None:
    async with hall.tablet("p1") as tablet:
        await hall.enrol(tablet, "p1")
        tablet.station.change_pin(hall.house.pins["p1"], "123456")
        state = await tablet.until(lambda state: state.sign_in_refusal)
        assert state.sign_in_refusal == Refusal(Code.PIN_WEAK, {"digits": 6})
        await hall.house.gateway.close()
        await tablet.until(lambda state: state.line != "connected")
        tablet.station.change_pin(hall.house.pins["p1"], "975310")
        assert tablet.state.sign_in_refusal == Refusal(Code.SERVER_UNREACHABLE)


async def test_opening_a_paper_is_told_to_the_desk(hall: Hall) -> None:
    from client.actions import VersionSeen

    async with hall.tablet("p1") as tablet:
        await hall.enrol(tablet, "p1")
        file = await hall.paper("to-trinh")
        await hall.publish(c.FilePaper("i1", "pp1", "Tờ trình", file=file))
        await tablet.until(lambda state: state.downloads.get(file.view_sha256))
        await tablet.papers()
        tablet.station.store.dispatch(VersionSeen("pp1", 1))

        def opened(state: AppState) -> bool:
            receipts = state.rooms[ROOM].state.receipts.get(file.view_sha256, {})
            return "p1" in receipts and receipts["p1"].opened_at > 0

        await hall.desk.until(opened)


async def test_what_the_office_refuses_is_said_once(hall: Hall) -> None:
    nobody = o.PutPerson("nobody-s", o.Person("p9", "Lý Văn Sơn"))
    told: list[object] = []
    hall.desk.station.ask(nobody, told.append)
    await hall.desk.until(lambda _state: told)
    assert isinstance(told[0], Refusal)
    assert hall.desk.state.message is None
    hall.desk.station.ask(nobody)
    state = await hall.desk.until(lambda state: state.message)
    assert state.message is not None
    assert state.message.key == f"refusal.{told[0].code}"
