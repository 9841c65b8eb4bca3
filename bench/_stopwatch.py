"""One stopwatch for any program with a window: a virtual screen whose pixels are watched.

Xvfb keeps its picture in a file; a program is settled when that picture has not changed for a
while, and the time that counts is when it changed last. Keys go through xdotool.
"""

import contextlib
import mmap
import os
import shutil
import subprocess
import tempfile
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Self

WIDE, HIGH = "1280", "800"
STRIDE = 4 * 1280
ROWS, ROW = 400, 4 * 640
"""The middle of the screen: a quarter of it, in lines and in bytes of a line."""
STILL = 0.25
START_PATIENCE = 20.0
PATIENCE = 5.0
LOOK = 0.002


def missing(*programs: str) -> list[str]:
    """Name those of the programs that are not installed here."""
    return [name for name in programs if shutil.which(name) is None]


class Screen:
    """A virtual screen; use with `with`."""

    def __enter__(self) -> Self:
        """Start it."""
        self._xdotool = shutil.which("xdotool") or "xdotool"
        self._folder = tempfile.TemporaryDirectory()
        reading, writing = os.pipe()
        self._server = subprocess.Popen(
            [
                *("Xvfb", "-displayfd", str(writing), "-screen", "0", f"{WIDE}x{HIGH}x24"),
                *("-fbdir", self._folder.name, "-nolisten", "tcp"),
            ],
            pass_fds=(writing,),
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        with os.fdopen(reading) as told:
            self.display = f":{told.readline().strip()}"
        self._keys = subprocess.Popen(
            [self._xdotool, "-"], env=self.environment, stdin=subprocess.PIPE, text=True
        )
        path = Path(self._folder.name) / "Xvfb_screen0"
        self._file = path.open("rb")
        self._pixels = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        picture = len(self._pixels) - STRIDE * int(HIGH)  # behind what X tells of it (XWD)
        self._first = picture + STRIDE * (int(HIGH) - ROWS) // 2 + (STRIDE - ROW) // 2
        return self

    def __exit__(self, *_args: object) -> None:
        """End it."""
        self._pixels.close()
        self._file.close()
        self._keys.kill()
        self._keys.wait()
        self._server.terminate()
        self._server.wait()
        self._folder.cleanup()

    @property
    def environment(self) -> dict[str, str]:
        """What a program on this screen needs."""
        found = {**os.environ, "DISPLAY": self.display, "LIBGL_ALWAYS_SOFTWARE": "1"}
        found.pop("SDL_VIDEODRIVER", None)
        return found

    def settled(
        self, begun: float, before: int, least: float = 0.0, patience: float = PATIENCE
    ) -> float:
        """Wait until the picture rests; milliseconds from `begun` to its last change.

        `before`: what was seen (`look`) when that began.
        """
        seen, changed, last = before, False, begun
        while True:
            now, picture = time.monotonic(), self.look()
            if picture != seen:
                seen, changed, last = picture, True, now
            if changed and now - last > STILL and now - begun > least:
                return (last - begun) * 1000
            if now - begun > patience:
                raise TimeoutError("the picture never came or never rested")
            time.sleep(LOOK)

    def look(self) -> int:
        """What the middle of the screen shows: pages, not what fades in and out beside them."""
        seen = 1
        for start in range(self._first, self._first + ROWS * STRIDE, STRIDE):
            seen = zlib.adler32(self._pixels[start : start + ROW], seen)
        return seen

    def press(self, key: str) -> float:
        """Press a key; return the milliseconds until the picture rests."""
        before, begun = self.look(), time.monotonic()
        self._tell("key", "--delay", "0", key)
        return self.settled(begun, before)

    def _tell(self, *words: str) -> None:
        """Give an order to the program that presses keys; to start it takes longer than a flip."""
        assert self._keys.stdin is not None  # noqa: S101  it was asked for
        self._keys.stdin.write(" ".join(words) + "\n")
        self._keys.stdin.flush()

    def _focus(self) -> None:
        """Nobody manages windows here: what is pressed goes to the window that is told to.

        Told anew before each key: a program that has just started may lose it again.
        """
        every = [self._xdotool, "search", "--onlyvisible", "."]
        command = [*every, "windowmove", "%@", "0", "0", "windowsize", "%@", WIDE, HIGH]
        command += ["windowfocus", "%@"]
        with contextlib.suppress(subprocess.CalledProcessError):
            subprocess.run(command, env=self.environment, check=True, capture_output=True)

    def viewer(
        self, command: Sequence[str], key: str, turns: int, least: float
    ) -> tuple[float, list[float]]:
        """Start a viewer and turn pages: ms to its first settled page, and for each turn.

        `least`: seconds that its own start may rest in between, with nothing of the page shown.
        """
        before, begun = self.look(), time.monotonic()
        program = subprocess.Popen(
            command,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            first = self.settled(begun, before, least, START_PATIENCE)
            time.sleep(1.0)
            flips = []
            for _ in range(turns):
                self._focus()
                time.sleep(0.4)  # time to prepare what comes, as a reader gives it
                flips.append(self.press(key))
            return first, flips
        finally:
            program.kill()
            program.wait()
