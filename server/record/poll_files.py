"""Every file of the record of a poll: PDF and DOCX as the body signs them, CSV and JSON to use."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable

from server.protocol.events import Entry
from server.record import docx, pdf, poll_record_form, table, tally_record
from server.record.chart import Chart, figure
from server.record.poll_record import PollRecord, build
from server.record.typeset import Block, Figure, Sheet

NAME = 48


def draw(chart: Chart) -> Figure:
    """Set a chart in the width of a record's text, with this machine's face."""
    return figure(chart, Sheet().measure, pdf.face().width)


def blocks(record: PollRecord, zone: dt.tzinfo | None = None) -> list[Block]:
    """Return the document of a poll: a tally board's where there was one, else the plain one."""
    if record.secret:
        return tally_record.blocks(record, draw, zone)
    return poll_record_form.blocks(record, draw, zone)


def poll_files(record: PollRecord, zone: dt.tzinfo | None = None) -> dict[str, bytes]:
    """Return the files of one poll by their endings. Raises `pdf.TextLostError`."""
    made, title = blocks(record, zone), f"Biên bản. {record.subject}"
    return {
        "pdf": pdf.write(pdf.set_pages(made), title=title),
        "docx": docx.write(made, title=title),
        "csv": table.result_csv(record),
        "json": table.result_json(record),
    }


def all_files(
    entries: Iterable[Entry], head: str = "", zone: dt.tzinfo | None = None, qr: str = ""
) -> dict[str, bytes]:
    """Return the files of every poll of a meeting, by name: `01-nghi-quyet-2026.pdf` …."""
    made: dict[str, bytes] = {}
    for number, record in enumerate(build(entries, head, qr), 1):
        stem = f"{number:02d}-{slug(record.subject)}"
        made |= {f"{stem}.{end}": data for end, data in poll_files(record, zone).items()}
    return made


def slug(words: str) -> str:
    """Return a file's name that reads like the words: bau-bo-sung-uy-vien."""
    plain = unicodedata.normalize("NFD", words.casefold().replace("đ", "d"))
    kept = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode())
    return kept.strip("-")[:NAME].rstrip("-") or "bieu-quyet"
