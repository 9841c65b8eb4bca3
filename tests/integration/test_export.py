"""The exported record: verbatim, complete, and checkable by anybody."""

import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from server.journal.port import Sealed
from server.papers.store import PaperStore
from server.protocol.ledger import short
from server.protocol.refusals import Code, Refusal
from server.record import export
from tests.sitting import played, sealed

LOG = sealed(played())


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("export") / "record"
    size = export.write_folder(LOG, made)
    assert size == sum(f.stat().st_size for f in made.rglob("*") if f.is_file())
    return made


@pytest.fixture
def folder(tmp_path: Path, written: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "record"))


def test_the_entries_are_verbatim_and_their_chain_can_be_recomputed(folder: Path) -> None:
    assert (folder / export.RECORD).read_bytes().splitlines() == [one.raw for one in LOG]
    value = bytes(32)  # as README.txt tells a stranger to do it
    lines = (folder / export.RECORD).read_bytes().splitlines()
    for line, salt in zip(lines, (folder / export.SALTS).read_text().split(), strict=True):
        leaf = hashlib.sha256(b"\x00" + bytes.fromhex(salt) + line).digest()
        value = hashlib.sha256(b"\x02" + value + leaf).digest()
    manifest = json.loads((folder / export.MANIFEST).read_text())
    assert manifest["head"] == value.hex()
    assert manifest["short"] == short(value)
    assert manifest["entries"] == len(LOG)
    assert export.verify(folder) == []


def test_every_poll_has_its_record_to_print_to_edit_and_to_reckon_with(folder: Path) -> None:
    names = sorted(path.name for path in (folder / "records").iterdir())
    assert len(names) == 3 * 4
    assert {name.rpartition(".")[2] for name in names} == {"pdf", "docx", "csv", "json"}
    assert [name[:2] for name in names[::4]] == ["01", "02", "03"]


def test_the_tables_say_what_was_decided(folder: Path) -> None:
    polls = rows(folder / "polls.csv")
    assert [(p["item"], p["state"], p["for"], p["need"], p["passed"]) for p in polls] == [
        ("2", "annulled", "", "", ""),
        ("2", "published", "11", "8", "yes"),
        ("3", "published", "7", "8", "no"),
    ]
    assert [p["percent"] for p in polls[1:]] == ["7333", "4667"]
    listed = json.loads((folder / "polls.json").read_text())
    assert listed[1]["tally"]["counts"] == {"for": 11, "against": 0, "other": 2}
    assert len(rows(folder / "ballots.csv")) == 26
    attendance = {row["name"]: row for row in rows(folder / "attendance.csv")}
    assert len(attendance) == 15
    assert attendance["Hồ Sỹ Kiên"]["reason"] == "Đi học"
    assert attendance["Lý Văn Sơn"]["presence"] == "left"
    papers = json.loads((folder / "papers.json").read_text())
    (draft,) = [paper for paper in papers if paper["title"] == "Dự thảo Nghị quyết"]
    assert [file["pages"] for file in draft["versions"]] == [11, 11, 11]
    assert (folder / "minutes.pdf").read_bytes().startswith(b"%PDF")
    comments = rows(folder / "comments.csv")
    assert [(one["item"], one["page"], one["instead"], one["in_minutes"]) for one in comments] == [
        ("3", "2", "yes", "yes"),
        ("3", "", "", ""),
    ]
    assert comments[0]["paper"] == "Tờ trình"


@pytest.mark.parametrize("name", ["record.jsonl", "polls.json", "minutes.pdf"])
def test_a_changed_file_is_named(folder: Path, name: str) -> None:
    data = bytearray((folder / name).read_bytes())
    data[40] ^= 1
    (folder / name).write_bytes(data)
    assert f"changed: {name}" in export.verify(folder)


