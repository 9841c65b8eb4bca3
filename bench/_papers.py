"""Every paper of a folder through intake and every page through the render worker."""

import asyncio
import csv
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from client.documents.process_renderer import ProcessRenderer
from client.documents.renderer import (
    BUDGET,
    Clip,
    FailureCode,
    Preview,
    Rendered,
    RenderFailure,
    RenderJob,
    Tile,
)
from server.papers.intake import take_in
from server.papers.limits import Limits
from server.protocol.refusals import Refusal

WIDTH = 1000
"""Pixels of width that a page is drawn at, as on a tablet."""
SLACK = 6.0
"""Seconds beyond the engines' budgets until a page counts as hanging: a new process starts."""


@dataclass(slots=True)
class Outcome:
    """What became of one file."""

    file: str
    intake: str
    """"accepted", or the code of its refusal."""
    pages: int = 0
    shown: int = 0
    second: int = 0
    """Of those shown, by the second engine."""
    messages: Counter[str] = field(default_factory=Counter)
    """Pages that say why they are not shown, by code; "*" for the whole paper."""
    intake_seconds: float = 0.0
    slowest: float = 0.0
    """Seconds of the slowest page, small picture and sharp one together."""
    words: int = 0

    @property
    def hung(self) -> bool:
        """A page took longer than the budgets of both engines."""
        return self.slowest > 2 * (2 * BUDGET) + SLACK

    def row(self) -> list[str]:
        """Return the outcome as a line of the table."""
        told = " ".join(f"{code}:{count}" for code, count in sorted(self.messages.items()))
        return [
            self.file,
            self.intake,
            str(self.pages),
            str(self.shown),
            str(self.second),
            told,
            f"{self.intake_seconds:.2f}",
            f"{self.slowest:.2f}",
            str(self.words),
        ]


HEAD = ["file", "intake", "pages", "shown", "by_second_engine", "messages", "intake_s"]
HEAD += ["slowest_page_s", "words"]


class _One:
    """Waits for one picture."""

    def __init__(self) -> None:
        self.came: asyncio.Future[Rendered | RenderFailure] = (
            asyncio.get_running_loop().create_future()
        )

    def __call__(self, result: Rendered | RenderFailure) -> None:
        if not self.came.done():
            self.came.set_result(result)


async def picture(renderer: ProcessRenderer, job: RenderJob) -> Rendered | RenderFailure:
    """Return one picture or why there is none; its pixels are given back at once."""
    one = _One()
    renderer.want(one, [job], one)
    result = await one.came
    if isinstance(result, Rendered):
        result.release()
    return result


async def outcomes(
    files: Iterable[Path], *, most_pages: int = 100_000, limits: Limits | None = None
) -> AsyncIterator[Outcome]:
    """Yield what becomes of each file, one after another, in one render worker.

    Pages are those of the view copy, or of the file itself where intake refused it.
    """
    renderer = ProcessRenderer(niceness=0)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            for number, path in enumerate(files):
                view = Path(scratch) / f"{number}.pdf"
                begun = time.monotonic()
                taken = await take_in(path, view, limits=limits)
                outcome = Outcome(path.name, "accepted")
                outcome.intake_seconds = time.monotonic() - begun
                if isinstance(taken, Refusal):
                    outcome.intake = str(taken.code.value)
                await _pages(renderer, path if isinstance(taken, Refusal) else view, outcome,
                             most_pages)  # fmt: skip
                yield outcome
    finally:
        await renderer.close()


async def _pages(renderer: ProcessRenderer, path: Path, outcome: Outcome, most_pages: int) -> None:
    name = outcome.file
    opened = await renderer.open(name, path)
    if isinstance(opened, RenderFailure):
        outcome.messages["*" + opened.code] += 1
        return
    outcome.pages = opened.pages
    for page in chosen(opened.pages, most_pages):
        await _page(renderer, name, page, outcome)
    renderer.shut(name)


async def _page(renderer: ProcessRenderer, name: str, page: int, outcome: Outcome) -> None:
    begun = time.monotonic()
    small = await picture(renderer, Preview(name, page))
    sharp: Rendered | RenderFailure = small
    if isinstance(small, Rendered) and small.shape is not None:
        scale = WIDTH / max(1.0, small.shape.width)
        height = min(4_000_000 // WIDTH, max(1, round(small.shape.height * scale)))
        sharp = await picture(renderer, Tile(name, page, scale, Clip(0, 0, WIDTH, height)))
    outcome.slowest = max(outcome.slowest, time.monotonic() - begun)
    if isinstance(sharp, RenderFailure):
        outcome.messages[sharp.code] += 1
        return
    outcome.shown += 1
    outcome.second += sharp.second
    text = await renderer.read(name, page)
    if not isinstance(text, RenderFailure):
        outcome.words += len(text.words)


def chosen(pages: int, most: int) -> list[int]:
    """Return pages from 1, evenly spread, at most so many."""
    if pages <= most:
        return list(range(1, pages + 1))
    return sorted({1 + round(step * (pages - 1) / max(1, most - 1)) for step in range(most)})


def write_table(path: Path, rows: Iterable[Outcome]) -> None:
    """Write the outcomes as tab-separated text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t")
        table.writerow(HEAD)
        table.writerows(one.row() for one in rows)


def papers(folder: Path) -> Iterator[Path]:
    """Yield the papers of a corpus in the order of their names."""
    yield from sorted(folder.glob("*.pdf"))


__all__ = ["FailureCode", "Outcome", "chosen", "outcomes", "papers", "write_table"]
