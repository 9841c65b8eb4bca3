"""How long a tablet's new process takes to its first frame, against a bare Kivy window.

A paired tablet, files in the cache, off screen where there is none. Its first frame is the opening
(paper and the mark); `ready_ms` is the sign-in page with its names, while the line is still being
opened. Both programs take turns and the medians are compared.
"""

import datetime as dt
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import Report
from client.device.enrolment import Enrolment, keep
from client.device.memory import KeptDevice, Memory
from client.device.vault import Vault
from server.certificates import Certificates
from server.protocol.office import Seat

TURNS = 7
RATIO = 1.6
PATIENCE = 60


def run() -> Report:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "tablet"
        _paired(folder, Path(scratch) / "server")
        for kind in ("ours", "bare"):
            _first_frame(kind, folder)
        turns = [(_first_frame("ours", folder), _first_frame("bare", folder)) for _ in range(TURNS)]
    ours, ready = (statistics.median(turn[0][n] for turn in turns) for n in (0, 1))
    bare = statistics.median(turn[1][0] for turn in turns)
    ratio = round(ours / bare, 3)
    print(f"{TURNS} turns; ours {ours:.0f} ms, sign-in page {ready:.0f}, a bare window {bare:.0f}")
    return Report(
        figures={"first_frame_ms": round(ours, 1), "ready_ms": round(ready, 1)},
        peer={"name": "bare Kivy window", "first_frame_ms": round(bare, 1)},
        ratio=ratio,
        target={"ratio": RATIO},
        holds=ratio <= RATIO,
    )


def _paired(folder: Path, server: Path) -> None:
    """Make a tablet's folder as pairing leaves it; nobody answers at its server's address."""
    ca_pem = Certificates.open(server, dt.datetime.now(dt.UTC)).ca_pem.decode()
    known = Enrolment(("127.0.0.1",), 1, ca_pem, "d1", "tablet", "Máy 07", "Phòng họp")
    keep(folder / "server.json", known)
    seats = tuple(Seat(f"p{n}", f"Nguyễn Văn {n}", "Ủy viên", f"{n:02d}") for n in range(15))
    memory = Memory(folder / "memory", Vault.at(folder / "vault.key"))
    memory.keep_device(KeptDevice("Máy 07", seats, "p7"))


def _first_frame(kind: str, folder: Path) -> tuple[float, float]:
    """Return the milliseconds from starting a process to its first frame and first screen."""
    environment = dict(os.environ)
    if not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        environment["SDL_VIDEODRIVER"] = "offscreen"
    command = [sys.executable, "-m", "bench._start_window", kind, str(folder)]
    begun = time.monotonic()
    ended = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    said = dict(line.rsplit(" ", 1) for line in ended.stdout.splitlines() if line.count(" "))
    if "ready" not in said:
        raise RuntimeError(f"the {kind} window showed nothing: {ended.stderr[-2000:]}")
    first, ready = ((float(said[name]) - begun) * 1000 for name in ("first frame", "ready"))
    return first, ready
