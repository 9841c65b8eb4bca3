"""What people do at windows in every story: signing in, going along, voting, making files."""

import asyncio
import contextlib
from pathlib import Path

from client.demo.processes import StoryStopped, Window
from client.demo.stage import PASSPHRASE, PIN, Stage

CONFIRMED = 0.9
"""Seconds after which a confirmation takes touches."""


async def sign_in(stage: Stage, window: Window, name: str, *, shot: str = "") -> None:
    """Sign in on a tablet with the first PIN, and choose another; `shot`: a picture meanwhile."""
    first = stage.pins[name]
    await window.sees("Vào họp")
    await stage.enter_pin(window, first[:4])
    if shot:
        await stage.shot(window, shot)
    await stage.enter_pin(window, first[4:])
    await window.tap("Vào họp")
    for words in ("Tiếp tục", "Lưu và vào họp"):
        await window.sees(words)
        await stage.enter_pin(window, PIN)
        await window.tap(words)
    await window.sees("Vào phòng họp")


async def sign_in_desk(stage: Stage, desk: Window, name: str) -> None:
    """Sign in at the desk with the first passphrase, and choose another."""
    await desk.tap(name)
    await passphrase(desk, stage.pins[name], "Vào họp")
    await desk.sees("Chọn mật khẩu của đồng chí")
    await passphrase(desk, PASSPHRASE, "Tiếp tục")
    await passphrase(desk, PASSPHRASE, "Lưu và vào họp")
    await desk.sees("Phòng họp lúc này")


async def passphrase(desk: Window, words: str, button: str) -> None:
    """Type a passphrase and go on by its button."""
    await desk.sees(button)
    await desk.tap("Typing")
    await desk.keys(words)
    await desk.tap(button)


async def enter(window: Window) -> None:
    """Go into the meeting, and pass over what is new."""
    await window.tap("Vào phòng họp")
    if await window.shows("Đã rõ"):
        await window.tap("Đã rõ")


async def take_up(chair: Window, number: int) -> None:
    """The chair goes on to an item."""
    await chair.tap(f"Nội dung {number}")
    await chair.sees(f"Sang nội dung {number}?")
    await chair.tap(f"Nội dung {number}")
    await chair.gone(f"Sang nội dung {number}?")


async def follow_on(window: Window) -> None:
    """Go to the item in progress, unless the window is there, or follows the presenter there."""
    words = "Về nội dung đang họp"
    if await window.shows(words):
        await asyncio.sleep(window.pace)
        with contextlib.suppress(StoryStopped):
            await window.order(tap=words, seconds=2)
        await window.gone(words)


async def ask(chair: Window) -> None:
    """The chair opens the poll of the item."""
    await chair.tap("Mở biểu quyết")
    await chair.sees("Mở biểu quyết?")
    await chair.tap("Mở biểu quyết")


async def cast(window: Window, words: str) -> None:
    """Choose, wait until the confirmation takes touches, send, and see the receipt."""
    await window.tap(words)
    await window.sees("Gửi")
    await window.order(pause=CONFIRMED)
    await window.tap("Gửi")
    await window.sees("Đã gửi lúc")


async def close_and_publish(chair: Window) -> None:
    """The chair closes the poll and publishes its result."""
    await chair.tap("Đọc tài liệu trong lúc chờ")
    await close_poll(chair)
    await chair.tap("Công bố kết quả")


async def close_poll(window: Window) -> None:
    """Close the open poll, at the desk or from the chair's panel."""
    await window.tap("Đóng biểu quyết")
    await window.sees("Đóng biểu quyết?")
    await window.tap("Đóng biểu quyết")


async def back(*windows: Window) -> None:
    """Everybody goes back from the result; who follows the presenter is back already."""
    for window in windows:
        await follow_on(window)


async def page(stage: Stage, window: Window, number: int) -> None:
    """Go to a page by the page sheet's keys; the bar may move away under the first touch."""
    await window.tap("Trang ")
    if not await window.shows("PinPad", 3.0):
        await window.tap("Trang ")
    await stage.enter_pin(window, str(number))
    await window.tap(f"Mở trang {number}")
    await window.sees(f"Trang {number}/")


async def made(stage: Stage, desk: Window, button: str, begins: str, name: str) -> Path:
    """Make a file by its button, and move it from where the desk says that it is.

    `begins`: how the desk's own name for it begins.
    """
    await desk.tap(button)
    found = await desk.matches(rf"Đã lưu tại (.+/{begins}[^/]*) \(\d")
    return stage.keep(Path(found), name)
