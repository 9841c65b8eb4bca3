"""Every file of the corpus through intake, every page through the render worker.

Prints one line a file and writes the table of outcomes to `build/corpus.tsv`. The peer is the first
engine alone: what it shows of the same pages in the same run. The corpus is looked for in
`PHIENHOP_CORPUS`, then in `../shared/corpus`.
"""

import asyncio
import os
from pathlib import Path

from bench import Report
from bench._papers import Outcome, outcomes, papers, write_table

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "build" / "corpus.tsv"
SHOWN = 0.99
"""The least share of the pages of accepted papers that must be shown."""


def folder() -> Path:
    """Return where the corpus is; without one there is nothing to measure."""
    named = os.environ.get("PHIENHOP_CORPUS")
    place = Path(named) if named else ROOT.parent / "shared" / "corpus"
    if not place.is_dir():
        raise SystemExit(f"no corpus of PDFs at {place}; name one in PHIENHOP_CORPUS")
    return place


async def _run() -> list[Outcome]:
    done = []
    async for one in outcomes(papers(folder())):
        print("\t".join(one.row()), flush=True)
        done.append(one)
    return done


def run() -> Report:
    done = asyncio.run(_run())
    write_table(TABLE, done)
    accepted = [one for one in done if one.intake == "accepted"]
    pages, shown = sum(one.pages for one in accepted), sum(one.shown for one in accepted)
    second = sum(one.second for one in done)
    hung = sum(one.hung for one in done)
    share = round(shown / max(1, pages), 5)
    return Report(
        figures={
            "files": len(done),
            "accepted": len(accepted),
            "pages": sum(one.pages for one in done),
            "pages_of_accepted": pages,
            "shown": sum(one.shown for one in done),
            "by_second_engine": second,
            "messages": sum(sum(one.messages.values()) for one in done),
            "hung": hung,
            "slowest_page_s": round(max(one.slowest for one in done), 2),
            "shown_share": share,
        },
        peer={"name": "MuPDF alone", "shown": sum(one.shown - one.second for one in done)},
        ratio=share,
        target={"ratio": SHOWN, "hung": 0},
        holds=share >= SHOWN and hung == 0,
    )
