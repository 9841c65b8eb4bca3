"""Office files to PDF by LibreOffice, where the system has it; a clear refusal where not."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from server.papers import cage
from server.papers.limits import Limits
from server.protocol.refusals import Code, Refusal

_NAMES = ("soffice", "libreoffice")


def converter() -> str | None:
    """Path of the installed LibreOffice, or None."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


async def convert(
    path: Path, folder: Path, limits: Limits, *, program: str | None = None
) -> Path | Refusal:
    """Convert an office file to a PDF in ``folder``; the caller removes it.

    LibreOffice needs children and memory of its own, so only the wall clock binds it; its result
    goes through the cage like any stranger's file.
    """
    program = program or converter()
    if program is None:
        return Refusal(Code.PAPER_NEEDS_CONVERSION, {"reason": "LibreOffice is not installed"})
    with tempfile.TemporaryDirectory(dir=folder, prefix="office-") as scratch:
        made = await _run(program, path, Path(scratch), limits)
        if made is None:
            return Refusal(Code.PAPER_TIMED_OUT, {"reason": "conversion"})
        if not made.is_file():
            return Refusal(Code.PAPER_UNREADABLE, {"reason": "conversion gave nothing"})
        kept = folder / f"{Path(scratch).name}.pdf"
        await asyncio.to_thread(made.replace, kept)
        return kept


async def _run(program: str, path: Path, scratch: Path, limits: Limits) -> Path | None:
    source = scratch / "paper"
    await asyncio.to_thread(shutil.copyfile, path, source)
    child = await asyncio.create_subprocess_exec(
        program,
        f"-env:UserInstallation={(scratch / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--convert-to",
        "pdf",
        "--outdir",
        str(scratch),
        str(source),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env=cage.environment() | {"HOME": str(scratch)},
        start_new_session=sys.platform != "win32",
    )
    try:
        async with asyncio.timeout(limits.wall_seconds):
            await child.wait()
    except TimeoutError:
        return None
    finally:
        await cage.kill(child)
    return scratch / "paper.pdf"
