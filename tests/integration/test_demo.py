"""The parts of the demo that are no touches: whose papers it plays with, and what it reports."""

import datetime as dt
import hashlib
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pymupdf
import pytest

from client.demo.__main__ import SAMPLES, main
from client.demo.folder import plan
from client.demo.processes import StoryStopped, has_screen, phienhop, surroundings
from client.demo.summary import Shelf, read_record, summarise
from client.documents.library import Library
from server.protocol.refusals import Refusal
from server.record import export
from tests import sitting
from tests.story import PRESENT, pdf


def test_the_sample_meeting_is_todays_and_its_urgent_paper_has_a_name(tmp_path: Path) -> None:
    made = plan(SAMPLES, None, tmp_path / "meeting")
    meeting = tomllib.loads((made.folder / "meeting.toml").read_text(encoding="utf-8"))
    left = meeting["starts"] - dt.datetime.now(dt.UTC)
    assert dt.timedelta(minutes=10) < left < dt.timedelta(minutes=13)
    assert meeting["ends"] - meeting["starts"] == dt.timedelta(hours=3, minutes=30)
    assert (made.draft(()), made.page) == ("Dự thảo Nghị quyết", 3)
    assert made.urgent.name == "Báo cáo nhanh.pdf"
    assert made.replacement.is_file()


def test_somebodys_own_papers_take_the_place_of_item_two(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for name in ("b.pdf", "Báo cáo năm.pdf"):
        (own / name).write_bytes(b"%PDF-1.7")
    made = plan(SAMPLES, own, tmp_path / "meeting")
    meeting = tomllib.loads((made.folder / "meeting.toml").read_text(encoding="utf-8"))
    papers = meeting["items"][2]["papers"]
    assert [one["title"] for one in papers] == ["Báo cáo năm", "b"]
    assert all((made.folder / one["file"]).is_file() for one in papers)
    first, second = (one["file"] for one in papers)
    assert (made.draft(()), made.page) == ("Báo cáo năm", 1)
    assert made.draft([first]) == "b"
    assert made.draft([first, second]) == ""
    assert made.own[first] == ("Báo cáo năm.pdf", "Báo cáo năm")
    assert len(meeting["items"]) == 6


KEY = bytes(range(32))


def shelf(folder: Path, *, spoil: bool) -> Shelf:
    """A tablet's folder with one paper of the story, whole or with a changed byte."""
    library = Library(folder / "papers")
    library.unlock(KEY)
    document = pymupdf.open()
    document.new_page()
    raw = document.tobytes()
    sha = hashlib.sha256(raw).hexdigest()
    incoming = library.receive(sha, len(raw))
    incoming.write(raw)
    incoming.finish()
    if spoil:
        stored = folder / "papers" / sha
        stored.write_bytes(stored.read_bytes()[:-1] + b"?")
    return Shelf(folder, KEY)


def test_the_summary_is_read_from_the_record_and_the_tablets(tmp_path: Path) -> None:
    record = tmp_path / "record.zip"
    written = export.write_zip(sitting.sealed(sitting.played()), record)
    assert not isinstance(written, Refusal)
    state = read_record(record)
    told = summarise(state, [shelf(tmp_path / "a", spoil=False)], windows=5, seconds=61.23)
    assert told["tablets"] == {"connected": 1, "windows": 5}
    assert told["seconds"] == 61.2
    assert told["attendance"]["members"] == 15
    assert told["attendance"]["present"] == len(PRESENT)
    assert told["agenda"]["expected"] == 1
    second, third = told["polls"]
    assert (second["item"], second["for"], second["percent"], second["passed"]) == (
        2, 11, "73,33", True,
    )  # fmt: skip
    assert (third["percent"], third["present_percent"], third["passed"]) == (
        "46,67", "53,85", False,
    )  # fmt: skip
    assert told["papers"][0]["sha256"] == pdf("i10", 1, 24).view_sha256


def test_a_tablets_spoilt_paper_is_not_verified(tmp_path: Path) -> None:
    assert list(shelf(tmp_path / "a", spoil=False).verified().values()) == [True]
    assert list(shelf(tmp_path / "b", spoil=True).verified().values()) == [False]


async def test_a_command_that_is_refused_stops_the_story_with_its_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoryStopped, match="file_not_found"):
        await phienhop("meeting", "import", str(tmp_path / "none"), "--data", str(tmp_path / "d"))


def test_where_there_is_no_screen_windows_draw_unseen() -> None:
    assert has_screen({"DISPLAY": ":0"})
    assert not has_screen({}) or sys.platform in {"win32", "darwin"}
    there = surroundings()
    assert there["TZ"] == "ICT-7"
    assert ("SDL_VIDEODRIVER" in there) is not has_screen() or "SDL_VIDEODRIVER" in os.environ


def test_a_folder_without_papers_is_said_before_anything_starts(tmp_path: Path) -> None:
    assert main(["--papers", str(tmp_path)]) == 2
    told = subprocess.run(
        [sys.executable, "-m", "server", "demo", "--help"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert "--papers" in told.stdout
