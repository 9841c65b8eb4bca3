"""The command line as processes: start, stop, every refusal, imports, codes, backup and restore."""

import asyncio
import csv
import json
import os
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymupdf
import pytest

from bench._peer import Device, Peer, trust
from server.protocol import frames as f
from server.protocol import office as o
from server.protocol.state import Organization
from server.record.export import verify

ROOT = Path(__file__).resolve().parents[2]
CHEAP = {"PHIENHOP_PIN_PASSES": "1", "PHIENHOP_PIN_MEMORY_KIB": "64", "PHIENHOP_PIN_LANES": "1"}
BODY = Organization("btv", "Ban Thường vụ Tỉnh ủy X")
WORD = "một câu đủ dài"
SECONDS = 60


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, **CHEAP, **more}


def run(*arguments: str | Path, **more: str) -> "subprocess.CompletedProcess[str]":
    """One command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "server", *map(str, arguments)],
        cwd=ROOT,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def assert_refused(ended: "subprocess.CompletedProcess[str]", code: str, *named: str) -> None:
    """Exit status 2 and one clear text in both languages with the code; never a traceback."""
    assert ended.returncode == 2, ended
    assert "Traceback" not in ended.stderr
    lines = ended.stderr.strip().splitlines()
    assert len(lines) == 3, ended.stderr
    assert lines[2] == f"[{code}]"
    for name in named:
        assert name in lines[0]
        assert name in lines[1]


@dataclass
class Running:
    """A server process, and what it said when it was ready."""

    process: asyncio.subprocess.Process
    told: Mapping[str, Any]

    @property
    def port(self) -> int:
        return int(self.told["port"])

    def trusted(self) -> ssl.SSLContext:
        """What a device trusts after it has compared the CA's hash with the code's."""
        anything = ssl.create_default_context()
        anything.check_hostname = False
        anything.verify_mode = ssl.CERT_NONE
        url = f"https://127.0.0.1:{self.port}/ca"
        with urllib.request.urlopen(url, context=anything, timeout=SECONDS) as answer:
            return trust(answer.read())

    async def connect(self, device: Device | None = None) -> Peer:
        return await Peer.open(self.port, self.trusted(), device)

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return await asyncio.wait_for(self.process.wait(), SECONDS)


@asynccontextmanager
async def serving(data: Path, *arguments: str) -> AsyncIterator[Running]:
    """`phienhop serve` on a free port of this machine; killed when it is still there at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server", "serve", "--data", data, "--host", "127.0.0.1",
        "--port", "0", "--json", *arguments,
        cwd=ROOT, env=environment(), stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), SECONDS)
        yield Running(process, json.loads(line))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def first_desk(server: Running) -> Peer:
    desk = await server.connect()
    await desk.first_run(server.told["code"], BODY, "Trần Thị Mai", WORD)
    seats = await desk.authenticate()
    await desk.sign_in(seats.seats[0].person, WORD)
    return desk


def a_paper(path: Path, text: str = "Tờ trình") -> Path:
    with pymupdf.open() as document:
        document.new_page().insert_text((72, 72), text)
        document.save(path)
    return path


MEETING = """
id = "btv-27"
title = "Hội nghị lần thứ 27"
place = "Phòng họp A"
starts = 2025-09-18T08:00:00
chair = "Nguyễn Văn An"
people = "people.csv"

[organization]
id = "btv"
name = "Ban Thường vụ Tỉnh ủy X"

[[items]]
title = "Khai mạc, điểm danh"

[[items]]
title = "Dự thảo Nghị quyết"
form = "open"
guests = ["Đỗ Minh Ánh"]

[[items.papers]]
title = "Tờ trình"
kind = "Tờ trình"
file = "to-trinh.pdf"

[[items]]
title = "Công tác cán bộ"
form = "paper"

[[items.papers]]
title = "Hồ sơ nhân sự"
classification = "confidential"
copies = 13
"""
PEOPLE = (
    "name,role,post,seat\nNguyễn Văn An,member,Bí thư,01\nLê Thị Bình,member,,02\n"
    "Đỗ Minh Ánh,guest,Giám đốc Sở,\nTrần Thị Mai,secretary,,\n"
)


