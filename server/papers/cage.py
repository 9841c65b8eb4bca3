"""A killable process for one hostile file.

The engine holds the interpreter's lock and knows no threads, so a watchdog thread is useless:
only another process can stop it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHILD = Path(__file__).with_name("child.py")
ANSWER_BYTES = 4 * 1024 * 1024
# Nothing else of the server's environment is a hostile file's business. The coverage variables let
# the test run see what is executed here.
_PASSED_ON = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "COVERAGE_PROCESS_CONFIG")


@dataclass(frozen=True, slots=True)
class Ended:
    """How the child ended: its answer, or why there is none."""

    answer: dict[str, Any] | None
    timed_out: bool = False
    status: int = 0


def environment() -> dict[str, str]:
    """Return the few variables a caged process gets."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}


async def run(job: dict[str, Any], *, wall_seconds: float) -> Ended:
    """Run one job in a fresh child and wait at most ``wall_seconds`` for it.

    The child is dead when this returns or is cancelled, whatever it was doing.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(CHILD),
        json.dumps(job),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=environment(),
        start_new_session=sys.platform != "win32",
    )
    try:
        async with asyncio.timeout(wall_seconds):
            answer = await _read(child)
            status = await child.wait()
    except TimeoutError:
        return Ended(None, timed_out=True)
    finally:
        await kill(child)
    return _ended(answer, status)


async def _read(child: asyncio.subprocess.Process) -> bytes:
    """Everything the child says, but no more than an honest answer can be."""
    if child.stdout is None:  # pragma: no cover - always piped
        return b""
    parts: list[bytes] = []
    size = 0
    while size <= ANSWER_BYTES and (part := await child.stdout.read(65_536)):
        parts.append(part)
        size += len(part)
    return b"".join(parts) if size <= ANSWER_BYTES else b""


async def kill(child: asyncio.subprocess.Process) -> None:
    """End the child and whatever it started, and collect it."""
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            if sys.platform == "win32":  # pragma: no cover
                child.kill()
            else:
                os.killpg(child.pid, signal.SIGKILL)
    await child.wait()


def _ended(answer: bytes, status: int) -> Ended:
    cpu = -int(getattr(signal, "SIGXCPU", 0)) if sys.platform != "win32" else None
    if status == cpu:
        return Ended(None, timed_out=True, status=status)
    if status != 0:
        return Ended(None, status=status)
    try:
        decoded = json.loads(answer)
    except ValueError:
        return Ended(None, status=status)
    return Ended(decoded if isinstance(decoded, dict) else None, status=status)
