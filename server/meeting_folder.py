"""A meeting as a folder: `meeting.toml` beside its papers, for import without a desk.

id = "btv-27"                      # name of the meeting; letters, digits, - and _
title = "Hội nghị lần thứ 27"
ordinal = "27"
place = "Phòng họp A"
starts = 2025-09-18T08:00:00       # local time, or with an offset
ends = 2025-09-18T11:30:00
chair = "Nguyễn Văn An"            # a name on the list of people
people = "people.csv"              # optional: see people_csv.py

[organization]
id = "btv"
name = "Ban Thường vụ Tỉnh ủy X"
short_name = "BTV"
term = "khóa XVIII"
address = "dong_chi"               # or dai_bieu

[[items]]
title = "…"
short_title = "…"
minutes = 40
presenter = "…"
form = "open"                      # open, consensus, paper, none
guests = ["Trần Văn Bình"]         # names of invited guests who see this item
sites = false

[[items.papers]]
title = "…"
file = "to-trinh.pdf"              # none: a placeholder for `copies` paper copies
kind = "Tờ trình"
symbol = "15-TTr/BTCTU"
classification = "normal"
audience = "item"                  # or members
copies = 0
"""

import datetime as dt
import re
import tomllib
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from server.protocol.ids import Count, Line, MeetingId, Text
from server.protocol.refusals import Code, Refusal
from server.protocol.state import ItemForm, Organization, PaperAudience, PaperClass

FILE = "meeting.toml"


class PaperPlan(Struct, frozen=True, forbid_unknown_fields=True):
    """A paper of an item."""

    title: Line
    file: Line = ""
    kind: Line = ""
    symbol: Line = ""
    classification: PaperClass = "normal"
    audience: PaperAudience = "item"
    copies: Count = 0


class ItemPlan(Struct, frozen=True, forbid_unknown_fields=True):
    """An item of the agenda."""

    title: Line
    short_title: Annotated[str, Meta(max_length=20)] = ""
    minutes: Count = 0
    presenter: Line = ""
    form: ItemForm = "none"
    guests: tuple[Line, ...] = ()
    sites: bool = False
    papers: tuple[PaperPlan, ...] = ()


class MeetingPlan(Struct, frozen=True, forbid_unknown_fields=True):
    """A whole meeting before it exists."""

    id: MeetingId
    title: Line
    organization: Organization
    items: tuple[ItemPlan, ...]
    ordinal: Line = ""
    place: Line = ""
    starts: dt.datetime | None = None
    ends: dt.datetime | None = None
    chair: Line = ""
    people: Line = ""
    notes: Text = ""
    """For whoever prepares the folder; not imported."""


def read(folder: Path) -> MeetingPlan | Refusal:
    """Return the plan; refuses `file_not_found`, `settings_invalid` with file, line and reason.

    Every file that it names must lie in the folder.
    """
    path = folder / FILE
    try:
        text = path.read_text(encoding="utf-8")
        plan = msgspec.convert(tomllib.loads(text), MeetingPlan)
    except FileNotFoundError:
        return Refusal(Code.FILE_NOT_FOUND, {"name": str(path)})
    except tomllib.TOMLDecodeError as fault:
        line = re.search(r"at line (\d+)", str(fault))
        return _wrong(path, str(fault), int(line[1]) if line else 0)
    except (msgspec.ValidationError, UnicodeDecodeError, OSError) as fault:
        return _wrong(path, str(fault), 0)
    named = [plan.people, *(paper.file for item in plan.items for paper in item.papers)]
    for name in filter(None, named):
        file = (folder / name).resolve()
        if not file.is_relative_to(folder.resolve()):
            return _wrong(path, f"outside the folder: {name}", 0)
        if not file.is_file():
            return Refusal(Code.FILE_NOT_FOUND, {"name": str(folder / name)})
    return plan


def milliseconds(moment: dt.datetime | None) -> int:
    """Return the time as the wire has it; a moment without an offset is local. 0 for none."""
    return int(moment.timestamp() * 1000) if moment is not None else 0


def _wrong(path: Path, reason: str, line: int) -> Refusal:
    return Refusal(Code.SETTINGS_INVALID, {"file": str(path), "line": line, "reason": reason})
