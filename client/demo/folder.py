"""The folder of a story's meeting: the samples, or somebody's own papers in their place."""

import datetime as dt
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

TITLE = 40


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the folder is; the paper of item 2 that is read together, and to which page."""

    folder: Path
    draft: str
    page: int
    replacement: Path
    urgent: Path


def plan(samples: Path, papers: Path | None, target: Path) -> Plan:
    """Copy the samples to `target`; with `papers`, its PDFs take the places of item 1's and 2's."""
    shutil.copytree(samples, target)
    _today(target / "meeting.toml")
    urgent = shutil.copyfile(target / "bao-cao-nhanh-mua-lu.pdf", target / "Báo cáo nhanh.pdf")
    draft, page = "Dự thảo Nghị quyết", 3
    if papers is not None:
        draft, page = _own(sorted(papers.glob("*.pdf")), target), 1
    return Plan(
        target,
        draft,
        page,
        target / "to-trinh-khu-y-v2.pdf",
        urgent,
    )


def _today(toml: Path) -> None:
    """Let the meeting begin a quarter of an hour from now, in Hà Nội's time."""
    zone = dt.timezone(dt.timedelta(hours=7))
    begins = dt.datetime.now(zone).replace(second=0, microsecond=0) + dt.timedelta(minutes=12)
    ends = begins + dt.timedelta(hours=3, minutes=30)
    text = toml.read_text(encoding="utf-8")
    for name, moment in (("starts", begins), ("ends", ends)):
        text = re.sub(rf"^{name} = .*$", f"{name} = {moment.isoformat()}", text, flags=re.MULTILINE)
    toml.write_text(text, encoding="utf-8")


def _own(files: list[Path], target: Path) -> str:
    """Add somebody's own papers to item 2, in the order of their names; return the first title.

    A title is the file's name. What intake refuses is left out of the meeting and reported.
    """
    toml = target / "meeting.toml"
    text = toml.read_text(encoding="utf-8")
    blocks = []
    for number, file in enumerate(files):
        name = f"rieng-{number:03d}.pdf"
        shutil.copyfile(file, target / name)
        title = file.stem[:TITLE].replace("\\", " ").replace('"', " ")
        blocks.append(f'[[items.papers]]\ntitle = "{title}"\nfile = "{name}"\n')
    head, mark, rest = text.partition('short_title = "Chuyển đổi số"')
    item, end, after = rest.partition("\n[[items]]\n")
    fields = item.partition("\n[[items.papers]]")[0]
    toml.write_text(head + mark + fields + "\n" + "\n".join(blocks) + end + after, encoding="utf-8")
    return files[0].stem[:TITLE] if files else ""