def test_a_changed_entry_breaks_the_chain_even_when_the_list_of_files_is_changed_too(
    folder: Path,
) -> None:
    text = (folder / export.RECORD).read_text(encoding="utf-8")
    (folder / export.RECORD).write_text(text.replace('"against"', '"for"'), encoding="utf-8")
    manifest = json.loads((folder / export.MANIFEST).read_text())
    changed = (folder / export.RECORD).read_bytes()
    manifest["files"][export.RECORD] = hashlib.sha256(changed).hexdigest()
    (folder / export.MANIFEST).write_text(json.dumps(manifest))
    assert export.verify(folder) == ["the chain of entries does not lead to its head"]


def test_missing_and_mangled_parts_are_named(folder: Path) -> None:
    salts = (folder / export.SALTS).read_text().splitlines()
    (folder / export.SALTS).write_text("\n".join(salts[:-1]))
    assert any(fault.startswith("entries:") for fault in export.verify(folder))
    (folder / export.SALTS).write_text("\n".join(["00", *salts[1:]]))
    assert "the chain of entries does not lead to its head" in export.verify(folder)
    (folder / "polls.csv").unlink()
    assert "changed: polls.csv" in export.verify(folder)
    (folder / export.MANIFEST).write_text("{")
    assert export.verify(folder)[0].startswith("unreadable")


def test_papers_that_the_store_has_go_along_under_their_hash(tmp_path: Path) -> None:
    store = PaperStore(tmp_path / "papers")
    view = store.put(b"%PDF view")
    assert isinstance(view, str)
    log = [
        Sealed(one.seq, one.form, one.raw.replace(SOME.encode(), view.encode()), one.salt)
        for one in LOG
    ]
    target = tmp_path / "out"
    assert not isinstance(export.write_folder(log, target, store.root), Refusal)
    assert (target / "papers" / f"{view}.pdf").read_bytes() == b"%PDF view"
    assert export.verify(target) == []
    (target / "papers" / f"{view}.pdf").write_bytes(b"other")
    assert export.verify(target) == [f"changed: papers/{view}.pdf"]
    assert (store.root / "partial").is_dir()


SOME = next(
    file["view_sha256"]
    for paper in export._papers(export.build_minutes(LOG))
    for file in paper["versions"]  # type: ignore[attr-defined]
)


def test_a_zip_holds_the_same(tmp_path: Path, folder: Path) -> None:
    target = tmp_path / "record.zip"
    size = export.write_zip(LOG, target)
    assert size == target.stat().st_size
    with zipfile.ZipFile(target) as archive:
        archive.extractall(tmp_path / "again")
    assert export.verify(tmp_path / "again") == []
    names = {path.relative_to(tmp_path / "again") for path in (tmp_path / "again").rglob("*")}
    assert names == {path.relative_to(folder) for path in folder.rglob("*")}
    assert not list(tmp_path.glob(".record-*"))


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    refused = export.write_folder(LOG, tmp_path)
    assert refused == Refusal(Code.NAME_TAKEN, {"name": str(tmp_path)})
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
def test_a_disk_that_fills_up_is_a_refusal_and_leaves_nothing(tmp_path: Path) -> None:
    script = (
        "import resource, signal, sys, tests; from pathlib import Path\n"
        f"tests.__path__ = [{str(Path(__file__).parents[1])!r}]\n"  # a library brings its own
        "from tests.integration.test_export import LOG; from server.record import export\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n"
        "print(export.write_zip(LOG, Path('r.zip')).code, export.write_folder(LOG, Path('f')).code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.stdout.split() == ["disk_full", "disk_full"]
    assert not (tmp_path / "r.zip").exists()
    assert not list(tmp_path.glob(".record-*"))


def test_a_cell_is_never_a_formula() -> None:
    assert export._tame("=1+1") == "'=1+1"
    assert export._tame("@x") == "'@x"
    assert export._tame(-1) == -1
    assert export._tame("Nguyễn") == "Nguyễn"


def test_minutes_are_printed_from_the_journal_alone() -> None:
    assert export.print_minutes(LOG, "Asia/Ho_Chi_Minh").startswith(b"%PDF")
    assert export.zone_of("") is None
