"""The desk hears how far the scans of a meeting are, over the real line."""

import asyncio
from pathlib import Path

import pymupdf

from server.papers import ocr
from server.protocol import commands as c
from server.protocol import office as o
from server.protocol.state import File
from tests.hall import ROOM, Hall
from tests.house import BODY


def blank(path: Path) -> Path:
    document = pymupdf.open()
    document.new_page()
    document.save(str(path))
    return path


async def test_a_scan_is_looked_at_when_the_desk_asks_and_then_told(
    hall: Hall, tmp_path: Path
) -> None:
    hall.house.shelf.scans._find = lambda: None
    path = blank(tmp_path / "scan.pdf")
    file = await hall.desk.station.upload(path, BODY.id)
    assert isinstance(file, File), file
    await hall.publish(c.FilePaper("i1", "pp1", "Bản quét", file=file))
    async with asyncio.timeout(30):
        while not (told := await hall.desk.ask(o.ListScans(ROOM))).scans:  # type: ignore[union-attr]
            await asyncio.sleep(0.05)
    assert told == o.Scans((o.Scan(file.view_sha256, "unavailable", 1, 0),))
    assert ocr.LANGUAGE == "vie"
