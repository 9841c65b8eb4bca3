"""Marked copies of papers for their writer: PDF with annotations, XFDF, and the pack for printing.

Only for the person whose notes are open: nobody else's marks are on this device in clear.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from client.device.vault import Damaged, write_durably
from client.documents.annotations import annotations, sheets
from client.documents.export import export
from client.documents.export_order import ExportFailed, ExportOrder
from client.documents.library import NotHere
from client.documents.xfdf import write_xfdf
from client.ink.marks import Mark
from client.notes.notes import Notes, NotOpen
from server.protocol.ids import MeetingId, PaperId, Sha256
from server.protocol.refusals import Code, Refusal

Form = Literal["marked", "xfdf", "print", "print_clean"]
"""marked: PDF with annotations, and the sheets of handwritten notes; xfdf: the annotations alone;
print: as marked, with every note's sheet behind the paper; print_clean: the paper without marks."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What is to be written where."""

    room: MeetingId
    paper: PaperId
    document: Sha256
    """The revision that is on screen."""
    author: str
    """Whose marks they are, by name."""
    file_name: str
    """Of the paper, as XFDF names it."""
    target: Path
    form: Form = "marked"


async def write_copy(
    notes: Notes, read: Callable[[Sha256], bytes], font: Path, sheet_title: str, copy: Copy
) -> Refusal | None:
    """Write a copy of a paper; why not, if it could not be written. `read` as `Library.read`.

    `sheet_title` stands over each note's sheet; `{page}` in it is the page that the note is on.
    """
    try:
        notebook = await notes.notebook(copy.room, copy.paper)
        marks = () if copy.form == "print_clean" else notebook.marks
        written = await _made(marks, read, font, sheet_title, copy)
        await asyncio.to_thread(write_durably, copy.target, written)
    except NotOpen:
        return Refusal(Code.NOT_SIGNED_IN)
    except ExportFailed as failed:
        return Refusal(Code(failed.code))
    except (NotHere, Damaged):
        return Refusal(Code.PAPER_UNREADABLE)
    except OSError:
        return Refusal(Code.DISK_FULL)
    return None


async def _made(
    marks: tuple[Mark, ...],
    read: Callable[[Sha256], bytes],
    font: Path,
    sheet_title: str,
    copy: Copy,
) -> bytes:
    listed = await asyncio.to_thread(annotations, marks, copy.document, copy.author)
    if copy.form == "xfdf":
        return write_xfdf(listed, copy.file_name)
    paper = await asyncio.to_thread(read, copy.document)
    behind = sheets(marks, copy.document, typed=copy.form == "print")
    return await export(ExportOrder(paper, listed, behind, sheet_title, str(font)))
