"""Following the presenter with 75 tablets: from the presenter's page turn to pixels in a window.

A real server and the chair in this process, 71 connected peers in another, one more that only
listens, and two real windows off screen, all on this machine. First both windows follow; then one
stays where it is while the presenter goes on: it must not be moved. The peer is the bare relay: the
same turns until the frame is at that listener.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from bench import Report
from bench._crowd import Crowd, outline
from bench._peer import Peer
from bench.frames import pdf, scribble
from client.device.enrolment import FirstDesk
from client.device.pinlock import Cost
from client.headless import Headless
from server.accounts import Devices
from server.protocol import commands as c
from server.protocol import office as o
from server.protocol.state import File, RollEntry, ShownPage
from tests.house import BODY, WORD, House, open_house

PEOPLE, WINDOWS, TURNS, STAYS = 75, 2, 30, 8
PAUSE = 1.0
PAGES = 12
TARGET = {"p95_ms": 150.0, "moved_while_staying": 0.0}
ROOM, QUICK = "m1", Cost(1, 1, 64)


def run() -> Report:
    """Measure on this machine; needs no screen."""
    return asyncio.run(_run())


async def _run() -> Report:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with AsyncExitStack() as stack:
            house = await stack.enter_async_context(open_house(folder / "server"))
            return await _measure(house, folder, stack)


class _Window:
    """One window's process."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.pages: list[tuple[int, float]] = []
        self.ready = asyncio.Event()
        self._more = asyncio.Event()
        self._ears = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        async for line in self._process.stdout:
            told = json.loads(line)
            if "ready" in told:
                self.ready.set()
            else:
                self.pages.append((told["page"], told["at"]))
                self._more.set()

    async def shows(self, page: int, since: float) -> float:
        """Wait until it shows a page; when."""
        async with asyncio.timeout(15):
            while True:
                for shown, at in reversed(self.pages):
                    if shown == page and at > since:
                        return at
                self._more.clear()
                await self._more.wait()

    def say(self, words: str) -> None:
        """Follow or stay."""
        assert self._process.stdin is not None  # noqa: S101
        self._process.stdin.write(f"{words}\n".encode())

    async def close(self) -> None:
        """Close the window."""
        assert self._process.stdin is not None  # noqa: S101
        self._process.stdin.close()
        await self._process.wait()
        await self._ears


async def _measure(house: House, folder: Path, stack: AsyncExitStack) -> Report:
    people = await _hall(house, folder, stack)
    address = f"localhost:{house.port}"
    chair = await stack.enter_async_context(
        Headless(folder / "chair", device_name="Chủ trì", pin_cost=QUICK)
    )
    await chair.pair(address, await _code(house))
    await chair.sign_in(people[0], house.pins[people[0]])
    await chair.joined(ROOM)
    chair.enter(ROOM)
    crowd = await _crowd(house, people[1 : PEOPLE - WINDOWS - 1])
    windows = [
        await _window(house, folder / f"window{number}", people[-1 - number])
        for number in range(WINDOWS)
    ]
    ear = await house.tablet(people[PEOPLE - WINDOWS - 1])
    await ear.hello(ROOM)
    for window in windows:
        async with asyncio.timeout(120):
            await window.ready.wait()
    try:
        return await _turns(chair, windows, ear, people[0])
    finally:
        for window in windows:
            await window.close()
        await crowd.leave()
        await ear.close()


