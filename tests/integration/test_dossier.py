"""A dossier from a running server, and the two commands that make and check one."""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from server.__main__ import main
from server.protocol import commands as c
from server.protocol import frames as f
from server.protocol import office as o
from server.protocol.refusals import Code, Refusal
from server.record.report import report
from server.record.verify import verify
from tests.forging import flipped
from tests.house import open_house


def for_members(out: Path) -> Path:
    """Where the members' dossier of the same meeting lies."""
    return out.with_name(f"{out.stem}-dai-bieu.zip")


async def _played(folder: Path, out: Path) -> str:
    """A meeting with a poll on a real server; its dossier, made from the desk; its newest code."""
    async with open_house(folder) as house:
        desk = await house.desk()
        people = await house.people(3)
        room = await house.meeting(desk, people)
        await desk.hello(room)
        item = c.AddItem("i1", 0, "Nghị quyết", "Nghị quyết", form="open")
        for command in (
            c.PublishChanges((c.Draft("c1", item),)),
            c.StartMeeting(),
            c.MarkAttendance(dict.fromkeys(people, "present")),
            c.PreparePoll("q1", "i1", "Đồng ý thông qua?"),
            c.OpenPoll("q1"),
        ):
            assert isinstance(await desk.do(room, command), f.Accepted), command
        for person in people:
            tablet = await house.tablet(person)
            await tablet.hello(room)
            refused = await tablet.ask(o.MakeDossier(room))
            assert isinstance(refused, Refusal)
            assert refused.code is Code.NOT_ALLOWED
            cast = c.CastBallot("q1", f"b-{person}", "for")
            assert isinstance(await tablet.do(room, cast), f.Accepted)
        for ending in (c.ClosePoll("q1"), c.PublishPoll("q1"), c.CloseMeeting()):
            assert isinstance(await desk.do(room, ending), f.Accepted)
        for audience, place in (("officers", out), ("members", for_members(out))):
            made = await desk.ask(o.MakeDossier(room, audience))  # type: ignore[arg-type]
            assert isinstance(made, o.Made)
            path = house.office.made(desk.device.id, made.sha256)
            assert path is not None
            shutil.copy(path, place)
        opened = await house.rooms.open(room)
        assert opened is not None
        assert opened.proofs.newest is not None
        return opened.proofs.newest.short


async def test_the_desk_gets_a_dossier_that_fits_the_code_on_every_screen(tmp_path: Path) -> None:
    code = await _played(tmp_path / "data", tmp_path / "ho-so.zip")
    verdict = verify(tmp_path / "ho-so.zip", code)
    assert verdict.findings == []
    assert (verdict.polls, verdict.ballots) == (1, 3)
    assert verdict.matched == verdict.entries


async def test_the_desk_gets_a_dossier_for_members_under_the_same_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = await _played(tmp_path / "data", tmp_path / "ho-so.zip")
    made = for_members(tmp_path / "ho-so.zip")
    verdict = verify(made, code)
    assert verdict.findings == []
    assert verdict.withheld > 0
    assert (verdict.by_name, verdict.by_figures) == (1, 0)
    assert report(made, code) == 0
    assert "Kiểm lại từ phiếu có tên: 1; từ số liệu công bố: 0." in capsys.readouterr().out


async def test_the_commands_make_one_and_check_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    code = await _played(data, tmp_path / "desk.zip")
    made = tmp_path / "HO-SO.zip"

    def run(*argv: str) -> int:
        return main(list(argv))

    assert (
        await asyncio.to_thread(run, "dossier", "m1", "--data", str(data), "--out", str(made)) == 0
    )
    assert code in capsys.readouterr().out
    again = ("dossier", "m1", "--data", str(data), "--out", str(made))
    assert await asyncio.to_thread(run, *again) == 2
    nowhere = ("dossier", "m9", "--data", str(data), "--out", str(tmp_path / "m9.zip"))
    assert await asyncio.to_thread(run, *nowhere) == 2
    capsys.readouterr()
    assert run("verify", str(made), "--checkpoint", code) == 0
    told = capsys.readouterr().out
    assert "nguyên vẹn" in told
    assert "whole" in told
    assert run("verify", str(made)) == 0
    assert "--checkpoint" in capsys.readouterr().out
    assert run("verify", str(made), "--checkpoint", "AAAA BBBB") == 1
    assert "[code_wrong]" in capsys.readouterr().out
    data_ = made.read_bytes()
    made.write_bytes(flipped(data_, data_.index("Nghị quyết".encode())))
    assert run("verify", str(made)) == 1
    assert run("verify", str(made), "--all") == 1
    assert "hỏng" in capsys.readouterr().out
    assert run("verify", str(tmp_path / "none.zip")) == 2
    assert "[file_not_found]" in capsys.readouterr().err


def test_verifying_needs_neither_server_nor_window_nor_pages() -> None:
    code = (
        "import sys, server.record.report\n"
        "print([one for one in ('kivy', 'websockets', 'pymupdf', 'sqlite_utils')"
        " if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
