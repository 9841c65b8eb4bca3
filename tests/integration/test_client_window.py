"""The real window of a real tablet, off screen: driven by touches, seen by what it shows."""

import asyncio
import json
import logging
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from client.__main__ import main
from client.headless import Headless
from client.i18n import Translator
from server.accounts import Devices
from tests.house import BODY, open_house

PIN = "135790"


FAULTY = """
import sys
from client import screens
from client.__main__ import main

def faulty(app):
    from kivy.uix.button import Button

    class Faulty(Button):
        def on_release(self):
            raise RuntimeError("a fault that nobody foresaw")

    button = Faulty(text="Chạm")
    app.store.watch(lambda state: state.message, lambda said: said and setattr(
        button, "text", app.tr(said.key)[:20]))
    return button

screens.SCREENS["pairing"] = faulty
sys.exit(main("tablet", sys.argv[1:]))
"""


class Window:
    """A window's process and the socket of its driver."""

    def __init__(self, folder: Path, socket: Path) -> None:
        self.folder = folder
        self.socket = socket
        self.process: asyncio.subprocess.Process
        self.reader: asyncio.StreamReader
        self.writer: asyncio.StreamWriter

    async def open(self, *program: str) -> "Window":
        options = ["--data", str(self.folder), "--window", "1280x800"]
        command = [sys.executable, *(program or ("-m", "client", "tablet")), *options]
        environment = {**os.environ, "SDL_VIDEODRIVER": "offscreen"}
        self.process = await asyncio.create_subprocess_exec(
            *command, "--drive", str(self.socket), env=environment
        )
        async with asyncio.timeout(60):
            while not self.socket.exists():
                assert self.process.returncode is None
                await asyncio.sleep(0.05)
        self.reader, self.writer = await asyncio.open_unix_connection(str(self.socket))
        return self

    async def do(self, **order: Any) -> dict[str, Any]:
        self.writer.write(json.dumps(order).encode() + b"\n")
        answer: dict[str, Any] = json.loads(await self.reader.readline())
        return answer

    async def sees(self, what: str) -> None:
        answer = await self.do(find=what, seconds=30)
        assert answer.get("ok"), answer

    async def tap(self, what: str) -> None:
        answer = await self.do(tap=what, seconds=30)
        assert answer.get("ok"), answer

    async def close(self) -> None:
        if self.process.returncode is None:
            await self.do(close=True)
            self.writer.close()
            assert await asyncio.wait_for(self.process.wait(), 30) == 0


@pytest.fixture
async def window(tmp_path: Path) -> AsyncIterator[Window]:
    """A paired tablet's window on the sign-in page."""
    async with open_house(tmp_path / "server") as house:
        desk = await house.desk()
        people = await house.people(2)
        await house.meeting(desk, people)
        registry = house.accounts.registry
        issued = await Devices(registry).issue(
            frozenset({BODY.id}), label="Máy 07", person="p0", approved=True
        )
        async with Headless(tmp_path / "tablet") as tablet:
            await tablet.pair(f"localhost:{house.port}", issued.code)
            await tablet.sign_in("p0", house.pins["p0"])
            tablet.station.change_pin(house.pins["p0"], PIN)
            await tablet.until(lambda state: not state.busy)
            assert tablet.state.sign_in_refusal is None
        opened = await Window(tmp_path / "tablet", tmp_path / "drive").open()
        yield opened
        await opened.close()


@pytest.mark.ui
async def test_a_person_signs_in_by_touch_and_leaves(window: Window, tmp_path: Path) -> None:
    await window.sees("Đại biểu 0")
    for digit in PIN:
        await window.tap(digit)
    await window.tap("Vào họp")
    await window.sees("Vào phòng họp")
    shown = await window.do(texts=True)
    assert "Kỳ họp thứ 9" in shown["texts"]
    picture = tmp_path / "lobby.png"
    assert (await window.do(shot=str(picture)))["ok"]
    assert picture.read_bytes()[:4] == b"\x89PNG"
    await window.tap("Thoát")
    await window.sees("Đại biểu 0")
    log = window.folder / "log" / "client.log"
    assert not log.exists() or "Traceback" not in log.read_text()


@pytest.mark.ui
async def test_the_driver_says_what_it_cannot_do(window: Window) -> None:
    missing = await window.do(find="không có", seconds=0)
    assert "Đại biểu 0" in missing["error"]
    assert "error" in await window.do(riddle=1)
    assert "error" in await window.do(gone="Đại biểu 0", seconds=0)
    for order in (
        {"gone": "không có"},
        {"pause": 0},
        {"key": "tab"},
        {"keys": "12"},
        {"drag": [[600, 700], [600, 650], [600, 600]]},
        {"drop": "/nowhere.pdf", "at": [10, 10]},
        {"tap": [5, 5]},
    ):
        assert (await window.do(**order)).get("ok"), order


@pytest.mark.ui
async def test_a_fault_that_nobody_foresaw_is_one_sentence_and_the_app_goes_on(
    tmp_path: Path,
) -> None:
    window = await Window(tmp_path / "tablet", tmp_path / "drive").open("-c", FAULTY)
    await window.tap("Chạm")
    sentence = Translator.load().tr("fault.unforeseen")[:20]
    await window.sees(sentence)
    await window.tap(sentence)
    await window.close()
    log = (window.folder / "log" / "client.log").read_text()
    assert log.count("a fault that nobody foresaw") >= 2


@pytest.mark.ui
def test_a_folder_that_cannot_be_written_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    before = logging.getLogger().handlers[:]
    assert main("tablet", ["--data", str(tmp_path / "file" / "data")]) == 2
    assert logging.getLogger().handlers == before
    assert "cannot write to" in capsys.readouterr().err
