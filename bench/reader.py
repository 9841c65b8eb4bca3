"""How fast a page is on the glass: ours beside every other reader that is installed here.

In our window, off screen: the first page from a tap beside `mutool draw` of the same page at the
same scale, pages turned that were made ready, frames with 20,000 strokes of ink beside none, and
memory of the reader and its render process after 1,000 pages. Then, on a virtual screen and under
one stopwatch, whole programs: ours, mupdf-gl, zathura, evince and xournalpp; and pdf.js in headless
Chromium where PHIENHOP_PDFJS names a folder with its build. What is missing is said, not guessed.
"""

import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import Report
from bench._pdfjs import pdfjs_times
from bench._stopwatch import Screen, missing
from bench._window import tablet
from bench.frames import pdf, scribble

PAGES = int(os.environ.get("PHIENHOP_BENCH_PAGES", "1000"))
STROKES, POINTS = 20_000, 12
TURNS, SPELLS = 8, 5
FRAME_MS = 1000 / 60
"""Of a screen; where drawing alone takes longer, a frame is what it takes here."""
TARGET = {
    "ratio": 1.0,
    "flip_frames": 1.0,
    "ink_frame_ratio": 1.5,
    "pss_mb": 500.0,
}
WANTED = (
    "vn_anle_432021.pdf",
    "vn_rev1_60pp.pdf",
    "vn_qcvn32_2026.pdf",
    "vn_real_scan_decision.pdf",
)
RIVALS = {
    "mupdf-gl": (["mupdf-gl"], "Next", 0.5),
    "zathura": (["zathura"], "Next", 0.5),
    "evince": (["evince"], "n", 1.0),
    "xournalpp": (["xournalpp"], "Next", 1.5),
}


def run() -> Report:
    """Measure everything that can be measured on this machine."""
    tablet()
    with tempfile.TemporaryDirectory() as name:
        papers = _papers(Path(name))
        ours = asyncio.run(_ours(papers))
        print(json.dumps(ours, indent=1), flush=True)
        peers = _peers(papers, ours)
    return _report(ours, peers)


def _papers(folder: Path) -> list[Path]:
    """Public papers where they are at hand, and one of our own that is always there."""
    own = folder / "own.pdf"
    own.write_bytes(pdf([scribble(300, seed) for seed in range(30)]))
    places = (os.environ.get("PHIENHOP_CORPUS", ""), "../shared/corpus")
    corpus = next((Path(one) for one in places if one and Path(one).is_dir()), None)
    if corpus is None:
        print("no corpus here (PHIENHOP_CORPUS): only a paper of our own making")
        return [own]
    return [own, *(corpus / name for name in WANTED if (corpus / name).is_file())]


async def _ours(papers: list[Path]) -> dict[str, Any]:
    from bench._reader_window import Glass  # noqa: PLC0415  opens the window
    from client.documents.process_renderer import ProcessRenderer  # noqa: PLC0415

    renderer = ProcessRenderer(niceness=0)
    glass = Glass(renderer)
    running = asyncio.ensure_future(glass.app.async_run("asyncio"))
    found: dict[str, Any] = {"first": {}, "scale": {}, "flips": [], "frames": []}
    try:
        await _warm(glass, papers[0])
        for path in papers:
            _say(f"first page and turns of {path.name}")
            await _first(glass, path, found)
            await _flips(glass, found)
        _say(f"{PAGES} pages")
        await _memory(glass, papers, found)
        _say(f"{STROKES} strokes")
        await _ink(glass, papers[0], found)
    finally:
        glass.app.stop()
        await running
        await renderer.close()
    return found


def _say(what: str) -> None:
    print(f"{what} …", file=sys.stderr, flush=True)


async def _warm(glass: Any, path: Path) -> None:
    glass.view.show(await glass.open("warm", path))
    await glass.ready()


async def _first(glass: Any, path: Path, found: dict[str, Any]) -> None:
    """From the tap on a paper to its first sharp page, the file unknown to the process."""
    times = []
    for turn in range(3):
        glass.view.opening()
        await asyncio.sleep(0.05)
        begun = time.perf_counter()
        glass.view.show(await glass.open(f"{path.name}-{turn}", path))
        times.append((await glass.sharp_after(begun))[0])
        await glass.ready()
    found["first"][path.name] = statistics.median(times)
    found["scale"][path.name] = glass.view.viewport.scale


async def _flips(glass: Any, found: dict[str, Any]) -> None:
    """Pages that were made ready, turned one by one."""
    for _ in range(min(TURNS, glass.view.pages - 1)):
        await glass.ready()
        begun = time.perf_counter()
        glass.view.turn(1)
        elapsed, frames = await glass.sharp_after(begun)
        found["flips"].append(elapsed)
        found["frames"].append(frames)


async def _ink(glass: Any, path: Path, found: dict[str, Any]) -> None:
    """Frames of a page with 20,000 strokes and of the next, which has none, in turn."""
    from bench._reader_window import scribbles  # noqa: PLC0415

    shape = await glass.open("ink", path)
    glass.view.show(shape)
    await glass.ready()
    book = scribbles("ink", 1, STROKES, POINTS)
    begun = time.perf_counter()
    glass.view.ink.use(book)
    await glass.inked()
    found["ink_drawn_ms"] = (time.perf_counter() - begun) * 1000
    spells: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(SPELLS):
        for page in (1, 2):
            glass.view.go(page)
            await glass.ready()
            spells[page].append(statistics.median(await glass.frame_times(0.7)))
    found["ink_frame_ms"] = statistics.median(spells[1])
    found["bare_frame_ms"] = statistics.median(spells[2])
    glass.view.ink.use(None)


