"""The README's way from an empty folder to a meeting, on real processes and by touch alone.

Somebody who has never seen it: only what the README says and what the screens show is used.
"""

import asyncio
import hashlib
import re
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from client.demo.processes import Window, phienhop
from server.record.export import verify

PAPER = Path(__file__).parents[2] / "assets" / "samples" / "meeting" / "to-trinh-khu-y-v1.pdf"
PAGES = 7
PEOPLE = """Họ và tên,Vai trò,Chức vụ,Ghế
Nguyễn Văn An,ủy viên,Bí thư,1
"""
PASSPHRASE = "câu dễ nhớ"  # noqa: S105 - of this test
OWN_PIN = "246813"
CODE = re.compile(r"\b[A-Z2-7]{4}(?:[ -]?[A-Z2-7]{4}){3}\b")
SIX = re.compile(r"\d{6}|\d{3} \d{3}")


@asynccontextmanager
async def serve(data: Path) -> AsyncIterator[str]:
    """`phienhop serve`; gives all that it prints when it is ready."""
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server", "serve", "--data", str(data)),
        *("--host", "127.0.0.1", "--port", "0", "--no-discovery"),
        stdout=PIPE,
    )
    assert server.stdout is not None
    said = ""
    async with asyncio.timeout(30):
        while not CODE.search(said):
            line = await server.stdout.readline()
            assert line, said
            said += line.decode()
    try:
        yield said
    finally:
        server.terminate()
        assert await asyncio.wait_for(server.wait(), 30) == 0


async def shown(window: Window, what: re.Pattern[str]) -> str:
    """Wait for words that are written like this, and read them."""
    async with asyncio.timeout(30):
        while True:
            texts: list[str] = (await window.order(texts=True))["texts"]
            found = [text for text in texts if what.fullmatch(text)]
            if found:
                return found[0]


async def fill(window: Window, *fields: tuple[str, str], lower: int = 46) -> None:
    """Touch each field, which lies under its label, and type into it."""
    for label, text in fields:
        place = await window.sees(label)
        left = place["at"][0] - place["size"][0] / 2
        await window.touch(left + 60, place["at"][1] + lower)
        await window.keys(text)


async def set_up(desk: Window, code: str) -> None:
    """Step 2: the first desk."""
    await desk.tap("Máy chủ mới")
    await fill(
        desk,
        ("Mã máy chủ in ra", code),
        ("Tên cơ quan", "Ủy ban X"),
        ("Họ và tên thư ký", "Thu Thảo"),
        ("Mật khẩu (từ 10 ký tự)", PASSPHRASE),
        ("Nhập lại mật khẩu", PASSPHRASE),
    )
    await desk.tap("Thiết lập")
    await desk.sees("Chọn tên của đồng chí")
    await desk.tap("Thu Thảo")
    await fill(desk, ("Nhập mật khẩu", PASSPHRASE), lower=80)
    await desk.tap("Vào họp")
    await desk.sees("Chưa có hội nghị nào")


async def enter_people(desk: Window, folder: Path) -> dict[str, str]:
    """Step 3: people from a table and by hand; returns the first PINs that the desk shows."""
    (folder / "n.csv").write_text(PEOPLE, encoding="utf-8")
    await desk.tap("Văn phòng")
    await desk.tap("Nhập từ tệp CSV")
    await fill(desk, ("Đường dẫn đến tệp", "~/n.csv"))
    await desk.tap("Dùng tệp này")
    pins = await first_pins(desk)
    await desk.tap("Thêm người")
    await fill(desk, ("Họ và tên", "Lê Bình"), ("Số ghế", "2"))
    await desk.tap("Lưu")
    return pins | await first_pins(desk)


async def first_pins(desk: Window) -> dict[str, str]:
    """The names and PINs of the list that is shown once."""
    await desk.sees("Mã đăng nhập ban đầu")
    texts: list[str] = (await desk.order(texts=True))["texts"]
    pins = {texts[at - 1]: text for at, text in enumerate(texts) if re.fullmatch(r"\d{6}", text)}
    await desk.tap("Đã ghi lại")
    await desk.gone("Mã đăng nhập ban đầu")
    return pins