def a_folder(path: Path, meeting: str = MEETING) -> Path:
    path.mkdir()
    (path / "meeting.toml").write_text(meeting, encoding="utf-8")
    (path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    a_paper(path / "to-trinh.pdf")
    return path


# ---- starting and stopping -----------------------------------------------------------------------


async def test_an_empty_server_prints_a_code_that_sets_it_up_and_stops_cleanly(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path / "data") as server:
        assert server.told["empty"] is True
        desk = await first_desk(server)
        assert isinstance(await desk.ask(o.ListPeople(BODY.id)), o.People)
        assert await server.stop() == 0
        goodbye = await desk.hear_refused()
        assert goodbye.refusal.code == "server_closing"
        await desk.close()
    assert not (tmp_path / "data" / "phienhop.db-wal").exists()
    async with serving(tmp_path / "data") as again:
        assert (again.told["code"], again.told["empty"]) == ("", False)
        back = await again.connect(desk.device)
        await back.authenticate()
        assert (await back.resume(desk.token)).person == desk.person
        await back.close()
        assert await again.stop(signal.SIGINT) == 0


async def test_people_read_where_it_runs_and_how_to_go_on(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server", "serve", "--data", tmp_path, "--host", "127.0.0.1",
        "--port", "0", cwd=ROOT, env=environment(), stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    text = ""
    while "phienhop desk" not in text or not text.endswith("\n\n"):
        line = await asyncio.wait_for(process.stdout.readline(), SECONDS)
        assert line, text
        text += line.decode()
    assert "Phiên họp đang chạy / is running: 127.0.0.1:" in text
    code = text.strip().splitlines()[-1].strip()
    assert len(code.replace("-", "")) == 16
    process.terminate()
    assert await asyncio.wait_for(process.wait(), SECONDS) == 0


async def test_a_second_server_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        second = await asyncio.to_thread(run, "serve", "--data", tmp_path, "--port", "0")
        assert_refused(second, "server_running", str(tmp_path))
        imported = await asyncio.to_thread(run, "people", "import", "x.csv", "--data", tmp_path)
        assert_refused(imported, "server_running")
        restored = await asyncio.to_thread(run, "restore", "x.tar", "--data", tmp_path)
        assert_refused(restored, "server_running")
        assert await server.stop() == 0


def test_a_port_in_use_is_refused(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = run("serve", "--data", tmp_path, "--host", "127.0.0.1", "--port", port)
    assert_refused(ended, "port_in_use", port)


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_that_is_not_ours_is_refused(tmp_path: Path, host: str) -> None:
    ended = run("serve", "--data", tmp_path, "--host", host, "--port", "0")
    assert_refused(ended, "settings_invalid", host)


def test_a_broken_settings_file_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "phienhop.toml").write_text('host = "127.0.0.1"\nprot = 8443\n')
    place = f"{tmp_path}/phienhop.toml:2"
    assert_refused(run("serve", "--data", tmp_path), "settings_invalid", place, "prot")


def test_a_database_of_a_newer_release_is_refused(tmp_path: Path) -> None:
    assert run("code", "--data", tmp_path).returncode == 0
    with sqlite3.connect(tmp_path / "phienhop.db") as db:
        db.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at) "
            "values ('journal', 'of_tomorrow', '')"
        )
    db.close()
    ended = run("serve", "--data", tmp_path, "--port", "0")
    assert_refused(ended, "database_newer", "phienhop.db")


def test_a_damaged_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "phienhop.db").write_bytes(b"this is no database at all" * 100)
    for command in (("serve", "--port", "0"), ("code",)):
        assert_refused(run(*command, "--data", tmp_path), "database_damaged", "phienhop.db")


def test_damaged_certificates_are_refused(tmp_path: Path) -> None:
    assert run("code", "--data", tmp_path).returncode == 0
    (tmp_path / "tls" / "ca.key").write_bytes(b"damaged")
    for command in (("serve", "--port", "0"), ("code",)):
        assert_refused(run(*command, "--data", tmp_path), "settings_invalid", "tls")


def test_a_damaged_log_key_is_refused_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "log.key").write_bytes(b"damaged")
    for command in (("serve", "--port", "0"), ("code",)):
        assert_refused(run(*command, "--data", tmp_path), "settings_invalid", "log.key")
    assert (tmp_path / "log.key").read_bytes() == b"damaged"


