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
from bench._pdfjs import PdfJs
from bench._stopwatch import Screen, missing
from bench._window import tablet
from bench.frames import pdf, scribble

PAGES = int(os.environ.get("PHIENHOP_BENCH_PAGES", "1000"))
STROKES, POINTS = 20_000, 12
TURNS, SPELLS, ROUNDS = 8, 5, 3
FIRSTS = 5
"""How often each paper is opened anew, by all in turn: a shared machine is slow by spells."""
FRAME_MS = 1000 / 60
"""Of a screen; where drawing alone takes longer, a frame is what it takes here."""
TARGET = {
    "ratio": 1.0,
    "flip_frames": 1.0,
    "ink_frame_ratio": 1.5,
    "pss_mb": 500.0,
    "pdfjs_median": 5.0,
    "pdfjs_least": 3.0,
}
WANTED = (
    "vn_anle_432021.pdf",
    "vn_anle_672023.pdf",
    "vn_rev1_60pp.pdf",
    "vn_qcvn32_2026.pdf",
    "vn_congvan_signed.pdf",
    "vn_bothongso.pdf",
    "vn_danhmuc_38pp_tables.pdf",
    "vn_libreoffice_78pp.pdf",
    "vn_real_scan_decision.pdf",
    "vn_scan_image_only.pdf",
    "long_freeculture_352pp.pdf",
)
OWN = "own.pdf"
"""Curves like those of a map, which take the engine itself half as long as pdf.js needs for all."""
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
        lacking = missing("mutool", "Xvfb", "xdotool", *RIVALS)
        print("not installed here, so not measured:", ", ".join(lacking) or "nothing", flush=True)
        with PdfJs(papers) as browser:
            ours = asyncio.run(_ours(papers, browser, mutool="mutool" not in lacking))
        viewers = _viewers(papers, lacking) if not {"Xvfb", "xdotool"} & set(lacking) else {}
    return _report(ours, viewers)


def _papers(folder: Path) -> list[Path]:
    """Public papers where they are at hand, and one of our own that is always there."""
    own = folder / OWN
    own.write_bytes(pdf([scribble(300, seed) for seed in range(30)]))
    places = (os.environ.get("PHIENHOP_CORPUS", ""), "../shared/corpus")
    corpus = next((Path(one) for one in places if one and Path(one).is_dir()), None)
    if corpus is None:
        print("no corpus here (PHIENHOP_CORPUS): only a paper of our own making")
        return [own]
    return [own, *(corpus / name for name in WANTED if (corpus / name).is_file())]


async def _ours(papers: list[Path], browser: PdfJs, *, mutool: bool) -> dict[str, Any]:
    from bench._reader_window import Glass  # noqa: PLC0415  opens the window
    from client.documents.process_renderer import ProcessRenderer  # noqa: PLC0415

    renderer = ProcessRenderer(niceness=0)
    glass = Glass(renderer)
    running = asyncio.ensure_future(glass.app.async_run("asyncio"))
    found: dict[str, Any] = {"first": {}, "mutool": {}, "pdfjs": {}, "flips": [], "frames": []}
    try:
        await _warm(glass, papers[0])
        for path in papers:
            _say(f"first page and turns of {path.name}")
            await _first(glass, path, found, browser if browser.there else None, mutool=mutool)
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


async def _first(
    glass: Any, path: Path, found: dict[str, Any], browser: PdfJs | None, *, mutool: bool
) -> None:
    """From the tap on a paper to its first sharp page, the file unknown; and the others at it."""
    times: dict[str, list[float]] = {"first": [], "mutool": [], "pdfjs": []}
    for turn in range(FIRSTS):
        glass.view.opening()
        await asyncio.sleep(0.05)
        begun = time.perf_counter()
        glass.view.show(await glass.open(f"{path.name}-{turn}", path))
        times["first"].append((await glass.sharp_after(begun))[0])
        await glass.ready()
        if mutool:
            scale = glass.view.viewport.scale
            times["mutool"].append(await asyncio.to_thread(_mutool, path, scale))
        if browser is not None:
            times["pdfjs"].append(await asyncio.to_thread(browser.first, path))
    for name, values in times.items():
        if values:
            found[name][path.name] = statistics.median(values)


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


def _mutool(path: Path, scale: float) -> float:
    command = ["mutool", "draw", "-q", "-r", f"{72 * scale:.1f}", "-F", "ppm", "-o", os.devnull]
    begun = time.perf_counter()
    subprocess.run([*command, str(path), "1"], check=False, capture_output=True)
    return (time.perf_counter() - begun) * 1000


def _viewers(papers: list[Path], lacking: list[str]) -> dict[str, tuple[float, float]]:
    """Whole programs in turn: ms to the first settled page, and to turn one, in the median."""
    paper = next((path for path in papers if "60pp" in path.name), papers[0])
    starts: dict[str, list[float]] = {}
    flips: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name in ("ours", *RIVALS):
            if name in lacking:
                continue
            try:
                start, turned = _viewer(name, paper)
            except TimeoutError as late:
                print(f"{name} was not measured: {late}", flush=True)
                continue
            starts.setdefault(name, []).append(start)
            flips.setdefault(name, []).extend(turned)
    return {
        name: (statistics.median(starts[name]), statistics.median(flips[name])) for name in starts
    }


def _viewer(name: str, paper: Path) -> tuple[float, list[float]]:
    if name == "ours":
        command, key, least = [sys.executable, "-m", "bench._reader_program"], "Right", 0.5
    else:
        program, key, least = RIVALS[name]
        command = [shutil.which(program[0]) or program[0]]
    _say(name)
    with Screen() as screen:
        return screen.viewer([*command, str(paper)], key, TURNS, least)


def _report(ours: dict[str, Any], viewers: dict[str, tuple[float, float]]) -> Report:
    frame = max(FRAME_MS, ours["bare_frame_ms"])
    allowed = {name: 1.3 * drawn + 2 * frame for name, drawn in ours["mutool"].items()}
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
    print(json.dumps({**ours, "start and flip, ms": viewers}, indent=1))
    own = viewers.get("ours")
    beaten = own is None or all(
        own[1] <= flip for name, (_start, flip) in viewers.items() if name != "ours"
    )
    times = {name: slow / ours["first"][name] for name, slow in ours["pdfjs"].items()}
    if times:
        figures["pdfjs_own"] = round(times.pop(OWN), 2)
    faster = list(times.values())
    far = not faster or (statistics.median(faster) >= 5 and min(faster) >= 3)
    if faster:
        figures["pdfjs_median"] = round(statistics.median(faster), 2)
        figures["pdfjs_least"] = round(min(faster), 2)
    holds = bool(
        ratio <= TARGET["ratio"]
        and figures["flip_frames"] <= TARGET["flip_frames"]
        and ink <= TARGET["ink_frame_ratio"]
        and figures["pss_mb"] <= TARGET["pss_mb"]
        and beaten
        and far
    )
    named: dict[str, float | str] = {"name": "1.3 x mutool draw + two frames, same page and scale"}
    for name, (start, flip) in viewers.items():
        named[f"{name} start_ms"], named[f"{name} flip_ms"] = round(start, 1), round(flip, 1)
    return Report(figures, named, ratio, TARGET, holds=holds)