async def prepare(desk: Window) -> None:
    """Step 4: a meeting, an item, a paper; published."""
    await desk.tap("TT")
    await desk.tap("Các hội nghị")
    await desk.tap("Tạo hội nghị")
    await fill(desk, ("Tên hội nghị", "Phiên 1"))
    await desk.tap("Tạo hội nghị")
    await desk.sees("Chương trình chưa có nội dung")
    await desk.tap("Thêm")
    await fill(desk, ("Tên nội dung", "Khu Y"))
    await desk.tap("Lưu bản nháp")
    await desk.sees("Kéo tệp PDF vào đây")
    await desk.order(drop=str(PAPER), at=[800, 500])
    await desk.sees("Thêm tài liệu")
    await desk.tap("Lưu bản nháp")
    await desk.sees("Bản 1, chưa phát hành")
    await desk.tap("Phát hành thay đổi")
    await desk.tap("Phát hành")
    await desk.sees("Bản 1 đã phát hành")


async def pairing_code(desk: Window, name: str) -> str:
    """Step 5 at the desk: a code for this person's tablet, as the screen shows it."""
    await desk.tap("Ghép máy mới")
    await desk.tap("Không gắn với ai")
    await desk.tap(name)
    await desk.tap("Tạo mã ghép")
    code = await shown(desk, CODE)
    await desk.tap("Đóng")
    await desk.gone("Tạo mã khác")
    return code


async def pair(desk: Window, tablet: Window, code: str) -> None:
    """Step 5 on the tablet, until both screens show the same six digits and the desk approves."""
    await fill(tablet, ("Mã ghép", code))
    await tablet.order(key="enter")
    digits = await shown(tablet, SIX)
    await desk.sees(digits)
    await desk.tap("Chấp nhận")
    await tablet.sees("Nhập mã PIN")


async def sign_in(tablet: Window, pin: str) -> None:
    """The first PIN, then one's own, twice; and into the meeting."""
    for button, digits in (("Vào họp", pin), ("Tiếp tục", OWN_PIN), ("Lưu và vào họp", OWN_PIN)):
        await tablet.sees(button)
        for digit in digits:
            await tablet.tap(digit)
        await tablet.tap(button)
        await tablet.gone(button)
    await tablet.tap("Vào phòng họp")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without anything in it, and no screen."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.mark.ui
async def test_from_an_empty_folder_to_a_meeting_with_two_tablets(here: Path) -> None:
    data = here / "server"
    async with AsyncExitStack() as stack:

        def window(name: str, kind: str, size: tuple[int, int]) -> Window:
            made = Window(name, kind, here / name, size, 0)
            stack.push_async_callback(made.close)
            return made

        said = await stack.enter_async_context(serve(data))
        code, told = CODE.search(said), re.search(r"phienhop desk --server (\S+)", said)
        assert code is not None
        assert told is not None
        assert "Máy chủ mới" in said
        address = told[1]
        windows = [window("desk", "desk", (1600, 900))]
        windows += [window(name, "tablet", (1280, 800)) for name in ("01", "02")]
        desk, *tablets = await asyncio.gather(*(one.open(address, "") for one in windows))
        await set_up(desk, code[0])
        pins = await enter_people(desk, here)
        assert set(pins) == {"Nguyễn Văn An", "Lê Bình"}
        await prepare(desk)

        await desk.tap("TT")
        await desk.tap("Văn phòng")
        await desk.tap("Máy đã ghép")
        for tablet, name in zip(tablets, pins, strict=True):
            await pair(desk, tablet, await pairing_code(desk, name))
        for tablet, pin in zip(tablets, pins.values(), strict=True):
            await sign_in(tablet, pin)
            await tablet.sees(f"Trang 1/{PAGES}")

        at = ("--data", str(data))
        listed = (await phienhop("meeting", "list", *at)).split("\t")
        assert listed[2:] == ["prepared", "Ủy ban X", "Phiên 1\n"]
        await phienhop("meeting", "export", listed[0], *at, "--out", str(here / "record"))
    assert verify(here / "record") == []
    papers = (here / "record" / "papers").iterdir()
    kept = {hashlib.sha256(one.read_bytes()).digest() for one in papers}
    assert hashlib.sha256(PAPER.read_bytes()).digest() in kept
