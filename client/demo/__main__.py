"""`phienhop demo`: plays a story on real processes, and leaves behind what came of it."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from client.demo.processes import StoryStopped, has_screen
from client.demo.stage import Stage
from client.demo.story_a import StoryA
from client.demo.story_b import StoryB
from client.resources import ASSETS

SAMPLES = ASSETS / "samples" / "meeting"
CONFERENCE = ASSETS / "samples" / "conference"
HUMAN_PACE = 0.8
"""Seconds before each touch, for people who watch."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is played, and where it leaves its files."""

    out: Path
    papers: Path | None
    stay: bool
    pace: float
    story: str = "A"


def main(argv: Sequence[str]) -> int:
    """Play; return 0 when the story came to its end, 1 when something in it did not come."""
    options = _read(argv)
    if options.papers is not None and not any(options.papers.glob("*.pdf")):
        print(f"phienhop demo: no PDF in {options.papers}", file=sys.stderr)
        return 2
    try:
        return asyncio.run(_play(options))
    except KeyboardInterrupt:
        return 130


def _read(argv: Sequence[str]) -> Options:
    parser = argparse.ArgumentParser(
        prog="phienhop demo",
        description="Plays one whole meeting: in windows where there is a screen, else headless.",
    )
    parser.add_argument("--out", type=Path, default=Path("demo-out"), help="what is left behind")
    parser.add_argument(
        "--story",
        choices=("A", "B"),
        default="A",
        help="A: a committee of 15; B: a conference of 53 with 75 tablets and 12 sites",
    )
    parser.add_argument("--papers", type=Path, help="a folder with PDFs of your own to read")
    parser.add_argument("--fast", action="store_true", help="do not play at a person's speed")
    asked = parser.parse_args(argv)
    watched = has_screen() and not asked.fast
    pace = HUMAN_PACE if watched else 0.0
    return Options(asked.out, asked.papers, watched, pace, asked.story)


async def _play(options: Options) -> int:
    with tempfile.TemporaryDirectory(prefix="phienhop-", ignore_cleanup_errors=True) as folder:
        async with AsyncExitStack() as stack:
            stage = Stage(options.out, Path(folder), options.pace, stack)
            story = _story(stage, options)
            try:
                await story.play()
                summary = stage.write_summary(
                    story.record, story.tablets(), story.minutes, story.more()
                )
            except (StoryStopped, TimeoutError, ExceptionGroup) as fault:
                await _tell(stage, fault)
                return 1
            stage.say(f"Done: {summary}")
            if options.stay:
                stage.say("The windows are yours now; close them, or press Ctrl+C, to end.")
                await asyncio.gather(*(one.wait_closed() for one in stage.windows.values()))
    return 0


def _story(stage: Stage, options: Options) -> StoryA | StoryB:
    if options.story == "B":
        return StoryB(stage, CONFERENCE)
    return StoryA(stage, SAMPLES, options.papers)


async def _tell(stage: Stage, fault: BaseException) -> None:
    """Say what did not come, and leave a picture of every window as it was then."""
    causes = fault.exceptions if isinstance(fault, BaseExceptionGroup) else (fault,)
    for cause in causes:
        print(f"phienhop demo: {cause!r}", file=sys.stderr)
    for name, window in stage.windows.items():
        try:
            await window.shot(stage.out / f"stopped-{name}.png")
        except (StoryStopped, TimeoutError, OSError):
            print(f"phienhop demo: no picture of {name}", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
