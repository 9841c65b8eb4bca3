"""What every story stands on: folders, one server, windows, the company, pictures, a pace."""

import asyncio
import csv
import json
import shutil
import sys
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from client.demo.company import Company
from client.demo.processes import Server, Window, phienhop
from client.demo.summary import read_record, shelves, summarise
from server.protocol.ids import MeetingId

PIN = "204816"
"""What everybody in a story chooses at first sign-in."""
PASSPHRASE = "thu ky hoi nghi 27"  # noqa: S105 - of an invented secretary, on a server of a minute
MORE: Mapping[str, Any] = {}
TABLET, DESK = (1280, 800), (1920, 1080)


@dataclass
class Stage:
    """One performance. `pace`: seconds before each touch; 0 where nobody watches."""

    out: Path
    work: Path
    pace: float
    stack: AsyncExitStack
    begun: float = field(default_factory=time.monotonic)
    windows: dict[str, Window] = field(default_factory=dict)
    pins: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    shots: list[str] = field(default_factory=list)
    refused: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with an empty folder for what the story leaves behind."""
        if self.out.exists():
            for old in self.out.glob("*.png"):
                old.unlink()
        self.out.mkdir(parents=True, exist_ok=True)
        self.server = Server(self.work / "server")

    def say(self, words: str) -> None:
        """Tell whoever reads the terminal what happens now."""
        elapsed = time.monotonic() - self.begun
        sys.stdout.write(f"{elapsed:6.1f} s  {words}\n")
        sys.stdout.flush()

    async def import_meeting(self, folder: Path) -> None:
        """Put a meeting into a new server's data, and start the server on it."""
        listed = self.work / "pins.csv"
        data = str(self.server.data)
        told = await phienhop(
            *("meeting", "import", str(folder), "--data", data, "--pins", str(listed)),
            "--leave-out-refused",
        )
        self.refused = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
        with listed.open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                self.pins[row["name"]], self.ids[row["name"]] = row["pin"], row["person"]
        await self.server.start()
        self.stack.push_async_callback(self.server.stop)

    async def window(self, name: str, kind: str, code: str) -> Window:
        """Open a window and keep it until the end."""
        size = TABLET if kind == "tablet" else DESK
        window = Window(name, kind, self.work / name, size, self.pace)
        await window.open(self.server.address, code)
        self.windows[name] = window
        self.stack.push_async_callback(window.close)
        return window

    def company(self, room: MeetingId) -> Company:
        """Return the members without a window."""
        return Company(self.work / "company", room, self.stack)

    async def shot(self, window: Window, name: str) -> None:
        """Take a picture of a window as `name`.png."""
        await window.shot(self.out / f"{name}.png")
        self.shots.append(f"{name}.png")

    async def enter_pin(self, window: Window, pin: str) -> None:
        """Type a PIN on the tablet's keys."""
        for digit in pin:
            await window.tap(digit)

    async def all(self, *work: Any) -> None:
        """Do things at once that people in a room do at once."""
        async with asyncio.TaskGroup() as group:
            for one in work:
                group.create_task(one)

    def write_summary(
        self, record: Path, tablets: list[Path], minutes: Path, more: Mapping[str, Any] = MORE
    ) -> Path:
        """Write `summary.json` from the record and the tablets' own files, with `more`."""
        summary = summarise(
            read_record(record),
            shelves(tablets, self.server.data / "phienhop.db"),
            windows=len(self.windows),
            seconds=time.monotonic() - self.begun,
        )
        summary |= {
            "screenshots": sorted(self.shots),
            "minutes": minutes.name,
            "record": record.name,
            "refused": self.refused,
            **more,
        }
        path = self.out / "summary.json"
        path.write_text(json.dumps(summary, ensure_ascii=False, indent=1), encoding="utf-8")
        return path

    def keep(self, file: Path, name: str) -> Path:
        """Move a file to the folder of what is left behind."""
        return Path(shutil.move(file, self.out / name))
