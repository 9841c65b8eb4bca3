"""How smoothly the screen runs while a page of 15,000 paths is drawn, against the same screen idle.

A real window, off screen, with the real page view and its render process; something moves all the
time, so every frame is drawn. Idle and busy spells alternate; each gives its 99th percentile of
the time between two frames, and the medians over the spells are compared.
"""

import asyncio
import random
import statistics
import tempfile
from pathlib import Path

from bench import Report
from bench._window import tablet

PATHS = 15_000
SLOW_PAGES = 60
SPELLS = 5
SECONDS = 4.0
RATIO = 1.5


def pdf(streams: list[bytes]) -> bytes:
    """A PDF whose pages have these content streams; written here so that nothing else is needed."""
    count = len(streams)
    kids = b" ".join(b"%d 0 R" % (3 + 2 * page) for page in range(count))
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] /MediaBox [0 0 595 842] >>" % (count, kids),
    ]
    for page, stream in enumerate(streams):
        bodies.append(b"<< /Type /Page /Parent 2 0 R /Contents %d 0 R >>" % (4 + 2 * page))
        bodies.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    out, offsets = b"%PDF-1.7\n", []
    parts = [out]
    size = len(out)
    for number, body in enumerate(bodies, 1):
        offsets.append(size)
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        size += len(parts[-1])
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    total = len(bodies) + 1
    parts.append(
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n"
        b"%%%%EOF\n" % (total, table, total, size)
    )
    return b"".join(parts)


def scribble(paths: int, seed: int) -> bytes:
    """A map-like page: that many stroked curves of many colours and widths."""
    chance = random.Random(seed)  # noqa: S311  a picture, not a secret
    lines = []
    for _ in range(paths):
        x, y = chance.uniform(70, 525), chance.uniform(70, 772)
        curve = " ".join(
            f"{x + chance.uniform(-60, 60):.1f} {y + chance.uniform(-60, 60):.1f}" for _ in range(3)
        )
        colour = " ".join(f"{chance.random():.2f}" for _ in range(3))
        lines.append(f"{colour} RG {chance.uniform(0.3, 3):.1f} w {x:.1f} {y:.1f} m {curve} c S")
    return "\n".join(lines).encode()


def run() -> Report:
    """Alternate idle and busy spells of one window; needs no screen."""
    tablet()
    from bench._frames_window import measure  # noqa: PLC0415  opens the window

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "calm.pdf").write_bytes(pdf([scribble(200, 0)]))
        streams = [scribble(PATHS, seed) for seed in range(4)]
        (folder / "slow.pdf").write_bytes(pdf([streams[page % 4] for page in range(SLOW_PAGES)]))
        found = asyncio.run(measure(folder, SPELLS, SECONDS))
    idle, busy = statistics.median(found["idle"]), statistics.median(found["busy"])
    drawing = statistics.mean(found["drawing"])
    print("idle p99 ms:", [round(value, 1) for value in found["idle"]])
    print("busy p99 ms:", [round(value, 1) for value in found["busy"]])
    ratio = round(busy / idle, 3)
    return Report(
        figures={
            "busy_p99_ms": round(busy, 2),
            "idle_p99_ms": round(idle, 2),
            "drawing_share": round(drawing, 3),
        },
        peer={"name": "the same window, idle, in the same run", "p99_ms": round(idle, 2)},
        ratio=ratio,
        target={"ratio": RATIO},
        holds=ratio <= RATIO and drawing > 0.9,
    )
