"""The folder of a story's meeting: the samples, or somebody's own papers in their place."""

import datetime as dt
import re
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

TITLE = 40


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the folder is, and to which page the paper of item 2 is read together.

    `own`: by the name in the folder, the name and title of each paper that somebody brought.
    """

    folder: Path
    page: int
    replacement: Path
    urgent: Path
    own: Mapping[str, tuple[str, str]]

    def draft(self, refused: Collection[str]) -> str:
        """Return the title of the paper that is read together; empty when all were refused."""
        if not self.own:
            return "Dự thảo Nghị quyết"
        titles = (title for file, (_, title) in self.own.items() if file not in refused)
        return next(titles, "")


def plan(samples: Path, papers: Path | None, target: Path) -> Plan:
    """Copy the samples to `target`; with `papers`, its PDFs take the places of item 1's and 2's."""
    shutil.copytree(samples, target)
    _today(target / "meeting.toml")
    urgent = shutil.copyfile(target / "bao-cao-nhanh-mua-lu.pdf", target / "Báo cáo nhanh.pdf")
    own = _own(sorted(papers.glob("*.pdf")), target) if papers is not None else {}
    return Plan(
        target,
        1 if own else 3,
        target / "to-trinh-khu-y-v2.pdf",
        urgent,
        own,
    )


def prepare(samples: Path, target: Path) -> Path:
    """Copy the samples to `target` as a meeting of today, and return it."""
    shutil.copytree(samples, target)
    _today(target / "meeting.toml")
    return target


def _today(toml: Path) -> None:
    """Let the meeting begin a quarter of an hour from now, in Hà Nội's time."""
    zone = dt.timezone(dt.timedelta(hours=7))
    begins = dt.datetime.now(zone).replace(second=0, microsecond=0) + dt.timedelta(minutes=12)
    ends = begins + dt.timedelta(hours=3, minutes=30)
    text = toml.read_text(encoding="utf-8")
    for name, moment in (("starts", begins), ("ends", ends)):
        text = re.sub(rf"^{name} = .*$", f"{name} = {moment.isoformat()}", text, flags=re.MULTILINE)
    toml.write_text(text, encoding="utf-8")


def _own(files: list[Path], target: Path) -> dict[str, tuple[str, str]]:
    """Put somebody's own papers in the place of item 2's, in the order of their names.

    A title is the file's name. What intake refuses is left out of the meeting and reported.
    """
    toml = target / "meeting.toml"
    text = toml.read_text(encoding="utf-8")
    blocks: list[str] = []
    own: dict[str, tuple[str, str]] = {}
    for number, file in enumerate(files):
        name = f"rieng-{number:03d}.pdf"
        shutil.copyfile(file, target / name)
        title = file.stem[:TITLE].replace("\\", " ").replace('"', " ")
        own[name] = (file.name, title)
        blocks.append(f'[[items.papers]]\ntitle = "{title}"\nfile = "{name}"\n')
    head, mark, rest = text.partition('short_title = "Chuyển đổi số"')
    item, end, after = rest.partition("\n[[items]]\n")
    fields = item.partition("\n[[items.papers]]")[0]
    toml.write_text(head + mark + fields + "\n" + "\n".join(blocks) + end + after, encoding="utf-8")
    return own