def test_a_folder_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for command in (("serve", "--port", "0"), ("restore", "x.tar"), ("code",)):
        ended = run(*command, "--data", tmp_path / "file" / "data")
        assert_refused(ended, "settings_invalid", str(tmp_path / "file"))


def test_help_names_every_command_and_nothing_is_imported_for_it() -> None:
    shown = run("--help").stdout
    for command in ("serve", "tablet", "desk", "display", "people", "meeting", "backup", "demo"):
        assert command in shown
    assert run().stdout == shown
    assert run("--version").stdout.startswith("phienhop ")
    assert run("people", "import").returncode == 2


def test_server_commands_never_import_kivy_and_windows_never_the_rules(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom server.__main__ import main\nstatus = main(sys.argv[1:])\n"
        "assert 'kivy' not in sys.modules\nassert status == 0, status\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, "code", "--data", tmp_path],
        cwd=ROOT, env=environment(), timeout=SECONDS, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    script = (
        "import sys\nfrom server.__main__ import main\n"
        "try:\n    main(['tablet', '--help'])\nexcept SystemExit:\n    pass\n"
        "assert not {'server.core', 'server.rooms', 'sqlite_utils', 'kivy'} & set(sys.modules)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT, env=environment(), timeout=SECONDS, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr


# ---- imports -------------------------------------------------------------------------------------


async def test_a_whole_meeting_from_a_folder_is_there_when_the_server_starts(
    tmp_path: Path,
) -> None:
    data, pins = tmp_path / "data", tmp_path / "pins.csv"
    folder = a_folder(tmp_path / "meeting")
    ended = await asyncio.to_thread(
        run, "meeting", "import", folder, "--data", data, "--pins", pins
    )
    assert ended.returncode == 0, ended.stderr
    assert pins.stat().st_mode & 0o777 == 0o600
    first = {row["name"]: row for row in csv.DictReader(pins.read_text().splitlines())}
    assert list(first) == ["Nguyễn Văn An", "Lê Thị Bình", "Đỗ Minh Ánh", "Trần Thị Mai"]
    codes = await asyncio.to_thread(
        run, "code", "--data", data, "--person", "Lê Thị Bình", "--person", "Đỗ Minh Ánh"
    )
    issued = [json.loads(line) for line in codes.stdout.splitlines()]
    async with serving(data) as server:
        member, guest = [await sign_in(server, one, first[one["name"]]) for one in issued]
        state = (await joined(member)).state
        assert (state.title, state.agenda_version, len(state.items)) == (
            "Hội nghị lần thứ 27", 1, 3
        )  # fmt: skip
        paper = state.items[1].papers[0]
        assert paper.file is not None
        assert (paper.file.pages, paper.file.name) == (1, "to-trinh.pdf")
        assert (state.items[2].papers[0].copies, state.items[2].papers[0].file) == (13, None)
        assert state.roll[state.chair].name == "Nguyễn Văn An"
        invited = (await joined(guest)).state
        assert [item.title for item in invited.items] == ["Dự thảo Nghị quyết"]
        for peer in (member, guest):
            await peer.close()
        assert await server.stop() == 0


async def sign_in(server: Running, issued: Mapping[str, str], first: Mapping[str, str]) -> Peer:
    """A tablet paired by a code of the console, at which the person chooses a PIN."""
    tablet = await server.connect()
    paired = await tablet.pair(issued["code"])
    assert paired.approved
    seats = await tablet.authenticate()
    assert seats.own == first["person"]
    await tablet.sign_in(first["person"], first["pin"])
    await tablet.change_pin(first["pin"], "270594")
    return tablet


async def joined(peer: Peer) -> Any:
    card = (await peer.hear(f.Meetings)).meetings[0]
    await peer.hello(card.room)
    return peer.places[card.room]


def test_people_from_a_table_make_their_body_and_come_twice_without_harm(tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text(PEOPLE, encoding="utf-8")
    data = ("--data", tmp_path / "data")
    assert_refused(run("people", "import", table, *data), "organization_unknown")
    named = run("people", "import", table, *data, "--organization", "Đảng ủy xã Y")
    assert named.stdout.splitlines()[0] == "person,name,pin"
    assert len(named.stdout.splitlines()) == 5
    again = run("people", "import", table, *data)
    assert again.stdout.splitlines() == ["person,name,pin"]


def test_first_pins_are_never_lost_to_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text(PEOPLE, encoding="utf-8")
    command = ("people", "import", table, "--data", tmp_path / "data", "--organization", "X")
    (tmp_path / "there.csv").write_text("")
    assert_refused(run(*command, "--pins", tmp_path / "there.csv"), "name_taken")
    assert_refused(run(*command, "--pins", tmp_path / "no" / "x.csv"), "settings_invalid")
    assert len(run(*command).stdout.splitlines()) == 5
    table.write_text("nothing\n")
    assert_refused(run(*command, "--pins", tmp_path / "new.csv"), "csv_invalid", "1")
    assert not (tmp_path / "new.csv").exists()


def test_tables_that_are_not_taken(tmp_path: Path) -> None:
    command = ("people", "import", tmp_path / "x.csv", "--data", tmp_path, "--organization", "X")
    assert_refused(run(*command), "file_not_found", "x.csv")
    (tmp_path / "x.csv").write_bytes("name\nNguyễn".encode("utf-16"))
    assert_refused(run(*command), "csv_invalid")
    (tmp_path / "x.csv").write_text("name,seat\nAn,1\nBình,1\n")
    assert_refused(run(*command), "seat_taken")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"Nguyễn Văn An"', '"Nguyễn Văn Ấn"', "person_unknown"),
        ('["Đỗ Minh Ánh"]', '["Ai đó"]', "person_unknown"),
        ('"to-trinh.pdf"', '"people.csv"', "paper_not_pdf"),
        ('title = "Hội nghị lần thứ 27"', "", "settings_invalid"),
        ('title = "Khai mạc, điểm danh"', 'title = " "', "title_missing"),
    ],
)
def test_folders_that_are_not_taken(tmp_path: Path, old: str, new: str, code: str) -> None:
    folder = a_folder(tmp_path / "meeting", MEETING.replace(old, new))
    assert_refused(run("meeting", "import", folder, "--data", tmp_path / "data"), code)


def test_a_refused_paper_may_be_left_out_of_the_meeting(tmp_path: Path) -> None:
    plan = MEETING.replace('"to-trinh.pdf"', '"people.csv"')
    folder = a_folder(tmp_path / "meeting", plan)
    pins = ("--pins", tmp_path / "pins.csv")
    data = ("--data", tmp_path / "data")
    ended = run("meeting", "import", folder, *data, *pins, "--leave-out-refused")
    assert ended.returncode == 0, ended.stderr
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    assert told == [{"file": "people.csv", "code": "paper_not_pdf"}]
    assert_refused(run("meeting", "import", folder, *data), "paper_not_pdf")


def test_a_meeting_is_imported_once(tmp_path: Path) -> None:
    command = ("meeting", "import", a_folder(tmp_path / "meeting"), "--data", tmp_path / "data")
    assert run(*command).returncode == 0
    assert_refused(run(*command), "meeting_exists", "btv-27")


def test_every_meeting_is_listed_with_its_id(tmp_path: Path) -> None:
    data = ("--data", tmp_path / "data")
    assert run("meeting", "list", *data).stdout == ""
    run("meeting", "import", a_folder(tmp_path / "meeting"), *data)
    listed = run("meeting", "list", *data, TZ="ICT-7").stdout.splitlines()
    assert [line.split("\t")[:3] for line in listed] == [["btv-27", "2025-09-18", "prepared"]]
    unusable = tmp_path / "file"
    unusable.write_text("not a folder")
    assert_refused(run("meeting", "list", "--data", unusable), "settings_invalid")


async def test_the_record_is_written_while_the_server_runs(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "record"
    folder = a_folder(tmp_path / "meeting")
    await asyncio.to_thread(run, "meeting", "import", folder, "--data", data)
    command = ("meeting", "export", "btv-27", "--data", data, "--out", out)
    async with serving(data) as server:
        written = await asyncio.to_thread(run, *command)
        assert written.returncode == 0, written.stderr
        assert await server.stop() == 0
    assert verify(out) == []
    assert len(list((out / "papers").iterdir())) == 2
    assert_refused(await asyncio.to_thread(run, *command), "name_taken", str(out))
    nowhere = ("meeting", "export", "nowhere", "--data", data, "--out", tmp_path / "new")
    assert_refused(await asyncio.to_thread(run, *nowhere), "room_unknown", "nowhere")


# ---- codes ---------------------------------------------------------------------------------------


async def test_codes_are_issued_while_the_server_runs(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        desk = await first_desk(server)
        made = await asyncio.to_thread(run, "code", "--data", tmp_path, "--count", "2")
        lines = [json.loads(line) for line in made.stdout.splitlines()]
        assert {one["qr"].split(" ")[2] for one in lines} == {str(server.port)}
        codes = [one["code"] for one in lines]
        for code in codes:
            tablet = await server.connect()
            assert (await tablet.pair(code)).approved
            await tablet.close()
        shown = await desk.ask(o.ListDevices())
        assert isinstance(shown, o.Devices)
        assert [one.kind for one in shown.devices] == ["tablet", "tablet", "desk"]
        await desk.close()
        assert await server.stop() == 0


def test_a_code_for_nobody_is_refused(tmp_path: Path) -> None:
    ended = run("code", "--data", tmp_path, "--person", "Ai đó")
    assert_refused(ended, "person_unknown", "Ai đó")


# ---- backup --------------------------------------------------------------------------------------


async def test_a_backup_made_while_running_restores_everything_into_an_empty_folder(
    tmp_path: Path,
) -> None:
    data, saved, fresh = tmp_path / "data", tmp_path / "saved.tar", tmp_path / "fresh"
    ended = await asyncio.to_thread(
        run, "meeting", "import", a_folder(tmp_path / "meeting"), "--data", data
    )
    first = {row["name"]: row for row in csv.DictReader(ended.stdout.splitlines())}
    codes = await asyncio.to_thread(run, "code", "--data", data, "--person", "Lê Thị Bình")
    issued = json.loads(codes.stdout)
    async with serving(data) as server:
        tablet = await sign_in(server, issued, first["Lê Thị Bình"])
        before = await joined(tablet)
        made = await asyncio.to_thread(run, "backup", saved, "--data", data)
        assert made.returncode == 0, made.stderr
        await tablet.close()
        assert await server.stop() == 0
    assert saved.stat().st_mode & 0o777 == 0o600
    restored = await asyncio.to_thread(run, "restore", saved, "--data", fresh)
    assert restored.returncode == 0, restored.stderr
    async with serving(fresh) as server:
        again = await server.connect(tablet.device)
        await again.authenticate()
        await again.resume(tablet.token)
        after = await joined(again)
        assert after.state == before.state
        assert after.epoch != before.epoch
        await again.close()
        assert await server.stop() == 0


def test_what_was_there_before_a_restore_is_moved_aside(tmp_path: Path) -> None:
    data, saved = tmp_path / "data", tmp_path / "saved.tar"
    run("code", "--data", data)
    assert run("backup", saved, "--data", data).returncode == 0
    ended = run("restore", saved, "--data", data)
    assert ended.returncode == 0, ended.stderr
    aside = [path for path in data.iterdir() if path.name.startswith("before-restore-")]
    assert [path.name for path in aside[0].iterdir() if path.suffix == ".db"] == ["phienhop.db"]
    assert str(aside[0]) in ended.stdout


def test_backups_that_are_not_made(tmp_path: Path) -> None:
    nothing = run("backup", tmp_path / "out.tar", "--data", tmp_path / "empty")
    assert_refused(nothing, "file_not_found", "phienhop.db")
    run("code", "--data", tmp_path / "data")
    (tmp_path / "out.tar").write_bytes(b"")
    taken = run("backup", tmp_path / "out.tar", "--data", tmp_path / "data")
    assert_refused(taken, "name_taken", "out.tar")


def test_a_restore_of_nothing_is_refused(tmp_path: Path) -> None:
    ended = run("restore", tmp_path / "gone.tar", "--data", tmp_path / "data")
    assert_refused(ended, "file_not_found", "gone.tar")