async def _memory(glass: Any, papers: list[Path], found: dict[str, Any]) -> None:
    """Look at many pages, then weigh both processes."""
    long = next(iter(sorted(papers[0].parent.glob("vn_2000*"))), None)
    for folder in {path.parent for path in papers}:
        long = next(iter(folder.glob("vn_2000_pages.pdf")), long)
    shape = await glass.open("long", long or papers[-1])
    seen = 0
    while seen < PAGES:
        glass.view.show(shape, seen % shape.pages + 1)
        await glass.sharp_after(time.perf_counter())
        seen += 1
    found["pss_mb"] = _pss(os.getpid()) + _pss(glass.renderer.pid)
    found["pages"] = seen


def _pss(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


# ---- the others ----------------------------------------------------------------------------------


def _peers(papers: list[Path], ours: dict[str, Any]) -> dict[str, Any]:
    peers: dict[str, Any] = {"mutool": {}, "viewers": {}, "pdfjs": {}}
    lacking = missing("mutool", "Xvfb", "xdotool", *RIVALS)
    print("not installed here, so not measured:", ", ".join(lacking) or "nothing", flush=True)
    if "mutool" not in lacking:
        for path in papers:
            peers["mutool"][path.name] = _mutool(path, ours["scale"][path.name])
    if not {"Xvfb", "xdotool"} & set(lacking):
        paper = next((path for path in papers if "60pp" in path.name), papers[0])
        for name in ("ours", *RIVALS):
            if name in lacking:
                continue
            try:
                peers["viewers"][name] = _viewer(name, paper)
            except TimeoutError as late:
                print(f"{name} was not measured: {late}", flush=True)
    peers["pdfjs"] = pdfjs_times(papers)
    return peers


def _mutool(path: Path, scale: float) -> float:
    times = []
    command = ["mutool", "draw", "-q", "-r", f"{72 * scale:.1f}", "-F", "ppm", "-o", os.devnull]
    for _ in range(3):
        begun = time.perf_counter()
        subprocess.run([*command, str(path), "1"], check=False, capture_output=True)
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def _viewer(name: str, paper: Path) -> tuple[float, float]:
    """One whole program: ms to its first settled page, and the median of its turns."""
    if name == "ours":
        command, key, least = [sys.executable, "-m", "bench._reader_program"], "Right", 0.5
    else:
        program, key, least = RIVALS[name]
        command = [shutil.which(program[0]) or program[0]]
    _say(name)
    with Screen() as screen:
        first, flips = screen.viewer([*command, str(paper)], key, TURNS, least)
    return first, statistics.median(flips) if flips else 0.0


def _report(ours: dict[str, Any], peers: dict[str, Any]) -> Report:
    frame = max(FRAME_MS, ours["bare_frame_ms"])
    allowed = {name: 1.3 * drawn + 2 * frame for name, drawn in peers["mutool"].items()}
    shares = [ours["first"][name] / most for name, most in allowed.items()]
    ratio = round(max(shares), 3) if shares else 0.0
    ink = ours["ink_frame_ms"] / max(ours["bare_frame_ms"], 1e-6)
    figures = {
        "first_median_ms": round(statistics.median(ours["first"].values()), 1),
        "flip_median_ms": round(statistics.median(ours["flips"]), 1),
        "flip_frames": float(max(ours["frames"])),
        "frame_ms": round(ours["bare_frame_ms"], 2),
        "frame_with_ink_ms": round(ours["ink_frame_ms"], 2),
        "ink_frame_ratio": round(ink, 3),
        "ink_drawn_ms": round(ours["ink_drawn_ms"]),
        "pages": float(ours["pages"]),
        "pss_mb": round(ours["pss_mb"], 1),
    }
    print(json.dumps({"first_ms": ours["first"], "mutool_ms": peers["mutool"]}, indent=1))
    print(json.dumps({"start and flip, ms": peers["viewers"], "pdfjs": peers["pdfjs"]}, indent=1))
    own = peers["viewers"].get("ours")
    beaten = own is None or all(
        own[1] <= flip for name, (_start, flip) in peers["viewers"].items() if name != "ours"
    )
    faster = [peers["pdfjs"][name] / ours["first"][name] for name in peers["pdfjs"]]
    far = not faster or (statistics.median(faster) >= 5 and min(faster) >= 3)
    holds = bool(
        ratio <= TARGET["ratio"]
        and figures["flip_frames"] <= TARGET["flip_frames"]
        and ink <= TARGET["ink_frame_ratio"]
        and figures["pss_mb"] <= TARGET["pss_mb"]
        and beaten
        and far
    )
    named: dict[str, float | str] = {"name": "1.3 x mutool draw + two frames, same page and scale"}
    for name, (start, flip) in peers["viewers"].items():
        named[f"{name} start_ms"], named[f"{name} flip_ms"] = round(start, 1), round(flip, 1)
    return Report(figures, named, ratio, TARGET, holds=holds)
