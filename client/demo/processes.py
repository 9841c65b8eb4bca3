"""The processes of a story: one server and the windows, each a `phienhop` of its own."""

import asyncio
import json
import os
import re
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

PATIENCE = 30.0
"""Seconds that a process may take to start, and a window to show what it should."""
LINE_LIMIT = 1 << 20
ZONE = "ICT-7"
"""Hà Nội's time: what the papers that are made say, and the clocks in the windows."""
UNSEEN_FPS = "30"
"""Looks a second at what has changed, of a window that nobody sees (it draws far fewer)."""
FIELD_BELOW = 42
"""From the middle of a label to the middle of the field under it, in pixels at 1x."""


class StoryStopped(Exception):  # noqa: N818 - it says what happened
    """Something that the story needs did not come; the text says what."""


async def phienhop(*words: str) -> str:
    """Run one command to its end and return what it printed. Raises StoryStopped."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server", *words, stdout=PIPE, stderr=PIPE
    )
    out, said = await process.communicate()
    if process.returncode:
        raise StoryStopped(f"phienhop {words[0]}: {said.decode(errors='replace').strip()}")
    return out.decode()


class Server:
    """`phienhop serve` on a free port of this machine."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = 0
        self._process: Process | None = None

    @property
    def address(self) -> str:
        """Where devices find it."""
        return f"127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start, and wait until it listens."""
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "server", "serve", "--json", "--no-discovery"),
            *("--host", "127.0.0.1", "--port", str(self.port), "--data", str(self.data)),
            *("--title", "phonghop-a"),
            stdout=PIPE,
            stderr=DEVNULL,
            env={**os.environ, "TZ": ZONE},
        )
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        async with asyncio.timeout(PATIENCE):
            line = await self._process.stdout.readline()
        if not line:
            raise StoryStopped("the server did not start")
        self.port = int(json.loads(line)["port"])

    async def codes(self, kind: str, names: Sequence[str] = ()) -> list[str]:
        """Return pairing codes: one for each named person's tablet, or one for any device."""
        named = [word for name in names for word in ("--person", name)]
        out = await phienhop("code", "--data", str(self.data), "--kind", kind, *named)
        return [str(json.loads(line)["code"]) for line in out.splitlines() if line.startswith("{")]

    async def stop(self) -> None:
        """End it as a technician does."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(PATIENCE):
                await self._process.wait()


class Window:
    """A real window in a process of its own, with hands and eyes through its socket."""

    def __init__(
        self, name: str, kind: str, folder: Path, size: tuple[int, int], pace: float
    ) -> None:
        self.name = name
        self.kind = kind
        self.folder = folder
        self.size = size
        self.pace = pace
        self._process: Process | None = None
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def open(self, address: str, code: str) -> Self:
        """Start the program, pair it by the code, and take its hands."""
        socket = self.folder / "drive"
        self.folder.mkdir(parents=True, exist_ok=True)
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "server", self.kind, "--server", address, "--code", code),
            *("--data", str(self.folder), "--drive", str(socket), "--device-name", self.name),
            *("--window", f"{self.size[0]}x{self.size[1]}"),
            stdout=DEVNULL,
            stderr=DEVNULL,
            env=surroundings(),
        )
        for _ in range(int(PATIENCE * 20)):
            if self._process.returncode is not None:
                break
            try:
                self._reader, self._writer = await asyncio.open_unix_connection(
                    str(socket), limit=LINE_LIMIT
                )
            except (FileNotFoundError, ConnectionRefusedError):
                await asyncio.sleep(0.05)
            else:
                return self
        raise StoryStopped(f"the window {self.name} did not open: {self._log()}")

    def _log(self) -> str:
        path = self.folder / "log" / "client.log"
        return path.read_text(encoding="utf-8")[-2_000:] if path.exists() else "no log"

    async def order(self, **order: Any) -> dict[str, Any]:
        """Give the window one order. Raises StoryStopped with what it shows instead."""
        self._writer.write(json.dumps(order, ensure_ascii=False).encode() + b"\n")
        await self._writer.drain()
        async with asyncio.timeout(PATIENCE * 2):
            line = await self._reader.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": self._log()}
        if "error" in answer:
            raise StoryStopped(f"{self.name}: {order}: {answer['error']}")
        return answer

    async def tap(self, words: str, index: int = 0) -> None:
        """Touch what shows these words; at a person's pace when somebody watches."""
        await self.order(find=words, index=index, seconds=PATIENCE)
        await asyncio.sleep(self.pace)
        await self.order(tap=words, index=index)

    async def touch(self, x: float, y: float) -> None:
        """Touch a point."""
        await asyncio.sleep(self.pace)
        await self.order(tap=[x, y])

    async def sees(self, words: str, seconds: float = PATIENCE) -> dict[str, Any]:
        """Wait until the window shows these words."""
        return await self.order(find=words, seconds=seconds)

    async def shows(self, words: str, seconds: float = 1.5) -> bool:
        """Say whether the window shows these words within a moment."""
        try:
            await self.sees(words, seconds)
        except StoryStopped:
            return False
        return True

    async def matches(self, pattern: str) -> str:
        """Wait until some words match; return the first group. Raises StoryStopped."""
        texts: list[str] = []
        for _ in range(int(PATIENCE * 4)):
            texts = (await self.order(texts=True))["texts"]
            found = next(filter(None, (re.search(pattern, text) for text in texts)), None)
            if found is not None:
                return found[1]
            await self.order(pause=0.25)
        raise StoryStopped(f"{self.name}: {pattern}; there is: {' | '.join(texts)}")

    async def gone(self, words: str) -> None:
        """Wait until the window shows these words no more."""
        await self.order(gone=words, seconds=PATIENCE)

    async def keys(self, text: str) -> None:
        """Type."""
        await self.order(keys=text)

    async def fill(self, label: str, text: str) -> None:
        """Type into the field under a label, in place of what it holds."""
        x, y = (await self.sees(label))["at"]
        await self.touch(x, y + FIELD_BELOW)
        await self.order(key="a", modifiers=["ctrl"])
        await self.keys(text)

    async def level(self, name: str, words: str) -> None:
        """Touch the control with these words that stands on the level of a name."""
        y = (await self.sees(name))["at"][1]
        x = (await self.sees(words))["at"][0]
        await self.touch(x, y)

    async def drop(self, file: Path, words: str) -> None:
        """Let a file fall on what shows these words."""
        await self.order(drop=str(file), at=(await self.sees(words))["at"])

    async def shot(self, path: Path) -> None:
        """Take a picture, once what moves has come to rest."""
        await self.order(pause=0.35)
        await self.order(shot=str(path))

    async def wait_closed(self) -> None:
        """Wait until the person closes the window."""
        if self._process is not None:
            await self._process.wait()

    async def close(self) -> None:
        """Close the window as its corner does; end the process if it does not end."""
        if self._process is None or self._process.returncode is not None:
            return
        try:
            await self.order(close=True)
            async with asyncio.timeout(5):
                await self._process.wait()
        except (StoryStopped, TimeoutError, OSError):
            self._process.kill()
            await self._process.wait()
        finally:
            self._writer.close()


def has_screen(environment: Mapping[str, str] = os.environ) -> bool:
    """Say whether windows can be seen here."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def surroundings() -> dict[str, str]:
    """Return the environment of a window: off screen where there is no screen, in Hà Nội's time."""
    there = {**os.environ, "TZ": ZONE}
    if has_screen():
        return there
    return {**there, "SDL_VIDEODRIVER": "offscreen", "KCFG_GRAPHICS_MAXFPS": UNSEEN_FPS}