async def _hall(house: House, folder: Path, stack: AsyncExitStack) -> list[str]:
    """An office, its people and a meeting with one paper."""
    desk = await stack.enter_async_context(Headless(folder / "desk", kind="desk"))
    first = FirstDesk(BODY, "Trần Thị Mai", WORD)
    desk.station.pair(f"localhost:{house.port}", house.accounts.desk_code or "", first)
    state = await desk.until(lambda state: state.line == "connected" and state.seats)
    await desk.sign_in(state.seats[0].person, WORD)
    await desk.ask(o.ListOrganizations())
    people = await house.people(PEOPLE)
    login = desk.state.login
    roll = [RollEntry(login.person if login else "", "Trần Thị Mai", "secretary")]
    for number, one in enumerate(people):
        role = "member" if number else "chair"
        roll.append(RollEntry(one, f"Đại biểu {number}", role, ballots=True))  # type: ignore[arg-type]
    await desk.ask(o.MakeMeeting(BODY.id, ROOM, "Kỳ họp", roll=tuple(roll)))
    await desk.joined(ROOM)
    desk.enter(ROOM)
    path = folder / "paper.pdf"
    path.write_bytes(pdf([scribble(150, seed) for seed in range(PAGES)]))
    file = await desk.station.upload(path, BODY.id)
    if not isinstance(file, File):
        raise TypeError(file)
    item = c.AddItem("i1", 0, "Nội dung", "Nội dung", form="open")
    await desk.do(c.PublishChanges((c.Draft("d0", item),)), ROOM)
    filed = c.FilePaper("i1", "pp1", "Tờ trình", file=file)
    await desk.do(c.PublishChanges((c.Draft("d1", filed),)), ROOM)
    await desk.do(c.StartMeeting(), ROOM)
    await desk.do(c.TakeUpItem("i1"), ROOM)
    return people


async def _code(house: House) -> str:
    devices = Devices(house.accounts.registry)
    return (await devices.issue(frozenset({BODY.id}), approved=True)).code


async def _crowd(house: House, people: list[str]) -> Crowd:
    tablets = [await house.tablet(person) for person in people]
    who = outline(tablets)
    for one in tablets:
        await one.close()
    ca_pem = (house.folder / "tls" / "ca.pem").read_bytes()
    return await Crowd.gather(house.port, ca_pem, ROOM, who)


async def _window(house: House, folder: Path, person: str) -> _Window:
    environment = {**os.environ, "SDL_VIDEODRIVER": "offscreen"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench._follow_window", str(folder)),
        *(f"localhost:{house.port}", await _code(house), person, house.pins[person]),
        stdin=PIPE,
        stdout=PIPE,
        env=environment,
    )
    return _Window(process)


async def _turns(chair: Headless, windows: list[_Window], ear: Peer, person: str) -> Report:
    def show(page: int) -> float:
        begun = time.monotonic()
        chair.station.show_page(ShownPage(person, "i1", "pp1", 1, page))
        return begun

    for page in (1, 2, 0):  # the paper is opened, the first turns are not counted
        await asyncio.gather(*(window.shows(page, show(page)) for window in windows))
        await asyncio.sleep(PAUSE)
    delays: list[float] = []
    relayed: list[float] = []
    for turn in range(TURNS):
        page = (turn + 1) % PAGES
        begun = show(page)
        await ear.until(lambda frame: type(frame).__name__ == "Shown")
        relayed.append((time.monotonic() - begun) * 1000)
        seen = await asyncio.gather(*(window.shows(page, begun) for window in windows))
        delays += [(at - begun) * 1000 for at in seen]
        await asyncio.sleep(PAUSE)
    windows[0].say("stay")
    await asyncio.sleep(1.0)
    still = len(windows[0].pages)
    for turn in range(STAYS):
        page = (TURNS + turn + 1) % PAGES
        await windows[1].shows(page, show(page))
        await asyncio.sleep(PAUSE)
    moved = len(windows[0].pages) - still
    return _report(delays, relayed, moved)


def _report(delays: list[float], relayed: list[float], moved: int) -> Report:
    p95 = statistics.quantiles(delays, n=20)[18]
    figures: dict[str, Any] = {
        "tablets": float(PEOPLE),
        "turns": float(len(delays)),
        "median_ms": round(statistics.median(delays), 1),
        "p95_ms": round(p95, 1),
        "moved_while_staying": float(moved),
    }
    relay = statistics.median(relayed)
    return Report(
        figures,
        {"name": "the frame at a bare connection of the same room", "median_ms": round(relay, 1)},
        round(figures["median_ms"] / max(relay, 0.1), 2),
        TARGET,
        holds=p95 <= TARGET["p95_ms"] and moved == 0,
    )
